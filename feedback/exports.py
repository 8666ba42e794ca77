"""The notes as a spreadsheet that is safe to open: no cell is a formula, nothing says who.

The names in it are those that visitors wrote on their notes for all to read.
"""

import csv
import io
import re
import unicodedata
from collections.abc import Iterable, Sequence

from feedback.models import Note
from gallery.models import Gallery

COLUMNS = ["number", "wall", "poster", "goal", "measure", "kind", "note", "name", "source", "time"]
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
        .defer("author", "digest")
        .select_related("kind", "poster__wall", "poster__goal", "poster__measure__goal")
        .order_by(
            "poster__wall__order", "poster__wall", "poster__position", "poster__number", "created_at", "seq"
        )
    )


def _row(note: Note, gallery: Gallery) -> list[str]:
    poster = note.poster
    poster.gallery = gallery
    return [
        str(poster.number),
        poster.wall.name,
        poster.heading,
        poster.about.title if poster.about else "",
        poster.measure.name if poster.measure else "",
        note.kind.word,
        note.text,
        note.name,
        note.get_source_display(),
        f"{note.created_at.astimezone(gallery.zone):%Y-%m-%d %H:%M %Z}",
    ]
