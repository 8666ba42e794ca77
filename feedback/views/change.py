"""Changing a goal or a measure right where one decides on it, with what hung beside what it says now."""

from typing import Any

from django.contrib.admin.models import CHANGE, LogEntry
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from feedback import cases
from feedback.cases import Case
from feedback.decisions import Subject, changes
from feedback.hosting import curated, for_hosts
from feedback.views.decide import HtmxRequest, poster_of
from gallery.models import Gallery
from measures import changing
from measures.models import Goal, Measure

TOLD = (
    "What changed is told as it was when the report was published. Change it under Curate, and say here "
    "what became of it by deciding again."
)


@for_hosts
@require_http_methods(["GET", "HEAD", "POST"])
def change_shown(request: HtmxRequest, code: str, number: int) -> HttpResponse:
    """The form for what the poster shows; sent, it is saved, or with `retire` the measure is retired."""
    gallery = curated(request, code)
    case = cases.case_of(gallery, Subject(poster=poster_of(gallery, number)))
    thing = case.thing
    if thing is None or thing.team_id != gallery.team_id:
        raise Http404(f"Poster {number} of “{gallery.title}” shows no goal and no measure to change.")
    if gallery.published_at:
        typed = changing.wording(thing, request.POST) if "seen" in request.POST else None
        return _shown(request, gallery, case, typed, status=422, problem=TOLD)
    if request.method == "POST":
        return _sent(request, gallery, case, thing)
    if request.htmx and "leave" in request.GET:
        return _changed(request, gallery, number, saved=False)
    return _shown(request, gallery, case, changing.wording(thing))


def _sent(request: HtmxRequest, gallery: Gallery, case: Case, thing: Goal | Measure) -> HttpResponse:
    if "retire" in request.POST and isinstance(thing, Measure):
        changing.retire(thing)
        _note_down(request, thing, ["status"])
        return _back(gallery, case)
    form = changing.change(thing, request.POST)
    if not form.is_valid():
        return _shown(request, gallery, case, form, status=422)
    if form.changed_data:
        _note_down(request, thing, form.changed_data)
    if request.htmx and case.poster:
        return _changed(request, gallery, case.poster.number, saved=True)
    return _back(gallery, case)


def _shown(
    request: HtmxRequest, gallery: Gallery, case: Case, form: Any, *, status: int = 200, problem: str = ""
) -> HttpResponse:
    page = "feedback/_change_form.html" if request.htmx else "feedback/change.html"
    context = {"gallery": gallery, "case": case, "form": form, "problem": problem, "here": "decide"}
    return render(request, page, context, status=status)


def _changed(request: HttpRequest, gallery: Gallery, number: int, *, saved: bool) -> HttpResponse:
    """What hung and what it says now, in the form's place."""
    poster = poster_of(gallery, number)
    subject = Subject(poster=poster)
    case = cases.case_of(gallery, subject, changes=changes(gallery, [poster]).posters.get(poster.pk, []))
    context = {"gallery": gallery, "case": case, "saved": saved}
    context |= {"swapped": saved, "open_ends": cases.open_ends(gallery) if saved else None}
    return render(request, "feedback/_changed.html", context)


def _back(gallery: Gallery, case: Case) -> HttpResponse:
    return redirect(f"{reverse('decide', args=[gallery.code])}#{case.anchor}")


def _note_down(request: HttpRequest, thing: Goal | Measure, names: list[str]) -> None:
    """In its history in the admin, as though it had been changed there."""
    labels = [str(thing._meta.get_field(name).verbose_name) for name in names]  # type: ignore[union-attr]
    words = f"Changed while deciding: {', '.join(labels)}."
    LogEntry.objects.log_actions(request.user.pk or 0, [thing], CHANGE, words, single_object=True)
