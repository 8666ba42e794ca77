"""A photo that is kept: who may see it, as what it is served, and that its file goes when it goes."""

import uuid
from datetime import timedelta
from pathlib import Path
from uuid import UUID

import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.db import DatabaseError, transaction
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from feedback import limits, notes, photos, shelf
from feedback.limits import SlowDown
from feedback.models import Note, Photo
from gallery import events
from gallery.models import Gallery
from tests.feedback.sending import HTMX, SMALL, address, files, kept, path, send

pytestmark = pytest.mark.usefixtures("own_folder")


class TestPhoto:
    def test_it_is_a_jpeg_that_can_do_nothing(self, photo):
        answer = Client().get(address(photo), headers={"Accept-Encoding": "gzip"})
        assert answer.content == kept()
        expected = {
            "Content-Type": "image/jpeg",
            "X-Content-Type-Options": "nosniff",
            "Content-Security-Policy": "sandbox; default-src 'none'; frame-ancestors 'none'",
            "Content-Disposition": 'inline; filename="photo.jpg"',
            "Cross-Origin-Resource-Policy": "same-origin",
            "Cache-Control": "private, max-age=60",
            "Content-Length": str(photo.size),
        }
        assert {name: answer.headers.get(name) for name in expected} == expected
        assert "Content-Encoding" not in answer

    def test_whoever_has_it_is_told_so(self, photo):
        etag = Client().get(address(photo))["ETag"]
        again = Client().get(address(photo), headers={"If-None-Match": etag})
        assert (again.status_code, again.content) == (304, b"")
        notes.hide(photo.note)
        assert Client().get(address(photo), headers={"If-None-Match": etag}).status_code == 404

    def test_a_hidden_note_s_is_for_the_team_alone(self, visitor, as_facilitator, as_stranger, photo):
        everyone = [visitor, Client(), as_stranger, as_facilitator]
        assert [client.get(address(photo)).status_code for client in everyone] == [200] * 4  # control
        notes.hide(photo.note)
        assert [client.get(address(photo)).status_code for client in everyone] == [404, 404, 404, 200]

    def test_a_note_s_that_was_taken_back_is_nobody_s(self, visitor, as_facilitator, photo):
        notes.take_back(note=photo.note, author=photo.note.author)
        assert [client.get(address(photo)).status_code for client in (visitor, as_facilitator)] == [404, 404]
        notes.put_back(note=photo.note, author=photo.note.author, hung=True)
        assert visitor.get(address(photo)).status_code == 200

    def test_it_is_found_in_its_own_gallery_only(self, visitor, as_stranger, photo, other_team):
        theirs = Gallery.objects.create(team=other_team, title="Theirs", invited_at=timezone.now())
        for client in [visitor, as_stranger]:
            assert client.get(reverse("photo", args=[theirs.code, photo.name])).status_code == 404

    def test_none_of_a_draft_or_a_deleted_gallery(self, visitor, as_stranger, as_facilitator, photo):
        gallery = photo.note.gallery
        Gallery.objects.update(invited_at=None)
        seen = [client.get(address(photo)).status_code for client in (visitor, as_stranger, as_facilitator)]
        assert seen == [404, 404, 200]
        Gallery.objects.update(invited_at=timezone.now(), closed_at=timezone.now())
        events.delete(gallery)
        assert {client.get(address(photo)).status_code for client in (visitor, as_facilitator)} == {404}

    def test_a_name_that_nobody_gave_and_a_file_that_is_lost(self, visitor, photo):
        gallery = photo.note.gallery
        assert visitor.get(reverse("photo", args=[gallery.code, uuid.uuid4()])).status_code == 404
        default_storage.delete(photos.path_of(photo.name))
        assert "isn’t here any more" in visitor.get(address(photo)).content.decode()


class TestGone:
    def test_it_is_taken_away(self, visitor, poster, photo, django_capture_on_commit_callbacks):
        seq = Note.objects.get().seq
        with django_capture_on_commit_callbacks(execute=True):
            where = path("take_photo_away", poster, key=photo.note.key)
            page = visitor.post(where, headers=HTMX).content.decode()
        assert "The photo is gone. Your words stay." in page
        assert (Photo.objects.count(), files()) == (0, [])
        feed = Client().get(path("feed", poster), {"after": seq}, headers=HTMX).content.decode()
        assert "Look at this" in feed
        assert 'class="photo"' not in feed

    def test_where_there_is_none_nothing_is_written(self, visitor, poster, own):
        answers = {visitor.post(path("take_photo_away", poster, key=own.key)).status_code for _ in range(20)}
        assert answers == {302}
        assert Note.objects.get().seq == own.seq

    def test_it_has_its_limit(self, own, photo):
        events.lock(own.gallery)
        with pytest.raises(SlowDown):
            for _ in range(limits.VISITOR.burst):
                photos.take_away(note=Note.objects.get(), author=own.author, at=own.created_at)
                Photo.objects.create(note=own, name=uuid.uuid4(), width=1, height=1, size=1)
        assert Note.objects.get().seq > own.seq + 3  # control: it was possible for a while, and while locked

    def test_after_a_while_it_stays(self, visitor, poster, photo):
        Note.objects.update(created_at=timezone.now() - timedelta(hours=2))
        assert visitor.post(path("take_photo_away", poster, key=photo.note.key)).status_code == 404
        assert Photo.objects.exists()

    def test_a_purged_gallery_takes_its_files_along(self, photo, django_capture_on_commit_callbacks):
        with django_capture_on_commit_callbacks(execute=True):
            events.purge(photo.note.gallery)
            assert files() == [photos.path_of(photo.name)]  # not before it is sure
        assert (Note.objects.count(), files()) == (0, [])

    def test_a_row_that_is_rolled_back_leaves_no_file(self, visitor, own, monkeypatch):
        def fails(**_):
            raise DatabaseError("disk full")

        monkeypatch.setattr(Photo.objects, "create", fails)
        with pytest.raises(DatabaseError):
            send(visitor, own)
        assert files() == []

    def test_control_without_that_it_would(self, visitor, own, monkeypatch):
        monkeypatch.setattr(photos, "forget", lambda name: None)
        self_made = lambda **_: (_ for _ in ()).throw(DatabaseError("disk full"))  # noqa: E731
        monkeypatch.setattr(Photo.objects, "create", self_made)
        with pytest.raises(DatabaseError):
            send(visitor, own)
        assert len(files()) == 1

    def test_the_sweep_takes_what_a_crash_left_and_nothing_else(self, photo):
        hanging, lost = photos.path_of(photo.name), photos.path_of(UUID(int=5))
        default_storage.save(lost, ContentFile(SMALL))
        half = Path(default_storage.path(lost)).with_suffix(shelf.PART)
        half.write_bytes(b"half")
        assert photos.orphans() == []  # it may be on its way
        assert sorted(photos.orphans(timedelta(0))) == sorted([lost, lost.replace(".jpg", ".part")])
        assert (photos.sweep(timedelta(0)), files()) == (2, [hanging])

    def test_nothing_to_sweep(self, db):
        assert photos.sweep() == 0


class TestShelf:
    def test_a_file_is_synced_before_it_has_its_name_and_its_folder_after(self, photo, monkeypatch):
        done = []
        whole, rename = shelf.os.fsync, Path.rename
        monkeypatch.setattr(shelf.os, "fsync", lambda opened: done.append("sync") or whole(opened))
        monkeypatch.setattr(Path, "rename", lambda *names: done.append("rename") or rename(*names))
        default_storage.save("photos/00/x.jpg", ContentFile(SMALL))
        assert done[:2] == ["sync", "rename"]
        assert set(done[2:]) == {"sync"}
        assert len(done) >= 5

    def test_nobody_else_can_read_it(self, photo):
        kept = Path(default_storage.path(files()[0]))
        assert (kept.stat().st_mode & 0o777, kept.parent.stat().st_mode & 0o777) == (0o600, 0o700)


@pytest.mark.django_db(transaction=True)
def test_the_file_is_there_before_anyone_can_see_the_row(visitor, own, monkeypatch):
    seen = []
    create = Photo.objects.create
    monkeypatch.setattr(Photo.objects, "create", lambda **row: seen.append(files()) or create(**row))
    send(visitor, own)
    assert seen == [[photos.path_of(Photo.objects.get().name)]]
    with transaction.atomic():
        Photo.objects.get().delete()
        assert len(files()) == 1
    assert files() == []
