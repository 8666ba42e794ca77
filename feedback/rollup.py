"""What people said, counted: by wall, goal, poster and kind; what stands out; where it is quiet.

Only notes are counted, never people. The number of queries does not grow with notes or posters.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from statistics import median
from urllib.parse import urlencode

from django.db.models import Count, Max

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
NARROWEST_WITH_ICON = 9.0  # per cent of the bar's full width
NEWEST = 12
A_LIST = 60

Counts = Mapping[int, int]  # notes by the primary key of their kind


@dataclass(frozen=True)
class Counted:
    """Shown notes by poster and kind, the last one's seq for each, and how many notes are hidden."""

    shown: dict[int, dict[int, int]] = field(default_factory=dict)
    last: dict[tuple[int, int], int] = field(default_factory=dict)
    hidden: int = 0


@dataclass(frozen=True)
class Segment:
    """One kind's part of a bar; `x`, `width` and `middle` are per cent of the full width, as text."""

    kind: NoteKind
    count: int
    x: str
    width: str
    middle: str
    roomy: bool
    query: str


@dataclass(frozen=True)
class Bar:
    """The notes of one wall, goal, poster or of all, by kind; its query is the filter that lists them."""

    total: int
    segments: list[Segment]
    query: str


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
    rows: dict[int, PosterRow]  # by the poster's primary key, in wall order

    @property
    def total(self) -> int:
        return self.bar.total

    @property
    def written_on(self) -> int:
        return sum(1 for row in self.rows.values() if row.total)


@dataclass(frozen=True)
class Filter:
    """Which notes to list, as the address asks for it. `problem` says what of it isn't there."""

    wall: Wall | None = None
    goal: Goal | None = None
    poster: Poster | None = None
    kind: NoteKind | None = None
    hidden: bool = False
    all: bool = False
    query: str = ""
    problem: str = ""
    words: list[str] = field(default_factory=list)

    @property
    def narrows(self) -> bool:
        return bool(self.wall or self.goal or self.poster or self.kind or self.hidden)


def asking(**what: str | int) -> str:
    """The query string of an address that asks for these notes."""
    return f"?{urlencode(what)}" if what else ""


def rollup(gallery: Gallery) -> Rollup:
    """The whole gallery's roll-up; 4 queries."""
    kinds = list(NoteKind.objects.filter(gallery=gallery))
    posters = list(Poster.objects.filter(gallery=gallery).with_face().in_order())
    counted = _counted(gallery)
    most = max((sum(counts.values()) for counts in counted.shown.values()), default=0)
    rows = {
        poster.pk: _poster_row(poster, counted.shown.get(poster.pk, {}), kinds, most) for poster in posters
    }
    return Rollup(
        gallery=gallery,
        kinds=kinds,
        bar=_bar(_added(rows.values()), kinds, 0),
        walls=_walls(rows.values(), kinds),
        goals=_goals(rows.values(), kinds),
        peaks=_quoted(gallery, list(_peaks(rows.values(), kinds)), counted.last),
        quiet=_quiet(list(rows.values())),
        hidden=counted.hidden,
        rows=rows,
    )


def chosen(asked: Mapping[str, str], found: Rollup) -> Filter:
    """The filter that an address asks for.

    A wall goes by its name, a kind by its word, a poster by its number, a goal by that of a poster about it.
    """
    posters = {str(row.poster.number): row.poster for row in found.rows.values()}
    walls = {row.wall.name: row.wall for row in found.walls}
    kinds = {kind.word: kind for kind in found.kinds}
    about = posters.get(asked.get("goal", ""))
    this = Filter(
        wall=walls.get(asked.get("wall", "")),
        goal=about.about if about else None,
        poster=posters.get(asked.get("poster", "")),
        kind=kinds.get(asked.get("kind", "")),
        hidden=asked.get("state") == Note.State.HIDDEN,
        all="all" in asked,
    )
    missing = [
        name for name in ("wall", "goal", "poster", "kind") if asked.get(name) and not getattr(this, name)
    ]
    kept = {
        name: asked[name]
        for name in ("wall", "goal", "poster", "kind", "state", "all")
        if asked.get(name) and name not in missing
    }
    return replace(this, query=asking(**kept), problem=_missing(missing, asked), words=_said(this))


def listed(found: Rollup, this: Filter) -> tuple[list[Note], bool]:
    """The notes that the filter asks for, newest first, and whether there are more; one query."""
    notes = (
        Note.objects.filter(gallery=found.gallery).defer("author", "digest").order_by("-created_at", "-seq")
    )
    notes = notes.filter(state=Note.State.HIDDEN) if this.hidden else notes.shown()
    if this.kind:
        notes = notes.filter(kind=this.kind)
    if this.wall or this.goal or this.poster:
        notes = notes.filter(poster__in=[pk for pk, row in found.rows.items() if _fits(row.poster, this)])
    most = None if this.all else (A_LIST if this.narrows else NEWEST)
    got = list(notes[: most + 1] if most else notes)
    return _with_faces(got[:most], found), most is not None and len(got) > most


def by_poster(found: Rollup) -> dict[int, list[Note]]:
    """All shown notes by their poster's primary key, newest first; one query."""
    notes, _ = listed(found, Filter(all=True))
    together: dict[int, list[Note]] = {}
    for note in notes:
        together.setdefault(note.poster_id, []).append(note)
    return together


def _counted(gallery: Gallery) -> Counted:
    """Counted in the database; one query."""
    groups = (
        Note.objects.filter(gallery=gallery, state__in=[Note.State.SHOWN, Note.State.HIDDEN])
        .order_by()
        .values_list("poster_id", "kind_id", "state")
        .annotate(count=Count("pk"), last=Max("seq"))
    )
    found, hidden = Counted(), 0
    for poster, kind, state, count, last in groups:
        if state == Note.State.HIDDEN:
            hidden += count
        else:
            found.shown.setdefault(poster, {})[kind] = count
            found.last[poster, kind] = last
    return replace(found, hidden=hidden)


def _bar(counts: Counts, kinds: Sequence[NoteKind], most: int, **what: str | int) -> Bar:
    """A stacked bar, drawn so that `most` notes (or all of these) fill the full width."""
    total = sum(counts.values())
    full = max(most, total, 1)
    segments: list[Segment] = []
    before = 0
    for kind in kinds:
        count = counts.get(kind.pk, 0)
        if not count:
            continue
        x, width = 100 * before / full, 100 * count / full
        segments.append(
            Segment(
                kind=kind,
                count=count,
                x=f"{x:.2f}%",
                width=f"{width:.2f}%",
                middle=f"{x + width / 2:.2f}%",
                roomy=width >= NARROWEST_WITH_ICON,
                query=asking(**what, kind=kind.word),
            )
        )
        before += count
    return Bar(total, segments, asking(**what))


def _poster_row(poster: Poster, counts: Counts, kinds: Sequence[NoteKind], most: int) -> PosterRow:
    return PosterRow(poster, counts, _bar(counts, kinds, most, poster=poster.number))


def _added(rows: Iterable[PosterRow]) -> dict[int, int]:
    added: dict[int, int] = {}
    for row in rows:
        for kind, count in row.counts.items():
            added[kind] = added.get(kind, 0) + count
    return added


def _walls(rows: Iterable[PosterRow], kinds: Sequence[NoteKind]) -> list[WallRow]:
    groups: dict[Wall, list[PosterRow]] = {}
    for row in rows:
        groups.setdefault(row.poster.wall, []).append(row)
    most = max((sum(row.total for row in group) for group in groups.values()), default=0)
    return [
        WallRow(wall, _bar(_added(group), kinds, most, wall=wall.name), group)
        for wall, group in groups.items()
    ]


def _goals(rows: Iterable[PosterRow], kinds: Sequence[NoteKind]) -> list[GoalRow]:
    """One row a goal; an address names a goal by the lowest number of its posters, which is on paper."""
    groups: dict[Goal, list[PosterRow]] = {}
    for row in rows:
        if row.poster.about:
            groups.setdefault(row.poster.about, []).append(row)
    most = max((sum(row.total for row in group) for group in groups.values()), default=0)
    return [
        GoalRow(goal, _bar(_added(group), kinds, most, goal=min(row.poster.number for row in group)))
        for goal, group in groups.items()
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
    """The posters with no note or one, or up to half of the middle poster's; the quietest first."""
    asked = [row for row in rows if row.poster.kind != Poster.Kind.WELCOME]
    if not any(row.total for row in asked):
        return []
    few = max(1, median(row.total for row in asked) / 2)
    quiet = sorted((row for row in asked if row.total <= few), key=lambda row: row.total)
    return quiet if len(quiet) < len(asked) else [row for row in quiet if not row.total]


def _fits(poster: Poster, this: Filter) -> bool:
    return (
        (not this.wall or poster.wall == this.wall)
        and (not this.goal or poster.about == this.goal)
        and (not this.poster or poster == this.poster)
    )


def _with_faces(notes: list[Note], found: Rollup) -> list[Note]:
    """The notes with the posters and kinds that are in hand already."""
    kinds = {kind.pk: kind for kind in found.kinds}
    known = [note for note in notes if note.poster_id in found.rows and note.kind_id in kinds]
    for note in known:
        note.poster, note.kind = found.rows[note.poster_id].poster, kinds[note.kind_id]
    return known


def _said(this: Filter) -> list[str]:
    """The filter in words, from its kind to its place."""
    said = ["Hidden notes"] if this.hidden else []
    said += [this.kind.word] if this.kind else []
    said += [f"Poster {this.poster.number}: {this.poster.heading}"] if this.poster else []
    said += [this.goal.title] if this.goal else []
    said += [this.wall.name] if this.wall else []
    return said


def _missing(names: list[str], asked: Mapping[str, str]) -> str:
    if not names:
        return ""
    told = ", ".join(f"{name} “{asked[name][:60]}”" for name in names)
    return f"This gallery has no {told}; it may have been renamed or taken down. The other notes are listed."
