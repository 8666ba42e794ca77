"""A line that breaks: a TCP proxy with one port for each point at which it cuts a request.

Cut means cut: both sides get a reset, as when a phone walks out of the Wi-Fi.
"""

import socket
import struct
import threading
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from enum import Enum

RESET = struct.pack("ii", 1, 0)  # SO_LINGER for no seconds: close() sends a reset


class Cut(Enum):
    BEFORE = "before the send"
    MID_BODY = "in the body"
    AFTER_BODY = "after the body"
    MID_ANSWER = "in the answer"
    AFTER_ANSWER = "after the answer"
    NEVER = "never"


POINTS = [cut for cut in Cut if cut is not Cut.NEVER]


class Line:
    """Listens on one port and cuts every request that comes there at the same point."""

    def __init__(self, cut: Cut, target: int, happened: "Counter[Cut]") -> None:
        self.cut, self.target, self.happened = cut, target, happened
        self.listener = socket.create_server(("127.0.0.1", 0), backlog=256)
        self.port = int(self.listener.getsockname()[1])
        self.open = True
        self.threads: list[threading.Thread] = []
        self.accepting = threading.Thread(target=self._accept)
        self.accepting.start()

    def close(self) -> None:
        self.open = False
        with suppress(OSError):
            self.listener.shutdown(socket.SHUT_RDWR)  # wakes accept()
        self.listener.close()
        self.accepting.join(timeout=30)
        for thread in self.threads:
            thread.join(timeout=30)

    def _accept(self) -> None:
        while self.open:
            try:
                phone, _ = self.listener.accept()
            except OSError:
                return
            thread = threading.Thread(target=self._carry, args=[phone])
            self.threads.append(thread)
            thread.start()

    def _carry(self, phone: socket.socket) -> None:
        phone.settimeout(30)
        with suppress(OSError):
            if self.cut is not Cut.BEFORE:
                self._reach_the_server(phone)
            self.happened[self.cut] += 1
        self._end(phone)

    def _reach_the_server(self, phone: socket.socket) -> None:
        request = whole_request(phone)
        server = socket.create_connection(("127.0.0.1", self.target), timeout=30)
        try:
            self._pass_on(request, phone, server)
        finally:
            self._end(server)

    def _pass_on(self, request: bytes, phone: socket.socket, server: socket.socket) -> None:
        head, _, body = request.partition(b"\r\n\r\n")
        if self.cut is Cut.MID_BODY:
            server.sendall(head + b"\r\n\r\n" + body[: len(body) // 2])
            return
        server.sendall(request)
        if self.cut is Cut.AFTER_BODY:
            return
        answer = until_the_end(server)
        phone.sendall(answer[: len(answer) // 2] if self.cut is Cut.MID_ANSWER else answer)

    def _end(self, end: socket.socket) -> None:
        if self.cut is Cut.AFTER_ANSWER:
            # A reset would throw away what the phone has not read yet: let it read to the end first.
            with suppress(OSError):
                end.shutdown(socket.SHUT_WR)
                end.recv(1)
        if self.cut is not Cut.NEVER:
            end.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, RESET)
        end.close()


def whole_request(phone: socket.socket) -> bytes:
    """Headers and body, however many pieces they come in."""
    data = b""
    while b"\r\n\r\n" not in data:
        data += _more(phone)
    head, _, body = data.partition(b"\r\n\r\n")
    fields = dict(line.lower().split(b":", 1) for line in head.split(b"\r\n")[1:])
    missing = int(fields.get(b"content-length", b"0")) - len(body)
    while missing > 0:
        more = _more(phone)
        data, missing = data + more, missing - len(more)
    return data


def _more(end: socket.socket) -> bytes:
    found = end.recv(65536)
    if not found:
        raise ConnectionError
    return found


def until_the_end(server: socket.socket) -> bytes:
    """The answer of a server that was asked to close the connection after it."""
    data = b""
    while found := server.recv(65536):
        data += found
    return data


@contextmanager
def breaking_lines(target: int) -> Iterator[tuple[dict[Cut, int], "Counter[Cut]"]]:
    """A port for each point, and how often each has been cut."""
    happened: Counter[Cut] = Counter()
    lines = {cut: Line(cut, target, happened) for cut in Cut}
    try:
        yield {cut: line.port for cut, line in lines.items()}, happened
    finally:
        for line in lines.values():
            line.close()
