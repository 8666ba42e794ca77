"""What visitors say to one another's notes: an answer, or 'me too'."""

from dataclasses import replace
from typing import Any
from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_POST

from feedback import frames, limits, me_too, notes, visitors
from feedback.forms import AnswerForm
from feedback.gate import Closed, Locked
from feedback.limits import SlowDown
from feedback.models import Note
from feedback.room import Visit, enter, reader, way_in
from feedback.views.visit import HtmxRequest, Refused, landed, refused, seconds, stuck, to_the_note
from gallery.models import Poster

NOT_HERE = "This note isn’t here any more. It may have been taken back, or a host has hidden it."
OWN = "This is your own note, so it has your ‘me too’ already."
NOT_NOW = "The doors are closed, so this was not counted."


@visitors.from_our_own_page
def answers(request: HtmxRequest, code: str, number: int, key: UUID) -> HttpResponse:
    """A note with all that was said to it and a form to answer it (GET); an answer (POST)."""
    visit, note = _noted(request, code, number, key)
    if request.method == "POST":
        return _answer(request, visit, note, AnswerForm(request.POST))
    if not visit.walls_shown:
        return redirect("lobby", code)
    if note.state != Note.State.SHOWN:
        raise Http404(NOT_HERE)
    return render(request, "feedback/answers.html", _page(request, visit, note, AnswerForm()))


@visitors.from_our_own_page
@require_POST
def say_me_too(request: HtmxRequest, code: str, number: int, key: UUID) -> HttpResponse:
    """Say 'me too' to a note, or not any more; the note as this visitor sees it now."""
    visit, note = _noted(request, code, number, key)
    token = visitors.token_of(request) or visitors.new_token(visit.now)
    author, meant = visitors.pseudonym(token, code), request.POST.get("meant") != "no"
    try:
        if note.state != Note.State.SHOWN:
            raise notes.Gone
        gate = replace(way_in(request, visit), rate=limits.ME_TOO)
        me_too.say(note=note, author=author, meant=meant, gate=gate)
    except notes.Gone:
        raise Http404(NOT_HERE) from None
    except me_too.OwnNote:
        raise Http404(OWN) from None
    except (Closed, Locked):
        raise Http404(NOT_NOW) from None
    except SlowDown as wait:
        raise Http404(f"That was fast. Try again in {seconds(wait)}.") from None
    eyes = replace(reader(request, visit), author=author)
    if request.htmx:
        response = HttpResponse(frames.fragment(note, note.poster, eyes))
    else:
        response = to_the_note(note, note.poster, visit)
    visitors.remember(response, token)
    return response


def _noted(request: HttpRequest, code: str, number: int, key: UUID) -> tuple[Visit, Note]:
    """A note that was stuck on this poster, in whatever state; no reply. Raises Http404."""
    visit = enter(request, code)
    found = Note.objects.without_replies().filter(poster__gallery=visit.gallery, poster__number=number)
    note = found.select_related("poster__wall").filter(key=key).first()
    if note is None:
        raise Http404(NOT_HERE)
    note.gallery = note.poster.gallery = visit.gallery
    return visit, note


def _answer(request: HtmxRequest, visit: Visit, note: Note, form: AnswerForm) -> HttpResponse:
    token = visitors.token_of(request) or visitors.new_token(visit.now)
    author, gate = visitors.pseudonym(token, visit.gallery.code), way_in(request, visit)
    try:
        reply = stuck(form, note.poster, author, gate, answers=note)
    except Refused as why:
        if why.words:
            form.add_error(None, why.words)
        template = "feedback/_answer_form.html" if request.htmx else "feedback/answers.html"
        page = _page(request, visit, note, form)
        return refused(render(request, template, page, status=why.status), why)
    if not request.htmx:
        return landed(to_the_note(reply, note.poster, visit), reply, token)
    context = {"gallery": visit.gallery, "poster": note.poster, "reply": reply, "mine": True}
    return landed(render(request, "feedback/_answered.html", context), reply, token)


def _page(request: HtmxRequest, visit: Visit, note: Note, form: AnswerForm) -> dict[str, Any]:
    """The note is drawn for the whole page alone, and only as long as it hangs where one may look."""
    drawn = visit.walls_shown and not request.htmx and note.state == Note.State.SHOWN
    return {
        "gallery": visit.gallery,
        "poster": note.poster,
        "visit": visit,
        "note": note,
        "fragment": frames.fragment(note, note.poster, reader(request, visit)) if drawn else "",
        "form": form,
        "action": reverse("answers", args=[visit.gallery.code, note.poster.number, note.key]),
        "back": _back(note.poster, note),
    }


def _back(poster: Poster, note: Note) -> str:
    return f"{reverse('poster', args=[poster.gallery.code, poster.number])}#n-{note.key.hex}"
