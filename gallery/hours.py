"""Opening hours in words, and the hours that a zone's clocks leave out or count twice."""

from datetime import datetime, timedelta, tzinfo
from zoneinfo import ZoneInfo

from django.utils.formats import date_format

MINUTE = timedelta(minutes=1)


def in_words(opens: datetime, closes: datetime, zone: ZoneInfo, *, day: str = "l j F Y") -> str:
    """A stretch on the zone's clocks: Mon 1 June 2026, 09:00 to 12:00 BST.

    The zone's name stands after the last time, and after both where the clocks change in between.
    `day` is one of Django's date formats.
    """
    opens, closes = opens.astimezone(zone), closes.astimezone(zone)
    first = f"{date_format(opens, f'{day}, H:i')}{'' if _same(opens, closes) else f' {opens:%Z}'}"
    ends = date_format(closes, "H:i" if opens.date() == closes.date() else f"{day}, H:i")
    return f"{first} to {ends} {closes:%Z}"


def _same(one: datetime, other: datetime) -> bool:
    return one.utcoffset() == other.utcoffset()


def why_not(local: datetime, zone: tzinfo) -> str:
    """Why a time on a zone's clocks is no moment, or two, and what to choose; '' where it is one."""
    if _is_one(local, zone):
        return ""
    starts, ends = local, local
    while not _is_one(starts - MINUTE, zone):
        starts -= MINUTE
    while not _is_one(ends, zone):
        ends += MINUTE
    skipped = _offset(local, zone, 1) > _offset(local, zone, 0)
    times = (starts, ends) if skipped else (ends, starts)
    turned = f"{'forward' if skipped else 'back'} from {times[0]:%H:%M} to {times[1]:%H:%M}"
    on = date_format(local, "j F Y")
    so = f"there is no {local:%H:%M} that night" if skipped else f"{local:%H:%M} comes twice"
    return (
        f"On {on} the clocks in {zone} go {turned}: {so}. Choose a time before {starts:%H:%M}, "
        f"or {ends:%H:%M} or later."
    )


def _is_one(local: datetime, zone: tzinfo) -> bool:
    return _offset(local, zone, 0) == _offset(local, zone, 1)


def _offset(local: datetime, zone: tzinfo, fold: int) -> timedelta:
    """The zone's distance from UTC; `fold` 0 is that before the clocks change, 1 that after."""
    return local.replace(tzinfo=zone, fold=fold).utcoffset() or timedelta()
