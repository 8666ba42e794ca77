"""A facilitator looks at a measure's chart: answers possible signals, begins a baseline, types values."""

import re
from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.contrib.admin.models import LogEntry
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from measures.admin_series import NewestFirst, PeriodField, PlainDecimal, following
from measures.models import Baseline, Membership, Signal, Value
from tests.measures.drawn import CALM, RUN_BELOW, months
from tests.sent_back import sent_back

MAY = "signal-2025-05-01-long_run"


@pytest.fixture(autouse=True)
def few_rows(monkeypatch):
    """Each row costs the page some milliseconds."""
    monkeypatch.setattr(NewestFirst, "most", 8)


@pytest.fixture
def running(measure):
    """Two years of months; the last eight lie below the central line."""
    measure.unit = "%"
    measure.frequency = "month"
    measure.save()
    return fill(measure, RUN_BELOW)


def fill(measure, numbers):
    rows = months(numbers)
    for row in rows:
        row.measure = measure
    Value.objects.bulk_create(rows)
    return measure


def page_of(measure) -> str:
    return reverse("admin:measures_measure_change", args=[measure.pk])


def shown(client, measure, query="") -> str:
    return client.get(page_of(measure) + query).content.decode()


def save(client, measure, query="", **typed):
    """Open the page, type over it, save and draw anew; the answer, redirects followed."""
    page = page_of(measure) + query
    form = sent_back(client.get(page), "measure_form", _redraw="1", **typed)
    return client.post(page, form, follow=True)


def answer(client, measure, said, remark="", name=MAY, **more):
    return save(client, measure, **{f"{name}-said": said, f"{name}-remark": remark}, **more)


def value_of(measure, *day):
    return measure.values.get(period=date(*day))


class TestPossibleSignals:
    def test_the_page_shows_the_chart_and_asks_of_each_possible_signal(self, as_facilitator, running):
        page = shown(as_facilitator, running)
        assert "<figcaption" in page
        assert "Eight in a row below the central line, May to December 2025" in page
        assert "1 possible signal on the chart to look at" in page
        form = sent_back(as_facilitator.get(page_of(running)), "measure_form")
        assert form[f"{MAY}-said"] == form[f"{MAY}-remark"] == ""

    def test_control_a_calm_measure_asks_nothing(self, as_facilitator, measure):
        page = shown(as_facilitator, fill(measure, CALM))
        assert "the values come and go as usual" in page
        assert "-said" not in page
        assert "_redraw" not in page

    def test_a_measure_without_values_has_no_panel(self, as_facilitator, measure):
        assert "chart-panel" not in shown(as_facilitator, measure)
        add = as_facilitator.get(reverse("admin:measures_measure_add"))
        assert "chart-panel" not in add.content.decode()

    def test_moving_ranges_are_asked_for_beneath_it(self, as_facilitator, running):
        assert "Moving ranges beneath: mean" not in shown(as_facilitator, running)
        page = save(as_facilitator, running, shows_ranges="on").content.decode()
        assert "Moving ranges beneath: mean" in page

    def test_what_is_confirmed_is_a_signal_on_the_chart(self, as_facilitator, running):
        page = answer(as_facilitator, running, "yes", "The quay was closed.").content.decode()
        kept = Signal.objects.get()
        assert (kept.measure, kept.value, kept.rule) == (running, value_of(running, 2025, 5, 1), "long_run")
        assert (kept.confirmed, kept.remark) == (True, "The quay was closed.")
        assert "; signal: eight in a row below the central line, May to December 2025 – The quay" in page
        assert "possible signal on the chart" not in page

    def test_what_is_dismissed_is_looked_at_and_can_be_taken_back(self, as_facilitator, running):
        page = answer(as_facilitator, running, "no", "Counted twice").content.decode()
        assert "Looked at: eight in a row" in page
        answer(as_facilitator, running, "", "")
        assert not Signal.objects.exists()
        assert "Looked at" not in shown(as_facilitator, running)

    def test_a_remark_alone_is_kept_and_decides_nothing(self, as_facilitator, running):
        answer(as_facilitator, running, "", "Ask Ada")
        assert Signal.objects.values_list("confirmed", "remark").get() == (None, "Ask Ada")

    def test_it_is_saved_by_the_pages_own_save_and_told_in_the_history(self, as_facilitator, running):
        form = sent_back(as_facilitator.get(page_of(running)), "measure_form", _save="1", name="Renamed")
        form |= {f"{MAY}-said": "yes", f"{MAY}-remark": "The quay"}
        as_facilitator.post(page_of(running), form)
        running.refresh_from_db()
        assert (running.name, Signal.objects.get().confirmed) == ("Renamed", True)
        told = LogEntry.objects.get().get_change_message()
        assert told == (
            "Changed Name. Changed confirmed – The quay for possible signal “eight in a row below the "
            "central line, May to December 2025”."
        )

    def test_a_page_sent_back_unchanged_says_nothing_of_them(self, as_facilitator, running):
        save(as_facilitator, running)
        assert not Signal.objects.exists()
        assert LogEntry.objects.get().get_change_message() == "No fields changed."

    @pytest.mark.parametrize(
        "wrong", [{"name": ""}, {f"{MAY}-remark": "x" * 501}, {"values-8-value": "many"}]
    )
    def test_nothing_typed_is_lost_when_something_else_is_wrong(self, as_facilitator, running, wrong):
        form = {f"{MAY}-said": "no", f"{MAY}-remark": "Counted twice", **wrong}
        refused = save(as_facilitator, running, **form)
        assert not Signal.objects.exists()
        assert "Please correct the error" in refused.content.decode()
        kept = sent_back(refused, "measure_form")
        assert (kept[f"{MAY}-said"], kept[f"{MAY}-remark"]) == ("no", form[f"{MAY}-remark"])

    def test_an_answer_given_meanwhile_is_not_overwritten_by_an_old_page(self, as_facilitator, running):
        old = sent_back(as_facilitator.get(page_of(running)), "measure_form", name="Renamed")
        answer(as_facilitator, running, "yes", "The quay")
        as_facilitator.post(page_of(running), old)
        running.refresh_from_db()
        assert running.name == "Renamed"
        assert Signal.objects.values_list("confirmed", "remark").get() == (True, "The quay")

    def test_what_was_said_stays_when_its_signal_goes(self, as_facilitator, running):
        answer(as_facilitator, running, "yes", "The quay")
        running.values.filter(period__gte=date(2025, 9, 1)).update(value=87)
        page = shown(as_facilitator, running)
        gone = page[page.index("No longer there") :]
        assert re.search(r"1 May 2025: a long run on one side:\s+confirmed – The quay", gone)
        assert f"{MAY}-said" not in page
        assert Signal.objects.count() == 1

    def test_an_answer_to_what_went_meanwhile_is_kept(self, as_facilitator, running):
        old = sent_back(as_facilitator.get(page_of(running)), "measure_form")
        running.values.filter(period__gte=date(2025, 9, 1)).update(value=87)
        as_facilitator.post(page_of(running), old | {f"{MAY}-said": "no", f"{MAY}-remark": "Typed wrong"})
        assert Signal.objects.values_list("confirmed", "remark").get() == (False, "Typed wrong")

    def test_an_answer_to_a_value_that_is_deleted_in_the_same_breath_is_let_go(self, as_facilitator, running):
        page = answer(as_facilitator, running, "yes", "x", **{"values-7-DELETE": "on"})
        assert page.status_code == 200
        assert (running.values.count(), Signal.objects.count()) == (23, 0)

    @pytest.mark.parametrize(
        "name", ["signal-2031-01-01-outside", "signal-2025-05-01-nonsense", "signal-9999-99-99-outside"]
    )
    def test_what_the_page_never_asked_is_not_kept(self, as_facilitator, running, name):
        assert answer(as_facilitator, running, "yes", "x", name=name).status_code == 200
        assert not Signal.objects.exists()

    def test_of_hundreds_the_newest_are_asked(self, as_facilitator, measure):
        fill(measure, [*CALM, *([99, 40] * 40)])
        page = shown(as_facilitator, measure)
        asked = set(re.findall(r'name="(signal-[^"]+-said)"', page))
        assert len([name for name in asked if not name.startswith("initial")]) == 20
        assert re.search(r"\d+ earlier ones will show here", page)

    def test_only_the_measures_team_reaches_them(self, running, as_facilitator, stranger, other_team):
        client = Client()
        client.force_login(stranger)
        form = sent_back(as_facilitator.get(page_of(running)), "measure_form", **{f"{MAY}-said": "yes"})
        assert client.post(page_of(running), form).headers["Location"] == reverse("admin:index")
        Membership.objects.create(team=running.team, user=stranger, role="host")
        assert client.post(page_of(running), form).status_code in {302, 403}
        assert not Signal.objects.exists()

    def test_they_cost_as_many_queries_at_one_and_at_twelve(self, as_facilitator, running):
        def asked() -> int:
            with CaptureQueriesContext(connection) as found:
                shown(as_facilitator, running)
            return len(found)

        one = asked()
        running.values.filter(period__gte=date(2025, 1, 1)).update(value=120)
        for value in running.values.filter(period__gte=date(2025, 1, 1)):
            Signal.objects.create(value=value, rule="outside", confirmed=True)
        assert asked() == one


class TestBaselines:
    def test_a_confirmed_run_offers_a_new_baseline_from_its_first_value(self, as_facilitator, running):
        assert "New baseline from" not in shown(as_facilitator, running)
        page = answer(as_facilitator, running, "yes").content.decode()
        assert '<a href="?baseline=2025-05-01#baselines-group" data-baseline="01/05/2025">' in page
        assert "New baseline from May 2025 …" in page

    def test_the_link_fills_in_the_day_and_saving_steps_the_chart(self, as_facilitator, running):
        answer(as_facilitator, running, "yes")
        asked = as_facilitator.get(page_of(running) + "?baseline=2025-05-01")
        assert sent_back(asked, "measure_form")["baselines-0-starts"] == "01/05/2025"
        typed = {"baselines-0-reason": "A second desk"}
        page = save(as_facilitator, running, "?baseline=2025-05-01", **typed).content.decode()
        assert Baseline.objects.values_list("starts", "reason").get() == (date(2025, 5, 1), "A second desk")
        assert "Baseline from May 2025: A second desk; before it, mean" in page
        assert "New baseline from" not in page

    def test_a_new_baseline_needs_its_reason_and_keeps_what_was_typed(self, as_facilitator, running):
        refused = save(as_facilitator, running, "?baseline=2025-05-01")
        assert "Say what changed, so that everybody sees why the limits do" in refused.content.decode()
        assert sent_back(refused, "measure_form")["baselines-0-starts"] == "01/05/2025"
        assert not Baseline.objects.exists()

    @pytest.mark.parametrize("query", ["", "?baseline=", "?baseline=soon", "?baseline=2025-13-45"])
    def test_control_no_day_or_nonsense_fills_in_nothing(self, as_facilitator, running, query):
        assert "baselines-0-starts" not in sent_back(
            as_facilitator.get(page_of(running) + query), "measure_form"
        )

    @pytest.mark.parametrize(
        ("starts", "words"),
        [
            (
                ["2030-01-01"],
                "The baseline from 1 Jan 2030 starts after the newest value (December 2025)",
            ),
            (["2025-10-01"], "The baseline from 1 Oct 2025 has 3 of the 5 values that limits need"),
            (["2025-01-02", "2025-01-03"], "The baseline from 2 Jan 2025 judges no value"),
        ],
    )
    def test_a_baseline_without_limits_says_why(self, as_facilitator, running, starts, words):
        for day in starts:
            Baseline.objects.create(measure=running, starts=day, reason="A move")
        assert words in shown(as_facilitator, running)

    def test_control_one_with_limits_says_nothing(self, as_facilitator, running):
        Baseline.objects.create(measure=running, starts="2025-01-01", reason="A move")
        assert "chart-notice" not in shown(as_facilitator, running)


class TestTyping:
    @pytest.mark.parametrize(
        ("every", "newest", "written", "next_one"),
        [
            ("month", date(2025, 12, 1), "", (date(2026, 1, 1), "")),
            ("month", date(2025, 12, 31), "", (date(2026, 1, 28), "")),
            ("quarter", date(2025, 10, 1), "Q4 2025", (date(2026, 1, 1), "")),
            ("year", date(2019, 1, 1), "FY19", (date(2020, 1, 1), "FY20")),
            ("year", date(2011, 1, 1), "2011-12", (date(2012, 1, 1), "")),
            ("week", date(2025, 12, 29), "", (date(2026, 1, 5), "")),
            ("day", date(2025, 12, 31), "", (date(2026, 1, 1), "")),
            ("", date(2025, 12, 31), "", None),
            ("year", date(9999, 1, 1), "", None),
        ],
    )
    def test_the_period_that_follows(self, every, newest, written, next_one):
        assert following([Value(period=newest, written=written)], every) == next_one

    def test_without_a_frequency_the_values_tell_what_follows(self):
        assert following(months(CALM)[::-1], "") == (date(2025, 1, 1), "")

    def test_after_a_friday_of_working_days_comes_monday(self):
        days = [date(2025, 1, 17) - timedelta(days=at) for at in range(20)]
        rows = [Value(period=day) for day in days]
        working = [row for row in rows if row.period.weekday() < 5]
        assert following(working, "day") == (date(2025, 1, 20), "")
        assert following(rows, "day") == (date(2025, 1, 18), "")

    def test_the_next_period_is_proposed_and_alone_adds_nothing(self, as_facilitator, running):
        form = sent_back(as_facilitator.get(page_of(running)), "measure_form")
        assert form["values-8-period"] == "01/01/2026"
        assert "Saved." in save(as_facilitator, running).content.decode()
        assert running.values.count() == 24

    def test_control_with_a_value_it_is_added(self, as_facilitator, running):
        save(as_facilitator, running, **{"values-8-value": "86.2 %", "values-8-remark": "Dry"})
        newest = running.values.latest("period")
        assert (newest.period, newest.value, newest.remark) == (date(2026, 1, 1), Decimal("86.2"), "Dry")

    @pytest.mark.parametrize(
        ("typed", "number"),
        [("86.2 %", "86.2"), ("1,234", "1234"), ("86,2", "86.2"), ("(5)", "-5"), ("$1.2m", "1200000")],
    )
    def test_numbers_are_read_as_people_paste_them(self, typed, number):
        assert PlainDecimal().clean(typed) == Decimal(number)

    @pytest.mark.parametrize(
        ("typed", "day"),
        [
            ("Feb 2026", date(2026, 2, 1)),
            ("Q2 2026", date(2026, 4, 1)),
            ("2026", date(2026, 1, 1)),
            ("2026-03-01", date(2026, 3, 1)),
            ("01/02/2026", date(2026, 2, 1)),
        ],
    )
    def test_periods_are_read_as_people_write_them(self, typed, day):
        assert PeriodField().clean(typed) == day

    def test_a_year_in_peoples_own_words_is_kept_as_they_wrote_it(self, as_facilitator, measure):
        save(as_facilitator, measure, **{"values-0-period": "FY26", "values-0-value": "1"})
        assert measure.values.values_list("period", "written").get() == (date(2026, 1, 1), "FY26")

    def test_one_tabs_from_the_period_to_the_value_to_the_remark(self, as_facilitator, measure):
        page = shown(as_facilitator, measure)
        row = page[page.index('id="values-0"') :]
        names = re.findall(r'<input type="text" name="values-0-(\w+)"', row)
        assert names == ["period", "value", "remark", "written"]
        assert "vDateField" not in row[: row.index("values-0-remark")]  # its links would stand between
