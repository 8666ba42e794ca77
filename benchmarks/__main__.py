"""`make bench`: the bars of the poster page, the print, the import and the themes, each with its ratio.

1  Poster page with 50 notes, cold, all over the wire in Chromium: bytes and requests
4  Server CPU of that page against a bare view of the same server and run
9  Queries of lobby, poster page, stick and feed, at 1 and at 5,000 notes
10 The dashboard of 400 notes: queries at 40 and at 400, its server CPU against the bare view, first paint
11 A poster's PDF against WeasyPrint on the same page written by hand; 40 in two processes; nothing changed
12 Import of 363 measures, and of 100,000 long-form values
   Sorting 400 notes: from a key pressed to what it did painted, in Chromium, and the server's share
   Suggestions of themes: pairs that are right, by meaning and by wording; what 400 notes take
"""

import os
import subprocess
import sys
import tempfile
from pathlib import Path

from benchmarks import server
from tests.browser.chromium import CHROMIUM


def line(bar: str, what: str, found: str, allowed: str, holds: bool) -> None:
    print(f"{'ok  ' if holds else 'MISS'} {bar:>3}  {what:<58} {found:>24}   bar: {allowed}")


def start_django(folder: str, port: int) -> None:
    os.environ.update(server.environment(folder, port))
    import django
    from django.core.management import call_command

    django.setup()
    Path(folder, "static").mkdir()
    call_command("migrate", verbosity=0)
    call_command("collectstatic", interactive=False, verbosity=0)


def over_the_wire(url: str) -> tuple[int, int]:
    """Bytes (headers and bodies as sent) and requests of a page loaded with an empty cache."""
    from playwright.sync_api import sync_playwright

    sizes: list[float] = []
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=CHROMIUM,
            args=["--no-sandbox", "--disable-gpu", "--disable-background-networking"],
        )
        page = browser.new_page(viewport={"width": 390, "height": 844})
        wire = page.context.new_cdp_session(page)
        wire.send("Network.enable")
        wire.on("Network.loadingFinished", lambda event: sizes.append(event["encodedDataLength"]))
        page.goto(url, wait_until="networkidle")
        browser.close()
    return int(sum(sizes)), len(sizes)


def bar_1(url: str) -> None:
    if not Path(CHROMIUM).exists():
        line("1", "poster page, cold", "no Chromium: not measured", "40 kB, 6 requests", holds=False)
        return
    size, requests = over_the_wire(url)
    found = f"{size / 1000:.1f} kB, {requests} requests"
    line("1", "poster page, 50 notes, cold", found, "40 kB, 6 requests", size <= 40_000 and requests <= 6)


def bar_4(pid: int, port: int, poster: str, code: str) -> None:
    hello, hello_rate = server.median_cost(pid, port, "/hello/")
    floor, _ = server.median_cost(pid, port, f"/floor/{code}/")
    page, rate = server.median_cost(pid, port, poster)
    found = f"{page:.2f} ms = {page / floor:.2f} ×"
    line(
        "4",
        f"server CPU a poster page (bare view {floor:.2f} ms)",
        found,
        "4 × a bare view",
        page <= 4 * floor,
    )
    rates = f"{rate:.0f}/s of {hello_rate:.0f}/s"
    line(
        "4",
        f"pages a second against hello ({hello:.2f} ms)",
        rates,
        "70 % (stretch)",
        rate >= 0.7 * hello_rate,
    )


def queries(client: object, method: str, path: str, data: dict[str, str] | None = None) -> int:
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    with CaptureQueriesContext(connection) as seen:
        getattr(client, method)(path, data or {}, headers={"HX-Request": "true"})
    return len(seen)


def bar_9(code: str, number: int, notes: int) -> None:
    from django.test import Client

    from feedback import frames
    from gallery.models import Gallery

    client = Client(SERVER_NAME="127.0.0.1")
    room = f"/g/{code}/"
    seq = Gallery.objects.get(code=code).seq + 1  # after the note that the line above the feed's sticks
    note = {"kind": "Idea", "text": "Counted"}
    asked = [
        ("lobby", "get", room, None, 4),
        ("poster page", "get", f"{room}{number}/", None, 7),
        ("stick", "post", f"{room}{number}/notes/", note, 8),
        ("feed, nothing new", "get", f"{room}{number}/feed/?after={seq}", None, 1),
    ]
    for what, method, path, data, most in asked:
        frames.forget()
        found = queries(client, method, path, data)
        line("9", f"queries of {what} at {notes:,} notes, nothing kept", str(found), str(most), found <= most)


def main() -> None:
    port = server.free_port()
    with tempfile.TemporaryDirectory() as folder:
        start_django(folder, port)
        from benchmarks.room import furnish, stick_many

        poster = furnish(50)
        code, path = poster.gallery.code, f"/g/{poster.gallery.code}/{poster.number}/"
        with server.serving(folder, port) as pid:
            bar_1(f"http://127.0.0.1:{port}{path}")
            bar_4(pid, port, path, code)
        few = furnish(1, name="Few")
        bar_9(few.gallery.code, few.number, 1)
        stick_many(few, 4_999)
        bar_9(few.gallery.code, few.number, 5_000)
    subprocess.run([sys.executable, "-m", "benchmarks.bench_board"], check=True)
    subprocess.run([sys.executable, "-m", "benchmarks.bench_sort"], check=True)
    subprocess.run([sys.executable, "-m", "benchmarks.bench_print"], check=True)
    subprocess.run([sys.executable, "-m", "benchmarks.bench_import"], check=True)
    subprocess.run([sys.executable, "-m", "benchmarks.bench_themes"], check=True)


if __name__ == "__main__":
    main()
