"""Limits that a room survives: token buckets per visitor and for all newcomers, never by address.

A room of phones is one address. A visitor's bucket holds twelve notes and fills by one every two
seconds. Whoever comes without a cookie of ours, or with one that is only a few minutes old
(visitors.is_new), draws from the newcomers' too, one for the whole gallery: it holds 300 notes, as
when a room of 200 begins at once, and fills by 20 a second. A flood of made-up visitors stops
newcomers at the most, and nobody who stuck a first note some minutes before. Whoever makes up
visitors and waits has as many buckets as they waited for: against that a host locks.

'Me too' has a bucket of its own for each visitor: whoever nods to much need not wait with a note.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from django.db import connection

from feedback.models import Bucket

NEWCOMERS = "newcomers"
NEW_VOTERS = "new voters"
ADDRESSES = "addresses"  # left to be told what changed: feedback/telling.py


@dataclass(frozen=True)
class Rate:
    """A bucket that holds `burst` tokens, and gets one more every `seconds`; `sign` tells it from others."""

    burst: int
    seconds: float
    sign: str = ""

    def of(self, author: str) -> str:
        """Whose bucket it is: the sign stands for the first of a pseudonym's 64 letters."""
        return f"{self.sign}{author[len(self.sign) :]}"


VISITOR = Rate(burst=12, seconds=2)
ME_TOO = Rate(burst=30, seconds=1, sign="+1 ")
ALL_NEWCOMERS = Rate(burst=300, seconds=1 / 20)
VOTER = Rate(burst=60, seconds=1 / 2, sign="v ")
ALL_ADDRESSES = Rate(burst=100, seconds=3)


class SlowDown(Exception):  # noqa: N818 - an answer to a person, not a fault
    """Too many notes or votes too fast. `seconds` is how long to wait for the next one, rounded up."""

    def __init__(self, seconds: float) -> None:
        super().__init__()
        self.seconds = int(seconds) + 1

    @property
    def in_words(self) -> str:
        return "a second" if self.seconds == 1 else f"{self.seconds} seconds"


def spend(gallery_id: int, author: str | None, at: datetime, new: bool = False, rate: Rate = VISITOR) -> None:
    """Take a token for one note from each bucket that this visitor draws from; one query.

    `author` is None for whoever has no bucket of their own yet; `new` is whether they draw from the
    newcomers' besides their own. Call it with the gallery's row held. Raises SlowDown where one is
    empty; roll the transaction back then, and nothing is taken. A row keeps one moment, when its
    bucket will be empty again of what was poured in (the generic cell rate algorithm: ITU-T I.371, annex A).
    """
    buckets = {rate.of(author): rate} if author else {}
    if new or not author:
        buckets[NEWCOMERS] = ALL_NEWCOMERS
    _take(gallery_id, buckets, at.timestamp())


def spend_on_a_vote(gallery_id: int, author: str | None, at: datetime) -> None:
    """The same for what is sent to a round at once: one tap, or all of a form."""
    buckets = {VOTER.of(author): VOTER} if author else {NEW_VOTERS: ALL_NEWCOMERS}
    _take(gallery_id, buckets, at.timestamp())


def spend_on_an_address(gallery_id: int, at: datetime) -> None:
    """The same for an e-mail address: one bucket for the whole gallery."""
    _take(gallery_id, {ADDRESSES: ALL_ADDRESSES}, at.timestamp())


def _take(gallery_id: int, buckets: Mapping[str, Rate], now: float) -> None:
    rows = [(gallery_id, whose, now + rate.seconds) for whose, rate in buckets.items()]
    waits = [
        empty_at - now - buckets[whose].burst * buckets[whose].seconds
        for whose, empty_at in _poured(rows, now)
    ]
    if max(waits) > 0:
        raise SlowDown(max(waits))


def _poured(rows: list[tuple[int, str, float]], now: float) -> list[tuple[str, float]]:
    table = connection.ops.quote_name(Bucket._meta.db_table)
    places = ", ".join(["(%s, %s, %s)"] * len(rows))
    with connection.cursor() as cursor:
        cursor.execute(
            f"INSERT INTO {table} AS kept (gallery_id, whose, empty_at) VALUES {places} "  # noqa: S608  # nosec B608 - own table name
            "ON CONFLICT (gallery_id, whose) DO UPDATE SET empty_at = excluded.empty_at - %s + "
            "CASE WHEN kept.empty_at > %s THEN kept.empty_at ELSE %s END RETURNING whose, empty_at",
            [value for row in rows for value in row] + [now, now, now],
        )
        return [(str(whose), float(empty_at)) for whose, empty_at in cursor.fetchall()]
