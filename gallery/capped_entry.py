"""Where the process of a capped job begins: caps first, then the job. Started by gallery/capped.py only.

It runs as a script and imports nothing but the standard library before the caps are set.
"""

from __future__ import annotations

import importlib
import os
import resource
import signal
import socket
import sys
import threading
import traceback
from pathlib import Path

OUT_OF_MEMORY = 77  # as in capped.py
FILES = 256


def main(root: str, job: str, channel: str, memory: str, seconds: str, answer: str) -> None:
    _cap(int(memory), round(float(seconds)) or 1, int(answer))
    answered = os.dup(1)
    os.dup2(2, 1)  # what a library prints is no part of the answer
    caller = socket.socket(fileno=int(channel))
    threading.Thread(target=_end_with, args=[caller], daemon=True).start()
    sys.path.insert(0, root)
    question = sys.stdin.buffer.read()
    found = importlib.import_module(job).work(question, lambda line: caller.sendall(f"{line}\n".encode()))
    with os.fdopen(answered, "wb") as file:
        file.write(found)


def _cap(memory: int, seconds: int, answer: int) -> None:
    """Limits of this process and of what it starts; and the visitors' pages go first."""
    os.nice(5)
    _limit(resource.RLIMIT_CORE, 0)
    _limit(resource.RLIMIT_CPU, seconds, grace=1)
    _limit(resource.RLIMIT_FSIZE, answer)
    _limit(resource.RLIMIT_NOFILE, FILES)
    if sys.platform != "darwin":  # which refuses it, or ignores it
        _limit(resource.RLIMIT_AS, memory)


def _limit(which: int, most: int, grace: int = 0) -> None:
    """Never above what the system allows already."""
    allowed = resource.getrlimit(which)[1]
    if allowed == resource.RLIM_INFINITY:
        allowed = most + grace
    resource.setrlimit(which, (min(most, allowed), min(most + grace, allowed)))


def _end_with(caller: socket.socket) -> None:
    """The caller sends nothing: what arrives is its end, and nobody waits for an answer any more."""
    caller.recv(1)
    os.killpg(os.getpid(), signal.SIGKILL)  # the leader of its group, with all that it started


if __name__ == "__main__":
    code = 0
    try:
        sys.path[:] = [folder for folder in sys.path if folder != str(Path(__file__).parent)]
        main(*sys.argv[1:])
    except MemoryError:
        code = OUT_OF_MEMORY
    except BaseException:
        code = 1
        traceback.print_exc()
    sys.stderr.flush()
    os._exit(code)  # at once: what is left to tidy up ends with the process
