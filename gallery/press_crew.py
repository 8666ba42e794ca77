"""The press's crew: up to two capped processes that share the posters to make, each for a few of them only.

The sheets that lie on the shelf (print_shelf.py) are not made again. A poster that fails, or takes its
process with it, fails alone: the others go on.
"""

from __future__ import annotations

import base64
import json
import logging
import math
import threading
import time
from collections import deque
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict, dataclass, field
from itertools import pairwise
from typing import Any

from gallery import capped, print_shelf
from gallery.paper import Paper, Sheet
from gallery.print_shelf import Finished

JOB = "gallery.press_room"
GATE = "press"
MEMORY = 1536 * 1024**2  # bytes of address space: fonts of many scripts, mapped, are 900 million
START, EACH = 30.0, 3.0  # seconds: for a process, and for each of its posters
AT_ONCE = 2
BATCH = 10  # posters that a process makes before the next one takes over: WeasyPrint's memory grows
WORTH = 6  # posters from which on a second process is worth its start
PATIENCE = 20.0  # seconds that a request waits for the press; it keeps a thread of the server
TURN = 0.1  # seconds between two looks at whether there is a place

NO_TIME = "could not be printed in time"
NO_MEMORY = "could not be printed in the memory that a print may have"
NO_ROOM = "could not be kept: the server’s disk is full or can’t be written"
NO_REASON = "could not be printed; the site’s log says why"

logger = logging.getLogger(__name__)


@dataclass(frozen=True)
class Order:
    """A sheet to make. `name` is for the log."""

    key: str
    sheet: Sheet
    name: str

    @classmethod
    def of(cls, sheet: Sheet, page: Paper) -> Order:
        return cls(print_shelf.key(sheet, page), sheet, f"Poster {sheet.number}")


class Watcher:
    """Hears what becomes of each order, by its place; one word at a time. The base hears and says nothing."""

    def begun(self, place: int) -> None: ...
    def done(self, place: int, sheet: Finished, *, made: bool) -> None: ...
    def failed(self, place: int, reason: str) -> None: ...
    def wanted(self) -> bool:
        return True


def make(orders: Sequence[Order], page: Paper, watcher: Watcher, *, patience: float | None) -> None:
    """Make what isn't kept yet, until all is done or failed, or isn't wanted any more.

    With `patience` of None it waits for its turn as long as it takes. Raises capped.Busy.
    """
    missing = []
    for place, order in enumerate(orders):
        if not watcher.wanted():
            return
        found = print_shelf.find(order.key)
        if found:
            watcher.done(place, found, made=False)
        else:
            missing.append(place)
    if missing:
        _Crew(orders, page, watcher, patience).work(missing)
        print_shelf.trim()


@dataclass
class _Crew:
    orders: Sequence[Order]
    page: Paper
    watcher: Watcher
    patience: float | None
    batches: deque[list[int]] = field(default_factory=deque)
    given_up: bool = False
    word: threading.Lock = field(default_factory=threading.Lock)

    def work(self, missing: list[int]) -> None:
        workers = AT_ONCE if len(missing) >= WORTH else 1
        self.batches.extend(_shares(missing, workers))
        if workers == 1:
            self._until_done()
            return
        with ThreadPoolExecutor(workers, "press") as pool:
            hands = [pool.submit(self._until_done) for _ in range(workers)]
            try:
                for hand in hands:
                    hand.result()
            finally:
                self.given_up = True  # where one of them could not go on, or we are being ended

    def wanted(self) -> bool:
        return not self.given_up and self.watcher.wanted()

    def _until_done(self) -> None:
        while self.wanted():
            try:
                batch = self.batches.popleft()
            except IndexError:
                return
            while batch and self.wanted():
                batch = self._left_of(batch)
                if capped.awaited(GATE):
                    time.sleep(3 * TURN)

    def _left_of(self, batch: list[int]) -> list[int]:
        """What is left of a batch when its process has ended: nothing, or what came after a failure."""
        hand = _Hand(self, batch)
        sheets = [asdict(self.orders[place].sheet) for place in batch]
        question = json.dumps({"page": asdict(self.page), "sheets": sheets}).encode()
        try:
            self._run(question, hand)
        except capped.Busy:
            self.given_up = True
            raise
        except capped.Stopped:
            return []
        except capped.NotDone as problem:
            return hand.struck(problem)
        return hand.struck(capped.Failed("it ended too soon")) if hand.left else []

    def _run(self, question: bytes, hand: _Hand) -> None:
        """Raises NotDone; Busy only where patience has an end."""
        seconds = START + EACH * len(hand.left)
        if self.patience is not None:
            caps = capped.Caps(memory=MEMORY, seconds=seconds, at_once=AT_ONCE, patience=self.patience)
            capped.run(JOB, question, caps, gate=GATE, tell=hand.hear, wanted=self.wanted)
            return
        caps = capped.Caps(memory=MEMORY, seconds=seconds, at_once=AT_ONCE, waiting=0)
        while True:
            try:
                capped.run(JOB, question, caps, gate=GATE, tell=hand.hear, wanted=self.wanted)
            except capped.Busy:
                if not self.wanted():
                    raise capped.Stopped("nobody wants it any more") from None
                with capped.queued(GATE):
                    time.sleep(TURN)
            else:
                return


class _Hand:
    """One process's batch: what is in hand and what is left of it."""

    def __init__(self, crew: _Crew, batch: list[int]) -> None:
        self.crew, self.batch = crew, batch
        self.left = list(batch)
        self.begun: int | None = None

    def hear(self, line: str) -> None:
        said = json.loads(line)
        place = self.batch[said["place"]]
        with self.crew.word:
            if "pdf" in said:
                self._done(place, said)
            elif "failed" in said:
                self._failed(place, NO_REASON, said["failed"])
            else:
                self.begun = place
                self.crew.watcher.begun(place)

    def _done(self, place: int, said: dict[str, Any]) -> None:
        sheet = Finished(base64.b64decode(said["pdf"]), said["pages"], said["missing"])
        try:
            print_shelf.keep(self.crew.orders[place].key, sheet)
        except OSError as problem:  # it can be handed out all the same
            logger.warning("%s is not kept: %s", self.crew.orders[place].name, problem)
        try:
            self.crew.watcher.done(place, sheet, made=True)
        except OSError as problem:
            self._failed(place, NO_ROOM, str(problem))
        else:
            self._over(place)

    def _failed(self, place: int, reason: str, why: str) -> None:
        logger.error("%s %s: %s", self.crew.orders[place].name, reason, why)
        self._over(place)
        self.crew.watcher.failed(place, reason)

    def _over(self, place: int) -> None:
        self.left.remove(place)
        self.begun = None

    def struck(self, problem: capped.NotDone) -> list[int]:
        """The process ended: the poster in hand fails, or all that is left where it hadn't begun one."""
        reason = {capped.TooLong: NO_TIME, capped.TooBig: NO_MEMORY}.get(type(problem), NO_REASON)
        with self.crew.word:
            for place in [self.begun] if self.begun is not None else list(self.left):
                self._failed(place, reason, str(problem))
        return self.left


def _shares(missing: list[int], workers: int) -> list[list[int]]:
    """Batches as even as can be, so that the workers end at about the same time."""
    rounds = math.ceil(len(missing) / workers / BATCH)
    count = min(len(missing), rounds * workers)
    cuts = [round(number * len(missing) / count) for number in range(count + 1)]
    return [missing[start:end] for start, end in pairwise(cuts)]
