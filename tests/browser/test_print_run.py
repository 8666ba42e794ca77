"""A print that is watched in a real browser: polled, cancelled, gone on with; and without scripts."""

import pytest
from django.urls import reverse
from playwright.sync_api import expect

from gallery import events, press_crew
from tests.browser.test_host import desk  # noqa: F401 - a fixture
from tests.browser.test_pages import is_wider_than_the_screen, problems_for_assistive_technology

PHONE = {"viewport": {"width": 390, "height": 844}}


@pytest.fixture
def hung(gallery, settings, tmp_path, monkeypatch) -> str:
    """The page's address; the second poster waits until there is a file named `end`."""
    settings.DATA_DIR = tmp_path
    monkeypatch.setattr(press_crew, "JOB", "tests.gallery.jams")
    for place, titles in {"North wall": ["First", f"It waits: {tmp_path}"], "South wall": ["Third"]}.items():
        wall = gallery.walls.create(name=place)
        for title in titles:
            events.hang(wall=wall, kind="text", title=title)
    return reverse("print", args=[gallery.code])


def test_one_watches_the_posters_being_done_and_cancels_and_goes_on(desk, hung, tmp_path, troubles):  # noqa: F811
    page = desk(**PHONE)
    page.goto(hung)
    page.get_by_text("A1", exact=True).click()
    page.get_by_role("link", name="Only this wall (South wall)").click()
    expect(page.get_by_text("1 of 3 ticked")).to_be_visible()
    page.get_by_role("link", name="All", exact=True).click()
    assert page.get_by_label("A1", exact=True).is_checked()  # the paper that was chosen stays
    page.get_by_role("button", name="Print what is ticked").click()
    told = page.get_by_role("status")
    expect(told).to_contain_text("1 of 3 posters are done.")
    expect(page.get_by_role("link", name="PDF of poster 1")).to_be_visible()
    expect(page.get_by_text("Being made …")).to_be_visible()
    assert problems_for_assistive_technology(page) == []
    assert not is_wider_than_the_screen(page)
    page.get_by_role("button", name="Cancel").press("Enter")
    expect(told).to_contain_text("Cancelled: 1 of 3 posters are done.")
    (tmp_path / "end").touch()
    page.get_by_role("button", name="Go on with the other 2").press("Enter")
    expect(told).to_contain_text("All 3 posters are ready")
    with page.expect_download() as collected:
        page.get_by_role("link", name="All in one PDF").click()
    assert collected.value.suggested_filename.endswith("-A1.pdf")
    assert troubles == []


def test_without_scripts_one_looks_again(desk, hung, tmp_path):  # noqa: F811
    page = desk(scripts=False, **PHONE)
    page.goto(hung)
    page.get_by_role("button", name="Print what is ticked").click()
    expect(page.get_by_role("link", name="Look again")).to_be_visible()
    (tmp_path / "end").touch()
    look = page.get_by_role("link", name="Look again")
    while look.count():
        look.click()
    expect(page.get_by_role("status")).to_contain_text("All 3 posters are ready")
