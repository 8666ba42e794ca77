"""What an address asks for: by place, kind and state, by words, by how new they are."""

from datetime import timedelta
from uuid import uuid4

import pytest

from feedback import notes
from feedback.listing import chosen, listed, matching
from feedback.models import Note, NoteKind, Theme
from feedback.rollup import rollup
from gallery import events
from gallery.models import Gallery, Poster
from measures.models import Measure


@pytest.fixture
def stick(gallery, noon):
    def stick(poster, word="Concern", text="The gauge froze in May.", minutes_ago=0, **more):
        kind = NoteKind.objects.get(gallery=gallery, word=word)
        at = noon - timedelta(minutes=minutes_ago)
        return notes.stick(poster=poster, key=uuid4(), kind=kind, text=text, at=at, **more)

    return stick


@pytest.fixture
def posters(gallery, team, goal, poster):
    """Three measure posters on two walls, the third without a goal."""
    south = gallery.walls.create(name="South wall", order=2)
    second = Measure.objects.create(team=team, goal=goal, name="Days closed to swimmers")
    third = Measure.objects.create(team=team, name="Tonnes of litter")
    return [
        poster,
        events.hang(wall=south, kind=Poster.Kind.MEASURE, measure=second),
        events.hang(wall=south, kind=Poster.Kind.MEASURE, measure=third),
    ]


@pytest.fixture
def ask(gallery, noon):
    """The texts that an address asks for, in their order."""

    def ask(upto=None, **what):
        found = rollup(gallery)
        return [note.text for note in listed(found, chosen(what, found, at=noon, upto=upto)).notes]

    return ask


def test_an_address_asks_for_notes_by_wall_goal_poster_and_kind(posters, stick, ask):
    first = stick(posters[0], "Concern", "first", 3)
    second = stick(posters[1], "Idea", "second", 2)
    third = stick(posters[2], "Concern", "third", 1)
    assert ask() == ["third", "second", "first"]
    assert ask(wall="South wall") == ["third", "second"]
    assert ask(goal=str(posters[1].number)) == ["second", "first"]
    assert ask(poster=str(posters[2].number)) == ["third"]
    assert ask(kind="Concern") == ["third", "first"]
    assert ask(kind="Concern", wall="South wall") == ["third"]
    assert ask(state="hidden") == []
    for note in (first, second, third):
        notes.hide(note)
    assert ask(state="hidden") == ["third", "second", "first"]


def test_what_waits_is_listed_oldest_first(posters, stick, ask):
    for minutes_ago in (2, 9, 4):
        stick(posters[0], text=f"{minutes_ago} ago", minutes_ago=minutes_ago)
    stick(posters[0], text="it hangs")
    Note.objects.exclude(text="it hangs").update(state=Note.State.WAITING)
    assert ask(state="waiting") == ["9 ago", "4 ago", "2 ago"]
    assert ask() == ["it hangs"]


@pytest.mark.parametrize(
    ("words", "found"),
    [
        ("casino", True),
        ("CASINO", True),
        ("now casino", True),
        ("casino tomorrow", False),
        ("asin", True),
        ("c.sino", False),
        ("łódź", True),
        ("100 %", True),
        ("%", True),
        ("(free)", True),
        ("(", True),
        ("\\", False),
        ("free-*", True),
        ("jackpot jim", True),
        ("'; --", False),
        ("  casino \n\t ", True),
        ("cas\x00ino", True),
        ("casino " * 40, True),
    ],
)
def test_words_are_looked_for_as_they_are_in_any_case_and_order(poster, stick, ask, words, found):
    stick(poster, text="Casino ŁÓDŹ, 100 % (free) free-* NOW!", name="Jackpot Jim")
    stick(poster, text="The gauge froze in May.")
    assert ask(words=words) == (["Casino ŁÓDŹ, 100 % (free) free-* NOW!"] if found else [])


@pytest.mark.parametrize("words", ["", "   ", "\x00", "\ufffd"])
def test_no_words_are_no_search(gallery, poster, stick, noon, words):
    stick(poster)
    found = rollup(gallery)
    this = chosen({"words": words}, found, at=noon)
    assert (this.words, this.query, this.narrows) == ("", "", False)


def test_minutes_ask_for_what_was_stuck_since(poster, stick, ask):
    for minutes_ago in (0, 10, 11):
        stick(poster, text=f"{minutes_ago} ago", minutes_ago=minutes_ago)
    assert ask(minutes="10") == ["0 ago", "10 ago"]
    assert ask(minutes="1440") == ["0 ago", "10 ago", "11 ago"]


@pytest.mark.parametrize("minutes", ["0", "-5", "x", "1441", "9" * 40, "１０", "5.5", " 5"])
def test_minutes_that_are_none_are_said_and_the_rest_is_listed(gallery, poster, stick, noon, minutes):
    stick(poster, minutes_ago=2000)
    found = rollup(gallery)
    this = chosen({"minutes": minutes}, found, at=noon)
    assert "Minutes are a whole number up to 1,440" in this.problem
    assert (this.query, this.narrows, listed(found, this).total) == ("", False, 1)


def test_a_theme_goes_by_its_name(gallery, posters, stick, ask):
    nights = Theme.objects.create(gallery=gallery, name="At night, & later")
    Note.objects.filter(pk=stick(posters[0], text="dark").pk).update(theme=nights)
    stick(posters[0], text="bright")
    assert ask(theme="At night, & later") == ["dark"]
    assert ask(theme="At night, & later", kind="Idea") == []


def test_questions_without_an_answer_are_those_that_count_as_such(posters, stick, ask):
    asked = [stick(posters[0], "Question", text, ago) for text, ago in (("First?", 2), ("Second?", 1))]
    stick(posters[1], "Concern", "no question")
    assert ask(unanswered="1") == ["Second?", "First?"]
    reply = {"gallery": asked[0].gallery, "poster": asked[0].poster, "digest": "-", "text": "On Mondays."}
    Note.objects.create(**reply, key=uuid4(), seq=999, reply_to=asked[0])
    assert ask(unanswered="1") == ["Second?"]
    assert ask(unanswered="1", poster=str(posters[1].number)) == []


def test_an_hour_asks_for_what_came_from_phones_from_its_start_to_before_its_end(poster, stick, ask):
    for minutes_ago in (0, 1, 60, 61):
        stick(poster, text=f"{minutes_ago} ago", minutes_ago=minutes_ago)
    stick(poster, text="from paper", minutes_ago=30, source="paper")
    assert ask(hour="2026-06-01T1100Z") == ["1 ago", "60 ago"]
    assert ask(hour="2026-06-01T1000Z-3h") == ["0 ago", "1 ago", "60 ago", "61 ago"]


def test_what_an_address_asks_for_is_said_in_words_and_asked_for_again(gallery, poster, noon):
    Theme.objects.create(gallery=gallery, name="Nights")
    Gallery.objects.update(time_zone="Europe/Berlin")
    found = rollup(Gallery.objects.get())
    asked = {"theme": "Nights", "unanswered": "1", "hour": "2026-06-01T1000Z-2h", "wall": "North wall"}
    this = chosen(asked, found, at=noon)
    assert this.said == [
        "Questions without an answer",
        "Theme: Nights",
        "Mon 1 June, 12:00 to 14:00 CEST",
        "North wall",
    ]
    assert this.query == "?wall=North+wall&theme=Nights&unanswered=1&hour=2026-06-01T1000Z-2h"
    assert (this.place, this.everywhere) == (
        {"wall": "North wall"},
        "?theme=Nights&unanswered=1&hour=2026-06-01T1000Z-2h",
    )


def test_a_list_up_to_a_number_has_nothing_newer(poster, stick, ask, gallery):
    stick(poster, text="seen")
    changed = stick(poster, text="seen, then hidden and shown")
    upto = Gallery.objects.get(pk=gallery.pk).seq
    stick(poster, text="arrived since")
    notes.show(notes.hide(changed))
    assert ask(upto=upto) == ["seen"]
    assert len(ask()) == 3


@pytest.mark.parametrize(
    "asked",
    [
        {"poster": "999"},
        {"poster": "9" * 40},
        {"poster": "-1"},
        {"poster": "１"},
        {"wall": "No such wall"},
        {"goal": "x"},
        {"kind": "' OR 1=1"},
        {"kind": "\x00"},
        {"theme": "None such"},
        {"theme": "\x00"},
        {"unanswered": "yes"},
        {"hour": "yesterday"},
        {"hour": "2026-06-01T1000Z-0h"},
    ],
)
def test_what_is_not_there_is_said_and_the_rest_is_listed(gallery, poster, stick, noon, asked):
    stick(poster)
    found = rollup(gallery)
    this = chosen(asked, found, at=noon)
    assert next(iter(asked)) in this.problem
    assert this.query == ""
    assert len(listed(found, this).notes) == 1


def test_a_long_list_is_cut_and_says_so_until_all_is_asked_for(gallery, poster, stick, noon):
    for _ in range(13):
        stick(poster)
    found = rollup(gallery)
    newest = listed(found, chosen({}, found, at=noon))
    assert (len(newest.notes), newest.total, newest.cut) == (12, 13, True)
    everything = listed(found, chosen({"all": "1"}, found, at=noon))
    assert (len(everything.notes), everything.total, everything.cut) == (13, 13, False)


def test_a_search_keeps_what_else_is_asked_for_and_minutes_can_be_taken_off(gallery, poster, stick, noon):
    found = rollup(gallery)
    this = chosen({"kind": "Idea", "words": "a b", "minutes": "10", "all": "1"}, found, at=noon)
    assert this.query == "?kind=Idea&minutes=10&all=1&words=a+b"
    assert this.beside_words == {"kind": "Idea", "minutes": "10"}
    assert [(span.minutes, span.query, span.chosen) for span in this.spans] == [
        (5, "?kind=Idea&words=a+b&minutes=5", False),
        (10, "?kind=Idea&words=a+b", True),
        (30, "?kind=Idea&words=a+b&minutes=30", False),
    ]


@pytest.mark.parametrize("count", [1, 3, 70])
def test_a_list_takes_three_queries_for_any_number(
    gallery, poster, stick, noon, django_assert_num_queries, count
):
    for _ in range(count):
        stick(poster, text="casino")
    found = rollup(gallery)
    this = chosen({"words": "casino", "minutes": "10", "kind": "Concern"}, found, at=noon)
    with django_assert_num_queries(3):
        listing = listed(found, this)
        assert (listing.total, len(listing.notes)) == (count, min(count, 60))
    with django_assert_num_queries(0):
        assert len(listing.notes) == len(listing.first)
    with django_assert_num_queries(1):
        assert len(matching(found, this)) == count
