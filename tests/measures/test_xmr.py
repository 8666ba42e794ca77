"""Limits and signals, against published charts and a second, naive implementation."""

from datetime import date
from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from measures import models, xmr
from measures.xmr import LockedBaseline, PossibleSignal, Rule, Side, Stretch

# Wheeler, Making Sense of Data, p. 382: the data set to verify software with.
VERIFY = [5045, 4350, 4350, 3975, 4290, 4430, 4485, 4285, 3980, 3925, 3645, 3760, 3300, 3685, 3463, 5200]
# The same, p. 130: a patient's peak flow.
PEAK_FLOW = [120, 140, 100, 150, 260, 150, 100, 120, 300, 300, 275, 300, 140, 170, 150, 150, 190, 180]


def to(places, number):
    return f"{number:.{places}f}"


def limits_of(values, **options):
    found = xmr.limits(values, **options)
    assert found is not None
    return found


def around_five():
    """A baseline whose limits are easy: central line 5, mean moving range 1, so limits 2.34 and 7.66."""
    return limits_of([4, 5, 6, 5, 4, 5, 6, 5, 4, 5, 6, 5])


class TestPublishedCharts:
    def test_the_verifying_data_set_digit_for_digit(self):
        found = limits_of(VERIFY)
        assert to(2, found.central) == "4135.50"
        assert to(2, found.average_range) == "355.93"
        assert (to(2, found.lower), to(2, found.upper)) == ("3188.72", "5082.28")
        assert to(2, found.range_limit) == "1163.19"

    def test_its_sixteenth_value_is_outside_on_both_charts(self):
        found = limits_of(VERIFY)
        assert xmr.outside(VERIFY, found) == [PossibleSignal(Rule.OUTSIDE, Side.ABOVE, (15,))]
        assert xmr.wide_ranges(VERIFY, found) == [PossibleSignal(Rule.MOVING_RANGE, Side.ABOVE, (14, 15))]

    def test_its_points_9_to_15_are_a_run_of_seven_and_not_of_eight(self):
        found = limits_of(VERIFY)
        assert xmr.long_runs(VERIFY, found, 7) == [
            PossibleSignal(Rule.LONG_RUN, Side.BELOW, tuple(range(8, 15)))
        ]
        assert xmr.long_runs(VERIFY, found, 8) == []

    def test_peak_flow_digit_for_digit(self):
        found = limits_of(PEAK_FLOW)
        assert (to(1, found.central), to(1, found.average_range)) == ("183.1", "52.4")
        assert (to(1, found.lower), to(1, found.upper)) == ("43.8", "322.3")
        assert to(1, found.range_limit) == "171.1"

    def test_peak_flows_signals(self):
        found = limits_of(PEAK_FLOW)
        assert xmr.wide_ranges(PEAK_FLOW, found) == [PossibleSignal(Rule.MOVING_RANGE, Side.ABOVE, (7, 8))]
        assert xmr.short_run_windows(PEAK_FLOW, found) == [(7, Side.ABOVE), (8, Side.ABOVE), (9, Side.ABOVE)]
        assert xmr.short_runs(PEAK_FLOW, found) == [
            PossibleSignal(Rule.SHORT_RUN, Side.ABOVE, (8, 9, 10, 11))
        ]
        assert xmr.outside(PEAK_FLOW, found) == []


class TestLimits:
    def test_under_five_values_there_are_none(self):
        assert xmr.limits([1, 2, 3, 4]) is None

    @pytest.mark.parametrize(("count", "trial"), [(5, True), (11, True), (12, False)])
    def test_from_five_to_eleven_they_are_trial_limits(self, count, trial):
        assert limits_of(range(count)).trial is trial

    def test_the_median_variant_has_its_own_factors(self):
        found = limits_of([0, 1, 3, 6, 10, 10], use_median=True)  # moving ranges 1 2 3 4 0, median 2
        assert found.central == 5
        assert (found.lower, found.upper) == (5 - 2 * Decimal("3.145"), 5 + 2 * Decimal("3.145"))
        assert found.range_limit == 2 * Decimal("3.865")

    def test_the_lower_limit_is_clipped_only_where_the_measure_stops_at_zero(self):
        values = [0, 3, 0, 4, 1, 0]
        assert limits_of(values).lower < 0
        assert limits_of(values, can_go_below_zero=False).lower == 0

    def test_values_below_zero_overrule_the_clipping(self):
        assert limits_of([-9, -7, -8, -9, -7], can_go_below_zero=False).lower < -9

    def test_clipping_makes_no_short_run_out_of_a_count_that_is_often_zero(self):
        values = [0, 2, 0, 0, 0, 3, 0, 0, 2, 0, 0, 3]
        assert xmr.short_runs(values, limits_of(values, can_go_below_zero=False)) == []

    def test_equal_values_have_limits_on_the_central_line_and_no_signal(self):
        values = [0.1] * 20
        found = limits_of(values)
        assert found.lower == found.central == found.upper == Decimal("0.1")
        assert xmr.signals(values, found) == []

    @pytest.mark.parametrize("broken", [float("nan"), float("inf"), Decimal("NaN")])
    def test_what_is_no_number_is_refused(self, broken):
        with pytest.raises(ValueError, match="not a number"):
            xmr.limits([1, 2, 3, 4, broken])


class TestSignals:
    def test_a_value_on_the_limit_is_inside(self):
        found = around_five()
        assert xmr.outside([found.upper, found.lower], found) == []
        control = [found.upper + Decimal("1e-12"), found.lower - Decimal("1e-12")]
        assert [each.side for each in xmr.outside(control, found)] == [Side.ABOVE, Side.BELOW]

    def test_a_value_on_the_central_line_breaks_a_run(self):
        found = around_five()
        assert xmr.long_runs([6, 6, 6, 6, 5, 6, 6, 6, 6], found) == []
        assert len(xmr.long_runs([6, 6, 6, 6, 6, 6, 6, 6, 6], found)) == 1

    def test_a_central_line_that_no_float_holds_still_breaks_a_run(self):
        values = [Decimal("0.7"), Decimal("0.8"), Decimal("0.6")] * 4
        found = limits_of(values)
        assert found.side(Decimal("0.7")) is None

    def test_a_run_is_one_signal_however_long(self):
        assert xmr.long_runs([4] * 11 + [6], around_five()) == [
            PossibleSignal(Rule.LONG_RUN, Side.BELOW, tuple(range(11)))
        ]

    def test_three_of_four_on_different_sides_are_no_short_run(self):
        assert xmr.short_runs([7, 3, 7, 5], around_five()) == []
        assert xmr.short_runs([7, 3, 7, 7], around_five()) == [
            PossibleSignal(Rule.SHORT_RUN, Side.ABOVE, (0, 2, 3))
        ]

    def test_a_value_half_way_is_not_nearer(self):
        found = around_five()
        assert found.near(found.near_upper) is None
        assert found.near(found.near_lower) is None

    def test_short_runs_that_do_not_overlap_are_two(self):
        found = xmr.short_runs([7, 7, 7, 5, 5, 5, 7, 7, 7], around_five())
        assert [each.positions for each in found] == [(0, 1, 2), (6, 7, 8)]

    def test_the_rules_have_the_names_that_are_stored(self):
        assert {rule.value for rule in Rule} == set(models.Signal.Rule.values)


def months(count, year=2023):
    return [date(year + at // 12, at % 12 + 1, 1) for at in range(count)]


class TestStretches:
    @pytest.mark.parametrize(("count", "baseline"), [(1, 1), (11, 11), (12, 12), (40, 12)])
    def test_the_default_baseline_is_the_first_twelve_or_all(self, count, baseline):
        assert xmr.stretches(months(count)) == [Stretch(0, count, range(baseline))]

    def test_a_named_baseline_steps_the_chart_from_its_day(self):
        moved = LockedBaseline(date(2024, 3, 1), None, "A second desk")
        assert xmr.stretches(months(30), [moved]) == [
            Stretch(0, 14, range(12)),
            Stretch(14, 30, range(14, 26), "A second desk"),
        ]

    def test_the_last_day_locks_what_the_limits_come_from(self):
        short = LockedBaseline(date(2023, 1, 1), date(2023, 6, 30), "Before the move")
        assert xmr.stretches(months(30), [short]) == [Stretch(0, 30, range(6), "Before the move")]

    def test_a_new_baseline_leaves_a_locked_one_as_it_was(self):
        locked = LockedBaseline(date(2023, 1, 1), date(2023, 12, 31), "First year")
        later = LockedBaseline(date(2023, 9, 1), None, "New rota")
        assert [each.baseline for each in xmr.stretches(months(24), [later, locked])] == [
            range(12),
            range(8, 20),
        ]

    def test_baselines_without_values_are_left_out(self):
        early = LockedBaseline(date(2020, 1, 1), None, "Before it was counted")
        late = LockedBaseline(date(2030, 1, 1), None, "Not yet")
        again = LockedBaseline(date(2022, 1, 1), None, "From the first value")
        assert [each.reason for each in xmr.stretches(months(6), [early, again, late])] == [
            "From the first value"
        ]

    def test_no_values_have_no_stretch(self):
        assert xmr.stretches([]) == []

    def test_runs_do_not_reach_across_a_new_baseline(self):
        values = [4, 6, 5, 4, 6, 4, 6, 5, 4, 6, 4, 6] + [6] * 7 + [5, 7, 5, 7, 5, 7]
        step = LockedBaseline(date(2024, 4, 1), None, "New rota")
        whole = xmr.read(values, xmr.stretches(months(len(values))))
        stepped = xmr.read(values, xmr.stretches(months(len(values)), [step]))
        assert Rule.LONG_RUN in {each.rule for each in whole[0].signals}
        assert Rule.LONG_RUN not in {each.rule for part in stepped for each in part.signals}

    def test_signals_after_a_step_keep_their_place_in_the_whole(self):
        values = [4, 5, 6, 5, 4, 5, 6, 5, 4, 5, 6, 5] * 2 + [40]
        step = LockedBaseline(date(2024, 1, 1), None, "New rota")
        second = xmr.read(values, xmr.stretches(months(25), [step]))[1]
        assert PossibleSignal(Rule.OUTSIDE, Side.ABOVE, (24,)) in second.signals

    def test_a_stretch_of_few_values_has_no_limits_and_no_signals(self):
        reading = xmr.read([1, 900, 1], xmr.stretches(months(3)))[0]
        assert (reading.limits, reading.signals) == (None, ())


# The second implementation: fractions, one line a rule, positions by trying every one.


class Oracle:
    def __init__(self, baseline, values, long_run):
        self.values = [Fraction(value) for value in values]
        numbers = [Fraction(value) for value in baseline]
        ranges = [abs(numbers[i] - numbers[i - 1]) for i in range(1, len(numbers))]
        self.central = sum(numbers) / len(numbers)
        self.average_range = sum(ranges) / len(ranges)
        self.upper = self.central + Fraction("2.66") * self.average_range
        self.lower = self.central - Fraction("2.66") * self.average_range
        self.range_limit = Fraction("3.268") * self.average_range
        self.long_run = long_run

    def outside(self):
        return {i for i, v in enumerate(self.values) if not self.lower <= v <= self.upper}

    def in_a_long_run(self):
        found = set()
        for i in range(len(self.values) - self.long_run + 1):
            window = self.values[i : i + self.long_run]
            if all(v > self.central for v in window) or all(v < self.central for v in window):
                found |= set(range(i, i + self.long_run))
        return found

    def nearer(self, i, limit, sign):
        value = self.values[i]
        return sign * (value - self.central) > 0 and abs(value - limit) < abs(value - self.central)

    def short_windows(self):
        return {
            (i, side)
            for i in range(len(self.values) - 3)
            for side, limit, sign in [(Side.ABOVE, self.upper, 1), (Side.BELOW, self.lower, -1)]
            if sum(self.nearer(j, limit, sign) for j in range(i, i + 4)) >= 3
        }

    def wide(self):
        return {
            i
            for i in range(1, len(self.values))
            if abs(self.values[i] - self.values[i - 1]) > self.range_limit
        }


def series(least, most):
    stored = st.decimals(min_value=-(10**14), max_value=10**14, places=6, allow_nan=False)
    steps = st.integers(-3, 3).map(Decimal)
    return st.one_of(*(st.lists(each, min_size=least, max_size=most) for each in (stored, steps)))


def close(found, true):
    assert abs(Fraction(found) - true) <= Fraction(1, 10**9)


@settings(deadline=None)
@given(series(5, 40))
def test_limits_agree_with_the_second_implementation(values):
    found, oracle = limits_of(values), Oracle(values, values, 8)
    for name in ("central", "average_range", "upper", "lower", "range_limit"):
        close(getattr(found, name), getattr(oracle, name))


@settings(deadline=None)
@given(series(5, 12), series(0, 40), st.sampled_from([7, 8]))
def test_signals_agree_with_the_second_implementation(baseline, later, long_run):
    values = baseline + later
    found, oracle = limits_of(baseline), Oracle(baseline, values, long_run)
    assert {each.positions[0] for each in xmr.outside(values, found)} == oracle.outside()
    runs = xmr.long_runs(values, found, long_run)
    assert {at for each in runs for at in each.positions} == oracle.in_a_long_run()
    assert set(xmr.short_run_windows(values, found)) == oracle.short_windows()
    assert {each.positions[1] for each in xmr.wide_ranges(values, found)} == oracle.wide()


@settings(deadline=None)
@given(series(5, 40))
def test_a_short_runs_marks_are_the_near_values_of_its_windows(values):
    found, oracle = limits_of(values), Oracle(values, values, 8)
    expected = {
        (at, side)
        for first, side in oracle.short_windows()
        for at in range(first, first + 4)
        if oracle.nearer(
            at, oracle.upper if side == Side.ABOVE else oracle.lower, 1 if side == Side.ABOVE else -1
        )
    }
    assert {(at, each.side) for each in xmr.short_runs(values, found) for at in each.positions} == expected


def test_control_the_second_implementation_tells_a_wrong_factor():
    wrong = Oracle(VERIFY, VERIFY, 8)
    wrong.upper = wrong.central + Fraction("2.67") * wrong.average_range
    with pytest.raises(AssertionError):
        close(limits_of(VERIFY).upper, wrong.upper)
