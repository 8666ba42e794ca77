"""What only a browser shows of answers, 'me too' and proposed measures."""

import re

import pytest
from django.urls import reverse
from playwright.sync_api import Locator, Page, expect

from feedback import notes
from feedback.models import MeToo, Note, Proposal
from gallery import events
from gallery.models import Poster
from tests.browser.test_outbox import SECOND, break_script, is_caught
from tests.browser.test_pages import in_each_look, problems_for_assistive_technology
from tests.browser.test_visit import seen
from tests.feedback.talking import page_of, said, stuck

ANSWER = re.compile(r"/answers/$")


@pytest.fixture
def note(poster) -> Note:
    return stuck(poster)


def button(place: Page | Locator, name: str) -> Locator:
    return place.get_by_role("button", name=name, exact=True)


def open_answer(page: Page, words: str) -> Locator:
    """Type an answer beneath the note and leave it there; the note."""
    note = seen(page, "Too rosy?")
    note.get_by_role("link", name="Answer", exact=True).tap()
    expect(note.get_by_label("Your answer")).to_be_focused()
    page.keyboard.type(words)
    return note


@pytest.mark.parametrize("scripts", [True, False], ids=["with scripts", "without JavaScript"])
def test_an_answer_hangs_beneath_its_note(phone, poster, note, scripts, troubles):
    page = phone(scripts)
    page.goto(page_of(poster))
    if scripts:
        open_answer(page, "By how much?")
    else:
        seen(page, "Too rosy?").get_by_role("link", name="Answer", exact=True).tap()
        page.get_by_label("Your answer").fill("By how much?")
    button(page, "Answer").tap()
    expect(page.locator(".reply")).to_contain_text("By how much?")
    expect(seen(page, "Too rosy?").locator(".reply")).to_have_count(1)
    assert Note.objects.get(text="By how much?").reply_to == note
    assert troubles == []


def test_it_reaches_another_phone_once(phone, poster, note):
    mine, theirs = phone(), phone()
    mine.goto(page_of(poster))
    theirs.goto(page_of(poster))
    open_answer(mine, "By how much?")
    button(mine, "Answer").tap()
    expect(theirs.locator(".reply")).to_have_count(1)
    expect(theirs.locator("#news")).to_have_text("A note was answered.")
    expect(mine.locator("#feed")).to_have_attribute("hx-get", re.compile("after=3$"))
    expect(mine.locator(".reply")).to_have_count(1)


def answer_offline(page: Page, poster: Poster) -> None:
    page.goto(page_of(poster))
    page.context.set_offline(True)
    note = open_answer(page, "From the cellar")
    button(note, "Answer").tap()
    expect(note.locator(".slip-told")).to_contain_text("Waiting: no connection. Kept on this phone")
    expect(note.get_by_label("Your answer")).not_to_be_editable()
    page.context.set_offline(False)
    expect(page.locator("#said")).to_have_text("Saved. Your answer is on the note.")
    expect(note.locator(".slip")).to_have_count(0)
    assert list(Note.objects.filter(reply_to__isnull=False).values_list("text", flat=True)) == [
        "From the cellar"
    ]


def test_an_answer_written_offline_arrives_once(phone, poster, note):
    answer_offline(phone(), poster)


def test_control_one_that_is_thrown_away_is_caught(phone, poster, note):
    page = phone()
    break_script(page, ("if (aside) face.inPlace.add(entry.key);", "if (aside) return entry;"))
    is_caught(lambda: answer_offline(page, poster))


def test_a_waiting_answer_outlives_a_reload(phone, poster, note):
    page = phone()
    page.context.route(ANSWER, lambda route: route.abort())
    page.goto(page_of(poster))
    button(open_answer(page, "Still here"), "Answer").tap()
    expect(page.locator(".note .slip-told")).to_contain_text("Waiting")
    page.reload()
    expect(page.locator("#outbox .unsent-note")).to_contain_text("Still here")
    page.context.unroute(ANSWER)
    expect(page.locator(".reply")).to_contain_text("Still here")
    expect(page.locator("#outbox")).to_be_hidden()


def half_an_answer(page: Page, poster: Poster, note: Note) -> None:
    """Something is said to the note, and then the note is hidden, while one is typing an answer to it."""
    page.goto(page_of(poster))
    open_answer(page, "Half a thou")
    said(note, "Somebody was faster.")
    expect(page.locator(".reply")).to_have_count(1)
    expect(page.get_by_label("Your answer")).to_have_value("Half a thou")
    expect(page.get_by_label("Your answer")).to_be_focused()
    notes.hide(note)
    expect(page.locator("#said")).to_contain_text("was taken away")
    expect(page.get_by_label("Your answer")).to_have_value("Half a thou")


def test_what_is_being_typed_stays_whatever_arrives(phone, poster, note):
    half_an_answer(phone(), poster, note)


def test_control_a_note_that_is_simply_replaced_is_caught(phone, poster, note):
    page = phone()
    break_script(page, ("if (child !== form) child.remove();", "child.remove();"))
    is_caught(lambda: half_an_answer(page, poster, note))


def test_not_now_keeps_what_was_typed_for_the_next_time(phone, poster, note):
    page = phone()
    page.goto(page_of(poster))
    open_answer(page, "Half a thou")
    page.get_by_role("link", name="Not now").tap()
    expect(page.locator(".note > .slip")).to_have_count(0)
    seen(page, "Too rosy?").get_by_role("link", name="Answer", exact=True).tap()
    expect(page.get_by_label("Your answer")).to_have_value("Half a thou")


@pytest.mark.parametrize("scripts", [True, False], ids=["with scripts", "without JavaScript"])
def test_me_too_is_pressed_and_let_go(phone, poster, note, scripts, troubles):
    page = phone(scripts)
    page.goto(page_of(poster))
    button(page, "Me too").tap()
    expect(button(page, "Me too")).to_have_attribute("aria-pressed", "true")
    assert MeToo.objects.count() == 1
    button(page, "Me too").tap()
    expect(button(page, "Me too")).to_have_attribute("aria-pressed", "false")
    assert MeToo.objects.count() == 0
    assert troubles == []


def test_me_too_without_a_connection_says_so(phone, poster, note):
    page = phone()
    page.goto(page_of(poster))
    page.context.set_offline(True)
    button(page, "Me too").tap()
    expect(page.locator(".note-told")).to_contain_text("Not done: no connection")


@pytest.mark.parametrize("scripts", [True, False], ids=["with scripts", "without JavaScript"])
def test_a_measure_is_proposed_on_a_blank_poster(phone, poster, goal, scripts, troubles):
    blank = events.hang(wall=poster.wall, kind=Poster.Kind.BLANK, goal=goal)
    page = phone(scripts)
    page.goto(page_of(blank))
    page.get_by_label("What would you measure?").fill("Swimmers on a warm day")
    page.get_by_label("Where is the data?").fill("The lifeguard’s tally")
    button(page, "Propose it").tap()
    expect(seen(page, "Swimmers on a warm day")).to_contain_text("The lifeguard’s tally")
    expect(page.get_by_role("link", name="Build on it")).to_be_visible()
    if scripts:
        expect(page.get_by_label("What would you measure?")).to_have_value("")
    assert Proposal.objects.get().data_from == "The lifeguard’s tally"
    assert troubles == []


def test_a_host_answers_on_the_dashboard_and_the_board_waits(phone, site, facilitator, gallery, note):
    page = phone()
    page.goto(reverse("dashboard", args=[gallery.code]))
    page.get_by_label("Username").fill("facilitator")
    page.get_by_label("Password").fill("correct horse battery")
    page.keyboard.press("Enter")
    page.locator("a.answer").tap()
    page.get_by_label("Your answer as a host").fill("We will look.")
    said(note, "Somebody was faster.")
    page.wait_for_timeout(6 * SECOND)  # the board would have been drawn anew
    expect(page.get_by_label("Your answer as a host")).to_have_value("We will look.")
    button(page, "Answer").tap()
    expect(page.locator(".reply-host")).to_contain_text("We will look.")


def test_axe_finds_nothing(phone, poster, note):
    said(note, "By how much?")
    said(note, "By a tenth.", host=True)
    page = phone()
    page.goto(page_of(poster))
    button(page, "Me too").tap()
    expect(button(page, "Me too")).to_have_attribute("aria-pressed", "true")
    open_answer(page, "Half a thou")
    page.locator(".propose summary").tap()
    for look in in_each_look(page):
        assert (look, problems_for_assistive_technology(page)) == (look, [])
