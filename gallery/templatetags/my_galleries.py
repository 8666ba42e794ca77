"""For whoever only hosts: the way to each of their rooms."""

from typing import Any

from django import template
from django.contrib.auth.models import AnonymousUser, User
from django.utils import timezone

from gallery.acts import PHASE_WORDS
from gallery.models import Gallery
from gallery.phases import Phase, phase
from measures.models import Team

register = template.Library()


@register.simple_tag
def galleries_to_host(user: User | AnonymousUser) -> list[dict[str, Any]]:
    """The galleries of a person who curates none, those with open doors first; else none."""
    if Team.objects.curated_by(user).exists():
        return []
    now = timezone.now()
    found = Gallery.objects.reached_by(user).select_related("team").prefetch_related("hours")
    rooms = [(phase(gallery, now), gallery) for gallery in found.order_by("-pk")]
    rooms.sort(key=lambda room: room[0] is not Phase.OPEN)
    return [
        {"gallery": gallery, "is_open": is_in is Phase.OPEN, "words": PHASE_WORDS[is_in]}
        for is_in, gallery in rooms
    ]
