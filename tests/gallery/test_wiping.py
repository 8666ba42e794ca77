"""What was purged or archived is in no file of the database any more. SQLite only: see gallery/wiping.py."""

import uuid
from datetime import timedelta
from pathlib import Path

import pytest
from django.db import connection
from django.utils import timezone

from feedback import notes
from gallery import deleting, events
from gallery.phases import Phase, phase

AUTHOR = "f00dfacef00dface" * 4
WORDS = "canary words that nobody may read again"


def remains(word: str) -> int:
    """How often the word stands in the database's file and its log."""
    path = Path(connection.settings_dict["NAME"])
    files = [file for file in path.parent.glob(f"{path.name}*") if not file.name.endswith("-shm")]
    return sum(file.read_bytes().count(word.encode()) for file in files)


@pytest.fixture
def over(transactional_db, gallery, poster):
    """A gallery that closed an hour ago, with enough notes to fill pages of their own."""
    if connection.vendor != "sqlite":
        pytest.skip("PostgreSQL's files are its own")
    kind = gallery.note_kinds.first()
    for number in range(60):
        text = f"{WORDS} {number} {'z' * 300}"
        notes.stick(poster=poster, key=uuid.uuid4(), kind=kind, text=text, author=AUTHOR)
    gallery.hours.update(closes=timezone.now() - timedelta(minutes=30))
    assert phase(gallery, timezone.now()) is Phase.CLOSED
    return gallery


def pragma(words: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(f"PRAGMA {words}")


def test_what_was_purged_is_in_no_file(over):
    assert remains(WORDS) > 0
    events.delete(over, at=timezone.now() - timedelta(days=31))
    deleting.purge_deleted()
    assert (remains(WORDS), remains(AUTHOR)) == (0, 0)


def test_who_said_what_is_in_no_file_once_archived(over):
    assert remains(AUTHOR) > 0
    events.archive(over)
    assert remains(AUTHOR) == 0
    assert remains(WORDS) > 0


def test_control_without_the_zeros_it_would_be(over):
    pragma("secure_delete = OFF")
    try:
        events.delete(over, at=timezone.now() - timedelta(days=31))
        deleting.purge_deleted()
        assert remains(WORDS) > 0
    finally:
        pragma("secure_delete = ON")
