"""A team and its people, whom its owners choose."""

# ruff: noqa: ARG002 - Django's hooks are given the request and the object, used or not

from __future__ import annotations

from collections import Counter
from typing import Any

from django import forms
from django.contrib import admin, messages
from django.contrib.auth.models import User
from django.core.exceptions import ValidationError
from django.forms.formsets import DELETION_FIELD_NAME
from django.http import HttpRequest, HttpResponseRedirect
from django.shortcuts import redirect
from django.urls import reverse

from measures import people
from measures.models import Goal, Measure, Membership, Team
from measures.scoping import (
    AnyInlineFormSet,
    TeamScopedAdmin,
    TeamScopedInline,
    WordedForm,
    how_many,
    owned_ids,
    runs_the_site,
)

ONE_OWNER = "A team keeps at least one owner: make somebody else an owner first."


class MembershipForm(WordedForm):
    """A person by exact user name: no list tells who else uses this site."""

    words = {"membership_once_a_team": ("person", "This person is in the team already.")}
    person = forms.CharField(
        label="user name",
        max_length=150,
        widget=forms.TextInput(
            attrs={"autocomplete": "off", "autocapitalize": "none", "spellcheck": "false"}
        ),
    )
    make = forms.BooleanField(
        label="make this log-in",
        required=False,
        help_text="For somebody who is new here. Their first password is shown to you once.",
    )
    password = ""  # nosec B105 - of the log-in that was made, to be told once

    class Meta:
        model = Membership
        fields = ["role"]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.instance.pk:
            self.initial["person"] = self.instance.user.get_username()
            self.fields["person"].disabled = self.fields["make"].disabled = True

    def clean(self) -> dict[str, Any]:
        found: dict[str, Any] = super().clean() or self.cleaned_data
        name = found.get("person")
        if name and not self.instance.pk and not found.get(DELETION_FIELD_NAME):
            try:
                self.instance.user = self._newcomer(name) if found.get("make") else self._known(name)
            except ValidationError as problem:
                self.add_error("person", problem)
        return found

    def save(self, commit: bool = True) -> Any:
        """The person can log in afterwards, whether they are new or were no staff before."""
        if self.instance.pk is None and self.cleaned_data["make"]:
            self.instance.user, self.password = people.make_log_in(self.cleaned_data["person"])
        people.let_log_in(self.instance.user)
        return super().save(commit)

    def _known(self, name: str) -> User:
        user = people.called(name)
        if user is None:
            raise ValidationError(
                f"Nobody here has the user name “{name}”. Check how it is written; for somebody "
                "who is new, tick “make this log-in”."
            )
        if not user.is_active:
            raise ValidationError("This log-in is switched off. Ask whoever runs this site to switch it on.")
        return user

    def _newcomer(self, name: str) -> User:
        """Not saved yet: another row of the page may be wrong."""
        if people.is_taken(name):
            raise ValidationError(
                f"Somebody has the user name “{name}” already, or one that differs in capitals only. "
                "Choose another; or, if it is them, don’t tick “make this log-in”."
            )
        user = User(username=User.normalize_username(name))
        User.username_validator(user.username)
        return user


class MembershipFormSet(AnyInlineFormSet):
    def clean(self) -> None:
        super().clean()
        touched = [form for form in self.forms if form.has_changed() and form.is_valid()]
        coming = [form for form in touched if not form.cleaned_data.get(DELETION_FIELD_NAME)]
        self._check_names([form.cleaned_data["person"] for form in coming])
        if self.instance.pk:
            self._check_owners(
                {form.instance.pk for form in touched},
                any(form.cleaned_data["role"] == Membership.Role.OWNER for form in coming),
            )

    def _check_names(self, names: list[str]) -> None:
        twice = [name for name, count in Counter(names).items() if count > 1]
        if twice:
            raise ValidationError(f"“{twice[0]}” stands in two rows: take one of them out.")

    def _check_owners(self, touched: set[int], one_comes: bool) -> None:
        owners = people.owners_of(self.instance)
        if owners and not one_comes and owners <= touched:
            raise ValidationError(ONE_OWNER)


class MembershipInline(TeamScopedInline):
    """Who is in a team is its owners' to say."""

    model = Membership
    form = MembershipForm
    formset = MembershipFormSet
    team_path = "team"
    fields = ["person", "make", "role", "logs_in"]
    readonly_fields = ["logs_in"]
    verbose_name = "person"
    verbose_name_plural = "People"

    @admin.display(description="may log in here", boolean=True)
    def logs_in(self, membership: Membership) -> bool | None:
        return membership.user.is_active and membership.user.is_staff if membership.pk else None

    def get_queryset(self, request: HttpRequest) -> Any:
        return super().get_queryset(request).select_related("user", "team").order_by("user__username")

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        if runs_the_site(request):
            return True
        return bool(owned_ids(request)) if obj is None else obj.pk in owned_ids(request)


@admin.register(Team)
class TeamAdmin(TeamScopedAdmin):
    team_path = "pk"
    fields = ["name", "long_run"]
    list_display = ["name", "goal_count", "measure_count"]
    search_fields = ["name"]
    inlines = [MembershipInline]

    def get_queryset(self, request: HttpRequest) -> Any:
        found = super().get_queryset(request)
        return found.annotate(goal_count=how_many(Goal, "team"), measure_count=how_many(Measure, "team"))

    @admin.display(description="goals", ordering="goal_count")
    def goal_count(self, team: Any) -> int:
        return int(team.goal_count)

    @admin.display(description="measures", ordering="measure_count")
    def measure_count(self, team: Any) -> int:
        return int(team.measure_count)

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        # A refused name would tell that another team has it.
        return () if runs_the_site(request) else ("name",)

    def has_add_permission(self, request: HttpRequest) -> bool:
        return runs_the_site(request)

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return runs_the_site(request)

    def response_post_save_add(self, request: HttpRequest, obj: Team) -> HttpResponseRedirect:
        """On to what a new team needs first."""
        messages.info(request, f"Next: bring in the measures of {obj}, or write them one by one.")
        return redirect(f"{reverse('admin:measures_import')}?team={obj.pk}")

    def save_formset(self, request: HttpRequest, form: Any, formset: Any, change: Any) -> None:
        super().save_formset(request, form, formset, change)
        for row in formset.forms:
            if getattr(row, "password", ""):
                messages.success(
                    request,
                    f"A log-in was made for “{row.instance.user}”. Its password is {row.password} – tell it "
                    "them now, as it is shown this once only; they change it after logging in.",
                )
