"""How the gallery before was answered: themes, a round, decisions and their grounds, and what came later."""

from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta
from uuid import UUID

from feedback import decisions, notes
from feedback.demo import before
from feedback.gate import take_number
from feedback.models import MeToo, Note, Proposal, Round, Theme, Vote
from gallery import events
from gallery.models import Gallery, Poster
from measures.models import Goal, Measure

WEEKS_LATER = timedelta(weeks=13)

Stuck = dict[tuple[str, int], Note]


Words = list[tuple[Goal | Measure, dict[str, str]]]


def as_it_was(goals: Mapping[str, Goal], measures: Mapping[str, Measure]) -> Words:
    """Give goals and measures the words with which they hung then; returns those that they have now."""
    then: Words = [(goals[key], fields) for key, fields in before.GOALS_THEN.items()]
    then += [(measures[key], fields) for key, fields in before.MEASURES_THEN.items()]
    now: Words = [(thing, {name: getattr(thing, name) for name in fields}) for thing, fields in then]
    say(then)
    return now


def say(words: Words) -> None:
    for thing, fields in words:
        for name, text in fields.items():
            setattr(thing, name, text)
        thing.save(update_fields=list(fields))


def answer(
    gallery: Gallery, hung: dict[str, Poster], made_of_it: Measure, at: datetime, keys: Iterator[UUID]
) -> None:
    """Sort and decide in the days before `at`, publish then, and add what became of it."""
    stuck = {
        (key, place): note
        for key, poster in hung.items()
        for place, note in enumerate(poster.notes.order_by("seq"))
    }
    _talk(gallery, stuck, keys)
    proposed = stuck[before.PROPOSED]
    Proposal.objects.create(note=proposed, measure=made_of_it, adopted_at=at, **before.PROPOSAL)
    days = timedelta(days=1)
    _sort(gallery, stuck, at - 4 * days)
    for key, (verdict, reason) in before.DECISIONS.items():
        grounds = [stuck[key, place] for place in before.GROUNDS.get(key, [])]
        decisions.decide(poster=hung[key], verdict=verdict, reason=reason, grounds=grounds, at=at - 2 * days)
    events.publish(gallery, at=at)
    for key, (verdict, reason) in before.LATER.items():
        decisions.decide(poster=hung[key], verdict=verdict, reason=reason, at=at + WEEKS_LATER)


def _talk(gallery: Gallery, stuck: Stuck, keys: Iterator[UUID]) -> None:
    MeToo.objects.bulk_create(
        MeToo(note=stuck[where]) for where, count in before.ME_TOO.items() for _ in range(count)
    )
    for hours, (key, place, text, from_host) in enumerate(before.ANSWERS, start=1):
        note = stuck[key, place]
        first = notes.digest(poster=note.poster, kind=None, text=text, name="", answers=note.key)
        Note.objects.create(
            gallery=gallery,
            poster=note.poster,
            key=next(keys),
            digest=first,
            text=text,
            reply_to=note,
            from_host=from_host,
            seq=take_number(gallery.pk).seq,
            created_at=note.created_at + timedelta(hours=hours),
        )


def _sort(gallery: Gallery, stuck: Stuck, at: datetime) -> None:
    """Themes, how the room rated them, and the answer to each."""
    rated = Round.objects.create(
        gallery=gallery, number=1, title=before.ROUND, rates=Round.Rates.THEMES, scale=before.SCALE,
        opened_at=at, closed_at=at + timedelta(minutes=20),
    )  # fmt: skip
    for place, words in enumerate(before.THEMES, start=1):
        theme = Theme.objects.create(gallery=gallery, name=words.name, order=place)
        Note.objects.filter(pk__in=[stuck[where].pk for where in words.notes]).update(theme=theme)
        item = rated.items.create(
            place=place, words=words.name, theme=theme, word=words.word, remark=words.remark
        )
        votes = [value for value, count in enumerate(words.votes) for _ in range(count)]
        Vote.objects.bulk_create(Vote(item=item, value=value) for value in votes)
        decided = at + timedelta(days=2)
        decisions.decide(theme=theme, verdict=words.verdict, reason=words.reason, at=decided)
