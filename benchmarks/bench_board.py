"""Bar 10: the dashboard of 400 notes on 30 posters, against the bare view of the same server and run.

`python -m benchmarks.bench_board` gathers the crowd of crowd.py, logs its host in, and asks for the dashboard
as it was kept for another host; as it is drawn anew after one more note, which is the bar; and by a process
that has kept nothing. The notes are stuck by this process, so that the server spends nothing on them. In
Chromium, on a slow 4G line and a processor four times slower, it looks when something is painted.
"""

import itertools
import statistics
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from uuid import uuid4

from benchmarks import server
from benchmarks.__main__ import line, start_django
from tests.browser.chromium import CHROMIUM

BAR = 8
RUNS = 3
MOST_QUERIES = 20
SLOW_4G = {"offline": False, "latency": 150, "downloadThroughput": 1.6e6 / 8, "uploadThroughput": 750e3 / 8}
PAINTED = """() => new Promise(seen => new PerformanceObserver(list => {
    for (const each of list.getEntries()) if (each.name === "first-contentful-paint") seen(each.startTime);
}).observe({type: "paint", buffered: true}))"""


def logged_in(gallery: Any) -> str:
    """A host's session, as a browser would send it."""
    from django.conf import settings
    from django.test import Client

    from benchmarks.crowd import welcome

    client = Client()
    client.force_login(welcome(gallery)[0])
    return f"{settings.SESSION_COOKIE_NAME}={client.cookies[settings.SESSION_COOKIE_NAME].value}"


def newcomers(gallery: Any) -> Iterator[None]:
    """At each step one more note of one more visitor, poster after poster and kind after kind."""
    from feedback import notes

    posters, kinds = list(gallery.posters.all()), list(gallery.note_kinds.all())
    for number in itertools.count(1):
        notes.stick(
            poster=posters[number * 7 % len(posters)],
            key=uuid4(),
            kind=kinds[number % len(kinds)],
            text=f"The {number}th who came to the bench, and had something to say about this poster.",
            author=f"{number:064x}",
        )
        yield


def queries(gallery: Any, cookie: str) -> list[int]:
    """Kept for another host, drawn anew after one more note, and with nothing kept at all."""
    from django.db import connection
    from django.test import Client
    from django.test.utils import CaptureQueriesContext

    from benchmarks.urls import forget

    def asked() -> int:
        with CaptureQueriesContext(connection) as seen:
            Client(SERVER_NAME="127.0.0.1").get(f"/host/{gallery.code}/", headers={"Cookie": cookie})
        return len(seen)

    forget()
    nothing_kept, kept = asked(), asked()
    next(newcomers(gallery))
    return [kept, asked(), nothing_kept]


def after_a_note(pid: int, port: int, path: str, cookie: str, coming: Iterator[None]) -> float:
    """Server CPU in milliseconds a request, where before each one more note has come."""
    times = 100
    server.fetch(port, path, 20, cookie)
    before = server.cpu_seconds(pid)
    server.fetch(port, path, times, cookie, first=lambda: next(coming))
    return (server.cpu_seconds(pid) - before) / times * 1000


def bar_10(pid: int, port: int, gallery: Any, cookie: str) -> None:
    """A server that is asked once in a while spends more on any page than one that is asked at once again.

    So what the bare view costs is told both ways; the bar is held against the lower.
    """
    page, bare, coming = f"/host/{gallery.code}/", f"/floor/{gallery.code}/", newcomers(gallery)
    floor, _ = server.median_cost(pid, port, bare)
    kept, _ = server.median_cost(pid, port, page, RUNS, times=400, cookie=cookie)
    anew = statistics.median(after_a_note(pid, port, page, cookie, coming) for _ in range(RUNS))
    alike = statistics.median(after_a_note(pid, port, bare, "", coming) for _ in range(RUNS))
    nothing, _ = server.median_cost(pid, port, f"/forgotten/{gallery.code}/", RUNS, times=80, cookie=cookie)
    print(f"     10  the bare view: {floor:.2f} ms; asked once after each note {alike:.2f} ms")
    for what, took, told in [
        ("kept for another host", kept, f"{BAR} × a bare view"),
        ("drawn anew after one more note", anew, f"{BAR} × a bare view: the bar"),
        ("nothing kept, as of a new server", nothing, f"{BAR} × a bare view (stretch)"),
    ]:
        found = f"{took:.2f} ms = {took / floor:.1f} ×"
        line("10", f"dashboard, 400 notes, {what}", found, told, took <= BAR * floor)


def painted(url: str, cookie: str) -> tuple[float, float, int, int]:
    """Seconds to the first paint, and until all is loaded; bytes and requests. With an empty cache."""
    from playwright.sync_api import sync_playwright

    name, _, value = cookie.partition("=")
    sizes: list[float] = []
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox", "--disable-gpu"])
        context = browser.new_context(viewport={"width": 1440, "height": 900})
        context.add_cookies([{"name": name, "value": value, "url": url}])
        page = context.new_page()
        wire = context.new_cdp_session(page)
        wire.send("Network.enable")
        wire.send("Network.emulateNetworkConditions", SLOW_4G)
        wire.send("Emulation.setCPUThrottlingRate", {"rate": 4})
        wire.on("Network.loadingFinished", lambda event: sizes.append(event["encodedDataLength"]))
        page.goto(url, wait_until="load")
        first = page.evaluate(PAINTED)
        loaded = page.evaluate("performance.timing.loadEventStart - performance.timing.navigationStart")
        browser.close()
    return first / 1000, loaded / 1000, int(sum(sizes)), len(sizes)


def paint(port: int, code: str, cookie: str) -> None:
    if not Path(CHROMIUM).exists():
        line("10", "dashboard, first paint", "no Chromium: not measured", "1 s", holds=False)
        return
    runs = [painted(f"http://127.0.0.1:{port}/host/{code}/", cookie) for _ in range(RUNS)]
    first, loaded, size, requests = (statistics.median(column) for column in zip(*runs, strict=True))
    found = f"{first:.2f} s, all {loaded:.2f} s"
    line("10", "dashboard, first paint, slow 4G, CPU ÷ 4, cold", found, "0.95 s (stretch)", first <= 0.95)
    found = f"{size / 1000:.1f} kB, {requests:.0f} requests"
    line("10", "dashboard, cold", found, "40 kB, 6 requests (stretch)", size <= 40_000 and requests <= 6)


def main() -> None:
    port = server.free_port()
    with tempfile.TemporaryDirectory() as folder:
        start_django(folder, port)
        from django.core.management import call_command
        from django.utils import timezone

        from benchmarks.crowd import gather

        call_command("createcachetable", verbosity=0)
        few, all_of_them = (gather(at=timezone.now(), count=count, name=f"{count}") for count in (40, 400))
        found = [queries(each, logged_in(each)) for each in (few, all_of_them)]
        line(
            "10",
            "queries: kept, after one more note, nothing kept (40; 400)",
            "; ".join(" ".join(map(str, counts)) for counts in found),
            f"the same, ≤ {MOST_QUERIES}",
            found[0] == found[1] and max(found[0]) <= MOST_QUERIES,
        )
        cookie = logged_in(all_of_them)
        with server.serving(folder, port) as pid:
            bar_10(pid, port, all_of_them, cookie)
            paint(port, all_of_them.code, cookie)


if __name__ == "__main__":
    main()
