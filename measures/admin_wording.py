"""Hints on wording in the admin: shown at the head of a goal's or a measure's page, kept by a button.

The buttons save the page first, so that nothing typed is lost. No hint stands in the way of saving.
"""

from __future__ import annotations

from typing import Any

from django.contrib import admin, messages
from django.contrib.admin.templatetags.admin_urls import add_preserved_filters
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect

from measures import wording
from measures.models import Goal, Measure
from measures.scoping import AnyAdmin
from measures.wording import Hint

KEEP, SHOW_AGAIN = "_keep", "_show_again"
NUMBERS = ["No", "One", "Two", "Three", "Four", "Five", "Six", "Seven", "Eight", "Nine"]


@transaction.atomic
def keep(thing: Goal | Measure, hint: Hint) -> None:
    """Remember that somebody wants to keep these words."""
    _remember(thing, [hint.id], [])


@transaction.atomic
def show_again(thing: Goal | Measure, hint: Hint) -> None:
    """Forget that somebody wanted to keep these words."""
    _remember(thing, [], [hint.id])


def _remember(thing: Goal | Measure, more: list[str], fewer: list[str]) -> None:
    fresh = type(thing)._default_manager.select_for_update().get(pk=thing.pk)
    ids = dict.fromkeys([*fresh.kept_hints, *more])
    thing.kept_hints = [found for found in ids if found not in fewer]
    thing.save(update_fields=["kept_hints"])


def pressed(request: HttpRequest) -> tuple[str, str] | None:
    """(which button, the hint's id), or None where the page was sent by another."""
    for name in (KEEP, SHOW_AGAIN):
        if name in request.POST:
            return name, request.POST[name]
    return None


def how_many_things(count: int) -> str:
    number = NUMBERS[count] if count < len(NUMBERS) else str(count)
    return f"{number} thing{'' if count == 1 else 's'} to look at"


class ShowsHints(AnyAdmin):
    """The box of hints, and what its buttons do. Mix it in before the admin itself."""

    def hints_of(self, thing: Any) -> list[Hint]:
        raise NotImplementedError

    def split_hints(self, thing: Any) -> tuple[list[Hint], list[Hint]]:
        """(still to look at, kept)."""
        return wording.split(self.hints_of(thing), thing.kept_hints)

    def render_change_form(
        self, request: HttpRequest, context: Any, *args: Any, **kwargs: Any
    ) -> HttpResponse:
        thing = kwargs.get("obj")
        if pressed(request) and context.get("errors"):
            messages.warning(request, "Nothing was kept or saved yet: correct what is marked below first.")
        if thing and thing.pk and not context["is_popup"] and self.has_change_permission(request, thing):
            to_look_at, kept = self.split_hints(thing)
            context |= {
                "hints": [(self._label(hint), hint) for hint in to_look_at],
                "kept_hints": [(self._label(hint), hint) for hint in kept],
                "hints_heading": how_many_things(len(to_look_at)) if to_look_at else "",
            }
        return super().render_change_form(request, context, *args, **kwargs)

    def _label(self, hint: Hint) -> str:
        return str(self.opts.get_field(hint.field).verbose_name)  # type: ignore[union-attr]

    def response_change(self, request: HttpRequest, obj: Any) -> HttpResponse:
        found = pressed(request)
        if found is None:
            return super().response_change(request, obj)
        name, key = found
        hint = next((hint for hint in self.hints_of(obj) if hint.id == key), None)
        self.message_user(request, self._done(request, obj, name, hint), messages.SUCCESS)
        filters: Any = {"preserved_filters": self.get_preserved_filters(request), "opts": self.opts}
        return redirect(add_preserved_filters(filters, request.path) + "#wording-hints")

    def _done(self, request: HttpRequest, obj: Any, name: str, hint: Hint | None) -> str:
        """Do what the button says, where the hint still stands; what to tell the person."""
        if hint is None:
            return "Saved. That hint no longer stands: the words have changed."
        deed, words = (keep, "Kept") if name == KEEP else (show_again, "Shown again")
        deed(obj, hint)
        self.log_change(request, obj, f"{words}: “{hint.words}”.")
        return f"Saved. {words}: “{hint.words}”."


class GoalHints(ShowsHints):
    def hints_of(self, thing: Goal) -> list[Hint]:
        return wording.goal_hints(original=thing.original, result=thing.result)

    @admin.display(description="hints")
    def hint_count(self, goal: Goal) -> str:
        """How many are still to look at, from the row itself; blank for none."""
        return str(len(self.split_hints(goal)[0]) or "")


class MeasureHints(ShowsHints):
    def hints_of(self, thing: Measure) -> list[Hint]:
        return wording.measure_hints(name=thing.name, owner=thing.owner)
