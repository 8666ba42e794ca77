"""T7: two hundred write while a facilitator exports and prints: nobody waits for a lock in vain.

Heavy work – a PDF, a picture – is done outside of every transaction, so no lock is held meanwhile.
"""

import re
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

from django.db import connection, transaction

from tests.faults.crowd import Crowd, failed, limited
from tests.faults.databases import ON_POSTGRES
from tests.faults.figures import control, measured
from tests.faults.house import House
from tests.faults.phones import Answer, Phone
from tests.faults.sizes import PATIENT, SIZE, VISITORS

LOCKED = re.compile(r"database (?:table )?is locked|lock timeout|deadlock detected", re.IGNORECASE)


def wait_for_locks(house: House, seconds: int) -> None:
    """On PostgreSQL a lock is waited for as long as SQLite waits, and no longer."""
    if ON_POSTGRES:
        house.database.run(f"ALTER DATABASE \"{house.database.name}\" SET lock_timeout = '{seconds}s'")


def export_and_print(house: House, times: int) -> list[Answer | None]:
    facilitator = Phone(house, dict(house.cookies))
    answers = []
    for number in range(times):
        room = house.rooms[number % len(house.rooms)]
        answers.append(facilitator.get(f"/host/{room.code}/export.csv"))
        answers.append(facilitator.get(f"/host/{room.code}/print/posters.pdf?size=A4&posters={room.number}"))
    return answers


def while_200_write(house: House, prints: int) -> tuple[Crowd, list[Answer | None]]:
    crowd = Crowd(house, VISITORS, house.rooms)
    with crowd.at_work(SIZE.notes_a_second):
        answers = export_and_print(house, prints)
    return crowd, answers


def lock_errors(house: House) -> int:
    return len(LOCKED.findall(house.log.read_text()))


def test_two_hundred_write_while_one_exports_and_prints(house):
    wait_for_locks(house, 20 if SIZE.timed else 120)
    house.start(PATIENT)
    crowd, answers = while_200_write(house, SIZE.prints)
    kinds = [(a.status, a.headers["content-type"].partition(";")[0]) if a else None for a in answers]
    assert kinds == [(200, "text/csv"), (200, "application/pdf")] * SIZE.prints
    assert (limited(crowd.met), failed(crowd.met), lock_errors(house)) == (0, 0, 0), crowd.met
    assert crowd.met["note 200"] > 0
    measured(
        "T7 writing while printing",
        f"{VISITORS} writers, {crowd.met['note 200']} notes; {SIZE.prints} spreadsheets and PDFs",
        "0 lock errors, 0 × 5xx",
    )


def test_control_a_transaction_that_is_open_while_printing_is_caught(house):
    wait_for_locks(house, 2)
    house.start("prints_in_a_transaction")
    crowd, _ = while_200_write(house, 1)
    assert failed(crowd.met) > 0
    assert lock_errors(house) > 0
    control(
        "T7 writing while printing", f"printed in a transaction: {failed(crowd.met)} notes failed on a lock"
    )


@dataclass
class Watch:
    """Where heavy work began, and whether a transaction was open then: another process, or the network."""

    on: bool = False
    begun: list[tuple[str, bool]] = field(default_factory=list)

    def hear(self, event: str, _: object) -> None:
        if self.on and event in {"subprocess.Popen", "socket.connect"}:
            self.begun.append((event, connection.in_atomic_block))


WATCH = Watch()
sys.addaudithook(WATCH.hear)  # it cannot be taken off again, so it is switched off instead


@contextmanager
def watched() -> Iterator[Watch]:
    WATCH.begun.clear()
    WATCH.on = True
    try:
        yield WATCH
    finally:
        WATCH.on = False


def test_a_pdf_is_made_outside_of_every_transaction(transactional_db, as_facilitator, gallery, poster):
    with watched() as watch:
        answer = as_facilitator.get(f"/host/{gallery.code}/print/posters.pdf?size=A4")
    assert answer["Content-Type"] == "application/pdf"
    assert ("subprocess.Popen", False) in watch.begun
    assert not [event for event, inside in watch.begun if inside]


def test_control_work_in_a_transaction_is_seen(transactional_db):
    with watched() as watch, transaction.atomic():
        subprocess.run(["true"], check=True)
    assert watch.begun == [("subprocess.Popen", True)]
