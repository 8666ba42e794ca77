"""Backup and restore, drilled: under load, after an accident, row by row and file by file.

The drill runs the commands in processes and a house of their own, on the database of this test run.
"""

import json
import os
import shutil
import sqlite3
import subprocess
import sys
import tarfile
import time
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

import pytest

from gallery.archives import Writer
from gallery.manifests import Manifest
from tests.faults.databases import ON_POSTGRES, SHARED, Postgres, at
from tests.gallery.quick_starts import PATIENCE, QuickStarts

ROOT = Path(__file__).resolve().parents[2]
ENGINE = "postgresql" if ON_POSTGRES else "sqlite"
DRILL = "import sys, django; django.setup(); from tests.gallery import drill; drill.main(*sys.argv[1:])"


class House:
    """A data directory with a database of its own, and what is run there."""

    def __init__(self, data: Path, url: str, starts: QuickStarts) -> None:
        self.data, self.url, self.starts = data, url, starts
        self.env = {
            **os.environ,
            "DATABASE_URL": url,
            "MEASURE_GALLERY_DATA": str(data),
            "MEASURE_GALLERY_SECRET_KEY": "drill-only-" * 4,
            "DJANGO_SETTINGS_MODULE": "gallery.settings",
            "PYTHONPATH": str(ROOT),
        }

    def run(self, *arguments: str | Path, fails: bool = False) -> str:
        status, said, complained = self.starts.run([*map(str, arguments)], self.env)
        assert bool(status) is fails, said + complained
        assert "Traceback" not in complained, complained
        return said + complained

    def manage(self, *arguments: str | Path, fails: bool = False) -> str:
        return self.run("manage.py", *arguments, fails=fails)

    def drill(self, *arguments: str | Path) -> None:
        self.run("drill", *arguments)

    def all(self) -> dict:
        self.drill("rows", self.data / "rows.json")
        return json.loads((self.data / "rows.json").read_text())

    def backup(self, name: str) -> Path:
        self.manage("backup", self.data / name)
        return self.data / name

    @property
    def sqlite(self) -> Path:
        return self.data / "gallery.sqlite3"

    @contextmanager
    def writers(self) -> Iterator[Path]:
        """The file to which four threads tell each note that was acknowledged."""
        told = self.data / "told.txt"
        told.touch()
        command = [sys.executable, "-W", "ignore", "-c", DRILL, "stick", str(told)]
        with subprocess.Popen(command, cwd=ROOT, env=self.env, stdin=subprocess.PIPE) as process:
            try:
                yield told
                assert process.poll() is None, "the writers are still at it"
            finally:
                process.stdin.close()
                process.wait(PATIENCE)
        assert process.returncode == 0


def keys(told: Path) -> set[str]:
    return {line for line in told.read_text().split("\n")[:-1] if line}


def wait_for(told: Path, count: int) -> set[str]:
    until = time.monotonic() + PATIENCE
    while len(keys(told)) < count:
        assert time.monotonic() < until, "the writers write too slowly"
        time.sleep(0.02)
    return keys(told)


@contextmanager
def scratch_database() -> Iterator[str]:
    """The address of a new and empty PostgreSQL database beside the tests' own."""
    database = Postgres.named("template1").copied_to(Path())
    try:
        yield database.url
    finally:
        database.drop()


def tools_or_skip() -> None:
    missing = [name for name in ("pg_dump", "pg_restore", "psql") if shutil.which(name) is None]
    if missing and not os.environ.get("CI"):
        pytest.skip(f"{', '.join(missing)} is missing here: install postgresql-client to drill its backup.")
    assert not missing, "CI must drill the backup with PostgreSQL's own tools"


@pytest.fixture(scope="module")
def starts(tmp_path_factory) -> Iterator[QuickStarts]:
    nowhere = tmp_path_factory.mktemp("nowhere")
    starts = QuickStarts(House(nowhere, f"sqlite:///{nowhere / 'none'}", None).env)
    yield starts
    starts.end()


@pytest.fixture(scope="module")
def made(once, migrated, starts) -> House:
    """A house with what drill.make() puts there, once for all workers; each test has a copy of its own."""
    if ON_POSTGRES:
        tools_or_skip()

    def make(folder: Path) -> list[str]:
        database = migrated.copied_to(folder, f"{SHARED}_drill")
        House(folder, database.url, starts).drill("make")
        return [str(folder), database.url]

    folder, url = once("drill", make)
    return House(Path(folder), url, starts)


@pytest.fixture
def house(made, tmp_path, starts) -> Iterator[House]:
    shutil.copytree(
        made.data, tmp_path, dirs_exist_ok=True, ignore=shutil.ignore_patterns("gallery.sqlite3*")
    )
    database = at(made.url).copied_to(tmp_path)
    yield House(tmp_path, database.url, starts)
    database.drop()


def by_seq(found: dict) -> dict[str, list[dict]]:
    """The notes of each gallery in the order of their numbers."""
    galleries: dict[str, list[dict]] = {}
    for note in sorted(found["rows"]["feedback_note"], key=lambda note: int(note["seq"])):
        galleries.setdefault(note["gallery_id"], []).append(note)
    return galleries


def path_of(photo: dict) -> str:
    name = uuid.UUID(photo["name"]).hex
    return f"photos/{name[:2]}/{name}.jpg"


def problems(restored: dict, live: dict, acknowledged: set[str]) -> list[str]:
    """What is wrong with a backup that was made under load, against how it all stood afterwards.

    Writers only add notes, each with its gallery's next number: what a moment saw is every note up
    to a number, unchanged, with the photos that they had by then; and all other rows are the same.
    """
    found = [] if restored["sound"] else ["the database is damaged"]
    have, had = restored["rows"], live["rows"]
    seqs = {row["id"]: int(row["seq"]) for row in have["gallery_gallery"]}
    for gallery, notes in by_seq(live).items():
        expected = [note for note in notes if int(note["seq"]) <= seqs[gallery]]
        if by_seq(restored).get(gallery, []) != expected:
            found.append(f"gallery {gallery} has not all notes up to {seqs[gallery]}")
    missing = acknowledged - {uuid.UUID(note["key"]).hex for note in have["feedback_note"]}
    found += [f"{len(missing)} acknowledged notes are missing"] if missing else []
    growing = {"feedback_note", "feedback_photo", "gallery_gallery"}
    found += [f"{table} differs" for table in had if table not in growing and have.get(table) != had[table]]
    without = [{k: v for k, v in row.items() if k != "seq"} for row in have["gallery_gallery"]]
    if without != [{k: v for k, v in row.items() if k != "seq"} for row in had["gallery_gallery"]]:
        found.append("gallery_gallery differs")
    for row in have["feedback_photo"]:
        if row not in had["feedback_photo"]:
            found.append(f"a photo's row differs: {row}")
        path = path_of(row)
        if path not in restored["files"] or restored["files"][path] != live["files"][path]:
            found.append(f"the file {path} is missing or another")
    return found


def test_a_backup_under_load_brings_back_every_row_and_every_file(house):
    with house.writers() as told:
        before = wait_for(told, 60)
        under_load = house.backup("under-load.tar")
        wait_for(told, len(keys(told)) + 20)  # the backup stopped nobody
    live = house.all()
    quiet = house.backup("quiet.tar")
    assert len(live["files"]) >= 6 + len(before) // 20

    house.drill("wreck")
    said = house.manage("restore", quiet, "--yes")
    assert "What was here before is in" in said
    restored = house.all()
    restored["rows"].pop("somebody_elses", None)  # another program's table is left alone
    assert restored == live

    house.manage("restore", under_load, "--yes")
    restored = house.all()
    assert problems(restored, live, before) == []
    assert len(restored["rows"]["feedback_note"]) < len(live["rows"]["feedback_note"])

    # Controls: one row, one note, one file less is caught.
    for spoil in (
        lambda all: all["rows"]["feedback_decision"].pop(),
        lambda all: all["rows"]["feedback_note"].pop(),
        lambda all: all["files"].pop(path_of(all["rows"]["feedback_photo"][0])),
        lambda all: all["rows"]["gallery_gallery"][0].update(code="OTHER"),
    ):
        spoilt = json.loads(json.dumps(restored))
        spoil(spoilt)
        assert problems(spoilt, live, before)


@pytest.mark.skipif(ON_POSTGRES, reason="a SQLite database is a file that one might copy")
def test_control_a_copy_of_the_file_without_its_log_misses_notes(house, tmp_path):
    copied = House(tmp_path / "copied", f"sqlite:///{tmp_path / 'copied' / 'gallery.sqlite3'}", house.starts)
    copied.data.mkdir()
    reading = sqlite3.connect(house.sqlite, isolation_level=None)
    reading.execute("BEGIN")
    reading.execute("SELECT count(*) FROM feedback_note").fetchall()  # somebody reads: the log stays a log
    with house.writers() as told:
        before = wait_for(told, 60)
        shutil.copy(house.sqlite, copied.sqlite)
    shutil.copytree(house.data / "media", copied.data / "media")
    reading.close()
    assert any("missing" in problem for problem in problems(copied.all(), house.all(), before))


def test_an_empty_machine_takes_a_backup(house, tmp_path):
    live, path = house.all(), house.backup("one.tar")
    if not ON_POSTGRES:
        fresh = House(tmp_path / "fresh", f"sqlite:///{tmp_path / 'fresh' / 'gallery.sqlite3'}", house.starts)
        said = fresh.manage("restore", path, "--yes")
        assert "What was here before" not in said
        assert fresh.all() == live
        return
    with scratch_database() as url:
        fresh = House(tmp_path / "fresh", url, house.starts)
        assert "What was here before" not in fresh.manage("restore", path, "--yes")
        assert fresh.all() == live


def test_what_was_there_is_kept_and_can_be_put_back(house):
    empty = house.backup("before.tar")
    with house.writers() as told:
        wait_for(told, 10)
    live = house.all()
    house.manage("restore", empty, "--yes")
    assert house.all() != live
    [aside] = house.data.glob("before-restore-*")
    assert aside.stat().st_mode & 0o077 == 0
    photos = {path.name for path in (aside / "media").rglob("*.jpg")}
    assert photos == {name.rsplit("/", 1)[-1] for name in live["files"]}
    if not ON_POSTGRES:
        shutil.copy(aside / "gallery.sqlite3", house.sqlite)
        assert house.all()["rows"] == live["rows"]
    else:
        assert (aside / "database.pgdump").read_bytes().startswith(b"PGDMP")


def test_it_asks_first_and_changes_nothing(house):
    path = house.backup("one.tar")
    with house.writers() as told:
        wait_for(told, 5)
    live = house.all()
    said = house.manage("restore", path, fails=True)
    assert "is whole" in said
    assert "Stop the server first" in said
    assert "--yes" in said
    assert house.all() == live


def test_while_somebody_has_the_database_open_nothing_is_put_back(house):
    path = house.backup("one.tar")
    with house.writers() as told:
        wait_for(told, 5)
        assert "Stop the server first" in house.manage("restore", path, "--yes", fails=True)
    live = house.all()
    assert len(live["rows"]["feedback_note"]) >= 20
    house.manage("restore", path, "--yes")  # control: once they have left


def test_while_a_server_holds_the_data_nothing_is_put_back(house):
    path = house.backup("one.tar")
    hold = (
        "import os, sys, pathlib; from gallery.in_use import hold_while_serving as hold; "
        "hold(pathlib.Path(sys.argv[1])); "
        "os.execv('/bin/sh', ['sh', '-c', 'echo held; read line'])"  # as `serve` becomes its server
    )
    command = [sys.executable, "-c", hold, str(house.data)]
    pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE}
    with subprocess.Popen(command, cwd=ROOT, env=house.env, text=True, **pipes) as server:
        assert server.stdout.readline() == "held\n"
        assert "A server is running on" in house.manage("restore", path, "--yes", fails=True)
        server.communicate("\n")
    house.manage("restore", path, "--yes")  # control


def test_an_older_backup_is_brought_up_to_this_release(house):
    house.manage("migrate", "feedback", "0003", "--verbosity=0")
    path = house.backup("older.tar")
    house.manage("migrate", "--verbosity=0")
    said = house.manage("restore", path, "--yes")
    assert "made by an older release" in said
    assert "feedback_theme" in house.all()["rows"]
    assert "No migrations to apply" in house.manage("migrate")


def test_a_photo_that_vanished_is_told_and_the_rest_is_kept(house):
    lost = sorted((house.data / "media").rglob("*.jpg"))[0]
    lost.unlink()
    said = house.manage("backup", house.data / "one.tar")
    assert f"Missing: a note names the photo photos/{lost.parent.name}/{lost.name}" in said
    house.manage("restore", house.data / "one.tar", "--yes")
    assert len(house.all()["files"]) == 5


# The file


def test_the_file_is_private_and_whole_and_says_what_is_in_it(house):
    said = house.manage("backup")
    [path] = (house.data / "backups").iterdir()
    assert path.stat().st_mode & 0o777 == 0o600
    assert f"Backed up to {path}" in said
    assert "Not in it: the secret key" in said
    with tarfile.open(path) as tar:
        manifest = json.load(tar.extractfile("manifest.json"))
        names = tar.getnames()
    assert manifest["engine"] == ENGINE
    assert manifest["rows"]["feedback_note"] == len(house.all()["rows"]["feedback_note"])
    assert ["feedback", "0001_initial"] in manifest["migrations"]
    assert sorted([*manifest["members"], "manifest.json"]) == sorted(names)
    assert b"drill-only-" not in path.read_bytes()


def test_only_so_many_are_kept_and_only_its_own_are_deleted(house):
    folder = house.data / "backups"
    folder.mkdir()
    older = ["gallery-20250101T000000Z.tar", "gallery-20250102T000000Z.tar"]
    for name in (*older, "mine.tar", "gallery-old.tar"):
        (folder / name).touch()
    said = house.manage("backup", "--keep", "2")
    assert "Deleted the older backup gallery-20250101T000000Z.tar" in said
    left = sorted(path.name for path in folder.iterdir())
    assert len(left) == 4
    assert {"gallery-20250102T000000Z.tar", "mine.tar", "gallery-old.tar"} < set(left)
    assert "1 or more" in house.manage("backup", "--keep", "0", fails=True)


def test_a_file_that_is_there_is_not_written_over(house):
    taken = house.data / "mine.tar"
    taken.write_text("mine")
    assert "is there already" in house.manage("backup", taken, fails=True)
    assert taken.read_text() == "mine"


def test_where_it_cannot_be_written_it_says_so_and_leaves_nothing(house):
    (house.data / "file").touch()
    assert "could not be written" in house.manage("backup", house.data / "file" / "x.tar", fails=True)
    assert not list(house.data.glob(".backup-*"))


@pytest.mark.skipif(not ON_POSTGRES, reason="PostgreSQL's own tools")
@pytest.mark.parametrize(
    ("tool", "said"),
    [
        (None, "pg_dump is missing on this machine. Install the package postgresql-client-"),
        ("echo 'pg_dump (PostgreSQL) 9.6.24'", "pg_dump here is version 9, and the server is version"),
        (
            '[ "$1" = --version ] && echo "pg_dump (PostgreSQL) 99.1" && exit\n'
            'echo "disk on fire" >&2; exit 1',
            "pg_dump could not do it: disk on fire",
        ),
    ],
)
def test_the_tool_that_is_missing_or_too_old_is_named(house, tmp_path, tool, said):
    tools = tmp_path / "bin"
    tools.mkdir()
    if tool:
        (tools / "pg_dump").write_text(f"#!/bin/sh\n{tool}\n")
        (tools / "pg_dump").chmod(0o755)
    house.env["PATH"] = str(tools)
    assert said in house.manage("backup", house.data / "one.tar", fails=True)
    assert not (house.data / "one.tar").exists()


def test_a_database_that_is_none_is_refused_and_all_is_as_it_was(house, tmp_path):
    live, path = house.all(), tmp_path / "hostile.tar"
    name = "database.pgdump" if ON_POSTGRES else "database.sqlite3"
    (tmp_path / "none").write_bytes(b"PGDMP or SQLite, but not really" * 100)
    with path.open("wb") as file:
        writer = Writer(file, datetime(2026, 6, 1, tzinfo=UTC))
        writer.add(name, tmp_path / "none")
        writer.add("media/photos/aa/evil.jpg", tmp_path / "none")
        writer.finish(Manifest(writer.made_at, ENGINE, [], {"feedback_note": 5}, writer.members))
    said = house.manage("restore", path, "--yes", fails=True)
    assert "is damaged" in said or "pg_restore could not do it" in said
    assert house.all() == live
    assert not list(house.data.glob("before-restore-*"))
    assert not list(house.data.glob(".restoring-*"))
