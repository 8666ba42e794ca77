"""How long it is known which notes came from one phone: until some time after a gallery is over."""

from datetime import datetime, timedelta

from django.utils import timezone

from gallery import events
from gallery.models import Gallery
from gallery.phases import Phase, doors_of, phase

OVER = {Phase.CLOSED, Phase.REPORTED}


def over_since(gallery: Gallery, at: datetime) -> datetime | None:
    """When the doors closed for good, or what was heard was published; None while it isn't over."""
    if phase(gallery, at) not in OVER:
        return None
    moments = (doors_of(gallery, at).closed_since, gallery.published_at)
    return min((moment for moment in moments if moment), default=None)


def due(*, days: int, at: datetime) -> list[Gallery]:
    """The galleries that have been over for `days` and are not archived yet; two queries.

    A deleted one is left as it is: it can be restored unchanged, or goes for good.
    """
    kept = Gallery.objects.kept().filter(archived_at__isnull=True, invited_at__isnull=False)
    moments = [
        (gallery, over_since(gallery, at)) for gallery in kept.prefetch_related("hours").order_by("pk")
    ]
    return [gallery for gallery, since in moments if since and at - since >= timedelta(days=days)]


def archive_what_is_over(*, days: int, at: datetime | None = None) -> list[str]:
    """Archive what is due; returns the titles. Safe to repeat."""
    at = at or timezone.now()
    return [gallery.title for gallery in due(days=days, at=at) if _archived(gallery, at)]


def _archived(gallery: Gallery, at: datetime) -> bool:
    try:
        events.archive(gallery, at=at)
    except events.NotNow:  # its doors were opened again this moment
        return False
    return True
