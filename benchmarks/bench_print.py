"""Bar 11: a poster's PDF against WeasyPrint on the same page written by hand; forty of them; nothing changed.

`python -m benchmarks.bench_print` hangs forty measures with charts and details in a temporary folder. The
floor is one layout of each final page, with its type sizes given, and one PDF: what somebody would wait for
who had written that page. Forty are printed by two processes and by one after another, nothing being kept.
"""

import os
import shutil
import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from benchmarks.__main__ import line
from benchmarks.bench_import import start

RUNS = 3
POSTERS = 40


def furnish() -> None:
    """A draft's posters: a goal to every ninth, else a measure with three years of values."""
    from gallery import events
    from gallery.models import Gallery
    from measures.models import Goal, Measure, Team

    team = Team.objects.create(name="Bench")
    gallery = Gallery.objects.create(team=team, title="Forty posters")
    wall = gallery.walls.create(name="A wall")
    for number in range(POSTERS):
        result = f"People cross the river as easily as a street, {number}."
        goal = Goal.objects.create(team=team, original=f"Improve crossing {number}", result=result)
        if number % 9 == 0:
            events.hang(wall=wall, kind="goal", goal=goal)
            continue
        measure = Measure.objects.create(
            team=team,
            goal=goal,
            name=f"Crossings that left within five minutes of the timetable, line {number}",
            unit="%",
            frequency="month",
            better="higher",
            intent="Whether one can rely on the timetable.",
            calculation="Crossings that left within five minutes, divided by all that were planned.",
            data_source="The quay’s clock, which the skipper presses.",
        )
        for month in range(36):
            period = f"{2022 + month // 12}-{month % 12 + 1:02d}-01"
            measure.values.create(period=period, value=80 + (month * 7 + number) % 13)
        events.hang(wall=wall, kind="measure", measure=measure)


def hanging() -> list[Any]:
    from gallery.models import Poster

    return list(Poster.objects.with_face().in_order())


def apart() -> tuple[float, float, float]:
    """Processor seconds a poster, in this process: ours, and the same page with its sizes given. And how
    often ours was laid out.
    """
    from gallery import printing
    from gallery.fitting import fit
    from gallery.paper import paper
    from gallery.press import Layout, Press

    page = paper("A3", "portrait")
    press = Press(page=page.css)
    sheets = [ordered.order.sheet for ordered in printing.orders(hanging(), page)]
    used: list[tuple[Layout, Mapping[str, str]]] = []
    lay_out = press.lay_out

    def recorded(words: Any, variables: Mapping[str, str], style: str = "") -> Layout:
        used.append((lay_out(words, variables, style), variables))
        return used[-1][0]

    press.lay_out = recorded  # type: ignore[assignment, method-assign]
    final = []
    layouts = 0
    for sheet in sheets:
        used.clear()
        best = fit(press, sheet, page)
        layouts += len(used)
        final.append((sheet.words, next(sizes for layout, sizes in used if layout is best)))
    press.lay_out = lay_out  # type: ignore[method-assign]

    def ours() -> None:
        for sheet in sheets:
            press.bind([fit(press, sheet, page)], title=sheet.heading)

    def by_hand() -> None:
        for words, sizes in final:
            press.bind([press.lay_out(press.parse(words), sizes)], title="By hand")

    runs = [(processor_seconds(ours), processor_seconds(by_hand)) for _ in range(RUNS)]  # by turns
    took, floor = (statistics.median(each) / POSTERS for each in zip(*runs, strict=True))
    return took, floor, layouts / POSTERS


def processor_seconds(act: Callable[[], object]) -> float:
    """Those of this process: what others do on the machine is no part of them."""
    begun = time.process_time()
    act()
    return time.process_time() - begun


def printed(folder: str, *, at_once: int = 2, afresh: bool = False) -> tuple[float, Any]:
    """Seconds for all forty as the site prints them, and what came of it."""
    from gallery import press_crew, printing

    if afresh:
        shutil.rmtree(Path(folder, "prints"), ignore_errors=True)
    press_crew.AT_ONCE = at_once
    begun = time.perf_counter()
    sheets = printing.render(hanging())
    return time.perf_counter() - begun, sheets


def run(folder: str) -> None:
    from measures.models import Measure

    load = os.getloadavg()[0]
    ours, by_hand, layouts = apart()
    line(
        "11",
        f"a poster’s PDF (by hand {by_hand:.3f} s; {layouts:.2f} layouts)",
        f"{ours:.3f} s = {ours / by_hand:.2f} ×",
        "1.25 × by hand",
        ours <= 1.25 * by_hand,
    )
    one = statistics.median(printed(folder, at_once=1, afresh=True)[0] for _ in range(RUNS))
    cold = [printed(folder, afresh=True) for _ in range(RUNS)]
    two = statistics.median(took for took, _ in cold)
    line(
        "11",
        f"40 posters, two processes (one: {one:.1f} s; load {load:.1f})",
        f"{two:.1f} s = {two / one:.2f} ×",
        "0.6 × one after another",
        two <= 0.6 * one,
    )
    again, sheets = printed(folder)
    size = f"{len(sheets.pdf) / 1e6:.1f} MB"
    line(
        "11",
        f"the same 40 again, {sheets.made} made ({size})",
        f"{again:.2f} s",
        "1 s, none made",
        again <= 1 and sheets.made == 0,
    )
    Measure.objects.filter(name__endswith=" 20").update(unit="per cent")
    once, sheets = printed(folder)
    line(
        "11",
        "the same 40 after one measure changed",
        f"{sheets.made} made in {once:.2f} s",
        "1 made",
        sheets.made == 1,
    )


def main() -> None:
    with tempfile.TemporaryDirectory(prefix="measure-gallery-bench-") as folder:
        start(folder)
        furnish()
        run(folder)
        from django.db import connections

        connections.close_all()


if __name__ == "__main__":
    sys.path.insert(0, str(Path(__file__).resolve().parent.parent))
    main()
