"""A measure as a file tells it, with its numbers and with what is to be said of it."""

from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import NamedTuple

from measures.columns import LABELS
from measures.numbers import plain

BETWEEN = " › "  # a department and its program


class Point(NamedTuple):
    """One number of a series, the label of its period, and the row that it stands in."""

    value: Decimal
    written: str
    line: int


class Remark(NamedTuple):
    """What is to be said of a row. A problem leaves something out; a notice only tells."""

    line: int
    words: str
    problem: bool = True


def grouped(value: Decimal) -> str:
    """The value in digits for people to read, thousands apart: 14,973.5."""
    whole, *rest = plain(value).split(".")
    sign = "-" if whole.startswith("-") else ""
    return ".".join([f"{sign}{int(whole.lstrip('-')):,}", *rest])


Key = tuple[str, str, str]  # group, goal as first written, name


@dataclass
class Entry:
    """One measure as the file tells it; a goal alone where the name is blank.

    `stands` is False where nothing is made of it. `loose` is whether the file may leave the group
    and goal out (a long sheet), so that the name has to find the measure. `points` are the values
    and `targets` the targets, by the first day of their period.
    """

    line: int
    key: Key = ("", "", "")
    loose: bool = False
    stands: bool = True
    repeats: int = 0
    fields: dict[str, str] = field(default_factory=dict)
    unit: str = ""
    frequency: str = ""
    points: dict[date, Point] = field(default_factory=dict)
    targets: dict[date, Point] = field(default_factory=dict)
    remarks: list[Remark] = field(default_factory=list)

    @property
    def group(self) -> str:
        return self.key[0]

    @property
    def goal(self) -> str:
        return self.key[1]

    @property
    def name(self) -> str:
        return self.key[2]

    def problem(self, words: str, line: int = 0) -> None:
        self.remarks.append(Remark(line or self.line, words))

    def notice(self, words: str, line: int = 0) -> None:
        self.remarks.append(Remark(line or self.line, words, problem=False))

    def leave_out(self, words: str) -> None:
        self.stands = False
        self.problem(words)

    def absorb(self, other: "Entry") -> None:
        """Take what a second row of the same measure adds; what it says otherwise is told, not taken."""
        clashes = [
            LABELS.get(name, name)
            for name, text in other.fields.items()
            if self.fields.get(name, text) != text
        ]
        added = 0
        for mine, theirs in ((self.points, other.points), (self.targets, other.targets)):
            for starts, point in theirs.items():
                known = mine.setdefault(starts, point)
                added += known is point
                if known.value != point.value:
                    label = point.written or starts.isoformat()
                    clashes.append(f"{label} is {grouped(known.value)} there and {grouped(point.value)} here")
        self.fields = other.fields | self.fields
        self.unit, self.frequency = self.unit or other.unit, self.frequency or other.frequency
        other.stands, other.repeats = False, self.line
        if clashes:
            other.problem(
                f"The same measure as in row {self.line}, told otherwise: {'; '.join(clashes)}. "
                f"Row {self.line} is kept."
            )
        else:
            more = f" Its {added} further numbers are added to it." if added else ""
            other.notice(f"The same measure as in row {self.line}, repeated.{more}")
