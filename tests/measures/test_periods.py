"""Periods as people write them, by their first day."""

from datetime import date

import pytest

from measures.periods import Calendar, Period, decide_calendar, frequency


@pytest.mark.parametrize(
    ("text", "starts", "span"),
    [
        ("FY16", date(2016, 1, 1), "year"),
        ("FY2019", date(2019, 1, 1), "year"),
        ("FY 16/17", date(2016, 1, 1), "year"),
        ("2016/17", date(2016, 1, 1), "year"),
        ("2016-17", date(2016, 1, 1), "year"),
        ("2024", date(2024, 1, 1), "year"),
        ("2024-03", date(2024, 3, 1), "month"),
        ("Mar 2024", date(2024, 3, 1), "month"),
        ("March 2024", date(2024, 3, 1), "month"),
        ("Mar-24", date(2024, 3, 1), "month"),
        ("Sept. 2024", date(2024, 9, 1), "month"),
        ("3/2024", date(2024, 3, 1), "month"),
        ("2011-12", date(2011, 12, 1), "month"),
        ("Q1 2025", date(2025, 1, 1), "quarter"),
        ("2025-Q3", date(2025, 7, 1), "quarter"),
        ("FY25 Q2", date(2025, 4, 1), "quarter"),
        ("2024-W07", date(2024, 2, 12), "week"),
        ("Week 7 2024", date(2024, 2, 12), "week"),
    ],
)
def test_a_period_is_its_first_day_and_keeps_its_label(text, starts, span):
    assert Calendar().read(text) == Period(starts, text, span)


@pytest.mark.parametrize("text", ["2024-03-01", "01/03/2024", "1.3.24", "1 March 2024", "March 1, 2024"])
def test_a_full_date_needs_no_label(text):
    assert Calendar().read(text) == Period(date(2024, 3, 1), "", "day")


@pytest.mark.parametrize(
    "text",
    ["31/02/2024", "2024-13", "2024-W60", "Q5 2024", "Jan", "1234", "yesterday", "", "H1 2024", "2024-02-30"],
)
def test_what_is_no_date_is_no_period(text):
    assert Calendar().read(text) is None


@pytest.mark.parametrize(
    ("texts", "starts", "words"),
    [
        (["01/03/2024", "13/03/2024"], date(2024, 3, 1), "“13/03/2024” can’t be read otherwise"),
        (["01/03/2024", "03/13/2024"], date(2024, 1, 3), "“03/13/2024” can’t be read otherwise"),
        (["01/03/2024", "01/04/2024"], date(2024, 3, 1), "the first of a month"),
        (["03/01/2024", "04/01/2024"], date(2024, 3, 1), "the first of a month"),
        (["01/03/2024"], date(2024, 3, 1), "nothing in the file shows which"),
    ],
)
def test_the_order_of_day_and_month_is_decided_for_the_file(texts, starts, words):
    calendar = decide_calendar(texts)
    assert calendar.read(texts[0]).starts == starts
    assert words in calendar.why


def test_pairs_of_years_are_told_from_months_by_their_company():
    assert decide_calendar(["2010-11", "2011-12"]).read("2011-12").span == "year"
    assert decide_calendar(["2011-11", "2011-12"]).read("2011-12").span == "month"


@pytest.mark.parametrize(
    ("texts", "found"),
    [
        (["FY16", "FY17"], "year"),
        (["Mar 2024", "Apr 2024"], "month"),
        (["2024-01-31", "2024-02-29", "2024-03-31"], "month"),
        (["2024-01-01", "2024-04-01", "2024-07-01"], "quarter"),
        (["2024-01-01", "2024-01-08"], "week"),
        (["2024-01-01", "2024-01-02", "2024-01-03"], "day"),
        (["2024-01-01"], ""),
        ([], ""),
    ],
)
def test_how_often_is_told_by_the_periods(texts, found):
    assert frequency([Calendar().read(text) for text in texts]) == found
