"""What stands along a chart's edges: numbers in the measure's unit, and periods on a real date axis.

Formats follow the active language; coordinates are the caller's.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import ROUND_HALF_UP, Decimal, localcontext
from itertools import pairwise

from django.utils import dateformat, formats
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from measures.models import Series
from measures.xmr import EXACT

NO_BREAK = "\u00a0"
MINUS = "\u2212"
MOST_TICKS = 6
LETTER = 0.6  # mean width of a letter, as a share of the type's size
CURRENCIES = {"$", "£", "€", "¥", "A$", "C$", "US$", "NZ$", "₹", "kr"}
LARGE = [(Decimal(10) ** 12, "tn"), (Decimal(10) ** 9, "bn"), (Decimal(10) ** 6, "m")]
DAYS = {"day": (0, 2), "week": (6, 8), "month": (27, 32), "quarter": (88, 93), "year": (360, 371)}
MONTHS = {"month": 1, "quarter": 3, "year": 12}
MONTH_DAYS = 365.25 / 12
MONTH_STEPS = [1, 2, 3, 6, 12, 24, 60, 120, 240, 600]


def width(text: str, size: float) -> float:
    """About how wide the text is set, on the generous side; wide letters of East Asia count double."""
    if text.isascii():
        return len(text) * LETTER * size
    wide = sum(unicodedata.east_asian_width(letter) in "WF" for letter in text)
    return (len(text) - wide) * LETTER * size + wide * size


def shortened(text: str, size: float, room: float) -> str:
    """The text, or as much of it as fits, with an ellipsis."""
    if width(text, size) <= room:
        return text
    while text and width(text + "…", size) > room:
        text = text[:-1]
    return text.rstrip() + "…"


@dataclass(frozen=True)
class Numbers:
    """How one chart writes its numbers: with no more decimals than its data and spread need."""

    unit: str
    computed: int
    stored: int
    divisor: Decimal
    suffix: str

    @classmethod
    def of(cls, unit: str, values: Sequence[Decimal], spread: Decimal) -> Numbers:
        """`spread` is what the chart shows from bottom to top: a fiftieth of it is seen, less is not."""
        divisor, suffix = _divisor(max(map(abs, values)))
        needed = max(_decimals(value / divisor) for value in values)
        seen = max(0, -(spread / divisor / 50).adjusted()) if spread else needed
        stored = needed if needed <= 2 else min(needed, seen)
        return cls(unit.strip(), min(seen, needed + 1), stored, divisor, suffix)

    @property
    def attached(self) -> bool:
        """Whether the picture needs no unit of its own: there is none, or each number has it ('$4')."""
        return not self.unit or self.unit in CURRENCIES

    def mean(self, value: Decimal) -> str:
        """A computed number, without its unit unless that is a currency."""
        return self._written(value, self.computed)

    def value(self, value: Decimal) -> str:
        """A value as it was measured, with no more decimals than it has itself."""
        return self._written(value, min(_decimals(value / self.divisor), self.stored))

    def target(self, value: Decimal) -> str:
        """A number that someone set: as they set it; in millions, as finely as the values beside it."""
        most = 6 if self.divisor == 1 else max(self.stored, 2)
        return self._written(value, min(_decimals(value / self.divisor), most))

    def with_unit(self, written: str) -> str:
        if not self.unit or self.unit in CURRENCIES:
            return written
        return f"{written}{NO_BREAK}{self.unit}"

    def _written(self, value: Decimal, decimals: int) -> str:
        with localcontext(EXACT):
            rounded = (value / self.divisor).quantize(Decimal(1).scaleb(-decimals), ROUND_HALF_UP)
        sign = MINUS if rounded < 0 else ""
        decimals = decimals if rounded else 0
        digits = str(formats.number_format(abs(rounded), decimals, use_l10n=True, force_grouping=True))
        suffix = f"{NO_BREAK}{self.suffix}" if self.suffix else ""
        return f"{sign}{self.unit if self.unit in CURRENCIES else ''}{digits}{suffix}"


def _divisor(largest: Decimal) -> tuple[Decimal, str]:
    """Numbers of eight and more digits are written in millions and up."""
    if largest < 10**7:
        return Decimal(1), ""
    return next((divisor, suffix) for divisor, suffix in LARGE if largest >= divisor)


def _decimals(value: Decimal) -> int:
    exponent = value.normalize().as_tuple().exponent
    return max(0, -exponent) if isinstance(exponent, int) else 0


@dataclass(frozen=True)
class Periods:
    """The days of a chart's values, what kind of period they begin, and how they are written."""

    days: tuple[date, ...]
    written: tuple[str, ...]
    kind: str
    step: float
    weekdays_only: bool
    first_days: bool

    @classmethod
    def of(cls, values: Sequence[Series], frequency: str = "") -> Periods:
        """`frequency` is the measure's own word, which one lone value goes by."""
        days = tuple(value.period for value in values)
        gaps = sorted((after - before).days for before, after in pairwise(days))
        step = max(gaps[len(gaps) // 4], 1) if gaps else sum(DAYS.get(frequency, (365, 365))) / 2
        kinds = [kind for kind, (least, most) in DAYS.items() if least <= step <= most]
        return cls(
            days=days,
            written=tuple(value.written.strip() for value in values),
            kind=(kinds or [""])[0] if gaps else frequency,
            step=step,
            weekdays_only=all(day.weekday() < 5 for day in days),
            first_days=all(day.day == 1 for day in days),
        )

    def is_gap(self, position: int) -> bool:
        """Whether a period is missing before this value."""
        return self._steps(position) > 1.5

    def missing(self) -> int:
        """How many periods between the first and the last have no value; 0 where no kind is known."""
        if not self.kind:
            return 0
        return sum(max(0, round(self._steps(position)) - 1) for position in range(1, len(self.days)))

    def _steps(self, position: int) -> float:
        """How many periods on from the value before; a weekend that never has a value is none."""
        before, after = self.days[position - 1], self.days[position]
        apart = (after - before).days
        if self.kind in MONTHS:
            return round(apart / MONTH_DAYS) / MONTHS[self.kind]
        if self.kind == "day" and self.weekdays_only:
            apart -= 2 * (apart // 7 + (after.weekday() < before.weekday()))
        return apart / self.step

    def name(self, position: int, *, short: bool = False) -> str:
        """The period as people wrote it, else 'March 2024', 'Q1 2024', '2024' or '4 March 2024'."""
        return self.written[position] or self.of_day(self.days[position], short=short)

    def of_day(self, day: date, *, short: bool = False) -> str:
        month = "M" if short else "F"
        if self.kind == "year" and day.month == 1:
            return dateformat.format(day, "Y")
        if self.kind == "quarter" and day.month % 3 == 1:
            return _("Q%(quarter)s %(year)s") % {"quarter": (day.month + 2) // 3, "year": day.year}
        if self.daily:
            return dateformat.format(day, f"j {month} Y")
        return dateformat.format(day, f"{month} Y")

    def span(self, first: int, last: int) -> str:
        """'May to December 2025', 'FY12 to FY19', or one period's name."""
        if first == last:
            return self.name(first)
        begin = self._shared(first, self.days[last]) or self.name(first)
        return _("%(begin)s to %(end)s") % {"begin": begin, "end": self.name(last)}

    def after(self, before: int, position: int) -> str:
        """The period's short name on an axis that has just named another; '' where it needs its own."""
        return self._shared(position, self.days[before], short=True)

    def _shared(self, position: int, other: date, *, short: bool = False) -> str:
        """The period without the month or year that it shares with another; '' where that can't be."""
        day, month = self.days[position], "M" if short else "F"
        if self.written[position] or day.year != other.year:
            return ""
        if self.daily:
            alone = day.month == other.month and not short
            return dateformat.format(day, "j" if alone else f"j {month}")
        if self.kind == "quarter" and day.month % 3 == 1 and short:
            return _("Q%(quarter)s") % {"quarter": (day.month + 2) // 3}
        return dateformat.format(day, month) if self.kind == "month" else ""

    @property
    def daily(self) -> bool:
        """Whether a period's name needs its day of the month."""
        return self.kind in ("day", "week") or not self.first_days

    def first(self, count: int) -> str:
        """'12 months' of the first so many values; '12 values' where a period is missing among them."""
        whole = not any(self.is_gap(position) for position in range(1, count))
        return _noun(self.kind if whole else "", count)

    def counted(self) -> str:
        """'24 months', '1 year', '22 of 24 months' where two are missing, '9 values'."""
        count, missing = len(self.days), self.missing()
        whole = _noun(self.kind, count + missing)
        return _("%(count)s of %(whole)s") % {"count": count, "whole": whole} if missing else whole


def _noun(kind: str, count: int) -> str:
    if kind == "day":
        noun = ngettext("%(count)s day", "%(count)s days", count)
    elif kind == "week":
        noun = ngettext("%(count)s week", "%(count)s weeks", count)
    elif kind == "month":
        noun = ngettext("%(count)s month", "%(count)s months", count)
    elif kind == "quarter":
        noun = ngettext("%(count)s quarter", "%(count)s quarters", count)
    elif kind == "year":
        noun = ngettext("%(count)s year", "%(count)s years", count)
    else:
        noun = ngettext("%(count)s value", "%(count)s values", count)
    return noun % {"count": count}


@dataclass(frozen=True)
class Tick:
    x: float
    label_x: float
    text: str


def ticks(periods: Periods, x: Callable[[date], float], *, size: float, room: float) -> list[Tick]:
    """At most six labelled periods that do not touch, on round months where the months are plain."""
    for chosen in _choices(periods):
        found = [_tick(x(periods.days[at]), text, size, room) for at, text in chosen]
        if 0 < len(found) <= MOST_TICKS and _apart(found, size):
            return found
    return []


def with_more(
    found: list[Tick],
    wanted: Sequence[tuple[date, str]],
    x: Callable[[date], float],
    *,
    size: float,
    room: float,
) -> list[Tick]:
    """The ticks and those further ones, in order, that touch none before them."""
    for day, text in wanted:
        longer = [*found, _tick(x(day), text, size, room)]
        if _apart(longer, size):
            found = longer
    return found


def _choices(periods: Periods) -> Iterator[list[tuple[int, str]]]:
    """From many labels to few: which values are labelled, and with what."""
    count = len(periods.days)
    if periods.kind in ("month", "quarter") and not any(periods.written):
        months = [day.year * 12 + day.month - 1 for day in periods.days]
        for step in MONTH_STEPS:
            chosen = [at for at in range(count) if months[at] % step == 0]
            if 1 < len(chosen) <= MOST_TICKS:
                if step % 12:
                    yield _texts(periods, chosen)
                if step >= 3:
                    yield _texts(periods, chosen, bare_years=True)
    for step in range(-(-count // MOST_TICKS), count + 1):
        yield _texts(periods, list(range((count - 1) % step, count, step)))


def _texts(periods: Periods, chosen: list[int], *, bare_years: bool = False) -> list[tuple[int, str]]:
    """'Jan 2024', 'Jul', 'Jan 2025': the year is said where it changes, or stands for its January."""
    found: list[tuple[int, str]] = []
    for at in chosen:
        told = periods.after(found[-1][0], at) if found else ""
        if bare_years and periods.days[at].month == 1:
            told = str(periods.days[at].year)
        found.append((at, told or periods.name(at, short=True)))
    return found


def _tick(x: float, text: str, size: float, room: float) -> Tick:
    text = shortened(text, size, room)
    half = width(text, size) / 2
    return Tick(x, min(max(x, half), room - half), text)


def _apart(found: list[Tick], size: float) -> bool:
    return all(
        after.label_x - before.label_x >= (width(before.text, size) + width(after.text, size)) / 2 + size / 3
        for before, after in pairwise(found)
    )
