"""The bubbles of a results map before they have a place: words wrapped, and the room that they take.

Lengths are units of the map's picture; how large a unit is on paper or on a phone is decided elsewhere.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass

from measures.axes import shortened, width
from measures.map_plan import Result, counted

TYPE = {"purpose": 14.5, "strategic": 12.5, "process": 11.5, "team": 11.5}
WIDTHS = [9.6, 10.8, 12.0, 13.5, 15.5, 18.0]  # of a bubble, in sizes of its type
HIGHEST = [0.6, 0.75, 0.9, 1.1]  # of a bubble's width: the choices of how high most of a layer's may be
MOST_OF_A_LAYER = 0.8  # this part of a layer's bubbles sets their width
OUTLIER = 1.25  # a bubble so much higher than those is set in smaller type
SMALLEST = 0.78  # of a layer's type, for a long wording
MOST_LINES = 9
LEADING = 1.24
PADDING = 0.95  # in sizes of the type
CHIP_TYPE = 10.4
CHIP_LEADING = 12.5
CHIP_PADDING = 4.0
CHIP_GAP = 3.0
CHIP_LINES = 3
MOST_CHIPS = 4


@dataclass(frozen=True)
class Card:
    """A result's bubble with its words in lines; `short` where the wording goes on beyond them."""

    result: Result
    width: float
    size: float
    lines: tuple[str, ...]
    chips: tuple[tuple[str, ...], ...]
    short: bool

    @property
    def words_height(self) -> float:
        return len(self.lines) * self.size * LEADING

    @property
    def height(self) -> float:
        chips = sum(chip_height(chip) + CHIP_GAP for chip in self.chips)
        return self.words_height + chips + 2 * PADDING * self.size + (2 if chips else 0)


def chip_height(lines: Sequence[str]) -> float:
    return len(lines) * CHIP_LEADING + CHIP_PADDING


def cards(results: Sequence[Result], *, named: bool, highest: float) -> list[Card]:
    """One layer's bubbles, all of one width, most of them no higher than that part of it.

    `named`: the measures by name, else by their number.
    """
    found: list[Card] = []
    typical = 0.0
    for wide in WIDTHS:
        found = [_card(result, wide, named=named) for result in results]
        heights = sorted(card.height for card in found)
        typical = heights[round(MOST_OF_A_LAYER * (len(heights) - 1))]
        if typical <= highest * found[0].width:
            break
    return [
        _in_small_type(card, named=named) if card.short or card.height > OUTLIER * typical else card
        for card in found
    ]


def _card(result: Result, wide: float, *, named: bool, part: float = 1.0) -> Card:
    """The bubble at a width in sizes of its layer's type, set in a part of that type."""
    across = wide * TYPE[result.layer]
    size = TYPE[result.layer] * part
    room = across - 1.6 * TYPE[result.layer]
    lines, short = _fitted(result.words, size, room, round(MOST_LINES / part))
    return Card(result, across, size, tuple(lines), tuple(_chips(result.measures, across, named)), short)


def _in_small_type(card: Card, *, named: bool) -> Card:
    return _card(card.result, card.width / TYPE[card.result.layer], named=named, part=SMALLEST)


def _fitted(words: str, size: float, room: float, most: int) -> tuple[list[str], bool]:
    """The words in at most so many lines, and whether any are left out."""
    lines = _balanced(words, size, room)
    if len(lines) <= most:
        return lines, False
    last = shortened(" ".join(lines[most - 1 :]), size, room)
    return [*lines[: most - 1], last], True


def _balanced(words: str, size: float, room: float) -> list[str]:
    """As few lines as the room allows, of about one length."""
    lines = wrapped(words, size, room)
    for part in (0.7, 0.78, 0.86, 0.93):
        tighter = wrapped(words, size, room * part)
        if len(tighter) == len(lines):
            return tighter
    return lines


def wrapped(words: str, size: float, room: float) -> list[str]:
    """The words in lines no wider than the room; a word that is wider itself is broken."""
    lines: list[str] = []
    for word in re.findall(r"\S+", words):
        if lines and width(f"{lines[-1]} {word}", size) <= room:
            lines[-1] += f" {word}"
        else:
            lines += _broken(word, size, room)
    return lines or [""]


def _broken(word: str, size: float, room: float) -> list[str]:
    if width(word, size) <= room:
        return [word]
    parts = [""]
    for letter in word:
        if parts[-1] and width(parts[-1] + letter, size) > room and not _joins(letter, parts[-1]):
            parts.append("")
        parts[-1] += letter
    return parts


def _joins(letter: str, before: str) -> bool:
    """Whether a letter belongs to the one before it: accents, vowel signs, joined emoji. Not without end."""
    joined = unicodedata.category(letter)[0] == "M" or "\u200d" in (letter, before[-1])
    return joined and len(before) < 200


def _chips(measures: Sequence[str], across: float, named: bool) -> list[tuple[str, ...]]:
    room = across - 2.2 * CHIP_TYPE - 2 * CHIP_PADDING
    if not measures:
        return []
    if not named:
        return [(counted(len(measures), "measure"),)]
    shown = measures if len(measures) <= MOST_CHIPS else measures[: MOST_CHIPS - 1]
    chips = [tuple(_fitted(name, CHIP_TYPE, room, CHIP_LINES)[0]) for name in shown]
    left = len(measures) - len(shown)
    return [*chips, (f"and {left} more",)] if left else chips
