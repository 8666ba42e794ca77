"""Files into rows of cells: CSV in the usual encodings, XLSX through openpyxl.

A file is judged by its first bytes, never by its name. What can't be read is refused in words
that say what to do instead.
"""

import csv
import io
import re
import warnings
import zipfile
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import IO, Any, BinaryIO, NamedTuple

from django.conf import settings
from openpyxl import load_workbook

from measures.numbers import Number, from_binary, plain

MOST_ROWS = 200_000
MOST_COLUMNS = 500
_DECLARED = re.compile(rb"<!(?:ENTITY|ATTLIST)")
_LONGEST_DECLARED = 9  # bytes
_UNPACKED = 12  # times the size limit: how far an XLSX file may swell
_STRINGS = 3  # times the size limit: its table of texts, the slowest part to read


class Refusal(Exception):  # noqa: N818 - an answer to a person, not a fault
    """The file can't be imported; the message says why and what to do."""


class Day(NamedTuple):
    """A date cell of a workbook, with the text that the sheet shows for it ('' for a full date)."""

    starts: date
    shown: str
    span: str


Cell = str | Number | Day


@dataclass
class Sheet:
    """What a file holds: rows as (row number, cells), blank rows dropped, trailing blanks cut.

    `formulas` maps (row, column index) of every formula to whether its result is in the file.
    """

    rows: list[tuple[int, list[Cell]]]
    encoding: str
    delimiter: str
    name: str = ""
    formulas: dict[tuple[int, int], bool] = field(default_factory=dict)
    notices: list[str] = field(default_factory=list)


def as_text(cell: Cell) -> str:
    """The cell in the letters that a person would see."""
    if isinstance(cell, str):
        return cell
    if isinstance(cell, Day):
        return cell.shown or cell.starts.isoformat()
    return plain(cell.value) + cell.unit if cell.unit == "%" else plain(cell.value)


def shown(text: str, longest: int = 60) -> str:
    """A cell's content as it can be quoted in a message: one line, no control characters."""
    line = "".join(letter if letter.isprintable() else "\ufffd" for letter in " ".join(text.split()))
    return line if len(line) <= longest else line[: longest - 1] + "…"


_UNREADABLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff\ufffd\ufffe\uffff]")


def unreadable(text: str) -> bool:
    """Whether a text holds what can't be shown or kept: control characters, halves of letters."""
    return bool(_UNREADABLE.search(text))


def read_sheet(file: BinaryIO) -> Sheet:
    """The file's rows. Raises Refusal where it is too large, empty, or no spreadsheet."""
    raw = file.read(settings.IMPORT_MAX_BYTES + 1)
    if len(raw) > settings.IMPORT_MAX_BYTES:
        raise Refusal(too_large())
    if not raw.strip(b"\xef\xbb\xbf \t\r\n\x00"):
        raise Refusal("The file is empty. Choose the spreadsheet that holds your goals and measures.")
    _refuse_others(raw)
    sheet = _read_workbook(raw) if raw.startswith(b"PK\x03\x04") else _read_text(raw)
    if not sheet.rows:
        raise Refusal("There is nothing in the sheet. Choose the one that holds your goals and measures.")
    return sheet


def too_large() -> str:
    most = settings.IMPORT_MAX_BYTES // 1024**2
    return (
        f"The file is larger than {most} MB. Take out pictures and sheets that aren’t needed, "
        "or split it, and try again."
    )


_SAVE_AS = "Open it in your spreadsheet program, save it as XLSX or CSV, and choose that file."
_OTHERS: list[tuple[re.Pattern[bytes], str]] = [
    (
        re.compile(rb"\xd0\xcf\x11\xe0"),
        f"This is an old Excel file (.xls), or one with a password. {_SAVE_AS}",
    ),
    (
        re.compile(rb"%PDF-"),
        "This is a PDF, and its tables can’t be read reliably. Choose the spreadsheet itself.",
    ),
    (
        re.compile(rb"<(?:!doctype|html|\?xml)", re.IGNORECASE),
        f"This is a web page, not a spreadsheet. {_SAVE_AS}",
    ),
    (re.compile(rb"\{\\rtf"), "This is a text document. Put the measures into a spreadsheet, one a row."),
    (re.compile(rb"\x1f\x8b"), "This is a packed file. Unpack it and choose the spreadsheet inside."),
    (
        re.compile(
            rb"\x89PNG|\xff\xd8\xff|GIF8[79]a|RIFF....WEBP|\x00...ftyp|II\*\x00|MM\x00\*|BM.{0,9}\x00",
            re.DOTALL,
        ),
        "This is a picture. Choose a spreadsheet (XLSX or CSV) with your goals and measures.",
    ),
]


def _refuse_others(raw: bytes) -> None:
    start = raw[:1024].lstrip(b"\xef\xbb\xbf \t\r\n")
    for magic, words in _OTHERS:
        if magic.match(start):
            raise Refusal(words)


# --- text -------------------------------------------------------------------------------------


def _read_text(raw: bytes) -> Sheet:
    text, encoding, notices = _decode(raw)
    text, delimiter = _delimiter(text)
    rows: list[tuple[int, list[Cell]]] = []
    for number, record in enumerate(_records(text, delimiter), start=1):
        cells: list[Cell] = [cell.strip() for cell in record]
        _collect(rows, number, cells)
    return Sheet(rows, encoding, _DELIMITERS[delimiter], notices=notices)


def _collect(rows: list[tuple[int, list[Cell]]], number: int, cells: list[Cell]) -> None:
    """Add a row unless it is blank; Refusal where the sheet grows past what is reasonable."""
    while cells and cells[-1] == "":
        cells.pop()
    if not cells:
        return
    if len(rows) >= MOST_ROWS:
        raise Refusal(f"The sheet has more than {MOST_ROWS:,} rows. Split it into several files.")
    if len(cells) > MOST_COLUMNS:
        raise Refusal(
            f"Row {number} has {len(cells):,} columns; up to {MOST_COLUMNS} can be read. "
            "Take out the columns that aren’t needed."
        )
    rows.append((number, cells))


def _decode(raw: bytes) -> tuple[str, str, list[str]]:
    """The text, the encoding's name, and what is to be said of it."""
    for bom, codec, name in [
        (b"\xef\xbb\xbf", "utf-8-sig", "UTF-8 with a byte order mark"),
        (b"\xff\xfe", "utf-16", "UTF-16"),
        (b"\xfe\xff", "utf-16", "UTF-16"),
    ]:
        if raw.startswith(bom):
            return raw.decode(codec, errors="replace"), name, []
    if raw.count(0) * 10 > len(raw):
        raise Refusal(f"This is no text that can be read as a table. {_SAVE_AS}")
    try:
        return raw.decode("utf-8"), "UTF-8", []
    except UnicodeDecodeError:
        return _decode_others(raw)


def _decode_others(raw: bytes) -> tuple[str, str, list[str]]:
    """cp1252, unless most of the file's letters beyond ASCII are sound UTF-8."""
    said = ["Some letters in the file are broken; the rows that hold them are named."]
    try:
        return raw.decode("utf-8", errors="surrogatepass"), "UTF-8", said
    except UnicodeDecodeError:
        pass
    text = raw.decode("utf-8", errors="replace")
    broken = text.count("\ufffd")
    sound = sum(letter > "\x7f" for letter in text) - broken
    if sound >= broken:
        return text, "UTF-8", said
    try:
        return raw.decode("cp1252"), "Windows-1252", []
    except UnicodeDecodeError:
        if broken * 10 < len(raw):
            return raw.decode("cp1252", errors="replace"), "Windows-1252", said
        raise Refusal(f"This is no text that can be read as a table. {_SAVE_AS}") from None


_DELIMITERS = {",": "comma", ";": "semicolon", "\t": "tab"}


def _delimiter(text: str) -> tuple[str, str]:
    """The text without Excel's own hint line, and the sign between its cells."""
    hint = re.match(r"sep=([,;\t])\r?\n", text)
    if hint:
        return text[hint.end() :], hint[1]
    return text, max(_DELIMITERS, key=lambda sign: _agreement(text, sign))


def _agreement(text: str, delimiter: str) -> tuple[int, int]:
    """How many of the first rows have one same number of cells, and how many cells."""
    rows = csv.reader(io.StringIO(text[:100_000], newline=""), delimiter=delimiter)
    widths: Counter[int] = Counter()
    try:
        for row, _ in zip(rows, range(50), strict=False):
            widths[len(row)] += len(row) > 1
    except csv.Error:
        return 0, 0
    return max(((count, width) for width, count in widths.items() if count), default=(0, 0))


def _records(text: str, delimiter: str) -> Iterator[list[str]]:
    """The rows of a CSV text, blank ones included so that they count."""
    try:
        yield from list(csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True))
        return
    except csv.Error as error:
        if "unexpected end of data" in str(error):
            raise Refusal(
                "A quotation mark is opened and never closed, so that the rows after it run together. "
                f"{_SAVE_AS}"
            ) from None
    try:
        yield from csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)
    except csv.Error:
        raise Refusal(f"The file’s rows can’t be told apart. {_SAVE_AS}") from None


# --- workbooks --------------------------------------------------------------------------------


def _read_workbook(raw: bytes) -> Sheet:
    try:
        with zipfile.ZipFile(io.BytesIO(raw)) as parts:
            _guard(parts)
            formulas = _has_formulas(parts)
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # openpyxl's remarks on styles and validations
            return _read_parts(raw, formulas)
    except Refusal:
        raise
    except Exception as error:  # a broken workbook raises almost anything
        raise Refusal(f"The workbook is damaged and can’t be read. {_SAVE_AS}") from error


def _guard(parts: zipfile.ZipFile) -> None:
    """Refuse what is no workbook, and one that would swell beyond reason when unpacked."""
    names = {info.filename: info for info in parts.infolist()}
    if "xl/workbook.xml" not in names:
        raise Refusal(_other_package(parts, set(names)))
    swollen = sum(info.file_size for info in names.values()) > _UNPACKED * settings.IMPORT_MAX_BYTES
    strings = names.get("xl/sharedStrings.xml")
    swollen = swollen or bool(strings and strings.file_size > _STRINGS * settings.IMPORT_MAX_BYTES)
    if swollen:
        raise Refusal("The workbook is too large when unpacked. Save the one sheet that is needed as CSV.")
    for info in names.values():  # a part may have any name
        if _declares(parts, info):
            raise Refusal(f"The workbook holds declarations that no spreadsheet needs. {_SAVE_AS}")


def _declares(parts: zipfile.ZipFile, info: zipfile.ZipInfo) -> bool:
    """Whether a part declares what swells when it is read: how entity bombs are built."""
    with parts.open(info) as part:
        rest = b""
        while chunk := part.read(1 << 16):
            found = rest + chunk.replace(b"\x00", b"")  # as it is in UTF-16, too
            if _DECLARED.search(found):
                return True
            rest = found[-_LONGEST_DECLARED:]
    return False


def _other_package(parts: zipfile.ZipFile, names: set[str]) -> str:
    if "mimetype" in names and b"opendocument" in parts.read("mimetype")[:100]:
        return f"This is an OpenDocument file (.ods). {_SAVE_AS}"
    if "xl/workbook.bin" in names:
        return f"This is a binary Excel file (.xlsb). {_SAVE_AS}"
    if "word/document.xml" in names or "ppt/presentation.xml" in names:
        return (
            "This is a document, not a spreadsheet. Put the measures into one, a row each, and choose that."
        )
    return f"This is a packed file, not a workbook. Unpack it and choose the spreadsheet inside. {_SAVE_AS}"


def _has_formulas(parts: zipfile.ZipFile) -> bool:
    """Whether any sheet holds a formula; looked up in the raw bytes, since a second reading is slow."""
    sheets = [name for name in parts.namelist() if name.startswith("xl/worksheets/")]
    return any(_mentions(parts.open(name), b"<f") for name in sheets)


def _mentions(part: IO[bytes], words: bytes) -> bool:
    with part:
        rest = b""
        while chunk := part.read(1 << 16):
            if re.search(re.escape(words) + rb"[ >/]", rest + chunk):
                return True
            rest = chunk[-8:]
    return False


def _read_parts(raw: bytes, formulas: bool) -> Sheet:
    book = load_workbook(io.BytesIO(raw), read_only=True, data_only=True)
    sheets = [sheet for sheet in book.worksheets if sheet.sheet_state == "visible"] or book.worksheets
    for at, sheet in enumerate(sheets):
        rows: list[tuple[int, list[Cell]]] = []
        for number, cells in _cells(sheet):
            _collect(rows, number, [_cell(cell) for cell in cells])
        if rows or at == len(sheets) - 1:
            break
    else:
        raise Refusal("The workbook has no sheet. Choose the one that holds your goals and measures.")
    found = Sheet(rows, "XLSX", "", name=sheet.title)
    others = [f"“{shown(other.title)}”" for other in sheets if other is not sheet]
    if others:
        found.notices.append(f"Only the sheet “{shown(sheet.title)}” was read, not {', '.join(others)}.")
    if formulas:
        found.formulas = _formulas(raw, sheet.title, rows)
    return found


def _cells(sheet: Any) -> Iterable[tuple[int, Iterable[Any]]]:
    sheet.reset_dimensions()  # what a sheet says of its own size is often wrong, and may be a trap
    return enumerate(sheet.iter_rows(), start=1)


def _cell(cell: Any) -> Cell:
    value = cell.value
    if value is None:
        return ""
    if isinstance(value, str):
        return value.strip()
    if isinstance(value, bool):
        return "TRUE" if value else "FALSE"
    if isinstance(value, int | float):
        return _number(value, str(cell.number_format))
    if isinstance(value, datetime | date):
        return _day(value, str(cell.number_format))
    return str(value)


_MONEY = re.compile(r"\[\$([^\]-]+)|([$£€¥₹])")


def _number(value: int | float, number_format: str) -> Number:
    exact = from_binary(value)
    shown_format = re.sub(r'\\.|"[^"]*"', lambda found: found[0] if "$" in found[0] else "", number_format)
    if "%" in shown_format:
        return Number(exact.scaleb(2), "%")
    money = _MONEY.search(number_format)
    return Number(exact, (money[1] or money[2]).strip()) if money else Number(exact)


def _day(value: date, number_format: str) -> Day | str:
    if isinstance(value, datetime):
        if value.time() != datetime.min.time():
            return value.isoformat(" ")
        value = value.date()
    letters = re.sub(r'\[[^\]]*\]|"[^"]*"|\\.', "", number_format.lower())
    if "d" in letters or not letters or letters == "general":
        return Day(value, "", "day")
    if "m" in letters:
        return Day(value.replace(day=1), f"{value:%b} {value.year}", "month")
    return Day(value.replace(month=1, day=1), str(value.year), "year")


def _formulas(raw: bytes, title: str, rows: list[tuple[int, list[Cell]]]) -> dict[tuple[int, int], bool]:
    """Every formula's place, and whether the file holds its result."""
    stored = dict(rows)
    book = load_workbook(io.BytesIO(raw), read_only=True, data_only=False)
    found = {}
    for number, cells in _cells(book[title]):
        for at, cell in enumerate(cells):
            if cell.data_type == "f":
                held = stored.get(number, [])
                found[number, at] = at < len(held) and held[at] != ""
    return found
