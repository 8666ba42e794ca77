"""Curating: goals, and measures with their values."""

from typing import Any

from django import forms
from django.apps import apps
from django.contrib import admin
from django.contrib.auth.models import Group
from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import OuterRef, Subquery
from django.http import HttpRequest, HttpResponse
from django.urls import path, reverse
from django.utils.formats import date_format
from django.utils.html import format_html

import measures.team_admin  # noqa: F401 - where teams and their people are registered
from measures.admin_series import BaselineInline, TargetInline, ValueInline
from measures.admin_signals import AnswersSignals, ShowsChart
from measures.admin_wording import GoalHints, MeasureHints
from measures.changing import MEASURE_WORDS
from measures.models import Candidate, Goal, GoalLink, Measure, Value
from measures.scoping import (
    TeamScopedAdmin,
    TeamScopedInline,
    WordedForm,
    how_many,
)

admin.site.site_title = admin.site.site_header = "Measure Gallery"
admin.site.index_title = "Curate"
apps.get_app_config("auth").verbose_name = "People"  # apps stand in the order of their names: people last
admin.site.unregister(Group)  # a role is a membership in a team; Django's groups would open nothing


class GoalForm(WordedForm):
    words = {
        "goal_once_a_team": ("original", "This team has this goal already. Change that one instead."),
    }


class CandidateForm(WordedForm):
    class Meta:
        widgets = {"wording": forms.Textarea(attrs={"rows": 2}), "reason": forms.Textarea(attrs={"rows": 2})}


class CandidateInline(TeamScopedInline):
    model = Candidate
    form = CandidateForm
    team_path = "goal__team"
    verbose_name_plural = "Candidate measures, the rejected ones too"


class GoalLinkForm(WordedForm):
    words = {
        "goal_link_once": ("target", "These two goals are linked like this already."),
        "goal_link_to_another": ("target", "A goal can’t be linked to itself: choose another."),
    }

    def clean_target(self) -> Goal:
        target: Goal = self.cleaned_data["target"]
        if self.instance.source.team_id not in {None, target.team_id}:
            raise ValidationError("This is another team’s goal: choose one of this team’s.")
        return target


class GoalLinkInline(TeamScopedInline):
    model = GoalLink
    form = GoalLinkForm
    fk_name = "source"
    team_path = "source__team"
    autocomplete_fields = ["target"]
    fields = ["kind", "target"]
    verbose_name = "link"
    verbose_name_plural = "Links on the results map: this goal …"

    def get_queryset(self, request: HttpRequest) -> Any:
        return super().get_queryset(request).select_related("source", "target")


@admin.register(Goal)
class GoalAdmin(GoalHints, TeamScopedAdmin):
    form = GoalForm
    team_path = "team"
    settled = ("team",)
    kept = "Retire or move what rests on it first."
    fields = ["team", "original", "result", "why", "layer", "order"]
    list_display = ["title", "original", "layer", "order", "measure_count", "hint_count"]
    list_filter = ["team", "layer"]
    search_fields = ["original", "result"]
    search_help_text = "Search the goals’ words."
    inlines = [CandidateInline, GoalLinkInline]

    def get_queryset(self, request: HttpRequest) -> Any:
        found = super().get_queryset(request).select_related("team")
        return found.annotate(measure_count=how_many(Measure, "goal"))

    @admin.display(description="goal", ordering="result")
    def title(self, goal: Goal) -> str:
        return goal.title

    @admin.display(description="measures", ordering="measure_count")
    def measure_count(self, goal: Any) -> int:
        return int(goal.measure_count)


class MeasureForm(AnswersSignals):
    words = MEASURE_WORDS

    def clean(self) -> dict[str, Any] | None:
        found = super().clean() or self.cleaned_data
        goal, team = found.get("goal"), found.get("team")
        team_id = team.pk if team else self.instance.team_id
        if goal and team_id and goal.team_id != team_id:
            self.add_error("goal", "This is another team’s goal: choose one of this team’s.")
        return found


@admin.register(Measure)
class MeasureAdmin(MeasureHints, ShowsChart, TeamScopedAdmin):
    form = MeasureForm
    team_path = "team"
    settled = ("team",)
    kept = "Set its status to Retired instead, and it is hung no more."
    autocomplete_fields = ["goal"]
    list_display = ["name", "goal", "group", "status", "unit", "direction", "value_count"]
    list_filter = ["status", "team", "goal", "group"]
    search_fields = ["name", "group", "owner", "goal__original", "goal__result"]
    search_help_text = "Search names, groups, owners and goals."
    inlines = [ValueInline, TargetInline, BaselineInline]
    fieldsets = [
        (None, {"fields": ["team", "name", "goal", "group", "status", "order"]}),
        (
            "The design",
            {
                "fields": ["sensory_evidence", "control", "unintended"],
                "description": "What people in the gallery are asked about.",
            },
        ),
        (
            "The definition",
            {
                "fields": [
                    "intent",
                    "calculation",
                    ("unit", "frequency"),
                    ("better", "can_go_below_zero"),
                    "shows_ranges",
                    "data_source",
                    "owner",
                    "reading",
                    "response",
                ]
            },
        ),
    ]
    formfield_overrides = {models.TextField: {"widget": forms.Textarea(attrs={"rows": 3, "cols": 80})}}

    def get_queryset(self, request: HttpRequest) -> Any:
        newest = Value.objects.filter(measure=OuterRef("pk")).order_by("-period")
        found = super().get_queryset(request).select_related("team", "goal")
        return found.annotate(
            value_count=how_many(Value, "measure"),
            newest=Subquery(newest.values("period")[:1]),
            newest_written=Subquery(newest.values("written")[:1]),
        )

    def get_urls(self) -> list[Any]:
        import_view = self.admin_site.admin_view(self.import_view)
        return [path("import/", import_view, name="measures_import"), *super().get_urls()]

    def import_view(self, request: HttpRequest) -> HttpResponse:
        from measures.upload import upload  # the readers of spreadsheets are loaded when one is brought

        return upload(request, self.admin_site)

    @admin.display(description="better", ordering="better")
    def direction(self, measure: Measure) -> str:
        return measure.better and measure.get_better_display().removesuffix(" is better")

    @admin.display(description="values", ordering="value_count")
    def value_count(self, measure: Any) -> str:
        if not measure.value_count:
            return "none"
        address = reverse("admin:measures_value_changelist")
        return format_html(
            '<a href="{}?measure__id__exact={}">{}, to {}</a>',
            address,
            measure.pk,
            measure.value_count,
            measure.newest_written or date_format(measure.newest, "M Y"),
        )
