"""Signals as a reader meets them: neighbours joined, and what says nothing new left out."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from measures.xmr import PossibleSignal, Rule, Side


@dataclass(frozen=True)
class Event:
    """What a reader sees as one thing: a run, a jump, or neighbouring values outside one limit."""

    rule: Rule
    side: Side
    positions: tuple[int, ...]


def events(signals: Sequence[PossibleSignal]) -> list[Event]:
    """The signals, oldest end first; values outside that follow one another are one event."""
    found: list[Event] = []
    for signal in signals:
        last = found[-1] if found else None
        joins = (
            last
            and signal.rule == last.rule == Rule.OUTSIDE
            and signal.side == last.side
            and signal.positions[0] == last.positions[-1] + 1
        )
        if last and joins:
            found[-1] = Event(last.rule, last.side, last.positions + signal.positions)
        else:
            found.append(Event(signal.rule, signal.side, signal.positions))
    return sorted(found, key=lambda event: (event.positions[-1], event.positions[0]))


def strongest(found: Sequence[Event]) -> dict[int, Rule]:
    """The rule whose mark each value has: outside before a long run before a short one."""
    marked: dict[int, Rule] = {}
    for rule in (Rule.SHORT_RUN, Rule.LONG_RUN, Rule.OUTSIDE):
        for event in found:
            if event.rule == rule:
                marked |= dict.fromkeys(event.positions, rule)
    return marked


def seen(found: Sequence[Event]) -> list[Event]:
    """The events that have a mark of their own; one wholly within stronger ones says nothing new."""
    marked = strongest(found)
    return [
        event
        for event in found
        if event.rule == Rule.MOVING_RANGE or any(marked[at] == event.rule for at in event.positions)
    ]
