"""Stacked bars of notes by kind, drawn as inline SVG: a part is a link to its notes.

Drawn here and not in a template because a dashboard has some two hundred parts: a tenth of the time.
Lengths are per cent of the bar's full width, so that the same drawing fits phone and desk.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache
from typing import NamedTuple
from urllib.parse import urlencode

from django.utils.html import format_html
from django.utils.safestring import SafeString

from feedback.models import NoteKind

NARROWEST_WITH_ICON = 9.0

Counts = Mapping[int, int]  # notes by the primary key of their kind

BAR = '<svg class="bar" role="group" aria-label="{}: notes by kind">{}</svg>'
PART = (
    '<a id="{scope}-{order}" href="{address}#notes"><title>{count} {word}</title>'
    '<rect class="part part-{colour}" x="{x}" width="{width}" height="100%"/>'
    '<text class="part-count" x="{middle}" y="50%" dy=".36em">{count}</text></a>'
)
ROOMY = (
    '<a id="{scope}-{order}" href="{address}#notes"><title>{count} {word}</title>'
    '<rect class="part part-{colour}" x="{x}" width="{width}" height="100%"/>'
    '<svg class="part-label" x="{middle}" y="50%" overflow="visible">'
    '<use href="#i-{icon}" x="-19" y="-8" width="16" height="16"/>'
    '<text class="part-count" dy=".36em">{count}</text></svg></a>'
)
# The number leads to the notes as the name does, which is what the keyboard stops at and what is read out.
ROW = (
    '<li class="row"><a class="row-name" id="{id}" href="{address}#notes">{number}'
    '<span class="row-heading">{name}</span><span class="hidden">, {total} note{s}</span></a>'
    '{bar}<a class="row-total" href="{address}#notes" tabindex="-1" aria-hidden="true">{total}</a></li>'
)
CHOSEN = ROW.replace('class="row"', 'class="row row-chosen"').replace("<a ", '<a aria-current="true" ', 1)
EMPTY = ROW.partition('<span class="hidden">')[0] + '</a><p class="row-bare">no notes yet</p></li>'
CHOSEN_EMPTY = CHOSEN.partition('<span class="hidden">')[0] + '</a><p class="row-bare">no notes yet</p></li>'
NUMBER = '<span class="row-number">{}</span>'


class KindLook(NamedTuple):
    """What a bar shows of a kind."""

    pk: int
    word: str
    icon: str
    colour: str
    order: int


@dataclass(frozen=True)
class Part:
    """One kind's part of a bar, and the query that lists its notes."""

    kind: KindLook
    count: int
    x: str
    width: str
    middle: str
    roomy: bool
    query: str


@dataclass(frozen=True)
class Bar:
    """The notes of one wall, goal, poster, theme or of all, by kind, and the query that lists them.

    `scope` is unique on the page; `board` is the address that the queries belong to.
    """

    total: int
    parts: list[Part]
    query: str
    label: str
    scope: str
    board: str

    @cached_property
    def svg(self) -> SafeString:
        return format_html(BAR, self.label, together([self._drawn(part) for part in self.parts]))

    @cached_property
    def row(self) -> SafeString:
        """The bar in a list of such, after its name."""
        return self._row()

    def numbered(self, number: int, *, chosen: bool) -> SafeString:
        """The same for a poster, after its number too."""
        if (number, chosen) not in self._numbered:
            self._numbered[number, chosen] = self._row(format_html(NUMBER, number), chosen=chosen)
        return self._numbered[number, chosen]

    @cached_property
    def _numbered(self) -> dict[tuple[int, bool], SafeString]:
        return {}

    def _row(self, number: str = "", *, chosen: bool = False) -> SafeString:
        full, empty = (CHOSEN, CHOSEN_EMPTY) if chosen else (ROW, EMPTY)
        return format_html(
            full if self.total else empty,
            id=f"r-{self.scope}",
            address=self.board + self.query,
            number=number,
            name=self.label,
            bar=self.svg,
            total=self.total,
            s="" if self.total == 1 else "s",
        )

    def _drawn(self, part: Part) -> SafeString:
        return format_html(
            ROOMY if part.roomy else PART,
            scope=self.scope,
            order=str(part.kind.order),
            address=self.board + part.query,
            count=str(part.count),
            word=part.kind.word,
            colour=part.kind.colour,
            icon=part.kind.icon,
            x=part.x,
            width=part.width,
            middle=part.middle,
        )


def together(drawn: Sequence[SafeString]) -> SafeString:
    """One after another; a third of the time of format_html_join."""
    return format_html("{}" * len(drawn), *drawn) if drawn else SafeString("")


def asking(**what: str) -> str:
    """The query string of an address that asks for these notes."""
    return _asking(tuple(what.items()))


@lru_cache(maxsize=5_000)
def _asking(what: tuple[tuple[str, str], ...]) -> str:
    return f"?{urlencode(what)}" if what else ""


def looks(kinds: Iterable[NoteKind]) -> tuple[KindLook, ...]:
    return tuple(KindLook(kind.pk, kind.word, kind.icon, kind.colour, kind.order) for kind in kinds)


def stacked(
    counts: Counts, most: int, *, kinds: tuple[KindLook, ...], label: str, scope: str, board: str, **what: str
) -> Bar:
    """A bar drawn so that `most` notes (or all of these, where they are more) fill the full width."""
    ordered = tuple(counts.get(kind.pk, 0) for kind in kinds)
    return _stacked(ordered, most, kinds, label, scope, board, tuple(what.items()))


@lru_cache(maxsize=2_000)
def _stacked(
    counts: tuple[int, ...],
    most: int,
    kinds: tuple[KindLook, ...],
    label: str,
    scope: str,
    board: str,
    what: tuple[tuple[str, str], ...],
) -> Bar:
    """Kept, with its drawing, because a note that arrives changes a few of a board's forty bars."""
    total = sum(counts)
    full = max(most, total, 1)
    parts: list[Part] = []
    before = 0
    for kind, count in zip(kinds, counts, strict=True):
        if count:
            query = asking(**dict(what), kind=kind.word)
            parts.append(_part(kind, count, 100 * before / full, 100 * count / full, query))
        before += count
    return Bar(total, parts, asking(**dict(what)), label, scope, board)


def _part(kind: KindLook, count: int, x: float, width: float, query: str) -> Part:
    return Part(
        kind=kind,
        count=count,
        x=f"{x:.2f}%",
        width=f"{width:.2f}%",
        middle=f"{x + width / 2:.2f}%",
        roomy=width >= NARROWEST_WITH_ICON,
        query=query,
    )
