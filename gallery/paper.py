"""The papers that we print on, as they lie in the printer, and what is printed on a sheet.

How large the type is follows from how far away one stands. Letters are comfortable to read where a capital
spans some 20 minutes of arc (ISO 9241-303 prefers 20 to 22, and wants 16 at least): 5.8 mm high for each
metre of distance, or 4 mm for a small letter without ascenders. On A1 a title is to be read from 4 m and
running text from 1 m, which is 96 points of Source Serif (x-height 0.475 of its size) and 21 of Inter
(0.546); fitting.py keeps to 96 and 24. The other papers are read from as much nearer or further as they
are smaller or larger, so that a poster is the same picture on each.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

# Marks take the outer half of what is added around the sheet, and leave the 3 mm that a cutter may miss by.
MARKS = "; marks: crop; bleed: 6mm"


@dataclass(frozen=True)
class Paper:
    """A sheet of paper, lengths in mm. `symbol` is the QR code's dark part, `type` a part of A3's type.

    With `crop` it has marks to cut it by, outside of its edges: it is for a printer with larger paper.
    """

    width: int
    height: int
    edge: int
    gap: int
    symbol: int
    type: float
    crop: bool = False

    @property
    def tall(self) -> int:
        """The height that is left to the poster above its foot."""
        return self.height - self.edge - self.below

    @property
    def below(self) -> int:
        return self.edge + self.symbol + 2 * self.gap

    @property
    def landscape(self) -> bool:
        return self.width > self.height

    @property
    def css(self) -> str:
        edge = f"{self.edge}mm"
        size = f"size: {self.width}mm {self.height}mm; margin: {edge} {edge} {self.below}mm {edge}"
        return f"@page {{ {size}{MARKS if self.crop else ''} }}"

    def turned(self) -> Paper:
        return replace(self, width=self.height, height=self.width)


# A symbol under 35 mm is a gamble for a phone two steps away.
SIZES = {
    "A4": Paper(210, 297, edge=14, gap=5, symbol=36, type=0.7),
    "A3": Paper(297, 420, edge=20, gap=8, symbol=46, type=1.0),
    "A2": Paper(420, 594, edge=28, gap=11, symbol=62, type=1.41),
    "A1": Paper(594, 841, edge=40, gap=16, symbol=88, type=2.0),
    "A0": Paper(841, 1189, edge=56, gap=22, symbol=122, type=2.83),
}
ORIENTATIONS = ["portrait", "landscape"]


@dataclass(frozen=True)
class Sheet:
    """A poster as the press gets it. `words` is its whole HTML; the rest sets its type.

    `head` is the part of the sheet's width that the heading has, `quiet` the QR code's margin in mm; a
    `detailed` one has more to tell beneath or beside its chart.
    """

    words: str
    heading: str
    number: int
    head: float
    quiet: float
    detailed: bool = False


def paper(size: str, orientation: str, *, crop: bool = False) -> Paper:
    """The paper as it lies in the printer; `crop` adds marks to cut it by. Raises ValueError in words."""
    if size not in SIZES:
        *others, last = SIZES
        raise ValueError(f"“{size}” is no paper size that we print; choose {', '.join(others)} or {last}.")
    if orientation not in ORIENTATIONS:
        raise ValueError(f"“{orientation}” is no orientation; choose {' or '.join(ORIENTATIONS)}.")
    flat = SIZES[size].turned() if orientation == "landscape" else SIZES[size]
    return replace(flat, crop=crop)
