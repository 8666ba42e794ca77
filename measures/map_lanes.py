"""Lines of a results map that share a gutter run side by side, and turn their corners round."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from measures.map_routes import Point

LANE = 6.5
BESIDE = 5.0  # lines nearer than this are in one gutter
CORNER = 7.0


@dataclass
class Run:
    """A straight step of a way: along `axis` (0 across, 1 down) at `line` of the other axis."""

    axis: int
    line: float
    start: float
    end: float
    turn: float = 0.0  # to which side its neighbours lead, from -2 to 2

    @property
    def low(self) -> float:
        return min(self.start, self.end)

    @property
    def high(self) -> float:
        return max(self.start, self.end)


def side_by_side(ways: Sequence[Sequence[Point]], room: float) -> list[list[Point]]:
    """The ways with a lane for each in the gutters that they share; `room` is a gutter's, in units."""
    runs = [_runs(way) for way in ways]
    for axis in (0, 1):
        along = sorted((run for way in runs for run in way if run.axis == axis), key=_by_line)
        for shared in _shared(along):
            _part(shared, room)
    return [_points(way, given) for way, given in zip(runs, ways, strict=True)]


def _by_line(run: Run) -> tuple[float, float, float, float]:
    return (run.line, run.low, run.high, run.turn)


def _runs(way: Sequence[Point]) -> list[Run]:
    if any(one[0] != other[0] and one[1] != other[1] for one, other in pairwise(way)):
        return []
    found = []
    for one, other in pairwise(way):
        axis = 0 if one[1] == other[1] else 1
        found.append(Run(axis, one[1 - axis], one[axis], other[axis]))
    for before, after in pairwise(found):
        before.turn += _sign(after.end - after.start)
        after.turn += _sign(before.start - before.end)
    return found


def _sign(number: float) -> int:
    return (number > 0) - (number < 0)


def _shared(runs: Sequence[Run]) -> list[list[Run]]:
    """Runs that lie beside one another, directly or by way of others."""
    groups: list[list[Run]] = []
    for run in runs:
        beside = [group for group in groups if any(_beside(run, other) for other in group)]
        for group in beside:
            groups.remove(group)
        groups.append([run, *(each for group in beside for each in group)])
    return [group for group in groups if len(group) > 1]


def _beside(one: Run, other: Run) -> bool:
    near = abs(one.line - other.line) < BESIDE
    return near and one.low < other.high + LANE and other.low < one.high + LANE


def _part(shared: list[Run], room: float) -> None:
    """Give each a lane: those that turn to the left on the left, and as few lanes as will do."""
    lanes: list[list[Run]] = []
    for run in sorted(shared, key=lambda run: (run.turn, run.low, run.high)):
        free = (lane for lane in reversed(lanes) if not any(_beside(run, other) for other in lane))
        lane = next(free, None)
        if lane is None:
            lanes.append([run])
        else:
            lane.append(run)
    if len(lanes) < 2:
        return
    middle = sum(run.line for run in shared) / len(shared)
    step = min(LANE, room / (len(lanes) - 1))
    for place, lane in enumerate(lanes):
        for run in lane:
            run.line = middle + (place - (len(lanes) - 1) / 2) * step


def _points(runs: Sequence[Run], way: Sequence[Point]) -> list[Point]:
    if not runs:
        return list(way)
    found = [_point(runs[0], runs[0].start)]
    for before, after in pairwise(runs):
        found.append((before.line, after.line) if before.axis else (after.line, before.line))
    return [*found, _point(runs[-1], runs[-1].end)]


def _point(run: Run, at: float) -> Point:
    return (run.line, at) if run.axis else (at, run.line)


def rounded(points: Sequence[Point]) -> str:
    """The way as SVG path data, its corners round."""
    path = f"M{units(points[0][0])} {units(points[0][1])}"
    for before, corner, after in zip(points, points[1:], points[2:], strict=False):
        size = min(CORNER, _far(before, corner) / 2, _far(corner, after) / 2)
        start, end = toward(corner, before, size), toward(corner, after, size)
        path += f"L{units(start[0])} {units(start[1])}Q{units(corner[0])} {units(corner[1])} "
        path += f"{units(end[0])} {units(end[1])}"
    return f"{path}L{units(points[-1][0])} {units(points[-1][1])}"


def _far(one: Point, other: Point) -> float:
    return float(((one[0] - other[0]) ** 2 + (one[1] - other[1]) ** 2) ** 0.5)


def toward(start: Point, end: Point, length: float) -> Point:
    """The point that lies so far from one point on the way to another."""
    far = _far(start, end) or 1.0
    return (start[0] + (end[0] - start[0]) * length / far, start[1] + (end[1] - start[1]) * length / far)


def units(number: float) -> str:
    return f"{number:.1f}".removesuffix(".0")
