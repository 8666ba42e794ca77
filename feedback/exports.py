"""What was said, rated and decided as spreadsheets that are safe to open: no cell is a formula.

What they tell is in feedback/export_tables.py. The names in them are those that visitors wrote on
their notes for all to read.
"""

import csv
import io
import re
import unicodedata
from collections.abc import Callable

from feedback.export_tables import Table, decisions_table, notes_table, themes_table, votes_table
from feedback.spreadsheets import Sheet, workbook
from gallery.models import Gallery

# In characters.
WIDTHS = {"number": 9, "round": 9, "place": 9, "notes": 9, "votes": 9, "me too": 9, "word": 14, "verdict": 14}
WIDTHS |= dict.fromkeys(["poster", "goal", "theme", "title", "measure"], 36)
WIDTHS |= dict.fromkeys(["note", "words", "reason"], 70)
WIDTHS |= dict.fromkeys(["replies", "would show", "known by", "data from", "changes", "later", "remark"], 50)
USUAL_WIDTH = 23
TABLES: dict[str, Callable[[Gallery], Table]] = {
    "notes": notes_table,
    "themes": themes_table,
    "votes": votes_table,
    "decisions": decisions_table,
}
BYTE_ORDER_MARK = "\ufeff"  # Excel takes a file without it for Windows-1252

# What a spreadsheet may take for the start of a formula; full-width and small forms fold into these.
FORMULA_STARTS = frozenset("=+-@\t\r\n\u2212")
# Looks like nothing, and is no space, control or format character to Unicode.
BLANK_LETTERS = frozenset("\u034f\u115f\u1160\u17b4\u17b5\u2800\u3164\uffa0")
# Where a cell may come apart in a spreadsheet that splits at something else than commas.
BREAK = re.compile(r"(\r\n|\r|\n|;|\t)")


def guarded(cell: str) -> str:
    """The cell with an apostrophe where a spreadsheet might calculate it: at its start, and at each part's.

    Where the list separator is a semicolon, a comma file breaks inside its quotes at each line, and at
    each semicolon; pasted, at each tab. Quotation marks behind a break are taken for the file's own.
    """
    first, *rest = BREAK.split(cell)
    parts = [
        f"'{part}" if place % 2 and _may_calculate(part.replace('"', "")) else part
        for place, part in enumerate(rest)
    ]
    guard = "'" if _may_calculate(cell) else ""
    return guard + first + "".join(parts)


def as_csv(table: Table) -> str:
    """The table as CSV text, with a byte order mark and every cell guarded."""
    written = io.StringIO(newline="")
    writer = csv.writer(written)
    writer.writerow(map(guarded, table.columns))
    writer.writerows([_safe(cell) for cell in row] for row in table.rows)
    return BYTE_ORDER_MARK + written.getvalue()


def as_xlsx(gallery: Gallery, names: list[str]) -> bytes:
    """These tables of the gallery as one workbook, a sheet each."""
    return workbook([_sheet(TABLES[name](gallery)) for name in names])


def _sheet(table: Table) -> Sheet:
    widths = [WIDTHS.get(name, USUAL_WIDTH) for name in table.columns]
    rows = [[_safe(cell) for cell in row] for row in table.rows]
    return Sheet(table.title, [guarded(name) for name in table.columns], widths, rows)


def _safe(cell: str | int) -> str | int:
    return guarded(cell) if isinstance(cell, str) else cell


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
