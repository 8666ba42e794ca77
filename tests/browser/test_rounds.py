"""The room rates: three phones and the facilitator's screen, without connection, without JavaScript."""

import re

import pytest
from django.urls import reverse
from playwright.sync_api import Page, Route, expect

from feedback import notes, rounds
from feedback.models import Round, Vote
from tests.browser.test_pages import in_each_look, is_wider_than_the_screen, problems_for_assistive_technology
from tests.feedback.rating import counts, crowd, made, opened, stick, themes

LONG = "Donaudampfschifffahrtsgesellschaftskapitän " * 3


@pytest.fixture
def rated(gallery, poster) -> Round:
    themes(gallery, "Weather", "Money", LONG.strip()[:120])
    return opened(gallery, title="What comes first?")


@pytest.fixture
def address(rated) -> str:
    return reverse("rate", args=[rated.gallery.code, rated.number])


@pytest.fixture
def desk(phone, as_facilitator, rated, settings, site) -> Page:
    page = phone(viewport={"width": 1440, "height": 900}, has_touch=False, is_mobile=False)
    name = settings.SESSION_COOKIE_NAME
    cookie = {"name": name, "value": as_facilitator.cookies[name].value, "url": site}
    page.context.add_cookies([cookie])
    page.goto(reverse("round", args=[rated.gallery.code, rated.number]))
    return page


def tap(page: Page, place: int, word: str) -> None:
    page.locator(f"#p-{place} .scale label", has_text=word).tap()


def told(page: Page, place: int):
    return page.locator(f"#p-{place} .rate-told")


def test_three_phones_rate_and_all_see_it_once_it_is_closed(phone, desk, address, rated, troubles):
    phones = [phone() for _ in range(3)]
    for page, word in zip(phones, ["Must", "Must", "Could"], strict=True):
        page.goto(reverse("lobby", args=[rated.gallery.code]))
        page.get_by_role("link", name="What comes first?").tap()
        tap(page, 1, word)
        tap(page, 2, "Should")
        expect(told(page, 1)).to_have_text("Saved")
        expect(told(page, 2)).to_have_text("Saved")
        expect(page.locator("#said")).to_contain_text("aved")
        expect(page.locator("#says-1")).to_contain_text("once five have rated it")
    assert counts(rated)[:2] == [(2, 0, 1, 0), (0, 3, 0, 0)]
    assert Vote.objects.values("author").distinct().count() == 3
    tap(phones[0], 1, "Should")  # another mind
    expect(phones[0].locator("#said")).to_have_text("Saved.")
    phones[0].reload()
    expect(phones[0].locator("#p-1 :checked + span")).to_have_text("Should")
    expect(desk.locator(".tally-bar")).to_have_count(0)
    desk.get_by_role("button", name="Close the round").click()
    expect(desk.get_by_text("Fewer than five have rated each of these so far.")).to_be_focused()
    expect(phones[0].locator("[type=radio]").first).to_be_attached()  # it is still open
    desk.get_by_role("button", name="Close it all the same").click()
    expect(desk.locator("#i-1 .tally-words")).to_contain_text("1 Should")
    for page in phones:
        expect(page.locator("#said")).to_have_text("The round is closed. This is how the room rated.")
        expect(page.locator(".tally-words").first).to_contain_text("1 Must")
        expect(page.locator("[type=radio]")).to_have_count(0)
    desk.locator("#i-1 select").select_option("Could")
    desk.locator("#i-1 input[name=remark]").fill("No money this year.")
    desk.keyboard.press("Enter")
    expect(desk.locator("#i-1").get_by_role("status")).to_have_text("Kept, beside what the room says.")
    assert rounds.results(rated.gallery).all[0].last_word == "Could"
    assert [each for each in troubles if "status of 422" not in each] == []  # it asked once more


def test_the_room_s_bars_follow_where_one_asks_for_them(phone, desk, address, rated):
    crowd(rated, 0, 0, 1, 2, place=2)
    desk.get_by_role("link", name="Show it now").click()
    expect(desk.locator(".tally-bar")).to_have_count(0)
    page = phone()
    page.goto(address)
    tap(page, 2, "Must")
    expect(desk.locator("#i-2 .tally-words")).to_contain_text("3 Must")
    expect(page.locator("#says-2")).to_contain_text("3 Must")


def test_without_connection_a_choice_waits_in_sight_and_is_sent_later(phone, address, rated):
    page = phone()
    page.goto(address)
    page.context.set_offline(True)
    tap(page, 1, "Must")
    tap(page, 2, "Could")
    for place in (1, 2):
        expect(told(page, place)).to_contain_text("Not sent yet: no connection.")
    expect(page.locator("#said")).to_contain_text("Not sent yet")
    page.context.set_offline(False)
    expect(told(page, 2)).to_have_text("Saved")
    assert counts(rated)[:2] == [(1, 0, 0, 0), (0, 0, 1, 0)]


def lose(page: Page, address: str, lost) -> None:
    """What is sent to this address is lost on its way until the choice is seen to wait."""
    page.route(
        f"**{address}", lambda route: lost(route) if route.request.method == "POST" else route.continue_()
    )


def break_script(page: Page, right: str, wrong: str) -> None:
    """Give this phone a script in which something was broken on purpose."""

    def broken(route: Route) -> None:
        answer = route.fetch()
        assert answer.text().count(right) == 1, f"the control is out of date: {right}"
        route.fulfill(response=answer, body=answer.text().replace(right, wrong))

    page.context.route(re.compile(r"/static/rate\..*js$"), broken)


@pytest.mark.parametrize("broken", [False, True], ids=["", "control: nothing tells the tries apart"])
def test_a_lost_answer_counts_once(phone, address, broken):
    page = phone()
    if broken:
        break_script(page, "offer: first", "offered: first")
    page.goto(address)
    lose(page, address, lambda route: (route.fetch(), route.abort()))  # it arrives, its answer does not
    tap(page, 1, "Must")
    expect(told(page, 1)).to_contain_text("Not sent yet")
    page.context.clear_cookies()  # with the answer the cookie was lost
    page.unroute(f"**{address}")
    expect(told(page, 1)).to_have_text("Saved")
    assert (Vote.objects.count() == 1) is not broken


@pytest.mark.parametrize("broken", [False, True], ids=["", "control: nothing is kept"])
def test_a_choice_survives_a_closed_tab(phone, address, broken):
    page = phone()
    if broken:
        break_script(page, "localStorage.setItem(PLACE", "String(PLACE")
    page.goto(address)
    lose(page, address, lambda route: route.abort())
    tap(page, 2, "Should")
    expect(told(page, 2)).to_contain_text("Not sent yet")
    other = page.context.new_page()
    page.close()
    other.goto(address)
    if broken:
        expect(other.locator(":checked")).to_have_count(0)
    else:
        expect(told(other, 2)).to_have_text("Saved")
    assert Vote.objects.exists() is not broken


def test_refused_it_is_told_at_the_thing_and_hidden_notes_leave(phone, gallery, poster):
    hidden = stick(poster, "Rude words")
    stick(poster, "Kept")
    rated = opened(gallery, "notes")
    page = phone()
    page.goto(reverse("rate", args=[gallery.code, rated.number]))
    notes.hide(hidden)
    tap(page, 1, "Must")
    expect(page.locator("#said")).to_contain_text("not rated any more")
    expect(page.get_by_text("Rude words")).to_have_count(0)
    rounds.close(rated)
    tap(page, 2, "Must")
    expect(page.locator("#said")).to_contain_text("closed before your last choice was sent")
    expect(page.locator("#said")).to_be_visible()
    assert not Vote.objects.exists()


def test_without_javascript_one_button_sends_all(phone, address, rated):
    page = phone(scripts=False)
    page.goto(address)
    tap(page, 1, "Must")
    tap(page, 3, "Could")
    page.get_by_role("button", name="Send").tap()
    expect(page.get_by_role("status")).to_have_text("Saved.")
    expect(page.locator(":checked")).to_have_count(2)
    assert [each.total for each in rounds.results_of(rated)] == [1, 0, 1]


def test_by_keyboard_alone(phone, address, rated):
    page = phone(has_touch=False, is_mobile=False)
    page.goto(address)
    page.locator("[name=r-1]").first.focus()
    page.keyboard.press("ArrowRight")
    expect(told(page, 1)).to_have_text("Saved")
    page.keyboard.press("Tab")
    page.keyboard.press("Space")
    expect(told(page, 2)).to_have_text("Saved")
    assert counts(rated)[:2] == [(0, 1, 0, 0), (1, 0, 0, 0)]


def test_nobody_is_shut_out(phone, desk, address, rated):
    crowd(rated, 0, 1, 2, 3, 3)
    six = opened(
        rated.gallery, scale=["Essential for next spring now", "Useful", "Nice", "x" * 30, "Later", "No"]
    )
    page = phone(reduced_motion="reduce")
    desk.emulate_media(reduced_motion="reduce")
    for path in (address, address.replace("/1/", f"/{six.number}/")):
        page.goto(path)
        page.locator("#p-1 label").first.tap()
        expect(told(page, 1)).to_have_text("Saved")
        for look in in_each_look(page):
            assert (look, problems_for_assistive_technology(page)) == (look, [])
            assert (look, is_wider_than_the_screen(page)) == (look, False)
        sizes = page.locator(".scale label").evaluate_all(
            "all => all.map(each => each.getBoundingClientRect()).flatMap(box => [box.width, box.height])"
        )
        assert min(sizes) >= 44
    page.goto(reverse("rating", args=[rated.gallery.code]))
    for look in in_each_look(page):
        assert (look, problems_for_assistive_technology(page)) == (look, [])
    draft = made(rated.gallery)
    desk.goto(reverse("round", args=[rated.gallery.code, draft.number]))
    for look in in_each_look(desk):
        assert (look, problems_for_assistive_technology(desk)) == (look, [])
    desk.goto(reverse("round", args=[rated.gallery.code, rated.number]) + "?live=1")
    for look in in_each_look(desk):
        assert (look, problems_for_assistive_technology(desk)) == (look, [])
    rounds.close(rated)
    for shown, paths in ((page, [address]), (desk, [desk.url, reverse("rounds", args=[rated.gallery.code])])):
        for path in paths:
            shown.goto(path)
            for look in in_each_look(shown):
                assert (look, problems_for_assistive_technology(shown)) == (look, [])
                assert (look, is_wider_than_the_screen(shown)) == (look, False)
