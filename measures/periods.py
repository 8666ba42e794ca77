"""Periods as people write them: FY16, 2024-03, Mar 2024, Q1 2025, 2024-W07, 01/03/2024.

A period is known by its first day. Fiscal years begin on 1 January here, since a file never
says when they do; the label is kept as written. What “01/03/2024” and “2011-12” mean is
decided once for a whole file.
"""

import re
from collections import Counter
from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass, field
from datetime import date
from itertools import pairwise
from typing import NamedTuple

from measures.numbers import tidy

_NAMES = (
    "jan january|feb february|mar march|apr april|may|jun june|jul july|aug august|"
    "sep sept september|oct october|nov november|dec december"
)
MONTHS = {name: number for number, names in enumerate(_NAMES.split("|"), start=1) for name in names.split()}
_MONTH = "(?P<month>" + "|".join(sorted(MONTHS, key=len, reverse=True)) + r")\.?"
_FULL_YEAR = "(?P<year>(?:19|20|21)[0-9]{2})"
_YEAR = "(?P<year>(?:19|20|21)[0-9]{2}|'?[0-9]{2})"
_SEP = "[-/. ]*"


class Period(NamedTuple):
    """A stretch of time: its first day, its label ('' where the date says it all), and its length.

    `span` is day, week, month, quarter or year.
    """

    starts: date
    written: str
    span: str


def _year(text: str) -> int:
    number = int(text.lstrip("'"))
    if number >= 100:
        return number
    return 2000 + number if number < 70 else 1900 + number


def _named_month(found: re.Match[str]) -> date:
    return date(_year(found["year"]), MONTHS[found["month"]], 1)


def _numbered_month(found: re.Match[str]) -> date:
    return date(_year(found["year"]), int(found["month"]), 1)


def _quarter(found: re.Match[str]) -> date:
    return date(_year(found["year"]), 3 * int(found["quarter"]) - 2, 1)


def _week(found: re.Match[str]) -> date:
    return date.fromisocalendar(_year(found["year"]), int(found["week"]), 1)


def _whole_year(found: re.Match[str]) -> date:
    return date(_year(found["year"]), 1, 1)


def _named_day(found: re.Match[str]) -> date:
    return date(_year(found["year"]), MONTHS[found["month"]], int(found["day"]))


def _numbered_day(found: re.Match[str]) -> date:
    return date(_year(found["year"]), int(found["month"]), int(found["day"]))


_CLOCK = r"(?:[t ]00:00(?::00(?:\.0+)?)?z?)?"
_FORMS: list[tuple[re.Pattern[str], str, Callable[[re.Match[str]], date]]] = [
    (re.compile(pattern), span, first_day)
    for pattern, span, first_day in [
        (
            rf"{_FULL_YEAR}[-/.](?P<month>[0-9]{{1,2}})[-/.](?P<day>[0-9]{{1,2}}){_CLOCK}",
            "day",
            _numbered_day,
        ),
        (rf"(?P<day>[0-9]{{1,2}})\.(?P<month>[0-9]{{1,2}})\.{_YEAR}", "day", _numbered_day),
        (rf"(?P<day>[0-9]{{1,2}})(?:st|nd|rd|th)?[-/ ]{_MONTH}[-/, ]+{_YEAR}", "day", _named_day),
        (rf"{_MONTH} (?P<day>[0-9]{{1,2}})(?:st|nd|rd|th)?, ?{_YEAR}", "day", _named_day),
        (rf"{_MONTH} (?P<day>[0-9]{{1,2}})(?:st|nd|rd|th)?,? {_FULL_YEAR}", "day", _named_day),
        (rf"{_MONTH}[-/., ]*(?:fy)?{_YEAR}", "month", _named_month),
        (rf"{_FULL_YEAR}{_SEP}{_MONTH}", "month", _named_month),
        (rf"{_FULL_YEAR}[-/. ](?P<month>[0-9]{{1,2}})", "month", _numbered_month),
        (rf"{_FULL_YEAR}m?(?P<month>[0-9]{{2}})", "month", _numbered_month),
        (rf"(?P<month>[0-9]{{1,2}})[-/.]{_FULL_YEAR}", "month", _numbered_month),
        (rf"q(?:uarter|tr)? ?(?P<quarter>[1-4]){_SEP}(?:fy|cy)? ?{_YEAR}", "quarter", _quarter),
        (rf"(?P<quarter>[1-4])q{_SEP}(?:fy|cy)? ?{_YEAR}", "quarter", _quarter),
        (rf"(?:fy|cy)? ?{_FULL_YEAR}{_SEP}q(?:uarter|tr)? ?(?P<quarter>[1-4])", "quarter", _quarter),
        (rf"fy ?(?P<year>[0-9]{{2}}){_SEP}q ?(?P<quarter>[1-4])", "quarter", _quarter),
        (rf"{_FULL_YEAR}{_SEP}(?:w|week|wk|kw) ?(?P<week>[0-9]{{1,2}})", "week", _week),
        (rf"(?:w|week|wk|kw) ?(?P<week>[0-9]{{1,2}}){_SEP}{_FULL_YEAR}", "week", _week),
        (rf"(?:cy|year|calendar year|the year)? ?{_FULL_YEAR}", "year", _whole_year),
        (
            rf"(?:fy|f/y|fiscal year|financial year|fiscal) ?{_YEAR}(?: ?[-/] ?(?:[0-9]{{4}}|[0-9]{{2}}))?",
            "year",
            _whole_year,
        ),
    ]
]
_PAIR = re.compile(r"(?P<year>(?:19|20|21)[0-9]{2}) ?(?P<by>[-/]) ?(?P<next>[0-9]{2}|(?:19|20|21)[0-9]{2})")
_SLASHED = re.compile(
    r"(?P<one>[0-9]{1,2})[-/](?P<two>[0-9]{1,2})[-/](?P<year>(?:19|20|21)[0-9]{2}|[0-9]{2})"
)


def _is_pair_of_years(found: re.Match[str]) -> bool:
    return _year(found["year"]) + 1 in (
        int(found["next"]),
        _year(found["year"]) // 100 * 100 + int(found["next"]),
    ) or (found["year"].endswith("99") and found["next"] == "00")


@dataclass
class Calendar:
    """How one file writes its periods, and why it is read so ('' where there was nothing to decide)."""

    day_first: bool = True
    pairs: bool = False
    why: str = ""
    _known: dict[str, Period | None] = field(default_factory=dict, repr=False)

    def read(self, text: str) -> Period | None:
        """The period that this text writes; None where it writes none, or one that does not exist."""
        if text not in self._known:
            self._known[text] = self._read(" ".join(tidy(text).split()))
        return self._known[text]

    def _read(self, written: str) -> Period | None:
        words = written.casefold()
        if not words or len(words) > 40:
            return None
        try:
            return self._pair(written, words) or self._slashed(words) or _formed(written, words)
        except ValueError:  # the 31st of February, week 60
            return None

    def _pair(self, written: str, words: str) -> Period | None:
        found = _PAIR.fullmatch(words)
        if not found or not _is_pair_of_years(found):
            return None
        if not self.pairs and len(found["next"]) == 2 and int(found["next"]) in range(1, 13):
            return None
        return Period(_whole_year(found), written, "year")

    def _slashed(self, words: str) -> Period | None:
        found = _SLASHED.fullmatch(words)
        if not found:
            return None
        one, two = int(found["one"]), int(found["two"])
        day, month = (one, two) if self.day_first else (two, one)
        return Period(date(_year(found["year"]), month, day), "", "day")


def _formed(written: str, words: str) -> Period | None:
    for pattern, span, first_day in _FORMS:
        if found := pattern.fullmatch(words):
            return Period(first_day(found), "" if span == "day" else written, span)
    return None


def decide_calendar(texts: Iterable[str]) -> Calendar:
    """How to read the periods of a file, from all the texts that could be one."""
    words = {" ".join(tidy(text).casefold().split()) for text in set(texts)}
    slashed = [found for text in words if (found := _SLASHED.fullmatch(text))]
    day_first, why = _decide_order(slashed)
    return Calendar(day_first=day_first, pairs=_decide_pairs(words), why=why)


def _decide_pairs(words: set[str]) -> bool:
    """Whether 2011-12 is a pair of years here, not December 2011: all of them look like pairs."""
    pairs = [found for text in words if (found := _PAIR.fullmatch(text))]
    enough = len(pairs) > 1 or any(found["by"] == "/" for found in pairs)
    return enough and all(_is_pair_of_years(found) for found in pairs)


def _decide_order(slashed: list[re.Match[str]]) -> tuple[bool, str]:
    """Whether the day comes first in 01/03/2024, and why."""
    if not slashed:
        return True, ""
    ones, twos = [[int(found[name]) for found in slashed] for name in ("one", "two")]
    day_first, month_first = sum(n > 12 for n in ones), sum(n > 12 for n in twos)
    if day_first != month_first:
        first = day_first > month_first
        example = next(found[0] for found in slashed if int(found["one" if first else "two"]) > 12)
        return first, f"{_order(first)}, since “{example}” can’t be read otherwise"
    if len(slashed) > 1 and (set(ones) == {1}) != (set(twos) == {1}):
        first = set(ones) == {1}
        return first, f"{_order(first)}, since every date is then the first of a month"
    return (
        True,
        f"{_order(True)}: nothing in the file shows which, so “{slashed[0][0]}” is read the British way",
    )


def _order(day_first: bool) -> str:
    return "the day comes before the month" if day_first else "the month comes before the day"


_GAPS = [("day", 1, 4), ("week", 5, 9), ("month", 26, 33), ("quarter", 88, 94), ("year", 360, 370)]


def frequency(periods: Collection[Period]) -> str:
    """How often these periods come: day, week, month, quarter or year, or '' where they don't tell.

    Full dates tell by the usual gap between them.
    """
    if not periods:
        return ""
    span = Counter(period.span for period in periods).most_common(1)[0][0]
    if span != "day":
        return span
    starts = sorted({period.starts for period in periods})
    gaps = sorted((later - sooner).days for sooner, later in pairwise(starts))
    usual = gaps[len(gaps) // 2] if gaps else 0
    return next((name for name, least, most in _GAPS if least <= usual <= most), "")
