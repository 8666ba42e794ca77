"""Putting a backup back: checked whole first; what was there is moved aside, never deleted."""

import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from django.conf import settings
from django.core.management import CommandError, call_command
from django.db import connection
from django.db.utils import Error as DatabaseProblem

from gallery import archives, in_use, manifests, snapshots
from gallery.archives import MEDIA, Archive
from gallery.manifests import Manifest
from gallery.snapshots import NAMES, NotDone

ENGINES = {"sqlite": "SQLite", "postgresql": "PostgreSQL"}


@dataclass(frozen=True)
class Restored:
    """What is back. `aside` is the folder that holds what was there before; None where nothing was."""

    manifest: Manifest
    aside: Path | None
    migrated: bool


def look(path: Path) -> Manifest:
    """What a backup says of itself, once all of it is checked and fits here. Raises NotDone."""
    with archives.opened(path) as archive:
        _refuse_unfit(archive.manifest)
        return archive.manifest


def restore(path: Path, *, at: datetime) -> Restored:
    """Put everything back as it was in this backup. Raises NotDone in words; nothing is changed then."""
    try:
        manifest, aside = _exchanged(path, Path(settings.DATA_DIR), at)
    except OSError as problem:
        raise NotDone(f"The backup could not be put back: {problem}. All is as it was.") from problem
    migrated = manifests.is_older(manifest)
    if migrated:
        _bring_up(aside)
    return Restored(manifest, aside, migrated)


def _exchanged(path: Path, data: Path, at: datetime) -> tuple[Manifest, Path | None]:
    with ExitStack() as stack:
        archive = stack.enter_context(archives.opened(path))
        _refuse_unfit(archive.manifest)
        stack.enter_context(in_use.kept_from_servers(data))
        _refuse_in_use()
        _refuse_without_room(archive, data)
        stage = stack.enter_context(_stage(data))
        database = _unpacked(archive, stage)
        aside = data / f"before-restore-{at:%Y%m%dT%H%M%SZ}"
        aside.mkdir(mode=0o700)
        _put_back(archive.manifest, stage, database, aside)
        os.sync()
        return archive.manifest, _unless_empty(aside)


def _bring_up(aside: Path | None) -> None:
    try:
        call_command("migrate", interactive=False, verbosity=0)
    except (DatabaseProblem, CommandError) as problem:
        raise NotDone(
            f"The backup is back, but its database could not be brought up to this release: {problem}. "
            f"What was there before is in {aside}."
        ) from problem


def _refuse_unfit(manifest: Manifest) -> None:
    if manifest.engine != connection.vendor:
        theirs, ours = ENGINES[manifest.engine], ENGINES[connection.vendor]
        raise NotDone(f"This is a backup of {theirs}, and the database here is {ours}: they don’t mix.")
    manifests.refuse_newer(manifest)


def _refuse_in_use() -> None:
    snapshots.close_everything()
    if connection.vendor == "sqlite":
        if in_use.sqlite_in_use(_sqlite_path()):
            raise NotDone(f"Another program has {_sqlite_path()} open. {in_use.STOP}")
    elif others := snapshots.others_connected():
        raise NotDone(f"{others} other connections to this database are open. {in_use.STOP}")


def _refuse_without_room(archive: Archive, data: Path) -> None:
    needed = sum(member.size for member in archive.manifest.members.values())
    if shutil.disk_usage(data).free < 2 * needed:
        raise NotDone(f"There is too little room in {data}: {2 * needed / 1024**2:,.0f} MB are needed.")


@contextmanager
def _stage(data: Path) -> Iterator[Path]:
    folder = Path(tempfile.mkdtemp(prefix=".restoring-", dir=data))
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _unpacked(archive: Archive, stage: Path) -> Path:
    """The staged database, after another look at what is in it; the photos lie beside it."""
    for name in archive.manifest.members:
        archive.unpack(name, stage / name)
    (stage / MEDIA).mkdir(exist_ok=True)
    database = stage / NAMES[archive.manifest.engine]
    if connection.vendor == "sqlite":
        _refuse_other_rows(archive.manifest, database)
    return database


def _refuse_other_rows(manifest: Manifest, database: Path) -> None:
    """A file with the right checksum may still be no database, or another one than it says."""
    if not snapshots.sound(database):
        raise NotDone("The database in this backup is damaged. Use another one.")
    try:
        with snapshots.opened(database) as alias:
            found = snapshots.rows_of(alias), snapshots.migrations_of(alias)
    except DatabaseProblem:
        found = {}, []
    if found != (manifest.rows, sorted(manifest.migrations)):
        raise NotDone("The database in this backup is not what its list says. Use another one.")


def _put_back(manifest: Manifest, stage: Path, database: Path, aside: Path) -> None:
    """Move the old aside and the new in; undo all of it where any step fails."""
    moves = _Moves()
    try:
        moves.all_in(Path(settings.MEDIA_ROOT), aside / "media")
        moves.all_in(stage / MEDIA, Path(settings.MEDIA_ROOT))
        if connection.vendor == "sqlite":
            _swap_sqlite(moves, database, aside)
        else:
            _swap_postgresql(manifest, database, aside, stage)
    except BaseException:
        moves.undo()
        shutil.rmtree(aside, ignore_errors=True)
        raise


def _swap_sqlite(moves: "_Moves", database: Path, aside: Path) -> None:
    path = _sqlite_path()
    for old in (path, path.with_name(f"{path.name}-wal"), path.with_name(f"{path.name}-shm")):
        if old.exists():
            moves.move(old, aside / old.name)
    moves.move(database, path)


def _swap_postgresql(manifest: Manifest, database: Path, aside: Path, stage: Path) -> None:
    if connection.introspection.table_names():
        snapshots.dump(aside / NAMES["postgresql"])
    snapshots.put_back(database, manifest.rows, stage)


class _Moves:
    """Moves of files that can be undone, the last first."""

    def __init__(self) -> None:
        self.done: list[tuple[Path, Path]] = []

    def move(self, old: Path, new: Path) -> None:
        new.parent.mkdir(parents=True, exist_ok=True)
        shutil.move(old, new)
        self.done.append((old, new))

    def all_in(self, old: Path, new: Path) -> None:
        """What is in a folder, not the folder: it may be where a disk of its own is mounted."""
        for each in sorted(old.iterdir()) if old.is_dir() else []:
            self.move(each, new / each.name)

    def undo(self) -> None:
        for old, new in reversed(self.done):
            shutil.move(new, old)


def _sqlite_path() -> Path:
    return Path(connection.settings_dict["NAME"])


def _unless_empty(aside: Path) -> Path | None:
    """The folder, or None where nothing was put into it; it goes then."""
    try:
        aside.rmdir()
    except OSError:
        return aside
    return None
