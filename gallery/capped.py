"""One job in a process of its own, under caps of memory and time, and never more of them than a few at once.

For work on what people hand in, which nobody can foresee the size of: laying out pages, decoding
pictures. A job is a module with `work(question: bytes, tell: Callable[[str], None]) -> bytes`. Its
process has our code and its question, but no database, no settings and no secret; it ends when
its caps are reached, and also when this process ends, however that happens.
"""

from __future__ import annotations

import fcntl
import os
import signal
import socket
import subprocess  # nosec B404 - starts our own interpreter only, without a shell
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from django.conf import settings

ROOT = Path(__file__).resolve().parent.parent
ENTRY = Path(__file__).with_name("capped_entry.py")
OUT_OF_MEMORY = 77  # as in capped_entry.py
LAST_WORDS = 4000  # bytes
LOOK = 0.2  # seconds between two looks at whether a job is still wanted
# What libraries in C say when they get no memory, or no stack for a thread, before they abort.
NO_MEMORY = ["allocate", "out of memory", "Resource temporarily unavailable"]
# What a process needs to find its libraries, fonts and their cache. Nothing of ours is among them.
KEPT = frozenset(
    [
        "PATH",
        "HOME",
        "LANG",
        "LC_ALL",
        "LC_CTYPE",
        "TZ",
        "XDG_CACHE_HOME",
        "XDG_CONFIG_HOME",
        "XDG_DATA_HOME",
        "XDG_DATA_DIRS",
        "FONTCONFIG_FILE",
        "FONTCONFIG_PATH",
        "FONTCONFIG_SYSROOT",
        "LD_LIBRARY_PATH",
        "DYLD_FALLBACK_LIBRARY_PATH",
    ]
)


@dataclass(frozen=True)
class Caps:
    """What one job may take. `memory` is address space (not held on macOS, which ignores that limit)."""

    memory: int  # bytes
    seconds: float  # of processor time, and by the clock
    answer: int = 256 * 1024**2  # bytes
    at_once: int = 2  # in all processes that share the data directory
    patience: float = 20.0  # seconds to wait for a place
    waiting: int = 1  # how many may wait; each keeps a thread of the server, which visitors need too


class NotDone(Exception):  # noqa: N818 - what became of a job, told to a person by whoever asked for it
    """There is no answer. The message is for the log, not for a person."""


class Busy(NotDone):
    """As many jobs run as may, and none ended while we waited: worth another try."""


class TooLong(NotDone):
    """The job was stopped at its time limit."""


class TooBig(NotDone):
    """The job was stopped at its memory limit, or by a system short of memory."""


class Stopped(NotDone):
    """Nobody wants the answer any more."""


class Failed(NotDone):
    """The job failed or could not be started; the message ends with its last words."""


def run(
    job: str,
    question: bytes,
    caps: Caps,
    *,
    gate: str,
    tell: Callable[[str], None] = lambda _: None,
    wanted: Callable[[], bool] = lambda: True,
) -> bytes:
    """The answer of the job, the name of a module, to the question.

    `gate` names the jobs that share `caps.at_once` places. `tell` hears each line that the job tells.
    The job is ended soon after `wanted` says no.
    Raises Busy, TooLong, TooBig, Stopped or Failed.
    """
    try:
        with _place(gate, caps) as place, _files() as (asked, answered, said):
            asked.write(question)
            asked.seek(0)
            code = _run(job, caps, (asked, answered, said), place, tell, wanted)
            if code:
                raise _reason(code, job, _last(said))
            answered.seek(0)
            return answered.read()
    except OSError as problem:  # no room on the disk, no process to be had
        raise Failed(f"{job} could not be run: {problem}") from problem


@contextmanager
def _place(gate: str, caps: Caps) -> Iterator[int]:
    """One of the gate's places, as a locked file. Raises Busy. A lock ends with its processes."""
    folder = Path(settings.DATA_DIR, "locks")
    folder.mkdir(parents=True, exist_ok=True)
    place = _free(folder, gate, caps.at_once)
    if place is None:
        place = _waited_for(folder, gate, caps)
    try:
        yield place
    finally:
        os.close(place)


def _queue(gate: str) -> int:
    folder = Path(settings.DATA_DIR, "locks")
    folder.mkdir(parents=True, exist_ok=True)
    return _opened(folder / f"{gate}-queue.lock")


@contextmanager
def queued(gate: str) -> Iterator[None]:
    """Be seen as waiting for a place of this gate."""
    seen = _queue(gate)
    try:
        fcntl.flock(seen, fcntl.LOCK_SH)
        yield
    finally:
        os.close(seen)


def awaited(gate: str) -> bool:
    """Whether anyone waits for a place of this gate, so that whoever has many jobs can let them in."""
    seen = _queue(gate)
    try:
        fcntl.flock(seen, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return True
    finally:
        os.close(seen)
    return False


def _waited_for(folder: Path, gate: str, caps: Caps) -> int:
    seat = _free(folder, f"{gate}-waiting", caps.waiting)
    if seat is None:
        raise Busy(f"{caps.at_once} jobs of {gate} are running, and {caps.waiting} are waiting")
    try:
        until = time.monotonic() + caps.patience
        with queued(gate):
            while (place := _free(folder, gate, caps.at_once)) is None:
                if time.monotonic() >= until:
                    raise Busy(f"{caps.at_once} jobs of {gate} are running")
                time.sleep(0.05)
            return place
    finally:
        os.close(seat)


def _free(folder: Path, gate: str, at_once: int) -> int | None:
    for number in range(1, at_once + 1):
        place = _opened(folder / f"{gate}-{number}.lock")
        try:
            fcntl.flock(place, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            os.close(place)
        else:
            return place
    return None


def _opened(path: Path) -> int:
    """To write where we may, as NFS asks of a lock; another user's, from the command line, to read."""
    try:
        return os.open(path, os.O_RDWR | os.O_CREAT, 0o644)
    except PermissionError:
        return os.open(path, os.O_RDONLY)


@contextmanager
def _files() -> Iterator[tuple[IO[bytes], IO[bytes], IO[bytes]]]:
    """Question, answer and last words, as files without a name: pipes could fill up and jam."""
    with (
        tempfile.TemporaryFile() as asked,
        tempfile.TemporaryFile() as answered,
        tempfile.TemporaryFile() as said,
    ):
        yield asked, answered, said


def _run(
    job: str,
    caps: Caps,
    files: tuple[IO[bytes], IO[bytes], IO[bytes]],
    place: int,
    tell: Callable[[str], None],
    wanted: Callable[[], bool],
) -> int:
    """The child's exit code. It keeps our place locked for as long as it lives.

    What it leaves in its folder for a while goes with it: WeasyPrint's fonts stay there when it is killed.
    """
    asked, answered, said = files
    ours, theirs = socket.socketpair()
    with ours, tempfile.TemporaryDirectory(prefix="capped-", ignore_cleanup_errors=True) as scratch:
        with theirs:
            numbers = [theirs.fileno(), caps.memory, caps.seconds, caps.answer]
            child = subprocess.Popen(  # noqa: S603  # nosec B603 - our own interpreter and module
                [sys.executable, "-I", "-X", "utf8", str(ENTRY), str(ROOT), job, *map(str, numbers)],
                stdin=asked,
                stdout=answered,
                stderr=said,
                env=_environment() | {"TMPDIR": scratch},
                pass_fds=[theirs.fileno(), place],
                start_new_session=True,
            )
        try:
            return _listen(ours, child, time.monotonic() + caps.seconds, tell, wanted)
        finally:
            _end(child)


def _environment() -> dict[str, str]:
    return {name: value for name, value in os.environ.items() if name in KEPT} | {"MALLOC_ARENA_MAX": "2"}


def _listen(
    channel: socket.socket,
    child: subprocess.Popen[bytes],
    until: float,
    tell: Callable[[str], None],
    wanted: Callable[[], bool],
) -> int:
    """Pass on what the child tells until it ends. Raises TooLong or Stopped."""
    line = b""
    try:
        while heard := _heard(channel, until, wanted):
            *lines, line = (line + heard).split(b"\n")
            for whole in lines:
                tell(whole.decode(errors="replace"))
        return child.wait(max(0.01, until - time.monotonic()))
    except (TimeoutError, subprocess.TimeoutExpired):
        raise TooLong("stopped at its time limit") from None


def _heard(channel: socket.socket, until: float, wanted: Callable[[], bool]) -> bytes:
    """What the child says next, or nothing where it has ended. Raises TimeoutError or Stopped."""
    while (left := until - time.monotonic()) > 0:
        if not wanted():
            raise Stopped("nobody wants it any more")
        channel.settimeout(min(left, LOOK))
        with suppress(TimeoutError):
            return channel.recv(65536)
    raise TimeoutError


def _end(child: subprocess.Popen[bytes]) -> None:
    """Nothing of the child is left, whatever it was doing."""
    if child.poll() is None:
        with suppress(ProcessLookupError, PermissionError):  # it ended just now
            os.killpg(child.pid, signal.SIGKILL)
    child.wait()


def _last(said: IO[bytes]) -> str:
    said.seek(max(0, said.seek(0, os.SEEK_END) - LAST_WORDS))
    return said.read().decode(errors="replace").strip()


def _reason(code: int, job: str, words: str) -> NotDone:
    if code == -signal.SIGXCPU:
        return TooLong(f"{job} was stopped at its limit of processor time")
    # A system short of memory sends SIGKILL.
    if code in {OUT_OF_MEMORY, -signal.SIGKILL} or (code < 0 and any(said in words for said in NO_MEMORY)):
        return TooBig(f"{job} was stopped at its memory limit (exit code {code}): {words}")
    return Failed(f"{job} ended with exit code {code}: {words}")
