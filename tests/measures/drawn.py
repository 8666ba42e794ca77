"""Charts for tests: series of values, and what was drawn of them, in words and in strokes."""

import re
from datetime import date
from decimal import Decimal

from django.template.loader import render_to_string

from measures import charts
from measures.axes import width
from measures.chart_layout import Box
from measures.models import Measure, Value

CALM = [86, 85, 87, 86, 84, 88, 86, 85, 87, 86, 85, 87]
RUN_BELOW = CALM + [86, 87, 85, 87] + [Decimal("83.5"), Decimal("83.9")] * 4


def months(numbers, first=date(2024, 1, 1)):
    """A value a month; None leaves the month out."""
    start = first.year * 12 + first.month - 1
    return [
        Value(period=date((start + at) // 12, (start + at) % 12 + 1, 1), value=Decimal(str(number)))
        for at, number in enumerate(numbers)
        if number is not None
    ]


def years(numbers):
    return [
        Value(period=date(2016 + at, 1, 1), written=f"FY{16 + at}", value=Decimal(str(number)))
        for at, number in enumerate(numbers)
    ]


def draw(values, targets=(), baselines=(), signals=(), *, unit="%", **options):
    fields = {
        key: options.pop(key) for key in ("can_go_below_zero", "frequency", "shows_ranges") if key in options
    }
    measure = Measure(name="Seen within four hours", unit=unit, **fields)
    found = charts.chart(measure, values, targets, baselines, signals, **options)
    assert found is not None
    return found


def words(chart):
    return [label.text for label in chart.labels]


def svg(chart):
    page = render_to_string("measures/_chart.html", {"chart": chart})
    return page[page.index("<svg") : page.index("</svg>") + len("</svg>")]


def plain(text):
    return text.replace("\u00a0", " ")


def label_of(chart, text):
    return next(label for label in chart.labels if plain(label.text) == text)


def middle_of(label):
    return float(label.y) - float(label.size) / 3


def level(path, at):
    """The height at which a path's stroke begins."""
    return float(re.findall(r"M[\d.-]+ ([\d.-]+)", path)[at])


def box_of(label):
    return Box.of(label.text, float(label.size), reach(label)[0], float(label.y))


def strokes(path):
    """A path of M, H, h, L and bare points as straight pieces."""
    found = []
    for part in path.split("M")[1:]:
        x = y = None
        for sign, first, second in re.findall(r"([HhL ]?)([\d.-]+)(?: ([\d.-]+))?(?=[HhL ]|$)", part):
            to = (float(first), y) if sign == "H" else (x + float(first), y) if sign == "h" else None
            to = to or (float(first), float(second))
            if x is not None:
                found.append((x, y, *to))
            x, y = to
    return found


def reach(label):
    wide = width(label.text, float(label.size))
    x = float(label.x) - {"middle": wide / 2, "end": wide}.get(label.anchor, 0)
    return x, x + wide
