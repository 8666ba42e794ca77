"""A measure over the galleries: where it hung, what was said of it, what was decided, where it came from."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.contrib.auth.models import AnonymousUser, User
from django.db.models import Count
from django.utils import timezone

from feedback.bars import asking
from feedback.models import Decision, LaterWord, Note, NoteKind, Proposal
from gallery.acts import PHASE_WORDS
from gallery.models import Gallery, Poster
from gallery.phases import phase
from measures.models import Measure


@dataclass(frozen=True)
class Part:
    """The shown notes of one kind, where their part of the bar is, and the query that lists them."""

    kind: NoteKind
    count: int
    x: str
    width: str
    query: str


@dataclass(frozen=True)
class Standing:
    """One poster of the measure in one gallery, and what came of it."""

    poster: Poster
    gallery: Gallery
    words: str
    first_day: datetime | None
    parts: list[Part]
    total: int
    query: str
    decision: Decision | None
    later: list[LaterWord]


@dataclass(frozen=True)
class History:
    standings: list[Standing]
    source: Proposal | None

    @property
    def is_empty(self) -> bool:
        return not self.standings and self.source is None


def history(measure: Measure, user: User | AnonymousUser) -> History:
    """Newest gallery first, in those that this person may host; 6 queries where it hung."""
    rooms = Gallery.objects.reached_by(user)
    posters = list(
        Poster.objects.filter(measure=measure, gallery__in=rooms)
        .select_related("gallery", "decision")
        .prefetch_related("gallery__hours", "decision__later_words")
        .order_by("-gallery_id", "number")
    )
    kinds = _kinds(posters)
    counts = _counts(posters)
    now = timezone.now()
    source = Proposal.objects.filter(measure=measure, note__gallery__in=rooms)
    source = source.select_related("note__poster__measure", "note__poster__goal", "note__gallery")
    return History(
        [
            _standing(poster, kinds.get(poster.gallery_id, []), counts.get(poster.pk, {}), now)
            for poster in posters
        ],
        source.defer("note__author", "note__digest").first(),
    )


def _standing(poster: Poster, kinds: Iterable[NoteKind], counts: dict[int, int], now: datetime) -> Standing:
    gallery, total = poster.gallery, sum(counts.values())
    decision = getattr(poster, "decision", None)
    parts, before = [], 0
    for kind in kinds:
        count = counts.get(kind.pk, 0)
        if count:
            x, width = (f"{100 * length / total:.2f}%" for length in (before, count))
            parts.append(Part(kind, count, x, width, asking(poster=str(poster.number), kind=kind.word)))
        before += count
    return Standing(
        poster=poster,
        gallery=gallery,
        words=PHASE_WORDS[phase(gallery, now)],
        first_day=min((hours.opens for hours in gallery.hours.all()), default=None),
        parts=parts,
        total=total,
        query=asking(poster=str(poster.number)),
        decision=decision,
        later=list(decision.later_words.all()) if decision else [],
    )


def _kinds(posters: Iterable[Poster]) -> dict[int, list[NoteKind]]:
    """The kinds of notes of these posters' galleries."""
    found: dict[int, list[NoteKind]] = {}
    for kind in NoteKind.objects.filter(gallery__in={poster.gallery_id for poster in posters}):
        found.setdefault(kind.gallery_id, []).append(kind)
    return found


def _counts(posters: Iterable[Poster]) -> dict[int, dict[int, int]]:
    """By poster and kind, how many notes hang there."""
    found: dict[int, dict[int, int]] = {}
    shown = Note.objects.filter(poster__in=[poster.pk for poster in posters]).shown().without_replies()
    for poster, kind, count in shown.order_by().values_list("poster", "kind").annotate(count=Count("pk")):
        found.setdefault(poster, {})[kind] = count
    return found
