"""How the room rates one thing as a stacked bar: a part a word, the strongest first and darkest.

Each part has its number in it, and the words with their numbers stand beneath as text: the shades
only repeat them. Lengths are per cent of the full width, as those of the bars of notes by kind.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from feedback.rounds import Result

SHADES = 6

BAR = '<svg class="tally-bar" aria-hidden="true">{}</svg>'
PART = (
    "<g><title>{} {}</title>"
    '<rect class="tally-part shade-{}" x="{}" width="{}" height="100%"/>'
    '<text class="tally-count on-{}" x="{}" y="50%" dy=".36em">{}</text></g>'
)


@dataclass(frozen=True)
class Part:
    """A word of the scale, how many chose it, and its shade from 1 (the strongest word's) to SHADES."""

    word: str
    count: int
    shade: int


@dataclass(frozen=True)
class TallyBar:
    parts: list[Part]
    svg: SafeString


def drawn(result: Result, most: int = 0) -> TallyBar:
    """The bar, drawn so that `most` votes (or all of these, where they are more) fill the full width."""
    parts = [
        Part(word, count, shade(place, len(result.scale))) for place, (word, count) in enumerate(result.tally)
    ]
    return TallyBar(parts, format_html(BAR, _rows(parts, max(most, result.total, 1))))


def shade(place: int, words: int) -> int:
    """Spread over all shades, whether the scale has two words or six."""
    return 1 + round(place * (SHADES - 1) / max(words - 1, 1))


def _rows(parts: Sequence[Part], full: int) -> SafeString:
    rows, before = [], 0
    for part in parts:
        if part.count:
            x, width = 100 * before / full, 100 * part.count / full
            at = [f"{each:.2f}%" for each in (x, width, x + width / 2)]
            rows.append((part.count, part.word, part.shade, at[0], at[1], part.shade, at[2], part.count))
        before += part.count
    return format_html_join("", PART, rows)
