"""What was hung is kept: visitors see it until somebody hangs it anew, and are told what would change."""

from datetime import timedelta
from html import unescape

import pytest
from django.template.loader import render_to_string
from django.utils import timezone

from gallery import as_hung, events
from gallery.differences import changed
from gallery.faces import face, face_of, faces
from gallery.models import Gallery, Hanging, Poster
from gallery.templatetags.hung import could_hang_in, hung_in
from measures.models import GoalLink
from tests.sent_back import sent_back


def fresh(poster: Poster) -> Poster:
    return Poster.objects.with_face().get(pk=poster.pk)


@pytest.fixture
def full(measure, goal):
    """A measure with everything that a poster can show of it."""
    measure.calculation = "Fit samples ÷ all samples"
    measure.shows_ranges = True
    measure.save()
    for month in range(1, 10):
        measure.values.create(period=f"2026-0{month}-01", value=90 + month % 3, remark="")
    jump = measure.values.create(period="2026-10-01", value="12.5", written="Oct", remark="Flood")
    measure.targets.create(period="2026-10-01", value=95)
    measure.baselines.create(starts="2026-01-01", reason="The first year")
    measure.signals.create(value=jump, rule="outside", confirmed=True, remark="The flood of October")
    goal.candidates.create(wording="Complaints of swimmers", strength=2, feasibility=5, reason="Too few")
    return measure


@pytest.fixture
def every_kind(gallery, poster, goal, full):
    other = type(goal).objects.create(team=goal.team, original="Clean banks", layer="team")
    GoalLink.objects.create(source=other, target=goal)
    return [
        fresh(poster),
        *(
            fresh(events.hang(wall=poster.wall, kind=kind, goal=goal if kind in {"goal", "blank"} else None))
            for kind in ["goal", "blank", "map", "welcome", "text"]
        ),
    ]


def test_a_look_is_the_same_after_it_was_packed(every_kind):
    for poster, look in zip(every_kind, as_hung.present(every_kind), strict=True):
        shows = as_hung.packed(look)
        assert as_hung.packed(as_hung.unpacked(shows)) == shows, poster.kind


def test_every_kind_of_poster_has_the_same_face_from_what_was_kept(every_kind):
    events.keep(every_kind)
    again = [fresh(poster) for poster in every_kind]
    assert len(as_hung.kept_of(again)) == len(every_kind)
    for poster, kept, look in zip(again, faces(again), as_hung.present(again), strict=True):
        now = face_of(poster, look)
        words = [
            render_to_string("gallery/_poster.html", {"face": each, "poster": poster})
            for each in ([kept, now] if poster.kind != "map" else [kept, kept])
        ]
        assert words[0] == words[1]
        assert poster.heading == poster.heading_now


def test_what_is_changed_shows_once_it_is_hung_anew(visitor, gallery, poster, measure):
    measure.name, measure.intent = "Share of all samples", "Can one swim?"
    measure.save()
    page = f"/g/{gallery.code}/{poster.number}/"
    assert "Share of all samples" not in visitor.get(page).content.decode()
    assert "Share of all samples" not in visitor.get(f"/g/{gallery.code}/").content.decode()
    assert events.hang_anew(gallery=gallery, numbers={poster.number}) == 1
    assert fresh(poster).heading == "Share of all samples"
    assert face(fresh(poster)).definition == [("What it tells us", "Can one swim?")]


def test_a_draft_follows_what_it_shows_until_people_are_invited(team, measure):
    draft = Gallery.objects.create(team=team, title="Draft")
    poster = events.hang(wall=draft.walls.create(name="Wall"), kind="measure", measure=measure)
    measure.name = "Reworded while a draft"
    measure.save()
    assert face(fresh(poster)).measure.name == "Reworded while a draft"
    now = timezone.now()
    draft.hours.create(opens=now, closes=now + timedelta(hours=1))
    events.invite(draft)
    type(measure).objects.update(name="Reworded after the invitation")
    assert face(fresh(poster)).measure.name == "Reworded while a draft"


def test_what_hung_before_is_kept_with_its_time(gallery, poster, measure):
    begun = Hanging.objects.get().since
    events.hang_anew(gallery=gallery, numbers={poster.number})
    assert Hanging.objects.count() == 1, "nothing changed, so nothing was hung anew"
    measure.values.create(period="2026-01-01", value=4)
    at = timezone.now()
    events.hang_anew(gallery=gallery, numbers={poster.number}, at=at)
    before, now = Hanging.objects.order_by("since")
    assert (before.since, before.until, now.since, now.until) == (begun, at, at, None)
    assert (len(as_hung.unpacked(before.shows).values), len(as_hung.unpacked(now.shows).values)) == (0, 1)


def test_each_difference_is_told(gallery, poster, full, goal):
    events.hang_anew(gallery=gallery, numbers={poster.number})
    assert changed([fresh(poster)]) == []
    full.calculation, full.owner = "", "Ada"
    full.save()
    full.values.filter(period="2026-01-01").update(value=70)
    full.values.create(period="2026-11-01", value=91)
    full.signals.update(confirmed=False)
    goal.result = "The river is safe to swim in all year."
    goal.save()
    [found] = changed([fresh(poster)])
    told = {each.what: (each.was, each.now) for each in found.differences}
    assert told == {
        "How it is calculated": ("Fit samples ÷ all samples", ""),
        "Owner": ("", "Ada"),
        "One measure of": (
            "The river is safe to swim in all summer.",
            "The river is safe to swim in all year.",
        ),
        "Value, 1 Jan 2026": ("91", "70"),
        "Value, 1 Nov 2026": ("", "91"),
        "Signal, Oct: outside the limits": (
            "confirmed. The flood of October",
            "dismissed. The flood of October",
        ),
    }


def test_a_map_shows_the_results_that_hung(gallery, poster, goal):
    shown = events.hang(wall=poster.wall, kind="map")
    goal.result = "Another result altogether"
    goal.save()
    assert "Another result altogether" not in str(face(fresh(shown)).map.plan)
    [found] = changed([fresh(shown)])
    [difference] = found.differences
    assert difference.what == "Result: The river is safe to swim in all summer."
    assert "Another result altogether" in difference.now


@pytest.mark.parametrize("count", [1, 3])
def test_the_queries_do_not_grow(gallery, poster, measure, count, django_assert_num_queries):
    for _ in range(count):
        events.hang(wall=poster.wall, kind="measure", measure=measure)
    posters = list(Poster.objects.filter(gallery=gallery).with_face())
    with django_assert_num_queries(5):
        changed(posters)


class TestPage:
    def path(self, gallery):
        return f"/host/{gallery.code}/hang-anew/"

    def test_it_tells_what_would_change_and_hangs_what_is_ticked(
        self, as_facilitator, gallery, poster, measure, goal
    ):
        other = events.hang(wall=poster.wall, kind="goal", goal=goal)
        type(goal).objects.update(result="Reworded result")
        type(measure).objects.update(intent="Reworded intent")
        page = as_facilitator.get(self.path(gallery)).content.decode()
        assert page.count("Reworded result") == 2  # beside the goal's own poster and its measure's
        assert "Reworded intent" in page
        answer = as_facilitator.post(self.path(gallery), {"poster": [str(other.number)]}, follow=True)
        assert "One poster hangs anew" in answer.content.decode()
        assert face(fresh(other)).goal.result == "Reworded result"
        assert face(fresh(poster)).measure.intent == ""

    def test_nothing_ticked_is_told(self, as_facilitator, gallery, poster):
        answer = as_facilitator.post(self.path(gallery), {"poster": ["²", "9" * 40]}, follow=True)
        assert "tick the posters" in answer.content.decode()

    def test_a_published_gallery_stays_as_people_saw_it(self, as_facilitator, gallery, poster, measure):
        type(measure).objects.update(name="Reworded")
        Gallery.objects.update(published_at=timezone.now())
        answer = as_facilitator.post(self.path(gallery), {"poster": [str(poster.number)]}, follow=True)
        assert "stay as people saw them" in answer.content.decode()
        assert fresh(poster).heading != "Reworded"

    def test_another_measure_on_a_poster_is_what_hangs(self, as_facilitator, gallery, poster, measure, goal):
        """Before the doors open, the admin may still choose what a poster shows."""
        gallery.hours.update(
            opens=timezone.now() + timedelta(days=1), closes=timezone.now() + timedelta(days=2)
        )
        other = type(measure).objects.create(team=measure.team, goal=goal, name="Another measure")
        words = {"wall": poster.wall_id, "position": 1, "kind": "measure", "measure": other.pk}
        answer = as_facilitator.post(f"/admin/gallery/poster/{poster.pk}/change/", words)
        assert answer.status_code == 302
        assert face(fresh(poster)).measure.name == "Another measure"


def test_what_was_said_of_a_signal_hangs_too(visitor, gallery, poster, full):
    events.hang_anew(gallery=gallery, numbers={poster.number})
    full.signals.update(remark="Said later")
    page = visitor.get(f"/g/{gallery.code}/{poster.number}/").content.decode()
    assert "The flood of October" in page
    assert "Said later" not in page


@pytest.mark.parametrize("field", ["published_at", "archived_at", "deleted_at", None])
def test_whoever_changes_a_goal_is_told_where_it_hangs_as_it_was(
    as_facilitator, gallery, poster, goal, field
):
    hung = events.hang(wall=poster.wall, kind="goal", goal=goal)
    Gallery.objects.update(**({field: timezone.now()} if field else {}))
    page = as_facilitator.get(f"/admin/measures/goal/{goal.pk}/change/").content.decode()
    assert (f"Hangs as poster {hung.number}" in page) == (field is None)


def test_the_newest_gallery_in_which_it_hangs_is_named_first(gallery, poster, goal, measure):
    newest = Gallery.objects.create(team=gallery.team, title="Newest", invited_at=timezone.now())
    there = events.hang(wall=events.wall_named(newest, "Hall"), kind="measure", measure=measure)
    again = events.hang(wall=there.wall, kind="measure", measure=measure)
    assert list(hung_in(measure)) == [there, again, poster]


def test_a_measure_that_hangs_nowhere_is_hung_from_its_own_page(as_facilitator, team, goal, measure):
    draft = Gallery.objects.create(team=team, title="Draft")
    wall = events.wall_named(draft, goal.result)
    over = Gallery.objects.create(team=team, title="Over", invited_at=timezone.now())
    over.hours.create(opens="2020-01-01T08:00Z", closes="2020-01-01T09:00Z")
    assert [(room.gallery, room.wall) for room in could_hang_in(measure)] == [(draft, wall)]
    page = as_facilitator.get(f"/admin/measures/measure/{measure.pk}/change/").content.decode()
    query = f"gallery={draft.pk}&amp;wall={wall.pk}&amp;kind=measure&amp;measure={measure.pk}"
    way = f"/admin/gallery/poster/add/?{query}"
    assert f'<a href="{way}">Draft</a>' in page
    form = sent_back(as_facilitator.get(unescape(way)), "poster_form")
    as_facilitator.post(unescape(way), form)
    assert (draft.posters.get().measure, draft.posters.get().wall) == (measure, wall)
    assert could_hang_in(measure) == []
    draft.posters.all().delete()
    measure.status = "retired"
    assert could_hang_in(measure) == []


class TestWallNames:
    """A wall that has its name from a goal follows the goal."""

    def test_a_draft_s_wall_follows_at_once(self, team, goal):
        draft = Gallery.objects.create(team=team, title="Draft")
        events.hang_all(gallery=draft, team=team)
        goal.result = "Reworded result"
        goal.save()
        assert draft.walls.filter(name="Reworded result").exists()

    def test_an_invited_one_s_once_it_is_hung_anew(self, gallery, team, goal):
        events.hang_all(gallery=gallery, team=team)
        poster = gallery.posters.get(kind="goal")
        before = poster.wall.name
        goal.result = "Reworded result"
        goal.save()
        assert gallery.walls.filter(name=before).exists()
        events.hang_anew(gallery=gallery, numbers={poster.number})
        assert gallery.walls.get(pk=poster.wall_id).name == "Reworded result"

    def test_a_wall_with_a_name_of_its_own_keeps_it(self, team, goal):
        draft = Gallery.objects.create(team=team, title="Draft")
        events.hang_all(gallery=draft, team=team)
        draft.walls.filter(name=goal.title).update(name="By the window")
        goal.result = "Reworded result"
        goal.save()
        assert draft.walls.filter(name="By the window").exists()

    def test_two_walls_never_get_one_name(self, team, goal):
        draft = Gallery.objects.create(team=team, title="Draft")
        events.hang_all(gallery=draft, team=team)
        draft.walls.create(name="Reworded result")
        goal.result = "Reworded result"
        goal.save()
        assert draft.walls.filter(name="Reworded result").count() == 1
