"""Writing a gallery down to move it: the same gallery, the same bytes, wherever it stands."""

from __future__ import annotations

import json
import logging
from base64 import b64encode
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import IO, Any

from django.core.files.storage import default_storage
from django.db import transaction
from django.db.models import Model, Q

from feedback.models import (
    Change,
    Decision,
    Ground,
    LaterWord,
    MeToo,
    Note,
    NoteKind,
    Photo,
    Proposal,
    Round,
    RoundItem,
    Theme,
    Vote,
)
from feedback.moved_cells import told
from feedback.moved_hangings import translated
from feedback.moving import FORMAT, GALLERY, TABLES, TEAM, VERSION, Table
from feedback.photos import path_of
from gallery.models import Gallery, Hanging, OpeningHours, Poster, Wall
from measures.models import Baseline, Candidate, Goal, GoalLink, Measure, Signal, Target, Value

logger = logging.getLogger(__name__)

TAKEN_BACK = "–"
Rows = Mapping[str, Sequence[Model]]
Row = dict[str, Any]


def write(gallery: Gallery, file: IO[bytes]) -> None:
    """The whole gallery as JSON, a row to a line; its photos are read one after another.

    Raises OSError where there is no room.
    """
    gallery, rows = _everything(gallery)
    parts: dict[str, Any] = {"format": FORMAT, "version": VERSION}
    parts |= {"team": cells(TEAM, gallery.team), "gallery": cells(GALLERY, gallery)}
    parts |= tables(rows)
    parts["photos"] = _with_pictures(parts["photos"], rows["photos"])
    for line in _lines(parts):
        file.write(line.encode("ascii"))


def cells(table: Table, row: Model) -> Row:
    return {name: told(getattr(row, name)) for name in table.fields}


def tables(rows: Rows) -> dict[str, list[Row]]:
    """All tables as JSON has them."""
    handles = {name: _handles(TABLES[name], found) for name, found in rows.items()}
    made = {name: [_row(TABLES[name], row, handles) for row in found] for name, found in rows.items()}
    for hanging in made.get("hangings", []):
        hanging["shows"] = translated(hanging["shows"], handles["goals"])
    return made


def of_team(*, goals: Q, measures: Q) -> dict[str, Sequence[Any]]:
    """The rows of these goals and measures, with the links between these goals.

    The team may write meanwhile, as in an import: a row goes along where the rows that it names do.
    """
    measured = _made(Measure.objects.filter(measures))
    found = _made(Goal.objects.filter(goals | Q(pk__in={measure.goal_id for measure in measured} - {None})))
    values = _made(Value.objects.filter(measure__in=measured))
    known = {value.pk for value in values}
    signals = _made(Signal.objects.filter(measure__in=measured))
    return {
        "goals": found,
        "links": _made(GoalLink.objects.filter(source__in=found, target__in=found)),
        "candidates": _made(Candidate.objects.filter(goal__in=found)),
        "measures": measured,
        "values": values,
        "targets": _made(Target.objects.filter(measure__in=measured)),
        "baselines": _made(Baseline.objects.filter(measure__in=measured)),
        "signals": [signal for signal in signals if signal.value_id in known],
    }


def _made(rows: Any) -> list[Any]:
    """In the order in which they were made: their order is told by this where nothing else tells it."""
    return list(rows.order_by("pk"))


def _notes(gallery: Gallery) -> list[Note]:
    """Each before what was said to it."""
    found = Note.objects.filter(gallery=gallery).defer("author", "digest")
    return sorted(found, key=lambda note: (note.reply_to_id is not None, note.seq))


def _unsigned(rows: Any, *alike: str) -> list[Any]:
    """Ordered by what the file says of them, and not as they were made: nothing tells which of them came
    from one phone, and it is the same order in every database."""
    return list(rows.defer("author").order_by(*alike))


def _without_words_taken_back(rows: dict[str, Sequence[Any]]) -> None:
    """What its author took back is nobody's to read, not in the file either: only its place goes along."""
    gone = {note.pk for note in rows["notes"] if note.state == Note.State.WITHDRAWN}
    for note in rows["notes"]:
        if note.pk in gone:
            note.text, note.name = TAKEN_BACK, ""
    for each in rows["proposals"]:
        if each.note_id in gone:
            each.shows = each.known_by = each.data_from = ""
    for item in rows["round_items"]:
        if item.note_id in gone:
            item.words = TAKEN_BACK
    rows["photos"] = [photo for photo in rows["photos"] if photo.note_id not in gone]


def _everything(gallery: Gallery) -> tuple[Gallery, Rows]:
    """As it stands at one moment: whatever sticks, hangs or acts takes the gallery's row first."""
    with transaction.atomic():
        gallery = Gallery.objects.select_for_update(of=("self",)).select_related("team").get(pk=gallery.pk)
        posters = Poster.objects.filter(gallery=gallery)
        decided = Decision.objects.filter(Q(poster__gallery=gallery) | Q(theme__gallery=gallery))
        rows = of_team(**_shown(gallery, posters))
        rows |= {
            "hours": _made(OpeningHours.objects.filter(gallery=gallery)),
            "walls": _made(Wall.objects.filter(gallery=gallery)),
            "posters": _made(posters),
            "hangings": _made(Hanging.objects.filter(poster__gallery=gallery)),
            "kinds": _made(NoteKind.objects.filter(gallery=gallery)),
            "themes": _made(Theme.objects.filter(gallery=gallery)),
            "notes": _notes(gallery),
            "photos": _made(Photo.objects.filter(note__gallery=gallery)),
            "proposals": _made(Proposal.objects.filter(note__gallery=gallery)),
            "me_toos": _unsigned(MeToo.objects.filter(note__gallery=gallery), "note__seq"),
            "rounds": _made(Round.objects.filter(gallery=gallery)),
            "round_items": _made(RoundItem.objects.filter(round__gallery=gallery)),
            "votes": _unsigned(
                Vote.objects.filter(item__round__gallery=gallery),
                "item__round__number",
                "item__place",
                "value",
            ),
            "decisions": _made(decided),
            "grounds": _made(Ground.objects.filter(decision__in=decided)),
            "changes": _made(Change.objects.filter(decision__in=decided)),
            "later_words": _made(LaterWord.objects.filter(decision__in=decided)),
        }
        _without_words_taken_back(rows)
        return gallery, rows


def _shown(gallery: Gallery, posters: Any) -> dict[str, Q]:
    """Which goals and measures: those of the posters, and all of the team's map where it hangs."""
    hung = posters.filter(measure__isnull=False)
    adopted = Proposal.objects.filter(note__gallery=gallery, measure__isnull=False)
    measures = Q(pk__in=hung.values("measure")) | Q(pk__in=adopted.values("measure"))
    goals = Q(pk__in=posters.filter(goal__isnull=False).values("goal"))
    goals |= Q(pk__in=hung.filter(measure__goal__isnull=False).values("measure__goal"))
    goals |= Q(pk__in=adopted.filter(measure__goal__isnull=False).values("measure__goal"))
    if posters.filter(kind=Poster.Kind.MAP).exists():
        goals = Q(team=gallery.team_id)
        measures |= Q(goal__team=gallery.team_id) & ~Q(status=Measure.Status.RETIRED)
    return {"goals": goals, "measures": measures}


def _handles(table: Table, rows: Sequence[Model]) -> dict[int, Any]:
    """What each row is known by in the file, by its number in the database."""
    if table.known_by:
        return {row.pk: told(getattr(row, table.known_by)) for row in rows}
    return {row.pk: place for place, row in enumerate(rows)}


def _row(table: Table, row: Model, handles: Mapping[str, Mapping[int, Any]]) -> Row:
    found = cells(table, row)
    for name, other in table.points.items():
        pk = getattr(row, f"{name}_id")
        found[name] = None if pk is None else handles[other][pk]
    return found


def _with_pictures(rows: Iterable[Row], photos: Iterable[Any]) -> Iterator[Row]:
    """A photo that has been taken away meanwhile stays out."""
    for row, photo in zip(rows, photos, strict=True):
        try:
            with default_storage.open(path_of(photo.name)) as file:
                yield row | {"jpeg": b64encode(file.read()).decode()}
        except FileNotFoundError:
            logger.warning("A photo's file is not there; the gallery is written without it")


def _lines(parts: Mapping[str, Any]) -> Iterator[str]:
    for place, (name, part) in enumerate(sorted(parts.items())):
        yield f"{',' if place else '{'}\n{_json(name)}: "
        yield from _json_table(part) if name in TABLES else [_json(part)]
    yield "\n}\n"


def _json_table(rows: Iterable[Row]) -> Iterator[str]:
    yield "["
    for place, row in enumerate(rows):
        yield f"{',' if place else ''}\n{_json(row)}"
    yield "]"


def _json(what: Any) -> str:
    return json.dumps(what, sort_keys=True, allow_nan=False)
