"""Answers that overtake one another: what a note shows never goes back to older words.

The live feed's answers are held back and let go at will, so that each order comes about for sure.
"""

import re
from urllib.parse import urlsplit

import pytest
from django.test import Client
from django.urls import reverse
from playwright.sync_api import APIResponse, Locator, Page, Route, expect

from feedback import notes
from feedback.models import Note
from tests.browser.test_outbox import break_script, is_caught
from tests.browser.test_visit import seen, write
from tests.feedback.talking import HTMX, said, stuck

FEED = re.compile(r"/feed/\?after=")
REWORDING = re.compile(r"/notes/[0-9a-f]{32}/$")
TAKING_BACK = re.compile(r"/take-back/$")
PUTTING_BACK = re.compile(r"/put-back/$")
ANSWERING = re.compile(r"/answers/$")
COMPARED = "if (newer < 0 || (!newer && !own(note))) return false;"
# The feed asks only when a test says so.
TOLD = ("2500 + Math.random() * 1000", "3_600_000")
CAUGHT_UP = 'document.addEventListener("htmx:afterSwap", catchUp);'


class Held:
    """What the gallery answers to these requests is read at once and kept until it is let go."""

    def __init__(self, page: Page, address: re.Pattern[str], method: str) -> None:
        self.page, self.method = page, method
        self.kept: list[tuple[Route, APIResponse]] = []
        page.route(address, self._keep)

    def _keep(self, route: Route) -> None:
        if route.request.method == self.method:
            self.kept.append((route, route.fetch()))
        else:
            route.continue_()

    def wait(self) -> None:
        """Until there is an answer to hold."""
        for _ in range(200):
            if self.kept:
                return
            self.page.wait_for_timeout(50)
        raise AssertionError("nothing was asked")

    def let_go(self) -> None:
        self.wait()
        route, answer = self.kept.pop(0)
        route.fulfill(response=answer)


class Feed(Held):
    """The live feed of a page that asks only when it is told to."""

    def __init__(self, page: Page) -> None:
        super().__init__(page, FEED, "GET")

    def ask(self) -> None:
        """The feed asks now, and is answered as the gallery stands now; the page doesn't know it yet."""
        self.page.wait_for_timeout(100)  # htmx settles what came last: until then the feed hears nothing
        self.page.evaluate("document.dispatchEvent(new Event('visibilitychange'))")
        self.wait()

    def tell(self) -> None:
        """The page takes in what was answered."""
        before = self.page.locator("#feed").get_attribute("hx-get")
        self.let_go()
        expect(self.page.locator("#feed")).not_to_have_attribute("hx-get", before)


@pytest.fixture
def address(gallery, poster) -> str:
    return reverse("poster", args=[gallery.code, poster.number])


@pytest.fixture
def still(phone):
    """New phones whose feed asks only when it is told to; with `changes` broken in their script."""

    def new(*changes: tuple[str, str]) -> Page:
        page = phone()
        break_script(page, TOLD, *changes)
        return page

    return new


def mine(page: Page, address: str) -> Feed:
    """One's own note hangs, and the feed that brings it is held back."""
    page.goto(address)
    feed = Feed(page)
    write(page, "By month")
    expect(seen(page, "By month").locator(".note-own")).to_be_visible()
    return feed


def reword(page: Page, words: str) -> None:
    open_words(page).fill(words)
    page.get_by_role("button", name="Save").tap()


def open_words(page: Page) -> Locator:
    page.get_by_role("link", name="Reword").tap()
    box = page.get_by_label("your new words")
    expect(box).to_be_focused()
    return box


def look_elsewhere(page: Page) -> None:
    page.get_by_label("Your words").focus()
    page.wait_for_timeout(50)


def only(page: Page, words: str) -> None:
    """One note hangs, with these words."""
    expect(page.locator("#notes .note .note-text")).to_have_text([words])


# Asked before, answered after


def rewording_is_overtaken(page: Page, address: str) -> None:
    feed = mine(page, address)
    feed.ask()
    reword(page, "By week")
    only(page, "By week")
    feed.tell()
    only(page, "By week")
    look_elsewhere(page)
    only(page, "By week")
    feed.ask()
    feed.tell()
    only(page, "By week")
    expect(seen(page, "By week")).to_contain_text("reworded")


def test_older_words_that_come_after_the_new_ones_are_left(still, address, troubles):
    rewording_is_overtaken(still(), address)
    assert troubles == []


def test_control_notes_that_are_not_compared_are_caught(still, address):
    page = still((COMPARED, ""))
    is_caught(lambda: rewording_is_overtaken(page, address))


def test_older_words_that_come_while_one_types_are_left(still, address):
    page = still()
    feed = mine(page, address)
    feed.ask()
    box = open_words(page)
    box.fill("By we")
    feed.tell()
    expect(box).to_have_value("By we")
    page.keyboard.type("ek")
    page.get_by_role("button", name="Save").tap()
    only(page, "By week")
    look_elsewhere(page)
    only(page, "By week")


@pytest.mark.parametrize("before", [True, False], ids=["asked before", "asked after"])
def test_words_that_come_while_the_new_ones_are_on_their_way(still, address, before):
    page = still()
    feed, saving = mine(page, address), Held(page, REWORDING, "POST")
    if before:
        feed.ask()
    reword(page, "By week")
    saving.wait()
    if not before:
        feed.ask()
    feed.tell()
    saving.let_go()
    only(page, "By week")
    look_elsewhere(page)
    only(page, "By week")


# What is newer than the note's own answer comes first


def answered_meanwhile(page: Page, address: str) -> None:
    feed, saving = mine(page, address), Held(page, REWORDING, "POST")
    reword(page, "By week")
    saving.wait()
    said(Note.objects.get(), "Weeks are noisy.")
    feed.ask()
    feed.tell()
    saving.let_go()
    expect(page.locator("#notes .reply")).to_have_text(re.compile("Weeks are noisy"))
    expect(page.locator("#notes .note > .note-text")).to_have_text(["By week"])


def test_an_answer_that_came_first_is_not_lost(still, address):
    answered_meanwhile(still(), address)


def test_control_late_news_that_are_dropped_are_caught(still, address):
    page = still((CAUGHT_UP, 'document.addEventListener("htmx:afterSwap", () => late.clear());'))
    is_caught(lambda: answered_meanwhile(page, address))


def hidden_meanwhile(page: Page, address: str) -> None:
    feed, saving = mine(page, address), Held(page, REWORDING, "POST")
    feed.ask()
    feed.tell()
    reword(page, "By week")
    saving.wait()
    notes.hide(Note.objects.get())
    feed.ask()
    feed.tell()
    saving.let_go()
    expect(page.locator("#notes .note")).to_have_count(0)


def test_a_note_that_was_hidden_first_leaves(still, address):
    hidden_meanwhile(still(), address)


def test_control_one_that_stays_for_its_own_answer_is_caught(still, address):
    page = still(
        (
            "if (written || inHand(here)) late.set",
            "if (inHand(here)) return false; else if (written) late.set",
        )
    )
    is_caught(lambda: hidden_meanwhile(page, address))


def test_a_host_s_hiding_reaches_a_note_that_one_has_just_said_me_too_to(still, address, poster):
    note = stuck(poster)
    page = still()
    page.goto(address)
    feed, nodding = Feed(page), Held(page, re.compile(r"/me-too/$"), "POST")
    page.get_by_role("button", name="Me too").tap()
    nodding.wait()
    notes.hide(note)
    feed.ask()
    feed.tell()
    nodding.let_go()
    expect(page.locator("#notes .note")).to_have_count(0)


def leaving_the_words(page: Page, address: str) -> None:
    """Reworded in another tab while the form is open in this one, which is then left."""
    feed = mine(page, address)
    open_words(page)
    notes.reword(note=Note.objects.get(), text="By day", author=Note.objects.get().author)
    feed.ask()
    feed.tell()
    page.get_by_role("link", name="Leave it as it is").tap()
    only(page, "By day")


def test_a_form_that_is_left_shows_the_newest(still, address):
    leaving_the_words(still(), address)


def test_control_a_form_that_is_left_with_what_was_there_is_caught(still, address):
    page = still(('htmx.trigger(old, "htmx:afterSwap");', ""))
    is_caught(lambda: leaving_the_words(page, address))


# Taking back, and putting back


def taken_back_is_overtaken(page: Page, address: str) -> None:
    feed = mine(page, address)
    feed.ask()
    page.get_by_role("button", name="Take back").tap()
    only(page, "Taken back.")
    feed.tell()
    only(page, "Taken back.")
    feed.ask()
    feed.tell()
    look_elsewhere(page)
    only(page, "Taken back.")
    page.get_by_role("button", name="Put it back").tap()
    only(page, "By month")
    feed.ask()
    feed.tell()
    only(page, "By month")


def test_what_was_taken_back_does_not_come_again(still, address, troubles):
    taken_back_is_overtaken(still(), address)
    assert troubles == []


def test_control_one_that_comes_again_is_caught(still, address):
    page = still((COMPARED, ""))
    is_caught(lambda: taken_back_is_overtaken(page, address))


def put_back_is_overtaken(page: Page, address: str) -> None:
    feed = mine(page, address)
    feed.ask()
    feed.tell()
    page.get_by_role("button", name="Take back").tap()
    only(page, "Taken back.")
    feed.ask()
    page.get_by_role("button", name="Put it back").tap()
    only(page, "By month")
    look_elsewhere(page)
    feed.tell()
    only(page, "By month")


def test_what_was_put_back_stays(still, address):
    put_back_is_overtaken(still(), address)


def test_control_one_that_goes_after_all_is_caught(still, address):
    page = still((COMPARED, ""))
    is_caught(lambda: put_back_is_overtaken(page, address))


@pytest.mark.parametrize(
    ("pattern", "act"), [(TAKING_BACK, "Take back"), (PUTTING_BACK, "Put it back")], ids=["away", "back"]
)
def test_news_that_come_while_that_is_on_its_way(still, address, pattern, act):
    page = still()
    feed = mine(page, address)
    feed.ask()
    feed.tell()
    if act == "Put it back":
        page.get_by_role("button", name="Take back").tap()
        only(page, "Taken back.")
    acting = Held(page, pattern, "POST")
    page.get_by_role("button", name=act).tap()
    acting.wait()
    feed.ask()
    feed.tell()
    acting.let_go()
    look_elsewhere(page)
    only(page, "Taken back." if act == "Take back" else "By month")


# What one says to a note


def answering_is_overtaken(page: Page, address: str, note: Note) -> None:
    page.goto(address)
    feed = Feed(page)
    notes.reword(note=note, text="Far too rosy?", author=note.author)
    feed.ask()
    page.get_by_role("link", name="Answer", exact=True).tap()
    page.keyboard.type("By how much?")
    page.get_by_role("button", name="Answer", exact=True).tap()
    expect(page.locator("#notes .reply")).to_contain_text("By how much?")
    feed.tell()
    look_elsewhere(page)
    expect(page.locator("#notes .reply")).to_contain_text("By how much?")
    feed.ask()
    feed.tell()
    expect(page.locator("#notes .reply")).to_contain_text("By how much?")
    expect(page.locator("#notes .note > .note-text")).to_have_text("Far too rosy?")


def test_an_answer_that_hangs_stays(still, address, poster):
    answering_is_overtaken(still(), address, stuck(poster))


def test_control_an_answer_that_goes_is_caught(still, address, poster):
    page, note = still((COMPARED, "")), stuck(poster)
    is_caught(lambda: answering_is_overtaken(page, address, note))


def test_an_answer_in_other_words_keeps_them(still, address, poster):
    stuck(poster)
    page = still()
    page.goto(address)
    page.get_by_role("link", name="Answer", exact=True).tap()
    page.keyboard.type("By month")
    page.get_by_role("button", name="Answer", exact=True).tap()
    expect(page.locator("#notes .reply")).to_contain_text("By month")
    feed = Feed(page)
    feed.ask()
    reword(page, "By week")
    expect(page.locator("#notes .reply")).to_contain_text("By week")
    feed.tell()
    look_elsewhere(page)
    expect(page.locator("#notes .reply .note-text")).to_have_text(["By week"])


# A phone's first note


def first_note(page: Page, address: str) -> None:
    """The feed asked before the phone was known, and is answered when its note hangs already."""
    page.goto(address)
    feed: list[Route] = []
    page.route(FEED, lambda route: feed.append(route))
    page.evaluate("document.dispatchEvent(new Event('visibilitychange'))")
    write(page, "By month")
    expect(page.locator("#notes .note-own")).to_be_visible()
    asked = urlsplit(feed[0].request.url)
    answer = Client().get(f"{asked.path}?{asked.query}", headers=HTMX)
    feed[0].fulfill(body=answer.content.decode(), content_type="text/html")
    expect(page.locator("#feed")).to_have_attribute("hx-get", re.compile("after=1$"))
    look_elsewhere(page)
    only(page, "By month")
    expect(page.locator("#notes .note-own")).to_be_visible()


def test_one_may_still_change_one_s_first_note(still, address):
    first_note(still(), address)


def test_control_one_that_is_drawn_as_anybody_s_is_caught(still, address):
    page = still((COMPARED, "if (newer < 0) return false;"))
    is_caught(lambda: first_note(page, address))
