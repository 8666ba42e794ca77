"""Which notes a host asks for by an address: by place, kind, theme and state, by words, by their time."""

import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from functools import cached_property
from heapq import nlargest
from typing import NamedTuple

from django.db.models import Count, Q, Window

from feedback.bars import asking
from feedback.by_the_hour import named
from feedback.models import Note, NoteKind, NoteQuerySet, Theme
from feedback.notes import without_broken_signs
from feedback.rollup import Rollup, with_faces
from gallery.hours import in_words
from gallery.models import Gallery, Poster, Wall
from measures.models import Goal

PLACES = ("wall", "goal", "poster")
ASKED = (*PLACES, "kind", "theme", "unanswered", "state", "words", "minutes", "hour", "all")
NEWEST = 12
A_LIST = 60
MOST_WORDS = 100  # letters of them
MOST_MINUTES = 24 * 60
SPANS = (5, 10, 30)  # minutes that are offered
STATES = {Note.State.HIDDEN: "Hidden notes", Note.State.WAITING: "Notes that wait for a host"}


@dataclass(frozen=True)
class Span:
    """A way to ask for what was stuck in the last minutes, beside all else that is asked for."""

    minutes: int
    query: str
    chosen: bool


@dataclass(frozen=True)
class Filter:
    """Which notes to list, as the address asks for it. `problem` says what of it isn't there.

    `kept` is what could be understood, as an address would ask for it again. `upto` leaves out
    what changed after that number, so that an act finds the notes that a host saw and no others.
    """

    wall: Wall | None = None
    goal: Goal | None = None
    poster: Poster | None = None
    kind: NoteKind | None = None
    theme: Theme | None = None
    unanswered: bool = False
    state: str = Note.State.SHOWN
    words: str = ""
    minutes: int = 0
    since: datetime | None = None
    hour: tuple[datetime, datetime] | None = None
    upto: int | None = None
    all: bool = False
    kept: Mapping[str, str] = field(default_factory=dict)
    problem: str = ""
    said: list[str] = field(default_factory=list)

    @property
    def hidden(self) -> bool:
        return self.state == Note.State.HIDDEN

    @property
    def waiting(self) -> bool:
        return self.state == Note.State.WAITING

    @property
    def query(self) -> str:
        return asking(**self.kept)

    @property
    def narrows(self) -> bool:
        sorted_out = self.kind or self.theme or self.unanswered or self.state != Note.State.SHOWN
        return bool(self.placed or sorted_out or self.words or self.minutes or self.hour)

    @property
    def placed(self) -> bool:
        """Whether the board's figures are narrowed too."""
        return bool(self.wall or self.goal or self.poster)

    @property
    def place(self) -> dict[str, str]:
        return {name: value for name, value in self.kept.items() if name in PLACES}

    @property
    def everywhere(self) -> str:
        """The query for the same notes, wherever they hang."""
        return asking(**{name: value for name, value in self.kept.items() if name not in {*PLACES, "all"}})

    def fits(self, poster: Poster) -> bool:
        return (
            (not self.wall or poster.wall == self.wall)
            and (not self.goal or poster.about == self.goal)
            and (not self.poster or poster == self.poster)
        )

    @property
    def beside_words(self) -> dict[str, str]:
        """What else is asked for: a search keeps it."""
        return {name: value for name, value in self.kept.items() if name not in {"words", "all"}}

    @property
    def spans(self) -> list[Span]:
        """The minutes on offer; the chosen one leads back to all of them."""
        rest = {name: value for name, value in self.kept.items() if name not in {"minutes", "all"}}
        return [
            Span(each, asking(**rest) or "?", True)
            if each == self.minutes
            else Span(each, asking(**rest, minutes=str(each)), False)
            for each in SPANS
        ]


class Listed(NamedTuple):
    """What one must know of a note to know whether its drawing is still right."""

    pk: int
    seq: int
    poster: int
    kind: int | None


@dataclass(frozen=True)
class Listing:
    """The first of the notes that were asked for, and how many there are in all."""

    found: Rollup
    first: list[Listed]
    total: int
    cut: bool

    @cached_property
    def notes(self) -> list[Note]:
        return self.whole([each.pk for each in self.first])

    def whole(self, pks: Collection[int]) -> list[Note]:
        """Those of the first notes with all that is drawn of them; two queries, none for none."""
        if not pks:
            return []
        rows = Note.objects.with_talk(signed=False).select_related("reply_to").filter(pk__in=pks)
        read = with_faces(rows.defer("author", "digest", "reply_to__author", "reply_to__digest"), self.found)
        places = {each.pk: place for place, each in enumerate(self.first)}
        return sorted(read, key=lambda note: places[note.pk])


def chosen(asked: Mapping[str, str], found: Rollup, *, at: datetime, upto: int | None = None) -> Filter:
    """The filter that an address asks for at a moment.

    A wall and a theme go by their names, a kind by its word, a poster by its number, a goal by that of a
    poster about it. One query more where a theme is asked for.
    """
    posters = {str(row.poster.number): row.poster for row in found.rows.values()}
    walls = {row.wall.name: row.wall for row in found.walls}
    kinds = {kind.word: kind for kind in found.kinds}
    about = posters.get(asked.get("goal", ""))
    minutes = _minutes(asked.get("minutes", ""))
    this = Filter(
        wall=walls.get(asked.get("wall", "")),
        goal=about.about if about else None,
        poster=posters.get(asked.get("poster", "")),
        kind=kinds.get(asked.get("kind", "")),
        theme=_theme(found.gallery, asked.get("theme", "")),
        unanswered=asked.get("unanswered") == "1",
        state=asked["state"] if asked.get("state") in STATES else Note.State.SHOWN,
        words=" ".join(without_broken_signs(asked.get("words", "")).split())[:MOST_WORDS].strip(),
        minutes=minutes,
        since=at - timedelta(minutes=minutes) if minutes else None,
        hour=named(asked.get("hour", "")),
        upto=upto,
        all="all" in asked,
    )
    missing = [
        name
        for name in (*PLACES, "kind", "theme", "unanswered", "minutes", "hour")
        if asked.get(name) and not getattr(this, name)
    ]
    kept = {name: asked[name] for name in ASKED if asked.get(name) and name not in {*missing, "words"}}
    kept |= {"words": this.words} if this.words else {}
    return replace(this, kept=kept, problem=_missing(missing, asked), said=_said(this, found.gallery))


def matching(found: Rollup, this: Filter) -> NoteQuerySet:
    """All notes that the filter asks for, in no order; of what is said to notes, what doesn't hang."""
    notes = Note.objects.filter(gallery=found.gallery, state=this.state)
    if this.state == Note.State.SHOWN:  # what hangs is read with the note that it answers
        notes = notes.without_replies()
    if this.kind:
        notes = notes.filter(kind=this.kind)
    if this.theme:
        notes = notes.filter(theme=this.theme)
    if this.unanswered:
        notes = notes.filter(pk__in=Note.objects.unanswered().filter(gallery=found.gallery).values("pk"))
    if this.hour:  # as it is drawn: what came from paper was typed in later
        notes = notes.filter(created_at__gte=this.hour[0], created_at__lt=this.hour[1])
        notes = notes.filter(source=Note.Source.PHONE)
    if this.placed:
        notes = notes.filter(poster__in=[pk for pk, row in found.rows.items() if this.fits(row.poster)])
    for word in this.words.split():  # a pattern, because SQLite folds the case of no other letters than a–z
        notes = notes.filter(Q(text__iregex=re.escape(word)) | Q(name__iregex=re.escape(word)))
    if this.since:
        notes = notes.filter(created_at__gte=this.since)
    return notes if this.upto is None else notes.filter(seq__lte=this.upto)


def listed(found: Rollup, this: Filter) -> Listing:
    """The notes that the filter asks for, newest first (what waits: oldest first); one query.

    None where all that hangs is asked for.
    """
    if not this.narrows:
        return _newest(found, this)
    order = ["created_at", "seq"] if this.waiting else ["-created_at", "-seq"]
    most = None if this.all else A_LIST
    asked = matching(found, this).order_by(*order)
    rows = list(asked.values_list("pk", "seq", "poster", "kind", Window(Count("pk")))[:most])
    total = rows[0][4] if rows else 0
    first = [Listed(*row[:4]) for row in rows]
    return Listing(found, _known(first, found), total, cut=most is not None and total > most)


def _newest(found: Rollup, this: Filter) -> Listing:
    hanging = [each for each in found.ledger.hanging if this.upto is None or each.seq <= this.upto]
    most = len(hanging) if this.all else NEWEST
    newest = nlargest(most, hanging, key=lambda each: (each.at, each.seq))
    first = [Listed(each.pk, each.seq, each.poster, each.kind) for each in newest]
    return Listing(found, _known(first, found), len(hanging), cut=len(hanging) > most)


def _known(first: list[Listed], found: Rollup) -> list[Listed]:
    """Those whose poster and kind are in hand."""
    kinds = {None, *(kind.pk for kind in found.kinds)}
    return [each for each in first if each.poster in found.rows and each.kind in kinds]


def _theme(gallery: Gallery, name: str) -> Theme | None:
    if not name or without_broken_signs(name) != name:
        return None
    return Theme.objects.filter(gallery=gallery, name=name).first()


def _minutes(asked: str) -> int:
    """The minutes of an address; 0 for what is no number of minutes of one day."""
    known = asked.isascii() and asked.isdecimal() and len(asked) <= len(str(MOST_MINUTES))
    return int(asked) if known and int(asked) <= MOST_MINUTES else 0


def _said(this: Filter, gallery: Gallery) -> list[str]:
    """The filter in words, from its state and kind to its place."""
    said = [STATES[Note.State(this.state)]] if this.state in STATES else []
    said += ["Questions without an answer"] if this.unanswered else []
    said += [this.kind.word] if this.kind else []
    said += [f"Theme: {this.theme.name}"] if this.theme else []
    said += [f"With “{this.words}”"] if this.words else []
    said += [f"The last {this.minutes} minute{'' if this.minutes == 1 else 's'}"] if this.minutes else []
    said += [in_words(*this.hour, gallery.zone, day="D j F")] if this.hour else []
    said += [f"Poster {this.poster.number}: {this.poster.heading}"] if this.poster else []
    said += [this.goal.title] if this.goal else []
    said += [this.wall.name] if this.wall else []
    return said


def _missing(names: list[str], asked: Mapping[str, str]) -> str:
    if not names:
        return ""
    if names == ["hour"]:
        return "That is no hour of this gallery; choose one of those that are drawn. All hours are listed."
    if names == ["minutes"]:
        return f"Minutes are a whole number up to {MOST_MINUTES:,}. The notes of all times are listed."
    told = ", ".join(f"{name} “{asked[name][:60]}”" for name in names)
    return f"This gallery has no {told}; it may have been renamed or taken down. The other notes are listed."
