"""`manage.py purge` lets go of what has had its time, says what in a line each, and does it once."""

import uuid
from datetime import timedelta

import pytest
import time_machine
from django.contrib.sessions.models import Session
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.core.management import call_command
from django.urls import reverse

from feedback import notes, photos
from feedback.models import Bucket, Note
from gallery import events, retention
from gallery.management.commands import restore
from gallery.models import Gallery
from gallery.phases import Phase, phase

DAY = timedelta(days=1)
NOTHING = [
    "Deleted more than 30 days ago, gone for good: none",
    "Over for 90 days, archived: none",
    "Buckets idle for a day, cleared: 0",
    "Sessions expired, cleared: 0",
    "Photos of notes taken back, cleared: 0",
    "Photo files without a note, cleared: 0",
    "Printed sheets not asked for in 30 days, cleared: 0",
    "Addresses that a crash left half told, erased: 0",
    "Messages to visitors whose report is up, sent: 0",
]


@pytest.fixture(autouse=True)
def own_media(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path


def purge(capsys, *options: str) -> list[str]:
    call_command("purge", *options)
    return capsys.readouterr().out.splitlines()


@pytest.fixture
def held(team, noon) -> Gallery:
    """A gallery that was open for three hours at noon, with a note in it."""
    gallery = Gallery.objects.create(team=team, title="Held", invited_at=noon - DAY)
    gallery.hours.create(opens=noon, closes=noon + timedelta(hours=3))
    poster = events.hang(wall=events.wall_named(gallery, "Hall"), kind="text", title="Hello")
    kind = gallery.note_kinds.first()
    notes.stick(poster=poster, key=uuid.uuid4(), kind=kind, text="Words", author="a" * 64)
    return gallery


def test_an_empty_house_has_nothing_to_let_go(db, capsys):
    assert purge(capsys) == NOTHING


@pytest.mark.django_db
def test_all_of_it_is_done_once_and_said(team, held, noon, capsys, django_capture_on_commit_callbacks):
    gone = Gallery.objects.create(team=team, title="Gone", deleted_at=noon)
    Bucket.objects.create(gallery=held, whose="b" * 64, empty_at=(noon + 99 * DAY).timestamp())
    Session.objects.create(session_key="old", session_data="", expire_date=noon)
    Session.objects.create(session_key="new", session_data="", expire_date=noon + 999 * DAY)
    stray = photos.path_of(uuid.UUID(int=3))
    with time_machine.travel(noon, tick=False):
        default_storage.save(stray, ContentFile(b"stray"))
    with time_machine.travel(noon + 200 * DAY, tick=False):
        would = purge(capsys, "--dry-run")
        assert Gallery.objects.filter(pk=gone.pk).exists()
        assert Note.objects.get().author
        assert Session.objects.count() == 2
        with django_capture_on_commit_callbacks(execute=True):
            done = purge(capsys)
        again = purge(capsys)
    assert [line.replace("would be ", "") for line in would[:4]] == [
        "Deleted more than 30 days ago, gone for good: “Gone”",
        "Over for 90 days, archived: “Held”",
        "Buckets idle for a day, cleared: 1",
        "Sessions expired, cleared: 1",
    ]
    # Archiving took the bucket before it could be idle; the dry run archived nothing.
    assert done[:2] == [line.replace("would be ", "") for line in would[:2]]
    assert done[3] == "Sessions expired, cleared: 1"
    assert again[:4] == NOTHING[:4]
    assert list(Gallery.objects.values_list("title", flat=True)) == ["Held"]
    assert Note.objects.get().author is None
    assert not Bucket.objects.exists()
    assert list(Session.objects.values_list("session_key", flat=True)) == ["new"]


@pytest.mark.django_db
def test_a_start_archives_nothing_and_names_what_went_for_good(team, held, noon, settings, tmp_path, capsys):
    settings.DATA_DIR = tmp_path
    Gallery.objects.create(team=team, title="Gone", deleted_at=noon)
    with time_machine.travel(noon + 200 * DAY, tick=False):
        restore.Command().tell_what_goes()
        warned = capsys.readouterr().out
        call_command("serve", "--prepare-only", "--no-demo")
        first = capsys.readouterr().out
        call_command("serve", "--prepare-only", "--no-demo")
        second = capsys.readouterr().out
        restore.Command().tell_what_goes()
        assert capsys.readouterr().out == ""
        assert Note.objects.get().author, "not archived"
        assert purge(capsys, "--no-archive") == [NOTHING[0], *NOTHING[2:-1]]
        assert "Over for 90 days, archived: “Held”" in purge(capsys)  # control: by purge itself
        assert Note.objects.get().author is None
    assert warned == "Deleted more than 30 days ago, and gone for good at the next start or purge: “Gone”\n"
    assert "Deleted more than 30 days ago, gone for good: “Gone”\n" in first
    assert "gone for good" not in second


def test_a_stray_file_goes_and_one_with_a_note_stays(held, capsys):
    stray, own = uuid.UUID(int=3), uuid.UUID(int=4)
    for name in (stray, own):
        default_storage.save(photos.path_of(name), ContentFile(b"a photo"))
    photos.Photo.objects.create(note=Note.objects.get(), name=own, width=1, height=1, size=7)
    made = default_storage.get_modified_time(photos.path_of(stray))
    with time_machine.travel(made + 2 * DAY, tick=False):
        assert purge(capsys, "--dry-run")[-4] == "Photo files without a note, would be cleared: 1"
        assert purge(capsys)[-4] == "Photo files without a note, cleared: 1"
    assert not default_storage.exists(photos.path_of(stray))
    assert default_storage.exists(photos.path_of(own))


def test_a_busy_bucket_stays(held, noon, capsys):
    Bucket.objects.create(gallery=held, whose="b" * 64, empty_at=(noon + DAY).timestamp())
    with time_machine.travel(noon + 2 * DAY, tick=False):
        assert purge(capsys)[2] == "Buckets idle for a day, cleared: 0"
    with time_machine.travel(noon + 2 * DAY + timedelta(seconds=1), tick=False):
        assert purge(capsys)[2] == "Buckets idle for a day, cleared: 1"


# For how long it is known who said what


@pytest.mark.parametrize(("after", "phase_then"), [(-1, Phase.CLOSED), (0, Phase.ARCHIVED)])
def test_90_days_after_the_doors_closed_for_good(held, noon, after, phase_then):
    at = noon + timedelta(hours=3, seconds=after) + 90 * DAY
    retention.archive_what_is_over(days=90, at=at)
    held.refresh_from_db()
    assert phase(held, at) is phase_then
    assert (Note.objects.get().author is None) is (phase_then is Phase.ARCHIVED)


def test_publishing_does_not_keep_it_any_longer(held, noon):
    events.publish(held, at=noon + 60 * DAY)
    assert retention.archive_what_is_over(days=90, at=noon + 91 * DAY) == ["Held"]
    held.refresh_from_db()
    assert held.published_at, "the report stays"


@pytest.mark.parametrize("how", ["open by hand", "opens again later", "draft", "deleted"])
def test_what_is_not_over_keeps_its_pseudonyms(held, noon, how):
    late = noon + 400 * DAY
    if how == "open by hand":
        events.open_doors(held, at=noon + 50 * DAY)
    elif how == "opens again later":
        held.hours.create(opens=late + DAY, closes=late + 2 * DAY)
    elif how == "draft":
        Gallery.objects.update(invited_at=None)
    else:
        events.delete(held, at=late - DAY)  # a restored one is as it was
    assert retention.archive_what_is_over(days=90, at=late) == []
    assert Note.objects.get().author


@pytest.mark.parametrize("count", [1, 3])
def test_looking_asks_no_more_for_more_galleries(held, team, noon, count, django_assert_num_queries):
    for number in range(count):
        other = Gallery.objects.create(team=team, title=f"{number}", invited_at=noon)
        other.hours.create(opens=noon, closes=noon + DAY)
    with django_assert_num_queries(2):
        assert len(retention.due(days=90, at=noon + 92 * DAY)) == count + 1


def test_archived_unanswered_it_still_thanks_and_is_published_late(as_facilitator, visitor, held, noon):
    Gallery.objects.update(thanks="Draft of the closing words")
    retention.archive_what_is_over(days=90, at=noon + 91 * DAY)
    lobby, decide = (reverse(name, args=[held.code]) for name in ("lobby", "decide"))
    with time_machine.travel(noon + 92 * DAY, tick=False):
        assert "Draft of the closing words" not in visitor.get(lobby).content.decode()
        assert "Thank you for coming" in visitor.get(lobby).content.decode()
        assert (
            "nobody can add to it any more"
            in as_facilitator.get(reverse("dashboard", args=[held.code])).content.decode()
        )
        assert "Publish what we heard" in as_facilitator.get(decide).content.decode()
        form = {"thanks": "Thank you all", "publish": "1", "sure": "1"}
        as_facilitator.post(reverse("publish", args=[held.code]), form)
        assert "Thank you all" in visitor.get(lobby).content.decode()


def test_a_photo_goes_a_day_after_its_note_could_be_put_back(
    held, noon, capsys, django_capture_on_commit_callbacks
):
    note, name = Note.objects.get(), uuid.UUID(int=5)
    default_storage.save(photos.path_of(name), ContentFile(b"a photo"))
    photos.Photo.objects.create(note=note, name=name, width=1, height=1, size=7)
    late = note.created_at + timedelta(minutes=held.reword_minutes) + DAY
    told = "Photos of notes taken back, cleared: "

    def after(seconds: int) -> list[str]:
        at = late + timedelta(seconds=seconds)
        with time_machine.travel(at, tick=False), django_capture_on_commit_callbacks(execute=True):
            return purge(capsys)

    assert f"{told}0" in after(1)  # control: a note that hangs keeps it
    Note.objects.update(state=Note.State.WITHDRAWN)
    assert f"{told}0" in after(-1)
    assert default_storage.exists(photos.path_of(name))
    assert f"{told}1" in after(1)
    assert not default_storage.exists(photos.path_of(name))
