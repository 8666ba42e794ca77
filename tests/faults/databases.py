"""A database of its own for each worker and server: a file for SQLite, or one made and dropped on PostgreSQL.

Rows are read by the driver, past Django and past the server that is being tested.
"""

import os
import sqlite3
import uuid
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit, urlunsplit

GIVEN = os.environ.get("DATABASE_URL", "")
ON_POSTGRES = GIVEN.startswith("postgres")
KIND = "PostgreSQL" if ON_POSTGRES else "SQLite"


@dataclass(frozen=True)
class Row:
    key: str
    text: str
    author: str | None


class SQLite:
    def __init__(self, file: Path) -> None:
        self.file = file
        self.url = f"sqlite:///{file}"

    @property
    def name(self) -> str:
        return str(self.file)

    def copied_to(self, folder: Path, name: str = "") -> "SQLite":
        copy = folder / "gallery.sqlite3"
        self.ask(f"VACUUM INTO '{copy}'")
        SQLite(copy).ask("PRAGMA journal_mode=WAL")  # the copy is not in that mode, as the first was
        return SQLite(copy)

    def ask(self, sql: str) -> list[tuple[Any, ...]]:
        with closing(sqlite3.connect(self.file, timeout=10)) as link:
            return link.execute(sql).fetchall()

    @contextmanager
    def writes_held(self) -> Iterator[None]:
        """While this is held, every write waits."""
        with closing(sqlite3.connect(self.file, isolation_level=None)) as link:
            link.execute("BEGIN IMMEDIATE")
            yield
            link.execute("ROLLBACK")

    def drop(self) -> None:
        """The file goes with its folder."""

    def is_whole(self) -> bool:
        return self.ask("PRAGMA integrity_check") == [("ok",)]


class Postgres:
    def __init__(self, url: str) -> None:
        self.url = url

    @classmethod
    def named(cls, name: str) -> "Postgres":
        """On the server that DATABASE_URL names."""
        return cls(urlunsplit(urlsplit(GIVEN)._replace(path=f"/{name}")))

    @property
    def name(self) -> str:
        return urlsplit(self.url).path.lstrip("/")

    def copied_to(self, folder: Path, name: str = "") -> "Postgres":
        """A copy of that name, in place of what a run that was killed has left of it."""
        copy = Postgres.named(name or f"faults_{uuid.uuid4().hex[:12]}")
        copy.drop()
        _on_the_server(f'CREATE DATABASE "{copy.name}" TEMPLATE "{self.name}"')
        return copy

    def ask(self, sql: str) -> list[tuple[Any, ...]]:
        import psycopg

        with psycopg.connect(self.url) as link:
            return link.execute(sql).fetchall()

    @contextmanager
    def writes_held(self) -> Iterator[None]:
        """While this is held, every note waits."""
        import psycopg

        with psycopg.connect(self.url) as link:
            link.execute("SELECT id FROM gallery_gallery FOR UPDATE")
            yield
            link.rollback()

    def run(self, sql: str) -> None:
        _on_the_server(sql)

    def drop(self) -> None:
        _on_the_server(f'DROP DATABASE IF EXISTS "{self.name}" WITH (FORCE)')

    def is_whole(self) -> bool:
        """PostgreSQL itself was not killed, so there is nothing to check but that it answers."""
        return self.ask("SELECT 1") == [(1,)]


Database = SQLite | Postgres

SHARED = f"test_{urlsplit(GIVEN).path.lstrip('/')}"  # what all workers share begins with this on PostgreSQL


def at(url: str) -> Database:
    return Postgres(url) if ON_POSTGRES else SQLite(Path(url.removeprefix("sqlite:///")))


def drop_shared() -> None:
    """What the workers shared of the server, at the end of the run; files go with their folder."""
    if not ON_POSTGRES:
        return
    import psycopg

    with suppress(psycopg.OperationalError):  # where nothing answers there is nothing to drop
        for database in ("", "_furnished", "_drill"):
            Postgres.named(SHARED + database).drop()


def notes_in(database: Database) -> list[Row]:
    found = database.ask("SELECT key, text, author FROM feedback_note ORDER BY id")
    return [Row(str(uuid.UUID(str(key))), text, author) for key, text, author in found]


def _on_the_server(sql: str) -> None:
    import psycopg

    with psycopg.connect(GIVEN, autocommit=True) as link:
        link.execute(sql)
