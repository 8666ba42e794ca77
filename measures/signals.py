"""The possible signals of one measure with what people said of them, and saying it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from django.db import transaction
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from measures.chart_events import Event
from measures.chart_frame import Frame
from measures.chart_marks import SHAPES
from measures.models import Baseline, Signal, Value
from measures.xmr import Rule

ANEW = {Rule.LONG_RUN.value, Rule.OUTSIDE.value}  # once confirmed, a new baseline may begin there


@dataclass(frozen=True)
class Row:
    """A possible signal in words, with its mark, and what was said of it (None: nothing yet)."""

    value: Value
    rule: str
    words: str
    shape: str = ""  # '' where the signal is no longer there
    said: Signal | None = None

    @property
    def name(self) -> str:
        """'2025-05-01-long_run', by which the row is known again when it is sent back."""
        return f"{self.value.period.isoformat()}-{self.rule}"

    @property
    def confirmed(self) -> bool | None:
        return self.said.confirmed if self.said else None

    @property
    def remark(self) -> str:
        return self.said.remark if self.said else ""

    @property
    def open(self) -> bool:
        return self.confirmed is None

    @property
    def begins_anew(self) -> bool:
        """Whether a new baseline is worth offering from its value on."""
        return bool(self.confirmed and self.shape and self.rule in ANEW)


def there(frame: Frame, values: Sequence[Value], said: Sequence[Signal]) -> list[Row]:
    """What the chart tells, and what was said of the signals behind it: the newest first.

    `values` in time order. Values outside stand alone here, each to be answered by itself.
    """
    answered = {(signal.value_id, signal.rule): signal for signal in said}
    told = {
        rule: {at for each in frame.events if each.rule == rule for at in each.positions} for rule in Rule
    }
    found = []
    for signal in sorted(frame.possible, key=lambda signal: signal.positions[::-1], reverse=True):
        value = values[signal.anchor]
        answer = answered.get((value.pk, signal.rule.value))
        if answer or told[signal.rule].issuperset(signal.positions):
            words = frame.words.what(Event(signal.rule, signal.side, signal.positions))
            found.append(Row(value, signal.rule.value, words, SHAPES[signal.rule], answer))
    return found


def gone(found: Sequence[Row], said: Sequence[Signal]) -> list[Row]:
    """What people said of signals that are no longer there, since values or baselines changed."""
    names = {row.name for row in found}
    rest = [Row(signal.value, signal.rule, words_of(signal), said=signal) for signal in reversed(said)]
    return [row for row in rest if row.name not in names]


def words_of(signal: Signal) -> str:
    """'March 2024: a long run on one side', of a signal that the chart does not tell."""
    value = signal.value
    return f"{value.written or date_format(value.period)}: {signal.get_rule_display()}"


@transaction.atomic
def answer(row: Row, *, confirmed: bool | None, remark: str) -> None:
    """Keep what a person says of a possible signal; nothing said and nothing remarked is not kept.

    A value that was taken away meanwhile has no signal.
    """
    value = Value.objects.filter(pk=row.value.pk).first()
    if value is None:
        return
    kept, _made = Signal.objects.select_for_update().get_or_create(value=value, rule=row.rule)
    kept.confirmed, kept.remark = confirmed, remark
    if confirmed is None and not remark:
        kept.delete()
    else:
        kept.save(update_fields=["confirmed", "remark"])


def baseline_words(frame: Frame, baselines: Sequence[Baseline]) -> list[str]:
    """What keeps a baseline from having limits: a start after the newest value, or too few values."""
    days, found = frame.periods.days, []
    ordered = sorted(baselines, key=lambda baseline: baseline.starts)
    starts = [sum(day < baseline.starts for day in days) for baseline in ordered]
    limits = {reading.stretch.start: reading for reading in frame.readings}
    for baseline, start, following in zip(ordered, starts, [*starts[1:], len(days)], strict=False):
        begins = {"start": date_format(baseline.starts), "newest": frame.periods.name(len(days) - 1)}
        if start == len(days):
            found.append(
                _(
                    "The baseline from %(start)s starts after the newest value (%(newest)s): "
                    "it waits for values."
                )
                % begins
            )
        elif start == following:
            found.append(
                _("The baseline from %(start)s judges no value: the next one starts before its first.")
                % begins
            )
        elif limits[start].limits is None:
            count = {"count": len(limits[start].stretch.baseline)}
            found.append(
                _(
                    "The baseline from %(start)s has %(count)s of the 5 values that limits need: "
                    "until then its values are drawn without."
                )
                % (begins | count)
            )
    return found
