"""What would change on a poster if it were hung anew: told thing by thing, as it hangs and as it is now."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from django.db.models import Model
from django.utils.formats import date_format
from django.utils.text import capfirst

from gallery.as_hung import GOAL, MEASURE, Look, kept_of, present
from gallery.models import Poster
from measures.map_plan import FORWARDS, LAYERS, Plan
from measures.models import Baseline, Candidate, Signal, Target, Value

SAID = {None: "undecided", True: "confirmed", False: "dismissed"}
YES = {True: "yes", False: "no"}
UNSEEN = {"layer", "team"}  # of a goal: where it stands on a map, which is told there


@dataclass(frozen=True)
class Difference:
    """One thing that a poster shows; `was` or `now` is blank where it wasn't there, or is no more."""

    what: str
    was: str
    now: str


@dataclass(frozen=True)
class Changed:
    """A poster that would look otherwise if it were hung anew."""

    poster: Poster
    differences: list[Difference]


def changed(posters: Sequence[Poster], *, series: bool = True) -> list[Changed]:
    """Those of the posters that changed since they were hung; the queries don't grow with them.

    They come from `Poster.objects.with_face()`. What was never kept has not changed. Without `series`
    it is only what people decide: values and signals come with time.
    """
    kept = kept_of(posters)
    hung = [poster for poster in posters if poster.pk in kept]
    both = [
        Changed(poster, differences(kept[poster.pk], look, series=series))
        for poster, look in zip(hung, present(hung), strict=True)
    ]
    return [each for each in both if each.differences]


def differences(was: Look, now: Look, *, series: bool = True) -> list[Difference]:
    """Thing by thing in the order of the sheet; those that are new come after those that hang."""
    names = _results(now) | _results(was)
    before, after = _told(was, names, series=series), _told(now, names, series=series)
    return [
        Difference(what, before.get(what, ""), after.get(what, ""))
        for what in before | after
        if before.get(what) != after.get(what)
    ]


def _results(look: Look) -> dict[int, str]:
    """What the map calls each result."""
    return {each.key: each.words for each in look.plan.results} if look.plan else {}


def _told(look: Look, names: dict[int, str], *, series: bool) -> dict[str, str]:
    """All that the look shows, by what one calls it; a result by its name among `names`."""
    told = _fields(look.goal, [name for name in GOAL if name not in UNSEEN]) if not look.measure else {}
    if look.measure:
        told = _fields(look.measure, MEASURE)
        told |= {"One measure of": look.goal.title} if look.goal else {}
        told["A long run"] = f"{look.long_run} in a row"
    told |= {f"Value, {_when(each)}": _value(each) for each in look.values if series}
    told |= {f"Target, {_when(each)}": _number(each) for each in look.targets}
    told |= {f"Baseline from {_day(each.starts)}": _baseline(each) for each in look.baselines}
    said = look.signals if series else []
    told |= {_signal(each): f"{SAID[each.confirmed]}. {each.remark}".strip() for each in said}
    told |= {f"Candidate: {each.wording}": _candidate(each) for each in look.candidates}
    return told | (_map(look.plan, names) if look.plan else {})


def _fields(row: Model | None, names: Sequence[str]) -> dict[str, str]:
    """The row's fields in words; truths and choices as the forms name them."""
    told: dict[str, str] = {}
    if row is None:
        return told
    for field in (each for each in row._meta.concrete_fields if each.name in names):
        shown = getattr(row, f"get_{field.name}_display", field.value_from_object(row))
        words = str(shown() if callable(shown) else YES.get(shown, shown)).replace("\r\n", "\n")
        told |= {capfirst(str(field.verbose_name)): words} if words else {}
    return told


def _map(plan: Plan, names: dict[int, str]) -> dict[str, str]:
    told = {
        f"Result: {names[each.key]}": "; ".join([each.words, LAYERS[each.layer], *each.measures])
        for each in plan.results
    }
    links = {f"Link: {names[each.source]} – {names[each.target]}": FORWARDS[each.kind] for each in plan.ties}
    return told | links


def _value(row: Value) -> str:
    return f"{_number(row)} ({row.remark})" if row.remark else _number(row)


def _number(row: Value | Target) -> str:
    return f"{row.value.normalize():f}"


def _signal(row: Signal) -> str:
    return f"Signal, {_when(row.value)}: {row.get_rule_display()}"


def _baseline(row: Baseline) -> str:
    return f"{row.reason} (to {_day(row.ends)})" if row.ends else row.reason


def _candidate(row: Candidate) -> str:
    weighed = f"strength {row.strength}, feasibility {row.feasibility}"
    return f"{'chosen' if row.chosen else 'not chosen'}, {weighed}. {row.reason}".strip()


def _when(row: Value | Target) -> str:
    return row.written or _day(row.period)


def _day(day: date) -> str:
    return date_format(day, "j M Y")
