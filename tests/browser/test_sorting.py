"""Sorting in a real browser: by keys alone, by drag, on a phone, and without JavaScript."""

import uuid

import pytest
from django.urls import reverse
from playwright.sync_api import Page, Route, expect

from feedback import notes, themes
from feedback.models import Note, Theme
from tests.browser.test_host import desk  # noqa: F401 - a fixture
from tests.browser.test_pages import in_each_look, is_wider_than_the_screen, problems_for_assistive_technology


@pytest.fixture
def stuck(poster) -> list[Note]:
    """Six notes, the last one the newest."""
    kind = poster.gallery.note_kinds.get(word="Concern")
    return [notes.stick(poster=poster, key=uuid.uuid4(), kind=kind, text=f"Note {n}") for n in range(1, 7)]


@pytest.fixture
def page(desk, gallery, stuck) -> Page:  # noqa: F811
    page = desk()
    page.goto(reverse("sort", args=[gallery.code]))
    return page


def sorted_so(gallery) -> dict[str, set[str]]:
    themes = Theme.objects.filter(gallery=gallery).prefetch_related("notes")
    return {theme.name: {note.text for note in theme.notes.all()} for theme in themes}


def told(page: Page, words: str) -> None:
    expect(page.locator("#acted")).to_contain_text(words)


def keys(page: Page, *pressed: str) -> None:
    for key in pressed:
        page.keyboard.press(key)


def test_a_theme_is_made_merged_and_undone_by_keyboard_alone(page, gallery, troubles):
    first = page.locator("#loose .sort-note input").first
    for _ in range(40):  # from the top of the page to the first note
        page.keyboard.press("Tab")
        if first.evaluate("each => each === document.activeElement"):
            break
    expect(first).to_be_focused()
    keys(page, "x", "j", "j", "x", "n")  # notes 6 and 4
    page.keyboard.type("Steep ramp")
    page.keyboard.press("Enter")
    told(page, "“Steep ramp” is a theme now, with 2 notes in it.")
    expect(page.locator("#loose .sort-note", has_text="Note 3").locator("input")).to_be_focused()
    keys(page, "1")  # what has the focus, without a tick
    told(page, "1 note put into “Steep ramp”.")
    expect(page.locator("#loose .sort-note", has_text="Note 2").locator("input")).to_be_focused()
    keys(page, "t")
    page.keyboard.type("Queue")  # there is none yet
    page.keyboard.press("Enter")
    told(page, "“Queue” is a theme now")
    before = sorted_so(gallery)
    assert before == {"Steep ramp": {"Note 6", "Note 4", "Note 3"}, "Queue": {"Note 2"}}
    keys(page, "ArrowRight", "ArrowDown", "m")
    page.keyboard.type("steep")
    page.keyboard.press("Enter")
    told(page, "“Queue” is merged into “Steep ramp”.")
    assert sorted_so(gallery) == {"Steep ramp": {"Note 6", "Note 4", "Note 3", "Note 2"}}
    expect(page.locator(".theme-stack summary").first).to_be_focused()
    keys(page, "z")
    told(page, "Undone: all is as before.")
    assert sorted_so(gallery) == before
    page.reload()
    told(page, "Undone: all is as before.")
    page.get_by_role("button", name="Do it again").press("Enter")
    expect(page.locator(".theme-stack")).to_have_count(1)
    page.locator(".theme-stack summary").first.focus()
    keys(page, "z")
    expect(page.locator(".theme-stack")).to_have_count(2)
    assert troubles == []


def test_a_theme_is_renamed_split_and_undone_by_keyboard_alone(page, gallery, stuck, troubles):
    themes.make(gallery, name="Ramp", notes=[note.key for note in stuck])
    page.reload()
    page.locator(".theme-stack summary").focus()
    keys(page, "r")
    expect(page.get_by_label("Name of the theme")).to_have_value("Ramp")
    page.keyboard.type("Steep ramp")  # what was there is marked
    keys(page, "Enter")
    told(page, "“Ramp” is now called “Steep ramp”.")
    expect(page.locator(".theme-stack summary")).to_be_focused()
    keys(page, "x", "j", "x", "j", "x", "n")  # fold it out; notes 6 and 5
    page.keyboard.type("Queue")
    keys(page, "Enter")
    told(page, "“Queue” is a theme of its own now, with 2 notes of “Steep ramp”.")
    assert sorted_so(gallery) == {
        "Steep ramp": {f"Note {n}" for n in range(1, 5)},
        "Queue": {"Note 5", "Note 6"},
    }
    expect(page.locator(".theme-stack .sort-note", has_text="Note 4").locator("input")).to_be_focused()
    keys(page, "z", "z")
    expect(page.locator(".theme-name")).to_have_text(["Ramp"])
    assert sorted_so(gallery) == {"Ramp": {note.text for note in stuck}}
    assert troubles == []


def test_keys_pressed_faster_than_the_answer_are_not_lost_and_hit_no_note_twice(page, gallery, stuck):
    themes.make(gallery, name="A")
    themes.make(gallery, name="B")
    page.reload()
    page.locator("#loose .sort-note input").first.focus()
    keys(page, "1", "2", "1", "2", "1", "2")
    expect(page.get_by_role("heading", name="Every note is in a theme")).to_be_visible()
    assert sorted_so(gallery) == {"A": {"Note 6", "Note 4", "Note 2"}, "B": {"Note 5", "Note 3", "Note 1"}}
    page.locator(".theme-stack summary").first.focus()
    keys(page, "z", "z", "z", "z", "z", "z", "z")
    told(page, "There is nothing more to undo.")
    assert sorted_so(gallery) == {"A": set(), "B": set()}


def test_whoever_goes_elsewhere_while_an_act_is_under_way_stays_there(page, gallery, stuck):
    themes.make(gallery, name="A")
    page.reload()
    note = page.locator("#loose .sort-note input")
    held: list[Route] = []
    page.route("**/sort/act/**", lambda route: held.append(route))
    note.nth(0).focus()  # note 6
    with page.expect_request("**/sort/act/**"):
        keys(page, "1")
    page.locator("#loose .sort-note", has_text="Note 2").locator("input").focus()
    held[0].continue_()
    told(page, "1 note put into “A”.")
    expect(page.locator("#loose .sort-note", has_text="Note 2").locator("input")).to_be_focused()
    assert sorted_so(gallery) == {"A": {"Note 6"}}


def test_keys_mean_nothing_while_one_types(page, gallery):
    themes.make(gallery, name="A")
    page.reload()
    page.get_by_label("Words on the notes").focus()
    keys(page, "1", "n", "z", "x")
    expect(page.get_by_label("Words on the notes")).to_have_value("1nzx")
    expect(page.locator("#chooser")).to_be_hidden()
    assert sorted_so(gallery) == {"A": set()}


def test_the_focus_stays_near_what_went(page, gallery, poster, stuck):
    kind = gallery.note_kinds.get(word="Idea")
    for text in ("The ramp is steep in winter", "The ramp is steep in the winter", "A full bin", "Full bins"):
        notes.stick(poster=poster, key=uuid.uuid4(), kind=kind, text=text)
    page.goto(reverse("sort", args=[gallery.code]) + "?suggest=1&kind=Idea")
    suggested = page.locator(".suggested > li")
    for words, name in (("winter", "Winter"), ("bin", "Litter")):
        asked = suggested.filter(has_text=words)
        asked.get_by_label("Name of this theme").fill(name)
        asked.get_by_role("button", name="Make a theme of").press("Enter")
        told(page, f"“{name}” is a theme now, with")
        expect(asked).to_have_count(0)
        if words == "winter":
            expect(suggested.get_by_label("Name of this theme")).to_be_focused()
    expect(page.get_by_role("heading", name="Similar wording")).to_be_focused()
    page.get_by_label("Name of a theme without notes yet").fill("Queue")
    page.keyboard.press("Enter")
    told(page, "“Queue” is a theme now.")
    expect(page.get_by_label("Name of a theme without notes yet")).to_be_focused()
    page.locator(".theme-stack summary").last.press("Enter")
    page.get_by_role("button", name="Delete the theme Queue").press("Enter")
    told(page, "“Queue” is deleted.")
    expect(page.locator("#themes-title")).to_be_focused()


def test_what_was_sorted_leaves_the_suggestions_and_what_is_typed_there_stays(page, gallery, poster, stuck):
    kind = gallery.note_kinds.get(word="Idea")
    for text in ("The ramp is steep in winter", "The ramp is steep in the winter", "The ramp is steep"):
        notes.stick(poster=poster, key=uuid.uuid4(), kind=kind, text=text)
    page.goto(reverse("sort", args=[gallery.code]) + "?suggest=1")
    suggested = page.locator(".suggested > li")
    suggested.get_by_label("Name of this theme").fill("Steep ra")
    for words, key in (("in winter", "n"), ("Note 3", "1")):
        page.locator("#loose .sort-note", has_text=words).locator("input").focus()
        keys(page, key)
        if key == "n":
            page.keyboard.type("Winter")
            keys(page, "Enter")
        told(page, "“Winter” is a theme now" if key == "n" else "1 note put into “Winter”.")
        expect(suggested.get_by_role("button", name="Make a theme of 2 notes")).to_be_visible()
        expect(suggested.get_by_label("Name of this theme")).to_have_value("Steep ra")
    page.locator("#loose .sort-note", has_text="in the winter").locator("input").focus()
    keys(page, "1")
    expect(suggested).to_have_count(0)  # one note makes no theme
    expect(page.get_by_text("All of these are sorted.")).to_be_visible()
    page.get_by_role("link", name="Look again").click()
    expect(suggested.filter(has_text="1 note may belong to “Winter”")).to_have_count(1)


def test_by_drag_into_a_theme_out_of_it_and_one_theme_onto_another(page, gallery, stuck, troubles):
    themes.make(gallery, name="A", notes=[stuck[0].key])
    themes.make(gallery, name="B")
    page.reload()
    loose, stack = page.locator("#loose"), page.locator(".theme-stack")
    loose.locator(".sort-note", has_text="Note 6").drag_to(stack.nth(1))
    told(page, "1 note put into “B”.")
    loose.locator(".sort-note", has_text="Note 5").locator("input").check()
    loose.locator(".sort-note", has_text="Note 4").locator("input").check()
    loose.locator(".sort-note", has_text="Note 4").drag_to(stack.nth(1))
    told(page, "2 notes put into “B”.")
    stack.nth(1).locator("summary").click()
    stack.nth(1).locator(".sort-note", has_text="Note 5").drag_to(loose.locator(".sort-notes"))
    told(page, "1 note taken out")
    expect(stack.nth(1).locator(".sort-note", has_text="Note 6")).to_be_visible()  # still folded out
    stack.nth(0).drag_to(stack.nth(1).locator("summary"))
    told(page, "“A” is merged into “B”.")
    assert sorted_so(gallery) == {"B": {"Note 6", "Note 4", "Note 1"}}
    assert troubles == []


@pytest.mark.parametrize("scripts", [True, False], ids=["with scripts", "without JavaScript"])
def test_by_ticking_on_a_phone(desk, gallery, stuck, scripts, troubles):  # noqa: F811
    page = desk(scripts=scripts, viewport={"width": 390, "height": 844}, has_touch=True, is_mobile=True)
    page.goto(reverse("sort", args=[gallery.code]))
    for text in ("Note 1", "Note 6"):
        page.locator("#loose .sort-note", has_text=text).tap()
    page.get_by_label("Name of a new theme").fill("Steep ramp")
    page.get_by_label("Name of a new theme").press("Enter")
    told(page, "“Steep ramp” is a theme now, with 2 notes in it.")
    page.locator("#loose .sort-note", has_text="Note 2").tap()
    page.get_by_label("Theme for what is ticked").select_option("Steep ramp")
    page.get_by_role("button", name="Put in").tap()
    told(page, "1 note put into “Steep ramp”.")
    assert sorted_so(gallery) == {"Steep ramp": {"Note 1", "Note 6", "Note 2"}}
    page.locator("#loose .sort-note", has_text="Note 3").tap()
    page.get_by_role("button", name="Make it").tap()
    told(page, "Give the theme a name")
    expect(page.locator("#loose .sort-note", has_text="Note 3").locator("input")).to_be_checked()
    page.get_by_label("Name of a new theme").fill("Queue")
    page.get_by_role("button", name="Make it").tap()
    told(page, "“Queue” is a theme now")
    page.get_by_role("button", name="Undo").tap()
    told(page, "Undone")
    assert sorted_so(gallery) == {"Steep ramp": {"Note 1", "Note 6", "Note 2"}}
    assert [trouble for trouble in troubles if "422" not in trouble] == []


STANDS = """() => {
  const one = (id) => document.getElementById(id);
  const text = (each) => each.textContent.replace(/\\s+/g, " ").trim();
  const texts = (what, within = document) => [...within.querySelectorAll(what)].map(text);
  return [
    ...["loose-title", "themes-title", "narrowed", "shown-more", "into"].map((id) => text(one(id))),
    one("seen").value, one("no-themes").hidden, texts("#loose-notes > li"),
    [...document.querySelectorAll("[data-theme]")].map((each) => [
      texts(".theme-number, .theme-head, .theme-tools option, .sort-note", each),
      [...each.querySelectorAll("[aria-label]")].map((named) => named.ariaLabel),
      each.querySelector("[name=name]").value,
    ]),
  ];
}"""


def as_it_is(page: Page, path: str) -> object:
    """How a page that is opened now stands."""
    other = page.context.new_page()
    other.goto(path)
    found = other.evaluate(STANDS)
    other.close()
    return found


@pytest.mark.parametrize("query", ["", "?show=960", "?kind=Concern&by=poster", "?words=1"])
def test_after_each_act_the_page_is_as_though_opened_then(page, gallery, poster, query, troubles):
    kind = gallery.note_kinds.get(word="Concern")
    more = [notes.stick(poster=poster, key=uuid.uuid4(), kind=kind, text=f"More 1.{n}") for n in range(70)]
    for name, at in [("A", 0), ("B", 5), ("C", 10)]:
        themes.make(gallery, name=name, notes=[note.key for note in more[at : at + 5]])
    path = reverse("sort", args=[gallery.code]) + query
    page.goto(path)
    first = page.locator("#loose .sort-note input").first
    stack = page.locator(".theme-stack")
    acts = {
        "put": lambda: (first.focus(), keys(page, "x", "j", "j", "j", "x", "2")),
        "another": lambda: (first.focus(), keys(page, "n"), page.keyboard.type("D"), keys(page, "Enter")),
        "split": lambda: (
            stack.nth(1).locator("summary").click(),
            [stack.nth(1).locator("input[name=note]").nth(at).check() for at in (1, 3)],
            page.get_by_label("Name of a new theme").fill("Half of B"),
            page.get_by_role("button", name="Make it").click(),
        ),
        "rename": lambda: (
            page.get_by_label("Another name for B", exact=True).fill("Bee"),
            page.get_by_label("Another name for B", exact=True).press("Enter"),
        ),
        "up": lambda: page.get_by_role("button", name="Move up: Bee").click(),
        "out": lambda: (
            stack.locator("input[name=note]:visible").first.check(),
            page.get_by_role("button", name="Take out").click(),
        ),
        "merge": lambda: (
            page.get_by_label("Merge Bee into").select_option("C"),
            page.get_by_label("Merge Bee into").locator("xpath=..").get_by_role("button").click(),
        ),
        "delete": lambda: (
            stack.nth(0).locator("summary").click(),
            page.get_by_role("button", name="Delete the theme A").click(),
        ),
    }
    before = page.evaluate(STANDS)
    answers: list[str] = []
    page.on("response", lambda answer: answers.append(answer.headers.get("hx-reswap", "")))
    for act in acts.values():
        told_before = page.locator("#acted").inner_text()
        act()
        expect(page.locator("#acted")).not_to_have_text(told_before)
        assert page.evaluate(STANDS) == as_it_is(page, path)
    for _ in acts:
        first.focus()
        seen = page.locator("#seen").input_value()
        keys(page, "z")
        expect(page.locator("#seen")).not_to_have_value(seen)
        assert page.evaluate(STANDS) == as_it_is(page, path)
    assert page.evaluate(STANDS) == before
    assert "none settle:0ms" in answers
    assert "outerHTML settle:0ms" not in answers  # no act had the whole table drawn anew
    assert troubles == []


SMALL = """() => [...document.querySelectorAll(
  "main :is(button, select, summary, .sort-note label, a, input:not([type=hidden], [type=checkbox]))"
)].filter(each => each.checkVisibility()).filter(each => each.getBoundingClientRect().height < 44)
  .map(each => each.id || each.textContent)"""


def test_the_page_shuts_nobody_out(desk, gallery, stuck, troubles):  # noqa: F811
    themes.make(gallery, name="W" * 60, notes=[note.key for note in stuck[:2]])
    themes.make(gallery, name="Queue")
    for width in (390, 1440):
        page = desk(viewport={"width": width, "height": 844}, reduced_motion="reduce")
        page.goto(reverse("sort", args=[gallery.code]) + "?suggest=1&poster=1")
        for summary in page.locator("main summary").all():
            summary.click()
        page.locator("#loose .sort-note input").first.check()
        for look in in_each_look(page):
            assert (width, look, problems_for_assistive_technology(page)) == (width, look, [])
            assert (width, look, is_wider_than_the_screen(page)) == (width, look, False)
            assert (width, look, page.evaluate(SMALL)) == (width, look, [])
        page.locator("#loose .sort-note input").first.press("t")
        for look in in_each_look(page):
            assert (width, look, problems_for_assistive_technology(page)) == (width, look, [])
    assert troubles == []
