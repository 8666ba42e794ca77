"""A note on the table where notes are sorted.

Drawn here and not in a template because four hundred of them may lie there: a fifth of the time. Without
ids, because htmx looks each one up in the page before.
"""

from collections.abc import Collection
from functools import lru_cache
from uuid import UUID

from django import template
from django.template.defaultfilters import linebreaksbr, truncatechars
from django.utils.html import format_html
from django.utils.safestring import SafeString

from feedback.models import Note

register = template.Library()

NOTE = (
    '<li class="sort-note note-{colour}"><label>'
    '<input type="checkbox" name="note" value="{key}"BOX>'
    '<span class="sort-words"><svg class="icon" aria-hidden="true"><use href="#i-{icon}"/></svg>'
    '<span class="hidden">{word}: </span>{text}</span></label>'
    '<p class="sort-where">{number} · {heading}</p></li>'
)


IN_THE_ACT = ' form="act"'
TICKED = " checked"


@register.simple_tag
def sort_note(note: Note, chosen: Collection[UUID] | str = "") -> SafeString:
    """To be ticked; `chosen` are the keys of those that are, where the page is shown again."""
    return _drawn(note, IN_THE_ACT + (TICKED if chosen and note.key in chosen else ""))


@register.simple_tag
def suggested_note(note: Note) -> SafeString:
    """Ticked already; its box belongs to the form around it."""
    return _drawn(note, TICKED)


def _drawn(note: Note, box: str) -> SafeString:
    """`box` is what is said of its box, in words of this module."""
    assert note.kind is not None  # noqa: S101  # nosec B101 - only an answer has none, and none lies here
    return format_html(
        NOTE.replace("BOX", box),
        colour=note.kind.colour,
        key=note.key.hex,
        icon=note.kind.icon,
        word=note.kind.word,
        text=linebreaksbr(note.text),
        number=str(note.poster.number),
        heading=_short(note.poster.heading),
    )


@lru_cache(maxsize=1_000)
def _short(heading: str) -> str:
    return truncatechars(heading, 44)
