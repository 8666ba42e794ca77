"""A visitor's pages: the full page, the fragment and the plain form, in every phase."""

import re
import uuid
from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from feedback import decisions, frames, notes, visitors
from feedback.models import Note, NoteKind
from feedback.views import visit
from gallery import events
from gallery.models import Gallery, Poster

HTMX = {"HX-Request": "true"}


def path(name: str, poster: Poster, **more) -> str:
    return reverse(name, kwargs={"code": poster.gallery.code, "number": poster.number} | more)


def words(**changes) -> dict[str, str]:
    return {"key": str(uuid.uuid4()), "kind": "Idea", "text": "Show it by month", "name": ""} | changes


@pytest.fixture
def stuck(poster) -> Note:
    """A note of somebody else."""
    return notes.stick(
        poster=poster,
        key=uuid.uuid4(),
        kind=poster.gallery.note_kinds.get(word="Concern"),
        text="Too rosy?",
        author="b" * 64,
    )


class TestPoster:
    def test_it_shows_what_hangs_there(self, visitor, poster, goal, measure, stuck):
        page = visitor.get(path("poster", poster)).content.decode()
        for expected in [
            goal.result,
            measure.name,
            "Would you use this measure?",
            "Too rosy?",
            "Higher is better",
        ]:
            assert expected in page
        assert "In design" in page

    def test_missing_detail_is_left_out(self, visitor, poster, measure):
        assert "How it is calculated" not in visitor.get(path("poster", poster)).content.decode()
        type(measure).objects.filter(pk=measure.pk).update(calculation="Fit samples ÷ all samples")
        events.keep([poster])
        frames.forget()
        assert "How it is calculated" in visitor.get(path("poster", poster)).content.decode()

    def test_looking_leaves_no_cookie(self, visitor, poster):
        assert not visitor.get(path("poster", poster)).cookies

    @pytest.mark.parametrize("kind", ["welcome", "goal", "measure", "blank", "text"])
    def test_every_kind_can_be_read(self, visitor, poster, goal, measure, kind):
        shows = {"goal": {"goal": goal}, "blank": {"goal": goal}, "measure": {"measure": measure}}.get(
            kind, {}
        )
        other = events.hang(wall=poster.wall, kind=kind, title="Why these", text="Because.", **shows)
        answer = visitor.get(path("poster", other))
        assert answer.status_code == 200
        assert f"poster-{kind}" in answer.content.decode()

    def test_a_kind_that_is_renamed_is_renamed_on_its_notes_after_a_while(self, visitor, poster, stuck):
        visitor.get(path("poster", poster))
        NoteKind.objects.filter(pk=stuck.kind_id).update(word="Worry")
        for kept in (frames.FRAMES, frames.PAGES, frames.WALLS, frames.FRAGMENTS):
            kept.expire(kept.timer() + frames.FRAME_SECONDS + 1)
        page = visitor.get(path("poster", poster)).content.decode()
        assert "Concern" not in page
        assert page.count("</svg>Worry") == 2

    def test_hidden_and_taken_back_notes_are_not_there(self, visitor, poster, stuck):
        notes.hide(stuck)
        assert "Too rosy?" not in visitor.get(path("poster", poster)).content.decode()

    def test_a_number_that_is_not_there_is_told(self, visitor, poster):
        answer = visitor.get(reverse("poster", args=[poster.gallery.code, 99]))
        assert answer.status_code == 404
        assert "has no poster 99" in answer.content.decode()

    @pytest.mark.parametrize("number", ["0", "99999999999999999999999"])
    def test_an_impossible_number_is_told_too(self, visitor, poster, number):
        assert visitor.get(f"/g/{poster.gallery.code}/{number}/").status_code == 404

    def test_what_a_person_typed_is_never_markup(self, visitor, poster, stuck):
        Note.objects.filter(pk=stuck.pk).update(text="<script>alert(1)</script>", name="<b>x")
        page = visitor.get(path("poster", poster)).content.decode()
        assert "<script>alert" not in page
        assert "&lt;script&gt;alert(1)" in page

    def test_no_primary_key_and_no_pseudonym_is_on_the_page(self, visitor, poster, stuck):
        Gallery.objects.filter(pk=poster.gallery_id).update(title="Room")
        page = visitor.get(path("poster", poster)).content.decode()
        assert stuck.author not in page
        assert stuck.key.hex in page

    def test_more_than_a_page_of_notes_is_one_tap_away(self, visitor, poster):
        kind = poster.gallery.note_kinds.first()
        for number in range(62):
            notes.stick(poster=poster, key=uuid.uuid4(), kind=kind, text=f"Note {number}.")
        page = visitor.get(path("poster", poster)).content.decode()
        assert "Note 61." in page
        assert "Note 1." not in page
        assert "Show the older notes" in page
        assert "Note 1." in visitor.get(path("poster", poster) + "?all=1").content.decode()

    def test_no_wall_with_every_note_is_kept(self, visitor, poster, stuck):
        """It is as long as people like, and each note makes another one of it."""
        visitor.get(path("poster", poster) + "?all=1")
        assert len(frames.WALLS) == 0
        visitor.get(path("poster", poster))
        assert len(frames.WALLS) == 1  # control

    @pytest.mark.parametrize("count", [1, 3])
    def test_it_asks_six_times_however_much_hangs_and_then_once(
        self, visitor, poster, measure, goal, count, django_assert_num_queries
    ):
        kind = poster.gallery.note_kinds.first()
        for number in range(count):
            events.hang(wall=poster.wall, kind="goal", goal=goal)
            notes.stick(poster=poster, key=uuid.uuid4(), kind=kind, text=f"Note {number}")
            measure.values.create(period=f"2026-0{number + 1}-01", value=number)
        events.keep([poster])
        with django_assert_num_queries(6):
            visitor.get(path("poster", poster))
        with django_assert_num_queries(1):
            visitor.get(path("poster", poster))


class TestStick:
    def test_a_plain_form_sticks_and_leads_to_the_note(self, visitor, poster):
        key = uuid.uuid4()
        answer = visitor.post(path("stick", poster), words(key=str(key)))
        assert answer.status_code == 302
        assert answer["Location"].endswith(f"#n-{key.hex}")
        note = Note.objects.get()
        assert (note.key, note.text, note.kind.word, note.name) == (key, "Show it by month", "Idea", "")

    def test_htmx_gets_an_empty_form_and_the_note(self, visitor, poster):
        answer = visitor.post(path("stick", poster), words(name="Ada"), headers=HTMX)
        page = answer.content.decode()
        assert answer.status_code == 200
        assert "Saved." in page
        assert page.count("Show it by month") == 1
        assert "Ada" in page
        assert "Take back" in page
        assert "<html" not in page

    def test_the_page_and_the_fragment_vary(self, visitor, poster):
        assert "HX-Request" in visitor.get(path("poster", poster))["Vary"]

    def test_a_double_tap_sticks_once(self, visitor, poster):
        twice = words()
        visitor.post(path("stick", poster), twice, headers=HTMX)
        assert visitor.post(path("stick", poster), twice, headers=HTMX).status_code == 200
        assert Note.objects.count() == 1

    def test_control_two_keys_stick_twice(self, visitor, poster):
        visitor.post(path("stick", poster), words(), headers=HTMX)
        visitor.post(path("stick", poster), words(), headers=HTMX)
        assert Note.objects.count() == 2

    def test_new_words_under_a_used_key_are_kept_and_stick_with_one_more_tap(self, visitor, poster):
        first = words()
        visitor.post(path("stick", poster), first)
        answer = visitor.post(path("stick", poster), first | {"text": "Something else"}, headers=HTMX)
        page = answer.content.decode()
        assert answer.status_code == 422
        assert "Something else" in page
        assert first["key"] not in page
        assert Note.objects.get().text == "Show it by month"

    @pytest.mark.parametrize(
        ("changes", "told"),
        [
            ({"text": ""}, "Write a few words first"),
            ({"text": "   \n "}, "Write a few words first"),
            ({"text": "\u200b\u200b"}, "Write a few words first"),
            ({"text": "x" * 10_000}, "A note holds 1,000 letters; this has 10,000"),
            ({"text": "null \x00 sign"}, "can’t be kept"),
            ({"kind": ""}, "Choose a kind of note"),
            ({"kind": "Praise"}, "isn’t used any more"),
            ({"name": "n" * 61}, "A name holds 60 letters"),
        ],
    )
    @pytest.mark.parametrize("headers", [{}, HTMX])
    def test_what_cannot_be_stuck_is_told_and_kept(self, visitor, poster, changes, told, headers):
        sent = words(text="My own words") | changes
        answer = visitor.post(path("stick", poster), sent, headers=headers)
        page = answer.content.decode()
        assert answer.status_code == 422
        assert told in page
        assert notes.without_broken_signs(sent["text"]).strip() in page
        assert sent["key"] in page
        assert Note.objects.count() == 0

    def test_the_notes_hang_on_the_page_that_says_what_is_wrong(self, visitor, poster, stuck):
        page = visitor.post(path("stick", poster), words(text="")).content.decode()
        assert f'id="n-{stuck.key.hex}"' in page
        assert "Too rosy?" in page

    def test_a_lone_surrogate_is_told_and_the_rest_kept(self, visitor, poster):
        body = b"kind=Idea&text=lone+%ED%A0%80+surrogate"
        answer = visitor.post(path("stick", poster), body, content_type="application/x-www-form-urlencoded")
        assert answer.status_code == 422
        assert "can’t be kept" in answer.content.decode()
        assert "lone  surrogate" in answer.content.decode()

    @pytest.mark.parametrize("key", ["", "not-a-key", "1"])
    def test_a_spoilt_key_is_replaced(self, visitor, poster, key):
        answer = visitor.post(path("stick", poster), words(key=key))
        assert answer.status_code in {302, 422}
        assert "500" not in str(answer.status_code)

    @pytest.mark.parametrize("headers", [{}, HTMX])
    def test_closed_doors_keep_the_words(self, visitor, poster, headers):
        events.close_doors(poster.gallery, at=timezone.now() - timedelta(minutes=10))
        answer = visitor.post(path("stick", poster), words(text="Last thought"), headers=headers)
        page = answer.content.decode()
        assert (answer.status_code, answer["Note-Refused"]) == (422, "closed")
        assert "The doors are closed" in page
        assert "Last thought" in page
        assert "Saved" not in page
        assert Note.objects.count() == 0

    def test_a_note_on_no_gallery_is_told(self, visitor, db):
        assert "No gallery has this code" in visitor.post("/g/22222222/1/notes/", words()).content.decode()

    def test_another_site_cannot_post_in_a_visitor_s_name(self, poster):
        client = Client(enforce_csrf_checks=True)
        answer = client.post(path("stick", poster), words(), headers={"Origin": "https://elsewhere.example"})
        assert answer.status_code == 403
        assert Note.objects.count() == 0

    def test_control_our_own_page_can(self, poster):
        client = Client(enforce_csrf_checks=True)
        answer = client.post(path("stick", poster), words(), headers={"Origin": "http://testserver"})
        assert answer.status_code == 302

    def test_its_address_asked_for_anew_leads_back_to_the_poster(self, visitor, poster):
        assert visitor.get(path("stick", poster))["Location"] == path("poster", poster)

    def test_the_one_cookie_says_nothing_and_is_kept_from_scripts(self, visitor, poster):
        answer = visitor.post(path("stick", poster), words())
        [(name, cookie)] = answer.cookies.items()
        assert (name, cookie["httponly"], cookie["samesite"]) == (visitors.COOKIE, True, "Lax")
        assert cookie.value not in Note.objects.get().author

    def test_a_pseudonym_differs_from_gallery_to_gallery(self):
        assert visitors.pseudonym("token", "AAAAAAAA") != visitors.pseudonym("token", "BBBBBBBB")

    @pytest.mark.parametrize("count", [0, 3])
    def test_it_asks_no_more_on_a_full_poster(self, visitor, poster, count, django_assert_num_queries):
        for number in range(count):
            visitor.post(path("stick", poster), words(text=f"Note {number}"))
        frames.forget()
        with django_assert_num_queries(8):
            visitor.post(path("stick", poster), words(), headers=HTMX)


class TestOwnNote:
    @pytest.fixture
    def own(self, visitor, poster) -> Note:
        visitor.post(path("stick", poster), words())
        return Note.objects.get()

    def test_it_is_reworded(self, visitor, poster, own):
        assert "Show it by month" in visitor.get(path("note", poster, key=own.key)).content.decode()
        answer = visitor.post(path("note", poster, key=own.key), {"text": "Show it by week"}, headers=HTMX)
        assert "Show it by week" in answer.content.decode()
        assert "reworded" in answer.content.decode()

    def test_without_javascript_too(self, visitor, poster, own):
        answer = visitor.post(path("note", poster, key=own.key), {"text": "Show it by week"}, follow=True)
        assert "Show it by week" in answer.content.decode()

    def test_its_address_is_written_without_hyphens_and_leads_there_with_them_too(self, visitor, poster, own):
        address = path("note", poster, key=own.key)
        assert f"/notes/{own.key.hex}/" in address
        assert visitor.get(address.replace(own.key.hex, str(own.key))).status_code == 200
        for spoilt in (own.key.hex[:-1], f"{own.key.hex[:-1]}g", "-" * 32):
            assert visitor.get(address.replace(own.key.hex, spoilt)).status_code == 404

    def test_bad_words_are_told_and_kept(self, visitor, poster, own):
        answer = visitor.post(path("note", poster, key=own.key), {"text": "y" * 1001})
        assert answer.status_code == 422
        assert "y" * 1001 in answer.content.decode()
        own.refresh_from_db()
        assert own.text == "Show it by month"

    def test_it_is_taken_back(self, visitor, poster, own):
        assert (
            "Taken back"
            in visitor.post(path("take_back", poster, key=own.key), headers=HTMX).content.decode()
        )
        assert "Show it by month" not in visitor.get(path("poster", poster)).content.decode()

    def test_after_a_while_it_stays(self, visitor, poster, own):
        Note.objects.update(created_at=timezone.now() - timedelta(hours=2))
        answer = visitor.post(path("note", poster, key=own.key), {"text": "Too late, but kept"})
        assert answer.status_code == 422
        assert "Too late, but kept" in answer.content.decode()
        assert visitor.post(path("take_back", poster, key=own.key)).status_code == 404
        assert "Reword" not in visitor.get(path("poster", poster)).content.decode()

    @pytest.mark.parametrize("name", ["note", "take_back"])
    def test_nobody_else_s_phone_changes_it(self, poster, own, name):
        other = Client()
        other.post(path("stick", poster), words())
        assert other.post(path(name, poster, key=own.key), {"text": "Mine"}).status_code == 404
        own.refresh_from_db()
        assert (own.text, own.state) == ("Show it by month", "shown")


class TestFeed:
    def get(self, visitor, poster, after):
        return visitor.get(path("feed", poster), {"after": after}, headers=HTMX)

    def test_nothing_new_is_nothing_to_read(self, visitor, poster, stuck, django_assert_num_queries):
        with django_assert_num_queries(1):
            answer = self.get(visitor, poster, stuck.seq)
        assert (answer.status_code, answer.content) == (204, b"")

    def test_what_is_new_comes_with_its_number(self, visitor, poster, stuck):
        page = self.get(visitor, poster, 0).content.decode()
        assert "Too rosy?" in page
        assert f"after={stuck.seq}" in page

    def test_what_is_gone_comes_as_a_tombstone_without_words(self, visitor, poster, stuck):
        notes.hide(stuck)
        page = self.get(visitor, poster, 1).content.decode()
        assert f"delete:[id^='n-{stuck.key.hex[:12]}']" in page
        assert "Too rosy?" not in page

    def test_nobody_is_told_the_key_of_what_waits(self, visitor, poster, stuck):
        Note.objects.update(state=Note.State.WAITING)
        assert stuck.key.hex[:12] not in self.get(visitor, poster, 0).content.decode()
        notes.renew(note=stuck, author=stuck.author, at=stuck.created_at)
        page = self.get(visitor, poster, 1).content.decode()
        assert "hx-swap-oob" in page  # control
        assert stuck.key.hex not in page

    def test_before_the_doors_open_nothing_comes(self, visitor, as_facilitator, poster, stuck):
        assert self.get(visitor, poster, 0).status_code == 200  # control
        now = timezone.now()
        poster.gallery.hours.update(opens=now + timedelta(days=1), closes=now + timedelta(days=2))
        assert self.get(visitor, poster, 0).status_code == 204
        assert self.get(as_facilitator, poster, 0).status_code == 200  # the team looks ahead

    def test_a_number_that_the_gallery_has_not_had_yet_reloads(
        self, visitor, poster, stuck, django_assert_num_queries
    ):
        """The gallery was restored from a backup while the page was open."""
        with django_assert_num_queries(1):
            answer = self.get(visitor, poster, stuck.seq + 500)
        assert (answer.status_code, answer.headers["HX-Refresh"]) == (204, "true")
        assert "HX-Refresh" not in self.get(visitor, poster, stuck.seq).headers  # control
        assert "HX-Refresh" not in visitor.get("/g/22222222/1/feed/?after=500").headers

    def test_of_very_many_the_newest_come(self, visitor, poster, monkeypatch):
        monkeypatch.setattr(visit, "MOST_NEWS", 3)
        kind = poster.gallery.note_kinds.first()
        for number in range(5):
            notes.stick(poster=poster, key=uuid.uuid4(), kind=kind, text=f"Note {number}")
        page = self.get(visitor, poster, 0).content.decode()
        assert re.findall("Note [0-9]", page) == ["Note 4", "Note 3", "Note 2"]

    def test_only_this_poster_s_notes_come(self, visitor, poster, stuck):
        other = events.hang(wall=poster.wall, kind="text", title="Other")
        assert self.get(visitor, other, 0).status_code == 204

    @pytest.mark.parametrize("after", ["", "x", "-1", "9" * 19, "１"])
    def test_a_spoilt_number_is_told(self, visitor, poster, stuck, after):
        assert self.get(visitor, poster, after).status_code in {200, 204, 404}

    @pytest.mark.parametrize("count", [1, 3])
    def test_new_notes_are_read_in_one_go(self, visitor, poster, count, django_assert_num_queries):
        kind = poster.gallery.note_kinds.first()
        for number in range(count):
            notes.stick(poster=poster, key=uuid.uuid4(), kind=kind, text=f"Note {number}")
        visitor.get(path("poster", poster))
        with django_assert_num_queries(2):
            self.get(visitor, poster, 0)


class TestWaysOn:
    @pytest.fixture
    def row(self, poster, goal) -> list[Poster]:
        return [poster, *(events.hang(wall=poster.wall, kind="goal", goal=goal) for _ in range(3))]

    def test_next_previous_and_the_same_goal(self, visitor, row):
        page = visitor.get(path("poster", row[1])).content.decode()
        assert f'href="{path("poster", row[0])}" rel="prev"' in page
        assert f'href="{path("poster", row[2])}" rel="next"' in page
        assert "More about this goal" in page

    def test_the_last_leads_to_the_first(self, visitor, row):
        assert (
            f'href="{path("poster", row[0])}" rel="next"'
            in visitor.get(path("poster", row[3])).content.decode()
        )

    def test_drifting_leads_to_a_quiet_poster_and_not_back(self, visitor, row):
        kind = row[0].gallery.note_kinds.first()
        for poster in row[:2]:
            notes.stick(poster=poster, key=uuid.uuid4(), kind=kind, text="Heard")
        drift = reverse("drift", args=[row[0].gallery.code])
        answer = visitor.get(drift, headers={"Accept": "text/plain"})
        order = [int(line.split()[0]) for line in answer.content.decode().splitlines()]
        assert set(order[:2]) == {row[2].number, row[3].number}
        assert visitor.get(drift, {"from": row[2].number})["Location"] != path("poster", row[2])

    def test_drifting_alone_in_the_room_leads_to_the_lobby(self, visitor, poster):
        answer = visitor.get(reverse("drift", args=[poster.gallery.code]), {"from": poster.number})
        assert answer["Location"] == reverse("lobby", args=[poster.gallery.code])


class TestPhases:
    def lobby(self, client, gallery) -> str:
        return client.get(reverse("lobby", args=[gallery.code])).content.decode()

    @pytest.fixture
    def before(self, gallery, poster) -> Gallery:
        gallery.hours.all().delete()
        tomorrow = timezone.now() + timedelta(days=1)
        gallery.hours.create(opens=tomorrow, closes=tomorrow + timedelta(hours=3))
        Gallery.objects.filter(pk=gallery.pk).update(invitation="Come and look.", place="The boathouse")
        return gallery

    def test_before_it_is_an_invitation(self, visitor, before, poster, measure):
        page = self.lobby(visitor, before)
        for expected in [
            "You are invited",
            "Come and look.",
            "The boathouse",
            "UTC",
            "Put it in my calendar",
        ]:
            assert expected in page
        assert measure.name not in page
        assert visitor.get(path("poster", poster))["Location"] == reverse("lobby", args=[before.code])

    @pytest.mark.parametrize("name", ["stick", "propose", "answers"])
    def test_before_nobody_reads_the_walls_by_sending_something(
        self, visitor, as_facilitator, stuck, before, poster, measure, name
    ):
        address = path(name, poster, **({"key": stuck.key} if name == "answers" else {}))
        refused, preview = (
            client.post(address, words(text="And how?")).content.decode()
            for client in (visitor, as_facilitator)
        )
        assert "The doors are closed" in refused
        assert "And how?" in refused
        assert measure.name not in refused
        assert stuck.text not in refused
        assert stuck.text in preview  # control: the team may look

    def test_before_the_team_sees_the_walls(self, as_facilitator, before, poster, measure):
        assert measure.name in self.lobby(as_facilitator, before)
        assert as_facilitator.get(path("poster", poster)).status_code == 200

    def test_before_another_team_sees_the_invitation_only(self, as_stranger, before, measure):
        assert measure.name not in self.lobby(as_stranger, before)

    def test_while_open_it_is_the_walls(self, visitor, gallery, poster, measure):
        page = self.lobby(visitor, gallery)
        assert "The doors are open until" in page
        assert measure.name in page
        assert "North wall" in page

    def test_afterwards_it_says_thank_you_and_the_poster_takes_no_note(self, visitor, gallery, poster):
        events.close_doors(gallery)
        assert "Thank you for coming" in self.lobby(visitor, gallery)
        page = visitor.get(path("poster", poster)).content.decode()
        assert "The doors are closed" in page
        assert "Stick it" not in page

    def test_at_the_end_it_is_what_we_heard(self, visitor, gallery, poster, measure):
        events.close_doors(gallery)
        decisions.decide(poster=poster, verdict="change", reason="You showed us that monthly is too slow.")
        assert "monthly is too slow" not in self.lobby(visitor, gallery)
        events.publish(gallery)
        page = self.lobby(visitor, gallery)
        for expected in ["What we heard, what we changed", "Change", "monthly is too slow", measure.name]:
            assert expected in page
        assert "monthly is too slow" in visitor.get(path("poster", poster)).content.decode()

    def test_a_draft_looks_like_nothing_at_all(self, visitor, as_stranger, gallery, poster):
        Gallery.objects.update(invited_at=None)
        for client in [visitor, as_stranger]:
            unknown = client.get("/g/22222222/").content
            assert client.get(reverse("lobby", args=[gallery.code])).content == unknown
            assert client.get(path("poster", poster)).content == unknown
            assert client.post(path("stick", poster), words()).content == unknown

    def test_a_draft_is_its_team_s_to_look_at(self, as_facilitator, gallery, poster):
        Gallery.objects.update(invited_at=None)
        assert as_facilitator.get(path("poster", poster)).status_code == 200

    @pytest.mark.parametrize("count", [1, 3])
    @pytest.mark.parametrize("phase", ["open", "reported"])
    def test_the_lobby_asks_at_most_thrice(
        self, visitor, gallery, poster, count, phase, django_assert_num_queries
    ):
        for number in range(count):
            other = events.hang(wall=poster.wall, kind="text", title=f"Text {number}")
            decisions.decide(poster=other, verdict="keep", reason="You liked it.")
        if phase == "reported":
            Gallery.objects.update(published_at=timezone.now())
            self.lobby(visitor, gallery)  # the report is kept for a moment
        with django_assert_num_queries(2 if phase == "reported" else 4):
            self.lobby(visitor, gallery)


class TestTheWayIn:
    @pytest.mark.parametrize("written", ["{}", "{} ", " {}"])
    def test_a_code_opens_the_lobby_however_it_is_typed(self, visitor, gallery, written):
        typed = written.format(gallery.code.lower())
        half = f"{typed.strip()[:4]}-{typed.strip()[4:]}"
        for code in [typed, half]:
            answer = visitor.get("/", {"code": code})
            assert answer["Location"] == reverse("lobby", args=[gallery.code])

    @pytest.mark.parametrize("typed", ["22222222", "abc", "x" * 400, "<b>", "💥", "\x00", "'; --"])
    def test_a_code_that_opens_nothing_is_told_and_kept(self, visitor, gallery, typed):
        answer = visitor.get("/", {"code": typed})
        assert answer.status_code == 404
        assert "No gallery has this code" in answer.content.decode()

    def test_without_a_code_there_is_a_form(self, visitor, db):
        assert visitor.get("/").status_code == 200

    def test_a_lower_case_address_works(self, visitor, gallery):
        assert visitor.get(f"/g/{gallery.code.lower()}/").status_code == 200

    @pytest.mark.parametrize("path", ["/g/short/", "/g/00000000/", "/nothing", "/g/22222222/1/2/3/"])
    def test_an_address_that_leads_nowhere_is_told(self, visitor, db, path):
        answer = visitor.get(path)
        assert answer.status_code == 404
        assert "Nothing hangs here" in answer.content.decode()


class TestCalendar:
    def test_it_has_the_hours_and_blocks_nobody_s_day(self, visitor, gallery):
        stretch = gallery.hours.get()
        answer = visitor.get(reverse("invitation_ics", args=[gallery.code]))
        text = answer.content.decode().replace("\r\n ", "")
        assert answer["Content-Type"] == "text/calendar; charset=utf-8"
        assert f"DTSTART:{stretch.opens:%Y%m%dT%H%M%SZ}" in text
        assert "TRANSP:TRANSPARENT" in text
        assert f"http://gallery.test/g/{gallery.code}/" in text

    def test_without_hours_it_says_so(self, visitor, gallery):
        gallery.hours.all().delete()
        answer = visitor.get(reverse("invitation_ics", args=[gallery.code]))
        assert answer.status_code == 404
        assert "no opening hours yet" in answer.content.decode()


def test_a_forged_host_never_reaches_an_address(visitor, gallery):
    page = visitor.get(reverse("lobby", args=[gallery.code]), headers={"Host": "localhost"}).content.decode()
    assert "localhost" not in page


class TestPutBack:
    @pytest.fixture
    def gone(self, visitor, poster) -> Note:
        visitor.post(path("stick", poster), words())
        note = Note.objects.get()
        page = visitor.post(path("take_back", poster, key=note.key), headers=HTMX).content.decode()
        assert "Put it back" in page
        self.seal = re.search(r'name="hung" value="([^"]+)"', page)[1]
        return note

    def test_what_was_taken_back_by_mistake_hangs_again(self, visitor, poster, gone):
        answer = visitor.post(path("put_back", poster, key=gone.key), {"hung": self.seal}, headers=HTMX)
        assert "Show it by month" in answer.content.decode()
        assert "Show it by month" in visitor.get(path("poster", poster)).content.decode()

    def test_what_never_hung_is_still_a_host_s_to_hang(self, visitor, poster, gone):
        """The seal was given for one taking back of one note, and it hung then."""
        old = self.seal
        Note.objects.update(state=Note.State.WAITING)
        page = visitor.post(path("take_back", poster, key=gone.key), headers=HTMX).content.decode()
        assert 'name="hung"' not in page
        for seal in (old, ""):
            visitor.post(path("put_back", poster, key=gone.key), {"hung": seal}, headers=HTMX)
            assert Note.objects.get().state == Note.State.WAITING
            Note.objects.update(state=Note.State.WITHDRAWN)

    def test_nobody_else_puts_it_back(self, poster, gone):
        assert Client().post(path("put_back", poster, key=gone.key)).status_code == 404
        gone.refresh_from_db()
        assert gone.state == Note.State.WITHDRAWN

    def test_nor_does_its_author_what_a_host_has_hidden(self, visitor, poster):
        visitor.post(path("stick", poster), words())
        note = notes.hide(Note.objects.get())
        assert visitor.post(path("put_back", poster, key=note.key)).status_code == 404
        note.refresh_from_db()
        assert note.state == Note.State.HIDDEN

    def test_after_a_while_it_stays_away(self, visitor, poster, gone):
        Note.objects.update(created_at=timezone.now() - timedelta(hours=2))
        assert visitor.post(path("put_back", poster, key=gone.key)).status_code == 404


def test_a_poster_that_is_not_there_leads_to_its_gallery(visitor, poster):
    page = visitor.get(reverse("poster", args=[poster.gallery.code, 99])).content.decode()
    assert f'href="{reverse("lobby", args=[poster.gallery.code])}"' in page


def test_the_lobby_leads_its_team_to_the_dashboard(visitor, as_facilitator, as_stranger, gallery, poster):
    lobby, dashboard = (reverse(name, args=[gallery.code]) for name in ("lobby", "dashboard"))
    assert dashboard in as_facilitator.get(lobby).content.decode()
    assert dashboard not in visitor.get(lobby).content.decode()
    assert dashboard not in as_stranger.get(lobby).content.decode()


def test_while_open_the_lobby_still_tells_when_and_where(visitor, gallery, poster):
    Gallery.objects.filter(pk=gallery.pk).update(place="The boathouse")
    page = visitor.get(reverse("lobby", args=[gallery.code])).content.decode()
    for expected in ["The boathouse", "Opening hours", "Put it in my calendar", "mailto:?subject="]:
        assert expected in page
