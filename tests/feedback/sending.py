"""A visitor who sticks a note and sends a photo for it, and what lies on the shelf then."""

import uuid
from pathlib import Path

from django.core.files.storage import default_storage
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from feedback import photos
from feedback.models import Note, Photo
from gallery.models import Poster
from tests.feedback import pictures
from tests.feedback.pictures import written

HTMX = {"HX-Request": "true"}
SMALL = written(pictures.quarters())


def path(name: str, poster: Poster, **more) -> str:
    return reverse(name, kwargs={"code": poster.gallery.code, "number": poster.number} | more)


def address(photo: Photo) -> str:
    return reverse("photo", args=[photo.note.gallery.code, photo.name])


def stick(client: Client, poster: Poster, text: str = "Look at this") -> Note:
    words = {"key": str(uuid.uuid4()), "kind": "Idea", "text": text, "name": ""}
    client.post(path("stick", poster), words)
    return Note.objects.get(key=words["key"])


def send(client: Client, note: Note, data: bytes = SMALL, *, name: str = "IMG_0001.JPG", headers=HTMX):
    file = SimpleUploadedFile(name, data, "image/jpeg")
    return client.post(path("add_photo", note.poster, key=note.key), {"photo": file}, headers=headers)


def files() -> list[str]:
    return sorted(photos._files())


def kept(path: str = "") -> bytes:
    return Path(default_storage.path(path or files()[0])).read_bytes()
