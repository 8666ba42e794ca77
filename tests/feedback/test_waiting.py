"""Where notes wait for a host, their author sees them and nobody else does."""

import pytest
from django.test import Client
from django.urls import reverse

from feedback import notes
from feedback.models import Note
from gallery import events

HTMX = {"HX-Request": "true"}


@pytest.fixture(autouse=True)
def moderated(gallery):
    events.moderate(gallery, moderated=True)


@pytest.fixture
def page(poster) -> str:
    return reverse("poster", args=[poster.gallery.code, poster.number])


@pytest.fixture
def stuck(visitor, poster):
    """The author's note, stuck over HTMX; gives the answer."""
    path = reverse("stick", args=[poster.gallery.code, poster.number])
    return visitor.post(path, {"kind": "Idea", "text": "Show it by month"}, headers=HTMX)


def feed(client, page, after=0) -> str:
    return client.get(f"{page}feed/", {"after": after}, headers=HTMX).content.decode()


def test_it_is_saved_and_told_so(stuck):
    assert stuck["Note-Saved"] == str(Note.objects.get().key)
    assert "A host reads it first" in stuck.content.decode()


def test_its_author_finds_it_marked_on_the_poster(visitor, stuck, page):
    shown = visitor.get(page).content.decode()
    assert "Show it by month" in shown
    assert "Waits for a host" in shown


def test_nobody_else_does(stuck, page):
    assert "Show it by month" not in Client().get(page).content.decode()
    assert "Show it by month" not in feed(Client(), page)


def test_the_author_s_own_feed_keeps_it_and_another_s_hears_only_that_it_isn_t_there(visitor, stuck, page):
    assert "Show it by month" in feed(visitor, page)
    assert "Show it by month" not in feed(Client(), page)


def test_once_hung_everybody_finds_it_unmarked(visitor, stuck, page):
    notes.show(Note.objects.get())
    for client in (visitor, Client()):
        shown = client.get(page).content.decode()
        assert "Show it by month" in shown
        assert "Waits for a host" not in shown
    assert "Show it by month" in feed(Client(), page)


def test_reworded_it_leaves_the_others_screens_until_it_is_hung_again(visitor, stuck, page):
    note = notes.show(Note.objects.get())
    visitor.post(f"{page}notes/{note.key}/", {"text": "Rude"}, headers=HTMX)
    others = feed(Client(), page, after=note.seq)
    assert f"delete:[id^='n-{note.key.hex[:12]}']" in others
    assert "Rude" not in others
    assert "Rude" in visitor.get(page).content.decode()


def test_it_may_be_taken_back_while_it_waits(visitor, stuck, page):
    note = Note.objects.get()
    visitor.post(f"{page}notes/{note.key}/take-back/", headers=HTMX)
    note.refresh_from_db()
    assert note.state == Note.State.WITHDRAWN
