import pytest
from django.db import IntegrityError, transaction

from gallery import events
from gallery.models import Gallery, Poster
from gallery.phases import Phase, phase
from measures.models import Goal, Measure, Team


@pytest.fixture
def draft(team) -> Gallery:
    return Gallery.objects.create(team=team, title="Draft")


def test_a_number_is_given_once_and_never_again(draft, measure):
    wall = events.wall_named(draft, "North")
    first = events.hang(wall=wall, kind="measure", measure=measure)
    second = events.hang(wall=wall, kind="text", title="Why")
    assert [first.number, second.number] == [1, 2]
    second.delete()
    assert events.hang(wall=wall, kind="text", title="Again").number == 3


def test_hanging_puts_a_poster_at_the_end_of_its_wall_with_the_usual_prompts(draft, measure):
    wall = events.wall_named(draft, "North")
    events.hang(wall=wall, kind="text", title="Why")
    poster = events.hang(wall=wall, kind="measure", measure=measure)
    assert poster.position == 2
    assert poster.questions == events.PROMPTS["measure"].splitlines()


def test_hang_all_gives_each_goal_a_wall_and_leaves_out_the_retired(draft, team, goal, measure):
    other = Goal.objects.create(team=team, original="Answer complaints", order=2)
    Measure.objects.create(team=team, goal=other, name="Days to an answer")
    Measure.objects.create(team=team, goal=other, name="Old one", status="retired")
    Measure.objects.create(team=team, name="Without a goal")
    posters = events.hang_all(gallery=draft, team=team)
    walls = [(poster.wall.name, poster.heading) for poster in draft.posters.in_order().with_face()]
    assert len(posters) == 6
    assert walls == [
        ("Entrance", "Welcome: Draft"),
        (goal.title, goal.title),
        (goal.title, measure.name),
        ("Answer complaints", "Answer complaints"),
        ("Answer complaints", "Days to an answer"),
        ("More measures", "Without a goal"),
    ]


def test_hanging_all_again_hangs_only_what_is_new(draft, team, goal, measure):
    events.hang_all(gallery=draft, team=team)
    Measure.objects.create(team=team, goal=goal, name="Days closed to swimmers")
    again = events.hang_all(gallery=draft, team=team)
    assert [poster.heading for poster in again] == ["Days closed to swimmers"]
    assert again[0].number == 4


@pytest.mark.parametrize("count", [1, 3])
def test_hanging_all_asks_no_more_for_more_measures(draft, team, goal, count, django_assert_num_queries):
    for number in range(count):
        Measure.objects.create(team=team, goal=goal, name=f"Measure {number}")
    with django_assert_num_queries(21):
        events.hang_all(gallery=draft, team=team)


@pytest.mark.parametrize(
    "wrong",
    [
        {"kind": "measure"},
        {"kind": "goal"},
        {"kind": "blank"},
        {"kind": "welcome", "with_goal": True},
        {"kind": "measure", "with_goal": True},
    ],
)
def test_the_database_refuses_a_poster_that_does_not_show_what_its_kind_says(draft, goal, wrong):
    wall = events.wall_named(draft, "North")
    with pytest.raises(IntegrityError, match="poster_shows_what_its_kind_says"), transaction.atomic():
        events.hang(wall=wall, kind=wrong["kind"], goal=goal if "with_goal" in wrong else None)
    assert draft.posters.count() == 0
    draft.refresh_from_db()
    assert draft.last_number == 0


def test_a_gallery_lives_from_draft_to_report(draft, noon):
    assert phase(draft, noon) is Phase.DRAFT
    events.open_doors(draft, at=noon)
    assert phase(draft, noon) is Phase.OPEN
    events.close_doors(draft, at=noon.replace(hour=13))
    assert phase(draft, noon.replace(hour=14)) is Phase.CLOSED
    events.publish(draft, at=noon.replace(hour=14))
    assert phase(draft, noon.replace(hour=15)) is Phase.REPORTED


def test_closing_for_good_while_open_leaves_nothing_to_come(draft, noon):
    draft.hours.create(opens=noon, closes=noon.replace(hour=15))
    draft.hours.create(opens=noon.replace(day=2), closes=noon.replace(day=2, hour=15))
    events.invite(draft, at=noon)
    events.close_for_good(draft, at=noon.replace(hour=13))
    draft = Gallery.objects.get(pk=draft.pk)
    assert phase(draft, noon.replace(day=2, hour=13)) is Phase.CLOSED


def test_control_closing_alone_opens_again_the_next_day(draft, noon):
    draft.hours.create(opens=noon, closes=noon.replace(hour=15))
    draft.hours.create(opens=noon.replace(day=2), closes=noon.replace(day=2, hour=15))
    events.invite(draft, at=noon)
    events.close_doors(draft, at=noon.replace(hour=13))
    draft = Gallery.objects.get(pk=draft.pk)
    assert phase(draft, noon.replace(day=2, hour=13)) is Phase.OPEN


def test_inviting_without_opening_hours_says_what_is_missing(draft, noon):
    with pytest.raises(events.NotNow, match="add opening hours"):
        events.invite(draft, at=noon)
    assert draft.invited_at is None


def test_publishing_waits_until_the_doors_are_closed(draft, noon):
    with pytest.raises(events.NotNow, match="Nobody has been here yet"):
        events.publish(draft, at=noon)
    events.open_doors(draft, at=noon)
    with pytest.raises(events.NotNow, match="Close the gallery first"):
        events.publish(draft, at=noon.replace(hour=13))
    draft.refresh_from_db()
    assert draft.published_at is None


def test_publishing_between_two_days_says_what_to_do(draft, noon):
    for day in (1, 2):
        draft.hours.create(opens=noon.replace(day=day), closes=noon.replace(day=day, hour=15))
    events.invite(draft, at=noon)
    with pytest.raises(events.NotNow, match="Close the gallery for good first"):
        events.publish(draft, at=noon.replace(hour=20))
    events.close_for_good(draft, at=noon.replace(hour=20))
    events.publish(draft, at=noon.replace(hour=20))
    assert draft.hours.count() == 1


def test_an_answered_gallery_does_not_open_again(draft, noon):
    events.open_doors(draft, at=noon)
    events.close_doors(draft, at=noon.replace(hour=13))
    events.publish(draft, at=noon.replace(hour=14))
    with pytest.raises(events.NotNow, match="can't open again"):
        events.open_doors(draft, at=noon.replace(hour=15))


def test_opening_twice_is_opening_once(draft, noon):
    events.open_doors(draft, at=noon)
    events.open_doors(draft, at=noon.replace(hour=13))
    draft.refresh_from_db()
    assert draft.opened_at == noon


def test_a_goal_that_hangs_cannot_be_deleted_with_its_poster_left(draft, goal):
    events.hang(wall=events.wall_named(draft, "North"), kind="goal", goal=goal)
    with pytest.raises(Exception, match="restricted"):
        goal.delete()
    assert Poster.objects.count() == 1


def test_codes_are_eight_symbols_without_look_alikes(db):
    team = Team.objects.create(name="Many")
    codes = {Gallery.objects.create(team=team, title="One").code for _ in range(50)}
    assert len(codes) == 50
    assert all(len(code) == 8 and not set(code) & set("01OILUV") for code in codes)
