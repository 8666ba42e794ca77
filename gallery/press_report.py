"""The report of a gallery as a PDF: kept by its content, and made once however many ask for it at once.

What it says is put into words above; here they are laid out in a process of its own (report_room.py), whose
time and memory are capped, at the same gate as posters and handouts.
"""

from __future__ import annotations

import fcntl
import json
import logging
import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from django.conf import settings

from gallery import capped, print_shelf
from gallery.print_shelf import Finished
from gallery.printing import Busy, NotPrinted

JOB = "gallery.report_room"
PAGE = "@page { size: A4; margin: 19mm 20mm 24mm }"
MEMORY = 1536 * 1024**2  # bytes, as for posters
SECONDS = 120.0  # a thousand notes take twenty
AT_ONCE = 2  # together with posters and handouts
PATIENCE = 20.0  # seconds that one waits for the press, or for another who makes the same
TRY_AGAIN = "The report is being printed for others just now. Try again in a minute."

logger = logging.getLogger(__name__)


def bound(words: str, *, title: str, name: str) -> Finished:
    """The words, a whole document, as a PDF. `name` tells whose it is: one at a time is made of each.

    Raises NotPrinted in words, and Busy among it.
    """
    key = print_shelf.key_of(words, PAGE, title)
    found = print_shelf.find(key)
    if found:
        return found
    with _alone(name):
        return print_shelf.find(key) or _made(words, title, key)


def _made(words: str, title: str, key: str) -> Finished:
    caps = capped.Caps(memory=MEMORY, seconds=SECONDS, at_once=AT_ONCE, patience=PATIENCE)
    order = json.dumps({"words": words, "page": PAGE, "title": title}).encode()
    try:
        answer = capped.run(JOB, order, caps, gate="press")
    except capped.Busy as busy:
        raise Busy(TRY_AGAIN) from busy
    except capped.NotDone as problem:
        logger.error("A report could not be printed. %s", problem)
        raise NotPrinted(_why_not(problem)) from problem
    about, _, pdf = answer.partition(b"\n")
    made = Finished(pdf, **json.loads(about))
    try:
        print_shelf.keep(key, made)
        print_shelf.trim()
    except OSError as problem:  # it can be handed out all the same
        logger.warning("A report is not kept: %s", problem)
    return made


def _why_not(problem: capped.NotDone) -> str:
    if isinstance(problem, capped.TooLong | capped.TooBig):
        return "This report is too long to be printed here. Print the page from your browser instead."
    return (
        "The report could not be printed; the site’s log says why. Print the page from your browser instead."
    )


@contextmanager
def _alone(name: str) -> Iterator[None]:
    """Nobody else makes this gallery's report meanwhile. Raises Busy where another takes too long."""
    folder = Path(settings.DATA_DIR, "locks")
    folder.mkdir(parents=True, exist_ok=True)
    held = os.open(folder / f"report-{name}.lock", os.O_RDWR | os.O_CREAT, 0o644)
    try:
        until = time.monotonic() + PATIENCE
        while True:
            try:
                fcntl.flock(held, fcntl.LOCK_EX | fcntl.LOCK_NB)
                break
            except BlockingIOError:
                if time.monotonic() >= until:
                    raise Busy(TRY_AGAIN) from None
                time.sleep(0.1)
        yield
    finally:
        os.close(held)
