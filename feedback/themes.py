"""Themes: what several notes say together, named by the facilitator; every act has its way back.

All acts hold the gallery's row, as a note does that takes its number: two facilitators who sort at
once see one another's work, and a moved gallery is written down between two acts, never within one.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Callable, Collection
from dataclasses import dataclass
from functools import lru_cache, wraps
from typing import Concatenate, ParamSpec
from uuid import UUID

from django.db import transaction
from django.db.models import Max
from django.utils.crypto import salted_hmac

from feedback import hung, theme_undo
from feedback.models import Decision, Note, NoteQuerySet, Theme
from feedback.notes import without_broken_signs
from feedback.theme_undo import Turned
from gallery.models import Gallery

MOST_LETTERS_OF_A_NAME = Theme._meta.get_field("name").max_length or 120

GONE = "That theme isn’t there any more: it has been merged or deleted. Choose another one."
NO_NOTES = "Choose the notes first: tick them, then say where they go."
NOTES_GONE = "The notes that you chose don’t hang any more. Choose others."

P = ParamSpec("P")


class Unfit(Exception):  # noqa: N818 - an answer to a person, not a fault
    """This can't be done with these themes or notes; the message says why and what to do."""


@dataclass(frozen=True)
class Told:
    """What an act says of itself, and the theme in which it ended."""

    words: str
    theme: Theme | None = None


@dataclass(frozen=True)
class Done:
    """What was done, in words, and what it turned: the way back.

    `before` and `after` are signs of how all stood then (theme_undo.py).
    """

    words: str
    turned: Turned
    theme: Theme | None = None
    before: str = ""
    after: str = ""


def _act(act: Callable[Concatenate[Gallery, P], Told]) -> Callable[Concatenate[Gallery, P], Done]:
    """All or nothing, with the gallery's row held, and what it turned."""

    @wraps(act)
    @transaction.atomic
    def acted(gallery: Gallery, /, *args: P.args, **kwargs: P.kwargs) -> Done:
        seq = Gallery.objects.select_for_update().only("seq").get(pk=gallery.pk).seq
        before = theme_undo.standing(gallery)
        told = act(gallery, *args, **kwargs)
        after = theme_undo.standing(gallery)
        hung.changed()
        signs = [theme_undo.stands(seq, each) for each in (before, after)]
        return Done(told.words, theme_undo.turned(before, after), told.theme, *signs)

    return acted


# --- what themes are known by


def handle(theme: Theme) -> str:
    """What a page calls a theme: it stays when the theme is renamed, and tells nothing."""
    return handle_of(theme.pk)


@lru_cache(maxsize=2_000)
def handle_of(pk: int) -> str:
    """The same for a theme that may have gone."""
    return salted_hmac("feedback.themes", str(pk)).hexdigest()[:12]


def of_gallery(gallery: Gallery, called: str) -> Theme:
    """The gallery's theme with this handle. Raises Unfit."""
    for theme in Theme.objects.filter(gallery=gallery):
        if handle(theme) == called:
            return theme
    raise Unfit(GONE if called else "Choose a theme first, or type the name of a new one.")


def readable(name: str) -> str:
    """The name as it will be kept. Raises Unfit with the reason."""
    kept = " ".join(without_broken_signs(name).split())
    if not any(unicodedata.category(sign)[0] in "LNPS" for sign in kept):
        raise Unfit("Give the theme a name: what do these notes say together?")
    if len(kept) > MOST_LETTERS_OF_A_NAME:
        raise Unfit(f"A theme’s name has room for {MOST_LETTERS_OF_A_NAME} letters; this has {len(kept)}.")
    return kept


# --- the acts


@_act
def make(gallery: Gallery, *, name: str, notes: Collection[UUID] = ()) -> Told:
    """A new theme at the end, with these notes in it if there are any. Raises Unfit."""
    theme = Theme.objects.create(gallery=gallery, name=_free(gallery, name), order=_last(gallery) + 1)
    if not notes:
        return Told(f"“{theme.name}” is a theme now.", theme)
    count, aside = _put(gallery, notes, theme)
    return Told(f"“{theme.name}” is a theme now, with {_notes(count)} in it.{aside}", theme)


@_act
def rename(gallery: Gallery, *, theme: Theme, name: str) -> Told:
    """Raises Unfit."""
    theme = _kept(gallery, theme)
    was, theme.name = theme.name, _free(gallery, name, but=theme)
    theme.save(update_fields=["name"])
    return Told(f"“{was}” is now called “{theme.name}”.", theme)


@_act
def put(gallery: Gallery, *, theme: Theme, notes: Collection[UUID]) -> Told:
    """Put shown notes into a theme, wherever they were. Raises Unfit."""
    theme = _kept(gallery, theme)
    count, aside = _put(gallery, notes, theme)
    return Told(f"{_notes(count)} put into “{theme.name}”.{aside}", theme)


@_act
def take_out(gallery: Gallery, *, notes: Collection[UUID]) -> Told:
    """Take shown notes out of whatever themes they are in. Raises Unfit."""
    count, aside = _put(gallery, notes, None)
    return Told(f"{_notes(count)} taken out, and in no theme now.{aside}")


@_act
def merge(gallery: Gallery, *, theme: Theme, into: Theme) -> Told:
    """Let a theme go up in another, which keeps its name: notes, hidden ones too, and a decision move along.

    What was rated stays rated in the words that it had. Raises Unfit.
    """
    theme, into = _kept(gallery, theme), _kept(gallery, into)
    if theme == into:
        raise Unfit(f"“{theme.name}” can’t be merged with itself. Choose another theme.")
    decided = set(Decision.objects.filter(theme__in=[theme, into]).values_list("theme", flat=True))
    if len(decided) == 2:
        raise Unfit(
            f"“{theme.name}” and “{into.name}” have both been decided, and one theme has one decision. "
            "Undo one of the two decisions, then merge."
        )
    Note.objects.filter(theme=theme).update(theme=into)
    moved = Decision.objects.filter(theme=theme).update(theme=into)
    theme.delete()
    along = " What was decided has moved along." if moved else ""
    return Told(f"“{theme.name}” is merged into “{into.name}”.{along}", into)


@_act
def split(gallery: Gallery, *, theme: Theme, notes: Collection[UUID], name: str) -> Told:
    """A new theme of some of a theme's notes, next to it. Raises Unfit, also where one isn't in it."""
    theme = _kept(gallery, theme)
    found = _found(gallery, notes)
    if found.exclude(theme=theme).exists():
        raise Unfit(f"Not all of these notes are in “{theme.name}” any more. Look again, then choose.")
    new = Theme.objects.create(gallery=gallery, name=_free(gallery, name), order=theme.order)
    _line_up(gallery, new, _line(gallery, but=new).index(theme) + 1)
    count, aside = _put(gallery, notes, new)
    return Told(
        f"“{new.name}” is a theme of its own now, with {_notes(count)} of “{theme.name}”.{aside}", new
    )


@_act
def move(gallery: Gallery, *, theme: Theme, to: int) -> Told:
    """Move a theme to another place among all, from 1; a place beyond them is the first or the last."""
    theme = _kept(gallery, theme)
    count = len(_line(gallery))
    place = min(max(to, 1), count)
    _line_up(gallery, theme, place - 1)
    return Told(f"“{theme.name}” is number {place} of {count} now.", theme)


@_act
def delete(gallery: Gallery, *, theme: Theme) -> Told:
    """Delete a theme; its notes are in no theme then. Raises Unfit where it has been decided."""
    theme = _kept(gallery, theme)
    if Decision.objects.filter(theme=theme).exists():
        raise Unfit(
            f"“{theme.name}” has been decided, so it can’t be deleted. Undo the decision first, or merge it."
        )
    count = theme.notes.shown().count()
    theme.delete()
    rest = f" {_notes(count)} {'is' if count == 1 else 'are'} in no theme now." if count else ""
    return Told(f"“{theme.name}” is deleted.{rest}")


@_act
def turn_back(gallery: Gallery, *, did: Turned, again: bool = False) -> Told:
    """Undo an act, or an undoing: then it is done `again`. What was changed since is left as it is.

    Raises Unfit where a theme that has been decided since would get a second decision.
    """
    if twice := theme_undo.decided_twice(did):
        raise Unfit(
            f"“{twice.name}” has been decided since, and one theme has one decision. "
            "Undo that decision first."
        )
    left = theme_undo.turn_back(gallery, did)
    done = "Done again" if again else "Undone"
    if not left:
        return Told("Done again." if again else "Undone: all is as before.")
    what = "One thing was" if left == 1 else f"{left} things were"
    return Told(f"{done}. {what} changed since and left as {'it is' if left == 1 else 'they are'}.")


# --- beneath them


def _kept(gallery: Gallery, theme: Theme) -> Theme:
    """The theme as it stands under the lock. Raises Unfit."""
    found = Theme.objects.filter(gallery=gallery, pk=theme.pk).first()
    if found is None:
        raise Unfit(GONE)
    return found


def _free(gallery: Gallery, name: str, but: Theme | None = None) -> str:
    """The name, readable and nobody else's, whatever its capitals. Raises Unfit."""
    name = readable(name)
    for other in Theme.objects.filter(gallery=gallery):
        if other != but and other.name.casefold() == name.casefold():
            raise Unfit(
                f"There is a theme “{other.name}” already. Choose another name, or put them in there."
            )
    return name


def _found(gallery: Gallery, notes: Collection[UUID]) -> NoteQuerySet:
    """Those of the notes that hang in this gallery. Raises Unfit for none."""
    if not notes:
        raise Unfit(NO_NOTES)
    found = Note.objects.shown().without_replies().filter(gallery=gallery, key__in=notes)
    if not found.exists():
        raise Unfit(NOTES_GONE)
    return found


def _put(gallery: Gallery, notes: Collection[UUID], theme: Theme | None) -> tuple[int, str]:
    """How many were put there, and what is to be said of the others."""
    count = _found(gallery, notes).update(theme=theme)
    aside = len(set(notes)) - count
    if not aside:
        return count, ""
    return count, f" {_notes(aside)} of those chosen {'does' if aside == 1 else 'do'}n’t hang any more."


def _last(gallery: Gallery) -> int:
    return Theme.objects.filter(gallery=gallery).aggregate(last=Max("order"))["last"] or 0


def _line(gallery: Gallery, but: Theme | None = None) -> list[Theme]:
    return [theme for theme in Theme.objects.filter(gallery=gallery) if theme != but]


def _line_up(gallery: Gallery, theme: Theme, place: int) -> None:
    """Number the themes from 1, with this one at a place from 0."""
    line = _line(gallery, but=theme)
    line.insert(place, theme)
    for order, each in enumerate(line, start=1):
        each.order = order
    Theme.objects.bulk_update(line, ["order"])


def _notes(count: int) -> str:
    return "1 note" if count == 1 else f"{count} notes"
