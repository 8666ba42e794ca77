"""What a facilitator does to a gallery: hang, invite, open, close, lock, publish, archive, delete.

Each act writes in one transaction and is safe to repeat. Acts that make no sense now raise
NotNow with the reason in the person's words.
"""

from collections.abc import Collection, Iterable, Sequence
from datetime import datetime, timedelta
from hashlib import sha256

from django.db import transaction
from django.db.models import F, Max
from django.utils import timezone

from gallery.as_hung import packed, present, unpacked
from gallery.models import MAP_TITLE, Gallery, Hanging, Poster, Wall
from gallery.phases import Phase, doors_of, phase
from gallery.signals import archived, published, purged
from gallery.wall_names import WITHOUT_A_GOAL, follow, name_of
from gallery.wiping import wipe
from measures.models import Goal, GoalLink, Measure, Team

RESTORABLE = timedelta(days=30)
ACTS_AT = ["invited_at", "opened_at", "closed_at", "published_at", "archived_at", "locked_at", "deleted_at"]

PROMPTS = {
    Poster.Kind.WELCOME: "",
    Poster.Kind.GOAL: "Is this a result that matters?\nWhat would you see if this were happening?",
    Poster.Kind.MEASURE: "Would you use this measure?\nWhat could go wrong if we measured this?",
    Poster.Kind.MAP: "Which link would you draw otherwise?\nWhich result is missing?",
    Poster.Kind.BLANK: "What would tell us that this is happening?",
    Poster.Kind.TEXT: "What is missing?",
}

FEWEST_ON_A_MAP = 3


class NotNow(Exception):  # noqa: N818 - an answer to a person, not a fault
    """The act makes no sense in the gallery's present state; the message says why and what to do."""


class Meanwhile(Exception):  # noqa: N818 - an answer to a person, not a fault
    """Somebody else wrote over what a page showed since it was made."""


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
    poster = Poster.objects.create(
        gallery=wall.gallery,
        number=number,
        wall=wall,
        position=_next_position(wall),
        kind=kind,
        goal=goal,
        measure=measure,
        title=title or title_of(kind),
        text=text,
        prompts=PROMPTS[kind] if prompts is None else prompts,
        host=host,
    )
    keep([poster])
    return poster


def title_of(kind: str) -> str:
    """The title that a new poster of a kind has where nobody writes one."""
    return MAP_TITLE if kind == Poster.Kind.MAP else ""


@transaction.atomic
def give_numbers(posters: Iterable[Poster]) -> None:
    """Number new, unsaved posters of one gallery, and put them at the end of their walls."""
    fresh = list(posters)
    if not fresh:
        return
    for number, poster in zip(_next_numbers(fresh[0].gallery, len(fresh)), fresh, strict=True):
        poster.number = number
        poster.title = poster.title or title_of(poster.kind)
        poster.position = poster.position or _next_position(poster.wall)


@transaction.atomic
def hang_all(*, gallery: Gallery, team: Team) -> list[Poster]:
    """Hang a welcome poster, the results map, and every goal and measure that does not hang here yet.

    One wall a goal, the goal's poster first; measures without a goal get a wall of their own.
    Retired measures stay down. Repeating it hangs only what is new. Number of queries grows
    with the number of walls, not of posters.
    """
    here = set(gallery.posters.values_list("kind", "goal_id", "measure_id"))
    fresh: list[Poster] = []

    def add(wall: Wall, kind: Poster.Kind, **shows: Goal | Measure) -> None:
        ids = {f"{name}_id": shown.pk for name, shown in shows.items()}
        if (kind, ids.get("goal_id"), ids.get("measure_id")) not in here:
            words = {"title": title_of(kind), "prompts": PROMPTS[kind]}
            fresh.append(Poster(gallery=gallery, wall=wall, kind=kind, **words, **shows))

    goals, kinds = list(team.goals.all()), {kind for kind, _, _ in here}
    for kind in _by_the_door(goals):
        if kind not in kinds:
            add(wall_named(gallery, "Entrance"), kind)
    by_goal: dict[Goal | None, list[Measure]] = {goal: [] for goal in goals}
    for measure in Measure.objects.for_hanging(team):
        by_goal.setdefault(measure.goal, []).append(measure)
    for goal, measures in by_goal.items():
        wall = wall_named(gallery, name_of(goal) if goal else WITHOUT_A_GOAL)
        if goal:
            add(wall, Poster.Kind.GOAL, goal=goal)
        for measure in measures:
            add(wall, Poster.Kind.MEASURE, measure=measure)
    return hang_fresh(gallery, fresh)


def _by_the_door(goals: Sequence[Goal]) -> list[Poster.Kind]:
    """The welcome, and a map where it says more than the goals' own posters do: three results, in
    layers or linked."""
    tells = len(goals) >= FEWEST_ON_A_MAP and (
        len({goal.layer for goal in goals}) > 1 or GoalLink.objects.filter(source__in=goals).exists()
    )
    return [Poster.Kind.WELCOME, Poster.Kind.MAP] if tells else [Poster.Kind.WELCOME]


@transaction.atomic(savepoint=False)
def hang_fresh(gallery: Gallery, fresh: Sequence[Poster]) -> list[Poster]:
    """New posters of several walls, numbered and put at the end of theirs, and saved."""
    numbers = _next_numbers(gallery, len(fresh)) if fresh else range(0)
    at: dict[int, int] = {}
    for number, poster in zip(numbers, fresh, strict=True):
        poster.number = number
        if poster.wall.pk not in at:
            at[poster.wall.pk] = _next_position(poster.wall) - 1
        at[poster.wall.pk] += 1
        poster.position = at[poster.wall.pk]
    hung = Poster.objects.bulk_create(fresh)
    keep(hung)
    return hung


@transaction.atomic(savepoint=False)
def keep(posters: Sequence[Poster], *, at: datetime | None = None) -> None:
    """From now on these posters show what they show at this moment. A draft's go on as they are.

    They have been saved. What hung before is kept with them, where it was another.
    """
    at = at or timezone.now()
    invited = Poster.objects.filter(
        pk__in=[poster.pk for poster in posters], gallery__invited_at__isnull=False
    )
    fresh = list(invited.with_face())
    was = dict(Hanging.objects.filter(poster__in=fresh, until=None).values_list("poster", "shows"))
    told = [(poster, packed(look)) for poster, look in zip(fresh, present(fresh), strict=True)]
    anew = [(poster, shows) for poster, shows in told if was.get(poster.pk) != shows]
    Hanging.objects.filter(poster__in=[poster for poster, _ in anew], until=None).update(until=at)
    Hanging.objects.bulk_create(Hanging(poster=poster, since=at, shows=shows) for poster, shows in anew)
    for poster, _ in anew:
        poster.hung_at = at
        poster.hung_heading = poster.heading_now
        if poster.kind == Poster.Kind.GOAL and poster.goal and poster.pk in was:
            before = unpacked(was[poster.pk]).goal
            walls = Wall.objects.filter(pk=poster.wall_id)
            follow(walls, was=name_of(before or poster.goal), now=name_of(poster.goal))
    Poster.objects.bulk_update([poster for poster, _ in anew], ["hung_at", "hung_heading"])


@transaction.atomic
def hang_anew(*, gallery: Gallery, numbers: Collection[int], at: datetime | None = None) -> int:
    """Let these posters show what their goals and measures say now; returns how many changed."""
    at = at or timezone.now()
    _hold(gallery)
    if gallery.published_at or gallery.archived_at:
        raise NotNow("What you heard here is published: the posters stay as people saw them.")
    posters = list(gallery.posters.filter(number__in=numbers))
    keep(posters, at=at)
    return gallery.posters.filter(number__in=numbers, hung_at=at).count()


def wall_named(gallery: Gallery, name: str) -> Wall:
    """The gallery's wall of that name, made at the end of the room where it isn't there yet."""
    last = gallery.walls.aggregate(last=Max("order"))["last"] or 0
    return gallery.walls.get_or_create(name=name, defaults={"order": last + 1})[0]


@transaction.atomic
def invite(gallery: Gallery, *, at: datetime | None = None) -> None:
    """Make the gallery's address live: from here on its code opens the invitation."""
    _hold(gallery)
    if gallery.invited_at is None:
        if not gallery.hours.exists():
            raise NotNow("Say first when the doors will be open: add opening hours and save, then invite.")
        _stamp(gallery, invited_at=at or timezone.now())
        keep(list(gallery.posters.all()), at=at)


def _hold(gallery: Gallery) -> None:
    """Read what was done to the gallery so far, and keep its row from others until the transaction ends.

    A note takes its number under the same row's lock, so an act and a note never pass each other unseen.
    """
    rows = Gallery.objects.select_for_update()
    gallery.refresh_from_db(fields=ACTS_AT, from_queryset=rows)


def _hold_kept(gallery: Gallery) -> None:
    """For what can't be taken back: a gallery that is deleted comes back as it was. Raises NotNow."""
    _hold(gallery)
    if gallery.deleted_at:
        raise NotNow("It was deleted meanwhile. Restore it first.")


def _stamp(gallery: Gallery, **moments: datetime | None) -> None:
    for name, moment in moments.items():
        setattr(gallery, name, moment)
    gallery.save(update_fields=list(moments))


@transaction.atomic
def open_doors(gallery: Gallery, *, at: datetime | None = None) -> None:
    """Open by hand, now; the next end of the opening hours closes the doors again."""
    at = at or timezone.now()
    _hold(gallery)
    if gallery.published_at:
        raise NotNow("What you heard is published; a gallery that has been answered can't open again.")
    if gallery.archived_at:
        raise NotNow("It is archived: who said what is forgotten, and nobody can add to it any more.")
    if gallery.invited_at is None:
        _stamp(gallery, invited_at=at)
        keep(list(gallery.posters.all()), at=at)
    if not doors_of(gallery, at).open:
        _stamp(gallery, opened_at=at)


@transaction.atomic
def close_doors(gallery: Gallery, *, at: datetime | None = None) -> None:
    """Close by hand, now; the next start of the opening hours opens the doors again."""
    at = at or timezone.now()
    _hold(gallery)
    if doors_of(gallery, at).open:
        _stamp(gallery, closed_at=at)


@transaction.atomic
def close_for_good(gallery: Gallery, *, at: datetime | None = None) -> None:
    """Close now, and strike the opening hours still to come: the doors stay closed."""
    at = at or timezone.now()
    close_doors(gallery, at=at)
    gallery.hours.filter(opens__gt=at).delete()


@transaction.atomic
def lock(gallery: Gallery, *, at: datetime | None = None) -> None:
    """Stop every visitor's note at once, whatever the doors say; walls and notes stay to be read."""
    _hold(gallery)
    if gallery.locked_at is None:
        _stamp(gallery, locked_at=at or timezone.now())


@transaction.atomic
def unlock(gallery: Gallery) -> None:
    _hold(gallery)
    if gallery.locked_at is not None:
        _stamp(gallery, locked_at=None)


@transaction.atomic
def moderate(gallery: Gallery, *, moderated: bool) -> None:
    """Let new notes wait for a host from now on, or hang at once again. Waiting ones stay waiting."""
    _hold(gallery)
    gallery.moderated = moderated
    gallery.save(update_fields=["moderated"])


def look_of_closing(thanks: str, next_steps: str) -> str:
    """Closing words in short, as a page sends back which ones it showed."""
    return sha256(f"{thanks}\x1e{next_steps}".encode()).hexdigest()[:16]


@transaction.atomic
def close_with(gallery: Gallery, *, thanks: str, next_steps: str, seen: str = "") -> None:
    """Keep the closing words and what happens next.

    `seen` is the `look_of_closing` of those that the page showed: raises Meanwhile where others stand by
    now, which the gallery then has.
    """
    rows = Gallery.objects.select_for_update()
    gallery.refresh_from_db(fields=["thanks", "next_steps"], from_queryset=rows)
    stand = look_of_closing(gallery.thanks, gallery.next_steps)
    if seen and stand not in {seen, look_of_closing(thanks, next_steps)}:
        raise Meanwhile
    gallery.thanks, gallery.next_steps = thanks, next_steps
    gallery.save(update_fields=["thanks", "next_steps"])


@transaction.atomic
def publish(gallery: Gallery, *, at: datetime | None = None) -> None:
    """Put the decisions up at the gallery's own address, once the doors have closed."""
    at = at or timezone.now()
    _hold_kept(gallery)
    now = phase(gallery, at)
    if now in {Phase.DRAFT, Phase.INVITATION}:
        raise NotNow("Nobody has been here yet. Open the gallery first; publish what you heard afterwards.")
    if now is Phase.OPEN:
        raise NotNow("The doors are open. Close the gallery first, then publish.")
    if now is Phase.BETWEEN:
        raise NotNow("The doors open again later. Close the gallery for good first, then publish.")
    if gallery.published_at is None:
        _stamp(gallery, published_at=at)
        published.send(sender=Gallery, gallery=gallery)


@transaction.atomic
def archive(gallery: Gallery, *, at: datetime | None = None) -> None:
    """Forget for good who said what: visitors' pseudonyms go, the words and the report stay."""
    at = at or timezone.now()
    _hold_kept(gallery)
    if gallery.archived_at:
        return
    if phase(gallery, at) not in {Phase.CLOSED, Phase.REPORTED}:
        raise NotNow("Only a gallery that is over can be archived. Close it for good first.")
    _stamp(gallery, archived_at=at)
    archived.send(sender=Gallery, gallery=gallery)
    wipe()


@transaction.atomic
def delete(gallery: Gallery, *, at: datetime | None = None) -> None:
    """Take the gallery away from everybody. For 30 days it can be restored as it was."""
    at = at or timezone.now()
    _hold(gallery)
    if phase(gallery, at) is Phase.OPEN:
        raise NotNow("The doors are open, and people may stand before it. Close the gallery first.")
    if gallery.deleted_at is None:
        _stamp(gallery, deleted_at=at)


@transaction.atomic
def restore(gallery: Gallery, *, at: datetime | None = None) -> None:
    """Bring a deleted gallery back with its notes, photos and code, unchanged."""
    at = at or timezone.now()
    _hold(gallery)
    if gallery.deleted_at and at - gallery.deleted_at > RESTORABLE:
        raise NotNow("It was deleted more than 30 days ago, and can’t be restored any more.")
    _stamp(gallery, deleted_at=None)


@transaction.atomic
def purge(gallery: Gallery) -> None:
    """Delete a gallery for good, with its posters, notes and photos. Nothing brings it back."""
    purged.send(sender=Gallery, gallery=gallery)
    gallery.delete()
    wipe()
