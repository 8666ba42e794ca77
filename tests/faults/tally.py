"""What was acknowledged against what is in the database: the one check that all these tests rest on."""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from tests.faults.databases import Row


@dataclass(frozen=True)
class Tally:
    rows: int
    lost: int  # acknowledged, and not there
    doubled: int  # rows too many of the same words
    altered: int  # there under its key with other words
    unasked: int  # rows that nobody wrote

    @property
    def is_clean(self) -> bool:
        return not (self.lost or self.doubled or self.altered or self.unasked)

    def __str__(self) -> str:
        found = f"{self.rows} rows, {self.lost} lost, {self.doubled} doubled"
        if self.altered or self.unasked:
            found += f", {self.altered} altered, {self.unasked} unasked"
        return found


def tally(rows: Iterable[Row], acknowledged: Mapping[str, str], sent: Iterable[str]) -> Tally:
    """`acknowledged` gives the words of each key that was called saved. No two notes have the same words."""
    rows = list(rows)
    times = Counter(row.text for row in rows)
    by_key = {row.key: row.text for row in rows}
    return Tally(
        rows=len(rows),
        lost=sum(1 for text in acknowledged.values() if not times[text]),
        doubled=sum(count - 1 for count in times.values()),
        altered=sum(1 for key, text in acknowledged.items() if by_key.get(key, text) != text),
        unasked=len(set(times) - set(sent)),
    )
