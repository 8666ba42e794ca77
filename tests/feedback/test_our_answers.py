"""What the team answered: any host of it rewords it, takes it back and puts it back; nobody else does."""

import uuid

import pytest
from django.contrib.auth.models import User
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from feedback import frames
from feedback.models import Note
from gallery import events
from gallery.models import Gallery
from measures.models import Membership
from tests.feedback.talking import HTMX, on_the_page, page_of, said, stuck

KEYS = {"page": {}, "fragment": HTMX}


@pytest.fixture
def note(poster) -> Note:
    return stuck(poster)


@pytest.fixture
def ours(note) -> Note:
    return said(note, "We look into it.", host=True)


@pytest.fixture
def as_host(team) -> Client:
    """Another of the team than whoever answered, in the least of its roles."""
    user = User.objects.create_user("host", is_staff=True)
    Membership.objects.create(team=team, user=user, role="host")
    client = Client()
    client.force_login(user)
    return client


def way(answer: Note, poster: bool = False) -> str:
    return reverse("our_answer", args=[answer.gallery.code, answer.key]) + ("?poster" if poster else "")


def save(client: Client, answer: Note, text: str = "We bought another.", headers=HTMX, **more):
    answer.refresh_from_db()
    return client.post(
        way(answer, more.pop("poster", False)), {"text": text, "seen": answer.seq} | more, headers=headers
    )


def act(client: Client, answer: Note, what: str, headers=HTMX):
    return client.post(way(answer), {"act": what}, headers=headers)


def state_of(answer: Note) -> str:
    return Note.objects.values_list("state", flat=True).get(pk=answer.pk)


def board(client: Client, gallery: Gallery) -> str:
    return client.get(reverse("dashboard", args=[gallery.code])).content.decode()


class TestReword:
    def test_other_words_hang_on_every_screen(self, as_host, visitor, poster, note, ours):
        before = visitor.get(f"{page_of(poster)}feed/", {"after": 0}, headers=HTMX).content.decode()
        assert "We look into it." in before
        seen = Gallery.objects.get().seq
        answer = save(as_host, ours)
        assert (answer.status_code, "We bought another." in answer.content.decode()) == (200, True)
        fresh = visitor.get(f"{page_of(poster)}feed/", {"after": seen}, headers=HTMX).content.decode()
        assert "We bought another." in fresh
        assert "We look into it." not in fresh
        assert "reworded" in fresh

    def test_its_note_comes_after_it(self, as_host, note, ours, gallery):
        save(as_host, ours)
        ours.refresh_from_db()
        note.refresh_from_db()
        gallery.refresh_from_db()
        assert ours.seq < note.seq == gallery.seq

    def test_without_scripts_it_leads_back_to_the_note(self, as_host, poster, note, ours):
        assert "We look into it." in as_host.get(way(ours)).content.decode()
        place = f"?poster={poster.number}#n-{note.key.hex}"
        assert save(as_host, ours, headers={})["Location"].endswith(place)
        assert save(as_host, ours, "And again.", headers={}, poster=True)["Location"].startswith(
            page_of(poster)
        )

    def test_from_the_poster_it_is_answered_as_the_poster_shows_it(self, as_host, ours):
        shown = save(as_host, ours, poster=True).content.decode()
        assert "Answer as a host" in shown
        assert "We bought another." in shown

    @pytest.mark.parametrize("headers", KEYS.values(), ids=KEYS)
    @pytest.mark.parametrize(("text", "why"), [("", "Write a few words"), ("x" * 1001, "1,000 letters")])
    def test_what_cannot_hang_is_told_and_kept(self, as_host, ours, headers, text, why):
        answer = save(as_host, ours, text, headers)
        page = answer.content.decode()
        assert (answer.status_code, why in page, text in page) == (422, True, True)
        ours.refresh_from_db()
        assert ours.text == "We look into it."

    def test_the_same_words_change_nothing(self, as_host, ours, gallery):
        before = Gallery.objects.get().seq
        save(as_host, ours, "We look into it.")
        ours.refresh_from_db()
        assert (ours.reworded_at, Gallery.objects.get().seq) == (None, before)

    def test_a_colleague_who_was_faster_is_shown_and_nothing_is_lost(self, as_host, as_facilitator, ours):
        seen = ours.seq
        save(as_facilitator, ours, "Theirs.")
        answer = as_host.post(way(ours), {"text": "Mine.", "seen": seen}, headers=HTMX)
        page = answer.content.decode()
        assert answer.status_code == 422
        assert "“Theirs.”" in page
        assert ">Mine.</textarea>" in page
        ours.refresh_from_db()
        assert ours.text == "Theirs."
        assert f'name="seen" value="{ours.seq}"' in page
        save(as_host, ours, "Mine.")  # once more, having seen it
        ours.refresh_from_db()
        assert ours.text == "Mine."

    def test_a_colleague_who_took_it_back_is_told(self, as_host, as_facilitator, ours):
        act(as_facilitator, ours, "take-back")
        answer = as_host.post(way(ours), {"text": "Mine.", "seen": ours.seq}, headers=HTMX)
        assert answer.status_code == 422
        assert "taken this answer back meanwhile" in answer.content.decode()
        assert ">Mine.</textarea>" in answer.content.decode()


class TestTakeBack:
    def test_it_leaves_every_screen_and_comes_again(self, as_host, visitor, poster, ours):
        page = act(as_host, ours, "take-back").content.decode()
        assert "Put it back" in page
        assert f"delete:#n-{ours.key.hex}" in page
        assert (state_of(ours), "We look into it." in on_the_page(visitor, poster)) == ("withdrawn", False)
        assert "We look into it." in act(as_host, ours, "put-back").content.decode()
        assert (state_of(ours), "We look into it." in on_the_page(visitor, poster)) == ("shown", True)

    def test_the_feed_tells_of_both(self, as_host, visitor, poster, ours):
        for what, there in [("take-back", False), ("put-back", True)]:
            seen = Gallery.objects.get().seq
            act(as_host, ours, what)
            fresh = visitor.get(f"{page_of(poster)}feed/", {"after": seen}, headers=HTMX).content.decode()
            assert "Too rosy?" in fresh
            assert ("We look into it." in fresh) is there

    def test_without_scripts_a_page_has_the_way_back(self, as_host, ours):
        answer = as_host.post(way(ours), {"act": "take-back"}, follow=True)
        assert "Put it back" in answer.content.decode()
        assert "hx-swap-oob" not in answer.content.decode()
        as_host.post(way(ours), {"act": "put-back"})
        assert state_of(ours) == "shown"

    def test_twice_is_once(self, as_host, ours):
        act(as_host, ours, "take-back")
        before = Note.objects.get(pk=ours.pk).seq
        act(as_host, ours, "take-back")
        assert Note.objects.get(pk=ours.pk).seq == before

    def test_what_a_host_hid_is_not_put_back_from_here(self, as_host, ours):
        Note.objects.filter(pk=ours.pk).update(state="hidden")
        assert act(as_host, ours, "put-back").status_code == 404
        assert state_of(ours) == "hidden"


class TestOffered:
    def test_to_hosts_on_the_poster_and_on_the_dashboard(self, as_host, poster, gallery, ours):
        assert f'href="{way(ours, poster=True)}"' in on_the_page(as_host, poster)
        assert f'href="{way(ours)}"' in board(as_host, gallery)

    def test_not_to_visitors_and_not_on_what_visitors_say(self, as_host, visitor, poster, note, gallery):
        reply = said(note, "By how much?")
        assert "/answers/" not in on_the_page(as_host, poster).replace(f"{page_of(poster)}notes/", "")
        assert way(reply) not in board(as_host, gallery)
        said(note, "We look into it.", host=True)
        assert "Reword or take back" not in on_the_page(visitor, poster)

    def test_what_is_kept_for_hosts_is_not_shown_to_visitors_after_them(self, as_host, visitor, poster, ours):
        frames.forget()
        assert "Reword or take back" in on_the_page(as_host, poster)
        assert "Reword or take back" not in on_the_page(visitor, poster)

    def test_not_once_it_is_archived(self, as_host, poster, gallery, ours):
        Gallery.objects.update(archived_at=timezone.now())
        frames.forget()
        assert "Reword or take back" not in on_the_page(as_host, poster)
        assert way(ours) not in board(as_host, gallery)


class TestWho:
    def test_a_visitor_s_answer_is_nobody_else_s_to_reword(self, as_host, note):
        reply = said(note, "By how much?")
        assert as_host.get(way(reply)).status_code == 404
        assert save(as_host, reply, "By nothing.").status_code == 404
        assert act(as_host, reply, "take-back").status_code == 404
        assert (Note.objects.get(pk=reply.pk).text, state_of(reply)) == ("By how much?", "shown")

    def test_nor_a_note_nor_what_is_not_there(self, as_host, note, gallery):
        assert as_host.get(way(note)).status_code == 404
        assert as_host.get(reverse("our_answer", args=[gallery.code, uuid.uuid4()])).status_code == 404

    @pytest.mark.parametrize("act_of", ["", "take-back"])
    def test_a_stranger_finds_nothing(self, as_stranger, ours, act_of):
        assert as_stranger.get(way(ours)).status_code == 404
        sent = {"act": act_of, "text": "Ha.", "seen": ours.seq}
        assert as_stranger.post(way(ours), sent).status_code == 404
        assert (Note.objects.get(pk=ours.pk).text, state_of(ours)) == ("We look into it.", "shown")

    @pytest.mark.parametrize("stand", ["closed", "stopped", "published", "archived"])
    def test_it_is_taken_as_long_as_notes_are_answered(self, as_host, gallery, ours, stand):
        {
            "closed": lambda: events.close_doors(gallery),
            "stopped": lambda: events.lock(gallery),
            "published": lambda: Gallery.objects.update(published_at=timezone.now()),
            "archived": lambda: Gallery.objects.update(archived_at=timezone.now()),
        }[stand]()
        answer = save(as_host, ours)
        may = stand != "archived"
        assert answer.status_code == (200 if may else 422)
        assert "We bought another." in answer.content.decode()  # hung, or kept in the form
        assert (Note.objects.get(pk=ours.pk).text == "We bought another.") is may
        assert act(as_host, ours, "take-back").status_code == (200 if may else 422)
