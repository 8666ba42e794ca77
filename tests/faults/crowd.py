"""A room full of phones behind one address: they come in, read on, and write, each at its own pace."""

import re
import statistics
import threading
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

from tests.faults.house import House, Room
from tests.faults.phones import Answer, Phone, Words

AFTER = re.compile(r"/feed/\?after=([0-9]+)")
POLL_SECONDS = 3.0


@dataclass
class Visitor:
    """A person with a phone before one poster, and what they met with."""

    number: int
    phone: Phone
    room: Room
    seen: int = 0  # the sequence number up to which their page is
    written: int = 0
    met: "Counter[str]" = field(default_factory=Counter)
    post_seconds: list[float] = field(default_factory=list)

    def join(self) -> None:
        """The lobby, the poster, and the first note, which brings the cookie."""
        self._look(f"/g/{self.room.code}/")
        self._look(self.room.address)
        self.write()

    def poll(self) -> None:
        self._look(f"{self.room.address}feed/?after={self.seen}")

    def write(self) -> None:
        self.written += 1
        note = Words(self.room, f"Visitor {self.number}, note {self.written}")
        start = time.monotonic()
        answer = self.phone.stick(note)
        self.post_seconds.append(time.monotonic() - start)
        self._meet("note", answer)

    def _look(self, path: str) -> None:
        answer = self.phone.get(path)
        self._meet("page", answer)
        if answer is not None and (found := AFTER.search(answer.body)):
            self.seen = int(found[1])

    def _meet(self, what: str, answer: Answer | None) -> None:
        self.met[f"{what} {answer.status if answer else 'without an answer'}"] += 1


class Crowd:
    """`count` visitors, spread over the posters that are given."""

    def __init__(self, house: House, count: int, rooms: list[Room]) -> None:
        self.visitors = [Visitor(n, Phone(house), rooms[n % len(rooms)]) for n in range(count)]

    def join(self) -> float:
        """All come in as fast as they can; returns after how many seconds the last one is in."""
        start = time.monotonic()
        _all_at_once([visitor.join for visitor in self.visitors])
        return time.monotonic() - start

    @contextmanager
    def at_work(self, notes_a_second: float) -> Iterator[None]:
        """They poll every three seconds, and write that many notes together, until the block is over."""
        over = threading.Event()
        pause = len(self.visitors) / notes_a_second
        threads = [
            threading.Thread(target=_keep_on, args=[visitor, pause, over, n / len(self.visitors)])
            for n, visitor in enumerate(self.visitors)
        ]
        for thread in threads:
            thread.start()
        try:
            yield
        finally:
            over.set()
            for thread in threads:
                thread.join(timeout=300)

    @property
    def met(self) -> "Counter[str]":
        return sum((visitor.met for visitor in self.visitors), Counter())

    @property
    def written(self) -> int:
        return sum(visitor.written for visitor in self.visitors)

    @property
    def p95(self) -> float:
        """Of all posts so far, in milliseconds."""
        taken = [seconds for visitor in self.visitors for seconds in visitor.post_seconds]
        return statistics.quantiles(taken, n=20)[-1] * 1000

    def forget(self) -> None:
        """Count anew from here."""
        for visitor in self.visitors:
            visitor.met.clear()
            visitor.post_seconds.clear()


def limited(met: "Counter[str]") -> int:
    return sum(count for what, count in met.items() if what.endswith(" 429"))


def failed(met: "Counter[str]") -> int:
    """Answers of 5xx, and none at all."""
    return sum(count for what, count in met.items() if " 5" in what or "without" in what)


def _keep_on(visitor: Visitor, pause: float, over: threading.Event, phase: float) -> None:
    """Poll and write in turn; `phase` (0 to 1) keeps the visitors from doing so all at once."""
    now = time.monotonic()
    due = {visitor.poll: now + phase * POLL_SECONDS, visitor.write: now + phase * pause}
    every = {visitor.poll: POLL_SECONDS, visitor.write: pause}
    while True:
        act = min(due, key=lambda one: due[one])
        if over.wait(max(0.0, due[act] - time.monotonic())):
            return
        act()
        due[act] = max(due[act] + every[act], time.monotonic())


def _all_at_once(acts: list) -> None:
    threads = [threading.Thread(target=act) for act in acts]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=300)
