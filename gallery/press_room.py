"""The press room: the job that lays out posters, each as a PDF of its own. It runs under caps (capped.py).

What it knows is in its order: the paper, and each sheet's words and numbers. `press_crew.py` writes it, and
hears of each poster what became of it, as a line of JSON.
"""

from __future__ import annotations

import base64
import json
import traceback
from collections.abc import Callable
from typing import Any

from gallery.fitting import fit
from gallery.paper import Paper, Sheet
from gallery.press import Press


def work(question: bytes, tell: Callable[[str], None]) -> bytes:
    """Tells the place of the poster in hand, then its PDF or how it failed; answers nothing.

    A poster that fails leaves the others their turn. Raises MemoryError.
    """
    order = json.loads(question)
    page = Paper(**order["page"])
    press = Press(page=page.css)
    for place, sheet in enumerate(order["sheets"]):
        tell(json.dumps({"place": place}))
        try:
            made = _made(press, Sheet(**sheet), page)
        except MemoryError:
            raise
        except Exception:
            made = {"failed": traceback.format_exc()}
        tell(json.dumps({"place": place, **made}))
    return b""


def _made(press: Press, sheet: Sheet, page: Paper) -> dict[str, Any]:
    layout = fit(press, sheet, page)
    pdf = press.bind([layout], title=f"{sheet.number}. {sheet.heading}")
    return {
        "pdf": base64.b64encode(pdf).decode(),
        "pages": len(layout.pages),
        "missing": layout.missing,
    }
