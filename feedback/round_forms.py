"""The facilitator's forms of a round: what it rates and on which scale; the last word on one thing."""

import unicodedata
from collections.abc import Iterable
from typing import Any

from django import forms

from feedback.host_forms import PlainField
from feedback.models import NoteKind, Round, RoundItem, Theme
from feedback.notes import without_broken_signs
from feedback.rateable import Which
from feedback.scales import MUST, WHEN, problem_of
from gallery.models import Gallery, Poster

MOST_LETTERS_OF_A_TITLE = Round._meta.get_field("title").max_length or 120
MOST_LETTERS_OF_A_REMARK = RoundItem._meta.get_field("remark").max_length or 400
SCALES = {"must": MUST, "when": WHEN}
TITLE = "How much does it matter?"


class LineField(PlainField):
    def to_python(self, value: Any) -> str:
        return " ".join(super().to_python(" ".join(str(value or "").split())).split())


class ScaleField(forms.CharField):
    """A scale of one's own: a word a line, the strongest first."""

    def __init__(self) -> None:
        super().__init__(required=False)
        self.validators = []

    def to_python(self, value: Any) -> Any:
        lines = [" ".join(without_broken_signs(line).split()) for line in str(value or "").splitlines()]
        return [line for line in lines if any(unicodedata.category(sign)[0] in "LNPS" for sign in line)]


class RoundForm(forms.Form):
    title = LineField(
        most=MOST_LETTERS_OF_A_TITLE, empty="Say what you ask the room; it reads this on every phone."
    )
    rates = forms.ChoiceField(
        choices=Round.Rates.choices,
        error_messages={
            "required": "Choose what the room rates: themes, notes or proposed measures.",
            "invalid_choice": "Choose what the room rates: themes, notes or proposed measures.",
        },
    )
    scale = forms.ChoiceField(
        choices=[("must", ""), ("when", ""), ("own", "")],
        error_messages={"required": "Choose a scale.", "invalid_choice": "Choose one of the scales."},
    )
    own = ScaleField()
    poster = forms.ChoiceField(required=False)
    kind = forms.ChoiceField(required=False)
    theme = forms.ChoiceField(required=False)

    def __init__(self, data: Any = None, *, gallery: Gallery) -> None:
        """What there is to choose from; three queries."""
        super().__init__(data)
        posters = Poster.objects.filter(gallery=gallery).with_face().in_order()
        self._offer("poster", "On all posters", ((str(each.number), str(each)) for each in posters))
        kinds = NoteKind.objects.filter(gallery=gallery)
        self._offer("kind", "Of all kinds", ((each.word, each.word) for each in kinds))
        themes = Theme.objects.filter(gallery=gallery)
        self._offer("theme", "In whatever theme", ((each.name, each.name) for each in themes))

    def _offer(self, name: str, every: str, choices: Iterable[tuple[str, str]]) -> None:
        field = self.fields[name]
        assert isinstance(field, forms.ChoiceField)  # noqa: S101  # nosec B101 - declared above
        field.choices = [("", every), *choices]
        field.error_messages["invalid_choice"] = f"There is no such {name} any more. Choose another."

    def clean(self) -> dict[str, Any]:
        found = super().clean() or {}
        if found.get("scale") == "own":
            problem = problem_of(found["own"])
            if problem:
                self.add_error("own", problem)
        return found

    @property
    def words(self) -> list[str]:
        """The scale that was chosen."""
        chosen = self.cleaned_data["scale"]
        return list(SCALES.get(chosen) or self.cleaned_data["own"])

    @property
    def which(self) -> Which:
        found = self.cleaned_data
        return Which(int(found["poster"] or 0) or None, found["kind"], found["theme"])

    def typed(self) -> dict[str, str]:
        """What was typed or chosen, to be shown again; at first what is usual."""
        if not self.is_bound:
            return {"title": TITLE, "scale": "must"}
        return {name: without_broken_signs(str(self.data.get(name, ""))) for name in self.fields}


class LastWordForm(forms.Form):
    word = forms.TypedChoiceField(
        required=False,
        coerce=int,
        empty_value=None,
        error_messages={"invalid_choice": "That isn’t one of the round’s words. Choose again."},
    )
    remark = PlainField(most=MOST_LETTERS_OF_A_REMARK)

    def __init__(self, data: Any = None, *, rated: Round) -> None:
        super().__init__(data)
        field = self.fields["word"]
        assert isinstance(field, forms.ChoiceField)  # noqa: S101  # nosec B101 - declared above
        field.choices = [("", "No word yet"), *((str(place), word) for place, word in enumerate(rated.scale))]

    def typed(self) -> dict[str, str]:
        return {name: without_broken_signs(str(self.data.get(name, ""))) for name in self.fields}
