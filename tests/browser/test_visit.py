"""A visit on a phone, from a poster's address to a note that everyone sees."""

import re

import pytest
from django.urls import reverse
from playwright.sync_api import Page, expect

from feedback import notes
from feedback.models import Note
from gallery import events
from gallery.models import Gallery


@pytest.fixture
def address(gallery, poster) -> str:
    """Where the poster's QR code leads, on this server."""
    return reverse("poster", args=[gallery.code, poster.number])


class Taps:
    """Taps on controls, counted."""

    def __init__(self, page: Page) -> None:
        self.page, self.count = page, 0

    def __call__(self, locator) -> None:
        locator.tap()
        self.count += 1


def write(page: Page, words: str, kind: str = "Idea") -> Taps:
    tap = Taps(page)
    tap(page.locator(".kind", has_text=kind))
    tap(page.get_by_label("Your words"))
    page.keyboard.type(words)
    tap(page.get_by_role("button", name="Stick it"))
    return tap


def seen(page: Page, words: str):
    return page.locator(".note", has_text=words)


@pytest.mark.parametrize("scripts", [True, False], ids=["with scripts", "without JavaScript"])
def test_from_the_code_to_a_note_in_three_taps(phone, address, scripts, troubles):
    page = phone(scripts)
    page.goto(address)
    tap = write(page, "Show the worst month too.")
    expect(seen(page, "Show the worst month too.")).to_be_visible()
    assert tap.count <= 3
    assert Note.objects.get().text == "Show the worst month too."
    assert troubles == []


def test_the_note_appears_on_another_phone_once_and_leaves_when_hidden(phone, address):
    mine, theirs = phone(), phone()
    mine.goto(address)
    theirs.goto(address)
    write(mine, "Who counts these?", "Question")
    expect(seen(theirs, "Who counts these?")).to_be_visible()
    expect(theirs.locator("#news")).to_have_text("A new note is on this poster.")
    expect(mine.locator("#feed")).to_have_attribute("hx-get", re.compile("after=1$"))
    expect(seen(mine, "Who counts these?")).to_have_count(1)
    notes.hide(Note.objects.get())
    expect(seen(theirs, "Who counts these?")).to_have_count(0)
    expect(seen(mine, "Who counts these?")).to_have_count(0)


def test_one_rewords_one_s_note_and_takes_it_back(phone, address):
    page = phone()
    page.goto(address)
    write(page, "By month")
    seen(page, "By month").get_by_role("link", name="Reword").tap()
    page.get_by_label("your new words").fill("By week")
    page.get_by_role("button", name="Save").tap()
    expect(seen(page, "By week")).to_contain_text("reworded")
    seen(page, "By week").get_by_role("button", name="Take back").tap()
    expect(page.get_by_text("Taken back.")).to_be_visible()
    assert Note.objects.get().state == "withdrawn"


def test_back_after_success_sticks_new_words_as_a_new_note(phone, address, gallery):
    page = phone()
    page.goto(address)
    write(page, "First")
    expect(seen(page, "First")).to_be_visible()
    page.goto(reverse("lobby", args=[gallery.code]))
    page.go_back()
    write(page, "Second")
    expect(seen(page, "Second")).to_be_visible()
    assert set(Note.objects.values_list("text", flat=True)) == {"First", "Second"}


def test_doors_that_closed_meanwhile_keep_the_words(phone, address, gallery):
    page = phone()
    page.goto(address)
    Gallery.objects.update(grace_minutes=0)
    events.close_doors(gallery)
    write(page, "One more thing")
    expect(page.locator(".stick-status")).to_contain_text("The doors are closed")
    expect(page.get_by_label("Your words")).to_have_value("One more thing")
    expect(page.get_by_role("button", name="Copy")).to_be_visible()
    expect(page.get_by_text("Saved")).to_have_count(0)
    assert Note.objects.count() == 0


def test_a_forgotten_kind_is_told_without_losing_the_words(phone, address):
    page = phone()
    page.goto(address)
    page.locator("#stick").evaluate("form => form.noValidate = true")
    page.get_by_label("Your words").fill("No kind yet")
    page.get_by_role("button", name="Stick it").tap()
    expect(page.get_by_role("alert")).to_contain_text("Choose a kind")
    expect(page.get_by_label("Your words")).to_have_value("No kind yet")


def test_drift_leads_where_one_has_not_been(phone, address, gallery, poster, goal):
    others = [events.hang(wall=poster.wall, kind="goal", goal=goal) for _ in range(2)]
    page = phone()
    page.goto(address)
    numbers = []
    for _ in others:
        before = page.url
        page.get_by_role("link", name="Drift").tap()
        page.wait_for_url(lambda url, before=before: url != before)
        numbers.append(int(page.url.rstrip("/").rsplit("/", 1)[1]))
    assert sorted(numbers) == [other.number for other in others]
    page.goto(reverse("lobby", args=[gallery.code]))
    expect(page.locator(".frame-been")).to_have_count(3)


def test_drifting_from_a_gallery_that_was_deleted_leads_to_a_page_that_says_so(phone, address, poster, goal):
    events.hang(wall=poster.wall, kind="goal", goal=goal)
    page = phone()
    page.goto(address)
    Gallery.objects.update(deleted_at=poster.gallery.invited_at)
    page.get_by_role("link", name="Drift").tap()
    expect(page.get_by_text("Nothing hangs here")).to_be_visible()
    assert "/drift/" in page.url


def test_the_whole_walk_with_the_keyboard(phone, address):
    page = phone()
    page.goto(address)
    page.locator(".kind input").first.focus()
    page.keyboard.press("ArrowRight")
    page.keyboard.press("Tab")
    page.keyboard.type("By keyboard")
    page.keyboard.press("Tab")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(seen(page, "By keyboard")).to_be_visible()
    assert Note.objects.get().kind.word == "Question"


def test_words_typed_before_wandering_on_are_there_on_return(phone, address, gallery):
    page = phone()
    page.goto(address)
    page.get_by_label("Your words").fill("Half a thought")
    page.goto(reverse("lobby", args=[gallery.code]))
    page.goto(address)
    expect(page.get_by_label("Your words")).to_have_value("Half a thought")
    expect(page.get_by_text("not stuck yet")).to_be_visible()
    write(page, ", now whole")
    expect(page.locator(".stick-status")).to_contain_text("Saved")
    page.reload()
    expect(page.get_by_label("Your words")).to_have_value("")


def test_one_sees_one_s_note_land_and_the_bar_steps_aside(phone, address):
    page = phone(viewport={"width": 390, "height": 480})
    page.goto(address)
    expect(page.locator(".ways-main")).to_be_visible()
    write(page, "Here it is")
    expect(seen(page, "Here it is")).to_be_in_viewport()
    expect(page.locator(".ways-main")).to_be_hidden()
