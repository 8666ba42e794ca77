"""What each fault test measured and how its control failed; run by itself, the table of `make faults`."""

import json
import os
import sys
from collections.abc import Iterator
from pathlib import Path

from tests.faults.databases import KIND

HEADINGS = ("Test", "Database", "Measured", "Figure", "Its control")


def measured(test: str, what: str, figure: str) -> None:
    _note(test, what=what, figure=figure)


def control(test: str, failure: str) -> None:
    """How the deliberately broken variant was caught."""
    _note(test, control=failure)


def _note(test: str, **found: str) -> None:
    kept = os.environ.get("FAULTS_FIGURES")
    if kept:
        with Path(kept).open("a") as lines:
            lines.write(json.dumps({"test": test, "database": KIND, **found}) + "\n")


def rows(lines: list[dict[str, str]]) -> Iterator[tuple[str, ...]]:
    """One row for each test and database, in order, with all that was noted of it."""
    found: dict[tuple[str, str], dict[str, list[str]]] = {}
    for line in lines:
        kept = found.setdefault((line["test"], line["database"]), {"what": [], "figure": [], "control": []})
        for name, said in kept.items():
            said += [line[name]] if name in line else []
    for (test, database), kept in sorted(found.items()):
        yield test, database, *("; ".join(sorted(said)) or "–" for said in kept.values())


def table(found: list[tuple[str, ...]]) -> str:
    widths = [max(len(row[place]) for row in [HEADINGS, *found]) for place in range(len(HEADINGS))]
    ruled = [HEADINGS, tuple("-" * width for width in widths), *found]
    return "\n".join(
        "| " + " | ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)) + " |"
        for row in ruled
    )


if __name__ == "__main__":
    noted = [json.loads(line) for line in Path(sys.argv[1]).read_text().splitlines()]
    sys.stdout.write(table(list(rows(noted))) + "\n")
