"""Every visitor's page, on the narrowest phone and a desktop, by day and in the evening."""

import uuid
from pathlib import Path

import pytest
from django.urls import reverse

from feedback import decisions, notes
from gallery import events
from gallery.models import Gallery, Poster

AXE = (Path(__file__).parent / "vendor" / "axe.min.js").read_text()
RULES = {"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]}


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
    page.evaluate(AXE)
    found = page.evaluate("rules => axe.run(document, rules)", RULES)
    return [f"{each['id']}: {node['target']}" for each in found["violations"] for node in each["nodes"]]


def is_wider_than_the_screen(page) -> bool:
    return page.evaluate("document.documentElement.scrollWidth > document.documentElement.clientWidth")


@pytest.mark.parametrize("look", ["light", "dark"])
@pytest.mark.parametrize("width", [360, 1440])
def test_no_page_is_too_wide_or_shuts_anyone_out(phone, pages, look, width, troubles):
    page = phone(viewport={"width": width, "height": 844}, color_scheme=look)
    page.emulate_media(reduced_motion="reduce", color_scheme=look)
    for path in pages:
        page.goto(path)
        assert (path, problems_for_assistive_technology(page)) == (path, [])
        assert (path, is_wider_than_the_screen(page)) == (path, False)
    assert [trouble for trouble in troubles if "404" not in trouble] == []


def test_controls_that_must_be_caught(phone, pages):
    page = phone(viewport={"width": 360, "height": 844})
    page.goto(pages[1])
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
