"""A process behaviour chart told in words, for ears, captions and the marks on the chart itself."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from itertools import pairwise

from django.utils.translation import gettext as _

from measures.axes import Numbers, Periods
from measures.chart_events import Event, strongest
from measures.chart_limits import one_sided
from measures.chart_moving import Moving
from measures.models import Target
from measures.xmr import LEAST_FOR_LIMITS, Limits, Reading, Rule, Side, exactly

MOST_TOLD = 4


@dataclass(frozen=True)
class Words:
    """Says what one chart shows; `values` in time order, in the measure's unit."""

    values: Sequence[Decimal]
    periods: Periods
    numbers: Numbers

    def summary(self, readings: Sequence[Reading], targets: Sequence[Target]) -> str:
        """'24 months to December 2025; mean 86.2 %; limits 80.1 to 92.3'; where these are not from all
        that is shown '…; mean 86.2 % and limits 80.1 to 92.3 from the first 12 months'."""
        now = readings[-1]
        parts = [self._counted()]
        if len(self.values) < LEAST_FOR_LIMITS:
            parts = [f"{parts[0]}: {self._listed()}", _("no limits yet: they need at least 5 values")]
        elif now.limits is None:
            parts.append(self._since(now, self._too_few(now)))
        else:
            parts += self._levels(now, now.limits)
        if targets:
            value = self.numbers.with_unit(self.numbers.target(exactly(targets[-1].value)))
            parts.append(_("target %(value)s") % {"value": value})
        return "; ".join(parts)

    def mean(self, found: Limits) -> str:
        return _("mean %(value)s") % {"value": self.numbers.with_unit(self.numbers.mean(found.central))}

    def limits(self, found: Limits) -> str:
        if found.lower == found.upper:
            return _("all values of the baseline are equal, so the limits lie on the mean")
        span = self._limit_span(found)
        if found.trial:
            return _("%(limits)s, from %(count)s values") % {"limits": span, "count": found.count}
        return span

    def calm(self, readings: Sequence[Reading], found: Sequence[Event]) -> str:
        """Where values need no reaction: between the limits, where no run or jump is marked."""
        now = readings[-1].limits
        if now is None or now.lower == now.upper:
            return ""
        marked = any(event.rule != Rule.OUTSIDE for event in found)
        if one_sided(now):
            where = _("below the dashed line, unmarked") if marked else _("below the dashed line")
        else:
            where = _("between the dashed lines, unmarked") if marked else _("between the dashed lines")
        return _("%(where)s: usual ups and downs, no reaction needed") % {"where": where}

    def key(self, found: Sequence[Event]) -> list[tuple[Rule, str]]:
        """What each shape on the chart means: of those that it has, in the order of the rules."""
        jumps = {event.rule for event in found if event.rule == Rule.MOVING_RANGE}
        rules = jumps | set(strongest(found).values())
        meanings = {
            Rule.OUTSIDE: _("outside the limits"),
            Rule.LONG_RUN: _("a run on one side of the mean"),
            Rule.SHORT_RUN: _("3 of 4 nearer to a limit than to the mean"),
            Rule.MOVING_RANGE: _("thick line: a jump"),
        }
        return [(rule, meaning) for rule, meaning in meanings.items() if rule in rules]

    def notes(self, readings: Sequence[Reading]) -> list[str]:
        """Each step of the baseline with its reason, and what went before it."""
        found = []
        for before, after in pairwise([None, *readings]):
            if after is None or not (before or after.stretch.reason):
                continue
            note = _("baseline from %(period)s") % {"period": self.periods.name(after.stretch.start)}
            if after.stretch.reason:
                note = f"{note}: {after.stretch.reason.strip().rstrip('.')}"
            if before:
                note = f"{note}; {_('before it, %(what)s') % {'what': self._level(before)}}"
            found.append(note)
        return found

    def event(self, event: Event) -> str:
        """'possible signal: eight in a row below the central line, May to December 2025'; once it is
        confirmed 'signal: …', with the remark."""
        words = _called(event) % {"what": self.what(event)}
        return _remarked(words, event) if event.answer.confirmed else words

    def looked_at(self, found: Sequence[Event]) -> list[str]:
        """The newest few possible signals that a person dismissed, with their remarks."""
        dismissed = [event for event in found if event.dismissed]
        notes = [
            _remarked(_("looked at: %(what)s; no signal") % {"what": self.what(event)}, event)
            for event in self.told(dismissed)
        ]
        more = len(dismissed) - len(notes)
        return [*notes, _("and %(count)s earlier, no signals") % {"count": more}] if more else notes

    def what(self, event: Event) -> str:
        """'eight in a row below the central line, May to December 2025'."""
        first, last = event.positions[0], event.positions[-1]
        value = self.numbers.with_unit(self.numbers.value(self.values[first]))
        what = _phrases(event)[1] % {"count": _spelled(len(event.positions)), "value": value}
        return f"{what}, {self.periods.span(first, last)}"

    def mark(self, event: Event) -> str:
        """The same in few words, to stand beside its mark."""
        first = self.values[event.positions[0]]
        what = _phrases(event)[0] % {"count": len(event.positions), "value": self.numbers.value(first)}
        return _called(event) % {"what": what}

    def range_mark(self, event: Event, written: str) -> str:
        """The same of a moving range that is above its limit."""
        return _called(event) % {"what": _("%(value)s, above limit") % {"value": written}}

    def ranges(self, moving: Moving, readings: Sequence[Reading], above: int) -> str:
        """'moving ranges beneath: mean 52.4, limit 171.1; one above it'."""
        now = readings[-1].limits
        if now is None:
            return _("moving ranges beneath: no limit yet")
        written = moving.numbers
        return _("moving ranges beneath: mean %(mean)s, limit %(limit)s; %(count)s above the limit") % {
            "mean": written.with_unit(written.mean(now.average_range)),
            "limit": written.mean(now.range_limit),
            "count": above or _("none"),
        }

    def told(self, found: Sequence[Event]) -> list[Event]:
        """The newest few; a caption of forty signals would be read by nobody."""
        return list(found[-MOST_TOLD:])

    def untold(self, found: Sequence[Event]) -> str:
        """How many earlier signals the caption leaves to their marks; '' for none."""
        left = len(found) - MOST_TOLD
        return _("and %(count)s earlier, marked on the chart") % {"count": left} if left > 0 else ""

    def _counted(self) -> str:
        end = self.periods.name(len(self.values) - 1)
        if len(self.values) == 1:
            return end
        return _("%(counted)s to %(end)s") % {"counted": self.periods.counted(), "end": end}

    def _listed(self) -> str:
        *first, last = [self.numbers.value(value) for value in self.values]
        last = self.numbers.with_unit(last)
        return _("%(first)s and %(last)s") % {"first": ", ".join(first), "last": last} if first else last

    def _since(self, reading: Reading, words: str) -> str:
        if not reading.stretch.start:
            return words
        start = self.periods.name(reading.stretch.start)
        return _("since %(period)s %(what)s") % {"period": start, "what": words}

    def _levels(self, now: Reading, found: Limits) -> list[str]:
        """The mean and the limits, and which values they come from, unless that is all of them."""
        of = self._baseline_of(now)
        if not of:
            return [self._since(now, self.mean(found)), self.limits(found)]
        if found.lower == found.upper:
            mean = _("%(mean)s from %(baseline)s") % {"mean": self.mean(found), "baseline": of}
            return [self._since(now, mean), self.limits(found)]
        both = _("%(mean)s and %(limits)s from %(baseline)s") % {
            "mean": self.mean(found),
            "limits": self._limit_span(found),
            "baseline": of,
        }
        return [self._since(now, both)]

    def _baseline_of(self, reading: Reading) -> str:
        """'the first 12 months', 'March 2025 to February 2026'; '' for all values of the stretch."""
        stretch, baseline = reading.stretch, reading.stretch.baseline
        if baseline == range(stretch.start, stretch.stop):
            return ""
        if baseline.start:
            return self.periods.span(baseline.start, baseline.stop - 1)
        return _("the first %(counted)s") % {"counted": self.periods.first(len(baseline))}

    def _limit_span(self, found: Limits) -> str:
        """'limits 80.1 to 92.3', 'trial limits …', 'upper limit 22'."""
        ends = {"lower": self.numbers.mean(found.lower), "upper": self.numbers.mean(found.upper)}
        if one_sided(found):
            words = _("trial upper limit %(upper)s") if found.trial else _("upper limit %(upper)s")
        elif found.trial:
            words = _("trial limits %(lower)s to %(upper)s")
        else:
            words = _("limits %(lower)s to %(upper)s")
        return words % ends

    def _too_few(self, reading: Reading) -> str:
        return _("no limits yet: its baseline has %(count)s of the 5 values that they need") % {
            "count": len(reading.stretch.baseline)
        }

    def _level(self, reading: Reading) -> str:
        if reading.limits is None:
            return self._too_few(reading)
        return f"{self.mean(reading.limits)}, {self.limits(reading.limits)}"


def _called(event: Event) -> str:
    return _("signal: %(what)s") if event.answer.confirmed else _("possible signal: %(what)s")


def _remarked(words: str, event: Event) -> str:
    remark = event.answer.remark.strip().rstrip(".")
    return f"{words} – {remark}" if remark else words


def _phrases(event: Event) -> tuple[str, str]:
    """The event in few words and in full."""
    if event.rule == Rule.OUTSIDE and len(event.positions) > 1:
        found = {
            Side.ABOVE: (_("%(count)s above limit"), _("%(count)s values above the upper limit")),
            Side.BELOW: (_("%(count)s below limit"), _("%(count)s values below the lower limit")),
        }
    elif event.rule == Rule.OUTSIDE:
        found = {
            Side.ABOVE: (_("%(value)s, above limit"), _("%(value)s, above the upper limit")),
            Side.BELOW: (_("%(value)s, below limit"), _("%(value)s, below the lower limit")),
        }
    elif event.rule == Rule.LONG_RUN:
        found = {
            Side.ABOVE: (_("%(count)s in a row above"), _("%(count)s in a row above the central line")),
            Side.BELOW: (_("%(count)s in a row below"), _("%(count)s in a row below the central line")),
        }
    elif event.rule == Rule.SHORT_RUN:
        found = {
            Side.ABOVE: (
                _("%(count)s near upper limit"),
                _("%(count)s values nearer to the upper limit than to the central line"),
            ),
            Side.BELOW: (
                _("%(count)s near lower limit"),
                _("%(count)s values nearer to the lower limit than to the central line"),
            ),
        }
    else:
        found = {
            Side.ABOVE: (_("jump up"), _("a jump up beyond the range limit")),
            Side.BELOW: (_("jump down"), _("a jump down beyond the range limit")),
        }
    return found[event.side]


def _spelled(count: int) -> str:
    words = [
        _("two"),
        _("three"),
        _("four"),
        _("five"),
        _("six"),
        _("seven"),
        _("eight"),
        _("nine"),
        _("ten"),
    ]
    return words[count - 2] if 2 <= count <= 10 else str(count)
