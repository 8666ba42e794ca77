"""What a backup says of itself: manifest.json, its last member, read as strictly as anything from outside."""

import json
import re
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from typing import Any

from django.db.migrations.loader import MigrationLoader

from gallery.snapshots import NotDone

FORMAT = 1
NAME = "manifest.json"
MOST_BYTES = 64 * 1024**2
SHA256 = re.compile(r"[0-9a-f]{64}")


@dataclass(frozen=True)
class Member:
    sha256: str
    size: int


@dataclass(frozen=True)
class Manifest:
    """`rows` counts each table's, `members` are all other files of the backup by name."""

    made_at: datetime
    engine: str
    migrations: list[list[str]]
    rows: dict[str, int]
    members: dict[str, Member]
    format: int = FORMAT

    def written(self) -> bytes:
        return json.dumps({**asdict(self), "made_at": self.made_at.isoformat()}, indent=1).encode()

    @property
    def made(self) -> str:
        return f"{self.made_at:%-d %B %Y, %H:%M} UTC"


def read(written: bytes) -> Manifest:
    """Raises NotDone in words for anything that no backup of ours would say."""
    try:
        said = json.loads(written)
        if said["format"] != FORMAT:
            raise NotDone("This backup has another format; restore it with the release that made it.")
        return Manifest(
            made_at=datetime.fromisoformat(said["made_at"]).astimezone(UTC),
            engine=_one_of(said["engine"], ["sqlite", "postgresql"]),
            migrations=[[_text(app), _text(name)] for app, name in said["migrations"]],
            rows={_text(table): _count(rows) for table, rows in said["rows"].items()},
            members={_text(name): _member(each) for name, each in said["members"].items()},
        )
    except (ValueError, TypeError, KeyError, AttributeError, RecursionError, OverflowError):
        raise NotDone("What this backup says of itself can’t be read: it is damaged, or not ours.") from None


def _member(said: Any) -> Member:
    if not SHA256.fullmatch(_text(said["sha256"])):
        raise ValueError
    return Member(said["sha256"], _count(said["size"]))


def _text(said: Any) -> str:
    if not isinstance(said, str):
        raise TypeError
    return said


def _count(said: Any) -> int:
    if not isinstance(said, int) or isinstance(said, bool) or said < 0:
        raise TypeError
    return said


def _one_of(said: Any, known: list[str]) -> str:
    if said not in known:
        raise ValueError
    return str(said)


def refuse_newer(manifest: Manifest) -> None:
    """Raises NotDone where this release lacks migrations that the backup has."""
    unknown = [f"{app}.{name}" for app, name in manifest.migrations if (app, name) not in known()]
    if unknown:
        raise NotDone(
            f"This backup was made by a newer release, which knows {', '.join(unknown[:3])}. "
            "Install that release, then restore."
        )


def is_older(manifest: Manifest) -> bool:
    """Whether migrations are to be run after it is back."""
    return bool(known() - {(app, name) for app, name in manifest.migrations})


def known() -> set[tuple[str, str]]:
    return set(MigrationLoader(None).disk_migrations or {})
