"""Whether a server is at work on the data, so that nothing is put back under its feet."""

import fcntl
import os
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from gallery.snapshots import NotDone

STOP = "Stop the server first, then restore."


def hold_while_serving(data: Path) -> None:
    """Mark the data as in use for as long as this process lives, and those that it becomes or starts.

    Raises NotDone while a backup is being restored.
    """
    held = _lock_file(data)
    try:
        fcntl.flock(held, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except BlockingIOError:
        raise NotDone("A backup is being restored here. Wait until that is done, then start.") from None
    os.set_inheritable(held, True)


@contextmanager
def kept_from_servers(data: Path) -> Iterator[None]:
    """Let no server start here meanwhile. Raises NotDone where one is at work."""
    held = _lock_file(data)
    try:
        _alone(held, data)
        yield
    finally:
        os.close(held)


def _alone(held: int, data: Path) -> None:
    try:
        fcntl.flock(held, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        raise NotDone(f"A server is running on {data}. {STOP}") from None


def _lock_file(data: Path) -> int:
    data.mkdir(parents=True, exist_ok=True)
    return os.open(data / "in-use.lock", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)


def sqlite_in_use(path: Path) -> bool:
    """Whether another program has this SQLite database open, idle connections too (in WAL mode)."""
    if not path.is_file():
        return False
    asking = sqlite3.connect(path, timeout=0, isolation_level=None)
    try:
        asking.execute("PRAGMA locking_mode=EXCLUSIVE")
        asking.execute("BEGIN EXCLUSIVE")
        asking.execute("ROLLBACK")
    except sqlite3.OperationalError as problem:
        return "locked" in str(problem)
    except sqlite3.DatabaseError:  # no database any more: that may be why one restores
        return False
    finally:
        asking.close()
    return False
