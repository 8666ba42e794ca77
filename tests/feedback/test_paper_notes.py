"""Paper notes are typed in by a host and counted once; a photo of their poster is the team's alone."""

import uuid
from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from feedback import keeping, notes, photos
from feedback.models import Note, WallPhoto
from gallery import events
from gallery.models import Gallery
from measures.models import Membership
from tests.feedback import pictures
from tests.feedback.pictures import by_a_camera, quarters, written
from tests.feedback.sending import HTMX, files, kept

pytestmark = pytest.mark.usefixtures("own_folder")

Source, State = Note.Source, Note.State


@pytest.fixture
def as_host(as_facilitator, facilitator) -> Client:
    Membership.objects.filter(user=facilitator).update(role="host")
    return as_facilitator


def path(name, poster, *args) -> str:
    return reverse(name, args=[poster.gallery.code, poster.number, *args])


def words(**more) -> dict[str, str]:
    return {"key": str(uuid.uuid4()), "kind": "Concern", "text": "Who counts at low tide?"} | more


@pytest.fixture
def enter(as_host, poster):
    def enter(headers=HTMX, **more):
        return as_host.post(path("paper_poster", poster), words(**more), headers=headers)

    return enter


@pytest.fixture
def typed(enter) -> Note:
    enter()
    return Note.objects.get()


class TestEntering:
    def test_it_hangs_for_all_marked_from_paper_and_nobody_s(self, enter, as_host, poster):
        answer = enter(name="Ada")
        note = Note.objects.get()
        assert (note.source, note.state, note.author, note.name) == (Source.PAPER, State.SHOWN, None, "Ada")
        assert answer["Note-Saved"] == str(note.key)
        assert "1 from paper on this poster" in answer.content.decode()
        board = reverse("dashboard", args=[poster.gallery.code])
        for client, place in [(Client(), path("poster", poster)), (as_host, board)]:
            seen = client.get(place).content.decode()
            assert "Who counts at low tide?" in seen
            assert "from paper" in seen

    @pytest.mark.parametrize("headers", [HTMX, {}], ids=["htmx", "plain form"])
    def test_one_key_sent_twice_is_one_note(self, enter, poster, headers):
        key = str(uuid.uuid4())
        answers = [enter(headers, key=key) for _ in range(2)]
        assert Note.objects.count() == 1
        assert [answer.status_code for answer in answers] == [200 if headers else 302] * 2
        enter(headers, key=str(uuid.uuid4()))  # control: the same words on another sheet
        assert Note.objects.count() == 2

    def test_other_words_under_its_key_are_kept_in_the_form_with_a_new_one(self, enter):
        key = str(uuid.uuid4())
        enter({}, key=key)
        answer = enter({}, key=key, text="Another sheet")
        page = answer.content.decode()
        assert (answer.status_code, Note.objects.count()) == (422, 1)
        assert "Another sheet</textarea>" in page
        assert f'name="key" value="{key}"' not in page

    def test_without_javascript_the_kind_stays(self, enter, as_host):
        place = enter({})["Location"]
        assert 'value="Concern" required checked' in as_host.get(place).content.decode()

    @pytest.mark.parametrize(
        ("more", "said"),
        [
            ({"text": " "}, "Write a few words first"),
            ({"text": "x" * 1001}, "Shorten it"),
            ({"kind": ""}, "Choose the kind first"),
            ({"kind": "No such"}, "Choose another"),
            ({"name": "x" * 61}, "A name holds 60 letters"),
        ],
    )
    def test_what_is_no_note_stays_in_the_form_with_what_to_do(self, enter, more, said):
        for headers in (HTMX, {}):
            answer = enter(headers, **more)
            assert (answer.status_code, Note.objects.count()) == (422, 0)
            assert said in answer.content.decode()
        assert enter(**more)["Note-Refused"] == "words"

    def test_a_poster_that_is_not_there(self, as_host, poster):
        place = path("paper_poster", poster)
        for client_asks in (as_host.get, as_host.post):
            assert client_asks(place.replace("/1/", "/99/")).status_code == 404


HOUR = timedelta(hours=1)
# When a host may type in, by what happened to a gallery whose hours were from an hour ago to in an hour.
STANDINGS = {
    "draft": ({"invited_at": None}, False),
    "invitation": ({"hours": HOUR * 2}, False),
    "open": ({}, True),
    "locked": ({"locked_at": -HOUR}, True),
    "moderated": ({"moderated": True}, True),
    "closed": ({"closed_at": -HOUR / 2}, True),
    "long closed": ({"hours": -HOUR * 99}, True),
    "reported": ({"closed_at": -HOUR / 2, "published_at": -HOUR / 4}, True),
    "archived": ({"closed_at": -HOUR / 2, "archived_at": -HOUR / 4}, False),
    "reported and archived": (
        {"closed_at": -HOUR / 2, "published_at": -HOUR / 4, "archived_at": -HOUR / 4},
        False,
    ),
}


def stand(gallery, standing: str) -> bool:
    """Bring the gallery to this standing; whether a host may type in then."""
    changes, may = STANDINGS[standing]
    now, changes = timezone.now(), dict(changes)
    moved = changes.pop("hours", None)
    if moved:
        gallery.hours.update(opens=now + moved - HOUR, closes=now + moved + HOUR)
    for name, value in changes.items():
        moment = now + value if isinstance(value, timedelta) else value
        Gallery.objects.filter(pk=gallery.pk).update(**{name: moment})
    return may


@pytest.mark.parametrize("standing", STANDINGS)
def test_from_the_first_opening_until_archived_closed_locked_and_moderated_or_not(
    enter, as_host, poster, standing
):
    enter(text="Typed in before")
    note = Note.objects.get()
    may = stand(poster.gallery, standing)
    answer = enter()
    assert Note.objects.filter(state=State.SHOWN).count() == (2 if may else 1)
    assert ("Note-Saved" in answer) == may
    if not may:
        assert "can’t be typed in here now" in answer.content.decode()
        assert "Who counts at low tide?" in answer.content.decode()
    assert ('id="paper-form"' in as_host.get(path("paper_poster", poster)).content.decode()) == may
    as_host.post(path("take_paper_away", poster, note.key))
    as_host.post(path("paper_note", poster, note.key), {"kind": "Idea", "text": "Reworded"})
    note.refresh_from_db()
    assert (note.state == State.WITHDRAWN) == may
    assert note.text == "Typed in before"  # taken away, or too late


class TestTypingErrors:
    def test_other_words_and_another_kind(self, as_host, poster, typed):
        answer = as_host.post(
            path("paper_note", poster, typed.key), {"kind": "Idea", "text": "Who counts?"}, headers=HTMX
        )
        note = Note.objects.get()
        assert (note.text, note.kind.word, note.seq > typed.seq) == ("Who counts?", "Idea", True)
        assert "Who counts?" in answer.content.decode()

    def test_words_that_are_none_are_told_and_kept(self, as_host, poster, typed):
        for headers in (HTMX, {}):
            answer = as_host.post(
                path("paper_note", poster, typed.key), {"kind": "Idea", "text": "x" * 1001}, headers=headers
            )
            assert answer.status_code == 422
            assert "x" * 1001 in answer.content.decode()
        assert Note.objects.get().seq == typed.seq

    def test_away_and_back(self, as_host, poster, typed):
        gone = as_host.post(path("take_paper_away", poster, typed.key), headers=HTMX).content.decode()
        assert "0 from paper on this poster" in gone
        assert "Who counts at low tide?" not in Client().get(path("poster", poster)).content.decode()
        back = as_host.post(path("put_paper_back", poster, typed.key), headers=HTMX).content.decode()
        assert "1 from paper on this poster" in back
        assert "Who counts at low tide?" in Client().get(path("poster", poster)).content.decode()

    def test_a_late_retry_does_not_bring_it_back(self, as_host, enter, poster):
        key = str(uuid.uuid4())
        enter(key=key)
        as_host.post(path("take_paper_away", poster, key))
        again = enter(key=key)
        assert (again["Note-Saved"], Note.objects.get().state) == (key, State.WITHDRAWN)
        assert "Put it back" in again.content.decode()

    def test_without_javascript_the_page_has_the_way_back(self, as_host, poster, typed):
        place = as_host.post(path("take_paper_away", poster, typed.key))["Location"]
        assert "Put it back" in as_host.get(place).content.decode()

    def test_a_hidden_one_does_not_come_back_by_a_way_round(self, as_host, poster, typed):
        notes.hide(typed)
        for name in ("take_paper_away", "put_paper_back"):
            as_host.post(path(name, poster, typed.key))
        assert Note.objects.get().state == State.HIDDEN
        assert "hidden from the wall" in as_host.get(path("paper_poster", poster)).content.decode()

    def test_a_note_from_a_phone_is_not_the_hosts_to_reword(self, as_host, poster, gallery):
        kind = gallery.note_kinds.first()
        note = notes.stick(poster=poster, key=uuid.uuid4(), kind=kind, text="Mine", author="a" * 64)
        for name in ("paper_note", "take_paper_away", "put_paper_back"):
            assert (
                as_host.post(path(name, poster, note.key), {"kind": "Idea", "text": "Yours"}).status_code
                == 404
            )
        note.refresh_from_db()
        assert (note.text, note.state) == ("Mine", State.SHOWN)


@pytest.mark.parametrize("count", [1, 3])
def test_no_page_asks_more_with_more_notes(as_host, gallery, poster, enter, count, django_assert_num_queries):
    for number in range(count):
        enter(text=f"Note {number}")
        events.hang(wall=poster.wall, kind="text")
        WallPhoto.objects.create(poster=poster, name=uuid.uuid4(), width=1, height=1, size=1)
    with django_assert_num_queries(7):
        page = as_host.get(reverse("paper", args=[gallery.code])).content.decode()
    assert f"<b>{count}</b> from paper · {count} photo" in page
    with django_assert_num_queries(10):
        page = as_host.get(path("paper_poster", poster)).content.decode()
    assert page.count("typed-text") == page.count("data-zoom") == count


# --- a photo of the poster ------------------------------------------------------------------------

UPRIGHT = by_a_camera(pictures.on_its_side(), orientation=6)


@pytest.fixture
def send(as_host, poster):
    def send(data: bytes = UPRIGHT, name: str = "IMG_1.JPG"):
        file = SimpleUploadedFile(name, data, "image/jpeg")
        return as_host.post(path("add_wall_photo", poster), {"photo": file})

    return send


@pytest.fixture
def photo(send) -> WallPhoto:
    assert send().status_code == 302
    return WallPhoto.objects.get()


class TestPhotoOfAPoster:
    def test_it_is_kept_upright_without_a_word_on_where_and_only_the_team_sees_it(
        self, photo, poster, as_host, as_stranger
    ):
        assert (photo.width, photo.height, photo.size) == (96, 64, len(kept()))
        assert [trace for trace in pictures.TRACES if trace in kept()] == []
        assert b"Exif" in UPRIGHT  # control
        place = path("wall_photo", poster, photo.name)
        answer = as_host.get(place)
        assert answer.content == kept()
        expected = {
            "Content-Type": "image/jpeg",
            "X-Content-Type-Options": "nosniff",
            "Content-Security-Policy": "sandbox; default-src 'none'; frame-ancestors 'none'",
            "Content-Disposition": 'inline; filename="photo.jpg"',
            "Cross-Origin-Resource-Policy": "same-origin",
        }
        assert {name: answer.headers.get(name) for name in expected} == expected
        assert "no-store" in answer["Cache-Control"]
        assert place in as_host.get(path("paper_poster", poster)).content.decode()
        assert as_stranger.get(place).status_code == 404
        assert Client().get(place).status_code == 302  # to the log-in
        assert Client().get(reverse("photo", args=[poster.gallery.code, photo.name])).status_code == 404
        assert photo.name.hex not in Client().get(path("poster", poster)).content.decode()

    def test_what_can_not_be_kept_is_told(self, send, settings):
        for data, said in [(b"GIF89a", "no photo that can be shown"), (b"", "Choose a photo first")]:
            answer = send(data)
            assert answer.status_code == 422
            assert said in answer.content.decode()
        settings.PHOTO_MAX_BYTES = 1024
        assert "is too large" in send(bytes(1025)).content.decode()
        assert (WallPhoto.objects.count(), files()) == (0, [])

    def test_it_counts_among_the_gallery_s_photos(self, photo, send, settings):
        settings.PHOTOS_OF_A_GALLERY_MAX_BYTES = photo.size * 2 - 1
        assert "Take one away" in send().content.decode()
        assert len(files()) == 1
        settings.PHOTOS_OF_A_GALLERY_MAX_BYTES += 1  # control
        assert send().status_code == 302

    @pytest.mark.parametrize("standing", ["invitation", "archived"])
    def test_there_is_a_time_for_it(self, send, gallery, standing):
        stand(gallery, standing)
        assert "until the gallery is archived" in send().content.decode()
        assert files() == []

    def test_it_is_taken_away_with_its_file(self, photo, poster, as_host, django_capture_on_commit_callbacks):
        with django_capture_on_commit_callbacks(execute=True):
            as_host.post(path("take_wall_photo_away", poster, photo.name))
        assert (WallPhoto.objects.count(), files()) == (0, [])
        assert as_host.get(path("wall_photo", poster, photo.name)).status_code == 404

    @pytest.mark.parametrize("end", [events.archive, events.purge])
    def test_it_ends_with_the_gallery(self, photo, gallery, end, django_capture_on_commit_callbacks):
        events.close_for_good(gallery)
        with django_capture_on_commit_callbacks(execute=True):
            end(gallery)
            assert len(files()) == 1  # not before it is sure
        assert (WallPhoto.objects.count(), files()) == (0, [])

    def test_a_backup_names_it_and_the_sweep_leaves_it(self, photo):
        assert keeping.names_of_files("default") == [photos.path_of(photo.name)]
        assert (photos.sweep(timedelta(0)), files()) == (0, [photos.path_of(photo.name)])
        WallPhoto.objects.update(name=uuid.uuid4())
        assert photos.sweep(timedelta(0)) == 1  # control: nobody's

    def test_no_export_knows_it(self, photo, as_host, gallery):
        assert photo.name.hex not in as_host.get(reverse("export_csv", args=[gallery.code])).content.decode()


def test_heic_is_taken(send):
    assert send(pictures.HEIC, "IMG_1.HEIC").status_code == 302
    assert send(written(quarters(), "PNG"), "x.png").status_code == 302
    assert all(kept(each)[:3] == b"\xff\xd8\xff" for each in files())
