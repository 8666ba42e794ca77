"""What the room says, for its hosts: seen before it is read; hide and show a note; open and close."""

from datetime import datetime
from hashlib import sha256
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.cache import cache
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe
from django_htmx.middleware import HtmxDetails

from feedback import notes
from feedback.hosting import for_hosts, hosted
from feedback.models import Note
from feedback.rollup import chosen, listed, rollup
from feedback.room import Visit
from gallery import addresses, events
from gallery.models import Gallery
from gallery.phases import doors_of, phase

BOARD_SECONDS = 10
ASKED = ("wall", "goal", "poster", "kind", "state", "all")


class HtmxRequest(HttpRequest):
    htmx: HtmxDetails


@for_hosts
@require_safe
def dashboard(request: HttpRequest, code: str) -> HttpResponse:
    """The roll-up with the newest notes, or with those that the address asks for."""
    gallery = hosted(request, code)
    return render(
        request,
        "feedback/dashboard.html",
        {"gallery": gallery, "here": "dashboard", **_board(request, gallery)},
    )


@for_hosts
@require_safe
def news(request: HttpRequest, code: str) -> HttpResponse:
    """The board again when a note or the doors changed since it was made; 204 and one query when not."""
    gallery = hosted(request, code)
    if request.GET.get("seen") == state_of(gallery) and not _is_over(request.GET.get("until", "")):
        return HttpResponse(status=204)
    return render(request, "feedback/_news.html", _board(request, gallery))


@for_hosts
@require_POST
def hide_note(request: HtmxRequest, code: str, key: UUID) -> HttpResponse:
    """Take a note off every screen. It stays here, with a way back."""
    gallery = hosted(request, code)
    note = _note(gallery, key)
    notes.hide(note)
    return _turned(request, gallery, note, "The note is hidden. You find it under “hidden notes”.")


@for_hosts
@require_POST
def show_note(request: HtmxRequest, code: str, key: UUID) -> HttpResponse:
    gallery = hosted(request, code)
    note = _note(gallery, key)
    notes.show(note)
    return _turned(request, gallery, note, "The note hangs on its poster again.")


@for_hosts
@require_POST
def doors(request: HttpRequest, code: str) -> HttpResponse:
    """Open or close by hand, now."""
    gallery = hosted(request, code)
    act = {"open": events.open_doors, "close": events.close_doors, "end": events.close_for_good}.get(
        request.POST.get("act", "")
    )
    if act is None:
        raise Http404("The doors can be opened or closed; go back and choose one of the two.")
    try:
        act(gallery)
    except events.NotNow as reason:
        messages.error(request, str(reason))
    return redirect("dashboard", code)


def state_of(gallery: Gallery) -> str:
    """Changes with every note that changes and with every act on the gallery; no query."""
    acts = [
        gallery.invited_at,
        gallery.opened_at,
        gallery.closed_at,
        gallery.published_at,
        gallery.archived_at,
    ]
    return "-".join([str(gallery.seq), *(f"{act.timestamp():.0f}" if act else "" for act in acts)])


def visit_of(gallery: Gallery) -> Visit:
    """The room as its hosts find it now; one query, for the opening hours."""
    now = timezone.now()
    hours = list(gallery.hours.all())
    gallery._prefetched_objects_cache = {"hours": hours}  # type: ignore[attr-defined]
    return Visit(gallery, phase(gallery, now), doors_of(gallery, now), now)


def _board(request: HttpRequest, gallery: Gallery) -> dict[str, Any]:
    """The board as it was drawn for another host a moment ago, or drawn now.

    Its key changes with every note and every act; names that were changed in the admin follow within
    BOARD_SECONDS. Nothing in it depends on who looks.
    """
    asked = {name: request.GET[name] for name in ASKED if name in request.GET}
    told = "\x1f".join(
        [gallery.code, state_of(gallery), *(f"{name}={asked[name]}" for name in sorted(asked))]
    )
    key = f"board-{sha256(told.encode(errors='replace')).hexdigest()}"
    board: dict[str, Any] | None = cache.get(key)
    if board is None:
        board = _drawn(gallery, asked)
        cache.set(key, board, BOARD_SECONDS)
    return board


def _drawn(gallery: Gallery, asked: dict[str, str]) -> dict[str, Any]:
    """The board's HTML, its number of notes and its filter; 7 queries.

    `seen` comes from the gallery as read first, so that no note is missed.
    """
    found = rollup(gallery)
    this = chosen(asked, found)
    visit = visit_of(gallery)
    notes, more = listed(found, this)
    changes = [moment for moment in (visit.doors.opens_next, visit.doors.closes_next) if moment]
    context = {
        "gallery": gallery,
        "visit": visit,
        "address": addresses.short(addresses.of_gallery(gallery)),
        "rollup": found,
        "filter": this,
        "notes": notes,
        "more": more,
        "seen": state_of(gallery),
        "until": f"{min(changes).timestamp():.0f}" if changes else "",
    }
    return {
        "board": render_to_string("feedback/_board.html", context),
        "total": found.total,
        "query": this.query,
    }


def _is_over(until: str) -> bool:
    """Whether the moment at which the doors were to change has come; what is no moment never comes."""
    return until.isdecimal() and len(until) < 12 and datetime.now().timestamp() >= int(until)


def _note(gallery: Gallery, key: UUID) -> Note:
    found = Note.objects.select_related("kind", "poster__goal", "poster__measure__goal").filter(
        gallery=gallery
    )
    note = found.filter(key=key).first()
    if note is None or note.state == Note.State.WITHDRAWN:
        raise Http404("This note isn’t here any more: whoever stuck it has taken it back.")
    note.poster.gallery = gallery
    return note


def _turned(request: HtmxRequest, gallery: Gallery, note: Note, told: str) -> HttpResponse:
    """The note as it is now, with its way back; without JavaScript the list that one came from."""
    if request.htmx:
        return render(request, "feedback/_host_note.html", {"gallery": gallery, "note": note, "turned": True})
    messages.success(request, told)
    query = request.POST.get("query", "")
    return redirect(
        reverse("dashboard", args=[gallery.code]) + (query if query.startswith("?") else "") + "#notes"
    )
