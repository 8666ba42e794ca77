"""The process behaviour (X) chart, laid out for templates/measures/_chart.html to draw.

Lists in, coordinates out: no query is made here. Direct labels instead of a legend, and no axis of
values, because the central line and the limits say theirs. A value of signal has a shape and
words besides its colour; a target is a dotted stroke and feeds nothing.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import partial
from itertools import product

from django.utils import translation
from django.utils.translation import gettext as _

from measures import xmr
from measures.axes import Numbers, Periods, shortened, ticks, width, with_more
from measures.chart_layout import (
    EDGE,
    LANE,
    LINE,
    PLOT,
    SMALL,
    TYPE,
    WIDTH,
    Across,
    Box,
    Down,
    Placed,
    Stroke,
    apart,
    in_lanes,
    lanes,
)
from measures.chart_words import Event, Words, events, seen, strongest
from measures.models import Baseline, Measure, Target, Value
from measures.xmr import Limits, LockedBaseline, Reading, Rule, Side

MOST_DOTS = 120
CROWD = 60
PERIODS_AHEAD = 2.5  # how far beyond the newest value a target is still on the picture
COLUMN = WIDTH * 0.47  # the most that the words at the right end may take
SMALLER = 10  # the type of an earlier baseline's limits
MOVED = 3  # how far a level's words may stand from it before a line leads to them
SLIDE = 4  # how finely a free place along a line is looked for

INK = "#2b2a28"
QUIET = "#6b665e"  # the limits' grey #8a857c, dark enough for letters (AA on paper)
ACCENT = "#9c4a2f"

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
}


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
class Possible:
    """A possible signal in words, with the outline of the mark that it has on the chart."""

    text: str
    shape: str


@dataclass(frozen=True)
class Chart:
    """A chart ready to draw. Paths and places are strings, the same in every language.

    `text` is the whole chart in a sentence; `summary`, `signals`, `more` and `notes` are its parts.
    """

    title: str
    text: str
    summary: str
    signals: tuple[Possible, ...]
    more: str
    notes: tuple[str, ...]
    height: str
    line: str
    weight: str
    dots: str
    dot_size: str
    central: str
    limits: str
    steps: str
    target: str
    marks: str
    jumps: str
    brackets: str
    leaders: str
    axis: str
    labels: tuple[Label, ...]


def chart(
    measure: Measure,
    values: Sequence[Value],
    targets: Sequence[Target] = (),
    baselines: Sequence[Baseline] = (),
    *,
    long_run: int = xmr.LONG_RUN,
    language: str = "en",
) -> Chart | None:
    """The measure's chart, None where it has no value yet.

    Rows may come in any order and need not be saved. Numbers and months are written in
    `language`; `long_run` is the team's 7 or 8. ValueError where a value is not finite.
    """
    if not values:
        return None
    with translation.override(language):
        return _Sheet(measure, values, targets, baselines, long_run).drawn()


def _units(number: float) -> str:
    """A coordinate with at most one decimal, in any language: '12', '3.5'."""
    return f"{number:.1f}".removesuffix(".0")


def _at(x: float, y: float) -> str:
    return f"{_units(x)} {_units(y)}"


@dataclass(frozen=True)
class _End:
    """What is written at the right end of a level."""

    level: Decimal
    words: str
    colour: str = QUIET
    newest: bool = False
    target: bool = False


@dataclass(frozen=True)
class _Standing:
    """The right end's words where they stand, and in what size."""

    end: _End
    x: float
    y: float
    size: float


@dataclass(frozen=True)
class _Along:
    """What is written along a stretch's level: the first of `words`, in the first size, that has room."""

    reading: Reading
    level: Decimal
    words: tuple[str, ...]
    sizes: tuple[int, ...] = (SMALLER,)
    below: bool = False
    must: bool = False


@dataclass(frozen=True)
class _Place:
    """Words that stand on y, and the room that they take."""

    words: str
    size: float
    y: float
    box: Box


class _Sheet:
    """One chart while it is laid out: its words first, then across, then down."""

    def __init__(
        self,
        measure: Measure,
        values: Sequence[Value],
        targets: Sequence[Target],
        baselines: Sequence[Baseline],
        long_run: int,
    ) -> None:
        ordered = sorted(values, key=lambda value: value.period)
        locked = [LockedBaseline(each.starts, each.ends, each.reason) for each in baselines]
        self.measure = measure
        self.values = [xmr.exactly(value.value) for value in ordered]
        self.few = len(self.values) < xmr.LEAST_FOR_LIMITS
        self.targets = sorted(targets, key=lambda target: target.period)
        self.goals = [xmr.exactly(target.value) for target in self.targets]
        self.periods = Periods.of(ordered, measure.frequency)
        self.readings = xmr.read(
            self.values,
            xmr.stretches(self.periods.days, locked),
            can_go_below_zero=measure.can_go_below_zero,
            long_run=long_run,
        )
        self.limits = self.readings[-1].limits
        self.events = seen(events([signal for reading in self.readings for signal in reading.signals]))
        self._lay_out()

    def _lay_out(self) -> None:
        low, high = self._bounds()
        self.numbers = Numbers.of(self.measure.unit, self.values, high - low)
        self.words = Words(self.values, self.periods, self.numbers)
        self.low, self.high = self._with_targets(low, high)
        self.ends = self._ends()
        self.across = self._across()
        self.xs = [self.across(day) for day in self.periods.days]
        self.placed = in_lanes(self.events, self._ends_of, self.words.mark)
        self.ceiling = EDGE + (0 if self.numbers.attached else LINE) + LANE * lanes(self.placed, Side.ABOVE)
        top = self.ceiling + EDGE + (LINE if self.few or self._speaking() else 0)
        self.down = Down(self.low, self.high, top, top + PLOT)
        self.ys = [self.down(value) for value in self.values]
        self.foot = self.down.bottom + EDGE + (LINE if self.few else 0)
        self.floor = self.foot + LANE * lanes(self.placed, Side.BELOW) + 3
        self.ticks = ticks(self.periods, self.across, size=SMALL, room=WIDTH)
        self.ticks = with_more(self.ticks, self._ahead(), self.across, size=SMALL, room=WIDTH)

    def drawn(self) -> Chart:
        words = self.words
        summary = words.summary(self.readings, self.targets)
        signals = [Possible(words.event(event), SHAPES[event.rule]) for event in words.told(self.events)]
        more, notes = words.untold(self.events), words.notes(self.readings)
        spoken = [summary, *(signal.text for signal in signals), *([more] if more else []), *notes]
        count = len(self.values)
        return Chart(
            title=self.measure.name,
            text="; ".join(spoken),
            summary=summary,
            signals=tuple(signals),
            more=more,
            notes=tuple(notes),
            height=_units(self.floor + 20),
            line=self._line(),
            weight="1.4" if count <= MOST_DOTS else "0.8",
            dots=self._dots(),
            dot_size="4.6" if count <= CROWD else "3",
            central=self._levels(lambda found: [found.central]),
            limits=self._levels(lambda found: [found.upper, found.lower]),
            steps=self._steps(),
            target=self._target(),
            marks=self._marks(),
            jumps=self._jumps(),
            brackets="".join(map(self._bracket, self.placed)),
            leaders="".join(map(self._leader, self._column())),
            axis=self._axis(),
            labels=tuple(self._labels()),
        )

    # What the picture must hold

    def _bounds(self) -> tuple[Decimal, Decimal]:
        levels = [(found.lower, found.upper) for found in (each.limits for each in self.readings) if found]
        seen = [*self.values, *(level for both in levels for level in both)]
        return min(seen), max(seen)

    def _with_targets(self, low: Decimal, high: Decimal) -> tuple[Decimal, Decimal]:
        """Room for the targets too, unless they would press the values flat."""
        wide_low, wide_high = min([low, *self.goals]), max([high, *self.goals])
        most = (high - low) * (4 if self.few else 2)
        return (wide_low, wide_high) if low == high or wide_high - wide_low <= most else (low, high)

    def _across(self) -> Across:
        column = max((width(end.words, TYPE) + 10 for end in self.ends), default=0)
        left, right = float(EDGE), WIDTH - EDGE - min(column, COLUMN)
        if self.few:
            left, right = left + (right - left) * 0.1, right - (right - left) * 0.1
        first, last = self.periods.days[0], self.periods.days[-1]
        ahead = [target.period for target in self.targets if target.period > last]
        most = max(PERIODS_AHEAD * self.periods.step, 0.2 * (last - first).days)
        last = max([last, *(day for day in ahead if (day - last).days <= most)])
        return Across(first, (last - first).days, left, right)

    def _ahead(self) -> list[tuple[date, str]]:
        """The targets' periods after the newest value, as people wrote them."""
        name = partial(self.periods.of_day, short=True)
        newest = self.periods.days[-1]
        ahead = [target for target in self.targets if newest < target.period <= self.across.last]
        return [(target.period, target.written or name(target.period)) for target in ahead]

    def _ends_of(self, event: Event) -> tuple[float, float]:
        return self.xs[event.positions[0]], self.xs[event.positions[-1]]

    # Words

    def _ends(self) -> list[_End]:
        """The right end's words: the central line, the limits, the newest value, the target."""
        numbers = self.numbers
        found: list[_End] = []
        if self.limits:
            found = self._limit_ends(self.limits)
        elif not self.few and not any(reading.limits for reading in self.readings):
            found = [_End(level, numbers.value(level)) for level in {min(self.values), max(self.values)}]
        if not self.few and self.values[-1] not in [end.level for end in found]:
            found.append(_End(self.values[-1], numbers.value(self.values[-1]), INK, newest=True))
        if self.goals:
            found.append(self._target_end(self.goals[-1]))
        return sorted(found, key=lambda end: -end.level)

    def _limit_ends(self, found: Limits) -> list[_End]:
        ends = [_End(found.central, self._mean_words(found.central))]
        if found.lower < found.upper:
            levels = (found.upper, found.lower)
            ends += [
                _End(level, _("limit %(value)s") % {"value": self.numbers.mean(level)}) for level in levels
            ]
        return ends

    def _target_end(self, goal: Decimal) -> _End:
        """A target off the picture is named at its edge, with an arrow."""
        words = _("target %(value)s") % {"value": self.numbers.target(goal)}
        arrow = " ↑" if goal > self.high else " ↓" if goal < self.low else ""
        return _End(min(max(goal, self.low), self.high), words + arrow, target=True)

    def _said(self, written: str) -> str:
        return self.numbers.with_unit(written) if self.numbers.attached else written

    def _labels(self) -> list[Label]:
        return [
            *self._unit(),
            *map(self._end_label, self._column()),
            *self._stretch_labels(),
            *self._value_labels(),
            *map(self._signal_label, self.placed),
            *(
                Label(_units(tick.label_x), _units(self.floor + 16), tick.text, anchor="middle")
                for tick in self.ticks
            ),
        ]

    def _unit(self) -> list[Label]:
        words = shortened(self.numbers.unit, SMALL, WIDTH)
        return [] if self.numbers.attached else [Label("0", str(SMALL), words)]

    def _column(self) -> list[_Standing]:
        """The words at the right end, moved apart where their levels are close."""
        wanted = [self.down(end.level) + TYPE / 3 for end in self.ends]
        longest = max((width(end.words, TYPE) for end in self.ends), default=0)
        x = max(min(self.across.right + EDGE + 9, WIDTH - longest), WIDTH - COLUMN)
        size = TYPE * min(1, COLUMN / longest) if longest else TYPE
        places = apart(wanted, LINE, self.ceiling + TYPE, self.foot + 2)
        return [_Standing(end, x, y, size) for y, end in zip(places, self.ends, strict=True)]

    def _end_label(self, at: _Standing) -> Label:
        x, y, size = _units(at.x), _units(at.y), _units(at.size)
        return Label(x, y, at.end.words, at.end.colour, size=size, bold=at.end.newest)

    def _speaking(self) -> list[_Along]:
        """What is said along the lines: earlier baselines' levels, and that limits are trial limits."""
        found: list[_Along] = []
        *earlier, now = self.readings
        sizes = (SMALL, SMALLER)
        for reading in earlier:
            if reading.limits:
                central = reading.limits.central
                found.append(_Along(reading, central, (self._mean_words(central),), sizes, must=True))
        if now.limits and now.limits.trial:
            found.append(_Along(now, now.limits.upper, (_("trial limits"),), sizes, must=True))
        for reading in earlier:
            if reading.limits and reading.limits.lower < reading.limits.upper:
                upper, lower = reading.limits.upper, reading.limits.lower
                found.append(_Along(reading, upper, self._limit_words(upper)))
                found.append(_Along(reading, lower, self._limit_words(lower), below=True))
        return found

    def _mean_words(self, level: Decimal) -> str:
        return _("mean %(value)s") % {"value": self._said(self.numbers.mean(level))}

    def _limit_words(self, level: Decimal) -> tuple[str, str]:
        value = self.numbers.mean(level)
        return _("limit %(value)s") % {"value": value}, value

    def _stretch_labels(self) -> list[Label]:
        """The words along the lines; those that must be said even where they touch a line."""
        strokes = [*self._line_strokes(), *self._target_strokes(), *self._level_strokes(_all_levels)]
        strokes += self._step_strokes()
        taken = [self._box(at) for at in self._column()]
        found = []
        for along in self._speaking():
            best = self._best_place(along, strokes, taken)
            if best:
                taken.append(best.box)
                x, y, size = _units(best.box.left), _units(best.y), str(best.size)
                found.append(Label(x, y, best.words, size=size))
        return found

    def _best_place(self, along: _Along, strokes: Sequence[Stroke], taken: Sequence[Box]) -> _Place | None:
        """The first place that touches nothing; for what must be said, else the one that touches least.

        Words never stand on words.
        """
        touched: list[tuple[int, _Place]] = []
        for place in self._places_along(along):
            if any(place.box.touches(other) for other in taken):
                continue
            touches = place.box.crossings(strokes)
            if not touches:
                return place
            touched.append((touches, place))
        return min(touched, key=lambda each: each[0])[1] if along.must and touched else None

    def _places_along(self, along: _Along) -> Iterator[_Place]:
        """Places on a level's outer side, on its inner one, then at its end, beyond the step."""
        left, right = self._stretch_ends(along.reading)
        level, room = self.down(along.level), Box(0, self.ceiling, WIDTH, self.foot)
        for size, words in product(along.sizes, along.words):
            over, under = level - 4, level + 0.75 * size + 4
            steps = int((right - left - 4 - width(words, size)) // SLIDE) + 1
            sides = (under, over) if along.below else (over, under)
            spots = [(left + 2 + SLIDE * step, y) for y in sides for step in range(max(steps, 0))]
            if along.reading is not self.readings[-1]:
                spots += [(right + 5 + SLIDE * step, level + size / 3) for step in range(3)]
            for x, y in spots:
                place = _Place(words, size, y, Box.of(words, size, x, y))
                if place.box.within(room):
                    yield place

    def _box(self, at: _Standing) -> Box:
        return Box.of(at.end.words, at.size, at.x, at.y)

    def _value_labels(self) -> list[Label]:
        """Values too few for limits say themselves, the newest first, where their words do not touch
        one another or a target."""
        taken = [self._box(at) for at in self._column()]
        found = []
        for at in reversed(range(len(self.values) if self.few else 0)):
            words = self._said(self.numbers.value(self.values[at]))
            place = self._place_beside(at, words, taken)
            if place:
                taken.append(place.box)
                bold = at == len(self.values) - 1
                x, y = _units((place.box.left + place.box.right) / 2), _units(place.y)
                found.append(Label(x, y, words, INK, "middle", str(TYPE), bold))
        return found

    def _place_beside(self, at: int, words: str, taken: Sequence[Box]) -> _Place | None:
        """The place beside a value that is free of words and targets and touches the line least."""
        half, targets, line = width(words, TYPE) / 2, self._target_strokes(), self._line_strokes()
        found = []
        for x, y in self._beside(at, half):
            box = Box.of(words, TYPE, min(max(x, half), WIDTH - half) - half, y)
            free = not box.crossings(targets) and not any(box.touches(other) for other in taken)
            if free and self.ceiling <= box.top and box.bottom <= self.foot:
                found.append((box.crossings(line), _Place(words, TYPE, y, box)))
        return min(found, key=lambda each: each[0])[1] if found else None

    def _beside(self, at: int, half: float) -> list[tuple[float, float]]:
        """Places for a value's words: first on the side away from its line, last beside its point."""
        near = [self.values[other] for other in (at - 1, at + 1) if 0 <= other < len(self.values)]
        low = any(other > self.values[at] for other in near) and min(near) >= self.values[at]
        x, y = self.xs[at], self.ys[at]
        over, under = y - 9, y + 17
        sides = (under, over) if low else (over, under)
        aside = [(x + way * (half + 6), level) for level in (y - 2, y + 10) for way in (1, -1)]
        return [(x, side) for side in sides] + aside

    def _signal_label(self, place: Placed) -> Label:
        above = place.event.side == Side.ABOVE
        y = self.ceiling - LANE * place.lane - 7 if above else self.foot + LANE * place.lane + 14
        return Label(_units(place.x), _units(y), place.words, ACCENT, "middle")

    # Paths

    def _line(self) -> str:
        """The values joined; the pen is lifted where a period is missing."""
        lifted = [at == 0 or self.periods.is_gap(at) for at in range(len(self.values))]
        return "".join(
            f"{'M' if lifts else ' '}{_at(x, y)}"
            for lifts, x, y in zip(lifted, self.xs, self.ys, strict=True)
        )

    def _dots(self) -> str:
        """Points as strokes too short to see but for their round ends; a crowd needs only its line."""
        shown = [at for at in range(len(self.values)) if len(self.values) <= MOST_DOTS or self._lonely(at)]
        return "".join(f"M{_at(self.xs[at], self.ys[at])}h.01" for at in shown)

    def _lonely(self, at: int) -> bool:
        """Whether no line reaches this value from either side."""
        last = at == len(self.values) - 1
        return (at == 0 or self.periods.is_gap(at)) and (last or self.periods.is_gap(at + 1))

    def _marks(self) -> str:
        shapes = SHAPES if len(self.values) <= CROWD else SMALL_SHAPES
        marked = strongest(self.events)
        return "".join(f"M{_at(self.xs[at], self.ys[at])}{shapes[rule]}" for at, rule in marked.items())

    def _jumps(self) -> str:
        pairs = [event.positions for event in self.events if event.rule == Rule.MOVING_RANGE]
        return "".join(f"M{_at(self.xs[a], self.ys[a])} {_at(self.xs[b], self.ys[b])}" for a, b in pairs)

    def _bracket(self, place: Placed) -> str:
        """From a signal's words to its values: a tick for one, a bracket for a run."""
        left, right = self._ends_of(place.event)
        above = place.event.side == Side.ABOVE
        y = self.ceiling - LANE * place.lane if above else self.foot + LANE * place.lane
        tick = -3 if above else 3
        if right - left < EDGE:
            return f"M{_at((left + right) / 2, y)}v{tick}"
        return f"M{_at(left, y)}v{tick}H{_units(right)}v{-tick}"

    def _stretch_ends(self, reading: Reading) -> tuple[float, float]:
        """From half way to the stretch before to half way to the one after."""
        start, stop = reading.stretch.start, reading.stretch.stop
        left = (self.xs[start - 1] + self.xs[start]) / 2 if start else self.across.left
        right = (self.xs[stop - 1] + self.xs[stop]) / 2 if stop < len(self.xs) else self.across.right
        return left, right

    def _level_strokes(self, wanted: Callable[[Limits], list[Decimal]]) -> list[Stroke]:
        found: list[Stroke] = []
        for reading in self.readings:
            left, right = self._stretch_ends(reading)
            levels = map(self.down, wanted(reading.limits) if reading.limits else [])
            found += [(left, y, right, y) for y in levels]
        return found

    def _levels(self, wanted: Callable[[Limits], list[Decimal]]) -> str:
        return "".join(f"M{_at(x, y)}H{_units(to)}" for x, y, to, _same in self._level_strokes(wanted))

    def _step_strokes(self) -> list[Stroke]:
        edges = [self._stretch_ends(reading)[0] for reading in self.readings[1:]]
        return [(x, self.ceiling, x, self.foot) for x in edges]

    def _steps(self) -> str:
        return "".join(f"M{_at(x, y)}V{_units(to)}" for x, y, _same, to in self._step_strokes())

    def _line_strokes(self) -> list[Stroke]:
        """The values' line as straight pieces; a lonely value is a piece of no length."""
        points = list(zip(self.xs, self.ys, strict=True))
        joined = [(at - 1, at) for at in range(1, len(points)) if not self.periods.is_gap(at)]
        joined += [(at, at) for at in range(len(points)) if self._lonely(at)]
        return [(*points[before], *points[after]) for before, after in joined]

    def _target_strokes(self) -> list[Stroke]:
        """A level stroke at each target's period; targets off the picture have only words."""
        half = self._half_target()
        return [
            (
                self.across(target.period) - half,
                self.down(goal),
                self.across(target.period) + half,
                self.down(goal),
            )
            for target, goal in zip(self.targets, self.goals, strict=True)
            if self.low <= goal <= self.high and self.across.first <= target.period <= self.across.last
        ]

    def _half_target(self) -> float:
        share = self.periods.step / self.across.days if self.across.days else 1
        return min(max(share * (self.across.right - self.across.left) / 2, 2), 8)

    def _target(self) -> str:
        return "".join(f"M{_at(x, y)}h{_units(to - x)}" for x, y, to, _same in self._target_strokes())

    def _leader(self, at: _Standing) -> str:
        """A line from a level at the plot's right edge to words that had to move away from it."""
        level, height = self.down(at.end.level), at.y - TYPE / 3
        begin, edge = self.across.right + 3, self.across.right + 3
        if at.end.newest:
            begin = self.xs[-1] + 4
        elif at.end.target and self._target_strokes():
            begin = max(begin, self._target_strokes()[-1][2] + 2)
        if abs(height - level) <= MOVED or begin >= at.x - 2:
            return ""
        level_part = f"H{_units(edge)}" if begin < edge else ""
        return f"M{_at(begin, level)}{level_part}L{_at(at.x - 2, height)}"

    def _axis(self) -> str:
        floor = _units(self.floor)
        last = max([self.xs[-1], *(tick.x for tick in self.ticks)])
        line = f"M{_units(self.xs[0])} {floor}H{_units(last)}"
        return line + "".join(f"M{_units(tick.x)} {floor}v4" for tick in self.ticks)


def _all_levels(found: Limits) -> list[Decimal]:
    return [found.upper, found.central, found.lower]
