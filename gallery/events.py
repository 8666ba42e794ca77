"""What a facilitator does to a gallery: make, hang, take down, invite, open, close, publish.

Each act writes in one transaction and is safe to repeat. Acts that make no sense now raise
NotNow with the reason in the person's words.
"""

from collections.abc import Iterable
from datetime import datetime

from django.db import transaction
from django.db.models import F, Max
from django.utils import timezone

from gallery.models import Gallery, Poster, Wall
from gallery.phases import Phase, doors_of, phase
from measures.models import Goal, Measure, Team

PROMPTS = {
    Poster.Kind.WELCOME: "",
    Poster.Kind.GOAL: "Is this a result that matters?\nWhat would you see if this were happening?",
    Poster.Kind.MEASURE: "Would you use this measure?\nWhat could go wrong if we measured this?",
    Poster.Kind.BLANK: "What would tell us that this is happening?",
    Poster.Kind.TEXT: "What is missing?",
}


class NotNow(Exception):  # noqa: N818 - an answer to a person, not a fault
    """The act makes no sense in the gallery's present state; the message says why and what to do."""


def _next_numbers(gallery: Gallery, count: int) -> range:
    """`count` poster numbers that this gallery has never given. Call inside a transaction."""
    Gallery.objects.filter(pk=gallery.pk).update(last_number=F("last_number") + count)
    last = Gallery.objects.values_list("last_number", flat=True).get(pk=gallery.pk)
    return range(last - count + 1, last + 1)


def _next_position(wall: Wall) -> int:
    last = wall.posters.aggregate(last=Max("position"))["last"]
    return 1 if last is None else last + 1


@transaction.atomic
def hang(
    *,
    wall: Wall,
    kind: str,
    goal: Goal | None = None,
    measure: Measure | None = None,
    title: str = "",
    text: str = "",
    prompts: str | None = None,
    host: str = "",
) -> Poster:
    """Hang one new poster at the end of a wall, with the kind's usual prompts unless others are given."""
    kind = Poster.Kind(kind)
    [number] = _next_numbers(wall.gallery, 1)
    return Poster.objects.create(
        gallery=wall.gallery,
        number=number,
        wall=wall,
        position=_next_position(wall),
        kind=kind,
        goal=goal,
        measure=measure,
        title=title,
        text=text,
        prompts=PROMPTS[kind] if prompts is None else prompts,
        host=host,
    )


@transaction.atomic
def give_numbers(posters: Iterable[Poster]) -> None:
    """Number new, unsaved posters of one gallery, and put them at the end of their walls."""
    fresh = list(posters)
    if not fresh:
        return
    for number, poster in zip(_next_numbers(fresh[0].gallery, len(fresh)), fresh, strict=True):
        poster.number = number
        poster.position = poster.position or _next_position(poster.wall)


@transaction.atomic
def hang_all(*, gallery: Gallery, team: Team) -> list[Poster]:
    """Hang a welcome poster and every goal and measure of a team that does not hang here yet.

    One wall a goal, the goal's poster first; measures without a goal get a wall of their own.
    Retired measures stay down. Repeating it hangs only what is new. Number of queries grows
    with the number of walls, not of posters.
    """
    hanging = gallery.posters.values_list("kind", "goal_id", "measure_id")
    here = set(hanging)
    fresh: list[Poster] = []

    def add(wall: Wall, kind: Poster.Kind, **shows: Goal | Measure) -> None:
        ids = {f"{name}_id": shown.pk for name, shown in shows.items()}
        if (kind, ids.get("goal_id"), ids.get("measure_id")) not in here:
            fresh.append(Poster(gallery=gallery, wall=wall, kind=kind, prompts=PROMPTS[kind], **shows))

    if not any(kind == Poster.Kind.WELCOME for kind, _, _ in here):
        add(wall_named(gallery, "Entrance"), Poster.Kind.WELCOME)
    by_goal: dict[Goal | None, list[Measure]] = {goal: [] for goal in team.goals.all()}
    for measure in Measure.objects.for_hanging(team):
        by_goal.setdefault(measure.goal, []).append(measure)
    for goal, measures in by_goal.items():
        wall = wall_named(gallery, goal.title[:120] if goal else "More measures")
        if goal:
            add(wall, Poster.Kind.GOAL, goal=goal)
        for measure in measures:
            add(wall, Poster.Kind.MEASURE, measure=measure)
    numbers = _next_numbers(gallery, len(fresh)) if fresh else range(0)
    at: dict[int, int] = {}
    for number, poster in zip(numbers, fresh, strict=True):
        poster.number = number
        if poster.wall.pk not in at:
            at[poster.wall.pk] = _next_position(poster.wall) - 1
        at[poster.wall.pk] += 1
        poster.position = at[poster.wall.pk]
    return Poster.objects.bulk_create(fresh)


def wall_named(gallery: Gallery, name: str) -> Wall:
    """The gallery's wall of that name, made at the end of the room where it isn't there yet."""
    last = gallery.walls.aggregate(last=Max("order"))["last"] or 0
    return gallery.walls.get_or_create(name=name, defaults={"order": last + 1})[0]


def invite(gallery: Gallery, *, at: datetime | None = None) -> None:
    """Make the gallery's address live: from here on its code opens the invitation."""
    if gallery.invited_at is None:
        if not gallery.hours.exists():
            raise NotNow("Say first when the doors will be open: add opening hours and save, then invite.")
        _make_live(gallery, at or timezone.now())


def _make_live(gallery: Gallery, at: datetime) -> None:
    if gallery.invited_at is None:
        gallery.invited_at = at
        gallery.save(update_fields=["invited_at"])


@transaction.atomic
def open_doors(gallery: Gallery, *, at: datetime | None = None) -> None:
    """Open by hand, now; the next end of the opening hours closes the doors again."""
    at = at or timezone.now()
    if gallery.published_at:
        raise NotNow("What you heard is published; a gallery that has been answered can't open again.")
    _make_live(gallery, at)
    if not doors_of(gallery, at).open:
        gallery.opened_at = at
        gallery.save(update_fields=["opened_at"])


@transaction.atomic
def close_doors(gallery: Gallery, *, at: datetime | None = None) -> None:
    """Close by hand, now; the next start of the opening hours opens the doors again."""
    at = at or timezone.now()
    if doors_of(gallery, at).open:
        gallery.closed_at = at
        gallery.save(update_fields=["closed_at"])


@transaction.atomic
def close_for_good(gallery: Gallery, *, at: datetime | None = None) -> None:
    """Close now, and strike the opening hours still to come: the doors stay closed."""
    at = at or timezone.now()
    close_doors(gallery, at=at)
    gallery.hours.filter(opens__gt=at).delete()


@transaction.atomic
def publish(gallery: Gallery, *, at: datetime | None = None) -> None:
    """Put the decisions up at the gallery's own address, once the doors have closed."""
    at = at or timezone.now()
    now = phase(gallery, at)
    if now in {Phase.DRAFT, Phase.INVITATION}:
        raise NotNow("Nobody has been here yet. Open the gallery first; publish what you heard afterwards.")
    if now is Phase.OPEN:
        raise NotNow("The doors are open. Close the gallery first, then publish.")
    if now is Phase.BETWEEN:
        raise NotNow("The doors open again later. Close the gallery for good first, then publish.")
    if gallery.published_at is None:
        gallery.published_at = at
        gallery.save(update_fields=["published_at"])
