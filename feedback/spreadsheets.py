"""Tables as a workbook (XLSX): every cell a string or a plain number, the same tables the same bytes."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from io import BytesIO
from unicodedata import east_asian_width
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

from openpyxl import Workbook
from openpyxl.cell import Cell, MergedCell
from openpyxl.packaging.core import DocumentProperties
from openpyxl.styles import Alignment, Font
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.properties import PageSetupProperties
from openpyxl.worksheet.worksheet import Worksheet
from openpyxl.xml.functions import tostring

# What a workbook's XML can't hold.
UNWRITABLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
NO_TIME = datetime(1980, 1, 1)
LINE_HEIGHT, MOST_HEIGHT = 15, 405  # points
MOST_LETTERS = 32_767  # a cell holds no more; openpyxl would cut the rest without a word
CUT = " … (a cell of a workbook holds no more: the rest is in the CSV file)"
ROOMY = Alignment(wrap_text=True, vertical="top")
ABOUT = "docProps/core.xml"


@dataclass(frozen=True)
class Sheet:
    """A table with its header's words. `widths` are in characters, a column each."""

    title: str
    columns: Sequence[str]
    widths: Sequence[int]
    rows: Sequence[Sequence[str | int]]


def workbook(sheets: Sequence[Sheet]) -> bytes:
    """The file's bytes. Words are kept as they are: whoever calls has guarded them."""
    book = Workbook()
    book.remove(book.worksheets[0])
    for sheet in sheets:
        _write(book.create_sheet(sheet.title), sheet)
    file = BytesIO()
    book.save(file)
    return _timeless(file)


def _write(page: Worksheet, sheet: Sheet) -> None:
    for place, width in enumerate(sheet.widths, start=1):
        page.column_dimensions[get_column_letter(place)].width = width
    for line, row in enumerate([sheet.columns, *sheet.rows], start=1):
        for place, value in enumerate(row, start=1):
            _fill(page.cell(line, place), value)
        lines = max(_lines(str(value), width) for value, width in zip(row, sheet.widths, strict=True))
        page.row_dimensions[line].height = min(lines * LINE_HEIGHT, MOST_HEIGHT)
    for cell in page[1]:
        cell.font = Font(name="Calibri", bold=True)
    page.freeze_panes = "A2"
    page.auto_filter.ref = page.dimensions
    page.page_setup.orientation, page.page_setup.fitToHeight = "landscape", 0
    page.sheet_properties.pageSetUpPr = PageSetupProperties(fitToPage=True)


def _lines(words: str, width: int) -> int:
    """How many lines the words take, about: not every program finds a row's height by itself."""
    wide = [sum(2 if east_asian_width(sign) in "WF" else 1 for sign in line) for line in words.split("\n")]
    return sum(1 + letters // width for letters in wide)


def _fill(cell: Cell | MergedCell, value: str | int) -> None:
    cell.alignment = ROOMY
    if isinstance(value, int):
        cell.value = value
    else:
        words = UNWRITABLE.sub("\ufffd", value)
        cell.value = words if len(words) <= MOST_LETTERS else words[: MOST_LETTERS - len(CUT)] + CUT
        cell.data_type = "s"  # else “=1+1” would be a formula


def _timeless(file: BytesIO) -> bytes:
    """The same workbook without a word on when it was made."""
    written = BytesIO()
    about = tostring(DocumentProperties(creator="", created=NO_TIME, modified=NO_TIME).to_tree())
    with ZipFile(file) as made, ZipFile(written, "w") as kept:
        for name in made.namelist():
            part = ZipInfo(name, NO_TIME.timetuple()[:6])
            part.compress_type, part.external_attr = ZIP_DEFLATED, 0o600 << 16
            kept.writestr(part, about if name == ABOUT else made.read(name))
    return written.getvalue()
