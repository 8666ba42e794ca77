"""Which notes may belong together: suggested to whoever sorts, with the reason; never done by itself."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from feedback import meanings
from feedback.grouping import belonging, groups
from feedback.likeness import Likeness, Wording
from feedback.lying import Lying
from feedback.quotes import kept, likeness_of
from feedback.sorting import Stack, Table, newest_loose

MOST = 12
MOST_COMPARED = 600  # of the notes in no theme, the newest
AT_ONCE = 12  # notes for one theme, the likeliest: more than one can look through are no help
SHOWN = 3  # words, as a reason


@dataclass(frozen=True)
class Suggestion:
    """Notes that may make a theme of their own, or belong to the theme of `stack`, and why.

    The first is the most central one, or the one that fits best.
    """

    notes: list[Lying]
    why: str
    stack: Stack | None = None

    @property
    def quote(self) -> Lying:
        return self.notes[0]


@dataclass(frozen=True)
class Offer:
    """The suggestions, whether by meaning, and how many notes wait to be read for that."""

    suggestions: list[Suggestion]
    by_meaning: bool
    unread: int = 0


def offer(laid: Table) -> Offer:
    """What may belong together on this table; what isn't read yet is left out. 1 query, 3 by meaning."""
    loose = newest_loose(laid.found, MOST_COMPARED)
    if not meanings.can_read():
        return Offer(_suggested(laid.stacks, loose, {}), by_meaning=False)
    read = kept([*loose, *(note for stack in laid.stacks for note in stack.notes)])
    loose = [note for note in loose if note.pk in read]
    stacks = [
        replace(stack, notes=[note for note in stack.notes if note.pk in read]) for stack in laid.stacks
    ]
    left = len(meanings.unread(laid.found.gallery))
    return Offer(_suggested(stacks, loose, read), by_meaning=True, unread=left)


def _suggested(
    stacks: Sequence[Stack], loose: Sequence[Lying], read: Mapping[int, bytes]
) -> list[Suggestion]:
    """What may belong to a theme first, then what may make one; by meaning where all have been read."""
    notes = [*loose, *(note for stack in stacks for note in stack.notes)]
    if not loose:
        return []
    likeness = likeness_of(notes, read)
    at = {note.pk: place for place, note in enumerate(notes)}
    members = {stack.place: [at[note.pk] for note in stack.notes] for stack in stacks}
    joining = belonging(likeness, range(len(loose)), members)
    found = [
        _suggestion(notes, likeness, joining[stack.place][:AT_ONCE], stack, members[stack.place])
        for stack in stacks
        if stack.place in joining
    ]
    taken = {place for places in joining.values() for place in places}
    free = [place for place in range(len(loose)) if place not in taken]
    found += [_suggestion(notes, likeness, group, None, ()) for group in groups(likeness, free)]
    return found[:MOST]


def _suggestion(
    notes: Sequence[Lying],
    likeness: Likeness,
    places: Sequence[int],
    stack: Stack | None,
    inside: Sequence[int],
) -> Suggestion:
    """`places` are those of the notes in the likeness, `inside` those of the notes in the theme."""
    if isinstance(likeness, Wording):
        telling = ", ".join(f"“{word}”" for word in likeness.shared(places, inside)[:SHOWN])
        why = f"Similar wording, such as {telling}." if telling else "Similar wording."
    elif stack:
        why = "Close in meaning to the notes that are there."
    else:
        why = "Close in meaning, whatever the words or the language."
    return Suggestion([notes[place] for place in places], why, stack)
