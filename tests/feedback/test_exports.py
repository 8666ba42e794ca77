"""The notes as a spreadsheet: complete, nobody's, and safe to open."""

import csv
import io
from datetime import UTC, datetime
from uuid import uuid4

import pytest
from django.urls import reverse

from feedback import notes
from feedback.exports import BYTE_ORDER_MARK, COLUMNS, guarded, notes_csv, sheet
from feedback.models import Note, NoteKind
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
