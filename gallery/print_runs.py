"""A print run that one can watch: what was ordered, and what became of each of its posters.

All of it is files in a folder of the run's own, so that it outlives the server and any of its processes can
tell. Its maker (print_making.py) holds the gallery's lock for as long as it works: a run whose lock is free
has come to its end, or was stopped.
"""

from __future__ import annotations

import fcntl
import json
import os
import re
import secrets
import shutil
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import asdict, dataclass, replace
from datetime import datetime, timedelta
from functools import cached_property
from pathlib import Path
from typing import Any

from gallery import binding, print_shelf, printing
from gallery.models import Gallery
from gallery.on_paper import On
from gallery.paper import Paper
from gallery.print_shelf import Finished
from gallery.printing import Ordered
from measures.map_plan import counted

KEPT_FOR = timedelta(days=1)
NAME = re.compile(r"[0-9a-f]{32}")
WAITING, BEGUN, DONE, FAILED = "waiting", "begun", "done", "failed"


@dataclass(frozen=True)
class Part:
    """A poster of the run. `key` and `said` are of its sheet; `state` is one of the four above."""

    number: int
    heading: str
    key: str
    said: str
    warning: str
    has_ranges: bool = False
    state: str = WAITING
    reason: str = ""
    pages: int = 0
    missing: str = ""
    made: bool = False


class Run:
    def __init__(self, name: str) -> None:
        """Raises LookupError where there is none of this name, or no more."""
        if not NAME.fullmatch(name):
            raise LookupError(name)
        self.name, self.folder = name, folder() / name
        try:
            self.order: dict[str, Any] = json.loads((self.folder / "order.json").read_bytes())
        except (OSError, ValueError):
            raise LookupError(name) from None

    @cached_property
    def parts(self) -> list[Part]:
        """The posters in their order, as they are now."""
        there = {path.name for path in self.folder.iterdir()}
        running = self.running
        return [self._now(Part(**part), there, running) for part in self.order["parts"]]

    def _now(self, part: Part, there: set[str], running: bool) -> Part:
        if f"{part.number}.done" in there:
            return replace(part, state=DONE, **json.loads(self.file(part.number, DONE).read_bytes()))
        if f"{part.number}.failed" in there:
            return replace(part, state=FAILED, reason=self.file(part.number, FAILED).read_text())
        return replace(part, state=BEGUN if running and f"{part.number}.begun" in there else WAITING)

    def file(self, number: int, what: str) -> Path:
        return self.folder / f"{number}.{what}"

    def of(self, *states: str) -> list[Part]:
        return [part for part in self.parts if part.state in states]

    @cached_property
    def done(self) -> list[Part]:
        return self.of(DONE)

    @cached_property
    def failed(self) -> list[Part]:
        return self.of(FAILED)

    @cached_property
    def left(self) -> list[Part]:
        return self.of(WAITING, BEGUN)

    @property
    def made(self) -> int:
        """How many were laid out for this run; the others were there already."""
        return sum(part.made for part in self.parts)

    @property
    def unchanged(self) -> int:
        return len(self.done) - self.made

    @property
    def tried(self) -> int:
        return len(self.parts) - len(self.left)

    @cached_property
    def running(self) -> bool:
        return runs_in(self.order["gallery"]) == self.name

    @property
    def cancelled(self) -> bool:
        return (self.folder / "cancelled").exists()

    @property
    def stopped(self) -> bool:
        """Whether it ended before all was tried: it was cancelled, or its maker ended with the server."""
        return bool(self.left) and not self.running

    @property
    def size(self) -> str:
        return str(self.order["size"])

    @property
    def on(self) -> On:
        return On(self.size, str(self.order["orientation"]), bool(self.order["crop"]))

    @property
    def title(self) -> str:
        """What is done, or being done, in a few words."""
        count, done = len(self.parts), len(self.done)
        if self.running:
            return "Printing a poster" if count == 1 else f"Printing {count} posters"
        if self.stopped:
            return f"Stopped at {done} of {count}"
        return f"{counted(done, 'poster')} printed" if done == count else f"{done} of {count} posters printed"

    def warnings(self) -> list[str]:
        found = []
        for part in self.parts:
            sheet = Finished(b"", part.pages, part.missing)
            told = printing.told_of(part.number, sheet, self.size, has_ranges=part.has_ranges)
            found += [words for words in [*told, part.warning] if words]
        return found

    def pdf(self, number: int) -> bytes | None:
        """A poster's own PDF, where it is done."""
        with suppress(OSError):
            return self.file(number, "pdf").read_bytes()
        return None

    def bound(self) -> bytes:
        """All that is done, in one PDF."""
        return binding.bind(
            [self.file(part.number, "pdf").read_bytes() for part in self.done], title=self.order["title"]
        )

    def same_as(self, ordered: Sequence[Ordered]) -> bool:
        return [part["key"] for part in self.order["parts"]] == [each.order.key for each in ordered]

    def cancel(self) -> None:
        """Its maker stops within a second. What is done stays."""
        (self.folder / "cancelled").touch(mode=0o600)


def ordered_run(gallery: Gallery, ordered: Sequence[Ordered], page: Paper, **said: str | bool) -> Run:
    """A run that nobody has begun."""
    name = secrets.token_hex(16)
    place = folder() / name
    place.mkdir(mode=0o700)
    sheets = [asdict(each.order.sheet) for each in ordered]
    print_shelf.write(place / "sheets.json", json.dumps({"page": asdict(page), "sheets": sheets}).encode())
    parts = [
        {
            "number": each.poster.number,
            "heading": each.poster.heading,
            "key": each.order.key,
            "said": each.said,
            "warning": each.warning,
            "has_ranges": each.has_ranges,
        }
        for each in ordered
    ]
    order = {"gallery": gallery.code, "title": gallery.title, "parts": parts, **said}
    print_shelf.write(place / "order.json", json.dumps(order).encode())
    return Run(name)


def sweep(at: datetime) -> None:
    """Take away the runs that nothing has happened in for KEPT_FOR."""
    for found in folder().iterdir():
        with suppress(OSError):
            if NAME.fullmatch(found.name) and found.stat().st_mtime < (at - KEPT_FOR).timestamp():
                shutil.rmtree(found)


def clear(at: datetime) -> int:
    """Take away old runs, and the sheets that nobody has asked for in a month; returns how many sheets."""
    sweep(at)
    return print_shelf.clear(at)


def folder() -> Path:
    made = print_shelf.folder() / "runs"
    made.mkdir(mode=0o700, exist_ok=True)
    return made


def lock_of(code: str) -> int:
    return os.open(folder() / f"gallery-{code}.lock", os.O_RDWR | os.O_CREAT, 0o600)


def runs_in(code: str) -> str:
    """The name of the run whose maker is at work for the gallery of this code; blank where none is."""
    seen = lock_of(code)
    try:
        fcntl.flock(seen, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except BlockingIOError:
        return os.pread(seen, 32, 0).decode()
    finally:
        os.close(seen)
    return ""
