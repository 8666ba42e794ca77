"""Browsers that have logged in before, told by a sealed cookie; what strangers type stops none of them.

The cookie lets nobody in: it only keeps a host's wrong passwords apart from everybody else's
(gallery/throttle.py). It holds no name; it ends after 90 days, and with the password.
"""

import secrets
from collections.abc import Callable
from functools import wraps
from typing import Any

from django.conf import settings
from django.contrib.auth.models import User
from django.core import signing
from django.http import HttpRequest, HttpResponse
from django.utils.crypto import constant_time_compare, salted_hmac

COOKIE = "__Host-known" if settings.HTTPS else "known"
SECONDS = 90 * 24 * 3600
SALT = "gallery.known"


def browser(request: HttpRequest, name: str) -> str:
    """What this browser's wrong passwords for the name count by; blank if it never logged in so."""
    sealed: str = request.COOKIES.get(COOKIE, "")
    try:
        _, told = signing.loads(sealed, salt=SALT, max_age=SECONDS)
    except signing.BadSignature:
        return ""
    user = User.objects.filter(username=name).first()
    return sealed if user and constant_time_compare(told, _told(user)) else ""


def remembered(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """Give the browser its cookie where the view took the right password: it answers by going on."""

    @wraps(view)
    def looked_at(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        response = view(request, *args, **kwargs)
        if request.method == "POST" and response.status_code == 302 and request.user.is_authenticated:
            remember(response, request.user)
        return response

    return looked_at


def remember(response: HttpResponse, user: User) -> None:
    sealed = signing.dumps([secrets.token_hex(8), _told(user)], salt=SALT)
    response.set_cookie(COOKIE, sealed, max_age=SECONDS, secure=settings.HTTPS, httponly=True, samesite="Lax")


def _told(user: User) -> str:
    """Changes with the name and with the password, and tells neither."""
    return salted_hmac(SALT, f"{user.get_username()}\x1f{user.password}", algorithm="sha256").hexdigest()
