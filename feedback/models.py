"""Notes and decisions. A note's poster, key and sequence number are its whole address.

Nothing here says who: `author` is an HMAC that differs from gallery to gallery and is NULL
once the gallery is archived; `name` is what a visitor chose to write on this one note.
"""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q
from django.utils import timezone

from gallery.models import Gallery, Poster


class NoteKind(models.Model):
    """A kind of sticky note, named by the facilitator: a word, an icon and a paper colour."""

    class Colour(models.TextChoices):
        LEAF = "leaf", "Leaf green"
        SKY = "sky", "Sky blue"
        STRAW = "straw", "Straw yellow"
        ROSE = "rose", "Rose"
        LILAC = "lilac", "Lilac"

    class Icon(models.TextChoices):
        TICK = "tick", "Tick"
        QUESTION = "question", "Question mark"
        BULB = "bulb", "Light bulb"
        FLAG = "flag", "Flag"
        GAP = "gap", "Gap"
        HEART = "heart", "Heart"
        STAR = "star", "Star"

    gallery = models.ForeignKey(Gallery, on_delete=models.CASCADE, related_name="note_kinds")
    word = models.CharField(max_length=40)
    icon = models.CharField(max_length=20, choices=Icon.choices)
    colour = models.CharField(max_length=20, choices=Colour.choices)
    order = models.PositiveSmallIntegerField(default=0)

    class Meta:
        ordering = ["order", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["gallery", "word"], name="note_kind_once_a_gallery"),
            models.CheckConstraint(condition=~Q(word=""), name="note_kind_has_a_word"),
            models.CheckConstraint(
                condition=Q(colour__in=["leaf", "sky", "straw", "rose", "lilac"]),
                name="note_kind_known_colour",
            ),
            models.CheckConstraint(
                condition=Q(icon__in=["tick", "question", "bulb", "flag", "gap", "heart", "star"]),
                name="note_kind_known_icon",
            ),
        ]

    def __str__(self) -> str:
        return self.word


class NoteQuerySet(models.QuerySet["Note"]):
    def shown(self) -> NoteQuerySet:
        return self.filter(state=Note.State.SHOWN)

    def for_visit(self, poster: Poster, author: str | None = None) -> NoteQuerySet:
        """What hangs on a poster for its visitors, newest first; for its author also what waits."""
        seen = Q(state=Note.State.SHOWN)
        if author:
            seen |= Q(state=Note.State.WAITING, author=author)
        return self.filter(seen, poster=poster).order_by("-created_at", "-seq")


class Note(models.Model):
    class Source(models.TextChoices):
        PHONE = "phone", "From a phone"
        PAPER = "paper", "From paper"

    class State(models.TextChoices):
        WAITING = "waiting", "Waiting"
        SHOWN = "shown", "Shown"
        HIDDEN = "hidden", "Hidden"
        WITHDRAWN = "withdrawn", "Taken back"

    gallery = models.ForeignKey(Gallery, on_delete=models.CASCADE, related_name="notes")
    poster = models.ForeignKey(Poster, on_delete=models.RESTRICT, related_name="notes")
    key = models.UUIDField(unique=True, editable=False)
    digest = models.CharField(max_length=64, editable=False)
    kind = models.ForeignKey(NoteKind, on_delete=models.RESTRICT, related_name="notes")
    text = models.TextField(max_length=1000)
    name = models.CharField(max_length=60, blank=True)
    author = models.CharField(max_length=64, null=True, blank=True, editable=False)  # noqa: DJ001 - NULL is 'erased'
    reply_to = models.ForeignKey(
        "self", on_delete=models.CASCADE, null=True, blank=True, related_name="replies"
    )
    source = models.CharField(max_length=10, choices=Source.choices, default=Source.PHONE)
    state = models.CharField(max_length=10, choices=State.choices, default=State.SHOWN)
    seq = models.BigIntegerField(editable=False)
    created_at = models.DateTimeField(default=timezone.now, editable=False)
    reworded_at = models.DateTimeField(null=True, blank=True, editable=False)

    objects = NoteQuerySet.as_manager()

    class Meta:
        ordering = ["gallery", "seq"]
        indexes = [
            models.Index(fields=["poster", "seq"], name="note_by_poster_and_seq"),
            models.Index(fields=["poster", "state", "-created_at"], name="note_by_poster_for_visit"),
        ]
        constraints = [
            models.UniqueConstraint(fields=["gallery", "seq"], name="note_seq_once_a_gallery"),
            models.CheckConstraint(condition=~Q(text=""), name="note_has_words"),
            models.CheckConstraint(condition=Q(source__in=["phone", "paper"]), name="note_known_source"),
            models.CheckConstraint(
                condition=Q(state__in=["waiting", "shown", "hidden", "withdrawn"]), name="note_known_state"
            ),
            models.CheckConstraint(
                condition=Q(reply_to__isnull=True) | ~Q(reply_to=F("id")), name="note_replies_to_another"
            ),
        ]

    def __str__(self) -> str:
        return self.text if len(self.text) <= 60 else f"{self.text[:59]}…"

    @property
    def tilt(self) -> int:
        """0 to 4: which of the five small tilts the note hangs at, the same on every screen."""
        return self.key.int % 5


class Photo(models.Model):
    """A note's photo as it is kept: upright, small, without a word on where and how it was taken.

    The file lies in MEDIA_ROOT under `name`, which tells nothing; see feedback/photos.py.
    """

    note = models.OneToOneField(Note, on_delete=models.CASCADE, related_name="photo")
    name = models.UUIDField(unique=True, editable=False)
    width = models.PositiveIntegerField(editable=False)
    height = models.PositiveIntegerField(editable=False)
    size = models.PositiveIntegerField("size in bytes", editable=False)
    added_at = models.DateTimeField(default=timezone.now, editable=False)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(width__gte=1, height__gte=1, size__gte=1), name="photo_is_not_empty"
            ),
        ]

    def __str__(self) -> str:
        return f"Photo of {self.width} × {self.height}"


class WallPhoto(models.Model):
    """A poster with its paper notes, photographed to type them in from; hosts see it, nobody else.

    Kept as a note's photo is. It goes when the gallery is archived: handwriting tells who wrote.
    """

    poster = models.ForeignKey(Poster, on_delete=models.CASCADE, related_name="wall_photos")
    name = models.UUIDField(unique=True, editable=False)
    width = models.PositiveIntegerField(editable=False)
    height = models.PositiveIntegerField(editable=False)
    size = models.PositiveIntegerField("size in bytes", editable=False)
    added_at = models.DateTimeField(default=timezone.now, editable=False)

    class Meta:
        ordering = ["poster", "added_at"]
        constraints = [
            models.CheckConstraint(
                condition=Q(width__gte=1, height__gte=1, size__gte=1), name="wall_photo_is_not_empty"
            ),
        ]

    def __str__(self) -> str:
        return f"Photo of {self.poster}"


class Bucket(models.Model):
    """How full a token bucket is, told by when it will be empty again; see feedback/limits.py.

    `whose` is a visitor's pseudonym, or a word for all of a gallery; it goes when the gallery is archived.
    """

    gallery = models.ForeignKey(Gallery, on_delete=models.CASCADE, related_name="buckets")
    whose = models.CharField(max_length=64)
    empty_at = models.FloatField(help_text="Seconds since 1970.")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["gallery", "whose"], name="bucket_once_a_gallery"),
        ]

    def __str__(self) -> str:
        return f"A bucket of {self.gallery}"


class Decision(models.Model):
    """What the team decided about a poster after hearing the room."""

    class Verdict(models.TextChoices):
        KEEP = "keep", "Keep"
        CHANGE = "change", "Change"
        DROP = "drop", "Drop"
        ADD = "add", "Add"

    poster = models.OneToOneField(Poster, on_delete=models.CASCADE, related_name="decision")
    verdict = models.CharField(max_length=20, choices=Verdict.choices)
    reason = models.TextField(max_length=1000)
    decided_at = models.DateTimeField(default=timezone.now, editable=False)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(verdict__in=["keep", "change", "drop", "add"]), name="decision_known_verdict"
            ),
            models.CheckConstraint(condition=~Q(reason=""), name="decision_has_a_reason"),
        ]

    def __str__(self) -> str:
        return f"{self.get_verdict_display()}: {self.reason}"
