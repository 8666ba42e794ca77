"""The forms of whoever types in paper notes."""

from collections.abc import Sequence
from typing import Any

from feedback.forms import StickForm
from feedback.models import NoteKind


class PaperForm(StickForm):
    """A paper note as a host types it in; `chosen` is the kind of the one before."""

    def __init__(self, data: Any = None, *, kinds: Sequence[NoteKind], chosen: str = "") -> None:
        super().__init__(data, kinds=kinds)
        self.chosen = chosen
        self.fields["kind"].error_messages["required"] = "Choose the kind first: click one of them."

    def typed(self) -> dict[str, str]:
        return super().typed() if self.is_bound else {"kind": self.chosen, "text": "", "name": ""}


class MendForm(PaperForm):
    """The words and the kind of a note that was typed in with an error."""

    key = None  # type: ignore[assignment]
    name = None  # type: ignore[assignment]
