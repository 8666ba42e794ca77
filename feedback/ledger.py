"""Every note of a gallery as far as it is counted, kept from one drawing of its dashboard to the next.

Whatever changes a note gives it a new number, so that of a ledger that is kept only what has a newer one
is read. Themes are none of it: a note is put into one without a new number (feedback/hung.py).
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from functools import cached_property
from threading import Lock
from time import monotonic
from typing import Any, NamedTuple
from uuid import UUID

from cachetools import TTLCache
from django.db import connection

from feedback.models import Note
from gallery.models import Gallery

LEDGER_SECONDS = 30  # then all is read again: a restored backup may have other notes under the same numbers
MANY = 100  # changes after which reading all is quicker
LEDGERS: TTLCache[int, "Ledger"] = TTLCache(maxsize=20, ttl=LEDGER_SECONDS)
_lock = Lock()

# In the database's own words: for one new note the ORM takes ten times as long to say the same.
COLUMNS = """
    note.id, note.seq, note.poster_id, note.kind_id, note.state, note.reply_to_id, note.source, note.name,
    note.text, note.key, note.created_at,
    (SELECT COUNT(*) FROM feedback_metoo nod WHERE nod.note_id = note.id),
    NOT EXISTS (SELECT 1 FROM feedback_photo photo WHERE photo.note_id = note.id)
    AND NOT EXISTS (SELECT 1 FROM feedback_proposal told WHERE told.note_id = note.id)
"""
# The sender's first note stands for the sender, so that no pseudonym is read: of all notes, or of a few.
SENDERS = "CASE WHEN note.author IS NOT NULL THEN MIN(note.id) OVER (PARTITION BY note.author) END"
SENDER = "(SELECT MIN(own.id) FROM feedback_note own WHERE own.gallery_id = %s AND own.author = note.author)"
ALL = f"SELECT {COLUMNS}, {SENDERS} FROM feedback_note note WHERE gallery_id = %s"  # noqa: S608  # nosec B608 - own names
SINCE = f"SELECT {COLUMNS}, {SENDER} FROM feedback_note note WHERE gallery_id = %s AND seq > %s"  # noqa: S608  # nosec B608 - own names


class Entry(NamedTuple):
    """A note, or what is said to one. `sender` is the same number for the same sender, None if unknown."""

    pk: int
    seq: int
    poster: int
    kind: int | None
    state: str
    answers: int | None
    source: str
    name: str
    text: str
    key: UUID
    at: datetime
    nods: int
    bare: bool  # without a photo and what a proposed measure tells
    sender: int | None

    @property
    def hangs(self) -> bool:
        """Whether it is a note on a poster, there for all to read."""
        return self.answers is None and self.state == Note.State.SHOWN


@dataclass(frozen=True)
class Ledger:
    """All entries by primary key, complete up to a number of the gallery."""

    upto: int
    archived_at: datetime | None  # then senders were forgotten
    read_at: float
    entries: Mapping[int, Entry] = field(repr=False)

    @cached_property
    def places(self) -> frozenset[tuple[int, int | None]]:
        """The posters and kinds of all notes, whatever their state."""
        return frozenset((each.poster, each.kind) for each in self.entries.values())

    @cached_property
    def hanging(self) -> list[Entry]:
        return [each for each in self.entries.values() if each.hangs]

    @cached_property
    def answered(self) -> frozenset[int | None]:
        """The notes to which something is said that hangs."""
        return frozenset(each.answers for each in self.entries.values() if each.state == Note.State.SHOWN)

    @cached_property
    def talked_about(self) -> frozenset[int | None]:
        """The notes to which something is said, in whatever state."""
        return frozenset(each.answers for each in self.entries.values())


def read(gallery: Gallery) -> Ledger:
    """All of it, as it is now; one query."""
    return Ledger(gallery.seq, gallery.archived_at, monotonic(), _entries(ALL, gallery.pk))


def kept(gallery: Gallery) -> Ledger:
    """As it is now, from what was read before and what has changed since; a query where anything has."""
    with _lock:
        found = LEDGERS.get(gallery.pk)
    if found is None or not _holds(found, gallery):
        found = read(gallery)
    elif found.upto < gallery.seq:
        changed = _entries(SINCE, gallery.pk, gallery.pk, found.upto)
        found = replace(found, upto=gallery.seq, entries={**found.entries, **changed})
    else:
        return found
    with _lock:
        LEDGERS[gallery.pk] = found
    return found


def forget() -> None:
    """Drop all that is kept."""
    with _lock:
        LEDGERS.clear()


def _holds(found: Ledger, gallery: Gallery) -> bool:
    """Whether it can be brought up to date: it is of this gallery's past, and not long ago."""
    ours = found.archived_at == gallery.archived_at and found.upto <= gallery.seq <= found.upto + MANY
    return ours and monotonic() - found.read_at < LEDGER_SECONDS


def _entries(query: str, *asked: int) -> dict[int, Entry]:
    with connection.cursor() as cursor:
        cursor.execute(query, asked)
        return {row[0]: _entry(row) for row in cursor.fetchall()}


def _entry(row: tuple[Any, ...]) -> Entry:
    return Entry(*row)._replace(key=_key(row[9]), at=_moment(row[10]), bare=bool(row[12]))


def _key(value: UUID | str) -> UUID:
    """SQLite's is text."""
    return value if isinstance(value, UUID) else UUID(value)


def _moment(value: datetime) -> datetime:
    """SQLite's is without a zone, by universal time."""
    return value if value.tzinfo else value.replace(tzinfo=UTC)
