"""A poster with a note of somebody else, and what visitors say to it."""

import uuid

from django.test import Client
from django.urls import reverse

from feedback import notes
from feedback.models import Note
from gallery.models import Poster

HTMX = {"HX-Request": "true"}
OTHER = "b" * 64


def path(name: str, note: Note) -> str:
    """The address of what can be done to a note, or said to it."""
    return reverse(name, args=[note.poster.gallery.code, note.poster.number, note.key])


def page_of(poster: Poster) -> str:
    return reverse("poster", args=[poster.gallery.code, poster.number])


def stuck(poster: Poster, text: str = "Too rosy?", *, kind: str = "Concern", author: str = OTHER) -> Note:
    kinds = poster.gallery.note_kinds
    return notes.stick(poster=poster, key=uuid.uuid4(), kind=kinds.get(word=kind), text=text, author=author)


def said(note: Note, text: str = "It is.", *, author: str | None = OTHER, host: bool = False) -> Note:
    return notes.stick(
        poster=note.poster,
        key=uuid.uuid4(),
        kind=None,
        text=text,
        author=None if host else author,
        answers=note,
        from_host=host,
    )


def answer(client: Client, note: Note, text: str = "It is.", **more):
    headers = more.pop("headers", {})
    words = {"key": str(uuid.uuid4()), "text": text, "name": ""} | more
    return client.post(path("answers", note), words, headers=headers)


def me_too(client: Client, note: Note, meant: str = "yes", headers=HTMX):
    return client.post(path("me_too", note), {"meant": meant}, headers=headers)


def on_the_page(client: Client, poster: Poster) -> str:
    return client.get(page_of(poster)).content.decode()
