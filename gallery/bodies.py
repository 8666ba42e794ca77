"""What a request brings is bounded before the application runs: in bytes, and in how many are waited for.

A body that is announced and never sent holds one of the server's threads for as long as the sender
likes: granian can't be told to stop reading. So only some threads may wait; the others go on with
pages. A body that has arrived is read in no time. One that is refused unread ends its connection.
"""

import io
import threading
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.core.handlers.wsgi import get_path_info
from django.urls import Resolver404, resolve

Environ = dict[str, Any]
App = Callable[[Environ, Callable[..., Any]], Iterable[bytes]]

SLACK = 64 * 1024  # bytes of a form around its fields or its file
SHORTLY = 0.05  # seconds that a body waits for its turn, in a burst of many
FILES = 4  # files on their way at once in one worker
FREE = 4  # threads of one worker that never wait for what is sent
RETRY_SECONDS = 10
REFUSED = "gallery.refused"  # where the middleware finds the refusal in the environment

CUT = (
    "What you sent did not arrive whole, so nothing of it was kept. "
    "Go back: what you typed is still in your browser. Send it once more."
)
CROWDED = (
    "Too many people are sending something just now, so nothing of yours was kept. "
    "What you typed is still in your browser. Send it once more in a few seconds."
)
TOO_LARGE = (
    "What you sent is too large to be taken in one go, so nothing of it was kept. "
    "Go back: what you typed is still in your browser. Make it smaller, or send it in parts."
)
NO_LENGTH = (
    "What you sent does not say how long it is, so nothing of it was kept. Send it from the page’s form."
)


@dataclass(frozen=True)
class Refusal:
    """What is told instead of running the application, and after how many seconds to try again."""

    status: int
    words: str
    retry_seconds: int = 0


class Bodies:
    """A WSGI application that reads a request's body for the one within, or says why it doesn't."""

    def __init__(self, app: App, threads: int | None = None) -> None:
        self.app = app
        self.files = threading.BoundedSemaphore(FILES)
        self.forms = threading.BoundedSemaphore(max(1, (threads or settings.THREADS) - FILES - FREE))

    def __call__(self, environ: Environ, start: Callable[..., Any]) -> Iterable[bytes]:
        if environ["REQUEST_METHOD"] != "POST":
            return self.app(emptied(environ), start)
        length = announced(environ)
        if length is None:
            return self._refused(environ, start, Refusal(411, NO_LENGTH))
        most = largest_file(environ)
        if length > (most or settings.DATA_UPLOAD_MAX_MEMORY_SIZE + SLACK):
            return self._refused(environ, start, Refusal(413, TOO_LARGE))
        return self._file(environ, start) if most else self._form(environ, start, length)

    def _form(self, environ: Environ, start: Callable[..., Any], length: int) -> Iterable[bytes]:
        if not self.forms.acquire(timeout=SHORTLY):
            return self._refused(environ, start, Refusal(503, CROWDED, RETRY_SECONDS))
        try:
            found = environ["wsgi.input"].read(length) if length else b""
        finally:
            self.forms.release()
        if len(found) < length:
            return self._refused(environ, start, Refusal(400, CUT))
        return self.app({**environ, "wsgi.input": io.BytesIO(found)}, start)

    def _file(self, environ: Environ, start: Callable[..., Any]) -> Iterable[bytes]:
        if not self.files.acquire(blocking=False):
            return self._refused(environ, start, Refusal(503, CROWDED, RETRY_SECONDS))
        try:
            return self.app(environ, start)
        finally:
            self.files.release()

    def _refused(self, environ: Environ, start: Callable[..., Any], why: Refusal) -> Iterable[bytes]:
        """The words are the application's to tell, with the headers that every answer carries."""

        def closing(status: str, headers: list[tuple[str, str]], *more: Any) -> Any:
            return start(status, [*headers, ("Connection", "close")], *more)

        return self.app({**emptied(environ), REFUSED: why}, closing)


def emptied(environ: Environ) -> Environ:
    """The request without its body, which nobody has read."""
    return {**environ, "wsgi.input": io.BytesIO(), "CONTENT_LENGTH": "0"}


def announced(environ: Environ) -> int | None:
    """The bytes that are to come; None where the sender doesn't say."""
    said = str(environ.get("CONTENT_LENGTH") or "")
    if "HTTP_TRANSFER_ENCODING" in environ:
        return None
    if not said:
        return 0
    return int(said) if said.isascii() and said.isdecimal() and len(said) < 19 else None


def largest_file(environ: Environ) -> int:
    """The bytes that a form with a file may have at this address; 0 where none belongs."""
    if not str(environ.get("CONTENT_TYPE") or "").startswith("multipart/"):
        return 0
    try:
        name = resolve(get_path_info(environ)).view_name
    except Resolver404:
        return 0
    # Beyond its own bound the page says so in its own words, so it is let through to that.
    if name == "add_photo":
        return 2 * settings.PHOTO_MAX_BYTES + SLACK
    if name == "add_wall_photo" and f"{settings.SESSION_COOKIE_NAME}=" in environ.get("HTTP_COOKIE", ""):
        return 2 * settings.PHOTO_MAX_BYTES + SLACK
    if name == "admin:measures_import" and f"{settings.SESSION_COOKIE_NAME}=" in environ.get(
        "HTTP_COOKIE", ""
    ):
        return 2 * settings.IMPORT_MAX_BYTES + SLACK
    return 0
