"""The one path of a note: stick, reword, take back, hide, show.

Whatever changes a note re-stamps it with the gallery's next sequence number, taken under the
gallery's row lock in the same transaction: a reader who has seen n has missed nothing up to n.
"""

import hashlib
import unicodedata
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any, Protocol
from uuid import UUID

from django.db import IntegrityError, connection, transaction
from django.utils import timezone

from feedback.models import Note, NoteKind
from gallery.models import Gallery, Poster

MOST_LETTERS = 1000
MOST_LETTERS_OF_A_NAME = 60


class Unusable(Exception):  # noqa: N818 - an answer to a person, not a fault
    """What was written can't be a note; the message says why and what to do."""


class KeyReused(Exception):  # noqa: N818 - an answer to a person, not a fault
    """This key belongs to a note with other words, which is kept as it is."""


class Gone(Exception):  # noqa: N818 - an answer to a person, not a fault
    """The poster or the kind isn't there any more."""


class TooLate(Exception):  # noqa: N818 - an answer to a person, not a fault
    """The time in which one may change one's own note is over, or it isn't there any more."""


def readable(words: str) -> str:
    """The words as they will be kept: line ends unified, trimmed. Raises Unusable with the reason."""
    kept = words.replace("\r\n", "\n").replace("\r", "\n").strip()
    if any(_is_broken(sign) for sign in kept):
        raise Unusable(
            "There is a sign in your words that can’t be kept (it arrived broken). "
            "Look for it below, take it out, then stick the note again."
        )
    if not any(unicodedata.category(sign)[0] in "LNPS" for sign in kept):
        raise Unusable("Write a few words first, then stick the note.")
    if len(kept) > MOST_LETTERS:
        raise Unusable(
            f"A note holds {MOST_LETTERS:,} letters; this has {len(kept):,}. Shorten it, or make two of it."
        )
    return kept


def without_broken_signs(words: str) -> str:
    """The words as they can be shown again in the form."""
    return "".join(sign for sign in words if not _is_broken(sign))


def _is_broken(sign: str) -> bool:
    """Control characters, lone surrogates, and the mark that stands for bytes that were no text."""
    if sign in "\n\t":
        return False
    return unicodedata.category(sign) in {"Cc", "Cs"} or sign == "\ufffd"


def digest(*, poster: Poster, kind: NoteKind, text: str, name: str) -> str:
    """Tells a retry of the first submission from another note under the same key."""
    parts = "\x1f".join([str(poster.pk), str(kind.pk), text, name])
    return hashlib.sha256(parts.encode()).hexdigest()


def next_seq(gallery_id: int) -> int:
    """The gallery's next sequence number; holds the gallery's row until the transaction ends."""
    table = connection.ops.quote_name(Gallery._meta.db_table)
    with connection.cursor() as cursor:
        cursor.execute(
            f"UPDATE {table} SET seq = seq + 1 WHERE id = %s RETURNING seq",  # noqa: S608  # nosec B608 - own table name
            [gallery_id],
        )
        return int(cursor.fetchone()[0])


def stick(
    *,
    poster: Poster,
    key: UUID,
    kind: NoteKind,
    text: str,
    name: str = "",
    author: str | None = None,
    source: str = Note.Source.PHONE,
    at: datetime | None = None,
) -> Note:
    """Stick a note once: the same key with the same words gives the note that is there already.

    Raises Unusable for words that can't be a note, KeyReused for other words under a used key,
    and Gone where the poster or the kind has just been taken away.
    """
    text = readable(text)
    name = " ".join(name.split())[:MOST_LETTERS_OF_A_NAME]
    first = digest(poster=poster, kind=kind, text=text, name=name)
    try:
        with transaction.atomic():
            return Note.objects.create(
                gallery_id=poster.gallery_id,
                poster=poster,
                key=key,
                digest=first,
                kind=kind,
                text=text,
                name=name,
                author=author,
                source=source,
                seq=next_seq(poster.gallery_id),
                created_at=at or timezone.now(),
            )
    except IntegrityError:
        kept = Note.objects.select_related("kind").filter(key=key).first()
        if kept is None:
            raise Gone from None
        if kept.digest != first:
            raise KeyReused from None
        return kept


class Owned(Protocol):
    """Whatever tells whose a note is and how it stands: the note itself, or its stamp."""

    @property
    def author(self) -> str | None: ...
    @property
    def state(self) -> str: ...
    @property
    def created_at(self) -> datetime: ...


def may_change(note: Owned, author: str | None, minutes: int, at: datetime) -> bool:
    """Whether this visitor may still reword this note or take it back."""
    return (
        author is not None
        and note.author == author
        and note.state in {Note.State.SHOWN, Note.State.WAITING}
        and at <= note.created_at + timedelta(minutes=minutes)
    )


def reword(*, note: Note, text: str, author: str | None, at: datetime | None = None) -> Note:
    """Give one's own note other words. Raises Unusable or TooLate."""
    at = at or timezone.now()
    _own(note, author, at)
    text = readable(text)
    if text != note.text:
        _restamp(note, {"text": text, "reworded_at": at}, only_from=Note.State.SHOWN)
    return note


def take_back(*, note: Note, author: str | None, at: datetime | None = None) -> Note:
    """Withdraw one's own note: it leaves every screen and stays uncounted. Raises TooLate."""
    _own(note, author, at or timezone.now())
    return _restamp(note, {"state": Note.State.WITHDRAWN}, only_from=Note.State.SHOWN)


def put_back(*, note: Note, author: str | None, at: datetime | None = None) -> Note:
    """Undo taking back one's own note. Raises TooLate."""
    late = (at or timezone.now()) > note.created_at + timedelta(minutes=note.gallery.reword_minutes)
    if author is None or note.author != author or late:
        raise TooLate
    return _restamp(note, {"state": Note.State.SHOWN}, only_from=Note.State.WITHDRAWN)


def hide(note: Note) -> Note:
    """Take a shown note off every screen; it is kept, and can be shown again."""
    return _restamp(note, {"state": Note.State.HIDDEN}, only_from=Note.State.SHOWN)


def show(note: Note) -> Note:
    """Put a hidden note back. What its author took back stays taken back."""
    return _restamp(note, {"state": Note.State.SHOWN}, only_from=Note.State.HIDDEN)


def _own(note: Note, author: str | None, at: datetime) -> None:
    if not may_change(note, author, note.gallery.reword_minutes, at):
        raise TooLate


@transaction.atomic
def _restamp(note: Note, changes: Mapping[str, Any], *, only_from: str) -> Note:
    """Change a note where it is still in the state that the change starts from; else leave it."""
    seq = next_seq(note.gallery_id)
    if Note.objects.filter(pk=note.pk, state=only_from).update(seq=seq, **changes):
        note.seq = seq
        for name, value in changes.items():
            setattr(note, name, value)
    return note
