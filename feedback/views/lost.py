"""What is lost: a log-in, with what was typed kept; an address, with the way on."""

from django.core.exceptions import (
    DisallowedHost,
    RequestDataTooBig,
    TooManyFieldsSent,
    TooManyFilesSent,
)
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.template.loader import render_to_string
from django.urls import Resolver404


def logged_out(request: HttpRequest) -> HttpResponse:
    """For htmx: say it above the page that is open, and leave what was typed where it is."""
    response = render(request, "feedback/_logged_out.html", status=422)
    response.headers["HX-Retarget"] = "#lost"
    response.headers["HX-Reswap"] = "innerHTML"
    return response


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:  # noqa: ARG001 - Django gives it
    """A form whose token is out of date: after logging in anew in another tab, mostly."""
    if request.headers.get("HX-Request"):
        return logged_out(request)
    return render(request, "403_csrf.html", status=403)


TOO_LARGE = (
    "What you sent is too large to be taken in one go, so nothing of it was kept. "
    "Go back: what you typed is still in your browser. Make it smaller, or send it in parts."
)
UNREAD = (
    "What your browser sent arrived incomplete and couldn’t be read, so nothing of it was kept. "
    "Go back: what you typed is still in your browser. Send it once more."
)
UNKNOWN_ADDRESS = (
    "This gallery is not known under the address that you used. Use the address on the poster. "
    "If you are the host: MEASURE_GALLERY_ALLOWED_HOSTS names further addresses."
)


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:  # noqa: ARG001 - Django gives it
    """400 in words. Nothing of the request is read for it: its very host may be the problem."""
    if isinstance(exception, (RequestDataTooBig, TooManyFieldsSent, TooManyFilesSent)):
        words = TOO_LARGE
    elif isinstance(exception, DisallowedHost):
        words = UNKNOWN_ADDRESS
    else:
        words = UNREAD
    return HttpResponse(render_to_string("400.html", {"words": words}), status=400)


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    """404 in words; where the gallery is known, with the way to it."""
    words = "" if isinstance(exception, Resolver404) else str(exception)
    context = {"words": words, "gallery": getattr(exception, "gallery", None)}
    return render(request, "404.html", context, status=404)


def to_my_galleries(request: HttpRequest) -> HttpResponse:  # noqa: ARG001 - a view is given one
    """/host/ without a code: the list of one's galleries."""
    return redirect("admin:gallery_gallery_changelist")
