"""A real server on a real port, and a real Chromium at the size of a phone."""

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.core.servers.basehttp import ThreadedWSGIServer
from django.db import connections
from django.test.testcases import LiveServerThread
from playwright.sync_api import Browser, Page, expect, sync_playwright

from tests.browser.chromium import CHROMIUM
from tests.conftest import bundled

# The visits, and one evening of a host.
ON_BOTH_DATABASES = {"test_visit.py", "test_from_what_was_said_to_what_we_changed"}
PHONE = {"width": 390, "height": 844}
ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]

PATIENCE = 30_000  # milliseconds: a crowded machine may need them
expect.set_options(timeout=PATIENCE)

# Playwright's synchronous calls run inside an event loop, where Django refuses its database.
os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Without Chromium these don't run, and bin/test says so; in CI that fails."""
    for item in items:
        if Path(__file__).parent in item.path.parents:
            item.add_marker(pytest.mark.browser)
            if {item.path.name, item.name.partition("[")[0]} & ON_BOTH_DATABASES:
                item.add_marker(pytest.mark.both)
            if not Path(CHROMIUM).exists():
                item.add_marker(pytest.mark.skip(reason=f"there is no Chromium at {CHROMIUM}"))


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS)
        yield browser
        browser.close()


class PatientServer(ThreadedWSGIServer):
    """Waits for its last answers, so that none still holds a database that is about to go."""

    daemon_threads = False
    block_on_close = True


class PatientServerThread(LiveServerThread):
    server_class = PatientServer


@pytest.fixture
def site(transactional_db, built, settings) -> Iterator[str]:
    """The address of a running server; whitenoise serves the bundled files as in real life."""
    settings.STORAGES, settings.STATIC_ROOT = bundled(), built
    thread = PatientServerThread("127.0.0.1", static_handler=lambda handler: handler, connections_override={})
    thread.daemon = True
    thread.start()
    thread.is_ready.wait()
    if thread.error:
        raise thread.error
    settings.BASE_URL = f"http://127.0.0.1:{thread.port}"
    yield settings.BASE_URL
    thread.terminate()
    connections.close_all()


@pytest.fixture
def troubles() -> list[str]:
    """What the browser complained about: broken scripts, refused styles, failed requests."""
    return []


@pytest.fixture
def phone(browser, site, troubles):
    """Open new phones: `phone()` gives a page; `phone(scripts=False)` one without JavaScript."""
    contexts = []

    def new(scripts: bool = True, **options) -> Page:
        look = {"viewport": PHONE, "has_touch": True, "is_mobile": True} | options
        context = browser.new_context(java_script_enabled=scripts, base_url=site, **look)
        context.set_default_timeout(PATIENCE)
        contexts.append(context)
        page = context.new_page()
        page.on("pageerror", lambda problem: troubles.append(str(problem)))
        page.on("console", lambda line: troubles.append(line.text) if line.type == "error" else None)
        return page

    yield new
    for context in contexts:
        context.close()
