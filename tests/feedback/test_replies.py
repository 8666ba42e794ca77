"""Answers to notes: one path with the notes themselves, read as part of what they answer."""

import uuid
from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from feedback import frames, notes, undo
from feedback.gate import Closed, Desk
from feedback.models import Note
from feedback.rollup import rollup
from gallery import events
from gallery.models import Gallery
from tests.feedback.talking import HTMX, OTHER, answer, on_the_page, page_of, path, said, stuck

ME = "a" * 64


@pytest.fixture
def note(poster) -> Note:
    return stuck(poster)


def seq_of(note: Note) -> int:
    return Note.objects.values_list("seq", flat=True).get(pk=note.pk)


class TestOnePath:
    def test_a_reply_takes_a_number_and_its_note_the_next(self, note, gallery):
        reply = said(note)
        assert (reply.seq, seq_of(note)) == (2, 3)
        gallery.refresh_from_db()
        assert gallery.seq == 3

    def test_a_retry_gives_the_reply_that_is_there_and_uses_no_number(self, note, gallery):
        key = uuid.uuid4()
        same = {"poster": note.poster, "key": key, "kind": None, "text": "It is.", "answers": note}
        assert notes.stick(**same).pk == notes.stick(**same).pk
        assert seq_of(note) == 3

    def test_control_two_keys_are_two_replies(self, note):
        said(note)
        said(note)
        assert note.replies.count() == 2

    @pytest.mark.parametrize("text", ["It is not.", "It is."])
    def test_a_used_key_with_other_words_or_on_another_note_is_refused(self, poster, note, text):
        reply = said(note)
        other = note if text == "It is not." else stuck(poster, "Another")
        with pytest.raises(notes.KeyReused):
            notes.stick(poster=poster, key=reply.key, kind=None, text=text, answers=other)

    @pytest.mark.parametrize("state", ["hidden", "waiting", "withdrawn"])
    def test_what_hangs_nowhere_is_not_answered(self, note, state):
        Note.objects.update(state=state)
        with pytest.raises(notes.Gone):
            said(note)
        assert Note.objects.count() == 1

    def test_a_late_retry_is_told_saved_though_its_note_is_hidden_since(self, note):
        reply = said(note)
        notes.hide(note)
        again = notes.stick(poster=note.poster, key=reply.key, kind=None, text="It is.", answers=note)
        assert again.pk == reply.pk

    @pytest.mark.parametrize("act", ["hide", "show", "reword", "take back", "many"])
    def test_whatever_changes_a_reply_sends_its_note_anew(self, note, gallery, act):
        reply = said(note, author=ME)
        if act == "show":
            notes.hide(reply)
        before = seq_of(note)
        {
            "hide": lambda: notes.hide(reply),
            "show": lambda: notes.show(reply),
            "reword": lambda: notes.reword(note=reply, text="It was.", author=ME),
            "take back": lambda: notes.take_back(note=reply, author=ME),
            "many": lambda: notes.hide_all(gallery, Note.objects.filter(pk=reply.pk)),
        }[act]()
        assert before < seq_of(reply) < seq_of(note)
        gallery.refresh_from_db()
        assert gallery.seq == seq_of(note)

    def test_a_hidden_note_keeps_its_number_by_which_its_hiding_is_undone(self, note, gallery):
        reply = said(note)
        turned = notes.hide_all(gallery, Note.objects.filter(pk=note.pk))
        notes.hide(reply)
        assert notes.turn_back(gallery, undo.opened(gallery, undo.sealed(gallery, turned))) == 1
        note.refresh_from_db()
        assert note.state == Note.State.SHOWN

    def test_hiding_a_sender_takes_notes_and_replies_and_the_way_back_both(self, poster, note, gallery):
        mine, reply = stuck(poster, "Mine", author=ME), said(note, author=ME)
        turned = notes.hide_all(gallery, notes.from_the_same_sender(mine))
        assert turned.count == 2
        assert set(Note.objects.filter(state="hidden")) == {mine, reply}
        assert notes.turn_back(gallery, turned) == 2
        assert not Note.objects.filter(state="hidden").exists()

    def test_a_note_and_its_reply_hidden_at_once_come_back_at_once(self, note, gallery):
        said(note)
        turned = notes.hide_all(gallery, Note.objects.all())
        assert notes.turn_back(gallery, turned) == 2
        assert Note.objects.shown().count() == 2

    def test_a_reply_goes_with_its_gallery(self, note, gallery):
        said(note)
        gallery.delete()
        assert Note.objects.count() == 0


class TestVisitor:
    def test_without_scripts_a_page_of_its_own_leads_to_the_answer(self, visitor, poster, note):
        said(note, "By how much?")
        form = visitor.get(path("answers", note)).content.decode()
        assert "Too rosy?" in form
        assert "By how much?" in form
        response = answer(visitor, note)
        reply = Note.objects.get(text="It is.")
        assert response["Location"] == f"{page_of(poster)}#n-{reply.key.hex}"
        page = on_the_page(visitor, poster)
        assert page.index("Too rosy?") < page.index("By how much?") < page.index("It is.")

    def test_the_way_back_leads_to_an_older_note_too(self, visitor, poster, note):
        for number in range(60):
            stuck(poster, f"Newer {number}")
        assert "?all=1#n-" in answer(visitor, note)["Location"]

    def test_the_phone_gets_the_answer_and_its_key(self, visitor, note):
        key = str(uuid.uuid4())
        response = answer(visitor, note, key=key, headers=HTMX)
        page = response.content.decode()
        assert (response.status_code, response["Note-Saved"]) == (200, key)
        assert 'data-said="Saved. Your answer is on the note."' in page
        assert page.count('class="reply"') == 1
        assert "Take back" in page

    def test_the_first_answer_gives_the_cookie_as_the_first_note_does(self, visitor, note):
        assert len(answer(visitor, note).cookies) == 1

    @pytest.mark.parametrize("headers", [{}, HTMX])
    @pytest.mark.parametrize(
        ("text", "told"), [("  ", "Write a few words first"), ("x" * 1001, "A note holds 1,000 letters")]
    )
    def test_what_cannot_be_stuck_is_told_and_kept(self, visitor, note, headers, text, told):
        response = answer(visitor, note, text, headers=headers)
        page = response.content.decode()
        assert (response.status_code, response["Note-Refused"]) == (422, "words")
        assert told in page
        assert text.strip() in page

    @pytest.mark.parametrize("headers", [{}, HTMX])
    def test_a_note_that_was_hidden_meanwhile_refuses_and_keeps_the_words(self, visitor, note, headers):
        notes.hide(note)
        response = answer(visitor, note, headers=headers)
        page = response.content.decode()
        assert (response.status_code, response["Note-Refused"]) == (422, "changed")
        assert "doesn’t hang here any more" in page
        assert "It is." in page
        assert "Too rosy?" not in page

    def test_closed_doors_and_a_lock_keep_the_words(self, visitor, note, gallery):
        events.lock(gallery)
        assert answer(visitor, note, headers=HTMX)["Note-Refused"] == "locked"
        events.unlock(gallery)
        events.close_doors(gallery, at=timezone.now() - timedelta(hours=1))
        response = answer(visitor, note, headers=HTMX)
        assert response["Note-Refused"] == "closed"
        assert "It is." in response.content.decode()

    def test_answers_have_the_limits_of_notes(self, visitor, note):
        answers = [answer(visitor, note, f"{number}", headers=HTMX) for number in range(16)]
        assert answers[0].status_code == 200  # control
        assert (answers[-1].status_code, answers[-1]["Note-Refused"]) == (429, "slow")

    def test_where_hosts_read_first_only_its_author_sees_it(self, visitor, poster, note, gallery):
        Gallery.objects.update(moderated=True)
        page = answer(visitor, note, headers=HTMX).content.decode()
        assert "A host reads it first" in page
        assert "Waits for a host" in on_the_page(visitor, poster)
        assert "It is." not in on_the_page(Client(), poster)
        notes.show(Note.objects.get(text="It is."))
        assert "It is." in on_the_page(Client(), poster)  # control

    def test_one_rewords_and_takes_back_what_one_said(self, visitor, poster, note):
        answer(visitor, note)
        reply = Note.objects.get(text="It is.")
        assert "your new words" in visitor.get(path("note", reply), headers=HTMX).content.decode()
        page = visitor.post(path("note", reply), {"text": "It was."}, headers=HTMX).content.decode()
        assert page.startswith('<li class="reply"')
        assert "reworded" in page
        page = visitor.post(path("take_back", reply), headers=HTMX).content.decode()
        assert "Taken back." in page
        assert "It was." not in on_the_page(visitor, poster)
        assert "Too rosy?" in on_the_page(visitor, poster)  # control

    def test_nobody_else_changes_it(self, visitor, note):
        answer(visitor, note)
        reply = Note.objects.get(text="It is.")
        other = Client()
        answer(other, note, "Mine")
        assert other.post(path("note", reply), {"text": "Sneaky"}).status_code == 404

    def test_an_answer_takes_no_photo_and_no_answer(self, visitor, note):
        answer(visitor, note)
        reply = Note.objects.get(text="It is.")
        assert visitor.post(path("add_photo", reply)).status_code == 404
        assert answer(visitor, reply).status_code == 404

    def test_what_a_person_typed_is_never_markup(self, visitor, poster, note):
        answer(visitor, note, "<script>alert(1)</script>", name="<b>x")
        page = on_the_page(visitor, poster)
        assert "<script>alert" not in page
        assert "&lt;script&gt;alert(1)" in page

    def test_when_the_doors_are_closed_nothing_asks_for_an_answer(self, visitor, poster, note, gallery):
        assert path("answers", note) in on_the_page(visitor, poster)  # control
        events.close_doors(gallery)
        frames.forget()
        assert path("answers", note) not in on_the_page(visitor, poster)
        assert "<textarea" not in visitor.get(path("answers", note)).content.decode()


class TestFeed:
    def get(self, client, poster, after) -> str:
        address = reverse("feed", args=[poster.gallery.code, poster.number])
        return client.get(address, {"after": after}, headers=HTMX).content.decode()

    def test_the_note_comes_with_what_is_said_to_it_and_alone(self, visitor, poster, note):
        reply = said(note)
        page = self.get(visitor, poster, 1)
        assert page.count('class="note ') == 1
        assert page.count('class="reply"') == 1
        assert f"after={reply.seq + 1}" in page

    def test_what_is_said_no_more_comes_as_the_note_without_it(self, visitor, poster, note):
        reply = said(note)
        notes.hide(reply)
        page = self.get(visitor, poster, 3)
        assert "Too rosy?" in page
        assert "It is." not in page
        assert reply.key.hex[:12] not in page

    def test_a_page_that_has_seen_it_gets_nothing(self, visitor, poster, note):
        said(note)
        assert self.get(visitor, poster, 3) == ""

    def test_a_hidden_note_takes_what_is_said_to_it_along(self, visitor, poster, note):
        said(note)
        notes.hide(note)
        page = self.get(visitor, poster, 3)
        assert f"delete:[id^='n-{note.key.hex[:12]}']" in page
        assert "It is." not in page

    def test_the_kept_note_is_not_kept_beyond_an_answer(self, visitor, poster, note):
        assert "It is." not in on_the_page(visitor, poster)
        said(note)
        assert "It is." in on_the_page(visitor, poster)


class TestQueries:
    @pytest.mark.parametrize("count", [1, 3])
    def test_a_page_with_answers_asks_six_times_and_then_once(self, poster, count, django_assert_num_queries):
        for number in range(count):
            note = stuck(poster, f"Note {number}")
            for turn in range(count):
                said(note, f"Said {number}.{turn}")
        frames.forget()
        with django_assert_num_queries(6):
            page = on_the_page(Client(), poster)
        assert page.count('class="reply"') == count * count
        with django_assert_num_queries(1):
            on_the_page(Client(), poster)

    @pytest.mark.parametrize("count", [1, 3])
    def test_for_who_said_something_it_asks_no_more_than_seven(self, visitor, poster, count):
        for number in range(count):
            note = stuck(poster, f"Note {number}")
            answer(visitor, note, f"Mine {number}")
        for most in (7, 5):  # nothing kept, then all that is everybody's
            if most == 7:
                frames.forget()
            with CaptureQueriesContext(connection) as asked:
                page = on_the_page(visitor, poster)
            assert page.count("Take back") == count
            assert len(asked) == most

    @pytest.mark.parametrize("count", [0, 3])
    def test_answering_asks_eight_times(self, visitor, note, count, django_assert_num_queries):
        for number in range(count):
            answer(visitor, note, f"Said {number}")
        frames.forget()
        with django_assert_num_queries(8):
            answer(visitor, note, headers=HTMX)


class TestHost:
    @pytest.fixture
    def answering(self, note) -> str:
        return reverse("answer_note", args=[note.poster.gallery.code, note.key])

    def test_a_host_answers_from_the_dashboard(self, as_facilitator, visitor, poster, note, answering):
        assert "as a host" in as_facilitator.get(answering, headers=HTMX).content.decode()
        page = as_facilitator.post(answering, {"text": "We will look."}, headers=HTMX).content.decode()
        assert "A host answers" in page
        reply = Note.objects.get(text="We will look.")
        assert (reply.from_host, reply.author, reply.name) == (True, None, "")
        page = on_the_page(visitor, poster)
        assert page.count("A host answers") == 1
        assert "reply-host" in page

    def test_without_scripts_it_leads_back(self, as_facilitator, note, answering):
        assert "Too rosy?" in as_facilitator.get(answering).content.decode()
        response = as_facilitator.post(answering, {"text": "We will look."})
        assert response["Location"].startswith(reverse("dashboard", args=[note.gallery.code]))
        response = as_facilitator.post(f"{answering}?poster", {"text": "From there."})
        assert response["Location"].startswith(page_of(note.poster))

    def test_on_the_poster_a_host_is_offered_a_host_s_answer(
        self, as_facilitator, as_stranger, visitor, poster, note, answering
    ):
        assert f'href="{answering}?poster"' in on_the_page(as_facilitator, poster)
        for other in (visitor, as_stranger):
            page = on_the_page(other, poster)
            assert answering not in page
            assert path("answers", note) in page
        page = as_facilitator.post(f"{answering}?poster", {"text": "Here."}, headers=HTMX).content.decode()
        assert page.count("A host answers") == 1
        assert "hide" not in page

    @pytest.mark.parametrize("how", ["moderated", "locked", "closed", "reported"])
    def test_nothing_is_in_its_way_until_the_gallery_is_archived(
        self, as_facilitator, gallery, note, answering, how
    ):
        now = timezone.now()
        changes = {
            "moderated": {"moderated": True},
            "locked": {"locked_at": now},
            "closed": {"closed_at": now},
            "reported": {"closed_at": now, "published_at": now},
        }
        Gallery.objects.update(**changes[how])
        as_facilitator.post(answering, {"text": "We will look."}, headers=HTMX)
        assert Note.objects.get(text="We will look.").state == Note.State.SHOWN

    def test_then_it_is_refused_with_its_words(self, as_facilitator, note, answering):
        Gallery.objects.update(archived_at=timezone.now())
        response = as_facilitator.post(answering, {"text": "We will look."}, headers=HTMX)
        assert (response.status_code, response["HX-Retarget"]) == (422, "this")
        assert "We will look." in response.content.decode()

    def test_before_the_first_opening_nothing_is_answered(self, note, gallery):
        gallery.hours.all().delete()
        with pytest.raises(Closed):
            notes.stick(
                poster=note.poster, key=uuid.uuid4(), kind=None, text="x", answers=note, from_host=True,
                gate=Desk([], timezone.now()),
            )  # fmt: skip

    @pytest.mark.parametrize("state", ["waiting", "hidden"])
    def test_what_waits_or_is_hidden_is_found_with_what_it_answers_and_turned(
        self, as_facilitator, gallery, note, state
    ):
        reply = said(note)
        Note.objects.filter(pk=reply.pk).update(state=state)
        board = reverse("dashboard", args=[gallery.code])
        page = as_facilitator.get(board, {"state": state}).content.decode()
        assert "An answer" in page
        assert "to “Too rosy?”" in page
        assert "It is." in page
        as_facilitator.post(reverse("show_note", args=[gallery.code, reply.key]), headers=HTMX)
        reply.refresh_from_db()
        assert reply.state == Note.State.SHOWN

    def test_counts_have_what_waits_and_never_what_is_said(self, as_facilitator, gallery, note):
        said(note)
        Note.objects.filter(pk=said(note).pk).update(state="waiting")
        Note.objects.filter(pk=said(note).pk).update(state="hidden")
        found = rollup(gallery)
        assert (found.total, found.waiting, found.hidden) == (1, 1, 1)

    def test_all_that_waits_hangs_at_one_press(self, as_facilitator, gallery, note):
        reply = said(note)
        Note.objects.filter(pk=reply.pk).update(state="waiting")
        gallery.refresh_from_db()
        query = f"?state=waiting&at={int(timezone.now().timestamp())}&upto={gallery.seq}"
        as_facilitator.post(reverse("show_listed", args=[gallery.code]) + query, headers=HTMX)
        reply.refresh_from_db()
        assert reply.state == Note.State.SHOWN


def test_an_answered_question_is_answered(poster):
    asked = stuck(poster, "Who counts?", kind="Question")
    assert asked in Note.objects.unanswered()  # control
    said(asked, host=True)
    assert asked not in Note.objects.unanswered()


def test_a_stranger_s_pseudonym_is_nowhere(visitor, poster):
    said(stuck(poster))
    assert OTHER not in on_the_page(visitor, poster)
