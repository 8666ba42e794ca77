"""What the team decided about each poster, and how the lobby tells it."""

from dataclasses import dataclass
from datetime import datetime

from django.db.models import Count
from django.utils import timezone

from feedback.models import Decision, Note, Verdict
from gallery.models import Gallery, Poster


def decide(*, poster: Poster, verdict: str, reason: str, at: datetime | None = None) -> Decision:
    """Record the verdict and its reason; deciding again replaces both."""
    decision, _ = Decision.objects.update_or_create(
        poster=poster,
        defaults={"verdict": Verdict(verdict), "reason": reason, "decided_at": at or timezone.now()},
    )
    return decision


def undo(*, poster: Poster) -> None:
    """Leave the poster undecided again."""
    Decision.objects.filter(poster=poster).delete()


@dataclass(frozen=True)
class Heard:
    """A decision, and what was said on its poster: (count, kind's word), the loudest first."""

    decision: Decision
    said: list[tuple[int, str]]


def heard(gallery: Gallery) -> list[Heard]:
    """The gallery's decisions in wall order, each with what was said on its poster; two queries."""
    said: dict[int, list[tuple[int, str]]] = {}
    shown = Note.objects.shown().without_replies().filter(gallery=gallery)
    for poster, word, count in shown.values_list("poster", "kind__word").annotate(count=Count("pk")):
        said.setdefault(poster, []).append((count, word))
    return [
        Heard(each, sorted(said.get(each.poster_id or 0, []), reverse=True)) for each in _decided(gallery)
    ]


def _decided(gallery: Gallery) -> list[Decision]:
    return list(
        Decision.objects.filter(poster__gallery=gallery)
        .select_related("poster__gallery", "poster__wall", "poster__goal", "poster__measure__goal")
        .order_by("poster__wall__order", "poster__wall__pk", "poster__position", "poster__number")
    )
