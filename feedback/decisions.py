"""What the team decides about each poster and each theme, and what becomes of it once it is published.

Until then deciding again replaces. For an hour after it is public a decision can still be mended,
as one mends a typing error; from then on it stands, and deciding again adds a later word with its date.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from hashlib import sha256
from typing import Any

from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils import timezone
from django.utils.text import Truncator

from feedback.models import Change, Decision, Ground, LaterWord, Note, Proposal, Theme, Verdict
from gallery.differences import Difference, changed
from gallery.events import NotNow
from gallery.models import Gallery, Poster
from gallery.signals import published

MENDABLE = timedelta(hours=1)
STANDS = (
    "What you decided here has been public for more than an hour, so it stays as people read it. "
    "Decide again, and it is told beneath, with its date."
)
NEW_MEASURE = "A new measure"
GONE = (
    "This theme or poster isn’t there any more: it has been merged, deleted or taken down meanwhile. "
    "Copy your words, then reload the page."
)
LOOK_FIRST = (
    "This was decided anew meanwhile, so nothing was undone. Read it, then undo it if you still want to."
)
YOURS = "Below is what you wrote: save it once more"
MOST_LETTERS_OF_THEIRS = 200


class Meanwhile(Exception):  # noqa: N818 - an answer to a person, not a fault
    """Somebody else decided, or undid it, since the page was made; the message says what stands now."""


def of_gallery(gallery: Gallery) -> QuerySet[Decision]:
    """The gallery's decisions, on posters and on themes."""
    return Decision.objects.filter(Q(poster__gallery=gallery) | Q(theme__gallery=gallery))


@dataclass(frozen=True)
class Subject:
    """What is decided on: a poster or a theme."""

    poster: Poster | None = None
    theme: Theme | None = None

    @property
    def gallery(self) -> Gallery:
        thing = self.poster or self.theme
        assert thing is not None  # noqa: S101  # nosec B101 - it is one of the two
        return thing.gallery

    @property
    def keys(self) -> dict[str, Any]:
        return {"poster": self.poster} if self.poster else {"theme": self.theme}

    def is_there(self) -> bool:
        """Whether nobody has merged, deleted or taken it down since it was read."""
        thing = self.poster or self.theme
        return thing is not None and type(thing)._base_manager.filter(pk=thing.pk).exists()

    def notes(self) -> QuerySet[Note]:
        """What is shown of it, answers to it left out."""
        return Note.objects.shown().without_replies().filter(**self.keys)


@transaction.atomic
def decide(
    *,
    poster: Poster | None = None,
    theme: Theme | None = None,
    verdict: str,
    reason: str,
    grounds: Collection[Note] = (),
    at: datetime | None = None,
    seen: str = "",
) -> Decision:
    """Record the verdict, its reason and the notes that led to it, on a poster or a theme.

    Deciding again replaces all of them; once the decision stands in public it adds a later word, and
    the grounds stay. `seen` is the `look` of what the page showed: raises Meanwhile where something else
    stands by now, and NotNow where the poster or the theme is gone.
    """
    at, subject = at or timezone.now(), Subject(poster, theme)
    gallery = _held(subject.gallery)
    if not subject.is_there():
        raise NotNow(GONE)
    told = {"verdict": Verdict(verdict), "reason": reason}
    decision = Decision.objects.filter(**subject.keys).first()
    if seen and seen != look(decision) and not _says(decision, told):
        raise Meanwhile(_what_stands(decision))
    if decision and stands(decision, gallery, at):
        _say_later(decision, told, at)
        return decision
    if decision is None:
        decision = Decision.objects.create(**subject.keys, **told, decided_at=at)
        if gallery.published_at:
            freeze([decision])
    else:
        kept = decision.decided_at if gallery.published_at else at
        Decision.objects.filter(pk=decision.pk).update(**told, decided_at=kept)
        decision.refresh_from_db()
    decision.grounds.all().delete()
    Ground.objects.bulk_create(Ground(decision=decision, note=note) for note in grounds)
    return decision


@transaction.atomic
def undo(
    *, poster: Poster | None = None, theme: Theme | None = None, at: datetime | None = None, seen: str = ""
) -> None:
    """Leave it undecided again, or take a later word back. Raises NotNow once that stands.

    `seen` as in `decide`.
    """
    at, subject = at or timezone.now(), Subject(poster, theme)
    gallery = _held(subject.gallery)
    decision = Decision.objects.filter(**subject.keys).first()
    if decision is None:
        return
    if seen and seen != look(decision):
        raise NotNow(LOOK_FIRST)
    last = decision.later_words.last()
    if last and at - last.said_at <= MENDABLE:
        last.delete()
    elif last or stands(decision, gallery, at):
        raise NotNow(STANDS)
    else:
        decision.delete()


def look(decision: Decision | None) -> str:
    """What stands, in short: another one once anything of it is written over, added or taken back."""
    if decision is None:
        return "undecided"
    said: list[Decision | LaterWord] = [decision, *decision.later_words.all()]
    words = [(each.verdict, each.reason) for each in said]
    grounds = sorted(ground.note_id for ground in decision.grounds.all())
    return sha256(repr((words, grounds)).encode()).hexdigest()[:16]


def _last_word(decision: Decision) -> Decision | LaterWord:
    return decision.later_words.last() or decision


def _says(decision: Decision | None, told: Mapping[str, Any]) -> bool:
    """Whether the same stands already, as after a press whose answer was lost."""
    last = decision and _last_word(decision)
    return last is not None and (last.verdict, last.reason) == (told["verdict"], told["reason"])


def _what_stands(decision: Decision | None) -> str:
    """For whoever wrote meanwhile."""
    if decision is None:
        return f"What stood here was undone while you wrote. {YOURS} to keep it."
    last = _last_word(decision)
    theirs = Truncator(" ".join(last.reason.split())).chars(MOST_LETTERS_OF_THEIRS)
    return (
        f"This was decided while you wrote: {last.get_verdict_display()} – “{theirs}” {YOURS}, "
        "and it takes the place of that."
    )


def stands(decision: Decision, gallery: Gallery, at: datetime) -> bool:
    """Whether it has been public for so long that it is not written over any more."""
    if gallery.published_at is None:
        return False
    return at - max(gallery.published_at, decision.decided_at) > MENDABLE


def _held(gallery: Gallery) -> Gallery:
    """The gallery's row, kept from whoever publishes until the transaction ends."""
    return Gallery.objects.select_for_update().get(pk=gallery.pk)


def _say_later(decision: Decision, told: dict[str, Any], at: datetime) -> None:
    last = decision.later_words.last()
    if last and at - last.said_at <= MENDABLE:
        LaterWord.objects.filter(pk=last.pk).update(**told)
    else:
        decision.later_words.create(**told, said_at=at)


# What changed


@dataclass(frozen=True)
class Changes:
    """What is otherwise than it hung, by poster; and the measures that were made of notes."""

    posters: dict[int, list[Difference]] = field(default_factory=dict)
    adopted: list[Proposal] = field(default_factory=list)

    def of(self, subject: Subject) -> list[Difference]:
        if subject.poster:
            new = [each for each in self.adopted if each.note.poster_id == subject.poster.pk]
            return [*self.posters.get(subject.poster.pk, []), *_made(new)]
        theme = subject.theme
        return list(_made(each for each in self.adopted if theme and each.note.theme_id == theme.pk))


def changes(gallery: Gallery, posters: Sequence[Poster]) -> Changes:
    """What the team changed of these posters since they were hung; a number of queries that doesn't grow.

    They come from `Poster.objects.with_face()`. New values and signals are no change of a measure.
    """
    found = changed(posters, series=False)
    adopted = Proposal.objects.filter(
        note__gallery=gallery, note__state=Note.State.SHOWN, measure__isnull=False
    )
    rows = adopted.select_related("note", "measure").defer("note__author", "note__digest")
    return Changes({each.poster.pk: each.differences for each in found}, list(rows.order_by("adopted_at")))


def _made(proposals: Iterable[Proposal]) -> Iterable[Difference]:
    for each in proposals:
        if each.measure:
            yield Difference(NEW_MEASURE, "", each.measure.name)


@transaction.atomic
def freeze(decisions: Collection[Decision]) -> None:
    """Write down what changed with each of these decisions, so that it is told whatever changes later."""
    if not decisions:
        return
    found = {decision.pk: Subject(decision.poster, decision.theme) for decision in decisions}
    gallery = next(iter(found.values())).gallery
    told = changes(gallery, list(Poster.objects.filter(decision__in=decisions).with_face()))
    Change.objects.filter(decision__in=found).delete()
    Change.objects.bulk_create(
        Change(decision_id=pk, place=place, what=each.what, was=each.was, now=each.now)
        for pk, subject in found.items()
        for place, each in enumerate(told.of(subject), start=1)
    )


def _on_published(gallery: Gallery, **_: Any) -> None:
    freeze(list(of_gallery(gallery).select_related("poster__gallery", "theme__gallery")))


def listen() -> None:
    published.connect(_on_published, dispatch_uid="feedback.decisions")
