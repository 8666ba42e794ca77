"""A chart's strokes: as straight pieces, which words keep clear of, and as SVG paths, which are drawn."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal

from measures.chart_frame import Frame
from measures.chart_layout import Stroke, at_point, units
from measures.chart_limits import shown
from measures.xmr import Limits

MOST_DOTS = 120


class Lines:
    """The values' line, the levels, the targets and the axis of one chart."""

    def __init__(self, frame: Frame) -> None:
        self.frame = frame

    # As straight pieces

    def line_strokes(self) -> list[Stroke]:
        """The values' line as straight pieces; a lonely value is a piece of no length."""
        points = list(zip(self.frame.xs, self.frame.ys, strict=True))
        joined = [(at - 1, at) for at in range(1, len(points)) if not self.frame.periods.is_gap(at)]
        joined += [(at, at) for at in range(len(points)) if self.lonely(at)]
        return [(*points[before], *points[after]) for before, after in joined]

    def lonely(self, at: int) -> bool:
        """Whether no line reaches this value from either side."""
        last = at == len(self.frame.values) - 1
        return (at == 0 or self.frame.periods.is_gap(at)) and (last or self.frame.periods.is_gap(at + 1))

    def level_strokes(self, wanted: Callable[[Limits], list[Decimal]]) -> list[Stroke]:
        found: list[Stroke] = []
        for reading in self.frame.readings:
            left, right = self.frame.stretch_ends(reading)
            levels = map(self.frame.down, wanted(reading.limits) if reading.limits else [])
            found += [(left, y, right, y) for y in levels]
        return found

    def step_strokes(self) -> list[Stroke]:
        edges = [self.frame.stretch_ends(reading)[0] for reading in self.frame.readings[1:]]
        return [(x, self.frame.ceiling, x, self.frame.foot) for x in edges]

    def target_strokes(self) -> list[Stroke]:
        """A level stroke at each target's period; targets off the picture have only words."""
        frame, half = self.frame, self._half_target()
        return [
            (
                max(frame.across(target.period) - half, 1),
                frame.down(goal),
                frame.across(target.period) + half,
                frame.down(goal),
            )
            for target, goal in zip(frame.targets, frame.goals, strict=True)
            if frame.low <= goal <= frame.high and frame.across.first <= target.period <= frame.across.last
        ]

    def _half_target(self) -> float:
        share = self.frame.periods.step / self.frame.across.days if self.frame.across.days else 1
        return min(max(share * (self.frame.across.right - self.frame.across.left) / 2, 2), 8)

    # As paths

    def line(self) -> str:
        """The values joined; the pen is lifted where a period is missing."""
        lifted = [at == 0 or self.frame.periods.is_gap(at) for at in range(len(self.frame.values))]
        return "".join(
            f"{'M' if lifts else ' '}{at_point(x, y)}"
            for lifts, x, y in zip(lifted, self.frame.xs, self.frame.ys, strict=True)
        )

    def dots(self) -> str:
        """Points as strokes too short to see but for their round ends; a crowd needs only its line."""
        count = len(self.frame.values)
        shown = [at for at in range(count) if count <= MOST_DOTS or self.lonely(at)]
        return "".join(f"M{at_point(self.frame.xs[at], self.frame.ys[at])}h.01" for at in shown)

    def levels(self, wanted: Callable[[Limits], list[Decimal]]) -> str:
        return "".join(f"M{at_point(x, y)}H{units(to)}" for x, y, to, _same in self.level_strokes(wanted))

    def steps(self) -> str:
        return "".join(f"M{at_point(x, y)}V{units(to)}" for x, y, _same, to in self.step_strokes())

    def target(self) -> str:
        return "".join(f"M{at_point(x, y)}h{units(to - x)}" for x, y, to, _same in self.target_strokes())

    def axis(self) -> str:
        floor = units(self.frame.floor)
        last = max([self.frame.xs[-1], *(tick.x for tick in self.frame.ticks)])
        line = f"M{units(self.frame.xs[0])} {floor}H{units(last)}"
        return line + "".join(f"M{units(tick.x)} {floor}v4" for tick in self.frame.ticks)


def all_levels(found: Limits) -> list[Decimal]:
    return [found.central, *shown(found)]
