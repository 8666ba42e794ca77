"""A measure's own page in a real browser: a baseline is begun, values are typed by keyboard."""

from datetime import date
from decimal import Decimal

import pytest
from django.test import Client
from django.urls import reverse
from playwright.sync_api import Page, expect

from measures.models import Signal, Value
from tests.browser.test_pages import AXE, RULES, is_wider_than_the_screen
from tests.measures.drawn import RUN_BELOW, months

DESKTOP = {"width": 1440, "height": 900}


@pytest.fixture
def answered(measure):
    """Two years of months whose last eight, below the central line, somebody has confirmed."""
    rows = months(RUN_BELOW)
    for row in rows:
        row.measure = measure
    Value.objects.bulk_create(rows)
    measure.frequency, measure.shows_ranges = "month", True
    measure.save()
    may = measure.values.get(period=date(2025, 5, 1))
    Signal.objects.create(value=may, rule="long_run", confirmed=True, remark="The quay")
    return measure


@pytest.fixture
def opened(phone, facilitator, settings, site, answered):
    """The measure's page as its facilitator opens it."""

    def new(**look) -> Page:
        client = Client()
        client.force_login(facilitator)
        page = phone(**look)
        name = settings.SESSION_COOKIE_NAME
        page.context.add_cookies([{"name": name, "value": client.cookies[name].value, "url": site}])
        page.goto(reverse("admin:measures_measure_change", args=[answered.pk]))
        return page

    return new


def test_the_chart_and_its_questions_shut_nobody_out(opened):
    page = opened(color_scheme="dark")
    page.evaluate(AXE)
    for size in (page.viewport_size, DESKTOP):
        page.set_viewport_size(size)
        found = page.evaluate("rules => axe.run({include: ['#chart']}, rules)", RULES)
        nodes = [(each["id"], node["target"]) for each in found["violations"] for node in each["nodes"]]
        assert (size, nodes) == (size, [])
        assert not is_wider_than_the_screen(page)


def test_a_baseline_is_begun_and_values_are_typed_and_nothing_is_lost(opened, answered):
    page = opened(viewport=DESKTOP)
    page.fill("#id_name", "Renamed")
    link = page.get_by_role("link", name="New baseline from May 2025 …")
    link.click()
    expect(page.locator("#id_baselines-0-reason")).to_be_focused()
    expect(page.locator("#id_baselines-0-starts")).to_have_value("01/05/2025")
    link.click()
    expect(page.locator("#baselines-group tr.form-row:not(.empty-form)")).to_have_count(1)
    page.keyboard.type("A second desk")

    page.locator("#values-group .add-row a").click()
    page.locator("#id_values-24-value").focus()
    page.keyboard.type("86.2 %")
    page.keyboard.press("Tab")
    page.keyboard.type("Dry")
    page.locator("#id_values-25-value").focus()
    page.keyboard.type("1,234")
    page.get_by_role("button", name="Save and draw anew").click()

    expect(page.locator("#chart")).to_contain_text("26 months to February 2026")
    expect(page.locator("#chart")).to_contain_text("Baseline from May 2025: A second desk")
    answered.refresh_from_db()
    assert answered.name == "Renamed"
    newest = answered.values.order_by("-period").values_list("period", "value", "remark")[:2]
    assert list(newest) == [(date(2026, 2, 1), 1234, ""), (date(2026, 1, 1), Decimal("86.2"), "Dry")]
