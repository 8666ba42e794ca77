"""Houses to break: each test gets a copy of one that was furnished once."""

import json
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator

import pytest

from tests.faults.databases import ON_POSTGRES, Database, Postgres, SQLite
from tests.faults.house import ROOT, House, Room, environment


@pytest.fixture(scope="session")
def furnished(tmp_path_factory, built) -> Iterator[House]:
    """Migrated, with the built files, four galleries open and a facilitator logged in. Never served."""
    folder = tmp_path_factory.mktemp("furnished")
    shutil.copytree(built, folder / "static")
    database: Database = Postgres.made() if ON_POSTGRES else SQLite(folder / "gallery.sqlite3")
    try:
        made = subprocess.run(
            [sys.executable, "-m", "tests.faults.furnish"],
            cwd=ROOT,
            env=environment(folder, database.url),
            capture_output=True,
            text=True,
            timeout=120,
        )
        assert made.returncode == 0, made.stderr
        found = json.loads(made.stdout)
        rooms = [Room(room["code"], room["number"], tuple(room["others"])) for room in found["rooms"]]
        yield House(folder, database, rooms, found["cookies"])
    finally:
        database.drop()


@pytest.fixture
def houses(furnished, tmp_path) -> Iterator[Callable[..., House]]:
    """Makes houses; whatever happens to them, nothing of them is left."""
    made: list[House] = []

    def make(folder=None) -> House:
        folder = folder or tmp_path / f"house-{len(made)}"
        folder.mkdir(exist_ok=True)
        (folder / "static").symlink_to(furnished.folder / "static")
        house = House(folder, furnished.database.copied_to(folder), furnished.rooms, furnished.cookies)
        made.append(house)
        return house

    yield make
    for house in made:
        house.end()


@pytest.fixture
def house(houses) -> House:
    return houses()
