"""Signals as a reader meets them: with what a person said of them, neighbours joined, and what says
nothing new left out."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from measures.models import Signal, Value
from measures.xmr import PossibleSignal, Rule, Side


@dataclass(frozen=True)
class Answer:
    """What a person said of a possible signal; `confirmed` is None where they left it open."""

    confirmed: bool | None = None
    remark: str = ""


OPEN = Answer()
Answers = Mapping[tuple[int, str], Answer]  # by position and rule


@dataclass(frozen=True)
class Event:
    """What a reader sees as one thing: a run, a jump, or neighbouring values outside one limit."""

    rule: Rule
    side: Side
    positions: tuple[int, ...]
    answer: Answer = OPEN

    @property
    def dismissed(self) -> bool:
        return self.answer.confirmed is False


def answers(signals: Sequence[Signal], values: Sequence[Value]) -> Answers:
    """What was said, by the position of the signal's value among `values` (in time order) and its rule.

    The rows need not be saved: a value is known by its key, else by its period.
    """
    keys = {value.pk: at for at, value in enumerate(values) if value.pk}
    days = {value.period: at for at, value in enumerate(values)}
    found = {}
    for signal in signals:
        at = keys[signal.value_id] if signal.value_id in keys else days.get(signal.value.period)
        if at is not None:
            found[at, str(signal.rule)] = Answer(signal.confirmed, signal.remark.strip())
    return found


def events(signals: Sequence[PossibleSignal], said: Answers) -> list[Event]:
    """The signals, oldest end first; values outside that follow one another, and of which the same was
    said, are one event."""
    found: list[Event] = []
    for signal in signals:
        answer = said.get((signal.anchor, signal.rule.value), OPEN)
        event = Event(signal.rule, signal.side, signal.positions, answer)
        if found and _joins(found[-1], event):
            found[-1] = replace(event, positions=found[-1].positions + event.positions)
        else:
            found.append(event)
    return sorted(found, key=lambda event: (event.positions[-1], event.positions[0]))


def _joins(last: Event, event: Event) -> bool:
    return (
        event.rule == last.rule == Rule.OUTSIDE
        and (event.side, event.answer) == (last.side, last.answer)
        and event.positions[0] == last.positions[-1] + 1
    )


def told_once(found: Sequence[Event]) -> list[Event]:
    """The events without those jumps that a stronger one explains, such as the two beside a spike; a jump
    of which a person remarked something is kept."""
    stronger = {at for event in found if event.rule != Rule.MOVING_RANGE for at in event.positions}
    return [
        event
        for event in found
        if event.rule != Rule.MOVING_RANGE or event.answer.remark or not stronger & set(event.positions)
    ]


def strongest(found: Sequence[Event]) -> dict[int, Rule]:
    """The rule whose mark each value has: outside before a long run before a short one."""
    marked: dict[int, Rule] = {}
    for rule in (Rule.SHORT_RUN, Rule.LONG_RUN, Rule.OUTSIDE):
        for event in found:
            if event.rule == rule:
                marked |= dict.fromkeys(event.positions, rule)
    return marked


def seen(found: Sequence[Event]) -> list[Event]:
    """The events that have a mark of their own: not dismissed, and not wholly within stronger ones,
    where they say nothing new."""
    kept = [event for event in found if not event.dismissed]
    marked = strongest(kept)
    return [
        event
        for event in kept
        if event.rule == Rule.MOVING_RANGE or any(marked[at] == event.rule for at in event.positions)
    ]
