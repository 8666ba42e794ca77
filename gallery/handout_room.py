"""The press room's second table: flyers, signs, cards, paper notes. It runs under caps (capped.py).

What it knows is in its order, which `handouts.py` writes: words, paper, and the steps of type to try.
"""

from __future__ import annotations

import json
from collections.abc import Callable

from gallery.press import Layout, Press

STYLES = ["faces.css", "handouts.css"]
AIR = 0.6  # of what a sheet has left, the part that goes between its parts


def work(question: bytes, tell: Callable[[str], None]) -> bytes:
    """A line with the number of pages and the step that was taken, then the PDF.

    Where one piece fits its page, so do its many on a sheet.
    """
    order = json.loads(question)
    tell("0")
    sheet, steps = _Table(**order["sheet"]), order["steps"]
    tried = _Table(**order["probe"]) if order["probe"] else sheet
    step = tried.largest(steps)
    laid = sheet.lay_out(steps[step])
    if tried is sheet:
        laid.fill(air=AIR)
    found = {"pages": len(laid.pages), "step": step, "missing": sheet.missing}
    return json.dumps(found).encode() + b"\n" + sheet.press.bind([laid], title=order["title"])


class _Table:
    """Words on their paper, laid out once for each step of type."""

    def __init__(self, words: str, page: str) -> None:
        self.press = Press(page=page, styles=STYLES)
        self._words = self.press.parse(words)
        self._laid: dict[str, Layout] = {}

    @property
    def missing(self) -> str:
        """The letters that no font here has."""
        return self.press.missing(self._words)

    def lay_out(self, step: dict[str, str]) -> Layout:
        name = json.dumps(step)
        if name not in self._laid:
            self._laid[name] = self.press.lay_out(self._words, step)
        return self._laid[name]

    def largest(self, steps: list[dict[str, str]]) -> int:
        """The first step that keeps it on one page, or the last; found by halving, as they grow smaller."""
        first, last = 0, len(steps) - 1
        while first < last:
            middle = (first + last) // 2
            if self.lay_out(steps[middle]).fits:
                last = middle
            else:
                first = middle + 1
        return first
