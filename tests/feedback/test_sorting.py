"""The page on which notes are sorted: plain forms and fragments, hostile inputs answered in words."""

import re
from uuid import uuid4

import pytest
from django.core.cache import cache
from django.urls import reverse
from django.utils import timezone

from feedback import notes, themes
from feedback.models import Decision, Note, Theme
from gallery import events
from gallery.models import Gallery, Poster

HTMX = {"HTTP_HX_REQUEST": "true"}


@pytest.fixture(autouse=True)
def _nothing_kept():
    cache.clear()


@pytest.fixture
def page(gallery, poster) -> str:
    return reverse("sort", args=[gallery.code])


@pytest.fixture
def send(as_facilitator, gallery, poster):
    def send(act: str, query: str = "", htmx=None, **sent):
        path = reverse("sort_act", args=[gallery.code]) + query
        return as_facilitator.post(path, {"act": act, **sent}, **(htmx or {}))

    return send


def stick(poster, text, kind="Concern") -> Note:
    of = poster.gallery.note_kinds.get(word=kind)
    return notes.stick(poster=poster, key=uuid4(), kind=of, text=text)


def body(answer) -> str:
    return answer.content.decode()


def called(name: str) -> str:
    return themes.handle(Theme.objects.get(name=name))


def did(answer) -> str:
    """What the way back is sealed in, as the page has it."""
    return re.search(r'name="did" value="([^"]+)"', body(answer)).group(1)


def test_notes_in_no_theme_stand_beside_the_themes_with_what_they_say(as_facilitator, gallery, page, poster):
    inside = [stick(poster, f"The ramp is too steep {n}") for n in range(3)]
    inside.append(stick(poster, "Banana"))
    stick(poster, "No theme yet")
    notes.hide(stick(poster, "Something rude"))
    themes.make(gallery, name="Steep ramp", notes=[note.key for note in inside])
    notes.hide(inside[0])
    shown = body(as_facilitator.get(page))
    assert "1 note in no theme" in shown
    assert "No theme yet" in shown
    assert "1 theme with 3 notes" in shown
    assert re.search(r'theme-quote">The ramp is too steep', shown)
    assert "Something rude" not in shown
    assert "steep 0" not in shown


@pytest.mark.parametrize("htmx", [{}, HTMX], ids=["plain", "htmx"])
def test_ticked_notes_are_put_in_a_new_theme_then_undone(as_facilitator, send, gallery, page, poster, htmx):
    found = [stick(poster, "Ramp"), stick(poster, "Slope")]
    answer = send("make", name="Steep", note=[note.key.hex for note in found], htmx=htmx)
    assert {note.text for note in Theme.objects.get(name="Steep").notes.all()} == {"Ramp", "Slope"}
    if htmx:
        assert "<html" not in body(answer)
        address = answer["HX-Replace-Url"]
    else:
        assert answer.status_code == 302
        address = answer["Location"]
        answer = as_facilitator.get(address)
    assert "“Steep” is a theme now, with 2 notes in it." in body(answer)
    assert did(as_facilitator.get(address)) == did(answer)  # it is there after a reload
    back = as_facilitator.post(reverse("sort_undo", args=[gallery.code]), {"did": did(answer)}, **htmx)
    back = back if htmx else as_facilitator.get(back["Location"])
    assert "Undone: all is as before." in body(back)
    assert not Theme.objects.exists()


def test_a_page_of_a_filter_comes_back_as_it_was(send, gallery, poster):
    other = events.hang(wall=poster.wall, kind=Poster.Kind.TEXT, title="Litter")
    near, _, far = stick(poster, "Near"), stick(poster, "Near too"), stick(other, "Far")
    answer = body(send("make", f"?poster={poster.number}&by=poster", HTMX, name="A", note=near.key.hex))
    assert "Far" not in answer
    assert f"poster={poster.number}&amp;by=poster" in answer
    assert "Far" in body(send("make", "", HTMX, name="B", note=far.key.hex))  # control


def test_filters_narrow_what_is_offered(as_facilitator, page, poster):
    other = events.hang(wall=poster.wall, kind=Poster.Kind.TEXT, title="Litter")
    stick(poster, "A steep ramp", "Idea")
    stick(other, "A full bin")
    for query, words in [
        (f"?poster={poster.number}", "A steep ramp"),
        ("?kind=Idea", "A steep ramp"),
        ("?words=BIN", "A full bin"),
    ]:
        shown = body(as_facilitator.get(page + query))
        assert ("1 of them" in shown, words in shown) == (True, True)
        assert ("A steep ramp" in shown) != ("A full bin" in shown)
    shown = body(as_facilitator.get(f"{page}?by=poster"))
    assert shown.index("A steep ramp") < shown.index("A full bin")
    shown = body(as_facilitator.get(page))
    assert shown.index("A full bin") < shown.index("A steep ramp")


def test_sixty_at_first_then_more(as_facilitator, gallery, page, poster):
    kind, now = gallery.note_kinds.first(), timezone.now()
    row = {"gallery": gallery, "poster": poster, "kind": kind, "digest": "-", "created_at": now}
    Note.objects.bulk_create(Note(**row, key=uuid4(), text=f"Note {n}", seq=100 + n) for n in range(200))
    for query, count in [
        ("", 60),
        ("?show=180", 180),
        ("?show=99999", 60),
        ("?show=960", 200),
        ("?show=²", 60),
    ]:
        assert body(as_facilitator.get(page + query)).count('class="sort-note ') == count
    assert "?show=180#loose" in body(as_facilitator.get(page))


def test_a_theme_is_renamed_merged_moved_and_deleted(send, gallery, poster):
    a, b = stick(poster, "A"), stick(poster, "B")
    send("make", name="One", note=a.key.hex)
    send("make", name="Two", note=b.key.hex)
    send("begin", name="Three")
    send("rename", theme=called("Two"), name="Second")
    send("earlier", theme=called("Three"))
    send("later", theme=called("One"))
    assert list(gallery.themes.values_list("name", flat=True)) == ["Three", "One", "Second"]
    send("merge", theme=called("One"), into=called("Second"))
    send("delete", theme=called("Three"))
    assert list(gallery.themes.values_list("name", flat=True)) == ["Second"]
    send("make", name="Split", note=a.key.hex)
    assert {note.text for note in gallery.themes.get(name="Second").notes.all()} == {"B"}
    send("take", note=[a.key.hex, b.key.hex])
    assert not Note.objects.filter(theme__isnull=False).exists()


def test_a_name_alone_makes_a_theme_also_where_enter_pressed_the_first_button(send, gallery, poster):
    send("put", theme="", name="Steep", note=stick(poster, "A").key.hex)
    assert gallery.themes.get().notes.count() == 1


def test_also_when_the_report_is_published(send, gallery, poster):
    note = stick(poster, "A")
    Gallery.objects.update(published_at=timezone.now())
    send("make", name="One", note=note.key.hex)
    assert gallery.themes.get().notes.count() == 1


@pytest.mark.parametrize("htmx", [{}, HTMX], ids=["plain", "htmx"])
@pytest.mark.parametrize(
    ("act", "sent", "told"),
    [
        ("make", {"name": "Steep"}, "Choose the notes first"),
        ("make", {"name": "Steep", "note": "' OR 1=1 --"}, "Choose the notes first"),
        ("make", {"name": "Steep", "note": "0" * 32}, "don’t hang any more"),
        ("make", {"name": "x" * 121, "note": "ours"}, "this has 121"),
        ("make", {"name": "\x00\u200b", "note": "ours"}, "Give the theme a name"),
        ("make", {"name": "known", "note": "ours"}, "There is a theme “Known” already"),
        ("make", {"name": "Steep", "note": "theirs"}, "don’t hang any more"),
        ("put", {"theme": "known", "note": "theirs"}, "don’t hang any more"),
        ("put", {"theme": "theirs", "note": "ours"}, "isn’t there any more"),
        ("put", {"theme": "1", "note": "ours"}, "isn’t there any more"),
        ("put", {"theme": "\x00", "note": "ours"}, "isn’t there any more"),
        ("put", {"note": "ours"}, "Choose a theme first"),
        ("take", {}, "Choose the notes first"),
        ("rename", {"theme": "known", "name": ""}, "Give the theme a name"),
        ("rename", {"theme": "theirs", "name": "Mine"}, "isn’t there any more"),
        ("merge", {"theme": "known", "into": "known"}, "with itself"),
        ("merge", {"theme": "known", "into": "theirs"}, "isn’t there any more"),
        ("merge", {"theme": "known"}, "Choose a theme first"),
        ("delete", {"theme": "decided"}, "has been decided"),
        ("later", {"theme": "nothing"}, "isn’t there any more"),
    ],
)
def test_what_can_t_be_done_is_said_and_changes_nothing(
    send, gallery, poster, other_team, htmx, act, sent, told
):
    ours, theirs = stick(poster, "Ours"), elsewhere(other_team)
    Decision.objects.create(
        theme=Theme.objects.create(gallery=gallery, name="Decided"), verdict="no", reason="!"
    )
    Theme.objects.create(gallery=gallery, name="Known")
    known = {"known": called("Known"), "theirs": called("Theirs"), "decided": called("Decided")}
    keys = {"ours": ours.key.hex, "theirs": theirs.key.hex}
    sent = {
        name: (keys if name == "note" else known if name != "name" else {}).get(words, words)
        for name, words in sent.items()
    }
    before = [list(model.objects.values()) for model in (Theme, Note, Decision)]
    answer = send(act, htmx=htmx, **sent)
    assert answer.status_code == 422
    assert told in body(answer)
    assert [list(model.objects.values()) for model in (Theme, Note, Decision)] == before
    if htmx:
        assert answer["HX-Retarget"] == "#acted"
    elif sent.get("name") == "Steep":
        assert 'value="Steep"' in body(answer)
    if not htmx and sent.get("note") == ours.key.hex:
        assert re.search(rf'value="{ours.key.hex}" form="act" checked', body(answer))


def elsewhere(team) -> Note:
    """A note of another team's gallery, in a theme of its own."""
    gallery = Gallery.objects.create(team=team, title="Another", invited_at=timezone.now())
    wall = gallery.walls.create(name="w", order=1)
    note = stick(events.hang(wall=wall, kind=Poster.Kind.TEXT, title="T"), "Theirs")
    themes.make(gallery, name="Theirs", notes=[note.key])
    return note


def test_an_act_that_there_is_not_and_a_seal_that_is_none(send, as_facilitator, gallery, poster):
    assert send("explode").status_code == 404
    for seal in ("", "x", "\x00"):
        answer = as_facilitator.post(reverse("sort_undo", args=[gallery.code]), {"did": seal})
        assert (answer.status_code, "can’t be undone" in body(answer)) == (422, True)
        assert as_facilitator.get(reverse("sort", args=[gallery.code]), {"did": seal}).status_code == 200


def test_an_undoing_that_can_no_more_be_says_why(send, as_facilitator, gallery, poster):
    """Merged, undone, the other one decided meanwhile by somebody else: then “do it again”."""
    ramp, queue = (themes.make(gallery, name=name).theme for name in ("Ramp", "Queue"))
    Decision.objects.create(theme=ramp, verdict="keep", reason="Yes.")
    merged = send("merge", theme=themes.handle(ramp), into=themes.handle(queue), htmx=HTMX)
    undo = reverse("sort_undo", args=[gallery.code])
    undone = as_facilitator.post(undo, {"did": did(merged)}, **HTMX)
    Decision.objects.create(theme=queue, verdict="no", reason="No.")
    again = as_facilitator.post(undo, {"did": did(undone)}, **HTMX)
    assert again.status_code == 422
    assert "Undo that decision first" in body(again)


@pytest.mark.parametrize("act", ["earlier", "later", "rename", "delete"])
def test_a_theme_that_is_merged_just_then_is_said_to_be_gone(send, gallery, poster, monkeypatch, act):
    ramp, queue = (themes.make(gallery, name=name).theme for name in ("Ramp", "Queue"))
    find = themes.of_gallery

    def merged(of, called):
        found = find(of, called)
        themes.merge(of, theme=ramp, into=queue)
        return found

    monkeypatch.setattr(themes, "of_gallery", merged)
    answer = send(act, theme=themes.handle(ramp), name="Steep", htmx=HTMX)
    assert (answer.status_code, "isn’t there any more" in body(answer)) == (422, True)


def test_names_and_notes_are_text(send, as_facilitator, page, poster):
    note = stick(poster, "<script>alert(1)</script>")
    answer = send("make", "?suggest=1", HTMX, name="<img src=x>", note=note.key.hex)
    for shown in (body(answer), body(as_facilitator.get(page))):
        assert "<script>alert" not in shown
        assert "<img" not in shown


def seen(answer) -> str:
    """How all stood, as the page has it."""
    return re.search(r'id="seen" value="([^"]+)"', body(answer)).group(1)


def test_a_page_that_stood_so_gets_only_what_an_act_changed(as_facilitator, send, gallery, page, poster):
    found = {text: stick(poster, text) for text in ("Ramp", "Slope", "Queue", "Dog")}
    themes.make(gallery, name="Steep", notes=[found["Ramp"].key])
    themes.make(gallery, name="Waiting", notes=[found["Queue"].key])
    stood = seen(as_facilitator.get(page))
    answer = send("put", htmx=HTMX, theme=called("Steep"), note=found["Slope"].key.hex, seen=stood)
    assert answer["HX-Reswap"].startswith("none")
    assert ("Slope" in body(answer), "Steep" in body(answer)) == (True, True)
    assert ("Dog" in body(answer), "Queue" in body(answer)) == (False, False)
    assert "1 note in no theme" in body(answer)
    assert seen(answer) == seen(as_facilitator.get(page)) != stood


def other_facilitator(gallery, poster):
    themes.make(gallery, name="Somebody else’s")


def new_note(gallery, poster):
    stick(poster, "Just stuck")


def decision(gallery, poster):
    Decision.objects.create(theme=gallery.themes.get(name="Steep"), verdict="no", reason="!")


@pytest.mark.parametrize("meanwhile", [other_facilitator, new_note, decision])
def test_a_page_that_stood_otherwise_is_drawn_anew(as_facilitator, send, gallery, page, poster, meanwhile):
    note, other = stick(poster, "Slope"), stick(poster, "Dog")
    themes.make(gallery, name="Steep")
    stood = seen(as_facilitator.get(page))
    meanwhile(gallery, poster)
    answer = send("put", htmx=HTMX, theme=called("Steep"), note=note.key.hex, seen=stood)
    assert answer["HX-Reswap"].startswith("outerHTML")
    assert ("Dog" in body(answer), 'id="sorting"' in body(answer)) == (True, True)
    again = send("put", htmx=HTMX, theme=called("Steep"), note=other.key.hex, seen=seen(answer))
    assert again["HX-Reswap"].startswith("none")  # it knows all of it now


@pytest.mark.parametrize("htmx", [{}, HTMX], ids=["plain", "htmx"])
def test_where_a_filter_has_nothing_left_all_is_shown_again(as_facilitator, send, gallery, poster, htmx):
    idea, _ = stick(poster, "A bench", "Idea"), stick(poster, "A full bin")
    last = send("make", "?kind=Idea&by=poster", htmx, name="Sit", note=idea.key.hex)
    answer = last if htmx else as_facilitator.get(last["Location"])
    assert "No note is left that fits (Idea), so all are shown again." in body(answer)
    assert "A full bin" in body(answer)
    address = last["HX-Replace-Url"] if htmx else last["Location"]
    assert ("kind=" in address, "by=poster" in address) == (False, True)


def test_a_filter_that_nothing_fits_says_so_and_leads_back(as_facilitator, page, poster):
    stick(poster, "A full bin")
    shown = body(as_facilitator.get(f"{page}?words=ramp"))
    assert "None of them fits" in shown
    assert "Show all 1</a>" in shown


def test_what_is_ticked_can_go_into_a_theme_only_where_there_is_one(as_facilitator, gallery, page, poster):
    stick(poster, "A full bin")
    into = r'<div class="sort-way"( hidden)?>\s*<label for="into"'
    assert re.search(into, body(as_facilitator.get(page))).group(1)
    themes.make(gallery, name="Litter")
    assert not re.search(into, body(as_facilitator.get(page))).group(1)


@pytest.mark.parametrize("count", [1, 3])
def test_an_act_takes_as_many_queries_for_any_number(
    as_facilitator, send, gallery, page, poster, django_assert_num_queries, count
):
    for number in range(count):
        inside = [stick(poster, f"Inside {number} {n}") for n in range(count)]
        themes.make(gallery, name=f"T{number}", notes=[note.key for note in inside])
    put = [stick(poster, f"Outside {number}").key.hex for number in range(count)]
    stood = seen(as_facilitator.get(page))
    with django_assert_num_queries(27):
        send("put", htmx=HTMX, theme=called("T0"), note=put, seen=stood)


@pytest.mark.parametrize("count", [1, 3])
def test_the_page_takes_as_many_queries_for_any_number(
    as_facilitator, gallery, page, poster, django_assert_num_queries, count
):
    for number in range(count):
        inside = [stick(poster, f"Inside {number} {n}") for n in range(count)]
        themes.make(gallery, name=f"T{number}", notes=[note.key for note in inside])
        stick(poster, f"Outside {number}")
    with django_assert_num_queries(11):
        as_facilitator.get(page)
    with django_assert_num_queries(12):
        as_facilitator.get(f"{page}?suggest=1")
