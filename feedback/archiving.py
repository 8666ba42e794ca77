"""What goes when a gallery is archived: nobody can tell any more which notes came from one phone or hand."""

from typing import Any

from feedback.models import Bucket, Note, WallPhoto
from gallery.models import Gallery
from gallery.signals import archived


def forget_authors(gallery: Gallery) -> None:
    """Erase every pseudonym of the gallery, and the handwriting; the words, and the names on notes, stay."""
    Note.objects.filter(gallery=gallery).update(author=None)
    Bucket.objects.filter(gallery=gallery).delete()
    WallPhoto.objects.filter(poster__gallery=gallery).delete()


def _on_archived(gallery: Gallery, **_: Any) -> None:
    forget_authors(gallery)


def listen() -> None:
    archived.connect(_on_archived, dispatch_uid="feedback.archiving")
