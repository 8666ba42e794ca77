"""'Me too': counted once for each visitor, and hidden from who has not said it while that may sway them."""

import threading
import uuid
from datetime import timedelta

import pytest
import time_machine
from django.db import connection
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from feedback import archiving, frames, me_too, notes
from feedback.gate import Closed, Gate, Locked
from feedback.models import Bucket, MeToo, Note
from gallery import events
from gallery.models import Gallery
from tests.feedback.talking import HTMX, on_the_page, page_of, stuck
from tests.feedback.talking import me_too as nod

ME = "a" * 64
OWN_PRESSED = 'aria-pressed="true"'


@pytest.fixture
def note(poster) -> Note:
    return stuck(poster)


def gate(gallery: Gallery, author: str = ME) -> Gate:
    hours = [(each.opens, each.closes) for each in gallery.hours.all()]
    return Gate(hours, author, timezone.now())


def say(note: Note, author: str = ME, meant: bool = True) -> None:
    me_too.say(note=note, author=author, meant=meant, gate=gate(note.gallery, author))


def counted(note: Note, count: int) -> None:
    """So many others have said so."""
    MeToo.objects.bulk_create(MeToo(note=note, author=f"{number:064}") for number in range(count))
    frames.forget()


class TestSaying:
    def test_it_counts_once_however_often_it_is_said_and_is_taken_back(self, note, gallery):
        say(note)
        say(note)
        assert MeToo.objects.count() == 1
        say(note, meant=False)
        say(note, meant=False)
        assert MeToo.objects.count() == 0

    def test_control_two_visitors_count_twice(self, note):
        say(note)
        say(note, "c" * 64)
        assert MeToo.objects.count() == 2

    def test_only_what_changed_sends_the_note_anew(self, note, gallery):
        say(note)
        say(note)
        note.refresh_from_db()
        gallery.refresh_from_db()
        assert (note.seq, gallery.seq) == (2, 2)

    def test_nobody_says_it_of_their_own(self, poster):
        with pytest.raises(me_too.OwnNote):
            say(stuck(poster, author=ME))
        assert MeToo.objects.count() == 0

    def test_what_was_hidden_meanwhile_is_gone(self, note):
        notes.hide(note)
        with pytest.raises(notes.Gone):
            say(note)
        assert MeToo.objects.count() == 0

    def test_doors_and_lock_are_in_its_way(self, note, gallery):
        events.lock(gallery)
        with pytest.raises(Locked):
            say(note)
        events.unlock(gallery)
        events.close_doors(gallery, at=timezone.now() - timedelta(hours=1))
        with pytest.raises(Closed):
            say(note)
        assert MeToo.objects.count() == 0

    @pytest.mark.django_db(transaction=True)
    def test_many_at_once_from_one_phone_count_once(self, note):
        problems = []

        def tap() -> None:
            try:
                say(note)
            except Exception as problem:
                problems.append(problem)
            finally:
                connection.close()

        threads = [threading.Thread(target=tap) for _ in range(8)]
        [thread.start() for thread in threads]
        [thread.join() for thread in threads]
        assert problems == []
        assert MeToo.objects.count() == 1

    def test_who_said_so_goes_when_the_gallery_is_archived_and_the_count_stays(self, note, gallery):
        say(note)
        archiving.forget_authors(gallery)
        assert list(MeToo.objects.values_list("author", flat=True)) == [None]


class TestLimits:
    def test_nods_have_a_bucket_of_their_own(self, visitor, poster):
        found = [stuck(poster, f"Note {number}") for number in range(20)]
        assert {nod(visitor, each).status_code for each in found} == {200}
        words = {"key": str(uuid.uuid4()), "kind": "Idea", "text": "Still free to write", "name": ""}
        answer = visitor.post(reverse("stick", args=[poster.gallery.code, poster.number]), words)
        assert answer.status_code == 302

    def test_a_machine_is_slowed_down(self, visitor, note):
        with time_machine.travel(timezone.now(), tick=False):
            answers = [nod(visitor, note, meant) for _ in range(20) for meant in ("yes", "no")]
        assert answers[0].status_code == 200  # control
        assert "That was fast" in answers[-1].content.decode()

    def test_no_bucket_is_too_long_for_its_row(self, visitor, note):
        nod(visitor, note)
        nod(visitor, note)
        assert all(len(bucket.whose) <= 64 for bucket in Bucket.objects.all())
        assert Bucket.objects.filter(whose__startswith="+1 ").count() == 1


class TestVisitor:
    def test_a_tap_is_answered_with_the_note_as_one_sees_it(self, visitor, note):
        page = nod(visitor, note).content.decode()
        assert page.count('class="note ') == 1
        assert OWN_PRESSED in page
        assert 'value="no"' in page
        page = nod(visitor, note, "no").content.decode()
        assert 'aria-pressed="false"' in page

    def test_without_scripts_one_comes_back_to_the_note(self, visitor, poster, note):
        answer = nod(visitor, note, headers={})
        assert answer["Location"] == f"{page_of(poster)}#n-{note.key.hex}"
        assert OWN_PRESSED in on_the_page(visitor, poster)
        assert OWN_PRESSED not in on_the_page(Client(), poster)

    def test_the_first_gives_the_cookie(self, visitor, note):
        assert len(nod(visitor, note).cookies) == 1

    def test_one_s_own_note_has_none_and_says_so_kindly(self, visitor, poster):
        words = {"key": str(uuid.uuid4()), "kind": "Idea", "text": "Mine", "name": ""}
        visitor.post(reverse("stick", args=[poster.gallery.code, poster.number]), words)
        mine = Note.objects.get(text="Mine")
        assert 'class="nod"' not in on_the_page(visitor, poster)
        assert 'class="nod"' in on_the_page(Client(), poster)  # control
        assert "your own note" in nod(visitor, mine).content.decode()

    def test_a_note_that_is_gone_is_told(self, visitor, note):
        notes.hide(note)
        answer = nod(visitor, note)
        assert answer.status_code == 404
        assert "isn’t here any more" in answer.content.decode()

    def test_looking_at_the_address_does_nothing(self, visitor, note):
        address = reverse("me_too", args=[note.gallery.code, note.poster.number, note.key])
        assert visitor.get(address).status_code == 405

    @pytest.mark.parametrize("count", [1, 3])
    def test_it_asks_no_more_on_a_full_poster(self, visitor, poster, count, django_assert_num_queries):
        for number in range(count):
            nod(visitor, stuck(poster, f"Note {number}"))
        note = stuck(poster, "Another")
        frames.forget()
        with django_assert_num_queries(13):
            nod(visitor, note)

    @pytest.mark.parametrize("count", [1, 3])
    def test_a_page_with_own_nods_asks_seven_times(self, visitor, poster, count, django_assert_num_queries):
        for number in range(count):
            nod(visitor, stuck(poster, f"Note {number}"))
        frames.forget()
        with django_assert_num_queries(7):
            assert on_the_page(visitor, poster).count(OWN_PRESSED) == count


class TestHiddenCounts:
    """Who sees how many said so: each case with a control beside it."""

    COUNT = '<span class="nods">'

    def test_while_the_doors_are_open_only_who_has_said_it(self, visitor, poster, note):
        counted(note, 11)
        assert self.COUNT not in on_the_page(visitor, poster)
        assert f"{self.COUNT}12</span>" in nod(visitor, note).content.decode()
        assert f"{self.COUNT}12</span>" in on_the_page(visitor, poster)
        assert self.COUNT not in on_the_page(Client(), poster)  # control

    def test_not_who_has_taken_it_back(self, visitor, poster, note):
        counted(note, 11)
        nod(visitor, note)
        assert self.COUNT not in nod(visitor, note, "no").content.decode()
        assert self.COUNT not in on_the_page(visitor, poster)

    def test_only_on_the_note_to_which_one_said_it(self, visitor, poster, note):
        other = stuck(poster, "Another")
        counted(note, 11)
        counted_other = MeToo.objects.bulk_create(MeToo(note=other) for _ in range(7))
        assert len(counted_other) == 7
        nod(visitor, note)
        page = on_the_page(visitor, poster)
        assert f"{self.COUNT}12</span>" in page
        assert "7</span>" not in page

    @pytest.mark.parametrize("over", ["closed", "reported", "archived"])
    def test_everybody_once_the_doors_are_closed_for_good(self, visitor, poster, note, gallery, over):
        counted(note, 11)
        now = timezone.now()
        gallery.hours.update(closes=now - timedelta(minutes=30))
        later = {"reported": {"published_at": now}, "archived": {"archived_at": now}}.get(over, {})
        Gallery.objects.filter(pk=gallery.pk).update(**later)
        assert f"{self.COUNT}Me too: 11</span>" in on_the_page(visitor, poster)

    def test_not_between_two_openings(self, visitor, poster, note, gallery):
        counted(note, 11)
        now = timezone.now()
        gallery.hours.update(closes=now - timedelta(minutes=30))
        gallery.hours.create(opens=now + timedelta(hours=1), closes=now + timedelta(hours=2))
        assert self.COUNT not in on_the_page(visitor, poster)

    def test_everybody_where_the_gallery_does_not_hide_them(self, visitor, poster, note, gallery):
        counted(note, 11)
        Gallery.objects.update(hidden_votes=False)
        assert f"{self.COUNT}11</span>" in on_the_page(visitor, poster)

    @pytest.mark.parametrize(("count", "told"), [(1, "fewer than five"), (4, "fewer than five"), (5, "5")])
    def test_a_count_of_people_under_five_is_no_number(self, visitor, poster, note, count, told):
        counted(note, count)
        Gallery.objects.update(hidden_votes=False)
        assert f"{self.COUNT}{told}</span>" in on_the_page(visitor, poster)

    def test_nothing_is_counted_where_nobody_said_it(self, visitor, poster, note):
        Gallery.objects.update(hidden_votes=False)
        assert self.COUNT not in on_the_page(visitor, poster)

    def test_the_feed_tells_no_more_than_the_page(self, visitor, poster, note):
        counted(note, 11)
        nod(Client(), note)
        address = reverse("feed", args=[poster.gallery.code, poster.number])
        assert self.COUNT not in visitor.get(address, {"after": 1}, headers=HTMX).content.decode()
        nod(visitor, note)
        assert "13</span>" in visitor.get(address, {"after": 1}, headers=HTMX).content.decode()

    def test_hosts_see_it_on_the_dashboard(self, as_facilitator, gallery, note):
        counted(note, 11)
        page = as_facilitator.get(reverse("dashboard", args=[gallery.code])).content.decode()
        assert "Me too: 11" in page

    def test_the_setting_is_in_the_gallery_s_form(self, as_facilitator, gallery):
        page = as_facilitator.get(reverse("admin:gallery_gallery_change", args=[gallery.pk]))
        assert 'name="hidden_votes"' in page.content.decode()
        assert "seeing it first sways people" in page.content.decode()
