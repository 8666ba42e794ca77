"""What is lost: a log-in, with what was typed kept; an address, with the way on."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
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


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    """404 in words; where the gallery is known, with the way to it."""
    words = "" if isinstance(exception, Resolver404) else str(exception)
    context = {"words": words, "gallery": getattr(exception, "gallery", None)}
    return render(request, "404.html", context, status=404)


def to_my_galleries(request: HttpRequest) -> HttpResponse:  # noqa: ARG001 - a view is given one
    """/host/ without a code: the list of one's galleries."""
    return redirect("admin:gallery_gallery_changelist")
