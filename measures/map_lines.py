"""The lines of a results map as strokes: an arrow, a double line, a zigzag. Each kind has its own shape."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from measures.axes import width
from measures.map_frames import Place
from measures.map_lanes import rounded, toward, units
from measures.map_routes import Point

ARROW = 8.0
TOOTH = 4.0
MOST_TEETH = 9
WORDS_TYPE = 9.0


@dataclass(frozen=True)
class Line:
    """`path` is the stroke, `tip` a filled shape at its end, `words` what stands beside it, if anything."""

    kind: str
    path: str
    tip: str = ""
    words: str = ""
    at: Place | None = None


def line(kind: str, points: Sequence[Point]) -> Line:
    """The line along a way; its words come later (placed)."""
    if kind == "cause":
        end = toward(points[-1], points[-2], ARROW - 1.5)
        return Line(kind, rounded([*points[:-1], end]), _arrow(points[-2], points[-1]))
    if kind == "conflict":
        return Line(kind, _zigzag(points), _bar(points[1], points[0]) + _bar(points[-2], points[-1]))
    return Line(kind, rounded(points))


def _arrow(start: Point, tip: Point) -> str:
    back, across = _sides(start, tip, ARROW, ARROW * 0.48)
    return (
        "M" + "L".join(f"{units(x)} {units(y)}" for x, y in (tip, across[0], across[1])) + "Z" if back else ""
    )


def _bar(start: Point, end: Point) -> str:
    """A thin filled bar across the end of a line: it stops here."""
    _, (one, other) = _sides(start, end, 0.6, 5.0)
    _, (three, four) = _sides(start, end, 2.4, 5.0)
    return "M" + "L".join(f"{units(x)} {units(y)}" for x, y in (one, other, four, three)) + "Z"


def _sides(start: Point, tip: Point, back: float, half: float) -> tuple[Point, tuple[Point, Point]]:
    """A point so far back from the tip, and the two points beside it."""
    at = toward(tip, start, back)
    ahead = toward(tip, start, back + 1)
    along = (ahead[0] - at[0], ahead[1] - at[1])
    return at, (
        (at[0] - along[1] * half, at[1] + along[0] * half),
        (at[0] + along[1] * half, at[1] - along[0] * half),
    )


def _zigzag(points: Sequence[Point]) -> str:
    """The way with teeth in the middle of its longest step."""
    steps = list(pairwise(points))
    longest = max(range(len(steps)), key=lambda at: (round(_long(*steps[at]), 3), -at))
    start, end = steps[longest]
    length = _long(start, end)
    teeth = min(MOST_TEETH, int((length - 8) / TOOTH))
    if teeth < 2:
        return rounded(points)
    begin = (length - teeth * TOOTH) / 2
    first, last = toward(start, end, begin), toward(end, start, begin)
    drawn = rounded([*points[: longest + 1], first])
    for tooth in range(teeth):
        _, sides = _sides(end, start, begin + (tooth + 0.5) * TOOTH, TOOTH * 0.75)
        drawn += f"L{units(sides[tooth % 2][0])} {units(sides[tooth % 2][1])}"
    return drawn + "L" + rounded([last, *points[longest + 1 :]]).removeprefix("M")


def _long(one: Point, other: Point) -> float:
    return abs(one[0] - other[0]) + abs(one[1] - other[1])


def worded(found: Line, points: Sequence[Point], words: str, taken: list[Place], size: Point) -> Line:
    """The line with its words where a picture of this size has room for them, else without."""
    wide, high = width(words, WORDS_TYPE) + 6, WORDS_TYPE + 4
    middle, *others = _spots(points)
    spots = [*others, middle] if found.kind == "conflict" else [middle, *others]  # it has teeth there
    for x, y in spots:
        place = Place(x, y, wide, high)
        inside = wide / 2 < x < size[0] - wide / 2
        if inside and not any(place.touches(other, 1.5) for other in taken):
            taken.append(place)
            return Line(found.kind, found.path, found.tip, words, place)
    return found


def _spots(points: Sequence[Point]) -> list[Point]:
    """Along the way, its longest steps and their middles first; the end is left to the tip."""
    found = []
    steps = sorted(pairwise(points), key=lambda step: -round(_long(*step), 3))
    for part in (0.5, 0.38, 0.62, 0.27, 0.73):
        for start, end in steps:
            found.append((start[0] + (end[0] - start[0]) * part, start[1] + (end[1] - start[1]) * part))
    return found
