"""The hours of a day as columns, drawn as inline SVG: a column is a link to its notes.

A column is as wide as its hours and as high as its notes an hour, so its area is its notes; where hours
were joined, its number says in how many. All days of a drawing have one scale. Lengths across are per
cent, so that the same drawing fits phone and desk.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from zoneinfo import ZoneInfo

from django.utils.formats import date_format
from django.utils.html import format_html
from django.utils.safestring import SafeString

from feedback.bars import asking, together
from feedback.by_the_hour import HOUR, Day, Stretch
from gallery.hours import in_words

HIGHEST, LOWER = 88.0, 40.0  # pixels of the highest column: of one day, and of several
ABOVE, BELOW = 20, 22  # pixels for the counts and for the hours
NARROWEST_WITH_COUNT = 2.5  # per cent
NARROWEST_WITH_SPAN = 7.0  # and on a phone:
NARROWEST_ON_A_PHONE = 16.0
MOST_SPELT_OUT = 8  # hours

DAY = '<svg class="hours" role="group" aria-label="{}: notes by the hour" height="{}">{}{}</svg>'
COLUMN = (
    '<a id="h-{asked}" href="{address}#notes"><title>{when}: {count} note{s}</title>'
    '<rect class="hours-room" x="{x}" width="{width}" height="{foot}"/>'
    '<rect class="hours-column" x="{x}" y="{y}" width="{width}" height="{height}"/>'
    '<text class="hours-count" x="{middle}" y="{above}">{told}</text></a>'
)
IN_HOURS = '<tspan{}>{}<tspan class="hours-span"> in {} h</tspan></tspan>'
TIGHT = SafeString(' class="hours-tight"')
CLOCK = '{}<tspan class="hours-minutes">:{}</tspan>'
TICK = '<text class="hours-tick" x="{}" y="{}">{}</text>'


@dataclass(frozen=True)
class DayDrawn:
    name: str
    svg: SafeString


@dataclass(frozen=True)
class Scale:
    """What all days of a drawing share: from which hour, how many, how high one note an hour stands."""

    first: int
    hours: int
    a_note: float
    highest: float
    zone: ZoneInfo

    def across(self, hours: float) -> float:
        """Per cent of the width."""
        return 100 * hours / self.hours

    def on_the_clock(self, moment: datetime) -> SafeString | str:
        """Shorter where there are many hours and on a phone, so that they stay apart."""
        local = moment.astimezone(self.zone)
        return (
            format_html(CLOCK, f"{local:%H}", f"{local:%M}")
            if self.hours <= MOST_SPELT_OUT
            else f"{local:%H}"
        )


def drawn(days: Sequence[Day], zone: ZoneInfo, board: str, at: Mapping[str, str]) -> list[DayDrawn]:
    """The days that have something to draw; `at` is asked for beside the hour."""
    days = [day for day in days if day.stretches]
    if not days:
        return []
    first = min(_hour(day.stretches[0].start, zone) for day in days)
    highest = HIGHEST if len(days) == 1 else LOWER
    scale = Scale(
        first=first,
        hours=max(_ends(day, zone) for day in days) - first,
        a_note=highest / max(stretch.count / stretch.hours for day in days for stretch in day.stretches),
        highest=highest,
        zone=zone,
    )
    return [_day(day, scale, board, at) for day in days]


def _day(day: Day, scale: Scale, board: str, at: Mapping[str, str]) -> DayDrawn:
    foot = ABOVE + scale.highest
    start = day.stretches[0].start
    columns = [
        _column(stretch, start, scale, board + asking(**at, hour=stretch.asked)) for stretch in day.stretches
    ]
    moments = [*(stretch.start for stretch in day.stretches), day.stretches[-1].end]
    ticks = [_tick(moment, start, scale, foot) for moment in moments]
    name = date_format(day.day, "l j F")
    svg = format_html(
        DAY,
        name,
        f"{foot + BELOW:.0f}",
        together(columns),
        together(ticks),
    )
    return DayDrawn(name, svg)


@lru_cache(maxsize=2_000)
def _column(stretch: Stretch, first: datetime, scale: Scale, address: str) -> SafeString:
    """Kept, as a tick is: a note that arrives makes one column higher, or all others lower."""
    x, width = _x(stretch.start, first, scale), scale.across(stretch.hours)
    height = stretch.count / stretch.hours * scale.a_note
    foot = ABOVE + scale.highest
    return format_html(
        COLUMN,
        asked=stretch.asked,
        address=address,
        when=in_words(stretch.start, stretch.end, scale.zone, day="D j F"),
        count=stretch.count,
        s="" if stretch.count == 1 else "s",
        x=f"{x:.2f}%",
        width=f"{width:.2f}%",
        middle=f"{x + width / 2:.2f}%",
        foot=f"{foot:.0f}",
        y=f"{foot - height:.1f}",
        height=f"{height:.1f}",
        above=f"{foot - height - 5:.1f}",
        told=_told(stretch, width),
    )


@lru_cache(maxsize=2_000)
def _tick(moment: datetime, first: datetime, scale: Scale, foot: float) -> SafeString:
    x = _x(moment, first, scale)
    return format_html(TICK, f"{x:.2f}%", f"{foot + 16:.0f}", scale.on_the_clock(moment))


def _told(stretch: Stretch, width: float) -> SafeString | int | str:
    """What stands above a column: never the number alone of hours that were joined."""
    if stretch.hours == 1:
        return stretch.count if width >= NARROWEST_WITH_COUNT else ""
    if width < NARROWEST_WITH_SPAN:
        return ""
    return format_html(IN_HOURS, "" if width >= NARROWEST_ON_A_PHONE else TIGHT, stretch.count, stretch.hours)


def _x(moment: datetime, first: datetime, scale: Scale) -> float:
    """Where a moment stands: hours are counted from the day's first, as they pass, whatever the clocks do."""
    return scale.across(_hour(first, scale.zone) - scale.first + (moment - first) / HOUR)


def _hour(moment: datetime, zone: ZoneInfo) -> int:
    return moment.astimezone(zone).hour


def _ends(day: Day, zone: ZoneInfo) -> int:
    """The hour of the day at which its last stretch ends, as hours pass."""
    return _hour(day.stretches[0].start, zone) + sum(stretch.hours for stretch in day.stretches)
