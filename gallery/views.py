"""Printing, for a gallery's own team: choose what, at which size, and get one PDF."""

from dataclasses import dataclass

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from gallery import printing
from gallery.hosts import hosted_by
from gallery.models import Gallery, Poster
from gallery.paper import ORIENTATIONS, SIZES


@dataclass(frozen=True)
class Wish:
    """What a person asked to have printed, as typed: nothing in it is checked yet."""

    size: str
    orientation: str
    numbers: str
    chosen: frozenset[str]
    all: bool

    @classmethod
    def read(cls, asked: QueryDict) -> "Wish":
        return cls(
            size=asked.get("size", "A3"),
            orientation=asked.get("orientation", "portrait"),
            numbers=asked.get("posters", ""),
            chosen=frozenset(asked.getlist("poster")),
            all="chosen" not in asked and "poster" not in asked,
        )

    def of(self, posters: list[Poster]) -> list[Poster]:
        """The posters that are meant: by number, by tick, or all. Raises ValueError in words."""
        if self.numbers or self.all:
            return printing.pick(posters, self.numbers)
        missing = self.chosen - {str(poster.number) for poster in posters}
        if missing:
            raise ValueError(f"No poster {min(missing)[:20]} hangs in this gallery.")
        return [poster for poster in posters if str(poster.number) in self.chosen]


@login_required
@never_cache
@require_safe
def print_page(request: HttpRequest, code: str) -> HttpResponse:
    gallery, posters = _hanging(request, code)
    return _page(request, gallery, posters, Wish.read(request.GET))


@login_required
@never_cache
@require_http_methods(["GET", "POST"])
def print_pdf(request: HttpRequest, code: str) -> HttpResponse:
    """The PDF to download; where it can't be made, the page again with the reason and the choices."""
    gallery, posters = _hanging(request, code)
    wish = Wish.read(request.POST if request.method == "POST" else request.GET)
    try:
        sheets = printing.render(wish.of(posters), size=wish.size, orientation=wish.orientation)
    except ValueError as problem:
        return _page(request, gallery, posters, wish, problem=str(problem), status=422)
    except printing.Busy as busy:
        response = _page(request, gallery, posters, wish, problem=str(busy), status=503)
        response.headers["Retry-After"] = "60"
        return response
    except printing.NotPrinted as problem:
        return _page(request, gallery, posters, wish, problem=str(problem), status=503)
    for warning in sheets.warnings:
        messages.warning(request, warning)
    response = HttpResponse(sheets.pdf, content_type="application/pdf")
    response.headers["Content-Disposition"] = f'attachment; filename="posters-{code}-{wish.size}.pdf"'
    return response


def _hanging(request: HttpRequest, code: str) -> tuple[Gallery, list[Poster]]:
    """The team's own gallery and its posters in wall order. Raises Http404 for anyone else's."""
    gallery = hosted_by(request.user, code)
    return gallery, list(Poster.objects.filter(gallery=gallery).with_face().in_order())


def _page(
    request: HttpRequest,
    gallery: Gallery,
    posters: list[Poster],
    wish: Wish,
    *,
    problem: str = "",
    status: int = 200,
) -> HttpResponse:
    context = {
        "gallery": gallery,
        "here": "print",
        "posters": posters,
        "ticked": {poster.number for poster in posters if wish.all or str(poster.number) in wish.chosen},
        "sizes": SIZES,
        "orientations": ORIENTATIONS,
        "wish": wish,
        "problem": problem,
    }
    return render(request, "gallery/print.html", context, status=status)
