"""One walk from the first note to what everyone reads: stick, sort, rate, decide, publish, print."""

import pypdfium2
import pytest
from django.urls import reverse
from playwright.sync_api import Page, expect

from feedback.models import Theme
from gallery import addresses, events
from gallery.models import Poster
from measures.models import Measure
from tests.browser.test_host import desk  # noqa: F401 - a fixture
from tests.browser.test_pages import is_wider_than_the_screen, problems_for_assistive_technology
from tests.browser.test_rounds import tap
from tests.browser.test_visit import seen, write
from tests.feedback.test_report_on_paper import words_of

# What one reads at the end, verbatim: said, decided, changed.
SUNDAYS, LATE, FROZE = "Sundays are the busiest.", "Too late: I swam already.", "The gauge froze in May."
SO_IT_DID = "It did, for nine days."
WHY_NOT = "The laboratory rests on Sundays."
WEEKLY = "You showed us August: from now on each week."
GAUGE = "A second gauge hangs since June."
QUICKER = "A text message on the same day."
NEXT = "On 3 March it hangs anew."


@pytest.fixture
def walls(gallery, poster, team) -> list[Poster]:
    """Two measures, as they hang in the open room."""
    other = Measure.objects.create(team=team, name="Days on which the gauge told nothing")
    hung = [poster, events.hang(wall=poster.wall, kind=Poster.Kind.MEASURE, measure=other)]
    events.keep(hung)
    return hung


def test_from_a_note_to_the_report_on_paper(phone, desk, gallery, walls, troubles):  # noqa: F811
    phones, page = [phone(), phone(), phone()], desk()
    stick_and_answer(phones, walls)
    make_two_themes(page, gallery)
    rate_together(phones, page, gallery)
    decide_and_publish(page, gallery, walls)
    read_it(phones[0], gallery, walls)
    print_it(phones[0], gallery)
    assert [each for each in troubles if "status of 422" not in each] == []  # one was asked once more


def stick_and_answer(phones: list[Page], walls: list[Poster]) -> None:
    """Each where a poster's QR code leads; one answers what another wrote, and one says 'me too'."""
    first, second, third = phones
    notes = [
        (first, walls[0], SUNDAYS, "Idea"),
        (second, walls[0], LATE, "Concern"),
        (third, walls[1], FROZE, "Concern"),
    ]
    for page, poster, words, kind in notes:
        page.goto(addresses.of_poster(poster))
        write(page, words, kind)
        expect(seen(page, words)).to_be_visible()
    third.goto(addresses.of_poster(walls[0]))
    seen(third, SUNDAYS).get_by_role("button", name="Me too").tap()
    expect(seen(third, SUNDAYS).locator(".nods")).to_have_text("fewer than five")
    first.goto(addresses.of_poster(walls[1]))
    seen(first, FROZE).get_by_role("link", name="Answer", exact=True).tap()
    first.get_by_label("Your answer").fill(SO_IT_DID)
    first.get_by_role("button", name="Answer", exact=True).tap()
    expect(seen(first, FROZE).locator(".reply")).to_contain_text(SO_IT_DID)


def make_two_themes(page: Page, gallery) -> None:
    page.goto(reverse("sort", args=[gallery.code]))
    for name, notes in (("Count Sundays too", [SUNDAYS]), ("Tell us sooner", [LATE, FROZE])):
        for words in notes:
            page.locator("#loose .sort-note", has_text=words).locator("input").check()
        page.get_by_label("Name of a new theme").fill(name)
        page.get_by_label("Name of a new theme").press("Enter")
        expect(page.locator("#acted")).to_contain_text(f"“{name}” is a theme now")
    assert [theme.notes.count() for theme in Theme.objects.order_by("pk")] == [1, 2]


def rate_together(phones: list[Page], page: Page, gallery) -> None:
    """All themes, on three phones; then the room's bars, and the facilitator's last word beside one."""
    page.goto(reverse("rounds", args=[gallery.code]))
    page.get_by_label("What do you ask the room?").fill("What comes first?")
    page.get_by_role("button", name="Make the round").click()
    page.get_by_role("button", name="Open it for the room").click()
    address = page.locator(".round-address .address").get_attribute("href")
    for each, word in zip(phones, ("Must", "Must", "Could"), strict=True):
        each.goto(address)
        tap(each, 1, word)
        tap(each, 2, "Should")
        expect(each.locator(".rate-told", has_text="Saved")).to_have_count(2)
    page.get_by_role("button", name="Close the round").click()
    page.get_by_role("button", name="Close it all the same").click()
    expect(page.locator("#i-1 .tally-words")).to_contain_text("2 Must")
    page.locator("#i-1").get_by_label("Your last word").select_option("Could")
    page.locator("#i-1").get_by_label("Remark").fill("Not this summer.")
    page.locator("#i-1").get_by_role("button", name="Keep").click()
    expect(page.locator("#i-1").get_by_role("status")).to_have_text("Kept, beside what the room says.")


def decide_and_publish(page: Page, gallery, walls: list[Poster]) -> None:
    page.goto(reverse("dashboard", args=[gallery.code]))
    page.get_by_role("button", name="Close the doors").click()
    expect(page.get_by_role("button", name="Open the doors")).to_be_visible()
    page.get_by_role("link", name="Decide", exact=True).click()
    sundays = page.get_by_role("article", name="Count Sundays too")
    expect(sundays.locator(".tally-words")).to_contain_text("2 Must")
    expect(sundays.locator(".rated")).to_contain_text("Could – Not this summer.")
    decide(page, "Count Sundays too", "No, because", WHY_NOT)
    decide(page, "Tell us sooner", "Explore", QUICKER)
    decide(page, walls[1].heading, "Keep", GAUGE)
    decide(page, walls[0].heading, "Change", WEEKLY)
    expect(page.get_by_text("4 of 4")).to_be_visible()
    measure = page.get_by_role("article", name=walls[0].heading)
    measure.get_by_role("link", name="Change the measure").click()
    measure.get_by_label("How often").select_option("week")
    measure.get_by_role("button", name="Save the change").click()
    expect(measure.locator("ins", has_text="Weekly")).to_be_visible()
    page.get_by_label("What happens next, and by when").fill(NEXT)
    page.get_by_role("checkbox", name="Yes, show it to everyone").check()
    page.get_by_role("button", name="Publish what we heard").click()
    expect(page.get_by_text("Published. Everyone who opens")).to_be_visible()


def decide(page: Page, name: str, verdict: str, reason: str) -> None:
    case = page.get_by_role("article", name=name)
    case.get_by_role("radio", name=verdict, exact=True).check()
    case.get_by_label("Because", exact=True).fill(reason)
    case.get_by_role("button", name="Save", exact=True).click()
    expect(case.locator(".verdict-reason")).to_have_text(reason)


def read_it(page: Page, gallery, walls: list[Poster]) -> None:
    """At the address on the posters, which hang still, and at the gallery's own."""
    page.goto(addresses.of_poster(walls[0]))
    expect(page.locator(".decided")).to_contain_text(WEEKLY)
    page.goto(addresses.of_gallery(gallery))
    expect(page.locator(".report-next")).to_contain_text(NEXT)
    measure, gauge = page.locator("#p-1"), page.locator("#p-2")
    for question in walls[0].questions:
        expect(measure).to_contain_text(question)
    for words in (SUNDAYS, "Me too: fewer than five", LATE, "Change", WEEKLY, "Monthly", "Weekly"):
        expect(measure).to_contain_text(words)
    for words in (FROZE, "A reply: " + SO_IT_DID, "Keep", GAUGE):
        expect(gauge).to_contain_text(words)
    sundays = page.get_by_role("article", name="Count Sundays too")
    for words in (
        SUNDAYS,
        "2 Must",
        "1 Could",
        "Our last word: Could – Not this summer.",
        "No, because",
        WHY_NOT,
    ):
        expect(sundays).to_contain_text(words)
    expect(sundays.locator(".verdict-reason")).to_have_css("font-weight", "400")
    expect(sundays.locator(".tally-bar .tally-part")).to_have_count(2)
    assert is_wider_than_the_screen(page) is False
    assert problems_for_assistive_technology(page) == []


def print_it(page: Page, gallery) -> None:
    link = page.get_by_role("link", name="All of it as a PDF")
    answer = page.request.get(link.get_attribute("href"))
    assert answer.ok
    pdf = answer.body()
    assert pypdfium2.raw.FPDFCatalog_IsTagged(pypdfium2.PdfDocument(pdf))
    words = " ".join(words_of(pdf).split())
    told = (
        SUNDAYS,
        LATE,
        FROZE,
        SO_IT_DID,
        WHY_NOT,
        WEEKLY,
        GAUGE,
        QUICKER,
        NEXT,
        "2 Must",
        "Not this summer.",
    )
    assert [each for each in told if each not in words] == []
    assert addresses.short(addresses.of_gallery(gallery)) in words
