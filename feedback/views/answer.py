"""A host answers a note, from the dashboard or from the poster; the team takes a proposed measure up."""

from typing import Any
from uuid import UUID, uuid4

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST

from feedback import frames, notes, proposals
from feedback.forms import AnswerForm
from feedback.gate import Closed, Desk
from feedback.hosting import curated, for_hosts, hosted
from feedback.models import Note
from feedback.room import ANSWERED, reader
from feedback.views.dashboard import visit_of
from feedback.views.moderate import HtmxRequest
from feedback.views.visit import GONE, REUSED
from gallery.models import Gallery

CLOSED = "This gallery takes no answers now. Your words are still here: copy them."
NOT_HERE = "This note isn’t here any more: whoever stuck it has taken it back."


@for_hosts
@require_http_methods(["GET", "HEAD", "POST"])
def answer_note(request: HtmxRequest, code: str, key: UUID) -> HttpResponse:
    """A form to answer a note as a host (GET), the answer (POST): for htmx a fragment, else a page."""
    gallery = hosted(request, code)
    note = noted(gallery, key)
    form = AnswerForm(request.POST if request.method == "POST" else None)
    if not form.is_bound or not _answered(form, note):
        template = "feedback/_answer_form.html" if request.htmx else "feedback/host_answer.html"
        page = _page(request, note, form)
        response = render(request, template, page, status=422 if form.is_bound else 200)
        if form.is_bound:
            response.headers["HX-Retarget"] = "this"  # its own place, not the note's
        return response
    if request.htmx:
        return as_it_is_now(request, note)
    return redirect(back_to(request, note))


@for_hosts
@require_POST
def adopt(request: HtmxRequest, code: str, key: UUID) -> HttpResponse:
    """Make a draft of a proposed measure, or undo that; for whoever decides."""
    gallery = curated(request, code)
    note = noted(gallery, key)
    problem = ""
    try:
        if request.POST.get("act") == "undo":
            proposals.give_back(note=note)
        else:
            proposals.adopt(note=note)
    except proposals.NotDone as reason:
        problem = str(reason)
    if request.htmx:
        return as_it_is_now(request, note, problem=problem)
    if problem:
        messages.error(request, problem)
    return redirect(back_to(request, note))


def noted(gallery: Gallery, key: UUID) -> Note:
    found = Note.objects.with_talk(signed=False).without_replies().filter(gallery=gallery, key=key)
    note = found.select_related("poster__goal", "poster__measure__goal").first()
    if note is None or note.state == Note.State.WITHDRAWN:
        raise Http404(NOT_HERE)
    note.gallery = note.poster.gallery = gallery
    return note


def _answered(form: AnswerForm, note: Note) -> bool:
    """Whether the answer hangs; else the form says why not."""
    if not form.is_valid():
        return False
    visit = visit_of(note.gallery)
    desk = Desk([(each.opens, each.closes) for each in note.gallery.hours.all()], visit.now)
    words = form.cleaned_data
    try:
        notes.stick(
            poster=note.poster,
            key=words["key"] or uuid4(),
            kind=None,
            text=words["text"],
            at=visit.now,
            gate=desk,
            answers=note,
            from_host=True,
        )
        return True
    except Closed:
        form.add_error(None, CLOSED)
    except notes.KeyReused:
        form.renew_key()
        form.add_error(None, REUSED)
    except notes.Gone:
        form.add_error(None, GONE)
    return False


def _page(request: HtmxRequest, note: Note, form: AnswerForm) -> dict[str, Any]:
    return {
        "gallery": note.gallery,
        "poster": note.poster,
        "note": note,
        "form": form,
        "host": True,
        "may_answer": visit_of(note.gallery).phase in ANSWERED,
        "action": request.get_full_path(),
        "back": back_to(request, note),
        "here": "dashboard",
    }


def back_to(request: HtmxRequest, note: Note) -> str:
    """To the poster or to the dashboard, wherever one came from."""
    if "poster" in request.GET:
        room = reverse("poster", args=[note.gallery.code, note.poster.number])
        return f"{room}?all=1#n-{note.key.hex}"
    return reverse("dashboard", args=[note.gallery.code]) + f"?poster={note.poster.number}#n-{note.key.hex}"


def as_it_is_now(request: HtmxRequest, note: Note, problem: str = "") -> HttpResponse:
    """The note with what is said to it, as visitors see it or as the dashboard does."""
    if "poster" in request.GET:
        return HttpResponse(frames.fragment(note, note.poster, reader(request, visit_of(note.gallery))))
    fresh = noted(note.gallery, note.key)
    context = {"gallery": note.gallery, "note": fresh, "problem": problem}
    return render(request, "feedback/_host_note.html", context)
