"""The room rates: what the team asks, on a visitor's phone; one tap each, in any order."""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from hashlib import sha256
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_safe
from django_htmx.middleware import HtmxDetails

from feedback import rateable, rounds, visitors
from feedback.gate import Ballot, Closed, Locked
from feedback.limits import SlowDown
from feedback.models import Round
from feedback.room import Visit, enter
from feedback.rounds import Result
from feedback.tally_bars import TallyBar, drawn
from gallery.models import Gallery

CHOICE = re.compile(r"r-([0-9]{1,4})")
VALUE = re.compile(r"[0-9]{1,2}")
LETTERS_IN_A_ROW = 24  # as many as a narrow phone has room for beside one another, in words of a scale

SHUT = "The round is closed, so this was not counted."
OVER = "Nothing can be rated in this gallery any more, so this was not counted."
LOCKED = "A host has stopped everything for now, so this was not counted yet. Try again in a while."
NOTHING_CHOSEN = "Nothing was chosen yet: tap a word for at least one of them, then send."
UNKNOWN = "That isn’t one of the words to choose from. Reload the page and choose again."
ANOTHER_ROUND = "This is another round than the one on your page. Reload the page, then choose."
LEFT = "This is not rated any more; it was taken off the walls."


class HtmxRequest(HttpRequest):
    htmx: HtmxDetails


class Refused(Exception):  # noqa: N818 - an answer to a person, not a fault
    """Nothing was kept: the reason in one word for the page's script, and what to tell the person."""

    def __init__(self, reason: str, words: str, *, status: int = 422, wait: int = 0) -> None:
        super().__init__(words)
        self.reason, self.words, self.status, self.wait = reason, words, status, wait


@dataclass(frozen=True)
class Paper:
    """One thing on a visitor's ballot: what they chose, and how the room rates it where that shows."""

    result: Result
    own: int | None
    closed: bool
    most: int = 0
    said: Sequence[str] = ()  # the notes in a theme
    sent: int | None = None  # what was chosen and not kept

    @property
    def choices(self) -> list[tuple[int, str, bool]]:
        chosen = self.own if self.sent is None else self.sent
        return [(value, word, value == chosen) for value, word in enumerate(self.result.scale)]

    @property
    def bar(self) -> TallyBar | None:
        """None until they have rated it themselves, and FEWEST people with them."""
        shows = self.closed or (self.own is not None and self.result.enough)
        return drawn(self.result, self.most) if shows and self.result.total else None


@dataclass(frozen=True)
class Typed:
    """What was sent and not kept, to be shown again, with the reason."""

    chosen: Mapping[int, int] = field(default_factory=dict)
    problem: str = ""


@require_safe
def rating(request: HttpRequest, code: str) -> HttpResponse:
    """What the team asks the room now: at once to it where that is one thing."""
    visit = enter(request, code)
    if not visit.walls_shown:
        return redirect("lobby", code)
    found = list(Round.objects.filter(gallery=visit.gallery, opened_at__isnull=False))
    asked = [each for each in found if _is_open(each, visit.gallery)]
    if len(asked) == 1:
        return redirect("rate", code, asked[0].number)
    over = [each for each in found if each not in asked]
    page = {"visit": visit, "gallery": visit.gallery, "asked": asked, "over": over}
    return render(request, "feedback/rating.html", page)


@visitors.from_our_own_page
@require_http_methods(["GET", "HEAD", "POST"])
def rate(request: HtmxRequest, code: str, number: int) -> HttpResponse:
    """A round's ballot, and what is sent to it: a fragment for htmx, else the way back; 422 if not kept."""
    visit = enter(request, code)
    if not visit.walls_shown:
        return redirect("lobby", code)
    rated = _opened(visit.gallery, number)
    if request.method == "POST":
        return _voted(request, visit, rated)
    seen = request.GET.get("seen") if request.htmx else None
    if seen and seen == _seen(rounds.places(rated), _is_open(rated, visit.gallery)):
        return HttpResponse(status=204)
    page = _page(visit, rated, visitors.author_of(request, code)) | {"saved": "saved" in request.GET}
    return render(request, "feedback/_ballot.html" if request.htmx else "feedback/rate.html", page)


def _opened(gallery: Gallery, number: int) -> Round:
    """The round of this number, once it was opened. Raises Http404."""
    rated = Round.objects.filter(gallery=gallery, number=number, opened_at__isnull=False).first()
    if rated is None:
        raise Http404("The team asks nothing under this address, or not any more.")
    rated.gallery = gallery
    return rated


def _is_open(rated: Round, gallery: Gallery) -> bool:
    return rated.is_open and not gallery.archived_at


def _page(visit: Visit, rated: Round, author: str | None, typed: Typed | None = None) -> dict[str, Any]:
    """What the ballot needs; four queries, three for whoever has no cookie."""
    is_open = _is_open(rated, visit.gallery)
    found = rounds.results_of(rated)
    own = rounds.own_votes(rated, author)
    typed = typed or Typed()
    shown = found if is_open else rounds.as_the_room_sees_it(found)
    said = rateable.said_in([each.item.theme_id for each in found if each.item.theme_id])
    papers = _papers(shown, own, is_open, said, typed.chosen if is_open else {})
    return {
        "visit": visit,
        "gallery": visit.gallery,
        "rated": rated,
        "is_open": is_open,
        "papers": papers,
        "seen": _seen([each.item.place for each in found], is_open),
        "stamp": opened_stamp(rated),
        "wordy": sum(max(map(len, word.split())) for word in rated.scale) > LETTERS_IN_A_ROW,
        "offer": "" if author else visitors.offer(visit.now),
        "problem": typed.problem,
        "fewest": rounds.FEWEST_IN_WORDS,
    }


def _papers(
    found: Iterable[Result],
    own: Mapping[int, int],
    is_open: bool,
    said: Mapping[int, Sequence[str]] | None = None,
    sent: Mapping[int, int] | None = None,
) -> list[Paper]:
    """Bars are as long as votes are many; while the round is open each fills its width, which tells less."""
    found = list(found)
    most = 0 if is_open else max((each.total for each in found), default=0)
    said, sent = said or {}, sent or {}
    return [
        Paper(
            each,
            own.get(each.item.place),
            not is_open,
            most,
            said.get(each.item.theme_id or 0, ()),
            sent.get(each.item.place),
        )
        for each in found
    ]


def _seen(places: Sequence[int], is_open: bool) -> str:
    """Changes when the round is closed or opened again, and when something leaves it or comes back."""
    return sha256(f"{is_open} {places}".encode()).hexdigest()[:16]


def _voted(request: HtmxRequest, visit: Visit, rated: Round) -> HttpResponse:
    token = visitors.token_of(request) or visitors.taken_up(request.POST.get("offer", ""))
    token = token or visitors.new_token(visit.now)
    author = visitors.pseudonym(token, visit.gallery.code)
    chosen = dict(_chosen(request.POST))
    try:
        kept = _kept(request, visit, rated, chosen, author)
    except Refused as refused:
        return _again(request, visit, rated, chosen, refused)
    if request.htmx:
        found = rounds.results_of(rated, sorted(kept))
        papers = _papers(found, chosen, is_open=True)
        response = render(
            request, "feedback/_rated.html", {"papers": papers, "fewest": rounds.FEWEST_IN_WORDS}
        )
        response.headers["Vote-Saved"] = " ".join(str(place) for place in sorted(kept))
    else:
        response = redirect(f"{reverse('rate', args=[visit.gallery.code, rated.number])}?saved=1#said")
    visitors.remember(response, token)
    return response


def _kept(
    request: HttpRequest, visit: Visit, rated: Round, chosen: Mapping[int, int], author: str
) -> set[int]:
    """The places that were kept. Raises Refused with the reason in the person's words."""
    if request.POST.get("opened") != opened_stamp(rated):
        raise Refused("changed", ANOTHER_ROUND)
    if not chosen:
        raise Refused("words", NOTHING_CHOSEN)
    ballot = Ballot(visit.hours, visitors.author_of(request, visit.gallery.code), visit.now)
    try:
        kept = rounds.vote(rated=rated, chosen=chosen, author=author, ballot=ballot)
    except rateable.Unusable as problem:
        raise Refused("words", str(problem)) from None
    except rounds.NotOpen:
        raise Refused("closed", SHUT) from None
    except Closed:
        raise Refused("closed", OVER) from None
    except Locked:
        raise Refused("locked", LOCKED) from None
    except SlowDown as wait:
        words = f"That was fast. Your choice is still here: send it again in {wait.in_words}."
        raise Refused("slow", words, status=429, wait=wait.seconds) from None
    if not kept:
        raise Refused("gone", LEFT)
    return kept


def _chosen(sent: Mapping[str, str]) -> Iterable[tuple[int, int]]:
    """What was chosen, by place; what is no number of a word is none of them (-1)."""
    for name, value in sent.items():
        place = CHOICE.fullmatch(name)
        if place:
            yield int(place[1]), int(value) if VALUE.fullmatch(value) else -1


def opened_stamp(rated: Round) -> str:
    """Tells a round from one that was thrown away under the same number."""
    return f"{rated.opened_at.timestamp():.0f}" if rated.opened_at else ""


def _again(
    request: HtmxRequest, visit: Visit, rated: Round, chosen: Mapping[int, int], why: Refused
) -> HttpResponse:
    """The ballot once more, with what was chosen and what to do; the page's script reads the headers."""
    if request.htmx:
        response = render(request, "feedback/_not_rated.html", {"problem": why.words}, status=why.status)
    else:
        rated = _opened(visit.gallery, rated.number)  # as it is by now
        author = visitors.author_of(request, visit.gallery.code)
        page = _page(visit, rated, author, Typed(chosen, why.words))
        response = render(request, "feedback/rate.html", page, status=why.status)
    response.headers["Vote-Refused"] = why.reason
    if why.wait:
        response.headers["Retry-After"] = str(why.wait)
    return response
