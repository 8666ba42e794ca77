"""A note on the table where notes are sorted.

Drawn here and not in a template because four hundred of them may lie there, and kept under all that is
drawn. Without ids, because htmx looks each one up in the page before.
"""

from collections.abc import Collection
from functools import lru_cache
from uuid import UUID

from django import template
from django.template.defaultfilters import linebreaksbr, truncatechars
from django.utils.html import format_html
from django.utils.safestring import SafeString

from feedback.bars import KindLook
from feedback.lying import Lying

register = template.Library()

NOTE = (
    '<li class="sort-note note-{colour}"PLACE><label>'
    '<input type="checkbox" name="note" value="{key}"BOX>'
    '<span class="sort-words"><svg class="icon" aria-hidden="true"><use href="#i-{icon}"/></svg>'
    '<span class="hidden">{word}: </span>{text}</span></label>'
    '<p class="sort-where">{number} · {heading}</p></li>'
)


IN_THE_ACT = ' form="act"'
TICKED = " checked"


@register.simple_tag
def sort_note(note: Lying, chosen: Collection[UUID] | str = "") -> SafeString:
    """To be ticked; `chosen` are the keys of those that are, where the page is shown again."""
    return _drawn(note, IN_THE_ACT + (TICKED if chosen and note.key in chosen else ""), ' data-n="{key}"')


@register.simple_tag
def suggested_note(note: Lying) -> SafeString:
    """Ticked already; its box belongs to the form around it."""
    return _drawn(note, TICKED)


def _drawn(note: Lying, box: str, place: str = "") -> SafeString:
    """`box` and `place` are what is said of its box and of itself, in words of this module."""
    return _kept(box, place, note.key.hex, note.text, note.kind, note.poster.number, note.poster.heading)


@lru_cache(maxsize=4_000)
def _kept(box: str, place: str, key: str, text: str, kind: KindLook, number: int, heading: str) -> SafeString:
    return format_html(
        NOTE.replace("BOX", box).replace("PLACE", place),
        colour=kind.colour,
        key=key,
        icon=kind.icon,
        word=kind.word,
        text=linebreaksbr(text),
        number=str(number),
        heading=truncatechars(heading, 44),
    )
