"""What marks a chart's signals: shapes on their values, strokes along jumps, brackets to their words."""

from __future__ import annotations

from measures.chart_events import strongest
from measures.chart_frame import Frame
from measures.chart_layout import EDGE, LANE, Placed, Stroke, at_point, units
from measures.xmr import Rule, Side

CROWD = 60
STEM_GAP = 8  # between a stem and what it leads to

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


def stems(frame: Frame) -> list[Stroke]:
    """Lines from words of one value, or of a jump, down or up to it, where other values or levels stand
    between; none through other words. A line of values is never crossed: it has one height a day."""
    found = []
    for place in frame.placed:
        side, heights = place.event.side, [frame.ys[at] for at in place.event.positions]
        x, begin = sum(frame.ends_of(place.event)) / 2, _edge(frame, place)
        end = min(heights) - STEM_GAP if side == Side.ABOVE else max(heights) + STEM_GAP
        others = [each for each in frame.placed if each.event.side == side and each.lane < place.lane]
        covered = any(each.begin - 2 < x < each.end + 2 for each in others)
        far = (end - begin if side == Side.ABOVE else begin - end) > STEM_GAP
        if place.event.rule in (Rule.OUTSIDE, Rule.MOVING_RANGE) and far and not covered:
            found.append((x, begin, x, end))
    return found


def drawn_stems(frame: Frame) -> str:
    return "".join(f"M{at_point(x, y)}V{units(to)}" for x, y, _same, to in stems(frame))


def _edge(frame: Frame, place: Placed) -> float:
    """Where the plot ends and the lane of these words begins."""
    below = frame.foot + LANE * place.lane
    return frame.ceiling - LANE * place.lane if place.event.side == Side.ABOVE else below


def bracket(frame: Frame, place: Placed) -> str:
    """From a signal's words to its values: a tick for one, a bracket for a run."""
    left, right = frame.ends_of(place.event)
    y, tick = _edge(frame, place), -3 if place.event.side == Side.ABOVE else 3
    if right - left < EDGE:
        return f"M{at_point((left + right) / 2, y)}v{tick}"
    return f"M{at_point(left, y)}v{tick}H{units(right)}v{-tick}"
