"""A round is made, opened, closed; a vote is kept once and under the lock; it tells opinions, not people."""

import threading
from contextlib import suppress
from datetime import timedelta

import pytest
from django.db import IntegrityError, connection
from django.utils import timezone

from feedback import archiving, limits, notes, rounds
from feedback.gate import Ballot, Closed, Locked
from feedback.limits import SlowDown
from feedback.models import Bucket, Proposal, Round, RoundItem, Vote
from feedback.rateable import MOST, Unusable
from gallery import events
from gallery.events import NotNow
from gallery.models import Gallery
from tests.feedback.rating import choose, counts, crowd, made, opened, person, stick, themes


@pytest.fixture
def rated(gallery) -> Round:
    themes(gallery, "Weather", "Money", "Boats")
    return opened(gallery)


def words(rated: Round) -> list[str]:
    return [item.words for item in rated.items.order_by("place")]


class TestMaking:
    def test_themes_come_in_their_order(self, gallery):
        themes(gallery, "Weather", "Money")
        assert words(made(gallery)) == ["Weather", "Money"]

    def test_notes_are_chosen_by_poster_kind_and_theme(self, gallery, poster):
        [theme] = themes(gallery, "Weather")
        inside, _ = stick(poster, "It rains"), stick(poster, "How much?", "Question")
        notes.hide(stick(poster, "Rude"))
        gallery.notes.filter(pk=inside.pk).update(theme=theme)
        assert words(made(gallery, "notes")) == ["It rains", "How much?"]
        assert words(made(gallery, "notes", kind="Question")) == ["How much?"]
        assert words(made(gallery, "notes", theme="Weather", poster=poster.number)) == ["It rains"]
        with pytest.raises(Unusable, match="no such notes"):
            made(gallery, "notes", poster=poster.number + 1)

    def test_proposals_are_the_notes_that_propose(self, gallery, poster):
        stick(poster, "Just a note")
        Proposal.objects.create(note=stick(poster, "Count the herons"))
        assert words(made(gallery, "proposals")) == ["Count the herons"]

    def test_nothing_and_too_much_are_told(self, gallery, poster):
        for rates in ("themes", "notes", "proposals"):
            with pytest.raises(Unusable):
                made(gallery, rates)
        themes(gallery, *map(str, range(MOST)))
        made(gallery)  # control
        themes(gallery, "one more")
        with pytest.raises(Unusable, match="more than 40"):
            made(gallery)

    def test_rounds_are_numbered(self, gallery):
        themes(gallery, "Weather")
        assert [made(gallery).number, made(gallery).number] == [1, 2]


class TestOpening:
    def test_words_are_taken_at_the_first_opening(self, gallery):
        [theme] = themes(gallery, "Wether")
        rated = made(gallery)
        theme.name = "Weather"
        theme.save()
        rounds.open_up(rated)
        assert words(rated) == ["Weather"]
        theme.name = "Later"
        theme.save()
        rounds.close(rated)
        rounds.open_up(rated)
        assert words(rated) == ["Weather"]

    def test_what_was_hidden_meanwhile_is_left_out(self, gallery, poster):
        kept, hidden = stick(poster, "Kept"), stick(poster, "Rude")
        rated = made(gallery, "notes")
        notes.hide(hidden)
        rounds.open_up(rated)
        assert words(rated) == ["Kept"]
        other = made(gallery, "notes")
        notes.hide(kept)
        with pytest.raises(NotNow, match="Nothing of what"):
            rounds.open_up(other)

    @pytest.mark.parametrize(
        ("act", "told"),
        [("archived_at", "archived"), ("locked_at", "stopped"), (None, "")],
    )
    def test_archived_and_locked_galleries_open_none(self, gallery, act, told):
        themes(gallery, "Weather")
        rated = made(gallery)
        Gallery.objects.filter(pk=gallery.pk).update(**({act: timezone.now()} if act else {}))
        if act:
            with pytest.raises(NotNow, match=told):
                rounds.open_up(rated)
        else:
            rounds.open_up(rated)
        rated.refresh_from_db()
        assert rated.is_open is not bool(act)

    def test_nobody_rates_before_the_doors_were_ever_open(self, gallery):
        themes(gallery, "Weather")
        now = timezone.now()
        gallery.hours.update(opens=now + timedelta(hours=1), closes=now + timedelta(hours=2))
        with pytest.raises(NotNow, match="have not been open"):
            opened(gallery)

    def test_after_the_doors_closed_they_may(self, gallery):
        themes(gallery, "Weather")
        events.close_doors(gallery)
        assert opened(gallery).is_open

    def test_an_archived_gallery_makes_none(self, gallery):
        themes(gallery, "Weather")
        Gallery.objects.filter(pk=gallery.pk).update(archived_at=timezone.now())
        with pytest.raises(NotNow, match="archived"):
            made(gallery)


class TestVoting:
    def test_one_may_change_one_s_mind(self, rated):
        choose(rated, 1, {1: 0, 2: 3})
        choose(rated, 1, {1: 2})
        assert counts(rated) == [(0, 0, 1, 0), (0, 0, 0, 1), (0, 0, 0, 0)]
        assert rounds.own_votes(rated, person(1)) == {1: 2, 2: 3}

    def test_everybody_has_one_vote_a_thing(self, rated):
        crowd(rated, 0, 0, 1)
        assert counts(rated)[0] == (2, 1, 0, 0)

    @pytest.mark.parametrize("value", [-1, 4, 99])
    def test_a_word_that_is_none_keeps_nothing(self, rated, value):
        with pytest.raises(Unusable):
            choose(rated, 1, {1: 0, 2: value})
        assert not Vote.objects.exists()

    def test_a_place_that_is_not_in_this_round_keeps_nothing(self, rated, gallery):
        opened(gallery)
        assert choose(rated, 1, {9: 0}) == set()
        assert not Vote.objects.exists()

    def test_a_closed_round_takes_none_until_it_is_opened_again(self, rated):
        rounds.close(rated)
        with pytest.raises(rounds.NotOpen):
            choose(rated, 1, {1: 0})
        rounds.open_up(rated)
        assert choose(rated, 1, {1: 0}) == {1}

    def test_neither_does_one_that_was_never_opened_or_is_gone(self, gallery):
        themes(gallery, "Weather")
        draft, gone = made(gallery), opened(gallery)
        Round.objects.filter(pk=gone.pk).delete()
        for each in (draft, gone):
            with pytest.raises(rounds.NotOpen):
                choose(each, 1, {1: 0})

    def test_hidden_notes_leave_the_round_and_come_back(self, gallery, poster):
        hidden = stick(poster, "Rude")
        stick(poster, "Kept")
        rated = opened(gallery, "notes")
        choose(rated, 1, {1: 0, 2: 0})
        notes.hide(hidden)
        assert [each.item.words for each in rounds.results_of(rated)] == ["Kept"]
        assert choose(rated, 1, {1: 1, 2: 1}) == {2}
        notes.show(hidden)
        assert counts(rated) == [(1, 0, 0, 0), (0, 1, 0, 0)]

    def test_it_takes_no_number_of_the_notes(self, rated, gallery):
        before = Gallery.objects.get(pk=gallery.pk).seq
        choose(rated, 1, {1: 0})
        assert Gallery.objects.get(pk=gallery.pk).seq == before

    @pytest.mark.parametrize("things", [{1: 0}, {1: 0, 2: 1, 3: 2}], ids=["1 thing", "3 things"])
    def test_queries(self, rated, things, django_assert_num_queries):
        with django_assert_num_queries(7):  # two are the transaction's
            choose(rated, 1, things)


class TestBallot:
    """What a visitor's vote is asked; the doors are open from noon to one."""

    @pytest.fixture
    def send(self, gallery, noon):
        hours = [(noon, noon + timedelta(hours=1))]
        gallery.hours.all().delete()
        gallery.hours.create(opens=hours[0][0], closes=hours[0][1])
        themes(gallery, "Weather")
        rated = opened(gallery, at=noon)

        def send(minutes: int = 10, author: str | None = person(1)) -> set[int]:
            ballot = Ballot(hours, author, noon + timedelta(minutes=minutes))
            return rounds.vote(rated=rated, chosen={1: 0}, author=author or person(2), ballot=ballot)

        return send

    @pytest.mark.parametrize("minutes", [10, 59, 600])
    def test_open_doors_or_closed_ones_let_it_in(self, send, minutes):
        assert send(minutes) == {1}

    def test_before_they_were_ever_open_it_is_refused(self, send):
        with pytest.raises(Closed):
            send(-1)

    @pytest.mark.parametrize("act", ["archived_at", "deleted_at"])
    def test_what_is_over_takes_none(self, send, gallery, noon, act):
        send()  # control
        Gallery.objects.update(**{act: noon})
        with pytest.raises(Closed):
            send()

    def test_a_locked_gallery_takes_none_until_it_is_unlocked(self, send, gallery):
        events.lock(gallery)
        with pytest.raises(Locked):
            send()
        events.unlock(gallery)
        send()

    def test_a_round_in_one_sitting_is_no_rush_and_a_flood_is(self, send):
        for _ in range(limits.VOTER.burst):
            send()
        with pytest.raises(SlowDown):
            send()
        send(author=person(3))  # control: only theirs

    def test_phones_without_a_cookie_have_a_limit_together(self, send, monkeypatch):
        monkeypatch.setattr(limits, "ALL_NEWCOMERS", limits.Rate(burst=3, seconds=1))
        for _ in range(3):
            send(author=None)
        with pytest.raises(SlowDown):
            send(author=None)
        send()  # control: who has one goes on

    def test_votes_take_no_note_from_anybody_and_their_bucket_tells_nobody(self, send, gallery, noon):
        for _ in range(limits.VOTER.burst):
            send()
        limits.spend(gallery.pk, person(1), noon + timedelta(minutes=10))
        assert not Bucket.objects.filter(whose=person(1), empty_at__gt=noon.timestamp() + 610).exists()
        archiving.forget_authors(gallery)
        assert not Bucket.objects.exists()
        assert set(Vote.objects.values_list("author", flat=True)) == {None}


def test_archiving_closes_what_is_open_and_it_tells_nobody_s_name(rated, gallery):
    crowd(rated, 0, 0)
    draft = made(gallery)
    events.close_for_good(gallery)
    events.archive(gallery)
    assert rounds.open_now(gallery) == []
    assert rounds.results(gallery).all[0].counts == (2, 0, 0, 0)
    assert not Vote.objects.exclude(author=None).exists()
    draft.refresh_from_db()
    assert (draft.opened_at, draft.closed_at) == (None, None)


class TestThrowingAway:
    def test_a_round_without_votes_goes(self, rated):
        rounds.throw_away(rated)
        assert not Round.objects.exists()

    def test_one_with_votes_goes_only_if_one_is_sure(self, rated):
        choose(rated, 1, {1: 0})
        with pytest.raises(rounds.Voted):
            rounds.throw_away(rated)
        assert Vote.objects.count() == 1
        rounds.throw_away(rated, sure=True)
        assert not Vote.objects.exists()


class TestResults:
    def test_the_strongest_word_comes_first_and_equals_in_their_order(self, rated):
        crowd(rated, 1, 1, 1, place=1)
        crowd(rated, 0, 3, place=2)
        crowd(rated, 1, 1, 1, place=3)
        ordered = rounds.as_the_room_sees_it(rounds.results_of(rated))
        assert [each.item.words for each in ordered] == ["Money", "Weather", "Boats"]

    def test_only_closed_rounds_tell(self, rated, gallery):
        crowd(rated, 0, 0, 1)
        assert rounds.results(gallery).all == []
        rounds.close(rated)
        weather = gallery.themes.get(name="Weather")
        [result] = rounds.results(gallery).by_theme[weather.pk]
        assert result.tally[:2] == [("Must", 2), ("Should", 1)]

    def test_the_last_word_stands_beside_the_votes(self, rated, gallery):
        crowd(rated, 0, 0)
        item = rated.items.get(place=1)
        with pytest.raises(NotNow, match="still rating"):
            rounds.give_last_word(item=item, word=2, remark="")
        rounds.close(rated)
        rounds.give_last_word(item=item, word=2, remark="No money this year.")
        [result, *_] = rounds.results(gallery).all
        assert (result.counts, result.last_word) == ((2, 0, 0, 0), "Could")
        assert result.item.remark == "No money this year."

    def test_notes_are_found_by_note_and_hidden_ones_are_not(self, gallery, poster):
        kept, hidden = stick(poster, "Kept"), stick(poster, "Rude")
        rated = opened(gallery, "notes")
        crowd(rated, 0, place=2)
        rounds.close(rated)
        notes.hide(hidden)
        assert set(rounds.results(gallery).by_note) == {kept.pk}

    def test_a_theme_that_was_merged_away_keeps_its_words_and_votes(self, rated, gallery):
        crowd(rated, 0)
        rounds.close(rated)
        gallery.themes.get(name="Weather").delete()
        found = rounds.results(gallery)
        assert [each.item.words for each in found.all] == ["Weather", "Money", "Boats"]
        assert len(found.by_theme) == 2

    def test_what_a_moved_file_says_beyond_the_scale_is_not_counted(self, rated, gallery):
        item = rated.items.get(place=1)
        Vote.objects.create(item=item, value=9, author=None)
        RoundItem.objects.filter(pk=item.pk).update(word=9)
        rounds.close(rated)
        [result, *_] = rounds.results(gallery).all
        assert (result.total, result.last_word) == (0, "")

    @pytest.mark.parametrize("copies", [1, 3])
    def test_queries(self, gallery, copies, django_assert_num_queries):
        themes(gallery, *map(str, range(copies)))
        for _ in range(copies):
            rated = opened(gallery)
            crowd(rated, *range(copies))
            rounds.close(rated)
        with django_assert_num_queries(2):
            assert len(rounds.results(gallery).all) == copies * copies


class TestManyAtOnce:
    @pytest.fixture
    def race(self):
        """Run these at once; returns what went wrong."""

        def race(*acts) -> list[Exception]:
            problems: list[Exception] = []
            start = threading.Barrier(len(acts))

            def run(act) -> None:
                try:
                    start.wait()
                    act()
                except Exception as problem:
                    problems.append(problem)
                finally:
                    connection.close()

            threads = [threading.Thread(target=run, args=[act]) for act in acts]
            [thread.start() for thread in threads]
            [thread.join() for thread in threads]
            return problems

        return race

    @pytest.fixture
    def meet(self, monkeypatch):
        """Whoever is about to write its first vote waits so many seconds for another one that is."""

        def within(seconds: float) -> None:
            there, create = threading.Barrier(2), Vote.objects.bulk_create

            def late(votes):
                with suppress(threading.BrokenBarrierError):
                    there.wait(timeout=seconds)
                return create(votes)

            monkeypatch.setattr(Vote.objects, "bulk_create", late)

        return within

    @pytest.mark.django_db(transaction=True)
    def test_one_person_s_taps_at_once_are_one_vote(self, rated, race, meet):
        taps = [lambda value=value: choose(rated, 1, {1: value, 2: value}) for value in (0, 1)]
        meet(0.5)
        assert race(*taps) == []
        kept = list(Vote.objects.values_list("item__place", "value").order_by("item__place"))
        assert kept in ([(1, 0), (2, 0)], [(1, 1), (2, 1)])  # the last one's

    @pytest.mark.django_db(transaction=True)
    def test_control_without_the_lock_they_get_in_each_other_s_way(self, rated, race, meet, monkeypatch):
        if connection.vendor == "sqlite":
            pytest.skip("SQLite lets one transaction write at a time, whatever we lock")
        monkeypatch.setattr(rounds, "hold", lambda pk: None)
        meet(60)
        taps = [lambda value=value: choose(rated, 1, {1: value, 2: value}) for value in (0, 1)]
        assert [type(problem) for problem in race(*taps)] == [IntegrityError]

    @pytest.mark.django_db(transaction=True)
    def test_no_vote_comes_in_after_the_round_was_closed(self, rated, race):
        told, at_closing = [], []

        def tap(number: int) -> None:
            try:
                while True:
                    told.extend((number, place) for place in choose(rated, number, {1 + len(told) % 3: 0}))
            except rounds.NotOpen:
                pass

        def close() -> None:
            rounds.close(rated)
            at_closing.append(Vote.objects.count())

        acts = [lambda number=number: tap(number) for number in range(3)]
        assert race(*acts, close) == []
        assert at_closing == [Vote.objects.count()]
        assert len(set(told)) == Vote.objects.count()
