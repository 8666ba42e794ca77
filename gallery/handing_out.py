"""Flyer, door sign and table cards to download, for a gallery's own team."""

from collections.abc import Callable

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from gallery import handouts
from gallery.handouts import Handout
from gallery.hosts import hosted_by
from gallery.models import Gallery
from gallery.printing import Busy, NotPrinted


@login_required
@never_cache
@require_safe
def handouts_page(request: HttpRequest, code: str) -> HttpResponse:
    return _page(request, hosted_by(request.user, code))


@login_required
@never_cache
@require_safe
def print_flyer(request: HttpRequest, code: str) -> HttpResponse:
    gallery, size = hosted_by(request.user, code), request.GET.get("size", "A5")
    return handed(request, gallery, f"flyer-{code}-{size}", lambda: handouts.flyer(gallery, size))


@login_required
@never_cache
@require_safe
def print_door(request: HttpRequest, code: str) -> HttpResponse:
    gallery, size = hosted_by(request.user, code), request.GET.get("size", "A4")
    return handed(request, gallery, f"door-{code}-{size}", lambda: handouts.door(gallery, size))


@login_required
@never_cache
@require_safe
def print_cards(request: HttpRequest, code: str) -> HttpResponse:
    gallery, size = hosted_by(request.user, code), request.GET.get("size", "A4")
    return handed(request, gallery, f"cards-{code}-{size}", lambda: handouts.cards(gallery, size))


def handed(request: HttpRequest, gallery: Gallery, name: str, make: Callable[[], Handout]) -> HttpResponse:
    """The PDF to download; where it can't be made, a page with the reason and all there is to print."""
    try:
        made = make()
    except ValueError as problem:
        return _page(request, gallery, problem=str(problem), status=422)
    except NotPrinted as problem:
        response = _page(request, gallery, problem=str(problem), status=503)
        if isinstance(problem, Busy):
            response.headers["Retry-After"] = "60"
        return response
    for warning in made.warnings:
        messages.warning(request, warning)
    response = HttpResponse(made.pdf, content_type="application/pdf")
    response.headers["Content-Disposition"] = f'attachment; filename="{name}.pdf"'
    return response


def _page(request: HttpRequest, gallery: Gallery, *, problem: str = "", status: int = 200) -> HttpResponse:
    context = {"gallery": gallery, "here": "print", "problem": problem, "asked": request.GET}
    return render(request, "gallery/handouts.html", context, status=status)
