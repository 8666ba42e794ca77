"""What a round can rate: all themes, proposed measures, or notes of a poster, a kind, a theme."""

from collections.abc import Collection
from dataclasses import dataclass

from feedback.models import Note, NoteQuerySet, Round, Theme
from gallery.models import Gallery

THEMES, NOTES, PROPOSALS = Round.Rates.THEMES, Round.Rates.NOTES, Round.Rates.PROPOSALS
MOST = 40

NOTHING = "Nothing of what this round was to rate is there any more. Throw it away and make another."
NONE_YET = {
    THEMES: "There are no themes yet. Put notes into themes first, or rate the notes themselves.",
    NOTES: "There are no such notes. Choose other ones.",
    PROPOSALS: "Nobody has proposed a measure yet. Rate themes or notes.",
}
TOO_MANY = {
    THEMES: "Merge some of them first, or rate the notes of one theme.",
    NOTES: "Choose by poster, kind or theme.",
    PROPOSALS: "Choose by poster, kind or theme.",
}


class Unusable(Exception):  # noqa: N818 - an answer to a person, not a fault
    """It can't be rated so; the message says why and what to do."""


@dataclass(frozen=True)
class Which:
    """Of notes and proposals: on which poster, of which kind, in which theme; blank for all."""

    poster: int | None = None
    kind: str = ""
    theme: str = ""


@dataclass(frozen=True)
class Thing:
    """A theme or a note, and what is read of it."""

    theme: Theme | None = None
    note: Note | None = None

    @property
    def words(self) -> str:
        return self.theme.name if self.theme else self.note.text if self.note else ""


def things(gallery: Gallery, rates: str, which: Which) -> list[Thing]:
    """What is to be rated, in the order of the walls; one query. Raises Unusable for none, or too many."""
    rates = Round.Rates(rates)
    if rates is THEMES:
        found = [Thing(theme=theme) for theme in Theme.objects.filter(gallery=gallery)[: MOST + 1]]
    else:
        found = [Thing(note=note) for note in _notes(gallery, rates, which)[: MOST + 1]]
    if not found:
        raise Unusable(NONE_YET[rates])
    if len(found) > MOST:
        raise Unusable(
            f"These are more than {MOST}, and people tire before the last of them. {TOO_MANY[rates]}"
        )
    return found


def how_many(gallery: Gallery) -> dict[str, int]:
    """How much there is of each that can be rated; three queries."""
    everything = Which()
    return {
        THEMES: Theme.objects.filter(gallery=gallery).count(),
        NOTES: _notes(gallery, NOTES, everything).count(),
        PROPOSALS: _notes(gallery, PROPOSALS, everything).count(),
    }


def said_in(themes: Collection[int]) -> dict[int, list[str]]:
    """What the shown notes in these themes say, by the theme's primary key, oldest first."""
    said: dict[int, list[str]] = {}
    notes = Note.objects.shown().without_replies().filter(theme__in=themes).order_by("seq")
    for theme, text in notes.values_list("theme", "text"):
        said.setdefault(theme or 0, []).append(text)
    return said


def _notes(gallery: Gallery, rates: str, which: Which) -> NoteQuerySet:
    notes = Note.objects.shown().without_replies().filter(gallery=gallery)
    if rates == PROPOSALS:
        notes = notes.filter(proposal__isnull=False)
    if which.poster:
        notes = notes.filter(poster__number=which.poster)
    if which.kind:
        notes = notes.filter(kind__word=which.kind)
    if which.theme:
        notes = notes.filter(theme__name=which.theme)
    order = ["poster__wall__order", "poster__wall", "poster__position", "poster__number", "seq"]
    return notes.defer("author", "digest").order_by(*order)
