"""Sorting together, for whoever decides: make a round, open it, see how the room rates, say the last word."""

import re
from dataclasses import dataclass
from hashlib import sha256
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST, require_safe
from django_htmx.middleware import HtmxDetails

from feedback import next_step, rateable, rounds, scales
from feedback.hosting import curated, for_hosts
from feedback.models import Round, RoundItem
from feedback.round_forms import LastWordForm, RoundForm
from feedback.rounds import Result
from feedback.tally_bars import TallyBar, drawn, shade
from feedback.views.dashboard import visit_of
from gallery import addresses, qr
from gallery.events import NotNow
from gallery.models import Gallery

PLACE = re.compile(r"[0-9]{1,4}")
ACTS = {"open": rounds.open_up, "close": rounds.close}
NO_ROUND = "There is no such round any more. Somebody of your team may have thrown it away."
OFF_THE_WALLS = "This is not rated any more; it was taken off the walls."


class HtmxRequest(HttpRequest):
    htmx: HtmxDetails


@dataclass(frozen=True)
class Row:
    """One thing of a round, how the room rates it where that shows, and the form for the last word."""

    result: Result
    bar: TallyBar | None
    form: LastWordForm

    @property
    def seen(self) -> str:
        """What the form sends back; who is told to mend a remark has seen no more than before."""
        sent = str(self.form.data.get("seen", "")) if self.form.is_bound else ""
        return rounds.look(self.result.item) if not sent or self.form.non_field_errors() else sent

    @property
    def typed(self) -> dict[str, str]:
        if self.form.is_bound:
            return self.form.typed()
        word = self.result.item.word
        return {"word": "" if word is None else str(word), "remark": self.result.item.remark}


@for_hosts
@require_http_methods(["GET", "HEAD", "POST"])
def listed(request: HttpRequest, code: str) -> HttpResponse:
    """All rounds, and the form that makes another; 422 with what was typed where it can't be made."""
    gallery = curated(request, code)
    form = RoundForm(request.POST if request.method == "POST" else None, gallery=gallery)
    if form.is_bound and form.is_valid():
        title, rates = form.cleaned_data["title"], form.cleaned_data["rates"]
        try:
            made = rounds.make(gallery=gallery, title=title, rates=rates, scale=form.words, which=form.which)
            return redirect("round", code, made.number)
        except (rateable.Unusable, NotNow) as problem:
            form.add_error(None, str(problem))
    page = {
        "gallery": gallery,
        "here": "rounds",
        "step": _step(gallery, "rounds"),
        "rounds": list(Round.objects.filter(gallery=gallery).order_by("-number")),
        "form": form,
        "how_many": rateable.how_many(gallery),
        "must": scales.MUST,
        "when": scales.WHEN,
    }
    return render(request, "feedback/rounds.html", page, status=422 if form.is_bound else 200)


@for_hosts
@require_safe
def one(request: HttpRequest, code: str, number: int) -> HttpResponse:
    """A round: its code to scan, and how the room rates; while it is open only where one asks for it."""
    rated = _round(request, code, number)
    page = {**_page(rated, live="live" in request.GET), "step": _step(rated.gallery, f"round-{number}")}
    return render(request, "feedback/round.html", page)


@for_hosts
@require_safe
def news(request: HttpRequest, code: str, number: int) -> HttpResponse:
    """The round again when its votes, its things or its state changed; else 204."""
    rated = _round(request, code, number)
    page = _page(rated, live="live" in request.GET)
    if request.GET.get("seen") == page["seen"]:
        return HttpResponse(status=204)
    return render(request, "feedback/_round.html", page)


@for_hosts
@require_POST
def act(request: HttpRequest, code: str, number: int) -> HttpResponse:
    """Open, close, leave a thing out, or throw away.

    Throwing away asks once more, and so does closing what fewer than FEWEST have rated.
    """
    rated = _round(request, code, number)
    wanted, place = request.POST.get("act", ""), request.POST.get("leave-out", "")
    sure = bool(request.POST.get("sure"))
    if wanted == "throw-away":
        return _thrown_away(request, rated, sure=sure)
    if wanted == "close" and not sure and (few := rounds.rated_by_few(rated)):
        return render(request, "feedback/round.html", {**_page(rated), "few": few}, status=422)
    if wanted not in ACTS and not PLACE.fullmatch(place):
        raise Http404("A round can be opened, closed or thrown away; go back and choose one of them.")
    try:
        if wanted in ACTS:
            ACTS[wanted](rated)
        else:
            rounds.leave_out(rated, int(place))
    except NotNow as reason:
        messages.error(request, str(reason))
    except Round.DoesNotExist:  # thrown away while this act waited
        raise Http404(NO_ROUND) from None
    return redirect("round", code, number)


def _thrown_away(request: HttpRequest, rated: Round, *, sure: bool) -> HttpResponse:
    if not sure:
        return render(request, "feedback/round.html", {**_page(rated), "unsure": True}, status=422)
    code = rated.gallery.code
    rounds.throw_away(rated, sure=True)
    messages.success(request, f"“{rated.title}” is thrown away.")
    return redirect("rounds", code)


@for_hosts
@require_POST
def last_word(request: HtmxRequest, code: str, number: int, place: int) -> HttpResponse:
    """Keep the facilitator's word on one thing beside the room's; 422 with what was typed."""
    rated = _round(request, code, number)
    form = LastWordForm(request.POST, rated=rated)
    item = RoundItem.objects.shown().select_related("round").filter(round=rated, place=place).first()
    if item is None:
        raise Http404(OFF_THE_WALLS)
    if form.is_valid():
        try:
            seen = request.POST.get("seen", "")
            rounds.give_last_word(item=item, **form.cleaned_data, seen=seen)
            form = LastWordForm(rated=rated)
        except NotNow as reason:
            form.add_error(None, str(reason))
    status = 422 if form.is_bound else 200
    if request.htmx:
        found = rounds.results_of(rated, [place])
        if not found:
            raise Http404(OFF_THE_WALLS)
        row = Row(found[0], None, form)
        context = {"rated": rated, "gallery": rated.gallery, "row": row, "swapped": True}
        return render(request, "feedback/_last_word.html", context, status=status)
    if form.is_bound:
        return render(request, "feedback/round.html", _page(rated, typed={place: form}), status=status)
    return redirect(f"{reverse('round', args=[code, number])}#i-{place}")


def _step(gallery: Gallery, here: str) -> next_step.Step | None:
    visit = visit_of(gallery)
    return next_step.step(gallery, visit.phase, visit.now, here=here)


def _round(request: HttpRequest, code: str, number: int) -> Round:
    """The round of a gallery on which this person decides; two queries. Raises Http404."""
    gallery = curated(request, code)
    rated = Round.objects.filter(gallery=gallery, number=number).first()
    if rated is None:
        raise Http404(NO_ROUND)
    rated.gallery = gallery
    return rated


def _page(
    rated: Round, *, live: bool = False, typed: dict[int, LastWordForm] | None = None
) -> dict[str, Any]:
    """What the page needs; two queries. `typed` has the forms that were just sent, by place."""
    gallery = rated.gallery
    is_open = rated.is_open and not gallery.archived_at
    found = rounds.results_of(rated)
    bars_shown = bool(rated.opened_at) and (live or not is_open or not gallery.hidden_votes)
    link = addresses.of_round(gallery, rated.number)
    host, _, path = addresses.short(link).partition("/")
    return {
        "gallery": gallery,
        "here": "rounds",
        "rated": rated,
        "is_open": is_open,
        "live": live,
        "bars_shown": bars_shown,
        "rows": _rows(rated, found, is_open, bars_shown, typed or {}),
        "key": [(word, shade(place, len(rated.scale))) for place, word in enumerate(rated.scale)],
        "seen": _seen(found, is_open, bars_shown),
        "link": link,
        "host": host,
        "path": path,
        "qr": qr.code(link),
        "fewest": rounds.FEWEST_IN_WORDS,
    }


def _rows(
    rated: Round,
    found: list[Result],
    is_open: bool,
    bars_shown: bool,
    typed: dict[int, LastWordForm],
) -> list[Row]:
    """While bars are hidden in the round's own order, or it would tell them; else as the room sees it."""
    shows = [each for each in found if bars_shown and (not is_open or each.enough)]
    if bars_shown:
        found = rounds.as_the_room_sees_it(shows) + [each for each in found if each not in shows]
    most = max((each.total for each in shows), default=0)
    return [
        Row(
            each,
            drawn(each, most) if each in shows and each.total else None,
            typed.get(each.item.place) or LastWordForm(rated=rated),
        )
        for each in found
    ]


def _seen(found: list[Result], is_open: bool, bars_shown: bool) -> str:
    """Changes with whatever the page would show otherwise, and with nothing that it keeps to itself.

    Whoever reads it could try out which few votes it was made of.
    """
    told = [
        (each.item.place, each.counts if bars_shown and (each.enough or not is_open) else ())
        for each in found
    ]
    return sha256(f"{is_open} {told}".encode()).hexdigest()[:16]
