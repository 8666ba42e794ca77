"""A photo for one's note, on a phone: chosen, shrunk there, sent, and seen by everyone."""

from pathlib import Path

import pytest
from django.urls import reverse
from playwright.sync_api import Locator, Page, expect

from feedback import photos
from feedback.models import Note, Photo
from feedback.views import photos as views
from tests.browser.test_pages import in_each_look, is_wider_than_the_screen, problems_for_assistive_technology
from tests.feedback import pictures

WORDS = "This is how the board looked."


@pytest.fixture(autouse=True)
def _folder(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path / "media"


@pytest.fixture
def address(gallery, poster) -> str:
    return reverse("poster", args=[gallery.code, poster.number])


@pytest.fixture
def arrived(monkeypatch) -> list[bytes]:
    """The files as they reach the darkroom."""
    found, developed = [], photos.developed
    monkeypatch.setattr(
        photos, "developed", lambda file: found.append(Path(file).read_bytes()) or developed(file)
    )
    return found


def camera() -> bytes:
    """A large photo, taken upright, with its place."""
    sideways = pictures.quarters(3000, 2000).transpose(pictures.Image.Transpose.ROTATE_90)
    return pictures.by_a_camera(sideways, orientation=6)


# The script for photos comes with the first note of one's own.
PHOTOS_HEARD = """() => performance.getEntriesByType("resource").some(
    ({ name, responseEnd }) => /photo\\..*js$/.test(name) && responseEnd > 0
)"""


def stuck(page: Page, address: str) -> Locator:
    page.goto(address)
    page.locator(".kind", has_text="Idea").tap()
    page.get_by_label("Your words").fill(WORDS)
    page.get_by_role("button", name="Stick it").tap()
    note = page.locator(".note", has_text=WORDS)
    expect(note).to_be_visible()
    return note


def choose(note: Locator, data: bytes, name: str = "IMG_0001.JPG", kind: str = "image/jpeg") -> None:
    note.locator("input[type=file]").set_input_files({"name": name, "mimeType": kind, "buffer": data})


def expect_seen(note: Locator, width: int = 2048, height: int = 1365) -> None:
    """The photo is loaded, small and upright. The feed may put the note anew while one looks."""
    photo = note.get_by_role("img", name="Photo on this note")
    expect(photo).to_be_visible()
    note.evaluate("note => note.scrollIntoView()")
    expect(photo).to_have_js_property("naturalWidth", width)
    expect(photo).to_have_js_property("naturalHeight", height)


def test_choosing_is_sending_and_the_place_stays_on_the_phone(phone, address, arrived, troubles):
    mine, theirs = phone(), phone()
    theirs.goto(address)
    note = stuck(mine, address)
    choose(note, camera())
    expect_seen(note)
    expect_seen(theirs.locator(".note", has_text=WORDS))
    assert pictures.MAKER.encode() not in arrived[0]
    assert (Photo.objects.get().width, Note.objects.get().text) == (2048, WORDS)
    assert troubles == []


def test_without_javascript_a_button_sends_it_and_the_gallery_leaves_the_place_out(phone, address, arrived):
    note = stuck(phone(scripts=False), address)
    choose(note, camera())
    note.get_by_role("button", name="Send the photo").tap()
    expect_seen(note)
    assert pictures.MAKER.encode() in arrived[0]  # control: there was something to leave out
    assert Photo.objects.get().width == 2048


def test_what_the_phone_cannot_read_the_gallery_does(phone, address, arrived):
    note = stuck(phone(), address)
    choose(note, pictures.HEIC, "IMG_0002.HEIC", "image/heic")
    expect_seen(note, 96, 64)
    assert arrived == [pictures.HEIC]


@pytest.mark.parametrize("scripts", [True, False], ids=["with scripts", "without JavaScript"])
def test_what_is_no_photo_is_told_beside_the_words(phone, address, scripts):
    page = phone(scripts)
    note = stuck(page, address)
    choose(note, b"no photo at all")
    if not scripts:
        note.get_by_role("button", name="Send the photo").tap()
    expect(page.get_by_role("alert")).to_contain_text("Your note is safe.")
    expect(note).to_contain_text(WORDS)
    choose(note, camera())
    if not scripts:
        note.get_by_role("button", name="Send the photo").tap()
    expect_seen(note)


def test_without_a_connection_the_note_stays_and_the_photo_goes_later(phone, address):
    page = phone()
    note = stuck(page, address)
    page.wait_for_function(PHOTOS_HEARD)
    page.context.set_offline(True)
    choose(note, camera())
    expect(note.locator(".photo-status")).to_contain_text("The photo did not arrive. Your note is safe.")
    page.context.set_offline(False)
    note.get_by_role("button", name="Send the photo").tap()
    expect_seen(note)


def test_while_many_arrive_the_phone_tries_again_by_itself(phone, address, monkeypatch):
    monkeypatch.setattr(views, "BUSY_SECONDS", 1)
    note = stuck(phone(), address)
    with views._lane(), views._lane():
        with note.page.expect_response(lambda answer: answer.status == 503):
            choose(note, camera())
        expect(note.locator(".photo-status")).to_have_text("Sending the photo…")
    expect_seen(note)


def test_it_is_taken_away_again(phone, address):
    note = stuck(phone(), address)
    choose(note, camera())
    expect_seen(note)
    note.get_by_role("button", name="Take the photo away").tap()
    expect(note.locator("img")).to_have_count(0)
    expect(note).to_contain_text(WORDS)
    assert not Photo.objects.exists()


def test_it_shuts_nobody_out(phone, address):
    page = phone(viewport={"width": 360, "height": 844}, reduced_motion="reduce")
    note = stuck(page, address)
    choose(note, camera())
    expect_seen(note)
    for look in in_each_look(page):
        assert (look, problems_for_assistive_technology(page)) == (look, [])
        assert (look, is_wider_than_the_screen(page)) == (look, False)
