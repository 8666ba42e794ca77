"""A measure that a visitor proposed: the team takes it up as a draft, or it stays a note among others."""

import unicodedata
from collections.abc import Iterable
from datetime import datetime

from django.db import IntegrityError, transaction
from django.db.models import Max
from django.utils import timezone

from feedback import notes
from feedback.gate import take_number
from feedback.models import Note, NoteKind, Proposal
from gallery.models import Poster
from measures.models import Baseline, Measure, Target, Value

LONGEST_NAME = 300
LONGEST_SOURCE = 300
WHAT_IT_TAKES = ["name", "goal_id", "status", "intent", "sensory_evidence", "data_source"]


class NotDone(Exception):  # noqa: N818 - an answer to a person, not a fault
    """It was not taken up, or not given back; the message says why, in the person's words."""


def kind_of_proposals(kinds: Iterable[NoteKind]) -> NoteKind | None:
    """The kind that a proposed measure is: the one with the light bulb, else the first."""
    kinds = list(kinds)
    bulbs = [kind for kind in kinds if kind.icon == NoteKind.Icon.BULB]
    return next(iter(bulbs + kinds), None)


@transaction.atomic
def adopt(*, note: Note, at: datetime | None = None) -> Measure:
    """Make a draft of a proposed measure, for the goal that its poster is about; once.

    The note stays where it hangs and says so. Raises NotDone.
    """
    seq = take_number(note.gallery_id).seq
    proposal = _proposal_of(note)
    if proposal.measure:
        return proposal.measure
    draft = _draft(proposal)
    try:
        with transaction.atomic():
            draft.save()
    except IntegrityError:
        raise NotDone(
            f"Your team has a measure “{draft.name}” already. Rename that one first, or leave this a note."
        ) from None
    _settle(proposal, draft, at or timezone.now(), seq)
    return draft


@transaction.atomic
def give_back(*, note: Note) -> None:
    """Undo taking up, as long as nobody has worked on the draft. Raises NotDone."""
    seq = take_number(note.gallery_id).seq
    proposal = _proposal_of(note)
    draft = proposal.measure
    if draft is None:
        return
    if _worked_on(draft, proposal):
        raise NotDone(f"“{draft.name}” has been worked on since. Delete the measure itself if you mean that.")
    _settle(proposal, None, None, seq)
    draft.delete()


def _proposal_of(note: Note) -> Proposal:
    """As it is now, with what hangs of it. Ask under the gallery's lock."""
    found = Proposal.objects.select_related("measure", "note__gallery", "note__poster__measure__goal")
    proposal = found.select_related("note__poster__goal").filter(note=note).first()
    if proposal is None:
        raise NotDone("This note proposes no measure.")
    if proposal.note.state != Note.State.SHOWN:
        raise NotDone("This note doesn’t hang on its poster. Hang it first, then take it up.")
    return proposal


def _draft(proposal: Proposal) -> Measure:
    note, poster = proposal.note, proposal.note.poster
    team = note.gallery.team_id
    last = Measure.objects.filter(team=team, group="").aggregate(last=Max("order"))["last"]
    return Measure(
        team_id=team,
        goal=poster.about,
        name=_cut(" ".join(note.text.split()), LONGEST_NAME),
        status=Measure.Status.IDEA,
        order=(last or 0) + 1,
        intent=proposal.shows,
        # ‘How would one know?’ is asked of the result: people write what they would see of it
        # (“children jump off the jetty”). How to calculate it is left for the team to work out.
        sensory_evidence=proposal.known_by,
        data_source=_cut(" ".join(proposal.data_from.split()), LONGEST_SOURCE),
    )


def _cut(words: str, most: int) -> str:
    """At most so many letters as a database counts them, its accents too; a letter keeps its own."""
    words = unicodedata.normalize("NFC", words)
    if len(words) <= most:
        return words
    end = most - 1
    while end > 1 and unicodedata.combining(words[end]):
        end -= 1
    return f"{words[:end]}…"


def _worked_on(draft: Measure, proposal: Proposal) -> bool:
    """Whether anything hangs of the draft, or it isn't any more what the note made of it."""
    as_taken_up = _draft(proposal)
    if any(getattr(draft, name) != getattr(as_taken_up, name) for name in WHAT_IT_TAKES):
        return True
    of_it = [each.objects.filter(measure=draft) for each in (Value, Target, Baseline, Poster)]
    return any(rows.exists() for rows in of_it)


def _settle(proposal: Proposal, draft: Measure | None, at: datetime | None, seq: int) -> None:
    proposal.measure, proposal.adopted_at = draft, at
    proposal.save(update_fields=["measure", "adopted_at"])
    notes.renew_hung(proposal.note_id, seq)
