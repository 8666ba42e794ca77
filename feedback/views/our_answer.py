"""A host rewords what the team answered to a note, or takes it back: on the dashboard or on the poster."""

from typing import Any
from uuid import UUID

from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from feedback import answers, notes
from feedback.gate import Closed, Desk
from feedback.hosting import for_hosts, hosted
from feedback.models import Note
from feedback.views.answer import CLOSED, as_it_is_now, back_to, noted
from feedback.views.dashboard import visit_of
from feedback.views.moderate import HtmxRequest
from gallery.models import Gallery

NOT_HERE = "This answer isn’t here any more. If it was hidden, you find it under “hidden notes”."
FASTER = "Somebody of your team has changed this answer meanwhile, to:"
SAVE_AGAIN = "Your words are below: save again to let them take its place."
GONE = "Somebody of your team has taken this answer back meanwhile. Your words are below: copy them."


@for_hosts
@require_http_methods(["GET", "HEAD", "POST"])
def our_answer(request: HtmxRequest, code: str, key: UUID) -> HttpResponse:
    """A form to reword the team’s answer or to take it back (GET); what was chosen (POST)."""
    gallery = hosted(request, code)
    answer = _answer(gallery, key)
    if request.method != "POST":
        return _form(request, answer)
    try:
        _act(request, answer)
    except notes.Unusable as problem:
        return _form(request, answer, problem=str(problem))
    except Closed:
        return _form(request, answer, problem=CLOSED)
    except answers.Faster:
        return _after_another(request, gallery, key)
    if request.POST.get("act") == "take-back":
        return _form(request, answer) if request.htmx else redirect(request.get_full_path())
    note = noted(gallery, answer.reply_to.key)  # type: ignore[union-attr]  # an answer answers a note
    return as_it_is_now(request, note) if request.htmx else redirect(back_to(request, note))


def _answer(gallery: Gallery, key: UUID) -> Note:
    answer = answers.find(gallery, key)
    if answer is None:
        raise Http404(NOT_HERE)
    return answer


def _act(request: HtmxRequest, answer: Note) -> None:
    visit = visit_of(answer.gallery)
    desk = Desk([(each.opens, each.closes) for each in answer.gallery.hours.all()], visit.now)
    act, seen = request.POST.get("act", ""), request.POST.get("seen", "")
    if act == "take-back":
        answers.take_back(answer=answer, desk=desk)
    elif act == "put-back":
        answers.put_back(answer=answer, desk=desk)
    else:
        number = int(seen) if seen.isdecimal() and len(seen) < 19 else 0
        text = request.POST.get("text", "")
        answers.reword(answer=answer, text=text, seen=number, at=visit.now, desk=desk)


def _after_another(request: HtmxRequest, gallery: Gallery, key: UUID) -> HttpResponse:
    """The form once more, with what the other host made of the answer."""
    now = _answer(gallery, key)
    gone = now.state == Note.State.WITHDRAWN
    return _form(request, now, problem=GONE if gone else f"{FASTER} “{now.text}” {SAVE_AGAIN}")


def _form(request: HtmxRequest, answer: Note, problem: str = "") -> HttpResponse:
    template = "feedback/_our_answer.html" if request.htmx else "feedback/our_answer.html"
    page = _page(request, answer, problem)
    response = render(request, template, page, status=422 if problem else 200)
    if request.method == "POST":
        response.headers["HX-Retarget"] = "this"  # its own place, not the note's
    return response


def _page(request: HtmxRequest, answer: Note, problem: str) -> dict[str, Any]:
    note = noted(answer.gallery, answer.reply_to.key)  # type: ignore[union-attr]  # as above
    return {
        "gallery": answer.gallery,
        "note": note,
        "answer": answer,
        "gone": answer.state == Note.State.WITHDRAWN and not problem,
        "typed": notes.without_broken_signs(request.POST.get("text", answer.text)),
        "problem": problem,
        "action": request.get_full_path(),
        "back": back_to(request, note),
        "here": "dashboard",
    }
