"""A moved gallery in a team that is here already: a goal or a measure that is here too must be the same."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any

from django.db.models import Model, Q

from feedback.moving import Refusal
from feedback.moving_out import Row, of_team, tables
from measures.models import Team

Told = Mapping[str, Sequence[Row]]
# By what a thing is known by: its place, and all there is to it.
Described = dict[tuple[str, ...], tuple[int, str]]


def settle(team: Team, file_team: Row, told: Told, rows: Mapping[str, list[Any]]) -> None:
    """Let what the team has stand for the same in the file. Raises Refusal.

    Those rows get its numbers, and what belongs to them goes from `rows`.
    """
    if team.long_run != file_team["long_run"]:
        raise Refusal(f"The team “{team}” counts its long runs otherwise than the file’s. {ANOTHER}")
    own = of_team(goals=Q(team=team), measures=Q(team=team))
    here = tables(own)
    for describe, name in ((_goals, "goals"), (_measures, "measures")):
        _settle(name, describe(told), describe(here), rows[name], own[name])
    _settle_links(told, here, rows, own)
    rows["candidates"][:] = [row for row in rows["candidates"] if row.goal.pk is None]
    for name in ("values", "targets", "baselines", "signals"):
        rows[name][:] = [row for row in rows[name] if row.measure.pk is None]


ANOTHER = "Choose another name for the team with --team, and nothing of the two is mixed."


def _settle(name: str, told: Described, here: Described, rows: Sequence[Model], own: Sequence[Model]) -> None:
    for known_by, (place, whole) in told.items():
        if known_by not in here:
            continue
        there, other = here[known_by]
        if whole != other:
            what = name.removesuffix("s")
            raise Refusal(f"Its {what} “{known_by[-1]}” is not the same here as in the file. {ANOTHER}")
        rows[place].pk = own[there].pk


def _settle_links(told: Told, here: Told, rows: Mapping[str, list[Any]], own: Mapping[str, Any]) -> None:
    """Between goals that are here already, the links must be the same ones; no line is drawn anew."""
    settled = {place: row.pk for place, row in enumerate(rows["goals"]) if row.pk}
    numbers = {place: row.pk for place, row in enumerate(own["goals"])}
    theirs = {line: place for place, line in enumerate(_lines(told, settled))}
    ours = {line: place for place, line in enumerate(_lines(here, numbers))}
    both = set(settled.values())
    if {line for line in theirs if None not in line} != {line for line in ours if {*line[:2]} <= both}:
        raise Refusal(f"The team’s results are linked otherwise than in the file. {ANOTHER}")
    for line, place in theirs.items():
        if line in ours:
            rows["links"][place].pk = own["links"][ours[line]].pk


def _lines(told: Told, numbers: Mapping[int, int]) -> list[tuple[int | None, int | None, str]]:
    return [
        (numbers.get(link["source"]), numbers.get(link["target"]), link["kind"]) for link in told["links"]
    ]


def _goals(told: Told) -> Described:
    return {
        (goal["original"],): (place, _whole(goal, _of(told, "candidates", "goal", place)))
        for place, goal in enumerate(told["goals"])
    }


def _measures(told: Told) -> Described:
    found: Described = {}
    signals: dict[int, list[Row]] = {}
    for signal in told["signals"]:
        value = told["values"][signal["value"]]
        signals.setdefault(value["measure"], []).append(signal | {"value": value["period"]})
    by_measure = {name: _grouped(told[name]) for name in ("values", "targets", "baselines")}
    for place, measure in enumerate(told["measures"]):
        goal = "" if measure["goal"] is None else told["goals"][measure["goal"]]["original"]
        parts = [by_measure[name].get(place, []) for name in by_measure] + [signals.get(place, [])]
        found[measure["group"], goal, measure["name"]] = (place, _whole(measure | {"goal": goal}, *parts))
    return found


def _grouped(rows: Sequence[Row]) -> dict[int, list[Row]]:
    found: dict[int, list[Row]] = {}
    for row in rows:
        found.setdefault(row["measure"], []).append(row | {"measure": None})
    return found


def _of(told: Told, name: str, field: str, place: int) -> list[Row]:
    return [row | {field: None} for row in told[name] if row[field] == place]


def _whole(row: Row, *parts: Sequence[Row]) -> str:
    """All there is to it, in words that are the same where it is the same."""
    listed = [sorted(json.dumps(each, sort_keys=True) for each in part) for part in parts]
    return json.dumps([row, listed], sort_keys=True)
