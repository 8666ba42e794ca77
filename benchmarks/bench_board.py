"""Bar 10: the dashboard of 400 notes on 30 posters, against the bare view of the same server and run.

`python -m benchmarks.bench_board` gathers the crowd of crowd.py, logs its host in, and asks for the dashboard
as it was kept for another host, and drawn anew after a note has come. In Chromium, on a slow 4G line and a
processor four times slower, it looks when something is painted.
"""

import statistics
import tempfile
from pathlib import Path
from typing import Any

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


def queries(code: str, cookie: str) -> int:
    """Of a drawing for which nothing is kept."""
    from django.core.cache import cache
    from django.db import connection
    from django.test import Client
    from django.test.utils import CaptureQueriesContext

    cache.clear()
    with CaptureQueriesContext(connection) as seen:
        Client(SERVER_NAME="127.0.0.1").get(f"/host/{code}/", headers={"Cookie": cookie})
    return len(seen)


def bar_10(pid: int, port: int, code: str, cookie: str) -> None:
    floor, _ = server.median_cost(pid, port, f"/floor/{code}/")
    for what, path, times in [("kept", f"/host/{code}/", 400), ("drawn anew", f"/drawn/{code}/", 80)]:
        took, _ = server.median_cost(pid, port, path, RUNS, times=times, cookie=cookie)
        found = f"{took:.2f} ms = {took / floor:.1f} ×"
        line(
            "10",
            f"dashboard, 400 notes, {what} (bare view {floor:.2f} ms)",
            found,
            f"{BAR} × a bare view",
            took <= BAR * floor,
        )


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
        found = [queries(each.code, logged_in(each)) for each in (few, all_of_them)]
        holds = found[0] == found[1] <= MOST_QUERIES
        line(
            "10",
            "queries of the dashboard at 40 and at 400 notes",
            " and ".join(map(str, found)),
            f"the same, ≤ {MOST_QUERIES}",
            holds,
        )
        cookie = logged_in(all_of_them)
        with server.serving(folder, port) as pid:
            bar_10(pid, port, all_of_them.code, cookie)
            paint(port, all_of_them.code, cookie)


if __name__ == "__main__":
    main()
