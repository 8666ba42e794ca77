"""The moving ranges beneath a chart, where a measure shows them."""

import re
from datetime import date

import pytest

from measures.chart_marks import SHAPES
from measures.models import Baseline, Signal, Value
from measures.xmr import Rule
from tests.measures.drawn import CALM, draw, months, plain, svg, words

# Wheeler, Making Sense of Data, p. 130: a patient's peak flow.
PEAK_FLOW = [120, 140, 100, 150, 260, 150, 100, 120, 300, 300, 275, 300, 140, 170, 150, 150, 190, 180]
WHOLE = Baseline(starts=date(2024, 1, 1), ends=date(2025, 12, 31), reason="All of it")
SLASH = SHAPES[Rule.MOVING_RANGE]


def points(path):
    return [tuple(map(float, pair.split())) for pair in re.findall(r"[M ]([\d.]+ [\d.]+)", path)]


def test_a_chart_without_them_has_no_byte_of_them():
    chart = draw(months(CALM))
    assert chart.ranges is None
    assert "moving range" not in svg(chart) + chart.text


def test_they_stand_beneath_the_values_at_the_same_places_in_time():
    chart = draw(months(PEAK_FLOW), baselines=[WHOLE], shows_ranges=True)
    above, beneath = points(chart.line), points(chart.ranges.line)
    assert [x for x, _ in beneath] == [x for x, _ in above][1:]
    assert min(y for _, y in beneath) > max(y for _, y in above)
    assert float(chart.height) > max(y for _, y in beneath)


def test_the_published_range_above_its_limit_is_marked_by_shape_and_word():
    chart = draw(months(PEAK_FLOW), baselines=[WHOLE], unit="l/min", shows_ranges=True)
    assert chart.ranges.marks.count(SLASH) == 1
    assert points(chart.ranges.marks)[0] == points(chart.ranges.line)[7]
    assert {"limit 171", "mean 52", "possible signal: 180, above limit"} <= set(map(plain, words(chart)))
    assert "moving ranges beneath: mean 52 l/min, limit 171; 1 above the limit" in plain(chart.text)


def test_a_confirmed_jump_is_called_a_signal_and_a_dismissed_one_is_not_marked():
    values = months(PEAK_FLOW)
    jump = Signal(value=Value(period=date(2024, 9, 1)), rule="moving_range", confirmed=True)
    confirmed = draw(values, baselines=[WHOLE], signals=[jump], shows_ranges=True)
    assert "signal: 180, above limit" in words(confirmed)
    jump.confirmed = False
    dismissed = draw(values, baselines=[WHOLE], signals=[jump], shows_ranges=True)
    assert dismissed.ranges.marks == ""
    assert "1 above the limit" in dismissed.text


def test_a_baseline_steps_and_no_range_reaches_across_it():
    later = Baseline(starts=date(2025, 1, 1), reason="A second desk")
    chart = draw(months([*CALM, *(number - 20 for number in CALM)]), (), [later], shows_ranges=True)
    assert len(points(chart.ranges.line)) == 22
    assert chart.ranges.line.count("M") == 2
    assert chart.ranges.central.count("M") == chart.ranges.limits.count("M") == 2
    assert chart.ranges.steps


def test_the_line_is_broken_where_a_month_is_missing():
    numbers = [*CALM, *CALM]
    numbers[5] = None
    assert draw(months(numbers), shows_ranges=True).ranges.line.count("M") == 2


@pytest.mark.parametrize("count", [1, 4])
def test_too_few_values_for_limits_have_none(count):
    assert draw(months(CALM[:count]), shows_ranges=True) == draw(months(CALM[:count]))


@pytest.mark.parametrize("language", ["en", "de", "fr", "ar"])
def test_they_need_no_stylesheet_and_their_places_are_plain_numbers(settings, language):
    settings.USE_THOUSAND_SEPARATOR = True
    values = [Value(period=value.period, value=value.value * 1000) for value in months(PEAK_FLOW)]
    drawn = svg(draw(values, baselines=[WHOLE], shows_ranges=True, language=language))
    assert not re.search(r"style=|class=|var\(|currentColor", drawn)
    assert all(re.fullmatch(r"[MLHVlmhvz\d. -]+", path) for path in re.findall(r' d="([^"]*)"', drawn))
