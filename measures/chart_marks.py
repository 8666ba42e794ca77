"""What marks a chart's signals: shapes on their values, strokes along jumps, brackets to their words."""

from __future__ import annotations

from measures.chart_events import strongest
from measures.chart_frame import Frame
from measures.chart_layout import EDGE, LANE, Placed, at_point, units
from measures.xmr import Rule, Side

CROWD = 60

# A mark's outline around its point: a rule keeps its shape wherever it stands.
SHAPES = {
    Rule.OUTSIDE: "m0-5.2 5.2 5.2-5.2 5.2-5.2-5.2z",
    Rule.LONG_RUN: "m-3.2-3.2h6.4v6.4h-6.4z",
    Rule.SHORT_RUN: "m0-4.8 4.4 7.6h-8.8z",
    Rule.MOVING_RANGE: "m-3.5 5 5-10h2l-5 10z",
}
SMALL_SHAPES = {
    Rule.OUTSIDE: "m0-3 3 3-3 3-3-3z",
    Rule.LONG_RUN: "m-1.8-1.8h3.6v3.6h-3.6z",
    Rule.SHORT_RUN: "m0-2.8 2.6 4.6h-5.2z",
    Rule.MOVING_RANGE: "m-2 3 3-6h1.4l-3 6z",
}


def marks(frame: Frame) -> str:
    shapes = SHAPES if len(frame.values) <= CROWD else SMALL_SHAPES
    marked = strongest(frame.events)
    return "".join(f"M{at_point(frame.xs[at], frame.ys[at])}{shapes[rule]}" for at, rule in marked.items())


def jumps(frame: Frame) -> str:
    pairs = [event.positions for event in frame.jumps()]
    ends = [[at_point(frame.xs[at], frame.ys[at]) for at in pair] for pair in pairs]
    return "".join(f"M{begin} {end}" for begin, end in ends)


def bracket(frame: Frame, place: Placed) -> str:
    """From a signal's words to its values: a tick for one, a bracket for a run."""
    left, right = frame.ends_of(place.event)
    above = place.event.side == Side.ABOVE
    y = frame.ceiling - LANE * place.lane if above else frame.foot + LANE * place.lane
    tick = -3 if above else 3
    if right - left < EDGE:
        return f"M{at_point((left + right) / 2, y)}v{tick}"
    return f"M{at_point(left, y)}v{tick}H{units(right)}v{-tick}"
