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
    for told in page.get_by_text("1 of 3 ticked").all():
        expect(told).to_be_visible()
    page.get_by_role("link", name="All", exact=True).click()
    assert page.get_by_label("A1", exact=True).is_checked()  # the paper that was chosen stays
    page.get_by_role("button", name="Print what is ticked").last.click()
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
    expect(page.get_by_role("heading", name="3 posters printed")).to_be_visible()
    with page.expect_download() as collected:
        page.get_by_role("link", name="All in one PDF").click()
    assert collected.value.suggested_filename.endswith("-A1.pdf")
    assert troubles == []


def test_without_scripts_one_looks_again(desk, hung, tmp_path):  # noqa: F811
    page = desk(scripts=False, **PHONE)
    page.goto(hung)
    page.get_by_role("button", name="Print what is ticked").first.click()
    expect(page.get_by_role("link", name="Look again")).to_be_visible()
    (tmp_path / "end").touch()
    look = page.get_by_role("link", name="Look again")
    while look.count():
        look.click()
    expect(page.get_by_role("status")).to_contain_text("All 3 posters are ready")


def test_the_button_of_a_handout_says_that_the_pdf_is_being_made_and_is_taken_once(desk, hung, troubles):  # noqa: F811
    page, asked = desk(**PHONE), []
    page.route("**/flyer.pdf*", lambda route: asked.append(route))
    page.goto(hung)
    page.get_by_label("A4, to pin up").check()
    button = page.get_by_role("button", name="Make the flyer")
    button.focus()
    button.press("Enter")
    making = page.get_by_role("button", name="Making the PDF …")
    expect(making).to_be_focused()
    making.press("Enter")
    assert problems_for_assistive_technology(page) == []
    [once] = asked
    assert once.request.url.endswith("flyer.pdf?size=A4")
    with page.expect_download() as handed:
        once.fulfill(
            body=b"%PDF", content_type="application/pdf", headers={"Content-Disposition": 'filename="f.pdf"'}
        )
    assert handed.value.suggested_filename == "f.pdf"
    expect(button).to_be_visible()
    problem = {"status": 422, "content_type": "text/html", "body": '<p class="problem">No hours yet.</p>'}
    page.route("**/flyer.pdf*", lambda route: route.fulfill(**problem))
    button.click()
    expect(page.get_by_text("No hours yet.")).to_be_visible()
    expect(button).to_be_visible()
    assert [trouble for trouble in troubles if "422" not in trouble] == []
