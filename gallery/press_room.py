"""The press room: the job that lays out posters and binds them. It runs under caps (capped.py).

What it knows is in its order: the words, the paper, a title. `printing.py` writes it, and reads the answer.
"""

from __future__ import annotations

import json
from collections.abc import Callable

from gallery.fitting import fit
from gallery.paper import Paper, Sheet
from gallery.press import Press


def work(question: bytes, tell: Callable[[str], None]) -> bytes:
    """A line with each poster's number of pages, then the PDF. Tells the place of the poster in hand."""
    order = json.loads(question)
    page = Paper(**order["page"])
    press = Press(page=page.css)
    laid = []
    for place, sheet in enumerate(order["sheets"]):
        tell(str(place))
        laid.append(fit(press, Sheet(**sheet), page))
    tell(str(len(laid)))
    pdf = press.bind(laid, title=order["title"])
    return json.dumps([len(layout.pages) for layout in laid]).encode() + b"\n" + pdf
