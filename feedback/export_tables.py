"""What the exports tell, table by table: shown notes, their themes, what the room rated, what was decided.

What is hidden, waits or was taken back is in none of them, nor what was said to it; nothing says who.
A round is told once it is closed: until then its counts could still sway those who have not rated.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Count, IntegerField, OuterRef, Prefetch, Q, Subquery
from django.db.models.functions import Coalesce

from feedback.models import Decision, Ground, MeToo, Note, NoteKind, Theme
from feedback.rounds import Result, results
from gallery.models import Gallery, Poster

NOTES = [
    "number", "wall", "poster", "goal", "measure", "kind", "note", "name", "source", "time",
    "theme", "me too", "replies", "would show", "known by", "data from", "adopted as",
]  # fmt: skip
THEMES = ["theme", "notes"]  # and a column for each kind, and what was decided
VOTES = ["round", "title", "closed", "rated", "place", "words", "word", "votes", "last word", "remark"]
DECISIONS = [
    "number", "wall", "poster", "theme", "verdict", "reason", "time", "notes behind it", "changes", "later",
]  # fmt: skip
WALKED = ["poster__wall__order", "poster__wall", "poster__position", "poster__number"]


@dataclass(frozen=True)
class Table:
    """Words are as people wrote them; whoever writes the file guards them. Numbers are counts and places."""

    title: str
    columns: Sequence[str]
    rows: list[list[str | int]]


# --- notes --------------------------------------------------------------------------------------


def notes_table(gallery: Gallery) -> Table:
    """The shown notes, wall by wall, in the order in which they were stuck; two queries."""
    return Table("Notes", NOTES, [_note(note, gallery) for note in _shown(gallery)])


def _shown(gallery: Gallery) -> Any:
    said = Note.objects.shown().defer("author", "digest").order_by("created_at", "seq")
    about = ["kind", "theme", "poster__wall", "poster__goal", "poster__measure__goal", "proposal__measure"]
    return (
        Note.objects.filter(gallery=gallery)
        .shown()
        .without_replies()
        .defer("author", "digest")
        .select_related(*about)
        .prefetch_related(Prefetch("replies", queryset=said, to_attr="said"))
        .annotate(nods=_how_many(MeToo, "note"))
        .order_by(*WALKED, "created_at", "seq")
    )


def _note(note: Any, gallery: Gallery) -> list[str | int]:
    poster = note.poster
    return [
        *_place(poster, gallery),
        poster.about.title if poster.about else "",
        poster.measure.name if poster.measure else "",
        note.word,
        note.text,
        note.name,
        note.get_source_display(),
        _moment(note.created_at, gallery),
        note.theme.name if note.theme else "",
        note.nods,
        "\n".join(map(_reply, note.said)),
        *_proposal(note),
    ]


def _reply(reply: Note) -> str:
    """Beside its note, so that sorting tears nothing apart; a host's answer is marked as such."""
    return f"{'Host' if reply.from_host else reply.name or 'Reply'}: {reply.text}"


def _proposal(note: Note) -> list[str]:
    proposal = getattr(note, "proposal", None)
    if proposal is None:
        return ["", "", "", ""]
    adopted = proposal.measure.name if proposal.measure else ""
    return [proposal.shows, proposal.known_by, proposal.data_from, adopted]


# --- themes -------------------------------------------------------------------------------------


def themes_table(gallery: Gallery) -> Table:
    """Each theme with its shown notes, by kind too, and what was decided on it; three queries."""
    kinds = list(NoteKind.objects.filter(gallery=gallery))
    sorted_in = Note.objects.filter(gallery=gallery, theme__isnull=False).shown().without_replies()
    counts = Counter[tuple[int, int]]()
    for theme, kind, count in sorted_in.order_by().values_list("theme", "kind").annotate(count=Count("pk")):
        counts[theme, kind] = count
    rows: list[list[str | int]] = []
    for theme in Theme.objects.filter(gallery=gallery).select_related("decision"):
        by_kind = [counts[theme.pk, kind.pk] for kind in kinds]
        decision = getattr(theme, "decision", None)
        told = [decision.get_verdict_display(), decision.reason] if decision else ["", ""]
        rows.append([theme.name, sum(by_kind), *by_kind, *told])
    return Table("Themes", [*THEMES, *(kind.word for kind in kinds), "verdict", "reason"], rows)


# --- votes --------------------------------------------------------------------------------------


def votes_table(gallery: Gallery) -> Table:
    """How often each word of a closed round's scale was given to each thing that it rated; two queries."""
    rows = [row for result in results(gallery).all for row in _votes(result, gallery)]
    return Table("Votes", VOTES, rows)


def _votes(result: Result, gallery: Gallery) -> Iterator[list[str | int]]:
    item, rated = result.item, result.item.round
    closed = _moment(rated.closed_at, gallery) if rated.closed_at else ""
    head: list[str | int] = [rated.number, rated.title, closed, rated.get_rates_display(), item.place]
    for word, count in result.tally:
        yield [*head, item.words, word, count, result.last_word, item.remark]


# --- decisions ----------------------------------------------------------------------------------


def decisions_table(gallery: Gallery) -> Table:
    """What was decided and why: on posters, wall by wall, then on themes; three queries."""
    of_gallery = Q(poster__gallery=gallery) | Q(theme__gallery=gallery)
    shown = Q(note__state=Note.State.SHOWN)
    found = (
        Decision.objects.filter(of_gallery)
        .select_related("poster__wall", "poster__goal", "poster__measure__goal", "theme")
        .prefetch_related("changes", "later_words")
        .annotate(behind=_how_many(Ground, "decision", shown))
        .order_by(*WALKED, "theme__order", "theme")
    )
    # Not every database sorts what has no poster behind what has one.
    by_kind = sorted(found, key=lambda decision: decision.poster_id is None)
    return Table("Decisions", DECISIONS, [_decision(each, gallery) for each in by_kind])


def _decision(decision: Any, gallery: Gallery) -> list[str | int]:
    where: list[str | int] = _place(decision.poster, gallery) if decision.poster else ["", "", ""]
    return [
        *where,
        decision.theme.name if decision.theme else "",
        decision.get_verdict_display(),
        decision.reason,
        _moment(decision.decided_at, gallery),
        decision.behind,
        "\n".join(f"{each.what}: {each.was or '–'} → {each.now or '–'}" for each in decision.changes.all()),
        "\n".join(
            f"{_moment(each.said_at, gallery)} {each.get_verdict_display()}: {each.reason}"
            for each in decision.later_words.all()
        ),
    ]


# --- what they share ----------------------------------------------------------------------------


def _how_many(model: Any, of: str, only: Q | None = None) -> Any:
    """How many rows of a model name this one, counted apart so that joins don't multiply."""
    rows = model.objects.filter(only or Q(), **{of: OuterRef("pk")}).order_by().values(of)
    counted = Subquery(rows.annotate(count=Count("pk")).values("count"), output_field=IntegerField())
    return Coalesce(counted, 0)


def _place(poster: Poster, gallery: Gallery) -> list[str | int]:
    poster.gallery = gallery
    return [poster.number, poster.wall.name, poster.heading]


def _moment(at: datetime, gallery: Gallery) -> str:
    return f"{at.astimezone(gallery.zone):%Y-%m-%d %H:%M %Z}"
