"""The maker of a print run: a thread of the server that needs no database, one at most for a gallery.

It makes what is left until all of it is done or failed, or the run is cancelled.
"""

from __future__ import annotations

import fcntl
import json
import logging
import os
import threading
import time
from collections.abc import Sequence
from contextlib import suppress

from django.db import connections
from django.utils import timezone

from gallery import press_crew, print_shelf
from gallery.models import Gallery
from gallery.paper import Paper, Sheet
from gallery.press_crew import Order, Watcher
from gallery.print_runs import BEGUN, DONE, FAILED, Run, lock_of, ordered_run, runs_in, sweep
from gallery.print_shelf import Finished
from gallery.printing import Ordered

logger = logging.getLogger(__name__)


def start(gallery: Gallery, ordered: Sequence[Ordered], page: Paper, **said: str | bool) -> Run:
    """The new run, or the one that is at work for this gallery already. `said` goes into its order as it is.

    Raises OSError where there is no room on the disk.
    """
    sweep(timezone.now())
    held = _lock(gallery.code)
    if held is None:
        with suppress(LookupError):
            return Run(runs_in(gallery.code))
        raise OSError("the gallery's lock is held, and its run is not there")
    try:
        run = ordered_run(gallery, ordered, page, **said)
        _begin(run, held)
    except BaseException:
        os.close(held)
        raise
    return run


def go_on(run: Run, number: int | None = None) -> bool:
    """Make what is left, and that failed one too. Returns False where another run is at work."""
    if number is not None:
        for told in (BEGUN, FAILED):
            run.file(number, told).unlink(missing_ok=True)
    if run.running and not run.cancelled:
        return True
    held = _lock(run.order["gallery"])
    if held is None:
        return False
    try:
        (run.folder / "cancelled").unlink(missing_ok=True)
        _begin(run, held)
    except BaseException:
        os.close(held)
        raise
    return True


def _begin(run: Run, held: int) -> None:
    os.ftruncate(held, 0)
    os.pwrite(held, run.name.encode(), 0)
    threading.Thread(target=_make, args=[run.name, held], name=f"print {run.name}", daemon=True).start()


def _make(name: str, held: int) -> None:
    """Make what is left until all of it is done or failed, or the run is cancelled."""
    try:
        before: set[int] = set()
        while (left := {part.number for part in Run(name).left}) and left != before:
            before = left
            _make_once(Run(name), left)
    except Exception:
        logger.exception("a print run stopped")
    finally:
        connections.close_all()
        os.close(held)


def _make_once(run: Run, numbers: set[int]) -> None:
    order = json.loads((run.folder / "sheets.json").read_bytes())
    sheets = [Sheet(**sheet) for sheet in order["sheets"] if sheet["number"] in numbers]
    page = Paper(**order["page"])
    orders = [Order.of(sheet, page) for sheet in sheets]
    press_crew.make(orders, page, _Keeper(run, [sheet.number for sheet in sheets]), patience=None)


class _Keeper(Watcher):
    """Writes down what becomes of each poster."""

    def __init__(self, run: Run, numbers: list[int]) -> None:
        self.run, self.numbers = run, numbers

    def begun(self, place: int) -> None:
        with suppress(OSError):  # it is only shown
            self.run.file(self.numbers[place], BEGUN).touch(mode=0o600)

    def done(self, place: int, sheet: Finished, *, made: bool) -> None:
        number = self.numbers[place]
        print_shelf.write(self.run.file(number, "pdf"), sheet.pdf)
        about = {"pages": sheet.pages, "missing": sheet.missing, "made": made}
        print_shelf.write(self.run.file(number, DONE), json.dumps(about).encode())

    def failed(self, place: int, reason: str) -> None:
        with suppress(OSError):
            print_shelf.write(self.run.file(self.numbers[place], FAILED), reason.encode())

    def wanted(self) -> bool:
        return not self.run.cancelled


def _lock(code: str) -> int | None:
    """The gallery's lock, held; None where a maker holds it. Someone who only looks holds it for a moment."""
    held = lock_of(code)
    for _ in range(5):
        with suppress(BlockingIOError):
            fcntl.flock(held, fcntl.LOCK_EX | fcntl.LOCK_NB)
            return held
        time.sleep(0.02)
    os.close(held)
    return None
