"""The moving-range chart beneath the X chart, on the same axis of time: `ranges` of a chart."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal

from django.utils.translation import gettext as _

from measures.axes import shortened
from measures.chart_events import Event
from measures.chart_frame import ABOVE_ZERO, RANGE_PLOT, Frame
from measures.chart_labels import Standing, column, leader, mark_label
from measures.chart_layout import (
    EDGE,
    LINE,
    MOST_WORDS,
    SMALL,
    WIDTH,
    Down,
    Label,
    Placed,
    at_point,
    nearest,
    units,
)
from measures.chart_lines import MOST_DOTS
from measures.chart_marks import CROWD, SHAPES, SMALL_SHAPES
from measures.chart_moving import Moving
from measures.xmr import Limits, Rule


@dataclass(frozen=True)
class Ranges:
    """The moving ranges ready to draw; their words stand among the chart's labels."""

    line: str
    dots: str
    central: str
    limits: str
    steps: str
    marks: str
    brackets: str
    leaders: str


class Beneath:
    """The moving ranges of one chart, laid out between its values and its axis."""

    def __init__(self, frame: Frame, moving: Moving) -> None:
        bottom = frame.floor - ABOVE_ZERO
        self.frame = frame
        self.moved, self.numbers = moving.moved, moving.numbers
        self.down = Down(Decimal(0), moving.highest, bottom - RANGE_PLOT, bottom)
        self.ceiling = self.down.top - EDGE
        self.column = column(frame, moving.ends, self.down, self.down.top, frame.floor)
        self.placed = self._placed()

    def drawn(self) -> Ranges:
        return Ranges(
            line=self._line(),
            dots=self._dots(),
            central=self._levels(lambda found: found.average_range),
            limits=self._levels(lambda found: found.range_limit),
            steps=self._steps(),
            marks=self._marks(),
            brackets="".join(f"M{at_point(self._x(place.event), self.ceiling)}v-3" for place in self.placed),
            leaders="".join(self._leader(at) for at in self.column),
        )

    def labels(self) -> list[Label]:
        caption = shortened(_("moving range: from each value to the next"), SMALL, WIDTH)
        return [
            Label("0", units(self.frame.ranges_top + 1.2 * LINE), caption),
            *(at.label() for at in self.column),
            *(mark_label(place, self.ceiling - 7) for place in self.placed),
        ]

    def _x(self, event: Event) -> float:
        return self.frame.xs[event.positions[-1]]

    def _placed(self) -> list[Placed]:
        """Words for the newest ranges above the limit, as far as they do not touch."""
        found: list[Placed] = []
        for event in reversed(self.frame.jumps()):
            x, moved = self._x(event), self.moved[event.positions[-1]]
            place = nearest(event, (x, x), self.frame.words.range_mark(event, self.numbers.value(moved)))
            if not any(place.overlaps(other) for other in found):
                found.append(place)
        return found[:MOST_WORDS]

    def _leader(self, at: Standing) -> str:
        edge = self.frame.across.right + 3
        return leader(at, edge, edge, self.down)

    def _line(self) -> str:
        """The ranges joined; the pen is lifted at a new baseline and where a period is missing."""
        parts = []
        for at, moved in sorted(self.moved.items()):
            lifts = at - 1 not in self.moved or self.frame.periods.is_gap(at)
            parts.append(f"{'M' if lifts else ' '}{self._point(at, moved)}")
        return "".join(parts)

    def _dots(self) -> str:
        crowd = len(self.frame.values) > MOST_DOTS
        return "" if crowd else "".join(f"M{self._point(at, each)}h.01" for at, each in self.moved.items())

    def _levels(self, wanted: Callable[[Limits], Decimal]) -> str:
        found = []
        for reading in self.frame.readings:
            if reading.limits:
                left, right = self.frame.stretch_ends(reading)
                found.append(f"M{at_point(left, self.down(wanted(reading.limits)))}H{units(right)}")
        return "".join(found)

    def _steps(self) -> str:
        edges = [self.frame.stretch_ends(reading)[0] for reading in self.frame.readings[1:]]
        return "".join(f"M{at_point(x, self.ceiling)}V{units(self.frame.floor)}" for x in edges)

    def _marks(self) -> str:
        shapes = SHAPES if len(self.frame.values) <= CROWD else SMALL_SHAPES
        positions = [event.positions[-1] for event in self.frame.jumps()]
        return "".join(f"M{self._point(at, self.moved[at])}{shapes[Rule.MOVING_RANGE]}" for at in positions)

    def _point(self, at: int, moved: Decimal) -> str:
        return at_point(self.frame.xs[at], self.down(moved))
