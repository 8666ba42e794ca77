"""A visitor before a poster: read it, stick a note, reword it or take it back, drift on."""

from typing import Any
from uuid import UUID, uuid4

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe
from django_htmx.middleware import HtmxDetails

from feedback import notes, visitors, ways
from feedback.forms import RewordForm, StickForm
from feedback.models import Decision, Note, NoteKind
from feedback.room import Visit, enter, stand_before
from gallery.faces import face
from gallery.models import Poster
from gallery.phases import Phase

NOTES_A_PAGE = 60


class HtmxRequest(HttpRequest):
    htmx: HtmxDetails


@require_safe
def poster(request: HttpRequest, code: str, number: int) -> HttpResponse:
    """A poster with its notes, its form, and the ways on. Before the doors open: the invitation."""
    shown, visit = stand_before(request, code, number)
    if not visit.walls_shown:
        return redirect("lobby", code)
    return render(request, "feedback/poster.html", _page(request, shown, visit, StickForm(kinds=_kinds(shown))))


@visitors.from_our_own_page
@require_POST
def stick(request: HtmxRequest, code: str, number: int) -> HttpResponse:
    """Stick a note; a fragment for htmx, a redirect to the note without JavaScript, 422 with the words kept."""
    shown, visit = stand_before(request, code, number)
    form = StickForm(request.POST, kinds=_kinds(shown))
    token = visitors.token_of(request) or visitors.new_token()
    note = _stuck(form, shown, visit, visitors.pseudonym(token, code))
    if note is None:
        return _again(request, shown, visit, form)
    response = _answer(request, shown, visit, note, StickForm(kinds=list(form.kinds.values())))
    visitors.remember(response, token)
    return response


@require_safe
def feed(request: HttpRequest, code: str, number: int) -> HttpResponse:
    """What changed on this poster after `after`; 204 when nothing did. One query then."""
    after = request.GET.get("after", "0")
    if not after.isdecimal() or len(after) > 18:
        raise Http404("This page is out of date. Reload it to see the notes.")
    changed = list(Note.objects.since(code, number, int(after)))
    if not changed:
        return HttpResponse(status=204)
    poster = changed[0].poster
    poster.gallery = changed[0].gallery
    context = {
        "gallery": poster.gallery,
        "poster": poster,
        "arriving": [note for note in reversed(changed) if note.state == Note.State.SHOWN],
        "gone": [note for note in changed if note.state != Note.State.SHOWN],
        "seq": changed[-1].seq,
        "own": _own_keys(changed, request, poster),
    }
    return render(request, "feedback/_feed.html", context)


@visitors.from_our_own_page
def note(request: HtmxRequest, code: str, number: int, key: UUID) -> HttpResponse:
    """One's own note: a form to reword it (GET), its new words (POST)."""
    shown, visit, own = _own_note(request, code, number, key)
    form = RewordForm(request.POST or None)
    problem = ""
    if request.method == "POST" and form.is_valid():
        try:
            notes.reword(
                note=own, text=form.cleaned_data["text"], author=visitors.author_of(request, code), at=visit.now
            )
            return _note_answer(request, shown, visit, own)
        except notes.TooLate:
            problem = "The time for rewording this note is over. Your new words are below; stick them as another note."
    elif request.method == "POST":
        problem = form.errors["text"][0]
    typed = notes.without_broken_signs(request.POST.get("text", own.text))
    context = {"gallery": visit.gallery, "poster": shown, "note": own, "typed": typed, "problem": problem}
    template = "feedback/_reword.html" if request.htmx else "feedback/reword.html"
    return render(request, template, context, status=422 if problem else 200)


@visitors.from_our_own_page
@require_POST
def take_back(request: HtmxRequest, code: str, number: int, key: UUID) -> HttpResponse:
    shown, visit, own = _own_note(request, code, number, key)
    try:
        notes.take_back(note=own, author=visitors.author_of(request, code), at=visit.now)
    except notes.TooLate:
        raise Http404("The time for taking this note back is over. Ask a host to hide it.") from None
    if request.htmx:
        return render(request, "feedback/_taken_back.html", {"note": own})
    return redirect(reverse("poster", args=[code, number]) + "#notes")


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


def _kinds(poster: Poster) -> list[NoteKind]:
    return list(NoteKind.objects.filter(gallery=poster.gallery_id))


def _page(request: HttpRequest, shown: Poster, visit: Visit, form: StickForm) -> dict[str, Any]:
    """What a poster's page needs; `seq` is read before the notes, so that the feed misses nothing."""
    found = list(Note.objects.for_visit(shown)[: NOTES_A_PAGE + 1])
    more = len(found) > NOTES_A_PAGE and "all" not in request.GET
    if len(found) > NOTES_A_PAGE and not more:
        found = list(Note.objects.for_visit(shown))
    posters = list(Poster.objects.filter(gallery=shown.gallery_id).with_face().in_order())
    return {
        "visit": visit,
        "gallery": visit.gallery,
        "poster": shown,
        "face": face(shown),
        "ways": ways.ways_on(shown, posters),
        "count": len(posters),
        "form": form,
        "notes": found[:NOTES_A_PAGE] if more else found,
        "more": more,
        "own": _own_keys(found, request, shown),
        "seq": shown.gallery.seq,
        "decision": Decision.objects.filter(poster=shown).first() if visit.phase is Phase.REPORTED else None,
    }


def _own_keys(found: list[Note], request: HttpRequest, shown: Poster) -> set[UUID]:
    """The keys of those notes that this visitor may still change."""
    author = visitors.author_of(request, shown.gallery.code)
    now, minutes = timezone.now(), shown.gallery.reword_minutes
    return {note.key for note in found if author and notes.may_change(note, author, minutes, now)}


def _stuck(form: StickForm, shown: Poster, visit: Visit, author: str) -> Note | None:
    """The note that the form made, or None with the reason among the form's errors."""
    if not form.is_valid():
        return None
    if not visit.may_stick:
        form.add_error(None, "The doors are closed, so this note was not stuck. Your words are kept here: copy them.")
        return None
    words = form.cleaned_data
    try:
        return notes.stick(
            poster=shown,
            key=words["key"] or uuid4(),
            kind=form.kinds[words["kind"]],
            text=words["text"],
            name=words["name"],
            author=author,
            at=visit.now,
        )
    except notes.KeyReused:
        form.renew_key()
        form.add_error(None, "You have stuck a note from this page already. Stick again to add this one beside it.")
    return None


def _again(request: HtmxRequest, shown: Poster, visit: Visit, form: StickForm) -> HttpResponse:
    """The form once more, with what was typed and what to do."""
    if request.htmx:
        context = {"gallery": visit.gallery, "poster": shown, "visit": visit, "form": form}
        return render(request, "feedback/_stick.html", context, status=422)
    return render(request, "feedback/poster.html", _page(request, shown, visit, form), status=422)


def _answer(request: HtmxRequest, shown: Poster, visit: Visit, note: Note, form: StickForm) -> HttpResponse:
    if not request.htmx:
        return redirect(f"{reverse('poster', args=[visit.gallery.code, shown.number])}#n-{note.key.hex}")
    context = {
        "gallery": visit.gallery,
        "poster": shown,
        "visit": visit,
        "form": form,
        "arriving": [note],
        "own": {note.key},
        "saved": True,
    }
    return render(request, "feedback/_stuck.html", context)


def _own_note(request: HttpRequest, code: str, number: int, key: UUID) -> tuple[Poster, Visit, Note]:
    """This visitor's own note on this poster. Raises Http404 for anyone else's."""
    shown, visit = stand_before(request, code, number)
    author = visitors.author_of(request, code)
    own = Note.objects.select_related("kind").filter(poster=shown, key=key, author=author).first()
    if author is None or own is None or own.state != Note.State.SHOWN:
        raise Http404("This note isn’t here any more, or it was stuck from another phone.")
    own.gallery = visit.gallery
    return shown, visit, own


def _note_answer(request: HtmxRequest, shown: Poster, visit: Visit, note: Note) -> HttpResponse:
    if not request.htmx:
        return redirect(f"{reverse('poster', args=[visit.gallery.code, shown.number])}#n-{note.key.hex}")
    context = {"gallery": visit.gallery, "poster": shown, "note": note, "own": {note.key}}
    return render(request, "feedback/_note.html", context)
