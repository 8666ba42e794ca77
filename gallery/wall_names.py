"""A wall that has its name from a goal follows the goal's words, as its posters do."""

from typing import Any

from django.db.models import Exists, OuterRef, QuerySet
from django.db.models.signals import pre_save

from gallery.models import Wall
from measures.models import Goal

LONGEST = 120
WITHOUT_A_GOAL = "More measures"


def name_of(goal: Goal) -> str:
    """What a wall for this goal is called."""
    return goal.title[:LONGEST]


def follow(walls: QuerySet[Wall], *, was: str, now: str) -> None:
    """Rename those of the walls that are called `was`, where their gallery has no wall of the new name."""
    if was != now:
        taken = Wall.objects.filter(gallery=OuterRef("gallery"), name=now)
        walls.filter(name=was).exclude(Exists(taken)).update(name=now)


def in_drafts(sender: type[Goal], instance: Goal, **_: Any) -> None:  # noqa: ARG001 - a receiver's signature
    """A draft's posters show a reworded goal at once, and so do its walls."""
    before = Goal.objects.filter(pk=instance.pk).first() if instance.pk else None
    if before:
        drafts = Wall.objects.filter(gallery__team=before.team_id, gallery__invited_at__isnull=True)
        follow(drafts, was=name_of(before), now=name_of(instance))


def listen() -> None:
    pre_save.connect(in_drafts, sender=Goal, dispatch_uid="walls follow their goals")
