"""A capped job answers, or is stopped and says why; nothing of ours reaches it, nothing of it stays."""

import json
import os
import signal
import subprocess
import sys
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from gallery import capped
from gallery.capped import Busy, Caps, Failed, Stopped, TooBig, TooLong

MIB = 1024**2
ROOMY = Caps(memory=512 * MIB, seconds=30)
BRIEF = Caps(memory=512 * MIB, seconds=1)
LONG_ENOUGH_TO_START = Caps(memory=512 * MIB, seconds=4)
SOON = 10  # seconds for what takes one where nothing else runs
NO_WAIT = Caps(memory=512 * MIB, seconds=30, patience=0)


@pytest.fixture(autouse=True)
def _data(settings, tmp_path):
    settings.DATA_DIR = tmp_path


def run(do: str, caps: Caps = ROOMY, *, tell=lambda _: None, gate="tests", **asked) -> bytes:
    question = json.dumps({"do": do, **asked}).encode()
    return capped.run("tests.gallery.capped_jobs", question, caps, gate=gate, tell=tell)


def gone(number: int) -> bool:
    """Whether the process ends within some seconds; one that nobody has waited for is not gone."""
    for _ in range(3000):
        try:
            os.kill(number, 0)
        except ProcessLookupError:
            return True
        if Path(f"/proc/{number}/stat").exists() and orphaned_and_dead(number):
            return True
        time.sleep(0.01)
    return False


def orphaned_and_dead(number: int) -> bool:
    """Dead, and left to the system to bury (a bare container has nobody who would)."""
    state, parent = Path(f"/proc/{number}/stat").read_text().rsplit(")", 1)[1].split()[:2]
    return state == "Z" and parent == "1"


def test_a_large_question_is_answered_and_noise_is_no_part_of_the_answer():
    words = "a river " * MIB
    assert run("echo", words=words) == words.encode()


def test_what_it_tells_arrives_in_order():
    told: list[str] = []
    assert run("count", to=2000, tell=told.append) == b"counted"
    assert told == [f"number {number}" for number in range(2000)]


# What it has of ours


SECRETS = {
    "MEASURE_GALLERY_SECRET_KEY": "k" * 40,
    "DATABASE_URL": "postgres://u:secret@h/d",
    "AWS_TOKEN": "t",
}


def reached(monkeypatch) -> tuple[set[str], list[str]]:
    for name, value in SECRETS.items():
        monkeypatch.setenv(name, value)
    environment, modules = json.loads(run("environment"))
    return set(environment) & {*SECRETS, "DJANGO_SETTINGS_MODULE"}, modules


def test_it_has_neither_secrets_nor_settings(monkeypatch):
    found, modules = reached(monkeypatch)
    assert found == set()
    assert not any(name.startswith("django") for name in modules)


def test_control_with_our_environment_it_would_have_them(monkeypatch):
    monkeypatch.setattr(capped, "_environment", lambda: dict(os.environ))
    assert reached(monkeypatch)[0] >= set(SECRETS)


def test_what_a_killed_job_leaves_in_its_folder_goes_with_it():
    told: list[str] = []
    with pytest.raises(TooBig):
        run("litter", tell=told.append)
    assert len(told) == 1
    assert not Path(told[0]).exists()


# Its caps


def test_too_much_memory_stops_it():
    with pytest.raises(TooBig, match="memory limit"):
        run("allocate", Caps(memory=256 * MIB, seconds=30), size=400 * MIB)


def test_control_with_more_memory_it_answers():
    assert run("allocate", Caps(memory=1024 * MIB, seconds=30), size=400 * MIB) == str(400 * MIB).encode()


def test_a_library_that_aborts_for_want_of_memory_is_too_big():
    with pytest.raises(TooBig, match="failed to allocate"):
        run("abort_for_memory")


def test_too_long_a_sleep_stops_it_and_what_it_started():
    told: list[str] = []
    with pytest.raises(TooLong):
        run("sleep", LONG_ENOUGH_TO_START, tell=told.append)
    assert all(gone(int(number)) for number in told[0].split())


@pytest.mark.parametrize("job", ["spin", "chatter"])
def test_work_without_end_stops_it(job):
    with pytest.raises(TooLong):
        run(job, BRIEF)


def test_too_large_an_answer_stops_it():
    with pytest.raises(Failed, match="File too large"):
        run("fill", Caps(memory=512 * MIB, seconds=30, answer=MIB), size=2 * MIB)
    assert len(run("fill", size=2 * MIB)) == 2 * MIB


# How it ends


def test_its_last_words_are_kept_for_the_log():
    with pytest.raises(Failed, match=r"(?s)exit code 1: .*RuntimeError: a jam"):
        run("crash")


def test_a_crash_in_a_library_is_a_failure():
    with pytest.raises(Failed, match=f"exit code -{signal.SIGSEGV:d}"):
        run("segfault")


def test_a_kill_from_outside_is_want_of_memory():
    with pytest.raises(TooBig):
        run("killed")


def test_a_job_that_is_not_there_is_a_failure():
    with pytest.raises(Failed, match="No module named"):
        capped.run("tests.gallery.no_such_job", b"", ROOMY, gate="tests")


def test_no_process_to_be_had_is_a_failure(monkeypatch):
    monkeypatch.setattr(capped, "ENTRY", Path("/no/such/entry"))
    with pytest.raises(Failed, match="no/such/entry"):
        run("crash")
    monkeypatch.setattr(sys, "executable", "/no/such/python")
    with pytest.raises(Failed, match="could not be run"):
        run("crash")


def test_whoever_listens_and_fails_ends_it():
    numbers: list[int] = []

    def hears_badly(line: str) -> None:
        numbers.extend(map(int, line.split()))
        raise LookupError

    with pytest.raises(LookupError):
        run("sleep", tell=hears_badly)
    assert all(gone(number) for number in numbers)


def test_what_nobody_wants_any_more_ends_soon():
    numbers: list[int] = []
    begun = time.monotonic()
    with pytest.raises(Stopped):
        capped.run(
            "tests.gallery.capped_jobs",
            b'{"do": "sleep"}',
            ROOMY,
            gate="tests",
            tell=lambda line: numbers.extend(map(int, line.split())),
            wanted=lambda: not numbers,
        )
    assert time.monotonic() - begun < SOON  # its start included
    assert all(gone(number) for number in numbers)


CALLER = """
import sys
from django.conf import settings
settings.configure(DATA_DIR=sys.argv[1])
from gallery import capped
capped.run("tests.gallery.capped_jobs", b'{"do": "sleep"}', capped.Caps(memory=2**29, seconds=60),
           gate="tests", tell=lambda line: print(line, flush=True))
"""


@pytest.mark.parametrize("way", [signal.SIGTERM, signal.SIGKILL])
def test_it_ends_with_whoever_called_it(tmp_path, way):
    command = [sys.executable, "-c", CALLER, str(tmp_path)]
    with subprocess.Popen(command, cwd=capped.ROOT, stdout=subprocess.PIPE, text=True) as caller:
        numbers = [int(number) for number in caller.stdout.readline().split()]
        with pytest.raises(Busy):
            run("count", Caps(memory=2**29, seconds=30, patience=0, at_once=1), to=1)
        caller.send_signal(way)
    assert all(gone(number) for number in numbers)
    assert run("count", Caps(memory=2**29, seconds=30, at_once=1), to=1) == b"counted"


# How many at once


class Started:
    """Counts the jobs that have started, and waits until they are that many."""

    def __init__(self, count: int) -> None:
        self.all = threading.Barrier(count + 1)

    def __call__(self, _: str) -> None:
        self.all.wait(120)


def test_a_third_waits_for_a_place_and_is_then_told(tmp_path):
    end, started = tmp_path / "end", Started(2)
    with ThreadPoolExecutor(2) as pool:
        held = [pool.submit(run, "hold", ROOMY, tell=started, until=str(end)) for _ in range(2)]
        started.all.wait(120)
        with pytest.raises(Busy):
            run("count", NO_WAIT, to=1)
        assert run("count", NO_WAIT, gate="others", to=1) == b"counted"  # control: another gate is free
        end.touch()
        assert [job.result() for job in held] == [b"held", b"held"]
    assert run("count", NO_WAIT, to=1) == b"counted"


def test_a_third_that_waits_comes_in_when_one_ends(tmp_path):
    end, started = tmp_path / "end", Started(2)
    with ThreadPoolExecutor(3) as pool:
        held = [pool.submit(run, "hold", ROOMY, tell=started, until=str(end)) for _ in range(2)]
        started.all.wait(120)
        assert not capped.awaited("tests")
        third = pool.submit(run, "count", ROOMY, to=1)
        while not capped.awaited("tests"):
            time.sleep(0.01)
        end.touch()
        assert [job.result() for job in [*held, third]] == [b"held", b"held", b"counted"]


def test_where_nobody_may_wait_one_is_told_at_once(tmp_path):
    end, started = tmp_path / "end", Started(1)
    full = Caps(memory=512 * MIB, seconds=30, at_once=1, waiting=0, patience=600)
    with ThreadPoolExecutor(1) as pool:
        held = pool.submit(run, "hold", full, tell=started, until=str(end))
        started.all.wait(120)
        with pytest.raises(Busy, match="0 are waiting"):
            run("count", full, to=1)
        end.touch()
        assert held.result() == b"held"


def test_a_lock_that_another_user_made_is_a_lock(tmp_path, monkeypatch):
    """Someone printed from the command line, as root: the server may only read what that left."""
    real = os.open

    def refuses(path, flags, mode=0o777):
        if flags & os.O_RDWR and str(path).endswith(".lock"):
            raise PermissionError
        return real(path, flags, mode)

    assert run("count", to=1) == b"counted"
    [first] = tmp_path.glob("locks/*-1.lock")
    first.with_name("tests-2.lock").touch()
    assert first.stat().st_mode & 0o444 == 0o444
    monkeypatch.setattr(os, "open", refuses)
    assert run("count", to=1) == b"counted"


def test_a_failed_job_gives_its_place_back():
    for _ in range(3):
        with pytest.raises(Failed):
            run("crash", NO_WAIT)
