"""What people said, as it is read beside a decision: each note with who else says so, and what was answered.

Only what is shown is read, and nothing of who wrote it. The number of queries doesn't grow with the notes.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from functools import cached_property

from django.db.models import Count

from feedback.models import MeToo, Note, RoundItem, Theme, Vote
from gallery.models import Gallery, Poster

FEWEST_TOLD = 5  # so many must have rated before it is told how they did
UNREAD = ("author", "digest")


@dataclass(frozen=True)
class Rated:
    """How the room rated a thing in a round that is over: (word, votes), and the facilitator's last word.

    The votes are left out where they are so few that they would tell of persons.
    """

    title: str
    votes: list[tuple[str, int]]
    word: str
    remark: str

    @property
    def is_told(self) -> bool:
        return bool(self.votes or self.word)


@dataclass(frozen=True)
class Said:
    """A note, how many say ‘me too’, and the answers to it, the hosts’ first."""

    note: Note
    me_toos: int = 0
    answers: list[Note] = field(default_factory=list)
    rated: list[Rated] = field(default_factory=list)


@dataclass(frozen=True)
class Heard:
    """All that is shown in a gallery, the most agreed with first; how its themes were rated."""

    all: list[Said] = field(default_factory=list)
    rated: dict[int, list[Rated]] = field(default_factory=dict)

    def on(self, subject: Poster | Theme) -> list[Said]:
        return self._on.get((type(subject), subject.pk), [])

    @cached_property
    def _on(self) -> dict[tuple[type, int | None], list[Said]]:
        found: dict[tuple[type, int | None], list[Said]] = {}
        for said in self.all:
            found.setdefault((Poster, said.note.poster_id), []).append(said)
            found.setdefault((Theme, said.note.theme_id), []).append(said)
        return found


def heard(gallery: Gallery) -> Heard:
    """What was said in the gallery; 5 queries."""
    shown = Note.objects.shown().filter(gallery=gallery).defer(*UNREAD)
    notes = shown.without_replies().select_related("kind", "photo", "proposal").order_by("created_at", "seq")
    agreeing = MeToo.objects.filter(note__gallery=gallery).order_by().values_list("note")
    me_toos = dict(agreeing.annotate(count=Count("pk")))
    answers: dict[int, list[Note]] = {}
    for each in shown.filter(reply_to__isnull=False).order_by("-from_host", "created_at", "seq"):
        answers.setdefault(each.reply_to_id or 0, []).append(each)
    rated = _rated(gallery)
    said = [
        Said(note, me_toos.get(note.pk, 0), answers.get(note.pk, []), rated.get((None, note.pk), []))
        for note in notes
    ]
    said.sort(key=lambda each: -each.me_toos)
    return Heard(said, {theme: found for (theme, _), found in rated.items() if theme})


def by_kind(said: Iterable[Said]) -> list[tuple[int, str]]:
    """(count, kind's word), the loudest first."""
    counts = Counter(each.note.word for each in said)
    return sorted(((count, word) for word, count in counts.items()), reverse=True)


def _rated(gallery: Gallery) -> dict[tuple[int | None, int | None], list[Rated]]:
    """How each theme and note was rated, by its key as (theme, note); two queries."""
    over = RoundItem.objects.filter(round__gallery=gallery, round__closed_at__isnull=False)
    votes: dict[int, Counter[int]] = {}
    counted = Vote.objects.filter(item__in=over).order_by().values_list("item", "value")
    for item, value, count in counted.annotate(count=Count("pk")):
        votes.setdefault(item, Counter())[value] = count
    found: dict[tuple[int | None, int | None], list[Rated]] = {}
    for item in over.select_related("round").order_by("round__number", "place"):
        rated = _told(item, votes.get(item.pk, Counter()))
        if rated.is_told and (item.theme_id or item.note_id):
            found.setdefault((item.theme_id, item.note_id), []).append(rated)
    return found


def _told(item: RoundItem, votes: Counter[int]) -> Rated:
    scale: Sequence[str] = item.round.scale
    enough = votes.total() >= FEWEST_TOLD
    told = [(word, votes[place]) for place, word in enumerate(scale) if votes[place]] if enough else []
    word = scale[item.word] if item.word is not None and item.word < len(scale) else ""
    return Rated(item.round.title, told, word, item.remark)
