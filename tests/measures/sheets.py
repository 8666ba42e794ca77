"""Small messy spreadsheets for the tests, as files."""

import io
from typing import Any

from openpyxl import Workbook


def csv_file(text: str, encoding: str = "utf-8") -> io.BytesIO:
    return io.BytesIO(text.encode(encoding))


def workbook(
    rows: list[list[Any]], formats: dict[str, str] | None = None, title: str = "Measures"
) -> Workbook:
    """A workbook of one sheet; `formats` are number formats by cell."""
    book = Workbook()
    sheet = book.active
    sheet.title = title
    for row in rows:
        sheet.append(row)
    for cell, number_format in (formats or {}).items():
        sheet[cell].number_format = number_format
    return book


def as_file(book: Workbook) -> io.BytesIO:
    out = io.BytesIO()
    book.save(out)
    return io.BytesIO(out.getvalue())


def xlsx_file(rows: list[list[Any]], formats: dict[str, str] | None = None) -> io.BytesIO:
    return as_file(workbook(rows, formats))
