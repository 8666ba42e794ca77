"""Copyfitting: how high a poster would stand at a type size, reckoned from its words before anything is set.

As a typographer reckons it: letters by their widths, lines by the column, blocks by the stylesheet's
measures. It takes a hundredth of a layout's time, and is mostly within 1 % of it. It is a guess all the
same, and fitting.py lets the layout decide: who changes a size in static/css/print/poster.css and not here
gets the same posters, which take more layouts each (tests/gallery/test_copyfitting.py tells of it).

Lengths are in points of A3: those of the sheet, divided by the paper's `type`.
"""

from __future__ import annotations

import math
import unicodedata
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from functools import lru_cache
from itertools import zip_longest
from typing import Any

from gallery.letters import width


def _letters(widths: str) -> dict[str, float]:
    """The letters of ASCII from the space on, with their widths: given in hundredths of the type's size."""
    return {chr(32 + place): int(part) / 100 for place, part in enumerate(widths.split())}


# Inter, Source Serif (semibold, as a title is) and its italic.
FACES = {
    "sans": _letters(
        "28 29 47 63 64 98 64 30 36 36 50 66 29 46 29 36 63 41 61 62 65 59 62 57 62 62 29 30 66 66 66 51 97 "
        "69 65 73 72 60 59 75 74 27 57 67 57 90 75 76 64 76 64 64 65 74 69 99 68 68 63 36 36 36 47 46 32 56 "
        "61 57 61 58 37 61 59 24 24 55 24 88 59 60 61 61 38 53 33 59 56 82 55 56 55 43 33 43 66"
    ),
    "serif": _letters(
        "23 31 42 54 54 95 74 21 38 38 46 55 31 34 31 36 55 55 55 55 55 55 55 55 55 55 31 31 55 55 55 43 87 "
        "71 67 66 74 63 61 72 81 39 39 73 62 93 76 74 64 74 71 56 65 76 71 102 68 67 59 36 36 36 55 53 40 "
        "55 63 53 62 54 37 57 65 34 31 62 34 96 65 59 63 61 48 48 37 64 58 85 58 59 50 36 30 36 55"
    ),
    "slanted": _letters(
        "23 30 46 57 52 93 70 26 38 38 48 53 30 31 30 34 54 54 54 54 54 54 54 54 54 54 30 30 53 53 53 46 88 "
        "68 62 61 70 60 57 67 77 36 36 69 58 94 75 67 57 67 65 50 59 72 65 92 67 59 56 34 33 34 53 51 40 55 "
        "52 43 56 44 32 51 58 32 28 50 30 87 60 53 54 52 43 38 35 60 51 78 56 52 49 39 29 39 53"
    ),
}
SET_IN_CAPITALS = 0.09  # of the type's size: the space between the letters of a label
SET_CLOSE = -0.023  # and between those of a title, of which its pairs of letters make up -0.005


@dataclass(frozen=True)
class Type:
    """How words are set. `size` in points or, where a rule has it, in rem or as the name of a size."""

    size: Any = None
    line: float | None = None
    face: str | None = None
    spaced: float | None = None


@dataclass(frozen=True)
class Block:
    """A rule of the stylesheet, lengths in rem. `pairs` stand in two columns of this part of the width; with
    few words it is still `least` high."""

    type: Type = Type()
    above: float = 0.0
    below: float = 0.0
    indent: float = 0.0
    pairs: float = 0.0
    least: float = 0.0


# The stylesheet's rules by class, or by a tag within the nearest class above it.
PORTRAIT = {
    "poster-head": Block(below=1.5),
    "poster-eyebrow": Block(Type("label", 1.3, spaced=SET_IN_CAPITALS), below=0.7),
    "poster-label": Block(Type("label", 1.3, spaced=SET_IN_CAPITALS)),
    "poster-result": Block(Type("result", 1.25, "serif"), below=1.2),
    "poster-title": Block(Type("title", 1.06, "serif", SET_CLOSE)),
    "poster-title-map": Block(Type("lower", 1.06, "serif", SET_CLOSE)),
    "poster-facts": Block(above=1.1),
    "poster-original": Block(Type(1.1), above=1.2),
    "poster-lead": Block(Type(1.2), above=1.3),
    "poster-chart": Block(below=1.5),
    "map-figure": Block(below=1.5),
    "chart-text": Block(Type(0.84), above=0.6),
    "chart-text li": Block(above=0.3, indent=1.0),
    "map-key": Block(Type(0.8), above=0.5),
    "map-full": Block(Type(0.8, 1.3), below=1.2),
    "map-full li": Block(above=0.3),
    "poster-details": Block(Type(0.8, 1.34), below=1.5),
    "poster-details dl": Block(pairs=0.475),
    "poster-details div": Block(below=0.65),
    "poster-why": Block(Type(1.18), below=1.5 - 0.83),  # its last paragraph's margin is part of its own
    "poster-why h2": Block(Type("label", 1.3, spaced=SET_IN_CAPITALS), below=0.4),
    "poster-why p": Block(below=0.83),
    "poster-words": Block(Type(1.3, 1.45), below=1.5 - 0.91),
    "poster-words p": Block(below=0.91),
    "poster-tests": Block(),
    "poster-tests ul": Block(above=0.5, pairs=0.475),
    "poster-tests li": Block(below=0.45, indent=1.3),
    "poster-candidates": Block(above=1.3),
    "poster-candidates ul": Block(above=0.5),
    "poster-candidates li": Block(below=0.7, indent=1.12),
    "poster-four": Block(Type(1.15), below=1.5 - 0.8),
    "poster-four li": Block(below=0.8, indent=1.3),
    "poster-hours": Block(Type(1.15), below=1.5),
    "poster-hours ul": Block(above=0.4),
    "poster-frame": Block(Type(1.3, 1.3, "slanted"), below=4.12, least=12.0),
    "poster-before": Block(below=1.5),
    "poster-before ul": Block(above=0.4),
    "poster-before li": Block(below=0.35, indent=1.3),
    "poster-prompts": Block(below=-0.14, indent=1.1),
    "poster-prompt": Block(Type("prompt", 1.25, "slanted"), above=0.44),
}
LANDSCAPE = PORTRAIT | {
    "poster-head": Block(below=1.0),
    "map-figure": Block(),
    "poster-title-map": PORTRAIT["poster-title"],
    "poster-details": Block(Type(0.8, 1.34), above=0.2, below=1.5),
    "poster-details dl": Block(Type(0.92)),
    "poster-details div": Block(below=0.8),
    "poster-tests ul": Block(above=0.5),
    "poster-words": Block(Type(1.3, 1.45), below=1.5),
    "poster-why": Block(Type(1.18), above=0.5, below=1.2),
}
BENEATH = 1.5  # rem: the margin beneath a part, which is lost where it is the last
MAP_BESIDE = 0.69  # of the sheet's width: the map, in landscape
OWN_LINES = frozenset(["poster-weight", "poster-reason"])
HIDDEN = frozenset(["summary", "title", "desc"])
HELD = frozenset(["together", "tail"])
WORDS = frozenset(["p", "li", "dt", "dd", "h1", "h2"])
ALSO_WORDS = frozenset(["poster-label", "map-key"])


@dataclass(frozen=True)
class Column:
    """Where a block stands: its width and the sizes by name, in points, and how its words are set."""

    width: float
    sizes: Mapping[str, float]
    rules: Mapping[str, Block]
    type: Type
    within: str = ""


@dataclass(frozen=True)
class Extent:
    """A poster's height: its words', its chart's, and how much higher the column beside the chart is."""

    words: float
    chart: float
    beside: float = 0.0


def extent(
    poster: Any, sizes: Mapping[str, float], parts: Mapping[str, float], across: float, *, landscape: bool
) -> Extent:
    """The height that the poster (its element) would have on a sheet whose words are `across` wide.

    `sizes` are the points of each type by its name. `parts` of the width have the "map", and in landscape the
    "head" and the "figure", and what stands "beside" it is moved by; the "chart" has a part of the figure.
    """
    rules = LANDSCAPE if landscape else PORTRAIT
    body = Type(sizes["body"], 1.42, "sans", 0.0)
    kinds = {name for child in [poster, *poster] for name in _names(child)}
    words, charts = ({"left": 0.0, "right": 0.0, "whole": 0.0} for _ in range(2))
    for child in poster:
        place, part, drawn = _place(set(_names(child)), kinds, parts, landscape=landscape)
        drawing = _drawn(child, part * drawn * across)
        column = Column(part * across, sizes, rules, body)
        if drawn < 1 and "poster-details" in kinds:
            words[place] += _beside(
                child, drawing, replace(column, width=column.width * (1 - parts["aside"]))
            )
        else:
            words[place] += _high(child, column)
        charts[place] += drawing
    left, right = (words[place] + charts[place] for place in ("left", "right"))
    high = max(left, right) + words["whole"] + charts["whole"]
    if "poster-prompts" not in kinds:
        high -= BENEATH * sizes["body"]
    chart = sum(charts.values())
    own = right if charts["right"] else left
    return Extent(high - chart, chart, max(left, right) - own if chart else 0.0)


def _beside(figure: Any, drawing: float, column: Column) -> float:
    """How much higher a figure is than its drawing, whose words stand beside it."""
    margin = BENEATH * column.sizes["body"]
    return margin + max(0.0, _high(figure, column) - margin - drawing)


def _place(
    names: set[str], kinds: set[str], parts: Mapping[str, float], *, landscape: bool
) -> tuple[str, float, float]:
    """The column in which a part of the poster stands, the part of the sheet's width that it has, and the
    part of its own width that a drawing in it has."""
    chart = parts["chart"] if "poster-chart" in names and "map-figure" not in names else 1.0
    if not landscape:
        return "whole", parts["map"] if "map-figure" in names else 1.0, chart
    if "poster-map" in kinds:
        column = ("right", MAP_BESIDE) if names & {"map-figure", "map-full"} else ("left", parts["head"])
        return *column, 1.0
    if names & {"poster-before", "poster-prompts"}:
        return "whole", 1.0, 1.0
    if "poster-chart" in names and "poster-details" in kinds:
        return "left", parts["figure"], chart
    if "poster-head" in names or ("poster-why" in names and "poster-goal" in kinds):
        return "left", parts["head"], 1.0
    return "right", max(0.1, 1 - parts["beside"]), 1.0


def _names(element: Any) -> list[str]:
    return (element.get("class") or "").split()


def _drawn(element: Any, across: float) -> float:
    """The height of the drawings in it that are as wide as their column."""
    return sum(across * _steep(each) for each in element.iter() if _steep(each) and not _small(each))


def _steep(element: Any) -> float:
    """A drawing's height by its width; 0 for what is no drawing."""
    box = (element.get("viewBox") or "").split()
    return float(box[3]) / float(box[2]) if len(box) == 4 else 0.0


def _hidden(element: Any) -> bool:
    """What isn't printed, or is a drawing."""
    return element.tag in HIDDEN or bool(_steep(element))


def _small(element: Any) -> bool:
    return "em" in (element.get("width") or "")


def _high(element: Any, column: Column) -> float:
    """The height of the words in an element, with its margins."""
    name = next((name for name in reversed(_names(element)) if name in column.rules), "")
    tagged = f"{column.within} {element.tag}"
    block = column.rules.get(tagged) or column.rules.get(name) or Block()
    rem = column.sizes["body"]
    column = replace(
        column,
        width=max(rem, column.width - block.indent * rem),
        type=_set(block.type, column),
        within=name or column.within,
    )
    if element.tag in WORDS or ALSO_WORDS.intersection(_names(element)):
        lines = sum(_lines(words, column) for words in _paragraphs(element))
        high = lines * float(column.type.size * (column.type.line or 1.0))
    elif block.pairs:
        half = replace(column, width=column.width * block.pairs)
        parts = [_high(child, half) for child in element]
        high = sum(max(pair) for pair in zip_longest(parts[::2], parts[1::2], fillvalue=0.0))
    else:
        high = sum(_high(child, column) for child in element if not _hidden(child))
    return max(high, block.least * rem) + (block.above + block.below) * rem


def _set(rule: Type, column: Column) -> Type:
    size = rule.size
    if isinstance(size, str):
        size = column.sizes[size]
    elif size is not None:
        size *= column.sizes["body"]
    now = column.type
    return Type(size or now.size, rule.line or now.line, rule.face or now.face, rule.spaced or now.spaced)


def _paragraphs(element: Any) -> Iterator[str]:
    """An element's words, apart where a line is broken on purpose."""
    return iter("".join(_text(element)).split("\n"))


def _text(element: Any) -> Iterator[str]:
    if _steep(element):
        return
    if element.tag == "br" or OWN_LINES.intersection(_names(element)):
        yield "\n"
    held = HELD.intersection(_names(element))
    yield (element.text or "").replace("\n", " ").replace(" ", "\xa0" if held else " ")
    for child in element:
        yield from _text(child)
        yield (child.tail or "").replace("\n", " ")


def _lines(words: str, column: Column) -> int:
    """How many lines the words take."""
    face, spaced = column.type.face or "", column.type.spaced or 0.0
    most = column.width / (column.type.size or 1.0)
    gap = FACES[face][" "] + spaced
    lines, used = 0, most
    for word in (words.upper() if spaced > 0 else words).split(" "):
        if not word:
            continue
        across = _word(word, face) + spaced * len(word)
        used += gap + across
        if used > most:
            lines += math.ceil(across / most)
            used = across % most
    return max(1, lines)


@lru_cache(maxsize=20_000)
def _word(word: str, face: str) -> float:
    return sum(_letter(letter, FACES[face]) for letter in word)


def _letter(letter: str, widths: Mapping[str, float]) -> float:
    """A letter with a mark is as wide as the one without; of what is not Latin, `width` knows enough."""
    if letter.isspace():
        return widths[" "]
    known = widths.get(letter) or widths.get(unicodedata.normalize("NFD", letter)[0])
    return known or widths["n"] * width(letter)
