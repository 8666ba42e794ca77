"""A facilitator in a real browser: from a note that arrives to what we heard, what we changed."""

import uuid

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from playwright.sync_api import Page, expect

from benchmarks.crowd import gather
from feedback import notes
from feedback.models import Decision, Note
from gallery import events
from measures.models import Membership
from tests.browser.test_pages import in_each_look, is_wider_than_the_screen, problems_for_assistive_technology

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
    arrived.get_by_role("button", name="Hide this note").press("Enter")
    expect(arrived.get_by_role("button", name="Hide this note")).to_have_count(0)
    note.refresh_from_db()
    assert note.state == "hidden"
    page.goto(reverse("dashboard", args=[gallery.code]) + "?state=hidden")
    page.get_by_role("button", name="Show again").click()
    expect(page.get_by_role("button", name="Show again")).to_have_count(0)
    note.refresh_from_db()
    assert note.state == "shown"
    assert troubles == []


def test_a_single_note_hidden_has_its_way_back_that_stays_and_none_slides_under_the_finger(
    desk, gallery, poster, troubles
):
    wave(poster)
    page = desk(viewport={"width": 390, "height": 844})
    page.emulate_media(reduced_motion="reduce")
    page.goto(reverse("dashboard", args=[gallery.code]) + "#notes")
    page.clock.install()
    note = page.locator(".note", has_text="Casino 1")
    note.get_by_role("button", name="Hide this note").click()
    expect(page.get_by_text("One note is hidden.")).to_be_visible()
    place, below = note.bounding_box(), page.locator(".note", has_text="Casino 0").bounding_box()
    page.clock.run_for(4_900)  # the board asks every five seconds
    page.wait_for_timeout(300)
    assert note.bounding_box()["y"] == pytest.approx(place["y"], abs=2)
    page.clock.run_for(10_000)
    expect(note).to_have_count(0)  # control: later it goes
    assert page.locator(".note", has_text="Casino 0").bounding_box()["y"] == pytest.approx(below["y"], abs=2)
    other = page.locator(".note", has_text="Casino 2").get_by_role("button", name="Hide this note")
    other.click()  # just after the list changed
    assert Note.objects.filter(state=Note.State.HIDDEN).count() == 1
    page.get_by_role("button", name="Show it again").click()
    expect(page.locator(".note", has_text="Casino")).to_have_count(3)
    page.clock.run_for(1_000)
    other.click()  # control
    expect(page.get_by_text("One note is hidden.")).to_be_visible()
    assert troubles == []


def wave(poster, count=3) -> None:
    """Notes of one phone, and one of somebody else."""
    kind = poster.gallery.note_kinds.get(word="Idea")
    for number in range(count):
        notes.stick(poster=poster, key=uuid.uuid4(), kind=kind, text=f"Casino {number}", author="a" * 64)
    notes.stick(poster=poster, key=uuid.uuid4(), kind=kind, text="Show it by quay", author="b" * 64)


@pytest.mark.parametrize("scripts", [True, False], ids=["with scripts", "without JavaScript"])
def test_notes_wait_and_a_host_hangs_them_in_two_taps(desk, gallery, poster, scripts, troubles):
    page = desk(scripts=scripts)
    page.goto(reverse("dashboard", args=[gallery.code]))
    switch = page.get_by_role("switch", name="Notes wait for a host")
    expect(switch).not_to_be_checked()
    switch.focus()
    page.keyboard.press("Space")
    expect(switch).to_be_checked()
    wave(poster)
    Note.objects.update(state=Note.State.WAITING)
    page.reload()
    page.get_by_role("link", name="4 notes wait").click()
    page.get_by_role("button", name="Hang all 4").click()
    expect(page.get_by_text("4 notes hang now.")).to_be_visible()
    assert Note.objects.shown().count() == 4
    page.get_by_role("button", name="Undo").click()
    expect(page.get_by_role("button", name="Hang all 4")).to_be_visible()
    assert Note.objects.shown().count() == 0
    assert troubles == []


@pytest.mark.parametrize("scripts", [True, False], ids=["with scripts", "without JavaScript"])
def test_all_from_one_sender_are_hidden_and_brought_back(desk, gallery, poster, scripts, troubles):
    wave(poster)
    page = desk(scripts=scripts)
    page.goto(reverse("dashboard", args=[gallery.code]))
    note = page.locator(".note", has_text="Casino 1")
    note.get_by_role("button", name="Hide all from this sender").click()
    expect(page.get_by_text("3 notes are hidden.")).to_be_visible()
    expect(page.locator(".note", has_text="Casino")).to_have_count(0)
    expect(page.locator(".note", has_text="Show it by quay")).to_be_visible()
    if scripts:  # the pressed button is gone: the next Tab leads to the way back
        expect(page.locator("#acted .done")).to_be_focused()
        page.keyboard.press("Tab")
        page.keyboard.press("Enter")
    else:
        page.get_by_role("button", name="Show them again").click()
    expect(page.locator(".note", has_text="Casino")).to_have_count(3)
    assert troubles == []


def test_what_is_hidden_leaves_a_phone_that_stands_before_it_within_five_seconds(
    desk, phone, gallery, poster, troubles
):
    wave(poster)
    visitor, host = phone(), desk()
    visitor.clock.install()
    visitor.goto(reverse("poster", args=[gallery.code, poster.number]))
    expect(visitor.locator(".note", has_text="Casino")).to_have_count(3)
    visitor.clock.pause_at(visitor.evaluate("Date.now()") / 1000 + 1)
    host.goto(reverse("dashboard", args=[gallery.code]))
    host.get_by_label("Words on the notes").fill("casino")
    host.keyboard.press("Enter")
    host.get_by_role("button", name="Hide all 3").click()
    expect(host.get_by_text("3 notes are hidden.")).to_be_visible()
    visitor.clock.run_for(5_000)  # by the phone’s clock: a crowded machine answers later
    expect(visitor.locator(".note", has_text="Casino")).to_have_count(0)
    expect(visitor.locator(".note", has_text="Show it by quay")).to_be_visible()
    assert troubles == []


def test_words_that_are_being_typed_are_not_taken_away_by_a_note_that_arrives(desk, gallery, poster):
    page = desk()
    page.goto(reverse("dashboard", args=[gallery.code]))
    page.get_by_label("Words on the notes").fill("casin")
    wave(poster)
    page.wait_for_timeout(6_000)  # the board asks every five seconds
    expect(page.get_by_label("Words on the notes")).to_have_value("casin")
    page.get_by_role("link", name="Curate").focus()  # control: once one types no more it is drawn anew
    expect(page.locator(".note", has_text="Casino")).to_have_count(3)


def test_a_board_drawn_anew_keeps_the_focus_and_what_is_unfolded(desk, gallery, poster, team, troubles):
    wall = poster.wall
    wave(poster, 6)
    for number in range(5):
        events.hang(wall=wall, kind="text", title=f"Sheet {number}")
    page = desk()
    page.goto(reverse("dashboard", args=[gallery.code]))
    page.get_by_text("and 2 more").click()
    column = page.locator(".bar a").last
    column.focus()
    focused = page.evaluate("document.activeElement.id")
    wave(poster, 1)
    expect(page.get_by_role("link", name="9 notes", exact=True).first).to_be_visible()
    expect(page.get_by_text("Sheet 4").first).to_be_visible()
    assert page.evaluate("document.activeElement.id") == focused != ""
    assert troubles == []


@pytest.mark.parametrize("scripts", [True, False], ids=["with scripts", "without JavaScript"])
def test_by_keyboard_one_comes_from_a_column_to_its_notes_and_from_a_wall_back_to_all(
    desk, gallery, poster, scripts, troubles
):
    kind = gallery.note_kinds.get(word="Question")
    for number in range(6):
        author = f"{number:064x}"
        notes.stick(poster=poster, key=uuid.uuid4(), kind=kind, text=f"Who counts? {number}", author=author)
    page = desk(scripts=scripts)
    page.goto(reverse("dashboard", args=[gallery.code]))
    page.locator(".by-hour .hours a").first.press("Enter")
    expect(page.get_by_role("group", name="All 6 listed")).to_be_visible()
    page.get_by_role("link", name="6 questions").press("Enter")
    expect(page.get_by_role("heading", name="Questions without an answer")).to_be_visible()
    page.locator("#w-1").press("Enter")
    expect(page.get_by_role("heading", name="North wall: 6 notes")).to_be_visible()
    page.get_by_role("link", name="The whole gallery").press("Enter")
    expect(page.get_by_role("heading", name="6 notes on 1 of 1 poster")).to_be_visible()
    assert troubles == []


def test_what_stands_out_is_seen_without_scrolling(desk, facilitator):
    """The scripted crowd at 1440 × 900: what one must find is in the first screen, with its name."""
    crowd = gather(at=timezone.now())
    Membership.objects.create(team=crowd.team, user=facilitator)
    page = desk(reduced_motion="reduce")
    page.goto(reverse("dashboard", args=[crowd.code]))
    for look in in_each_look(page):
        for title, poster in (
            ("Best liked", "Crossings that left on time"),
            ("Loudest concern", "Minutes to turn a boat round"),
            ("Quietest poster", "Lifejacket drills held to the end"),
        ):
            card = page.locator(".peak", has=page.get_by_role("heading", name=title))
            name = card.get_by_role("link", name=poster)
            assert name.bounding_box()["y"] + name.bounding_box()["height"] < DESKTOP["height"]
        assert (look, problems_for_assistive_technology(page)) == (look, [])
    page.goto(reverse("dashboard", args=[crowd.code]) + "?wall=On+time")
    for look in in_each_look(page):
        assert (look, problems_for_assistive_technology(page)) == (look, [])
    page = desk(viewport={"width": 390, "height": 844})
    page.goto(reverse("dashboard", args=[crowd.code]))
    assert (is_wider_than_the_screen(page), problems_for_assistive_technology(page)) == (False, [])


def test_the_lock_shows_on_the_board_and_at_the_phone(desk, phone, gallery, poster, troubles):
    page = desk()
    page.goto(reverse("dashboard", args=[gallery.code]))
    page.get_by_role("button", name="Lock the gallery").click()
    expect(page.get_by_text("All notes are stopped.", exact=True).first).to_be_visible()
    visitor = phone()
    visitor.goto(reverse("poster", args=[gallery.code, poster.number]))
    expect(visitor.get_by_role("button", name="Stick it")).to_have_count(0)
    expect(page.get_by_role("button", name="Unlock")).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.get_by_role("button", name="Lock the gallery")).to_be_visible()
    assert troubles == []


SMALL = """() => [...document.querySelectorAll(
  ":is(.letting, .search, .turn-listed, .acted) :is(a, button, input:not([type=hidden]))"
)].filter(each => { const box = each.getBoundingClientRect(); return box.width < 44 || box.height < 44; })
  .map(each => each.id)"""


def test_the_tools_shut_nobody_out_in_any_state(desk, gallery, poster, troubles):
    wave(poster, 14)
    events.lock(gallery)
    events.moderate(gallery, moderated=True)
    Note.objects.filter(text__endswith="1").update(state=Note.State.WAITING)
    for width in (390, 1440):
        page = desk(viewport={"width": width, "height": 844}, reduced_motion="reduce")
        for query in ("", "?state=waiting", "?words=casino&minutes=10&kind=Idea"):
            page.goto(reverse("dashboard", args=[gallery.code]) + query)
            if "words" in query:
                page.get_by_role("button", name="Hide all 12").click()
                expect(page.locator("#undo")).to_be_visible()
            for look in in_each_look(page):
                at = (width, query, look)
                assert (at, problems_for_assistive_technology(page)) == (at, [])
                assert (at, is_wider_than_the_screen(page)) == (at, False)
                assert (at, page.evaluate(SMALL)) == (at, [])
        page.locator("#undo").click()
        expect(page.get_by_role("button", name="Hide all 12")).to_be_visible()
    assert troubles == []


def test_control_a_target_too_small_is_caught(desk, gallery, poster):
    page = desk()
    page.goto(reverse("dashboard", args=[gallery.code]))
    page.evaluate("document.getElementById('lock').style.minHeight = '0'")
    page.evaluate("document.getElementById('lock').style.height = '20px'")
    assert page.evaluate(SMALL) == ["lock"]


@pytest.mark.parametrize("scripts", [True, False], ids=["with scripts", "without JavaScript"])
def test_from_what_was_said_to_what_we_changed(desk, phone, gallery, poster, stuck, scripts):
    page = desk(scripts=scripts)
    page.goto(reverse("dashboard", args=[gallery.code]))
    page.get_by_role("button", name="Close the doors").click()
    expect(page.get_by_role("button", name="Open the doors")).to_be_visible()
    page.goto(reverse("decide", args=[gallery.code]))
    page.get_by_role("radio", name="Change").check()
    page.get_by_label("Because", exact=True).fill("You showed us August. We will show each week.")
    page.get_by_role("button", name="Save", exact=True).first.click()
    expect(page.get_by_text("1 of 1")).to_be_visible()
    assert Decision.objects.get().verdict == "change"
    page.get_by_role("checkbox", name="Yes, show it").check()
    page.get_by_role("button", name="Publish what we heard").click()
    page.wait_for_load_state()
    visitor = phone()
    visitor.goto(reverse("poster", args=[gallery.code, poster.number]))
    expect(visitor.get_by_text("We will show each week.")).to_be_visible()
    visitor.goto(reverse("lobby", args=[gallery.code]))
    expect(visitor.get_by_role("heading", name="What we heard, what we changed")).to_be_visible()


def test_no_page_of_the_hosts_shuts_anyone_out(desk, gallery, poster, stuck, troubles):
    for width in (390, 1440):
        page = desk(viewport={"width": width, "height": 900}, reduced_motion="reduce")
        for name in ("dashboard", "decide", "carry_on", "print"):
            page.goto(reverse(name, args=[gallery.code]))
            for look in in_each_look(page):
                at = (width, name, look)
                assert (at, problems_for_assistive_technology(page)) == (at, [])
                assert (at, is_wider_than_the_screen(page)) == (at, False)
    assert troubles == []


def test_a_reason_typed_and_not_saved_survives_another_form(desk, gallery, poster, stuck):
    events.close_doors(gallery)
    page = desk()
    page.goto(reverse("decide", args=[gallery.code]))
    page.get_by_label("Because", exact=True).fill("Typed for long")
    page.get_by_role("button", name="Publish what we heard").click()
    expect(page.get_by_role("alert").first).to_contain_text("Tick the box first")
    expect(page.get_by_label("Because", exact=True)).to_have_value("Typed for long")
    expect(page.get_by_text("Not saved yet")).to_be_visible()


@pytest.mark.parametrize("lost", ["log-in", "form's token"])
def test_closing_words_that_could_not_be_saved_are_there_again(desk, gallery, poster, settings, lost):
    """The log-in had run out, or one logged in anew in another tab: the next page shows no form."""
    events.close_doors(gallery)
    page = desk()
    decide = reverse("decide", args=[gallery.code])
    page.goto(decide)
    page.get_by_label("Closing words").fill("Thank you for a whole evening of notes.")
    kept = page.context.cookies()
    name = settings.SESSION_COOKIE_NAME if lost == "log-in" else settings.CSRF_COOKIE_NAME
    page.context.clear_cookies(name=name)
    page.get_by_role("button", name="Keep the words").click()
    expect(page.get_by_label("Closing words")).to_have_count(0)
    page.context.add_cookies(kept)
    page.goto(decide)
    expect(page.get_by_label("Closing words")).to_have_value("Thank you for a whole evening of notes.")
    page.get_by_role("button", name="Keep the words").click()
    expect(page.get_by_text("The closing words are kept.")).to_be_visible()
    gallery.refresh_from_db()
    assert gallery.thanks == "Thank you for a whole evening of notes."
    events.close_with(gallery, thanks="Thank you, from a colleague.", next_steps="")
    page.goto(decide)  # what was kept doesn't come back over later words
    expect(page.get_by_label("Closing words")).to_have_value("Thank you, from a colleague.")
