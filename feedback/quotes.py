"""The note that says best what all notes of a theme say: its label, beside the name."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from hashlib import sha256

from django.core.cache import cache

from feedback import meanings
from feedback.grouping import central
from feedback.likeness import Likeness, Meaning, Wording
from feedback.lying import Lying

SECONDS = 3600


def quotes(heaps: Sequence[Sequence[Lying]]) -> dict[int | None, Lying]:
    """The most central note of each heap, by its theme; kept for as long as the heap is the same.

    One query where meanings are read and some heap is new.
    """
    keys = {_key(notes): notes for notes in heaps if notes}
    known: dict[str, int] = cache.get_many(keys)
    fresh = {key: notes for key, notes in keys.items() if key not in known}
    read = kept([note for notes in fresh.values() for note in notes])
    for key, notes in fresh.items():
        likeness = likeness_of(notes, read)
        known[key] = notes[central(likeness, range(len(notes)))[0]].pk
        if isinstance(likeness, Meaning) == meanings.can_read():  # else it may yet be read
            cache.set(key, known[key], SECONDS)
    return {note.theme: note for key, notes in keys.items() for note in notes if note.pk == known[key]}


def kept(notes: Sequence[Lying]) -> Mapping[int, bytes]:
    """What has been read of these notes, by primary key; one query where there are any to ask for."""
    return meanings.vectors(notes) if notes and meanings.can_read() else {}


def likeness_of(notes: Sequence[Lying], read: Mapping[int, bytes]) -> Likeness:
    """By meaning where all of these have been read, else by wording."""
    if all(note.pk in read for note in notes):
        return Meaning([read[note.pk] for note in notes])
    return Wording([note.text for note in notes])


def _key(notes: Sequence[Lying]) -> str:
    way = "meaning" if meanings.can_read() else "wording"
    told = " ".join([way, str(notes[0].theme), *(f"{note.pk}.{note.seq}" for note in notes)])
    return f"quote-{sha256(told.encode()).hexdigest()}"
