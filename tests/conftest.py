"""The cast: a facilitator, a colleague of the same team, a stranger of another, a visitor.

And the room that they meet in. What the settings need for tests is in tests/settings.py.
"""

import gc
import os
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import hypothesis
import pytest
from django.conf import settings
from django.contrib.auth.models import User
from django.core.management import call_command
from django.db import connection, connections
from django.test import Client
from django.test.utils import override_settings
from django.utils import timezone

from feedback import frames
from gallery import events
from gallery.models import Gallery, Poster
from measures.models import Goal, Measure, Membership, Team
from tests.faults.databases import ON_POSTGRES, SHARED, Database, Postgres, SQLite, at, drop_shared
from tests.once import Once

# The same examples each time: what fails here fails for everybody. Look for others with
# `pytest --hypothesis-profile=default`.
hypothesis.settings.register_profile("the same", derandomize=True, max_examples=50, deadline=None)
hypothesis.settings.load_profile("the same")

# A sheet, a picture or a map looks the same whichever database its words come from.
ON_PAPER = {
    "test_bombs.py",
    "test_copyfitting.py",
    "test_darkroom.py",
    "test_paper.py",
    "test_print_shelf.py",
    "test_results_map.py",
    "test_printing.py",
    "test_press.py",
    "test_press_room.py",
    "test_print_page.py",
    "test_print_run.py",
    "test_handouts.py",
    "test_map_poster.py",
}
# What becomes of a silent sender is the same before whichever database. Forms of hours, what each role gets,
# and where addresses lead: asked of the database in the same words. The strangers' walls and every control
# run on both.
ONCE = {"test_silent.py", "test_daylight.py", "test_forged_addresses.py"}
ROLES_ONCE = ("logged out]", "visitor]", "facilitator]", "owner]", "superuser]")
# Each takes seconds, as it starts servers or walks through all pages.
LONG = {"test_backup.py", "test_every_page.py", "test_private_files.py"}


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark what asks a database: those tests run on each of them (bin/test)."""
    items[:] = long_ones_first(items, int(os.environ.get("PYTEST_XDIST_WORKER_COUNT", "1")))
    for item in items:
        asked = {"db", "transactional_db", "migrated"} & set(getattr(item, "fixturenames", ()))
        once = item.path.name == "test_walls.py" and item.name.endswith(ROLES_ONCE)
        if once or item.path.name in ON_PAPER | ONCE:
            continue
        if asked or item.get_closest_marker("django_db"):
            item.add_marker(pytest.mark.database)


def pytest_collection_finish() -> None:
    """What was collected stays to the end: without walking through it the collector is quicker."""
    gc.collect()
    gc.freeze()


def long_ones_first(items: list[pytest.Item], workers: int) -> list[pytest.Item]:
    """At the head of the part that each worker begins with: at the end all others would wait for them."""
    long = [item for item in items if takes_long(item)]
    short = [item for item in items if not takes_long(item)]
    part = -(-len(short) // workers)
    return [
        item
        for worker in range(workers)
        for item in long[worker::workers] + short[worker * part : (worker + 1) * part]
    ]


def takes_long(item: pytest.Item) -> bool:
    return item.path.parent.name == "faults" or item.path.name in LONG


def pytest_unconfigure(config: pytest.Config) -> None:
    """The run itself drops what its workers shared, after them."""
    if not hasattr(config, "workerinput"):
        drop_shared()


@pytest.fixture(scope="session")
def once(tmp_path_factory) -> Once:
    own = tmp_path_factory.getbasetemp()
    return Once(own.parent if "PYTEST_XDIST_WORKER" in os.environ else own)


@pytest.fixture(scope="session")
def migrated(once, django_test_environment, django_db_blocker) -> Database:
    """Every migration, from the first one on, in an empty database: once for all workers, who copy it."""

    def migrate(folder: Path) -> str:
        if not ON_POSTGRES:
            connection.settings_dict["TEST"]["NAME"] = str(folder / "gallery.sqlite3")
        with django_db_blocker.unblock():
            name = connection.creation.create_test_db(verbosity=0, autoclobber=True, serialize=False)
            connections.close_all()  # nobody may look into what is copied
        return Postgres.named(name).url if ON_POSTGRES else SQLite(Path(name)).url

    return at(once("migrated", migrate))


@pytest.fixture(scope="session")
def django_db_setup(migrated, tmp_path_factory, django_db_blocker) -> Iterator[None]:
    """In place of pytest-django's, which migrates once a worker."""
    worker = os.environ.get("PYTEST_XDIST_WORKER", "alone")
    own = migrated.copied_to(tmp_path_factory.mktemp("database"), f"{SHARED}_{worker}")
    connection.settings_dict["NAME"] = own.name
    yield
    with django_db_blocker.unblock():
        connections.close_all()
    own.drop()


@pytest.fixture(scope="session")
def built(once) -> Path:
    """The folder of the bundled files. Nobody writes there."""

    def collect(folder: Path) -> str:
        with override_settings(STORAGES=bundled(), STATIC_ROOT=folder):
            call_command("collectstatic", interactive=False, verbosity=0)
        return str(folder)

    return Path(once("built", collect))


def bundled() -> dict[str, dict[str, str]]:
    return {**settings.STORAGES, "staticfiles": {"BACKEND": "gallery.assets.BundledStorage"}}


@pytest.fixture(autouse=True)
def forget_what_is_kept() -> None:
    """Rows of another test may have had the same keys."""
    frames.forget()


@pytest.fixture
def team(db) -> Team:
    return Team.objects.create(name="River Patrol")


@pytest.fixture
def other_team(db) -> Team:
    return Team.objects.create(name="Canary Works")


def _person(name: str, team: Team | None) -> User:
    user = User.objects.create_user(name, password="correct horse battery", is_staff=True)
    if team:
        Membership.objects.create(team=team, user=user)
    return user


@pytest.fixture
def facilitator(team) -> User:
    return _person("facilitator", team)


@pytest.fixture
def colleague(team) -> User:
    return _person("colleague", team)


@pytest.fixture
def stranger(other_team) -> User:
    return _person("stranger", other_team)


@pytest.fixture
def as_facilitator(facilitator) -> Client:
    client = Client()
    client.force_login(facilitator)
    return client


@pytest.fixture
def in_two_teams(facilitator, other_team) -> Client:
    """A facilitator who curates another team too."""
    Membership.objects.create(team=other_team, user=facilitator)
    client = Client()
    client.force_login(facilitator)
    return client


@pytest.fixture
def as_stranger(stranger) -> Client:
    client = Client()
    client.force_login(stranger)
    return client


@pytest.fixture
def visitor() -> Client:
    return Client()


@pytest.fixture
def goal(team) -> Goal:
    return Goal.objects.create(
        team=team,
        original="Improve water quality",
        result="The river is safe to swim in all summer.",
        why="People of the town learn to swim here.",
    )


@pytest.fixture
def measure(team, goal) -> Measure:
    return Measure.objects.create(
        team=team,
        goal=goal,
        name="Share of samples fit for bathing",
        unit="%",
        better="higher",
        frequency="month",
    )


@pytest.fixture
def gallery(team) -> Gallery:
    """A gallery whose doors have been open for an hour and stay open for another."""
    now = timezone.now()
    gallery = Gallery.objects.create(
        team=team, title="Our river, our measures", invited_at=now - timedelta(days=1)
    )
    gallery.hours.create(opens=now - timedelta(hours=1), closes=now + timedelta(hours=1))
    return gallery


@pytest.fixture
def poster(gallery, measure) -> Poster:
    wall = gallery.walls.create(name="North wall", order=1)
    return events.hang(wall=wall, kind=Poster.Kind.MEASURE, measure=measure)


@pytest.fixture
def noon() -> datetime:
    return datetime(2026, 6, 1, 12, 0, tzinfo=UTC)
