"""What stands out of what people said: best liked, loudest, most asked about, unanswered, quiet, themes.

A note weighs one, and one more for each ‘me too’ that was said to it. Notes are counted, never people;
a nod is a person's, so that fewer than five are not told.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from statistics import median

from django.db.models import Count

from feedback.bars import Bar, asking
from feedback.models import MeToo, Note, NoteKind
from feedback.rollup import PosterRow, Rollup, with_faces
from gallery.models import Gallery, Poster

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
class Peak:
    """The poster, or the few tied ones, with the most of what one asks for, and what is said there.

    `nods` is 0 where there are too few to be told.
    """

    title: str
    kind: NoteKind
    count: int
    nods: int
    rows: list[PosterRow]
    quote: Note | None = None

    @property
    def query(self) -> str:
        return asking(poster=str(self.rows[0].poster.number), kind=self.kind.word)


@dataclass(frozen=True)
class Agreed:
    """A note to which five or more said ‘me too’."""

    note: Note
    nods: int


@dataclass(frozen=True)
class Unanswered:
    """How many questions nobody has said anything to, and the newest of them."""

    count: int
    query: str
    newest: list[Note]


@dataclass(frozen=True)
class ThemeRow:
    name: str
    bar: Bar


@dataclass(frozen=True)
class Weighed:
    """What is asked of the database once, for all of what stands out."""

    nods: Nods
    questions: list[tuple[int, int]]  # unanswered, the newest first: (poster, seq)


@dataclass(frozen=True)
class StandsOut:
    peaks: list[Peak]
    quiet: list[PosterRow]
    unanswered: Unanswered
    agreed: list[Agreed]
    themes: list[ThemeRow]


def weighed(gallery: Gallery) -> Weighed:
    """The nods and the open questions of a gallery; two queries."""
    shown = MeToo.objects.filter(note__gallery=gallery, note__state=Note.State.SHOWN, note__reply_to=None)
    nods = shown.values_list("note__seq", "note__poster", "note__kind").annotate(count=Count("pk")).order_by()
    open_now = Note.objects.unanswered().filter(gallery=gallery).order_by("-created_at", "-seq")
    return Weighed(
        nods={seq: (poster, kind, count) for seq, poster, kind, count in nods},
        questions=list(open_now.values_list("poster", "seq")),
    )


def stands_out(found: Rollup) -> StandsOut:
    """What stands out of these posters; 3 queries."""
    weights = weighed(found.gallery)
    rows = list(found.rows.values())
    nods = {seq: nod for seq, nod in weights.nods.items() if nod[0] in found.rows}
    agreed = sorted((seq for seq in nods if _told(nods[seq][2])), key=lambda seq: (-nods[seq][2], -seq))
    questions = [seq for poster, seq in weights.questions if poster in found.rows]
    peaks = [(peak, _voice(peak, nods, found)) for peak in _peaks(rows, found.kinds, nods)]
    quotes = _quotes(
        found, [*(seq for _, seq in peaks), *agreed[:MOST_AGREED], *questions[:NEWEST_QUESTIONS]]
    )
    return StandsOut(
        peaks=[replace(peak, quote=quotes.get(seq)) for peak, seq in peaks],
        quiet=quiet(rows),
        unanswered=Unanswered(
            len(questions),
            asking(**found.at, unanswered="1"),
            [quotes[seq] for seq in questions[:NEWEST_QUESTIONS] if seq in quotes],
        ),
        agreed=[Agreed(quotes[seq], nods[seq][2]) for seq in agreed[:MOST_AGREED] if seq in quotes],
        themes=_themes(found),
    )


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


def _quotes(found: Rollup, seqs: Iterable[int]) -> dict[int, Note]:
    """The shown notes of these numbers; one query, also where there are none."""
    notes = Note.objects.shown().filter(gallery=found.gallery, seq__in=[0, *seqs]).defer("author", "digest")
    return {note.seq: note for note in with_faces(notes, found)}


def _themes(found: Rollup) -> list[ThemeRow]:
    """The themes that have notes here, in their order."""
    counts: dict[str, dict[int, int]] = {}
    for theme, groups in sorted(found.counted.themes.items()):
        for (poster, kind), count in groups.items():
            if poster in found.rows:
                of_theme = counts.setdefault(theme.name, {})
                of_theme[kind] = of_theme.get(kind, 0) + count
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
