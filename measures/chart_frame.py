"""What one chart shows, and where it stands: first its words, then across, then down."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from decimal import Decimal
from functools import partial

from django.utils.translation import gettext as _

from measures import xmr
from measures.axes import Numbers, Periods, ticks, width, with_more
from measures.chart_events import Event, answers, events, seen, told_once
from measures.chart_layout import (
    EDGE,
    INK,
    LANE,
    LINE,
    PLOT,
    SMALL,
    TYPE,
    WIDTH,
    Across,
    Down,
    End,
    in_lanes,
    lanes,
)
from measures.chart_limits import shown
from measures.chart_moving import Moving
from measures.chart_words import Words
from measures.models import Baseline, Measure, Signal, Target, Value
from measures.xmr import Limits, LockedBaseline, Reading, Rule, Side

PERIODS_AHEAD = 2.5  # how far beyond the newest value a target is still on the picture
LEAST_SPAN = Decimal("0.25")  # of the largest value: what the picture spans where there are few
COLUMN = WIDTH * 0.47  # the most that the words at the right end may take
RANGE_PLOT = 54
ABOVE_ZERO = 4  # between a moving range of 0 and the axis


class Frame:
    """One chart's numbers, and the places that its lines and words go by."""

    def __init__(
        self,
        measure: Measure,
        values: Sequence[Value],
        targets: Sequence[Target],
        baselines: Sequence[Baseline],
        signals: Sequence[Signal] = (),
        *,
        long_run: int,
    ) -> None:
        ordered = sorted(values, key=lambda value: value.period)
        locked = [LockedBaseline(each.starts, each.ends, each.reason) for each in baselines]
        self.measure = measure
        self.values = [xmr.exactly(value.value) for value in ordered]
        self.few = len(self.values) < xmr.LEAST_FOR_LIMITS
        self.targets = sorted(targets, key=lambda target: target.period)
        self.goals = [xmr.exactly(target.value) for target in self.targets]
        self.periods = Periods.of(ordered, measure.frequency)
        self.readings = xmr.read(
            self.values,
            xmr.stretches(self.periods.days, locked),
            can_go_below_zero=measure.can_go_below_zero,
            long_run=long_run,
        )
        self.limits = self.readings[-1].limits
        self.possible = [signal for reading in self.readings for signal in reading.signals]
        self.told = events(self.possible, answers(signals, ordered))
        self.events = seen(self.told)
        self.listed = told_once(self.events)
        self._lay_out()

    def _lay_out(self) -> None:
        low, high = self._bounds()
        self.numbers = self._telling(Numbers.of(self.measure.unit, self.values, high - low))
        self.words = Words(self.values, self.periods, self.numbers)
        self.low, self.high = self._with_targets(*self._calmed(low, high))
        self.ends = self._ends()
        shows_ranges = self.measure.shows_ranges
        self.moving = Moving.of(self.measure.unit, self.values, self.readings) if shows_ranges else None
        self.across = self._across()
        self.xs = [self.across(day) for day in self.periods.days]
        self.placed = in_lanes(self.events, self.ends_of, self.words.mark)
        self.ceiling = EDGE + (0 if self.numbers.attached else LINE) + LANE * lanes(self.placed, Side.ABOVE)
        top = self.ceiling + EDGE + (LINE if self.few or self.says_stretches() else 0)
        self.down = Down(self.low, self.high, top, top + PLOT)
        self.ys = [self.down(value) for value in self.values]
        self.foot = self.down.bottom + EDGE + (LINE if self.few else 0)
        self.ranges_top = self.foot + LANE * lanes(self.placed, Side.BELOW) + 3
        self.floor = self.ranges_top + (self._room_for_ranges() if self.moving else 0)
        self.ticks = ticks(self.periods, self.across, size=SMALL, room=WIDTH)
        self.ticks = with_more(self.ticks, self._ahead(), self.across, size=SMALL, room=WIDTH)

    def _room_for_ranges(self) -> float:
        """A line for what they are, a lane for the words of those above the limit, and the ranges."""
        return 1.5 * LINE + (LANE if self.jumps() else 0) + EDGE + RANGE_PLOT + ABOVE_ZERO

    def _telling(self, numbers: Numbers) -> Numbers:
        """As many decimals more as it takes to tell a limit from a value just outside it: at most three."""
        close = [
            (reading.limits.upper if signal.side == Side.ABOVE else reading.limits.lower, signal.anchor)
            for reading in self.readings
            for signal in reading.signals
            if reading.limits and signal.rule == Rule.OUTSIDE
        ]
        for _more in range(3):
            if any(numbers.mean(level) == numbers.mean(self.values[at]) for level, at in close):
                numbers = replace(numbers, computed=numbers.computed + 1)
        return numbers

    # What the picture must hold

    def _bounds(self) -> tuple[Decimal, Decimal]:
        levels = [(found.lower, found.upper) for found in (each.limits for each in self.readings) if found]
        shown = [*self.values, *(level for both in levels for level in both)]
        return min(shown), max(shown)

    def _calmed(self, low: Decimal, high: Decimal) -> tuple[Decimal, Decimal]:
        """Where no limits tell what is noise, a small difference isn't drawn as a fall from top to bottom."""
        missing = LEAST_SPAN * max(abs(low), abs(high)) - (high - low)
        if not self.few or low == high or missing <= 0:
            return low, high
        return low - missing / 2, high + missing / 2

    def _with_targets(self, low: Decimal, high: Decimal) -> tuple[Decimal, Decimal]:
        """Room for the targets too, unless they would press the values flat."""
        wide_low, wide_high = min([low, *self.goals]), max([high, *self.goals])
        most = (high - low) * (4 if self.few else 2)
        return (wide_low, wide_high) if low == high or wide_high - wide_low <= most else (low, high)

    def _across(self) -> Across:
        column = self.longest_end() + 10 if self.ends else 0
        left, right = float(EDGE), WIDTH - EDGE - min(column, COLUMN)
        if self.few:
            left, right = left + (right - left) * 0.1, right - (right - left) * 0.1
        first, last = self.periods.days[0], self.periods.days[-1]
        ahead = [target.period for target in self.targets if target.period > last]
        most = max(PERIODS_AHEAD * self.periods.step, 0.2 * (last - first).days)
        last = max([last, *(day for day in ahead if (day - last).days <= most)])
        return Across(first, (last - first).days, left, right)

    def _ahead(self) -> list[tuple[date, str]]:
        """The targets' periods after the newest value, as people wrote them."""
        name = partial(self.periods.of_day, short=True)
        newest = self.periods.days[-1]
        ahead = [target for target in self.targets if newest < target.period <= self.across.last]
        return [(target.period, target.written or name(target.period)) for target in ahead]

    def longest_end(self) -> float:
        """The room that the words at the right end take, the moving ranges' among them."""
        ends = [*self.ends, *(self.moving.ends if self.moving else ())]
        return max((width(end.words, TYPE) for end in ends), default=0)

    def jumps(self) -> list[Event]:
        """The moving ranges above their limit that nobody dismissed."""
        return [event for event in self.events if event.rule == Rule.MOVING_RANGE]

    def above_range_limit(self) -> int:
        """How many moving ranges are above their limit, whatever was said of them."""
        return sum(event.rule == Rule.MOVING_RANGE for event in self.told)

    def ends_of(self, event: Event) -> tuple[float, float]:
        return self.xs[event.positions[0]], self.xs[event.positions[-1]]

    def stretch_ends(self, reading: Reading) -> tuple[float, float]:
        """From half way to the stretch before to half way to the one after."""
        start, stop = reading.stretch.start, reading.stretch.stop
        left = (self.xs[start - 1] + self.xs[start]) / 2 if start else self.across.left
        right = (self.xs[stop - 1] + self.xs[stop]) / 2 if stop < len(self.xs) else self.across.right
        return left, right

    def says_stretches(self) -> bool:
        """Whether something is said along the lines: earlier baselines' levels, or trial limits."""
        *earlier, _now = self.readings
        return any(reading.limits for reading in earlier) or bool(self.limits and self.limits.trial)

    # What is written at the right end

    def _ends(self) -> list[End]:
        """The right end's words: the central line, the limits, the newest value, the target."""
        numbers = self.numbers
        found: list[End] = []
        if self.limits:
            found = self._limit_ends(self.limits)
        elif not self.few and not any(reading.limits for reading in self.readings):
            levels = {min(self.values), max(self.values)} - {self.values[-1]}
            found = [End(level, numbers.value(level)) for level in levels]
        if not self.few:
            words = _("latest %(value)s") % {"value": numbers.value(self.values[-1])}
            found.append(End(self.values[-1], words, INK, newest=True))
        if self.goals:
            found.append(self._target_end(self.goals[-1]))
        return sorted(found, key=lambda end: -end.level)

    def _limit_ends(self, found: Limits) -> list[End]:
        limits = [End(level, self.limit_words(level)) for level in shown(found)]
        return [End(found.central, self.mean_words(found.central)), *limits]

    def _target_end(self, goal: Decimal) -> End:
        """A target off the picture is named at its edge, with an arrow."""
        words = _("target %(value)s") % {"value": self.numbers.target(goal)}
        arrow = " ↑" if goal > self.high else " ↓" if goal < self.low else ""
        return End(min(max(goal, self.low), self.high), words + arrow, target=True)

    def mean_words(self, level: Decimal) -> str:
        return _("mean %(value)s") % {"value": self.numbers.mean(level)}

    def limit_words(self, level: Decimal) -> str:
        return _("limit %(value)s") % {"value": self.numbers.mean(level)}
