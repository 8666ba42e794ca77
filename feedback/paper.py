"""What people wrote on paper: a host types it in, beside a photo of the poster if there is one.

Each note is counted once, by its key, as any other (feedback/notes.py). It has no author, so only
hosts can change it; what came from a phone they can't reach from here.
"""

from dataclasses import dataclass
from pathlib import Path
from uuid import UUID, uuid4

from django.db import transaction
from django.db.models import Count

from feedback import notes, photos
from feedback.gate import Desk, take_numbers
from feedback.models import Note, NoteKind, NoteQuerySet, WallPhoto
from gallery.models import Gallery, Poster
from gallery.phases import Phase

TYPED_IN = frozenset({Phase.OPEN, Phase.BETWEEN, Phase.CLOSED, Phase.REPORTED})
FULL = "This gallery has as many photos as it can keep. Take one away that you don’t need any more."


@dataclass(frozen=True)
class Stack:
    """A poster, how many paper notes of it are typed in, and how many photos of it there are."""

    poster: Poster
    notes: int = 0
    photos: int = 0


def stacks(gallery: Gallery) -> list[Stack]:
    """All posters as one walks past them; 3 queries."""
    typed, taken = of_gallery(gallery), WallPhoto.objects.filter(poster__gallery=gallery)
    counts = [
        dict(rows.order_by().values_list("poster").annotate(count=Count("pk"))) for rows in (typed, taken)
    ]
    posters = Poster.objects.filter(gallery=gallery).with_face().in_order()
    return [Stack(each, *(count.get(each.pk, 0) for count in counts)) for each in posters]


def of_gallery(gallery: Gallery) -> NoteQuerySet:
    """The paper notes that are typed in, also those that a host has hidden from the wall."""
    paper = Note.objects.filter(gallery=gallery, source=Note.Source.PAPER)
    return paper.exclude(state=Note.State.WITHDRAWN)


def enter(*, poster: Poster, key: UUID, kind: NoteKind, text: str, name: str, desk: Desk) -> Note:
    """Type a paper note in; it hangs at once. Raises what notes.stick raises."""
    paper = Note.Source.PAPER
    return notes.stick(
        poster=poster, key=key, kind=kind, text=text, name=name, source=paper, at=desk.at, gate=desk
    )


def mend(*, note: Note, kind: NoteKind, text: str, desk: Desk) -> None:
    """Put a typing error right: other words, another kind. Raises Unusable, Closed or Gone."""
    text = notes.readable(text)
    changes: dict[str, object] = {} if kind == note.kind else {"kind": kind}
    if text != note.text:
        changes |= {"text": text, "reworded_at": desk.at}
    if changes:
        _change(note, changes, frozenset({*notes.OWN, Note.State.HIDDEN}), desk)


def take_away(*, note: Note, desk: Desk) -> None:
    """Undo typing in: the note leaves every screen and every count. Raises Closed or Gone."""
    _change(note, {"state": Note.State.WITHDRAWN}, notes.OWN, desk)


def put_back(*, note: Note, desk: Desk) -> None:
    """Undo taking away. Raises Closed or Gone."""
    _change(note, {"state": Note.State.SHOWN}, frozenset({Note.State.WITHDRAWN}), desk)


def _change(note: Note, changes: dict[str, object], only_from: frozenset[str], desk: Desk) -> None:
    seen = note.seq
    if notes.restamp(note, changes, only_from=only_from, gate=desk).seq == seen:
        raise notes.Gone


# --- a photo of the poster ----------------------------------------------------------------------


def add_photo(*, poster: Poster, file: Path, desk: Desk) -> WallPhoto:
    """Keep a photo of a poster for whoever types it in. Raises Closed, or Unfit, Full or Busy of photos."""
    with transaction.atomic():  # no work for nothing
        desk.admit(poster.gallery_id, take_numbers(poster.gallery_id, 0))
    picture = photos.developed(file)
    name = uuid4()
    photos.keep(name, picture)
    try:
        with transaction.atomic():
            desk.admit(poster.gallery_id, take_numbers(poster.gallery_id, 0))
            if not photos.has_room(poster.gallery_id, len(picture.jpeg)):
                raise photos.Full(FULL)
            return WallPhoto.objects.create(
                poster=poster,
                name=name,
                width=picture.width,
                height=picture.height,
                size=len(picture.jpeg),
                added_at=desk.at,
            )
    except BaseException:
        photos.forget(name)
        raise
