"""Themes: every act, its way back, and what becomes of decisions and of what was rated."""

from datetime import timedelta
from uuid import uuid4

import pytest
import time_machine
from django.utils import timezone

from feedback import notes, theme_undo, themes
from feedback.models import Decision, Note, Round, RoundItem, Theme
from feedback.themes import Unfit
from gallery.models import Gallery


@pytest.fixture
def stuck(poster) -> list[Note]:
    kind = poster.gallery.note_kinds.get(word="Concern")
    return [notes.stick(poster=poster, key=uuid4(), kind=kind, text=f"The ramp, {n}") for n in range(4)]


@pytest.fixture
def themed(gallery, stuck) -> list[Theme]:
    """Ramp with two of the notes, Queue with one, Empty with none; one note is in no theme."""
    made = [
        themes.make(gallery, name="Ramp", notes=keys(stuck[:2])).theme,
        themes.make(gallery, name="Queue", notes=keys(stuck[2:3])).theme,
        themes.make(gallery, name="Empty").theme,
    ]
    return [theme for theme in made if theme]


def keys(found) -> list:
    return [note.key for note in found]


def decided(theme: Theme) -> Decision:
    return Decision.objects.create(theme=theme, verdict="keep", reason="Yes.")


def rated(theme: Theme) -> RoundItem:
    number = Round.objects.count() + 1
    round_ = Round.objects.create(
        gallery=theme.gallery, number=number, title="Together", rates="themes", scale=["Must", "Could"]
    )
    return RoundItem.objects.create(round=round_, place=1, words=theme.name, theme=theme)


def all_of(gallery: Gallery) -> dict:
    """Everything that an act on themes could change, down to the primary keys."""
    return {
        "themes": list(Theme.objects.filter(gallery=gallery).values()),
        "notes": list(Note.objects.filter(gallery=gallery).order_by("pk").values()),
        "decisions": list(Decision.objects.order_by("pk").values()),
        "items": list(RoundItem.objects.order_by("pk").values()),
    }


def inside(theme: Theme) -> set[str]:
    return set(theme.notes.values_list("text", flat=True))


def line(gallery: Gallery) -> list[str]:
    return [theme.name for theme in Theme.objects.filter(gallery=gallery)]


ACTS = {
    "make": lambda g, t, n: themes.make(g, name="New"),
    "make of notes": lambda g, t, n: themes.make(g, name="New", notes=keys(n[1:])),
    "rename": lambda g, t, n: themes.rename(g, theme=t[0], name="Steep ramp"),
    "put": lambda g, t, n: themes.put(g, theme=t[1], notes=keys(n)),
    "take out": lambda g, t, n: themes.take_out(g, notes=keys(n[:3])),
    "merge": lambda g, t, n: themes.merge(g, theme=t[0], into=t[1]),
    "split": lambda g, t, n: themes.split(g, theme=t[0], notes=keys(n[1:2]), name="New"),
    "move": lambda g, t, n: themes.move(g, theme=t[2], to=1),
    "delete": lambda g, t, n: themes.delete(g, theme=t[1]),
}


@pytest.mark.parametrize("act", ACTS)
def test_each_act_is_undone_exactly_and_the_undoing_too(gallery, themed, stuck, act):
    decided(themed[0])
    rated(themed[0])
    rated(themed[1])
    notes.hide(stuck[0])
    before = all_of(gallery)
    done = ACTS[act](gallery, themed, stuck)
    after = all_of(gallery)
    assert after != before  # control
    seal = theme_undo.sealed(gallery, done.turned, done.words)
    opened = theme_undo.opened(gallery, seal)
    assert opened.words == done.words
    back = themes.turn_back(gallery, did=opened.turned)
    assert (all_of(gallery), back.words) == (before, "Undone: all is as before.")
    again = themes.turn_back(gallery, did=back.turned, again=True)
    assert (all_of(gallery), again.words) == (after, "Done again.")


def test_notes_are_put_taken_out_and_told(gallery, themed, stuck):
    assert themes.put(gallery, theme=themed[0], notes=keys(stuck)).words == "4 notes put into “Ramp”."
    assert inside(themed[0]) == {note.text for note in stuck}
    words = themes.take_out(gallery, notes=keys(stuck[:1])).words
    assert words == "1 note taken out, and in no theme now."
    assert len(inside(themed[0])) == 3


def test_a_theme_split_off_stands_next_to_its_own(gallery, themed, stuck):
    done = themes.split(gallery, theme=themed[0], notes=keys(stuck[:1]), name="Steep")
    assert line(gallery) == ["Ramp", "Steep", "Queue", "Empty"]
    assert inside(done.theme) == {stuck[0].text}
    with pytest.raises(Unfit, match="Not all of these notes are in “Ramp”"):
        themes.split(gallery, theme=themed[0], notes=keys(stuck[:2]), name="More")


def test_merging_takes_hidden_notes_along_and_leaves_what_was_rated_its_words(gallery, themed, stuck):
    notes.hide(stuck[0])
    item = rated(themed[0])
    done = themes.merge(gallery, theme=themed[0], into=themed[1])
    assert inside(themed[1]) == {note.text for note in stuck[:3]}
    item.refresh_from_db()
    assert (item.words, item.theme) == ("Ramp", None)
    assert done.words == "“Ramp” is merged into “Queue”."


def test_a_decision_moves_along_and_two_are_never_made_one(gallery, themed):
    decision = decided(themed[0])
    done = themes.merge(gallery, theme=themed[0], into=themed[1])
    decision.refresh_from_db()
    assert decision.theme == themed[1]
    assert "decided has moved along" in done.words
    decided(themed[2])
    before = all_of(gallery)
    with pytest.raises(Unfit, match="both been decided"):
        themes.merge(gallery, theme=themed[2], into=themed[1])
    with pytest.raises(Unfit, match="can’t be deleted"):
        themes.delete(gallery, theme=themed[2])
    assert all_of(gallery) == before


@pytest.mark.parametrize("name", ["", " \u200b ", "\x00", "x" * 121, "ramp", " RAMP  "])
def test_a_name_is_asked_for_and_there_is_one_of_it(gallery, themed, name):
    before = all_of(gallery)
    with pytest.raises(Unfit):
        themes.make(gallery, name=name)
    with pytest.raises(Unfit):
        themes.rename(gallery, theme=themed[1], name=name)
    assert all_of(gallery) == before


def test_a_theme_may_change_the_capitals_of_its_own_name(gallery, themed):
    themes.rename(gallery, theme=themed[0], name=" the   RAMP\n")
    themes.rename(gallery, theme=themed[0], name="The ramp")
    assert line(gallery)[0] == "The ramp"


def test_only_notes_of_the_gallery_that_hang_are_moved(gallery, themed, stuck, team):
    other = Gallery.objects.create(team=team, title="Another")
    notes.hide(stuck[3])
    reply = Note.objects.create(
        gallery=gallery,
        poster=stuck[0].poster,
        key=uuid4(),
        digest="-",
        text="Yes",
        seq=99,
        reply_to=stuck[0],
    )
    for lost in ([stuck[3].key], [reply.key], [uuid4()]):
        with pytest.raises(Unfit, match="don’t hang any more"):
            themes.put(gallery, theme=themed[0], notes=lost)
    with pytest.raises(Unfit, match="isn’t there any more"):
        themes.put(other, theme=themed[0], notes=keys(stuck))
    with pytest.raises(Unfit, match="tick them"):
        themes.take_out(gallery, notes=[])
    done = themes.put(gallery, theme=themed[0], notes=keys(stuck))
    assert done.words == "3 notes put into “Ramp”. 1 note of those chosen doesn’t hang any more."


# What was changed since


def test_undo_leaves_what_was_changed_since_and_says_so(gallery, themed, stuck):
    done = themes.merge(gallery, theme=themed[0], into=themed[1])
    themes.take_out(gallery, notes=keys(stuck[:1]))
    back = themes.turn_back(gallery, did=done.turned)
    assert back.words == "Undone. One thing was changed since and left as it is."
    assert inside(Theme.objects.get(name="Ramp")) == {stuck[1].text}
    assert Note.objects.get(pk=stuck[0].pk).theme is None


def test_undo_keeps_a_new_theme_that_has_come_to_hold_something(gallery, themed, stuck):
    done = themes.make(gallery, name="New")
    themes.put(gallery, theme=done.theme, notes=keys(stuck[:1]))
    back = themes.turn_back(gallery, did=done.turned)
    assert "One thing was changed since" in back.words
    assert inside(done.theme) == {stuck[0].text}


def test_undo_gives_no_name_twice(gallery, themed, stuck):
    renamed = themes.rename(gallery, theme=themed[0], name="Steep")
    deleted = themes.delete(gallery, theme=themed[1])
    themes.make(gallery, name="Ramp")
    themes.make(gallery, name="Queue")
    for done in (renamed, deleted):
        assert "changed since" in themes.turn_back(gallery, did=done.turned).words
    assert line(gallery) == ["Steep", "Empty", "Ramp", "Queue"]
    assert Note.objects.get(pk=stuck[2].pk).theme is None


def test_merging_again_makes_no_second_decision_of_one_theme(gallery, themed):
    """Merged, undone, the other one decided meanwhile: then “do it again”."""
    ramp, queue = themed[:2]
    decided(ramp)
    merged = themes.merge(gallery, theme=ramp, into=queue)
    undone = themes.turn_back(gallery, did=merged.turned)
    decided(queue)
    before = all_of(gallery)
    with pytest.raises(Unfit, match="“Queue” has been decided since"):
        themes.turn_back(gallery, did=undone.turned, again=True)
    assert all_of(gallery) == before


def test_undoing_twice_changes_nothing_more(gallery, themed, stuck):
    done = themes.put(gallery, theme=themed[1], notes=keys(stuck))
    themes.turn_back(gallery, did=done.turned)
    before = all_of(gallery)
    assert "changed since" in themes.turn_back(gallery, did=done.turned).words
    assert all_of(gallery) == before


def test_the_way_back_is_for_this_gallery_and_an_hour(gallery, themed, team):
    done = themes.rename(gallery, theme=themed[0], name="Steep")
    with time_machine.travel(timezone.now(), tick=False) as clock:
        seal = theme_undo.sealed(gallery, done.turned, done.words)
        clock.shift(timedelta(seconds=3599))
        assert theme_undo.opened(gallery, seal).turned == done.turned
        assert theme_undo.opened(Gallery(code="HGFEDCBA"), seal) is None
        assert theme_undo.opened(gallery, seal[:-1]) is None
        assert theme_undo.opened(gallery, "") is None
        clock.shift(timedelta(seconds=3))
        assert theme_undo.opened(gallery, seal) is None


def test_the_way_back_from_thousands_of_notes_fits_into_an_address(gallery):
    standing = theme_undo.Standing({}, dict.fromkeys(range(70_000, 75_000), 9), {}, {})
    nothing = theme_undo.Standing({}, dict.fromkeys(standing.notes), {}, {})
    seal = theme_undo.sealed(gallery, theme_undo.Turned(standing, nothing), "5000 notes")
    assert len(seal) < 1000
    assert theme_undo.opened(gallery, seal).turned.before == standing


@pytest.mark.parametrize("count", [1, 3])
def test_an_act_takes_as_many_queries_for_any_number(
    gallery, themed, stuck, count, django_assert_num_queries
):
    with django_assert_num_queries(14):
        themes.put(gallery, theme=themed[2], notes=keys(stuck[:count]))


def test_what_a_page_calls_a_theme_tells_nothing_and_is_of_its_gallery(gallery, themed, team):
    called = themes.handle(themed[0])
    assert themes.of_gallery(gallery, called) == themed[0]
    assert str(themed[0].pk) != called
    other = Gallery.objects.create(team=team, title="Another")
    for place, name in [(other, called), (gallery, str(themed[0].pk)), (gallery, "\x00"), (gallery, "")]:
        with pytest.raises(Unfit):
            themes.of_gallery(place, name)
