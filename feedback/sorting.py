"""What lies on the table when notes are sorted: the notes in no theme yet, and the themes as stacks.

The number of queries grows with neither. Only notes that hang are here: a hidden one stays in its theme.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.models import Count, Exists, OuterRef, Q, QuerySet, Window

from feedback import theme_undo
from feedback.bars import asking
from feedback.listing import Filter, chosen, matching
from feedback.lying import FIELDS, Lying, lying
from feedback.models import Decision, Note, NoteQuerySet, Theme
from feedback.quotes import quotes
from feedback.rollup import Rollup, rollup
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
    notes: list[Lying]
    decided: bool
    quote: Lying | None = None


@dataclass(frozen=True)
class Table:
    """All that the page shows; `query` asks for it again, `seen` tells how it stands (theme_undo.py)."""

    found: Rollup
    filter: Filter
    loose: list[Lying]
    matching: int
    loose_in_all: int
    stacks: list[Stack]
    kept: dict[str, str]
    seen: str

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
    def hides_all(self) -> bool:
        """Whether the filter leaves nothing of the notes that there are."""
        return self.filter.narrows and not self.matching and self.loose_in_all > 0

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
    """The table as the address asks for it; 7 queries, and one more where meanings are read."""
    found = rollup(gallery)
    this = chosen({name: asked[name] for name in NARROWED_BY if name in asked}, found, at=at)
    stacks, seen = _stacks(found)
    notes = _ordered(matching(found, this).filter(theme=None), asked)
    rows = list(notes.values_list(*FIELDS, Window(Count("pk")))[: _shown(asked)])
    return Table(
        found=found,
        filter=this,
        loose=lying((row[:-1] for row in rows), found),
        matching=rows[0][-1] if rows else 0,
        loose_in_all=found.total - sum(len(stack.notes) for stack in stacks),
        stacks=stacks,
        kept=dict(this.kept) | {name: asked[name] for name in ("by", "show", "suggest") if asked.get(name)},
        seen=seen,
    )


def newest_loose(found: Rollup, most: int) -> list[Lying]:
    """The newest notes in no theme of the whole gallery; one query."""
    rows = Note.objects.shown().without_replies().filter(gallery=found.gallery, theme=None)
    return lying(_ordered(rows, {}).values_list(*FIELDS)[:most], found)


def loose_before(laid: Table, left: Collection[int], came: Collection[int]) -> list[UUID]:
    """The keys of the notes in no theme that were shown before some `left` and others `came`; one query."""
    notes = matching(laid.found, laid.filter).filter(Q(theme=None) | Q(pk__in=left)).exclude(pk__in=came)
    return list(_ordered(notes, laid.kept).values_list("key", flat=True)[: _shown(laid.kept)])


def _shown(asked: Mapping[str, str]) -> int:
    """How many notes the address asks to see."""
    show = asked.get("show", "")
    known = show.isascii() and show.isdecimal() and len(show) <= len(str(MOST))
    return max(AT_FIRST, min(int(show), MOST)) if known else AT_FIRST


def _ordered(notes: NoteQuerySet, asked: Mapping[str, str]) -> NoteQuerySet:
    """Newest first; or along the walls, and newest first on each poster."""
    walls = ["poster__wall__order", "poster__wall", "poster__position", "poster__number"]
    order = [*(walls if asked.get("by") == "poster" else []), "-created_at", "-seq"]
    return notes.order_by(*order)


def _stacks(found: Rollup) -> tuple[list[Stack], str]:
    """The themes in their order, each with its notes and its quote, and how all stand; two queries."""
    decision = Decision.objects.filter(theme=OuterRef("pk"))
    themes = list(Theme.objects.filter(gallery=found.gallery).annotate(decided=Exists(decision)))
    inside: dict[int | None, list[Lying]] = {}
    rows = list(_inside(found.gallery))
    for note in lying((row for *row, hangs in rows if hangs), found):
        inside.setdefault(note.theme, []).append(note)
    stacks = [
        Stack(theme, handle(theme), place, inside.get(theme.pk, []), theme.decided)
        for place, theme in enumerate(themes, start=1)
    ]
    said = quotes([stack.notes for stack in stacks])
    seen = theme_undo.seen(
        found.gallery.seq,
        {theme.pk: (theme.name, theme.order) for theme in themes},
        {row[0]: row[FIELDS.index("theme")] for row in rows},
        {theme.pk for theme in themes if theme.decided},
    )
    return [replace(stack, quote=said.get(stack.theme.pk)) for stack in stacks], seen


def _inside(gallery: Gallery) -> QuerySet[Note, tuple[Any, ...]]:
    """All notes in themes as rows of FIELDS, newest first, and whether each hangs."""
    hangs = Q(state=Note.State.SHOWN, reply_to__isnull=True)
    rows = Note.objects.filter(gallery=gallery, theme__isnull=False).annotate(hangs=hangs)
    return rows.order_by("-created_at", "-seq").values_list(*FIELDS, "hangs")
