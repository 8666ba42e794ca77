"""The project's addresses, and the floor: one indexed query and a two-line template.

And the dashboard as the first host gets it of a process that has kept nothing.
"""

from django.core.cache import cache
from django.http import HttpRequest, HttpResponse
from django.template import engines
from django.urls import include, path

from feedback import frames
from feedback.bars import _stacked
from feedback.views.dashboard import dashboard
from gallery.models import Gallery

TEMPLATE = engines["django"].from_string(
    "<!doctype html><title>{{ gallery.title }}</title>\n<h1>{{ gallery.title }}</h1>"
)


def floor(request: HttpRequest, code: str) -> HttpResponse:
    return HttpResponse(TEMPLATE.render({"gallery": Gallery.objects.get(code=code)}, request))


def hello(request: HttpRequest) -> HttpResponse:
    return HttpResponse("hello")


def forget() -> None:
    """All that a process keeps from one board to the next."""
    cache.clear()
    frames.forget()
    _stacked.cache_clear()


def forgotten(request: HttpRequest, code: str) -> HttpResponse:
    forget()
    return dashboard(request, code)


urlpatterns = [
    path("forgotten/<str:code>/", forgotten),
    path("floor/<str:code>/", floor),
    path("hello/", hello),
    path("", include("gallery.urls")),
]
