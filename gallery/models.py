"""The room: a gallery is one event of one team; posters hang on its walls.

A gallery's phase is derived from the clock, never stored: see gallery/phases.py.
"""

from __future__ import annotations

import secrets
from datetime import datetime
from zoneinfo import ZoneInfo, available_timezones

from django.contrib.auth.models import AnonymousUser, User
from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import F, Q

from measures.models import CURATING, Goal, Measure, Team, in_teams_of

# 29 symbols without look-alikes (0 and O, 1 and I and L, U and V): 8 of them are 5 × 10^11 codes.
CODE_SYMBOLS = "23456789ABCDEFGHJKMNPQRSTWXYZ"
CODE_LENGTH = 8
MAP_TITLE = "How our results hang together"


def make_code() -> str:
    return "".join(secrets.choice(CODE_SYMBOLS) for _ in range(CODE_LENGTH))


def check_zone(name: str) -> None:
    if name not in available_timezones():
        raise ValidationError(f"“{name}” is no time zone; write one like Europe/London.")


class GalleryQuerySet(models.QuerySet["Gallery"]):
    def kept(self) -> GalleryQuerySet:
        """Those that nobody has deleted."""
        return self.filter(deleted_at__isnull=True)

    def deleted(self) -> GalleryQuerySet:
        """Those that can be restored for a while, and are nowhere to be seen until then."""
        return self.filter(deleted_at__isnull=False)

    def reached_by(self, user: User | AnonymousUser) -> GalleryQuerySet:
        """The galleries of this person's teams, whose room they may run."""
        return self.kept().filter(in_teams_of(user, "team__"))

    def curated_by(self, user: User | AnonymousUser) -> GalleryQuerySet:
        """The galleries that this person may make, decide on and publish: not a host's."""
        return self.kept().filter(in_teams_of(user, "team__", CURATING))

    def for_visit(self) -> GalleryQuerySet:
        """The galleries that a visitor may know of: drafts look as though they weren't there."""
        return self.kept().filter(invited_at__isnull=False).select_related("team").prefetch_related("hours")

    def with_hours(self, code: str) -> tuple[Gallery, list[tuple[datetime, datetime]]] | None:
        """The gallery with this code and its opening hours, or None; one query for both."""
        rows = list(
            self.kept().filter(code=code).annotate(opens=F("hours__opens"), closes=F("hours__closes"))
        )
        hours = [(vars(row)["opens"], vars(row)["closes"]) for row in rows if vars(row)["opens"]]
        return (rows[0], hours) if rows else None


class Gallery(models.Model):
    team = models.ForeignKey(Team, on_delete=models.PROTECT, related_name="galleries")
    title = models.CharField(max_length=120)
    code = models.CharField(max_length=CODE_LENGTH, unique=True, default=make_code, editable=False)
    invitation = models.TextField(
        blank=True,
        max_length=2000,
        help_text="Two or three sentences to the people you invite: what it is about, and why you ask them.",
    )
    place = models.CharField(max_length=200, blank=True, help_text="Where the walls are: a room, a floor.")
    language = models.CharField(
        max_length=10, default="en", help_text="Language tag of the texts: en, de, pt-br."
    )
    time_zone = models.CharField(max_length=60, default="UTC", validators=[check_zone])
    reword_minutes = models.PositiveSmallIntegerField(
        default=30,
        validators=[MaxValueValidator(24 * 60)],
        help_text="For how long visitors may reword their own note or take it back.",
    )
    grace_minutes = models.PositiveSmallIntegerField(
        default=5,
        validators=[MaxValueValidator(24 * 60)],
        help_text="For how long after the doors close a phone that had no connection may still bring a note.",
    )
    moderated = models.BooleanField(
        "notes wait for a host",
        default=False,
        help_text="Each note is read by a host before it hangs. Without it notes hang at once.",
    )
    hidden_votes = models.BooleanField(
        "votes are hidden at first",
        default=True,
        help_text="How many say ‘me too’ shows to whoever has said it, and to all once the doors are closed: "
        "seeing it first sways people.",
    )
    continues = models.ForeignKey(
        "self", on_delete=models.SET_NULL, null=True, blank=True, related_name="+", editable=False
    )

    invited_at = models.DateTimeField(null=True, blank=True, editable=False)
    opened_at = models.DateTimeField(null=True, blank=True, editable=False)
    closed_at = models.DateTimeField(null=True, blank=True, editable=False)
    published_at = models.DateTimeField(null=True, blank=True, editable=False)
    archived_at = models.DateTimeField(null=True, blank=True, editable=False)
    locked_at = models.DateTimeField(null=True, blank=True, editable=False)
    deleted_at = models.DateTimeField(null=True, blank=True, editable=False)
    thanks = models.TextField(
        "closing words", blank=True, max_length=2000, help_text="Shown with what we heard, what we changed."
    )
    next_steps = models.TextField(
        blank=True, max_length=2000, help_text="What happens next, and by when. Shown with what we changed."
    )

    # The highest sequence number given to a note, and the highest poster number ever given.
    seq = models.BigIntegerField(default=0, editable=False)
    last_number = models.PositiveIntegerField(default=0, editable=False)

    objects = GalleryQuerySet.as_manager()

    class Meta:
        verbose_name_plural = "galleries"
        ordering = ["-pk"]
        constraints = [
            models.CheckConstraint(condition=~Q(title=""), name="gallery_has_a_title"),
            models.CheckConstraint(condition=Q(seq__gte=0), name="gallery_seq_not_negative"),
        ]

    def __str__(self) -> str:
        return self.title

    @property
    def zone(self) -> ZoneInfo:
        return ZoneInfo(self.time_zone)


class OpeningHours(models.Model):
    """One stretch of open doors; several are usual. Times are moments (UTC in the database)."""

    gallery = models.ForeignKey(Gallery, on_delete=models.CASCADE, related_name="hours")
    opens = models.DateTimeField()
    closes = models.DateTimeField()

    class Meta:
        verbose_name_plural = "opening hours"
        ordering = ["opens"]
        constraints = [
            models.CheckConstraint(condition=Q(closes__gt=F("opens")), name="opening_hours_close_after_open"),
        ]

    def __str__(self) -> str:
        return f"{self.opens:%Y-%m-%d %H:%M} to {self.closes:%H:%M} UTC"


class Wall(models.Model):
    gallery = models.ForeignKey(Gallery, on_delete=models.CASCADE, related_name="walls")
    name = models.CharField(max_length=120)
    order = models.PositiveIntegerField(default=0)

    class Meta:
        ordering = ["order", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["gallery", "name"], name="wall_once_a_gallery"),
            models.CheckConstraint(condition=~Q(name=""), name="wall_has_a_name"),
        ]

    def __str__(self) -> str:
        return self.name


class PosterQuerySet(models.QuerySet["Poster"]):
    def in_order(self) -> PosterQuerySet:
        """As one walks past them: wall by wall, each from its first position on."""
        return self.order_by("wall__order", "wall__pk", "position", "number")

    def with_face(self) -> PosterQuerySet:
        """With all that a face needs of the poster's own row, in one query."""
        return self.select_related("gallery__team", "wall", "goal", "measure__goal", "measure__team")


class Poster(models.Model):
    """A sheet on a wall. Its number is on paper: given once, never changed, never reused."""

    class Kind(models.TextChoices):
        WELCOME = "welcome", "Welcome"
        GOAL = "goal", "Goal"
        MEASURE = "measure", "Measure"
        MAP = "map", "Results map"
        BLANK = "blank", "Blank: design a measure"
        TEXT = "text", "Text"

    gallery = models.ForeignKey(Gallery, on_delete=models.CASCADE, related_name="posters")
    number = models.PositiveIntegerField(editable=False, validators=[MinValueValidator(1)])
    wall = models.ForeignKey(Wall, on_delete=models.RESTRICT, related_name="posters")
    position = models.PositiveIntegerField(default=0)
    kind = models.CharField(max_length=20, choices=Kind.choices)
    goal = models.ForeignKey(Goal, on_delete=models.RESTRICT, null=True, blank=True, related_name="posters")
    measure = models.ForeignKey(
        Measure, on_delete=models.RESTRICT, null=True, blank=True, related_name="posters"
    )
    title = models.CharField(max_length=200, blank=True, help_text="For a text or welcome poster.")
    text = models.TextField(blank=True, max_length=3000, help_text="For a text or welcome poster.")
    prompts = models.TextField(
        blank=True, max_length=400, help_text="One or two questions to the visitor, a line each."
    )
    asked_before = models.TextField(
        "still open from last time",
        blank=True,
        max_length=2000,
        help_text="Questions that the last gallery left open, a line each.",
    )
    host = models.CharField(max_length=100, blank=True, help_text="Who stands by this poster, if anyone.")
    hung_at = models.DateTimeField(auto_now_add=True)
    # Its heading as it was hung; blank while it follows what it shows: see gallery/as_hung.py.
    hung_heading = models.CharField(max_length=600, blank=True, editable=False)
    # What its newest printed sheet says, in short, and since when that sheet may hang.
    printed = models.CharField(max_length=64, blank=True, editable=False)
    printed_at = models.DateTimeField(null=True, blank=True, editable=False)

    objects = PosterQuerySet.as_manager()

    class Meta:
        ordering = ["gallery", "number"]
        constraints = [
            models.UniqueConstraint(fields=["gallery", "number"], name="poster_number_once_a_gallery"),
            models.CheckConstraint(condition=Q(number__gte=1), name="poster_number_from_1"),
            models.CheckConstraint(
                condition=(
                    Q(kind="measure", measure__isnull=False, goal__isnull=True)
                    | Q(kind__in=["goal", "blank"], goal__isnull=False, measure__isnull=True)
                    | Q(kind__in=["welcome", "text", "map"], goal__isnull=True, measure__isnull=True)
                ),
                name="poster_shows_what_its_kind_says",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.number}. {self.heading}"

    @property
    def heading(self) -> str:
        """What one reads first on the sheet, as it was hung."""
        if self.hung_heading and self.kind not in TITLED:
            return self.hung_heading
        return self.heading_now

    @property
    def heading_now(self) -> str:
        """What one would read first if it were hung anew."""
        if self.kind == self.Kind.MEASURE and self.measure:
            return self.measure.name
        if self.kind == self.Kind.GOAL and self.goal:
            return self.goal.title
        if self.kind == self.Kind.BLANK and self.goal:
            return f"What would tell us: {self.goal.title}"
        if self.title:
            return self.title
        if self.kind == self.Kind.WELCOME:
            return f"Welcome: {self.gallery.title}"
        return MAP_TITLE if self.kind == self.Kind.MAP else "Untitled"

    @property
    def about(self) -> Goal | None:
        """The goal that this poster is about, its own or its measure's."""
        return self.measure.goal if self.measure else self.goal

    @property
    def questions(self) -> list[str]:
        return _lines(self.prompts)

    @property
    def still_open(self) -> list[str]:
        """The questions that the last gallery left open."""
        return _lines(self.asked_before)


def _lines(words: str) -> list[str]:
    return [line.strip() for line in words.splitlines() if line.strip()]


# Their heading is the poster's own, and not that of what they show.
TITLED = frozenset({Poster.Kind.WELCOME, Poster.Kind.MAP, Poster.Kind.TEXT})


class Hanging(models.Model):
    """What a poster shows of its goal, its measure or the map, from one hanging to the next.

    `shows` is written and read by gallery/as_hung.py. The one without an end is on the wall.
    """

    poster = models.ForeignKey(Poster, on_delete=models.CASCADE, related_name="hangings")
    since = models.DateTimeField()
    until = models.DateTimeField(null=True, blank=True)
    shows = models.JSONField()

    class Meta:
        ordering = ["poster", "since"]
        constraints = [
            models.UniqueConstraint(
                fields=["poster"], condition=Q(until__isnull=True), name="hanging_once_a_poster"
            ),
            models.CheckConstraint(
                condition=Q(until__isnull=True) | Q(until__gte=F("since")), name="hanging_ends_after_start"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.poster}, since {self.since:%Y-%m-%d %H:%M} UTC"
