"""What an act on themes changed on the table: which notes and themes went, and where which came.

A page that showed the table as it stood before the act needs no more than this to show it as it is now.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from uuid import UUID

from feedback.lying import Lying
from feedback.models import Note
from feedback.sorting import Stack, Table, loose_before
from feedback.theme_undo import Turned
from feedback.themes import handle_of

LOOSE, STACKS = "#loose-notes", "#stacks"


@dataclass(frozen=True)
class Came:
    """Notes, or themes, that lie one after another in a list where they did not; where, as htmx is told."""

    place: str
    notes: Sequence[Lying] = ()
    stacks: Sequence[Stack] = ()


@dataclass(frozen=True)
class Changes:
    """In the order in which a page takes them up: what goes goes first.

    Of the themes that were there and are, `heads` are counted or called anew, and `renamed` are called so.
    """

    gone: list[UUID]
    themes_gone: list[str]
    came: list[Came]
    heads: list[Stack]
    renamed: list[Stack]


def changes(laid: Table, did: Turned) -> Changes:
    """From the table as it was before the act to the one that is `laid`; two queries."""
    before, after = _order_before(laid, did), [stack.theme.pk for stack in laid.stacks]
    stay = _stay(before, after)
    staying = [stack for stack in laid.stacks if stack.theme.pk in stay]
    anew = {pk for pk, looks in did.before.themes.items() if looks and looks != did.after.themes[pk]}
    renamed = [stack for stack in staying if stack.theme.pk in anew and _name(did, stack) != stack.theme.name]
    touched = {*_places(did), *(stack.theme.pk for stack in renamed)}
    loose = set(loose_before(laid, left=_of(did.before.notes, None), came=_of(did.after.notes, None)))
    now = {note.key for note in laid.loose}
    return Changes(
        gone=[*(loose - now), *_left_stacks(did, stay)],
        themes_gone=[handle_of(pk) for pk in before if pk not in stay],
        came=[
            *_notes_came(LOOSE, laid.loose, now - loose),
            *(each for stack in staying for each in _into(stack, did)),
            *_stacks_came(laid.stacks, stay),
        ],
        heads=[stack for stack in staying if stack.theme.pk in touched],
        renamed=renamed,
    )


def _order_before(laid: Table, did: Turned) -> list[int]:
    """The themes as they stood before the act, by primary key."""
    now = {stack.theme.pk: (stack.theme.name, stack.theme.order) for stack in laid.stacks}
    looks = {pk: look for pk, look in (now | did.before.themes).items() if look}
    return sorted(looks, key=lambda pk: (looks[pk][1], pk))


def _stay(before: Sequence[int], after: Sequence[int]) -> set[int]:
    """The themes that were there and are, but for those that moved past others."""
    blocks = SequenceMatcher(None, before, after, autojunk=False).get_matching_blocks()
    return {pk for block in blocks for pk in before[block.a : block.a + block.size]}


def _name(did: Turned, stack: Stack) -> str:
    was = did.before.themes[stack.theme.pk]
    return was[0] if was else ""


def _places(did: Turned) -> set[int | None]:
    """The themes from or to which a note or a decision went."""
    sides = (did.before, did.after)
    return {place for side in sides for held in (side.notes, side.decisions) for place in held.values()}


def _of(notes: dict[int, int | None], theme: int | None) -> list[int]:
    return [pk for pk, place in notes.items() if place == theme]


def _left_stacks(did: Turned, stay: Collection[int]) -> Iterable[UUID]:
    """The notes that left a theme which is still there: those of another go with it."""
    pks = [pk for pk, place in did.before.notes.items() if place in stay]
    return Note.objects.shown().without_replies().filter(pk__in=pks).values_list("key", flat=True)


def _into(stack: Stack, did: Turned) -> Iterator[Came]:
    came = {note.key for note in stack.notes if did.after.notes.get(note.pk) == stack.theme.pk}
    return _notes_came(f"#l-{stack.handle}", stack.notes, came)


def _notes_came(into: str, notes: Sequence[Lying], new: Collection[UUID]) -> Iterator[Came]:
    """Runs of new notes, each after the note before it, which is there by then."""
    place, run = f"afterbegin:{into}", list[Lying]()
    for note in notes:
        if note.key in new:
            run.append(note)
            continue
        if run:
            yield Came(place, notes=run)
            run = []
        place = f'afterend:[data-n="{note.key.hex}"]'
    if run:
        yield Came(place, notes=run)


def _stacks_came(stacks: Sequence[Stack], stay: Collection[int]) -> Iterator[Came]:
    place = f"afterbegin:{STACKS}"
    for stack in stacks:
        if stack.theme.pk not in stay:
            yield Came(place, stacks=[stack])
        place = f"afterend:#t-{stack.handle}"
