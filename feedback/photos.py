"""A photo on a note or of a poster: made small and upright in the darkroom, kept in bounds, taken away.

The file is on the disk before its row commits, and goes after its row has gone. What a crash
leaves between the two is a file without a row, which `sweep` takes away.
"""

import json
import logging
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

from django.conf import settings
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.db import DatabaseError, transaction
from django.db.models import Sum
from django.db.models.signals import post_delete
from django.utils import timezone

from feedback import notes
from feedback.gate import Gate, WayOut, take_numbers
from feedback.models import Note, Photo, WallPhoto
from feedback.shelf import PART
from gallery import capped

DARKROOM = "feedback.darkroom"
# 48 million pixels of a camera take 440 MB at the worst (CMYK in a progressive JPEG), most far less.
CAPS = capped.Caps(memory=640 * 1024**2, seconds=20, answer=16 * 1024**2, at_once=2, patience=3)
FOLDER = "photos"
PHOTOGRAPHED = (Photo, WallPhoto)
LEFT_BEHIND = timedelta(hours=1)
TAKEN_BACK = timedelta(days=1)
MB = 1024**2

KINDS = "Choose a JPEG, PNG, WebP or HEIC picture."
UNFIT = {
    "kind": f"This file is no photo that can be shown here. {KINDS}",
    "pixels": "This picture has more than 50 million pixels. Choose a smaller one.",
    "broken": "This photo arrived broken and can’t be read. Choose it again, or take another.",
}
UNDEVELOPED = "This picture can’t be opened here. Choose another, or take a picture of your screen with it."
BUSY = "Many photos are arriving just now. Try again in a moment."
UNKEPT = "No photo can be kept on the server just now. Try again later, or tell a host."

logger = logging.getLogger(__name__)


class Unfit(Exception):  # noqa: N818 - an answer to a person, not a fault
    """No photo can be made of what was sent; the message says why and what to do."""


class Full(Exception):  # noqa: N818 - an answer to a person, not a fault
    """As many photos as may are kept already; the message says whose bound it is and what to do."""


class Busy(Exception):  # noqa: N818 - an answer to a person, not a fault
    """It can't be done just now, and may be in a while; the message says so."""


@dataclass(frozen=True)
class Picture:
    """What came out of the darkroom: a JPEG and its size in pixels."""

    jpeg: bytes
    width: int
    height: int


def add(*, note: Note, file: Path, author: str | None, at: datetime, gate: Gate) -> Photo:
    """Put a photo on one's own note, in place of one that it has; every screen gets the note anew.

    A visitor's bucket pays for the work beforehand, and for the note anew afterwards. Raises Unfit,
    Full, Busy, notes.TooLate, or what the gate says; the note is then as it was.
    """
    notes.own(note, author, at)
    with transaction.atomic():
        gate.admit(note.gallery_id, take_numbers(note.gallery_id, 0))
    picture = developed(file)
    name = uuid4()
    keep(name, picture)
    try:
        with transaction.atomic():
            notes.renew(note=note, author=author, at=at, gate=gate, anew=True)
            _within_bounds(note, len(picture.jpeg))
            Photo.objects.filter(note=note).delete()
            return Photo.objects.create(
                note=note,
                name=name,
                width=picture.width,
                height=picture.height,
                size=len(picture.jpeg),
                added_at=at,
            )
    except BaseException:
        forget(name)
        raise


def take_away(*, note: Note, author: str | None, at: datetime) -> None:
    """Take the photo off one's own note, for good; without one, nothing. Raises notes.TooLate or SlowDown."""
    if getattr(note, "photo", None) is None:
        return
    with transaction.atomic():
        notes.renew(note=note, author=author, at=at, gate=WayOut(author, at))
        Photo.objects.filter(note=note).delete()
    notes.PHOTO.set_cached_value(note, None)


def developed(file: Path) -> Picture:
    """The photo in a file that somebody sent. Raises Unfit or Busy."""
    try:
        answer = capped.run(DARKROOM, str(file).encode(), CAPS, gate=FOLDER)
    except capped.Busy:
        raise Busy(BUSY) from None
    except capped.NotDone as problem:
        logger.warning("A picture was not developed: %s", problem)
        raise Unfit(UNDEVELOPED) from None
    line, _, jpeg = answer.partition(b"\n")
    told = json.loads(line)
    if "unfit" in told:
        raise Unfit(UNFIT[told["unfit"]])
    return Picture(jpeg, told["width"], told["height"])


def _within_bounds(note: Note, size: int) -> None:
    """Call with the gallery's row held, and before the note's former photo goes. Raises Full."""
    others = Photo.objects.filter(note__gallery=note.gallery_id).exclude(note=note)
    own = others.filter(note__author=note.author).aggregate(sum=Sum("size"))["sum"] or 0
    if own + size > settings.PHOTOS_OF_A_VISITOR_MAX_BYTES:
        most = settings.PHOTOS_OF_A_VISITOR_MAX_BYTES // MB
        raise Full(f"Your photos here take {most} MB already, which is all there is for one visitor.")
    if not has_room(note.gallery_id, size, instead_of=note):
        raise Full("This gallery has as many photos as it can keep. Say it in words, or tell a host.")


def has_room(gallery_id: int, size: int, *, instead_of: Note | None = None) -> bool:
    """Whether a gallery may keep so many bytes more, in place of the photo on that note; two queries.

    Call with the gallery's row held.
    """
    of_notes = Photo.objects.filter(note__gallery=gallery_id)
    if instead_of:
        of_notes = of_notes.exclude(note=instead_of)
    kept = [of_notes, WallPhoto.objects.filter(poster__gallery=gallery_id)]
    taken = sum(rows.aggregate(sum=Sum("size"))["sum"] or 0 for rows in kept)
    return taken + size <= settings.PHOTOS_OF_A_GALLERY_MAX_BYTES


def taken_back(at: datetime) -> list[Photo]:
    """The photos of notes that were taken back, a day after their authors could last put them back."""
    found = Photo.objects.filter(note__state=Note.State.WITHDRAWN, note__created_at__lt=at - TAKEN_BACK)
    return [each for each in found.select_related("note__gallery") if _last_put_back(each) < at - TAKEN_BACK]


def _last_put_back(photo: Photo) -> datetime:
    return photo.note.created_at + timedelta(minutes=photo.note.gallery.reword_minutes)


def clear_taken_back(at: datetime) -> int:
    """Delete those for good, their files too; returns how many."""
    names = [photo.name for photo in taken_back(at)]
    return Photo.objects.filter(name__in=names, note__state=Note.State.WITHDRAWN).delete()[0]


# --- the files ----------------------------------------------------------------------------------


def path_of(name: UUID) -> str:
    """Where the photo of that name lies in the storage."""
    return f"{FOLDER}/{name.hex[:2]}/{name.hex}.jpg"


def keep(name: UUID, picture: Picture) -> None:
    try:
        default_storage.save(path_of(name), ContentFile(picture.jpeg))
    except OSError:
        logger.exception("A photo could not be written")
        raise Busy(UNKEPT) from None


def forget(name: UUID) -> None:
    """Take the file away unless its row is there all the same; where nobody can tell, sweep() will."""
    try:
        if not any(model.objects.filter(name=name).exists() for model in PHOTOGRAPHED):
            default_storage.delete(path_of(name))
    except (DatabaseError, OSError):
        logger.warning("The file of a photo that was not kept stays for the sweep")


def _on_deleted(instance: Photo | WallPhoto, **_: Any) -> None:
    """Whichever way the row goes, with its note, its poster or its gallery too, the file goes after it."""
    transaction.on_commit(partial(default_storage.delete, path_of(instance.name)), robust=True)


def listen() -> None:
    for model in PHOTOGRAPHED:
        post_delete.connect(_on_deleted, sender=model, dispatch_uid=f"feedback.photos.{model.__name__}")


def orphans(older_than: timedelta = LEFT_BEHIND) -> list[str]:
    """The files, as the storage names them, that no row has and that are older than this."""
    before = timezone.now() - older_than
    kept = {path_of(name) for model in PHOTOGRAPHED for name in model.objects.values_list("name", flat=True)}
    return [
        path for path in _files() if path not in kept and default_storage.get_modified_time(path) < before
    ]


def sweep(older_than: timedelta = LEFT_BEHIND) -> int:
    """Take away what a crash left between a file and its row; returns how many files that were."""
    found = orphans(older_than)
    for path in found:
        default_storage.delete(path)
    return len(found)


def _files() -> Iterator[str]:
    """What lies on the shelf, half-written files too. Nobody else's files are looked at."""
    try:
        folders = default_storage.listdir(FOLDER)[0]
    except FileNotFoundError:
        return
    for folder in folders:
        for name in default_storage.listdir(f"{FOLDER}/{folder}")[1]:
            if name.endswith((".jpg", PART)):
                yield f"{FOLDER}/{folder}/{name}"
