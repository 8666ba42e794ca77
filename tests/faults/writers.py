"""Several people who write without a pause, each note with a key of its own, kept until it is saved."""

import itertools
import threading
import time
from dataclasses import dataclass, field

from tests.faults.house import House
from tests.faults.phones import Answer, Phone, Words

NOTES_A_PHONE = 6  # then another visitor takes over: a visitor's own limit is not what is tested here


@dataclass
class Log:
    """What all writers together know: what was sent, what was called saved, what got no answer."""

    sent: dict[str, str] = field(default_factory=dict)
    saved: dict[str, str] = field(default_factory=dict)
    waiting: dict[str, Words] = field(default_factory=dict)
    statuses: list[int] = field(default_factory=list)
    lock: threading.Lock = field(default_factory=threading.Lock)

    def sending(self, note: Words) -> None:
        with self.lock:
            self.sent[note.key] = note.text
            self.waiting[note.key] = note

    def answered(self, note: Words, answer: Answer | None) -> None:
        with self.lock:
            if answer is not None:
                self.statuses.append(answer.status)
            if answer is not None and answer.saved:
                self.saved[note.key] = note.text
                self.waiting.pop(note.key, None)


class Writers:
    """`count` people at work from `with` to its end; they stop at their first post that gets no answer."""

    def __init__(self, house: House, count: int, log: Log) -> None:
        self.house, self.log = house, log
        self.numbers = itertools.count(len(log.sent))
        self.over = threading.Event()
        self.threads = [threading.Thread(target=self._write) for _ in range(count)]

    def __enter__(self) -> "Writers":
        for thread in self.threads:
            thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.over.set()
        for thread in self.threads:
            thread.join(timeout=300)

    def _write(self) -> None:
        phone, stuck = Phone(self.house), 0
        while not self.over.is_set():
            number = next(self.numbers)
            note = Words(self.house.rooms[number % len(self.house.rooms)], f"Note {number} of a writer")
            self.log.sending(note)
            answer = phone.stick(note, script=bool(number % 2))
            self.log.answered(note, answer)
            if answer is None:
                return
            stuck += 1
            if stuck == NOTES_A_PHONE:
                phone, stuck = Phone(self.house), 0


def send_what_waits(house: House, log: Log, seconds: float = 180) -> None:
    """Each note without an answer once more, with its key, until there is none left."""
    end = time.monotonic() + seconds
    phone = Phone(house)
    while log.waiting and time.monotonic() < end:
        for note in list(log.waiting.values()):
            answer = phone.stick(note)
            log.answered(note, answer)
            if answer is not None and answer.status == 429:
                time.sleep(float(answer.headers["retry-after"]))
                phone = Phone(house)
    assert not log.waiting, f"{len(log.waiting)} notes were never acknowledged"
