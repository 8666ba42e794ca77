"""Notes as they lie on the table where they are sorted: no more of each than is drawn and compared there.

Four hundred of them are read for every act, so each is a row and not a model.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any, NamedTuple
from uuid import UUID

from feedback.bars import KindLook
from feedback.rollup import Rollup
from gallery.models import Poster

FIELDS = ("pk", "seq", "key", "text", "theme", "poster", "kind")


class Lying(NamedTuple):
    """A note, with the poster and the kind that are in hand already; `theme` is a primary key."""

    pk: int
    seq: int
    key: UUID
    text: str
    theme: int | None
    poster: Poster
    kind: KindLook


def lying(rows: Iterable[Sequence[Any]], found: Rollup) -> list[Lying]:
    """The rows of FIELDS as notes; without those whose poster or kind has gone since."""
    kinds = {kind.pk: kind for kind in found.looks}
    posters = {pk: row.poster for pk, row in found.rows.items()}
    return [
        Lying(pk, seq, key, text, theme, posters[poster], kinds[kind])
        for pk, seq, key, text, theme, poster, kind in rows
        if poster in posters and kind in kinds
    ]
