"""Jobs for the tests of gallery/capped.py. They run in a process of their own, without Django."""

import ctypes
import json
import os
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

Tell = Callable[[str], None]


def work(question: bytes, tell: Tell) -> bytes:
    """The question names the job and what it needs."""
    asked = json.loads(question)
    return globals()[asked.pop("do")](tell, **asked)


def echo(tell: Tell, words: str) -> bytes:
    print("noise on stdout " * 10_000)  # noqa: T201
    print("noise on stderr " * 10_000, file=sys.stderr)  # noqa: T201
    return words.encode()


def count(tell: Tell, to: int) -> bytes:
    for number in range(to):
        tell(f"number {number}")
    return b"counted"


def environment(tell: Tell) -> bytes:
    return json.dumps([dict(os.environ), sorted(sys.modules)]).encode()


def allocate(tell: Tell, size: int) -> bytes:
    return str(len(bytearray(size))).encode()


def abort_for_memory(tell: Tell) -> bytes:
    """As GLib does."""
    os.write(2, b"failed to allocate 1073741824 bytes\n")
    os.abort()


def sleep(tell: Tell) -> bytes:
    """With a process of its own, which sleeps too."""
    other = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(600)"])
    tell(f"{os.getpid()} {other.pid}")
    time.sleep(600)
    return b""


def spin(tell: Tell) -> bytes:
    while True:
        pass


def chatter(tell: Tell) -> bytes:
    while True:
        tell("word " * 1000)


def litter(tell: Tell) -> bytes:
    """As WeasyPrint does when it is killed over its fonts."""
    tell(tempfile.mkdtemp())
    os.kill(os.getpid(), signal.SIGKILL)
    return b""


def crash(tell: Tell) -> bytes:
    raise RuntimeError("a jam")


def segfault(tell: Tell) -> bytes:
    ctypes.string_at(0)
    return b""


def killed(tell: Tell) -> bytes:
    os.kill(os.getpid(), signal.SIGKILL)
    return b""


def fill(tell: Tell, size: int) -> bytes:
    return b"x" * size


def hold(tell: Tell, until: str) -> bytes:
    """Run until there is a file of that name."""
    tell("started")
    while not Path(until).exists():
        time.sleep(0.01)
    return b"held"
