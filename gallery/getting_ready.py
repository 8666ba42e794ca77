"""What comes before the doors open: posters, hours, print, invite. What is done of it, and what is next."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from django.urls import NoReverseMatch, reverse

from gallery.hours import in_words
from gallery.models import Gallery, Poster

HOURS = "#hours-group"


@dataclass(frozen=True)
class Step:
    """`address` is where it is done; blank where a button beside it does it."""

    words: str
    done: bool = False
    address: str = ""
    is_next: bool = False


def steps(gallery: Gallery, posters: Sequence[Poster]) -> list[Step]:
    """Those of a draft, in the usual order; the first that isn't done is next."""
    hung = f"{len(posters)} poster{'' if len(posters) == 1 else 's'} hang{'s' if len(posters) == 1 else ''}"
    found = [
        Step(hung if posters else "Hang the posters", bool(posters)),
        Step(*_hours(gallery), address=HOURS),
        Step("Print", bool(posters) and all(each.printed for each in posters), _print_page(gallery)),
        Step("Invite"),
    ]
    first = next(place for place, step in enumerate(found) if not step.done)
    return [Step(each.words, each.done, each.address, place == first) for place, each in enumerate(found)]


def main_act(gallery: Gallery, posters: Sequence[Poster]) -> str:
    """The act that gets a draft on: its name, or blank where it is none of them."""
    if not posters:
        return "hang_all"
    return "invite" if gallery.hours.all() else ""


def _hours(gallery: Gallery) -> tuple[str, bool]:
    hours = list(gallery.hours.all())
    if not hours:
        return "Say when the doors are open", False
    told = in_words(hours[0].opens, hours[0].closes, gallery.zone, day="D j M")
    return f"Open {told}" + (f", and {len(hours) - 1} more" if hours[1:] else ""), True


def _print_page(gallery: Gallery) -> str:
    try:
        return reverse("print", args=[gallery.code])
    except NoReverseMatch:
        return ""
