"""The papers of what is handed out, and the type that each of them may have."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass

from gallery.letters import longest_word
from gallery.letters import width as width_of

LAST_STEP = 13
# On a paper note one ticks a kind; at the very last step there is a line to write it on instead.
TICKS, NO_TICKS = {"ticks": "block", "written": "none"}, {"ticks": "none", "written": "block"}
LETTER = 0.58  # a letter's width in the title's face, of its size, on the broad side of the mean
BRIEF, BRIEF_LARGER = 20, 1.45  # a heading of so few letters has larger type
POINT = 25.4 / 72  # mm


@dataclass(frozen=True)
class Form:
    """A paper in mm, and the range of its type in points as (largest, smallest).

    `symbol` is the QR code's dark part. `piece` is what the paper is cut or folded to, where it is.
    """

    width: float
    height: float
    edge: float
    symbol: float
    title: tuple[float, float]
    body: tuple[float, float]
    piece: tuple[float, float] | None = None

    @property
    def css(self) -> str:
        """The sheet: its margins leave room for a foot as high as the QR code; pieces have their own."""
        if self.piece:
            return _page(self.width, self.height, "0")
        below = self.edge + self.symbol + 2 * self._gap
        return _page(self.width, self.height, f"{self.edge}mm {self.edge}mm {below}mm")

    @property
    def piece_css(self) -> str:
        """A page of one piece's size, to see whether its words fit."""
        width, height = self.piece or (self.width, self.height)
        return _page(width, height, f"{self.edge}mm")

    def steps(self, heading: str, *, quiet: float, ticks: bool) -> list[dict[str, str]]:
        """The custom properties of each step of type, the largest first; after `ticks` one without them.

        The heading's type is such that none of its words is broken that need not be; `quiet` is
        the QR code's margin in mm.
        """
        width = self.piece[0] if self.piece else self.width
        longest = longest_word(heading)
        whole = max((width - 2 * self.edge) / POINT / (LETTER * longest), self.title[1])
        wide, tall = self.piece or (self.width, self.height)
        lengths = {
            "edge": self.edge,
            "gap": self._gap,
            "symbol": self.symbol,
            "quiet": quiet,
            "sunk": -self.symbol - 2 * self._gap,
            "wide": wide,
            "tall": tall,
        }
        fixed = TICKS | {name: f"{length:.2f}mm" for name, length in lengths.items()}
        larger = BRIEF_LARGER if width_of(heading) <= BRIEF else 1.0
        found = [fixed | self._type(step, larger, whole) for step in range(LAST_STEP + 1)]
        return [*found, found[LAST_STEP // 2] | NO_TICKS] if ticks else found

    def _type(self, step: int, larger: float, most: float) -> dict[str, str]:
        """A step's type; the foot's is the same, however long the words above it are."""
        title, body = min(_at(self.title, step), most), _at(self.body, step)
        points = {
            "title": min(title * larger, most),
            "body": body,
            "invited": title * 0.4 + body * 0.6,
            "come": title * 0.36 + body * 0.8,
            "foot": self.symbol / POINT / 10.5,
        }
        return {name: f"{size:.2f}pt" for name, size in points.items()}

    @property
    def _gap(self) -> float:
        return self.edge * 0.5


def _page(width: float, height: float, margin: str) -> str:
    return f"@page {{ size: {width}mm {height}mm; margin: {margin} }}"


def _at(sizes: tuple[float, float], step: int) -> float:
    large, small = sizes
    return large * math.pow(small / large, step / LAST_STEP)


FLYER = {
    "A5": Form(148, 210, edge=12, symbol=36, title=(40, 15), body=(13, 7)),
    "A4": Form(210, 297, edge=17, symbol=48, title=(58, 20), body=(18.5, 8.2)),
}
DOOR = {
    "A4": Form(210, 297, edge=17, symbol=48, title=(92, 26), body=(21, 9.5)),
    "A3": Form(297, 420, edge=24, symbol=68, title=(132, 37), body=(30, 13)),
}
# Four cards to cut apart, or one to fold so that it stands.
CARDS = {
    "A4": Form(210, 297, edge=9, symbol=38, title=(26, 10), body=(13, 7), piece=(105, 148.4)),
    "A5": Form(148, 210, edge=10, symbol=44, title=(26, 10), body=(13, 7), piece=(148, 104.9)),
}
NOTES = {"A4": Form(210, 297, edge=8, symbol=0, title=(13, 9), body=(10.5, 7), piece=(105, 98.9))}


def form_of(forms: Mapping[str, Form], size: str) -> Form:
    """Raises ValueError in words."""
    if size not in forms:
        raise ValueError(f"“{size[:20]}” is no paper size for this; choose {' or '.join(forms)}.")
    return forms[size]
