from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gallery.models import Gallery
from gallery.phases import Phase, doors, phase, stretches

NINE = datetime(2026, 6, 1, 9, 0, tzinfo=UTC)
NOON = NINE + timedelta(hours=3)
FIVE = NINE + timedelta(hours=8)
NEXT_DAY = (NINE + timedelta(days=1), FIVE + timedelta(days=1))
DAY = (NINE, FIVE)
MINUTE = timedelta(minutes=1)


def is_open(hours, now, opened_at=None, closed_at=None):
    return doors(hours, opened_at, closed_at, now).open


@pytest.mark.parametrize(
    ("now", "expected"),
    [(NINE - MINUTE, False), (NINE, True), (NOON, True), (FIVE - MINUTE, True), (FIVE, False)],
)
def test_the_hours_alone_open_and_close(now, expected):
    assert is_open([DAY], now) is expected


def test_overlapping_hours_are_one_stretch():
    assert stretches([(NOON, FIVE), (NINE, NOON + MINUTE)]) == [DAY]
    assert is_open([(NINE, NOON), (NOON - MINUTE, FIVE)], NOON)


def test_opened_by_hand_before_the_hours_closes_with_them():
    early = NINE - timedelta(minutes=30)
    assert is_open([DAY], early + MINUTE, opened_at=early)
    assert is_open([DAY], NOON, opened_at=early)
    assert not is_open([DAY], FIVE, opened_at=early)


def test_closed_by_hand_stays_closed_until_the_next_stretch():
    assert not is_open([DAY, NEXT_DAY], FIVE - MINUTE, closed_at=NOON)
    assert is_open([DAY, NEXT_DAY], NEXT_DAY[0], closed_at=NOON)


def test_opened_again_by_hand_after_being_closed_by_hand():
    assert is_open([DAY], NOON + 2 * MINUTE, opened_at=NOON + MINUTE, closed_at=NOON)
    assert not is_open([DAY], NOON + 2 * MINUTE, opened_at=NOON, closed_at=NOON + MINUTE)


def test_opened_by_hand_without_hours_stays_open():
    assert is_open([], FIVE + timedelta(days=30), opened_at=NINE)


def test_the_next_changes_are_those_of_the_hours():
    found = doors([DAY, NEXT_DAY], None, None, NOON)
    assert (found.closes_next, found.opens_next) == (FIVE, NEXT_DAY[0])


@given(
    st.lists(
        st.tuples(st.integers(0, 500), st.integers(1, 100)).map(
            lambda pair: (NINE + pair[0] * MINUTE, NINE + sum(pair) * MINUTE)
        ),
        max_size=6,
    ),
    st.integers(-10, 700),
)
def test_without_acts_the_doors_are_open_exactly_within_some_hours(hours, minutes):
    now = NINE + minutes * MINUTE
    assert is_open(hours, now) == any(opens <= now < closes for opens, closes in hours)


@pytest.mark.parametrize(
    ("changes", "now", "expected"),
    [
        ({"invited_at": None}, NOON, Phase.DRAFT),
        ({}, NINE - MINUTE, Phase.INVITATION),
        ({}, NOON, Phase.OPEN),
        ({}, FIVE + MINUTE, Phase.BETWEEN),
        ({}, NEXT_DAY[1], Phase.CLOSED),
        ({"published_at": NEXT_DAY[1]}, NEXT_DAY[1] + MINUTE, Phase.REPORTED),
        ({"archived_at": NEXT_DAY[1]}, NEXT_DAY[1] + MINUTE, Phase.ARCHIVED),
    ],
)
def test_phases_of_a_gallery_with_two_days(team, changes, now, expected):
    fields = {"invited_at": NINE - timedelta(days=3), **changes}
    gallery = Gallery.objects.create(team=team, title="Two days", **fields)
    for opens, closes in [DAY, NEXT_DAY]:
        gallery.hours.create(opens=opens, closes=closes)
    assert phase(gallery, now) is expected


@pytest.mark.parametrize(
    ("zone", "day"),
    [
        ("Europe/London", (2026, 3, 29)),
        ("Europe/London", (2026, 10, 25)),
        ("America/New_York", (2026, 3, 8)),
        ("America/New_York", (2026, 11, 1)),
        ("Australia/Lord_Howe", (2026, 4, 5)),
        ("Australia/Lord_Howe", (2026, 10, 4)),
    ],
)
def test_nine_to_five_is_nine_to_five_on_the_day_the_clocks_change(zone, day):
    local = ZoneInfo(zone)
    hours = [(datetime(*day, 9, tzinfo=local), datetime(*day, 17, tzinfo=local))]
    assert not is_open(hours, datetime(*day, 8, 59, tzinfo=local))
    assert is_open(hours, datetime(*day, 9, 0, tzinfo=local))
    assert is_open(hours, datetime(*day, 16, 59, tzinfo=local))
    assert not is_open(hours, datetime(*day, 17, 0, tzinfo=local))
