"""A print that one watches: each poster is there as soon as it is done, and a run outlives its maker."""

import re
import time
from html import unescape

import pypdfium2
import pytest
from django.utils import timezone

from gallery import capped, events, on_paper, press_crew, print_making, print_runs, printing
from gallery.models import Gallery, Poster
from gallery.on_paper import On
from gallery.paper import paper
from gallery.print_runs import Run

SOON = 10  # seconds for what takes one where nothing else runs
CHOSEN = {"chosen": "1", "size": "A4", "orientation": "landscape"}


@pytest.fixture(autouse=True)
def _press(settings, tmp_path, monkeypatch):
    settings.DATA_DIR = tmp_path
    monkeypatch.setattr(press_crew, "JOB", "tests.gallery.jams")


@pytest.fixture
def wall(gallery):
    return gallery.walls.create(name="North wall", order=1)


@pytest.fixture
def page(gallery) -> str:
    return f"/host/{gallery.code}/print/"


def hung(wall, *titles: str) -> list[Poster]:
    for title in titles:
        events.hang(wall=wall, kind="text", title=title)
    return list(Poster.objects.filter(gallery=wall.gallery).with_face().in_order())


def started(client, page: str, posters: list[Poster], **more: str) -> str:
    """The address of the run."""
    numbers = [str(poster.number) for poster in posters]
    answer = client.post(f"{page}start/", CHOSEN | {"poster": numbers} | more)
    assert answer.status_code == 302, answer.content.decode()
    return answer.headers["Location"]


def run_at(address: str) -> Run:
    return Run(address.rstrip("/").rsplit("/", 1)[1])


def until(what, seconds: float = 120) -> None:
    end = time.monotonic() + seconds
    while not what():
        assert time.monotonic() < end, "it took too long"
        time.sleep(0.02)


def ended(address: str) -> Run:
    until(lambda: not run_at(address).running)
    return run_at(address)


def states(run: Run) -> list[str]:
    return [part.state for part in run.parts]


def said(poster: Poster) -> str:
    return printing.orders([poster], paper("A3", "portrait"))[0].said


def text_of(answer) -> str:
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", answer.content.decode())).split())


def test_each_poster_is_there_at_once_and_all_of_them_at_the_end(as_facilitator, page, wall, tmp_path):
    posters = hung(wall, "First", f"It waits: {tmp_path}")
    address = started(as_facilitator, page, posters)
    until(lambda: states(run_at(address)) == ["done", "begun"])
    words = text_of(as_facilitator.get(address))
    assert "Printing 2 posters" in words
    assert "1 of 2 posters are done." in words
    assert "Being made" in words
    assert as_facilitator.get(f"{address}1.pdf").content.startswith(b"%PDF")
    assert as_facilitator.get(f"{address}2.pdf").status_code == 404
    polled = as_facilitator.get(address, headers={"HX-Request": "true"})
    assert polled.status_code == 200
    assert b"<html" not in polled.content
    (tmp_path / "end").touch()
    ended(address)
    polled = as_facilitator.get(address, headers={"HX-Request": "true"})
    assert polled.status_code == 286  # asks no more
    assert '<h1 id="run-title" hx-swap-oob="innerHTML">2 posters printed</h1>' in polled.content.decode()
    words = as_facilitator.get(address).content.decode()
    assert "All 2 posters are ready" in words
    assert "hx-get" not in words
    bound = as_facilitator.get(f"{address}posters.pdf")
    assert f'filename="posters-{wall.gallery.code}-A4.pdf"' in bound.headers["Content-Disposition"]
    assert len(pypdfium2.PdfDocument(bound.content)) == 2


def test_the_others_go_on_and_the_failed_one_says_why_and_is_tried_again(as_facilitator, page, wall):
    posters = hung(wall, "First", "It fails", "Third", "It is killed", "Fifth", "Sixth")
    address = started(as_facilitator, page, posters)
    run = ended(address)
    assert states(run) == ["done", "failed", "done", "failed", "done", "done"]
    words = text_of(as_facilitator.get(address))
    assert "4 of 6 posters printed" in words
    assert "4 of 6 posters are done, 2 failed." in words
    assert "Poster 2 could not be printed; the site’s log says why." in words
    assert "Poster 4 could not be printed in the memory that a print may have." in words
    assert "The 2 that failed are left out." in words
    assert len(pypdfium2.PdfDocument(as_facilitator.get(f"{address}posters.pdf").content)) == 4
    sheets = run.folder / "sheets.json"
    sheets.write_bytes(sheets.read_bytes().replace(b"It fails", b"It is well"))
    as_facilitator.post(f"{address}again/", {"number": "2"})
    assert states(ended(address)) == ["done", "done", "done", "failed", "done", "done"]


def test_a_run_is_cancelled_soon_and_what_is_done_stays(as_facilitator, page, wall, tmp_path):
    address = started(as_facilitator, page, hung(wall, "First", f"It waits: {tmp_path}", "Third"))
    until(lambda: states(run_at(address)) == ["done", "begun", "waiting"])
    begun = time.monotonic()
    assert as_facilitator.post(f"{address}cancel/").headers["Location"] == address
    run = ended(address)
    assert time.monotonic() - begun < SOON
    assert (states(run), run.cancelled) == (["done", "waiting", "waiting"], True)
    words = text_of(as_facilitator.get(address))
    assert "Stopped at 1 of 3" in words
    assert "Cancelled: 1 of 3 posters are done." in words
    (tmp_path / "end").touch()
    as_facilitator.post(f"{address}again/")
    assert states(ended(address)) == ["done"] * 3


def test_a_run_whose_maker_died_is_stopped_and_goes_on(as_facilitator, page, wall, gallery):
    """As the server leaves it that was killed in the middle: the lock is free, a poster was in hand."""
    posters = hung(wall, "First", "Second")
    on = paper("A4", "portrait")
    run = print_runs.ordered_run(
        gallery, printing.orders(posters, on), on, size="A4", orientation="portrait", crop=False
    )
    run.file(1, "begun").touch()
    words = text_of(as_facilitator.get(f"{page}{run.name}/"))
    assert "Stopped before its end: 0 of 2 posters are done." in words
    assert "Go on with the other 2" in words
    as_facilitator.post(f"{page}{run.name}/again/")
    assert states(ended(f"{page}{run.name}/")) == ["done", "done"]


def test_the_same_order_joins_the_run_at_work_and_another_waits(as_facilitator, page, wall, tmp_path):
    posters = hung(wall, f"It waits: {tmp_path}", "Second")
    address = started(as_facilitator, page, posters)
    assert started(as_facilitator, page, posters) == address
    assert "Another print" not in text_of(as_facilitator.get(address))
    assert started(as_facilitator, page, posters[1:]) == address
    assert "Another print of this gallery is being made" in text_of(as_facilitator.get(address))
    (tmp_path / "end").touch()
    ended(address)
    again = started(as_facilitator, page, posters)
    assert again != address
    ended(again)
    assert "nothing had changed since they were last made" in text_of(as_facilitator.get(again))


def test_a_run_needs_no_press_where_nothing_changed(as_facilitator, page, wall, monkeypatch):
    posters = hung(wall, "First", "Second")
    ended(started(as_facilitator, page, posters))
    monkeypatch.setattr(capped, "run", None)
    assert ended(started(as_facilitator, page, posters)).made == 0


@pytest.mark.parametrize("asked", [{"size": "B2"}, {"orientation": "<b>"}, {"poster": "99"}, {"poster": []}])
def test_what_cannot_be_printed_is_said_with_the_choices_kept(as_facilitator, page, wall, asked):
    hung(wall, "First")
    answer = as_facilitator.post(f"{page}start/", CHOSEN | {"poster": "1", "crop": "1"} | asked)
    assert answer.status_code == 422
    assert 'role="alert"' in answer.content.decode()
    assert 'name="crop" value="1" checked' in answer.content.decode()


def test_no_room_on_the_disk_is_said(as_facilitator, page, wall, monkeypatch):
    def full(*_, **__):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(print_making, "ordered_run", full)
    answer = as_facilitator.post(f"{page}start/", CHOSEN | {"poster": str(hung(wall, "First")[0].number)})
    assert answer.status_code == 503
    assert "disk is full" in answer.content.decode()
    monkeypatch.undo()
    assert print_runs.runs_in(wall.gallery.code) == ""  # its lock is free again


@pytest.mark.parametrize("rest", ["", "1.pdf", "posters.pdf", "cancel/", "again/"])
def test_a_run_is_its_own_gallerys_alone(as_facilitator, as_stranger, page, wall, team, rest):
    address = started(as_facilitator, page, hung(wall, "First"))
    ended(address)
    other = Gallery.objects.create(team=team, title="Another of ours")
    for client, place in [
        (as_stranger, address),
        (as_facilitator, address.replace(wall.gallery.code, other.code)),
        (as_facilitator, f"{page}{'0' * 32}/"),
        (as_facilitator, f"{page}nothing/"),
    ]:
        ask = client.post if rest in {"cancel/", "again/"} else client.get
        assert ask(f"{place}{rest}").status_code == 404
    assert run_at(address).folder.stat().st_mode & 0o777 == 0o700
    assert {path.stat().st_mode & 0o777 for path in run_at(address).folder.iterdir()} == {0o600}


@pytest.mark.parametrize("count", [1, 3])
def test_the_run_asks_as_often_for_one_poster_as_for_three(
    as_facilitator, page, wall, count, django_assert_num_queries
):
    address = started(as_facilitator, page, hung(wall, *map(str, range(count))))
    ended(address)
    with django_assert_num_queries(3):  # session, person, gallery
        as_facilitator.get(address)
    with django_assert_num_queries(5):  # and posters; what is printed
        as_facilitator.get(f"{address}posters.pdf")


# What hangs and is out of date


def test_sheets_that_were_collected_are_known_to_be_out_of_date(as_facilitator, page, wall):
    posters = hung(wall, "First", "Second", "Third")
    address = started(as_facilitator, page, posters)
    ended(address)
    as_facilitator.get(f"{address}2.pdf")
    assert text_of(as_facilitator.get(page)).count("never printed") == 2  # nobody has them in hand yet
    as_facilitator.get(f"{address}posters.pdf")
    Poster.objects.filter(number__in=[1, 3]).update(text="Other words")
    answer = as_facilitator.get(page)
    assert "out of date: 1 (A4 landscape), 3 (A4 landscape). Print them anew" in text_of(answer)
    [way] = re.findall(r'href="([^"]+)">Print them anew', answer.content.decode())
    ticked = as_facilitator.get(page + way.replace("&amp;", "&")).content.decode()
    assert re.findall(r'value="([^"]+)" checked', ticked.partition("handouts")[0]) == [
        "A4",
        "landscape",
        "1",
        "3",
    ]
    again = started(as_facilitator, page, [posters[0]], size="A3", orientation="portrait", crop="1")
    ended(again)
    as_facilitator.get(f"{again}1.pdf")  # on another paper: it says the same
    assert "out of date: 3 (A4 landscape)." in text_of(as_facilitator.get(page))
    Poster.objects.filter(number=1).update(text="Other words again")
    Poster.objects.filter(number=2).update(text="Other words")
    answer = as_facilitator.get(page)
    assert "1 (A3 with crop marks), 2 (A4 landscape), 3 (A4 landscape)" in text_of(answer)
    assert "Not all are on the same paper; most are on A4 landscape." in text_of(answer)
    assert "?size=A4&amp;orientation=landscape&amp;posters=1,2,3" in answer.content.decode()


def test_a_sheet_collected_late_says_what_was_printed(as_facilitator, page, wall):
    address = started(as_facilitator, page, hung(wall, "First"))
    ended(address)
    Poster.objects.update(text="Other words")
    as_facilitator.get(f"{address}1.pdf")
    assert "out of date: 1 (A4 landscape)." in text_of(as_facilitator.get(page))


def test_a_sheet_whose_paper_was_not_kept_is_compared_all_the_same(as_facilitator, page, wall):
    """As they were before the paper was kept: 64 letters of the digest, and nothing else."""
    first, second = hung(wall, "First", "Second")
    on = On("A1", "landscape", crop=True)
    on_paper.collected([first, second], timezone.now(), on, {1: said(first), 2: said(second)})
    assert (first.printed[40:], len(first.printed) <= 64) == (":A1-landscape-crop", True)
    Poster.objects.filter(number=1).update(printed=f"{said(first)}{'f' * 24}")
    Poster.objects.filter(number=2).update(printed="e" * 64)  # control: it says something else
    assert "out of date: 2 . Print them anew" in text_of(as_facilitator.get(page))
    assert "size=A3&amp;orientation=portrait&amp;posters=2" in as_facilitator.get(page).content.decode()


def test_control_the_same_words_on_every_paper_are_no_news(wall, settings):
    posters = hung(wall, "First")
    said = {
        printing.orders(posters, paper(size, orientation, crop=crop))[0].said
        for size, orientation, crop in [("A4", "portrait", False), ("A1", "landscape", True)]
    }
    assert len(said) == 1
