"""A press room for tests: a poster's heading says what goes wrong in its turn. Runs without Django."""

import base64
import io
import json
import os
import signal
import time
from collections.abc import Callable
from pathlib import Path

import pikepdf


def work(question: bytes, tell: Callable[[str], None]) -> bytes:
    sheets = json.loads(question)["sheets"]
    if any(sheet["heading"] == "It has no fonts" for sheet in sheets):
        return _without_fonts(question, tell)
    for place, sheet in enumerate(sheets):
        tell(json.dumps({"place": place}))
        what, _, where = sheet["heading"].partition(": ")
        JAMS.get(what, lambda _: None)(where)
        failed = {"place": place, "failed": "ValueError: a bad sheet"}
        tell(json.dumps(failed if what == "It fails" else printed(place)))
    return b""


def printed(place: int) -> dict[str, object]:
    """What the press room tells of a sheet that is done: a blank page."""
    page = io.BytesIO()
    with pikepdf.Pdf.new() as pdf:
        pdf.add_blank_page()
        pdf.save(page)
    return {"place": place, "pdf": base64.b64encode(page.getvalue()).decode(), "pages": 1, "missing": ""}


def _without_fonts(question: bytes, tell: Callable[[str], None]) -> bytes:
    from gallery import press, press_room

    press.OwnFontsOnly.__init__ = _find_none
    return press_room.work(question, tell)


def _find_none(fetcher: object) -> None:
    fetcher.fonts = {}


def _breaks(_: str) -> None:
    raise RuntimeError("a jam")


def _waits(where: str) -> None:
    """Says that it has begun, and goes on when there is a file named `end`."""
    Path(where, f"begun-{os.getpid()}").touch()
    while not Path(where, "end").exists():
        time.sleep(0.01)


JAMS: dict[str, Callable[[str], object]] = {
    "It breaks": _breaks,
    "It sleeps": lambda _: time.sleep(600),
    "It grows": lambda _: bytearray(64 * 1024**3),
    "It is killed": lambda _: os.kill(os.getpid(), signal.SIGKILL),
    "It waits": _waits,
}
