"""For whoever curates a measure: what became of it from gallery to gallery."""

from typing import Any

from django import template
from django.contrib.auth.models import AnonymousUser, User

from feedback.measure_history import history
from measures.models import Measure

register = template.Library()


@register.inclusion_tag("admin/measures/measure/_history.html")
def measure_history(measure: Measure, user: User | AnonymousUser) -> dict[str, Any]:
    """Its galleries, notes and decisions, as far as this person may see them."""
    return {"measure": measure, "history": history(measure, user)}
