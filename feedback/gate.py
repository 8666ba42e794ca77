"""What a note or a vote is asked under the lock of its gallery's row, just before it is kept.

A host who closes, locks or deletes takes the same lock: a note is either in before that, or
refused after it.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from django.db import connection
from django.utils.dateparse import parse_datetime

from feedback import limits
from gallery.models import Gallery
from gallery.phases import Doors, Stretch, doors


class Closed(Exception):  # noqa: N818 - an answer to a person, not a fault
    """The doors are closed, for longer than the grace that a phone without connection has."""


class Locked(Exception):  # noqa: N818 - an answer to a person, not a fault
    """A host has stopped all notes for now."""


@dataclass(frozen=True)
class Standing:
    """A gallery's row as it stands under its lock, with the sequence number that was just taken."""

    seq: int
    moderated: bool
    grace_minutes: int
    invited_at: datetime | None
    opened_at: datetime | None
    closed_at: datetime | None
    locked_at: datetime | None
    published_at: datetime | None
    archived_at: datetime | None
    deleted_at: datetime | None

    def doors(self, hours: Sequence[Stretch], at: datetime) -> Doors:
        return doors(list(hours), self.opened_at, self.closed_at, at)

    def in_use(self, hours: Sequence[Stretch], at: datetime) -> bool:
        """Whether the doors have ever been open, and it is neither archived nor deleted."""
        at = max(at, self.opened_at or at)  # opened by hand while one waited for the lock
        ever_open = bool(self.invited_at) and self.doors(hours, at).ever_open
        return ever_open and not self.archived_at and not self.deleted_at


def is_over(room: Standing | Gallery) -> bool:
    """Whether nothing more is taken in: not invited to yet, published, archived or deleted."""
    return not room.invited_at or bool(room.published_at or room.archived_at or room.deleted_at)


def turned_away(room: Standing | Gallery, state: Doors, at: datetime) -> type[Closed] | type[Locked] | None:
    """Why a visitor's note, or new words of it, would not be let in at this moment, if so."""
    over = is_over(room)
    if room.locked_at and not over:
        return Locked
    grace = timedelta(minutes=room.grace_minutes)
    is_open = state.open or (grace and state.within(grace, at))
    return Closed if over or not is_open else None


COLUMNS = ["seq", "moderated", "grace_minutes"]
MOMENTS = ["invited_at", "opened_at", "closed_at", "locked_at", "published_at", "archived_at", "deleted_at"]


@dataclass(frozen=True)
class Gate:
    """A visitor's way in: the opening hours as they were just read, who asks, and when.

    `author` is None for whoever has no bucket of their own yet; `new` and `rate` as in limits.spend.
    """

    hours: Sequence[Stretch]
    author: str | None
    at: datetime
    new: bool = False
    rate: limits.Rate = limits.VISITOR

    def admit(self, gallery_id: int, standing: Standing) -> None:
        """Raises Locked, Closed or limits.SlowDown; roll the transaction back then."""
        # `at` was read before the lock: an act by hand that the row tells of came before this note
        at = max([self.at, *filter(None, [standing.opened_at, standing.closed_at])])
        if why := turned_away(standing, standing.doors(self.hours, at), at):
            raise why
        limits.spend(gallery_id, self.author, self.at, self.new, self.rate)


@dataclass(frozen=True)
class WayOut:
    """For what a visitor takes back: neither doors nor lock are in its way, but it has its limit."""

    author: str | None
    at: datetime

    def admit(self, gallery_id: int, _: Standing) -> None:
        """Raises limits.SlowDown; roll the transaction back then."""
        limits.spend(gallery_id, self.author, self.at)


@dataclass(frozen=True)
class Desk:
    """A host's way in, who types in what was written on paper, or answers.

    It is open from the first opening until the gallery is archived: closed doors, a lock,
    moderation and limits are there for visitors.
    """

    hours: Sequence[Stretch]
    at: datetime

    def admit(self, _: int, standing: Standing) -> None:
        """Raises Closed; roll the transaction back then."""
        if not standing.in_use(self.hours, self.at):
            raise Closed


@dataclass(frozen=True)
class Ballot:
    """A visitor's way to a round's votes: from the first opening until archived, but for a lock.

    A room mostly sorts when the doors are closed. `author` is None for whoever has no cookie of ours yet.
    """

    hours: Sequence[Stretch]
    author: str | None
    at: datetime

    def admit(self, gallery_id: int, standing: Standing) -> None:
        """Raises Locked, Closed or limits.SlowDown; roll the transaction back then."""
        if not standing.in_use(self.hours, self.at):
            raise Closed
        if standing.locked_at:
            raise Locked
        limits.spend_on_a_vote(gallery_id, self.author, self.at)


def hold(gallery_id: int) -> Standing:
    """The gallery as it stands; its row is held until the transaction ends, and no number is taken."""
    return take_numbers(gallery_id, 0)


def take_number(gallery_id: int) -> Standing:
    """The gallery's next sequence number; holds the gallery's row until the transaction ends."""
    return take_numbers(gallery_id, 1)


def take_numbers(gallery_id: int, count: int) -> Standing:
    """The next `count` sequence numbers; `seq` is the last of them."""
    table = connection.ops.quote_name(Gallery._meta.db_table)
    with connection.cursor() as cursor:
        cursor.execute(
            f"UPDATE {table} SET seq = seq + %s WHERE id = %s RETURNING {', '.join(COLUMNS + MOMENTS)}",  # noqa: S608  # nosec B608 - own names
            [count, gallery_id],
        )
        seq, moderated, grace_minutes, *moments = cursor.fetchone()
    found = dict(zip(MOMENTS, map(_moment, moments), strict=True))
    return Standing(int(seq), bool(moderated), int(grace_minutes), **found)


def _moment(value: datetime | str | None) -> datetime | None:
    """A moment as the database gives it without Django's converters: SQLite's is text, in UTC."""
    if isinstance(value, str):
        value = parse_datetime(value)
    return value.replace(tzinfo=UTC) if value and value.tzinfo is None else value
