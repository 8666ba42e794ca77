"""A visitor is a random token in one cookie; what is stored is only an HMAC of it with the gallery.

The cookie is set with the first note or vote, not before: who only looks leaves nothing behind.
"""

import base64
import binascii
import secrets
from collections.abc import Callable
from datetime import datetime
from functools import wraps
from typing import Concatenate, ParamSpec, TypeVar, cast
from urllib.parse import urlsplit

from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.utils.crypto import constant_time_compare, salted_hmac
from django.views.decorators.csrf import csrf_exempt

P = ParamSpec("P")
R = TypeVar("R", bound=HttpRequest)
View = Callable[Concatenate[R, P], HttpResponse]

COOKIE = "__Host-visitor" if settings.HTTPS else "visitor"
COOKIE_SECONDS = 90 * 24 * 3600
TOKEN_BYTES = 24
BIRTH_BYTES = 6  # the minute in which it was made, in minutes since 1970; no more than that is told
NEW_SECONDS = 180
SEAL_LENGTH = 16


def pseudonym(token: str, code: str) -> str:
    """64 hexadecimal digits that stand for a visitor in one gallery and nowhere else."""
    return salted_hmac("feedback.visitors", f"{code}:{token}", algorithm="sha256").hexdigest()


def token_of(request: HttpRequest) -> str:
    """The visitor's token, or '' where there is none or it isn't one that we made.

    The seal keeps made-up visitors apart from those who have stuck a note (feedback/limits.py).
    """
    token = request.COOKIES.get(COOKIE, "")
    words, _, seal = token.partition(".")
    return token if token.isascii() and constant_time_compare(seal, _seal(words)) else ""


def _seal(words: str, of: str = "seal") -> str:
    return salted_hmac(f"feedback.visitors.{of}", words, algorithm="sha256").hexdigest()[:SEAL_LENGTH]


def offer(at: datetime) -> str:
    """What a page brings along, so that all that is sent from it comes from one visitor.

    Else a phone whose first answer got lost, or that taps twice before it, would be two. It is no
    token, and worth nothing as a cookie: it becomes one when something is sent with it.
    """
    words = new_token(at).partition(".")[0]
    return f"{words}.{_seal(words, 'offer')}"


def taken_up(offered: str) -> str:
    """The token of what a page brought along, the same each time; '' where it is no offer of ours."""
    words, _, seal = offered.partition(".")
    if not offered.isascii() or not constant_time_compare(seal, _seal(words, "offer")):
        return ""
    made = salted_hmac("feedback.visitors.token", words, algorithm="sha256").digest()[:TOKEN_BYTES]
    return _sealed(made + base64.urlsafe_b64decode(words)[TOKEN_BYTES:])


def author_of(request: HttpRequest, code: str) -> str | None:
    token = token_of(request)
    return pseudonym(token, code) if token else None


def is_new(token: str, at: datetime) -> bool:
    """Whether a token of ours was made less than two minutes before, or three: see feedback/limits.py."""
    birth = _born(token)
    return birth is not None and at.timestamp() - birth < NEW_SECONDS


def _born(token: str) -> int | None:
    """The start of the minute, in seconds since 1970; None for a token from before it was told."""
    try:
        kept = base64.urlsafe_b64decode(token.partition(".")[0])[TOKEN_BYTES:]
    except (binascii.Error, ValueError):
        return None
    return int.from_bytes(kept) * 60 if len(kept) == BIRTH_BYTES else None


def new_token(at: datetime) -> str:
    """A token that nobody else has, sealed together with the minute in which it was made."""
    minute = int(at.timestamp() // 60)
    made = secrets.token_bytes(TOKEN_BYTES) + minute.to_bytes(BIRTH_BYTES)
    return _sealed(made)


def _sealed(made: bytes) -> str:
    words = base64.urlsafe_b64encode(made).decode()
    return f"{words}.{_seal(words)}"


def remember(response: HttpResponse, token: str) -> None:
    response.set_cookie(
        COOKIE, token, max_age=COOKIE_SECONDS, secure=settings.HTTPS, httponly=True, samesite="Lax"
    )


def _place_of(origin: str) -> str:
    """Host and port of an Origin; '' for what is none, as `null` or a broken address."""
    try:
        return urlsplit(origin).netloc
    except ValueError:
        return ""


def from_our_own_page(view: View[R, P]) -> View[R, P]:
    """Refuse a form that another site sends, by its Origin; no token that could expire is needed.

    A visitor has no session to abuse: the cookie is SameSite=Lax, so it never comes along from
    another site. The Origin check keeps other sites from posting in a visitor's name all the same.
    """

    @csrf_exempt
    @wraps(view)
    def checked(request: R, *args: P.args, **kwargs: P.kwargs) -> HttpResponse:
        origin = request.headers.get("Origin")
        ours = {request.get_host(), urlsplit(settings.BASE_URL).netloc}
        if origin is not None and _place_of(origin) not in ours:
            raise PermissionDenied(
                "This form was sent from another site. Open the poster’s page and try again."
            )
        return view(request, *args, **kwargs)

    return cast("View[R, P]", checked)
