"""Which of a baseline's limits a chart shows."""

from __future__ import annotations

from decimal import Decimal

from measures.xmr import Limits


def shown(found: Limits) -> list[Decimal]:
    """The limits that are drawn and named, upper first; none where all values of the baseline are equal.

    Rule: where the lower limit, as computed, falls below 0 and the measure cannot, there is none: 0 is
    then the edge of what is possible and foretells nothing, so the chart has an upper limit alone.
    Source: Making Sense of Data (a limit beyond a boundary of the data is left out, and the chart is
    one-sided).
    """
    if found.lower == found.upper:
        return []
    return [found.upper] if one_sided(found) else [found.upper, found.lower]


def one_sided(found: Limits) -> bool:
    """Whether the lower limit was clipped at 0: half way to the limit as computed is then under half
    way to 0. Both are rounded to fewer digits than they were worked with."""
    return not found.lower and 2 * found.near_lower < +found.central
