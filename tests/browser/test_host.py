"""A facilitator in a real browser: from a note that arrives to what we heard, what we changed."""

import uuid

import pytest
from django.test import Client
from django.urls import reverse
from playwright.sync_api import Page, expect

from feedback import notes
from feedback.models import Decision, Note
from gallery import events
from tests.browser.test_pages import is_wider_than_the_screen, problems_for_assistive_technology

DESKTOP = {"width": 1440, "height": 900}


@pytest.fixture
def stuck(poster) -> Note:
    kind = poster.gallery.note_kinds.get(word="Concern")
    return notes.stick(poster=poster, key=uuid.uuid4(), kind=kind, text="Too rosy in August?")


@pytest.fixture
def desk(phone, facilitator, settings, site):
    """Open a page as the facilitator, on a desktop unless told otherwise."""

    def new(**look) -> Page:
        client = Client()
        client.force_login(facilitator)
        page = phone(**({"viewport": DESKTOP, "has_touch": False, "is_mobile": False} | look))
        name = settings.SESSION_COOKIE_NAME
        page.context.add_cookies([{"name": name, "value": client.cookies[name].value, "url": site}])
        return page

    return new


def test_a_note_arrives_is_hidden_and_shown_again(desk, gallery, poster, troubles):
    page = desk()
    page.goto(reverse("dashboard", args=[gallery.code]))
    kind = gallery.note_kinds.get(word="Idea")
    note = notes.stick(poster=poster, key=uuid.uuid4(), kind=kind, text="Show it by quay")
    arrived = page.locator(".note", has_text="Show it by quay")
    expect(arrived).to_be_visible()
    arrived.get_by_role("button", name="Hide").click()
    expect(
        page.locator(".note", has_text="Show it by quay").get_by_role("button", name="Hide")
    ).to_have_count(0)
    note.refresh_from_db()
    assert note.state == "hidden"
    page.goto(reverse("dashboard", args=[gallery.code]) + "?state=hidden")
    page.get_by_role("button", name="Show again").click()
    expect(page.get_by_role("button", name="Show again")).to_have_count(0)
    note.refresh_from_db()
    assert note.state == "shown"
    assert troubles == []


@pytest.mark.parametrize("scripts", [True, False], ids=["with scripts", "without JavaScript"])
def test_from_what_was_said_to_what_we_changed(desk, phone, gallery, poster, stuck, scripts):
    page = desk(scripts=scripts)
    page.goto(reverse("dashboard", args=[gallery.code]))
    page.get_by_role("button", name="Close the doors").click()
    expect(page.get_by_role("button", name="Open the doors")).to_be_visible()
    page.goto(reverse("decide", args=[gallery.code]))
    page.get_by_role("radio", name="Change").check()
    page.get_by_label("Because").fill("You showed us August. We will show each week.")
    page.get_by_role("button", name="Save", exact=True).first.click()
    expect(page.get_by_text("1 of 1")).to_be_visible()
    assert Decision.objects.get().verdict == "change"
    page.get_by_role("checkbox").check()
    page.get_by_role("button", name="Publish what we heard").click()
    page.wait_for_load_state()
    visitor = phone()
    visitor.goto(reverse("poster", args=[gallery.code, poster.number]))
    expect(visitor.get_by_text("We will show each week.")).to_be_visible()
    visitor.goto(reverse("lobby", args=[gallery.code]))
    expect(visitor.get_by_role("heading", name="What we heard, what we changed")).to_be_visible()


@pytest.mark.parametrize("look", ["light", "dark"])
@pytest.mark.parametrize("name", ["dashboard", "decide", "print"])
def test_no_page_of_the_hosts_shuts_anyone_out(desk, gallery, poster, stuck, name, look, troubles):
    for width in (390, 1440):
        page = desk(viewport={"width": width, "height": 900}, color_scheme=look)
        page.emulate_media(reduced_motion="reduce", color_scheme=look)
        page.goto(reverse(name, args=[gallery.code]))
        assert (width, problems_for_assistive_technology(page)) == (width, [])
        assert (width, is_wider_than_the_screen(page)) == (width, False)
    assert troubles == []


def test_a_reason_typed_and_not_saved_survives_another_form(desk, gallery, poster, stuck):
    events.close_doors(gallery)
    page = desk()
    page.goto(reverse("decide", args=[gallery.code]))
    page.get_by_label("Because").fill("Typed for long")
    page.get_by_role("button", name="Publish what we heard").click()
    expect(page.get_by_role("alert").first).to_contain_text("Tick the box first")
    expect(page.get_by_label("Because")).to_have_value("Typed for long")
    expect(page.get_by_text("Not saved yet")).to_be_visible()
