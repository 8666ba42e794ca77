"""What a person said of a possible signal, as the chart tells it."""

from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from measures import charts
from measures.chart_marks import SHAPES
from measures.models import Measure, Signal, Value
from measures.xmr import Rule
from tests.measures.drawn import CALM, RUN_BELOW, draw, months, plain, svg, words

OUTSIDE = [*CALM, 99, 86]  # from the thirteenth on: outside, and a jump up and down
JANUARY, MAY = date(2025, 1, 1), date(2025, 5, 1)


def said(period, rule, confirmed, remark=""):
    return Signal(value=Value(period=period), rule=rule, confirmed=confirmed, remark=remark)


def marks_of(chart, rule):
    return chart.marks.count(SHAPES[rule])


def test_a_confirmed_one_is_told_as_a_signal_with_its_remark():
    chart = draw(months(RUN_BELOW), signals=[said(MAY, "long_run", True, "The quay was closed.")])
    assert [signal.text for signal in chart.signals] == [
        "signal: eight in a row below the central line, May to December 2025 – The quay was closed"
    ]
    assert "signal: 8 in a row below" in words(chart)
    assert marks_of(chart, Rule.LONG_RUN) == 8
    assert "possible" not in svg(chart)


def test_a_dismissed_one_has_no_mark_and_a_quiet_note():
    chart = draw(months(RUN_BELOW), signals=[said(MAY, "long_run", False, "Counted twice.")])
    assert (chart.signals, chart.marks, chart.brackets) == ((), "", "")
    assert chart.notes == (
        "looked at: eight in a row below the central line, May to December 2025; no signal – Counted twice",
    )
    assert "signal" not in " ".join(words(chart))


@pytest.mark.parametrize("said_of_it", [[], [said(MAY, "long_run", None, "Ask Ada.")]])
def test_control_an_unanswered_one_stays_possible(said_of_it):
    chart = draw(months(RUN_BELOW), signals=said_of_it)
    assert chart.signals[0].text.startswith("possible signal: eight in a row")
    assert chart.notes == ()


def test_what_was_said_of_a_run_stays_when_the_run_grows():
    grown = months([*RUN_BELOW, Decimal("83.5"), Decimal("83.9")])
    chart = draw(grown, signals=[said(MAY, "long_run", True, "The quay.")])
    assert chart.signals[0].text.startswith("signal: ten in a row")


@pytest.mark.parametrize("answer", [said(JANUARY, "long_run", True), said(MAY, "short_run", True)])
def test_what_was_said_of_another_value_or_rule_is_not_said_of_it(answer):
    assert draw(months(RUN_BELOW), signals=[answer]) == draw(months(RUN_BELOW))


def test_of_neighbours_outside_each_is_answered_alone():
    """A new value outside is never dismissed with the one before it."""
    values = months([*CALM, 99, 99, 99])
    chart = draw(values, signals=[said(JANUARY, "outside", False)])
    told = [plain(signal.text) for signal in chart.signals]
    assert "possible signal: two values above the upper limit, February to March 2025" in told
    assert "99 %, above the upper limit, January 2025; no signal" in plain(" ".join(chart.notes))


def test_a_jump_is_kept_by_the_value_where_it_led():
    february = date(2025, 2, 1)
    chart = draw(months(OUTSIDE), signals=[said(february, "moving_range", False)])
    assert chart.jumps.count("M") == 1
    assert draw(months(OUTSIDE)).jumps.startswith(chart.jumps)


def test_a_spike_is_told_once_and_its_jumps_stay_marked():
    chart = draw(months(OUTSIDE))
    told = [plain(signal.text) for signal in chart.signals]
    assert told == ["possible signal: 99 %, above the upper limit, January 2025"]
    assert chart.jumps.count("M") == 2


def test_control_a_jump_of_which_somebody_remarked_is_told_too():
    remarked = said(date(2025, 2, 1), "moving_range", True, "Back at once.")
    told = [signal.text for signal in draw(months(OUTSIDE), signals=[remarked]).signals]
    assert told[1].endswith("a jump down beyond the range limit, January to February 2025 – Back at once")
    assert len(told) == 2


def test_beneath_a_dismissed_one_a_weaker_one_shows_again():
    """A value outside within a run of near ones: dismissed, it belongs to the run like the others."""
    values = months([*CALM, 90, 92, 90, 90, 86])
    dismissed = draw(values, signals=[said(date(2025, 2, 1), "outside", False)])
    assert marks_of(draw(values), Rule.SHORT_RUN) == 3
    assert marks_of(dismissed, Rule.SHORT_RUN) == 4


def test_of_many_dismissed_ones_the_newest_are_told_and_the_rest_counted():
    values = months([*CALM, *([99, 86] * 8)])
    answers = [said(value.period, "outside", False) for value in values[12:]]
    answers += [said(value.period, "moving_range", False) for value in values[12:]]
    chart = draw(values, signals=answers)
    notes = [note for note in chart.notes if note.startswith("looked at")]
    assert len(notes) == 4
    assert any(note.endswith("earlier, no signals") for note in chart.notes)


def test_what_people_remark_stays_text():
    chart = draw(months(RUN_BELOW), signals=[said(MAY, "long_run", True, "<script>x</script> %(what)s")])
    assert "<script" not in svg(chart)
    assert "%(what)s" in chart.text


def test_rows_of_the_database_are_known_by_their_key_and_asked_for_nothing():
    values = months(RUN_BELOW)
    for key, value in enumerate(values, start=1):
        value.pk = key
    answer = Signal(value_id=17, rule="long_run", confirmed=True)
    chart = charts.chart(Measure(name="m", unit="%"), values, signals=[answer])
    assert chart.signals[0].text.startswith("signal: ")


rules = st.sampled_from([rule.value for rule in Rule])


@settings(max_examples=40, deadline=None)
@given(st.data(), st.lists(st.integers(-30, 30), min_size=5, max_size=60))
def test_any_answers_are_told_or_left_out(data, numbers):
    values = months(numbers)
    answers = data.draw(
        st.lists(
            st.builds(
                said,
                st.sampled_from([*(value.period for value in values), date(1999, 1, 1)]),
                rules,
                st.sampled_from([None, True, False]),
                st.text(max_size=20),
            ),
            max_size=12,
        )
    )
    chart = draw(values, signals=answers, shows_ranges=True)
    dismissed = {(answer.value.period, answer.rule) for answer in answers if answer.confirmed is False}
    if not dismissed and not any(answer.confirmed for answer in answers):
        assert chart == draw(values, shows_ranges=True)
    every = {(value.period, rule.value) for value in values for rule in Rule}
    silent = draw(values, signals=[said(period, rule, False) for period, rule in every])
    assert (silent.signals, silent.marks, silent.jumps, silent.brackets) == ((), "", "", "")
