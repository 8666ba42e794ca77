"""What one's own note offers is what the gallery takes: no more once the doors are closed, and no less."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from feedback import notes
from feedback.models import Note
from gallery import events
from gallery.models import Gallery
from tests.feedback.sending import HTMX, path, send, stick
from tests.feedback.talking import answer, stuck

ALL, ONLY_BACK = {"Reword", "Take back", "Add a photo"}, {"Take back"}


def close(gallery: Gallery, minutes: int) -> None:
    events.close_doors(gallery, at=timezone.now() - timedelta(minutes=minutes))


def close_for_days(gallery: Gallery) -> None:
    """The doors open again tomorrow."""
    tomorrow = timezone.now() + timedelta(days=1)
    gallery.hours.create(opens=tomorrow, closes=tomorrow + timedelta(hours=3))
    close(gallery, 10)


def without_grace(gallery: Gallery) -> None:
    Gallery.objects.update(grace_minutes=0)
    close(gallery, 1)


def lock_and_unlock(gallery: Gallery) -> None:
    events.lock(gallery)
    events.unlock(gallery)


STANDINGS: list[tuple[str, Callable[[Gallery], object], set[str]]] = [
    ("open", lambda gallery: None, ALL),
    ("closed a moment ago", lambda gallery: close(gallery, 3), ALL),
    ("closed for longer than the grace", lambda gallery: close(gallery, 10), ONLY_BACK),
    ("closed until tomorrow", close_for_days, ONLY_BACK),
    ("closed without grace", without_grace, ONLY_BACK),
    ("stopped by a host", events.lock, ONLY_BACK),
    ("stopped and let go on", lock_and_unlock, ALL),
    ("published", lambda gallery: Gallery.objects.update(published_at=timezone.now()), ONLY_BACK),
]
each_standing = pytest.mark.parametrize(
    ("stand", "offered"), [row[1:] for row in STANDINGS], ids=[row[0] for row in STANDINGS]
)


@pytest.fixture(autouse=True)
def _folder(settings, tmp_path):
    settings.MEDIA_ROOT, settings.DATA_DIR = tmp_path / "media", tmp_path


@pytest.fixture
def own(visitor, poster) -> Note:
    note = stick(visitor, poster)
    visitor.get(path("poster", poster))  # what is kept from before the doors closed
    return note


def offers(html: str) -> set[str]:
    return {way for way in ALL if f">{way}<" in html}


def page(client: Client, note: Note) -> str:
    return client.get(path("poster", note.poster)).content.decode()


def taken(client: Client, note: Note) -> set[str]:
    """What the gallery lets one do, each tried on the note as it is."""
    words = {"text": f"{note.text}, in other words"}
    done = {
        "Reword": client.post(path("note", note.poster, key=note.key), words, headers=HTMX),
        "Add a photo": send(client, note),
        "Take back": client.post(path("take_back", note.poster, key=note.key), headers=HTMX),
    }
    return {way for way, response in done.items() if response.status_code == 200}


@each_standing
def test_it_offers_what_is_taken(visitor, gallery, own, stand, offered):
    stand(gallery)
    assert offers(page(visitor, own)) == offered
    assert taken(visitor, own) == offered


@each_standing
def test_so_on_a_screen_that_is_told_by_the_feed(visitor, gallery, own, stand, offered):
    stand(gallery)
    asked = visitor.get(path("feed", own.poster), {"after": 0}, headers=HTMX)
    assert offers(asked.content.decode()) == offered


@each_standing
def test_so_does_what_one_has_said_to_a_note(visitor, gallery, poster, own, stand, offered):
    note = stuck(poster)
    answer(visitor, note)
    visitor.post(path("take_back", poster, key=own.key))
    stand(gallery)
    assert offers(page(visitor, note)) == offered - {"Add a photo"}


@each_standing
def test_putting_back_is_offered_where_it_is_taken(visitor, gallery, own, stand, offered):
    stand(gallery)
    shown = visitor.post(path("take_back", own.poster, key=own.key), headers=HTMX).content.decode()
    may = "Reword" in offered
    assert ("Put it back" in shown) is may
    assert ("can’t be put back now" in shown) is not may
    response = visitor.post(path("put_back", own.poster, key=own.key), headers=HTMX)
    assert (response.status_code == 200) is may


@each_standing
@pytest.mark.parametrize("headers", [{}, HTMX], ids=["page", "fragment"])
def test_a_form_that_is_opened_too_late_says_so_before_one_types(
    visitor, gallery, own, stand, offered, headers
):
    """The page was drawn while the doors were open."""
    stand(gallery)
    shown = visitor.get(path("note", own.poster, key=own.key), headers=headers).content.decode()
    may = "Reword" in offered
    assert ("No notes can be changed now" in shown) is not may
    assert (">Save<" in shown) is may
    assert own.text in shown


@each_standing
@pytest.mark.parametrize("headers", [{}, HTMX], ids=["page", "fragment"])
def test_new_words_that_come_too_late_are_kept(visitor, gallery, own, stand, offered, headers):
    stand(gallery)
    sent = {"text": "Too late, but kept"}
    response = visitor.post(path("note", own.poster, key=own.key), sent, headers=headers, follow=True)
    shown = response.content.decode()
    assert "Too late, but kept" in shown
    assert response.status_code == (200 if "Reword" in offered else 422)
    assert ("Your new words are below: copy them." in shown) is ("Reword" not in offered)


def test_a_photo_that_comes_too_late_is_told_at_the_note(visitor, gallery, own):
    close(gallery, 10)
    response = send(visitor, own)
    shown = response.content.decode()
    assert response.status_code == 422
    assert "Your note is safe." in shown
    assert offers(shown) == ONLY_BACK
    assert own.text in shown


def test_a_photo_that_hangs_may_still_be_taken_away(visitor, gallery, own):
    send(visitor, own)
    close(gallery, 10)
    assert "Take the photo away" in page(visitor, own)
    response = visitor.post(path("take_photo_away", own.poster, key=own.key), headers=HTMX)
    assert "The photo is gone." in response.content.decode()
    assert offers(response.content.decode()) == ONLY_BACK


def test_whoever_reads_alone_is_offered_none_of_it(gallery, own):
    assert offers(page(Client(), own)) == set()
    notes.reword(note=own, text="Anew", author=own.author)
    assert offers(page(Client(), own)) == set()
