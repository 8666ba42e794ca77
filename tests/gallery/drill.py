"""What the drill of backup and restore runs in processes of its own, on the project's own settings.

make | stick FILE | rows FILE | wreck: started by test_backup.py.
"""

import hashlib
import json
import sys
import threading
import uuid
from pathlib import Path

from django.conf import settings
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.db import connection, connections, transaction
from django.utils import timezone

from feedback import decisions, notes, photos
from feedback.models import Photo
from gallery import events
from gallery.models import Gallery, Poster
from measures.models import Goal, Measure, Team

WRITERS = 4


def make() -> None:
    """A team with an open gallery that has notes, photos and decisions, and one that was deleted."""
    team = Team.objects.create(name="River Patrol")
    goal = Goal.objects.create(team=team, original="Łódź – “cleaner” 河")
    Measure.objects.create(team=team, goal=goal, name="Share of samples fit for bathing", unit="%")
    gallery = Gallery.objects.create(team=team, title="Our river", invited_at=timezone.now())
    for poster in events.hang_all(gallery=gallery, team=team):
        for number in range(5):
            put(poster, f"Note {number} 🌊", with_photo=number < 2)
        decisions.decide(poster=poster, verdict="keep", reason="You told us to.")
    events.delete(Gallery.objects.create(team=team, title="Deleted"))


def put(poster: Poster, text: str, *, with_photo: bool) -> str:
    """A note, and its photo: the file first, then the row, as the product does it."""
    key, kind = uuid.uuid4(), poster.gallery.note_kinds.first()
    note = notes.stick(poster=poster, key=key, kind=kind, text=text, author="a" * 64)
    if with_photo:
        name = uuid.uuid4()
        default_storage.save(photos.path_of(name), ContentFile(name.bytes * 1000))
        with transaction.atomic():
            Photo.objects.create(note=note, name=name, width=1, height=1, size=16_000)
    return key.hex


def stick(told: Path) -> None:
    """Notes without end from four threads, until stdin closes; each acknowledged key is a line."""
    posters = list(Poster.objects.select_related("gallery"))
    done, telling = threading.Event(), threading.Lock()

    def write(number: int) -> None:
        count = 0
        while not done.is_set():
            count += 1
            key = put(posters[count % len(posters)], f"Writer {number}, {count}", with_photo=count % 10 == 0)
            with telling, told.open("a") as file:
                file.write(f"{key}\n")
        connections.close_all()

    threads = [threading.Thread(target=write, args=[number]) for number in range(WRITERS)]
    for thread in threads:
        thread.start()
    sys.stdin.read()
    done.set()
    for thread in threads:
        thread.join()


def rows(to: Path) -> None:
    """Every row of every table, and every file with its checksum."""
    found: dict[str, list] = {}
    with connection.cursor() as cursor:
        for table in connection.introspection.table_names(cursor):
            cursor.execute(f"SELECT * FROM {connection.ops.quote_name(table)}")  # noqa: S608 - a table's own name
            names = [column[0] for column in cursor.description]
            lines = [dict(zip(names, map(str, row), strict=True)) for row in cursor.fetchall()]
            found[table] = sorted(lines, key=lambda line: json.dumps(line))
    root = Path(settings.MEDIA_ROOT)
    files = {
        path.relative_to(root).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in root.rglob("*")
        if path.is_file()
    }
    to.write_text(json.dumps({"rows": found, "files": files, "sound": is_sound()}))


def is_sound() -> bool:
    if connection.vendor != "sqlite":
        return True
    with connection.cursor() as cursor:
        cursor.execute("PRAGMA integrity_check")
        return cursor.fetchall() == [("ok",)]


def wreck() -> None:
    """The accident: another history in the database, and the photos gone."""
    for path in Path(settings.MEDIA_ROOT).rglob("*.jpg"):
        path.unlink()
    if connection.vendor == "sqlite":
        connections.close_all()
        path = Path(connection.settings_dict["NAME"])
        path.write_bytes(b"\xff" * path.stat().st_size)
        return
    with connection.cursor() as cursor:
        cursor.execute("DROP TABLE feedback_photo CASCADE")
        cursor.execute("DELETE FROM feedback_decision")
        cursor.execute("CREATE TABLE somebody_elses (id integer PRIMARY KEY)")


def main(what: str, *files: str) -> None:
    {"make": make, "stick": stick, "rows": rows, "wreck": wreck}[what](*map(Path, files))
