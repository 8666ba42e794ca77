"""From a decision to what everyone reads: the measure changed on the way, then the report, on paper too."""

import uuid

import pytest
from django.urls import reverse
from playwright.sync_api import expect

from feedback import decisions, frames, notes
from feedback.models import MeToo, Note, Theme
from gallery import events
from measures.models import Measure
from tests.browser.test_host import desk, stuck  # noqa: F401 - fixtures
from tests.browser.test_pages import in_each_look, is_wider_than_the_screen, problems_for_assistive_technology


def test_decide_change_the_measure_publish_and_read_it(desk, phone, gallery, poster, stuck, troubles):  # noqa: F811
    events.keep([poster])
    events.close_for_good(gallery)
    page = desk()
    page.goto(reverse("decide", args=[gallery.code]))
    page.get_by_text("Read the note, tick what led to it").click()
    page.get_by_role("checkbox", name="Too rosy in August?").check()
    page.get_by_role("radio", name="Change").check()
    page.get_by_label("Because", exact=True).fill("You showed us August.")
    page.get_by_role("button", name="Save", exact=True).first.click()
    expect(page.get_by_text("1 of 1")).to_be_visible()
    page.get_by_role("link", name="Change the measure").press("Enter")
    calculated = page.get_by_label("How it is calculated")
    calculated.fill("Each week, not each month.")
    page.get_by_label("How often").select_option("week")
    page.get_by_role("button", name="Save the change").press("Enter")
    expect(page.get_by_text("This is what will be told as changed:")).to_be_focused()
    expect(page.locator("ins", has_text="Weekly")).to_be_visible()
    assert Measure.objects.get(pk=poster.measure_id).frequency == "week"
    page.get_by_label("What happens next, and by when").fill("On 3 March it hangs anew.")
    page.get_by_role("checkbox", name="Yes, show it to everyone").check()
    page.get_by_role("button", name="Publish what we heard").click()
    page.wait_for_load_state()
    visitor = phone()
    visitor.goto(reverse("lobby", args=[gallery.code]))  # where the QR code leads
    told = ("Too rosy in August?", "You showed us August.", "Monthly", "Weekly", "On 3 March it hangs anew.")
    for words in told:
        expect(visitor.get_by_text(words, exact=True).first).to_be_visible()
    pdf = visitor.request.get(visitor.get_by_role("link", name="All of it as a PDF").get_attribute("href"))
    assert pdf.ok
    assert pdf.body().startswith(b"%PDF")
    assert troubles == []


def test_without_javascript_the_measure_is_changed_on_a_page_of_its_own(desk, gallery, poster, stuck):  # noqa: F811
    events.keep([poster])
    page = desk(scripts=False)
    page.goto(reverse("decide", args=[gallery.code]))
    page.get_by_role("link", name="Change the measure").click()
    page.get_by_label("Unit").fill("‰")
    page.get_by_role("button", name="Save the change").click()
    expect(page.locator("ins", has_text="‰")).to_be_visible()


@pytest.fixture
def whole(gallery, poster, stuck) -> list[str]:  # noqa: F811
    """A report with one of everything, and the addresses at which it is read and made."""
    events.keep([poster])
    theme = Theme.objects.create(gallery=gallery, name="Count Sundays too")
    kind = gallery.note_kinds.get(word="Idea")
    for number in range(6):
        text = "Donaudampfschifffahrtsgesellschaft" * 3 if number == 2 else f"Idea {number}"
        note = notes.stick(poster=poster, key=uuid.uuid4(), kind=kind, text=text, name="Ada")
        MeToo.objects.create(note=note)
    Note.objects.update(theme=theme)
    decisions.decide(theme=theme, verdict="no", reason="The gauge rests on Sundays.")
    decided = decisions.decide(poster=poster, verdict="drop", reason="Nobody asks.", at=gallery.invited_at)
    Measure.objects.update(unit="‰", calculation="W" * 200)
    events.close_for_good(gallery)
    making = [reverse(name, args=[gallery.code]) for name in ("decide", "report_draft")]
    return [*making, reverse("change_shown", args=[gallery.code, decided.poster.number])]


def test_the_report_and_its_making_shut_nobody_out(desk, phone, gallery, poster, whole, troubles):  # noqa: F811
    for width in (390, 1440):
        page = desk(viewport={"width": width, "height": 900})
        for address in whole:
            page.goto(address)
            page.evaluate("document.querySelectorAll('details').forEach((part) => { part.open = true; })")
            for look in in_each_look(page):
                at = (width, address, look)
                assert (at, problems_for_assistive_technology(page)) == (at, [])
                assert (at, is_wider_than_the_screen(page)) == (at, False)
    events.publish(gallery)
    decision = decisions.of_gallery(gallery).get(poster=poster)
    decision.later_words.create(verdict="keep", reason="Somebody asked after all.")
    frames.forget()
    for width in (360, 1440):
        page = phone(viewport={"width": width, "height": 844})
        for name, args in (("lobby", []), ("poster", [poster.number])):
            page.goto(reverse(name, args=[gallery.code, *args]))
            page.evaluate("document.querySelectorAll('details').forEach((part) => { part.open = true; })")
            for look in in_each_look(page):
                at = (width, name, look)
                assert (at, problems_for_assistive_technology(page)) == (at, [])
                assert (at, is_wider_than_the_screen(page)) == (at, False)
    assert troubles == []


def test_an_address_is_left_on_the_way_out(phone, gallery, poster, settings, troubles):
    settings.MAIL_OFFERED = True
    page = phone()
    page.goto(reverse("lobby", args=[gallery.code]))
    page.get_by_label("E-mail address").fill("ada@example.org")
    page.get_by_role("button", name="Tell me").click()
    expect(page.get_by_text("One message comes when our answer is up")).to_be_in_viewport()
    assert problems_for_assistive_technology(page) == []
    assert page.context.cookies() == []
    assert troubles == []
