"""What is said along a chart's lines: earlier baselines' levels, that limits are trial limits, and by each
step its reason."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from itertools import product

from django.utils.translation import gettext as _

from measures.axes import width
from measures.chart_frame import Frame
from measures.chart_layout import SMALL, SMALLER, WIDTH, Box, Label, Place, Stroke, units
from measures.chart_limits import shown
from measures.chart_steps import reason
from measures.xmr import Limits, Reading

NEARER = 0.6  # of the way to a limit, up to where words would still not be taken for that limit's
SLIDE = 4  # how finely a free place along a line is looked for


@dataclass(frozen=True)
class Along:
    """What is written along a stretch's level: the first of `words`, in the first size, that has room."""

    reading: Reading
    level: Decimal
    words: tuple[str, ...]
    sizes: tuple[float, ...] = (SMALLER,)
    below: bool = False
    must: bool = False
    other: Decimal | None = None  # a level below which the words may stand as well
    reach: float = 0  # how far from the level the middle of the words may be, if not beside it


def along(frame: Frame, strokes: Sequence[Stroke], taken: Sequence[Box]) -> list[Label]:
    """The words that have room between the strokes and what is taken: the means, then the reasons, which
    have many places, then the limits. What is of an earlier stretch stands within it: beyond the step it
    would look current."""
    boxes = list(taken)
    *earlier, now = frame.readings
    means = _said(frame, _means(frame, earlier), strokes, boxes)
    found = means + _said(frame, _trial(now), strokes, boxes)
    for step in range(1, len(frame.readings)):
        found += reason(frame, step, strokes, boxes)
    return found + _said(frame, _limits(frame, earlier, means), strokes, boxes)


def _means(frame: Frame, earlier: Sequence[Reading]) -> list[Along]:
    found = []
    for reading in earlier:
        if reading.limits:
            level = reading.limits.central
            reach = (frame.down(level) - frame.down(reading.limits.upper)) * NEARER
            found.append(Along(reading, level, (frame.mean_words(level),), reach=reach))
    return found


def _trial(now: Reading) -> list[Along]:
    if not now.limits or not now.limits.trial:
        return []
    upper, other = now.limits.upper, _lower(now.limits)
    return [Along(now, upper, (_("trial limits"),), (SMALL, SMALLER), must=True, other=other)]


def _limits(frame: Frame, earlier: Sequence[Reading], means: Sequence[Label]) -> list[Along]:
    """Each earlier limit, the upper first; a mean that had no room at its line is told with it."""
    told = {label.text for label in means}
    found = []
    for reading in earlier:
        if reading.limits:
            mean = frame.mean_words(reading.limits.central)
            for level in shown(reading.limits):
                below = level < reading.limits.central
                words = [frame.limit_words(level), frame.numbers.mean(level)]
                both = [] if below or mean in told else [f"{words[0]}, {mean}"]
                found.append(Along(reading, level, (*both, *words), below=below))
    return found


def _lower(found: Limits) -> Decimal | None:
    return next(iter(shown(found)[1:]), None)


def _said(
    frame: Frame, speaking: Sequence[Along], strokes: Sequence[Stroke], taken: list[Box]
) -> list[Label]:
    """Each where it has room, which is then taken."""
    found = []
    for each in speaking:
        best = _best_place(frame, each, strokes, taken)
        if best:
            taken.append(best.box)
            x, y, size = units(best.box.left), units(best.y), units(best.size)
            found.append(Label(x, y, best.words, size=size))
    return found


def _best_place(frame: Frame, each: Along, strokes: Sequence[Stroke], taken: Sequence[Box]) -> Place | None:
    """The first place that touches nothing; for what must be said, else the one that touches least.

    Words never stand on words.
    """
    touched: list[tuple[int, Place]] = []
    for place in _places(frame, each):
        if any(place.box.touches(other) for other in taken):
            continue
        if not any(place.box.crossed_by(stroke) for stroke in strokes):
            return place
        if each.must:
            touched.append((place.box.crossings(strokes), place))
    return min(touched, key=lambda each: each[0])[1] if touched else None


def _places(frame: Frame, each: Along) -> Iterator[Place]:
    """Places on a level's outer side, on its inner one, then further away within reach; each as well at
    the other level, where there is one."""
    left, right = frame.stretch_ends(each.reading)
    room = Box(0, frame.ceiling, WIDTH, frame.foot)
    levels = [(each.level, each.below), *([(each.other, True)] if each.other is not None else [])]
    for size, words, (at, below) in product(each.sizes, each.words, levels):
        level, middle = frame.down(at), 0.375 * size + 4
        steps = int((right - left - 4 - width(words, size)) // SLIDE) + 1
        further = int(max(each.reach - middle, 0) // SLIDE) + 1
        for away, way in product(range(further), (1, -1) if below else (-1, 1)):
            y = level + way * (middle + SLIDE * away) + 0.375 * size
            for step in range(steps):
                place = Place(words, size, y, Box.of(words, size, left + 2 + SLIDE * step, y))
                if place.box.within(room):
                    yield place
