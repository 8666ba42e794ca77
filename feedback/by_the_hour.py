"""How the day went by the hour: how many notes came when, on the gallery's own clocks, as inline SVG.

Nothing tells of fewer than five people: hours in which fewer than five different senders wrote are joined
with their neighbours until there are five, and a day on which there weren't as many is not drawn. Notes
from paper are left out, because they were typed in later. Where no sender is known, nothing is drawn.
"""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from feedback.models import Note
from feedback.rollup import Rollup
from gallery.phases import Stretch as Opening
from gallery.phases import stretches

FEWEST_SENDERS = 5
HOUR = timedelta(hours=1)
QUARTER = 15 * 60  # seconds
ASKED = re.compile(r"(20\d\d-\d\d-\d\dT\d{4})Z(?:-([1-9]\d{0,2})h)?", re.ASCII)

# When a note was stuck, and a number that tells its sender from the others here; no pseudonym is read.
Sent = tuple[datetime, int | None]
Quarter = tuple[datetime, list[int | None]]  # from when on, and who sent each of its notes


@dataclass(frozen=True)
class Stretch:
    """One hour, or several that were joined, with its notes."""

    start: datetime
    hours: int
    count: int

    @property
    def asked(self) -> str:
        """How an address names it: when it starts, by universal time, and for how many hours."""
        more = "" if self.hours == 1 else f"-{self.hours}h"
        return f"{self.start.astimezone(UTC):%Y-%m-%dT%H%M}Z{more}"

    @property
    def end(self) -> datetime:
        return self.start + self.hours * HOUR


@dataclass
class Slot:
    """An hour as the notes come in, with who sent them: kept here only until five are together."""

    start: datetime
    hours: int = 1
    count: int = 0
    senders: set[int] = field(default_factory=set, repr=False)

    def hear(self, senders: Sequence[int | None]) -> None:
        self.count += len(senders)
        self.senders.update(sender for sender in senders if sender)

    def take_in(self, other: "Slot") -> None:
        self.hours += other.hours
        self.count += other.count
        self.senders |= other.senders


@dataclass(frozen=True)
class Day:
    """A day's stretches; none where fewer than five people wrote on it."""

    day: date
    stretches: list[Stretch]


@dataclass(frozen=True)
class ByTheHour:
    """The days on which notes came from phones, with what is to be said of the notes that aren't drawn."""

    days: list[Day]
    from_phones: int
    from_paper: int
    unknown: bool  # whether it isn't known of some phone's note who sent it

    @property
    def joined(self) -> bool:
        return any(stretch.hours > 1 for day in self.days for stretch in day.stretches)

    @property
    def undrawn(self) -> list[date]:
        return [day.day for day in self.days if not day.stretches]


def joined(slots: Iterable[Slot], fewest: int = FEWEST_SENDERS) -> list[Stretch]:
    """Neighbouring hours together until each stretch has so many senders; none where there aren't as many."""
    done: list[Slot] = []
    rest: Slot | None = None
    for slot in slots:
        if rest is None:
            rest = Slot(slot.start, 0)
        rest.take_in(slot)
        if len(rest.senders) >= fewest:
            done.append(rest)
            rest = None
    if rest and done:
        done[-1].take_in(rest)
    return [Stretch(slot.start, slot.hours, slot.count) for slot in done]


def by_the_hour(found: Rollup, hours: Sequence[Opening], now: datetime) -> ByTheHour:
    """How the notes came to these posters; no query. No days where no sender is known."""
    here = [note for note in found.ledger.hanging if note.poster in found.rows]
    sent = [(note.at, note.sender) for note in here if note.source == Note.Source.PHONE]
    known = sum(1 for _, sender in sent if sender)
    return ByTheHour(
        days=days(sent, hours, found.gallery.zone, now) if known else [],
        from_phones=len(sent),
        from_paper=len(here) - len(sent),
        unknown=known < len(sent),
    )


def days(sent: Iterable[Sent], hours: Sequence[Opening], zone: ZoneInfo, now: datetime) -> list[Day]:
    """Each day with notes, from its first hour that was open or brought one to its last."""
    by_day: dict[date, list[Quarter]] = {}
    for start, senders in _quarters(sent):
        by_day.setdefault(start.astimezone(zone).date(), []).append((start, senders))
    was_open: dict[date, list[datetime]] = {}
    for start in _open(hours, now):
        was_open.setdefault(start.astimezone(zone).date(), []).append(start)
    return [
        Day(day, joined(_slots(rows, was_open.get(day, []), zone))) for day, rows in sorted(by_day.items())
    ]


def _quarters(sent: Iterable[Sent]) -> list[Quarter]:
    """The senders of each quarter of an hour: the clocks of all zones are whole quarters apart."""
    found: dict[int, list[int | None]] = {}
    for at, sender in sent:
        found.setdefault(int(at.timestamp()) // QUARTER, []).append(sender)
    return [(datetime.fromtimestamp(number * QUARTER, UTC), senders) for number, senders in found.items()]


def _slots(rows: Sequence[Quarter], was_open: Sequence[datetime], zone: ZoneInfo) -> list[Slot]:
    """Every hour of a day, as hours pass: where the clocks change there is one less, or one more."""
    moments = [*(start for start, _ in rows), *was_open]
    first = min(moments).astimezone(zone).replace(minute=0, second=0, microsecond=0).astimezone(UTC)
    slots = [Slot(first + number * HOUR) for number in range((max(moments) - first) // HOUR + 1)]
    for start, senders in rows:
        slots[(start - first) // HOUR].hear(senders)
    return slots


def named(asked: str) -> tuple[datetime, datetime] | None:
    """The stretch that an address names, from when to when; None for what names none."""
    found = ASKED.fullmatch(asked)
    if found is None:
        return None
    try:
        start = datetime.strptime(f"{found[1]}+0000", "%Y-%m-%dT%H%M%z")
    except ValueError:
        return None
    return start, start + int(found[2] or 1) * HOUR


def _open(hours: Sequence[Opening], now: datetime) -> Iterable[datetime]:
    """A moment of each hour in which the doors were open by the plan, until now."""
    for opens, closes in stretches(list(hours)):
        while opens < min(closes, now):
            yield opens
            opens += HOUR
