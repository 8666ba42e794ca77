"""What the room says, for its hosts, seen before it is read; the doors and the lock."""

from collections.abc import Mapping
from datetime import UTC, datetime
from hashlib import sha256
from typing import Any

from django.contrib import messages
from django.core.cache import cache
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone
from django.utils.safestring import SafeString
from django.views.decorators.http import require_POST, require_safe

from feedback import host_notes, undo
from feedback.by_the_hour import by_the_hour
from feedback.hosting import for_hosts, hosted
from feedback.hour_columns import drawn
from feedback.listing import ASKED, Filter, chosen, listed
from feedback.rollup import Rollup, WallRow, rollup
from feedback.room import Visit
from feedback.standing_out import stands_out
from gallery import addresses, events
from gallery.models import Gallery
from gallery.phases import doors_of, phase

BOARD_SECONDS = 10


@for_hosts
@require_safe
def dashboard(request: HttpRequest, code: str) -> HttpResponse:
    """The roll-up with the newest notes, or with those that the address asks for."""
    gallery = hosted(request, code)
    did = request.GET.get("did", "")
    told = {"turned": undo.opened(gallery, did), "did": did}
    page = {"gallery": gallery, "here": "dashboard", **told, **board_of(gallery, request.GET)}
    return render(request, "feedback/dashboard.html", page)


@for_hosts
@require_safe
def news(request: HttpRequest, code: str) -> HttpResponse:
    """The board again when a note or the doors changed since it was made; 204 and one query when not."""
    gallery = hosted(request, code)
    if request.GET.get("seen") == state_of(gallery) and not _is_over(request.GET.get("until", "")):
        return HttpResponse(status=204)
    return render(request, "feedback/_news.html", board_of(gallery, request.GET))


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


def visit_of(gallery: Gallery) -> Visit:
    """The room as its hosts find it now; one query, for the opening hours."""
    now = timezone.now()
    hours = list(gallery.hours.all())
    gallery._prefetched_objects_cache = {"hours": hours}  # type: ignore[attr-defined]
    return Visit(gallery, phase(gallery, now), doors_of(gallery, now), now)


def board_of(gallery: Gallery, query: Mapping[str, str]) -> dict[str, Any]:
    """The board as it was drawn for another host a moment ago, or drawn now.

    Its key changes with every note and every act; names that were changed in the admin follow within
    BOARD_SECONDS. Nothing in it depends on who looks.
    """
    asked = {name: query[name] for name in ASKED if name in query}
    told = "\x1f".join(
        [gallery.code, state_of(gallery), *(f"{name}={asked[name]}" for name in sorted(asked))]
    )
    key = f"board-{sha256(told.encode(errors='replace')).hexdigest()}"
    board: dict[str, Any] | None = cache.get(key)
    if board is None:
        board = _drawn(gallery, asked)
        if "all" not in asked:  # some hundreds are kept, and this one has every note in it
            cache.set(key, board, BOARD_SECONDS)
    return board


def _drawn(gallery: Gallery, asked: Mapping[str, str]) -> dict[str, Any]:
    """The board's HTML, its number of notes and its filter; 12 queries, 10 where its notes are kept.

    `seen` comes from the gallery as read first, so that no note is missed. `at` and the gallery's
    `seq` go with the acts on the whole list: they find what was drawn here and nothing newer.
    """
    found = rollup(gallery)
    visit = visit_of(gallery)
    at = int(visit.now.timestamp())
    this = chosen(asked, found, at=datetime.fromtimestamp(at, UTC), upto=gallery.seq)
    listing = listed(found, this)
    changes = [moment for moment in (visit.doors.opens_next, visit.doors.closes_next) if moment]
    context = {
        "gallery": gallery,
        "visit": visit,
        "address": addresses.short(addresses.of_gallery(gallery)),
        "rollup": found,
        "filter": this,
        "listing": listing,
        "notes": host_notes.drawn(listing),
        "at": at,
        "seen": state_of(gallery),
        "until": f"{min(changes).timestamp():.0f}" if changes else "",
        **_figures(found, this, visit),
    }
    return {
        "board": render_to_string("feedback/_board.html", context),
        "total": found.total,
        "query": this.query,
    }


def _figures(found: Rollup, this: Filter, visit: Visit) -> dict[str, Any]:
    """What is counted of the place that the address asks for, or of the whole gallery."""
    here = found.narrowed(this.fits, this.place) if this.placed else found
    hours = [(stretch.opens, stretch.closes) for stretch in visit.gallery.hours.all()]
    hourly = by_the_hour(here, hours, visit.now)
    board = reverse("dashboard", args=[visit.gallery.code])
    return {
        "scope": here,
        "stands": stands_out(here),
        "walls": _walls(found, here, this),
        "hourly": hourly,
        "days": drawn(hourly.days, visit.gallery.zone, board, here.at),
    }


def _walls(found: Rollup, here: Rollup, this: Filter) -> list[tuple[WallRow, list[SafeString]]]:
    """The walls with their posters' bars. A poster that is chosen stands among those of its wall."""
    poster = this.poster
    walls = [wall for wall in found.walls if wall.wall == poster.wall] if poster else here.walls
    return [
        (wall, [row.bar.numbered(row.poster.number, chosen=row.poster == poster) for row in wall.posters])
        for wall in walls
    ]


def _is_over(until: str) -> bool:
    """Whether the moment at which the doors were to change has come; what is no moment never comes."""
    return until.isdecimal() and len(until) < 12 and datetime.now().timestamp() >= int(until)
