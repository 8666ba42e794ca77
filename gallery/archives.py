"""A backup's one file: a plain tar of regular files, read by a reader that knows nothing else.

Python's own tarfile writes it; reading is stricter than tarfile can be told to be: no links,
devices, sparse files, long names, folders, nor anything outside the names below. It holds the
photos' folder as it is, so any tar can unpack it by hand.
"""

import hashlib
import io
import os
import re
import tarfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import BinaryIO, cast

from gallery import manifests
from gallery.manifests import Manifest, Member
from gallery.snapshots import NAMES, NotDone

BLOCK = tarfile.BLOCKSIZE
PIECE = 1024**2
MOST_LETTERS_OF_A_NAME = 100  # what a plain tar header holds
PART = r"[A-Za-z0-9_][A-Za-z0-9_.\-]*"
MEDIA = "media/"
GOOD_NAME = re.compile(rf"manifest\.json|{'|'.join(map(re.escape, NAMES.values()))}|media/(?:{PART}/)*{PART}")
DAMAGED = "This backup is damaged"
NO_BACKUP = "This is not a backup made by “manage.py backup”, or its beginning is damaged. Use another one."


def is_good(name: str) -> bool:
    return len(name) <= MOST_LETTERS_OF_A_NAME and GOOD_NAME.fullmatch(name) is not None


class Writer:
    """Adds files to a new backup, and keeps what the manifest says of each."""

    def __init__(self, file: BinaryIO, made_at: datetime) -> None:
        self.tar = tarfile.open(fileobj=file, mode="w", format=tarfile.GNU_FORMAT)  # noqa: SIM115 - closed by finish
        self.made_at = made_at
        self.members: dict[str, Member] = {}

    def add(self, name: str, path: Path) -> None:
        """Raises FileNotFoundError where it isn't there any more."""
        with path.open("rb") as file:
            size = os.fstat(file.fileno()).st_size
            seen = Hashing(file)
            self.tar.addfile(self._head(name, size), cast("BinaryIO", seen))  # only its read() is asked
        self.members[name] = Member(seen.digest.hexdigest(), size)

    def finish(self, manifest: Manifest) -> None:
        written = manifest.written()
        self.tar.addfile(self._head(manifests.NAME, len(written)), io.BytesIO(written))
        self.tar.close()

    def _head(self, name: str, size: int) -> tarfile.TarInfo:
        head = tarfile.TarInfo(name)
        head.size, head.mode, head.mtime = size, 0o600, int(self.made_at.timestamp())
        return head


class Hashing:
    """A file that is hashed while it is read."""

    def __init__(self, file: BinaryIO) -> None:
        self.file, self.digest = file, hashlib.sha256()

    def read(self, size: int = -1) -> bytes:
        piece = self.file.read(size)
        self.digest.update(piece)
        return piece


@dataclass(frozen=True)
class Place:
    """Where a member's bytes lie in the backup."""

    start: int
    size: int


@dataclass(frozen=True)
class Archive:
    """A backup that was read from end to end, and is what its manifest says."""

    file: BinaryIO
    manifest: Manifest
    places: dict[str, Place]

    def unpack(self, name: str, to: Path) -> None:
        """Raises NotDone where it isn't any more what was checked."""
        to.parent.mkdir(parents=True, exist_ok=True)
        with open(to, "xb", opener=_private) as target:
            _refuse_other(self, name, _copied(self.file, self.places[name], target.write))
            target.flush()
            os.fsync(target.fileno())


def _private(path: str, flags: int) -> int:
    return os.open(path, flags, 0o600)


@contextmanager
def opened(path: Path) -> Iterator[Archive]:
    """A backup, checked whole before anything is done with it. Raises NotDone in words."""
    try:
        file = path.open("rb")
    except OSError as problem:
        raise NotDone(f"{path} can’t be read: {problem.strerror}.") from None
    with file:
        places = _places(file)
        manifest = manifests.read(_manifest(file, places))
        archive = Archive(file, manifest, places)
        _refuse_odd_members(archive)
        for name in manifest.members:
            _refuse_other(archive, name, _copied(file, places[name], lambda _: None))
        yield archive


def _places(file: BinaryIO) -> dict[str, Place]:
    """Every member's name and place. Raises NotDone for whatever a backup of ours does not hold."""
    end = os.fstat(file.fileno()).st_size
    found: dict[str, Place] = {}
    while True:
        head = file.read(BLOCK)
        if head == bytes(BLOCK):
            return found
        name, size = _read_head(head, first=not found)
        start = file.tell()
        if start + size > end:
            raise NotDone(f"{DAMAGED}: it ends too soon. Use another one.")
        if name in found:
            raise NotDone(f"{DAMAGED}: it holds “{name}” twice. Use another one.")
        found[name] = Place(start, size)
        file.seek(start + -(-size // BLOCK) * BLOCK)


def _read_head(head: bytes, *, first: bool) -> tuple[str, int]:
    try:
        info = tarfile.TarInfo.frombuf(head, "utf-8", "strict")
    except (tarfile.HeaderError, ValueError):
        if first:
            raise NotDone(NO_BACKUP) from None
        reason = "it ends too soon" if len(head) < BLOCK else "it is no backup of ours, or not whole"
        raise NotDone(f"{DAMAGED}: {reason}. Use another one.") from None
    if info.type != tarfile.REGTYPE or info.size < 0 or not is_good(info.name):
        shown = "".join(sign for sign in info.name if sign.isprintable())[:60]
        raise NotDone(f"This is no backup of ours: it holds “{shown}”, which no backup does.")
    return info.name, info.size


def _manifest(file: BinaryIO, places: dict[str, Place]) -> bytes:
    place = places.get(manifests.NAME)
    if place is None or place.size > manifests.MOST_BYTES:
        raise NotDone("This is no backup of ours: it has no list of what it holds.")
    file.seek(place.start)
    return file.read(place.size)


def _refuse_odd_members(archive: Archive) -> None:
    told = {name: member.size for name, member in archive.manifest.members.items()}
    held = {name: place.size for name, place in archive.places.items() if name != manifests.NAME}
    odd = sorted(name for name in told.keys() | held.keys() if told.get(name) != held.get(name))
    if odd:
        raise NotDone(f"{DAMAGED}: “{odd[0]}” is not what its list says. Use another one.")
    if NAMES[archive.manifest.engine] not in held:
        raise NotDone(f"{DAMAGED}: the database is missing in it. Use another one.")


def _refuse_other(archive: Archive, name: str, sha256: str) -> None:
    if sha256 != archive.manifest.members[name].sha256:
        raise NotDone(f"{DAMAGED}: the checksum of “{name}” is wrong. Use another one.")


def _copied(file: BinaryIO, place: Place, write: Callable[[bytes], object]) -> str:
    """The SHA-256 of a member whose bytes were handed on."""
    file.seek(place.start)
    seen, left = Hashing(file), place.size
    while left:
        piece = seen.read(min(PIECE, left))
        if not piece:
            break
        write(piece)
        left -= len(piece)
    return seen.digest.hexdigest()


def sync_folder(folder: Path) -> None:
    """Make a rename in this folder last, where the file system can be asked to."""
    with suppress(OSError):
        held = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(held)
        finally:
            os.close(held)
