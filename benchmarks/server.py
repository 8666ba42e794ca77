"""A real server on a data directory of its own, and a client that counts what the server spends."""

import http.client
import os
import signal
import socket
import statistics
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
TICKS = os.sysconf("SC_CLK_TCK")


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def environment(folder: str, port: int) -> dict[str, str]:
    return os.environ | {
        "MEASURE_GALLERY_DATA": folder,
        "MEASURE_GALLERY_SECRET_KEY": "benchmarks-only-" * 3,
        "MEASURE_GALLERY_BASE_URL": f"http://127.0.0.1:{port}",
        "DATABASE_URL": f"sqlite:///{folder}/gallery.sqlite3",
        "DJANGO_SETTINGS_MODULE": "benchmarks.settings",
        "HOST": "127.0.0.1",
        "PORT": str(port),
    }


@contextmanager
def serving(folder: str, port: int) -> Iterator[int]:
    """The server's process id, while it serves with one worker as `make run` would with two."""
    arguments = ["--interface", "wsgi", "--host", "127.0.0.1", "--port", str(port), "--workers", "1"]
    arguments += ["--blocking-threads", "32", "--no-ws", "--log-level", "error", "gallery.wsgi:application"]
    process = subprocess.Popen(
        [sys.executable, "-m", "granian", *arguments], cwd=ROOT, env=environment(folder, port)
    )
    try:
        until_it_answers(port)
        yield process.pid
    finally:
        process.send_signal(signal.SIGTERM)
        process.wait(timeout=20)


def until_it_answers(port: int) -> None:
    for _ in range(200):
        try:
            fetch(port, "/hello/", 1)
        except OSError:
            time.sleep(0.05)
        else:
            return
    raise SystemExit("The server did not come up within ten seconds.")


def cpu_seconds(pid: int) -> float:
    """CPU time of a process and its children so far, from the kernel's own counters."""
    total = 0.0
    for one in [pid, *children(pid)]:
        fields = Path(f"/proc/{one}/stat").read_text().rsplit(")", 1)[1].split()
        total += (int(fields[11]) + int(fields[12])) / TICKS
    return total


def children(pid: int) -> list[int]:
    listed = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
    return [int(child) for child in listed]


def fetch(
    port: int, path: str, times: int, cookie: str = "", first: Callable[[], object] | None = None
) -> int:
    """Ask for a page over one kept connection, each time after what is done `first`.

    Returns the bytes of the last answer.
    """
    link = http.client.HTTPConnection("127.0.0.1", port, timeout=10)
    size = 0
    for _ in range(times):
        if first:
            first()
        link.request("GET", path, headers={"Accept-Encoding": "gzip", "Cookie": cookie})
        answer = link.getresponse()
        size = len(answer.read())
        if answer.status != 200:
            raise SystemExit(f"{path} answered {answer.status}")
    link.close()
    return size


def cost(
    pid: int, port: int, path: str, *, times: int = 800, at_once: int = 8, cookie: str = ""
) -> tuple[float, float]:
    """Server CPU in milliseconds a request, and requests a second."""
    fetch(port, path, 20, cookie)
    before, start = cpu_seconds(pid), time.perf_counter()
    each = [port, path, times // at_once, cookie]
    threads = [threading.Thread(target=fetch, args=each) for _ in range(at_once)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    spent, took = cpu_seconds(pid) - before, time.perf_counter() - start
    return spent / times * 1000, times / took


def median_cost(
    pid: int, port: int, path: str, runs: int = 3, *, times: int = 800, cookie: str = ""
) -> tuple[float, float]:
    found = [cost(pid, port, path, times=times, cookie=cookie) for _ in range(runs)]
    return statistics.median(cpu for cpu, _ in found), statistics.median(rate for _, rate in found)
