"""Deciding, theme by theme and poster by poster, with what the room said beside it; then publishing it."""

from typing import Any

from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.text import Truncator
from django.views.decorators.http import require_POST, require_safe
from django_htmx.middleware import HtmxDetails

from feedback import cases, decisions, next_step
from feedback.cases import Case
from feedback.decisions import Subject
from feedback.host_forms import ClosingForm, DecisionForm
from feedback.hosting import curated, for_hosts
from feedback.models import Theme
from feedback.rollup import rollup
from feedback.views.dashboard import visit_of
from gallery import addresses, events
from gallery.models import Gallery, Poster
from gallery.phases import Phase

MOST_LETTERS_OF_THEIRS = 400
CLOSED_MEANWHILE = (
    "Somebody else wrote closing words meanwhile; they stand below now. Read them, then press again."
)
WRITTEN_MEANWHILE = (
    "Somebody else changed the closing words while you wrote. Below is what you wrote: send it once more and "
    "it takes the place of theirs."
)
UNSURE = "Tick the box first: what you heard goes to everyone who has the gallery’s address."


class HtmxRequest(HttpRequest):
    htmx: HtmxDetails


@for_hosts
@require_safe
def decide(request: HttpRequest, code: str) -> HttpResponse:
    """Every theme and poster, what was said on it, and the form for the verdict."""
    gallery = curated(request, code)
    return render(request, "feedback/decide.html", {**_page(gallery), "kept": "kept" in request.GET})


@for_hosts
@require_POST
def decide_poster(request: HtmxRequest, code: str, number: int) -> HttpResponse:
    gallery = curated(request, code)
    return _decided(request, gallery, Subject(poster=poster_of(gallery, number)))


@for_hosts
@require_POST
def decide_theme(request: HtmxRequest, code: str, theme: int) -> HttpResponse:
    gallery = curated(request, code)
    found = Theme.objects.filter(gallery=gallery, pk=theme).first() if theme < 2**63 else None
    if found is None:
        raise Http404(f"“{gallery.title}” has no such theme. It may have been put into another one.")
    found.gallery = gallery
    return _decided(request, gallery, Subject(theme=found))


def _decided(request: HtmxRequest, gallery: Gallery, subject: Subject) -> HttpResponse:
    """Keep the verdict, its reason and grounds, or with `undo` take them back; 422 with the words kept."""
    form, problem = DecisionForm() if "undo" in request.POST else DecisionForm(request.POST), ""
    seen = request.POST.get("seen", "")
    if not form.is_bound:
        problem = _undone(subject, seen)
    elif form.is_valid() and _is_kept(subject, form, seen):
        form = DecisionForm()
    case = cases.case_of(gallery, subject, form=form, problem=problem)
    status = 422 if form.is_bound or problem else 200
    if request.htmx:
        context = {"gallery": gallery, "case": case, "swapped": True, **_around(gallery)}
        return render(request, "feedback/_decided.html", context, status=status)
    if status == 422:
        return render(request, "feedback/decide.html", _page(gallery, case), status=status)
    return redirect(f"{reverse('decide', args=[gallery.code])}#{case.anchor}")


def _is_kept(subject: Subject, form: DecisionForm, seen: str) -> bool:
    """Whether the verdict of a valid form is kept; else the form says why not. Raises Http404."""
    ticked = subject.notes().filter(key__in=cases.keys_in(form.data))
    try:
        decisions.decide(**subject.keys, **form.cleaned_data, grounds=list(ticked), seen=seen)
    except decisions.Meanwhile as problem:
        form.add_error(None, str(problem))
    except events.NotNow as reason:
        raise Http404(str(reason)) from None
    return form.is_valid()


def _undone(subject: Subject, seen: str) -> str:
    """Why it could not be taken back; blank where it was."""
    try:
        decisions.undo(**subject.keys, seen=seen)
    except events.NotNow as reason:
        return str(reason)
    return ""


@for_hosts
@require_POST
def publish(request: HttpRequest, code: str) -> HttpResponse:
    """Keep the closing words; with `publish`, and once sure, put what was heard up for everyone."""
    gallery = curated(request, code)
    form = ClosingForm(request.POST)
    if not form.is_valid():
        return _closing_again(request, gallery, form, "")
    try:
        events.close_with(gallery, **form.cleaned_data, seen=request.POST.get("seen", ""))
    except events.Meanwhile:
        return _closing_meanwhile(request, gallery, form)
    if "publish" not in request.POST:
        return redirect(f"{reverse('decide', args=[code])}?kept=1")
    if not request.POST.get("sure"):
        return _closing_again(request, gallery, form, UNSURE)
    try:
        events.publish(gallery)
    except events.NotNow as reason:
        return _closing_again(request, gallery, form, str(reason))
    messages.success(request, "Published. Everyone who opens the gallery’s address now reads what you heard.")
    return redirect("decide", code)


def poster_of(gallery: Gallery, number: int) -> Poster:
    poster = Poster.objects.filter(gallery=gallery, number=number).with_face().first()
    if poster is None:
        raise Http404(f"“{gallery.title}” has no poster {number}. It may have been taken down.")
    poster.gallery = gallery
    return poster


def _page(gallery: Gallery, sent: Case | None = None) -> dict[str, Any]:
    """What the page needs; `sent` is the case whose form was just sent."""
    found = rollup(gallery)
    asked = cases.cases(gallery, found, sent)
    return {
        "gallery": gallery,
        "rollup": found,
        "themes": [case for case in asked if not case.poster],
        "cases": [case for case in asked if case.poster],
        "open_ends": cases.OpenEnds.of(asked),
        "decided": sum(1 for case in asked if case.decision),
        "to_decide": len(asked),
        "closing": _closing_of(gallery),
        "here": "decide",
        **_room(gallery),
    }


def _around(gallery: Gallery) -> dict[str, Any]:
    """What changes on the page with each decision, all around it."""
    known = next_step.so_far(gallery)
    room = _room(gallery, known)
    return {**room, **cases.progress(known), "open_ends": cases.open_ends(gallery)}


def _room(gallery: Gallery, known: next_step.SoFar | None = None) -> dict[str, Any]:
    visit = visit_of(gallery)
    return {
        "visit": visit,
        "step": next_step.step(gallery, visit.phase, visit.now, here="decide", known=known),
        "told_by_mail": settings.MAIL_OFFERED,
        "address": addresses.short(addresses.of_gallery(gallery)),
        "may_publish": visit.phase in {Phase.CLOSED, Phase.ARCHIVED},
    }


def _closing_of(gallery: Gallery) -> dict[str, str]:
    """The closing words that are kept, and `seen`, by which the form tells them from later ones."""
    words = {"thanks": gallery.thanks, "next_steps": gallery.next_steps}
    return words | {"seen": events.look_of_closing(**words)}


def _closing_meanwhile(request: HttpRequest, gallery: Gallery, form: ClosingForm) -> HttpResponse:
    """What somebody else wrote meanwhile: in the form itself where nothing was typed, else told above it."""
    now = _closing_of(gallery)
    if events.look_of_closing(**form.cleaned_data) == request.POST.get("seen"):
        page = {**_page(gallery), "closing": now, "problem": CLOSED_MEANWHILE}
    else:
        theirs = " ".join(f"{now['thanks']} {now['next_steps']}".split()) or "nothing"
        problem = f"{WRITTEN_MEANWHILE} Theirs: “{Truncator(theirs).chars(MOST_LETTERS_OF_THEIRS)}”"
        page = {**_page(gallery), "closing": form.typed() | {"seen": now["seen"]}, "problem": problem}
    return render(request, "feedback/decide.html", page, status=422)


def _closing_again(request: HttpRequest, gallery: Gallery, form: ClosingForm, problem: str) -> HttpResponse:
    """The page once more, with the closing words as they were typed and what to do."""
    closing = _closing_of(gallery) | form.typed()
    if not form.is_valid():  # no words of anybody else were shown either
        closing["seen"] = request.POST.get("seen", "")
    problem = problem or "Not kept yet: see what it says beneath the words."
    page = {**_page(gallery), "closing": closing, "problem": problem, "errors": form.errors}
    return render(request, "feedback/decide.html", page, status=422)
