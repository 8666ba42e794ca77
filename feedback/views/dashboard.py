"""What the room says, for its hosts, seen before it is read; the doors and the lock."""

import re
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from hashlib import sha256
from typing import Any
from uuid import uuid4

from django.contrib import messages
from django.core.cache import cache
from django.http import Http404, HttpRequest, HttpResponse
from django.middleware.csrf import get_token
from django.shortcuts import redirect, render
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone
from django.utils.html import escape
from django.views.decorators.http import require_POST, require_safe

from feedback import board_parts, frames, host_notes, hung, next_step, undo
from feedback.by_the_hour import by_the_hour
from feedback.hosting import for_hosts, hosted
from feedback.hour_columns import drawn
from feedback.listing import ASKED, Filter, chosen, listed
from feedback.rollup import Rollup, kept_rollup
from feedback.room import Visit
from feedback.standing_out import stands_out
from gallery import events, squeezed
from gallery.models import Gallery, OpeningHours
from gallery.phases import doors_of, phase

BOARD_SECONDS = 5
# What stands in the kept page around a board; random, so that nobody can type it.
TOKEN_GAP, QUERY_GAP, BOARD_GAP = uuid4().hex, uuid4().hex, uuid4().hex
INDENT = re.compile(r"\n\s+")  # for who reads the templates


@for_hosts
@require_safe
def dashboard(request: HttpRequest, code: str) -> HttpResponse:
    """The roll-up with the newest notes, or with those that the address asks for."""
    gallery = hosted(request, code)
    did = request.GET.get("did", "")
    board = board_of(gallery, request.GET)
    if did or len(messages.get_messages(request)):
        told = {"turned": undo.opened(gallery, did), "did": did}
        page = {"gallery": gallery, "here": "dashboard", **told, **board}
        return render(request, "feedback/dashboard.html", page)
    return _filled(request, gallery, board)


@for_hosts
@require_safe
def news(request: HttpRequest, code: str) -> HttpResponse:
    """The board again when a note or the doors changed since it was made; 204 and one query when not."""
    gallery = hosted(request, code)
    if request.GET.get("seen") == state_of(gallery) and not _is_over(request.GET.get("until", "")):
        return HttpResponse(status=204)
    board = board_of(gallery, request.GET)
    return _laid_out(request, render_to_string("feedback/_news.html", {**board, "board": BOARD_GAP}), board)


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
        gallery.locked_at,
        gallery.deleted_at,
    ]
    moments = [f"{act.timestamp():.0f}" if act else "" for act in acts]
    return "-".join([str(gallery.seq), *moments, "m" if gallery.moderated else ""])


def visit_of(gallery: Gallery, hours: Sequence[OpeningHours] | None = None) -> Visit:
    """The room as its hosts find it now; one query, unless the opening hours are in hand."""
    now = timezone.now()
    hours = list(gallery.hours.all()) if hours is None else hours
    gallery._prefetched_objects_cache = {"hours": hours}  # type: ignore[attr-defined]
    return Visit(gallery, phase(gallery, now), doors_of(gallery, now), now)


def board_of(gallery: Gallery, query: Mapping[str, str]) -> dict[str, Any]:
    """The board as it was drawn for another host a moment ago, or drawn now.

    Its key changes with every note, with every act and with what hangs. Nothing in it depends on who looks.
    """
    asked = {name: query[name] for name in ASKED if name in query}
    drawn_from = [gallery.code, gallery.title, gallery.time_zone, state_of(gallery), hung.kept(gallery).mark]
    told = "\x1f".join([*drawn_from, *(f"{name}={asked[name]}" for name in sorted(asked))])
    key = f"board-{sha256(told.encode(errors='replace')).hexdigest()}"
    board: dict[str, Any] | None = cache.get(key)
    if board is None:
        board = _drawn(gallery, asked)
        if "all" not in asked:  # some hundreds are kept, and this one has every note in it
            cache.set(key, board, BOARD_SECONDS)
    return board


def _filled(request: HttpRequest, gallery: Gallery, board: Mapping[str, Any]) -> HttpResponse:
    """The page to whose host nothing is to be told: all but the token, the board and its query is kept."""

    def make() -> str:
        gaps = {"csrf_token": TOKEN_GAP, "query": QUERY_GAP, "board": BOARD_GAP}
        page = {"gallery": gallery, "here": "dashboard", **gaps}
        return INDENT.sub("\n", render_to_string("feedback/dashboard.html", page))

    curates = bool(vars(gallery)["curates"])
    key = (gallery.pk, gallery.title, gallery.language, gallery.team.name, curates)
    html = frames.around_a_board(key, make).replace(TOKEN_GAP, get_token(request))
    return _laid_out(request, html.replace(QUERY_GAP, escape(board["query"])), board)


def _laid_out(request: HttpRequest, html: str, board: Mapping[str, Any]) -> HttpResponse:
    """The board in the gap that was left for it."""
    before, _, after = html.partition(BOARD_GAP)
    return squeezed.answer(request, before, board["board"], board["blocks"], after)


def _drawn(gallery: Gallery, asked: Mapping[str, str]) -> dict[str, Any]:
    """The board's HTML, its number of notes and its filter; one query where all but a new note is kept,
    one more once the doors are closed.

    `seen` comes from the gallery as read first, so that no note is missed. `at` and the gallery's
    `seq` go with the acts on the whole list: they find what was drawn here and nothing newer.
    """
    found = kept_rollup(gallery)
    visit = visit_of(gallery, found.hung.hours)
    at = int(visit.now.timestamp())
    this = chosen(asked, found, at=datetime.fromtimestamp(at, UTC), upto=gallery.seq)
    step = next_step.step(gallery, visit.phase, visit.now, here="dashboard")
    listing = listed(found, this)
    changes = [moment for moment in (visit.doors.opens_next, visit.doors.closes_next) if moment]
    context = {
        "gallery": gallery,
        "rollup": found,
        "filter": this,
        "head": board_parts.head(found, this, visit, step),
        "search": board_parts.search(found, this),
        "listing": listing,
        "notes": host_notes.drawn(listing),
        "at": at,
        "seen": state_of(gallery),
        "until": f"{min(changes).timestamp():.0f}" if changes else "",
        **_figures(found, this, visit),
    }
    board = render_to_string("feedback/_board.html", context)
    return {
        "board": board,
        "blocks": squeezed.squeezed(board),
        "total": found.total,
        "query": this.query,
    }


def _figures(found: Rollup, this: Filter, visit: Visit) -> dict[str, Any]:
    """What is counted of the place that the address asks for, or of the whole gallery."""
    here = found.narrowed(this.fits, this.place) if this.placed else found
    hours = [(stretch.opens, stretch.closes) for stretch in found.hung.hours]
    hourly = by_the_hour(here, hours, visit.now)
    stands = stands_out(here)
    board = reverse("dashboard", args=[visit.gallery.code])
    return {
        "scope": here,
        "stands": stands,
        "peaks": board_parts.peaks(here, this, stands),
        "questions": board_parts.questions(here, this, stands),
        "walls": board_parts.walls(found, here, this),
        "hourly": hourly,
        "days": drawn(hourly.days, visit.gallery.zone, board, here.at),
    }


def _is_over(until: str) -> bool:
    """Whether the moment at which the doors were to change has come; what is no moment never comes."""
    return until.isdecimal() and len(until) < 12 and datetime.now().timestamp() >= int(until)
