"""What a facilitator reaches in the admin: only what is their teams', in every corner of it.

A scoped queryset alone is no isolation: foreign-key choices, autocompletes, filters, inlines,
actions and the history reach across teams too. Here each of them starts from the person's
memberships; Django's own permissions play no part. A superuser reaches everything.

Owners and facilitators curate their teams; hosts only look where an admin says so.
"""

# ruff: noqa: ARG002 - Django's hooks are given the request and the object, used or not

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any, ClassVar

from django import forms
from django.contrib import admin, messages
from django.contrib.admin.filters import RelatedFieldListFilter
from django.contrib.admin.options import BaseModelAdmin
from django.contrib.admin.utils import NestedObjects
from django.contrib.admin.widgets import RelatedFieldWidgetWrapper
from django.core.exceptions import FieldDoesNotExist, ValidationError
from django.db import DEFAULT_DB_ALIAS
from django.db.models import (
    Count,
    Field,
    ForeignKey,
    Model,
    OuterRef,
    ProtectedError,
    QuerySet,
    RestrictedError,
    Subquery,
)
from django.db.models.functions import Coalesce
from django.forms.formsets import DELETION_FIELD_NAME
from django.forms.models import BaseInlineFormSet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse

from measures.models import Team

if TYPE_CHECKING:
    AnyAdmin = admin.ModelAdmin[Any]
    AnyBase = BaseModelAdmin[Any]
    AnyForm = forms.ModelForm[Any]
    AnyTabular = admin.TabularInline[Any, Any]
    AnyInlineFormSet = BaseInlineFormSet[Any, Any, Any]
else:
    AnyAdmin, AnyBase, AnyForm, AnyTabular = admin.ModelAdmin, object, forms.ModelForm, admin.TabularInline
    AnyInlineFormSet = BaseInlineFormSet


SEARCH_LETTERS = 100


def team_ids(request: HttpRequest) -> frozenset[int]:
    """The keys of the teams that whoever asks reaches; read once a request."""
    return _read_once(request, "_reached_team_ids", Team.objects.reached_by)


def curated_ids(request: HttpRequest) -> frozenset[int]:
    """The keys of the teams that whoever asks curates, which hosts do not; read once a request."""
    return _read_once(request, "_curated_team_ids", Team.objects.curated_by)


def owned_ids(request: HttpRequest) -> frozenset[int]:
    """The keys of the teams whose people whoever asks chooses; read once a request."""
    return _read_once(request, "_owned_team_ids", Team.objects.owned_by)


def _read_once(request: HttpRequest, name: str, teams: Callable[..., QuerySet[Team]]) -> frozenset[int]:
    found: frozenset[int] | None = getattr(request, name, None)
    if found is None:
        found = frozenset(teams(request.user).values_list("pk", flat=True))
        setattr(request, name, found)
    return found


def runs_the_site(request: HttpRequest) -> bool:
    return bool(request.user.is_active and request.user.is_superuser)


def how_many(model: type[Model], key: str) -> Coalesce:
    """A count of a model's rows whose foreign key `key` is this row; no join multiplies another."""
    rows = model._default_manager.filter(**{key: OuterRef("pk")}).order_by()
    counts = rows.values(key).annotate(count=Count("pk")).values("count")
    return Coalesce(Subquery(counts), 0)


class WordedForm(AnyForm):
    """A form that says the database's named constraints in words, read-only fields included.

    Django skips a constraint when one of its fields is not in the form, and the row then fails
    in the database. `words` maps a constraint's name to (field or None, what to tell the person).
    """

    words: ClassVar[Mapping[str, tuple[str | None, str]]] = {}

    def is_valid(self) -> bool:
        """Raises ValidationError, which the formset shows, for a row to delete that others rest on."""
        valid = super().is_valid()
        if self.instance.pk and self.cleaned_data.get(DELETION_FIELD_NAME):
            holders = counted(collected([self.instance]).protected)
            if holders:
                raise ValidationError(stays(self.instance, holders))
        return valid

    def _post_clean(self) -> None:
        """Django's own check of constraints steps aside for ours."""
        self.instance.validate_constraints = lambda **_: None
        try:
            super()._post_clean()  # type: ignore[misc]
        finally:
            del self.instance.validate_constraints
        self._say_constraints()

    def _say_constraints(self) -> None:
        if self.instance.pk and not self.has_changed():
            return
        unseen = {field.name for field in self.instance._meta.fields if field.name not in self.fields}
        exclude = self._get_validation_exclusions() - unseen  # type: ignore[attr-defined]
        for model, constraints in self.instance.get_constraints():
            for constraint in constraints:
                try:
                    constraint.validate(model, self.instance, exclude=exclude)
                except ValidationError as problem:
                    field, text = self.words.get(constraint.name, (None, ""))
                    self.add_error(field if field in self.fields else None, text or problem)


class ReachedFilter(RelatedFieldListFilter):
    """A filter by a related thing that names the reached ones only."""

    def field_choices(
        self, field: Any, request: HttpRequest, model_admin: admin.ModelAdmin[Any]
    ) -> list[Any]:
        reached = TeamScope.reached(model_admin, field.remote_field.model, request)  # type: ignore[arg-type]
        return [(str(thing.pk), str(thing)) for thing in reached]


class TeamScope(AnyBase):
    """What an admin and an inline share. `team_path` leads from a row to its team, as in a lookup.

    `only` are lookups that every row meets, whoever asks. With `hosts_look` a team's hosts see the
    rows, and change none.
    """

    team_path: ClassVar[str]
    only: ClassVar[Mapping[str, Any]] = {}
    hosts_look: ClassVar[bool] = False
    admin_site: admin.AdminSite

    def scoped(self, queryset: QuerySet[Any], request: HttpRequest) -> QuerySet[Any]:
        """Those that this person may change or choose."""
        return self._of_teams(queryset, request, curated_ids)

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        return self._of_teams(super().get_queryset(request), request, self.looking)

    def looking(self, request: HttpRequest) -> frozenset[int]:
        """The keys of the teams whose rows this person may see here."""
        return team_ids(request) if self.hosts_look else curated_ids(request)

    def _of_teams(
        self, queryset: QuerySet[Any], request: HttpRequest, teams: Callable[[HttpRequest], frozenset[int]]
    ) -> QuerySet[Any]:
        found = queryset.filter(**self.only)
        return found if runs_the_site(request) else found.filter(**{f"{self.team_path}__in": teams(request)})

    def reached(self, model: type[Model], request: HttpRequest) -> QuerySet[Any]:
        """All of a model that this person reaches: nothing where the model is not team-scoped."""
        everything: QuerySet[Any] = model._default_manager.all()
        related = self.admin_site._registry.get(model)
        if isinstance(related, TeamScope):
            return related.scoped(everything, request)
        return everything if runs_the_site(request) else everything.none()

    def formfield_for_dbfield(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        """Beside a choice one may add or change what is chosen; not, by a slip, delete it."""
        field = super().formfield_for_dbfield(db_field, request, **kwargs)
        if field and isinstance(field.widget, RelatedFieldWidgetWrapper):
            field.widget.can_delete_related = field.widget.can_view_related = False
        return field

    def formfield_for_foreignkey(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        kwargs["queryset"] = self.reached(db_field.remote_field.model, request)
        return super().formfield_for_foreignkey(db_field, request, **kwargs)

    def formfield_for_manytomany(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        kwargs["queryset"] = self.reached(db_field.remote_field.model, request)
        return super().formfield_for_manytomany(db_field, request, **kwargs)


class TeamScopedInline(TeamScope, AnyTabular):
    """Rows of a parent: whoever may change the parent may change them, and nobody else sees them."""

    form = WordedForm
    extra = 0

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        parent = self.admin_site._registry[self.parent_model]
        return parent.has_change_permission(request, obj)

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return self.has_view_permission(request, obj)

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return self.has_view_permission(request, obj)

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return self.has_view_permission(request, obj)


class TeamScopedAdmin(TeamScope, AnyAdmin):
    """The base of every admin of ours.

    `settled` are the fields that are given once, when a thing is made. `in_menu` is False where
    people come by a link from another page. `kept` is what to tell whoever wants to delete a
    thing that others rest on.
    """

    form = WordedForm
    settled: ClassVar[tuple[str, ...]] = ()
    in_menu: ClassVar[bool] = True
    kept = "Take those away first, or leave it."

    def _reaches(self, request: HttpRequest, obj: Any, teams: frozenset[int]) -> bool:
        """Whether the row is one of these teams'; with no row, whether there are any such teams."""
        if runs_the_site(request):
            return True
        return bool(teams) if obj is None else self._team_of(obj) in teams

    def _team_of(self, obj: Any) -> int | None:
        """The key of the row's team, or None where the row has none yet."""
        *path, last = self.team_path.split("__")
        for step in path:
            if getattr(obj, f"{step}_id") is None:
                return None
            obj = getattr(obj, step)
        key: int | None = obj.pk if last == "pk" else getattr(obj, f"{last}_id")
        return key

    def has_module_permission(self, request: HttpRequest) -> bool:
        return self.has_view_permission(request)

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return self._reaches(request, obj, self.looking(request))

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return self._reaches(request, obj, curated_ids(request))

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return self._reaches(request, obj, curated_ids(request))

    def has_add_permission(self, request: HttpRequest) -> bool:
        return self._reaches(request, None, curated_ids(request))

    def get_model_perms(self, request: HttpRequest) -> dict[str, bool]:
        return super().get_model_perms(request) if self.in_menu else {}

    def get_list_filter(self, request: HttpRequest) -> Any:
        return [
            (name, ReachedFilter) if isinstance(name, str) and self._is_relation(name) else name
            for name in super().get_list_filter(request)
        ]

    def _is_relation(self, name: str) -> bool:
        opts = self.model._meta
        field: Field[Any, Any] | Any = None
        for step in name.split("__"):
            try:
                field = opts.get_field(step)
            except FieldDoesNotExist:
                return False
            if field.is_relation:
                opts = field.related_model._meta
        return bool(field.is_relation)

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        found = tuple(super().get_readonly_fields(request, obj))
        return found + self.settled if obj else found

    def get_changeform_initial_data(self, request: HttpRequest) -> Any:
        """What the address fills in, but for keys that are none; who has one team need not choose it."""
        found: dict[str, Any] = dict(super().get_changeform_initial_data(request))
        keys = {field.name for field in self.opts.get_fields() if isinstance(field, ForeignKey)}
        found = {name: value for name, value in found.items() if name not in keys or is_key(value)}
        if len(curated_ids(request)) == 1:
            [found_team] = curated_ids(request)
            found.setdefault("team", str(found_team))
        return found

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[Any], search_term: str
    ) -> tuple[QuerySet[Any], bool]:
        """Each word is a condition, and SQLite refuses a thousand of them."""
        return super().get_search_results(request, queryset, search_term[:SEARCH_LETTERS])

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: Any) -> None:
        """Save only what was changed: the rest of the row may have moved on meanwhile."""
        if not change:
            obj.save()
            return
        own = {field.name for field in obj._meta.concrete_fields}
        changed = [name for name in form.changed_data if name in own]
        if changed:
            obj.save(update_fields=changed)

    def get_deleted_objects(self, objs: Any, request: HttpRequest) -> Any:
        """Names of what was asked for, and counts of what goes with it or stands in its way.

        Django's own would spell out every row, notes that visitors took back among them.
        """
        collector = collected(objs)
        counts = {
            str(model._meta.verbose_name_plural): len(rows)  # type: ignore[attr-defined]  # the stubs say str
            for model, rows in collector.model_objs.items()
        }
        denied = {self.opts.verbose_name} if self._denies(request, objs) else set()
        return [str(obj) for obj in objs], counts, denied, counted(collector.protected)

    def _denies(self, request: HttpRequest, objs: Any) -> bool:
        return not all(self.has_delete_permission(request, obj) for obj in objs)

    def render_delete_form(self, request: HttpRequest, context: dict[str, Any]) -> HttpResponse:
        if context["protected"]:
            return self._stays(request, context["object"], context["protected"])
        return super().render_delete_form(request, context)

    def delete_view(self, request: HttpRequest, object_id: str, extra_context: Any = None) -> HttpResponse:
        try:
            return super().delete_view(request, object_id, extra_context)
        except (RestrictedError, ProtectedError) as problem:  # stuck on between the look and the deed
            return self._stays(request, self.get_object(request, object_id), counted(rows_of(problem)))

    def _stays(self, request: HttpRequest, obj: Any, holders: list[str]) -> HttpResponse:
        self.message_user(request, f"{stays(obj, holders)} {self.kept}", messages.WARNING)
        return redirect(reverse(f"admin:{self.opts.app_label}_{self.opts.model_name}_change", args=[obj.pk]))


def is_key(typed: str) -> bool:
    """Whether a row may have this key: no database takes more than 18 digits for sure."""
    return typed.isascii() and typed.isdecimal() and len(typed) <= 18


def collected(objs: Any) -> NestedObjects:
    """What goes when these go, and in `protected` what stands in their way."""
    collector = NestedObjects(using=DEFAULT_DB_ALIAS)
    collector.collect(objs)
    return collector


def stays(obj: Any, holders: list[str]) -> str:
    return f"“{obj}” can’t be deleted while it has {' and '.join(holders)}."


def rows_of(problem: RestrictedError | ProtectedError) -> set[Model]:
    if isinstance(problem, RestrictedError):
        return set(problem.restricted_objects)
    return set(problem.protected_objects)


def counted(rows: set[Any]) -> list[str]:
    """The rows as people count them: ["12 notes", "1 poster"]."""
    counts = Counter(type(row) for row in rows)
    return [
        f"{count} {model._meta.verbose_name if count == 1 else model._meta.verbose_name_plural}"
        for model, count in counts.items()
    ]
