"""A chart's words, each where it has room: at the right end, along the lines, beside few values, at marks."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from measures.axes import shortened, width
from measures.chart_along import along
from measures.chart_frame import COLUMN, Frame
from measures.chart_layout import (
    EDGE,
    INK,
    LANE,
    SMALL,
    TYPE,
    WIDTH,
    Box,
    Down,
    End,
    Label,
    Place,
    Placed,
    apart,
    at_point,
    units,
)
from measures.chart_lines import Lines, all_levels
from measures.chart_marks import stems
from measures.xmr import Side

ROW = 15  # between the words at the right end
MOVED = 5  # how far a level's words may stand from it before a line leads to them


@dataclass(frozen=True)
class Standing:
    """The right end's words where they stand, and in what size."""

    end: End
    x: float
    y: float
    size: float

    def label(self) -> Label:
        x, y, size = units(self.x), units(self.y), units(self.size)
        return Label(x, y, self.end.words, self.end.colour, size=size, bold=self.end.newest)


class Lettering:
    """The words of one chart, laid out between its lines."""

    def __init__(self, frame: Frame, lines: Lines) -> None:
        self.frame = frame
        self.lines = lines

    def labels(self) -> list[Label]:
        column = self._column()
        taken = [self._box(at) for at in column]
        return [
            *self._unit(),
            *(at.label() for at in column),
            *self._value_labels(taken),
            *self._along(taken),
            *map(self._signal_label, self.frame.placed),
            *(
                Label(units(tick.label_x), units(self.frame.floor + 16), tick.text, anchor="middle")
                for tick in self.frame.ticks
            ),
        ]

    def _unit(self) -> list[Label]:
        words = shortened(self.frame.numbers.unit, SMALL, WIDTH)
        return [] if self.frame.numbers.attached else [Label("0", str(SMALL), words)]

    def _column(self) -> list[Standing]:
        """The words at the right end, moved apart where their levels are close."""
        frame = self.frame
        return column(frame, frame.ends, frame.down, frame.ceiling + TYPE, frame.foot + 2)

    def leaders(self) -> str:
        return "".join(self._leader(at) for at in self._column() if not self._is_target(at))

    def target_leader(self) -> str:
        """The target's own, to be dotted as it is: beside a limit's one must see which is which."""
        return "".join(self._leader(at) for at in self._column() if self._is_target(at))

    def _is_target(self, at: Standing) -> bool:
        """Whether these are the words of a target that is on the picture."""
        return at.end.target and bool(self.lines.target_strokes())

    def _leader(self, at: Standing) -> str:
        """A line from a level at the plot's right edge to words that had to move away from it."""
        begin = self.frame.across.right + 3
        if at.end.newest:
            begin = self.frame.xs[-1] + 4
        elif self._is_target(at):
            begin = max(begin, self.lines.target_strokes()[-1][2] + 2)
        return leader(at, begin, self.frame.across.right + 3, self.frame.down)

    def _along(self, taken: Sequence[Box]) -> list[Label]:
        """What is said along the lines, clear of them, of the words there and of the signals' stems."""
        lines = self.lines
        strokes = [*lines.line_strokes(), *lines.target_strokes(), *lines.level_strokes(all_levels)]
        strokes += [*lines.step_strokes(), *stems(self.frame)]
        return along(self.frame, strokes, taken)

    def _box(self, at: Standing) -> Box:
        return Box.of(at.end.words, at.size, at.x, at.y)

    def _value_labels(self, taken: list[Box]) -> list[Label]:
        """Values too few for limits say themselves, the newest first, where their words do not touch
        one another or a target; their room is then taken."""
        found = []
        for at in reversed(range(len(self.frame.values) if self.frame.few else 0)):
            words = self.frame.numbers.value(self.frame.values[at])
            place = self._place_beside(at, words, taken)
            if place:
                taken.append(place.box)
                bold = at == len(self.frame.values) - 1
                x, y = units((place.box.left + place.box.right) / 2), units(place.y)
                found.append(Label(x, y, words, INK, "middle", str(TYPE), bold))
        return found

    def _place_beside(self, at: int, words: str, taken: Sequence[Box]) -> Place | None:
        """The place beside a value that is free of words and targets and touches the line least."""
        half, targets, line = width(words, TYPE) / 2, self.lines.target_strokes(), self.lines.line_strokes()
        found = []
        for x, y in self._beside(at, half):
            box = Box.of(words, TYPE, min(max(x, half), WIDTH - half) - half, y)
            free = not box.crossings(targets) and not any(box.touches(other) for other in taken)
            if free and self.frame.ceiling <= box.top and box.bottom <= self.frame.foot:
                found.append((box.crossings(line), Place(words, TYPE, y, box)))
        return min(found, key=lambda each: each[0])[1] if found else None

    def _beside(self, at: int, half: float) -> list[tuple[float, float]]:
        """Places for a value's words: first on the side away from its line, last beside its point."""
        near = [self.frame.values[other] for other in (at - 1, at + 1) if 0 <= other < len(self.frame.values)]
        low = any(other > self.frame.values[at] for other in near) and min(near) >= self.frame.values[at]
        x, y = self.frame.xs[at], self.frame.ys[at]
        over, under = y - 9, y + 17
        sides = (under, over) if low else (over, under)
        aside = [(x + way * (half + 6), level) for level in (y - 2, y + 10) for way in (1, -1)]
        return [(x, side) for side in sides] + aside

    def _signal_label(self, place: Placed) -> Label:
        above = place.event.side == Side.ABOVE
        y = self.frame.ceiling - LANE * place.lane - 7 if above else self.frame.foot + LANE * place.lane + 14
        return mark_label(place, y)


def column(frame: Frame, ends: Sequence[End], down: Down, top: float, bottom: float) -> list[Standing]:
    """The words at the right end, moved apart where their levels are close."""
    longest = frame.longest_end()
    x = max(min(frame.across.right + EDGE + 9, WIDTH - longest), WIDTH - COLUMN)
    size = TYPE * min(1, COLUMN / longest) if longest else TYPE
    places = apart([down(end.level) + TYPE / 3 for end in ends], ROW, top, bottom)
    return [Standing(end, x, y, size) for y, end in zip(places, ends, strict=True)]


def leader(at: Standing, begin: float, edge: float, down: Down) -> str:
    """A line from `begin` along a level to the plot's edge and on to words that had to move away."""
    level, height = down(at.end.level), at.y - TYPE / 3
    if abs(height - level) <= MOVED or begin >= at.x - 2:
        return ""
    level_part = f"H{units(edge)}" if begin < edge else ""
    return f"M{at_point(begin, level)}{level_part}L{at_point(at.x - 2, height)}"


def mark_label(place: Placed, y: float) -> Label:
    """A signal's words, standing on y."""
    return Label(units(place.x), units(y), place.words, INK, place.anchor)
