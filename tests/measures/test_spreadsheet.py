"""Files into rows: encodings, signs between cells, workbooks, and what is refused."""

import io
import zipfile
from datetime import date
from decimal import Decimal

import pytest

from measures import spreadsheet
from measures.spreadsheet import Refusal, read_sheet
from tests.measures.sheets import as_file, csv_file, workbook, xlsx_file

TABLE = "Goal;Measure;2024\nÉté;“Qualité” – part;1,5\n"


@pytest.mark.parametrize(
    ("encoding", "name"),
    [
        ("utf-8", "UTF-8"),
        ("utf-8-sig", "UTF-8 with a byte order mark"),
        ("cp1252", "Windows-1252"),
        ("utf-16", "UTF-16"),
    ],
)
def test_every_usual_encoding_gives_the_same_rows(encoding, name):
    sheet = read_sheet(csv_file(TABLE, encoding))
    assert sheet.encoding == name
    assert sheet.rows == [(1, ["Goal", "Measure", "2024"]), (2, ["Été", "“Qualité” – part", "1,5"])]


@pytest.mark.parametrize(("sign", "name"), [(",", "comma"), (";", "semicolon"), ("\t", "tab")])
def test_the_sign_between_cells_is_found(sign, name):
    text = f'Goal{sign}Measure{sign}2024\nOne{sign}"Two, or; three"{sign}4\n'
    sheet = read_sheet(csv_file(text))
    assert (sheet.delimiter, sheet.rows[1][1]) == (name, ["One", "Two, or; three", "4"])


def test_a_semicolon_file_with_decimal_commas_is_not_cut_at_its_commas():
    text = "Goal;Measure;2023;2024\nA;B;1,5;2,5\nC;D;3,5;4,5\n"
    assert read_sheet(csv_file(text)).delimiter == "semicolon"


def test_a_spreadsheets_own_hint_line_is_taken():
    sheet = read_sheet(csv_file("sep=;\nGoal;Measure\nA, b, c;D, e\n"))
    assert sheet.rows[0][1] == ["Goal", "Measure"]


def test_blank_rows_are_dropped_and_still_count():
    sheet = read_sheet(csv_file("Goal,Measure\n\n ,\nA,B\n"))
    assert sheet.rows == [(1, ["Goal", "Measure"]), (4, ["A", "B"])]


def test_cells_with_line_ends_are_one_row():
    sheet = read_sheet(csv_file('Goal,Measure\r\n"A\r\nb",C\r\n'))
    assert sheet.rows[1] == (2, ["A\r\nb", "C"])


def test_a_broken_letter_leaves_the_rest_of_a_utf8_file_as_it_is():
    raw = "Goal,Measure\nÉté – “a”,Ünit\nbroken,".encode() + b"\xe9 x\n"
    sheet = read_sheet(io.BytesIO(raw))
    assert sheet.rows[1][1] == ["Été – “a”", "Ünit"]
    assert sheet.rows[2][1] == ["broken", "\ufffd x"]
    assert "broken" in sheet.notices[0]


OTHERS = {
    "xls": (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600, "old Excel file"),
    "pdf": (b"%PDF-1.7\n...", "PDF"),
    "png": (b"\x89PNG\r\n\x1a\n" + b"\0" * 50, "picture"),
    "jpeg": (b"\xff\xd8\xff\xe0" + b"\0" * 50, "picture"),
    "html": (b"<html><table></table></html>", "web page"),
    "gzip": (b"\x1f\x8b\x08" + b"\0" * 50, "packed file"),
    "binary": (bytes(range(256)) * 20 + b"\0" * 500, "no text"),
    "empty": (b"", "empty"),
    "blank": (b"\xef\xbb\xbf \r\n\r\n", "empty"),
    "commas": (b",,,\n,,,\n", "nothing in the sheet"),
    "quote": (b'Goal,Measure\nA,"B\nC,D\n', "never closed"),
}


@pytest.mark.parametrize("kind", OTHERS)
def test_what_is_no_spreadsheet_is_refused_in_words(kind):
    raw, words = OTHERS[kind]
    with pytest.raises(Refusal, match=words):
        read_sheet(io.BytesIO(raw))


def packed(**parts: bytes) -> io.BytesIO:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as file:
        for name, content in parts.items():
            file.writestr(name.replace("__", "/").replace("_xml", ".xml").replace("_bin", ".bin"), content)
    return io.BytesIO(out.getvalue())


@pytest.mark.parametrize(
    ("parts", "words"),
    [
        ({"mimetype": b"application/vnd.oasis.opendocument.spreadsheet"}, "OpenDocument"),
        ({"xl__workbook_bin": b"x"}, "xlsb"),
        ({"word__document_xml": b"<x/>"}, "document, not a spreadsheet"),
        ({"holiday": b"x"}, "packed file"),
        ({"xl__workbook_xml": b"not xml"}, "damaged"),
        ({"xl__workbook_xml": b'<!DOCTYPE x [<!ENTITY a "b">]><x>&a;</x>'}, "declarations"),
    ],
)
def test_packages_that_are_no_workbook_are_refused_in_words(parts, words):
    with pytest.raises(Refusal, match=words):
        read_sheet(packed(**parts))


def rewritten(raw: bytes, part: str, before: str, *, name: str = "", encoding: str = "utf-8") -> io.BytesIO:
    """The workbook with something before one part's content, under another name and in another encoding."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(raw)) as old, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as file:
        for each in old.namelist():
            words = old.read(each).decode().replace(part, name or part)
            if each == part:
                words = before + words.partition("?>")[2] if words.startswith("<?xml") else before + words
            file.writestr(
                name if name and each == part else each, words.encode(encoding if each == part else "utf-8")
            )
    return io.BytesIO(out.getvalue())


SHEET = "xl/worksheets/sheet1.xml"
FAR = f"<!--{'-x' * 40_000}-->"


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16"])
@pytest.mark.parametrize("name", ["", "xl/worksheets/picture.png"])
@pytest.mark.parametrize("declared", ['ENTITY a "b"', 'ATTLIST c z CDATA "b"'])
def test_declarations_are_found_wherever_they_stand(declared, name, encoding):
    raw = xlsx_file([["Goal", "Measure"], ["A", "B"]]).getvalue()
    harmless = rewritten(raw, SHEET, FAR, name=name, encoding=encoding)
    assert [cells for _, cells in read_sheet(harmless).rows] == [["Goal", "Measure"], ["A", "B"]]  # control
    bomb = rewritten(raw, SHEET, f"{FAR}<!DOCTYPE x [<!{declared}>]>", name=name, encoding=encoding)
    with pytest.raises(Refusal, match="declarations"):
        read_sheet(bomb)


def test_a_torn_workbook_is_refused_in_words():
    raw = xlsx_file([["Goal", "Measure"], ["A", "B"]]).getvalue()
    with pytest.raises(Refusal, match="damaged"):
        read_sheet(io.BytesIO(raw[: len(raw) // 2]))


def test_a_file_over_the_limit_is_refused(settings):
    settings.IMPORT_MAX_BYTES = 1024**2
    with pytest.raises(Refusal, match="larger than 1 MB"):
        read_sheet(io.BytesIO(b"a,b\n" * 300_000))


def test_a_workbook_that_swells_is_refused_before_it_is_unpacked(settings):
    settings.IMPORT_MAX_BYTES = 1024**2
    bomb = packed(xl__workbook_xml=b"<x/>", xl__worksheets__sheet1_xml=b" " * 30 * 1024**2)
    assert len(bomb.getvalue()) < 1024**2
    with pytest.raises(Refusal, match="too large when unpacked"):
        read_sheet(bomb)


def test_a_sheet_that_is_too_long_or_too_wide_is_refused(monkeypatch):
    monkeypatch.setattr(spreadsheet, "MOST_ROWS", 10)
    with pytest.raises(Refusal, match="more than 10 rows"):
        read_sheet(csv_file("a,b\n" * 11))
    with pytest.raises(Refusal, match="501 columns"):
        read_sheet(csv_file("a," * 500 + "b\n"))


def test_control_a_sheet_of_the_most_rows_is_read(monkeypatch):
    monkeypatch.setattr(spreadsheet, "MOST_ROWS", 10)
    assert len(read_sheet(csv_file("a,b\n" * 10)).rows) == 10


def test_a_workbook_cell_far_away_does_not_fill_the_memory():
    book = workbook([["Goal", "Measure"]])
    book.active["XFD1048576"] = "far"
    with pytest.raises(Refusal, match="16,384 columns"):
        read_sheet(as_file(book))


def test_workbook_numbers_are_exact_and_percent_formats_are_percent():
    rows = [["Goal", "Measure", "a", "b", "c"], ["G", "M", 0.857, 1234.5, 0.1 + 0.2]]
    [_, (_, cells)] = read_sheet(xlsx_file(rows, {"C2": "0.0%", "D2": '"$"#,##0.00'})).rows
    assert cells[2] == (Decimal("85.7"), "%")
    assert cells[3] == (Decimal("1234.5"), "$")
    assert cells[4] == (Decimal("0.3"), "")


def test_workbook_dates_are_days_or_the_months_that_the_sheet_shows():
    rows = [["Goal", "Measure", date(2024, 3, 1), date(2024, 4, 1)]]
    [(_, cells)] = read_sheet(xlsx_file(rows, {"C1": "yyyy-mm-dd", "D1": "mmm yyyy"})).rows
    assert cells[2] == (date(2024, 3, 1), "", "day")
    assert cells[3] == (date(2024, 4, 1), "Apr 2024", "month")


def test_formulas_are_known_with_and_without_their_stored_result():
    book = workbook([["Goal", "Measure", "2024"], ["G", "M", "=1+1"]])
    sheet = read_sheet(as_file(book))  # openpyxl stores no results
    assert sheet.formulas == {(2, 2): False}
    with_result = with_stored_result(as_file(book), "2")
    sheet = read_sheet(with_result)
    assert sheet.formulas == {(2, 2): True}
    assert sheet.rows[1][1][2] == (Decimal(2), "")


def with_stored_result(file: io.BytesIO, result: str) -> io.BytesIO:
    """The same workbook with the result beside its formula, as spreadsheet programs store it."""
    out = io.BytesIO()
    with zipfile.ZipFile(file) as old, zipfile.ZipFile(out, "w") as new:
        for name in old.namelist():
            content = old.read(name)
            if name.startswith("xl/worksheets/"):
                assert b"<v />" in content or b"<v></v>" in content
                content = content.replace(b"<v />", f"<v>{result}</v>".encode())
                content = content.replace(b"<v></v>", f"<v>{result}</v>".encode())
            new.writestr(name, content)
    return io.BytesIO(out.getvalue())


def test_the_first_sheet_that_holds_something_is_read_and_the_others_are_named():
    book = workbook([], title="Cover")
    sheet = book.create_sheet("KPIs")
    sheet.append(["Goal", "Measure"])
    found = read_sheet(as_file(book))
    assert found.name == "KPIs"
    assert "“Cover”" in found.notices[0]
