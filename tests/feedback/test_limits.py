"""Token buckets: a visitor's, the newcomers'; never an address's."""

import secrets
import uuid
from datetime import timedelta

import pytest
import time_machine
from django.db import transaction
from django.test import Client
from django.utils import timezone

from feedback import limits, visitors
from feedback.limits import SlowDown
from feedback.models import Bucket

AUTHOR, OTHER = "a" * 64, "b" * 64


@pytest.fixture
def spend(gallery):
    """Take tokens as a note's transaction does; how many of `times` were given."""

    def take(author, at, times=1, new=False) -> int:
        for given in range(times):
            try:
                with transaction.atomic():
                    limits.spend(gallery.pk, author, at, new)
            except SlowDown:
                return given
        return times

    return take


def test_a_visitor_has_a_burst_and_then_a_trickle(spend, noon):
    assert spend(AUTHOR, noon, 100) == limits.VISITOR.burst
    assert spend(AUTHOR, noon + timedelta(seconds=limits.VISITOR.seconds * 3), 100) == 3


def test_a_rested_bucket_is_full_and_no_fuller(spend, noon):
    spend(AUTHOR, noon, 100)
    assert spend(AUTHOR, noon + timedelta(days=1), 100) == limits.VISITOR.burst


def test_one_visitor_s_empty_bucket_is_nobody_else_s(spend, noon):
    spend(AUTHOR, noon, 100)
    assert spend(OTHER, noon) == 1


def test_what_is_refused_costs_nothing(spend, noon):
    spend(AUTHOR, noon, 100)
    for _ in range(50):
        spend(AUTHOR, noon)
    assert spend(AUTHOR, noon + timedelta(seconds=limits.VISITOR.seconds)) == 1


def test_control_without_the_roll_back_refusals_would_cost(gallery, spend, noon):
    spend(AUTHOR, noon, 100)
    for _ in range(50):
        with pytest.raises(SlowDown):
            limits.spend(gallery.pk, AUTHOR, noon)
    assert spend(AUTHOR, noon + timedelta(seconds=limits.VISITOR.seconds)) == 0


def test_made_up_visitors_stop_newcomers_and_nobody_else(spend, noon):
    assert spend(None, noon, 1000) == limits.ALL_NEWCOMERS.burst
    assert spend(AUTHOR, noon) == 1


def test_a_room_of_two_hundred_may_all_stick_their_first_note_at_once(spend, noon):
    assert spend(None, noon, 200) == 200


@pytest.fixture
def flooded(spend, noon):
    """Sixty visitors who were made up just now stick all that they may."""
    spend(None, noon, 60)
    assert spend(f"{0:064x}", noon, limits.VISITOR.burst, new=True) == limits.VISITOR.burst
    return sum(spend(f"{visitor:064x}", noon, limits.VISITOR.burst, new=True) for visitor in range(1, 60))


def test_made_up_visitors_with_cookies_stop_newcomers_and_nobody_else(spend, noon, flooded):
    assert 60 + limits.VISITOR.burst + flooded == limits.ALL_NEWCOMERS.burst
    assert spend(OTHER, noon, new=True) == 0  # control: a newcomer has to wait
    assert spend(AUTHOR, noon, 100) == limits.VISITOR.burst


def test_a_newcomer_has_no_more_than_any_visitor(spend, noon):
    assert spend(AUTHOR, noon, 100, new=True) == limits.VISITOR.burst


def test_a_room_of_two_hundred_goes_on_at_twenty_notes_a_second(spend, noon):
    assert spend(None, noon, 200) == 200
    for second in range(1, 121):
        at = noon + timedelta(seconds=second)
        assert sum(spend(f"{(second * 20 + n) % 200:064x}", at, new=True) for n in range(20)) == 20


class TestNew:
    """How old a cookie is, by its own minute of birth."""

    @pytest.mark.parametrize(("seconds", "new"), [(0, True), (119, True), (180, False), (86_400, False)])
    def test_for_two_minutes_or_three(self, noon, seconds, new):
        token = visitors.new_token(noon + timedelta(seconds=30))
        assert visitors.is_new(token, noon + timedelta(seconds=30 + seconds)) is new

    def test_one_from_before_it_was_told_is_not(self, noon):
        assert not visitors.is_new(f"{secrets.token_urlsafe(visitors.TOKEN_BYTES)}.seal", noon)

    @pytest.mark.parametrize("token", ["", "ö.x", "abc.x", "=.", "."])
    def test_nor_is_what_is_none(self, noon, token):
        assert not visitors.is_new(token, noon)

    def test_it_tells_no_more_than_the_minute(self, noon):
        tokens = [visitors.new_token(noon + timedelta(seconds=seconds)) for seconds in (1, 59)]
        assert len({visitors._born(token) for token in tokens}) == 1
        assert len(set(tokens)) == 2


def test_a_flood_does_not_reach_whoever_stuck_a_note_before(visitor, poster):
    def post(client: Client) -> int:
        words = {"key": str(uuid.uuid4()), "kind": "Idea", "text": "Show it by month", "name": ""}
        return client.post(f"/g/{poster.gallery.code}/{poster.number}/notes/", words).status_code

    now = timezone.now()
    assert post(visitor) == 302
    with time_machine.travel(now + timedelta(minutes=5), tick=False):
        limits_left = now.timestamp() + 300 + limits.ALL_NEWCOMERS.burst * limits.ALL_NEWCOMERS.seconds
        Bucket.objects.filter(whose=limits.NEWCOMERS).update(empty_at=limits_left)
        assert post(Client()) == 429  # control: the newcomers' is empty
        assert post(visitor) == 302


def test_a_cookie_made_just_now_draws_from_the_newcomers(visitor, poster):
    with time_machine.travel(timezone.now(), tick=False):
        for text in ("One", "Two"):
            words = {"key": str(uuid.uuid4()), "kind": "Idea", "text": text, "name": ""}
            visitor.post(f"/g/{poster.gallery.code}/{poster.number}/notes/", words)
        poured = Bucket.objects.get(whose=limits.NEWCOMERS).empty_at - timezone.now().timestamp()
    assert poured == pytest.approx(2 * limits.ALL_NEWCOMERS.seconds, abs=0.001)


def test_another_gallery_is_not_slowed_down(gallery, team, spend, noon):
    spend(AUTHOR, noon, 100)
    other = type(gallery).objects.create(team=team, title="Another")
    limits.spend(other.pk, AUTHOR, noon)


def test_how_long_to_wait_is_told_in_whole_seconds(gallery, spend, noon):
    spend(AUTHOR, noon, 100)
    with pytest.raises(SlowDown) as wait, transaction.atomic():
        limits.spend(gallery.pk, AUTHOR, noon)
    assert wait.value.seconds == limits.VISITOR.seconds + 1


def test_it_takes_one_query(gallery, noon, django_assert_num_queries):
    for new in (False, True):
        with django_assert_num_queries(1):
            limits.spend(gallery.pk, AUTHOR, noon, new)


def test_rows_are_reused(gallery, spend, noon):
    spend(AUTHOR, noon, 5)
    assert set(Bucket.objects.values_list("whose", flat=True)) == {AUTHOR}
