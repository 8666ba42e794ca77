"""T8: forms that are announced and never sent; pages go on, and what is sent is saved or told 503."""

import socket
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager

import pytest

from tests.faults.figures import control, measured
from tests.faults.house import House
from tests.faults.phones import Phone
from tests.faults.sizes import SIZE
from tests.faults.test_cut_lines import until_saved, words

SILENT = 24


@contextmanager
def silence(house: House, count: int = SILENT) -> Iterator[None]:
    """That many forms of which one byte comes, and no more as long as this lasts."""
    head = (
        f"POST {house.rooms[0].address}notes/ HTTP/1.1\r\nHost: 127.0.0.1:{house.port}\r\n"
        "Content-Type: application/x-www-form-urlencoded\r\nContent-Length: 500\r\n\r\nt"
    )
    with ExitStack() as held:
        for _ in range(count):
            held.enter_context(socket.create_connection(("127.0.0.1", house.port))).sendall(head.encode())
        time.sleep(1)  # until each has its thread
        yield


def seconds_of_pages(house: House, count: int = 5) -> float:
    """How long the slowest of some pages took."""
    slowest = 0.0
    for _ in range(count):
        start = time.monotonic()
        answer = Phone(house).get(house.rooms[0].address)
        slowest = max(slowest, time.monotonic() - start)
        assert answer is not None
        assert answer.status == 200
    return slowest


def test_pages_and_notes_go_on_beside_silent_forms(house):
    house.start()
    with silence(house):
        slowest = seconds_of_pages(house)
        until_saved(lambda: Phone(house).stick(words(house, 0)))
    assert slowest < (1 if SIZE.timed else 60)
    measured("T8 silent forms", f"{SILENT} held open", f"slowest page {slowest:.2f} s")


def test_pages_go_on_beside_more_than_are_waited_for(house):
    house.start()
    with silence(house, 100):
        assert seconds_of_pages(house) < 60
    until_saved(lambda: Phone(house).stick(words(house, 0)))


def test_control_where_every_thread_may_wait_nothing_answers(house, monkeypatch):
    monkeypatch.setattr("tests.faults.phones.PATIENCE", 3)
    house.start("waits_for_everybody")
    with silence(house, 100), pytest.raises(AssertionError):
        seconds_of_pages(house, 20)
    control("T8 silent forms", "every thread may wait: no page within 3 s")
