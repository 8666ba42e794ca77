"""A real server on a data folder, a database and a port of its own: started, stopped, killed by its pids."""

import http.client
import os
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from tests.faults.databases import Database

ROOT = Path(__file__).resolve().parent.parent.parent
SECRET = "faults-only-" * 4


def until(so: Callable[[], Any], what: str, seconds: float = 120) -> Any:
    """Wait, for a bounded time, until something is so; returns what it gave."""
    end = time.monotonic() + seconds
    while not (found := so()):
        if time.monotonic() > end:
            raise AssertionError(f"Not within {seconds} s: {what}")
        time.sleep(0.02)
    return found


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def environment(folder: Path, url: str, port: int = 8000) -> dict[str, str]:
    return os.environ | {
        "DJANGO_SETTINGS_MODULE": "gallery.settings",
        "MEASURE_GALLERY_DATA": str(folder),
        "MEASURE_GALLERY_SECRET_KEY": SECRET,
        "MEASURE_GALLERY_BASE_URL": f"http://127.0.0.1:{port}",
        "DATABASE_URL": url,
        "HOST": "127.0.0.1",
        "PORT": str(port),
    }


@dataclass(frozen=True)
class Room:
    """A gallery with open doors, a poster of it, and the numbers of all its posters."""

    code: str
    number: int
    others: tuple[int, ...] = ()

    @property
    def address(self) -> str:
        return f"/g/{self.code}/{self.number}/"

    def every_poster(self) -> "list[Room]":
        return [replace(self, number=number) for number in self.others]


@dataclass
class House:
    folder: Path
    database: Database
    rooms: list[Room]
    cookies: dict[str, str]  # of a facilitator who is logged in
    port: int = field(default_factory=free_port)
    process: "subprocess.Popen[bytes] | None" = None

    def start(self, broken: str = "", *, url: str = "", **settings: str) -> None:
        """Serve, and wait until every worker does. `broken` names a variant of tests/faults/broken.py."""
        asked = environment(self.folder, url or self.database.url, self.port)
        asked |= {"FAULTS_BROKEN": broken, "FAULTS_FOLDER": str(self.folder)}
        asked |= {"MEASURE_GALLERY_WORKERS": "2", **settings}
        with self.log.open("ab") as log:
            self.process = subprocess.Popen(
                [sys.executable, "-m", "tests.faults.launch"],
                cwd=ROOT,
                env=asked,
                stdout=log,
                stderr=log,
                start_new_session=True,
            )
        # A worker that is told to end in its first moments never hears of it: let each one come to rest.
        workers = int(asked["MEASURE_GALLERY_WORKERS"])
        until(lambda: self._runs() and listeners(self.port) == workers, "the workers")
        until(self._answers, "an answer of the server")
        until(lambda: all(map(is_at_rest, self.workers())), "the workers' rest")

    @property
    def log(self) -> Path:
        return self.folder.parent / f"{self.folder.name}.log"

    def _runs(self) -> bool:
        assert self.process is not None
        assert self.process.poll() is None, f"The server ended:\n{self.log.read_text()[-2000:]}"
        return True

    def _answers(self) -> bool:
        link = http.client.HTTPConnection("127.0.0.1", self.port, timeout=10)
        try:
            link.request("GET", "/")
            return link.getresponse().status == 200
        except (OSError, http.client.HTTPException):
            return False
        finally:
            link.close()

    def workers(self) -> list[int]:
        """The processes that answer, and what watches over them."""
        assert self.process is not None
        return children(self.process.pid)

    def stop(self, seconds: float = 120) -> None:
        """As systemd and Ctrl+C do: ask the main process to end, and wait until all have."""
        assert self.process is not None
        every = [self.process.pid, *self.workers()]
        self.process.send_signal(signal.SIGTERM)
        self.process.wait(timeout=seconds)
        until(lambda: not any(map(is_alive, every)), "the end of the workers")

    def kill(self) -> None:
        """`kill -9` of every process at once."""
        assert self.process is not None
        every = [self.process.pid, *self.workers()]
        os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait(timeout=120)
        until(lambda: not any(map(is_alive, every)), "the death of the workers")

    def end(self) -> None:
        """Whatever happened: nothing is left running, and no database is left behind."""
        if self.process is not None and self.process.poll() is None:
            self.kill()
        self.database.drop()
        shutil.rmtree(self.folder, ignore_errors=True)


def listeners(port: int) -> int:
    """How many sockets listen on a port: each worker has one of its own."""
    lines = Path("/proc/net/tcp").read_text().splitlines()[1:]
    return sum(1 for line in lines if line.split()[1].endswith(f":{port:04X}") and line.split()[3] == "0A")


def children(pid: int) -> list[int]:
    try:
        listed = Path(f"/proc/{pid}/task/{pid}/children").read_text()
    except OSError:
        return []
    return [int(child) for child in listed.split()]


def is_at_rest(pid: int) -> bool:
    """Whether every thread of a process sleeps, in ten looks one after the other."""
    for _ in range(10):
        time.sleep(0.005)
        for thread in Path(f"/proc/{pid}/task").iterdir():
            if state_of(thread / "stat") not in {"S", ""}:
                return False
    return True


def is_alive(pid: int) -> bool:
    return state_of(Path(f"/proc/{pid}/stat")) not in {"Z", "X", ""}


def state_of(stat: Path) -> str:
    """R runs, S sleeps, Z is dead and not buried; nothing where there is no such process."""
    try:
        return stat.read_text().rsplit(")", 1)[1].split()[0]
    except OSError:
        return ""
