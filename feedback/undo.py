"""The way back from an act: what it turned, sealed, so that a page can carry it.

It holds numbers of notes and nothing of whoever stuck them.
"""

from django.core import signing

from feedback.models import Note
from feedback.notes import Turned
from gallery.models import Gallery

SALT = "feedback.undo"
SALT_OF_ONE = "feedback.undo.one"
SECONDS = 3600  # after a restore, old numbers come to belong to other notes


def sealed(gallery: Gallery, turned: Turned) -> str:
    """What the undo's form sends back."""
    return signing.dumps([gallery.code, turned.to, turned.runs], salt=SALT)


def opened(gallery: Gallery, seal: str) -> Turned | None:
    """What was turned; None for what isn't a seal of ours for this gallery, not an hour old."""
    try:
        code, to, runs = signing.loads(seal, salt=SALT, max_age=SECONDS)
    except signing.BadSignature:
        return None
    return Turned(to, [tuple(run) for run in runs]) if code == gallery.code else None


def sealed_one(note: Note) -> str:
    """What the form to put back a note sends along. Only for one that hung until then."""
    return signing.dumps([note.key.hex, note.seq], salt=SALT_OF_ONE)


def hung(note: Note, seal: str) -> bool:
    """Whether the note hung on the wall when it was last taken back."""
    try:
        told: object = signing.loads(seal, salt=SALT_OF_ONE)
    except signing.BadSignature:
        return False
    return told == [note.key.hex, note.seq]
