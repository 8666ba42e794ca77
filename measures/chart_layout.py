"""Where things stand on a chart: days across, values down, and words that do not touch.

A chart is 340 units wide, however wide it is shown; its type is 12.5 units.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from decimal import Decimal, localcontext

from measures.axes import shortened, width
from measures.chart_events import Event
from measures.xmr import EXACT, Rule, Side

WIDTH = 340
PLOT = 150
TYPE = 12.5
SMALL = 12
SMALLER = 11.5  # an earlier baseline's words, and a step's reason: 10.6 px on a phone 360 px wide
LINE = 14
LANE = 20
MOST_LANES = 2
MOST_WORDS = 2
EDGE = 7

INK = "#2b2a28"
QUIET = "#6b665e"  # the limits' grey #8a857c, dark enough for letters (AA on paper)


@dataclass(frozen=True)
class End:
    """What is written at the right end of a level."""

    level: Decimal
    words: str
    colour: str = QUIET
    newest: bool = False
    target: bool = False


@dataclass(frozen=True)
class Label:
    x: str
    y: str
    text: str
    colour: str = QUIET
    anchor: str = "start"
    size: str = str(SMALL)
    bold: bool = False


Ends = Callable[[Event], tuple[float, float]]
Stroke = tuple[float, float, float, float]  # from x, y to x, y


def units(number: float) -> str:
    """A coordinate with at most one decimal, in any language: '12', '3.5'."""
    return f"{number:.1f}".removesuffix(".0")


def at_point(x: float, y: float) -> str:
    return f"{units(x)} {units(y)}"


@dataclass(frozen=True)
class Across:
    """Days to units from the left; days off the picture stand at its edge."""

    first: date
    days: int
    left: float
    right: float

    @property
    def last(self) -> date:
        return self.first + timedelta(days=self.days)

    def __call__(self, day: date) -> float:
        if not self.days:
            return (self.left + self.right) / 2
        share = min(max((day - self.first).days / self.days, 0), 1)
        return self.left + share * (self.right - self.left)


@dataclass(frozen=True)
class Down:
    """Values to units from the top; one lone level stands half way."""

    low: Decimal
    high: Decimal
    top: float
    bottom: float

    def __call__(self, value: Decimal) -> float:
        if self.low == self.high:
            return (self.top + self.bottom) / 2
        with localcontext(EXACT):
            share = float((value - self.low) / (self.high - self.low))
        return self.bottom - share * (self.bottom - self.top)


def apart(wanted: Sequence[float], gap: float, top: float, bottom: float) -> list[float]:
    """Places from top to bottom, as near to the ascending ones wanted as a gap between them allows.

    Those that would come too close move both ways: where each goes up or down by as much as the
    others of its crowd, none goes far (pool adjacent violators).
    """
    crowds: list[tuple[float, int]] = []  # where the first of so many would stand, less the gaps before
    for at, place in enumerate(wanted):
        first, count = place - at * gap, 1
        while crowds and crowds[-1][0] > first:
            other, more = crowds.pop()
            first, count = (first * count + other * more) / (count + more), count + more
        crowds.append((first, count))
    firsts = [first for first, count in crowds for _each in range(count)]
    lowest = bottom - (len(firsts) - 1) * gap
    return [min(max(first, top), lowest) + at * gap for at, first in enumerate(firsts)]


@dataclass(frozen=True)
class Box:
    """The room that words take, in units."""

    left: float
    top: float
    right: float
    bottom: float

    @classmethod
    def of(cls, text: str, size: float, x: float, y: float) -> Box:
        """Words that begin at x and stand on y."""
        return cls(x, y - 0.75 * size, x + width(text, size), y + 1)

    def touches(self, other: Box, gap: float = 2) -> bool:
        across = self.left < other.right + gap and other.left < self.right + gap
        return across and self.top < other.bottom + gap and other.top < self.bottom + gap

    def within(self, other: Box) -> bool:
        across = other.left <= self.left and self.right <= other.right
        return across and other.top <= self.top and self.bottom <= other.bottom

    def crossed_by(self, stroke: Stroke, gap: float = 2.5) -> bool:
        """Whether any of a straight stroke lies in the box or within a gap of it."""
        x, y, to_x, to_y = stroke
        enters, leaves = 0.0, 1.0
        for start, way, low, high in (
            (x, to_x - x, self.left - gap, self.right + gap),
            (y, to_y - y, self.top - gap, self.bottom + gap),
        ):
            if not way and not low < start < high:
                return False
            if way:
                first, second = sorted(((low - start) / way, (high - start) / way))
                enters, leaves = max(enters, first), min(leaves, second)
        return enters < leaves or (x, y) == (to_x, to_y)

    def crossings(self, strokes: Sequence[Stroke]) -> int:
        return sum(self.crossed_by(stroke) for stroke in strokes)


@dataclass(frozen=True)
class Place:
    """Words that stand on y, and the room that they take."""

    words: str
    size: float
    y: float
    box: Box


@dataclass(frozen=True)
class Placed:
    """An event's words: their middle, or the picture's edge from which they are set, and the lane away
    from the plot that they have to themselves."""

    event: Event
    words: str
    x: float
    anchor: str
    begin: float
    end: float
    lane: int

    def touches(self, other: Placed) -> bool:
        same = (self.event.side, self.lane) == (other.event.side, other.lane)
        return same and self.overlaps(other)

    def overlaps(self, other: Placed) -> bool:
        """Whether the two would touch in one lane."""
        return self.begin < other.end + TYPE and other.begin < self.end + TYPE


def in_lanes(found: Sequence[Event], ends: Ends, words: Callable[[Event], str]) -> list[Placed]:
    """The two events that get words, in lanes above and below: values outside first, then runs, then
    jumps, the newest of each first. The rest keep their marks without words.
    """
    rules = list(Rule)
    placed: list[Placed] = []
    for event in sorted(found, key=lambda event: (rules.index(event.rule), -event.positions[-1])):
        if goes_without_saying(event, found):
            continue
        place = nearest(event, ends(event), words(event))
        lanes = (replace(place, lane=lane) for lane in range(MOST_LANES))
        free = (place for place in lanes if not any(place.touches(other) for other in placed))
        placed.extend(list(free)[:1])
    return placed[:MOST_WORDS]


def goes_without_saying(event: Event, found: Sequence[Event]) -> bool:
    """Whether a stronger signal on the same values says enough, as of a jump into a run."""
    weaker = {Rule.MOVING_RANGE: list(Rule)[:3], Rule.SHORT_RUN: [Rule.OUTSIDE, Rule.LONG_RUN]}
    return any(
        other.rule in weaker.get(event.rule, []) and set(other.positions) & set(event.positions)
        for other in found
    )


def lanes(placed: Sequence[Placed], side: Side) -> int:
    return max((place.lane + 1 for place in placed if place.event.side == side), default=0)


def nearest(event: Event, ends: tuple[float, float], words: str) -> Placed:
    """The words beside the middle of their values, as near as the picture's edges allow."""
    words = shortened(words, SMALL, WIDTH)
    half = width(words, SMALL) / 2
    middle = sum(ends) / 2
    x, anchor, left = middle, "middle", middle - half
    if middle < half:
        x, anchor, left = 0.0, "start", 0.0
    elif middle > WIDTH - half:
        x, anchor, left = float(WIDTH), "end", WIDTH - 2 * half
    return Placed(event, words, x, anchor, min(ends[0], left), max(ends[1], left + 2 * half), lane=0)
