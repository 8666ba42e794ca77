"""One cell of a moved gallery: exact decimals and moments in UTC as text, all else as JSON has it.

What is read is what would be written again, to the letter; anything else is refused.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import MAXYEAR, MINYEAR, UTC, date, datetime
from decimal import Decimal
from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Field, Model

from feedback.moving import Refusal
from measures.numbers import NotANumber, within_limits

if TYPE_CHECKING:
    AnyField = Field[Any, Any]
else:
    AnyField = Field

# What both databases hold, with room to count on.
MOST = {"PositiveSmallIntegerField": 2**15 - 1, "PositiveIntegerField": 10**9, "BigIntegerField": 10**15}
BROKEN = re.compile("[\x00\ud800-\udfff]")


def told(value: Any) -> Any:
    """The cell as JSON has it."""
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat().replace("+00:00", "Z")
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, Decimal):
        return f"{value.normalize():f}" if value else "0"
    return str(value) if isinstance(value, UUID) else value


def kept(field: AnyField, cell: Any) -> Any:
    """The field's value that is told so. Raises Refusal."""
    if cell is None and field.null:
        return None
    form, read = _reading(field)
    if type(cell) is not form:
        raise Refusal(f"{field.name} is not of the right sort: {_shortened(cell)}")
    try:
        value = read(cell)
    except (ValueError, ArithmeticError):
        value = None
    if value is None or told(value) != cell:
        raise Refusal(f"{field.name} can’t be read: {_shortened(cell)}")
    _check_size(field, value)
    return value


def check(row: Model) -> None:
    """Ask the model about each field of the row that names no other row. Raises Refusal."""
    try:
        row.clean_fields(exclude=[field.name for field in row._meta.concrete_fields if _is_plumbing(field)])
    except ValidationError as problem:
        name, [words, *_] = next(iter(problem.message_dict.items()))
        raise Refusal(f"{name}: {words}") from None


def check_again(row: Model) -> None:
    """The same for a row whose values were not read by `kept`."""
    for field in row._meta.concrete_fields:
        if not _is_plumbing(field) or isinstance(field, models.JSONField):
            kept(field, told(getattr(row, field.attname)))
    check(row)


def _is_plumbing(field: AnyField) -> bool:
    """Rows that are named, numbers of a database; and JSON, which models don't ask much about."""
    return field.is_relation or field.primary_key or isinstance(field, models.JSONField)


def check_signs(document: Any) -> None:
    """Refuse words with signs that no database keeps, wherever they stand. Raises Refusal."""
    for words in _words(document):
        if BROKEN.search(words):
            raise Refusal(f"These words have a broken sign in them: {_shortened(words)}")


def _reading(field: AnyField) -> tuple[type, Callable[[Any], Any]]:
    """What a cell must be in JSON, and how it becomes the value."""
    forms: list[tuple[type | tuple[type, ...], type, Callable[[Any], Any]]] = [
        (models.BooleanField, bool, bool),
        (models.IntegerField, int, int),
        (models.DecimalField, str, _decimal),
        (models.DateTimeField, str, _moment),
        (models.DateField, str, date.fromisoformat),
        (models.UUIDField, str, UUID),
        ((models.CharField, models.TextField), str, str),
        (models.JSONField, list, _listed),
    ]
    return next((form, read) for kinds, form, read in forms if isinstance(field, kinds))


def _decimal(words: str) -> Decimal:
    """Raises ValueError for what the databases can't keep exactly."""
    value = Decimal(words)
    try:
        return within_limits(value) if value.is_finite() else Decimal(words[:0])
    except NotANumber as problem:
        raise ValueError from problem


def _moment(words: str) -> datetime:
    """Raises ValueError for the calendar's ends, which other zones' clocks can't tell."""
    value = datetime.fromisoformat(words)
    if value.year in (MINYEAR, MAXYEAR):
        raise ValueError
    return value


def _listed(cells: list[Any]) -> list[str] | None:
    return cells if all(isinstance(cell, str) for cell in cells) else None


def _check_size(field: AnyField, value: Any) -> None:
    """Where a model leaves it to the database or to a form."""
    most = MOST.get(field.get_internal_type())
    if most and value > most:
        raise Refusal(f"{field.name} is too large: {_shortened(value)}")
    longest = field.max_length if isinstance(field, models.TextField) else None
    if longest and len(value) > longest:
        raise Refusal(f"{field.name} has {len(value):,} letters; there is room for {longest:,}")


def _words(document: Any) -> Iterator[str]:
    waiting: list[Iterable[Any]] = [[document]]
    while waiting:
        for each in waiting.pop():
            if isinstance(each, str):
                yield each
            elif isinstance(each, Mapping):
                waiting.append([*each.keys(), *each.values()])
            elif isinstance(each, list):
                waiting.append(each)


def _shortened(cell: Any) -> str:
    words = ascii(cell) if isinstance(cell, str) and BROKEN.search(cell) else repr(cell)
    return words if len(words) <= 60 else f"{words[:59]}…"
