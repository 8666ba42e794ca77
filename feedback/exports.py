"""Notes and decisions as spreadsheets that are safe to open: no cell is a formula, nothing says who.

The names in it are those that visitors wrote on their notes for all to read.
"""

import csv
import io
import re
import unicodedata
from collections.abc import Iterable, Sequence
from datetime import datetime

from feedback.models import Decision, Note
from feedback.spreadsheets import Sheet, workbook
from gallery.models import Gallery, Poster

COLUMNS = ["number", "wall", "poster", "goal", "measure", "kind", "note", "name", "source", "time"]
DECIDED = ["number", "wall", "poster", "verdict", "reason", "time"]
WIDTHS = {"number": 9, "wall": 24, "poster": 40, "goal": 40, "measure": 32, "note": 70, "reason": 70}
BYTE_ORDER_MARK = "\ufeff"  # Excel takes a file without it for Windows-1252

# What a spreadsheet may take for the start of a formula; full-width and small forms fold into these.
FORMULA_STARTS = frozenset("=+-@\t\r\n\u2212")
# Looks like nothing, and is no space, control or format character to Unicode.
BLANK_LETTERS = frozenset("\u034f\u115f\u1160\u17b4\u17b5\u2800\u3164\uffa0")
LINE = re.compile(r"(\r\n|\r|\n)")


def guarded(cell: str) -> str:
    """The cell with an apostrophe where a spreadsheet might calculate it: at its start, and at each line's.

    Lines too, because where the list separator is a semicolon a comma file breaks inside its quotes.
    """
    first, *rest = LINE.split(cell)
    lines = [
        first,
        *(f"'{part}" if place % 2 and _may_calculate(part) else part for place, part in enumerate(rest)),
    ]
    guard = "'" if _may_calculate(cell) else ""
    return guard + "".join(lines)


def notes_csv(gallery: Gallery) -> str:
    """The shown notes, wall by wall, in the order in which they were stuck; one query."""
    return sheet(COLUMNS, (_row(note, gallery) for note in _exported(gallery)))


def decisions_csv(gallery: Gallery) -> str:
    """What was decided on each poster and why, wall by wall; one query."""
    return sheet(DECIDED, _decisions(gallery))


def notes_xlsx(gallery: Gallery, *, with_decisions: bool) -> bytes:
    """The same notes as a workbook, what was decided on a second sheet; one query for each."""
    sheets = [_table("Notes", COLUMNS, (_row(note, gallery) for note in _exported(gallery)))]
    if with_decisions:
        sheets.append(_table("Decisions", DECIDED, _decisions(gallery)))
    return workbook(sheets)


def _table(title: str, columns: Sequence[str], rows: Iterable[Sequence[str]]) -> Sheet:
    """A sheet whose first column, the poster's number, is one to sort by."""
    safe: list[list[str | int]] = [[int(number), *map(guarded, words)] for number, *words in rows]
    return Sheet(title, columns, [WIDTHS.get(name, 23) for name in columns], safe)


def sheet(columns: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """A table as CSV text, with a byte order mark and every cell guarded."""
    written = io.StringIO(newline="")
    writer = csv.writer(written)
    writer.writerow(columns)
    writer.writerows([guarded(cell) for cell in row] for row in rows)
    return BYTE_ORDER_MARK + written.getvalue()


def _may_calculate(words: str) -> bool:
    """Whether the first sign that a spreadsheet would see may start a formula."""
    for sign in words:
        if unicodedata.normalize("NFKC", sign)[:1] in FORMULA_STARTS:
            return True
        if not _is_unseen(sign):
            return False
    return False


def _is_unseen(sign: str) -> bool:
    """Spaces, control and zero-width signs, behind which a spreadsheet may still find a formula."""
    if sign in BLANK_LETTERS:
        return True
    return unicodedata.category(sign) in {"Zs", "Zl", "Zp", "Cc", "Cf", "Mn"}


def _exported(gallery: Gallery) -> Iterable[Note]:
    return (
        Note.objects.filter(gallery=gallery)
        .shown()
        .without_replies()
        .defer("author", "digest")
        .select_related("kind", "poster__wall", "poster__goal", "poster__measure__goal")
        .order_by(
            "poster__wall__order", "poster__wall", "poster__position", "poster__number", "created_at", "seq"
        )
    )


def _row(note: Note, gallery: Gallery) -> list[str]:
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
    ]


def _decisions(gallery: Gallery) -> Iterable[list[str]]:
    found = (
        Decision.objects.filter(poster__gallery=gallery)
        .select_related("poster__wall", "poster__goal", "poster__measure__goal")
        .order_by("poster__wall__order", "poster__wall", "poster__position", "poster__number")
    )
    for each in found:
        if each.poster is None:
            continue
        where, when = _place(each.poster, gallery), _moment(each.decided_at, gallery)
        yield [*where, each.get_verdict_display(), each.reason, when]


def _place(poster: Poster, gallery: Gallery) -> list[str]:
    poster.gallery = gallery
    return [str(poster.number), poster.wall.name, poster.heading]


def _moment(at: datetime, gallery: Gallery) -> str:
    return f"{at.astimezone(gallery.zone):%Y-%m-%d %H:%M %Z}"
