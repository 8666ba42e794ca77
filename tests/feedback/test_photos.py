"""Photos on notes: words first, photo second; only on one's own note, within bounds, gone when it goes."""

import uuid
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path

import pytest
import time_machine
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.utils import timezone

from feedback import frames, notes, photos, shelf
from feedback.models import Note, Photo
from feedback.views import photos as views
from gallery import capped, events
from gallery.models import Gallery
from tests.feedback import pictures
from tests.feedback.pictures import written
from tests.feedback.sending import HTMX, SMALL, address, files, kept, path, send, stick

pytestmark = pytest.mark.usefixtures("own_folder")


class TestAdd:
    def test_it_hangs_on_the_note_and_every_screen_gets_it(self, visitor, poster, own):
        answer = send(visitor, own)
        photo = Photo.objects.get()
        assert answer.status_code == 200
        assert f'src="{address(photo)}" width="96" height="64"' in answer.content.decode()
        assert files() == [photos.path_of(photo.name)]
        feed = Client().get(path("feed", poster), {"after": own.seq}, headers=HTMX).content.decode()
        assert address(photo) in feed
        assert "Look at this" in feed

    def test_a_plain_form_leads_to_the_note(self, visitor, poster, own):
        page = visitor.get(path("poster", poster)).content.decode()
        assert 'enctype="multipart/form-data"' in page
        answer = send(visitor, own, headers={})
        assert answer["Location"] == path("poster", poster) + f"#n-{own.key.hex}"

    def test_what_is_kept_is_the_darkroom_s_and_says_nothing(self, visitor, own):
        send(visitor, own, pictures.by_a_camera(pictures.on_its_side(), orientation=6))
        assert not any(trace in kept() for trace in pictures.TRACES)
        photo = Photo.objects.get()
        assert (photo.width, photo.height, photo.size) == (96, 64, len(kept()))

    def test_another_takes_its_place(self, visitor, own, photo, django_capture_on_commit_callbacks):
        with django_capture_on_commit_callbacks(execute=True):
            send(visitor, own, written(pictures.quarters(40, 40)))
        other = Photo.objects.get()
        assert (other.width, other.name == photo.name) == (40, False)
        assert files() == [photos.path_of(other.name)]

    def test_where_a_host_reads_first_the_note_waits_again(self, visitor, poster, own):
        events.moderate(poster.gallery, moderated=True)
        assert "Waits for a host" in send(visitor, own).content.decode()
        own.refresh_from_db()
        assert own.state == Note.State.WAITING
        assert address(Photo.objects.get()) in visitor.get(path("poster", poster)).content.decode()
        assert Client().get(address(Photo.objects.get())).status_code == 404

    def test_control_elsewhere_it_hangs_on(self, photo):
        assert photo.note.state == Note.State.SHOWN

    @pytest.mark.parametrize("count", [1, 3])
    def test_a_poster_with_photos_asks_no_more(self, poster, count, django_assert_num_queries):
        for _ in range(count):
            phone = Client()
            send(phone, stick(phone, poster))
        frames.forget()
        with django_assert_num_queries(6):
            page = Client().get(path("poster", poster)).content.decode()
        assert page.count('class="photo"') == count
        frames.FRAGMENTS.clear()
        with django_assert_num_queries(4):
            Client().get(path("feed", poster), {"after": 0}, headers=HTMX)

    def test_sticking_a_note_asks_no_more(self, visitor, poster, own, django_assert_num_queries):
        words = {"key": str(uuid.uuid4()), "kind": "Idea", "text": "Another", "name": ""}
        frames.forget()
        with django_assert_num_queries(8):
            visitor.post(path("stick", poster), words, headers=HTMX)


class TestRefused:
    """Each in words, with the note as it was."""

    def told(self, answer, own: Note, status: int, words: str) -> None:
        page = answer.content.decode()
        assert (answer.status_code, words in page) == (status, True), page
        assert "Your note is safe." in page
        assert "Look at this" in page
        own.refresh_from_db()
        assert (own.state, own.text, Photo.objects.count(), files()) == ("shown", "Look at this", 0, [])

    @pytest.mark.parametrize(
        ("data", "words"),
        [
            (b"", "no photo that can be shown"),
            (b"words in a file that is named so", "no photo that can be shown"),
            (pictures.gif(2), "no photo that can be shown"),
            (written(pictures.quarters(400, 400))[:3000], "arrived broken"),
            (pictures.png_of_nothing(9_000, 9_000), "more than 50 million pixels"),
        ],
        ids=["nothing", "text", "gif", "truncated", "too many pixels"],
    )
    @pytest.mark.parametrize("headers", [HTMX, {}])
    def test_what_is_no_photo(self, visitor, own, data, words, headers):
        self.told(send(visitor, own, data, headers=headers), own, 400, words)

    def test_no_file(self, visitor, own):
        where = path("add_photo", own.poster, key=own.key)
        for sent in [{}, {"photo": "a word"}, {"other": SimpleUploadedFile("a.jpg", SMALL)}]:
            self.told(visitor.post(where, sent, headers=HTMX), own, 400, "Choose a photo first")

    @pytest.mark.parametrize("names", [("photo", "photo"), ("photo", "other"), ("other", "photo")])
    def test_two_files(self, visitor, own, names):
        both = [(name, SimpleUploadedFile("a.jpg", SMALL)) for name in names]
        sent = {names[0]: [file for _, file in both]} if names[0] == names[1] else dict(both)
        answer = visitor.post(path("add_photo", own.poster, key=own.key), sent, headers=HTMX)
        self.told(answer, own, 400, "A note holds one photo")

    @pytest.mark.parametrize("slack", [views.SLACK, 0], ids=["found while it arrives", "by its length"])
    def test_too_large_a_file(self, visitor, own, settings, monkeypatch, slack):
        settings.PHOTO_MAX_BYTES = 1000
        monkeypatch.setattr(views, "SLACK", slack)
        self.told(send(visitor, own, SMALL + bytes(2000)), own, 413, "too large: a photo may have up to")

    def test_closed_locked_and_late(self, visitor, poster, own):
        events.lock(poster.gallery)
        self.told(send(visitor, own), own, 422, "A host has stopped all notes")
        events.unlock(poster.gallery)
        events.close_doors(poster.gallery, at=timezone.now() - timedelta(hours=1))
        self.told(send(visitor, own), own, 422, "The doors are closed")
        Gallery.objects.update(closed_at=None)
        Note.objects.update(created_at=timezone.now() - timedelta(hours=2))
        self.told(send(visitor, own), own, 422, "The time for changing this note is over")
        Note.objects.update(created_at=timezone.now())
        assert send(visitor, own).status_code == 200  # control

    def test_doors_that_close_while_it_arrives_are_heeded(self, visitor, poster, own, monkeypatch):
        Gallery.objects.update(grace_minutes=0)
        sent = views._sent

        @contextmanager
        def slowly(request):
            with sent(request) as file:
                clock.shift(timedelta(minutes=2))
                yield file

        poster.gallery.hours.update(closes=timezone.now() + timedelta(minutes=1))
        monkeypatch.setattr(views, "_sent", slowly)
        with time_machine.travel(timezone.now(), tick=False) as clock:
            self.told(send(visitor, own), own, 422, "The doors are closed")
        monkeypatch.setattr(views, "_sent", sent)
        assert send(visitor, own).status_code == 200  # control

    def test_a_host_who_locks_meanwhile_is_heeded(self, visitor, poster, own, monkeypatch):
        def slowly(file: Path) -> photos.Picture:
            events.lock(poster.gallery)
            return photos.Picture(SMALL, 96, 64)

        monkeypatch.setattr(photos, "developed", slowly)
        self.told(send(visitor, own), own, 422, "A host has stopped all notes")

    def test_a_host_who_hides_meanwhile_is_heeded(self, visitor, poster, own, monkeypatch):
        def slowly(file: Path) -> photos.Picture:
            notes.hide(Note.objects.get())
            return photos.Picture(SMALL, 96, 64)

        monkeypatch.setattr(photos, "developed", slowly)
        assert send(visitor, own).status_code == 422
        own.refresh_from_db()
        assert (own.state, Photo.objects.count(), files()) == ("hidden", 0, [])

    def test_too_fast(self, visitor, own, monkeypatch):
        monkeypatch.setattr(photos, "developed", lambda file: photos.Picture(SMALL, 96, 64))
        answers = [send(visitor, own) for _ in range(8)]
        assert answers[0].status_code == 200  # control
        assert answers[-1].status_code == 429
        assert int(answers[-1]["Retry-After"]) >= 1
        assert "That was fast" in answers[-1].content.decode()

    @pytest.mark.parametrize(
        ("problem", "status", "words"),
        [
            (capped.Busy("2 run"), 503, "Many photos are arriving"),
            (capped.TooBig("memory"), 400, "can’t be opened here"),
            (capped.TooLong("time"), 400, "can’t be opened here"),
            (capped.Failed("crash"), 400, "can’t be opened here"),
        ],
    )
    def test_a_darkroom_that_does_not_answer(self, visitor, own, monkeypatch, problem, status, words):
        def fails(*_, **__):
            raise problem

        monkeypatch.setattr(capped, "run", fails)
        answer = send(visitor, own)
        self.told(answer, own, status, words)
        assert ("Retry-After" in answer) == (status == 503)

    def test_more_than_two_at_once_in_a_process_come_back_later(self, visitor, own):
        with views._lane(), views._lane():
            answer = send(visitor, own)
        self.told(answer, own, 503, "Many photos are arriving")
        assert send(visitor, own).status_code == 200  # control

    def test_a_visitor_s_bound(self, visitor, poster, own, settings):
        settings.PHOTOS_OF_A_VISITOR_MAX_BYTES = len(SMALL) * 3 // 2
        assert send(visitor, stick(visitor, poster, "The first")).status_code == 200
        before = files()
        answer = send(visitor, own)
        assert answer.status_code == 422
        assert "all there is for one visitor" in answer.content.decode()
        assert files() == before
        phone = Client()
        assert send(phone, stick(phone, poster)).status_code == 200  # another visitor has their own

    def test_a_gallery_s_bound_and_that_what_is_replaced_does_not_count(self, visitor, own, settings):
        settings.PHOTOS_OF_A_GALLERY_MAX_BYTES = len(SMALL) * 3 // 2
        assert send(visitor, own).status_code == 200
        assert send(visitor, own).status_code == 200
        phone = Client()
        answer = send(phone, stick(phone, own.poster))
        assert answer.status_code == 422
        assert "as many photos as it can keep" in answer.content.decode()

    def test_a_disk_without_room(self, visitor, own, monkeypatch):
        def full(*_):
            raise OSError(28, "No space left on device")

        monkeypatch.setattr(shelf, "_write", full)
        self.told(send(visitor, own), own, 503, "No photo can be kept")


class TestWhose:
    def test_nobody_else_s_note_gets_one(self, own, poster):
        other = Client()
        stick(other, poster)
        for client in [other, Client()]:
            assert send(client, own).status_code == 404
            assert client.post(path("take_photo_away", poster, key=own.key)).status_code == 404
        assert not Photo.objects.exists()

    def test_no_note_of_another_poster_or_gallery(self, visitor, own, poster, team):
        beside = events.hang(wall=poster.wall, kind="text", title="Other")
        file = {"photo": SimpleUploadedFile("a.jpg", SMALL)}
        assert visitor.post(path("add_photo", beside, key=own.key), file).status_code == 404
        elsewhere = Gallery.objects.create(team=team, title="Elsewhere", invited_at=timezone.now())
        where = path("add_photo", own.poster, key=own.key).replace(poster.gallery.code, elsewhere.code)
        assert visitor.post(where, file).status_code == 404

    def test_no_note_that_was_taken_back(self, visitor, own):
        notes.take_back(note=own, author=own.author)
        assert send(visitor, own).status_code == 404

    def test_another_site_sends_none(self, visitor, own):
        assert send(visitor, own, headers={"Origin": "https://elsewhere.example"}).status_code == 403

    def test_the_address_alone_is_no_page(self, visitor, own):
        assert visitor.get(path("add_photo", own.poster, key=own.key)).status_code == 405
