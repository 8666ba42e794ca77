"""Carrying on: what a gallery that is over offers to the next one, and the next one with its kinds of notes.

What was dropped stays behind unless someone wants it, and its questions with it; other questions that
nobody answered go along with their posters; a measure that a visitor proposed and the team adopted gets a
poster of its own. Nothing that was chosen is lost in silence: a question whose poster stays hangs on one
with all such questions, and what can't be had any more is counted.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, field
from functools import cached_property
from uuid import UUID

from django.db import transaction

from feedback.models import Decision, Note, NoteKind, Proposal, Verdict
from gallery import carrying_on
from gallery.carrying_on import Along
from gallery.models import Gallery, Poster
from measures.models import Measure

KIND = ["word", "icon", "colour", "order"]


@dataclass(frozen=True)
class Open:
    """A question that nobody answered. `key` is its note's, or the poster's number and the line where it
    hung there from the gallery before."""

    key: str
    text: str


@dataclass(frozen=True)
class Offer:
    """A poster that could go along, what was decided on it, and the questions that nobody answered."""

    poster: Poster
    decision: Decision | None = None
    asked: list[Note] = field(default_factory=list)

    @property
    def stays(self) -> bool:
        """Whether it stays behind if nobody says otherwise: it was dropped, or its measure is retired."""
        dropped = self.decision is not None and self.decision.verdict == Verdict.DROP
        measure = self.poster.measure
        return dropped or (measure is not None and measure.status == Measure.Status.RETIRED)

    @cached_property
    def questions(self) -> list[Open]:
        """Those of the gallery before first."""
        number = self.poster.number
        before = [Open(f"{number}-{place}", text) for place, text in enumerate(self.poster.still_open)]
        return before + [Open(note.key.hex, note.text) for note in self.asked]


@dataclass(frozen=True)
class Chosen:
    """What goes along: posters by their numbers, questions by their keys, proposals by their notes' keys."""

    numbers: Collection[int]
    questions: Collection[str]
    proposals: Collection[UUID]


@dataclass(frozen=True)
class Carried:
    """The new gallery, and what became of the questions: how many hang on their own posters there, how many
    on the one for those whose posters stay, how many nobody chose. `gone` counts whatever was chosen and is
    not there any more."""

    gallery: Gallery
    posters: int
    along: int
    owed: int
    left: int
    gone: int


def offers(gallery: Gallery) -> list[Offer]:
    """All posters as one walks past them; 3 queries."""
    decided = {each.poster_id: each for each in Decision.objects.filter(poster__gallery=gallery)}
    asked: dict[int, list[Note]] = {}
    unanswered = Note.objects.filter(gallery=gallery).unanswered().defer("author", "digest")
    for note in unanswered.order_by("created_at", "seq"):
        asked.setdefault(note.poster_id, []).append(note)
    posters = Poster.objects.filter(gallery=gallery).with_face().in_order()
    return [Offer(poster, decided.get(poster.pk), asked.get(poster.pk, [])) for poster in posters]


def adopted(gallery: Gallery) -> list[Proposal]:
    """The proposals that became measures of the team, and don't hang in this gallery; one query."""
    hung = Poster.objects.filter(gallery=gallery, measure__isnull=False).values("measure")
    found = Proposal.objects.filter(note__gallery=gallery, measure__team=gallery.team_id)
    found = found.exclude(measure__in=hung).exclude(measure__status=Measure.Status.RETIRED)
    found = found.select_related("note", "measure__goal").defer("note__author", "note__digest")
    return list(found.order_by("note__seq"))


def usual(offers: Collection[Offer], adopted: Collection[Proposal]) -> Chosen:
    """What goes along unless someone says otherwise."""
    going = [offer for offer in offers if not offer.stays]
    return Chosen(
        {offer.poster.number for offer in going},
        {question.key for offer in going for question in offer.questions},
        {each.note.key for each in adopted},
    )


@transaction.atomic
def carry_on(gallery: Gallery, *, title: str, code: str, chosen: Chosen) -> Carried:
    """The new gallery, a draft. Raises TooMuch of gallery.carrying_on; nothing was made then."""
    found = offers(gallery)
    taken = [
        Along(offer.poster, [each.text for each in offer.questions if each.key in chosen.questions])
        for offer in found
    ]
    along = [each for each in taken if each.poster.number in chosen.numbers]
    staying = [each for each in taken if each.poster.number not in chosen.numbers]
    new = [each.measure for each in adopted(gallery) if each.note.key in chosen.proposals and each.measure]
    made = carrying_on.carry_on(gallery, title=title, code=code, along=along, new=new, staying=staying)
    _same_kinds(gallery, made)
    asked, owed = _count(along), _count(staying)
    every = sum(len(offer.questions) for offer in found)
    wanted = len(chosen.numbers) + len(chosen.questions) + len(chosen.proposals)
    gone = wanted - len(along) - asked - owed - len(new)
    posters = len(along) + len(new) + bool(owed)
    return Carried(made, posters, asked, owed, left=every - asked - owed, gone=gone)


def _count(taken: Collection[Along]) -> int:
    return sum(len(each.questions) for each in taken)


def _same_kinds(gallery: Gallery, made: Gallery) -> None:
    NoteKind.objects.filter(gallery=made).delete()  # the usual ones, which every new gallery gets
    kinds = NoteKind.objects.filter(gallery=gallery).values(*KIND)
    NoteKind.objects.bulk_create(NoteKind(gallery=made, **kind) for kind in kinds)
