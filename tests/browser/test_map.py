"""The results map on a phone: one moves about in it, sees it whole, and goes on to a result's poster."""

import pytest
from django.urls import reverse
from playwright.sync_api import expect

from gallery import events
from measures.models import Goal, GoalLink
from tests.browser.test_pages import in_each_look, is_wider_than_the_screen, problems_for_assistive_technology


@pytest.fixture
def map_address(gallery, team, goal) -> str:
    """A map of fourteen results, of which one hangs as poster 1."""
    wall = gallery.walls.create(name="North wall", order=1)
    events.hang(wall=wall, kind="goal", goal=goal)
    layers = ["strategic"] * 3 + ["process"] * 4 + ["team"] * 6
    for number, layer in enumerate(layers):
        other = Goal.objects.create(team=team, original=f"Result {number} is so, day by day.", layer=layer)
        GoalLink.objects.create(
            source=other, target=goal, kind=["cause", "companion", "conflict"][number % 3]
        )
    poster = events.hang(wall=wall, kind="map")
    return reverse("poster", args=[gallery.code, poster.number])


@pytest.mark.parametrize("width", [360, 1440])
def test_it_is_not_too_wide_and_shuts_nobody_out(phone, map_address, width, troubles):
    page = phone(viewport={"width": width, "height": 844})
    page.goto(map_address)
    for look in in_each_look(page):
        assert (look, problems_for_assistive_technology(page)) == (look, [])
        assert (look, is_wider_than_the_screen(page)) == (look, False)
    assert troubles == []


def test_one_moves_about_in_it_by_the_keyboard(phone, map_address):
    page = phone()
    page.goto(map_address)
    pan = page.locator(".map-pan")
    assert pan.evaluate("pan => pan.scrollWidth > pan.clientWidth")
    pan.focus()
    before = pan.evaluate("pan => pan.scrollLeft")
    page.keyboard.press("ArrowRight")
    for _ in range(50):
        if pan.evaluate("pan => pan.scrollLeft") > before:
            break
        page.wait_for_timeout(50)
    assert pan.evaluate("pan => pan.scrollLeft") > before


def test_seen_whole_it_fits(phone, map_address):
    page = phone()
    page.goto(map_address)
    page.get_by_label("See it whole").check()
    assert page.locator(".map-pan").evaluate("pan => pan.scrollWidth <= pan.clientWidth")


def test_words_stand_inside_their_bubbles(phone, map_address):
    """In the fonts of this machine, which are broad ones."""
    page = phone(viewport={"width": 1440, "height": 900})
    page.goto(map_address)
    assert outside_their_bubbles(page) == []


def test_control_words_that_stand_out_are_noticed(phone, map_address):
    page = phone(viewport={"width": 1440, "height": 900})
    page.goto(map_address)
    page.evaluate("document.querySelector('.map-bubble text').textContent += ' and some words more'")
    assert len(outside_their_bubbles(page)) == 1


def outside_their_bubbles(page) -> list[str]:
    return page.locator(".map-bubble").evaluate_all(
        """all => all.flatMap(bubble => {
          const box = bubble.querySelector("rect").getBoundingClientRect();
          const isNumber = each => each.previousElementSibling.matches("circle");
          const inside = each => each.left >= box.left && each.right <= box.right
            && each.top >= box.top && each.bottom <= box.bottom;
          return [...bubble.querySelectorAll("text")]
            .filter(each => !isNumber(each) && !inside(each.getBoundingClientRect()))
            .map(each => each.textContent);
        })"""
    )


def test_a_bubble_leads_to_its_results_poster(phone, map_address, goal):
    page = phone()
    page.goto(map_address)
    page.locator("a.map-way").first.click()
    expect(page.locator("h1")).to_have_text(goal.title)


def test_the_outline_leads_there_too(phone, map_address, goal):
    page = phone()
    page.goto(map_address)
    page.get_by_text("The same in words").click()
    page.locator(".map-outline").get_by_role("link", name=goal.title).click()
    expect(page.locator("h1")).to_have_text(goal.title)
