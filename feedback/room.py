"""Who may see what of a room, and what its doors say: asked first by every visitor's page."""

from dataclasses import dataclass
from datetime import datetime

from django.http import Http404, HttpRequest
from django.utils import timezone

from gallery.models import Gallery, Poster
from gallery.phases import Doors, Phase, doors_of, phase

NO_GALLERY = "No gallery has this code. Check the eight letters and digits on the poster."


@dataclass(frozen=True)
class Visit:
    """A gallery as this visitor finds it at this moment."""

    gallery: Gallery
    phase: Phase
    doors: Doors
    now: datetime
    preview: bool = False

    @property
    def may_stick(self) -> bool:
        return self.phase is Phase.OPEN

    @property
    def walls_shown(self) -> bool:
        return self.preview or self.phase not in {Phase.DRAFT, Phase.INVITATION}


def enter(request: HttpRequest, code: str) -> Visit:
    """The gallery with this code. Raises Http404, the same for unknown codes and for drafts."""
    gallery = Gallery.objects.filter(code=code).select_related("team").prefetch_related("hours").first()
    if gallery is None:
        raise Http404(NO_GALLERY)
    return _visit(request, gallery)


def stand_before(request: HttpRequest, code: str, number: int) -> tuple[Poster, Visit]:
    """A poster and the visit to it. Raises Http404 in the person's words."""
    poster = (
        Poster.objects.filter(gallery__code=code, number=number)
        .with_face()
        .prefetch_related("gallery__hours")
        .first()
    )
    if poster is None:
        visit = enter(request, code)
        raise Http404(f"“{visit.gallery.title}” has no poster {number}. It may have been taken down.")
    return poster, _visit(request, poster.gallery)


def _visit(request: HttpRequest, gallery: Gallery) -> Visit:
    now = timezone.now()
    found = phase(gallery, now)
    preview = found in {Phase.DRAFT, Phase.INVITATION} and _is_team(request, gallery)
    if found is Phase.DRAFT and not preview:
        raise Http404(NO_GALLERY)
    return Visit(gallery, found, doors_of(gallery, now), now, preview)


def _is_team(request: HttpRequest, gallery: Gallery) -> bool:
    return request.user.is_authenticated and Gallery.objects.reached_by(request.user).filter(pk=gallery.pk).exists()
