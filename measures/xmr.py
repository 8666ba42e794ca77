"""The process behaviour (XmR) chart's arithmetic: baselines, limits and possible signals.

Pure functions on numbers in time order; positions count from 0. Rules and factors are those of
Donald J. Wheeler, *Making Sense of Data* (SPC Press, 2003) and *Understanding Variation* (1993);
each function says its own. Decimals in, decimals out, worked with 60 digits and divided once, so
that 'on the central line' and 'outside the limits' are told exactly and never by rounding.
Values follow one another as given: a missing period does not break a run or a moving range.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Context, Decimal, localcontext
from enum import StrEnum
from itertools import groupby, pairwise
from statistics import median
from typing import NamedTuple

Number = Decimal | int | float

LEAST_FOR_LIMITS = 5
BASELINE_LENGTH = 12
LONG_RUN = 8

MEAN_FACTORS = (Decimal("2.66"), Decimal("3.268"))
MEDIAN_FACTORS = (Decimal("3.145"), Decimal("3.865"))

EXACT = Context(prec=60)


class Rule(StrEnum):
    """The four signals, named as measures.models.Signal.Rule stores them."""

    OUTSIDE = "outside"
    LONG_RUN = "long_run"
    SHORT_RUN = "short_run"
    MOVING_RANGE = "moving_range"


class Side(StrEnum):
    ABOVE = "above"
    BELOW = "below"


@dataclass(frozen=True)
class Limits:
    """What a baseline of `count` values foretells, in the measure's unit.

    `near_upper` and `near_lower` lie half way between the central line and the limit as computed:
    beyond them a value is nearer to the limit. They stay there where `lower` was clipped at 0,
    because 0 is then the edge of what is possible and not a limit of the process.
    """

    central: Decimal
    lower: Decimal
    upper: Decimal
    near_lower: Decimal
    near_upper: Decimal
    average_range: Decimal
    range_limit: Decimal
    count: int

    @property
    def trial(self) -> bool:
        """Trial limits come from 5 to 11 values and may still move a good deal."""
        return self.count < BASELINE_LENGTH

    def side(self, value: Decimal) -> Side | None:
        """The side of the central line, None for a value on it."""
        if value == self.central:
            return None
        return Side.ABOVE if value > self.central else Side.BELOW

    def near(self, value: Decimal) -> Side | None:
        """The side on which the value is nearer to the limit than to the central line."""
        if self.near_upper > self.central and value > self.near_upper:
            return Side.ABOVE
        if self.near_lower < self.central and value < self.near_lower:
            return Side.BELOW
        return None


@dataclass(frozen=True)
class PossibleSignal:
    """A signal that the software proposes: `positions` are the values to mark."""

    rule: Rule
    side: Side
    positions: tuple[int, ...]

    @property
    def anchor(self) -> int:
        """The value by which an answer to the signal is kept: a run's first, because runs grow at
        their end; of a jump the second, where it led."""
        return self.positions[-1 if self.rule == Rule.MOVING_RANGE else 0]

    def moved(self, by: int) -> PossibleSignal:
        return PossibleSignal(self.rule, self.side, tuple(position + by for position in self.positions))


class LockedBaseline(NamedTuple):
    """A facilitator's baseline: its first day, its last (None: its first 12 values), and why."""

    starts: date
    ends: date | None
    reason: str


@dataclass(frozen=True)
class Stretch:
    """The values [start, stop) that are judged by one baseline, and that baseline's positions."""

    start: int
    stop: int
    baseline: range
    reason: str = ""


@dataclass(frozen=True)
class Reading:
    """A stretch with its limits (None where the baseline has too few values) and signals."""

    stretch: Stretch
    limits: Limits | None
    signals: tuple[PossibleSignal, ...]


def exactly(number: Number) -> Decimal:
    """The decimal that a person sees in the number: 0.1 is 0.1. ValueError where it isn't finite."""
    if isinstance(number, Decimal):
        found = number
    else:
        found = Decimal(str(number)) if isinstance(number, float) else Decimal(number)
    if not found.is_finite():
        raise ValueError(f"{number} is not a number that a chart can show")
    return found


def moving_ranges(values: Sequence[Number]) -> list[Decimal]:
    """The distance of each value from the one before: one fewer than there are values.

    Source: Making Sense of Data (the two-point moving range).
    """
    with localcontext(EXACT):
        return [abs(after - before) for before, after in pairwise(map(exactly, values))]


def limits(
    baseline: Sequence[Number], *, can_go_below_zero: bool = True, use_median: bool = False
) -> Limits | None:
    """Central line, natural process limits and upper range limit; None under 5 values.

    Rule: the central line is the mean; the limits lie 2.66 × the mean moving range from it; the
    range limit is 3.268 × the mean moving range. With `use_median` the factors are 3.145 and
    3.865 × the median moving range. The lower limit is clipped at 0 only where the measure
    cannot go below it, and no value of the baseline did.
    Source: Making Sense of Data (the XmR chart and its scaling factors).
    """
    numbers = [exactly(value) for value in baseline]
    if len(numbers) < LEAST_FOR_LIMITS:
        return None
    ranges = moving_ranges(numbers)
    with localcontext(EXACT):
        if use_median:
            (spread, wide), total, parts = MEDIAN_FACTORS, median(ranges), 1
        else:
            (spread, wide), total, parts = MEAN_FACTORS, sum(ranges, Decimal(0)), len(ranges)
        level, distance = sum(numbers, Decimal(0)) * parts, spread * total * len(numbers)
        both = len(numbers) * parts
        lower = (level - distance) / both
        if not can_go_below_zero and min(numbers) >= 0:
            lower = max(lower, Decimal(0))
        return Limits(
            central=level / both,
            lower=lower,
            upper=(level + distance) / both,
            near_lower=(2 * level - distance) / (2 * both),
            near_upper=(2 * level + distance) / (2 * both),
            average_range=total / parts,
            range_limit=wide * total / parts,
            count=len(numbers),
        )


def outside(values: Sequence[Number], found: Limits) -> list[PossibleSignal]:
    """Rule: a value beyond a limit; one on the limit is inside. One signal a value.

    Source: Making Sense of Data, detection rule one.
    """
    signals = []
    for position, value in enumerate(map(exactly, values)):
        if value > found.upper:
            signals.append(PossibleSignal(Rule.OUTSIDE, Side.ABOVE, (position,)))
        elif value < found.lower:
            signals.append(PossibleSignal(Rule.OUTSIDE, Side.BELOW, (position,)))
    return signals


def long_runs(values: Sequence[Number], found: Limits, length: int = LONG_RUN) -> list[PossibleSignal]:
    """Rule: `length` or more in a row on one side of the central line; a value on it breaks the run.

    Each run is one signal, however long. Source: Making Sense of Data, detection rule two.
    """
    signals = []
    sides = [found.side(exactly(value)) for value in values]
    for side, run in groupby(range(len(sides)), key=lambda position: sides[position]):
        positions = tuple(run)
        if side and len(positions) >= length:
            signals.append(PossibleSignal(Rule.LONG_RUN, side, positions))
    return signals


def short_run_windows(values: Sequence[Number], found: Limits) -> list[tuple[int, Side]]:
    """First position and side of each four successive values of which three or four lie nearer
    to one limit than to the central line, on that same side.

    Source: Making Sense of Data, detection rule three.
    """
    near = [found.near(exactly(value)) for value in values]
    windows = []
    for first in range(len(near) - 3):
        four = near[first : first + 4]
        windows += [(first, side) for side in Side if four.count(side) >= 3]
    return windows


def short_runs(values: Sequence[Number], found: Limits) -> list[PossibleSignal]:
    """The short runs, windows that overlap on one side joined; the values that lie nearer are marked."""
    near = [found.near(exactly(value)) for value in values]
    signals = []
    for side in Side:
        joined: list[range] = []
        for first in (first for first, which in short_run_windows(values, found) if which == side):
            begun = joined.pop().start if joined and first < joined[-1].stop else first
            joined.append(range(begun, first + 4))
        signals += [
            PossibleSignal(Rule.SHORT_RUN, side, tuple(at for at in window if near[at] == side))
            for window in joined
        ]
    return sorted(signals, key=lambda signal: signal.positions)


def wide_ranges(values: Sequence[Number], found: Limits) -> list[PossibleSignal]:
    """Rule: a moving range above the upper range limit. Both of its values are in the signal.

    Its side is where the jump went. Source: Making Sense of Data (the mR chart's upper limit).
    """
    numbers = [exactly(value) for value in values]
    return [
        PossibleSignal(
            Rule.MOVING_RANGE,
            Side.ABOVE if numbers[position] > numbers[position - 1] else Side.BELOW,
            (position - 1, position),
        )
        for position, moved in enumerate(moving_ranges(numbers), start=1)
        if moved > found.range_limit
    ]


def signals(values: Sequence[Number], found: Limits, *, long_run: int = LONG_RUN) -> list[PossibleSignal]:
    """All four kinds of possible signal, by rule, then in time order."""
    return [
        *outside(values, found),
        *long_runs(values, found, long_run),
        *short_runs(values, found),
        *wide_ranges(values, found),
    ]


def stretches(periods: Sequence[date], baselines: Sequence[LockedBaseline] = ()) -> list[Stretch]:
    """Which values each baseline judges, in time order; periods are each value's day, ascending.

    Rule: the default baseline is the first 12 values, or all where there are fewer. A baseline
    judges from its first day until the next one's; its limits come from the values up to its last
    day or, where it names none, from its first 12. Values before the first named baseline are
    judged by the default one.
    Source: the practice; Making Sense of Data recomputes limits only when a change is known.
    """
    named = sorted(baselines)
    starts = [sum(period < each.starts for period in periods) for each in named]
    if not starts or starts[0] > 0:
        named, starts = [LockedBaseline(date.min, None, ""), *named], [0, *starts]
    found = []
    for each, start, stop in zip(named, starts, [*starts[1:], len(periods)], strict=True):
        if start == stop:
            continue
        last = min(start + BASELINE_LENGTH, stop)
        if each.ends is not None:
            last = sum(period <= each.ends for period in periods)
        found.append(Stretch(start, stop, range(start, last), each.reason))
    return found


def read(
    values: Sequence[Number],
    parts: Sequence[Stretch],
    *,
    can_go_below_zero: bool = True,
    long_run: int = LONG_RUN,
) -> list[Reading]:
    """Each stretch with its limits and signals; neither runs nor jumps reach across a new baseline."""
    numbers = [exactly(value) for value in values]
    readings = []
    for part in parts:
        found = limits(numbers[part.baseline.start : part.baseline.stop], can_go_below_zero=can_go_below_zero)
        judged = signals(numbers[part.start : part.stop], found, long_run=long_run) if found else []
        readings.append(Reading(part, found, tuple(each.moved(part.start) for each in judged)))
    return readings
