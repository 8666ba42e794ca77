"""Notes, what others say to them, themes, rounds and decisions.

A note's poster, key and sequence number are its whole address.
Nothing here says who: `author` is an HMAC that differs from gallery to gallery and is NULL
once the gallery is archived; `name` is what a visitor chose to write on this one note.
"""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Coalesce
from django.utils import timezone

from gallery.models import Gallery, Poster
from measures.models import Measure


class OfAVisitor(models.Model):
    """What somebody without an account did: `author` is their pseudonym in this gallery, NULL once erased."""

    author = models.CharField(max_length=64, null=True, blank=True, editable=False)  # noqa: DJ001 - NULL is 'erased'

    class Meta:
        abstract = True


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


class Theme(models.Model):
    """What several notes of a gallery say together, named by the facilitator."""

    gallery = models.ForeignKey(Gallery, on_delete=models.CASCADE, related_name="themes")
    name = models.CharField(max_length=120)
    order = models.PositiveIntegerField(default=0)

    class Meta:
        ordering = ["order", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["gallery", "name"], name="theme_once_a_gallery"),
            models.CheckConstraint(condition=~Q(name=""), name="theme_has_a_name"),
        ]

    def __str__(self) -> str:
        return self.name


class NoteQuerySet(models.QuerySet["Note"]):
    def shown(self) -> NoteQuerySet:
        return self.filter(state=Note.State.SHOWN)

    def without_replies(self) -> NoteQuerySet:
        """What was stuck on posters; what was said to those notes left out."""
        return self.filter(reply_to__isnull=True)

    def unanswered(self) -> NoteQuerySet:
        """Shown questions to which nobody, host or visitor, has said anything that is shown."""
        said = Note.objects.shown().filter(reply_to=models.OuterRef("pk"))
        asked = self.shown().filter(kind__icon=NoteKind.Icon.QUESTION, reply_to__isnull=True)
        return asked.exclude(models.Exists(said))

    def with_talk(self, *, signed: bool = True) -> NoteQuerySet:
        """With all that is drawn of a note: its kind, photo and proposal, how many said 'me too' (`nods`),
        and what was said to it (`talk`), oldest first, also what waits; two queries.

        Unless `signed` nobody's pseudonym is read: hosts' pages need none.
        """
        nods = MeToo.objects.filter(note=models.OuterRef("pk")).order_by().values("note")
        said = Note.objects.filter(state__in=[Note.State.SHOWN, Note.State.WAITING])
        said = said if signed else said.defer("author", "digest")
        replies = models.Prefetch("replies", said.order_by("created_at", "pk"), to_attr="talk")
        counted = models.Subquery(nods.annotate(count=models.Count("pk")).values("count"))
        whole = self.select_related("kind", "photo", "proposal").prefetch_related(replies)
        whole = whole if signed else whole.defer("author", "digest")
        return whole.annotate(nods=Coalesce(counted, 0))

    def among(self, part: NoteQuerySet) -> NoteQuerySet:
        """These notes whole, in the order of `for_visit`: only they are counted for, not all that hang."""
        return self.filter(pk__in=part.values("pk")).order_by("-created_at", "-seq")

    def for_visit(self, poster: Poster, author: str | None = None) -> NoteQuerySet:
        """What hangs on a poster for its visitors, newest first; for its author also what waits."""
        seen = Q(state=Note.State.SHOWN)
        if author:
            seen |= Q(state=Note.State.WAITING, author=author)
        return self.without_replies().filter(seen, poster=poster).order_by("-created_at", "-seq")


class Note(OfAVisitor):
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
    # A reply has none.
    kind = models.ForeignKey(NoteKind, on_delete=models.RESTRICT, null=True, blank=True, related_name="notes")
    text = models.TextField(max_length=1000)
    name = models.CharField(max_length=60, blank=True)
    reply_to = models.ForeignKey(
        "self", on_delete=models.CASCADE, null=True, blank=True, related_name="replies"
    )
    from_host = models.BooleanField(default=False, editable=False)  # a host's answer; nothing tells whose
    theme = models.ForeignKey(Theme, on_delete=models.SET_NULL, null=True, blank=True, related_name="notes")
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
            models.CheckConstraint(
                condition=Q(reply_to__isnull=True, kind__isnull=False)
                | Q(reply_to__isnull=False, kind__isnull=True),
                name="note_has_a_kind_or_replies",
            ),
            models.CheckConstraint(
                condition=Q(from_host=False) | Q(reply_to__isnull=False), name="note_of_a_host_replies"
            ),
        ]

    def __str__(self) -> str:
        return self.text if len(self.text) <= 60 else f"{self.text[:59]}…"

    @property
    def word(self) -> str:
        """Its kind's word; a reply has none."""
        return self.kind.word if self.kind else ""

    @property
    def tilt(self) -> int:
        """0 to 4: which of the five small tilts the note hangs at, the same on every screen."""
        return self.key.int % 5


class Proposal(models.Model):
    """A measure that a visitor proposes: the note's words name it, this tells the rest.

    `measure` is the draft that the facilitator made of it.
    """

    note = models.OneToOneField(Note, on_delete=models.CASCADE, related_name="proposal")
    shows = models.TextField("what it would show", max_length=1000, blank=True)
    known_by = models.TextField("how we would know", max_length=1000, blank=True)
    data_from = models.TextField("where the data is", max_length=1000, blank=True)
    measure = models.ForeignKey(
        Measure, on_delete=models.SET_NULL, null=True, blank=True, related_name="+", editable=False
    )
    adopted_at = models.DateTimeField(null=True, blank=True, editable=False)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(measure__isnull=True) | Q(adopted_at__isnull=False), name="proposal_adopted_once"
            ),
        ]

    def __str__(self) -> str:
        return str(self.note)


class MeToo(OfAVisitor):
    """One visitor's nod to a note."""

    note = models.ForeignKey(Note, on_delete=models.CASCADE, related_name="me_toos")

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["note", "author"], condition=Q(author__isnull=False), name="me_too_once_a_visitor"
            ),
        ]

    def __str__(self) -> str:
        return f"Me too: {self.note}"


class Meaning(models.Model):
    """Where a note's words stand among all that can be meant, as a model of language has it.

    Kept because it takes milliseconds to reckon; `words` tells whether the note was reworded since.
    """

    note = models.OneToOneField(Note, on_delete=models.CASCADE, related_name="meaning")
    model = models.CharField(max_length=60)
    words = models.CharField("digest of the words", max_length=64)
    vector = models.BinaryField()

    def __str__(self) -> str:
        return f"Meaning of {self.note}"


class Kept(models.Model):
    """A photo as it is kept: upright, small, without a word on where and how it was taken.

    The file lies in MEDIA_ROOT under `name`, which tells nothing; see feedback/photos.py.
    """

    name = models.UUIDField(unique=True, editable=False)
    width = models.PositiveIntegerField(editable=False)
    height = models.PositiveIntegerField(editable=False)
    size = models.PositiveIntegerField("size in bytes", editable=False)
    added_at = models.DateTimeField(default=timezone.now, editable=False)

    class Meta:
        abstract = True


NOT_EMPTY = Q(width__gte=1, height__gte=1, size__gte=1)


class Photo(Kept):
    """A note's photo."""

    note = models.OneToOneField(Note, on_delete=models.CASCADE, related_name="photo")

    class Meta:
        constraints = [
            models.CheckConstraint(condition=NOT_EMPTY, name="photo_is_not_empty"),
        ]

    def __str__(self) -> str:
        return f"Photo of {self.width} × {self.height}"


class WallPhoto(Kept):
    """A poster with its paper notes, photographed to type them in from; hosts see it, nobody else.

    It goes when the gallery is archived: handwriting tells who wrote.
    """

    poster = models.ForeignKey(Poster, on_delete=models.CASCADE, related_name="wall_photos")

    class Meta:
        ordering = ["poster", "added_at"]
        constraints = [
            models.CheckConstraint(condition=NOT_EMPTY, name="wall_photo_is_not_empty"),
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


class Round(models.Model):
    """The room rates together: themes, notes or proposed measures, on a scale of a few words."""

    class Rates(models.TextChoices):
        THEMES = "themes", "Themes"
        NOTES = "notes", "Notes"
        PROPOSALS = "proposals", "Proposed measures"

    gallery = models.ForeignKey(Gallery, on_delete=models.CASCADE, related_name="rounds")
    number = models.PositiveIntegerField(editable=False)
    title = models.CharField(max_length=120)
    rates = models.CharField(max_length=12, choices=Rates.choices, editable=False)
    scale = models.JSONField(help_text="Two to six words, the strongest first.")
    opened_at = models.DateTimeField(null=True, blank=True, editable=False)
    closed_at = models.DateTimeField(null=True, blank=True, editable=False)

    class Meta:
        ordering = ["gallery", "number"]
        constraints = [
            models.UniqueConstraint(fields=["gallery", "number"], name="round_number_once_a_gallery"),
            models.CheckConstraint(condition=~Q(title=""), name="round_has_a_title"),
            models.CheckConstraint(
                condition=Q(rates__in=["themes", "notes", "proposals"]), name="round_rates_what_is_known"
            ),
            models.CheckConstraint(
                condition=Q(closed_at__isnull=True) | Q(opened_at__isnull=False),
                name="round_closed_after_opened",
            ),
        ]

    def __str__(self) -> str:
        return self.title

    @property
    def is_open(self) -> bool:
        return bool(self.opened_at) and not self.closed_at


class RoundItemQuerySet(models.QuerySet["RoundItem"]):
    def shown(self) -> RoundItemQuerySet:
        """All but the notes that were hidden or taken back since."""
        return self.filter(Q(note__isnull=True) | Q(note__state=Note.State.SHOWN))


class RoundItem(models.Model):
    """One thing that a round rates, in the words that it had when the round was opened.

    `word` is the facilitator's last word beside the room's: its place on the scale, from 0.
    """

    round = models.ForeignKey(Round, on_delete=models.CASCADE, related_name="items")
    place = models.PositiveIntegerField()
    words = models.CharField(max_length=1000)
    theme = models.ForeignKey(Theme, on_delete=models.SET_NULL, null=True, blank=True, related_name="+")
    note = models.ForeignKey(Note, on_delete=models.SET_NULL, null=True, blank=True, related_name="+")
    word = models.PositiveSmallIntegerField(null=True, blank=True)
    remark = models.CharField(max_length=400, blank=True)

    objects = RoundItemQuerySet.as_manager()

    class Meta:
        ordering = ["round", "place"]
        constraints = [
            models.UniqueConstraint(fields=["round", "place"], name="round_item_place_once"),
            models.UniqueConstraint(fields=["round", "theme"], name="round_item_theme_once"),
            models.UniqueConstraint(fields=["round", "note"], name="round_item_note_once"),
            models.CheckConstraint(
                condition=Q(theme__isnull=True) | Q(note__isnull=True), name="round_item_rates_one_thing"
            ),
            models.CheckConstraint(condition=~Q(words=""), name="round_item_has_words"),
        ]

    def __str__(self) -> str:
        return self.words


class Vote(OfAVisitor):
    """How one visitor rates one thing: its place on the round's scale, from 0."""

    item = models.ForeignKey(RoundItem, on_delete=models.CASCADE, related_name="votes")
    value = models.PositiveSmallIntegerField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["item", "author"], condition=Q(author__isnull=False), name="vote_once_a_visitor"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.value} for {self.item}"


class Verdict(models.TextChoices):
    KEEP = "keep", "Keep"
    CHANGE = "change", "Change"
    DROP = "drop", "Drop"
    ADD = "add", "Add"
    EXPLORE = "explore", "Explore"
    NO = "no", "No, because"


class Reasoned(models.Model):
    """A verdict and why."""

    verdict = models.CharField(max_length=20, choices=Verdict.choices)
    reason = models.TextField(max_length=1000)

    class Meta:
        abstract = True

    def __str__(self) -> str:
        return f"{self.get_verdict_display()}: {self.reason}"


KNOWN_VERDICT = Q(verdict__in=["keep", "change", "drop", "add", "explore", "no"])


class Decision(Reasoned):
    """What the team decided about a poster or a theme after hearing the room."""

    poster = models.OneToOneField(
        Poster, on_delete=models.CASCADE, null=True, blank=True, related_name="decision"
    )
    theme = models.OneToOneField(
        Theme, on_delete=models.CASCADE, null=True, blank=True, related_name="decision"
    )
    decided_at = models.DateTimeField(default=timezone.now, editable=False)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(poster__isnull=False, theme__isnull=True)
                | Q(poster__isnull=True, theme__isnull=False),
                name="decision_on_a_poster_or_a_theme",
            ),
            models.CheckConstraint(condition=KNOWN_VERDICT, name="decision_known_verdict"),
            models.CheckConstraint(condition=~Q(reason=""), name="decision_has_a_reason"),
        ]

    @property
    def gallery(self) -> Gallery:
        thing = self.poster or self.theme
        assert thing is not None  # noqa: S101  # nosec B101 - decision_on_a_poster_or_a_theme
        return thing.gallery


class Ground(models.Model):
    """A note that led to a decision, to be read beside it."""

    decision = models.ForeignKey(Decision, on_delete=models.CASCADE, related_name="grounds")
    note = models.ForeignKey(Note, on_delete=models.CASCADE, related_name="+")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["decision", "note"], name="ground_once_a_decision"),
        ]

    def __str__(self) -> str:
        return f"{self.note}: {self.decision}"


class Change(models.Model):
    """What a decision changed on a poster, thing by thing, as it was told when the report was published."""

    decision = models.ForeignKey(Decision, on_delete=models.CASCADE, related_name="changes")
    place = models.PositiveIntegerField()
    what = models.TextField()
    was = models.TextField(blank=True)
    now = models.TextField(blank=True)

    class Meta:
        ordering = ["decision", "place"]
        constraints = [
            models.UniqueConstraint(fields=["decision", "place"], name="change_place_once_a_decision"),
        ]

    def __str__(self) -> str:
        return self.what


class LaterWord(Reasoned):
    """What became of a decision after it was published: dated and added, never written over it."""

    decision = models.ForeignKey(Decision, on_delete=models.CASCADE, related_name="later_words")
    said_at = models.DateTimeField(default=timezone.now, editable=False)

    class Meta:
        ordering = ["decision", "said_at", "pk"]
        constraints = [
            models.CheckConstraint(condition=KNOWN_VERDICT, name="later_word_known_verdict"),
            models.CheckConstraint(condition=~Q(reason=""), name="later_word_has_a_reason"),
        ]


class ToBeTold(models.Model):
    """An e-mail address left to hear what was changed: apart from notes, and erased after that one message.

    `sending_since` is set before the message goes out, so that a server that dies then sends no second one.
    """

    gallery = models.ForeignKey(Gallery, on_delete=models.CASCADE, related_name="to_be_told")
    mail = models.EmailField("e-mail address", max_length=254)
    sending_since = models.DateTimeField(null=True, blank=True, editable=False)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["gallery", "mail"], name="to_be_told_once_a_gallery"),
        ]

    def __str__(self) -> str:
        return f"Somebody who wants to hear of {self.gallery}"
