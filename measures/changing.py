"""Rewording a goal or a measure away from the admin, by the same rules: what people discuss of it, no more.

What one was shown is sealed into the form, so that nobody overwrites what somebody else saved meanwhile.
"""

from __future__ import annotations

from collections.abc import Mapping
from hashlib import sha256
from typing import Any

from django import forms
from django.db import models, transaction

from measures.models import Goal, Measure
from measures.scoping import WordedForm

MEASURE_WORDS = {
    "measure_once_a_goal": ("name", "This goal has a measure of this name and group already."),
    "measure_once_without_goal": ("name", "This team has a measure of this name and group already."),
}
MEANWHILE = (
    "Somebody else changed this while you wrote. Below is what you wrote: save it once more and it takes the "
    "place of theirs."
)


class Wording(WordedForm):
    """Texts get boxes to write in, as high as what stands in them."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name, field in self.fields.items():
            words = str(self.initial.get(name) or "")
            if isinstance(field.widget, forms.Textarea):
                field.widget.attrs = {"rows": min(8, 2 + len(words) // 80 + words.count("\n"))}
            field.widget.attrs["autocomplete"] = "off"

    @property
    def seen(self) -> str:
        """Changes with whatever is saved of these fields."""
        kept = [str(self.initial.get(name)) for name in self.fields]
        return sha256("\x1f".join(kept).encode(errors="replace")).hexdigest()[:16]


class GoalWording(Wording):
    class Meta:
        model = Goal
        fields = ["result", "why"]
        widgets = {"result": forms.Textarea}


class MeasureWording(Wording):
    words = MEASURE_WORDS

    class Meta:
        model = Measure
        fields = [
            "name",
            "intent",
            "calculation",
            "unit",
            "frequency",
            "better",
            "data_source",
            "owner",
            "reading",
            "response",
            "sensory_evidence",
            "control",
            "unintended",
            "status",
        ]
        widgets = {"name": forms.Textarea, "data_source": forms.Textarea}


def wording(thing: Goal | Measure, sent: Mapping[str, Any] | None = None) -> Wording:
    """The form for it, blank or with what was sent. Ids in it start with what it is and its key."""
    made = MeasureWording if isinstance(thing, Measure) else GoalWording
    return made(sent, instance=thing, auto_id=f"{thing._meta.model_name}-{thing.pk}-%s")


@transaction.atomic
def change(thing: Goal | Measure, sent: Mapping[str, Any]) -> Wording:
    """The form, valid where all was saved; else it says why not, and nothing was."""
    rows: models.Manager[Any] = type(thing)._default_manager
    form = wording(rows.select_for_update().get(pk=thing.pk), sent)
    if sent.get("seen") != form.seen:
        form.add_error(None, MEANWHILE)
    if form.is_valid():
        form.save()
    return form


def retire(measure: Measure) -> None:
    """It is hung no more; its values and its history stay."""
    measure.status = Measure.Status.RETIRED
    measure.save(update_fields=["status"])
