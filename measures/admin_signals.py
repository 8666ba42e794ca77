"""The chart on a measure's own page, where a facilitator says of each possible signal what it is.

What is said is part of the measure's form and saved with it, so that nothing typed is lost.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from django import forms
from django.contrib import messages
from django.contrib.admin.templatetags.admin_urls import add_preserved_filters
from django.forms.boundfield import BoundField
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import formats

from measures import signals
from measures.admin_series import STARTS
from measures.chart_frame import Frame
from measures.charts import Chart, drawn
from measures.models import Measure, Signal
from measures.scoping import AnyAdmin, WordedForm
from measures.signals import Row

REDRAW = "_redraw"
MOST_OPEN = 20  # hundreds of questions would be answered by nobody
MOST_ANSWERED = 40
LONGEST_REMARK = 500
SAID = {"": None, "yes": True, "no": False}
WORDS = {True: "confirmed", False: "dismissed", None: "undecided"}
CHOICES = [("", "Undecided"), ("yes", "Confirm"), ("no", "Dismiss")]
NAMED = re.compile(r"signal-(\d{4}-\d\d-\d\d)-([a-z_]{1,20})-said")


class Panel:
    """A measure's chart and what there is to say of it, as its page shows it. Five queries."""

    def __init__(self, measure: Measure) -> None:
        self.values = list(measure.values.order_by("period"))
        self.baselines = list(measure.baselines.all())
        self.said = list(measure.signals.select_related("value").order_by("value__period"))
        self.chart: Chart | None = None
        self.there: list[Row] = []
        self.frame: Frame | None = None
        if self.values:
            targets = list(measure.targets.all())
            long_run = measure.team.long_run
            self.frame = Frame(measure, self.values, targets, self.baselines, self.said, long_run=long_run)
            self.chart = drawn(self.frame)
            self.there = signals.there(self.frame, self.values, self.said)

    def rows(self, sent: Iterable[str]) -> list[Row]:
        """The newest of those that are there, and those that were sent and went meanwhile."""
        still_open = [row for row in self.there if row.open]
        answered = [row for row in self.there if not row.open]
        shown = {row.name for row in [*still_open[:MOST_OPEN], *answered[:MOST_ANSWERED]]}
        found = [row for row in self.there if row.name in shown]
        return found + [row for row in self._sent(sent) if row.name not in shown]

    def _sent(self, names: Iterable[str]) -> list[Row]:
        """Rows of this measure's values, whatever the browser says."""
        days = {value.period.isoformat(): value for value in self.values}
        said = {(signal.value_id, signal.rule): signal for signal in self.said}
        found = []
        for match in filter(None, map(NAMED.fullmatch, names)):
            day, rule = match.groups()
            if day in days and rule in Signal.Rule.values:
                value = days[day]
                words = signals.words_of(Signal(value=value, rule=rule))
                found.append(Row(value, rule, words, said=said.get((value.pk, rule))))
        return found[: MOST_OPEN + MOST_ANSWERED]

    def more(self) -> int:
        """How many open ones wait behind the newest."""
        return max(0, sum(row.open for row in self.there) - MOST_OPEN)

    def notices(self) -> list[str]:
        return signals.baseline_words(self.frame, self.baselines) if self.frame else []

    def gone(self) -> list[Row]:
        return signals.gone(self.there, self.said)


@dataclass(frozen=True)
class Offer:
    """A new baseline from a confirmed signal on: its period in words, as typed, and in an address."""

    period: str
    typed: str
    query: str


@dataclass(frozen=True)
class Question:
    """A possible signal with the two fields that answer it, and a new baseline where one may begin."""

    row: Row
    said: BoundField
    remark: BoundField
    offer: Offer | None


class AnswersSignals(WordedForm):
    """A measure's form with an answer and a remark for each possible signal. Mix it in first."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.panel = Panel(self.instance) if self.instance.pk else None
        self.rows = self.panel.rows(self.data) if self.panel else []
        for row in self.rows:
            self._add_fields(row)

    def _add_fields(self, row: Row) -> None:
        """What the page showed is sent along: an answer that somebody else gave meanwhile stays."""
        kept = {said: key for key, said in SAID.items()}[row.confirmed]
        self.fields[said_of(row)] = forms.ChoiceField(
            choices=CHOICES, required=False, initial=kept, widget=forms.RadioSelect, show_hidden_initial=True
        )
        self.fields[remark_of(row)] = forms.CharField(
            max_length=LONGEST_REMARK, required=False, initial=row.remark, show_hidden_initial=True
        )

    def answered(self) -> list[tuple[Row, bool | None, str]]:
        """What was said on this page: of which signal, confirmed or not, and with which remark."""
        changed, found = set(self.changed_data), []
        for row in self.rows:
            said, remark = said_of(row), remark_of(row)
            if changed & {said, remark}:
                confirmed = SAID[self.cleaned_data[said]] if said in changed else row.confirmed
                found.append((row, confirmed, self.cleaned_data[remark] if remark in changed else row.remark))
        return found

    def questions(self) -> list[Question]:
        return [
            Question(row, self[said_of(row)], self[remark_of(row)], self._offer(row)) for row in self.rows
        ]

    def _offer(self, row: Row) -> Offer | None:
        assert self.panel is not None  # noqa: S101  # nosec B101 - without one there are no rows
        period = row.value.period
        if self.panel.frame is None or not row.begins_anew:
            return None
        if period in {baseline.starts for baseline in self.panel.baselines}:
            return None
        name = self.panel.frame.periods.name([value.period for value in self.panel.values].index(period))
        return Offer(name, str(formats.localize_input(period)), urlencode({STARTS: period.isoformat()}))


def said_of(row: Row) -> str:
    return f"signal-{row.name}-said"


def remark_of(row: Row) -> str:
    return f"signal-{row.name}-remark"


class ShowsChart(AnyAdmin):
    """The panel with the chart, and what its fields do. Mix it in before the admin itself."""

    def render_change_form(
        self, request: HttpRequest, context: Any, *args: Any, **kwargs: Any
    ) -> HttpResponse:
        measure, form = kwargs.get("obj"), context["adminform"].form
        panel = getattr(form, "panel", None)
        if panel and panel.chart and not context["is_popup"] and self.has_change_permission(request, measure):
            context |= {
                "panel": panel,
                "questions": form.questions(),
                "still_open": sum(row.open for row in panel.there),
            }
        return super().render_change_form(request, context, *args, **kwargs)

    def save_related(self, request: HttpRequest, form: Any, formsets: Any, change: bool) -> None:
        super().save_related(request, form, formsets, change)
        for row, confirmed, remark in form.answered():
            signals.answer(row, confirmed=confirmed, remark=remark)

    def construct_change_message(
        self, request: HttpRequest, form: Any, formsets: Any, add: bool = False
    ) -> Any:
        """The history tells each answer in words, not by the names of its fields."""
        parts = super().construct_change_message(request, form, formsets, add)
        labels = {name for row in form.rows for name in (said_of(row), remark_of(row))}
        found = []
        for part in parts:
            changed = part.get("changed", {})
            if "object" not in changed and "fields" in changed:
                changed["fields"] = [name for name in changed["fields"] if name not in labels]
                if not changed["fields"]:
                    continue
            found.append(part)
        return found + [_told(row, confirmed, remark) for row, confirmed, remark in form.answered()]

    def response_change(self, request: HttpRequest, obj: Any) -> HttpResponse:
        if REDRAW not in request.POST:
            return super().response_change(request, obj)
        self.message_user(request, "Saved. The chart is drawn anew.", messages.SUCCESS)
        filters: Any = {"preserved_filters": self.get_preserved_filters(request), "opts": self.opts}
        return redirect(add_preserved_filters(filters, request.path) + "#chart")


def _told(row: Row, confirmed: bool | None, remark: str) -> dict[str, Any]:
    words = f"{WORDS[confirmed]} – {remark}" if remark else WORDS[confirmed]
    return {"changed": {"name": "possible signal", "object": row.words, "fields": [words]}}
