"""The host's side of notes: what waits, what is hidden, a wave of spam, the lock; each with its way back."""

import re
from datetime import timedelta
from uuid import uuid4

import pytest
from django.core import signing
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from feedback import notes, undo
from feedback.models import Note, NoteKind
from feedback.notes import Turned
from feedback.views.dashboard import state_of
from gallery import events
from gallery.models import Gallery
from measures.models import Membership

HTMX = {"HX-Request": "true"}
SHOWN, HIDDEN, WAITING = Note.State.SHOWN, Note.State.HIDDEN, Note.State.WAITING


@pytest.fixture
def board(gallery, poster):
    return reverse("dashboard", args=[gallery.code])


@pytest.fixture
def stick(gallery, poster):
    def stick(text="The gauge froze in May.", word="Concern", on=poster, sender="a", state=SHOWN, **more):
        kind = NoteKind.objects.get(gallery=gallery, word=word)
        author = sender * 64 if sender else None
        note = notes.stick(poster=on, key=uuid4(), kind=kind, text=text, author=author, **more)
        if state != SHOWN:
            Note.objects.filter(pk=note.pk).update(state=state)
        return note

    return stick


def act(name, gallery, *more):
    return reverse(name, args=[gallery.code, *more])


def state(note):
    return Note.objects.get(pk=note.pk).state


def states():
    return dict(Note.objects.values_list("text", "state"))


def button(page, button_id):
    """The address and the fields that pressing a button of this page would send."""
    tag = re.search(rf'<button[^>]* id="{button_id}"[^>]*>', page).group(0).replace("&amp;", "&")
    found = dict(re.findall(r'([a-z-]+)="([^"]*)"', tag))
    return found["formaction"], {found["name"]: found["value"]} if "name" in found else {}


def press(client, page, button_id, headers=None, **more):
    address, sent = button(page, button_id)
    return client.post(address, sent | more, headers=headers or {})


# The switch, and what waits


def test_the_switch_lets_notes_wait_and_hang_again_and_always_shows_how_it_stands(
    as_facilitator, gallery, board
):
    page = as_facilitator.get(board).content.decode()
    assert 'aria-checked="false"' in page
    press(as_facilitator, page, "moderate")
    gallery.refresh_from_db()
    assert gallery.moderated
    page = as_facilitator.get(board).content.decode()
    assert 'aria-checked="true"' in page
    fragment = press(as_facilitator, page, "moderate", HTMX).content.decode()
    gallery.refresh_from_db()
    assert not gallery.moderated
    assert 'aria-checked="false"' in fragment
    assert "<html" not in fragment


@pytest.mark.parametrize("name", ["moderate", "lock"])
def test_a_switch_knows_two_ways_only(as_facilitator, gallery, poster, name):
    assert as_facilitator.post(act(name, gallery), {"act": "explode"}).status_code == 404
    assert as_facilitator.post(act(name, gallery)).status_code == 404


def test_the_number_of_waiting_notes_leads_to_them_oldest_first(as_facilitator, gallery, board, stick):
    now = timezone.now()
    for minutes in (3, 9, 5):
        stick(f"{minutes} minutes ago", state=WAITING, at=now - timedelta(minutes=minutes))
    stick("hangs already")
    page = as_facilitator.get(board).content.decode()
    link = re.search(r'<a id="waiting"[^>]*href="([^"]*)#notes">([^<]*)</a>', page)
    assert link.group(2) == "3 notes wait"
    assert "Off, but these still wait from before" in page
    waiting = as_facilitator.get(link.group(1)).content.decode()
    assert re.findall(r"(\d) minutes ago</p>", waiting) == ["9", "5", "3"]
    assert "hangs already</p>" not in waiting
    assert "Hang all 3" in waiting


def test_a_waiting_note_is_hung_or_hidden_by_one_press(as_facilitator, visitor, gallery, board, stick):
    first, second = stick("first", state=WAITING), stick("second", state=WAITING)
    poster = reverse("poster", args=[gallery.code, first.poster.number])
    page = as_facilitator.get(f"{board}?state=waiting").content.decode()
    assert "Hang it" in page
    fragment = press(as_facilitator, page, f"s-{first.key.hex}", HTMX).content.decode()
    assert fragment.lstrip().startswith("<li")
    assert "It hangs." in fragment
    press(as_facilitator, page, f"b-{second.key.hex}")
    assert (state(first), state(second)) == (SHOWN, HIDDEN)
    seen = visitor.get(poster).content.decode()
    assert "first</p>" in seen
    assert "second</p>" not in seen


def test_all_that_waits_is_hung_at_once_but_not_what_came_since(as_facilitator, gallery, board, stick):
    for number in range(3):
        stick(f"waits {number}", state=WAITING)
    page = as_facilitator.get(f"{board}?state=waiting").content.decode()
    stick("came since", state=WAITING)
    answer = press(as_facilitator, page, "show-all", HTMX, query="?state=waiting").content.decode()
    assert states() == {"waits 0": SHOWN, "waits 1": SHOWN, "waits 2": SHOWN, "came since": WAITING}
    assert "3 notes hang now." in answer
    assert "came since</p>" in answer
    press(as_facilitator, answer, "undo")
    assert set(states().values()) == {WAITING}


def test_without_javascript_one_comes_back_to_the_list_with_the_way_back(
    as_facilitator, gallery, board, stick
):
    stick("waits", state=WAITING)
    page = as_facilitator.get(f"{board}?state=waiting").content.decode()
    answer = press(as_facilitator, page, "show-all", query="?state=waiting")
    assert answer.headers["Location"].startswith(f"{board}?state=waiting&did=")
    page = as_facilitator.get(answer.headers["Location"]).content.decode()
    assert "One note hangs now." in page
    answer = press(as_facilitator, page, "undo", query="?state=waiting")
    assert answer.headers["Location"] == f"{board}?state=waiting#notes"
    assert "1 note is back as before." in as_facilitator.get(board).content.decode()
    assert states() == {"waits": WAITING}


# All from one sender


def test_all_from_one_sender_are_hidden_a_count_is_told_and_exactly_they_come_back(
    as_facilitator, gallery, board, stick
):
    note = stick("buy 1")
    stick("buy 2"), stick("buy 3", state=WAITING), stick("hidden before", state=HIDDEN)
    stick("somebody else", sender="b")
    before = states()
    page = as_facilitator.get(board).content.decode()
    answer = press(as_facilitator, page, f"a-{note.key.hex}", HTMX).content.decode()
    assert states() == before | {"buy 1": HIDDEN, "buy 2": HIDDEN, "buy 3": HIDDEN}
    assert "3 notes are hidden." in answer
    assert 'id="board"' in answer
    assert "buy" not in re.sub(r"<button.*?>", "", answer)  # a count, and no list of them
    press(as_facilitator, answer, "undo", HTMX)
    assert states() == before


def test_control_an_undo_that_shows_all_of_the_sender_is_caught(
    as_facilitator, board, gallery, stick, monkeypatch
):
    note = stick("buy 1")
    stick("buy 2", state=WAITING), stick("hidden before", state=HIDDEN)
    before = states()
    page = as_facilitator.get(board).content.decode()
    answer = press(as_facilitator, page, f"a-{note.key.hex}", HTMX).content.decode()

    def too_many(gallery, _):
        return notes.show_all(gallery, notes.from_the_same_sender(note)).count

    monkeypatch.setattr(notes, "turn_back", too_many)
    press(as_facilitator, answer, "undo")
    assert states() != before


def test_what_was_shown_again_singly_and_hidden_anew_is_not_of_that_act_any_more(
    as_facilitator, gallery, board, stick
):
    note, other = stick("one"), stick("two")
    page = as_facilitator.get(board).content.decode()
    answer = press(as_facilitator, page, f"a-{note.key.hex}", HTMX).content.decode()
    other.refresh_from_db()
    notes.hide(notes.show(other))
    again = press(as_facilitator, answer, "undo", HTMX).content.decode()
    assert "1 note is back as before." in again
    assert states() == {"one": SHOWN, "two": HIDDEN}


def test_nothing_on_the_way_says_whose_notes_they_were(as_facilitator, gallery, board, stick):
    note = stick("buy 1")
    stick("buy 2", sender="b")
    page = as_facilitator.get(board).content.decode()
    answer = press(as_facilitator, page, f"a-{note.key.hex}")
    seal = re.search(r"did=([^#&]*)", answer.headers["Location"]).group(1).replace("%3A", ":")
    assert signing.loads(seal, salt=undo.SALT) == [gallery.code, "hidden", [["shown", 4, 4]]]
    told = as_facilitator.get(answer.headers["Location"]).content.decode()
    for text in (page, told, answer.headers["Location"]):
        assert "a" * 64 not in text
        assert "b" * 64 not in text


def test_a_paper_note_has_no_sender_and_an_erased_one_none_either(as_facilitator, gallery, board, stick):
    paper = stick("from paper", sender="", source=Note.Source.PAPER)
    erased, other = stick("erased 1", sender=""), stick("erased 2", sender="")
    page = as_facilitator.get(board).content.decode()
    assert f'id="a-{paper.key.hex}"' not in page
    as_facilitator.post(act("hide_sender", gallery, erased.key))
    assert (state(erased), state(other), state(paper)) == (HIDDEN, SHOWN, SHOWN)


def test_a_sender_whose_notes_are_all_hidden_is_told(as_facilitator, gallery, stick):
    note = stick(state=HIDDEN)
    answer = as_facilitator.post(act("hide_sender", gallery, note.key), headers=HTMX).content.decode()
    assert "Nothing else from this sender hangs or waits." in answer


# Undo


def test_undo_takes_only_our_own_seal_of_this_gallery(as_facilitator, gallery, team, stick, poster):
    note = stick(state=HIDDEN)
    Note.objects.filter(pk=note.pk).update(seq=7)
    other = Gallery.objects.create(team=team, title="Another room")
    turned = Turned(HIDDEN, [(SHOWN, 1, 99)])
    for seal in ("", "x", "1-99", undo.sealed(gallery, turned)[:-1], undo.sealed(other, turned)):
        answer = as_facilitator.post(act("undo_turn", gallery), {"did": seal}, headers=HTMX)
        assert "can’t be undone from here" in answer.content.decode()
        assert state(note) == HIDDEN
    as_facilitator.post(act("undo_turn", gallery), {"did": undo.sealed(gallery, turned)})
    assert state(note) == SHOWN


def test_undo_stays_within_its_gallery(gallery, stick, team):
    other = Gallery.objects.create(team=team, title="Another room")
    note = stick(state=HIDDEN)
    assert notes.turn_back(other, Turned(HIDDEN, [(SHOWN, 1, 99)])) == 0
    assert state(note) == HIDDEN


def test_undone_twice_is_undone_once(as_facilitator, gallery, board, stick):
    note = stick("one")
    page = as_facilitator.get(board).content.decode()
    answer = press(as_facilitator, page, f"a-{note.key.hex}", HTMX).content.decode()
    press(as_facilitator, answer, "undo")
    assert "0 notes are back" in press(as_facilitator, answer, "undo", HTMX).content.decode()
    assert state(note) == SHOWN


def test_a_broken_seal_in_the_address_is_no_trouble(as_facilitator, board, poster):
    for seal in ("x", "%00", "a:b:c"):
        answer = as_facilitator.get(f"{board}?did={seal}")
        assert answer.status_code == 200
        assert 'id="undo"' not in answer.content.decode()


# The list as it was drawn


@pytest.mark.parametrize("name", ["hide_listed", "show_listed"])
@pytest.mark.parametrize(
    "query",
    [
        "",
        "?at=1&upto=99",
        "?words=gauge",
        "?words=gauge&at=x&upto=99",
        "?words=gauge&at=99999999999999999&upto=99",
        "?words=gauge&at=1&upto=-1",
        "?words=gauge&at=1&upto=９９",
        "?words=&at=1&upto=99",
        "?kind=Renamed&at=1&upto=99",
        "?kind=Renamed&words=gauge&at=1&upto=99",
        "?minutes=none&words=gauge&at=1&upto=99",
        "?all=1&at=1&upto=99",
        "?words=%00&at=1&upto=99",
    ],
)
def test_a_list_that_cannot_be_told_is_left_alone_rather_than_taken_too_wide(
    as_facilitator, gallery, stick, name, query
):
    stick("the gauge"), stick("another", state=WAITING), stick("a third", state=HIDDEN)
    before = states()
    answer = as_facilitator.post(act(name, gallery) + query, headers=HTMX)
    assert answer.status_code == 200
    assert "nothing was done" in answer.content.decode()
    assert states() == before


def test_control_a_list_that_can_be_told_is_taken(as_facilitator, gallery, stick):
    stick("the gauge"), stick("another")
    as_facilitator.post(act("hide_listed", gallery) + "?words=gauge&at=1&upto=99")
    assert states() == {"the gauge": HIDDEN, "another": SHOWN}


def test_the_minutes_of_a_list_are_those_at_which_it_was_drawn(as_facilitator, gallery, stick):
    now = timezone.now()
    stick("eleven minutes ago", at=now - timedelta(minutes=11)), stick("nine", at=now - timedelta(minutes=9))
    drawn = int((now - timedelta(minutes=2)).timestamp())
    as_facilitator.post(act("hide_listed", gallery) + f"?minutes=10&at={drawn}&upto=99")
    assert states() == {"eleven minutes ago": HIDDEN, "nine": HIDDEN}


def test_what_was_typed_in_the_search_is_text(as_facilitator, board, stick):
    stick()
    page = as_facilitator.get(board, {"words": '"><script>alert(1)</script>'}).content.decode()
    assert "<script>alert" not in page
    assert "&quot;&gt;&lt;script&gt;alert(1)" in page


def test_a_list_that_is_cut_says_so_and_is_hidden_whole(as_facilitator, gallery, board, stick):
    for _ in range(62):
        stick("casino")
    page = as_facilitator.get(f"{board}?words=casino").content.decode()
    assert "60 of 62 are shown here" in page
    press(as_facilitator, page, "hide-all")
    assert not Note.objects.shown().exists()


# A wave of spam


@pytest.fixture
def wave(gallery, poster, measure):
    """100 genuine notes and among them 500 of 50 visitors, in the last minutes, on two posters."""
    second = events.hang(wall=poster.wall, kind="measure", measure=measure)
    kind = gallery.note_kinds.first()
    now = timezone.now()
    rows = [
        Note(
            gallery=gallery,
            poster=(poster, second)[n % 2],
            key=uuid4(),
            digest="",
            kind=kind,
            text=f"Genuine thought {n}" if n % 6 == 0 else f"WIN at the Casino, visit {n}!",
            author=f"{1000 + n % 37 if n % 6 == 0 else n % 50:064x}",
            seq=n + 1,
            created_at=now - timedelta(seconds=600 - n),
        )
        for n in range(600)
    ]
    Note.objects.bulk_create(rows)
    Gallery.objects.filter(pk=gallery.pk).update(seq=600)
    gallery.refresh_from_db()
    return [poster, second]


def on_screens(gallery, posters, warm, since):
    """The spam that any visitor still finds, and the notes that an open page is told to take away."""
    found, gone = [], set()
    for poster in posters:
        feed = warm.get(reverse("feed", args=[gallery.code, poster.number]), {"after": since})
        gone |= set(re.findall(r"delete:\[id\^='n-([0-9a-f]{12})'", feed.content.decode()))
        for client in (warm, Client()):
            address = reverse("poster", args=[gallery.code, poster.number])
            found += re.findall("Casino", client.get(f"{address}?all=1").content.decode())
            found += re.findall("Casino", client.get(address).content.decode())
    return found, gone


def clear(client, board):
    """What a host does about the wave: look for a word, hide the list; returns the requests it takes."""
    page = client.get(board, {"words": "casino"}).content.decode()
    assert "Hide all 500" in page
    answer = press(client, page, "hide-all", HTMX, query="?words=casino")
    return [page, answer.content.decode()]


def test_five_hundred_are_hidden_by_two_requests_and_no_genuine_one_is(
    as_facilitator, visitor, gallery, board, wave
):
    on_screens(gallery, wave, visitor, 600)  # every page and fragment is kept now
    pages = clear(as_facilitator, board)
    assert len(pages) == 2
    assert "500 notes are hidden." in pages[-1]
    assert Note.objects.shown().filter(text__startswith="Genuine").count() == 100
    assert Note.objects.shown().count() == 100

    found, gone = on_screens(gallery, wave, visitor, 600)
    spam = {key.hex for key in Note.objects.filter(state=HIDDEN).values_list("key", flat=True)}
    assert found == []
    assert gone == {key[:12] for key in spam}

    press(as_facilitator, pages[-1], "undo")
    assert Note.objects.shown().count() == 600


def test_a_hidden_wave_is_in_no_list_export_or_report(as_facilitator, visitor, gallery, board, wave):
    clear(as_facilitator, board)
    for name in ("export_csv", "decide", "dashboard"):
        page = as_facilitator.get(act(name, gallery)).content.decode()
        assert "Casino" not in page
        assert "Genuine" in page
    events.close_for_good(gallery)
    events.publish(gallery)
    assert "Casino" not in visitor.get(reverse("lobby", args=[gallery.code])).content.decode()
    assert on_screens(gallery, wave, visitor, 600)[0] == []


def test_control_hiding_that_does_not_restamp_leaves_them_on_the_screens(
    as_facilitator, visitor, gallery, board, wave, monkeypatch
):
    def without_numbers(_, found, *, to, only_from):
        count = found.filter(state__in=only_from).update(state=to)
        return Turned(to, [(SHOWN, 1, count)])

    on_screens(gallery, wave, visitor, 600)
    monkeypatch.setattr(notes, "_restamp_all", without_numbers)
    clear(as_facilitator, board)
    found, gone = on_screens(gallery, wave, visitor, 600)
    assert found
    assert gone == set()


def test_the_minutes_alone_clear_a_wave_of_many_words(as_facilitator, gallery, board, stick):
    now = timezone.now()
    stick("genuine, an hour ago", at=now - timedelta(hours=1))
    for number in range(20):
        stick(f"{number * 7919:x}", sender=f"{number % 10}", at=now - timedelta(minutes=number % 4))
    page = as_facilitator.get(board).content.decode()
    span = re.search(r'<a id="m-5" href="([^"]*)#notes"', page).group(1)
    press(as_facilitator, as_facilitator.get(span).content.decode(), "hide-all")
    assert [note.text for note in Note.objects.shown()] == ["genuine, an hour ago"]


@pytest.mark.parametrize("count", [1, 3, 200])
def test_hiding_a_list_takes_as_many_queries_for_any_number(
    as_facilitator, gallery, stick, django_assert_num_queries, count
):
    kind = NoteKind.objects.get(gallery=gallery, word="Concern")
    first = stick("casino")
    rows = [
        Note(gallery=gallery, poster=first.poster, key=uuid4(), digest="", kind=kind, text="casino", seq=n)
        for n in range(2, count + 1)
    ]
    Note.objects.bulk_create(rows)
    Gallery.objects.update(seq=count)
    address = act("hide_listed", gallery) + f"?words=casino&at=1&upto={count}"
    with django_assert_num_queries(13):
        as_facilitator.post(address)
    assert Note.objects.filter(state=HIDDEN).count() == count


# The lock


def test_the_lock_is_one_press_it_is_told_and_stops_every_note(as_facilitator, visitor, gallery, board):
    sticking = {"kind": "Idea", "text": "Show it by month", "key": str(uuid4())}
    page = as_facilitator.get(board).content.decode()
    assert "All notes are stopped." not in page
    answer = press(as_facilitator, page, "lock", HTMX).content.decode()
    assert "All notes are stopped." in answer
    refused = visitor.post(reverse("stick", args=[gallery.code, 1]), sticking)
    assert refused.headers["Note-Refused"] == "locked"
    page = as_facilitator.get(board).content.decode()
    assert "All notes are stopped." in page
    press(as_facilitator, page, "lock")
    assert "All notes are stopped." not in as_facilitator.get(board).content.decode()
    assert "Note-Saved" in visitor.post(reverse("stick", args=[gallery.code, 1]), sticking).headers


def test_beside_close_it_says_what_may_still_come(as_facilitator, gallery, board, poster):
    Gallery.objects.update(grace_minutes=1)
    assert "may still bring notes for 1 minute;" in as_facilitator.get(board).content.decode()
    Gallery.objects.update(grace_minutes=0, locked_at=timezone.now())  # another key of the kept board
    assert "may still bring notes" not in as_facilitator.get(board).content.decode()


def test_after_the_report_nothing_is_there_to_lock_or_to_let_wait(as_facilitator, gallery, board):
    gallery.hours.all().delete()
    Gallery.objects.update(published_at=timezone.now())
    page = as_facilitator.get(board).content.decode()
    assert 'id="lock"' not in page
    assert 'id="moderate"' not in page


@pytest.mark.parametrize(
    "change",
    [
        {"locked_at": True},
        {"deleted_at": True},
        {"moderated": True},
        {"opened_at": True},
        {"closed_at": True},
        {"published_at": True},
        {"archived_at": True},
        {"seq": 5},
    ],
    ids=lambda change: next(iter(change)),
)
def test_the_board_is_drawn_anew_after_every_act(gallery, noon, change):
    before = state_of(gallery)
    for name, value in change.items():
        setattr(gallery, name, noon if name.endswith("_at") else value)
    assert state_of(gallery) != before


# Who may


def test_a_host_who_curates_nothing_may_do_all_of_it(gallery, team, colleague, board, stick):
    Membership.objects.filter(user=colleague).update(role=Membership.Role.HOST)
    host = Client()
    host.force_login(colleague)
    note = stick("one", state=WAITING)
    assert host.get(board).status_code == 200
    for name, more, sent in [
        ("show_note", [note.key], {}),
        ("hide_sender", [note.key], {}),
        ("moderate", [], {"act": "on"}),
        ("lock", [], {"act": "lock"}),
        ("undo_turn", [], {"did": "x"}),
        ("hide_listed", [], {}),
        ("show_listed", [], {}),
    ]:
        assert host.post(act(name, gallery, *more), sent).status_code == 302, name
    gallery.refresh_from_db()
    assert gallery.moderated
    assert gallery.locked_at
    assert state(note) == HIDDEN


def test_a_note_of_another_gallery_leads_to_nobody(as_facilitator, gallery, team, stick):
    other = Gallery.objects.create(team=team, title="Another room")
    note = stick("mine")
    assert as_facilitator.post(act("hide_sender", other, note.key)).status_code == 404
    as_facilitator.post(act("hide_listed", other) + "?words=mine&at=1&upto=99")
    assert state(note) == SHOWN
