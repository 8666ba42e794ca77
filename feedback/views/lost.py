"""A log-in that was lost meanwhile: what was typed stays on the page, and the way on is said."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render


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
