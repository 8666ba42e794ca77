"""'Me too': a visitor's nod to somebody else's note, counted once and taken back at will."""

from django.db import transaction

from feedback import notes
from feedback.gate import Gate, take_number, take_numbers
from feedback.models import MeToo, Note


class OwnNote(Exception):  # noqa: N818 - an answer to a person, not a fault
    """One's own note: sticking it said 'me too' already."""


@transaction.atomic
def say(*, note: Note, author: str, meant: bool, gate: Gate) -> None:
    """Say 'me too' to a note that hangs, or take it back where it isn't `meant` any more.

    Said twice it counts once, and nothing is sent to anybody. Raises OwnNote, notes.Gone, or what
    the gate says.
    """
    if note.author == author:
        raise OwnNote
    gate.admit(note.gallery_id, take_numbers(note.gallery_id, 0))
    said = MeToo.objects.filter(note=note, author=author)
    if said.exists() == meant:
        return
    if meant:
        MeToo.objects.create(note=note, author=author)
    else:
        said.delete()
    seq = take_number(note.gallery_id).seq
    if not notes.renew_hung(note.pk, seq):
        raise notes.Gone
    note.seq = seq
