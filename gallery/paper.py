"""The papers that we print on, as they lie in the printer, and what is printed on a sheet."""

from __future__ import annotations

from dataclasses import dataclass, replace


@dataclass(frozen=True)
class Paper:
    """A sheet of paper, lengths in mm. `symbol` is the QR code's dark part, `type` a part of A3's type."""

    width: int
    height: int
    edge: int
    gap: int
    symbol: int
    type: float

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
        return (
            f"@page {{ size: {self.width}mm {self.height}mm; margin: {edge} {edge} {self.below}mm {edge} }}"
        )

    def turned(self) -> Paper:
        return replace(self, width=self.height, height=self.width)


# A symbol under 35 mm is a gamble for a phone two steps away. A4 is read from nearer than A3.
SIZES = {
    "A3": Paper(297, 420, edge=20, gap=8, symbol=46, type=1.0),
    "A4": Paper(210, 297, edge=14, gap=6, symbol=36, type=0.72),
}
ORIENTATIONS = ["portrait", "landscape"]


@dataclass(frozen=True)
class Sheet:
    """A poster as the press gets it. `words` is its whole HTML; the rest sets its type.

    `head` is the part of the sheet's width that the heading has, `quiet` the QR code's margin in mm.
    """

    words: str
    heading: str
    number: int
    head: float
    quiet: float


def paper(size: str, orientation: str) -> Paper:
    """The paper as it lies in the printer. Raises ValueError in words."""
    if size not in SIZES:
        raise ValueError(f"“{size}” is no paper size that we print; choose {' or '.join(SIZES)}.")
    if orientation not in ORIENTATIONS:
        raise ValueError(f"“{orientation}” is no orientation; choose {' or '.join(ORIENTATIONS)}.")
    return SIZES[size].turned() if orientation == "landscape" else SIZES[size]
