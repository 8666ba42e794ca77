"""Wrong passwords, counted by user name and by address: two counts, each with a limit of its own.

A room full of people is one address: its limit is high, so that one tired host locks out nobody
else. A browser in which this person has logged in before has a count of its own in place of those
two: nobody locks a host out from elsewhere by typing the host's name. Neither names nor addresses
are written down: a count's key is an HMAC of them.
"""

# ruff: noqa: ARG002 - Axes gives its handler more than this one needs

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from ipaddress import ip_address, ip_network
from typing import Any

from axes.handlers.cache import AxesCacheHandler
from django.conf import settings
from django.core.cache import BaseCache, caches
from django.core.management import call_command
from django.db.models.signals import post_migrate
from django.http import HttpRequest, HttpResponse
from django.utils.crypto import salted_hmac

from gallery import known

SECONDS = 15 * 60
OF_NAME = (
    "Too many wrong passwords for this name. Wait 15 minutes, then try again. If you don’t know the "
    "password any more, ask whoever runs this site for a new one."
)
OF_BROWSER = (
    "Too many wrong passwords in this browser. Wait 15 minutes, then try again. If you don’t know the "
    "password any more, ask whoever runs this site for a new one."
)
OF_ADDRESS = "Too many wrong passwords from this network. Wait 15 minutes, then try again."


@dataclass(frozen=True)
class Count:
    """Failures of the last 15 minutes. Each claims a key of its own, which no two requests can share."""

    name: str
    whose: str
    limit: int
    words: str

    @property
    def keys(self) -> list[str]:
        told = salted_hmac("gallery.throttle", f"{self.name}\x1f{self.whose}", algorithm="sha256").hexdigest()
        return [f"{told}-{number}" for number in range(self.limit)]

    def is_full(self) -> bool:
        return len(_cache().get_many(self.keys)) >= self.limit

    def add(self) -> None:
        taken = _cache().get_many(self.keys)
        free = (key for key in self.keys if key not in taken)
        next((key for key in free if _cache().add(key, 1, SECONDS)), None)

    def forget(self) -> None:
        _cache().delete_many(self.keys)


class SeparateCounts(AxesCacheHandler):  # type: ignore[misc]  # axes has no types
    """Axes asks and tells; it knows one limit for all that it counts, and here are two."""

    def get_failures(self, request: HttpRequest, credentials: Mapping[str, Any] | None = None) -> int:
        """As many as Axes locks at where one of the counts is full, else none."""
        full = next((count for count in counts(request, credentials) if count.is_full()), None)
        request.throttled = full.words if full else ""  # type: ignore[attr-defined]
        return int(settings.AXES_FAILURE_LIMIT) if full else 0

    def user_login_failed(self, sender: Any, credentials: Any, request: Any = None, **_: Any) -> None:
        """A try while locked is no failure: the lock would never end."""
        if request.axes_locked_out:
            return
        for count in counts(request, credentials):
            count.add()
        request.axes_locked_out = self.is_locked(request, credentials)

    def user_logged_in(self, sender: Any, request: Any, user: Any, **_: Any) -> None:
        """The first count's failures are forgotten, the browser's or the name's; no others.

        One's own log-in would clear the address's, and a host's would clear a guesser's.
        """
        next(counts(request, {"username": user.get_username()})).forget()

    def user_logged_out(self, sender: Any, request: Any, user: Any, **_: Any) -> None:
        """Nothing is counted here."""

    def reset_attempts(
        self, *, ip_address: str | None = None, username: str | None = None, ip_or_username: bool = False
    ) -> int:
        """What Axes' commands call: `manage.py axes_reset_username NAME`."""
        found = [_of_name(username)] if username else []
        found += [_of_address(ip_address)] if ip_address else []
        for count in found:
            count.forget()
        return len(found)


def counts(request: HttpRequest, credentials: Mapping[str, Any] | None) -> Iterator[Count]:
    name = str((credentials or {}).get("username") or "")
    browser = name and known.browser(request, name)
    if browser:
        yield Count("browser", browser, settings.AXES_FAILURE_LIMIT, OF_BROWSER)
        return
    if name:
        yield _of_name(name)
    yield _of_address(address_of(request))


def address_of(request: HttpRequest) -> str:
    """Who asks, as far as it can be trusted; of IPv6 the network of one household, 64 bits.

    Behind a proxy it is what that proxy put at the end of X-Forwarded-For; the rest of that header
    is whatever somebody sent.
    """
    found = str(request.META.get("REMOTE_ADDR", ""))
    if settings.BEHIND_PROXY:
        found = request.META.get("HTTP_X_FORWARDED_FOR", "").rsplit(",", 1)[-1].strip() or found
    try:
        address = ip_address(found)
    except ValueError:
        return found
    return str(ip_network((address, 64), strict=False)) if address.version == 6 else found


def locked_out(_: HttpRequest, response: HttpResponse | None, __: Any = None) -> HttpResponse:
    """The page as it is, which says why, with the status of it."""
    response = response or HttpResponse(OF_NAME, content_type="text/plain; charset=utf-8")
    response.status_code = 429
    response.headers["Retry-After"] = str(SECONDS)
    return response


def why_locked(request: HttpRequest) -> str:
    """What to tell whoever is locked out now; blank for whoever isn't."""
    return str(getattr(request, "throttled", "")) if getattr(request, "axes_locked_out", False) else ""


def listen() -> None:
    """`migrate` makes the table of the counts too."""
    post_migrate.connect(_make_table, dispatch_uid="gallery.throttle")


def _make_table(sender: Any, using: str, **_: Any) -> None:
    if sender.name == "gallery":
        call_command("createcachetable", database=using, verbosity=0)


def _of_name(name: str) -> Count:
    return Count("name", name, settings.AXES_FAILURE_LIMIT, OF_NAME)


def _of_address(address: str) -> Count:
    return Count("address", address, settings.LOGIN_FAILURES_AN_ADDRESS, OF_ADDRESS)


def _cache() -> BaseCache:
    return caches[settings.AXES_CACHE]
