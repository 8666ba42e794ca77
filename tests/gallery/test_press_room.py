"""A print that goes wrong is stopped and told in words; the log has the reason, and the app goes on."""

import json
import time
from concurrent.futures import ThreadPoolExecutor

import pypdfium2
import pytest
from django.db import connection
from django.test import Client

from gallery import capped, events, printing
from gallery.models import Poster

FEWER = "Nothing was made. Print fewer at once, or one by one to find the poster that it is."
MEMORY = "Poster 2 could not be printed in the memory that a print may have. " + FEWER
ALL = f"The posters could not be printed. {printing.ADVICE_ON_ALL}"


@pytest.fixture(autouse=True)
def _data(settings, tmp_path):
    settings.DATA_DIR = tmp_path


@pytest.fixture
def jamming(monkeypatch):
    monkeypatch.setattr(printing, "JOB", "tests.gallery.jams")


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
        ("It breaks", f"Poster 2 could not be printed. {printing.ADVICE}", "RuntimeError: a jam"),
        ("It sleeps", f"Poster 2 could not be printed in time. {FEWER}", "time limit"),
        (
            "It grows",
            f"Poster 2 could not be printed in the memory that a print may have. {FEWER}",
            "77",
        ),
        ("It is killed", MEMORY, "exit code -9"),
        (
            "It has no fonts",
            f"The posters could not be printed. {printing.ADVICE_ON_ALL}",
            "gallery:fonts/Inter",
        ),
    ],
)
@pytest.mark.usefixtures("jamming")
def test_what_goes_wrong_is_told_and_logged(wall, monkeypatch, caplog, what, told, logged):
    if what == "It sleeps":
        monkeypatch.setattr(printing, "START", 3.0)
        monkeypatch.setattr(printing, "EACH", 0.0)
    with pytest.raises(printing.NotPrinted) as problem:
        printing.render(hung(wall, "First", what, "Third"))
    assert str(problem.value) == told
    [line] = caplog.messages
    assert logged in line
    assert logged not in told


@pytest.mark.usefixtures("jamming")
def test_control_where_nothing_goes_wrong_all_is_printed(wall):
    heard: list[int] = []
    sheets = printing.render(
        hung(wall, "First", "Second"), progress=lambda poster: heard.append(poster.number)
    )
    assert (sheets.pages, sheets.pdf, heard) == ([1, 1], b"%PDF", [1])


def test_the_caps_are_those_that_were_measured():
    """27 posters take 9 s and 300 MB of address space; 100 take 40 s and 500 MB."""
    assert printing._caps(1).seconds == 33
    assert printing._caps(27).seconds == 111
    assert printing._caps(1000).seconds == 300
    assert printing._caps(27).memory == 1024**3


def test_a_real_poster_too_big_for_its_memory_is_told(wall, monkeypatch):
    monkeypatch.setattr(printing, "MEMORY", 90 * 1024**2)
    with pytest.raises(printing.NotPrinted, match=r"could not be printed.* Nothing was made"):
        printing.render(hung(wall, "A sheet"))


def test_a_real_print_that_takes_too_long_is_told(wall, monkeypatch):
    monkeypatch.setattr(printing, "START", 0.05)
    monkeypatch.setattr(printing, "EACH", 0.0)
    with pytest.raises(printing.NotPrinted, match="The posters could not be printed in time"):
        printing.render(hung(wall, "A sheet"))


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
    assert as_facilitator.get(f"{page}posters.pdf", {"poster": "2"}).content == b"%PDF"


def test_what_cannot_be_put_into_words_is_told_and_logged(as_facilitator, poster, monkeypatch, caplog):
    def breaks(*_, **__):
        raise RuntimeError("a bug")

    monkeypatch.setattr(printing, "render_to_string", breaks)
    answer = as_facilitator.get(f"/host/{poster.gallery.code}/print/posters.pdf")
    assert answer.status_code == 503
    assert ALL in answer.content.decode()
    assert "a bug" in caplog.text


# At most two at once


def begun(folder, count: int) -> bool:
    """Whether that many prints run, within half a minute."""
    for _ in range(3000):
        if len(list(folder.glob("begun-*"))) == count:
            return True
        time.sleep(0.01)
    return False


@pytest.mark.usefixtures("jamming")
def test_a_third_print_is_refused_while_two_run(as_facilitator, wall, tmp_path, monkeypatch):
    monkeypatch.setattr(printing, "PATIENCE", 0.0)
    posters = hung(wall, f"It waits: {tmp_path}", "Second")
    page = f"/host/{wall.gallery.code}/print/posters.pdf"
    with ThreadPoolExecutor(2) as pool:
        order = printing._order(posters, printing.paper("A3", "portrait"))
        runs = [printing._Run(posters, lambda _: None) for _ in range(2)]
        held = [pool.submit(printing._printed, run, order) for run in runs]
        try:
            assert begun(tmp_path, 2)
            answer = as_facilitator.get(page, {"chosen": "1", "size": "A4", "poster": "2"})
        finally:
            tmp_path.joinpath("end").touch()
        assert [job.result() for job in held] == [([1, 1], b"%PDF")] * 2
    words = answer.content.decode()
    assert (answer.status_code, answer.headers["Retry-After"]) == (503, "60")
    assert "Two prints are being made; try again in a minute." in words
    assert 'value="A4" checked' in words
    assert 'value="2" checked' in words
    assert as_facilitator.get(page, {"size": "A4", "poster": "2"}).content == b"%PDF"  # control: one by one


@pytest.mark.usefixtures("jamming")
def test_two_running_prints_leave_the_third_a_place_only_when_one_ends(wall, tmp_path):
    """Control: without the cap on how many, a third would begin."""
    posters = hung(wall, f"It waits: {tmp_path}")
    order = printing._order(posters, printing.paper("A3", "portrait"))
    with ThreadPoolExecutor(3) as pool:
        held = [
            pool.submit(printing._printed, printing._Run(posters, lambda _: None), order) for _ in range(3)
        ]
        try:
            assert begun(tmp_path, 2)
            assert not any(job.done() for job in held)
        finally:
            tmp_path.joinpath("end").touch()
        assert [job.result() for job in held] == [([1], b"%PDF")] * 3
    assert len(list(tmp_path.glob("begun-*"))) == 3


# No print inside a transaction


@pytest.fixture
def in_a_transaction(monkeypatch) -> list[bool]:
    """Whether each job was called inside a transaction."""
    found: list[bool] = []

    def notes(*_, **__):
        found.append(connection.in_atomic_block)
        return b"[1]\n%PDF"

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
    assert client.get(f"/host/{poster.gallery.code}/print/posters.pdf").content == b"%PDF"
    assert in_a_transaction == [atomic]


# What leaves this process


def test_the_order_is_words_and_numbers_only(poster, settings):
    order = printing._order([poster], printing.paper("A4", "portrait")).decode()
    assert set(json.loads(order)) == {"title", "page", "sheets"}
    for secret in [settings.SECRET_KEY, str(settings.DATABASES["default"]["NAME"])]:
        assert secret not in order


def test_a_print_under_caps_is_a_pdf(poster):
    assert len(pypdfium2.PdfDocument(printing.render([poster], size="A4").pdf)) == 1
