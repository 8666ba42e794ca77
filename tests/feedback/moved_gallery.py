"""A gallery that has one of everything that moves, and what its file looks like."""

import io
import json
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from uuid import UUID

from django.core.files.base import ContentFile
from django.core.files.storage import default_storage

from feedback import decisions, moving_out, notes, photos
from feedback.models import (
    Decision,
    MeToo,
    Note,
    NoteKind,
    Photo,
    Proposal,
    Round,
    RoundItem,
    Theme,
    ToBeTold,
    Vote,
    WallPhoto,
)
from gallery import events
from gallery.models import Gallery, Poster
from measures.models import Baseline, Candidate, Goal, GoalLink, Measure, Signal, Target, Team, Value
from tests.feedback import pictures

AT = datetime(2026, 6, 1, 9, 0, 0, 123456, tzinfo=UTC)
AUTHOR, HANDWRITTEN = "a" * 64, UUID(int=77, version=4)
ADDRESS = "ada@example.org"


def written(gallery: Gallery) -> bytes:
    file = io.BytesIO()
    moving_out.write(gallery, file)
    return file.getvalue()


def told(gallery: Gallery) -> dict:
    return json.loads(written(gallery))


def developed(folder: Path) -> photos.Picture:
    (folder / "camera.jpg").write_bytes(pictures.by_a_camera())
    return photos.developed(folder / "camera.jpg")


def make(picture: photos.Picture) -> Gallery:
    team = Team.objects.create(name="Fährdienst 渡し船", long_run=7)
    Goal.objects.create(team=team, original="Deleted before long")
    goal = Goal.objects.create(
        team=team, original="Cross safely", result="Everyone crosses safely.", why="\r\nWhy\tnot?", order=2,
        kept_hints=["weasel:safely"],
    )  # fmt: skip
    other = Goal.objects.create(team=team, original="Boats in order", layer="process", order=1)
    GoalLink.objects.create(source=other, target=goal, kind="cause")
    Candidate.objects.create(goal=goal, wording="Injuries", strength=5, chosen=True, reason="Counted already")
    measure = Measure.objects.create(
        team=team, goal=goal, name="Injuries a month", shows_ranges=True, unit="‰"
    )
    Measure.objects.create(team=team, goal=other, name="Days in dock", status="idea")
    Measure.objects.create(team=team, goal=other, name="Old", status="retired")
    loose = Measure.objects.create(team=team, name="Passengers")
    Measure.objects.create(team=team, name="Hangs nowhere", group="Elsewhere")
    numbers = ["3", "0.1", "-12.340000", "0", "99999999.5", "0.000001"]
    values = [
        Value.objects.create(measure=measure, period=date(2026, month, 1), value=value, remark="=1+1")
        for month, value in enumerate(numbers, start=1)
    ]
    Value.objects.create(measure=loose, period=date(2025, 1, 1), written="FY25", value="14973")
    Target.objects.create(measure=measure, period=date(2026, 1, 1), value="2.5")
    Baseline.objects.create(measure=measure, starts=date(2026, 1, 1), ends=date(2026, 3, 1), reason="First")
    Signal.objects.create(value=values[2], rule="outside", confirmed=True, remark="Fog")
    Signal.objects.create(value=values[4], rule="outside")
    gallery = Gallery.objects.create(
        team=team, title="The crossing", code="23456789", invitation="Come – 🙂", place="Quay", language="de",
        time_zone="Europe/Berlin", reword_minutes=5, grace_minutes=7, moderated=True, thanks="Danke.",
    )  # fmt: skip
    gallery.hours.create(opens=AT, closes=AT + timedelta(hours=3))
    gallery.hours.create(opens=AT + timedelta(days=1), closes=AT + timedelta(days=1, hours=3))
    quay, hall = (events.wall_named(gallery, name) for name in ("Quay", "Hall"))
    shows = {"goal": {"goal": goal}, "blank": {"goal": other}, "measure": {"measure": measure}}
    hung = [
        events.hang(
            wall=quay if kind in shows else hall, kind=kind, title="", text="Text", **shows.get(kind, {})
        )
        for kind in Poster.Kind.values
    ]
    events.hang(wall=hall, kind="measure", measure=loose, host="Ada")
    events.invite(gallery, at=AT - timedelta(days=3))
    Goal.objects.get(original="Deleted before long").delete()  # its bubble hangs on
    goal.result = "Everyone arrives safely."
    goal.save()
    events.hang_anew(gallery=gallery, numbers=[hung[1].number], at=AT - timedelta(days=1))
    gallery.posters.filter(number=1).update(printed="f" * 64, printed_at=AT)
    extra = NoteKind.objects.create(gallery=gallery, word="Danke", icon="heart", colour="rose", order=0)
    _stick(hung, extra, picture)
    _propose(gallery, goal)
    _rate(gallery)
    _decide(gallery, hung)
    ToBeTold.objects.create(gallery=gallery, mail=ADDRESS)
    events.lock(gallery, at=AT + timedelta(hours=2))
    return Gallery.objects.get(pk=gallery.pk)


def _stick(hung: list[Poster], extra: NoteKind, picture: photos.Picture) -> None:
    found = [
        notes.stick(
            poster=hung[place % 3], key=UUID(int=place + 1, version=4), kind=extra,
            text=f"Note {place}\n=é 🙂",
            name="Zoë" if place == 1 else "", author=AUTHOR, at=AT + timedelta(minutes=place),
            source="paper" if place == 2 else "phone",
        )
        for place in range(6)
    ]  # fmt: skip
    notes.hide(found[1])
    notes.take_back(note=found[2], author=AUTHOR, at=AT + timedelta(minutes=3))
    Note.objects.filter(pk=found[3].pk).update(state="waiting", reworded_at=AT + timedelta(minutes=4))
    answers = Note.objects.filter(pk__in=[found[4].pk, found[5].pk])
    answers.update(reply_to=found[0], poster=found[0].poster, kind=None)
    answers.filter(pk=found[5].pk).update(from_host=True)
    for note in (found[0], found[1]):
        add_photo(note, picture, UUID(int=note.pk, version=4))
    WallPhoto.objects.create(poster=hung[0], name=HANDWRITTEN, width=1, height=1, size=1)


def _propose(gallery: Gallery, goal: Goal) -> None:
    """A measure that was proposed and adopted, and hangs nowhere yet."""
    measure = Measure.objects.create(team=gallery.team, goal=goal, name="Near misses", status="idea")
    note = Note.objects.get(key=UUID(int=1, version=4))
    Proposal.objects.create(
        note=note, shows="Luck\nrunning out", known_by="Logbook", data_from="=Bridge", measure=measure,
        adopted_at=AT + timedelta(days=8),
    )  # fmt: skip
    for number, author in [(1, AUTHOR), (2, AUTHOR), (1, "b" * 64)]:  # the second one was renumbered since
        MeToo.objects.create(note=gallery.notes.get(key=UUID(int=number, version=4)), author=author)


def _rate(gallery: Gallery) -> None:
    theme = Theme.objects.create(gallery=gallery, name="Sicherheit", order=1)
    note = gallery.notes.get(key=UUID(int=1, version=4))
    gallery.notes.filter(pk=note.pk).update(theme=theme)
    rated = Round.objects.create(
        gallery=gallery, number=1, title="Together", rates="themes", scale=["Must", "Should"],
        opened_at=AT + timedelta(days=7), closed_at=AT + timedelta(days=8),
    )  # fmt: skip
    item = RoundItem.objects.create(
        round=rated, place=1, words="Sicherheit", theme=theme, word=0, remark="Ja."
    )
    RoundItem.objects.create(round=rated, place=2, words="A theme that was")
    for author, value in ((AUTHOR, 1), ("b" * 64, 0), ("c" * 64, 1)):
        Vote.objects.create(item=item, value=value, author=author)
    for number, rates in enumerate(["notes", "proposals"], start=2):
        other = Round.objects.create(
            gallery=gallery, number=number, title="Open", rates=rates, scale=["Now", "Later"], opened_at=AT
        )
        RoundItem.objects.create(round=other, place=1, words="A note", note=note)


def _decide(gallery: Gallery, hung: list[Poster]) -> None:
    at = AT + timedelta(days=9)
    decisions.decide(poster=hung[0], verdict="keep", reason="Liked\nby all", at=at)
    changed = decisions.decide(poster=hung[2], verdict="change", reason="@SUM(1)", at=at)
    changed.grounds.create(note=gallery.notes.get(key=UUID(int=1, version=4)))
    changed.changes.create(place=1, what="Unit", was="%", now="‰")
    changed.later_words.create(verdict="drop", reason="Nobody\ncame", said_at=at + timedelta(days=90))
    Decision.objects.create(theme=gallery.themes.get(), verdict="no", reason="Too far", decided_at=at)


def add_photo(note: Note, picture: photos.Picture, name: UUID) -> None:
    size = {"width": picture.width, "height": picture.height, "size": len(picture.jpeg)}
    Photo.objects.create(note=note, name=name, added_at=AT, **size)
    default_storage.save(photos.path_of(name), ContentFile(picture.jpeg))
