"""What people said, counted: by wall, goal, poster and kind; what stands out; where it is quiet.

Only notes are counted, never people. The number of queries does not grow with notes or posters.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import partial
from statistics import median

from django.db.models import Count, Max
from django.urls import reverse

from feedback.bars import Bar, Counts, asking, stacked
from feedback.models import Note, NoteKind
from gallery.models import Gallery, Poster, Wall
from measures.models import Goal

# What a kind's icon says of it, whatever word the facilitator gave it.
LIKING = {NoteKind.Icon.TICK, NoteKind.Icon.HEART, NoteKind.Icon.STAR}
STANDING_OUT = [
    ("Best liked", LIKING),
    ("Loudest concern", {NoteKind.Icon.FLAG}),
    ("Most asked about", {NoteKind.Icon.QUESTION}),
]
LEAST_TO_STAND_OUT = 2
MOST_TIED = 3

Draw = Callable[..., Bar]  # feedback.bars.stacked with this gallery's kinds and address


@dataclass(frozen=True)
class Counted:
    """Shown notes by poster and kind, the last one's seq for each; how many are hidden, how many wait."""

    shown: dict[int, dict[int, int]] = field(default_factory=dict)
    last: dict[tuple[int, int], int] = field(default_factory=dict)
    hidden: int = 0
    waiting: int = 0


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
class Peak:
    """The poster, or the few tied ones, with the most notes of what one asks for."""

    title: str
    kind: NoteKind
    count: int
    rows: list[PosterRow]
    quote: Note | None = None

    @property
    def query(self) -> str:
        return asking(poster=self.rows[0].poster.number, kind=self.kind.word)


@dataclass(frozen=True)
class Rollup:
    gallery: Gallery
    kinds: list[NoteKind]
    bar: Bar
    walls: list[WallRow]
    goals: list[GoalRow]
    peaks: list[Peak]
    quiet: list[PosterRow]
    hidden: int
    waiting: int
    rows: dict[int, PosterRow]  # by the poster's primary key, in wall order

    @property
    def total(self) -> int:
        return self.bar.total

    @property
    def written_on(self) -> int:
        return sum(1 for row in self.rows.values() if row.total)


def rollup(gallery: Gallery) -> Rollup:
    """The whole gallery's roll-up; 5 queries."""
    kinds = list(NoteKind.objects.filter(gallery=gallery))
    posters = _posters(gallery)
    counted = _counted(gallery)
    most = max((sum(counts.values()) for counts in counted.shown.values()), default=0)
    draw = partial(stacked, kinds=kinds, board=reverse("dashboard", args=[gallery.code]))
    rows = {
        poster.pk: _poster_row(poster, counted.shown.get(poster.pk, {}), draw, most) for poster in posters
    }
    return Rollup(
        gallery=gallery,
        kinds=kinds,
        bar=draw(_added(rows.values()), 0, label="All posters", scope="a"),
        walls=_walls(rows.values(), draw),
        goals=_goals(rows.values(), draw),
        peaks=_quoted(gallery, list(_peaks(rows.values(), kinds)), counted.last),
        quiet=_quiet(list(rows.values())),
        hidden=counted.hidden,
        waiting=counted.waiting,
        rows=rows,
    )


def by_poster(found: Rollup) -> dict[int, list[Note]]:
    """All shown notes by their poster's primary key, newest first; one query."""
    shown = Note.objects.filter(gallery=found.gallery).shown().without_replies().defer("author", "digest")
    together: dict[int, list[Note]] = {}
    for note in with_faces(shown.order_by("-created_at", "-seq"), found):
        together.setdefault(note.poster_id, []).append(note)
    return together


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
        .values_list("poster_id", "kind_id", "state")
        .annotate(count=Count("pk"), last=Max("seq"))
    )
    found = Counted()
    aside: dict[str, int] = {Note.State.HIDDEN: 0, Note.State.WAITING: 0}
    for poster, kind, state, count, last in groups:
        if state in aside:
            aside[state] += count
        elif kind is not None:
            found.shown.setdefault(poster, {})[kind] = count
            found.last[poster, kind] = last
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
    bar = draw(counts, most, label=poster.heading, scope=f"p{poster.number}", poster=poster.number)
    return PosterRow(poster, counts, bar)


def _added(rows: Iterable[PosterRow]) -> dict[int, int]:
    added: dict[int, int] = {}
    for row in rows:
        for kind, count in row.counts.items():
            added[kind] = added.get(kind, 0) + count
    return added


def _walls(rows: Iterable[PosterRow], draw: Draw) -> list[WallRow]:
    groups: dict[Wall, list[PosterRow]] = {}
    for row in rows:
        groups.setdefault(row.poster.wall, []).append(row)
    most = max((sum(row.total for row in group) for group in groups.values()), default=0)
    return [
        WallRow(wall, draw(_added(group), most, label=wall.name, scope=f"w{place}", wall=wall.name), group)
        for place, (wall, group) in enumerate(groups.items(), start=1)
    ]


def _goals(rows: Iterable[PosterRow], draw: Draw) -> list[GoalRow]:
    """One row a goal; an address names a goal by the lowest number of its posters, which is on paper."""
    groups: dict[Goal, list[PosterRow]] = {}
    for row in rows:
        if row.poster.about:
            groups.setdefault(row.poster.about, []).append(row)
    most = max((sum(row.total for row in group) for group in groups.values()), default=0)
    return [
        GoalRow(goal, draw(_added(group), most, label=goal.title, scope=f"g{number}", goal=number))
        for goal, group in groups.items()
        for number in [min(row.poster.number for row in group)]
    ]


def _peaks(rows: Iterable[PosterRow], kinds: Sequence[NoteKind]) -> Iterable[Peak]:
    """For each thing that one asks first: where there are the most notes of the first such kind in use."""
    rows = list(rows)
    for title, icons in STANDING_OUT:
        for kind in kinds:
            if kind.icon not in icons:
                continue
            most = max((row.counts.get(kind.pk, 0) for row in rows), default=0)
            tied = [row for row in rows if row.counts.get(kind.pk, 0) == most]
            if most >= LEAST_TO_STAND_OUT and len(tied) <= MOST_TIED:
                yield Peak(title, kind, most, tied)
                break


def _quoted(gallery: Gallery, peaks: list[Peak], last: Mapping[tuple[int, int], int]) -> list[Peak]:
    """Each peak with the last note that it is made of; one query, also where nothing stands out."""
    seqs = [last[peak.rows[0].poster.pk, peak.kind.pk] for peak in peaks]
    notes = Note.objects.shown().filter(gallery=gallery, seq__in=[0, *seqs]).defer("author", "digest")
    quotes = {note.seq: note for note in notes}
    return [replace(peak, quote=quotes.get(seq)) for peak, seq in zip(peaks, seqs, strict=True)]


def _quiet(rows: list[PosterRow]) -> list[PosterRow]:
    """The posters with no note or one, or up to half of the middle poster's; the quietest first.

    Where none is so quiet: the few with the fewest. A welcome poster asks nothing, so it is never quiet.
    """
    asked = sorted((row for row in rows if row.poster.kind != Poster.Kind.WELCOME), key=lambda row: row.total)
    if not asked or not asked[-1].total:
        return []
    middle = median(row.total for row in asked)
    quiet = [row for row in asked if row.total <= max(1, middle / 2)]
    fewest = [row for row in asked if row.total == asked[0].total]
    if 0 < len(quiet) < len(asked):
        return quiet
    return fewest if len(fewest) <= MOST_TIED and len(fewest) < len(asked) else []
