"""What hangs in a gallery as its hosts' pages name it: kinds, posters with their goals, hours, themes.

It hardly changes while the doors are open, so that a dashboard may take what was read a few seconds ago
(`kept`). What is saved or deleted in this process counts at once, what another one does within HUNG_SECONDS.
"""

from collections.abc import Hashable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from hashlib import sha256
from threading import Lock
from typing import Any, NamedTuple

from cachetools import TTLCache
from django.db import transaction
from django.db.models.signals import post_delete, post_save

from feedback.bars import KindLook, looks
from feedback.models import Note, NoteKind, Theme
from gallery.models import Gallery, OpeningHours, Poster, Wall
from measures.models import Goal, Measure

HUNG_SECONDS = 5
HUNG: TTLCache[tuple[int, str], "Hung"] = TTLCache(maxsize=200, ttl=HUNG_SECONDS)
MODELS = [NoteKind, Theme, OpeningHours, Wall, Poster, Goal, Measure]
_lock = Lock()


class InTheme(NamedTuple):
    """A theme, so that themes sort as the facilitator has put them."""

    order: int
    pk: int
    name: str


@dataclass(frozen=True)
class Hung:
    """Posters are in wall order, with only what names them."""

    gallery_pk: int
    kinds: list[NoteKind]
    posters: list[Poster]
    rows: dict[Hashable, Any] = field(default_factory=dict, repr=False)  # what was drawn of them before

    @cached_property
    def hours(self) -> list[OpeningHours]:
        """One query, the first time."""
        return list(OpeningHours.objects.filter(gallery=self.gallery_pk))

    @cached_property
    def themes(self) -> Mapping[int, InTheme]:
        """In which theme a note is, by the note's primary key; one query, the first time."""
        notes = Note.objects.filter(gallery=self.gallery_pk, theme__isnull=False).order_by()
        rows = notes.values_list("pk", "theme__order", "theme_id", "theme__name")
        return {pk: InTheme(order, theme, name) for pk, order, theme, name in rows}

    @cached_property
    def looks(self) -> tuple[KindLook, ...]:
        return looks(self.kinds)

    @cached_property
    def places(self) -> frozenset[tuple[int, int | None]]:
        """Where a note can be: a poster and a kind, or none for what is said to one, by primary key."""
        return frozenset(
            (poster.pk, kind) for poster in self.posters for kind in (None, *(each.pk for each in self.kinds))
        )

    @cached_property
    def mark(self) -> str:
        """The same for what looks the same."""
        posters = [
            (each.pk, each.number, each.kind, each.heading, each.wall_id, each.wall.name, _goal(each.about))
            for each in self.posters
        ]
        hours = [(each.opens.timestamp(), each.closes.timestamp()) for each in self.hours]
        told = repr((self.looks, posters, hours, sorted(self.themes.items())))
        return sha256(told.encode(errors="replace")).hexdigest()


def read(gallery: Gallery) -> Hung:
    """As it is now; three queries, and one more each for hours and themes."""
    return Hung(gallery.pk, list(NoteKind.objects.filter(gallery=gallery)), _posters(gallery))


def kept(gallery: Gallery) -> Hung:
    """As it was a few seconds ago at most; no query while it is kept."""
    key = (gallery.pk, gallery.title)  # a welcome poster is called after it
    with _lock:
        found = HUNG.get(key)
    return found or renewed(gallery)


def renewed(gallery: Gallery) -> Hung:
    """As it is now, kept from now on."""
    found = read(gallery)
    with _lock:
        HUNG[gallery.pk, gallery.title] = found
    return found


def forget() -> None:
    """Drop all that is kept."""
    with _lock:
        HUNG.clear()


def _posters(gallery: Gallery) -> list[Poster]:
    """Two queries."""
    posters = list(
        Poster.objects.filter(gallery=gallery)
        .select_related("wall", "measure")
        .only(
            "number", "kind", "title", "hung_heading", "goal", "wall__name", "measure__name", "measure__goal"
        )
        .in_order()
    )
    asked = {poster.measure.goal_id if poster.measure else poster.goal_id for poster in posters}
    goals = {goal.pk: goal for goal in Goal.objects.filter(pk__in=[0, *filter(None, asked)])}
    for poster in posters:
        poster.gallery = gallery
        poster.goal = goals.get(poster.goal_id or 0)
        if poster.measure:
            poster.measure.goal = goals.get(poster.measure.goal_id or 0)
    return posters


def _goal(goal: Goal | None) -> tuple[int, str] | None:
    return (goal.pk, goal.title) if goal else None


def changed(**_: Any) -> None:
    """Drop all that is kept: now, for whoever reads on in this transaction, and once it is there for all."""
    forget()
    transaction.on_commit(forget)


def listen() -> None:
    for model in MODELS:
        for signal in (post_save, post_delete):
            signal.connect(changed, sender=model, dispatch_uid=f"feedback.hung.{model.__name__}")
