"""What the team answered to a note: reword it, take it back, put it back.

Nobody knows which of its hosts wrote it, so any of them may, for as long as notes are answered.
"""

from datetime import datetime
from uuid import UUID

from django.db import transaction

from feedback import notes
from feedback.gate import Desk, hold
from feedback.models import Note
from gallery.models import Gallery


class Faster(Exception):  # noqa: N818 - an answer to a person, not a fault
    """Another host has changed the answer since this one read it."""


def find(gallery: Gallery, key: UUID) -> Note | None:
    """A host's answer with what it answers, where it hangs or was taken back."""
    states = [Note.State.SHOWN, Note.State.WITHDRAWN]
    found = Note.objects.filter(gallery=gallery, key=key, from_host=True, state__in=states)
    return found.select_related("reply_to__kind").first()


@transaction.atomic
def reword(*, answer: Note, text: str, seen: int, at: datetime, desk: Desk) -> None:
    """Give it other words. `seen` is its number when it was read.

    Raises Unusable, Closed, or Faster where it has other words by now, or hangs no more.
    """
    text = notes.readable(text)
    hold(answer.gallery_id)
    if not Note.objects.filter(pk=answer.pk, seq=seen, state=Note.State.SHOWN).exists():
        raise Faster
    if text != answer.text:
        notes.restamp(answer, {"text": text, "reworded_at": at}, only_from={Note.State.SHOWN}, gate=desk)


def take_back(*, answer: Note, desk: Desk) -> None:
    """It leaves every screen and stays uncounted. Raises Closed."""
    notes.restamp(answer, {"state": Note.State.WITHDRAWN}, only_from={Note.State.SHOWN}, gate=desk)


def put_back(*, answer: Note, desk: Desk) -> None:
    """Undo taking it back. Raises Closed."""
    notes.restamp(answer, {"state": Note.State.SHOWN}, only_from={Note.State.WITHDRAWN}, gate=desk)
