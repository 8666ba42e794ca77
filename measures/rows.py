"""The rows of a sheet, wide or long, read into entries.

Nothing here asks the database; measures.importing compares the entries with what is stored.
"""

from collections import Counter
from dataclasses import dataclass, field, replace
from difflib import get_close_matches

from openpyxl.utils import get_column_letter

from measures import choices, numbers, periods
from measures.columns import Column, Columns, header_row, recognise
from measures.entries import BETWEEN, Entry, Key, Point, Remark, grouped
from measures.models import Goal, Measure
from measures.numbers import DecimalSign, NotANumber, Number, says_no_value, tidy
from measures.periods import Calendar, Period, decide_calendar
from measures.spreadsheet import Cell, Day, Refusal, Sheet, as_text, shown, unreadable


@dataclass
class Reading:
    """A file's entries, and how it was read: all that a person needs to see whether it was right."""

    sheet: Sheet
    header_line: int
    columns: Columns
    sign: DecimalSign
    calendar: Calendar
    rows_read: int
    rows_in_file: int
    entries: list[Entry]
    remarks: list[Remark]
    departments: dict[str, int] = field(default_factory=dict)  # of the whole file, each with its rows

    @property
    def encoded(self) -> str:
        """The file's encoding, the sign between its cells, and its sheet, in words."""
        sheet = self.sheet
        parts = [
            sheet.encoding,
            sheet.delimiter and f"{sheet.delimiter} between cells",
            sheet.name and f"sheet “{shown(sheet.name)}”",
        ]
        return ", ".join(filter(None, parts))


def read_entries(sheet: Sheet, *, department: str = "") -> Reading:
    """Read a sheet row by row. Raises Refusal where it has no header, goal, measure or rows for us."""
    at = header_row(sheet.rows)
    header_line, headers = sheet.rows[at]
    columns = recognise(headers)
    _refuse_without(columns, headers)
    rows = sheet.rows[at + 1 :]
    if not rows:
        raise Refusal(
            f"The sheet has headers ({_listed(headers)}) and no rows beneath them. "
            "Add the measures, one a row, and import it again."
        )
    reader = _Reader(sheet, columns, rows)
    chosen = reader.of_department(rows, department)
    entries = reader.long(chosen) if columns.is_long else reader.wide(chosen)
    found = Reading(
        sheet=sheet,
        header_line=header_line,
        columns=columns,
        sign=reader.sign,
        calendar=reader.calendar,
        rows_read=len(chosen),
        rows_in_file=len(rows),
        entries=entries,
        remarks=[],
        departments=reader.departments(rows),
    )
    _say_skipped(found, sheet.rows[:at])
    _say_nameless(found, rows)
    return found


def _refuse_without(columns: Columns, headers: list[Cell]) -> None:
    missing = [kind for kind in ("goal", "name") if not columns.one(kind)]
    if columns.is_long:
        missing = [kind for kind in missing if kind != "goal"]
    if not missing:
        return
    words = {"goal": "goal", "name": "measure"}
    named = " and no ".join(f"{words[kind]} column" for kind in missing)
    advice = " and ".join(f"“{words[kind].title()}”" for kind in missing)
    raise Refusal(
        f"There is no {named} in this sheet. Give it {advice} as a header, and import it again. "
        f"Headers that were found: {_listed(headers)}."
    )


def _listed(headers: list[Cell]) -> str:
    names = [f"“{shown(as_text(cell), 40)}”" for cell in headers if as_text(cell)]
    more = f" and {len(names) - 30} more" if len(names) > 30 else ""
    return (", ".join(names[:30]) + more) or "none"


NEAREST = 5


def _nearest(wanted: str, names: list[str]) -> str:
    """The departments most like what was typed, in words, and how many others there are."""
    by_fold = {name.casefold(): name for name in names}
    inside = sorted((fold for fold in by_fold if wanted in fold), key=len)
    close = get_close_matches(wanted, by_fold, n=NEAREST)
    near = [by_fold[fold] for fold in dict.fromkeys([*inside, *close])][:NEAREST]
    rest = [name for name in by_fold.values() if name not in near]
    few = not near or len(near) + len(rest) <= NEAREST
    named = [*near, *rest][:NEAREST] if few else near
    others = len(near) + len(rest) - len(named)
    more = f", and {others} other{'' if others == 1 else 's'}" if others else ""
    lead = "The nearest in the file" if near and others else "Departments that were found"
    return f"{lead}: {_listed([*named])}{more}."


def _say_skipped(found: Reading, rows: list[tuple[int, list[Cell]]]) -> None:
    for line, cells in rows:
        text = shown(" ".join(filter(None, map(as_text, cells))))
        found.remarks.append(
            Remark(line, f"“{text}” stands above the headers and is not read.", problem=False)
        )


def _say_nameless(found: Reading, rows: list[tuple[int, list[Cell]]]) -> None:
    """Name the columns that hold something and have no header; forget the blank ones."""
    filled = {at for _, cells in rows for at, cell in enumerate(cells) if cell != ""}
    named = {column.at for column in found.columns.all if column.header}
    for at in sorted(filled - named):
        words = f"Column {get_column_letter(at + 1)} has no header and is not read."
        found.remarks.append(Remark(found.header_line, words, problem=False))
    found.columns = replace(found.columns, all=[column for column in found.columns.all if column.header])


NumberCell = tuple[int, Column, Period, list[Cell]]  # its row number, column, period, and row


class _Reader:
    """What is decided once for a sheet, and the reading of its rows."""

    def __init__(self, sheet: Sheet, columns: Columns, rows: list[tuple[int, list[Cell]]]) -> None:
        self.sheet, self.columns = sheet, columns
        self.ones = {column.kind: column for column in columns.all if not column.period}
        told = sorted((self.ones[kind] for kind in TEXTS if kind in self.ones), key=lambda column: column.at)
        self.texts = [(column.kind, column) for column in told]
        self.series = [*columns.series("value"), *columns.series("target")]
        self.calendar = columns.calendar
        if columns.is_long:
            self.series = [self.ones[kind] for kind in ("value", "target") if kind in self.ones]
            at = self.ones["period"].at
            self.calendar = decide_calendar(as_text(cells[at]) for _, cells in rows if at < len(cells))
        places = [column.at for column in self.series]
        self.sign = numbers.decide_sign(
            (line, cell)
            for line, cells in rows
            for at in places
            if at < len(cells) and isinstance(cell := cells[at], str) and cell
        )
        self.frequency = periods.frequency([c.period for c in self.series if c.period and c.kind == "value"])

    @property
    def _department(self) -> Column | None:
        column = self.ones.get("department") or self.ones.get("group")
        return None if column is None or column.kind == "ignored" else column

    def departments(self, rows: list[tuple[int, list[Cell]]]) -> dict[str, int]:
        """Each as it is first written, in the file's order, and how many rows it has."""
        column = self._department
        if column is None:
            return {}
        names = [_flat(as_text(_at(cells, column))).partition(BETWEEN)[0] for _, cells in rows]
        written: dict[str, str] = {}
        for name in filter(None, names):
            written.setdefault(name.casefold(), name)
        counts = Counter(name.casefold() for name in names)
        return {name: counts[fold] for fold, name in written.items()}

    def of_department(
        self, rows: list[tuple[int, list[Cell]]], department: str
    ) -> list[tuple[int, list[Cell]]]:
        wanted = _flat(department).casefold()
        if not wanted:
            return rows
        column = self._department
        if column is None:
            raise Refusal(
                "There is no department column in this sheet, so that no department can be chosen. "
                f"Headers that were found: {_listed([column.header for column in self.columns.all])}."
            )
        names = [(row, _flat(as_text(_at(row[1], column)))) for row in rows]
        chosen = [row for row, name in names if (name.casefold() + BETWEEN).startswith(wanted + BETWEEN)]
        if not chosen:
            raise Refusal(
                f"No row is of the department “{shown(department)}”. "
                + _nearest(wanted, [name for _, name in names if name])
            )
        return chosen

    def wide(self, rows: list[tuple[int, list[Cell]]]) -> list[Entry]:
        """One entry a row; the second row of a measure is folded into its first."""
        entries, known = [], dict[Key, Entry]()
        for line, cells in rows:
            entry = self._entry(line, cells)
            entries.append(entry)
            self._numbers(
                entry, [(line, column, column.period, cells) for column in self.series if column.period]
            )
            entry.frequency = self.frequency
            _settle_wide(entry)
            if entry.stands and entry.name and (first := known.setdefault(entry.key, entry)) is not entry:
                first.absorb(entry)
        return entries

    def long(self, rows: list[tuple[int, list[Cell]]]) -> list[Entry]:
        """One entry a measure, wherever its rows stand."""
        entries: dict[tuple[str, ...], tuple[Entry, list[NumberCell]]] = {}
        who = [self.ones[kind].at for kind in _WHO if kind in self.ones]
        for line, cells in rows:
            mark = tuple(as_text(cells[at]) if at < len(cells) else "" for at in who)
            if mark not in entries:
                entries[mark] = (self._long_entry(line, cells), [])
            entry, found = entries[mark]
            if entry.line != line and entry.stands:
                self._more_fields(entry, cells)
            elif entry.line != line:
                entry.problem(entry.remarks[0].words, line)
            if entry.stands:
                found += self._long_numbers(entry, line, cells)
        for entry, found in entries.values():
            self._numbers(entry, found)
            entry.frequency = periods.frequency([period for _, _, period, _ in found])
        return [entry for entry, _ in entries.values()]

    def _long_entry(self, line: int, cells: list[Cell]) -> Entry:
        entry = self._entry(line, cells)
        entry.loose = True
        if entry.stands and not entry.name:
            entry.leave_out("There is no measure in this row.")
        return entry

    def _long_numbers(self, entry: Entry, line: int, cells: list[Cell]) -> list[NumberCell]:
        """The numbers of one row of a long sheet, each with its period; none where there is no period."""
        cell = _at(cells, self.ones["period"])
        period = (
            Period(cell.starts, cell.shown, cell.span)
            if isinstance(cell, Day)
            else self.calendar.read(as_text(cell))
        )
        if period is None:
            said = f"“{shown(as_text(cell))}” is not a period" if as_text(cell) else "the period is blank"
            entry.problem(
                f"{self.ones['period'].header}: {said}; write one like 2024-03, Q1 2025 or FY16.", line
            )
            return []
        kind = self._kind(entry, line, cells)
        return [
            (line, replace(column, kind=kind) if kind else column, period, cells)
            for column in self.series
            if kind != "ignored"
        ]

    def _kind(self, entry: Entry, line: int, cells: list[Cell]) -> str:
        """What a long row's own kind column says: '' where it says nothing."""
        column = self.ones.get("kind")
        text = as_text(_at(cells, column)).casefold() if column else ""
        if not column or not text:
            return ""
        for kind, words in _KINDS.items():
            if text in words:
                return kind
        entry.problem(
            f"{column.header}: “{shown(text)}” is neither a value nor a target; the row is left out.", line
        )
        return "ignored"

    def _entry(self, line: int, cells: list[Cell]) -> Entry:
        """The row's measure without its numbers."""
        entry = Entry(line)
        words = {kind: self._words(entry, column, cells) for kind, column in self.texts}
        parts = [_flat(words.get(kind, "")) for kind in ("department", "program", "group")]
        entry.key = (
            BETWEEN.join(filter(None, parts)),
            _flat(words.get("goal", "")),
            _flat(words.get("name", "")),
        )
        self._check_key(entry)
        for kind, _ in self.texts:
            if kind not in _WHO and words[kind]:
                self._field(entry, kind, words[kind])
        return entry

    def _more_fields(self, entry: Entry, cells: list[Cell]) -> None:
        """What a later row of a long sheet says of its measure: the first word stands."""
        for kind, column in self.texts:
            text = as_text(_at(cells, column)) if kind not in _WHO else ""
            if text and kind not in entry.fields:
                self._field(entry, kind, text)

    def _words(self, entry: Entry, column: Column, cells: list[Cell]) -> str:
        """A cell's text; what can't be kept is told, and leaves the row out where it names it."""
        text = as_text(_at(cells, column)).replace("\r\n", "\n").replace("\r", "\n").strip()
        if not tidy(text):
            return ""
        fault = ""
        if self._is_formula(entry, column, text):
            fault = "is a formula, and its result is not in the file"
        elif unreadable(text):
            fault = "holds a character that can’t be shown; type it again"
        if not fault:
            return text
        said = f"{column.header}: “{shown(text)}” {fault}."
        if column.kind in _WHO:
            entry.leave_out(said)
        else:
            entry.problem(said)
        return ""

    def _is_formula(self, entry: Entry, column: Column, text: str) -> bool:
        stored = self.sheet.formulas.get((entry.line, column.at))
        if stored:
            entry.notice(f"{column.header}: a formula; its stored result “{shown(text)}” is taken.")
        return stored is None and text.startswith("=")

    def _check_key(self, entry: Entry) -> None:
        for kind, text in zip(("group", "goal", "name"), entry.key, strict=True):
            longest = _LONGEST[kind]
            if len(text) > longest:
                label = self.ones[kind].header if kind in self.ones else "Department and program"
                entry.leave_out(
                    f"{label}: {len(text)} letters, and up to {longest} are kept: "
                    f"“{shown(text)}”. Shorten it; nothing is cut off for you."
                )
        if entry.stands and not entry.name and not entry.goal:
            entry.leave_out("There is neither a goal nor a measure in this row.")

    def _field(self, entry: Entry, kind: str, text: str) -> None:
        header = self.ones[kind].header
        if kind in choices.LABELS:
            value = choices.choice(kind, text)
            if not value:
                entry.problem(
                    f"{header}: “{shown(text)}” is not one of {choices.offered(kind)}; it is left as it is."
                )
                return
        else:
            longest = _LONGEST[kind]
            value = text if kind in _LINES else _flat(text)
            if len(value) > longest:
                entry.problem(
                    f"{header}: {len(value)} letters, and up to {longest} are kept. "
                    "Shorten it; it is left out."
                )
                return
        entry.fields[kind] = value

    def _numbers(self, entry: Entry, cells: list[NumberCell]) -> None:
        """Read the entry's number cells into its points and targets, and settle its unit."""
        read: list[tuple[int, Column, Period, Number]] = []
        taken: list[str] = []
        rough: list[str] = []
        for line, column, period, row in cells:
            if (cell := _at(row, column)) == "":
                if (line, column.at) in self.sheet.formulas:
                    entry.problem(_NO_RESULT.replace("?", column.header), line)
                continue
            if self.sheet.formulas.get((line, column.at)):
                taken.append(column.header)
            number = self._number(entry, line, column, cell)
            if number is not None:
                read.append((line, column, period, number))
                if isinstance(cell, Number) and cell.value != number.value:
                    rough.append(period.written or period.starts.isoformat())
        if taken:
            entry.notice(f"{_and(taken)}: formulas; their stored results are taken.")
        if rough:
            entry.notice(f"{_and(rough)}: more than the six decimals that are kept; rounded to those.")
        _settle_units(entry, read)

    def _number(self, entry: Entry, line: int, column: Column, cell: Cell) -> Number | None:
        try:
            if isinstance(cell, Number):
                # Binary arithmetic leaves decimals that nobody wrote: 2/3 is rounded, and told.
                return Number(numbers.within_limits(numbers.rounded(cell.value)), cell.unit)
            if isinstance(cell, Day):
                raise NotANumber("is a date, not a number")
            if not tidy(cell):
                return None
            if says_no_value(cell):
                entry.notice(f"{column.header}: “{shown(cell)}”, so no value.", line)
                return None
            return numbers.read_number(cell, self.sign.sign)
        except NotANumber as fault:
            entry.problem(f"{column.header}: “{shown(as_text(cell))}” {fault}.", line)
            return None


_NO_RESULT = (
    "?: a formula without a stored result. Open the file in your spreadsheet program, save it, "
    "and import it again."
)
_KINDS = {
    "value": {"value", "actual", "actuals", "result", "measured", "observed"},
    "target": {"target", "goal", "plan", "planned", "budget"},
}
_WHO = ("department", "program", "group", "goal", "name")
_LINES = frozenset(
    {"intent", "calculation", "sensory_evidence", "control", "unintended", "reading", "response"}
)
FIELDS = (
    "status", "intent", "calculation", "unit", "data_source", "frequency", "better", "owner",
    "sensory_evidence", "control", "unintended", "reading", "response",
)  # fmt: skip
TEXTS = (*_WHO, *FIELDS)
_LONGEST = {field.name: field.max_length or 0 for field in Measure._meta.fields}
_LONGEST["goal"] = next(field.max_length or 0 for field in Goal._meta.fields if field.name == "original")


def _at(cells: list[Cell], column: Column) -> Cell:
    return cells[column.at] if column.at < len(cells) else ""


def _flat(text: str) -> str:
    """Words in one line, single spaces between them, invisible signs gone."""
    return " ".join(text.replace("\ufeff", "").replace("\u200b", "").split()) if tidy(text) else ""


def _and(names: list[str]) -> str:
    names = list(dict.fromkeys(names))
    return ", ".join(names[:6]) + (f" and {len(names) - 6} more" if len(names) > 6 else "")


def _settle_units(entry: Entry, read: list[tuple[int, Column, Period, Number]]) -> None:
    """Give the entry its unit, and its numbers where they are in that unit."""
    units = Counter(number.unit for *_, number in read if number.unit)
    entry.unit = units.most_common(1)[0][0] if units else ""
    longest = _LONGEST["unit"]
    entry.unit = entry.unit if len(entry.unit) <= longest else ""
    if entry.unit == "%" and sum(units.values()) < len(read):
        entry.notice("Some of its numbers are written with % and some without; all are taken as they stand.")
    for line, column, period, number in read:
        if number.unit and entry.unit and not _same_unit(number.unit, entry.unit):
            entry.problem(
                f"{column.header}: {grouped(number.value)} is in “{number.unit}”, and the measure’s "
                f"other numbers are in “{entry.unit}”; it is left out.",
                line,
            )
            continue
        _place(entry, line, column, period, number)


def _same_unit(one: str, other: str) -> bool:
    return one.casefold().removesuffix("s") == other.casefold().removesuffix("s")


def _place(entry: Entry, line: int, column: Column, period: Period, number: Number) -> None:
    series = entry.targets if column.kind == "target" else entry.points
    point = Point(number.value, period.written, line)
    first = series.setdefault(period.starts, point)
    if first is point:
        return
    label = period.written or period.starts.isoformat()
    if first.value == point.value:
        entry.notice(f"{label} is repeated; it stands in row {first.line} too.", line)
    else:
        entry.problem(
            f"{column.header}: {label} is {grouped(point.value)} here and {grouped(first.value)} "
            f"in row {first.line}; row {first.line} is kept.",
            line,
        )


def _settle_wide(entry: Entry) -> None:
    """Say what a row without a measure, or without a goal, comes to."""
    if not entry.stands or (entry.name and entry.goal):
        return
    if entry.name:
        entry.notice(
            "The goal is blank, so the measure is made without one. "
            "Where the goal above holds for it too, copy it down."
        )
    elif entry.points or entry.targets:
        entry.leave_out("There are numbers in this row and no measure to hang them on.")
    else:
        entry.notice("There is no measure in this row, so only the goal is made.")
