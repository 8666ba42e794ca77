"""Carrying on: what a gallery that is over offers to the next one, and the next one with its kinds of notes.

What was dropped stays behind unless someone wants it; questions that nobody answered go along with
their posters; a measure that a visitor proposed and the team adopted gets a poster of its own.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, field
from uuid import UUID

from django.db import transaction

from feedback.models import Decision, Note, NoteKind, Proposal, Verdict
from gallery import carrying_on
from gallery.carrying_on import Along
from gallery.models import Gallery, Poster
from measures.models import Measure

KIND = ["word", "icon", "colour", "order"]


@dataclass(frozen=True)
class Offer:
    """A poster that could go along, what was decided on it, and the questions that nobody answered."""

    poster: Poster
    decision: Decision | None = None
    questions: list[Note] = field(default_factory=list)

    @property
    def stays(self) -> bool:
        """Whether it stays behind if nobody says otherwise: it was dropped, or its measure is retired."""
        dropped = self.decision is not None and self.decision.verdict == Verdict.DROP
        measure = self.poster.measure
        return dropped or (measure is not None and measure.status == Measure.Status.RETIRED)


@dataclass(frozen=True)
class Chosen:
    """What goes along: posters by their numbers, questions and proposals by their notes' keys."""

    numbers: Collection[int]
    questions: Collection[UUID]
    proposals: Collection[UUID]


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


@transaction.atomic
def carry_on(gallery: Gallery, *, title: str, code: str, chosen: Chosen) -> Gallery:
    """The new gallery, a draft. Raises TooMuch of gallery.carrying_on; nothing was made then."""
    along = [
        Along(offer.poster, [note.text for note in offer.questions if note.key in chosen.questions])
        for offer in offers(gallery)
        if offer.poster.number in chosen.numbers
    ]
    new = [each.measure for each in adopted(gallery) if each.note.key in chosen.proposals and each.measure]
    made = carrying_on.carry_on(gallery, title=title, code=code, along=along, new=new)
    NoteKind.objects.filter(gallery=made).delete()  # the usual ones, which every new gallery gets
    kinds = NoteKind.objects.filter(gallery=gallery).values(*KIND)
    NoteKind.objects.bulk_create(NoteKind(gallery=made, **kind) for kind in kinds)
    return made
