"""A chart's words, each where it has room: at the right end, along the lines, beside few values, at marks."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from itertools import product

from django.utils.translation import gettext as _

from measures.axes import shortened, width
from measures.chart_frame import COLUMN, Frame
from measures.chart_layout import (
    ACCENT,
    EDGE,
    INK,
    LANE,
    LINE,
    QUIET,
    SMALL,
    TYPE,
    WIDTH,
    Box,
    Down,
    End,
    Placed,
    Stroke,
    apart,
    at_point,
    units,
)
from measures.chart_lines import Lines, all_levels
from measures.xmr import Reading, Side

SMALLER = 11  # the type of an earlier baseline's limits
MOVED = 3  # how far a level's words may stand from it before a line leads to them
SLIDE = 4  # how finely a free place along a line is looked for


@dataclass(frozen=True)
class Label:
    x: str
    y: str
    text: str
    colour: str = QUIET
    anchor: str = "start"
    size: str = str(SMALL)
    bold: bool = False


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


@dataclass(frozen=True)
class Along:
    """What is written along a stretch's level: the first of `words`, in the first size, that has room."""

    reading: Reading
    level: Decimal
    words: tuple[str, ...]
    sizes: tuple[int, ...] = (SMALLER,)
    below: bool = False
    must: bool = False
    other: Decimal | None = None  # a level below which the words may stand as well


@dataclass(frozen=True)
class Place:
    """Words that stand on y, and the room that they take."""

    words: str
    size: float
    y: float
    box: Box


class Lettering:
    """The words of one chart, laid out between its lines."""

    def __init__(self, frame: Frame, lines: Lines) -> None:
        self.frame = frame
        self.lines = lines

    def labels(self) -> list[Label]:
        return [
            *self._unit(),
            *(at.label() for at in self._column()),
            *self._stretch_labels(),
            *self._value_labels(),
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
        return "".join(map(self._leader, self._column()))

    def _leader(self, at: Standing) -> str:
        """A line from a level at the plot's right edge to words that had to move away from it."""
        begin = self.frame.across.right + 3
        if at.end.newest:
            begin = self.frame.xs[-1] + 4
        elif at.end.target and self.lines.target_strokes():
            begin = max(begin, self.lines.target_strokes()[-1][2] + 2)
        return leader(at, begin, self.frame.across.right + 3, self.frame.down)

    def _speaking(self) -> list[Along]:
        """What is said along the lines: earlier baselines' levels, and that limits are trial limits."""
        found: list[Along] = []
        *earlier, now = self.frame.readings
        sizes = (SMALL, SMALLER)
        for reading in earlier:
            if reading.limits:
                central = reading.limits.central
                found.append(Along(reading, central, (self.frame.mean_words(central),), sizes, must=True))
        if now.limits and now.limits.trial:
            upper, lower = now.limits.upper, now.limits.lower
            found.append(Along(now, upper, (_("trial limits"),), sizes, must=True, other=lower))
        for reading in earlier:
            if reading.limits and reading.limits.lower < reading.limits.upper:
                upper, lower = reading.limits.upper, reading.limits.lower
                found.append(Along(reading, upper, self._limit_words(upper)))
                found.append(Along(reading, lower, self._limit_words(lower), below=True))
        return found

    def _limit_words(self, level: Decimal) -> tuple[str, str]:
        return self.frame.limit_words(level), self.frame.numbers.mean(level)

    def _stretch_labels(self) -> list[Label]:
        """The words along the lines; those that must be said even where they touch a line."""
        lines = self.lines
        strokes = [*lines.line_strokes(), *lines.target_strokes(), *lines.level_strokes(all_levels)]
        strokes += lines.step_strokes()
        taken = [self._box(at) for at in self._column()]
        found = []
        for along in self._speaking():
            best = self._best_place(along, strokes, taken)
            if best:
                taken.append(best.box)
                x, y, size = units(best.box.left), units(best.y), str(best.size)
                found.append(Label(x, y, best.words, size=size))
        return found

    def _best_place(self, along: Along, strokes: Sequence[Stroke], taken: Sequence[Box]) -> Place | None:
        """The first place that touches nothing; for what must be said, else the one that touches least.

        Words never stand on words.
        """
        touched: list[tuple[int, Place]] = []
        for place in self._places_along(along):
            if any(place.box.touches(other) for other in taken):
                continue
            touches = place.box.crossings(strokes)
            if not touches:
                return place
            touched.append((touches, place))
        return min(touched, key=lambda each: each[0])[1] if along.must and touched else None

    def _places_along(self, along: Along) -> Iterator[Place]:
        """Places on a level's outer side, on its inner one, then at its end, beyond the step; each
        as well at the other level, where there is one."""
        left, right = self.frame.stretch_ends(along.reading)
        room = Box(0, self.frame.ceiling, WIDTH, self.frame.foot)
        levels = [(along.level, along.below), *([(along.other, True)] if along.other is not None else [])]
        for size, words, (at, below) in product(along.sizes, along.words, levels):
            level = self.frame.down(at)
            over, under = level - 4, level + 0.75 * size + 4
            steps = int((right - left - 4 - width(words, size)) // SLIDE) + 1
            sides = (under, over) if below else (over, under)
            spots = [(left + 2 + SLIDE * step, y) for y in sides for step in range(max(steps, 0))]
            if along.reading is not self.frame.readings[-1]:
                spots += [(right + 5 + SLIDE * step, level + size / 3) for step in range(3)]
            for x, y in spots:
                place = Place(words, size, y, Box.of(words, size, x, y))
                if place.box.within(room):
                    yield place

    def _box(self, at: Standing) -> Box:
        return Box.of(at.end.words, at.size, at.x, at.y)

    def _value_labels(self) -> list[Label]:
        """Values too few for limits say themselves, the newest first, where their words do not touch
        one another or a target."""
        taken = [self._box(at) for at in self._column()]
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
    places = apart([down(end.level) + TYPE / 3 for end in ends], LINE, top, bottom)
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
    return Label(units(place.x), units(y), place.words, ACCENT, "middle")
