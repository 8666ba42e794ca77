"""The visitor's forms. A kind is named by its word: no primary key is on a visitor's page."""

import uuid
from collections.abc import Sequence
from typing import Any

from django import forms

from feedback import notes
from feedback.models import NoteKind


class WordsField(forms.CharField):
    """A note's words; every problem is told in the note's own terms."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(required=False, strip=False, **kwargs)
        self.validators = []

    def to_python(self, value: Any) -> str:
        try:
            return notes.readable(str(value or ""))
        except notes.Unusable as problem:
            raise forms.ValidationError(str(problem)) from None


class NameField(forms.CharField):
    """An optional name: one line, broken signs left out, the rest beyond 60 letters refused."""

    def to_python(self, value: Any) -> str:
        return " ".join(notes.without_broken_signs(str(value or "")).split())


class StickForm(forms.Form):
    key = forms.UUIDField(required=False)
    kind = forms.ChoiceField(
        error_messages={
            "required": "Choose a kind of note: tap one of the five.",
            "invalid_choice": "This kind of note isn’t used any more. Choose another.",
        }
    )
    text = WordsField()
    name = NameField(
        required=False,
        max_length=notes.MOST_LETTERS_OF_A_NAME,
        error_messages={"max_length": "A name holds 60 letters. Shorten it, or leave it out."},
    )

    def __init__(self, data: Any = None, *, kinds: Sequence[NoteKind], key: uuid.UUID | None = None) -> None:
        super().__init__(data)
        self.kinds = {kind.word: kind for kind in kinds}
        choice = self.fields["kind"]
        assert isinstance(choice, forms.ChoiceField)  # noqa: S101  # nosec B101 - declared above
        choice.choices = [(word, word) for word in self.kinds]
        self._fresh_key = key

    def shown_key(self) -> str:
        """The key to send back with the form: the one that it came with, so that a retry is a retry."""
        if self._fresh_key is None and self.is_bound and "key" in self.data and "key" not in self.errors:
            return str(self.data["key"])
        return str(self._fresh_key or uuid.uuid4())

    def renew_key(self) -> None:
        self._fresh_key = uuid.uuid4()

    def typed(self) -> dict[str, str]:
        """What was typed, to be shown again: nothing that a person wrote is ever lost."""
        found = {name: str(self.data.get(name, "")) for name in ("kind", "text", "name")}
        return {name: notes.without_broken_signs(words) for name, words in found.items()}


class RewordForm(forms.Form):
    text = WordsField()
