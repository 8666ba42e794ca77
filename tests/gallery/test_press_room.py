"""A print that goes wrong is stopped and told in words; the log has the reason, and the app goes on."""

import json
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict

import pypdfium2
import pytest
from django.db import connection
from django.test import Client

from gallery import capped, events, press_crew, press_room, printing
from gallery.models import Poster
from measures.models import Measure
from tests.gallery.jams import printed

MEMORY = f"Poster 2 could not be printed in the memory that a print may have. {printing.ADVICE}"
ALL = f"The posters could not be printed. {printing.ADVICE_ON_ALL}"


@pytest.fixture(autouse=True)
def _data(settings, tmp_path):
    settings.DATA_DIR = tmp_path


@pytest.fixture
def jamming(monkeypatch):
    monkeypatch.setattr(press_crew, "JOB", "tests.gallery.jams")


@pytest.fixture
def wall(gallery):
    return gallery.walls.create(name="North wall", order=1)


def hung(wall, *titles: str) -> list[Poster]:
    for title in titles:
        events.hang(wall=wall, kind="text", title=title)
    return list(Poster.objects.filter(gallery=wall.gallery).with_face().in_order())


@pytest.mark.parametrize(
    ("what", "told", "logged"),
    [
        ("It fails", f"Poster 2 could not be printed. {printing.ADVICE}", "ValueError: a bad sheet"),
        ("It breaks", f"Poster 2 could not be printed. {printing.ADVICE}", "RuntimeError: a jam"),
        ("It sleeps", f"Poster 2 could not be printed in time. {printing.ADVICE}", "time limit"),
        ("It grows", MEMORY, "77"),
        ("It is killed", MEMORY, "exit code -9"),
    ],
)
@pytest.mark.usefixtures("jamming")
def test_what_goes_wrong_is_told_and_logged(wall, monkeypatch, caplog, what, told, logged):
    if what == "It sleeps":
        monkeypatch.setattr(press_crew, "START", 2.0)
        monkeypatch.setattr(press_crew, "EACH", 0.0)
    with pytest.raises(printing.NotPrinted) as problem:
        printing.render(hung(wall, "First", what, "Third"))
    assert str(problem.value) == told
    [line] = caplog.messages
    assert logged in line
    assert logged not in told


@pytest.mark.usefixtures("jamming")
def test_where_no_poster_can_be_begun_all_of_them_fail(wall, caplog):
    with pytest.raises(printing.NotPrinted) as problem:
        printing.render(hung(wall, "First", "It has no fonts"))
    assert str(problem.value) == ALL
    assert "gallery:fonts/Inter" in caplog.text


@pytest.mark.usefixtures("jamming")
def test_control_where_nothing_goes_wrong_all_is_printed(wall):
    heard: list[int] = []
    sheets = printing.render(
        hung(wall, "First", "Second"), progress=lambda poster: heard.append(poster.number)
    )
    assert (sheets.pages, sheets.made, heard) == ([1, 1], 2, [1, 2])
    assert len(pypdfium2.PdfDocument(sheets.pdf)) == 2


@pytest.mark.usefixtures("jamming")
def test_the_others_go_on_where_a_poster_fails_or_takes_its_process_with_it(wall):
    posters = hung(wall, "First", "It fails", "Third", "It is killed", "Fifth", "It breaks")
    sheets = printing.render(posters, leave_out=True)
    assert (sheets.pages, sheets.made) == ([1, 1, 1], 3)
    assert [(poster.number, reason) for poster, reason in sheets.failed] == [
        (2, press_crew.NO_REASON),
        (4, press_crew.NO_MEMORY),
        (6, press_crew.NO_REASON),
    ]


def test_a_sheet_that_fails_in_the_press_room_leaves_the_others_their_turn(poster, monkeypatch):
    def made(_, sheet, __):
        if sheet.number == 1:
            raise ValueError("a bad sheet")
        return printed(1)

    told: list[dict] = []
    monkeypatch.setattr(press_room, "_made", made)
    page = printing.paper("A4", "portrait")
    [ordered] = printing.orders([poster], page)
    sheets = [asdict(ordered.order.sheet) | {"number": number} for number in (1, 2)]
    question = json.dumps({"page": asdict(page), "sheets": sheets}).encode()
    assert press_room.work(question, lambda line: told.append(json.loads(line))) == b""
    assert [set(said) - {"place", "pages", "missing"} for said in told] == [set(), {"failed"}, set(), {"pdf"}]
    assert "ValueError: a bad sheet" in told[1]["failed"]


def test_a_real_poster_too_big_for_its_memory_is_told(wall, monkeypatch):
    monkeypatch.setattr(press_crew, "MEMORY", 90 * 1024**2)
    with pytest.raises(printing.NotPrinted, match=r"could not be printed.* Nothing was made"):
        printing.render(hung(wall, "A sheet"))


def test_a_real_print_that_takes_too_long_is_told(wall, monkeypatch):
    monkeypatch.setattr(press_crew, "START", 0.05)
    monkeypatch.setattr(press_crew, "EACH", 0.0)
    with pytest.raises(printing.NotPrinted, match="The posters could not be printed in time"):
        printing.render(hung(wall, "A sheet"))


# What is made again


@pytest.mark.usefixtures("jamming")
def test_only_what_changed_is_made_again(gallery, wall, team):
    type(gallery).objects.filter(pk=gallery.pk).update(invited_at=None)  # a draft follows what is written
    gallery.refresh_from_db()
    measures = [Measure.objects.create(team=team, name=f"Measure {number}") for number in range(4)]
    for measure in measures:
        events.hang(wall=gallery.walls.get(), kind="measure", measure=measure)

    def made(**paper) -> int:
        return printing.render(
            list(Poster.objects.filter(gallery=gallery).with_face().in_order()), **paper
        ).made

    assert [made(), made()] == [4, 0]
    measures[2].values.create(period="2026-01-01", value=7)
    assert [made(), made()] == [1, 0]
    assert [made(size="A4"), made(orientation="landscape"), made()] == [4, 4, 0]


@pytest.mark.usefixtures("jamming")
def test_many_are_shared_among_two_processes_in_batches(wall, monkeypatch):
    monkeypatch.setattr(press_crew, "BATCH", 2)
    batches: list[int] = []
    run = capped.run

    def counted(job, question, *args, **kwargs):
        batches.append(len(json.loads(question)["sheets"]))
        return run(job, question, *args, **kwargs)

    monkeypatch.setattr(capped, "run", counted)
    assert printing.render(hung(wall, *map(str, range(7)))).pages == [1] * 7
    assert sorted(batches) == [1, 2, 2, 2]


@pytest.mark.usefixtures("jamming")
def test_the_app_answers_after_a_jam_and_keeps_the_choices(as_facilitator, wall):
    hung(wall, "It is killed", "Second")
    page = f"/host/{wall.gallery.code}/print/"
    choices = {"chosen": "1", "size": "A4", "orientation": "landscape", "poster": "1"}
    answer = as_facilitator.get(f"{page}posters.pdf", choices)
    words = answer.content.decode()
    assert answer.status_code == 503
    assert "Poster 1 could not be printed" in words
    for kept in ['value="A4" checked', 'value="landscape" checked', 'value="1" checked']:
        assert kept in words
    assert 'value="2" checked' not in words
    assert as_facilitator.get(page).status_code == 200
    assert as_facilitator.get(f"{page}posters.pdf", {"poster": "2"}).content.startswith(b"%PDF")


def test_what_cannot_be_put_into_words_is_told_and_logged(as_facilitator, poster, monkeypatch, caplog):
    def breaks(*_, **__):
        raise RuntimeError("a bug")

    monkeypatch.setattr(printing, "render_to_string", breaks)
    answer = as_facilitator.get(f"/host/{poster.gallery.code}/print/posters.pdf")
    assert answer.status_code == 503
    assert ALL in answer.content.decode()
    assert "a bug" in caplog.text


# At most two at once


class Counts(press_crew.Watcher):
    count = 0

    def done(self, *_, **__):
        self.count += 1


def orders(posters) -> list[press_crew.Order]:
    return [each.order for each in printing.orders(posters, printing.paper("A3", "portrait"))]


def waits(ordered: list[press_crew.Order], patience: float | None = 120.0) -> int:
    """How many were printed, once the press lets them."""
    watcher = Counts()
    press_crew.make(ordered, printing.paper("A3", "portrait"), watcher, patience=patience)
    return watcher.count


def begun(folder, count: int) -> bool:
    """Whether that many prints run, within a minute."""
    for _ in range(6000):
        if len(list(folder.glob("begun-*"))) == count:
            return True
        time.sleep(0.01)
    return False


@pytest.mark.usefixtures("jamming")
def test_a_third_print_is_refused_while_two_run(as_facilitator, wall, tmp_path, monkeypatch):
    monkeypatch.setattr(press_crew, "PATIENCE", 0.0)
    posters = hung(wall, f"It waits: {tmp_path}", "Second")
    page = f"/host/{wall.gallery.code}/print/posters.pdf"
    with ThreadPoolExecutor(2) as pool:
        held = [pool.submit(waits, orders(posters)) for _ in range(2)]
        try:
            assert begun(tmp_path, 2)
            answer = as_facilitator.get(page, {"chosen": "1", "size": "A4", "poster": "2"})
        finally:
            tmp_path.joinpath("end").touch()
        assert [job.result() for job in held] == [2, 2]
    words = answer.content.decode()
    assert (answer.status_code, answer.headers["Retry-After"]) == (503, "60")
    assert "Two prints are being made; try again in a minute." in words
    assert 'value="A4" checked' in words
    assert 'value="2" checked' in words
    assert as_facilitator.get(page, {"size": "A4", "poster": "2"}).status_code == 200  # control: one by one


@pytest.mark.parametrize("patience", [120.0, None])
@pytest.mark.usefixtures("jamming")
def test_two_running_prints_leave_the_third_a_place_only_when_one_ends(wall, tmp_path, patience):
    """Control: without the cap on how many, a third would begin."""
    ordered = orders(hung(wall, f"It waits: {tmp_path}"))
    with ThreadPoolExecutor(3) as pool:
        held = [pool.submit(waits, ordered, patience) for _ in range(3)]
        try:
            assert begun(tmp_path, 2)
            assert not any(job.done() for job in held)
        finally:
            tmp_path.joinpath("end").touch()
        assert [job.result() for job in held] == [1] * 3
    assert len(list(tmp_path.glob("begun-*"))) == 3


# No print inside a transaction


@pytest.fixture
def in_a_transaction(monkeypatch) -> list[bool]:
    """Whether each job was called inside a transaction."""
    found: list[bool] = []

    def notes(*_, tell, **__):
        found.append(connection.in_atomic_block)
        tell(json.dumps(printed(0)))
        return b""

    monkeypatch.setattr(capped, "run", notes)
    return found


@pytest.mark.parametrize("atomic", [False, True])
@pytest.mark.django_db(transaction=True)
def test_no_transaction_is_open_while_a_pdf_is_made(
    facilitator, poster, in_a_transaction, monkeypatch, atomic
):
    """The second case is the control: a site that made every request a transaction."""
    monkeypatch.setitem(connection.settings_dict, "ATOMIC_REQUESTS", atomic)
    client = Client()
    client.force_login(facilitator)
    assert client.get(f"/host/{poster.gallery.code}/print/posters.pdf").status_code == 200
    assert in_a_transaction == [atomic]


# What leaves this process


def test_the_order_is_words_and_numbers_only(poster, settings, monkeypatch):
    asked: list[bytes] = []

    def hears(_, question, *__, tell, **___):
        asked.append(question)
        tell(json.dumps(printed(0)))
        return b""

    monkeypatch.setattr(capped, "run", hears)
    printing.render([poster], size="A4")
    [order] = asked
    assert set(json.loads(order)) == {"page", "sheets"}
    for secret in [settings.SECRET_KEY, str(settings.DATABASES["default"]["NAME"])]:
        assert secret not in order.decode()


def test_a_print_under_caps_is_a_pdf(poster):
    assert len(pypdfium2.PdfDocument(printing.render([poster], size="A4").pdf)) == 1
