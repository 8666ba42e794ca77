"""Why a chart steps: the new baseline's reason, in small type beside the line at which it begins."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from measures.axes import shortened, width
from measures.chart_frame import Frame
from measures.chart_layout import SMALLER, Box, Label, Stroke, units

MOST_LINES = 3
LEADING = 13
BESIDE = 5  # between the step and the words
CLEAR = 4  # between the words and a line, whose values may have marks
LEAST = 14  # fewer letters of a reason say nothing
SEARCH = 4  # how finely a free place beside a step is looked for


@dataclass(frozen=True)
class Block:
    """A reason's lines on one side of a step; `way` is 1 to its right, -1 to its left."""

    lines: tuple[str, ...]
    x: float
    y: float
    way: int

    @property
    def letters(self) -> int:
        return sum(len(line) for line in self.lines)

    def box(self) -> Box:
        wide = max(width(line, SMALLER) for line in self.lines)
        left = self.x if self.way > 0 else self.x - wide
        top, bottom = self.y - 0.75 * SMALLER, self.y + LEADING * (len(self.lines) - 1) + 2
        return Box(left, top, left + wide, bottom)

    def labels(self) -> list[Label]:
        anchor = "start" if self.way > 0 else "end"
        ys = [self.y + LEADING * at for at in range(len(self.lines))]
        return [
            Label(units(self.x), units(y), line, anchor=anchor, size=units(SMALLER))
            for y, line in zip(ys, self.lines, strict=True)
        ]


def reason(frame: Frame, step: int, strokes: Sequence[Stroke], taken: list[Box]) -> list[Label]:
    """The reason of the step to that reading, at the place where most of it is free of strokes and of what
    is taken; none where there is no such place, as the caption tells it too."""
    words = " ".join(frame.readings[step].stretch.reason.split()).rstrip(".")
    blocks = _blocks(frame, step, words, strokes, taken) if words else []
    best = max(blocks, key=lambda block: block.letters, default=None)
    if best is None or best.letters < min(LEAST, len(words)):
        return []
    taken.append(best.box())
    return best.labels()


def _blocks(
    frame: Frame, step: int, words: str, strokes: Sequence[Stroke], taken: Sequence[Box]
) -> list[Block]:
    """As much of the reason as there is room for on one line and on more, on both sides."""
    left, x = (frame.stretch_ends(frame.readings[at])[0] for at in (step - 1, step))
    left, right = left if step > 1 else 0, frame.stretch_ends(frame.readings[step])[1]
    beside = [each for each in strokes if (each[0] != x or each[2] != x) and _overlap(each, left, right)]
    found = []
    for count in range(1, MOST_LINES + 1):
        height = 0.75 * SMALLER + LEADING * (count - 1) + 2
        heights = range(int(frame.ceiling) + 1, int(frame.foot - height), SEARCH)
        bands = [(top, _spans(beside, taken, top, top + height)) for top in heights]
        for way, end in ((1, right), (-1, left)):
            rooms = [(_room(x, way, end, spans), -top) for top, spans in bands]
            room, above = max(rooms, default=(0, 0))
            lines = wrapped(words, room - BESIDE, count)
            if lines:
                found.append(Block(lines, x + way * BESIDE, 0.75 * SMALLER - above, way))
    return found


def _overlap(stroke: Stroke, left: float, right: float) -> bool:
    return min(stroke[0], stroke[2]) < right + CLEAR and left - CLEAR < max(stroke[0], stroke[2])


def _spans(
    strokes: Sequence[Stroke], taken: Sequence[Box], top: float, bottom: float
) -> list[tuple[float, float]]:
    """From where to where across something stands between two heights, or close to them."""
    spans = [span for each in strokes if (span := _span(each, top - CLEAR, bottom + CLEAR))]
    return spans + [(box.left, box.right) for box in taken if box.top < bottom + 2 and top - 2 < box.bottom]


def _span(stroke: Stroke, top: float, bottom: float) -> tuple[float, float] | None:
    """How far to the left and right a straight stroke comes between two heights."""
    x, y, to_x, to_y = stroke
    if y > to_y:
        x, y, to_x, to_y = to_x, to_y, x, y
    if to_y <= top or bottom <= y:
        return None
    slope = (to_x - x) / (to_y - y) if to_y > y else 0
    ends = [x + (max(y, top) - y) * slope, x + (min(to_y, bottom) - y) * slope] if slope else [x, to_x]
    return min(ends), max(ends)


def _room(x: float, way: int, end: float, spans: Sequence[tuple[float, float]]) -> float:
    """How far one gets from x, towards an end, before something that lies ahead or reaches across x."""
    if way > 0:
        nearest = [left - x - CLEAR for left, right in spans if right > x]
    else:
        nearest = [x - right - CLEAR for left, right in spans if left < x]
    return min([abs(end - x), *nearest])


def wrapped(words: str, room: float, most: int) -> tuple[str, ...]:
    """The words in that many lines at most, the last shortened with an ellipsis; none where a line would
    hold nothing but that."""
    lines: list[str] = []
    rest = words
    while rest and len(lines) < most - 1 and width(rest, SMALLER) > room:
        fitting = int(room // (width("n", SMALLER)))
        break_at = rest.rfind(" ", 0, fitting + 1)
        if break_at <= 0:
            return ()
        lines.append(rest[:break_at])
        rest = rest[break_at + 1 :]
    last = shortened(rest, SMALLER, room)
    if last != rest and " " in last:
        last = last[: last.rindex(" ")].rstrip(" ,;:") + "…"
    return (*lines, last) if len(last) > 1 and all(width(line, SMALLER) <= room for line in lines) else ()
