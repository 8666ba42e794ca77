"""A database in one file, as it stood at one moment while the server goes on, and back again.

SQLite: `VACUUM INTO`. PostgreSQL: its own pg_dump, on a snapshot that this process shares, so that
what is counted here is exactly what is in the file.
"""

import os
import re
import shutil
import sqlite3
import subprocess  # nosec B404 - PostgreSQL's own tools, by their names, never through a shell
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

from django.db import DEFAULT_DB_ALIAS, connection, connections, transaction
from django.db.backends.postgresql.client import DatabaseClient
from django.db.migrations.recorder import MigrationRecorder

from gallery.signals import files_named

SNAPSHOT = "snapshot"  # the alias of a SQLite snapshot while it is read
NAMES = {"sqlite": "database.sqlite3", "postgresql": "database.pgdump"}


class NotDone(Exception):  # noqa: N818 - an answer to a person, not a fault
    """A backup or a restore can't be done; the message says why and what to do. Nothing was changed."""


@dataclass(frozen=True)
class Snapshot:
    """The database in the file `path`, and what stands in it."""

    path: Path
    migrations: list[list[str]]
    rows: dict[str, int]
    files: set[str]


def take(folder: Path) -> Snapshot:
    """Put the database, as it is now, into a new file in this folder. Raises NotDone."""
    path = folder / NAMES[connection.vendor]
    ways = {"sqlite": _of_sqlite, "postgresql": _of_postgresql}
    with ways[connection.vendor](path) as alias:
        return Snapshot(path, migrations_of(alias), rows_of(alias), _files_of(alias))


def migrations_of(alias: str) -> list[list[str]]:
    """The applied migrations, as [app, name]."""
    return sorted([app, name] for app, name in MigrationRecorder(connections[alias]).applied_migrations())


def rows_of(alias: str) -> dict[str, int]:
    """Each table's name with its number of rows."""
    found = {}
    with connections[alias].cursor() as cursor:
        for table in sorted(connections[alias].introspection.table_names(cursor)):
            name = connections[alias].ops.quote_name(table)
            cursor.execute(f"SELECT COUNT(*) FROM {name}")  # noqa: S608  # nosec B608 - a table's own name, quoted
            found[table] = int(cursor.fetchone()[0])
    return found


def _files_of(alias: str) -> set[str]:
    answers = files_named.send(sender=None, using=alias)
    return {str(name) for _, names in answers for name in names or ()}


@contextmanager
def _of_sqlite(path: Path) -> Iterator[str]:
    with connection.cursor() as cursor:
        cursor.execute("VACUUM INTO %s", [str(path)])
    with opened(path) as alias:
        yield alias


@contextmanager
def opened(path: Path) -> Iterator[str]:
    """The alias under which Django reads a SQLite file that is not the server's."""
    own = connections.databases[DEFAULT_DB_ALIAS]
    connections.databases[SNAPSHOT] = {**own, "NAME": str(path), "OPTIONS": {}}
    try:
        yield SNAPSHOT
    finally:
        connections[SNAPSHOT].close()
        del connections[SNAPSHOT], connections.databases[SNAPSHOT]


def sound(path: Path) -> bool:
    """Whether a SQLite file is whole, by SQLite's own check."""
    with suppress(sqlite3.DatabaseError):
        held = sqlite3.connect(f"{path.as_uri()}?mode=ro", uri=True)
        try:
            return bool(held.execute("PRAGMA integrity_check").fetchall() == [("ok",)])
        finally:
            held.close()
    return False


@contextmanager
def _of_postgresql(path: Path) -> Iterator[str]:
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
        cursor.execute("SELECT pg_export_snapshot()")
        shared = cursor.fetchone()[0]
        run_tool("pg_dump", ["--format=custom", f"--snapshot={shared}", *OURS, f"--file={path}"])
        yield DEFAULT_DB_ALIAS


OURS = ["--no-owner", "--no-privileges", "--no-comments"]  # of another server's people nothing is known here


def put_back(path: Path, tables: Mapping[str, int], folder: Path) -> None:
    """Replace the tables of this PostgreSQL database by a dump's, in one transaction. Raises NotDone."""
    script, first = folder / "restore.sql", folder / "first.sql"
    run_tool("pg_restore", [*OURS, f"--file={script}", str(path)], at_server=False)
    there = set(connection.introspection.table_names())
    ours = there & (set(tables) | set(connection.introspection.django_table_names()))
    quoted = [connection.ops.quote_name(table) for table in sorted(ours)]
    first.write_text("".join(f"DROP TABLE IF EXISTS {name} CASCADE;\n" for name in quoted))
    close_everything()
    once = ["--single-transaction", "--quiet", "--no-psqlrc", "--set=ON_ERROR_STOP=1"]
    run_tool("psql", [*once, f"--file={first}", f"--file={script}", "--output=/dev/null"])


def dump(path: Path) -> None:
    """Put this PostgreSQL database into a file. Raises NotDone."""
    run_tool("pg_dump", ["--format=custom", *OURS, f"--file={path}"])


def others_connected() -> int:
    """How many other programs are connected to this PostgreSQL database. Raises NotDone."""
    close_everything()
    asked = (
        "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() "
        "AND pid <> pg_backend_pid() AND backend_type = 'client backend'"
    )
    return int(run_tool("psql", ["--no-psqlrc", "--tuples-only", "--no-align", f"--command={asked}"]))


def close_everything() -> None:
    """Let go of this process's own connections, pooled ones too."""
    connections.close_all()
    if connection.vendor == "postgresql":
        connection.close_pool()  # type: ignore[attr-defined]


def run_tool(name: str, options: list[str], *, at_server: bool = True) -> str:
    """What one of PostgreSQL's own programs answers. Raises NotDone with what to install, or what it said."""
    where, secrets = _address()
    program = _program(name, None if name == "psql" else _server_version())
    done = subprocess.run(  # noqa: S603  # nosec B603 - no shell; the program is PostgreSQL's own
        [program, *options, *(where if at_server else [])],
        env={**os.environ, **secrets},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        errors="replace",
        check=False,
    )
    if done.returncode:
        raise NotDone(f"{name} could not do it: {done.stderr.strip()[-1000:] or 'it gave no reason'}")
    return done.stdout


def _address() -> tuple[list[str], dict[str, str]]:
    """The options that name this database, and what goes by the environment: its password."""
    own = connections.databases[DEFAULT_DB_ALIAS] | {"NAME": connection.settings_dict["NAME"]}
    [_, *where], secrets = DatabaseClient.settings_to_cmd_args_env(own, [])
    return [*where[:-1], f"--dbname={where[-1]}"], secrets or {}


def _server_version() -> int:
    return int(connection.pg_version) // 10_000  # type: ignore[attr-defined]


def _program(name: str, least: int | None) -> str:
    found = shutil.which(name)
    package = f"postgresql-client-{least}" if least else "postgresql-client"
    if found is None:
        raise NotDone(f"{name} is missing on this machine. Install the package {package}, then try again.")
    said = subprocess.run([found, "--version"], capture_output=True, text=True, check=False)  # noqa: S603  # nosec B603
    version = re.search(r"\d+", said.stdout)
    if least and version and int(version[0]) < least:
        raise NotDone(
            f"{name} here is version {version[0]}, and the server is version {least}. "
            f"Install the package {package}, then try again."
        )
    return found
