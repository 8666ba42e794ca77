"""What lies on the table when notes are sorted: the notes in no theme yet, and the themes as stacks.

The number of queries grows with neither. Only notes that hang are here: a hidden one stays in its theme.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime

from django.db.models import Exists, OuterRef

from feedback.bars import asking
from feedback.listing import Filter, chosen, matching
from feedback.models import Decision, Note, NoteQuerySet, Theme
from feedback.quotes import quotes
from feedback.rollup import Rollup, rollup, with_faces
from feedback.themes import handle
from gallery.models import Gallery, Poster

NARROWED_BY = ("wall", "goal", "poster", "kind", "words")
ASKED = (*NARROWED_BY, "by", "show", "suggest")
AT_FIRST, MORE, MOST = 60, 120, 960  # notes in no theme that are shown


@dataclass(frozen=True)
class Stack:
    """A theme with its notes, newest first, and the one that says best what they all say."""

    theme: Theme
    handle: str
    place: int
    notes: list[Note]
    decided: bool
    quote: Note | None = None


@dataclass(frozen=True)
class Table:
    """All that the page shows; `query` asks for it again."""

    found: Rollup
    filter: Filter
    loose: list[Note]
    matching: int
    loose_in_all: int
    stacks: list[Stack]
    kept: dict[str, str]

    @property
    def query(self) -> str:
        return asking(**self.kept)

    @property
    def written_on(self) -> list[Poster]:
        return [row.poster for row in self.found.rows.values() if row.total]

    @property
    def by_poster(self) -> bool:
        return self.kept.get("by") == "poster"

    @property
    def suggests(self) -> bool:
        return "suggest" in self.kept

    @property
    def sorted_in_all(self) -> int:
        return sum(len(stack.notes) for stack in self.stacks)

    @property
    def more(self) -> str:
        """The query that shows more of the notes; blank where all that may be shown are."""
        shown = len(self.loose)
        if shown >= min(self.matching, MOST):
            return ""
        return asking(**self.kept | {"show": str(min(shown + MORE, MOST))})

    @property
    def everything(self) -> str:
        return asking(**{name: value for name, value in self.kept.items() if name not in NARROWED_BY})

    @property
    def with_suggestions(self) -> str:
        return asking(**self.kept | {"suggest": "1"})

    @property
    def without_suggestions(self) -> str:
        return asking(**{name: value for name, value in self.kept.items() if name != "suggest"}) or "?"

    @property
    def beside_filter(self) -> dict[str, str]:
        return {name: value for name, value in self.kept.items() if name == "suggest"}


def table(gallery: Gallery, asked: Mapping[str, str], *, at: datetime) -> Table:
    """The table as the address asks for it; 9 queries, and one more where meanings are read."""
    found = rollup(gallery)
    this = chosen({name: asked[name] for name in NARROWED_BY if name in asked}, found, at=at)
    notes = matching(found, this).filter(theme=None)
    stacks = _stacks(found)
    return Table(
        found=found,
        filter=this,
        loose=with_faces(_ordered(notes, asked)[: _shown(asked)], found),
        matching=notes.count(),
        loose_in_all=found.total - sum(len(stack.notes) for stack in stacks),
        stacks=stacks,
        kept=dict(this.kept) | {name: asked[name] for name in ("by", "show", "suggest") if asked.get(name)},
    )


def newest_loose(found: Rollup, most: int) -> list[Note]:
    """The newest notes in no theme of the whole gallery; one query."""
    rows = Note.objects.shown().without_replies().filter(gallery=found.gallery, theme=None)
    return with_faces(_ordered(rows, {})[:most], found)


def _shown(asked: Mapping[str, str]) -> int:
    """How many notes the address asks to see."""
    show = asked.get("show", "")
    known = show.isascii() and show.isdecimal() and len(show) <= len(str(MOST))
    return max(AT_FIRST, min(int(show), MOST)) if known else AT_FIRST


def _ordered(notes: NoteQuerySet, asked: Mapping[str, str]) -> NoteQuerySet:
    """Newest first; or along the walls, and newest first on each poster."""
    walls = ["poster__wall__order", "poster__wall", "poster__position", "poster__number"]
    order = [*(walls if asked.get("by") == "poster" else []), "-created_at", "-seq"]
    return notes.defer("author", "digest").order_by(*order)


def _stacks(found: Rollup) -> list[Stack]:
    """The themes in their order, each with its notes that hang and its quote; two queries."""
    decision = Decision.objects.filter(theme=OuterRef("pk"))
    themes = list(Theme.objects.filter(gallery=found.gallery).annotate(decided=Exists(decision)))
    shown = Note.objects.shown().without_replies().filter(gallery=found.gallery, theme__isnull=False)
    inside: dict[int | None, list[Note]] = {}
    for note in with_faces(shown.defer("author", "digest").order_by("-created_at", "-seq"), found):
        inside.setdefault(note.theme_id, []).append(note)
    stacks = [
        Stack(theme, handle(theme), place, inside.get(theme.pk, []), theme.decided)
        for place, theme in enumerate(themes, start=1)
    ]
    said = quotes([stack.notes for stack in stacks])
    return [replace(stack, quote=said.get(stack.theme.pk)) for stack in stacks]
