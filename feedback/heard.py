"""What people said, as it is read beside a decision: each note with who else says so, and what was answered.

Only what is shown is read, and nothing of who wrote it. The number of queries doesn't grow with the notes.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import cached_property

from django.db.models import Count

from feedback.models import MeToo, Note, Theme
from feedback.rounds import Result, Results, results
from feedback.tally_bars import TallyBar, drawn
from gallery.models import Gallery, Poster

UNREAD = ("author", "digest")


@dataclass(frozen=True)
class Rated:
    """How the room rated a thing in a round that is over, and the bar of it; no bar where nobody did.

    `most` is how many votes its round's longest bar has: that one fills the width.
    """

    result: Result
    most: int

    @property
    def bar(self) -> TallyBar | None:
        return drawn(self.result, self.most) if self.result.total else None


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
    found = results(gallery)
    rated, on_themes = _rated(found, found.by_note), _rated(found, found.by_theme)
    said = [
        Said(note, me_toos.get(note.pk, 0), answers.get(note.pk, []), rated.get(note.pk, []))
        for note in notes
    ]
    said.sort(key=lambda each: -each.me_toos)
    return Heard(said, on_themes)


def by_kind(said: Iterable[Said]) -> list[tuple[int, str]]:
    """(count, kind's word), the loudest first."""
    counts = Counter(each.note.word for each in said)
    return sorted(((count, word) for word, count in counts.items()), reverse=True)


def _rated(found: Results, things: dict[int, list[Result]]) -> dict[int, list[Rated]]:
    """How each thing was rated, where there is anything to tell."""
    most: Counter[int] = Counter()
    for each in found.all:
        most[each.item.round_id] = max(most[each.item.round_id], each.total)
    told = {pk: [each for each in of_it if _is_told(each)] for pk, of_it in things.items()}
    return {pk: [Rated(each, most[each.item.round_id]) for each in of_it] for pk, of_it in told.items()}


def _is_told(result: Result) -> bool:
    return bool(result.total or result.last_word or result.item.remark)
