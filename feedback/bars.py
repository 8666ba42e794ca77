"""Stacked bars of notes by kind, drawn as inline SVG: a part is a link to its notes.

Drawn here and not in a template because a dashboard has some two hundred parts: a tenth of the time.
Lengths are per cent of the bar's full width, so that the same drawing fits phone and desk.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from urllib.parse import urlencode

from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from feedback.models import NoteKind

NARROWEST_WITH_ICON = 9.0

Counts = Mapping[int, int]  # notes by the primary key of their kind

BAR = '<svg class="bar" role="group" aria-label="{}: notes by kind">{}</svg>'
PART = (
    '<a id="{scope}-{order}" href="{address}#notes"><title>{count} {word}</title>'
    '<rect class="part part-{colour}" x="{x}" width="{width}" height="100%"/>'
    '<svg class="part-label{roomy}" x="{middle}" y="50%" overflow="visible">'
    '<use href="#i-{icon}" x="-19" y="-8" width="16" height="16"/><text y="5">{count}</text></svg></a>'
)


@dataclass(frozen=True)
class Part:
    """One kind's part of a bar, and the query that lists its notes."""

    kind: NoteKind
    count: int
    x: str
    width: str
    middle: str
    roomy: bool
    query: str


@dataclass(frozen=True)
class Bar:
    """The notes of one wall, goal, poster or of all, by kind, and the query that lists them.

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
        return format_html(
            BAR, self.label, format_html_join("", "{}", ((self._drawn(part),) for part in self.parts))
        )

    def _drawn(self, part: Part) -> SafeString:
        return format_html(
            PART,
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
            roomy=" part-roomy" if part.roomy else "",
        )


def asking(**what: str | int) -> str:
    """The query string of an address that asks for these notes."""
    return f"?{urlencode(what)}" if what else ""


def stacked(
    counts: Counts,
    most: int,
    *,
    kinds: Sequence[NoteKind],
    label: str,
    scope: str,
    board: str,
    **what: str | int,
) -> Bar:
    """A bar drawn so that `most` notes (or all of these, where they are more) fill the full width."""
    total = sum(counts.values())
    full = max(most, total, 1)
    parts: list[Part] = []
    before = 0
    for kind in kinds:
        count = counts.get(kind.pk, 0)
        if count:
            parts.append(
                _part(kind, count, 100 * before / full, 100 * count / full, asking(**what, kind=kind.word))
            )
        before += count
    return Bar(total, parts, asking(**what), label, scope, board)


def _part(kind: NoteKind, count: int, x: float, width: float, query: str) -> Part:
    return Part(
        kind=kind,
        count=count,
        x=f"{x:.2f}%",
        width=f"{width:.2f}%",
        middle=f"{x + width / 2:.2f}%",
        roomy=width >= NARROWEST_WITH_ICON,
        query=query,
    )
