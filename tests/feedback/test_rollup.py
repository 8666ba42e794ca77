"""What people said, counted: what stands out, where it is quiet, and what waits."""

from uuid import uuid4

import pytest

from feedback import notes
from feedback.models import Note, NoteKind
from feedback.rollup import by_poster, rollup
from gallery import events
from gallery.models import Poster
from measures.models import Measure


@pytest.fixture
def stick(gallery):
    def stick(poster, word="Concern", times=1, text="The gauge froze in May."):
        kind = NoteKind.objects.get(gallery=gallery, word=word)
        made = [notes.stick(poster=poster, key=uuid4(), kind=kind, text=text) for _ in range(times)]
        return made[-1]

    return stick


@pytest.fixture
def posters(gallery, team, goal, measure, poster):
    """Three measure posters on two walls, the third without a goal, and a bare welcome poster."""
    south = gallery.walls.create(name="South wall", order=2)
    second = Measure.objects.create(team=team, goal=goal, name="Days closed to swimmers")
    third = Measure.objects.create(team=team, name="Tonnes of litter")
    events.hang(wall=south, kind=Poster.Kind.WELCOME)
    return [
        poster,
        events.hang(wall=south, kind=Poster.Kind.MEASURE, measure=second),
        events.hang(wall=south, kind=Poster.Kind.MEASURE, measure=third),
    ]


def test_notes_are_counted_by_wall_goal_poster_and_kind(gallery, goal, posters, stick):
    first, second, third = posters
    stick(first, "Concern", 3)
    stick(second, "Idea", 2)
    stick(third, "Idea", 1)
    found = rollup(gallery)

    assert found.total == 6
    assert [(part.kind.word, part.count) for part in found.bar.parts] == [("Idea", 3), ("Concern", 3)]
    assert [(row.wall.name, row.bar.total) for row in found.walls] == [("North wall", 3), ("South wall", 3)]
    assert [(row.goal, row.bar.total) for row in found.goals] == [(goal, 5)]
    assert {row.poster.number: row.total for row in found.rows.values()} == {
        first.number: 3,
        second.number: 2,
        third.number: 1,
        2: 0,
    }
    assert found.written_on == 3


def test_hidden_and_withdrawn_notes_do_not_count(gallery, poster, stick):
    stick(poster)
    notes.hide(stick(poster))
    Note.objects.filter(pk=stick(poster).pk).update(state=Note.State.WITHDRAWN)
    found = rollup(gallery)
    assert (found.total, found.hidden, found.waiting) == (1, 1, 0)


def test_notes_that_wait_are_told_apart_and_do_not_count(gallery, poster, stick):
    stick(poster)
    Note.objects.filter(pk=stick(poster).pk).update(state=Note.State.WAITING)
    found = rollup(gallery)
    assert (found.total, found.hidden, found.waiting) == (1, 0, 1)


def test_another_gallerys_notes_do_not_count(gallery, poster, stick, team):
    stick(poster)
    from gallery.models import Gallery

    other = Gallery.objects.create(team=team, title="Another room")
    assert rollup(other).total == 0
    assert rollup(gallery).total == 1


def test_bars_share_one_scale_and_fill_it_at_the_busiest(gallery, posters, stick):
    stick(posters[0], "Concern", 3)
    stick(posters[0], "Idea", 1)
    stick(posters[1], "Idea", 2)
    rows = rollup(gallery).rows
    busiest = rows[posters[0].pk].bar.parts
    assert [(part.kind.word, part.x, part.width) for part in busiest] == [
        ("Idea", "0.00%", "25.00%"),
        ("Concern", "25.00%", "75.00%"),
    ]
    assert [part.width for part in rows[posters[1].pk].bar.parts] == ["50.00%"]


def test_what_stands_out_has_the_most_notes_of_its_kind_and_its_newest_words(gallery, posters, stick):
    stick(posters[0], "I’d use this", 3)
    stick(posters[1], "Concern", 2)
    stick(posters[1], "Concern", text="Who counts on Sundays?")
    stick(posters[2], "Concern", 2)
    peaks = {peak.title: peak for peak in rollup(gallery).peaks}
    assert [row.poster for row in peaks["Best liked"].rows] == [posters[0]]
    assert [row.poster for row in peaks["Loudest concern"].rows] == [posters[1]]
    assert peaks["Loudest concern"].count == 3
    assert peaks["Loudest concern"].quote.text == "Who counts on Sundays?"
    assert "Most asked about" not in peaks


def test_a_hidden_note_is_never_quoted(gallery, poster, stick):
    stick(poster, "Concern", 2)
    notes.hide(stick(poster, "Concern", text="Something rude."))
    [peak] = rollup(gallery).peaks
    assert peak.quote.text == "The gauge froze in May."


def test_posters_tied_for_it_are_all_named_and_one_note_does_not_stand_out(gallery, posters, stick):
    for poster in posters[:2]:
        stick(poster, "Concern", 2)
    stick(posters[2], "I’d use this")
    [peak] = rollup(gallery).peaks
    assert [row.poster for row in peak.rows] == posters[:2]


def test_what_a_kind_means_is_told_by_its_icon_not_by_its_word(gallery, poster, stick):
    NoteKind.objects.filter(gallery=gallery, icon="flag").update(word="Sorgen")
    stick(poster, "Sorgen", 2)
    [peak] = rollup(gallery).peaks
    assert (peak.title, peak.kind.word) == ("Loudest concern", "Sorgen")


def test_quiet_posters_come_quietest_first_and_a_welcome_is_not_asked(gallery, posters, stick):
    stick(posters[0], times=9)
    stick(posters[1], times=1)
    assert [row.poster for row in rollup(gallery).quiet] == [posters[2], posters[1]]


def test_where_no_poster_is_quiet_the_one_with_the_fewest_notes_is_named(gallery, posters, stick):
    for poster, times in zip(posters, [5, 4, 3], strict=True):
        stick(poster, times=times)
    assert [row.poster for row in rollup(gallery).quiet] == [posters[2]]


def test_where_all_are_alike_none_is_called_quiet(gallery, posters, stick):
    for poster in posters:
        stick(poster, times=3)
    assert rollup(gallery).quiet == []


def test_before_the_first_note_no_poster_is_called_quiet(gallery, posters):
    found = rollup(gallery)
    assert (found.quiet, found.peaks, found.total) == ([], [], 0)


@pytest.mark.parametrize(("copies", "hung"), [(1, 1), (3, 1), (40, 3), (400, 3)])
def test_the_roll_up_takes_as_many_queries_for_any_number(
    gallery, posters, stick, django_assert_num_queries, copies, hung
):
    for number in range(copies):
        stick(posters[number % hung], "Concern")
        stick(posters[number % hung], "I’d use this")
    with django_assert_num_queries(6):
        by_poster(rollup(gallery))
