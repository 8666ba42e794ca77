"""What hung, on its way to another server: the results of a map are known by their places in the file.

A goal that has gone since it hung has no place there; it counts on below zero, in the order in which
the map names it, here and there.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from itertools import chain
from typing import Any

from django.db.models import Model

from feedback.moved_cells import check_again
from feedback.moving import Refusal
from gallery.as_hung import Look, unpacked
from gallery.models import Poster
from measures.map_plan import FORWARDS, LAYERS, Plan
from measures.models import Team


def translated(shows: dict[str, Any], known: Mapping[int, int]) -> dict[str, Any]:
    """The same with other keys for a map's results; what is not among the `known` is counted below zero."""
    if "map" not in shows:
        return shows
    keys: dict[int, int] = {}
    gone = 0
    for key, *_ in shows["map"]["results"]:
        if key not in known:
            gone -= 1
        keys[key] = known.get(key, gone)
    results = [[keys[key], *rest] for key, *rest in shows["map"]["results"]]
    ties = [[keys[source], keys[target], kind] for source, target, kind in shows["map"]["ties"]]
    return shows | {"map": shows["map"] | {"results": results, "ties": ties}}


def check(shows: Any, kind: str, goals: int) -> None:
    """Whether a poster of this kind can be drawn of it, in a file of so many goals. Raises Refusal."""
    try:
        look = unpacked(shows)
    except (ArithmeticError, AttributeError, LookupError, TypeError, ValueError):
        look = None
    if look is None or not isinstance(shows, dict):
        raise Refusal("what hung can’t be read")
    there = {"measure": look.measure, "map": look.plan, "goal": look.goal, "blank": look.goal}
    if kind in there and there[kind] is None:
        raise Refusal(f"what hung is nothing that a {Poster.Kind(kind).label} poster can show")
    for row in _rows(look):
        check_again(row)
    _check_series(look)
    if look.plan:
        _check_plan(look.plan, goals)


def _rows(look: Look) -> Iterable[Model]:
    series = chain(look.values, look.targets, look.baselines, look.signals, look.candidates)
    return [*filter(None, [look.goal, look.measure]), *series]


def _check_series(look: Look) -> None:
    for periods in ([row.period for row in look.values], [row.period for row in look.targets]):
        if len(set(periods)) != len(periods):
            raise Refusal("what hung has two values for one period")
    if any(row.ends and row.ends < row.starts for row in look.baselines):
        raise Refusal("what hung has a baseline that ends before it starts")
    if look.long_run not in Team.LongRun.values:
        raise Refusal("what hung counts its long runs otherwise")


def _check_plan(plan: Plan, goals: int) -> None:
    keys = [result.key for result in plan.results]
    if any(type(key) is not int or key >= goals for key in keys) or len(set(keys)) != len(keys):
        raise Refusal("the map that hung names a goal that is not in the file")
    for result in plan.results:
        words = [result.words, result.layer, *result.measures]
        if not all(isinstance(each, str) for each in words) or result.layer not in LAYERS:
            raise Refusal("the map that hung has a result that can’t be read")
    for tie in plan.ties:
        ends_known = tie.source in keys and tie.target in keys and tie.source != tie.target
        if not ends_known or tie.kind not in list(FORWARDS):
            raise Refusal("the map that hung has a link that leads nowhere")
