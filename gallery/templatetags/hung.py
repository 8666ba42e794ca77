"""For whoever changes a goal or a measure: where it hangs, as it was, and where it could hang."""

from dataclasses import dataclass

from django import template
from django.db.models import QuerySet
from django.utils import timezone

from gallery.acts import ACTS
from gallery.models import Gallery, Poster, Wall
from gallery.phases import phase
from gallery.wall_names import WITHOUT_A_GOAL, name_of
from measures.models import Goal, Measure

register = template.Library()


@dataclass(frozen=True)
class Room:
    """A gallery that takes posters, and its wall for a measure, where it has one."""

    gallery: Gallery
    wall: Wall | None


@register.filter
def hung_in(shown: Goal | Measure) -> QuerySet[Poster]:
    """The posters on which visitors see it as it was hung, galleries that are over left out; one query."""
    posters = Poster.objects.filter(
        gallery__invited_at__isnull=False,
        gallery__published_at__isnull=True,
        gallery__archived_at__isnull=True,
        gallery__deleted_at__isnull=True,
    )
    of_it = posters.filter(measure=shown) if isinstance(shown, Measure) else posters.filter(goal=shown)
    return of_it.select_related("gallery").order_by("-gallery_id", "number")


@register.filter
def could_hang_in(measure: Measure) -> list[Room]:
    """Its team's galleries that take posters and have none of it, newest first; three queries."""
    if measure.status == Measure.Status.RETIRED:
        return []
    found = Gallery.objects.kept().filter(team=measure.team_id, published_at=None, archived_at=None)
    found = found.exclude(posters__measure=measure).prefetch_related("hours", "walls").order_by("-pk")
    now, name = timezone.now(), name_of(measure.goal) if measure.goal else WITHOUT_A_GOAL
    return [
        Room(gallery, next((wall for wall in gallery.walls.all() if wall.name == name), None))
        for gallery in found
        if phase(gallery, now) in ACTS["hang_all"].offered
    ]
