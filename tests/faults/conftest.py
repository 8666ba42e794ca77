"""Houses to break: each test gets a copy of one that was furnished once."""

import json
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.faults.databases import SHARED, at
from tests.faults.house import ROOT, House, Room, environment


@pytest.fixture(scope="session")
def furnished(once, migrated, built) -> House:
    """Four galleries open and a facilitator logged in; made once for all workers, and never served."""

    def furnish(folder: Path) -> list[Any]:
        database = migrated.copied_to(folder, f"{SHARED}_furnished")
        made = subprocess.run(
            [sys.executable, "-m", "tests.faults.furnish"],
            cwd=ROOT,
            env=environment(folder, database.url),
            capture_output=True,
            text=True,
            timeout=300,
        )
        assert made.returncode == 0, made.stderr
        return [str(folder), database.url, json.loads(made.stdout)]

    folder, url, found = once("furnished", furnish)
    rooms = [Room(room["code"], room["number"], tuple(room["others"])) for room in found["rooms"]]
    return House(Path(folder), at(url), rooms, found["cookies"])


@pytest.fixture
def houses(furnished, built, tmp_path) -> Iterator[Callable[..., House]]:
    """Makes houses; whatever happens to them, nothing of them is left."""
    made: list[House] = []

    def make(folder=None) -> House:
        folder = folder or tmp_path / f"house-{len(made)}"
        folder.mkdir(exist_ok=True)
        (folder / "static").symlink_to(built)
        house = House(folder, furnished.database.copied_to(folder), furnished.rooms, furnished.cookies)
        made.append(house)
        return house

    yield make
    for house in made:
        house.end()


@pytest.fixture
def house(houses) -> House:
    return houses()
