"""What every request passes: fragments are kept apart, unkeepable signs kept out, bodies refused in words."""

import re
from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.template.loader import render_to_string
from django.utils.cache import patch_vary_headers
from django.utils.html import format_html

from gallery.bodies import REFUSED, Refusal

BROKEN = "%EF%BF%BD"  # U+FFFD, the sign for one that can't be read
SESSION_KEY = re.compile(r"[a-z0-9]+")


def htmx(get_response: Callable[[HttpRequest], HttpResponse]) -> Callable[[HttpRequest], HttpResponse]:
    """Keep a fragment and its page apart in every cache; send a lost log-in to the whole page."""

    def answer(request: HttpRequest) -> HttpResponse:
        response = get_response(request)
        patch_vary_headers(response, ["HX-Request"])
        response.headers.setdefault("Cache-Control", "private, no-cache")  # pages show one's own notes
        if request.headers.get("HX-Request") and response.status_code in {301, 302}:
            # The browser would follow the redirect unseen and swap a whole page into a fragment.
            location = response.headers["Location"]
            response.status_code = 204
            del response.headers["Location"]
            response.headers["HX-Redirect"] = location
        return response

    return answer


def turned_away(get_response: Callable[[HttpRequest], HttpResponse]) -> Callable[[HttpRequest], HttpResponse]:
    """Tell in words why a request's body was not taken (gallery/bodies.py); no view ever sees it."""

    def answer(request: HttpRequest) -> HttpResponse:
        refusal = request.META.get(REFUSED)
        return told(request, refusal) if refusal else get_response(request)

    return answer


def told(request: HttpRequest, refusal: Refusal) -> HttpResponse:
    """The refusal as a page; for htmx above the page that is open, where what was typed stays."""
    if request.headers.get("HX-Request"):
        said = format_html('<p class="problem" role="alert">{}</p>', refusal.words)
        response = HttpResponse(said, status=refusal.status)
        response.headers["HX-Retarget"] = "main"
        response.headers["HX-Reswap"] = "afterbegin"
    else:
        page = render_to_string("400.html", {"words": refusal.words})
        response = HttpResponse(page, status=refusal.status)
    if refusal.retry_seconds:
        response.headers["Retry-After"] = str(refusal.retry_seconds)
    return response


def keepable(get_response: Callable[[HttpRequest], HttpResponse]) -> Callable[[HttpRequest], HttpResponse]:
    """Keep out what PostgreSQL can't be asked for: a NUL in the query, a session's key that is none."""

    def answer(request: HttpRequest) -> HttpResponse:
        if "%00" in request.META.get("QUERY_STRING", ""):
            request.META["QUERY_STRING"] = request.META["QUERY_STRING"].replace("%00", BROKEN)
        if not SESSION_KEY.fullmatch(request.COOKIES.get(settings.SESSION_COOKIE_NAME, "-")):
            request.COOKIES.pop(settings.SESSION_COOKIE_NAME, None)
        return get_response(request)

    return answer
