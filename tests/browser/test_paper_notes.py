"""Paper notes in a real browser: typed in with the keyboard alone, counted once, never lost."""

from collections import Counter

import pytest
from django.urls import reverse
from playwright.sync_api import Page, Route, expect

from feedback import paper
from feedback.gate import Desk
from feedback.models import Note, WallPhoto
from gallery import events
from tests.browser.test_host import desk  # noqa: F401 - a fixture
from tests.browser.test_pages import in_each_look, is_wider_than_the_screen, problems_for_assistive_technology
from tests.feedback.pictures import quarters, written


@pytest.fixture(autouse=True)
def _folder(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path


@pytest.fixture
def page(desk, poster) -> Page:  # noqa: F811
    page = desk()
    page.goto(address(poster))
    return page


def address(poster) -> str:
    return reverse("paper_poster", args=[poster.gallery.code, poster.number])


def photograph(poster, file) -> WallPhoto:
    hours = [(each.opens, each.closes) for each in poster.gallery.hours.all()]
    file.write_bytes(written(quarters(1536, 2048)))
    return paper.add_photo(poster=poster, file=file, desk=Desk(hours, poster.gallery.hours.first().opens))


def texts() -> list[str]:
    return list(Note.objects.order_by("seq").values_list("text", flat=True))


def test_thirty_notes_by_keyboard_alone_each_once_also_with_enter_pressed_twice(page, troubles):
    words = [f"What people wrote, number {number}" for number in range(1, 31)]
    for number, text in enumerate(words):
        if number % 3 == 0:  # the kind stays as last chosen
            page.keyboard.press(str(number // 3 % 5 + 1))
        page.keyboard.type(text)
        page.keyboard.press("Enter")
        if number % 7 == 0:
            page.keyboard.press("Enter")
    expect(page.locator("#paper-count")).to_have_text("30 from paper on this poster")
    expect(page.locator("#entered > li")).to_have_count(30)
    expect(page.locator("#entered > li").first).to_contain_text("number 30")
    expect(page.get_by_label("What the note says")).to_be_focused()
    assert texts() == words
    assert set(Note.objects.values_list("source", "author", "state")) == {("paper", None, "shown")}
    assert set(Counter(Note.objects.values_list("kind__word", flat=True)).values()) == {6}
    assert troubles == []


def test_the_words_decide_what_a_digit_means(page, poster):
    box = page.get_by_label("What the note says")
    for typed, kind, text in [
        ("4Low tide", "Concern", "Low tide"),
        (" 3 of five quays", "Concern", "3 of five quays"),  # a space first: no kind
        ("25 ferries", "Concern", "25 ferries"),  # two in a row are a number
        ("2Why 5?", "Question", "Why 5?"),
    ]:
        page.keyboard.type(typed)
        page.keyboard.press("Enter")
        expect(page.locator("#entered > li").first).to_contain_text(text)
        note = Note.objects.order_by("seq").last()
        assert (note.kind.word, note.text) == (kind, text)
    page.keyboard.type("One line")
    page.keyboard.press("Shift+Enter")
    page.keyboard.type("and another")
    expect(box).to_have_value("One line\nand another")
    page.keyboard.press("Enter")
    expect(page.locator("#paper-count")).to_contain_text("5 from paper")
    assert Note.objects.order_by("seq").last().text == "One line\nand another"


def test_without_a_kind_it_asks_and_no_word_is_lost(page):
    """Whoever reads from paper and types on without looking up answers with the next note's digit."""
    page.keyboard.type("No kind")
    page.keyboard.press("Enter")
    expect(page.get_by_text("Which kind is it?")).to_be_visible()
    page.keyboard.type("3The next one")
    page.keyboard.press("Enter")
    expect(page.locator("#paper-count")).to_contain_text("2 from paper")
    assert set(Note.objects.values_list("kind__word", "text")) == {
        ("Idea", "No kind"),
        ("Idea", "The next one"),
    }


def test_words_that_go_on_after_the_question_stay_in_the_box(page):
    for text in ("No kind", " and more"):
        page.keyboard.type(text)
        page.keyboard.press("Enter")
    expect(page.get_by_text("Which kind is it?")).to_be_visible()
    expect(page.get_by_label("What the note says")).to_have_value("No kind and more")
    assert not Note.objects.exists()


@pytest.mark.parametrize("at", ["body", "kind"])
def test_keys_that_would_go_astray_go_into_the_box(page, at):
    """Before the browser has drawn the page `autofocus` has done nothing; and one may have clicked aside."""
    page.keyboard.press("3")
    if at == "body":
        page.evaluate("document.activeElement.blur()")
    else:
        page.get_by_role("radio", name="Idea").focus()
    page.keyboard.type("Low tide")
    page.keyboard.press("Enter")
    expect(page.locator("#paper-count")).to_contain_text("1 from paper")
    assert list(Note.objects.values_list("kind__word", "text")) == [("Idea", "Low tide")]


def test_the_box_has_the_focus_before_the_page_is_drawn(page, poster):
    """A browser's first frame may come after the first key; here it never minds `autofocus` at all."""

    def without_autofocus(route: Route) -> None:
        answer = route.fetch()
        route.fulfill(response=answer, body=answer.text().replace(" autofocus", ""))

    page.route("**/paper/1/", without_autofocus)
    page.goto(address(poster))
    expect(page.get_by_label("What the note says")).to_be_focused()


def test_a_page_that_breaks_while_one_is_sent_goes_on_with_the_others(page):
    page.evaluate("() => { htmx.swap = () => { throw new Error() } }")
    for text in ("3One", "Two", "Three"):
        page.keyboard.type(text)
        page.keyboard.press("Enter")
    expect(page.locator("#unsent > li")).to_have_count(0)
    page.reload()
    expect(page.locator("#paper-count")).to_contain_text("3 from paper")
    assert texts() == ["One", "Two", "Three"]


def test_when_the_gallery_is_away_words_are_kept_over_a_reload_and_counted_once(page, poster):
    """The first answer is lost on its way: the note hangs, and is sent again under the same key."""

    arrived, away = [], [True]

    def lose(route: Route) -> None:
        if route.request.method != "POST" or not away:
            return route.fallback()
        if not arrived:
            arrived.append(route.fetch().status)
        return route.abort()

    page.route("**/paper/1/", lose)
    page.keyboard.type("3First")
    page.keyboard.press("Enter")
    page.keyboard.type("Second")
    page.keyboard.press("Enter")
    expect(page.get_by_text("2 notes are not saved yet: no connection.")).to_be_visible()
    expect(page.locator("#unsent > li")).to_have_count(2)
    page.keyboard.type("Third, half ty")
    page.reload()
    expect(page.locator("#unsent")).to_contain_text("Second")
    expect(page.get_by_label("What the note says")).to_have_value("Third, half ty")
    assert (texts(), arrived) == (["First"], [200])
    away.clear()
    page.reload()
    expect(page.locator("#unsent > li")).to_have_count(0)
    expect(page.locator("#paper-count")).to_contain_text("2 from paper")
    assert texts() == ["First", "Second"]


def test_what_is_refused_comes_back_into_the_box_with_the_reason(page):
    page.keyboard.press("1")
    page.get_by_label("What the note says").fill("x" * 1001)
    page.keyboard.press("Enter")
    expect(page.get_by_text("Shorten it, or make two of it.")).to_be_visible()
    expect(page.get_by_label("What the note says")).to_have_value("x" * 1001)
    page.keyboard.press("Backspace")
    page.keyboard.press("Enter")
    expect(page.locator("#paper-count")).to_contain_text("1 from paper")


def test_a_typing_error_is_mended_taken_away_and_brought_back_and_keys_lead_on(page, poster, troubles):
    other = events.hang(wall=poster.wall, kind="text")
    page.reload()
    page.keyboard.type("3Tipo")
    page.keyboard.press("Enter")
    note = page.locator("#entered > li")
    reword, back = note.get_by_role("link", name="Reword"), note.get_by_role("button", name="Put it back")
    reword.press("Enter")
    expect(note.get_by_role("textbox")).to_be_focused()
    note.get_by_role("radio", name="Concern").check()
    note.get_by_role("textbox").fill("Typo")
    note.get_by_role("button", name="Save").press("Enter")
    expect(reword).to_be_focused()
    expect(note).to_contain_text("Typo")
    assert (Note.objects.get().text, Note.objects.get().kind.word) == ("Typo", "Concern")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(back).to_be_focused()
    expect(page.locator("#paper-count")).to_contain_text("0 from paper")
    page.keyboard.press("Enter")
    expect(reword).to_be_focused()
    expect(page.locator("#paper-count")).to_contain_text("1 from paper")
    page.get_by_label("What the note says").press("PageDown")
    page.wait_for_url(f"**{address(other)}")
    expect(page.get_by_role("radio", name="Idea")).to_be_checked()
    page.get_by_label("What the note says").press("PageUp")
    page.wait_for_url(f"**{address(poster)}")
    assert troubles == []


def test_a_photo_beside_the_form_grows_where_it_is_clicked(page, poster, tmp_path, troubles):
    file = tmp_path / "wall.jpg"
    file.write_bytes(written(quarters(1536, 2048)))
    page.get_by_label("Add a photo of this poster").set_input_files(file)
    picture = page.get_by_role("img", name="Photo 1 of poster")
    expect(picture).to_be_visible()
    beside, form = picture.bounding_box(), page.locator("#paper-form").bounding_box()
    assert beside["x"] + beside["width"] < form["x"]
    assert beside["width"] > 800
    page.locator(".wall-photos").click(position={"x": 700, "y": 500})
    expect(page.get_by_label("Full size")).to_be_checked()
    assert picture.bounding_box()["width"] == 1536
    assert page.evaluate("document.querySelector('.wall-photos').scrollLeft") > 300
    expect(page.get_by_label("What the note says")).to_be_focused()
    page.get_by_label("Full size").press("Space")
    assert picture.bounding_box()["width"] == beside["width"]
    page.get_by_role("button", name="Take this photo away").click()
    expect(picture).to_have_count(0)
    assert not WallPhoto.objects.exists()
    assert troubles == []


def test_without_javascript(desk, poster):  # noqa: F811
    page = desk(scripts=False)
    page.goto(address(poster))
    for text in ("One", "Two"):
        page.get_by_label("What the note says").fill(text)
        page.get_by_role("radio", name="Idea").check(force=True)
        page.get_by_role("button", name="Save").click()
        expect(page.locator("#entered > li").first).to_contain_text(text)
        expect(page.get_by_role("radio", name="Idea")).to_be_checked()
    page.locator("#entered > li").first.get_by_role("button", name="Take away").click()
    page.get_by_role("button", name="Put it back").click()
    expect(page.locator("#paper-count")).to_contain_text("2 from paper")


def test_no_page_shuts_anyone_out(desk, gallery, poster, tmp_path, troubles):  # noqa: F811
    photograph(poster, tmp_path / "wall.jpg")
    for width in (390, 1440):
        page = desk(viewport={"width": width, "height": 900}, reduced_motion="reduce")
        page.goto(address(poster))
        page.keyboard.type(f"3At {width}")
        page.keyboard.press("Enter")
        expect(page.locator("#entered")).to_contain_text(f"At {width}")
        for name in ("", "paper"):
            if name:
                page.goto(reverse(name, args=[gallery.code]))
            for look in in_each_look(page):
                at = (width, name, look)
                assert (at, problems_for_assistive_technology(page)) == (at, [])
                assert (at, is_wider_than_the_screen(page)) == (at, False)
    assert troubles == []
