"""Bar 12: the import of 363 measures in a second, of 100,000 long-form values in ten.

`python -m benchmarks.bench_import` makes both files from a fixed seed, plans and applies each
three times on a fresh SQLite file in a temporary folder, and prints the medians. Beside them
stands a floor of the same run: the bare inserts of the same rows, in one transaction.
"""

import csv
import io
import os
import random
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from datetime import date
from pathlib import Path

RUNS = 3
WIDE_ROWS, LONG_ROWS = 363, 100_000
WIDE_BAR, LONG_BAR = 1.0, 10.0  # seconds


def wide_file() -> bytes:
    """363 measures of 40 departments with two years of values and two of targets, messy as real ones."""
    chance = random.Random(12)  # noqa: S311 - made-up numbers
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow(
        [
            "Department",
            "Program",
            "Goal",
            "Measure",
            "FY16 Actual",
            "FY17 Actual",
            "FY18 Target",
            "FY19 Target",
        ]
    )
    for number in range(WIDE_ROWS):
        row = [f"Department {number % 40}", f"Program {number % 95}", f"To serve people well {number % 150}"]
        cells = [
            chance.choice(["", f"{chance.random() * 100:.1f}%", f"{chance.randrange(100_000):,}"])
            for _ in range(4)
        ]
        writer.writerow([*row, f"% of requests completed on time, {number}", *cells])
    return out.getvalue().encode()


def long_file() -> bytes:
    """100,000 monthly values of 500 measures: measure, period, value."""
    chance = random.Random(13)  # noqa: S311 - made-up numbers
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow(["Goal", "Measure", "Period", "Value"])
    for number in range(LONG_ROWS):
        measure, month = divmod(number, 200)
        day = date(2005 + month // 12, month % 12 + 1, 1)
        value = f"{chance.random() * 10_000:,.2f}"
        writer.writerow(
            [f"To serve people well {measure % 40}", f"Requests, {measure}", f"{day:%Y-%m}", value]
        )
    return out.getvalue().encode()


def start(folder: str) -> None:
    """Set Django up on a data folder of its own."""
    os.environ["MEASURE_GALLERY_DATA"] = folder
    os.environ["MEASURE_GALLERY_SECRET_KEY"] = "benchmarks-only-" * 3
    os.environ["DATABASE_URL"] = f"sqlite:///{folder}/bench.sqlite3"
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "gallery.settings")
    import django
    from django.core.management import call_command

    django.setup()
    call_command("migrate", verbosity=0)


def seconds(act: Callable[[], object]) -> float:
    started = time.perf_counter()
    act()
    return time.perf_counter() - started


def import_once(raw: bytes, name: str) -> tuple[float, float, float]:
    """Seconds to plan, to apply, and to do both once more, when nothing changes."""
    from measures import importing
    from measures.models import Team

    Team.objects.filter(name="Bench").delete()
    team = Team.objects.create(name="Bench")
    plans: list[importing.Plan] = []
    planned = seconds(lambda: plans.append(importing.plan(io.BytesIO(raw), name, team=team)))
    assert not plans[0].problems, plans[0].problems[:3]
    applied = seconds(lambda: importing.apply(plans[0]))
    outcomes: list[importing.Outcome] = []
    again = seconds(
        lambda: outcomes.append(importing.apply(importing.plan(io.BytesIO(raw), name, team=team)))
    )
    assert outcomes[0].counts.changes == 0
    return planned, applied, again


def floor() -> float:
    """Seconds for as many bare rows, ready to go, into the same table in one transaction."""
    from django.db import connection, transaction

    from measures.models import Measure, Team

    Team.objects.filter(name="Floor").delete()
    measure = Measure.objects.create(team=Team.objects.create(name="Floor"), name="Bare")
    first = date(1950, 1, 1).toordinal()
    rows = [(measure.pk, str(date.fromordinal(first + at)), f"{at}.5", "", "") for at in range(LONG_ROWS)]
    insert = (
        "INSERT INTO measures_value (measure_id, period, value, written, remark) VALUES (%s, %s, %s, %s, %s)"
    )

    def write() -> None:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.executemany(insert, rows)

    return seconds(write)


def run() -> list[tuple[str, str, str]]:
    """Rows of (what, measured, bar), medians of three."""
    found = []
    with tempfile.TemporaryDirectory(prefix="measure-gallery-bench-") as folder:
        start(folder)
        bare = statistics.median(floor() for _ in range(RUNS))
        for what, raw, bar in [
            ("363 measures, wide", wide_file(), WIDE_BAR),
            ("100,000 values, long", long_file(), LONG_BAR),
        ]:
            times = [import_once(raw, "bench.csv") for _ in range(RUNS)]
            plan, apply, again = (statistics.median(column) for column in zip(*times, strict=True))
            whole = statistics.median(plan + apply for plan, apply, _ in times)
            found.append(
                (
                    f"Import of {what}",
                    f"{whole:.2f} s (plan {plan:.2f}, apply {apply:.2f}; again {again:.2f})",
                    f"≤ {bar:.0f} s: {'met' if whole <= bar else 'MISSED'}",
                )
            )
        found.append(("Floor: bare insert of 100,000 values", f"{bare:.2f} s", f"× {whole / bare:.1f}"))
        from django.db import connections

        connections.close_all()
    return found


def main() -> int:
    rows = run()
    for what, measured, bar in rows:
        print(f"{what:<40} {measured:<60} {bar}")
    return int(any("MISSED" in bar for *_, bar in rows))


if __name__ == "__main__":
    sys.path.insert(0, str(Path(__file__).resolve().parent.parent))
    sys.exit(main())
