"""The default kinds of sticky notes, given to every new gallery and the facilitator's to change."""

from typing import Any

from django.db.models.signals import post_save

from feedback.models import NoteKind
from gallery.models import Gallery

DEFAULT = [
    ("I’d use this", NoteKind.Icon.TICK, NoteKind.Colour.LEAF),
    ("Question", NoteKind.Icon.QUESTION, NoteKind.Colour.SKY),
    ("Idea", NoteKind.Icon.BULB, NoteKind.Colour.STRAW),
    ("Concern", NoteKind.Icon.FLAG, NoteKind.Colour.ROSE),
    ("What’s missing", NoteKind.Icon.GAP, NoteKind.Colour.LILAC),
]


def give_defaults(gallery: Gallery) -> None:
    NoteKind.objects.bulk_create(
        NoteKind(gallery=gallery, word=word, icon=icon, colour=colour, order=order)
        for order, (word, icon, colour) in enumerate(DEFAULT, start=1)
    )


def _on_saved(instance: Gallery, created: bool, raw: bool = False, **_: Any) -> None:
    if created and not raw:
        give_defaults(instance)


def listen() -> None:
    post_save.connect(_on_saved, sender=Gallery, dispatch_uid="feedback.kinds")
