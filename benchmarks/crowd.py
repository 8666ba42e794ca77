"""A scripted gallery: 400 notes by 120 visitors on 30 posters, in three languages, over an afternoon.

`python -m benchmarks.crowd` fills the database that the environment names (MEASURE_GALLERY_DATA,
DATABASE_URL), and prints the gallery's code and a log-in, to look at. What stands out is meant to be
found: the loudest concern, the best liked and the quietest poster. The words, their order and who says
what are the same each time.
"""

import os
import sys
from collections.abc import Iterator
from datetime import datetime, timedelta
from random import Random
from typing import TYPE_CHECKING
from uuid import UUID

if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "gallery.settings")
    import django

    django.setup()

from django.db import transaction
from django.utils import timezone

from benchmarks import crowd_words as words
from feedback.models import MeToo, Note, NoteKind, Theme
from gallery import events
from gallery.models import Gallery, Poster
from measures.models import Goal, Measure, Membership, Team
from measures.people import make_log_in

if TYPE_CHECKING:
    from django.contrib.auth.models import User

VISITORS, NOTES = 120, 400
OPEN_FOR, STILL_OPEN = timedelta(hours=6), timedelta(hours=2)
# How much of the afternoon's notes each hour brings. In one it rained: fewer than five came, and a host
# had the time to type in what was written on paper.
HOURS = [0.14, 0.29, 0.22, 0.01, 0.25, 0.09]
RAINY = 3
WAITING, HIDDEN, ON_PAPER = 7, 5, 16
KINDS = [words.USE, words.ASK, words.IDEA, words.CONCERN, words.MISSING]
LANGUAGES = [0, 0, 0, 1, 2]  # of five notes three are in English, one in German, one in Polish

Said = tuple[Poster, NoteKind.Icon, str]


@transaction.atomic
def gather(*, at: datetime, count: int = NOTES, name: str = words.TEAM) -> Gallery:
    """The gallery of a new team of this name, as it stands at a moment, with the first `count` notes."""
    team = Team.objects.create(name=name)
    gallery = Gallery.objects.create(team=team, title=words.TITLE, time_zone="Europe/Berlin")
    opens = at.replace(minute=0, second=0, microsecond=0) - OPEN_FOR
    gallery.hours.create(opens=opens, closes=opens + OPEN_FOR + STILL_OPEN)
    posters = _hang(gallery)
    events.invite(gallery, at=opens - timedelta(days=5))
    said = _said(posters)[:count]
    stuck = _stick(gallery, said, opens)
    _answer(gallery, stuck, opens)
    _nod(gallery, stuck)
    _sort(gallery, stuck)
    return gallery


def welcome(gallery: Gallery) -> tuple["User", str]:
    """A log-in to the gallery's team, and its password."""
    user, password = make_log_in(f"crowd-{gallery.code.lower()}-{gallery.team.memberships.count()}")
    Membership.objects.create(team=gallery.team, user=user)
    return user, password


def _hang(gallery: Gallery) -> dict[str, Poster]:
    """The posters by their headings."""
    team = gallery.team
    goals = {
        key: Goal.objects.create(team=team, original=original, result=result, order=order)
        for order, (key, (original, result)) in enumerate(words.GOALS.items(), start=1)
    }
    hung = {}
    for wall_name, sheets in words.WALLS.items():
        wall = events.wall_named(gallery, wall_name)
        for sheet in sheets:
            shows = {"title": sheet.title}
            if sheet.kind == Poster.Kind.MEASURE:
                shows = {"measure": _measure(team, goals[sheet.goal], sheet.title)}
            elif sheet.goal:
                shows = {"goal": goals[sheet.goal]}
            poster = events.hang(wall=wall, kind=sheet.kind, **shows)
            hung[poster.heading] = poster
    return hung


def _measure(team: Team, goal: Goal, name: str) -> Measure:
    return Measure.objects.create(
        team=team, goal=goal, name=name, frequency="month", order=team.measures.count()
    )


def _said(posters: dict[str, Poster]) -> list[Said]:
    """All that is said, posters mixed, as people drift."""
    said: list[Said] = []
    seen: set[str] = set()
    ways = {kind: _ways(kind) for kind in KINDS}
    sheets = [sheet for wall in words.WALLS.values() for sheet in wall]
    for sheet, poster in zip(sheets, posters.values(), strict=True):
        for kind, count in zip(KINDS, sheet.says, strict=True):
            own = iter(words.OWN.get((sheet.title, kind), []))
            put = (text for way in ways[kind] if (text := _put(way, sheet)) not in seen)
            for _ in range(count):
                seen.add(text := next(own, "") or next(put))
                said.append((poster, kind, text))
    _chance("drift").shuffle(said)
    return said


def _ways(kind: NoteKind.Icon) -> Iterator[tuple[int, str]]:
    """The ways of putting things of a kind, by turns in each language: (language, way). Without an end."""
    at = [0, 0, 0]
    while True:
        for language in LANGUAGES:
            ways = words.WAYS[kind][language]
            yield language, ways[at[language] % len(ways)]
            at[language] += 1


def _put(way: tuple[int, str], sheet: words.Sheet) -> str:
    language, words_of_it = way
    text = words_of_it.replace("{}", sheet.about[language])
    return text[0].upper() + text[1:]


def _stick(gallery: Gallery, said: list[Said], opens: datetime) -> list[Note]:
    """The notes in the table. Those from paper were typed in at the end; the last ones wait for a host."""
    kinds = {kind.icon: kind for kind in gallery.note_kinds.all()}
    chance, keys = _chance("who"), _chance(f"keys of {gallery.code}")
    moments = _moments(opens, len(said))
    typed_in = opens + timedelta(hours=RAINY)
    notes = []
    for place, (poster, kind, text) in enumerate(said):
        paper = place % (len(said) // ON_PAPER or 1) == 7
        waits, hidden = place >= len(said) - WAITING, place % 71 == 50
        notes.append(
            Note(
                gallery=gallery,
                poster=poster,
                key=UUID(int=keys.getrandbits(128), version=4),
                digest="-",
                kind=kinds[kind],
                text=text,
                name=chance.choice(["Ida", "Tomek", "Mrs Lund", "Kai"]) if place % 9 == 0 else "",
                author=None if paper else _visitor(place, len(said), chance),
                source=Note.Source.PAPER if paper else Note.Source.PHONE,
                state="waiting" if waits else "hidden" if hidden else "shown",
                seq=place + 1,
                created_at=typed_in + timedelta(seconds=20 * place) if paper else moments[place],
            )
        )
    _number(gallery, len(notes))
    return Note.objects.bulk_create(notes)


def _answer(gallery: Gallery, stuck: list[Note], opens: datetime) -> None:
    """Every third question gets an answer, from a host or a visitor."""
    asked = [note for note in stuck if note.kind.icon == words.ASK and note.state == "shown"][::3]
    keys = _chance(f"answers of {gallery.code}")
    first = gallery.seq + 1
    replies = [
        Note(
            gallery=gallery,
            poster=note.poster,
            key=UUID(int=keys.getrandbits(128), version=4),
            digest="-",
            reply_to=note,
            from_host=place % len(words.ANSWERS) < words.FROM_HOSTS,
            text=words.ANSWERS[place % len(words.ANSWERS)],
            author=_visitor(place, len(asked), keys),
            seq=first + place,
            created_at=note.created_at + timedelta(minutes=9),
        )
        for place, note in enumerate(asked)
    ]
    _number(gallery, len(replies))
    Note.objects.bulk_create(replies)


def _nod(gallery: Gallery, stuck: list[Note]) -> None:
    """Me toos: many where many agree, few elsewhere."""
    chance = _chance("me too")
    nods = []
    for note in stuck:
        own = note.text in words.OWN.get((note.poster.heading, note.kind.icon), [])
        many = chance.randrange(2, 15) if own else chance.choice([0, 0, 1])
        nods += [MeToo(note=note, author=_pseudonym(each)) for each in chance.sample(range(VISITORS), many)]
    MeToo.objects.bulk_create(nods)


def _sort(gallery: Gallery, stuck: list[Note]) -> None:
    for order, (name, holds) in enumerate(words.THEMES, start=1):
        theme = Theme.objects.create(gallery=gallery, name=name, order=order)
        keys = [note.pk for note in stuck if (note.poster.heading, note.kind.icon) in holds]
        Note.objects.filter(pk__in=keys).update(theme=theme)


def _number(gallery: Gallery, more: int) -> None:
    gallery.seq += more
    gallery.save(update_fields=["seq"])


def _visitor(place: int, count: int, chance: Random) -> str:
    """Visitors come one after another and stay for a few notes, among those of others."""
    first = place * VISITORS % count < VISITORS  # of each visitor's notes: so nobody is left out
    return _pseudonym((place * VISITORS // count + (0 if first else chance.randrange(3))) % VISITORS)


def _pseudonym(number: int) -> str:
    return f"{_chance(f'visitor {number}').getrandbits(256):064x}"


def _moments(opens: datetime, count: int) -> list[datetime]:
    chance = _chance("moments")
    hours = chance.choices(range(len(HOURS)), HOURS, k=count)
    return sorted(opens + timedelta(hours=hour + chance.random()) for hour in hours)


def _chance(what: str) -> Random:
    return Random(f"crowd/{what}")  # noqa: S311 - a made-up room


def main() -> int:
    if Team.objects.filter(name=words.TEAM).exists():
        print(f"“{words.TEAM}” is here already; nothing was changed. Name another database.")
        return 1
    gallery = gather(at=timezone.now())
    user, password = welcome(gallery)
    print(
        f"“{gallery.title}” is open, with {gallery.notes.count()} notes and replies. Its code: {gallery.code}"
    )
    print(f"Log in at /host/{gallery.code}/ as {user.username} with the password {password}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
