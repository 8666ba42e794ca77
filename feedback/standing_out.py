"""What stands out of what people said: best liked, loudest, most asked about, unanswered, quiet, themes.

A note weighs one, and one more for each ‘me too’ that was said to it. Notes are counted, never people;
a nod is a person's, so that fewer than five are not told.
"""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from statistics import median
from uuid import UUID

from feedback.bars import Bar, asking
from feedback.hung import InTheme
from feedback.ledger import Entry
from feedback.models import NoteKind
from feedback.rollup import PosterRow, Rollup
from gallery.models import Poster

# What a kind's icon says of it, whatever word the facilitator gave it.
LIKING = {NoteKind.Icon.TICK, NoteKind.Icon.HEART, NoteKind.Icon.STAR}
STANDING_OUT = [
    ("Best liked", LIKING),
    ("Loudest concern", {NoteKind.Icon.FLAG}),
    ("Most asked about", {NoteKind.Icon.QUESTION}),
]
LEAST_TO_STAND_OUT = 2
MOST_TIED = 3
NEWEST_QUESTIONS = 3
MOST_AGREED = 3
FEWEST_NODS = 5  # that are told

Nods = Mapping[int, tuple[int, int, int]]  # a note's seq: its poster, its kind, how many said ‘me too’


@dataclass(frozen=True)
class Said:
    """A note that hangs, in its words."""

    text: str
    key: UUID
    poster: Poster
    kind: NoteKind


@dataclass(frozen=True)
class Peak:
    """The poster, or the few tied ones, with the most of what one asks for, and what is said there.

    `nods` is 0 where there are too few to be told.
    """

    title: str
    kind: NoteKind
    count: int
    nods: int
    rows: list[PosterRow]
    quote: Said | None = None

    @property
    def query(self) -> str:
        return asking(poster=str(self.rows[0].poster.number), kind=self.kind.word)


@dataclass(frozen=True)
class Agreed:
    """A note to which five or more said ‘me too’."""

    note: Said
    nods: int


@dataclass(frozen=True)
class Unanswered:
    """How many questions nobody has said anything to, and the newest of them."""

    count: int
    query: str
    newest: list[Said]


@dataclass(frozen=True)
class ThemeRow:
    name: str
    bar: Bar


@dataclass(frozen=True)
class StandsOut:
    peaks: list[Peak]
    quiet: list[PosterRow]
    unanswered: Unanswered
    agreed: list[Agreed]
    themes: list[ThemeRow]


def stands_out(found: Rollup) -> StandsOut:
    """What stands out of these posters; no query."""
    kinds = {kind.pk: kind for kind in found.kinds}
    here = {
        note.seq: note
        for note in found.ledger.hanging
        if note.poster in found.rows and (note.kind or 0) in kinds
    }
    nods: Nods = {seq: (note.poster, note.kind or 0, note.nods) for seq, note in here.items() if note.nods}
    agreed = sorted((seq for seq in nods if _told(nods[seq][2])), key=lambda seq: (-nods[seq][2], -seq))
    questions = _unanswered(found, here.values())

    def said(seq: int) -> Said:
        note = here[seq]
        return Said(note.text, note.key, found.rows[note.poster].poster, kinds[note.kind or 0])

    return StandsOut(
        peaks=[
            replace(peak, quote=said(_voice(peak, nods, found)))
            for peak in _peaks([*found.rows.values()], found.kinds, nods)
        ],
        quiet=quiet([*found.rows.values()]),
        unanswered=Unanswered(
            len(questions),
            asking(**found.at, unanswered="1"),
            [said(note.seq) for note in questions[:NEWEST_QUESTIONS]],
        ),
        agreed=[Agreed(said(seq), nods[seq][2]) for seq in agreed[:MOST_AGREED]],
        themes=_themes(found),
    )


def _unanswered(found: Rollup, here: Iterable[Entry]) -> list[Entry]:
    """The questions to which nobody has said anything that hangs, the newest first."""
    asking_kinds = {kind.pk for kind in found.kinds if kind.icon == NoteKind.Icon.QUESTION}
    answered = found.ledger.answered
    asked = [note for note in here if note.kind in asking_kinds and note.pk not in answered]
    return sorted(asked, key=lambda note: (note.at, note.seq), reverse=True)


def _peaks(rows: Sequence[PosterRow], kinds: Sequence[NoteKind], nods: Nods) -> Iterable[Peak]:
    """For each thing that one asks first: where the first such kind in use weighs most."""
    nodded: dict[tuple[int, int], int] = {}
    for poster, kind_pk, count in nods.values():
        nodded[poster, kind_pk] = nodded.get((poster, kind_pk), 0) + count
    for title, icons in STANDING_OUT:
        for kind in kinds:
            if kind.icon not in icons:
                continue
            weights = [_weight(row, kind, nodded) for row in rows]
            weight, count = max(weights, default=(0, 0))
            tied = [row for row, its in zip(rows, weights, strict=True) if its == (weight, count)]
            if weight >= LEAST_TO_STAND_OUT and len(tied) <= MOST_TIED:
                yield Peak(title, kind, count, _told(weight - count), tied)
                break


def _told(nods: int) -> int:
    return nods if nods >= FEWEST_NODS else 0


def _weight(row: PosterRow, kind: NoteKind, nodded: Mapping[tuple[int, int], int]) -> tuple[int, int]:
    """What the notes of a kind weigh on a poster, and how many they are."""
    count = row.counts.get(kind.pk, 0)
    return count + nodded.get((row.poster.pk, kind.pk), 0), count


def _voice(peak: Peak, nods: Nods, found: Rollup) -> int:
    """The seq of the note that speaks for a peak: the one with the most nods, else the last one."""
    place = (peak.rows[0].poster.pk, peak.kind.pk)
    agreed = [(count, seq) for seq, (poster, kind, count) in nods.items() if (poster, kind) == place]
    return max(agreed)[1] if agreed else found.counted.last[place]


def _themes(found: Rollup) -> list[ThemeRow]:
    """The themes that have notes here, in their order."""
    notes: dict[InTheme, Counter[int]] = {}
    for note in found.ledger.hanging:
        theme = found.hung.themes.get(note.pk)
        if theme and note.poster in found.rows:
            notes.setdefault(theme, Counter())[note.kind or 0] += 1
    counts = {theme.name: notes[theme] for theme in sorted(notes)}
    most = max((sum(of_theme.values()) for of_theme in counts.values()), default=0)
    return [
        ThemeRow(
            name, found.draw(of_theme, most, label=name, scope=f"t{place}", **{**found.at, "theme": name})
        )
        for place, (name, of_theme) in enumerate(counts.items(), start=1)
    ]


def quiet(rows: Sequence[PosterRow]) -> list[PosterRow]:
    """The posters with no note or one, or up to half of the middle poster's; the quietest first.

    Where none is so quiet: the few with the fewest. A welcome poster asks nothing, so it is never quiet.
    """
    asked = sorted((row for row in rows if row.poster.kind != Poster.Kind.WELCOME), key=lambda row: row.total)
    if not asked or not asked[-1].total:
        return []
    middle = median(row.total for row in asked)
    low = [row for row in asked if row.total <= max(1, middle / 2)]
    fewest = [row for row in asked if row.total == asked[0].total]
    if 0 < len(low) < len(asked):
        return low
    return fewest if len(fewest) <= MOST_TIED and len(fewest) < len(asked) else []
