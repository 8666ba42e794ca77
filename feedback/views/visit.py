"""A visitor before a poster: read it, stick a note, reword it or take it back, drift on."""

import re
from typing import Any
from uuid import UUID, uuid4

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.html import format_html_join
from django.utils.safestring import SafeString
from django.views.decorators.http import require_POST, require_safe
from django_htmx.middleware import HtmxDetails

from feedback import frames, notes, undo, visitors, ways
from feedback.forms import (
    KeyedForm,
    ProposeForm,
    RewordForm,
    RewordProposalForm,
    StickForm,
    more_of,
    proposed,
)
from feedback.frames import Frame, Hanging, Stamp
from feedback.gate import Closed, Gate, Locked
from feedback.limits import SlowDown
from feedback.models import Note
from feedback.room import Visit, enter, own_note, reader, stand_before, way_in
from gallery.models import Poster

NOTES_A_PAGE = 60
MOST_NEWS = 200
# What stands in a kept page where readers differ; random, so that nobody can type it.
KEY_GAP, OTHER_KEY_GAP, SEQ_GAP, NOTES_GAP = uuid4(), uuid4(), uuid4().hex, uuid4().hex
INDENT = re.compile(r"\n\s+")  # for who reads the templates

CLOSED = "The doors are closed, so this note was not stuck. Your words are still here."
LOCKED = "A host has stopped all notes for now, so this one was not stuck. Your words are still here."
REUSED = "You have stuck a note from this page already. Stick again to add this one beside it."
CHANGED = "This poster has just been changed. Copy your words, reload the page and try again."
NOT_CHANGED = "No notes can be changed now."
GONE = "This note doesn’t hang here any more, so your answer was not stuck. Your words are still here."


class Refused(Exception):  # noqa: N818 - an answer to a person, not a fault
    """A note was not stuck: the reason in one word for the page's script, and what to tell the person."""

    def __init__(self, reason: str, words: str = "", *, status: int = 422, wait: int = 0) -> None:
        super().__init__(words)
        self.reason, self.words, self.status, self.wait = reason, words, status, wait


class HtmxRequest(HttpRequest):
    """What the middleware makes of a request."""

    htmx: HtmxDetails


@require_safe
def poster(request: HttpRequest, code: str, number: int) -> HttpResponse:
    """A poster with its notes, its form, and the ways on. Before the doors open: the invitation."""
    frame, visit = stand_before(request, code, number)
    if not visit.walls_shown:
        return redirect("lobby", code)
    return HttpResponse(_filled(request, frame, visit, _hanging(request, frame, visit)))


@visitors.from_our_own_page
def stick(request: HtmxRequest, code: str, number: int) -> HttpResponse:
    """Stick a note; a fragment for htmx, else a redirect to the note; 422 with the words kept."""
    frame, visit = stand_before(request, code, number)
    if request.method != "POST":
        return redirect("poster", code, number)
    return _stick(request, frame, visit, StickForm(request.POST, kinds=frame.kinds))


@visitors.from_our_own_page
def propose(request: HtmxRequest, code: str, number: int) -> HttpResponse:
    """Propose a measure: a note with some more to it, on the same way as any other."""
    frame, visit = stand_before(request, code, number)
    if request.method != "POST":
        return redirect(reverse("poster", args=[code, number]) + "#propose")
    return _stick(request, frame, visit, ProposeForm(request.POST, kinds=frame.kinds))


@require_safe
def feed(request: HttpRequest, code: str, number: int) -> HttpResponse:
    """What changed on this poster after `after`; 204 when nothing did. One query then.

    Of very many, the newest: a page shows no more at first either.
    """
    after = request.GET.get("after", "0")
    if not after.isdecimal() or len(after) > 18:
        raise Http404("This page is out of date. Reload it to see the notes.")
    seq, changed = frames.news(code, number, int(after))
    if seq < int(after):  # restored since: this page's number belongs to a gallery that is no more
        return HttpResponse(status=204, headers={"HX-Refresh": "true"})
    if not changed:
        return HttpResponse(status=204)
    frame, visit = stand_before(request, code, number)
    if not visit.walls_shown:
        return HttpResponse(status=204)
    eyes = reader(request, visit)
    shown = [stamp for stamp in changed if _is_seen(stamp, eyes.author)]
    gone = [stamp for stamp in changed if not _is_seen(stamp, eyes.author)]
    context = {
        "gallery": visit.gallery,
        "poster": frame.poster,
        "arriving": frames.fragments(shown[:MOST_NEWS], frame.poster, eyes),
        "gone": gone if int(after) else [],  # where there were no notes yet, there is none to take off
        "seq": changed[0].seq,
    }
    return render(request, "feedback/_feed.html", context)


@visitors.from_our_own_page
def note(request: HtmxRequest, code: str, number: int, key: UUID) -> HttpResponse:
    """One's own note: a form to reword it (GET), its new words (POST)."""
    frame, visit, own = own_note(request, code, number, key)
    proposal = getattr(own, "proposal", None)
    form = (RewordProposalForm if proposal else RewordForm)(request.POST or None)
    problem = NOT_CHANGED if visit.fixed and request.method != "POST" else ""
    if request.method == "POST" and form.is_valid():
        words, gate = form.cleaned_data, way_in(request, visit)
        more = proposed(words) if proposal else None
        try:
            notes.reword(
                note=own, text=words["text"], author=gate.author, at=visit.now, gate=gate, proposes=more
            )
            return _reworded(request, frame, visit, own)
        except notes.TooLate:
            problem = "The time for rewording is over. Your new words are below: copy them into another note."
        except (Closed, Locked):
            problem = f"{NOT_CHANGED} Your new words are below: copy them."
        except SlowDown as wait:
            problem = f"That was fast. Your new words are below: try again in {seconds(wait)}."
    elif request.method == "POST":
        problem = str(form.errors.get("text", [""])[0])
    typed = notes.without_broken_signs(request.POST.get("text", own.text))
    context = {
        "gallery": visit.gallery,
        "poster": frame.poster,
        "note": own,
        "typed": typed,
        "problem": problem,
        "more": more_of(form, proposal),
        "fixed": visit.fixed,
    }
    template = "feedback/_reword.html" if request.htmx else "feedback/reword.html"
    return render(request, template, context, status=422 if form.is_bound else 200)


@visitors.from_our_own_page
@require_POST
def take_back(request: HtmxRequest, code: str, number: int, key: UUID) -> HttpResponse:
    frame, visit, own = own_note(request, code, number, key)
    hung = own.state == Note.State.SHOWN
    try:
        notes.take_back(note=own, author=visitors.author_of(request, code), at=visit.now)
    except notes.TooLate:
        raise Http404("The time for taking this note back is over. Ask a host to hide it.") from None
    except SlowDown as wait:
        raise Http404(f"That was fast. Go back and try again in {seconds(wait)}.") from None
    if request.htmx:
        seal = undo.sealed_one(own) if hung else ""
        room = {"gallery": visit.gallery, "poster": frame.poster}
        context = room | {"note": own, "hung": seal, "fixed": visit.fixed}
        return render(request, "feedback/_taken_back.html", context)
    return redirect(reverse("poster", args=[code, number]) + "#notes")


@visitors.from_our_own_page
@require_POST
def put_back(request: HtmxRequest, code: str, number: int, key: UUID) -> HttpResponse:
    """Undo taking back."""
    frame, visit, own = own_note(request, code, number, key, states={Note.State.WITHDRAWN})
    hung = undo.hung(own, request.POST.get("hung", ""))
    try:
        gate = way_in(request, visit)
        notes.put_back(note=own, author=gate.author, hung=hung, at=visit.now, gate=gate)
    except (notes.TooLate, Closed, Locked):
        raise Http404("The time for putting this note back is over. Stick it anew.") from None
    except SlowDown as wait:
        raise Http404(f"That was fast. Go back and try again in {seconds(wait)}.") from None
    return _reworded(request, frame, visit, own)


@require_safe
def drift(request: HttpRequest, code: str) -> HttpResponse:
    """On to a poster that few have written on. For the page's script: all of them, quiet ones first."""
    visit = enter(request, code)
    if not visit.walls_shown:
        return redirect("lobby", code)
    if request.headers.get("Accept") == "text/plain":
        lines = [f"{n} {reverse('poster', args=[code, n])}" for n in ways.quiet_first(visit.gallery)]
        return HttpResponse("\n".join(lines), content_type="text/plain")
    leaving = request.GET.get("from", "")
    onward = ways.drift(visit.gallery, int(leaving) if leaving.isdecimal() and len(leaving) < 9 else 0)
    return redirect("poster", code, onward) if onward else redirect("lobby", code)


def _page(frame: Frame, visit: Visit, hanging: Hanging, form: KeyedForm) -> dict[str, Any]:
    """What a poster's page needs. The gallery's `seq` was read before the notes: the feed misses nothing."""
    is_proposal = isinstance(form, ProposeForm)
    proposal = form if is_proposal else ProposeForm(kinds=frame.kinds, key=OTHER_KEY_GAP)
    return {
        "visit": visit,
        "gallery": visit.gallery,
        "poster": frame.poster,
        "frame": frame,
        "form": StickForm(kinds=frame.kinds) if is_proposal else form,
        "proposal": proposal,
        "more_fields": more_of(proposal),
        "notes": hanging.notes,
        "more": hanging.more,
        "seq": visit.gallery.seq,
    }


def _filled(request: HttpRequest, frame: Frame, visit: Visit, hanging: Hanging) -> str:
    """The poster's page: all but the form's key, the notes and their number is the same for every reader."""

    def make() -> str:
        gaps = Hanging(NOTES_GAP, hanging.more)
        page = _page(frame, visit, gaps, StickForm(kinds=frame.kinds, key=KEY_GAP))
        return INDENT.sub("\n", render_to_string("feedback/poster.html", page | {"seq": SEQ_GAP}, request))

    html = frames.page(_page_key(frame, visit, hanging.more), make)
    html = html.replace(str(KEY_GAP), str(uuid4())).replace(str(OTHER_KEY_GAP), str(uuid4()))
    html = html.replace(SEQ_GAP, str(visit.gallery.seq))
    return html.replace(NOTES_GAP, hanging.notes)


def _page_key(frame: Frame, visit: Visit, more: bool) -> frames.PageKey:
    return (visit.gallery.pk, frame.poster.number, visit.phase, visit.preview, more)


def _hanging(request: HttpRequest, frame: Frame, visit: Visit) -> Hanging:
    """The notes as this visitor finds them; alike for all who have said nothing, until the next change."""
    eyes = reader(request, visit)
    every = "all" in request.GET

    def read() -> Hanging:
        found = Note.objects.for_visit(frame.poster, eyes.author)
        part = found if every else found[: NOTES_A_PAGE + 1]
        kept = any(frames.is_kept(_page_key(frame, visit, more)) for more in (False, True))
        each = frames.stamps(part) if kept else list(Note.objects.with_talk().among(part))
        more = len(each) > NOTES_A_PAGE and not every
        shown = each[:NOTES_A_PAGE] if more else each
        fragments = frames.fragments(shown, frame.poster, eyes)
        return Hanging(format_html_join("", "{}", ((one,) for one in fragments)), more)

    key = (frame.poster.pk, visit.gallery.seq, eyes.offers)
    # One with every note is as long as people like, and there is another after each note.
    return read() if eyes.author or every else frames.hanging(key, read)


def _stick(request: HtmxRequest, frame: Frame, visit: Visit, form: StickForm | ProposeForm) -> HttpResponse:
    token = visitors.token_of(request) or visitors.new_token(visit.now)
    author, gate = visitors.pseudonym(token, visit.gallery.code), way_in(request, visit)
    try:
        note = stuck(form, frame.poster, author, gate)
    except Refused as refused:
        if refused.words:
            form.add_error(None, refused.words)
        return _again(request, frame, visit, form, refused)
    return landed(_saved(request, frame, visit, note, form), note, token)


def landed(response: HttpResponse, note: Note, token: str) -> HttpResponse:
    """The answer to a note that is stuck: the page's script reads its key, the phone keeps the token."""
    response.headers["Note-Saved"] = str(note.key)
    visitors.remember(response, token)
    return response


def stuck(form: KeyedForm, poster: Poster, author: str, gate: Gate, *, answers: Note | None = None) -> Note:
    """The note that the form made. Raises Refused with the reason in the person's words."""
    if not form.is_valid():
        raise Refused("words")
    words = form.cleaned_data
    try:
        return notes.stick(
            poster=poster,
            key=words["key"] or uuid4(),
            text=words["text"],
            name=words["name"],
            author=author,
            at=gate.at,
            gate=gate,
            answers=answers,
            **form.what(),
        )
    except Closed:
        raise Refused("closed", CLOSED) from None
    except Locked:
        raise Refused("locked", LOCKED) from None
    except SlowDown as wait:
        words_now = f"That was fast. Your words are still here: tap again in {seconds(wait)}."
        raise Refused("slow", words_now, status=429, wait=wait.seconds) from None
    except notes.KeyReused:
        form.renew_key()
        raise Refused("reused", REUSED) from None
    except notes.Gone:
        raise Refused("changed", GONE if answers else CHANGED) from None


def seconds(wait: SlowDown) -> str:
    return "a second" if wait.seconds == 1 else f"{wait.seconds} seconds"


def _is_seen(stamp: Stamp, author: str | None) -> bool:
    """Whether this visitor finds the note on the wall: it is shown, or their own and still waits."""
    own = author is not None and stamp.author == author
    return stamp.state == Note.State.SHOWN or (own and stamp.state == Note.State.WAITING)


def _again(
    request: HtmxRequest, frame: Frame, visit: Visit, form: StickForm | ProposeForm, why: Refused
) -> HttpResponse:
    """The form once more, with what was typed and what to do. The page's script reads the headers."""
    if request.htmx:
        response = render(request, _fragment_of(form), _form(frame, visit, form), status=why.status)
    elif not visit.walls_shown:
        context = _form(frame, visit, form) | {"form_template": _fragment_of(form)}
        response = render(request, "feedback/not_stuck.html", context, status=why.status)
    else:
        page = _page(frame, visit, _hanging(request, frame, visit), form)
        response = render(request, "feedback/poster.html", page, status=why.status)
    return refused(response, why)


def refused(response: HttpResponse, why: Refused) -> HttpResponse:
    response.headers["Note-Refused"] = why.reason
    if why.wait:
        response.headers["Retry-After"] = str(why.wait)
    return response


def _fragment_of(form: KeyedForm) -> str:
    return "feedback/_propose.html" if isinstance(form, ProposeForm) else "feedback/_stick.html"


def _form(frame: Frame, visit: Visit, form: KeyedForm) -> dict[str, Any]:
    room = {"gallery": visit.gallery, "poster": frame.poster, "visit": visit}
    if isinstance(form, ProposeForm):
        return room | {"proposal": form, "more_fields": more_of(form)}
    return room | {"form": form}


def _saved(
    request: HtmxRequest, frame: Frame, visit: Visit, note: Note, form: StickForm | ProposeForm
) -> HttpResponse:
    """The empty form with the note for htmx; without JavaScript, the way to the note."""
    if not request.htmx:
        return to_the_note(note, frame.poster, visit)
    context = _form(frame, visit, type(form)(kinds=frame.kinds))
    told = {"form_template": _fragment_of(form), "note": note, "own": True, "saved": True}
    return render(request, "feedback/_stuck.html", context | told)


def to_the_note(note: Note, poster: Poster, visit: Visit) -> HttpResponse:
    """Back to the poster and there to the note, also where only older notes have it."""
    hung = note.reply_to or note
    newer = Note.objects.for_visit(poster).filter(created_at__gt=hung.created_at)[:NOTES_A_PAGE]
    older = "?all=1" if len(newer.values_list("pk")) == NOTES_A_PAGE else ""
    address = reverse("poster", args=[visit.gallery.code, poster.number])
    return redirect(f"{address}{older}#n-{note.key.hex}")


def _reworded(request: HtmxRequest, frame: Frame, visit: Visit, note: Note) -> HttpResponse:
    if not request.htmx:
        return to_the_note(note, frame.poster, visit)
    return HttpResponse(drawn(request, frame, visit, note))


def drawn(request: HttpRequest, frame: Frame, visit: Visit, note: Note, **told: object) -> SafeString:
    """One's own note as it is now, or what one said to a note."""
    if note.reply_to_id is None:
        return frames.fragment(note, frame.poster, reader(request, visit), **told)
    context = {"gallery": visit.gallery, "poster": frame.poster, "reply": note, "mine": True}
    context["offers"] = visit.offers
    return render_to_string("feedback/_reply.html", context | told)
