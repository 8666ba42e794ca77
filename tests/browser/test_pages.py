"""Every visitor's page, on the narrowest phone and a desktop, by day and in the evening."""

import uuid
from collections.abc import Iterator
from itertools import chain
from pathlib import Path

import pypdfium2
import pytest
from django.urls import reverse

from feedback import decisions, notes
from gallery import events
from gallery.models import Gallery, Poster
from measures.models import Measure

AXE = (Path(__file__).parent / "vendor" / "axe.min.js").read_text()
RULES = {"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"], "resultTypes": ["violations"]}
# Only what is wrong is carried out of the browser: all that is right is a hundred times as much.
FAULTS = """rules => axe.run(document, rules).then(found => found.violations.flatMap(
    each => each.nodes.map(node => [each.id, node.target])
))"""
FADED = """document.getAnimations()
    .filter(each => each.effect.getComputedTiming().endTime < Infinity)
    .forEach(each => each.finish())"""
PALE_IN_THE_EVENING = """const pale = new CSSStyleSheet();
pale.replaceSync('@media (prefers-color-scheme: dark) { main * { color: #888; background: #777 } }');
document.adoptedStyleSheets = [pale];"""


@pytest.fixture
def posters(gallery, goal, measure) -> list[Poster]:
    """One of every kind with all that it can show, and a measure of which there is hardly a word."""
    for month in range(1, 13):
        measure.values.create(period=f"2025-{month:02d}-01", value=80 + month % 5)
    measure.calculation = "Samples without E. coli, divided by all samples."
    measure.save()
    goal.candidates.create(wording="Complaints in August", strength=2, feasibility=5, reason="Few write.")
    bare = Measure.objects.create(team=gallery.team, goal=goal, name="Swimmers in June")
    wall = gallery.walls.create(name="North wall", order=1)
    hung = [events.hang(wall=wall, kind="measure", measure=shown) for shown in (measure, bare)]
    for kind in ["goal", "blank", "map", "welcome", "text"]:
        shows = {"goal": goal} if kind in {"goal", "blank"} else {}
        words = {"title": "How we chose", "text": "We weighed 31."} if kind == "text" else {}
        hung.append(events.hang(wall=wall, kind=kind, prompts="What is missing?", **shows, **words))
    return hung


@pytest.fixture
def pages(gallery, poster, goal) -> list[str]:
    """The addresses of a gallery with a poster of every kind, a note of every kind, long words among them."""
    posters = [poster]
    for kind in ["welcome", "goal", "blank", "text"]:
        shows = {"goal": goal} if kind in {"goal", "blank"} else {}
        posters.append(events.hang(wall=poster.wall, kind=kind, title="W" * 60, text="Why " * 60, **shows))
    for number, kind in enumerate(gallery.note_kinds.all()):
        text = "Donaudampfschifffahrtsgesellschaft" * 3 if number == 2 else "A few words"
        notes.stick(poster=poster, key=uuid.uuid4(), kind=kind, text=text, name="Ada")
    return ["/", reverse("lobby", args=[gallery.code]), *(_path(each) for each in posters), "/g/22222222/"]


def _path(poster: Poster) -> str:
    return reverse("poster", args=[poster.gallery.code, poster.number])


def problems_for_assistive_technology(page) -> list[str]:
    if not page.evaluate("'axe' in window"):
        page.evaluate(AXE)
    return [f"{rule}: {target}" for rule, target in page.evaluate(FAULTS, RULES)]


def in_each_look(page) -> Iterator[str]:
    """The page as it stands, by day and in the evening, once its colours have faded in."""
    for look in ("light", "dark"):
        page.emulate_media(color_scheme=look)
        page.evaluate(FADED)
        yield look


def is_wider_than_the_screen(page) -> bool:
    return page.evaluate("document.documentElement.scrollWidth > document.documentElement.clientWidth")


@pytest.mark.parametrize("width", [360, 1440])
def test_no_page_is_too_wide_or_shuts_anyone_out(phone, pages, width, troubles):
    page = phone(viewport={"width": width, "height": 844}, reduced_motion="reduce")
    for path in pages:
        page.goto(path)
        for look in in_each_look(page):
            assert (path, look, problems_for_assistive_technology(page)) == (path, look, [])
            assert (path, look, is_wider_than_the_screen(page)) == (path, look, False)
    assert [trouble for trouble in troubles if "404" not in trouble] == []


def test_controls_that_must_be_caught(phone, pages):
    page = phone(viewport={"width": 360, "height": 844})
    page.goto(pages[1])
    page.evaluate(PALE_IN_THE_EVENING)
    assert [bool(problems_for_assistive_technology(page)) for _ in in_each_look(page)] == [False, True]
    page.evaluate("document.querySelector('main').innerHTML = '<input><p>' + 'w'.repeat(900)")
    assert any(found.startswith("label") for found in problems_for_assistive_technology(page))
    page.evaluate("document.querySelector('main').style.width = '900px'")
    assert is_wider_than_the_screen(page)


def test_the_report_page_too(phone, gallery, poster):
    decisions.decide(poster=poster, verdict="change", reason="Monthly was too slow for you.")
    events.close_doors(gallery)
    events.publish(gallery)
    page = phone()
    page.goto(reverse("lobby", args=[gallery.code]))
    assert "Monthly was too slow" in page.content()
    assert problems_for_assistive_technology(page) == []


def test_nothing_is_asked_of_anyone_else(phone, pages, site):
    page = phone()
    asked = []
    page.on("request", lambda request: asked.append(request.url))
    for path in pages:
        page.goto(path)
    assert [url for url in asked if not url.startswith((site, "data:"))] == []


def test_fingers_find_their_targets(phone, pages):
    page = phone()
    page.goto(pages[2])
    controls = page.locator("button, .kind, .ways a, summary, .note-own a, textarea")
    small = controls.evaluate_all(
        "all => all.filter(each => each.offsetParent && each.getBoundingClientRect().height < 44)"
        ".map(each => each.textContent)"
    )
    assert small == []


def test_the_invitation_too(phone, gallery, poster):
    Gallery.objects.filter(pk=gallery.pk).update(invitation="Come and look.", place="The boathouse")
    gallery.hours.all().update(opens="2199-01-01T09:00Z", closes="2199-01-01T17:00Z")
    page = phone()
    page.goto(reverse("lobby", args=[gallery.code]))
    page.locator(".unfold summary").tap()
    assert "Come if you want" in page.locator(".words-to-copy").input_value()
    assert problems_for_assistive_technology(page) == []
    assert not is_wider_than_the_screen(page)


# The words of a poster as they stand on the screen: what they are, and how high their type is in pixels.
TYPE = """() => [...document.querySelectorAll('.poster, .poster *')]
    .filter(each => [...each.childNodes].some(node => node.nodeType === 3 && node.data.trim()))
    .filter(each => each.getClientRects().length && !each.closest('.map-pan'))
    .map(each => ({
        kind: each.closest('svg') ? 'chart' : each.matches('.poster-label, .poster-eyebrow, .map-key') ? 'label' : 'words',
        size: parseFloat(getComputedStyle(each).fontSize) * (each.closest('svg') ? each.getScreenCTM().a : 1),
    }))"""  # noqa: E501
SMALLEST = {"words": 16, "chart": 11, "label": 13}


def too_small(page) -> list[dict]:
    return [found for found in page.evaluate(TYPE) if found["size"] < SMALLEST[found["kind"]] - 0.05]


def test_every_kind_of_poster_is_read_without_zoom_on_the_narrowest_phone(phone, posters):
    page = phone(viewport={"width": 360, "height": 780})
    kinds = set()
    for poster in posters:
        page.goto(_path(poster))
        for summary in page.locator(".paper summary").all():
            if not summary.evaluate("each => each.parentNode.open"):
                summary.tap()
        assert (poster.kind, is_wider_than_the_screen(page)) == (poster.kind, False)
        assert (poster.kind, too_small(page)) == (poster.kind, [])
        kinds |= {found["kind"] for found in page.evaluate(TYPE)}
        empty = page.locator(".poster :is(p, dt, dd, ul, section, div, h2):empty:not(.map-start)").count()
        assert (poster.kind, empty) == (poster.kind, 0)
    assert kinds == set(SMALLEST)
    page.evaluate("document.querySelector('.poster-prompt').style.fontSize = '15px'")
    assert too_small(page)


def test_a_poster_is_printed_from_the_browser_with_its_notes_and_nothing_to_tap(phone, posters, site):
    kinds = list(posters[0].gallery.note_kinds.all())
    for number in range(14):
        text = f"Note {number} begins. {'Many words to read. ' * 12}Note {number} ends."
        notes.stick(poster=posters[0], key=uuid.uuid4(), kind=kinds[number % 5], text=text)
    page = phone(color_scheme="dark")
    page.goto(_path(posters[0]))
    to_tap = ["Stick it", "Stick a note", "Name, if you like", "Drift", "About this measure"]
    assert [words for words in to_tap if words not in page.locator("body").inner_text()] == []
    document = pypdfium2.PdfDocument(page.pdf(format="A4"))
    sheets = [" ".join(sheet.get_textpage().get_text_range().split()) for sheet in document]
    printed = " ".join(sheets)
    assert [words for words in to_tap if words in printed] == []
    assert len(sheets) > 1
    for part in [
        "Share of samples",
        "Samples without E. coli",
        f"{site.split('://')[1]}{_path(posters[0])}"[:-1],
    ]:
        assert part in printed
    whole = [
        all(f"Note {number} {end}." in sheet for end in ("begins", "ends"))
        for number in range(14)
        for sheet in sheets
    ]
    assert sum(whole) == 14
    colours = chain.from_iterable(
        sheet.render(scale=0.5).to_pil().convert("L").resize((9, 9)).tobytes() for sheet in document
    )
    assert min(colours) > 128
