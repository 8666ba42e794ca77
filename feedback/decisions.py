"""What the team decided about each poster, and how the lobby tells it."""

from datetime import datetime

from django.db.models import Count, Q
from django.utils import timezone

from feedback.models import Decision, Note
from gallery.models import Gallery, Poster


def decide(*, poster: Poster, verdict: str, reason: str, at: datetime | None = None) -> Decision:
    """Record the verdict and its reason; deciding again replaces both."""
    decision, _ = Decision.objects.update_or_create(
        poster=poster,
        defaults={"verdict": Decision.Verdict(verdict), "reason": reason, "decided_at": at or timezone.now()},
    )
    return decision


def undo(*, poster: Poster) -> None:
    """Leave the poster undecided again."""
    Decision.objects.filter(poster=poster).delete()


def heard(gallery: Gallery) -> list[Decision]:
    """The gallery's decisions in wall order, each with its poster's face names; one query."""
    return list(
        Decision.objects.filter(poster__gallery=gallery)
        .annotate(notes_heard=Count("poster__notes", filter=Q(poster__notes__state=Note.State.SHOWN)))
        .select_related("poster__gallery", "poster__wall", "poster__goal", "poster__measure__goal")
        .order_by("poster__wall__order", "poster__wall__pk", "poster__position", "poster__number")
    )
