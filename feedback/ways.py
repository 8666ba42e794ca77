"""The ways on from a poster: next, previous, the same goal; and 'drift', to where it is quiet."""

import random
from collections.abc import Sequence
from dataclasses import dataclass

from django.db.models import Count, Q

from feedback.models import Note
from gallery.models import Gallery, Poster

QUIETEST = 5


@dataclass(frozen=True)
class Ways:
    previous: Poster | None
    next: Poster | None
    same_goal: list[Poster]


def ways_on(poster: Poster, posters: Sequence[Poster]) -> Ways:
    """From this poster, given the gallery's posters in wall order; the last leads to the first."""
    numbers = [other.number for other in posters]
    if poster.number not in numbers or len(posters) < 2:
        return Ways(None, None, [])
    here = numbers.index(poster.number)
    goal = poster.about
    return Ways(
        previous=posters[here - 1],
        next=posters[(here + 1) % len(posters)],
        same_goal=[
            other
            for other in posters
            if goal and other.about and other.about.pk == goal.pk and other.number != poster.number
        ],
    )


def quiet_first(gallery: Gallery) -> list[int]:
    """The numbers of all posters, those with the fewest notes first, ties in a random order."""
    counted = gallery.posters.annotate(
        heard=Count("notes", filter=Q(notes__state=Note.State.SHOWN, notes__reply_to__isnull=True))
    ).values_list("heard", "number")
    return [number for _, _, number in sorted((heard, random.random(), n) for heard, n in counted)]  # noqa: S311  # nosec B311 - no secret


def drift(gallery: Gallery, leaving: int) -> int | None:
    """A poster that few have written on, not the one being left; None where there is no other."""
    quiet = [number for number in quiet_first(gallery) if number != leaving][:QUIETEST]
    return random.choice(quiet) if quiet else None  # noqa: S311  # nosec B311 - no secret
