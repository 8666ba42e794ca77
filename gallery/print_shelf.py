"""Where finished sheets are kept, by all that makes them what they are: nothing is laid out twice.

A sheet's key changes with its words, its paper, our stylesheets, fonts and code, and WeasyPrint. Its PDF is
whole before its name appears. Nobody else on the machine can read it, and no backup needs it.
"""

from __future__ import annotations

import json
import os
import tempfile
import time
from contextlib import suppress
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from functools import lru_cache
from hashlib import sha256
from importlib.metadata import version
from pathlib import Path
from typing import Any

from django.conf import settings

from gallery.paper import Paper, Sheet

KEPT_FOR = timedelta(days=30)  # since it was last asked for
MOST_BYTES = 512 * 1024**2
WITHOUT_LETTERS = 600  # seconds for which a sheet that lacks letters is good enough
ROOT = Path(__file__).resolve().parent.parent
# The code that lays a sheet out, and what it reads.
PRESS = [
    f"gallery/{name}.py"
    for name in ("press_room", "report_room", "press", "fitting", "copyfitting", "letters", "paper")
]
LOOKS = ["static/css/print/*.css", "static/fonts/*.ttf"]
NOT_ON_SHEETS = {"page.css"}


@dataclass(frozen=True)
class Finished:
    """A poster's own PDF. `pages` counts its sheets; `missing` are letters that no font of ours has."""

    pdf: bytes
    pages: int
    missing: str = ""


def folder() -> Path:
    """Raises OSError where it can't be made."""
    made = Path(settings.DATA_DIR, "prints")
    made.mkdir(mode=0o700, parents=True, exist_ok=True)
    return made


def key(sheet: Sheet, page: Paper) -> str:
    return key_of(asdict(sheet), asdict(page))


def key_of(*parts: Any) -> str:
    """Of all that goes into a print, as JSON has it, and of the press."""
    order = json.dumps([*parts, _press()], sort_keys=True)
    return sha256(order.encode()).hexdigest()


def _press() -> str:
    files = [path for look in [*PRESS, *LOOKS] for path in sorted(ROOT.glob(look))]
    states = [(path, path.stat()) for path in files if path.name not in NOT_ON_SHEETS]
    return _digest_of(tuple((str(path), state.st_mtime_ns, state.st_size) for path, state in states))


@lru_cache(maxsize=2)
def _digest_of(files: tuple[tuple[str, int, int], ...]) -> str:
    """Of the files' bytes; they are read again when one of them has changed."""
    digest = sha256(version("weasyprint").encode())
    for path, _, _ in files:
        digest.update(sha256(Path(path).read_bytes()).digest())
    return digest.hexdigest()


def find(of: str) -> Finished | None:
    """The sheet with this key, where it is kept; it counts as used now."""
    path = folder() / f"{of}.pdf"
    try:
        said = json.loads(path.with_suffix(".json").read_bytes())
        found = Finished(path.read_bytes(), said["pages"], said["missing"])
        whole = said["sha256"] == sha256(found.pdf).hexdigest()  # it isn't synced: a power cut may leave less
        if found.missing:  # the letters' fonts may have been installed since
            return found if whole and time.time() - path.stat().st_mtime < WITHOUT_LETTERS else None
        os.utime(path)
    except (OSError, ValueError, KeyError):
        return None
    return found if whole else None


def keep(of: str, sheet: Finished) -> None:
    """Raises OSError where there is no room."""
    path = folder() / f"{of}.pdf"
    digest = sha256(sheet.pdf).hexdigest()
    about = {"pages": sheet.pages, "missing": sheet.missing, "sha256": digest}
    write(path.with_suffix(".json"), json.dumps(about).encode())
    write(path, sheet.pdf)


def write(path: Path, words: bytes) -> None:
    """The whole file, or none; readable to us alone."""
    held, part = tempfile.mkstemp(dir=path.parent, suffix=".part")  # for its owner only
    try:
        with os.fdopen(held, "wb") as file:
            file.write(words)
        Path(part).rename(path)
    except BaseException:
        Path(part).unlink(missing_ok=True)
        raise


def old(at: datetime) -> list[Path]:
    """The sheets that nobody has asked for in KEPT_FOR."""
    oldest = (at - KEPT_FOR).timestamp()
    return [sheet for sheet in folder().glob("*.pdf") if sheet.stat().st_mtime < oldest]


def clear(at: datetime) -> int:
    """Take away those, and what a crash left behind; returns how many sheets."""
    for stray in [*folder().glob("*.part"), *folder().glob("*.json")]:
        if stray.suffix == ".part" or not stray.with_suffix(".pdf").exists():
            _drop(stray, (at - timedelta(hours=1)).timestamp())
    return sum(_drop(sheet, (at - KEPT_FOR).timestamp()) for sheet in old(at))


def trim(most: int = MOST_BYTES) -> None:
    """Take away what was asked for longest ago until all is within `most` bytes."""
    found = []
    for sheet in folder().glob("*.pdf"):
        with suppress(OSError):
            found.append((sheet.stat().st_mtime, sheet.stat().st_size, sheet))
    size = sum(each for _, each, _ in found)
    for _, each, sheet in sorted(found):
        if size <= most:
            return
        size -= each
        _drop(sheet)


def _drop(path: Path, oldest: float | None = None) -> bool:
    """Whether it went; only where it is older than that."""
    with suppress(OSError):
        if oldest is None or path.stat().st_mtime < oldest:
            path.unlink()
            path.with_suffix(".json").unlink(missing_ok=True)
            return True
    return False
