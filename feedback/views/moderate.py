"""What a host does about notes: hang, hide and show them, one by one or many at once; stop them all.

Every act is one press, and what hides many has its way back beside it.
"""

from collections.abc import Callable
from datetime import UTC, datetime
from urllib.parse import urlencode
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_POST
from django_htmx.middleware import HtmxDetails

from feedback import notes, undo
from feedback.hosting import for_hosts, hosted
from feedback.listing import ASKED, Filter, chosen, matching
from feedback.models import Note, NoteQuerySet
from feedback.notes import Turned
from feedback.rollup import rollup
from feedback.views.dashboard import board_of
from gallery import events
from gallery.models import Gallery

Turn = Callable[[Gallery, NoteQuerySet], Turned]

OUT_OF_DATE = "That list has changed meanwhile, so nothing was done. Look at it as it is now, then choose."
ALL_HIDDEN = "Nothing else from this sender hangs or waits."
NO_WAY_BACK = "This can’t be undone from here any more. You find what is hidden under “hidden notes”."


class HtmxRequest(HttpRequest):
    htmx: HtmxDetails


@for_hosts
@require_POST
def hide_note(request: HtmxRequest, code: str, key: UUID) -> HttpResponse:
    """Take a note off every screen. It stays on the dashboard, with a way back."""
    gallery = hosted(request, code)
    note = _note(gallery, key)
    return _turned_one(request, gallery, note, notes.hide_all)


@for_hosts
@require_POST
def show_note(request: HtmxRequest, code: str, key: UUID) -> HttpResponse:
    """Hang a note that waited, or one that was hidden."""
    gallery = hosted(request, code)
    note = _note(gallery, key)
    return _turned_one(request, gallery, note, notes.show_all)


@for_hosts
@require_POST
def hide_sender(request: HtmxRequest, code: str, key: UUID) -> HttpResponse:
    """Hide all notes that came from the same phone as this one; a count is told, and nothing of whose."""
    gallery = hosted(request, code)
    turned = notes.hide_all(gallery, notes.from_the_same_sender(_note(gallery, key)))
    return _turned_many(request, gallery, turned, nothing=ALL_HIDDEN)


@for_hosts
@require_POST
def hide_listed(request: HtmxRequest, code: str) -> HttpResponse:
    """Hide all notes of the list that the address asks for, as it was drawn."""
    return _turn_listed(request, hosted(request, code), notes.hide_all)


@for_hosts
@require_POST
def show_listed(request: HtmxRequest, code: str) -> HttpResponse:
    """Hang all notes of the list that the address asks for, as it was drawn."""
    return _turn_listed(request, hosted(request, code), notes.show_all)


@for_hosts
@require_POST
def undo_turn(request: HtmxRequest, code: str) -> HttpResponse:
    """Bring back exactly what an act on many notes turned."""
    gallery = hosted(request, code)
    turned = undo.opened(gallery, request.POST.get("did", ""))
    if turned is None:
        return _answer(request, gallery, words=NO_WAY_BACK)
    count = notes.turn_back(gallery, turned)
    is_are = "1 note is" if count == 1 else f"{count} notes are"
    return _answer(request, gallery, words=f"{is_are} back as before.")


@for_hosts
@require_POST
def moderate(request: HtmxRequest, code: str) -> HttpResponse:
    """Let new notes wait for a host, or hang at once."""
    gallery = hosted(request, code)
    moderated = _choice(request, "on", "off") == "on"
    events.moderate(gallery, moderated=moderated)
    told = "New notes wait for a host." if moderated else "New notes hang at once. What waits, waits on."
    return _answer(request, gallery, aloud=told)


@for_hosts
@require_POST
def lock(request: HtmxRequest, code: str) -> HttpResponse:
    """Stop all notes at once, or let them come again."""
    gallery = hosted(request, code)
    locked = _choice(request, "lock", "unlock") == "lock"
    (events.lock if locked else events.unlock)(gallery)
    told = "All notes are stopped." if locked else "Notes can be stuck again."
    return _answer(request, gallery, aloud=told)


def _note(gallery: Gallery, key: UUID) -> Note:
    found = Note.objects.with_talk().filter(gallery=gallery, key=key)
    note = found.select_related("reply_to", "poster__goal", "poster__measure__goal").first()
    if note is None or note.state == Note.State.WITHDRAWN:
        raise Http404("This note isn’t here any more: whoever stuck it has taken it back.")
    note.poster.gallery = gallery
    return note


def _choice(request: HttpRequest, *known: str) -> str:
    act = request.POST.get("act", "")
    if act not in known:
        raise Http404("Go back to the dashboard and choose one of its buttons.")
    return act


def _turn_listed(request: HtmxRequest, gallery: Gallery, turn: Turn) -> HttpResponse:
    """Turn the notes of the list; none where the list can't be told any more, rather than too many."""
    found = rollup(gallery)
    at, upto = _whole(request.GET.get("at", ""), 11), _whole(request.GET.get("upto", ""), 18)
    this = Filter()
    if at is not None and upto is not None:
        this = chosen(request.GET.dict(), found, at=datetime.fromtimestamp(at, UTC), upto=upto)
    if this.problem or not this.narrows:
        return _answer(request, gallery, words=OUT_OF_DATE)
    return _turned_many(request, gallery, turn(gallery, matching(found, this)))


def _whole(words: str, digits: int) -> int | None:
    return int(words) if words.isascii() and words.isdecimal() and len(words) <= digits else None


def _turned_one(request: HtmxRequest, gallery: Gallery, note: Note, turn: Turn) -> HttpResponse:
    """The note as it is now, in its place, and the way back; without JavaScript the list one came from."""
    turned = turn(gallery, Note.objects.filter(pk=note.pk))
    note.refresh_from_db(fields=["state", "seq"])
    did = undo.sealed(gallery, turned) if turned.count else ""
    if request.htmx:
        context = {"gallery": gallery, "note": note, "turned": turned, "did": did}
        return render(request, "feedback/_turned_one.html", context)
    return redirect(_list_of(request, gallery, **({"did": did} if did else {})))


def _turned_many(
    request: HtmxRequest, gallery: Gallery, turned: Turned, *, nothing: str = OUT_OF_DATE
) -> HttpResponse:
    if not turned.count:
        return _answer(request, gallery, words=nothing)
    return _answer(request, gallery, turned=turned)


def _answer(
    request: HtmxRequest,
    gallery: Gallery,
    *,
    turned: Turned | None = None,
    words: str = "",
    aloud: str = "",
) -> HttpResponse:
    """The board as it is now with what was done; without JavaScript the list that one came from.

    What the board itself shows is only said `aloud`, to who listens to it.
    """
    did = undo.sealed(gallery, turned) if turned else ""
    if request.htmx:
        gallery.refresh_from_db()
        board = board_of(gallery, _query(request))
        context = {"gallery": gallery, "turned": turned, "did": did, "words": words, "aloud": aloud, **board}
        return render(request, "feedback/_acted.html", context)
    if words or aloud:
        messages.success(request, words or aloud)
    return redirect(_list_of(request, gallery, **({"did": did} if did else {})))


def _query(request: HttpRequest) -> dict[str, str]:
    """What the list that the act was pressed on asks for, as the page sends it along."""
    sent = QueryDict(request.POST.get("query", "").removeprefix("?"))
    return {name: sent[name] for name in ASKED if name in sent}


def _list_of(request: HttpRequest, gallery: Gallery, **more: str) -> str:
    asked = urlencode(_query(request) | more)
    return reverse("dashboard", args=[gallery.code]) + (f"?{asked}" if asked else "") + "#notes"
