"""Notes and decisions as spreadsheets: complete, nobody's, and safe to open."""

import csv
import io
from datetime import UTC, datetime
from uuid import uuid4
from zipfile import ZipFile

import pytest
from django.urls import reverse
from openpyxl import Workbook, load_workbook

from feedback import decisions, notes
from feedback.exports import (
    BYTE_ORDER_MARK,
    COLUMNS,
    DECIDED,
    decisions_csv,
    guarded,
    notes_csv,
    notes_xlsx,
    sheet,
)
from feedback.models import Decision, Note, NoteKind
from feedback.spreadsheets import Sheet, workbook
from gallery import events

STARTS = [*"=+-@\t\r\n", *"＝＋－＠", *"﹦﹢﹣﹫", "−"]
BEFORE = [
    "",
    " ",
    "   ",
    "\u00a0",
    "\u200b",
    "\ufeff",
    "\u2060",
    "\u3000",
    " \u200b ",
    "\u200e",
    "\u3164",
    "\u115f",
]


def bare(cell):
    """The cell as a spreadsheet may take it: without the spaces and zero-width signs before it."""
    return cell.lstrip(" \u00a0\u3000\u200b\ufeff\u2060\u200e\u3164\u115f")


def dangerous(cells):
    return [cell for cell in cells if bare(cell)[:1] in set(STARTS)]


def read(text):
    return list(csv.reader(io.StringIO(text.removeprefix(BYTE_ORDER_MARK), newline="")))


@pytest.fixture
def stick(gallery, poster):
    def stick(text="The gauge froze in May.", word="Concern", **more):
        kind = NoteKind.objects.get(gallery=gallery, word=word)
        return notes.stick(poster=poster, key=uuid4(), kind=kind, text=text, **more)

    return stick


@pytest.mark.parametrize("start", STARTS)
@pytest.mark.parametrize("before", BEFORE)
def test_no_cell_starts_a_formula(before, start):
    cell = f"{before}{start}cmd|'/C calc'!A0"
    assert guarded(cell) == f"'{cell}"
    [[written]] = read(sheet([], [[cell]]))[1:]
    assert dangerous([written]) == []


@pytest.mark.parametrize("start", STARTS)
@pytest.mark.parametrize("before", BEFORE)
def test_control_a_writer_without_the_guard_fails(before, start):
    written = io.StringIO(newline="")
    csv.writer(written).writerow([f"{before}{start}1+1"])
    assert dangerous(read(written.getvalue())[0])


def test_a_formula_on_a_later_line_is_guarded_too():
    assert guarded("Fine.\n=1+1\r\n @x\rso-so") == "Fine.\n'=1+1\r\n' @x\rso-so"


@pytest.mark.parametrize(
    "cell", ["", "plain", "1+1=2", "so-so", "a@b.c", "“=”", "'=1", "5 − 3", "\u200b", "½ = 0.5"]
)
def test_what_is_no_formula_is_left_as_it_is(cell):
    assert guarded(cell) == cell


def test_each_shown_note_is_a_row_with_its_place_and_time(gallery, poster, goal, stick):
    gallery.time_zone = "Europe/Berlin"
    stick(
        "Größe – «ça va»?", name="Zoë", source=Note.Source.PAPER, at=datetime(2026, 6, 1, 12, 0, tzinfo=UTC)
    )
    text = notes_csv(gallery)
    assert text.startswith(BYTE_ORDER_MARK)
    assert read(text) == [
        COLUMNS,
        [
            "1",
            "North wall",
            "Share of samples fit for bathing",
            goal.title,
            "Share of samples fit for bathing",
            "Concern",
            "Größe – «ça va»?",
            "Zoë",
            "From paper",
            "2026-06-01 14:00 CEST",
        ],
    ]


def test_every_typed_field_is_guarded(gallery, poster, measure, goal, stick):
    bad = "=HYPERLINK(1)"
    measure.name = goal.result = bad
    measure.save(), goal.save()
    events.keep([poster])
    gallery.walls.update(name=bad)
    NoteKind.objects.filter(gallery=gallery, word="Concern").update(word=bad)
    stick(bad, word=bad, name=bad)
    [_, row] = read(notes_csv(gallery))
    assert row.count(f"'{bad}") == 7
    assert dangerous(row) == []


def test_what_is_hidden_or_taken_back_and_who_wrote_stays_out(gallery, stick):
    author = "a" * 64
    kept = stick("shown", author=author)
    notes.hide(stick("hidden words", author=author))
    notes.take_back(note=stick("withdrawn words", author=author), author=author)
    text = notes_csv(gallery)
    assert "shown" in text
    for secret in ("hidden words", "withdrawn words", author, str(kept.key), kept.key.hex, kept.digest):
        assert secret not in text


@pytest.mark.parametrize("count", [1, 3])
def test_one_query_for_any_number_of_notes(gallery, stick, django_assert_num_queries, count):
    for _ in range(count):
        stick()
    with django_assert_num_queries(1):
        notes_csv(gallery)


def test_a_host_downloads_it(as_facilitator, gallery, stick):
    stick()
    response = as_facilitator.get(reverse("export_csv", args=[gallery.code]))
    assert response.headers["Content-Type"] == "text/csv; charset=utf-8"
    assert f"gallery-{gallery.code}-notes.csv" in response.headers["Content-Disposition"]
    assert "no-store" in response.headers["Cache-Control"]
    assert response.content.startswith(b"\xef\xbb\xbfnumber,wall,poster")


def test_strangers_and_visitors_get_nothing(as_stranger, visitor, gallery, stick):
    stick()
    address = reverse("export_csv", args=[gallery.code])
    assert as_stranger.get(address).status_code == 404
    assert visitor.get(address).status_code == 302


def opened(content):
    return load_workbook(io.BytesIO(content))


def formulas(book):
    return [cell.value for page in book for row in page.iter_rows() for cell in row if cell.data_type == "f"]


class TestWorkbook:
    def test_it_says_what_the_csv_says(self, gallery, poster, stick):
        stick("Größe – «ça va»?\nTwo lines.", name="Zoë")
        stick("=1+1")
        decisions.decide(poster=poster, verdict="change", reason="@SUM(1) heard")
        book = opened(notes_xlsx(gallery, with_decisions=True))
        assert book.sheetnames == ["Notes", "Decisions"]
        for page, written in zip(book, (notes_csv(gallery), decisions_csv(gallery)), strict=True):
            rows = [["" if cell is None else str(cell) for cell in row] for row in page.values]
            assert rows == read(written)
            assert page.freeze_panes == "A2"
            assert isinstance(page["A2"].value, int)
        assert book["Notes"].column_dimensions["G"].width == 70

    def test_no_cell_is_a_formula(self):
        cells = [f"{before}{start}1+1" for before in BEFORE for start in STARTS if start not in "\t\r\n"]
        book = opened(workbook([Sheet("Cells", ["=1+1"], [9], [[cell] for cell in cells])]))
        assert formulas(book) == []
        assert [row[0] for row in book["Cells"].values] == ["=1+1", *cells]

    def test_control_a_writer_that_leaves_the_type_open_fails(self):
        book, file = Workbook(), io.BytesIO()
        book.active.append(["=1+1"])
        book.save(file)
        assert formulas(opened(file.getvalue())) == ["=1+1"]

    def test_signs_that_a_workbook_cannot_hold_are_marked(self):
        book = opened(workbook([Sheet("Cells", ["a"], [9], [["a\x00b\x1fc\ufffed\té"]])]))
        assert book["Cells"]["A2"].value == "a\ufffdb\ufffdc\ufffdd\té"

    def test_nothing_tells_when_it_was_made_or_who_wrote(self, gallery, stick, time_machine):
        note = stick("shown", author="a" * 64)
        notes.hide(stick("hidden words"))
        time_machine.move_to(datetime(2031, 5, 1, tzinfo=UTC))
        content = notes_xlsx(gallery, with_decisions=True)
        time_machine.move_to(datetime(2033, 5, 1, tzinfo=UTC))
        assert notes_xlsx(gallery, with_decisions=True) == content
        with ZipFile(io.BytesIO(content)) as parts:
            text = "".join(parts.read(name).decode() for name in parts.namelist())
        for secret in ("hidden words", "a" * 64, note.key.hex, "2031", "openpyxl"):
            assert secret not in text
        stick("another")
        assert notes_xlsx(gallery, with_decisions=True) != content


def test_decisions_are_rows_and_guarded(gallery, poster):
    decisions.decide(poster=poster, verdict="drop", reason="+cmd", at=datetime(2026, 6, 1, tzinfo=UTC))
    heading = "Share of samples fit for bathing"
    assert read(decisions_csv(gallery)) == [
        DECIDED,
        ["1", "North wall", heading, "Drop", "'+cmd", "2026-06-01 00:00 UTC"],
    ]


@pytest.mark.parametrize("count", [1, 3])
def test_two_queries_for_any_number_of_decisions(gallery, goal, poster, count, django_assert_num_queries):
    hung = [poster, *(events.hang(wall=poster.wall, kind="goal", goal=goal) for _ in range(count - 1))]
    for each in hung:
        decisions.decide(poster=each, verdict="keep", reason="Liked.")
    with django_assert_num_queries(2):
        notes_xlsx(gallery, with_decisions=True)


def test_a_host_reads_decisions_once_they_are_published(team, gallery, poster, client, django_user_model):
    host = django_user_model.objects.create_user("host", is_staff=True)
    team.memberships.create(user=host, role="host")
    client.force_login(host)
    Decision.objects.create(poster=poster, verdict="keep", reason="Liked.")

    def sheets():
        return opened(client.get(reverse("export_xlsx", args=[gallery.code])).content).sheetnames

    assert sheets() == ["Notes"]
    gallery.published_at = gallery.invited_at
    gallery.save()
    assert sheets() == ["Notes", "Decisions"]


def test_a_facilitator_downloads_each(as_facilitator, gallery, stick):
    stick()
    for name, file in (("export_xlsx", "notes.xlsx"), ("export_decisions", "decisions.csv")):
        response = as_facilitator.get(reverse(name, args=[gallery.code]))
        assert f"gallery-{gallery.code}-{file}" in response.headers["Content-Disposition"]
        assert "no-store" in response.headers["Cache-Control"]
