"""The addresses that leave the house: on paper, in a QR code, in an e-mail.

They are made from the configured base address, never from a request's Host header.
"""

from django.conf import settings
from django.urls import reverse

from gallery.models import Gallery, Poster


def of_gallery(gallery: Gallery) -> str:
    return f"{settings.BASE_URL}{reverse('lobby', args=[gallery.code])}"


def of_poster(poster: Poster) -> str:
    return f"{settings.BASE_URL}{reverse('poster', args=[poster.gallery.code, poster.number])}"


def of_round(gallery: Gallery, number: int) -> str:
    return f"{settings.BASE_URL}{reverse('rate', args=[gallery.code, number])}"


def short(address: str) -> str:
    """The address as one types it: without the scheme and the last slash."""
    return address.split("://", 1)[-1].rstrip("/")
