"""A new gallery from one that is over: what hung goes along, and the questions that were left open.

It is a draft of the same team with a code of its own and its posters numbered from 1; the hours, the
notes and who stood by which poster stay where they were. What was asked is handed in as words: notes
are not known on this floor. A question whose poster stays behind hangs on one with all such questions.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from django.db import transaction

from gallery import events
from gallery.models import Gallery, Poster, Wall
from gallery.wall_names import WITHOUT_A_GOAL, name_of
from measures.models import Measure

SETTINGS = ["language", "time_zone", "reword_minutes", "grace_minutes", "moderated", "hidden_votes"]
SHOWN = ["kind", "goal", "measure", "title", "text", "prompts"]
ROOM_FOR_QUESTIONS = Poster._meta.get_field("asked_before").max_length or 2000
OWED = "Questions we still owe an answer"
OWED_WALL = "Still open"
OWED_PROMPT = "Which of these can you answer?"


class TooMuch(Exception):  # noqa: N818 - an answer to a person, not a fault
    """A poster can't hold all these questions; the message says which one, and what to do."""


@dataclass(frozen=True)
class Along:
    """A poster, and the questions still open on it that go along, be it with it or without."""

    poster: Poster
    questions: Sequence[str] = ()

    @property
    def asked_before(self) -> str:
        """The questions, a line each. Raises TooMuch."""
        return _lines(self.questions, of=f"of poster {self.poster.number}")


@transaction.atomic
def carry_on(
    gallery: Gallery,
    *,
    title: str,
    code: str,
    along: Sequence[Along],
    new: Sequence[Measure] = (),
    staying: Sequence[Along] = (),
) -> Gallery:
    """The new gallery: these posters on their walls, in this order, and a poster for each `new` measure.

    The questions of the posters `staying` behind hang on a poster of their own, at the end. Raises TooMuch;
    nothing was made then.
    """
    settings = {name: getattr(gallery, name) for name in SETTINGS}
    made = Gallery.objects.create(team=gallery.team, title=title, code=code, continues=gallery, **settings)
    posters = _taken(made, along)
    for measure in new:
        name = name_of(measure.goal) if measure.goal else WITHOUT_A_GOAL
        shows = {"kind": Poster.Kind.MEASURE, "measure": measure}
        prompts = events.PROMPTS[Poster.Kind.MEASURE]
        posters.append(Poster(gallery=made, wall=events.wall_named(made, name), prompts=prompts, **shows))
    posters += _owed(made, staying)
    events.hang_fresh(made, posters)
    return made


def _taken(made: Gallery, along: Sequence[Along]) -> list[Poster]:
    """Each poster anew and unsaved, on a wall of the same name."""
    walls: dict[int, Wall] = {}
    fresh = []
    for each in along:
        wall = each.poster.wall
        if wall.pk not in walls:
            walls[wall.pk] = Wall(gallery=made, name=wall.name, order=len(walls) + 1)
        shows = {name: getattr(each.poster, name) for name in SHOWN}
        fresh.append(Poster(gallery=made, wall=walls[wall.pk], asked_before=each.asked_before, **shows))
    Wall.objects.bulk_create(walls.values())
    return fresh


def _owed(made: Gallery, staying: Sequence[Along]) -> list[Poster]:
    """A poster, unsaved, with each question and what it was asked about; none where there is no question."""
    asked = [f"{each.poster.heading_now}: {question}" for each in staying for question in each.questions]
    if not asked:
        return []
    words = _lines(asked, of="whose posters stay here")
    wall = events.wall_named(made, OWED_WALL)
    shows = {"kind": Poster.Kind.TEXT, "title": OWED, "prompts": OWED_PROMPT}
    return [Poster(gallery=made, wall=wall, asked_before=words, **shows)]


def _lines(questions: Sequence[str], *, of: str) -> str:
    """A line each. Raises TooMuch; `of` tells whose they are."""
    words = "\n".join(" ".join(question.split()) for question in questions)
    if len(words) > ROOM_FOR_QUESTIONS:
        raise TooMuch(
            f"The open questions {of} have {len(words):,} letters, and one poster has room for "
            f"{ROOM_FOR_QUESTIONS:,}: take some of them off."
        )
    return words
