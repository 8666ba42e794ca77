"""A press room for tests: a poster's heading says what goes wrong in its turn. Runs without Django."""

import json
import os
import signal
import time
from collections.abc import Callable
from pathlib import Path


def work(question: bytes, tell: Callable[[str], None]) -> bytes:
    sheets = json.loads(question)["sheets"]
    if any(sheet["heading"] == "It has no fonts" for sheet in sheets):
        return _without_fonts(question, tell)
    for place, sheet in enumerate(sheets):
        tell(str(place))
        what, _, where = sheet["heading"].partition(": ")
        JAMS.get(what, lambda _: None)(where)
    return json.dumps([1] * len(sheets)).encode() + b"\n%PDF"


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
