"""What was hung is kept: from the invitation on, a poster shows what it showed when it was hung.

So feedback refers to what people saw, whatever is changed meanwhile. A draft's posters follow
what they show. `gallery.events` keeps and hangs anew; this module packs what there is to see of a
goal, a measure or a map into plain data, and makes of it again what a face is drawn from.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any

from django.db.models import Model, Prefetch, prefetch_related_objects

from gallery.models import Hanging, Poster
from measures.map_plan import Plan, Result, Tie
from measures.models import Baseline, Candidate, Goal, Measure, Signal, Target, Value
from measures.results_map import plans
from measures.xmr import LONG_RUN

ON_THE_WALL = "on_the_wall"
NOT_SHOWN = {"id", "team", "goal", "order", "kept_hints"}


def _shown(model: type[Model]) -> list[str]:
    return [each.name for each in model._meta.concrete_fields if each.name not in NOT_SHOWN]


GOAL, MEASURE, CANDIDATE = _shown(Goal), _shown(Measure), _shown(Candidate)


@dataclass(frozen=True)
class Look:
    """All that a poster shows besides its own words. The rows need not be in the database."""

    goal: Goal | None = None
    measure: Measure | None = None
    values: list[Value] = field(default_factory=list)
    targets: list[Target] = field(default_factory=list)
    baselines: list[Baseline] = field(default_factory=list)
    signals: list[Signal] = field(default_factory=list)
    candidates: list[Candidate] = field(default_factory=list)
    plan: Plan | None = None
    long_run: int = LONG_RUN


def looks(posters: Sequence[Poster]) -> list[Look]:
    """What each poster shows: as it was hung, or as it is now where nothing was kept of it.

    The posters come from `Poster.objects.with_face()`; the number of queries doesn't grow with them.
    """
    kept = kept_of(posters)
    rest = [poster for poster in posters if poster.pk not in kept]
    now = dict(zip([poster.pk for poster in rest], present(rest), strict=True))
    return [(kept | now)[poster.pk] for poster in posters]


def kept_of(posters: Sequence[Poster]) -> dict[int, Look]:
    """What was kept of each poster, by its key; one query where any may have been hung."""
    invited = [poster for poster in posters if poster.gallery.invited_at]
    now = Hanging.objects.filter(until__isnull=True)
    prefetch_related_objects(invited, Prefetch("hangings", queryset=now, to_attr=ON_THE_WALL))
    return {
        poster.pk: unpacked(hanging.shows) for poster in invited for hanging in getattr(poster, ON_THE_WALL)
    }


def present(posters: Sequence[Poster]) -> list[Look]:
    """What each poster would show if it were hung now."""
    measures = [poster.measure for poster in posters if poster.measure]
    prefetch_related_objects(measures, "values", "targets", "baselines", "signals")
    goals = [poster.goal for poster in posters if poster.goal and poster.kind == Poster.Kind.GOAL]
    prefetch_related_objects(goals, "candidates")
    mapped = {poster.gallery.team_id for poster in posters if poster.kind == Poster.Kind.MAP}
    drawn = plans(mapped) if mapped else {}
    return [_present(poster, drawn) for poster in posters]


def _present(poster: Poster, drawn: dict[int, Plan]) -> Look:
    if poster.kind == Poster.Kind.MAP:
        return Look(plan=drawn[poster.gallery.team_id])
    if poster.goal:
        weighed = list(poster.goal.candidates.all()) if poster.kind == Poster.Kind.GOAL else []
        return Look(goal=poster.goal, candidates=weighed)
    if not poster.measure:
        return Look()
    values = list(poster.measure.values.all())
    by_key = {value.pk: value for value in values}
    signals = list(poster.measure.signals.all())
    for signal in signals:
        signal.value = by_key[signal.value_id]
    return Look(
        goal=poster.measure.goal,
        measure=poster.measure,
        values=values,
        targets=list(poster.measure.targets.all()),
        baselines=list(poster.measure.baselines.all()),
        signals=signals,
        long_run=poster.measure.team.long_run,
    )


def packed(look: Look) -> dict[str, Any]:
    """The look as plain data for JSON: only what there is, numbers as they are written."""
    found: dict[str, Any] = {
        "goal": _fields(look.goal, GOAL),
        "measure": _fields(look.measure, MEASURE),
        "values": [[*_point(each), each.remark] for each in look.values],
        "targets": [_point(each) for each in look.targets],
        "baselines": [[_day(each.starts), _day(each.ends), each.reason] for each in look.baselines],
        "signals": [
            [_day(each.value.period), each.rule, each.confirmed, each.remark] for each in look.signals
        ],
        "candidates": [_fields(each, CANDIDATE) for each in look.candidates],
        "map": _packed_map(look.plan),
        "long_run": look.long_run if look.measure else None,
    }
    return {name: what for name, what in found.items() if what}


def unpacked(shows: dict[str, Any]) -> Look:
    """The look again, in rows that are not saved. What a newer version packs besides is passed over."""
    goal = Goal(**_known(shows["goal"], GOAL)) if "goal" in shows else None
    measure = Measure(**_known(shows["measure"], MEASURE), goal=goal) if "measure" in shows else None
    values = [Value(**_series(point), remark=point[3]) for point in shows.get("values", [])]
    by_day = {value.period: value for value in values}
    return Look(
        goal=goal,
        measure=measure,
        values=values,
        targets=[Target(**_series(point)) for point in shows.get("targets", [])],
        baselines=[
            Baseline(starts=date.fromisoformat(starts), ends=_date(ends), reason=reason)
            for starts, ends, reason in shows.get("baselines", [])
        ],
        signals=[
            Signal(value=by_day[date.fromisoformat(day)], rule=rule, confirmed=confirmed, remark=remark)
            for day, rule, confirmed, remark in shows.get("signals", [])
        ],
        candidates=[Candidate(**_known(each, CANDIDATE)) for each in shows.get("candidates", [])],
        plan=_unpacked_map(shows["map"]) if "map" in shows else None,
        long_run=shows.get("long_run") or LONG_RUN,
    )


def _fields(row: Model | None, names: Iterable[str]) -> dict[str, Any]:
    return {name: getattr(row, name) for name in names} if row else {}


def _known(told: dict[str, Any], names: Iterable[str]) -> dict[str, Any]:
    return {name: told[name] for name in names if name in told}


def _point(row: Value | Target) -> list[str]:
    return [row.period.isoformat(), row.written, f"{Decimal(row.value).normalize():f}"]


def _series(point: Sequence[str]) -> dict[str, Any]:
    return {"period": date.fromisoformat(point[0]), "written": point[1], "value": Decimal(point[2])}


def _day(day: date | None) -> str:
    return day.isoformat() if day else ""


def _date(written: str) -> date | None:
    return date.fromisoformat(written) if written else None


def _packed_map(plan: Plan | None) -> dict[str, Any]:
    if plan is None:
        return {}
    return {
        "results": [[each.key, each.words, each.layer, list(each.measures)] for each in plan.results],
        "ties": [[each.source, each.target, each.kind] for each in plan.ties],
    }


def _unpacked_map(told: dict[str, Any]) -> Plan:
    return Plan(
        tuple(Result(key, words, layer, tuple(names)) for key, words, layer, names in told["results"]),
        tuple(Tie(*tie) for tie in told["ties"]),
    )
