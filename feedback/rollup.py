"""What people said, counted: by wall, goal, poster and kind. What stands out of it: standing_out.py.

Only notes are counted, never people. The number of queries does not grow with notes or posters.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property, partial
from typing import NamedTuple

from django.db.models import Count, Max
from django.urls import reverse

from feedback.bars import Bar, Counts, KindLook, looks, stacked
from feedback.models import Note, NoteKind
from gallery.models import Gallery, Poster, Wall
from measures.models import Goal

Draw = Callable[..., Bar]  # feedback.bars.stacked with this gallery's kinds and address


class InTheme(NamedTuple):
    """A theme, so that themes sort as the facilitator has put them."""

    order: int
    pk: int
    name: str


@dataclass(frozen=True)
class Counted:
    """Shown notes by poster and kind, the last one's seq for each; those in a theme by theme, poster and
    kind; by poster what is hidden, what waits.
    """

    shown: dict[int, dict[int, int]] = field(default_factory=dict)
    last: dict[tuple[int, int], int] = field(default_factory=dict)
    themes: dict[InTheme, dict[tuple[int, int], int]] = field(default_factory=dict)
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
    kinds: list[NoteKind]
    counted: Counted
    looks: tuple[KindLook, ...]
    draw: Draw
    rows: dict[int, PosterRow]  # by the poster's primary key, in wall order
    at: Mapping[str, str] = field(default_factory=dict)

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
    """The whole gallery's roll-up; 4 queries."""
    kinds = list(NoteKind.objects.filter(gallery=gallery))
    posters = _posters(gallery)
    counted = _counted(gallery)
    most = max((sum(counts.values()) for counts in counted.shown.values()), default=0)
    seen = looks(kinds)
    draw = partial(stacked, kinds=seen, board=reverse("dashboard", args=[gallery.code]))
    rows = {
        poster.pk: _poster_row(poster, counted.shown.get(poster.pk, {}), draw, most) for poster in posters
    }
    return Rollup(gallery, kinds, counted, seen, draw, rows)


def with_faces(notes: Iterable[Note], found: Rollup) -> list[Note]:
    """The notes with the posters and kinds that are in hand already."""
    kinds = {kind.pk: kind for kind in found.kinds}
    known = [note for note in notes if note.poster_id in found.rows and note.kind_id in {None, *kinds}]
    for note in known:
        note.poster, note.kind = found.rows[note.poster_id].poster, kinds.get(note.kind_id or 0)
    return known


def _counted(gallery: Gallery) -> Counted:
    """Counted in the database; one query. What is said to notes counts where it waits or is hidden."""
    groups = (
        Note.objects.filter(gallery=gallery)
        .exclude(state=Note.State.WITHDRAWN)
        .order_by()
        .values_list("poster_id", "kind_id", "state", "theme__order", "theme_id", "theme__name")
        .annotate(count=Count("pk"), last=Max("seq"))
    )
    found = Counted()
    aside: dict[str, Counter[int]] = {Note.State.HIDDEN: Counter(), Note.State.WAITING: Counter()}
    for poster, kind, state, *theme, count, last in groups:
        if state in aside:
            aside[state][poster] += count
        elif kind is not None:
            of_poster, place = found.shown.setdefault(poster, {}), (poster, kind)
            of_poster[kind] = of_poster.get(kind, 0) + count
            found.last[place] = max(last, found.last.get(place, 0))
            if theme[1] is not None:
                found.themes.setdefault(InTheme(*theme), {})[place] = count
    return replace(found, hidden=aside[Note.State.HIDDEN], waiting=aside[Note.State.WAITING])


def _posters(gallery: Gallery) -> list[Poster]:
    """The gallery's posters in wall order with only what names them; two queries."""
    posters = list(
        Poster.objects.filter(gallery=gallery)
        .select_related("wall", "measure")
        .only(
            "number", "kind", "title", "hung_heading", "goal", "wall__name", "measure__name", "measure__goal"
        )
        .in_order()
    )
    asked = {poster.measure.goal_id if poster.measure else poster.goal_id for poster in posters}
    goals = {goal.pk: goal for goal in Goal.objects.filter(pk__in=[0, *filter(None, asked)])}
    for poster in posters:
        poster.gallery = gallery
        poster.goal = goals.get(poster.goal_id or 0)
        if poster.measure:
            poster.measure.goal = goals.get(poster.measure.goal_id or 0)
    return posters


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
    groups: dict[Wall, list[PosterRow]] = {}
    for row in rows:
        groups.setdefault(row.poster.wall, []).append(row)
    most = _most(groups.values())
    return [
        WallRow(
            wall,
            draw(_added(group), most, label=wall.name, scope=f"w{place}", **{**at, "wall": wall.name}),
            group,
        )
        for place, (wall, group) in enumerate(groups.items(), start=1)
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
