"""When nothing can be written or looked up for a while: 503, with every word that was typed.

A full disk, a database that is busy for too long or cannot be reached. All of them pass; what was
saved stays saved, and the same form sent again, with its key, makes one note.
"""

import errno
import logging
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from django.db import InterfaceError, OperationalError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views import defaults

RETRY_SECONDS = 5
WORDS = {
    "text",
    "reason",
    "thanks",
    "next_steps",
}  # shown to be read; other fields come along unseen, if short
MANY_LETTERS = 60
CSRF = "csrfmiddlewaretoken"

# SQLite's primary result codes (sqlite.org/rescode.html) that pass; ERROR, a missing table, does not.
BUSY, LOCKED, READONLY, IOERR, FULL, CANTOPEN = 5, 6, 8, 10, 13, 14
PASSING = {BUSY, LOCKED, READONLY, IOERR, FULL, CANTOPEN}
NO_ROOM = {errno.ENOSPC, errno.EDQUOT}

logger = logging.getLogger(__name__)


@dataclass(frozen=True)
class Field:
    """What was posted under a name, to be sent once more."""

    name: str
    value: str

    @property
    def is_read(self) -> bool:
        return self.name in WORDS or len(self.value) > MANY_LETTERS or "\n" in self.value


class Standstill:
    """Middleware: what a view could not write or read is told as a passing state, not as a fault."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        if not passes(exception):
            return None
        logger.error("nothing can be written or read: %s", exception)
        return told(request)


def passes(problem: BaseException) -> bool:
    """Whether this is a full disk, a busy database, or one that cannot be reached."""
    if isinstance(problem, OSError):
        return problem.errno in NO_ROOM
    code = getattr(problem.__cause__, "sqlite_errorcode", None)
    if code is not None:
        return isinstance(problem, OperationalError) and code & 0xFF in PASSING
    return isinstance(problem, OperationalError | InterfaceError)


def server_error(request: HttpRequest) -> HttpResponse:
    """500 in words; or what a middleware could not write, as a log-in's session, told as passing."""
    problem = sys.exc_info()[1]
    return told(request) if problem and passes(problem) else defaults.server_error(request)


def told(request: HttpRequest) -> HttpResponse:
    """503 in plain words, with a form that sends again what was posted. Makes no query."""
    context = {
        "again": list(_posted(request)),
        "guarded": CSRF in request.POST,
        "files": bool(request.FILES),
        "seconds": RETRY_SECONDS,
    }
    part = "gallery/_standstill.html" if request.headers.get("HX-Request") else "gallery/standstill.html"
    response = render(request, part, context, status=503)
    response.headers["Retry-After"] = str(RETRY_SECONDS)
    return response


def _posted(request: HttpRequest) -> Iterator[Field]:
    """The fields in their order; never a password, nor the code beside one: a page keeps no secrets."""
    secret = {name for name in request.POST if "password" in name}
    unseen = {CSRF, "code", *secret} if secret else {CSRF}
    for name, values in request.POST.lists():
        if name not in unseen:
            yield from (Field(name, str(value)) for value in values)
