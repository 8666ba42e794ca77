"""Who may host a gallery, and who may decide on it: asked first by every page of theirs."""

from collections.abc import Callable
from functools import wraps
from typing import Concatenate, ParamSpec, TypeVar

from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.urls import reverse
from django.utils.cache import add_never_cache_headers

from feedback.views.lost import logged_out
from gallery.hosts import curated_by, hosted_by
from gallery.models import Gallery

P = ParamSpec("P")
R = TypeVar("R", bound=HttpRequest)
A = TypeVar("A", bound=HttpResponseBase)


def for_hosts(view: Callable[Concatenate[R, P], A]) -> Callable[Concatenate[R, P], A | HttpResponse]:
    """Send whoever isn't logged in to the log-in page; keep what hosts see out of every cache."""

    @wraps(view)
    def asked(request: R, /, *args: P.args, **kwargs: P.kwargs) -> A | HttpResponse:
        if not request.user.is_authenticated:
            if request.method == "POST" and request.headers.get("HX-Request"):
                return logged_out(request)
            return redirect_to_login(_way_back(request))
        response = view(request, *args, **kwargs)
        add_never_cache_headers(response)
        return response

    return asked


def hosted(request: HttpRequest, code: str) -> Gallery:
    """The gallery whose room this person runs, in whatever role; one query. Raises Http404."""
    return hosted_by(request.user, code)


def curated(request: HttpRequest, code: str) -> Gallery:
    """The gallery on which this person decides: not a host. One query. Raises Http404."""
    return curated_by(request.user, code)


def _way_back(request: HttpRequest) -> str:
    """Where to go on after the log-in: this page, or the dashboard where this is no page to return to."""
    if request.method == "GET" and not request.headers.get("HX-Request"):
        return request.get_full_path()
    assert request.resolver_match is not None  # noqa: S101  # nosec B101 - a view only runs when resolved
    return reverse("dashboard", args=[request.resolver_match.kwargs["code"]])
