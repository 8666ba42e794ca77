"""A room that rates: themes or notes on its walls, a round of them, and people who choose a word."""

from collections.abc import Mapping
from datetime import datetime
from uuid import uuid4

from feedback import notes, rounds
from feedback.models import Note, Round, Theme
from feedback.rateable import Which
from feedback.scales import MUST
from gallery.models import Gallery, Poster


def themes(gallery: Gallery, *names: str) -> list[Theme]:
    return [Theme.objects.create(gallery=gallery, name=name, order=n) for n, name in enumerate(names, 1)]


def stick(poster: Poster, text: str, word: str = "Idea") -> Note:
    kind = poster.gallery.note_kinds.get(word=word)
    return notes.stick(poster=poster, key=uuid4(), kind=kind, text=text)


def made(gallery: Gallery, rates: str = "themes", *, scale=MUST, title="First?", **which) -> Round:
    return rounds.make(gallery=gallery, title=title, rates=rates, scale=scale, which=Which(**which))


def opened(gallery: Gallery, rates: str = "themes", *, at: datetime | None = None, **more) -> Round:
    rated = made(gallery, rates, **more)
    rounds.open_up(rated, at=at)
    return rated


def person(number: int) -> str:
    """A visitor's pseudonym."""
    return f"{number:064x}"


def choose(rated: Round, number: int, chosen: Mapping[int, int]) -> set[int]:
    return rounds.vote(rated=rated, chosen=chosen, author=person(number))


def crowd(rated: Round, *values: int, place: int = 1) -> None:
    """One vote of each of so many people."""
    for number, value in enumerate(values):
        choose(rated, number, {place: value})


def counts(rated: Round) -> list[tuple[int, ...]]:
    return [each.counts for each in rounds.results_of(rated)]
