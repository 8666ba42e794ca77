"""The demo: what a newcomer sees first. Whole, open, the same each time, and made once."""

from collections import Counter
from datetime import UTC, datetime, timedelta
from io import StringIO

import pytest
from django.core.management import call_command
from django.core.management.base import CommandError

from feedback.demo import make as demo
from feedback.demo import series
from feedback.models import Decision, Note, Proposal
from feedback.report import rendered
from gallery.events import NotNow
from gallery.faces import face
from gallery.models import Gallery, Poster
from gallery.phases import Phase, phase
from measures.map_plan import LAYERS
from measures.models import Goal, Measure, Team, Value

pytestmark = pytest.mark.django_db

AT = datetime(2026, 11, 23, 9, 30, tzinfo=UTC)
MAIN_FIELDS = [
    "sensory_evidence", "control", "unintended", "intent", "calculation", "unit", "data_source",
    "frequency", "better", "owner", "reading", "response",
]  # fmt: skip


@pytest.fixture
def demo_gallery() -> Gallery:
    return demo.make(at=AT)


@pytest.fixture
def answered(demo_gallery) -> Gallery:
    return Gallery.objects.get(team=demo_gallery.team, published_at__isnull=False)


def run(*words: str) -> str:
    out = StringIO()
    call_command("demo", *words, stdout=out)
    return out.getvalue()


def told(gallery: Gallery) -> list[tuple]:
    """A gallery's notes as they hang, all but the primary keys and the gallery's code."""
    return list(
        gallery.notes.values_list(
            "seq", "key", "poster__number", "kind__word", "text", "name", "source", "created_at"
        )
    )


def drawn() -> list[tuple]:
    return list(
        Value.objects.values_list("measure__name", "period", "value", "remark").order_by(
            "measure__name", "period"
        )
    )


def forget() -> None:
    """Take down all that the demo made, as on an empty database."""
    for model in (Note, Poster, Gallery, Measure, Goal, Team):
        model.objects.all().delete()


def lacking(measure: Measure) -> list[str]:
    return [field for field in MAIN_FIELDS if not str(getattr(measure, field)).strip()]


def without_prompts(gallery: Gallery) -> list[Poster]:
    return [poster for poster in gallery.posters.exclude(kind=Poster.Kind.WELCOME) if not poster.questions]


def test_the_team_has_its_goals_measures_and_two_years_of_values(demo_gallery):
    team = Team.objects.get(name=demo.TEAM)
    assert demo_gallery.team == team
    assert team.goals.count() == 8
    assert Counter(Value.objects.values_list("measure__name", flat=True)) == dict.fromkeys(
        team.measures.values_list("name", flat=True), 24
    )
    assert team.measures.count() == 12
    assert sorted(set(Value.objects.values_list("period", flat=True))) == series.MONTHS


def test_every_goal_is_told_whole_and_the_measured_weigh_candidates_both_ways(demo_gallery):
    for goal in demo_gallery.team.goals.all():
        assert goal.original
        assert goal.result
        assert goal.why
    for goal in demo_gallery.team.goals.filter(measures__isnull=False).distinct():
        assert set(goal.candidates.values_list("chosen", flat=True)) == {True, False}
        assert not goal.candidates.filter(reason="").exists()


def test_every_chosen_candidate_is_a_measure_of_its_goal(demo_gallery):
    for goal in demo_gallery.team.goals.all():
        chosen = goal.candidates.filter(chosen=True).values_list("wording", flat=True)
        assert set(chosen) == set(goal.measures.values_list("name", flat=True))


def test_every_measure_has_its_design_and_definition(demo_gallery):
    assert {m.name: lacking(m) for m in demo_gallery.team.measures.all() if lacking(m)} == {}


def test_control_a_measure_with_an_empty_field_is_noticed(measure):
    assert "owner" in lacking(measure)


def test_fields_keep_within_what_the_forms_allow(demo_gallery):
    for model in (Team, Goal, Measure, Value, Gallery, Poster, Note, Decision):
        for row in model.objects.all():
            row.full_clean(validate_unique=False, validate_constraints=False)


def test_a_text_says_how_many_measures_have_which_status(demo_gallery):
    statuses = Counter(demo_gallery.team.measures.values_list("status", flat=True))
    assert statuses == {"in_use": 7, "pilot": 3, "design": 1, "idea": 1}
    text = demo_gallery.posters.get(kind=Poster.Kind.TEXT).text
    assert (
        "Seven are in use, three on trial, one is still being drawn and one is no more than an idea" in text
    )


def test_the_stories_are_in_the_values(demo_gallery):
    on_time = Measure.objects.get(name="Crossings that left on time").values.order_by("period")
    before, after = on_time.filter(period__lt="2026-03-01"), on_time.filter(period__gte="2026-03-01")
    assert max(v.value for v in before) < min(v.value for v in after)
    assert after[0].remark
    ran = Measure.objects.get(name="Timetabled crossings that ran").values.order_by("value")
    assert ran[1].value - ran[0].value > 5
    assert ran[0].remark
    assert not Value.objects.filter(value__lt=0).exists()
    assert not Value.objects.filter(measure__unit="%", value__gt=100).exists()


def test_people_hurt_are_whole_people(demo_gallery):
    journeys = dict(Measure.objects.get(name="Journeys made").values.values_list("period", "value"))
    for value in Measure.objects.get(name="Injuries per 100,000 journeys").values.all():
        people = float(value.value * journeys[value.period]) / 100
        assert people == pytest.approx(round(people), abs=0.06)


def test_walls_and_every_kind_of_poster(demo_gallery):
    assert demo_gallery.walls.count() == 5
    kinds = Counter(demo_gallery.posters.values_list("kind", flat=True))
    assert kinds == {"welcome": 1, "map": 1, "text": 1, "goal": 4, "measure": 12, "blank": 2}
    assert without_prompts(demo_gallery) == []


def test_the_map_has_every_layer_and_every_kind_of_link(demo_gallery):
    shown = face(demo_gallery.posters.with_face().get(kind=Poster.Kind.MAP)).map
    assert [layer.name for layer in shown.outline] == list(LAYERS.values())
    assert {tie.kind for tie in shown.plan.ties} == {"cause", "companion", "conflict"}
    assert len(shown.spots) == 4


def test_control_a_poster_without_prompts_is_noticed(poster):
    poster.prompts = " \n"
    poster.save()
    assert without_prompts(poster.gallery) == [poster]


def test_prompts_are_the_posters_own(demo_gallery):
    prompts = [poster.prompts for poster in demo_gallery.posters.exclude(kind=Poster.Kind.WELCOME)]
    assert len(set(prompts)) == len(prompts)
    assert all(1 <= len(poster.questions) <= 2 for poster in demo_gallery.posters.exclude(kind="welcome"))


def test_there_are_many_notes_and_no_two_alike(demo_gallery, answered):
    notes = Note.objects.all()
    assert 60 <= demo_gallery.notes.without_replies().count() <= 90
    assert 12 <= answered.notes.without_replies().count() <= 15
    assert len({note.text for note in notes}) == notes.count()
    assert max(len(note.text) for note in notes) <= 1000
    assert not notes.filter(author__isnull=False).exists()


def test_voices_differ(demo_gallery):
    notes = demo_gallery.notes.without_replies()
    assert set(notes.values_list("kind__icon", flat=True)) == {"tick", "question", "bulb", "flag", "gap"}
    assert 3 <= notes.filter(source="paper").count() <= 12
    assert notes.exclude(name="").count() < notes.filter(name="").count()
    assert min(len(note.text) for note in notes) < 40 < 120 < max(len(note.text) for note in notes)


def test_one_measure_is_liked_one_worries_people_and_one_is_quiet(demo_gallery):
    posters = {p.heading: p for p in demo_gallery.posters.with_face().filter(kind="measure")}

    def share(name: str, icon: str) -> float:
        notes = posters[name].notes.without_replies()
        return notes.filter(kind__icon=icon).count() / notes.count()

    assert share("Crossings that left on time", "tick") > 0.5
    assert share("Minutes to turn the boat round", "flag") > 0.5
    quiet = [p.heading for p in demo_gallery.posters.with_face() if not p.notes.exists()]
    assert quiet == ["Minutes to the last lifejacket"]


def test_notes_hang_in_the_order_in_which_they_came(demo_gallery):
    """But for those that somebody answered, which came to every screen again then."""
    notes = list(demo_gallery.notes.without_replies().order_by("created_at"))
    alone = [note.seq for note in notes if not note.replies.exists()]
    assert alone == sorted(alone)
    assert all(phase(demo_gallery, note.created_at) == Phase.OPEN for note in notes)
    assert AT - timedelta(hours=1) < notes[-1].created_at < AT
    demo_gallery.refresh_from_db()
    assert demo_gallery.seq == demo_gallery.notes.order_by("seq").last().seq


def test_people_talk_hosts_answer_and_measures_are_proposed(demo_gallery):
    replies = demo_gallery.notes.filter(reply_to__isnull=False).select_related("reply_to")
    assert (replies.filter(from_host=True).count(), replies.count()) == (5, 11)
    assert all(reply.reply_to.created_at <= reply.created_at < AT for reply in replies)
    assert all(reply.reply_to.seq > reply.seq for reply in replies)
    nods = [note.me_toos.count() for note in demo_gallery.notes.filter(me_toos__isnull=False).distinct()]
    assert (min(nods), max(nods), len(nods)) == (3, 14, 6)
    proposals = Proposal.objects.filter(note__gallery=demo_gallery)
    assert [each.note.poster.kind for each in proposals] == ["blank", "blank"]
    assert all(each.shows and each.data_from for each in proposals)


def test_an_answer_follows_its_question(demo_gallery):
    asked = demo_gallery.notes.get(text__startswith="Did it get more dangerous")
    answer = demo_gallery.notes.get(text__startswith="More honest.")
    assert asked.poster == answer.poster
    assert asked.created_at < answer.created_at


@pytest.mark.parametrize("hour", [0, 7, 16, 23])
@pytest.mark.parametrize("day", [datetime(2026, 11, 23, tzinfo=UTC), datetime(2026, 3, 28, tzinfo=UTC)])
def test_the_doors_are_open_whenever_it_is_made(day, hour):
    at = day + timedelta(hours=hour, minutes=10)
    gallery = demo.make(at=at)
    for moment in (at - timedelta(hours=1), at, at + timedelta(hours=8), at + timedelta(days=5)):
        assert phase(gallery, moment) == Phase.OPEN
    assert phase(gallery, at + timedelta(days=8)) == Phase.CLOSED


def test_the_gallery_before_is_answered_poster_by_poster(answered):
    assert phase(answered, AT) == Phase.REPORTED
    decided = Decision.objects.filter(poster__gallery=answered)
    assert set(decided.values_list("verdict", flat=True)) == {"keep", "change", "drop", "add"}
    noted = answered.posters.filter(notes__isnull=False).distinct()
    assert set(noted) == {decision.poster for decision in decided}
    assert answered.thanks
    assert all(note.created_at < answered.published_at < AT for note in answered.notes.all())


def test_the_report_of_the_gallery_before_shows_all_that_there_is_to_show(answered):
    page = rendered(answered)
    for words in (
        "What happens next",
        "On wheels, at both ends",
        "tally-bar",
        "Our last word",
        "Me too",
        "A host answered:",
        "No, because",
        "<del>The skippers’ notebooks</del>",
        "<ins>Crossings with a step-free ramp</ins>",
        "Since then",
        "These led to our decision.",
    ):
        assert words in page
    decided = Decision.objects.filter(theme__gallery=answered)
    assert set(answered.themes.all()) == {decision.theme for decision in decided}


def test_made_twice_on_empty_databases_it_is_the_same():
    first = demo.make(at=AT)
    before = told(first), drawn(), first.code
    forget()
    second = demo.make(at=AT)
    assert (told(second), drawn()) == before[:2]
    assert second.code != before[2]


def test_control_another_seed_is_another_demo(monkeypatch):
    before = told(demo.make(at=AT)), drawn()
    forget()
    monkeypatch.setattr(series, "SEED", "another")
    after = told(demo.make(at=AT)), drawn()
    assert all(one != other for one, other in zip(before, after, strict=True))


def test_making_it_again_changes_nothing(demo_gallery):
    assert demo.make(at=AT + timedelta(days=1)) == demo_gallery
    assert Gallery.objects.count() == 2
    assert Team.objects.count() == 1


def test_a_renamed_team_is_still_the_demo(demo_gallery):
    Team.objects.update(name="Our ferry")
    assert demo.make(at=AT) == demo_gallery
    assert Team.objects.count() == 1


def test_a_team_without_its_galleries_is_left_alone():
    Team.objects.create(name=demo.TEAM)
    with pytest.raises(NotNow, match="without its galleries"):
        demo.make(at=AT)
    with pytest.raises(CommandError, match="Delete or rename it"):
        run()
    assert Goal.objects.count() == 0


def test_it_is_made_in_few_queries(django_assert_max_num_queries):
    with django_assert_max_num_queries(1_000):
        demo.make(at=AT)


class TestCommand:
    def test_tells_title_code_and_counts(self):
        said = run("--code", "2345-6789")
        gallery = Gallery.objects.get(code="23456789")
        assert gallery.title in said
        assert "2345-6789" in said
        assert f"8 goals, 12 measures, 5 walls, 21 posters, {gallery.notes.count()} notes" in said

    def test_keeps_quiet_when_told_to(self):
        assert run("--verbosity", "0") == ""
        assert Team.objects.filter(name=demo.TEAM).exists()

    def test_says_so_where_the_demo_is_already(self):
        run()
        code = demo.standing().code
        said = run("--code", "23456789")
        assert "nothing was changed" in said
        assert code[:4] in said
        assert Gallery.objects.count() == 2

    @pytest.mark.parametrize("code", ["short", "0O1IL0O1", "123456789"])
    def test_refuses_what_can_be_no_code(self, code):
        with pytest.raises(CommandError, match="can’t be a code"):
            run("--code", code)
        assert Team.objects.count() == 0

    def test_refuses_a_code_that_is_taken(self, gallery):
        with pytest.raises(CommandError, match="Another gallery has the code"):
            run("--code", gallery.code)
        assert not Team.objects.filter(name=demo.TEAM).exists()
