"""The chart as a reader meets it: what it says, what it draws, and that it fits."""

import re
from datetime import date, timedelta
from decimal import Decimal
from xml.etree import ElementTree

import pytest
from django.template.loader import render_to_string
from hypothesis import given, settings
from hypothesis import strategies as st

from measures import charts
from measures.chart_layout import INK, PLOT, SMALL, TYPE, WIDTH, Label, apart
from measures.chart_marks import SHAPES
from measures.models import Baseline, Measure, Signal, Target, Value
from measures.xmr import Rule
from tests.measures.drawn import (
    CALM,
    RUN_BELOW,
    box_of,
    draw,
    label_of,
    level,
    middle_of,
    months,
    plain,
    reach,
    strokes,
    svg,
    words,
    years,
)


def in_full(chart):
    """The picture with its words beneath it."""
    return render_to_string("measures/_chart.html", {"chart": chart})


class TestInWords:
    def test_a_calm_measure(self):
        """Its mean and limits are of the first year alone, and it says so."""
        chart = draw(months(CALM * 2))
        assert plain(chart.text) == (
            "24 months to December 2025; mean 86.0 % and limits 81.4 to 90.6 from the first 12 months"
        )
        assert chart.calm == "between the dashed lines: usual ups and downs, no reaction needed"

    def test_control_a_mean_of_all_that_is_shown_needs_no_months(self):
        assert plain(draw(months(CALM)).summary).endswith("2024; mean 86.0 %; limits 81.4 to 90.6")

    @pytest.mark.parametrize(
        ("numbers", "named", "text"),
        [
            ([*CALM[:5], None, *CALM], (), "from the first 12 values"),
            (CALM, ("2024-01-01", "2024-06-01"), "and trial limits 80.7 to 91.3 from the first 6 months"),
            (CALM * 2, ("2024-07-01", "2025-06-30"), "limits 81.6 to 90.4 from July 2024 to June 2025"),
        ],
    )
    def test_whatever_the_mean_is_of_is_said(self, numbers, named, text):
        days = [date.fromisoformat(day) for day in named]
        baselines = [Baseline(starts=days[0], ends=days[1], reason="A move")] if days else []
        assert text in plain(draw(months(numbers), (), baselines).summary)

    def test_what_needs_no_reaction_leaves_out_what_is_marked(self):
        assert draw(months(RUN_BELOW)).calm.startswith("between the dashed lines, unmarked: usual")
        assert draw(months([4] * 12)).calm == draw(months(CALM[:4])).calm == ""

    def test_its_key_says_what_each_shape_means_that_it_has(self):
        run = draw(months(RUN_BELOW))
        assert [(mark.text, mark.shape) for mark in run.key] == [
            ("a run on one side of the mean", SHAPES[Rule.LONG_RUN])
        ]
        spike = draw(months([*CALM, 99, 86]))
        assert [mark.text for mark in spike.key] == ["outside the limits", "thick line: a jump"]
        assert "A mark asks what happened, be it good or bad:" in in_full(spike)
        calm = draw(months(CALM))
        assert calm.key == ()
        assert "A mark asks" not in in_full(calm)

    def test_a_run_below_the_central_line(self):
        chart = draw(months(RUN_BELOW))
        assert chart.text.endswith(
            "possible signal: eight in a row below the central line, May to December 2025"
        )

    def test_a_teams_long_run_may_be_seven(self):
        values = months(RUN_BELOW[:-1])
        assert "in a row" not in draw(values, long_run=8).text
        assert "seven in a row" in draw(values, long_run=7).text

    def test_values_outside_that_follow_one_another_are_told_once(self):
        chart = draw(months([*CALM, 95, 96, 86]))
        assert "two values above the upper limit, January to February 2025" in chart.text

    def test_one_value_outside_says_its_value_and_period(self):
        assert "99.5 %, above the upper limit, January 2025" in plain(draw(months([*CALM, 99.5])).text)

    def test_a_jump_says_from_when_to_when(self):
        chart = draw(months([*CALM, 82, 90]))
        assert "a jump up beyond the range limit, January to February 2025" in chart.text

    def test_a_crowd_of_signals_is_told_newest_and_counted(self):
        chart = draw(months([*CALM, *([99, 86] * 8)]))
        assert len(chart.signals) == 4
        assert re.fullmatch(r"and \d+ earlier, marked on the chart", chart.more)

    @pytest.mark.parametrize(
        ("numbers", "text"),
        [
            ([85.7], "January 2024: 85.7 %; no limits yet: they need at least 5 values"),
            (
                [1, 2, 3.25],
                "3 months to March 2024: 1, 2 and 3.25 %; no limits yet: they need at least 5 values",
            ),
        ],
    )
    def test_too_few_values_say_why_there_are_no_limits(self, numbers, text):
        assert plain(draw(months(numbers)).text) == text

    @pytest.mark.parametrize("count", [5, 11])
    def test_from_five_to_eleven_the_limits_are_trial_limits(self, count):
        chart = draw(months(CALM[:count]))
        assert f"from {count} values" in chart.summary
        assert "trial limits" in words(chart)

    def test_twelve_values_have_limits_without_a_reserve(self):
        assert "trial" not in draw(months(CALM)).text

    def test_fiscal_years_keep_the_words_that_people_wrote(self):
        chart = draw(years([14973, 15210, 14102]), unit="incidents")
        assert chart.summary.startswith("3 years to FY18: 14,973, 15,210 and 14,102")
        assert [text for text in words(chart) if text.startswith("FY")] == ["FY16", "FY17", "FY18"]

    def test_missing_months_are_counted(self):
        numbers = [*CALM, *CALM]
        numbers[5] = numbers[6] = None
        assert draw(months(numbers)).text.startswith("22 of 24 months to December 2025")

    def test_a_target_is_named_and_changes_no_limit(self):
        target = Target(period=date(2025, 12, 1), value=Decimal("95.5"))
        without, having = draw(months(CALM * 2)), draw(months(CALM * 2), [target])
        assert plain(having.summary) == f"{plain(without.summary)}; target 95.5 %"
        assert "target 95.5" in words(having)

    @pytest.mark.parametrize(
        ("unit", "numbers", "text"),
        [
            ("$", [-3, -2, -4, -3, -2], "mean −$2.8"),
            ("days", [0, 0, 0, 0, 0], "mean 0 days"),
            ("$", [4.1e9, 4.2e9, 4.3e9, 4.1e9, 4.3e9], "mean $4.20 bn"),
            ("", [0.000002, 0.000001, 0.000003, 0.000002, 0.000002], "mean 0.0000020"),
            ("", [100, 120, 130, 110, 119], "mean 116"),
            ("", [1.123456, 2.2, 3.3, 1.1, 2.9], "mean 2.1"),
        ],
    )
    def test_numbers_have_their_unit_and_only_the_decimals_that_are_seen(self, unit, numbers, text):
        assert f"; {text};" in plain(draw(months([f"{number:.6f}" for number in numbers]), unit=unit).text)

    def test_numbers_and_months_follow_the_gallerys_language(self):
        chart = draw(months([number + 1000 for number in CALM]), language="de")
        assert "1.086,0" in chart.text
        assert "Dezember" in chart.text


class TestBaselines:
    LATER = Baseline(starts=date(2025, 1, 1), reason="A second desk at the door.")

    def test_a_new_baseline_steps_and_gives_its_reason(self):
        chart = draw(months([*CALM, *(number - 20 for number in CALM)]), (), [self.LATER])
        assert "since January 2025 mean 66.0" in chart.summary
        assert len(chart.notes) == 1
        assert plain(chart.notes[0]) == (
            "baseline from January 2025: A second desk at the door; "
            "before it, mean 86.0 %, limits 81.4 to 90.6"
        )
        assert chart.central.count("M") == 2
        assert chart.limits.count("M") == 4
        assert chart.steps
        assert "mean 86.0" in words(chart)
        assert chart.signals == ()

    def test_control_without_the_baseline_the_same_values_signal(self):
        assert draw(months([*CALM, *(number - 20 for number in CALM)])).signals

    def test_a_baseline_of_few_values_says_that_it_waits(self):
        chart = draw(months([*CALM, 66, 67, 65]), (), [self.LATER])
        assert "since January 2025 no limits yet: its baseline has 3 of the 5 values" in chart.summary
        assert chart.central.count("M") == 1

    def test_the_first_baselines_reason_is_told_too(self):
        named = Baseline(starts=date(2024, 1, 1), ends=date(2024, 12, 31), reason="The year before the move")
        assert draw(months(CALM * 2), (), [named]).notes == (
            "baseline from January 2024: The year before the move",
        )

    @pytest.mark.parametrize("drop", [10, 20])
    def test_an_earlier_stretchs_words_stand_within_it_its_mean_nearest_to_its_line(self, drop):
        chart = draw(months([*CALM, *(number - drop for number in CALM)]), (), [self.LATER])
        central, upper = level(chart.central, 0), level(chart.limits, 0)
        mean = label_of(chart, "mean 86.0")
        assert abs(middle_of(mean) - central) < abs(middle_of(mean) - upper)
        ((step, _top, _to, _bottom),) = strokes(chart.steps.replace("V", "h0 0M0 "))[:1]
        earlier = [mean, label_of(chart, "limit 90.6"), label_of(chart, "limit 81.4")]
        assert all(reach(label)[1] <= step for label in earlier)

    def test_a_mean_without_room_is_told_with_its_limit(self):
        restless = [4, 8] * 6
        chart = draw(months([*restless, *(number + 60 for number in restless)]), (), [self.LATER])
        assert "limit 17, mean 6" in words(chart)

    def test_the_step_says_its_reason_beside_it(self):
        reason = "New timetable from 1 March: two more minutes at Saltmere Steps."
        later = Baseline(starts=date(2025, 1, 1), reason=reason)
        chart = draw(months([*CALM, *(number + 20 for number in CALM)]), (), [later])
        first = next(at for at, text in enumerate(words(chart)) if text.startswith("New timetable"))
        lines = chart.labels[first : first + 2]
        said = " ".join(line.text for line in lines).rstrip("…")
        assert reason.startswith(said)
        assert len(said) > 20
        step = float(chart.steps[1:].split()[0])
        assert all(min(abs(edge - step) for edge in reach(line)) < 8 for line in lines)

    def test_control_a_step_without_air_beside_it_leaves_its_reason_to_the_caption(self):
        values = months(CALM * 5)
        often = [Baseline(starts=value.period, reason="Another road") for value in values[6::6]]
        chart = draw(values, (), often)
        assert not any("Another" in text for text in words(chart))
        assert "Another road" in chart.notes[0]

    def test_an_earlier_baselines_limits_say_their_values_small_at_their_lines(self):
        chart = draw(months([*CALM, *(number - 20 for number in CALM)]), (), [self.LATER])
        for text, at in (("limit 90.6", 0), ("limit 81.4", 1)):
            label = label_of(chart, text)
            assert float(label.size) < SMALL
            assert abs(middle_of(label) - level(chart.limits, at)) < 12

    def test_earlier_limits_say_nothing_where_there_is_no_room(self):
        brief = [*CALM[:5], *([70, 100] * 30)]
        chart = draw(months(brief), (), [Baseline(starts=date(2024, 6, 1), reason="A move.")])
        assert len([text for text in words(chart) if text.startswith("limit ")]) == 2

    def test_words_along_the_lines_stand_on_no_line_of_values_and_on_no_words(self):
        later = Baseline(starts=date(2026, 1, 1), reason="A third desk.")
        numbers = [*CALM, *(number - 20 for number in CALM), *(number - 5 for number in CALM[:7])]
        chart = draw(months(numbers), (), [self.LATER, later])
        boxes = [box_of(label) for label in chart.labels]
        assert not any(a.touches(b, 0) for at, a in enumerate(boxes) for b in boxes[:at])
        assert not any(box.crossed_by(stroke, 0) for box in boxes for stroke in strokes(chart.line))


class TestInThePicture:
    def test_words_moved_from_their_level_have_a_line_that_leads_there(self):
        target = Target(period=date(2025, 12, 1), value=Decimal("86.2"))
        chart = draw(months(CALM * 2), [target])
        leaders = strokes(chart.leaders)
        assert leaders
        levels = [
            level(chart.central, 0),
            level(chart.target, 0),
            float(chart.line.split()[-1]),
            *(level(chart.limits, at) for at in (0, 1)),
        ]
        assert all(any(abs(y - each) < 5 for each in levels) for _x, y, _to_x, _to_y in leaders)
        assert 'stroke-width="0.5"' in svg(chart)

    def test_control_words_at_their_level_need_no_line(self):
        chart = draw(months([80, 86, 92, 86, 80, 92, 86, 80, 92, 86, 80, 92]))
        assert chart.leaders == ""
        assert 'stroke-width="0.5"' not in svg(chart)

    @pytest.mark.parametrize("extra", [[99, 86] * 8, [99, 86, 70, 86, 99, 99, 70, 86, 99, 70]])
    def test_at_most_two_signals_have_words_on_the_chart_and_all_have_marks(self, extra):
        chart = draw(months([*CALM, *extra]))
        assert len([text for text in words(chart) if text.startswith("possible signal")]) == 2
        assert chart.marks.count(SHAPES[Rule.OUTSIDE]) > 2
        assert len(chart.signals) == 4
        assert chart.more

    def test_words_of_values_do_not_stand_on_targets(self):
        aim = Target(period=date(2017, 1, 1), value=Decimal("68.7"))
        chart = draw(years([62, 68, 64, 60]), [aim])
        (dots,) = strokes(chart.target)
        said = [label for label in chart.labels if label.colour == INK]
        assert {"62", "64", "60"} <= {label.text for label in said}
        assert not any(box_of(label).crossed_by(dots) for label in said)

    def test_control_just_above_their_value_they_would(self):
        aim = Target(period=date(2017, 1, 1), value=Decimal("68.7"))
        chart = draw(years([62, 68, 64, 60]), [aim])
        (dots,) = strokes(chart.target)
        x, y = chart.line[1:].split(" ")[2:4]
        above = Label(x, str(float(y) - 9), "68", anchor="middle", size=str(TYPE))
        assert box_of(above).crossed_by(dots)

    def test_the_central_line_and_the_limits_say_their_values(self):
        assert {"mean 86.0", "limit 90.6", "limit 81.4", "%"} <= set(words(draw(months(CALM))))

    @pytest.mark.parametrize("numbers", [CALM, [85, 87] * 6])
    def test_the_newest_value_says_what_it_is_also_on_the_central_line(self, numbers):
        chart = draw(months([*numbers, 86]))
        (newest,) = [label for label in chart.labels if label.bold]
        assert newest.text == "latest 86"
        assert "mean 86.0" in words(chart)

    def test_a_lower_limit_that_would_be_below_zero_is_none_where_the_measure_cannot(self):
        numbers = [0, 3, 0, 4, 1, 0, 2, 0, 3, 1, 0, 4]
        chart = draw(months(numbers), can_go_below_zero=False)
        assert [text for text in words(chart) if text.startswith("limit")] == ["limit 8.3"]
        assert chart.limits.count("M") == 1
        assert "upper limit 8.3" in chart.summary
        assert chart.calm.startswith("below the dashed line: ")

    def test_control_where_the_measure_can_it_has_both(self):
        chart = draw(months([0, 3, 0, 4, 1, 0, 2, 0, 3, 1, 0, 4]))
        assert any(text.startswith("limit −") for text in words(chart))
        assert chart.limits.count("M") == 2
        assert draw(months(CALM), can_go_below_zero=False).limits.count("M") == 2

    def test_a_jump_far_from_its_words_has_a_stem_that_leads_to_them(self):
        numbers = [6, 6, 5, 2, 2, 6, 5, 5, 5, 5, 4, 3]
        later = Baseline(starts=date(2025, 1, 1), reason="Cards")
        stepped = draw(months([*numbers, *(number + 30 for number in numbers[:4])]), (), [later])
        jump = next(label for label in stepped.labels if label.text.endswith("jump up"))
        stem = re.search(r"M([\d.]+) ([\d.]+)V([\d.]+)$", stepped.brackets)
        x, top, bottom = map(float, stem.groups())
        left, right = reach(jump)
        assert left < x < right
        assert bottom - top > 50
        assert "V" not in draw(months([*CALM, 99])).brackets

    def test_a_possible_signal_has_a_shape_and_words_besides_its_colour(self):
        chart = draw(months(RUN_BELOW))
        square = SHAPES[Rule.LONG_RUN]
        assert chart.marks.count(square) == 8
        assert chart.signals[0].shape == square
        assert "possible signal: 8 in a row below" in words(chart)

    def test_every_rule_has_a_shape_of_its_own(self):
        assert len(set(SHAPES.values())) == len(Rule)

    def test_a_calm_chart_has_no_marks(self):
        chart = draw(months(CALM * 2))
        assert (chart.marks, chart.jumps, chart.brackets) == ("", "", "")

    def test_the_line_is_broken_where_a_month_is_missing(self):
        numbers = [*CALM, *CALM]
        assert draw(months(numbers)).line.count("M") == 1
        numbers[5] = numbers[11] = None
        assert draw(months(numbers)).line.count("M") == 3

    def test_weekends_do_not_break_the_line_of_working_days(self):
        days = [date(2025, 1, 6) + timedelta(days=at) for at in range(40)]
        working = [Value(period=day, value=Decimal(5)) for day in days if day.weekday() < 5]
        assert draw(working).line.count("M") == 1
        assert draw([value for value in working if value.period.day != 15]).line.count("M") == 2

    @pytest.mark.parametrize(
        ("step", "name"),
        [(timedelta(days=1), "day"), (timedelta(weeks=1), "week")],
    )
    def test_days_and_weeks_are_told_apart(self, step, name):
        values = [Value(period=date(2025, 1, 1) + at * step, value=Decimal(at % 3)) for at in range(9)]
        assert draw(values).summary.startswith(f"9 {name}s to ")

    def test_quarters_are_named_as_quarters(self):
        values = [Value(period=date(2023 + at // 4, 3 * (at % 4) + 1, 1), value=at) for at in range(9)]
        chart = draw(values)
        assert chart.summary.startswith("9 quarters to Q1 2025")
        assert {"Q1 2023", "Q3", "Q1 2025"} <= set(words(chart))

    @pytest.mark.parametrize(
        ("count", "labels"),
        [
            (6, ["Jan 2024", "Mar", "May"]),
            (24, ["Jan 2024", "Jul", "Jan 2025", "Jul"]),
            (200, ["2025", "2030", "2035", "2040"]),
        ],
    )
    def test_months_have_few_round_labels(self, count, labels):
        months_only = [Value(period=value.period, value=5) for value in months(range(count))]
        chart = draw(months_only)
        floor = chart.labels[-1].y
        assert [label.text for label in chart.labels if label.y == floor] == labels

    def test_time_runs_true_across_a_gap(self):
        values = [Value(period=date(year, 1, 1), value=year) for year in (2000, 2001, 2002, 2004)]
        xs = [float(pair.split()[0]) for pair in re.findall(r"[M ]([\d.]+ [\d.]+)", draw(values).line)]
        assert xs[3] - xs[2] == pytest.approx(2 * (xs[1] - xs[0]), abs=0.4)

    def test_few_values_say_themselves(self):
        assert {"85.7", "88", "86.25", "%"} <= set(words(draw(years([85.7, 88, 86.25]))))

    def test_targets_ahead_stand_at_their_own_periods(self):
        values = [Value(period=date(2016 + at, 1, 1), written=f"FY{16 + at}", value=at) for at in (0, 1)]
        ahead = [Target(period=date(2016 + at, 1, 1), written=f"FY{16 + at}", value=at) for at in (2, 3)]
        having = draw(values, ahead)
        assert {"FY16", "FY17", "FY18", "FY19"} <= set(words(having))
        assert having.target.count("M") == 2
        far = Target(period=date(2030, 1, 1), written="FY30", value=Decimal(1))
        assert "FY30" not in words(draw(values, [far]))
        assert draw(values, [far]).target == ""

    def test_a_targets_words_are_led_to_by_dots_and_a_levels_by_a_line(self):
        close = Target(period=date(2025, 12, 1), value=Decimal("86.1"))  # the mean is 86.0
        chart = draw(months([*CALM, *CALM[:-1], 84]), [close])
        assert chart.target.count("L") == 1
        assert "L" in chart.leaders

    def test_a_target_in_millions_is_as_short_as_its_values(self):
        values = [Value(period=date(2016 + at, 1, 1), value=57_763_821 + at * 2_708_633) for at in (0, 1)]
        set_high = Target(period=date(2018, 1, 1), value=Decimal(61_509_427))
        assert "target 61.51 m" in plain(" ".join(words(draw(values, [set_high], unit="$")))).replace("$", "")

    def test_a_target_that_would_press_the_values_flat_is_named_at_the_edge(self):
        far = Target(period=date(2024, 12, 1), value=Decimal(400))
        near = Target(period=date(2024, 12, 1), value=Decimal(92))
        assert "target 400 ↑" in words(draw(months(CALM), [far]))
        assert draw(months(CALM), [far]).target == ""
        assert draw(months(CALM), [near]).target != ""

    def test_a_crowd_of_values_is_drawn_by_its_line_alone(self):
        values = [Value(period=date(2020, 1, 1) + timedelta(days=at), value=at % 7) for at in range(500)]
        assert draw(values).dots == ""

    def test_rows_may_come_in_any_order(self):
        values = months(RUN_BELOW)
        assert draw(values[::-1]) == draw(values)

    def test_without_values_there_is_no_chart(self):
        assert charts.chart(Measure(name="New", unit="%"), []) is None
        assert render_to_string("measures/_chart.html", {"chart": None}).strip() == ""


class TestTheDrawing:
    def test_two_years_of_months_stay_under_four_kilobytes(self):
        target = Target(period=date(2025, 12, 1), value=Decimal(90))
        assert len(svg(draw(months(RUN_BELOW), [target])).encode()) <= 4096

    def test_it_is_an_image_with_a_name_and_a_description(self):
        chart = draw(months(RUN_BELOW))
        root = ElementTree.fromstring(svg(chart))  # noqa: S314 - our own markup
        assert root.get("role") == "img"
        assert root.findtext("title") == "Seen within four hours"
        assert root.findtext("desc") == chart.text

    def test_it_needs_no_stylesheet_and_no_script(self):
        assert not re.search(
            r"style=|class=|var\(|currentColor|<script|\son\w+=", svg(draw(months(RUN_BELOW)))
        )

    @pytest.mark.parametrize("language", ["en", "de", "fr"])
    def test_coordinates_are_the_same_in_every_language(self, settings, language):
        settings.USE_THOUSAND_SEPARATOR = True
        settings.LANGUAGE_CODE = language
        chart, english = draw(months(RUN_BELOW), language=language), draw(months(RUN_BELOW))
        assert (chart.line, chart.marks, chart.height) == (english.line, english.marks, english.height)
        numbers = re.findall(r'\s(?:x|y|viewBox|font-size)="([^"]*)"', svg(chart))
        assert all(re.fullmatch(r"[-\d. ]+", number) for number in numbers)

    def test_what_people_typed_stays_text(self):
        measure = Measure(name="<b>bold</b>", unit="<script>x</script>")
        page = render_to_string("measures/_chart.html", {"chart": charts.chart(measure, months(CALM))})
        assert "<script" not in page
        assert "<b>" not in page

    def test_the_caption_says_signals_reasons_and_marks(self):
        named = Baseline(starts=date(2024, 1, 1), ends=date(2024, 12, 31), reason="Before the move")
        page = render_to_string("measures/_chart.html", {"chart": draw(months(RUN_BELOW), (), [named])})
        caption = page[page.index("<figcaption") :]
        assert "Possible signal: eight in a row below the central line" in caption
        assert SHAPES[Rule.LONG_RUN] in caption
        assert "Before the move" in caption


def test_words_at_the_right_end_are_moved_apart_and_stay_inside():
    assert apart([10, 50, 90], 14, 0, 100) == [10, 50, 90]
    assert apart([50, 51, 52], 14, 0, 100) == [37, 51, 65]
    assert apart([2, 3, 90], 14, 0, 100) == [0, 14, 90]
    assert apart([98, 99, 100], 14, 0, 100) == [72, 86, 100]


magnitudes = st.sampled_from(
    [Decimal("0.000001"), Decimal("0.01"), Decimal(1), Decimal(10) ** 6, Decimal(10) ** 12]
)
numbers = st.builds(lambda number, size: number * size, st.integers(-999, 999), magnitudes)
lengths = st.one_of(st.integers(1, 60), st.sampled_from([120, 121, 500]))


@st.composite
def series(draw_one):
    """Values day by day to year by year, some periods missing, with targets, baselines and answers."""
    count, step = draw_one(lengths), draw_one(st.sampled_from([1, 7, 31, 92, 366]))
    some = draw_one(st.lists(numbers, min_size=1, max_size=min(count, 60)))
    missing = draw_one(st.sets(st.integers(1, count), max_size=3)) - {0}
    day = date(1450, 1, 1)
    values = [
        Value(period=day + timedelta(days=at * step), value=some[at % len(some)])
        for at in range(count)
        if at not in missing
    ]
    days = st.sampled_from([value.period for value in values])
    aims = draw_one(st.lists(st.tuples(st.integers(0, count + 9), numbers), max_size=3))
    targets = [Target(period=day + timedelta(days=at * step), value=each) for at, each in aims]
    reasons = st.sampled_from(["A move", "New timetable from 1 March: two more minutes", "Überfuhr" * 9])
    starts = sorted(draw_one(st.sets(days, max_size=3)))
    baselines = [Baseline(starts=each, reason=draw_one(reasons)) for each in starts]
    answers = st.builds(
        Signal,
        value=st.builds(Value, period=days),
        rule=st.sampled_from(list(Rule)),
        confirmed=st.sampled_from([True, False, None]),
        remark=st.sampled_from(["", "The quay"]),
    )
    return values, targets, baselines, draw_one(st.lists(answers, max_size=4))


@settings(max_examples=60, deadline=None)
@given(
    series(),
    st.sampled_from(["%", "$", "days", "vehicles parked for more than two hours in a loading bay ✓"]),
    st.booleans(),
    st.booleans(),
    st.sampled_from(["en", "de", "fr", "ar", "zh-hans"]),
)
def test_any_series_is_told_and_drawn_inside_its_frame(rows, unit, below, ranges, language):
    values = rows[0]
    chart = draw(*rows, unit=unit, can_go_below_zero=below, shows_ranges=ranges, language=language)
    ElementTree.fromstring(svg(chart))  # noqa: S314 - our own markup
    assert len(re.findall(r"[\d.-]+ [\d.-]+", chart.line)) == len(values)
    if len(values) > 1:
        assert chart.text.startswith(f"{len(values)} ")
    height = float(chart.height)
    paths = [value for value in vars(chart).values() if isinstance(value, str) and value.startswith("M")]
    for x, y in re.findall(r"M([\d.-]+) ([\d.-]+)", "".join(paths)):
        assert 0 <= float(x) <= WIDTH
        assert 0 <= float(y) <= height
    for label in chart.labels:
        left, right = reach(label)
        assert left >= -1, label
        assert right <= WIDTH + 1, label
        assert 0 <= float(label.y) <= height, label
    boxes = [box_of(label) for label in chart.labels]
    words_on_words = [(a, b) for at, a in enumerate(boxes) for b in boxes[:at] if a.touches(b, -1)]
    assert words_on_words == []
    reasons = [label for label in chart.labels if label.text.startswith(("A move", "New timetable", "Über"))]
    line = strokes(chart.line)
    assert not any(box_of(label).crossed_by(stroke, 0) for label in reasons for stroke in line)


def test_a_value_just_outside_is_told_from_its_limit():
    """The limit is 94.97: written as 95.0 beside a value of 95, nobody would see why that is outside."""
    chart = draw(months([*CALM[:10], 95, 86, 86, 87, 85, 87]))
    assert "limit 94.97" in words(chart)
    assert any("95, above" in plain(text).replace(" %", "") for text in words(chart))


def test_control_a_value_well_outside_needs_no_more_decimals():
    assert "limit 90.6" in words(draw(months([*CALM, 99])))


@pytest.mark.parametrize(("numbers", "part"), [([98, 97], 0.04), ([9, 11], 0.73), ([364, 378], 0.15)])
def test_few_values_without_limits_make_no_drama_of_a_small_difference(numbers, part):
    assert fall(draw(years(numbers))) == pytest.approx(part * PLOT, abs=1)


@pytest.mark.parametrize("numbers", [[10, 20], [-3, 4, 2], [97, 98, 98, 97, 99]])
def test_control_a_large_difference_or_one_with_limits_is_drawn_large(numbers):
    assert fall(draw(years(numbers))) > 0.3 * PLOT


def fall(chart):
    """How far up or down its line reaches."""
    heights = [y for _, begin, _, end in strokes(chart.line) for y in (begin, end)]
    return max(heights) - min(heights)


def test_equal_values_say_why_their_limits_are_one():
    assert (
        "all values of the baseline are equal, so the limits lie on the mean" in draw(months([4] * 14)).text
    )
