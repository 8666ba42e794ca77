"""The visitor's forms. A kind is named by its word: no primary key is on a visitor's page."""

import uuid
from collections.abc import Sequence
from typing import Any

from django import forms

from feedback import notes
from feedback.models import NoteKind, Proposal
from feedback.proposals import kind_of_proposals


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


class MoreField(forms.CharField):
    """What is told of a proposed measure besides its name: it may be left out."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(required=False, strip=False, **kwargs)
        self.validators = []

    def to_python(self, value: Any) -> str:
        words = str(value or "")
        try:
            return notes.readable(words) if words.strip() else ""
        except notes.Unusable as problem:
            raise forms.ValidationError(str(problem)) from None


class KeyedForm(forms.Form):
    """What is sent to be stuck once, under the key that came with its page or was made on the phone."""

    key = forms.UUIDField(required=False)
    text = WordsField()
    name = NameField(
        required=False,
        max_length=notes.MOST_LETTERS_OF_A_NAME,
        error_messages={"max_length": "A name holds 60 letters. Shorten it, or leave it out."},
    )

    def __init__(self, data: Any = None, *, key: uuid.UUID | None = None) -> None:
        super().__init__(data)
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
        found = {name: str(self.data.get(name, "")) for name in self.fields if name != "key"}
        return {name: notes.without_broken_signs(words) for name, words in found.items()}

    def what(self) -> dict[str, Any]:
        """What notes.stick takes besides key, words and name; of a valid form."""
        return {"kind": None}


class AnswerForm(KeyedForm):
    """What somebody says to a note."""


class StickForm(KeyedForm):
    kind = forms.ChoiceField(
        error_messages={
            "required": "Choose a kind of note: tap one of the five.",
            "invalid_choice": "This kind of note isn’t used any more. Choose another.",
        }
    )

    def __init__(self, data: Any = None, *, kinds: Sequence[NoteKind], key: uuid.UUID | None = None) -> None:
        super().__init__(data, key=key)
        self.kinds = {kind.word: kind for kind in kinds}
        choice = self.fields["kind"]
        assert isinstance(choice, forms.ChoiceField)  # noqa: S101  # nosec B101 - declared above
        choice.choices = [(word, word) for word in self.kinds]

    def what(self) -> dict[str, Any]:
        return {"kind": self.kinds[self.cleaned_data["kind"]]}


class ProposeForm(KeyedForm):
    """A measure that a visitor proposes: its name, and what may be told of it."""

    shows = MoreField(label="What would it show?")
    known_by = MoreField(label="How would one know?")
    data_from = MoreField(label="Where is the data?")

    def __init__(self, data: Any = None, *, kinds: Sequence[NoteKind], key: uuid.UUID | None = None) -> None:
        super().__init__(data, key=key)
        self.kind = kind_of_proposals(kinds)

    def what(self) -> dict[str, Any]:
        if self.kind is None:
            raise notes.Gone
        return {"kind": self.kind, "proposes": proposed(self.cleaned_data)}


class RewordForm(forms.Form):
    text = WordsField()


class RewordProposalForm(RewordForm):
    shows = MoreField(label="What would it show?")
    known_by = MoreField(label="How would one know?")
    data_from = MoreField(label="Where is the data?")


def proposed(words: dict[str, Any]) -> notes.Proposed:
    """What a valid form tells of a proposed measure."""
    return notes.Proposed(shows=words["shows"], known_by=words["known_by"], data_from=words["data_from"])


def more_of(form: forms.Form, proposal: Proposal | None = None) -> list[dict[str, str]]:
    """The fields of a proposed measure as a page shows them: as they were typed, else as they are."""
    return [
        {
            "name": name,
            "label": str(each.label),
            "typed": notes.without_broken_signs(str(form.data.get(name, getattr(proposal, name, "")))),
            "problem": str(form.errors[name][0]) if form.is_bound and name in form.errors else "",
        }
        for name, each in form.fields.items()
        if isinstance(each, MoreField)
    ]
