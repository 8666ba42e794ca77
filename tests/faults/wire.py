"""The wire to a database server, which can be cut and mended while the app runs."""

import socket
import threading
from collections.abc import Callable
from contextlib import suppress
from urllib.parse import urlsplit, urlunsplit


class Wire:
    """Carries bytes both ways between a port of its own and the server of `url`."""

    def __init__(self, url: str) -> None:
        self.parts = urlsplit(url)
        self.ends: list[socket.socket] = []
        self.threads: list[threading.Thread] = []
        self.lock = threading.Lock()
        self.port = 0
        self.mend()

    @property
    def url(self) -> str:
        user = f"{self.parts.netloc.rpartition('@')[0]}@" if "@" in self.parts.netloc else ""
        return urlunsplit(self.parts._replace(netloc=f"{user}127.0.0.1:{self.port}"))

    def mend(self) -> None:
        self.listener = socket.create_server(("127.0.0.1", self.port), backlog=64)
        self.port = int(self.listener.getsockname()[1])
        self._begin(self._accept, self.listener)

    def cut(self) -> None:
        """What is open breaks off, and whoever tries anew is refused."""
        _break(self.listener)
        with self.lock:
            ends, self.ends = self.ends, []
        for end in ends:
            _break(end)

    def _accept(self, listener: socket.socket) -> None:
        target = (self.parts.hostname or "127.0.0.1", self.parts.port or 5432)
        while True:
            try:
                near, _ = listener.accept()
            except OSError:
                return
            far = socket.create_connection(target, timeout=30)
            far.settimeout(None)
            with self.lock:
                self.ends += [near, far]
            self._begin(_carry, near, far)
            self._begin(_carry, far, near)

    def _begin(self, act: Callable[..., None], *given: socket.socket) -> None:
        thread = threading.Thread(target=act, args=given)
        self.threads.append(thread)
        thread.start()

    def __enter__(self) -> "Wire":
        return self

    def __exit__(self, *_: object) -> None:
        self.cut()
        for thread in self.threads:
            thread.join(timeout=30)


def _carry(one: socket.socket, other: socket.socket) -> None:
    with suppress(OSError):
        while found := one.recv(65536):
            other.sendall(found)
    _break(other)


def _break(end: socket.socket) -> None:
    with suppress(OSError):
        end.shutdown(socket.SHUT_RDWR)  # wakes whoever waits in it
    end.close()
