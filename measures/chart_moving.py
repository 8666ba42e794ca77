"""The moving ranges that a chart shows beneath its values, and what is said of them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from django.utils.translation import gettext as _

from measures import xmr
from measures.axes import Numbers
from measures.chart_layout import End
from measures.xmr import Limits, Reading


@dataclass(frozen=True)
class Moving:
    """How far each value is from the one before, by the position of the later one.

    None reaches across a new baseline, as no jump does; one does reach across a missing period.
    """

    moved: dict[int, Decimal]
    highest: Decimal
    numbers: Numbers
    ends: tuple[End, ...]

    @classmethod
    def of(cls, unit: str, values: Sequence[Decimal], readings: Sequence[Reading]) -> Moving | None:
        """None where nothing has limits yet, or no value follows another."""
        found = [reading.limits for reading in readings if reading.limits]
        moved: dict[int, Decimal] = {}
        for reading in readings:
            start, stop = reading.stretch.start, reading.stretch.stop
            moved |= dict(enumerate(xmr.moving_ranges(values[start:stop]), start=start + 1))
        if not found or not moved:
            return None
        highest = max(*moved.values(), *(each.range_limit for each in found))
        numbers = Numbers.of(unit, list(moved.values()), highest)
        now = readings[-1].limits
        return cls(moved, highest or Decimal(1), numbers, _ends(numbers, now) if now else ())


def _ends(numbers: Numbers, found: Limits) -> tuple[End, ...]:
    mean = _("mean %(value)s") % {"value": numbers.mean(found.average_range)}
    ends = [End(found.average_range, mean)]
    if found.range_limit:
        limit = _("limit %(value)s") % {"value": numbers.mean(found.range_limit)}
        ends.insert(0, End(found.range_limit, limit))
    return tuple(ends)
