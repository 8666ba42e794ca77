"""The press room's third table: what was heard and what was changed, on as many pages as it takes.

It runs under caps (capped.py). Its order, which `press_report.py` writes, is words and paper.
"""

from __future__ import annotations

import json
from collections.abc import Callable

from gallery.press import Press

STYLES = ["faces.css", "report.css"]


def work(question: bytes, tell: Callable[[str], None]) -> bytes:
    """A line with the number of pages and the letters that no font here has, then the PDF."""
    order = json.loads(question)
    tell("0")
    press = Press(page=order["page"], styles=STYLES)
    laid = press.lay_out(press.parse(order["words"]), {})
    found = {"pages": len(laid.pages), "missing": laid.missing}
    return json.dumps(found).encode() + b"\n" + press.bind([laid], title=order["title"])
