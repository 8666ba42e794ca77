"""The way back from an act on themes: what it changed, as it was before and as it left it.

Whatever the act, it is told from how themes, notes, decisions and rated items stood before and after.
Going back touches only what still stands as the act left it; what was changed since is left alone.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from hashlib import sha256
from itertools import accumulate, pairwise
from typing import Any

from django.core import signing
from django.db.models import QuerySet

from feedback.models import Decision, Note, RoundItem, Theme
from feedback.undo import SECONDS
from gallery.models import Gallery

SALT = "feedback.theme_undo"

Looks = tuple[str, int]  # a theme's name and its order
Places = dict[int, int | None]  # which theme something is in, by its own primary key


@dataclass(frozen=True)
class Standing:
    """How all themes of a gallery stand, and what is in them; everything by its primary key."""

    themes: dict[int, Looks | None]
    notes: Places
    decisions: Places
    items: Places


@dataclass(frozen=True)
class Turned:
    """What an act changed, `before` and `after` it. What was nowhere is None."""

    before: Standing
    after: Standing


@dataclass(frozen=True)
class Opened:
    """What a page brought back: what an act turned and was told, and whether it was itself a way back."""

    turned: Turned
    words: str
    back: bool


def standing(gallery: Gallery) -> Standing:
    """Four queries; call it with the gallery's row held."""
    themes = Theme.objects.filter(gallery=gallery).values_list("pk", "name", "order")
    return Standing(
        themes={pk: (name, order) for pk, name, order in themes},
        notes=_places(Note.objects.filter(gallery=gallery)),
        decisions=_places(Decision.objects.filter(theme__gallery=gallery)),
        items=_places(RoundItem.objects.filter(round__gallery=gallery)),
    )


def seen(seq: int, themes: Mapping[int, Looks | None], notes: Places, decided: Collection[int]) -> str:
    """A short sign of how all themes stand and what was said when the gallery was at a number.

    What a page shows as it stood can be told by what an act turned; what it shows otherwise can't.
    """
    told = (seq, sorted(themes.items()), sorted(notes.items()), sorted(decided))
    return sha256(repr(told).encode()).hexdigest()[:16]


def stands(seq: int, now: Standing) -> str:
    """The sign for this standing."""
    return seen(seq, now.themes, now.notes, {theme for theme in now.decisions.values() if theme})


def turned(before: Standing, after: Standing) -> Turned:
    """What differs between the two."""
    themes = _different(before.themes, after.themes)
    notes = _different(before.notes, after.notes)
    decisions = _different(before.decisions, after.decisions)
    items = _different(before.items, after.items)
    first, then = (Standing(themes[at], notes[at], decisions[at], items[at]) for at in (0, 1))
    return Turned(first, then)


def turn_back(gallery: Gallery, did: Turned) -> int:
    """Bring back what the act changed; call it with the gallery's row held.

    Returns how many themes and notes are left as they are, because they were changed since.
    """
    now = standing(gallery)
    left = _remake(gallery, did)
    here = {None, *Theme.objects.filter(gallery=gallery).values_list("pk", flat=True)}
    for rows, was, became, place in (
        (Note.objects.filter(gallery=gallery), did.before.notes, did.after.notes, now.notes),
        (Decision.objects.all(), did.before.decisions, did.after.decisions, now.decisions),
        (RoundItem.objects.all(), did.before.items, did.after.items, now.items),
    ):
        back = {pk: to for pk, to in was.items() if place.get(pk) == became[pk] and to in here}
        _put(rows, back)
        left += len(was) - len(back) if rows.model is Note else 0
    return left + _unmake(gallery, did)


def decided_twice(did: Turned) -> Theme | None:
    """A theme to which going back would bring a second decision; call it with the gallery's row held."""
    for pk, to in did.before.decisions.items():
        comes = Decision.objects.filter(pk=pk, theme=did.after.decisions[pk])
        other = Decision.objects.filter(theme__isnull=False, theme=to).exclude(pk=pk).select_related("theme")
        if comes.exists() and (found := other.first()):
            return found.theme
    return None


def sealed(gallery: Gallery, did: Turned, words: str, *, back: bool = False) -> str:
    """What the undo's form sends back."""
    told = [gallery.code, words, back, _packed(did.before), _packed(did.after)]
    return signing.dumps(told, salt=SALT, compress=True)


def opened(gallery: Gallery, seal: str) -> Opened | None:
    """What was turned and told; None for what isn't a seal of ours for this gallery, not an hour old."""
    try:
        code, words, back, before, after = signing.loads(seal, salt=SALT, max_age=SECONDS)
    except signing.BadSignature:
        return None
    turned = Turned(_unpacked(before), _unpacked(after))
    return Opened(turned, words, back) if code == gallery.code else None


def _places(rows: QuerySet[Any]) -> Places:
    return dict(rows.filter(theme__isnull=False).order_by().values_list("pk", "theme"))


def _different(was: Mapping[int, Any], now: Mapping[int, Any]) -> tuple[dict[int, Any], dict[int, Any]]:
    changed = sorted(pk for pk in was.keys() | now.keys() if was.get(pk) != now.get(pk))
    return {pk: was.get(pk) for pk in changed}, {pk: now.get(pk) for pk in changed}


def _remake(gallery: Gallery, did: Turned) -> int:
    """Make deleted themes again, each under its own number; give others their name and order back."""
    now = {theme.pk: theme for theme in Theme.objects.filter(gallery=gallery)}
    left = 0
    for pk, was in did.before.themes.items():
        became = did.after.themes[pk]
        if was is None:
            continue
        taken = any(theme.name == was[0] for theme in now.values() if theme.pk != pk)
        if became is not None:
            left += not (pk in now and _restored(now[pk], was, became, taken=taken))
        elif taken or Theme.objects.filter(pk=pk).exists():
            left += 1
        else:
            now[pk] = Theme.objects.create(pk=pk, gallery=gallery, name=was[0], order=was[1])
    return left


def _restored(theme: Theme, was: Looks, became: Looks, *, taken: bool) -> bool:
    """Give a theme its name and its order back; whether nobody has renamed it since."""
    renamed = was[0] != became[0]
    may = not taken and theme.name == became[0]
    if renamed and may:
        theme.name = was[0]
    if theme.order == became[1]:
        theme.order = was[1]
    theme.save(update_fields=["name", "order"])
    return may or not renamed


def _put(rows: QuerySet[Any], back: Places) -> None:
    together: dict[int | None, list[int]] = defaultdict(list)
    for pk, place in back.items():
        together[place].append(pk)
    for place, pks in together.items():
        for start in range(0, len(pks), 500):
            rows.filter(pk__in=pks[start : start + 500]).update(theme=place)


def _unmake(gallery: Gallery, did: Turned) -> int:
    """Delete the themes that the act made, but for those with which something was done since."""
    made = {pk: looks for pk, looks in did.after.themes.items() if did.before.themes[pk] is None}
    holders = (Note.objects, Decision.objects, RoundItem.objects)
    left = 0
    for theme in Theme.objects.filter(gallery=gallery, pk__in=made):
        used = any(rows.filter(theme=theme).exists() for rows in holders)
        looks = made[theme.pk]
        if used or (looks and theme.name != looks[0]):
            left += 1
        else:
            theme.delete()
    return left


# --- small enough for an address: thousands of notes are a few hundred signs


def _packed(stood: Standing) -> list[Any]:
    themes = [[pk, *(looks or ())] for pk, looks in stood.themes.items()]
    return [themes, *(_grouped(places) for places in (stood.notes, stood.decisions, stood.items))]


def _grouped(places: Places) -> list[list[int]]:
    """Each theme (0 for none), and what is in it as steps from one number to the next."""
    together: dict[int, list[int]] = defaultdict(list)
    for pk, place in sorted(places.items()):
        together[place or 0].append(pk)
    return [[place, *(b - a for a, b in pairwise([0, *pks]))] for place, pks in together.items()]


def _unpacked(packed: list[Any]) -> Standing:
    themes, *rest = packed
    looks = {pk: (look[0], look[1]) if look else None for pk, *look in themes}
    return Standing(looks, *(_ungrouped(groups) for groups in rest))


def _ungrouped(groups: Iterable[list[int]]) -> Places:
    return {pk: place or None for place, *steps in groups for pk in accumulate(steps)}
