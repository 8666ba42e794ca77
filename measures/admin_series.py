"""A measure's numbers by period: its values, targets and baselines, typed fast and in people's own words."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date, timedelta
from decimal import Decimal
from typing import Any, ClassVar

from django import forms
from django.contrib import admin
from django.core.exceptions import ValidationError
from django.db import models
from django.http import HttpRequest

from measures import numbers, periods
from measures.models import Baseline, Series, Target, Value
from measures.scoping import AnyInlineFormSet, TeamScopedAdmin, TeamScopedInline, WordedForm

MONTHS = {"month": 1, "quarter": 3, "year": 12}
STARTS = "baseline"  # in the address of a measure: the day from which to offer a new baseline
TOLD_BY = 13  # the newest values that tell how often there is one


class PlainDecimal(forms.DecimalField):
    """A number as people write it: shown as 85.7 where the database says 85.700000, read from
    “86.2 %”, “1,234” or “$1.2m”."""

    def __init__(self, **options: Any) -> None:
        super().__init__(**{**options, "widget": forms.TextInput(attrs={"inputmode": "decimal", "size": 12})})

    def prepare_value(self, value: Any) -> Any:
        return f"{value.normalize():f}" if isinstance(value, Decimal) and value.is_finite() else value

    def to_python(self, value: Any) -> Any:
        if not isinstance(value, str):
            return super().to_python(value)
        words = numbers.tidy(value)
        if not words:
            return None
        if numbers.says_no_value(words):
            raise ValidationError(f"“{words}” says that there is no number: leave the whole row empty.")
        try:
            return numbers.read_number(words, numbers.evidence(words) or ".").value
        except numbers.NotANumber as problem:
            why = str(problem).replace("in this file ", "")  # there is no file here
            raise ValidationError(f"“{words}” {why}. Write it like 86.2 or 1,234.") from problem


class PeriodField(forms.DateField):
    """A period's first day, as a date or in people's words: Feb 2026, Q1 2026, FY26, 2026-W07."""

    default_error_messages = {
        "invalid": "Enter a valid date or a period: 01/02/2026, Feb 2026, Q1 2026, 2026 or FY26."
    }

    def to_python(self, value: Any) -> date | None:
        try:
            return super().to_python(value)
        except ValidationError:
            found = periods.Calendar().read(str(value))
            if found is None:
                raise
            return found.starts


def following(newest: Sequence[Series], frequency: str) -> tuple[date, str] | None:
    """The period after the newest one and its label; None where nobody can know. Newest rows first."""
    if not newest:
        return None
    days = [row.period for row in newest[:TOLD_BY]]
    every = frequency or periods.frequency([periods.Period(day, "", "day") for day in days])
    try:
        day = _stepped(days, every)
    except (ValueError, OverflowError):  # the year 10000
        return None
    label = re.fullmatch(r"(\D*)(\d{2}|\d{4})", newest[0].written.strip())
    if label and every == "year":
        return day, f"{label[1]}{int(label[2]) + 1:0{len(label[2])}d}"
    return day, ""


def _stepped(days: Sequence[date], every: str) -> date:
    """Raises ValueError for an unknown step and after the last day of the calendar."""
    newest = days[0]
    if every in MONTHS:
        month = newest.year * 12 + newest.month - 1 + MONTHS[every]
        return date(month // 12, month % 12 + 1, min(newest.day, 28))
    if every == "week":
        return newest + timedelta(weeks=1)
    if every != "day":
        raise ValueError(every)
    working = len(days) > 7 and all(day.weekday() < 5 for day in days)
    return newest + timedelta(days=3 if working and newest.weekday() == 4 else 1)


class NewestFirst(AnyInlineFormSet):
    """The newest rows only: a page of a thousand fields is refused when it is sent back."""

    most: ClassVar[int] = 60
    proposed: ClassVar[tuple[date, str] | None] = None

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        if self.proposed:
            period, written = self.proposed
            kwargs.setdefault("initial", [{"period": period, "written": written}])
        super().__init__(*args, **kwargs)

    def get_queryset(self) -> Any:
        rows = super().get_queryset()
        if self.is_bound:
            return rows
        if not hasattr(self, "_newest"):  # one slice, read once: each new one would ask again
            self._newest = rows[: self.most]
        return self._newest

    def initial_form_count(self) -> int:
        return super().initial_form_count() if self.is_bound else len(self.get_queryset())


class SeriesForm(WordedForm):
    words = {
        "value_once_a_period": ("period", "There is a value for this period already."),
        "target_once_a_period": ("period", "There is a target for this period already."),
    }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        """A proposed period stays a proposal: the row is empty until something is typed into it."""
        super().__init__(*args, **kwargs)
        for name in {"period", "written"} & set(self.fields):
            self.fields[name].show_hidden_initial = self.empty_permitted

    def clean(self) -> dict[str, Any]:
        """A year in people's own words, such as FY26, is kept as they wrote it."""
        found: dict[str, Any] = super().clean() or self.cleaned_data
        typed = " ".join(numbers.tidy(str(self["period"].data or "")).split())
        read = periods.Calendar().read(typed)
        if read and read.span == "year" and not typed.isdecimal() and not found.get("written"):
            found["written"] = typed
        return found


class SeriesInline(TeamScopedInline):
    """Numbers by period, newest first; the older ones are a link away."""

    form = SeriesForm
    formset = NewestFirst
    team_path = "measure__team"
    ordering = ["-period"]
    extra = 1
    classes = ["newest-first"]
    formfield_overrides = {
        models.DecimalField: {"form_class": PlainDecimal},
        models.DateField: {
            "form_class": PeriodField,
            "widget": forms.DateInput(attrs={"size": 12, "placeholder": "Feb 2026"}),
        },
    }

    class Media:
        js = ["js/admin/newest.js", "js/admin/period.js"]

    def get_formset(self, request: HttpRequest, obj: Any = None, **kwargs: Any) -> Any:
        most, plural = NewestFirst.most, self.model._meta.verbose_name_plural
        count = self.model._default_manager.filter(measure=obj).count() if obj else 0
        if count > most:
            self.verbose_name_plural = f"{plural}: the newest {most} of {count}"
        return super().get_formset(request, obj, **kwargs)


class ValueInline(SeriesInline):
    model = Value
    fields = ["period", "value", "remark", "written"]

    def get_formset(self, request: HttpRequest, obj: Any = None, **kwargs: Any) -> Any:
        """With the period that comes next filled in; `classes` tells the script how often one does."""
        formset = super().get_formset(request, obj, **kwargs)
        if obj:
            formset.proposed = following(list(obj.values.order_by("-period")[:TOLD_BY]), obj.frequency)
            self.classes = [*self.classes, f"every-{obj.frequency}"]
        return formset


class TargetInline(SeriesInline):
    model = Target
    fields = ["period", "value", "written"]
    verbose_name_plural = "Targets (drawn quietly, never part of the limits)"


class BaselineForm(WordedForm):
    words = {
        "baseline_once_a_start": ("starts", "A baseline starts on this day already."),
        "baseline_ends_after_start": ("ends", "A baseline ends after it starts; or leave this empty."),
    }

    class Meta:
        error_messages = {
            "reason": {
                "required": "Say what changed, so that everybody sees why the limits do: "
                "“A second desk opened in May.”"
            },
            "starts": {"required": "Say from when: the first period that the new limits are made of."},
        }


class StartsFilledIn(AnyInlineFormSet):
    asked: ClassVar[date | None] = None

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        if self.asked:
            kwargs.setdefault("initial", [{"starts": self.asked}])
        super().__init__(*args, **kwargs)


def asked_start(request: HttpRequest) -> date | None:
    """The day on which a new baseline starts, as the address says it; None for none and nonsense."""
    try:
        return date.fromisoformat(request.GET.get(STARTS, ""))
    except ValueError:
        return None


class BaselineInline(TeamScopedInline):
    model = Baseline
    form = BaselineForm
    formset = StartsFilledIn
    team_path = "measure__team"
    fields = ["starts", "ends", "reason"]
    verbose_name_plural = "Baselines (the default one is the first 12 values)"
    formfield_overrides = {models.DateField: {"form_class": PeriodField}}

    class Media:
        js = ["js/admin/baseline.js"]

    def get_extra(self, request: HttpRequest, obj: Any = None, **kwargs: Any) -> int:  # noqa: ARG002
        return 1 if asked_start(request) else 0

    def get_formset(self, request: HttpRequest, obj: Any = None, **kwargs: Any) -> Any:
        """With a row from the day that the address asks for; sent back without a reason it is a mistake."""
        formset = super().get_formset(request, obj, **kwargs)
        formset.asked = asked_start(request) if request.method == "GET" else None  # type: ignore[attr-defined]
        return formset


class SeriesAdmin(TeamScopedAdmin):
    """All the numbers of a measure, where its own page shows the newest only."""

    form = SeriesForm
    in_menu = False
    team_path = "measure__team"
    settled = ("measure",)
    autocomplete_fields = ["measure"]
    ordering = ["-period"]
    list_display = ["period", "written", "plain", "measure"]
    list_filter = ["measure"]
    list_select_related = ["measure"]
    search_fields = ["written", "measure__name"]
    formfield_overrides = {
        models.DecimalField: {"form_class": PlainDecimal},
        models.DateField: {"form_class": PeriodField},
    }

    @admin.display(description="value", ordering="value")
    def plain(self, row: Any) -> str:
        return f"{row.value.normalize():f}"


@admin.register(Value)
class ValueAdmin(SeriesAdmin):
    fields = ["measure", "period", "value", "remark", "written"]


@admin.register(Target)
class TargetAdmin(SeriesAdmin):
    fields = ["measure", "period", "value", "written"]
