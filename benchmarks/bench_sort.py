"""Sorting: how long one act takes on the Sort page of 400 notes, from the key to what it did painted.

`python -m benchmarks.bench_sort` gathers the crowd of crowd.py, shows every note, and in Chromium presses
keys as a facilitator does: a note into a theme, a new theme of it, that theme merged into another, and
each undone. A time ends two animation frames after all is settled. The server's share is what the browser
waited for the first byte, and what its processor spent, which a busy machine does not change as much; the
size is what came over the wire.
"""

import statistics
import tempfile
from collections import defaultdict
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from benchmarks import server
from benchmarks.__main__ import line, start_django
from benchmarks.bench_board import logged_in
from tests.browser.chromium import CHROMIUM

if TYPE_CHECKING:
    from playwright.sync_api import Page

TIMES = 20
PAINTED_BAR, SERVER_BAR = 100, 40  # milliseconds

WATCH = """() => { window.took = new Promise(done => {
    let pressed = 0;
    const once = {capture: true, once: true}, frame = then => requestAnimationFrame(() => then());
    const painted = () => {
        const [asked] = performance.getEntriesByType("resource").slice(-1);
        done([performance.now() - pressed, asked.responseStart - asked.requestStart, asked.transferSize]);
    };
    performance.clearResourceTimings();
    document.addEventListener("keydown", event => { pressed = event.timeStamp; }, once);
    document.addEventListener("htmx:afterSettle", () => frame(() => frame(painted)), once);
}); }"""
FIRST_NOTE = "#loose .sort-note input"
LAST_THEME = ".theme-stack:last-child summary"


class Took(NamedTuple):
    painted: float
    server: float
    size: float


def timed(page: "Page", key: str) -> Took:
    """What the act of this key takes; the page is ready for it."""
    page.evaluate(WATCH)
    page.keyboard.press(key)
    return Took(*page.evaluate("window.took"))


def typed(page: "Page", at: str, key: str, words: str) -> Took:
    page.locator(at).first.focus()
    page.keyboard.press(key)
    page.keyboard.type(words)
    return timed(page, "Enter")


def put(page: "Page") -> Took:
    page.locator(FIRST_NOTE).first.focus()
    return timed(page, "1")


def once_round(page: "Page", took: Callable[[str, Took], None]) -> None:
    """Every act once, and all as it was before."""
    took("put into a theme", put(page))
    took("undo", timed(page, "z"))
    took("make a theme", typed(page, FIRST_NOTE, "n", "A theme to be merged"))
    took("merge two themes", typed(page, LAST_THEME, "m", "do not rush"))
    took("undo", timed(page, "z"))
    page.locator(LAST_THEME).focus()
    took("undo", timed(page, "z"))


def measured(url: str, cookie: str) -> dict[str, list[Took]]:
    from playwright.sync_api import sync_playwright

    name, _, value = cookie.partition("=")
    found: dict[str, list[Took]] = defaultdict(list)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox", "--disable-gpu"])
        context = browser.new_context(viewport={"width": 1440, "height": 900})
        context.add_cookies([{"name": name, "value": value, "url": url}])
        page = context.new_page()
        page.goto(url, wait_until="load")
        for _ in range(1 + TIMES):
            once_round(page, lambda what, each: found[what].append(each))
        browser.close()
    return {
        what: took[len(took) // (1 + TIMES) :] for what, took in found.items()
    }  # the first round warms up


def report(found: dict[str, list[Took]], spent: float) -> None:
    for what, all_of_them in found.items():
        painted, waited, size = (statistics.median(column) for column in zip(*all_of_them, strict=True))
        told = f"{painted:.0f} ms, server {waited:.0f}, {size / 1000:.1f} kB"
        holds = painted <= PAINTED_BAR and waited <= SERVER_BAR
        line("", f"sorting 400 notes: {what}", told, f"{PAINTED_BAR} ms, server {SERVER_BAR} ms", holds)
    each = (
        spent * 1000 / sum(map(len, found.values())) * TIMES / (1 + TIMES)
    )  # the page itself is little of it
    line("", "sorting 400 notes: server CPU an act", f"{each:.0f} ms", f"{SERVER_BAR} ms", each <= SERVER_BAR)


def main() -> None:
    if not Path(CHROMIUM).exists():
        line("", "sorting 400 notes", "no Chromium: not measured", f"{PAINTED_BAR} ms", holds=False)
        return
    port = server.free_port()
    with tempfile.TemporaryDirectory() as folder:
        start_django(folder, port)
        from django.core.management import call_command
        from django.utils import timezone

        from benchmarks.crowd import gather

        call_command("createcachetable", verbosity=0)
        gallery = gather(at=timezone.now())
        cookie = logged_in(gallery)
        with server.serving(folder, port) as pid:
            before = server.cpu_seconds(pid)
            found = measured(f"http://127.0.0.1:{port}/host/{gallery.code}/sort/?show=960", cookie)
            report(found, server.cpu_seconds(pid) - before)


if __name__ == "__main__":
    main()
