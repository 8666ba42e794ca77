"""A gallery to measure: posters with values, one of them with notes, made in an empty database."""

import uuid
from datetime import date, timedelta

from django.utils import timezone

from feedback.models import Note
from gallery import events
from gallery.models import Gallery, Poster
from measures.models import Goal, Measure, Team, Value

WORDS = (
    "I would use this if it were split by quay, because the north side waits longer than the south. "
    "Could you show the worst day of each month as well? The mean hides the storm days that people remember."
)


def furnish(notes: int, *, posters: int = 20, name: str = "Bench") -> Poster:
    """A gallery with open doors; its first measure's poster has the notes. Returns that poster."""
    team = Team.objects.create(name=name)
    goal = Goal.objects.create(team=team, original="Improve punctuality", result="Boats leave on time.")
    for number in range(posters - 2):
        measure = Measure.objects.create(
            team=team,
            goal=goal,
            name=f"Crossings that left on time, boat {number}",
            unit="%",
            frequency="month",
            better="higher",
            intent="Do people get away when we said they would?",
            calculation="Crossings that left within two minutes ÷ all crossings",
            reading="Look for a point outside the limits, then ask the crew of that day.",
        )
        Value.objects.bulk_create(
            Value(measure=measure, period=date(2024 + month // 12, month % 12 + 1, 1), value=80 + month % 7)
            for month in range(24)
        )
    gallery = Gallery.objects.create(team=team, title="How is the ferry doing?", invited_at=timezone.now())
    events.open_doors(gallery)
    events.hang_all(gallery=gallery, team=team)
    poster = gallery.posters.filter(kind="measure").order_by("number")[0]
    stick_many(poster, notes)
    return poster


def stick_many(poster: Poster, count: int) -> None:
    """Notes straight into the table: making them is not what is measured."""
    gallery = Gallery.objects.get(pk=poster.gallery_id)
    kinds = list(gallery.note_kinds.all())
    start = timezone.now() - timedelta(hours=5)
    Note.objects.bulk_create(
        Note(
            gallery=gallery,
            poster=poster,
            # Packs as badly as a real one.
            key=uuid.uuid5(uuid.NAMESPACE_OID, f"{gallery.pk} {gallery.seq + number}"),
            digest="-",
            kind=kinds[number % len(kinds)],
            text=f"{number}: {WORDS[number % 60 : 60 + number * 7 % 120]}",
            name="Ada" if number % 4 == 0 else "",
            seq=gallery.seq + number + 1,
            created_at=start + timedelta(seconds=number),
        )
        for number in range(count)
    )
    Gallery.objects.filter(pk=gallery.pk).update(seq=gallery.seq + count)
