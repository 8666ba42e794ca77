"""Deleting a gallery: first out of everyone's sight, for good after thirty days.

gallery/events.py has the acts; here is what surrounds them: the title typed to be sure, what can
still be restored, and what goes for good.
"""

import unicodedata
from datetime import datetime
from itertools import takewhile

from django.contrib.admin.models import LogEntry
from django.contrib.auth.models import AnonymousUser, User
from django.contrib.contenttypes.models import ContentType
from django.db import transaction
from django.db.models import Model
from django.utils import timezone

from gallery import events
from gallery.events import RESTORABLE
from gallery.models import Gallery, GalleryQuerySet, Poster, Wall
from measures.models import Team

SEEN_BEFORE = 12  # letters before the first difference that are told, so that one finds the place


def what_differs(typed: str, title: str) -> str:
    """Where what was typed parts from the title, in words; '' where they are the same.

    Spaces at the ends and double ones don't count: a page doesn't show them.
    """
    words, wanted = _plain(typed), _plain(title)
    if words == wanted:
        return ""
    if not words:
        return "Type the gallery’s title here, to be sure that it is this one."
    if words.casefold() == wanted.casefold():
        return "Only capital and small letters differ: type the title exactly as it stands above."
    same = len(list(takewhile(lambda pair: pair[0] == pair[1], zip(words, wanted, strict=False))))
    return f"This isn’t the title yet. {_told(words, wanted, same)}"


def _told(words: str, wanted: str, same: int) -> str:
    if same == len(words):
        return f"It ends too soon: “{wanted[same:].strip()}” is missing at its end."
    if same == len(wanted):
        return f"It goes on too long: leave out “{words[same:].strip()}” at its end."
    place = f"After “{wanted[max(0, same - SEEN_BEFORE) : same]}”" if same else "At its start"
    return f"{place} comes “{wanted[same]}”, and you typed “{words[same]}”."


def _plain(words: str) -> str:
    return " ".join(unicodedata.normalize("NFC", words).split())


def goes_at(gallery: Gallery) -> datetime | None:
    """From when on a deleted gallery can't be restored; None where it isn't deleted."""
    return gallery.deleted_at + RESTORABLE if gallery.deleted_at else None


def restorable(gallery: Gallery, at: datetime) -> bool:
    goes = goes_at(gallery)
    return goes is not None and at <= goes


def deleted_of(user: User | AnonymousUser) -> list[Gallery]:
    """The deleted galleries of the teams for which this person curates, the latest first."""
    teams = Team.objects.curated_by(user)
    return list(
        Gallery.objects.deleted().filter(team__in=teams).select_related("team").order_by("-deleted_at")
    )


def overdue(at: datetime) -> GalleryQuerySet:
    """The galleries that nobody can restore any more."""
    return Gallery.objects.deleted().filter(deleted_at__lt=at - RESTORABLE).order_by("pk")


def purge_deleted(*, at: datetime | None = None) -> list[str]:
    """Delete for good what nobody can restore any more; returns the titles. Safe to repeat."""
    at = at or timezone.now()
    found = [_purged(pk, at) for pk in overdue(at).values_list("pk", flat=True)]
    return [title for title in found if title is not None]


@transaction.atomic
def _purged(pk: int, at: datetime) -> str | None:
    """The title of what was purged; None where somebody restored it meanwhile."""
    gallery = overdue(at).select_for_update().filter(pk=pk).first()
    if gallery is None:
        return None
    title = gallery.title
    forget_history([gallery, *gallery.walls.all(), *gallery.posters.with_face()])
    events.purge(gallery)
    return title


def forget_history(rows: list[Model]) -> None:
    """Erase the admin's own log of these rows: it keeps their titles."""
    for model in (Gallery, Wall, Poster):
        keys = [str(row.pk) for row in rows if isinstance(row, model)]
        kind = ContentType.objects.get_for_model(model)
        for start in range(0, len(keys), 500):
            LogEntry.objects.filter(content_type=kind, object_id__in=keys[start : start + 500]).delete()
