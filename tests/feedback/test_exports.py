"""Notes, themes, votes and decisions as spreadsheets: complete, nobody's, and safe to open."""

import csv
import io
from datetime import UTC, datetime
from uuid import uuid4
from zipfile import ZipFile

import pytest
from django.urls import reverse
from openpyxl import Workbook, load_workbook

from feedback import decisions, notes
from feedback.export_tables import DECISIONS, NOTES, VOTES, Table
from feedback.exports import BYTE_ORDER_MARK, TABLES, as_csv, as_xlsx, guarded
from feedback.gate import take_number
from feedback.models import Decision, MeToo, Note, NoteKind, Proposal, RoundItem, Theme, Vote
from feedback.spreadsheets import CUT, MOST_LETTERS, Sheet, workbook
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


def exported(gallery, name="notes"):
    return as_csv(TABLES[name](gallery))


def rows_of(gallery, name="notes"):
    """The rows as dicts, by the words of the header."""
    head, *rows = read(exported(gallery, name))
    return [dict(zip(head, row, strict=True)) for row in rows]


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
    [[written]] = read(as_csv(Table("", [], [[cell]])))[1:]
    assert dangerous([written]) == []


@pytest.mark.parametrize("start", STARTS)
@pytest.mark.parametrize("before", BEFORE)
def test_control_a_writer_without_the_guard_fails(before, start):
    written = io.StringIO(newline="")
    csv.writer(written).writerow([f"{before}{start}1+1"])
    assert dangerous(read(written.getvalue())[0])


def test_a_formula_on_a_later_line_is_guarded_too():
    assert guarded("Fine.\n=1+1\r\n @x\rso-so") == "Fine.\n'=1+1\r\n' @x\rso-so"


def test_a_formula_behind_what_another_spreadsheet_splits_at_is_guarded_too():
    """LibreOffice and Excel split at semicolons in half of Europe, in the midst of a quoted cell."""
    assert guarded("a;=1+1; \uff1d2;b\t+3; c") == "a;'=1+1;' \uff1d2;b\t'+3; c"
    assert guarded('a;"=1+1";b\n "" @x') == 'a;\'"=1+1";b\n\' "" @x'


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
    text = exported(gallery)
    assert text.startswith(BYTE_ORDER_MARK)
    assert read(text) == [
        NOTES,
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
            "",
            "0",
            "",
            "",
            "",
            "",
            "",
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
    [_, row] = read(exported(gallery))
    assert row.count(f"'{bad}") == 7
    assert dangerous(row) == []


def test_what_is_hidden_or_taken_back_and_who_wrote_stays_out(gallery, stick):
    author = "a" * 64
    kept = stick("shown", author=author)
    notes.hide(stick("hidden words", author=author))
    notes.take_back(note=stick("withdrawn words", author=author), author=author)
    text = exported(gallery)
    assert "shown" in text
    for secret in ("hidden words", "withdrawn words", author, str(kept.key), kept.key.hex, kept.digest):
        assert secret not in text


@pytest.fixture
def reply(gallery):
    """Something said to a note, as the talk on a poster has it."""

    def reply(note, text, **more):
        row = {"gallery": gallery, "poster": note.poster, "key": uuid4(), "digest": "0"}
        seq = take_number(gallery.pk).seq
        return Note.objects.create(**row, seq=seq, reply_to=note, text=text, **more)

    return reply


@pytest.fixture
def rate(gallery):
    """A round that rated some themes or notes, with votes for the first word and the last."""

    def rate(*things, closed=True, votes=(0, 0, 1), **more):
        rated = gallery.rounds.create(
            number=gallery.rounds.count() + 1, title="Together", rates=more.pop("rates", "themes"),
            scale=["Must", "Should"], opened_at=gallery.invited_at,
            closed_at=gallery.invited_at if closed else None,
        )  # fmt: skip
        for place, thing in enumerate(things, start=1):
            names = {"theme" if isinstance(thing, Theme) else "note": thing}
            item = RoundItem.objects.create(round=rated, place=place, words=str(thing), **names, **more)
            Vote.objects.bulk_create(Vote(item=item, value=value, author=uuid4().hex) for value in votes)
        return rated

    return rate


class TestWhatCameOfANote:
    def test_it_stands_in_its_row(self, gallery, measure, stick, reply):
        note = stick("Count near misses")
        note.theme = Theme.objects.create(gallery=gallery, name="Safety")
        note.save()
        Proposal.objects.create(
            note=note, shows="Luck", known_by="The log", data_from="Bridge", measure=measure,
            adopted_at=gallery.invited_at,
        )  # fmt: skip
        MeToo.objects.bulk_create(MeToo(note=note, author=uuid4().hex) for _ in range(3))
        for text, more in [
            ("Who keeps it?", {"name": "Zoë"}),
            ("We do.", {"from_host": True}),
            ("Good.", {}),
        ]:
            reply(note, text, **more)
        [row] = rows_of(gallery)
        assert [row[name] for name in NOTES[10:]] == [
            "Safety",
            "3",
            "Zoë: Who keeps it?\nHost: We do.\nReply: Good.",
            "Luck",
            "The log",
            "Bridge",
            measure.name,
        ]

    def test_what_was_said_to_it_and_does_not_hang_stays_out(self, gallery, stick, reply):
        note, hidden = stick("Shown"), stick("Hidden note")
        for place, state in enumerate(["waiting", "hidden", "withdrawn"]):
            reply(note, f"secret {place}", state=state)
        reply(hidden, "secret of a hidden note")
        notes.hide(hidden)
        assert "secret" not in exported(gallery)
        reply(note, "told")  # the control
        assert "told" in exported(gallery)


class TestThemes:
    def test_each_with_its_shown_notes_by_kind_and_what_was_decided(self, gallery, stick):
        safety, empty = (
            Theme.objects.create(gallery=gallery, name=name, order=order)
            for order, name in enumerate(["Safety", "=Empty"])
        )
        for word in ("Concern", "Concern", "Idea"):
            Note.objects.filter(pk=stick(word=word).pk).update(theme=safety)
        hidden = stick(word="Idea")
        Note.objects.filter(pk=hidden.pk).update(theme=empty)
        notes.hide(hidden)
        Decision.objects.create(theme=safety, verdict="no", reason="-too far")
        first, second = rows_of(gallery, "themes")
        kinds = [kind.word for kind in gallery.note_kinds.all()]
        assert list(first) == ["theme", "notes", *kinds, "verdict", "reason"]
        told = {"theme": "Safety", "notes": "3", "verdict": "No, because", "reason": "'-too far"}
        assert first == dict.fromkeys(kinds, "0") | {"Concern": "2", "Idea": "1"} | told
        assert (second["theme"], second["notes"], second["verdict"]) == ("'=Empty", "0", "")

    def test_a_kind_that_looks_like_a_formula_heads_its_column_as_text(self, gallery):
        gallery.note_kinds.filter(word="Idea").update(word="=1+1")
        [head] = read(exported(gallery, "themes"))
        assert ("'=1+1" in head, dangerous(head)) == (True, [])


class TestVotes:
    def test_every_word_of_a_closed_round_is_counted(self, gallery, rate):
        rate(Theme.objects.create(gallery=gallery, name="@Safety"), word=1, remark="=Later")
        closed = f"{gallery.invited_at:%Y-%m-%d %H:%M} UTC"
        head = ["1", "Together", closed, "Themes", "1", "'@Safety"]
        assert read(exported(gallery, "votes")) == [
            VOTES,
            [*head, "Must", "2", "Should", "'=Later"],
            [*head, "Should", "1", "Should", "'=Later"],
        ]

    def test_what_is_still_being_rated_is_not_told(self, gallery, rate):
        rate(Theme.objects.create(gallery=gallery, name="Safety"), closed=False)
        assert read(exported(gallery, "votes")) == [VOTES]

    def test_notes_that_do_not_hang_any_more_stay_out(self, gallery, stick, rate):
        hidden, shown = stick("secret"), stick("told")
        rate(hidden, shown, rates="notes")
        notes.hide(hidden)
        assert {row["words"] for row in rows_of(gallery, "votes")} == {"told"}

    def test_a_theme_that_was_merged_since_keeps_its_row(self, gallery, rate):
        theme = Theme.objects.create(gallery=gallery, name="Safety")
        rate(theme)
        theme.delete()
        assert [row["words"] for row in rows_of(gallery, "votes")] == ["Safety", "Safety"]


class TestDecisions:
    def test_posters_come_first_then_themes_with_what_led_there_and_what_came_of_it(
        self, gallery, poster, stick
    ):
        at = datetime(2026, 6, 1, tzinfo=UTC)
        theme = Theme.objects.create(gallery=gallery, name="Safety")
        Decision.objects.create(theme=theme, verdict="no", reason="Too far", decided_at=at)
        decision = decisions.decide(poster=poster, verdict="change", reason="Heard", at=at)
        shown, hidden = stick(), stick()
        for note in (shown, hidden):
            decision.grounds.create(note=note)
        notes.hide(hidden)
        decision.changes.create(place=1, what="Unit", was="%", now="‰")
        decision.changes.create(place=2, what="=Owner", now="Mate")
        decision.later_words.create(verdict="drop", reason="Nobody came", said_at=at)
        first, second = rows_of(gallery, "decisions")
        assert (first["number"], first["notes behind it"]) == ("1", "1")
        assert first["changes"] == "Unit: % → ‰\n'=Owner: – → Mate"
        assert first["later"] == "2026-06-01 00:00 UTC Drop: Nobody came"
        assert (second["number"], second["theme"], second["verdict"]) == ("", "Safety", "No, because")


def test_no_table_says_who(gallery, poster, stick, reply, rate):
    author = "a" * 64
    note = stick("told", author=author)
    said = reply(note, "said", author=author)
    MeToo.objects.create(note=note, author=author)
    theme = Theme.objects.create(gallery=gallery, name="Safety")
    Note.objects.filter(pk=note.pk).update(theme=theme)
    rate(theme, votes=())
    Vote.objects.create(item=RoundItem.objects.get(), value=0, author=author)
    Decision.objects.create(theme=theme, verdict="keep", reason="Heard").grounds.create(note=note)
    with ZipFile(io.BytesIO(as_xlsx(gallery, [*TABLES]))) as parts:
        texts = [parts.read(name).decode() for name in parts.namelist()]
    texts += [exported(gallery, name) for name in TABLES]
    secrets = [author, *(key for each in (note, said) for key in (str(each.key), each.key.hex))]
    assert [secret for secret in secrets if any(secret in text for text in texts)] == []
    assert all(any(words in text for text in texts) for words in ("told", "said", "Safety", "Heard"))


@pytest.mark.parametrize("count", [1, 3])
@pytest.mark.parametrize(("name", "queries"), [("notes", 2), ("themes", 3), ("votes", 2), ("decisions", 3)])
def test_as_many_queries_for_any_number_of_rows(
    gallery, poster, goal, stick, reply, rate, name, queries, count, django_assert_num_queries
):
    for number in range(count):
        note = stick()
        reply(note, "Said")
        MeToo.objects.create(note=note, author="a" * 64)
        Proposal.objects.create(note=note)
        theme = Theme.objects.create(gallery=gallery, name=f"Theme {number}")
        Note.objects.filter(pk=note.pk).update(theme=theme)
        rate(theme, note)
        hung = events.hang(wall=poster.wall, kind="goal", goal=goal)
        for decision in (
            decisions.decide(poster=hung, verdict="keep", reason="Liked."),
            Decision.objects.create(theme=theme, verdict="keep", reason="Liked."),
        ):
            decision.grounds.create(note=note)
            decision.changes.create(place=1, what="Unit")
            decision.later_words.create(verdict="drop", reason="Gone")
    with django_assert_num_queries(queries):
        TABLES[name](gallery)


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
        book = opened(as_xlsx(gallery, [*TABLES]))
        assert book.sheetnames == ["Notes", "Themes", "Votes", "Decisions"]
        for page, name in zip(book, TABLES, strict=True):
            rows = [["" if cell is None else str(cell) for cell in row] for row in page.values]
            assert rows == read(exported(gallery, name))
            assert page.freeze_panes == "A2"
        assert [type(book[name][cell].value) for name, cell in [("Notes", "A2"), ("Notes", "L2")]] == [
            int,
            int,
        ]
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

    def test_what_a_cell_cannot_hold_is_cut_with_a_word(self):
        book = opened(
            workbook([Sheet("Cells", ["a"], [9], [["x" * MOST_LETTERS], ["x" * MOST_LETTERS + "y"]])])
        )
        whole, cut = book["Cells"]["A2"].value, book["Cells"]["A3"].value
        assert (len(whole), len(cut), cut.endswith(CUT)) == (MOST_LETTERS, MOST_LETTERS, True)

    def test_nothing_tells_when_it_was_made_or_who_wrote(self, gallery, stick, time_machine):
        note = stick("shown", author="a" * 64)
        notes.hide(stick("hidden words"))
        time_machine.move_to(datetime(2031, 5, 1, tzinfo=UTC))
        content = as_xlsx(gallery, [*TABLES])
        time_machine.move_to(datetime(2033, 5, 1, tzinfo=UTC))
        assert as_xlsx(gallery, [*TABLES]) == content
        with ZipFile(io.BytesIO(content)) as parts:
            text = "".join(parts.read(name).decode() for name in parts.namelist())
        for secret in ("hidden words", "a" * 64, note.key.hex, "2031", "openpyxl"):
            assert secret not in text
        stick("another")
        assert as_xlsx(gallery, [*TABLES]) != content


def test_decisions_are_rows_and_guarded(gallery, poster):
    decisions.decide(poster=poster, verdict="drop", reason="+cmd", at=datetime(2026, 6, 1, tzinfo=UTC))
    heading = "Share of samples fit for bathing"
    assert read(exported(gallery, "decisions")) == [
        DECISIONS,
        ["1", "North wall", heading, "", "Drop", "'+cmd", "2026-06-01 00:00 UTC", "0", "", ""],
    ]


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
    assert sheets() == ["Notes", "Themes", "Votes", "Decisions"]


def test_a_facilitator_downloads_each(as_facilitator, gallery, stick):
    stick()
    for name, file in (
        ("export_xlsx", "notes.xlsx"),
        ("export_themes", "themes.csv"),
        ("export_votes", "votes.csv"),
        ("export_decisions", "decisions.csv"),
    ):
        response = as_facilitator.get(reverse(name, args=[gallery.code]))
        assert f"gallery-{gallery.code}-{file}" in response.headers["Content-Disposition"]
        assert "no-store" in response.headers["Cache-Control"]
