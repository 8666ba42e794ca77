"""Backing up: the database first, then the files that it names, in one file that nobody else can read."""

import errno
import os
import re
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from django.conf import settings
from django.db import connection

from gallery import archives
from gallery.archives import MEDIA, Writer, sync_folder
from gallery.manifests import Manifest
from gallery.snapshots import NotDone, Snapshot, take

OWN_NAME = re.compile(r"gallery-\d{8}T\d{6}Z\.tar")


@dataclass(frozen=True)
class Made:
    """A backup that is on disk. `missing` are files that a row names and that were not there;
    `left_out` are files with names that are not ours."""

    path: Path
    manifest: Manifest
    missing: list[str]
    left_out: list[str]

    @property
    def files(self) -> int:
        return sum(name.startswith(MEDIA) for name in self.manifest.members)


def usual_path(at: datetime) -> Path:
    return Path(settings.DATA_DIR) / "backups" / f"gallery-{at:%Y%m%dT%H%M%SZ}.tar"


def make(path: Path, *, at: datetime) -> Made:
    """Back everything up into a new file, while the server goes on. Raises NotDone in words.

    The file is there only once it is whole and on disk.
    """
    if path.exists():
        raise NotDone(f"{path} is there already. Choose another name, or move it away.")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with _workshop(path.parent) as folder:
            made = _written(path, folder, at)
            (folder / path.name).replace(path)
        sync_folder(path.parent)
    except OSError as problem:
        free = "Make room, then try again." if problem.errno == errno.ENOSPC else "Nothing was backed up."
        raise NotDone(f"The backup could not be written to {path}: {problem.strerror}. {free}") from problem
    return made


@contextmanager
def _workshop(parent: Path) -> Iterator[Path]:
    """A folder beside the backup that goes whatever happens; only this user can look into it."""
    folder = Path(tempfile.mkdtemp(prefix=".backup-", dir=parent))
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _written(path: Path, folder: Path, at: datetime) -> Made:
    snapshot = take(folder)
    held = os.open(folder / path.name, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(held, "wb") as file:
        writer = Writer(file, at)
        writer.add(snapshot.path.name, snapshot.path)
        missing, left_out = _add_files(writer, snapshot)
        manifest = Manifest(at, connection.vendor, snapshot.migrations, snapshot.rows, writer.members)
        writer.finish(manifest)
        file.flush()
        os.fsync(file.fileno())
    return Made(path, manifest, missing, left_out)


def _add_files(writer: Writer, snapshot: Snapshot) -> tuple[list[str], list[str]]:
    """Add every photo file; what is missing, and what was left out. A file may go at any moment."""
    root, left_out = Path(settings.MEDIA_ROOT), []
    for name in sorted(_files_below(root) | snapshot.files):
        if not archives.is_good(MEDIA + name):
            left_out.append(name)
            continue
        try:
            writer.add(MEDIA + name, root / name)
        except FileNotFoundError:
            continue
    missing = sorted(name for name in snapshot.files if MEDIA + name not in writer.members)
    return missing, left_out


def _files_below(root: Path) -> set[str]:
    """The paths of all files below; what begins with a dot or ends in .part is still being written."""
    found = (path for path in root.rglob("*") if path.is_file() and not path.is_symlink())
    names = {path.relative_to(root).as_posix() for path in found}
    return {name for name in names if not re.search(r"(^|/)\.|\.part$", name)}


def forget_oldest(folder: Path, keep: int) -> list[Path]:
    """Delete all but the newest `keep` backups that have the usual name; returns those that went."""
    own = sorted(path for path in folder.iterdir() if OWN_NAME.fullmatch(path.name))
    gone = own[: max(0, len(own) - keep)]
    for path in gone:
        path.unlink()
    return gone
