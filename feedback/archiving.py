"""What goes when a gallery is archived: nobody can tell any more which notes came from one phone or hand."""

from typing import Any

from feedback import rounds
from feedback.models import Bucket, MeToo, Note, ToBeTold, Vote, WallPhoto
from gallery.models import Gallery
from gallery.signals import archived


def forget_authors(gallery: Gallery) -> None:
    """Erase every pseudonym of the gallery, and the handwriting; the words, and the names on notes, stay.

    Addresses that were left to be told what changed go too.
    """
    Note.objects.filter(gallery=gallery).update(author=None)
    MeToo.objects.filter(note__gallery=gallery).update(author=None)
    Vote.objects.filter(item__round__gallery=gallery).update(author=None)
    ToBeTold.objects.filter(gallery=gallery).delete()
    Bucket.objects.filter(gallery=gallery).delete()
    WallPhoto.objects.filter(poster__gallery=gallery).delete()


def _on_archived(gallery: Gallery, **_: Any) -> None:
    forget_authors(gallery)
    if gallery.archived_at:
        rounds.close_all(gallery, at=gallery.archived_at)


def listen() -> None:
    archived.connect(_on_archived, dispatch_uid="feedback.archiving")
