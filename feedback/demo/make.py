"""Make the demo team with its measures and its two galleries, around a moment `at`.

The words, values, keys and sequence numbers are the same each time; the open gallery's code and
all times are not. Which note hangs when is drawn from the fixed seed too.
"""

from collections.abc import Iterator, Mapping
from datetime import datetime, time, timedelta
from random import Random
from typing import NamedTuple
from uuid import UUID

from django.db import transaction
from django.db.models import Q

from feedback import notes
from feedback.demo import answers, before, series, walls
from feedback.demo.measures import MEASURES
from feedback.demo.notes import NOTES, NoteWords
from feedback.demo.talk import ME_TOO, TALK
from feedback.demo.team import CANDIDATES, GOALS, LINKS
from feedback.models import MeToo, Note
from gallery import events
from gallery.models import Gallery, Poster, make_code
from measures.models import Baseline, Candidate, Goal, GoalLink, Measure, Signal, Target, Team, Value

TEAM = "Saltmere River Ferry"
TIME_ZONE = "Europe/London"
DAYS_OPEN = 6
HALF_A_YEAR = timedelta(weeks=26)

Hung = dict[str, Poster]
Moments = list[datetime]


class Shown(NamedTuple):
    """What posters can show, by key."""

    goals: dict[str, Goal]
    measures: dict[str, Measure]


def standing() -> Gallery | None:
    """The demo's newest gallery, where the demo has been made; also if its team was renamed since."""
    first_key = next(_keys(walls.TITLE))
    known = Q(team__name=TEAM) | Q(notes__key=first_key)
    return Gallery.objects.filter(known).order_by("-pk").first()


@transaction.atomic
def make(*, at: datetime, code: str | None = None) -> Gallery:
    """The open gallery of the demo team; the one that stands where the demo was made before.

    Raises NotNow where the team is there and its galleries are gone. `code` must be free.
    """
    if there := standing():
        return there
    if Team.objects.filter(name=TEAM).exists():
        raise events.NotNow(
            f"The team “{TEAM}” is here without its galleries. Delete or rename it to make the demo again."
        )
    team = Team.objects.create(name=TEAM)
    goals = _make_goals(team)
    shown = Shown(goals, _make_measures(team, goals))
    _make_answered_gallery(team, shown, at - HALF_A_YEAR)
    return _make_open_gallery(team, shown, at, code or make_code())


def _make_goals(team: Team) -> dict[str, Goal]:
    goals = {
        words.key: Goal.objects.create(
            team=team,
            original=words.original,
            result=words.result,
            why=words.why,
            layer=words.layer,
            order=order,
        )
        for order, words in enumerate(GOALS, start=1)
    }
    GoalLink.objects.bulk_create(
        GoalLink(source=goals[link.source], target=goals[link.target], kind=link.kind) for link in LINKS
    )
    Candidate.objects.bulk_create(
        Candidate(**{**words._asdict(), "goal": goals[words.goal]}) for words in CANDIDATES
    )
    return goals


def _make_measures(team: Team, goals: Mapping[str, Goal]) -> dict[str, Measure]:
    made = {}
    for order, words in enumerate(MEASURES, start=1):
        fields = {name: field for name, field in words._asdict().items() if name not in {"key", "goal"}}
        made[words.key] = Measure.objects.create(
            team=team,
            goal=goals[words.goal],
            order=order,
            frequency=Measure.Frequency.MONTH,
            can_go_below_zero=False,
            shows_ranges=words.key in series.WITH_RANGES,
            **fields,
        )
    _give_values(made)
    return made


def _give_values(made: Mapping[str, Measure]) -> None:
    points = series.values()
    Value.objects.bulk_create(
        Value(measure=measure, period=point.period, value=point.value, remark=point.remark)
        for key, measure in made.items()
        for point in points[key]
    )
    Target.objects.bulk_create(
        Target(measure=made[key], period=month, value=target.value)
        for key, target in series.TARGETS.items()
        for month in series.MONTHS
        if month >= target.starts
    )
    Signal.objects.bulk_create(
        Signal(
            measure=made[key],
            value=made[key].values.get(period=said.month),
            rule=said.rule,
            confirmed=said.confirmed,
            remark=said.remark,
        )
        for key, said in series.SIGNALS.items()
    )
    Baseline.objects.bulk_create(
        Baseline(measure=made[key], starts=stretch.starts, ends=stretch.ends, reason=stretch.reason)
        for key, stretch in series.BASELINES.items()
    )


def _make_open_gallery(team: Team, shown: Shown, at: datetime, code: str) -> Gallery:
    gallery = Gallery.objects.create(
        team=team,
        code=code,
        title=walls.TITLE,
        invitation=walls.INVITATION,
        place=walls.PLACE,
        time_zone=TIME_ZONE,
    )
    first_day = _on_day(gallery, at, days=-1, hour=10)
    gallery.hours.create(opens=first_day, closes=_on_day(gallery, at, days=DAYS_OPEN, hour=17))
    hung = _hang(gallery, walls.WALLS, shown, hung_at=first_day - timedelta(hours=2))
    events.invite(gallery, at=first_day - timedelta(days=9))
    events.open_doors(gallery, at=at)
    count = sum(len(words) for words in NOTES.values())
    on_first_day = count * 3 // 5
    moments = _moments("first day", first_day, first_day + timedelta(hours=7), on_first_day)
    moments += _moments("today", at - timedelta(hours=3), at - timedelta(minutes=2), count - on_first_day)
    _stick(gallery, hung, NOTES, moments)
    _talk(gallery, hung, at)
    return gallery


def _make_answered_gallery(team: Team, shown: Shown, at: datetime) -> Gallery:
    gallery = Gallery.objects.create(
        team=team,
        title=before.TITLE,
        invitation=before.INVITATION,
        place=before.PLACE,
        thanks=before.THANKS,
        next_steps=before.NEXT_STEPS,
        time_zone=TIME_ZONE,
    )
    now = answers.as_it_was(shown.goals, shown.measures)
    opens, closes = (_on_day(gallery, at, days=0, hour=hour) for hour in (10, 17))
    gallery.hours.create(opens=opens, closes=closes)
    hung = _hang(gallery, before.WALLS, shown, hung_at=opens - timedelta(hours=2))
    events.invite(gallery, at=opens - timedelta(days=6))
    count = sum(len(words) for words in before.NOTES.values())
    _stick(gallery, hung, before.NOTES, _moments("before", opens, closes, count))
    answers.say(now)
    published = _on_day(gallery, at, days=9, hour=16)
    made_of_it = shown.measures[before.MADE_OF_IT]
    answers.answer(gallery, hung, made_of_it, published, _keys(f"answers in {gallery.title}"))
    return gallery


def _hang(gallery: Gallery, plan: list[walls.WallWords], shown: Shown, hung_at: datetime) -> Hung:
    hung = {}
    for wall_words in plan:
        wall = events.wall_named(gallery, wall_words.name)
        for words in wall_words.posters:
            is_measure = words.kind == Poster.Kind.MEASURE
            hung[words.key] = events.hang(
                wall=wall,
                kind=words.kind,
                goal=None if is_measure or not words.shows else shown.goals[words.shows],
                measure=shown.measures[words.shows] if is_measure else None,
                title=words.title,
                text=words.text,
                prompts=words.prompts,
                host=words.host,
            )
    gallery.posters.update(hung_at=hung_at)
    return hung


def _stick(gallery: Gallery, hung: Hung, said: Mapping[str, list[NoteWords]], moments: Moments) -> None:
    kinds = {kind.icon: kind for kind in gallery.note_kinds.all()}
    for (poster, words), at, key in zip(_as_people_drift(said), moments, _keys(gallery.title), strict=False):
        notes.stick(
            poster=hung[poster],
            key=key,
            kind=kinds[words.kind],
            text=words.text,
            name=words.name,
            source=Note.Source.PAPER if words.paper else Note.Source.PHONE,
            at=at,
            proposes=words.proposes,
        )


def _talk(gallery: Gallery, hung: Hung, now: datetime) -> None:
    """Answers come some minutes after their note or after each other, and none after `now`."""
    chance = _chance("talk")
    for said, key in zip(TALK, _keys(f"talk in {gallery.title}"), strict=False):
        note = hung[said.poster].notes.get(text__startswith=said.to)
        last = max([note.created_at, *note.replies.values_list("created_at", flat=True)])
        notes.stick(
            poster=hung[said.poster],
            key=key,
            kind=None,
            text=said.text,
            name=said.name,
            at=last + chance.random() * min(timedelta(minutes=30), now - last),
            answers=note,
            from_host=said.host,
        )
    MeToo.objects.bulk_create(
        MeToo(note=hung[nods.poster].notes.get(text__startswith=nods.to))
        for nods in ME_TOO
        for _ in range(nods.times)
    )


def _as_people_drift(said: Mapping[str, list[NoteWords]]) -> Iterator[tuple[str, NoteWords]]:
    """All notes, posters mixed, each poster's own in their order, so that answers follow questions."""
    posters = [poster for poster, words in said.items() for _ in words]
    _chance("drift").shuffle(posters)
    left = {poster: iter(words) for poster, words in said.items()}
    for poster in posters:
        yield poster, next(left[poster])


def _moments(what: str, start: datetime, end: datetime, count: int) -> Moments:
    chance = _chance(what)
    return sorted(start + chance.random() * (end - start) for _ in range(count))


def _keys(title: str) -> Iterator[UUID]:
    chance = _chance(f"keys of {title}")
    while True:
        yield UUID(int=chance.getrandbits(128), version=4)


def _chance(what: str) -> Random:
    return Random(f"{series.SEED}/{what}")  # noqa: S311 # nosec B311 - a made-up room, guards nothing


def _on_day(gallery: Gallery, at: datetime, *, days: int, hour: int) -> datetime:
    """That hour in the gallery's zone, so many days from `at`."""
    day = at.astimezone(gallery.zone).date() + timedelta(days=days)
    return datetime.combine(day, time(hour), gallery.zone)
