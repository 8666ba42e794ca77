"""Doors, lock and limits are asked under the row's lock; nothing slips past an act."""

import threading
import uuid
from datetime import timedelta

import pytest
from django.db import connection

from feedback import limits, notes
from feedback.gate import Closed, Gate, Locked
from feedback.limits import SlowDown
from feedback.models import Note
from gallery import events

AUTHOR = "a" * 64


@pytest.fixture
def enter(poster, noon):
    """Stick a visitor's note at a moment after noon; the doors are open from noon to one."""
    gallery = poster.gallery
    gallery.hours.all().delete()
    gallery.hours.create(opens=noon, closes=noon + timedelta(hours=1))
    hours = [(noon, noon + timedelta(hours=1))]
    kind = gallery.note_kinds.get(word="Idea")

    def stick(minutes=10, *, key=None, text="Show it by month", author=AUTHOR) -> Note:
        at = noon + timedelta(minutes=minutes)
        gate = Gate(hours, author, at)
        return notes.stick(
            poster=poster, key=key or uuid.uuid4(), kind=kind, text=text, author=author, at=at, gate=gate
        )

    return stick


def count() -> int:
    return Note.objects.count()


class TestDoors:
    def test_open_doors_let_in(self, enter):
        assert enter().state == Note.State.SHOWN

    @pytest.mark.parametrize("minutes", [-1, 66, 600])
    def test_closed_doors_do_not(self, enter, minutes):
        with pytest.raises(Closed):
            enter(minutes)
        assert count() == 0

    @pytest.mark.parametrize("minutes", [60, 64, 65])
    def test_the_grace_lets_a_late_phone_in(self, enter, minutes):
        enter(minutes)
        assert count() == 1

    def test_without_grace_the_end_is_the_end(self, enter, gallery):
        type(gallery).objects.update(grace_minutes=0)
        enter(59)
        with pytest.raises(Closed):
            enter(61)

    def test_a_retry_of_a_note_that_hangs_is_told_so_whatever_happened_since(self, enter, gallery, noon):
        key = uuid.uuid4()
        note = enter(key=key)
        events.lock(gallery)
        assert enter(600, key=key).pk == note.pk

    def test_what_is_refused_takes_no_number(self, enter, gallery):
        with pytest.raises(Closed):
            enter(600)
        gallery.refresh_from_db()
        assert gallery.seq == 0

    @pytest.mark.parametrize("act", ["published_at", "archived_at", "deleted_at"])
    def test_there_is_no_grace_once_it_is_over(self, enter, gallery, noon, act):
        type(gallery).objects.update(**{act: noon})
        with pytest.raises(Closed):
            enter()

    def test_closing_by_hand_has_the_same_grace(self, enter, gallery, noon):
        events.close_doors(gallery, at=noon + timedelta(minutes=20))
        enter(24)
        with pytest.raises(Closed):
            enter(26)

    @pytest.mark.parametrize(("grace", "minutes_later"), [(0, 1), (5, 10)])
    def test_one_that_waited_for_the_lock_while_a_host_closed_is_late(
        self, enter, gallery, noon, grace, minutes_later
    ):
        type(gallery).objects.update(grace_minutes=grace)
        enter(10)  # control
        events.close_doors(gallery, at=noon + timedelta(minutes=10 + minutes_later))
        if grace:
            enter(10)
        else:
            with pytest.raises(Closed):
                enter(10)

    def test_closed_and_opened_again_meanwhile_is_open(self, enter, gallery, noon):
        type(gallery).objects.update(
            grace_minutes=0, closed_at=noon + timedelta(minutes=11), opened_at=noon + timedelta(minutes=12)
        )
        enter(10)


class TestLock:
    def test_a_locked_gallery_takes_no_note(self, enter, gallery):
        events.lock(gallery)
        with pytest.raises(Locked):
            enter()

    def test_unlocked_it_takes_them_again(self, enter, gallery):
        events.lock(gallery)
        events.unlock(gallery)
        enter()

    def test_one_s_own_note_is_not_reworded_but_may_be_taken_back(self, enter, gallery, noon):
        note = enter()
        events.lock(gallery)
        at = noon + timedelta(minutes=11)
        with pytest.raises(Locked):
            notes.reword(note=note, text="Other", author=AUTHOR, at=at, gate=Gate([], AUTHOR, at))
        notes.take_back(note=note, author=AUTHOR, at=at)
        note.refresh_from_db()
        assert (note.text, note.state) == ("Show it by month", Note.State.WITHDRAWN)

    def test_taking_back_has_its_limit_all_the_same(self, enter, gallery, noon):
        note = enter()
        events.lock(gallery)
        at = noon + timedelta(minutes=11)
        for _ in range(limits.VISITOR.burst):
            notes.take_back(note=note, author=AUTHOR, at=at)
            Note.objects.update(state=Note.State.SHOWN)
            note.refresh_from_db()
        with pytest.raises(SlowDown):
            notes.take_back(note=note, author=AUTHOR, at=at)
        note.refresh_from_db()
        assert note.state == Note.State.SHOWN


class TestModerated:
    @pytest.fixture(autouse=True)
    def switched_on(self, gallery):
        events.moderate(gallery, moderated=True)

    def test_a_note_waits_and_is_hung_by_a_host(self, enter):
        note = enter()
        assert note.state == Note.State.WAITING
        assert notes.show(note).state == Note.State.SHOWN

    def test_new_words_wait_anew(self, enter, noon):
        note = notes.show(enter())
        at = noon + timedelta(minutes=11)
        notes.reword(note=note, text="Sneaky", author=AUTHOR, at=at)
        assert note.state == Note.State.WAITING

    def test_taking_back_and_putting_back_is_no_way_round(self, enter, noon):
        note, at = enter(), noon + timedelta(minutes=11)
        notes.take_back(note=note, author=AUTHOR, at=at)
        notes.put_back(note=note, author=AUTHOR, at=at, hung=True)
        assert note.state == Note.State.WAITING

    def test_switched_off_again_what_waited_is_still_a_host_s_to_hang(self, enter, gallery, noon):
        note, at = enter(), noon + timedelta(minutes=11)
        events.moderate(gallery, moderated=False)
        notes.reword(note=note, text="Other", author=AUTHOR, at=at)
        assert (note.text, note.state) == ("Other", Note.State.WAITING)
        notes.renew(note=note, author=AUTHOR, at=at, anew=True)
        assert note.state == Note.State.WAITING
        notes.take_back(note=note, author=AUTHOR, at=at)
        notes.put_back(note=note, author=AUTHOR, at=at, hung=False)
        assert note.state == Note.State.WAITING
        notes.reword(note=notes.show(note), text="Third", author=AUTHOR, at=at)  # control
        assert note.state == Note.State.SHOWN

    def test_switched_off_again_notes_hang_at_once(self, enter, gallery):
        events.moderate(gallery, moderated=False)
        assert enter().state == Note.State.SHOWN


@pytest.mark.parametrize(("hidden", "state"), [(False, "shown"), (True, "waiting")])
def test_hidden_with_all_of_its_sender_s_it_does_not_come_back(enter, gallery, noon, hidden, state):
    away, other, at = enter(), enter(text="Rude too"), noon + timedelta(minutes=11)
    notes.take_back(note=away, author=AUTHOR, at=at)
    if hidden:
        notes.hide_all(gallery, notes.from_the_same_sender(other))
    notes.put_back(note=away, author=AUTHOR, at=at, hung=True)
    assert away.state == state


def test_too_fast_takes_nothing_and_says_how_long(enter):
    for _ in range(limits.VISITOR.burst):
        enter()
    with pytest.raises(SlowDown) as wait:
        enter()
    assert wait.value.seconds >= 1
    assert count() == limits.VISITOR.burst


def test_retrying_a_note_that_hangs_costs_nothing(enter):
    key = uuid.uuid4()
    for _ in range(limits.VISITOR.burst * 3):
        enter(key=key)
    enter()


class TestManyAtOnce:
    @pytest.mark.django_db(transaction=True)
    @pytest.mark.parametrize("act", [events.lock, events.close_doors])
    def test_no_note_has_a_number_after_the_act_s(self, gallery, poster, act):
        """A host acts while twelve phones post: what is refused isn't there, what is told is there."""
        kind = gallery.note_kinds.first()
        type(gallery).objects.filter(pk=gallery.pk).update(grace_minutes=0)
        told, problems, done = [], [], threading.Event()
        hours = [(stretch.opens, stretch.closes) for stretch in gallery.hours.all()]

        def post(number: int) -> None:
            try:
                while not done.is_set():
                    at = events.timezone.now()
                    key = uuid.uuid4()
                    gate = Gate(hours, f"{number:064x}", at)
                    notes.stick(poster=poster, key=key, kind=kind, text="Race", at=at, gate=gate)
                    told.append(key)
            except (Closed, Locked, SlowDown):
                pass
            except Exception as problem:
                problems.append(problem)
            finally:
                connection.close()

        threads = [threading.Thread(target=post, args=[number]) for number in range(12)]
        [thread.start() for thread in threads]
        act(gallery)
        after = Note.objects.filter(gallery=gallery).count()
        done_at = set(Note.objects.values_list("key", flat=True))
        done.set()
        [thread.join() for thread in threads]
        assert problems == []
        assert set(told) == set(Note.objects.values_list("key", flat=True))
        if act is events.lock:
            assert Note.objects.count() == after == len(done_at)


class TestHideMany:
    @pytest.fixture
    def wall(self, enter):
        return [enter(text=f"Note {n}", author=f"{n % 3:064x}") for n in range(9)]

    def test_all_from_one_sender_and_no_other(self, wall, gallery):
        hidden = notes.hide_all(gallery, notes.from_the_same_sender(wall[0]))
        states = [note.state for note in Note.objects.order_by("pk")]
        assert hidden.count == 3
        assert [place for place, state in enumerate(states) if state == Note.State.HIDDEN] == [0, 3, 6]

    def test_each_gets_a_number_of_its_own_after_all_others(self, wall, gallery):
        notes.hide_all(gallery, notes.from_the_same_sender(wall[0]))
        seqs = list(Note.objects.filter(state=Note.State.HIDDEN).order_by("pk").values_list("seq", flat=True))
        assert seqs == sorted(set(seqs))
        assert min(seqs) > 9
        gallery.refresh_from_db()
        assert gallery.seq == max(seqs)

    def test_notes_of_unknown_senders_are_not_lumped_together(self, wall, gallery):
        Note.objects.update(author=None)
        wall[0].refresh_from_db()
        assert notes.hide_all(gallery, notes.from_the_same_sender(wall[0])).count == 1

    def test_another_gallery_s_notes_are_out_of_reach(self, wall, gallery, team):
        other = type(gallery).objects.create(team=team, title="Another")
        assert notes.hide_all(other, Note.objects.all()).count == 0

    def test_many_hundred_go_in_a_few_queries(self, enter, gallery, django_assert_max_num_queries):
        first = enter()
        rows = [
            Note(
                gallery=gallery,
                poster=first.poster,
                key=uuid.uuid4(),
                digest="",
                kind=first.kind,
                text="Spam",
                seq=first.seq + n,
            )
            for n in range(1, 1101)
        ]
        Note.objects.bulk_create(rows)
        type(gallery).objects.update(seq=first.seq + 1100)
        with django_assert_max_num_queries(9):
            assert notes.hide_all(gallery, Note.objects.filter(text="Spam")).count == 1100
        assert Note.objects.values("seq").distinct().count() == 1101

    def test_shown_again_they_hang_and_what_was_taken_back_does_not(self, wall, gallery, noon):
        notes.take_back(note=wall[0], author=wall[0].author, at=noon + timedelta(minutes=11))
        notes.hide_all(gallery, Note.objects.all())
        assert notes.show_all(gallery, Note.objects.all()).count == 8
