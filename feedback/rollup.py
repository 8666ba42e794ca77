"""What people said, counted: by wall, goal, poster and kind. What stands out of it: standing_out.py.

Only notes are counted, never people. The number of queries does not grow with notes or posters.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property, partial

from django.urls import reverse

from feedback import hung, ledger
from feedback.bars import Bar, Counts, KindLook, stacked
from feedback.hung import Hung
from feedback.ledger import Ledger
from feedback.models import Note, NoteKind
from gallery.models import Gallery, Poster, Wall
from measures.models import Goal

Draw = Callable[..., Bar]  # feedback.bars.stacked with this gallery's kinds and address


@dataclass(frozen=True)
class Counted:
    """Shown notes by poster and kind, the last one's seq for each; by poster what is hidden, what waits."""

    shown: dict[int, dict[int, int]] = field(default_factory=dict)
    last: dict[tuple[int, int], int] = field(default_factory=dict)
    hidden: Mapping[int, int] = field(default_factory=dict)
    waiting: Mapping[int, int] = field(default_factory=dict)


@dataclass(frozen=True)
class PosterRow:
    poster: Poster
    counts: Counts
    bar: Bar

    @property
    def total(self) -> int:
        return self.bar.total


@dataclass(frozen=True)
class WallRow:
    wall: Wall
    bar: Bar
    posters: list[PosterRow]


@dataclass(frozen=True)
class GoalRow:
    goal: Goal | None
    bar: Bar


@dataclass(frozen=True)
class Rollup:
    """The posters with what is said on them, and what adds up from that; `at` is what an address
    would ask for to see no more than these posters.
    """

    gallery: Gallery
    hung: Hung
    ledger: Ledger
    counted: Counted
    draw: Draw
    rows: dict[int, PosterRow]  # by the poster's primary key, in wall order
    at: Mapping[str, str] = field(default_factory=dict)

    @property
    def kinds(self) -> list[NoteKind]:
        return self.hung.kinds

    @property
    def looks(self) -> tuple[KindLook, ...]:
        return self.hung.looks

    @cached_property
    def board(self) -> str:
        """The dashboard's address."""
        return reverse("dashboard", args=[self.gallery.code])

    @cached_property
    def bar(self) -> Bar:
        return self.draw(_added(self.rows.values()), 0, label="All posters", scope="a", **self.at)

    @cached_property
    def walls(self) -> list[WallRow]:
        return _walls(self.rows.values(), self.draw, self.at)

    @cached_property
    def goals(self) -> list[GoalRow]:
        return _goals(self.rows.values(), self.draw, self.at)

    @property
    def total(self) -> int:
        return self.bar.total

    @property
    def written_on(self) -> int:
        return sum(1 for row in self.rows.values() if row.total)

    @property
    def hidden(self) -> int:
        return sum(self.counted.hidden.get(pk, 0) for pk in self.rows)

    @property
    def waiting(self) -> int:
        return sum(self.counted.waiting.get(pk, 0) for pk in self.rows)

    def narrowed(self, keep: Callable[[Poster], bool], at: Mapping[str, str]) -> "Rollup":
        """The same of some posters alone, for which an address asks `at`; no query."""
        rows = {pk: row for pk, row in self.rows.items() if keep(row.poster)}
        return replace(self, rows=rows, at=at)


def rollup(gallery: Gallery) -> Rollup:
    """The whole gallery's roll-up, of what is there now; 4 queries."""
    return rolled_up(gallery, hung.read(gallery), ledger.read(gallery))


def kept_rollup(gallery: Gallery) -> Rollup:
    """The same, of what hangs as it was a few seconds ago; of the notes all is there. Mostly one query."""
    hangs, written = hung.kept(gallery), ledger.kept(gallery)
    if not written.places <= hangs.places:
        hangs = hung.renewed(gallery)  # somebody was quick to write on a new poster
    return rolled_up(gallery, hangs, written)


def rolled_up(gallery: Gallery, hangs: Hung, written: Ledger) -> Rollup:
    """No query."""
    counted = _counted(written)
    most = max((sum(counts.values()) for counts in counted.shown.values()), default=0)
    draw = partial(stacked, kinds=hangs.looks, board=reverse("dashboard", args=[gallery.code]))
    kinds = [kind.pk for kind in hangs.kinds]
    rows = {}
    for poster in hangs.posters:
        counts = counted.shown.get(poster.pk, {})
        alike = (poster.pk, most, *(counts.get(kind, 0) for kind in kinds))
        if alike not in hangs.rows:
            hangs.rows[alike] = _poster_row(poster, counts, draw, most)
        rows[poster.pk] = hangs.rows[alike]
    return Rollup(gallery, hangs, written, counted, draw, rows)


def with_faces(notes: Iterable[Note], found: Rollup) -> list[Note]:
    """The notes with the posters and kinds that are in hand already."""
    kinds = {kind.pk: kind for kind in found.kinds}
    known = [note for note in notes if note.poster_id in found.rows and note.kind_id in {None, *kinds}]
    for note in known:
        note.poster, note.kind = found.rows[note.poster_id].poster, kinds.get(note.kind_id or 0)
    return known


def _counted(written: Ledger) -> Counted:
    """What is said to notes counts where it waits or is hidden."""
    found = Counted()
    aside: dict[str, Counter[int]] = {Note.State.HIDDEN: Counter(), Note.State.WAITING: Counter()}
    for note in written.entries.values():
        if note.state in aside:
            aside[note.state][note.poster] += 1
        elif note.kind is not None and note.state == Note.State.SHOWN:
            of_poster, place = found.shown.setdefault(note.poster, {}), (note.poster, note.kind)
            of_poster[note.kind] = of_poster.get(note.kind, 0) + 1
            found.last[place] = max(note.seq, found.last.get(place, 0))
    return replace(found, hidden=aside[Note.State.HIDDEN], waiting=aside[Note.State.WAITING])


def _poster_row(poster: Poster, counts: Counts, draw: Draw, most: int) -> PosterRow:
    bar = draw(counts, most, label=poster.heading, scope=f"p{poster.number}", poster=str(poster.number))
    return PosterRow(poster, counts, bar)


def _added(rows: Iterable[PosterRow]) -> dict[int, int]:
    added: dict[int, int] = {}
    for row in rows:
        for kind, count in row.counts.items():
            added[kind] = added.get(kind, 0) + count
    return added


def _walls(rows: Iterable[PosterRow], draw: Draw, at: Mapping[str, str]) -> list[WallRow]:
    groups: dict[int, list[PosterRow]] = {}
    for row in rows:
        groups.setdefault(row.poster.wall_id, []).append(row)
    most = _most(groups.values())
    return [
        WallRow(
            wall,
            draw(_added(group), most, label=wall.name, scope=f"w{place}", **{**at, "wall": wall.name}),
            group,
        )
        for place, group in enumerate(groups.values(), start=1)
        for wall in [group[0].poster.wall]
    ]


def _goals(rows: Iterable[PosterRow], draw: Draw, at: Mapping[str, str]) -> list[GoalRow]:
    """One row a goal; an address names a goal by the lowest number of its posters, which is on paper."""
    groups: dict[Goal, list[PosterRow]] = {}
    for row in rows:
        if row.poster.about:
            groups.setdefault(row.poster.about, []).append(row)
    most = _most(groups.values())
    return [
        GoalRow(
            goal,
            draw(_added(group), most, label=goal.title, scope=f"g{number}", **{**at, "goal": str(number)}),
        )
        for goal, group in groups.items()
        for number in [min(row.poster.number for row in group)]
    ]


def _most(groups: Iterable[Sequence[PosterRow]]) -> int:
    return max((sum(row.total for row in group) for group in groups), default=0)
