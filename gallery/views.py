"""Printing, for a gallery's own team: choose what, at which size; the whole in one PDF at once."""

from dataclasses import dataclass
from urllib.parse import urlencode

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from gallery import differences, on_paper, printing
from gallery.hosts import hosted_by
from gallery.models import Gallery, Poster
from gallery.on_paper import On
from gallery.paper import ORIENTATIONS, SIZES, Paper, paper


@dataclass(frozen=True)
class Wish:
    """What a person asked to have printed, as typed: nothing in it is checked yet."""

    size: str
    orientation: str
    crop: bool
    numbers: str
    chosen: frozenset[str]
    all: bool

    @classmethod
    def read(cls, asked: QueryDict) -> "Wish":
        return cls(
            size=asked.get("size", "A3"),
            orientation=asked.get("orientation", "portrait"),
            crop=bool(asked.get("crop")),
            numbers=asked.get("posters", ""),
            chosen=frozenset(asked.getlist("poster")),
            all="chosen" not in asked and "poster" not in asked,
        )

    @property
    def on(self) -> On:
        return On(self.size, self.orientation, self.crop)

    @property
    def paper(self) -> Paper:
        """Raises ValueError in words."""
        return paper(self.size, self.orientation, crop=self.crop)

    def of(self, posters: list[Poster]) -> list[Poster]:
        """The posters that are meant: by number, by tick, or all. Raises ValueError in words."""
        if self.numbers or self.all:
            return printing.pick(posters, self.numbers)
        missing = self.chosen - {str(poster.number) for poster in posters}
        if missing:
            raise ValueError(f"No poster {min(missing)[:20]} hangs in this gallery.")
        return [poster for poster in posters if str(poster.number) in self.chosen]

    def ticked(self, posters: list[Poster]) -> set[int]:
        """The numbers that are meant, as far as they are there."""
        try:
            return {poster.number for poster in self.of(posters)}
        except ValueError:
            return {poster.number for poster in posters if str(poster.number) in self.chosen}


@login_required
@never_cache
@require_safe
def print_page(request: HttpRequest, code: str) -> HttpResponse:
    gallery, posters = hanging(request, code)
    return print_form(request, gallery, posters, Wish.read(request.GET))


@login_required
@never_cache
@require_http_methods(["GET", "POST"])
def print_pdf(request: HttpRequest, code: str) -> HttpResponse:
    """The PDF to download; where it can't be made, the page again with the reason and the choices."""
    gallery, posters = hanging(request, code)
    wish = Wish.read(request.POST if request.method == "POST" else request.GET)
    try:
        chosen = wish.of(posters)
        sheets = printing.render(chosen, size=wish.size, orientation=wish.orientation, crop=wish.crop)
    except ValueError as problem:
        return print_form(request, gallery, posters, wish, problem=str(problem), status=422)
    except printing.Busy as busy:
        response = print_form(request, gallery, posters, wish, problem=str(busy), status=503)
        response.headers["Retry-After"] = "60"
        return response
    except printing.NotPrinted as problem:
        return print_form(request, gallery, posters, wish, problem=str(problem), status=503)
    for warning in sheets.warnings:
        messages.warning(request, warning)
    on_paper.collected(chosen, timezone.now(), wish.on, sheets.said)
    return pdf_answer(sheets.pdf, f"posters-{code}-{wish.size}.pdf")


def pdf_answer(pdf: bytes, name: str) -> HttpResponse:
    """The PDF to download under this name, of which no letter was typed by a person."""
    response = HttpResponse(pdf, content_type="application/pdf")
    response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return response


def hanging(request: HttpRequest, code: str) -> tuple[Gallery, list[Poster]]:
    """The team's own gallery and its posters in wall order. Raises Http404 for anyone else's."""
    gallery = hosted_by(request.user, code)
    return gallery, list(Poster.objects.filter(gallery=gallery).with_face().in_order())


def print_form(
    request: HttpRequest,
    gallery: Gallery,
    posters: list[Poster],
    wish: Wish,
    *,
    problem: str = "",
    status: int = 200,
) -> HttpResponse:
    """The page on which one chooses, with what was chosen."""
    sheets = on_paper.outdated(posters)
    outdated, anew = [sheet.poster for sheet in sheets], on_paper.usual(sheets) or wish.on
    over = gallery.published_at or gallery.archived_at
    context = {
        "gallery": gallery,
        "here": "print",
        "posters": posters,
        "ticked": wish.ticked(posters),
        "sheets": sheets,
        "outdated": outdated,
        "anew": anew,
        "anew_query": urlencode(anew.asked),
        "differ": len({sheet.on for sheet in sheets if sheet.on}) > 1,
        "not_hung": 0 if over else len(differences.changed(posters)),
        "changed": [poster for poster in posters if not poster.printed or poster in outdated],
        "sizes": SIZES,
        "orientations": ORIENTATIONS,
        "wish": wish,
        "paper_query": urlencode(wish.on.asked),
        "problem": problem,
    }
    return render(request, "gallery/print.html", context, status=status)
