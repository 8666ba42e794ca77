"""Where a gallery is between open doors and the report, and what comes next: told, never asked for.

It is derived from what there is: the doors, the notes in no theme, the rounds, the answers. Nothing keeps
a step, none must be taken, and each page stays open at any time.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db.models import Count, Exists, IntegerField, OuterRef, QuerySet, Subquery, Value
from django.db.models.functions import Coalesce
from django.urls import reverse
from django.utils.text import Truncator

from feedback.decisions import MENDABLE
from feedback.models import Note, Round, Theme
from gallery.models import Gallery, Poster
from gallery.phases import Phase

AHEAD = frozenset({Phase.DRAFT, Phase.INVITATION})
LETTERS = 60  # of a round's title


@dataclass(frozen=True)
class SoFar:
    """How far the team has come with what was heard; notes and answers are counted, never people."""

    notes: bool  # whether anybody wrote
    unsorted: int
    rated: bool  # whether a round was closed
    rating: tuple[int, str] | None  # the number and title of the round that is open
    decided: int
    posters_left: int
    themes_left: int

    @property
    def left(self) -> int:
        return self.posters_left + self.themes_left

    @property
    def begun(self) -> bool:
        """Whether one has gone on past sorting."""
        return self.rated or bool(self.decided)


@dataclass(frozen=True)
class Way:
    """A way on: its words and its address; `page` is what the page it leads to calls itself."""

    words: str
    address: str
    page: str = ""


@dataclass(frozen=True)
class Step:
    where: str
    ways: list[Way] = field(default_factory=list)


def so_far(gallery: Gallery) -> SoFar:
    """One query.

    An empty theme, and a welcome poster on which nobody wrote, need no answer.
    """
    row = Gallery.objects.filter(pk=gallery.pk).order_by().values_list(*_answers(), *_asked()).get()
    on_posters, on_themes, posters_left, themes_left, notes, unsorted, rated, number, title = row
    rating = None if number is None or gallery.archived_at else (number, title)
    return SoFar(notes, unsorted, rated, rating, on_posters + on_themes, posters_left, themes_left)


def _answers() -> list[Any]:
    """Posters and themes that have an answer; and those that have none."""
    posters = Poster.objects.filter(gallery=OuterRef("pk"))
    themes = Theme.objects.filter(gallery=OuterRef("pk"))
    said = Note.objects.shown().without_replies()
    written_on, used = Exists(said.filter(poster=OuterRef("pk"))), Exists(said.filter(theme=OuterRef("pk")))
    return [
        _how_many(posters.filter(decision__isnull=False)),
        _how_many(themes.filter(decision__isnull=False)),
        _how_many(posters.filter(decision=None).exclude(~written_on, kind=Poster.Kind.WELCOME)),
        _how_many(themes.filter(used, decision=None)),
    ]


def _asked() -> list[Any]:
    """Whether there are notes, and how many in no theme; whether a round was closed, and which is open."""
    said = Note.objects.shown().without_replies().filter(gallery=OuterRef("pk"))
    rounds = Round.objects.filter(gallery=OuterRef("pk"))
    is_open = rounds.filter(opened_at__isnull=False, closed_at__isnull=True).order_by("number")
    return [
        Exists(said),
        _how_many(said.filter(theme=None)),
        Exists(rounds.filter(closed_at__isnull=False)),
        Subquery(is_open.values("number")[:1]),
        Subquery(is_open.values("title")[:1]),
    ]


def _how_many(rows: QuerySet[Any]) -> Any:
    """How many of these rows a gallery has."""
    counted = rows.order_by().values("gallery").annotate(count=Count("pk")).values("count")
    return Coalesce(Subquery(counted, output_field=IntegerField()), Value(0))


def step(
    gallery: Gallery,
    phase: Phase,
    at: datetime,
    *,
    here: str = "",
    known: SoFar | None = None,
) -> Step | None:
    """The step for the page that calls itself `here`; None before the doors have ever been open.

    One query once the doors are closed and until it is published, unless `known` is in hand.
    """
    if phase in AHEAD:
        return None
    found: Step | None
    if gallery.published_at:
        found = _published(gallery, at)
    elif phase in UNTIL_CLOSED:
        found = UNTIL_CLOSED[phase](gallery, here)
    else:
        found = _closed(gallery, known or so_far(gallery), here)
    return (
        Step(found.where, [way for way in found.ways if not way.page or way.page != here]) if found else None
    )


def _to(gallery: Gallery, page: str, words: str, anchor: str = "") -> Way:
    """With an anchor it is a way to a place on that page too."""
    address = reverse(page, args=[gallery.code])
    return Way(words, f"{address}#{anchor}") if anchor else Way(words, address, page)


def _open(gallery: Gallery, here: str) -> Step | None:
    """Nothing where the doors are closed from: what that means stands beside the button."""
    if here == "dashboard":
        return None
    close = _to(gallery, "dashboard", "close them when the day is over")
    return Step("The doors are open.", [close, _to(gallery, "sort", "sort what hangs already")])


def _between(gallery: Gallery, here: str) -> Step:
    sort = _to(gallery, "sort", "sort what hangs already")
    publish = " To publish, close them for good." if here == "dashboard" else ""
    where = f"The doors are closed for now, and open again by themselves.{publish}"
    return Step(where, [_to(gallery, "dashboard", "close them for good"), sort])


UNTIL_CLOSED: dict[Phase, Callable[[Gallery, str], Step | None]] = {
    Phase.OPEN: _open,
    Phase.BETWEEN: _between,
}


def _closed(gallery: Gallery, found: SoFar, here: str) -> Step | None:
    """From closed doors to what can be published; None where nothing hangs.

    What just changes under one's hands where one sorts is not counted there.
    """
    if found.rating:
        return _rating(gallery, *found.rating)
    if found.notes and not found.begun:
        return _sorting(gallery, found, here)
    if found.left:
        ways = [_decide(gallery), _read(gallery)]
        left = "Some themes and posters have no answer yet." if here == "sort" else _left(found)
        return Step(left, ways)
    if found.decided:
        ways = [_read(gallery), _to(gallery, "decide", "publish it", "closing")]
        return Step("Every theme and poster has an answer.", ways)
    return None


def _rating(gallery: Gallery, number: int, title: str) -> Step:
    address = reverse("round", args=[gallery.code, number])
    close = Way("close the round when all have rated", address, f"round-{number}")
    return Step(f"The room is rating “{Truncator(title).chars(LETTERS)}”.", [close, _decide(gallery)])


def _sorting(gallery: Gallery, found: SoFar, here: str) -> Step:
    on = [] if gallery.archived_at else [_to(gallery, "rounds", "rate together")]
    on.append(_decide(gallery))
    if here == "sort":
        return Step("The doors are closed. Put into themes what belongs together.", on)
    if found.unsorted:
        told = f"{found.unsorted:,} note{'s are' if found.unsorted > 1 else ' is'} in no theme yet."
        return Step(f"The doors are closed. {told}", [_to(gallery, "sort", "sort"), *on])
    return Step("The doors are closed, and every note is in a theme.", on)


def _published(gallery: Gallery, at: datetime) -> Step:
    assert gallery.published_at is not None  # noqa: S101  # nosec B101 - asked before
    mendable = gallery.published_at + MENDABLE
    ways = [_to(gallery, "carry_on", "carry on with a new gallery from this one")]
    if at <= mendable:
        until = f"{mendable.astimezone(gallery.zone):%H:%M %Z}"
        mend = [_to(gallery, "decide", "mend it")]
        return Step(f"Published. Until {until} what you decided can be mended.", mend + ways)
    return Step("Published. What becomes of a decision is told beneath it, with its date.", ways)


def _decide(gallery: Gallery) -> Way:
    return _to(gallery, "decide", "decide")


def _read(gallery: Gallery) -> Way:
    return _to(gallery, "report_draft", "see what visitors will read")


def _left(found: SoFar) -> str:
    counts = [(found.themes_left, "theme"), (found.posters_left, "poster")]
    left = " and ".join(f"{count:,} {word}{'s' * (count > 1)}" for count, word in counts if count)
    return f"Without an answer yet: {left}."
