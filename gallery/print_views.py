"""A print run, for a gallery's own team: started, watched poster by poster, and collected."""

from collections.abc import Collection

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from gallery import on_paper, print_making, printing
from gallery.hosts import hosted_by
from gallery.models import Gallery, Poster
from gallery.print_runs import Part, Run
from gallery.views import Wish, hanging, pdf_answer, print_form

STOP_POLLING = 286  # what htmx takes for “swap this in, and ask no more”
NO_RUN = "This print isn’t here any more: prints are kept for a day. Start it again; it takes a moment."
OTHER = "Another print of this gallery is being made: this one. Wait for it or cancel it, then start yours."
WAIT = "Another print of this gallery is being made. Wait for it, then try again."
NO_ROOM = (
    "The print can’t be started: the server’s disk is full or can’t be written. Tell whoever runs this site."
)


@login_required
@never_cache
@require_POST
def print_start(request: HttpRequest, code: str) -> HttpResponse:
    """Starts to make the posters, and leads to the page on which one can watch."""
    gallery, posters = hanging(request, code)
    wish = Wish.read(request.POST)
    try:
        page = wish.paper
        ordered = printing.orders(wish.of(posters), page)
        run = print_making.start(
            gallery, ordered, page, size=wish.size, orientation=wish.orientation, crop=wish.crop
        )
    except ValueError as problem:
        return print_form(request, gallery, posters, wish, problem=str(problem), status=422)
    except printing.NotPrinted as problem:
        return print_form(request, gallery, posters, wish, problem=str(problem), status=503)
    except OSError:
        return print_form(request, gallery, posters, wish, problem=NO_ROOM, status=503)
    if not run.same_as(ordered):
        messages.warning(request, OTHER)
    return redirect("print_run", code, run.name)


@login_required
@never_cache
@require_safe
def print_run(request: HttpRequest, code: str, run: str) -> HttpResponse:
    """How far the run is: the page, or the part of it that changes."""
    gallery, found = _run_of(request, code, run)
    context = {"gallery": gallery, "here": "print", "run": found, "parts": found.parts}
    if not request.headers.get("HX-Request"):
        return render(request, "gallery/print_run.html", context)
    status = 200 if found.running else STOP_POLLING
    return render(request, "gallery/_print_run.html", context | {"polled": True}, status=status)


@login_required
@require_POST
def print_cancel(request: HttpRequest, code: str, run: str) -> HttpResponse:
    _, found = _run_of(request, code, run)
    if found.left:
        found.cancel()
    return redirect("print_run", code, found.name)


@login_required
@require_POST
def print_again(request: HttpRequest, code: str, run: str) -> HttpResponse:
    """Make what is left of a run that stopped; with a poster's number, that one again."""
    _, found = _run_of(request, code, run)
    asked = request.POST.get("number", "")
    number = next((part.number for part in found.failed if str(part.number) == asked), None)
    try:
        begun = print_making.go_on(found, number)
    except OSError:
        messages.error(request, NO_ROOM)
    else:
        if not begun:
            messages.warning(request, WAIT)
    return redirect("print_run", code, found.name)


@login_required
@never_cache
@require_safe
def print_all(request: HttpRequest, code: str, run: str) -> HttpResponse:
    """All that is done of the run, in one PDF."""
    gallery, found = _run_of(request, code, run)
    if not found.done:
        raise Http404("No poster of this print is done yet.")
    answer = pdf_answer(found.bound(), f"posters-{code}-{found.size}.pdf")
    _collected(gallery, found, found.done)
    return answer


@login_required
@never_cache
@require_safe
def print_one(request: HttpRequest, code: str, run: str, number: int) -> HttpResponse:
    gallery, found = _run_of(request, code, run)
    parts = [part for part in found.done if part.number == number]
    pdf = found.pdf(number) if parts else None
    if pdf is None:
        raise Http404("This poster isn’t done yet.")
    _collected(gallery, found, parts)
    return pdf_answer(pdf, f"poster-{code}-{number}-{found.size}.pdf")


def _run_of(request: HttpRequest, code: str, name: str) -> tuple[Gallery, Run]:
    """The team's own gallery and a run of it. Raises Http404 for anything else."""
    gallery = hosted_by(request.user, code)
    try:
        run = Run(name)
    except LookupError:
        raise Http404(NO_RUN) from None
    if run.order["gallery"] != gallery.code:
        raise Http404(NO_RUN)
    return gallery, run


def _collected(gallery: Gallery, run: Run, parts: Collection[Part]) -> None:
    """Their sheets may hang from now on."""
    said = {part.number: part.said for part in parts}
    posters = list(Poster.objects.filter(gallery=gallery, number__in=said))
    on_paper.collected(posters, timezone.now(), run.on, said)
