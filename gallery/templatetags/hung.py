"""For whoever changes a goal or a measure: where it hangs, as it was."""

from django import template
from django.db.models import QuerySet

from gallery.models import Poster
from measures.models import Goal, Measure

register = template.Library()


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
