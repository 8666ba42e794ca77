"""Reading a moved gallery back: all of it or nothing, and nothing of the file is believed.

Rows get new numbers; the code and the notes' keys stay, so that what is printed leads here and a
phone's late retry finds its note. With a new code both are new, beside the gallery that it was.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, NoReturn
from uuid import uuid4

from django.conf import settings
from django.db import IntegrityError, transaction
from django.db.models import Model

from feedback import moved_hangings, moved_photos, moved_rounds, moved_talk, moved_teams, notes
from feedback.models import Note, Photo
from feedback.moved_cells import check, check_signs, kept
from feedback.moving import FORMAT, GALLERY, TABLES, TEAM, VERSION, Refusal, Table
from feedback.moving_out import Row
from feedback.photos import Picture
from gallery import codes
from gallery.models import Gallery, Hanging, Poster, make_code
from measures.models import Team

PARTS = {"format", "version", "team", "gallery", *TABLES}
# As text the photos that a gallery may keep take a third more; and room for words. Reading takes thrice that.
MOST_BYTES = settings.PHOTOS_OF_A_GALLERY_MAX_BYTES * 4 // 3 + 100 * 1024**2
OTHER_CODE = "With --new-code it gets a code of its own here, and its notes new keys."
NOT_OURS = "This is no gallery that was written to be moved (gallery.json from the gallery’s own pages)."


@dataclass
class Moved:
    """A file's gallery in rows that are not saved yet. `told` is the file as it was read."""

    told: dict[str, Any]
    team: Team
    gallery: Gallery
    rows: dict[str, list[Any]]
    replies: list[tuple[Note, Note]] = field(default_factory=list)
    pictures: list[tuple[Photo, Picture]] = field(default_factory=list)


def read(path: Path) -> Moved:
    """The gallery in this file; the database is not asked. Raises Refusal or OSError."""
    told = _document(path)
    team, gallery = _one(TEAM, told, "team"), _one(GALLERY, told, "gallery")
    gallery.team = team
    moved = Moved(told, team, gallery, {})
    for name, table in TABLES.items():
        moved.rows[name] = _table(moved, name, table)
    _check_whole(moved)
    return moved


def take_in(moved: Moved, *, team_name: str = "", new_code: bool = False) -> Gallery:
    """The gallery, saved with all that belongs to it. Raises Refusal; nothing was changed then.

    Into a team that is here already only where it is named.
    """
    _choose_code(moved, new_code=new_code)
    for place, (photo, row) in enumerate(zip(moved.rows["photos"], moved.told["photos"], strict=True)):
        moved.pictures.append((photo, _named(f"photos {place}", _picture, row, photo)))
    with moved_photos.on_the_shelf(moved.pictures):
        try:
            with transaction.atomic():
                _choose_team(moved, team_name)
                _save(moved)
        except IntegrityError as problem:
            raise Refusal(_broken_rule(problem)) from None
    return moved.gallery


# --- reading ------------------------------------------------------------------------------------


def _document(path: Path) -> dict[str, Any]:
    with path.open("rb") as file:
        content = file.read(MOST_BYTES + 1)
    if len(content) > MOST_BYTES:
        raise Refusal(
            f"The file is larger than {MOST_BYTES // 1024**2} MB, more than a gallery with all its "
            "photos takes. If it is right, raise MEASURE_GALLERY_PHOTOS_MAX_MB."
        )
    try:
        told = json.loads(content, parse_float=_refuse, parse_constant=_refuse, object_pairs_hook=_once)
    except (ValueError, RecursionError):
        raise Refusal(NOT_OURS) from None
    if not isinstance(told, dict) or told.get("format") != FORMAT or type(told.get("version")) is not int:
        raise Refusal(NOT_OURS)
    if told["version"] > VERSION:
        raise Refusal("A newer release of this software wrote the file. Bring this one up to date first.")
    if told.keys() != PARTS or told["version"] < 1:
        odd = ", ".join(sorted(told.keys() ^ PARTS)[:5])
        raise Refusal(f"Parts of the file are missing, or not known here: {odd[:200]}.")
    check_signs(told)
    return told


def _refuse(_: str) -> NoReturn:
    raise ValueError


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) < len(pairs):
        raise ValueError
    return found


def _one(table: Table, told: dict[str, Any], name: str) -> Any:
    return _named(name, _made, table, told[name])


def _table(moved: Moved, name: str, table: Table) -> list[Any]:
    found = moved.told[name]
    if not isinstance(found, list):
        raise Refusal(f"{name}: this is no list.")
    known = {other: _known(other, moved) for other in set(table.points.values()) - {name}}
    rows: list[Any] = []
    for place, row in enumerate(found):
        with_place = f"{name} {place}"
        made = _named(with_place, _made, table, row)
        for field_name, other in table.points.items():
            if other != name:
                found_row = _named(with_place, _pointed, made, field_name, row[field_name], known[other])
                setattr(made, field_name, found_row)
        if table.belongs:
            setattr(made, table.belongs, getattr(moved, table.belongs))
        rows.append(made)
    return rows


def _named(place: str, do: Callable[..., Any], *args: Any) -> Any:
    """What `do` gives; if it refuses, it says where."""
    try:
        return do(*args)
    except Refusal as problem:
        raise Refusal(f"{place}: {str(problem).removesuffix('.')}.") from None


def _made(table: Table, row: Any) -> Model:
    names = {*table.fields, *table.points, *({"jpeg"} if table.model is Photo else ())}
    if not isinstance(row, dict) or row.keys() != names:
        raise Refusal("it has other fields than it should")
    meta = table.model._meta
    made = table.model(**{name: _cell(meta.get_field(name), row[name]) for name in table.fields})
    check(made)
    return made


def _cell(of: Any, cell: Any) -> Any:
    return cell if of.model is Hanging and of.name == "shows" else kept(of, cell)


def _known(name: str, moved: Moved) -> dict[Any, Any]:
    """A table's rows by what they are known by in the file. Raises Refusal where two are known alike."""
    told, rows = moved.told[name], moved.rows[name]
    by = TABLES[name].known_by
    known = {row[by] if by else place: made for place, (row, made) in enumerate(zip(told, rows, strict=True))}
    if len(known) < len(rows):
        raise Refusal(f"{name}: two have the same {by}.")
    return known


def _pointed(made: Model, name: str, handle: Any, known: Mapping[Any, Any]) -> Any:
    if handle is None and made._meta.get_field(name).null:
        return None
    if type(handle) not in {int, str} or handle not in known:
        raise Refusal(f"{name} names nothing that is in the file")
    return known[handle]


def _check_whole(moved: Moved) -> None:
    """What no row can tell alone. Raises Refusal."""
    gallery, rows = moved.gallery, moved.rows
    if not codes.is_code(gallery.code):
        raise Refusal("gallery: code can’t be one.")
    if any(note.seq > gallery.seq for note in rows["notes"]):
        raise Refusal("notes: one has a higher number than the gallery has given.")
    if any(poster.number > gallery.last_number for poster in rows["posters"]):
        raise Refusal("posters: one has a higher number than the gallery has given.")
    for place, hanging in enumerate(rows["hangings"]):
        goals = len(rows["goals"])
        _named(f"hangings {place}", moved_hangings.check, hanging.shows, hanging.poster.kind, goals)
    for signal in rows["signals"]:
        signal.measure = signal.value.measure
    moved_rounds.check(rows)
    _pair_replies(moved)
    moved_talk.check(rows, moved.replies)


def _pair_replies(moved: Moved) -> None:
    """A reply comes after what it answers, which is no reply itself: they have one level."""
    before: dict[Any, Note] = {}
    for place, (row, note) in enumerate(zip(moved.told["notes"], moved.rows["notes"], strict=True)):
        answered = _named(f"notes {place}", _pointed, note, "reply_to", row["reply_to"], before)
        if answered:
            moved.replies.append((note, answered))
        else:
            before[row["key"]] = note


def _picture(row: Row, photo: Photo) -> Picture:
    return moved_photos.picture(row["jpeg"], photo.width, photo.height)


# --- writing ------------------------------------------------------------------------------------


def _choose_code(moved: Moved, *, new_code: bool) -> None:
    if new_code:
        moved.gallery.code = make_code()
        for note in moved.rows["notes"]:
            note.key = uuid4()
        return
    there = Gallery.objects.filter(code=moved.gallery.code).first()
    if there:
        code, where = codes.in_print(there.code), ", among the deleted ones" if there.deleted_at else ""
        raise Refusal(f"A gallery with the code {code} is here already{where}. {OTHER_CODE}")
    keys = [note.key for note in moved.rows["notes"]]
    if any(Note.objects.filter(key__in=keys[at : at + 500]).exists() for at in range(0, len(keys), 500)):
        raise Refusal(f"Notes of this gallery hang in another gallery here. {OTHER_CODE}")


def _choose_team(moved: Moved, name: str) -> None:
    moved.team.name = name or moved.team.name
    here = Team.objects.filter(name=moved.team.name).first()
    if here is None:
        return
    if not name:
        raise Refusal(
            f"A team “{here}” is here already. If it is the same one, say so with --team and its name; "
            "if not, give --team another name."
        )
    moved_teams.settle(here, moved.told["team"], moved.told, moved.rows)
    moved.team.pk = here.pk


def _save(moved: Moved) -> None:
    _insert([moved.team])
    _insert([moved.gallery])
    hung_at = [poster.hung_at for poster in moved.rows["posters"]]
    for name, table in TABLES.items():
        if table.model is Hanging:
            _find_goals(moved)
        if table.model is Note:
            _seal(moved)
            _insert_what_is_answered(moved)
        _insert(moved.rows[name])
    for poster, at in zip(moved.rows["posters"], hung_at, strict=True):
        poster.hung_at = at  # saving a new one puts the present moment in its place
    Poster.objects.bulk_update(moved.rows["posters"], ["hung_at"], batch_size=500)


def _insert(rows: Sequence[Model]) -> None:
    """Those that are not here already, as they are: no signal gives the gallery the usual kinds of notes."""
    fresh = [row for row in rows if row.pk is None]
    if fresh:
        type(fresh[0])._default_manager.bulk_create(fresh, batch_size=500)


def _insert_what_is_answered(moved: Moved) -> None:
    """First the notes that stand alone, so that replies can name them."""
    replies = {note.key for note, _ in moved.replies}
    _insert([note for note in moved.rows["notes"] if note.key not in replies])
    for note, answered in moved.replies:
        note.reply_to = answered


def _find_goals(moved: Moved) -> None:
    keys = {place: goal.pk for place, goal in enumerate(moved.rows["goals"])}
    for hanging in moved.rows["hangings"]:
        hanging.shows = moved_hangings.translated(hanging.shows, keys)


def _seal(moved: Moved) -> None:
    """So that a late retry of a note that was not reworded finds it."""
    answers = {note.key: answered.key for note, answered in moved.replies}
    more = {
        each.note.key: notes.Proposed(each.shows, each.known_by, each.data_from)
        for each in moved.rows["proposals"]
    }
    for note in moved.rows["notes"]:
        note.digest = notes.digest(
            poster=note.poster,
            kind=note.kind,
            text=more[note.key].signed(note.text) if note.key in more else note.text,
            name=note.name,
            answers=answers.get(note.key),
        )


def _broken_rule(problem: IntegrityError) -> str:
    """The rule's name in words: they are named as one says them."""
    said = str(problem)
    for table in [TEAM, GALLERY, *TABLES.values()]:
        for rule in table.model._meta.constraints:
            # SQLite names the columns of what must be unique, and not the rule.
            columns = [_column(table.model, name) for name in getattr(rule, "fields", ())]
            if rule.name in said or (columns and said.endswith(f": {', '.join(columns)}")):
                return f"The file breaks a rule of this database: {rule.name.replace('_', ' ')}."
    return "The file breaks a rule of this database."


def _column(model: type[Model], name: str) -> str:
    of = model._meta.get_field(name)
    return f"{model._meta.db_table}.{getattr(of, 'column', name)}"
