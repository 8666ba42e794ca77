"""A sorting round: the room rates themes, notes or proposed measures together, each on a phone.

Every act is asked under the lock of the gallery's row, as a note is: a vote is either in before a
round is closed, or refused after it.

Who sees what. Seeing the others' votes first sways people, so a visitor sees how the room rates a
thing once they have rated it themselves. While the round is open that takes FEWEST votes too: with
two, each would know the other's. When it is closed everything shows to everyone, a thing that three
people rated as well, and the page says so before the first tap: what is counted then are opinions of
a thing, as notes by kind are, and nothing tells whose they were. There is no count of who voted, of
who did not, or of one person's votes, by any sender or hour.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256

from django.db import transaction
from django.db.models import Count, Max
from django.utils import timezone

from feedback.gate import Ballot, Standing, hold
from feedback.models import Round, RoundItem, Vote
from feedback.rateable import NOTHING, Thing, Unusable, Which, things
from gallery.events import NotNow
from gallery.models import Gallery

FEWEST, FEWEST_IN_WORDS = 5, "five"

ARCHIVED = "It is archived: nobody can add to it any more, and no round can be held."
NOT_YET = "The doors have not been open yet, so nobody is there to rate. Open them first."
TOLD = (
    "What you heard is published, with how the room rated this, and stays as people read it. "
    "Make another round to ask again."
)
STOPPED = "All notes are stopped just now, and votes with them. Let notes in again first."
OPENED = "The round was opened, and people may have rated this already: it stays in."
NOT_TO_TAKE = "The room is still rating, and the file would tell single votes. Close the round first."
STILL_OPEN = "The room is still rating. Close the round first, then say what you make of it."


class NotOpen(Exception):  # noqa: N818 - an answer to a person, not a fault
    """The round isn't open: it was closed, or taken away."""


class Voted(Exception):  # noqa: N818 - an answer to a person, not a fault
    """People have rated in this round; throwing it away takes a second word."""


# --- what a facilitator does --------------------------------------------------------------------


@transaction.atomic
def make(*, gallery: Gallery, title: str, rates: str, scale: Sequence[str], which: Which) -> Round:
    """A round that is not open yet. Raises NotNow, or Unusable where there is nothing or too much to rate."""
    if hold(gallery.pk).archived_at:
        raise NotNow(ARCHIVED)
    found = things(gallery, rates, which)
    last = Round.objects.filter(gallery=gallery).aggregate(last=Max("number"))["last"] or 0
    made = Round.objects.create(gallery=gallery, number=last + 1, title=title, rates=rates, scale=list(scale))
    RoundItem.objects.bulk_create(
        RoundItem(round=made, place=place, words=each.words, theme=each.theme, note=each.note)
        for place, each in enumerate(found, start=1)
    )
    return made


@transaction.atomic
def leave_out(rated: Round, place: int) -> None:
    """Take one thing out of a round. Raises NotNow once it was opened: people may have rated it."""
    hold(rated.gallery_id)
    rated.refresh_from_db(fields=["opened_at"])
    if rated.opened_at:
        raise NotNow(OPENED)
    rated.items.filter(place=place).delete()


@transaction.atomic
def open_up(rated: Round, *, at: datetime | None = None) -> None:
    """Let the room rate, for the first time or again. Raises NotNow, also where its counts are public.

    At the first opening each thing is taken in the words that it has by then; later ones leave them.
    """
    at, standing = at or timezone.now(), hold(rated.gallery_id)
    _ask_the_room(rated, standing, at)
    rated.refresh_from_db(fields=["opened_at", "closed_at"])
    if rated.closed_at and standing.published_at:
        raise NotNow(TOLD)
    if rated.opened_at is None:
        _take_words(rated)
    rated.opened_at = rated.opened_at or at
    rated.closed_at = None
    rated.save(update_fields=["opened_at", "closed_at"])


def _ask_the_room(rated: Round, standing: Standing, at: datetime) -> None:
    if standing.archived_at:
        raise NotNow(ARCHIVED)
    hours = list(rated.gallery.hours.values_list("opens", "closes"))
    if not standing.in_use(hours, at):
        raise NotNow(NOT_YET)
    if standing.locked_at:
        raise NotNow(STOPPED)


def _take_words(rated: Round) -> None:
    """The words as they are now; what was taken away or hidden meanwhile leaves the round."""
    items = list(rated.items.shown().select_related("theme", "note"))
    kept = [item for item in items if item.theme or item.note]
    if not kept:
        raise NotNow(NOTHING)
    for item in kept:
        item.words = Thing(theme=item.theme, note=item.note).words
    RoundItem.objects.bulk_update(kept, ["words"])
    rated.items.exclude(pk__in=[item.pk for item in kept]).delete()


@transaction.atomic
def close(rated: Round, *, at: datetime | None = None) -> None:
    """No votes from now on. How the room rates shows to everyone."""
    hold(rated.gallery_id)
    rated.refresh_from_db(fields=["opened_at", "closed_at"])
    if rated.is_open:
        rated.closed_at = at or timezone.now()
        rated.save(update_fields=["closed_at"])


def close_all(gallery: Gallery, *, at: datetime) -> None:
    """What is still open when a gallery is archived. Call it with the gallery's row held."""
    still = Round.objects.filter(gallery=gallery, opened_at__isnull=False, closed_at__isnull=True)
    still.update(closed_at=at)


@transaction.atomic
def throw_away(rated: Round, *, sure: bool = False) -> None:
    """Delete a round for good. Raises Voted where people have rated, unless one is sure."""
    hold(rated.gallery_id)
    if not sure and Vote.objects.filter(item__round=rated).exists():
        raise Voted
    rated.delete()


@transaction.atomic
def give_last_word(*, item: RoundItem, word: int | None, remark: str, seen: str = "") -> None:
    """What the facilitator makes of it, kept beside the room's votes. Raises NotNow while they rate.

    `seen` is the `look` of what the page showed: NotNow too where a colleague's word stands there by now,
    which the item then has.
    """
    hold(item.round.gallery_id)
    if not Round.objects.filter(pk=item.round_id, closed_at__isnull=False).exists():
        raise NotNow(STILL_OPEN)
    item.refresh_from_db(fields=["word", "remark"])
    if seen and seen != look(item) and (item.word, item.remark) != (word, remark):
        raise NotNow(_what_stands(item))
    item.word, item.remark = word, remark
    item.save(update_fields=["word", "remark"])


def look(item: RoundItem) -> str:
    """The last word on it in short, as a page sends back which one it showed."""
    return sha256(f"{item.word} {item.remark}".encode()).hexdigest()[:16]


def _what_stands(item: RoundItem) -> str:
    """For whoever wrote meanwhile."""
    word = "No word" if item.word is None else item.round.scale[item.word]
    return (
        f"A colleague kept a last word while you wrote: {word} – “{item.remark}”. Keep yours once more, "
        "and it takes the place of theirs."
    )


# --- what a visitor does ------------------------------------------------------------------------


@transaction.atomic
def vote(*, rated: Round, chosen: Mapping[int, int], author: str, ballot: Ballot | None = None) -> set[int]:
    """Keep how this visitor rates things, by their place in the round; a later vote takes the place of one.

    Returns the places that were kept: what has left the round is left out. Raises NotOpen, Unusable
    for what is no word of the scale, or what the ballot says.
    """
    if not all(0 <= value < len(rated.scale) for value in chosen.values()):
        raise Unusable("That isn’t one of the words to choose from. Reload the page and choose again.")
    standing = hold(rated.gallery_id)
    if ballot:
        ballot.admit(rated.gallery_id, standing)
    if not Round.objects.filter(pk=rated.pk, opened_at__isnull=False, closed_at__isnull=True).exists():
        raise NotOpen
    here = dict(RoundItem.objects.shown().filter(round=rated, place__in=chosen).values_list("place", "pk"))
    _keep({pk: chosen[place] for place, pk in here.items()}, author)
    return set(here)


def _keep(values: Mapping[int, int], author: str) -> None:
    """One vote of this visitor for each item; two queries, and one for each word that was changed to."""
    before = dict(Vote.objects.filter(item__in=values, author=author).values_list("item", "value"))
    fresh = [pk for pk in values if pk not in before]
    Vote.objects.bulk_create(Vote(item_id=pk, value=values[pk], author=author) for pk in fresh)
    changed = {pk: values[pk] for pk in before if before[pk] != values[pk]}
    for value in set(changed.values()):
        items = [pk for pk, chosen in changed.items() if chosen == value]
        Vote.objects.filter(item__in=items, author=author).update(value=value)


def own_votes(rated: Round, author: str | None) -> dict[int, int]:
    """How this visitor rates, by place; one query, none for whoever has no cookie."""
    if author is None:
        return {}
    own = Vote.objects.filter(item__round=rated, author=author)
    return dict(own.values_list("item__place", "value"))


def open_now(gallery: Gallery) -> list[Round]:
    """What the team asks the room at this moment; one query."""
    if gallery.archived_at:
        return []
    return list(Round.objects.filter(gallery=gallery, opened_at__isnull=False, closed_at__isnull=True))


def has_votes_to_keep(gallery: Gallery) -> bool:
    """Whether an open round has votes, of which nothing may leave the house yet; one query."""
    asked = Vote.objects.filter(item__round__gallery=gallery, item__round__closed_at__isnull=True)
    return not gallery.archived_at and asked.exists()


# --- how the room rates -------------------------------------------------------------------------


@dataclass(frozen=True)
class Result:
    """One thing and how the room rates it: how many chose each word of the scale, in its order."""

    item: RoundItem
    scale: Sequence[str]
    counts: tuple[int, ...]

    @property
    def total(self) -> int:
        return sum(self.counts)

    @property
    def enough(self) -> bool:
        """Whether it may show while the round is open."""
        return self.total >= FEWEST

    @property
    def tally(self) -> list[tuple[str, int]]:
        return list(zip(self.scale, self.counts, strict=True))

    @property
    def last_word(self) -> str:
        """The facilitator's, '' where there is none yet."""
        word = self.item.word
        return self.scale[word] if word is not None and word < len(self.scale) else ""


@dataclass(frozen=True)
class Results:
    """What the closed rounds of a gallery say, by the primary key of the theme or note; oldest round first.

    `all` has what became of neither too: a theme that was merged away since, in the words of then.
    """

    all: list[Result]
    by_theme: dict[int, list[Result]]
    by_note: dict[int, list[Result]]


def results(gallery: Gallery) -> Results:
    """How the room rated, and the facilitator's last word beside it; two queries.

    Only closed rounds: an open one is still being rated. Hidden notes are left out.
    """
    closed = RoundItem.objects.filter(round__gallery=gallery, round__closed_at__isnull=False)
    items = list(closed.shown().select_related("round").order_by("round__number", "place"))
    found = Results(_counted(items), {}, {})
    for each in found.all:
        if each.item.theme_id:
            found.by_theme.setdefault(each.item.theme_id, []).append(each)
        if each.item.note_id:
            found.by_note.setdefault(each.item.note_id, []).append(each)
    return found


def results_of(rated: Round, places: Sequence[int] | None = None) -> list[Result]:
    """One round's in its order, or only those at these places; two queries."""
    items = RoundItem.objects.shown().filter(round=rated)
    if places is not None:
        items = items.filter(place__in=places)
    notes = items.select_related("note__poster").defer("note__author", "note__digest")
    found = list(notes.order_by("place"))
    for item in found:
        item.round = rated
    return _counted(found)


def rated_by_few(rated: Round) -> list[Result]:
    """What fewer than FEWEST have rated, or nobody, of a round that is open; two queries."""
    return [each for each in results_of(rated) if not each.enough] if rated.is_open else []


def places(rated: Round) -> list[int]:
    """Where in the round something stands that is shown; one query."""
    return list(rated.items.shown().order_by("place").values_list("place", flat=True))


def as_the_room_sees_it(found: Sequence[Result]) -> list[Result]:
    """The most of the strongest word first, then of the next; equals in the round's own order."""
    return sorted(found, key=lambda each: [*(-count for count in each.counts), each.item.place])


def _counted(items: Sequence[RoundItem]) -> list[Result]:
    """The items with their votes, counted in the database; one query. A word that is none is not counted."""
    groups = Vote.objects.filter(item__in=items).order_by().values_list("item", "value")
    counted: dict[int, dict[int, int]] = {}
    for item, value, count in groups.annotate(count=Count("pk")):
        counted.setdefault(item, {})[value] = count
    return [
        Result(
            item,
            item.round.scale,
            tuple(counted.get(item.pk, {}).get(place, 0) for place in range(len(item.round.scale))),
        )
        for item in items
    ]
