"""24 months of values for each measure: a level, a season, a little noise, and what happened.

The noise comes from a fixed seed, so that every demo has the same charts.
"""

from calendar import monthrange
from collections.abc import Mapping, Sequence
from datetime import date
from decimal import Decimal
from random import Random
from typing import NamedTuple

SEED = "saltmere-1"
MONTHS = [date(2024 + (9 + n) // 12, (9 + n) % 12 + 1, 1) for n in range(24)]


class Event(NamedTuple):
    """One month in which the value is what it is for a known reason; `value` None adds the words alone."""

    value: float | None
    remark: str


class Shape(NamedTuple):
    """`season` is what to add from January to December; `shift` is added from its month on."""

    level: float
    noise: float
    places: int
    season: Sequence[float] = (0,) * 12
    shift: tuple[date, float] | None = None
    least: float = 0
    most: float = 1e9
    events: Mapping[date, Event] = {}


class Point(NamedTuple):
    period: date
    value: Decimal
    remark: str


class Target(NamedTuple):
    value: str
    starts: date


class Stretch(NamedTuple):
    """A locked baseline: its first and its last month, and why."""

    starts: date
    ends: date
    reason: str


class Said(NamedTuple):
    """What somebody said of a possible signal, of the month at which it is."""

    month: date
    rule: str
    confirmed: bool
    remark: str


SHAPES = {
    "journeys": Shape(
        level=65.0,
        noise=1.4,
        places=1,
        season=(-17, -15, -8, -1, 6, 13, 23, 29, 7, -4, -11, -13),
        events={date(2026, 7, 1): Event(74.3, "Rain on 24 days; the regatta was called off.")},
    ),
    "left-behind": Shape(
        level=14.0,
        noise=1.8,
        places=1,
        season=(-3, -3, -2, 0, 1, 4, 8, 12, 2, 0, -2, -1),
        events={
            date(2025, 9, 1): Event(
                45.2, "Half-marathon Sunday: 212 people left at Priory Quay before ten o’clock."
            ),
            date(2026, 7, 1): Event(15.6, "No regatta, no queue."),
        },
    ),
    "step-free": Shape(
        level=84.5,
        noise=0.9,
        places=1,
        season=(0, -0.8, -2.4, -1.2, 0.4, 1.4, 1.2, 0.2, -2.2, -1.6, 0.3, 1),
        shift=(date(2026, 4, 1), 7.5),
        events={
            date(2026, 4, 1): Event(None, "The longer ramp at Priory Quay has been in use since 2 April.")
        },
    ),
    "left-on-time": Shape(
        level=86.4,
        noise=1.2,
        places=1,
        season=(-1, -0.8, 0, 0.4, 0.5, 0, -0.8, -1, 0.4, 0.6, 0, -0.6),
        shift=(date(2026, 3, 1), 6.2),
        events={
            date(2026, 3, 1): Event(None, "New timetable from 1 March: two more minutes at Saltmere Steps."),
        },
    ),
    "ran": Shape(
        level=98.9,
        noise=0.42,
        places=1,
        season=(-0.3, -0.3, 0, 0.1, 0.1, 0.2, 0.1, 0.1, 0.1, 0, -0.1, -0.3),
        most=100,
        events={
            date(2026, 1, 1): Event(
                91.2, "Storm of 9 to 12 January: the river was closed for two and a half days."
            ),
        },
    ),
    "turn-round": Shape(
        level=6.2,
        noise=0.3,
        places=1,
        season=(-0.1, -0.1, -0.1, 0, 0, 0.2, 0.4, 0.5, 0.1, 0, -0.1, -0.1),
    ),
    "near-misses": Shape(
        level=4.6,
        noise=1.5,
        places=0,
        shift=(date(2025, 11, 1), 8.0),
        events={date(2025, 11, 1): Event(None, "Cards and a box in the mess room since 3 November.")},
    ),
    "drill": Shape(level=4.6, noise=0.35, places=1),
    "repairs": Shape(
        level=12.0,
        noise=4.0,
        places=0,
        season=(3, 2, -2, -3, -2, 0, 1, 2, 0, 0, 1, 2),
        least=1,
        events={
            date(2025, 11, 1): Event(148, "Curlew’s gearbox: nine days on the slip, waiting for one bearing.")
        },
    ),
    "fuel": Shape(
        level=7.4,
        noise=0.09,
        places=2,
        season=(0.5, 0.55, -0.4, -0.6, -0.5, -0.3, -0.05, 0.2, 0.35, 0.4, 0.45, 0.5),
        events={
            date(2025, 3, 1): Event(None, "Hulls scraped, Avocet’s propeller polished."),
            date(2026, 3, 1): Event(None, "Hulls scraped."),
        },
    ),
}

# People hurt, and mornings without both boats, month by month: the two measures that are made of counts.
HURT = [2, 1, 2, 1, 0, 2, 1, 2, 3, 2, 4, 1, 1, 2, 1, 2, 1, 0, 2, 1, 2, 3, 2, 1]
LOST_MORNINGS = [2, 3, 2, 4, 2, 1, 1, 2, 1, 2, 1, 1, 2, 9, 3, 3, 2, 2, 1, 1, 0, 1, 2, 1]

TARGETS = {
    "left-on-time": Target("95", date(2025, 4, 1)),
    "ran": Target("99", date(2024, 10, 1)),
    "mornings": Target("97", date(2024, 10, 1)),
}

SIGNALS = {
    "left-behind": Said(
        date(2025, 9, 1), "outside", True, "The half-marathon. Next time both boats sail that morning."
    ),
    "repairs": Said(date(2025, 11, 1), "outside", True, "We have kept a spare bearing since."),
    "mornings": Said(date(2025, 11, 1), "outside", True, "The same gearbox."),
}
WITH_RANGES = {"drill"}

# Before these, the first twelve months are the baseline.
BASELINES = {
    "left-on-time": Stretch(
        date(2026, 3, 1), date(2026, 9, 1), "New timetable from 1 March: two more minutes at Saltmere Steps."
    ),
    "step-free": Stretch(
        date(2026, 4, 1), date(2026, 9, 1), "The longer ramp at Priory Quay, in use since 2 April."
    ),
    "near-misses": Stretch(
        date(2025, 11, 1), date(2026, 9, 1), "Cards and a box in the mess room since 3 November."
    ),
}


def values() -> dict[str, list[Point]]:
    """Every measure's 24 values by the measure's key, first month first."""
    found = {key: _drawn(key, shape) for key, shape in SHAPES.items()}
    found["injuries"] = [
        Point(journeys.period, _rounded(hurt * 100 / float(journeys.value), 1), "")
        for hurt, journeys in zip(HURT, found["journeys"], strict=True)
    ]
    found["mornings"] = [_mornings(month, lost) for month, lost in zip(MONTHS, LOST_MORNINGS, strict=True)]
    return found


def _drawn(key: str, shape: Shape) -> list[Point]:
    noise = Random(f"{SEED}/{key}")  # noqa: S311 # nosec B311 - draws a chart, guards nothing
    return [_point(shape, month, noise.gauss(0, shape.noise)) for month in MONTHS]


def _point(shape: Shape, month: date, noise: float) -> Point:
    event = shape.events.get(month, Event(None, ""))
    plain = shape.level + shape.season[month.month - 1] + noise
    if shape.shift and month >= shape.shift[0]:
        plain += shape.shift[1]
    kept = min(max(plain, shape.least), shape.most)
    return Point(month, _rounded(kept if event.value is None else event.value, shape.places), event.remark)


def _mornings(month: date, lost: int) -> Point:
    days = monthrange(month.year, month.month)[1]
    remark = "Nine mornings without Curlew: the gearbox." if lost == max(LOST_MORNINGS) else ""
    return Point(month, _rounded((days - lost) * 100 / days, 1), remark)


def _rounded(value: float, places: int) -> Decimal:
    return Decimal(str(round(value, places))).quantize(Decimal(1).scaleb(-places))
