"""A visitor is a random token in one cookie; what is stored is only an HMAC of it with the gallery.

The cookie is set with the first note, not before: who only looks leaves nothing behind.
"""

import secrets
from collections.abc import Callable
from functools import wraps
from typing import Concatenate, ParamSpec, TypeVar, cast
from urllib.parse import urlsplit

from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.utils.crypto import salted_hmac
from django.views.decorators.csrf import csrf_exempt

P = ParamSpec("P")
R = TypeVar("R", bound=HttpRequest)
View = Callable[Concatenate[R, P], HttpResponse]

COOKIE = "__Host-visitor" if settings.HTTPS else "visitor"
COOKIE_SECONDS = 90 * 24 * 3600
TOKEN_BYTES = 24


def pseudonym(token: str, code: str) -> str:
    """64 hexadecimal digits that stand for a visitor in one gallery and nowhere else."""
    return salted_hmac("feedback.visitors", f"{code}:{token}", algorithm="sha256").hexdigest()


def token_of(request: HttpRequest) -> str:
    """The visitor's token, or '' where there is none or it isn't one that we made."""
    token = request.COOKIES.get(COOKIE, "")
    return token if 20 <= len(token) <= 64 and token.isascii() else ""


def author_of(request: HttpRequest, code: str) -> str | None:
    token = token_of(request)
    return pseudonym(token, code) if token else None


def new_token() -> str:
    return secrets.token_urlsafe(TOKEN_BYTES)


def remember(response: HttpResponse, token: str) -> None:
    response.set_cookie(
        COOKIE, token, max_age=COOKIE_SECONDS, secure=settings.HTTPS, httponly=True, samesite="Lax"
    )


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
        if origin is not None and urlsplit(origin).netloc not in ours:
            raise PermissionDenied(
                "This form was sent from another site. Open the poster’s page and try again."
            )
        return view(request, *args, **kwargs)

    return cast("View[R, P]", checked)
