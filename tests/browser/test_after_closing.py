"""The hour after the doors close, on a facilitator's screen: where one is, and what publishing means."""

import uuid

import pytest
from django.urls import reverse
from django.utils import timezone
from playwright.sync_api import Locator, Page, expect

from feedback import decisions, notes, rounds
from feedback.models import Note, Theme
from gallery import events
from gallery.models import Gallery
from tests.browser.test_host import DESKTOP, desk, stuck  # noqa: F401 - fixtures
from tests.browser.test_pages import in_each_look, is_wider_than_the_screen, problems_for_assistive_technology
from tests.feedback.rating import crowd, opened

PHONE = {"width": 390, "height": 844}


@pytest.fixture
def room(gallery, poster, stuck) -> Gallery:  # noqa: F811
    """Closed for good, with many posters to decide on, a theme, a closed round and an announced change."""
    events.keep([poster])
    theme = Theme.objects.create(gallery=gallery, name="August")
    kind = gallery.note_kinds.get(word="Idea")
    for number in range(12):
        sheet = events.hang(wall=poster.wall, kind="text", title=f"Sheet {number}")
        notes.stick(poster=sheet, key=uuid.uuid4(), kind=kind, text=f"Idea {number}")
    Note.objects.update(theme=theme)
    rated = opened(gallery, title="What first?")
    crowd(rated, 0, 0, 1, 1, 2)
    rounds.close(rated)
    decisions.decide(poster=poster, verdict="change", reason="You showed us August.")
    events.close_for_good(gallery)
    return gallery


@pytest.mark.parametrize("scripts", [True, False], ids=["with scripts", "without JavaScript"])
@pytest.mark.parametrize("size", [DESKTOP, PHONE], ids=["desktop", "phone"])
def test_publishing_without_the_tick_says_so_where_one_is(desk, room, size, scripts):  # noqa: F811
    page = desk(viewport=size, scripts=scripts)
    page.goto(reverse("decide", args=[room.code]))
    page.get_by_role("button", name="Publish what we heard").click()
    problem = page.get_by_text("Tick the box first")
    expect(problem).to_be_in_viewport()
    expect(problem).to_be_focused()
    expect(page.get_by_role("checkbox", name="Yes, show it to everyone")).to_be_in_viewport()
    page.get_by_label("Closing words").fill("Thank you all.")
    page.get_by_role("button", name="Keep the words").click()
    kept = page.get_by_text("The closing words are kept.")
    expect(kept).to_be_in_viewport()
    expect(kept).to_be_focused()


def test_what_would_be_left_open_leads_there_and_follows_each_decision(desk, room, poster):  # noqa: F811
    page = desk()
    page.goto(reverse("decide", args=[room.code]))
    expect(page.locator("#next-step")).to_contain_text("Without an answer yet: 1 theme and 12 posters.")
    announced = page.locator("#announced")
    expect(announced).to_contain_text("One announces a change that is not made yet")
    page.get_by_text("13 have no answer yet").click()
    page.locator(".lacking").get_by_role("link", name="Sheet 3").click()
    expect(page.locator("#case-5")).to_be_in_viewport()
    form = page.locator("#f-5")
    form.get_by_role("radio", name="Keep").check()
    form.get_by_label("Because", exact=True).fill("It is read.")
    form.get_by_role("button", name="Save").click()
    expect(page.locator("#next-step")).to_contain_text("1 theme and 11 posters.")
    expect(page.get_by_text("12 have no answer yet")).to_have_count(1)
    announced.get_by_role("link").click()
    page.get_by_role("link", name="Change the measure").click()
    page.get_by_label("How often").select_option("week")
    page.get_by_role("button", name="Save the change").click()
    expect(page.get_by_text("This is what will be told as changed:")).to_be_focused()
    expect(announced).to_have_count(0)


def overlaps(one: Locator, other: Locator) -> bool:
    first, second = one.bounding_box(), other.bounding_box()
    assert first
    assert second
    apart = first["y"] + first["height"] <= second["y"] or second["y"] + second["height"] <= first["y"]
    return not apart


@pytest.mark.parametrize("size", [DESKTOP, PHONE, {"width": 1000, "height": 700}])
def test_choosing_a_verdict_moves_nothing_and_nothing_lies_upon_another(desk, room, poster, size):  # noqa: F811
    page = desk(viewport=size)
    decisions.undo(poster=poster)
    page.goto(reverse("decide", args=[room.code]))
    case = page.locator("#p-1")
    reason = case.get_by_label("Because", exact=True)

    def place() -> tuple[float, float]:
        """How far beneath the top of its form the reason is written, and how tall the case is."""
        boxes = [each.bounding_box() or {} for each in (case.locator(".decision-form"), reason, case)]
        return boxes[1]["y"] - boxes[0]["y"], boxes[2]["height"]

    before = place()
    for word in ("Keep", "No, because", "Explore"):
        case.get_by_role("radio", name=word).check()
        assert place() == before
    change = case.locator(".case-change")
    top = page.evaluate("document.getElementById('p-1').getBoundingClientRect().top + scrollY")
    for scrolled in range(0, 300, 50):  # the answer stays in sight beside what was said
        page.evaluate(f"scrollTo({{ top: {top + scrolled}, behavior: 'instant' }})")
        assert not overlaps(case.locator(".decision-form"), change)


def test_once_published_no_line_is_left_of_what_can_t_be_changed(desk, room, poster):  # noqa: F811
    events.publish(room)
    page = desk()
    page.goto(reverse("decide", args=[room.code]))
    expect(page.locator("#p-1")).to_be_visible()
    expect(page.locator("#p-1 .case-change")).to_have_count(0)


def walk(page: Page, room: Gallery) -> None:
    for name, args in (
        ("dashboard", []),
        ("sort", []),
        ("rounds", []),
        ("round", [1]),
        ("decide", []),
        ("report_draft", []),
    ):
        page.goto(reverse(name, args=[room.code, *args]))
        expect(page.locator(".next-step")).to_be_visible()
        for look in in_each_look(page):
            at = (name, look)
            assert (at, problems_for_assistive_technology(page)) == (at, [])
            assert (at, is_wider_than_the_screen(page)) == (at, False)


@pytest.mark.parametrize("size", [DESKTOP, PHONE], ids=["desktop", "phone"])
def test_the_line_shuts_nobody_out(desk, room, size, troubles):  # noqa: F811
    page = desk(viewport=size, reduced_motion="reduce")
    walk(page, room)
    events.publish(room)
    page.goto(reverse("decide", args=[room.code]))
    expect(page.locator(".next-step")).to_contain_text("can be mended")
    Gallery.objects.update(published_at=timezone.now())
    assert troubles == []


def test_a_round_of_few_is_asked_about_and_thrown_away_apart(desk, gallery, poster, stuck):  # noqa: F811
    rated = opened(gallery, "notes")
    crowd(rated, 0, 0)
    page = desk(viewport=PHONE, reduced_motion="reduce")
    page.goto(reverse("round", args=[gallery.code, rated.number]))
    page.get_by_role("button", name="Close the round").click()
    expect(page.get_by_text("Fewer than five have rated this so far.")).to_be_focused()
    assert problems_for_assistive_technology(page) == []
    page.get_by_role("link", name="Let them go on rating").click()
    page.get_by_role("button", name="Close the round").click()
    page.get_by_role("button", name="Close it all the same").click()
    again = page.get_by_role("button", name="Open it again").bounding_box()
    away = page.get_by_role("button", name="Throw this round away").bounding_box()
    assert away["y"] - (again["y"] + again["height"]) > 100
    page.get_by_role("button", name="Throw this round away").click()
    page.get_by_role("link", name="Keep it").click()
    page.get_by_role("link", name="decide", exact=True).first.click()
    expect(page.get_by_role("heading", name="What do we do with what we heard?")).to_be_visible()
