"""What people said, counted: by wall, goal, poster and kind, and what waits."""

import pytest

from feedback import notes
from feedback.models import Note
from feedback.rollup import rollup


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


def test_a_part_of_the_posters_adds_up_by_itself_and_its_numbers_lead_to_it(gallery, goal, posters, stick):
    first, second, third = posters
    stick(first, "Concern", 3)
    stick(second, "Idea", 2)
    stick(third, "Idea", 1)
    notes.hide(stick(third))
    Note.objects.filter(pk=stick(second).pk).update(state=Note.State.WAITING)
    found = rollup(gallery)
    south = found.narrowed(lambda poster: poster.wall.name == "South wall", {"wall": "South wall"})
    assert (south.total, south.hidden, south.waiting, south.written_on, len(south.rows)) == (3, 1, 1, 2, 3)
    assert [(row.goal, row.bar.total) for row in south.goals] == [(goal, 2)]
    assert south.bar.query == "?wall=South+wall"
    assert south.bar.parts[0].query == "?wall=South+wall&kind=Idea"
    assert south.goals[0].bar.query == "?wall=South+wall&goal=1" or second.number != 1
    assert (found.total, found.hidden, found.waiting) == (6, 1, 1)
    assert found.narrowed(lambda poster: False, {}).total == 0


@pytest.mark.parametrize(("copies", "hung"), [(1, 1), (3, 1), (40, 3), (400, 3)])
def test_the_roll_up_takes_as_many_queries_for_any_number(
    gallery, posters, stick, django_assert_num_queries, copies, hung
):
    for number in range(copies):
        stick(posters[number % hung], "Concern")
        stick(posters[number % hung], "I’d use this")
    with django_assert_num_queries(4):
        rollup(gallery)
