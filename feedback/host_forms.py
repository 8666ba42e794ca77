"""The facilitator's forms: a decision about a poster, and the closing words."""

import unicodedata
from typing import Any

from django import forms

from feedback.models import Decision, Verdict
from feedback.notes import without_broken_signs
from gallery.models import Gallery

MOST_LETTERS_OF_A_REASON = Decision._meta.get_field("reason").max_length or 1000
MOST_CLOSING_LETTERS = Gallery._meta.get_field("thanks").max_length or 2000
MOST_LETTERS_OF_NEXT_STEPS = Gallery._meta.get_field("next_steps").max_length or 2000
CHOOSE = "Choose one: keep, change, drop, add, explore, or no."


class PlainField(forms.CharField):
    """Several lines of words; signs that can't be kept are left out, a text too long is told its length."""

    def __init__(self, *, most: int, empty: str = "", **kwargs: Any) -> None:
        super().__init__(required=False, strip=False, **kwargs)
        self.most, self.empty = most, empty
        self.validators = []

    def to_python(self, value: Any) -> str:
        words = without_broken_signs(str(value or "").replace("\r\n", "\n").replace("\r", "\n")).strip()
        if not any(unicodedata.category(sign)[0] in "LNPS" for sign in words):
            words = ""
        if self.empty and not words:
            raise forms.ValidationError(self.empty)
        if len(words) > self.most:
            raise forms.ValidationError(
                f"There is room for {self.most:,} letters; this has {len(words):,}. Shorten it a little."
            )
        return words


class DecisionForm(forms.Form):
    verdict = forms.ChoiceField(
        choices=Verdict.choices,
        error_messages={
            "required": CHOOSE,
            "invalid_choice": CHOOSE,
        },
    )
    reason = PlainField(
        most=MOST_LETTERS_OF_A_REASON,
        empty="Say why, in a sentence or two. People who wrote a note want to know it was read.",
    )

    def typed(self) -> dict[str, str]:
        """What was typed, to be shown again."""
        return {name: without_broken_signs(str(self.data.get(name, ""))) for name in ("verdict", "reason")}


class ClosingForm(forms.Form):
    thanks = PlainField(most=MOST_CLOSING_LETTERS)
    next_steps = PlainField(most=MOST_LETTERS_OF_NEXT_STEPS)

    def typed(self) -> dict[str, str]:
        return {name: without_broken_signs(str(self.data.get(name, ""))) for name in self.fields}
