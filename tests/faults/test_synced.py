"""T6: between a note's arrival and its answer the kernel is told to put it on the disk.

Seen from outside, by strace on the worker: reads, syncs and writes in the order of the kernel. The
tests need strace and leave to trace; where either is missing they fail in CI and are skipped elsewhere.
PostgreSQL syncs in processes of its own, so there its word is taken: `synchronous_commit`.
"""

import os
import re
import shutil
import signal
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.faults.databases import ON_POSTGRES, Postgres, notes_in
from tests.faults.figures import control, measured
from tests.faults.house import House, until
from tests.faults.phones import Phone, Words

CALLS = "read,readv,recvfrom,recvmsg,write,writev,sendto,sendmsg,fsync,fdatasync"
NOTE = re.compile(r'(?:read|readv|recvfrom|recvmsg)\(.*"POST /g/')
ANSWER = re.compile(r'(?:write|writev|sendto|sendmsg)\(.*"HTTP/1\.1 (?:200|302)')
SYNC = re.compile(r"(?:fsync|fdatasync)\([0-9]+<[^>]*gallery\.sqlite3-wal>")

on_postgres = pytest.mark.skipif(not ON_POSTGRES, reason="SQLite syncs in the worker itself")
on_sqlite = pytest.mark.skipif(ON_POSTGRES, reason="PostgreSQL syncs in its own processes")


@pytest.fixture
def strace() -> str:
    found = shutil.which("strace")
    works = found and subprocess.run([found, "-qq", "true"], capture_output=True).returncode == 0
    if found and works:
        return found
    if os.environ.get("CI") == "true":
        pytest.fail("CI must trace: install Debian's package strace, and allow ptrace.")
    pytest.skip("strace is not here, or may not trace")


@contextmanager
def traced(strace: str, pid: int, into: Path) -> Iterator[None]:
    """While this holds, the calls of all threads of a process are written down with their files' names."""
    command = [strace, "-f", "-y", "-s", "80", "-e", f"trace={CALLS}", "-o", str(into), "-p", str(pid)]
    with subprocess.Popen(command, stderr=subprocess.PIPE, text=True, start_new_session=True) as tracer:
        try:
            assert tracer.stderr is not None
            assert "attached" in tracer.stderr.readline()
            yield
        finally:
            tracer.send_signal(signal.SIGINT)  # it lets the process go, and ends
            tracer.wait(timeout=120)


def order_of_a_note(house: House, strace: str, broken: str = "") -> list[str]:
    """What the worker did for one note: 'note', 'sync' and 'answer' in the order in which they began.

    It is the second note: the first one in a fresh log is synced at every level, for the log's own head.
    """
    house.start(broken, MEASURE_GALLERY_WORKERS="1")
    phone, trace = Phone(house), house.folder / "trace"
    assert phone.stick(Words(house.rooms[0], "The first."))
    with traced(strace, the_worker(house), trace):
        answer = phone.stick(Words(house.rooms[0], "Is this on the disk?"))
        assert answer is not None
        assert answer.saved
        until(lambda: "answer" in calls(trace), "the answer in the trace")
    assert len(notes_in(house.database)) == 2
    return calls(trace)


def the_worker(house: House) -> int:
    """The process that has our modules loaded; the other child only watches over shared things."""
    return max(house.workers(), key=lambda pid: int(Path(f"/proc/{pid}/statm").read_text().split()[1]))


def calls(trace: Path) -> list[str]:
    names = {"note": NOTE, "sync": SYNC, "answer": ANSWER}
    lines = trace.read_text(errors="replace").splitlines()
    return [name for line in lines for name, pattern in names.items() if pattern.search(line)]


def is_synced_first(order: list[str]) -> bool:
    note, answer = order.index("note"), order.index("answer")
    return "sync" in order[note:answer]


@on_sqlite
def test_a_note_is_synced_before_its_phone_is_told(house, strace):
    order = order_of_a_note(house, strace)
    assert is_synced_first(order), order
    measured("T6 fsync", "strace of one note", " → ".join(order))


@on_sqlite
@pytest.mark.parametrize("broken", ["does_not_sync", "syncs_now_and_then"])
def test_control_a_server_that_does_not_sync_is_caught(house, strace, broken):
    order = order_of_a_note(house, strace, broken)
    assert not is_synced_first(order), order
    level = {"does_not_sync": "OFF", "syncs_now_and_then": "NORMAL"}[broken]
    control("T6 fsync", f"synchronous={level}: {' → '.join(order)}")


def waits_for_the_disk(database: Postgres) -> bool:
    return database.ask("SHOW synchronous_commit") in [[("on",)], [("remote_apply",)], [("remote_write",)]]


@on_postgres
def test_postgresql_answers_a_commit_when_it_is_on_the_disk(house):
    assert waits_for_the_disk(house.database)
    measured("T6 fsync", "SHOW synchronous_commit", house.database.ask("SHOW synchronous_commit")[0][0])


@on_postgres
def test_control_a_connection_that_does_not_wait_is_caught(house):
    house.database.url += "?options=-csynchronous_commit%3Doff"
    assert not waits_for_the_disk(house.database)
    house.database.url = house.database.url.partition("?")[0]
    control("T6 fsync", "synchronous_commit=off is told")
