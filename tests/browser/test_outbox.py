"""The phone's outbox in a real Chromium: no word lost, no note doubled, 'Saved' only when it is.

Each fault has its control: the page's script with one thing broken in it, which the same walk
must catch.
"""

import re
from collections.abc import Callable, Iterator
from datetime import timedelta

import pytest
from django.db import connections
from django.test.testcases import LiveServerThread, QuietWSGIRequestHandler
from django.urls import reverse
from django.utils import timezone
from playwright.sync_api import Locator, Page, Route, expect

from feedback import frames
from feedback.models import Note
from gallery import events
from gallery.models import Gallery
from tests.browser.conftest import PATIENCE, PatientServer
from tests.browser.test_pages import in_each_look, is_wider_than_the_screen, problems_for_assistive_technology
from tests.browser.test_visit import Taps, seen, write

STICK = re.compile(r"/notes/$")
SCRIPT = re.compile(r"/static/visit\..*js$")
SECOND = 1_000


@pytest.fixture
def address(gallery, poster) -> str:
    return reverse("poster", args=[gallery.code, poster.number])


@pytest.fixture
def lobby(gallery) -> str:
    return reverse("lobby", args=[gallery.code])


def status(page: Page) -> Locator:
    return page.get_by_role("status").filter(has=page.locator("xpath=self::*[@id='said']"))


def box(page: Page) -> Locator:
    return page.get_by_label("Your words")


def cards(page: Page) -> Locator:
    return page.locator("#outbox .unsent-note")


def button(page: Page, name: str) -> Locator:
    return page.get_by_role("button", name=name, exact=True)


def texts() -> list[str]:
    return list(Note.objects.order_by("pk").values_list("text", flat=True))


def break_script(page: Page, *changes: tuple[str, str]) -> None:
    """Give this page a script in which something was broken on purpose."""

    def broken(route: Route) -> None:
        answer = route.fetch()
        script = answer.text()
        for right, wrong in changes:
            assert script.count(right) == 1, f"the control is out of date: {right}"
            script = script.replace(right, wrong)
        route.fulfill(response=answer, body=script)

    page.context.route(SCRIPT, broken)


def is_caught(walk: Callable[[], None]) -> None:
    """The walk must fail; with less patience than where it must hold."""
    expect.set_options(timeout=3 * SECOND)
    try:
        with pytest.raises(AssertionError):
            walk()
    finally:
        expect.set_options(timeout=PATIENCE)


def close_for_good(gallery: Gallery, *, grace: int) -> None:
    """The doors close now; `grace` in minutes."""
    Gallery.objects.update(grace_minutes=grace)
    events.close_doors(gallery)


# Without a connection


def write_offline(page: Page, address: str, words: str) -> None:
    page.goto(address)
    page.context.set_offline(True)
    write(page, words)
    expect(status(page)).to_contain_text("Waiting: no connection. Kept on this phone")
    expect(box(page)).to_have_value(words)
    expect(box(page)).not_to_be_editable()
    expect(page.get_by_text("Saved")).to_have_count(0)


def test_a_note_written_offline_is_sent_by_itself_when_the_connection_is_back(phone, address):
    page = phone()
    write_offline(page, address, "From the cellar")
    assert texts() == []
    page.context.set_offline(False)
    expect(status(page)).to_have_text("Saved. Your note is on the poster.")
    expect(seen(page, "From the cellar")).to_have_count(1)
    expect(box(page)).to_have_value("")
    expect(box(page)).to_be_editable()
    assert texts() == ["From the cellar"]


def test_a_box_that_is_cleared_at_once_is_caught(phone, address):
    page = phone()
    break_script(page, ("if (before) outbox.drop(before.key);", "fill(); outbox.drop(outbox.held);"))
    is_caught(lambda: write_offline(page, address, "From the cellar"))


def test_saved_that_is_said_at_once_is_caught(phone, address):
    page = phone()
    break_script(page, ("return `Waiting: ", "return `Saved. Waiting: "))
    is_caught(lambda: write_offline(page, address, "From the cellar"))


def test_a_moderated_gallery_says_that_a_host_reads_first(phone, address):
    Gallery.objects.update(moderated=True)
    page = phone()
    page.goto(address)
    write(page, "For the host")
    expect(status(page)).to_have_text("Saved. A host reads it first, then it hangs here.")


def test_one_goes_on_writing_while_notes_wait(phone, address, lobby):
    page = phone()
    write_offline(page, address, "First")
    button(page, "Write another").tap()
    expect(box(page)).to_have_value("")
    expect(cards(page)).to_have_count(1)
    expect(cards(page)).to_contain_text("First")
    expect(cards(page)).to_contain_text("Not sent yet")
    write(page, "Second")
    expect(box(page)).to_have_value("Second")
    page.context.set_offline(False)
    expect(seen(page, "Second")).to_be_visible()
    expect(seen(page, "First")).to_be_visible()
    expect(cards(page)).to_have_count(0)
    assert texts() == ["First", "Second"]


def test_half_a_thought_stays_in_the_box_while_another_note_arrives(phone, address):
    page = phone()
    write_offline(page, address, "First")
    button(page, "Write another").tap()
    box(page).fill("Half a thou")
    page.context.set_offline(False)
    expect(seen(page, "First")).to_be_visible()
    expect(box(page)).to_have_value("Half a thou")


def leave_by_the_lobby(page: Page, address: str, lobby: str) -> None:
    """Tap while the gallery can't be reached, wander to the lobby and be sent from there."""
    page.goto(address)
    page.route(STICK, lambda route: route.abort())
    write(page, "On my way")
    expect(status(page)).to_contain_text("Waiting")
    page.goto(lobby)
    expect(page.locator("#outbox summary")).to_have_text("1 note not sent yet")
    page.locator("#outbox summary").tap()
    expect(cards(page)).to_contain_text("On my way")
    page.unroute(STICK)
    number = address.strip("/").split("/")[-1]
    expect(status(page)).to_have_text(f"Saved. Your note is on poster {number}.")
    expect(page.locator("#outbox")).to_be_hidden()


def test_a_waiting_note_is_sent_from_the_lobby(phone, address, lobby):
    page = phone()
    leave_by_the_lobby(page, address, lobby)
    page.go_back()
    expect(box(page)).to_have_value("")
    expect(seen(page, "On my way")).to_have_count(1)
    assert texts() == ["On my way"]


def test_an_outbox_in_memory_alone_is_caught(phone, address, lobby):
    page = phone()
    break_script(page, ("localStorage.setItem(PLACE", "new Map().set(PLACE"))
    is_caught(lambda: leave_by_the_lobby(page, address, lobby))


def test_a_waiting_note_outlives_reload_and_a_closed_tab(phone, address):
    page = phone()
    page.context.route(STICK, lambda route: route.abort())
    page.goto(address)
    write(page, "Still here")
    expect(status(page)).to_contain_text("Waiting")
    page.reload()
    expect(cards(page)).to_contain_text("Still here")
    expect(box(page)).to_have_value("")
    page.close()
    other = page.context.new_page()
    other.goto(address)
    expect(cards(other)).to_contain_text("Still here")
    other.context.unroute(STICK)
    expect(seen(other, "Still here")).to_be_visible(timeout=20 * SECOND)
    assert texts() == ["Still here"]


# Tabs, cookies, time


def test_logging_in_in_another_tab_first(phone, address, facilitator, site):
    page = phone()
    page.goto(address)
    box(page).fill("Before the log-in")
    other = page.context.new_page()
    other.goto(reverse("admin:login"))
    other.get_by_label("Username").fill(facilitator.username)
    other.get_by_label("Password").fill("correct horse battery")
    button(other, "Log in").click()
    expect(button(other, "Log out")).to_be_visible()
    page.bring_to_front()
    page.locator(".kind", has_text="Idea").tap()
    button(page, "Stick it").tap()
    expect(status(page)).to_contain_text("Saved")
    assert texts() == ["Before the log-in"]


def test_a_lost_cookie_costs_nothing(phone, address):
    page = phone()
    page.goto(address)
    write(page, "With a cookie")
    expect(status(page)).to_contain_text("Saved")
    page.context.clear_cookies()
    write(page, "Without")
    expect(seen(page, "Without")).to_be_visible()
    assert texts() == ["With a cookie", "Without"]


def test_back_after_success_and_new_words_are_two_notes(phone, address, lobby):
    page = phone()
    page.goto(address)
    write(page, "First")
    expect(status(page)).to_contain_text("Saved")
    page.goto(lobby)
    page.go_back()
    expect(box(page)).to_have_value("")
    write(page, "Second")
    expect(seen(page, "Second")).to_be_visible()
    assert texts() == ["First", "Second"]


def test_one_key_for_a_page_is_caught(phone, address, lobby):
    page = phone()
    break_script(page, ("key: newKey(), when", 'key: "12345678-1234-4123-8123-123456789abc", when'))
    is_caught(lambda: test_back_after_success_and_new_words_are_two_notes(lambda: page, address, lobby))


def test_a_page_left_open_for_twenty_hours(phone, address, gallery):
    now = timezone.now()
    gallery.hours.update(opens=now - timedelta(days=1), closes=now + timedelta(days=1))
    page = phone()
    page.clock.install()
    page.goto(address)
    write(page, "In the evening")
    expect(status(page)).to_contain_text("Saved")
    box(page).fill("Thought of overnight")
    page.clock.fast_forward("20:00:00")
    page.context.clear_cookies()
    tap = Taps(page)
    tap(page.locator(".kind", has_text="Idea"))
    tap(button(page, "Stick it"))
    expect(seen(page, "Thought of overnight")).to_be_visible()
    assert tap.count == 2
    assert texts() == ["In the evening", "Thought of overnight"]


def two_tabs(page: Page, address: str) -> list[str]:
    """One waiting note, two tabs, the connection back in both at once; the keys that were sent."""
    sent: list[str] = []
    page.context.on(
        "request", lambda request: sent.append(request.post_data or "") if STICK.search(request.url) else None
    )
    page.goto(address)
    other = page.context.new_page()
    other.goto(address)
    page.context.set_offline(True)
    page.bring_to_front()
    write(page, "Once")
    expect(status(page)).to_contain_text("Waiting")
    expect(cards(other)).to_contain_text("Once")
    page.context.set_offline(False)
    expect(status(page)).to_contain_text("Saved")
    expect(box(page)).to_have_value("")
    expect(cards(other)).to_have_count(0)
    expect(seen(page, "Once")).to_have_count(1)
    return re.findall(r"key=([^&]+)", " ".join(sent))


def test_two_tabs_send_one_note_once(phone, address):
    assert len(set(two_tabs(phone(), address))) == 1
    assert texts() == ["Once"]


def while_another_tab_sends(page: Page, address: str) -> None:
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url) if STICK.search(request.url) else None)
    page.clock.install()
    page.goto(address)
    lease = "JSON.stringify({ tab: 'another', until: Date.now() + 20000 })"
    page.evaluate(f"localStorage.setItem('outbox-lease', {lease})")
    write(page, "My turn next")
    page.clock.run_for(9 * SECOND)
    expect(status(page)).to_contain_text("Waiting: no answer yet")
    assert asked == []
    page.clock.run_for(12 * SECOND)
    expect(status(page)).to_contain_text("Saved")


def test_a_tab_waits_for_another_but_not_for_ever(phone, address):
    while_another_tab_sends(phone(), address)
    assert texts() == ["My turn next"]


def test_two_tabs_at_once_are_caught(phone, address):
    page = phone()
    break_script(page, ("held.until > now", "held.until < now"))
    is_caught(lambda: while_another_tab_sends(page, address))


# Answers that are none


def cut_answer(page: Page, address: str) -> None:
    lost = {"left": 2}

    def lose(route: Route) -> None:
        if lost["left"]:
            lost["left"] -= 1
            route.fetch()  # the gallery gets it and answers; the phone never hears
            route.abort()
        else:
            route.continue_()

    page.route(STICK, lose)
    page.goto(address)
    write(page, "Only once")
    expect(status(page)).to_contain_text("Waiting")
    expect(status(page)).to_contain_text("Saved")
    expect(box(page)).to_have_value("")
    expect(seen(page, "Only once")).to_have_count(1)
    assert texts() == ["Only once"]


def test_an_answer_that_was_cut_is_asked_for_again(phone, address):
    cut_answer(phone(), address)


def test_a_new_key_for_each_attempt_is_caught(phone, address):
    page = phone()
    break_script(page, ("new URLSearchParams({ key,", "new URLSearchParams({ key: newKey(),"))
    is_caught(lambda: cut_answer(page, address))


def portal(page: Page, address: str) -> None:
    html = "<!doctype html><title>Café Wi-Fi</title><p>Saved. Please log in.</p>"
    page.route(STICK, lambda route: route.fulfill(status=200, content_type="text/html", body=html))
    page.goto(address)
    write(page, "Behind the log-in page")
    expect(status(page)).to_contain_text("Does this Wi-Fi ask for a log-in?")
    expect(box(page)).to_have_value("Behind the log-in page")
    expect(page.get_by_text("Saved")).to_have_count(0)
    page.unroute(STICK)
    button(page, "Try now").tap()
    expect(status(page)).to_contain_text("Saved")
    assert texts() == ["Behind the log-in page"]


def test_a_wifi_s_log_in_page_is_not_saved(phone, address):
    portal(phone(), address)


def test_believing_any_200_is_caught(phone, address):
    page = phone()
    break_script(page, ('status < 300 && headers.get("Note-Saved") === key', "status < 300"))
    is_caught(lambda: portal(page, address))


@pytest.mark.parametrize(("code", "told"), [(429, "many notes at once"), (503, "can’t take it just now")])
def test_retry_after_is_obeyed(phone, address, code, told):
    page = phone()
    asked: list[int] = []

    def slow(route: Route) -> None:
        asked.append(1)
        if len(asked) == 1:
            route.fulfill(status=code, headers={"Retry-After": "4"}, body="")
        else:
            route.continue_()

    page.clock.install()
    page.route(STICK, slow)
    page.goto(address)
    write(page, "In a while")
    expect(status(page)).to_contain_text(told)
    button(page, "Try now").tap()
    page.clock.run_for(2 * SECOND)
    expect(box(page)).to_have_value("In a while")
    assert len(asked) == 1
    page.clock.run_for(4 * SECOND)
    expect(status(page)).to_contain_text("Saved")
    assert texts() == ["In a while"]


def test_a_note_that_breaks_the_gallery_holds_up_no_other(phone, address):
    page = phone()

    def answer(route: Route) -> None:
        if "Poison" in (route.request.post_data or ""):
            route.fulfill(status=500, body="<h1>Something broke</h1>")
        else:
            route.continue_()

    page.route(STICK, answer)
    page.goto(address)
    write(page, "Poison")
    expect(status(page)).to_contain_text("Waiting")
    button(page, "Write another").tap()
    write(page, "Fine")
    expect(seen(page, "Fine")).to_be_visible()
    expect(cards(page)).to_contain_text("Poison")


# Refused


def closed_meanwhile(page: Page, address: str, gallery: Gallery) -> None:
    write_offline(page, address, "Too late?")
    close_for_good(gallery, grace=0)
    page.context.set_offline(False)
    expect(status(page)).to_contain_text("Could not be sent – copy your words. The doors are closed")
    expect(box(page)).to_have_value("Too late?")
    expect(button(page, "Copy")).to_be_visible()
    expect(page.get_by_text("Saved")).to_have_count(0)
    page.reload()
    expect(cards(page)).to_contain_text("Could not be sent")
    expect(cards(page)).to_contain_text("Too late?")
    expect(cards(page).get_by_role("button", name="Copy")).to_be_visible()
    expect(page.get_by_text("Saved")).to_have_count(0)
    assert texts() == []


def test_closed_meanwhile_keeps_the_words_to_copy(phone, address, gallery):
    closed_meanwhile(phone(), address, gallery)


def test_dropping_what_was_refused_is_caught(phone, address, gallery):
    page = phone()
    break_script(page, ("put(refused);", "forget(refused.key);"))
    is_caught(lambda: closed_meanwhile(page, address, gallery))


def test_closed_meanwhile_within_the_grace_is_saved(phone, address, gallery):
    page = phone()
    write_offline(page, address, "Just in time")
    close_for_good(gallery, grace=15)
    page.context.set_offline(False)
    expect(status(page)).to_contain_text("Saved")
    assert texts() == ["Just in time"]


def test_refused_far_from_its_poster_it_can_be_put_back_and_stuck(phone, address, lobby, gallery):
    page = phone()
    page.context.route(STICK, lambda route: route.abort())
    page.goto(address)
    write(page, "While closed")
    expect(status(page)).to_contain_text("Waiting")
    close_for_good(gallery, grace=0)
    page.goto(lobby)
    page.context.unroute(STICK)
    page.locator("#outbox summary").tap()
    expect(cards(page)).to_contain_text("The doors are closed")
    events.open_doors(gallery)
    cards(page).get_by_role("link").tap()
    cards(page).get_by_role("button", name="Put it back into the box").tap()
    expect(box(page)).to_have_value("While closed")
    button(page, "Stick it").tap()
    expect(seen(page, "While closed")).to_be_visible()
    expect(cards(page)).to_have_count(0)
    assert texts() == ["While closed"]


def locked_for_now(page: Page, address: str, gallery: Gallery) -> None:
    page.goto(address)
    events.lock(gallery)
    write(page, "While locked")
    expect(status(page)).to_contain_text("Waiting: a host has stopped notes for now. Kept on this phone")
    expect(box(page)).to_have_value("While locked")
    events.unlock(gallery)
    button(page, "Try now").tap()
    expect(status(page)).to_contain_text("Saved")
    assert texts() == ["While locked"]


def test_a_lock_is_waited_for(phone, address, gallery):
    locked_for_now(phone(), address, gallery)


def test_taking_a_lock_for_a_refusal_is_caught(phone, address, gallery):
    page = phone()
    break_script(page, ('refused === "locked"', 'refused === "never"'))
    is_caught(lambda: locked_for_now(page, address, gallery))


def test_the_second_note_without_a_connection_waits_at_once(phone, address):
    page = phone()
    page.route(STICK, lambda route: route.abort())
    page.goto(address)
    write(page, "First")
    expect(status(page)).to_contain_text("Waiting: no connection")
    button(page, "Write another").tap()
    page.unroute(STICK)
    page.route(STICK, lambda route: None)  # no answer at all
    write(page, "Second", "Question")
    # Sooner than after the eight seconds that a phone waits for an answer.
    expect(status(page)).to_contain_text("Waiting: no connection", timeout=7 * SECOND)
    expect(cards(page)).to_contain_text("Not sent yet – waiting: no connection")
    expect(cards(page).locator(".unsent-kind")).to_have_text("Idea")
    expect(cards(page).get_by_role("button", name="Copy: First")).to_be_visible()


def test_a_poster_that_was_taken_down_leaves_the_words(phone, address, poster):
    page = phone()
    page.goto(address)
    poster.delete()
    frames.forget()
    write(page, "For a poster that is gone")
    expect(status(page)).to_contain_text("This poster isn’t here any more")
    expect(box(page)).to_have_value("For a poster that is gone")
    expect(box(page)).to_be_editable()


def test_words_that_can_t_be_kept_are_changed_and_stuck(phone, address):
    page = phone()
    page.goto(address)
    page.locator(".kind", has_text="Idea").tap()
    box(page).fill("long " * 300)
    button(page, "Stick it").tap()
    expect(page.get_by_role("alert")).to_contain_text("A note holds 1,000 letters")
    box(page).fill("Short")
    button(page, "Stick it").tap()
    expect(seen(page, "Short")).to_be_visible()
    page.reload()
    expect(cards(page)).to_have_count(0)
    assert texts() == ["Short"]


def test_unseen_signs_alone_leave_nothing_to_copy(phone, address):
    page = phone()
    page.goto(address)
    page.locator(".kind", has_text="Idea").tap()
    box(page).fill("\u200b\u200b")
    button(page, "Stick it").tap()
    expect(page.get_by_role("alert")).to_be_visible()
    expect(button(page, "Copy")).to_be_hidden()


def test_thrown_away_and_undone_by_the_keyboard(phone, address):
    page = phone()
    write_offline(page, address, "Hm")
    button(page, "Write another").press("Enter")
    cards(page).get_by_role("button", name="Throw away").press("Enter")
    expect(cards(page)).to_contain_text("Thrown away")
    expect(button(page, "Undo")).to_be_focused()
    page.keyboard.press("Enter")
    expect(cards(page)).to_contain_text("Not sent yet")
    cards(page).get_by_role("button", name="Throw away").press("Enter")
    page.context.set_offline(False)
    page.goto(address)
    expect(page.locator("#outbox")).to_be_hidden()
    assert texts() == []


def test_what_waits_shuts_nobody_out(phone, address, lobby, gallery):
    page = phone(viewport={"width": 360, "height": 844})

    def looked_at() -> None:
        page.wait_for_timeout(300)  # colours fade in
        for look in in_each_look(page):
            assert (look, problems_for_assistive_technology(page)) == (look, [])
            assert (look, is_wider_than_the_screen(page)) == (look, False)
        controls = page.locator("#outbox button:visible, #outbox summary:visible, #stick button:visible")
        assert min(controls.evaluate_all("all => all.map(each => each.offsetHeight)")) >= 44

    page.context.route(STICK, lambda route: route.abort())
    page.goto(address)
    write(page, "Waits " + "w" * 60)
    expect(status(page)).to_contain_text("Waiting")
    looked_at()
    button(page, "Write another").tap()
    looked_at()
    page.goto(lobby)
    page.locator("#outbox summary").tap()
    looked_at()
    close_for_good(gallery, grace=0)
    page.context.unroute(STICK)
    expect(cards(page)).to_contain_text("Could not be sent")
    looked_at()


@pytest.mark.parametrize("plain", [True, False], ids=["plain http", "clipboard"])
def test_copy_copies(phone, address, gallery, plain):
    page = phone()
    if plain:
        page.add_init_script("Object.defineProperty(navigator, 'clipboard', { value: undefined })")
    else:
        page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    page.goto(address)
    close_for_good(gallery, grace=0)
    write(page, "Take me along")
    button(page, "Copy").tap()
    expect(status(page)).to_have_text("Copied.")
    box(page).fill("")
    box(page).focus()
    page.keyboard.press("Control+V")
    expect(box(page)).to_have_value("Take me along")


# A browser that keeps nothing, a server that comes and goes


KEEPS_NOTHING = "Object.defineProperty(window, '{}', {{ get() {{ throw new Error('refused') }} }})"
IS_FULL = "Storage.prototype.setItem = () => { throw new DOMException('full', 'QuotaExceededError') }"


@pytest.mark.parametrize(
    "limits",
    [[KEEPS_NOTHING.format("localStorage"), KEEPS_NOTHING.format("sessionStorage")], [IS_FULL]],
    ids=["keeps nothing", "full"],
)
def test_a_browser_that_keeps_nothing_still_sticks(phone, address, limits, troubles):
    page = phone()
    for limit in limits:
        page.add_init_script(limit)
    page.goto(address)
    write(page, "Unkept")
    expect(status(page)).to_contain_text("Saved")
    expect(page.locator("#stick")).to_have_attribute("data-state", "")
    page.context.set_offline(True)
    write(page, "Unkept too")
    expect(status(page)).to_contain_text("while this page is open; this browser can’t keep it")
    expect(page.get_by_text("Kept on this phone")).to_have_count(0)
    page.context.set_offline(False)
    expect(seen(page, "Unkept too")).to_be_visible()
    assert texts() == ["Unkept", "Unkept too"]
    assert [trouble for trouble in troubles if "ERR_INTERNET_DISCONNECTED" not in trouble] == []


class OneAnswer(QuietWSGIRequestHandler):
    """Closes each connection after its answer, so that a stopped server is gone for the phone too."""

    protocol_version = "HTTP/1.0"


class Restartable(LiveServerThread):
    def _create_server(self, connections_override: object = None) -> PatientServer:
        return PatientServer((self.host, self.port), OneAnswer, allow_reuse_address=True)


class House:
    """A server that is stopped and started again on its port."""

    def __init__(self) -> None:
        self.port = 0

    def start(self) -> None:
        self.thread = Restartable("127.0.0.1", static_handler=lambda handler: handler, port=self.port)
        self.thread.daemon = True
        self.thread.start()
        self.thread.is_ready.wait()
        if self.thread.error:
            raise self.thread.error
        self.port = self.thread.port

    def stop(self) -> None:
        self.thread.terminate()
        self.thread.join()


@pytest.fixture
def house(site, settings) -> Iterator[House]:
    house = House()
    house.start()
    settings.BASE_URL = f"http://127.0.0.1:{house.port}"
    yield house
    house.stop()
    connections.close_all()


def test_a_server_that_restarts_gets_the_note_once(phone, address, house):
    page = phone()
    page.goto(f"http://127.0.0.1:{house.port}{address}")
    write(page, "Before")
    expect(status(page)).to_contain_text("Saved")
    house.stop()
    write(page, "Across the restart")
    expect(status(page)).to_contain_text("Waiting: no connection")
    house.start()
    expect(status(page)).to_contain_text("Saved")
    expect(seen(page, "Across the restart")).to_have_count(1)
    assert texts() == ["Before", "Across the restart"]


# One's own note on the wall, and half a thought


def tapped_twice(page: Page, address: str) -> None:
    page.goto(address)
    page.locator(".kind", has_text="Idea").tap()
    box(page).fill("Once only")
    spot = button(page, "Stick it").bounding_box()
    button(page, "Stick it").tap()
    expect(seen(page, "Once only")).to_be_visible()
    assert button(page, "Stick it").bounding_box()["y"] == spot["y"]  # nothing moved under the finger
    own = button(page, "Take back").bounding_box()
    page.mouse.click(own["x"] + own["width"] / 2, own["y"] + own["height"] / 2)
    page.wait_for_timeout(300)
    expect(seen(page, "Once only")).to_be_visible()
    assert Note.objects.get().state == "shown"


def test_a_double_tap_does_not_take_the_note_back(phone, address):
    tapped_twice(phone(viewport={"width": 390, "height": 1800}), address)


def test_a_fresh_note_s_buttons_at_once_are_caught(phone, address):
    page = phone(viewport={"width": 390, "height": 1800})
    page.emulate_media(reduced_motion="reduce")
    page.route(
        re.compile(r"site\..*css$"),
        lambda route: route.fulfill(
            response=(answer := route.fetch()), body=answer.text().replace("pointer-events:none", "top:0")
        ),
    )
    is_caught(lambda: tapped_twice(page, address))


def open_reword(page: Page, address: str) -> Locator:
    page.goto(address)
    write(page, "By month")
    seen(page, "By month").get_by_role("link", name="Reword").tap()
    words = page.get_by_label("your new words")
    words.fill("By week")
    return words


@pytest.mark.parametrize("trouble", ["offline", 429, 503, 500])
def test_a_reword_that_does_not_arrive_is_told_and_kept(phone, address, trouble):
    page = phone()
    words = open_reword(page, address)
    way = re.compile(r"/notes/[0-9a-f-]+/")
    if trouble == "offline":
        page.route(way, lambda route: route.abort())
    else:
        page.route(way, lambda route: route.fulfill(status=trouble, body="<main><p>Trouble</p></main>"))
    button(page, "Save").tap()
    expect(page.locator(".note-told")).to_contain_text("Your new words are kept here.")
    expect(words).to_have_value("By week")
    page.unroute(way)
    page.reload()
    seen(page, "By month").get_by_role("link", name="Reword").tap()
    expect(words).to_have_value("By week")
    button(page, "Save").tap()
    expect(status(page)).to_have_text("Saved.")
    expect(seen(page, "By week")).to_be_focused()


def test_taking_back_without_a_connection_is_told(phone, address):
    page = phone()
    page.goto(address)
    write(page, "Stays")
    expect(seen(page, "Stays")).to_be_visible()
    page.context.set_offline(True)
    button(page, "Take back").tap()
    expect(page.locator(".note-told")).to_contain_text("no connection")
    page.context.set_offline(False)
    button(page, "Take back").tap()
    expect(button(page, "Put it back")).to_be_focused()
    expect(status(page)).to_have_text("")


@pytest.mark.parametrize("way", ["button", "Escape"])
def test_a_reword_is_left_as_it_was(phone, address, way):
    page = phone()
    words = open_reword(page, address)
    if way == "Escape":
        words.press("Escape")
    else:
        page.get_by_role("link", name="Leave it as it is").tap()
    link = seen(page, "By month").get_by_role("link", name="Reword")
    expect(link).to_be_focused()
    link.press("Enter")
    expect(words).to_have_value("By month")


def test_half_a_thought_outlives_a_closed_tab_for_a_day(phone, address):
    page = phone()
    page.goto(address)
    box(page).fill("Half a thought")
    page.close()
    other = page.context.new_page()
    other.goto(address)
    expect(box(other)).to_have_value("Half a thought")
    other.clock.install(time=timezone.now() + timedelta(hours=25))
    other.goto(address)
    expect(box(other)).to_have_value("")


def test_without_javascript_saved_is_said_at_the_note(phone, address):
    page = phone(scripts=False)
    page.goto(address)
    write(page, "Plain")
    expect(page.get_by_text("Saved. Your note is on the poster.")).to_be_visible()
