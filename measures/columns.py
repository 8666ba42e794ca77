"""What each column of a spreadsheet holds, told from its header in plain words."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from measures.numbers import tidy
from measures.periods import Calendar, Period, decide_calendar
from measures.spreadsheet import Cell, Day, as_text, shown

# What a column may hold, and the headers that say so: the likeliest first.
_HEADERS = {
    "goal": (
        "goal|strategic goal|goal name|goal title|goal statement|goal text|program goal|"
        "department goal|performance goal|objective|strategic objective|outcome|strategic outcome|"
        "desired outcome|intended outcome|result|desired result|intended result|strategic result|aim|"
        "strategic priority|priority|goal objective"
    ),
    "name": (
        "measure|performance measure|measure name|name of measure|measure title|measures|metric|"
        "metric name|performance metric|kpi|kpi name|key performance indicator|indicator|"
        "indicator name|performance indicator|key result|name of indicator|name of kpi|key measure|"
        "outcome measure|measure of success|success measure"
    ),
    "intent": (
        "intent|description|measure description|purpose|question|what it tells us|rationale|"
        "why measure it|desc|details"
    ),
    "owner": (
        "owner|measure owner|kpi owner|responsible|responsible person|person responsible|accountable|"
        "accountable person|lead|contact|contact person|responsibility"
    ),
    "unit": "unit|unit of measure|unit of measurement|measurement unit|uom",
    "department": (
        "department|department name|dept|dept name|directorate|agency|division|bureau|organisation|"
        "organization|office|ministry"
    ),
    "program": (
        "program|programme|program name|programme name|service|service area|service line|"
        "business unit|section|branch"
    ),
    "group": "group|measure group|team|area|category|theme",
    "calculation": (
        "calculation|formula|definition|how calculated|how it is calculated|how is it calculated|"
        "calculation method|method of calculation|method|methodology|computation|measure definition"
    ),
    "data_source": "data source|source|source of data|source system|data sources|where from",
    "frequency": (
        "frequency|how often|reporting frequency|measurement frequency|collection frequency|"
        "update frequency|cadence|reported|periodicity"
    ),
    "better": (
        "direction|better|which direction is better|better direction|desired direction|good is|"
        "direction of improvement|direction of good|desired trend|preferred direction|polarity|"
        "good direction|desired direction of change|higher or lower"
    ),
    "status": "status|measure status|state|stage",
    "sensory_evidence": (
        "sensory evidence|what one would see hear or feel|what you would see hear or feel|evidence"
    ),
    "control": "control|how much of it is in our hands|influence",
    "unintended": "unintended consequences|unintended|side effects|risks",
    "reading": "how to read it|interpretation|reading guide|how to interpret",
    "response": "what we will do when it signals|response|action when it signals|planned response",
    "period": (
        "period|date|month|quarter|year|week|fiscal year|financial year|fy|time period|"
        "reporting period|period start|reporting month|reporting date|day|time"
    ),
    "value": (
        "value|actual|actuals|actual value|figure|amount|score|observed value|data value|performance|"
        "number|reading|result|measurement"
    ),
    "target": "target|targets|target value|goal value|plan|planned|budget|budgeted",
    "kind": "kind|type|value type|kind of value|type of value|actual or target",
}
HEADERS: dict[str, list[str]] = {kind: names.split("|") for kind, names in _HEADERS.items()}
LABELS = {
    "goal": "the goal", "name": "the measure", "intent": "the description", "owner": "the owner",
    "unit": "the unit", "department": "the department", "program": "the program", "group": "the group",
    "calculation": "how it is calculated", "data_source": "the data source", "frequency": "how often",
    "better": "which direction is better", "status": "the status",
    "sensory_evidence": "what one would see, hear or feel", "control": "how much of it is in our hands",
    "unintended": "unintended consequences", "reading": "how to read it",
    "response": "what we will do when it signals", "period": "the period", "value": "values",
    "target": "targets", "kind": "whether it is a value or a target", "ignored": "not read",
}  # fmt: skip
_RANKS = {header: (kind, rank) for kind, names in HEADERS.items() for rank, header in enumerate(names)}
_RANKS |= {"result": ("goal", 99)}  # of two meanings the goal's; `_long_result` has the other

_ACTUAL = re.compile(r"\b(?:actuals?|results?|values?|achieved|reported|performance|observed|measured)\b")
_TARGET = re.compile(r"\b(?:targets?|goals?|plan|plans|planned|budget|budgeted|objective)\b")
_FORECAST = re.compile(
    r"\b(?:forecasts?|forecasted|projections?|projected|proj|estimates?|estimated|est|expected|outlook)\b"
)


@dataclass(frozen=True)
class Column:
    """One column: its place, its header as written, what it holds, and why it isn't read, in words.

    `kind` is a key of LABELS. A value or target column of a wide sheet has its period.
    """

    at: int
    header: str
    kind: str
    period: Period | None = None
    why: str = ""

    @property
    def label(self) -> str:
        """What the column is read as, in words."""
        if self.period and self.kind != "ignored":
            return f"{LABELS[self.kind]} for {self.period.written or self.period.starts.isoformat()}"
        return LABELS[self.kind]


@dataclass(frozen=True)
class Columns:
    """All the columns of a sheet, and the calendar that its periods are read with."""

    all: list[Column]
    calendar: Calendar

    def one(self, kind: str) -> Column | None:
        return next((column for column in self.all if column.kind == kind and not column.period), None)

    def series(self, kind: str) -> list[Column]:
        """The value or target columns of a wide sheet."""
        return [column for column in self.all if column.kind == kind and column.period]

    @property
    def is_long(self) -> bool:
        """Whether every row is one number: a period column, and a value or target column."""
        if self.series("value") or self.series("target"):
            return False
        return bool(self.one("period") and (self.one("value") or self.one("target")))


_EDGES = " -/.:;,'"


def _plain(header: str) -> str:
    """A header in small letters and single spaces, without signs."""
    return " ".join(re.sub(r"[^\w%'#]+|_", " ", tidy(header).casefold()).split())


def _named(header: str) -> tuple[str, int] | None:
    """The kind of column that this header names, and how far down its list it stands."""
    outside = re.sub(r"\([^)]*\)|\[[^\]]*\]", " ", header)
    parts = re.split(r"/|&|,|\bor\b|\band\b|[-–—:]", outside)
    tries = [header, outside, *parts] if len(parts) > 1 else [header, outside]
    for text in tries:
        words = _plain(text).strip("# ")
        for form in (words, words.removesuffix("s"), re.sub(r"\W*\d+$", "", words)):
            if form in _RANKS:
                return _RANKS[form]
    return None


def _dated(cell: Cell, calendar: Calendar) -> tuple[str, Period, str] | None:
    """For a header with a period in it: value, target or ignored; the period; and why it is ignored."""
    if isinstance(cell, Day):
        return "value", Period(cell.starts, cell.shown, cell.span), ""
    text = tidy(as_text(cell))
    if period := calendar.read(text):
        return "value", period, ""
    words = re.sub(r"[()\[\]:,]|(?<![0-9])[-–—]|[-–—](?![0-9a-zA-Z])| [-–—] ", " ", text)
    for pattern, kind, why in [
        (_FORECAST, "ignored", "a forecast is neither a value nor a target"),
        (_TARGET, "target", ""),
        (_ACTUAL, "value", ""),
    ]:
        bare = re.sub(pattern.pattern, " ", words, flags=re.IGNORECASE)
        if bare != words:
            if kind != "value":
                bare = re.sub(f"{_ACTUAL.pattern}|{_TARGET.pattern}", " ", bare, flags=re.IGNORECASE)
            period = calendar.read(" ".join(bare.split()).strip(_EDGES))
            return (kind, period, why) if period else None
    period = calendar.read(" ".join(words.split()))
    return ("value", period, "") if period else None


def recognise(headers: Sequence[Cell]) -> Columns:
    """What each header names. Of two columns for the same thing the likelier is read."""
    calendar = decide_calendar(_period_texts(headers))
    columns, ranks = [], {}
    for at, cell in enumerate(headers):
        header = shown(as_text(cell))
        named = None if isinstance(cell, Day) else _named(as_text(cell))
        if dated := _dated(cell, calendar):
            columns.append(Column(at, header, dated[0], dated[1], dated[2]))
        elif named:
            ranks[at] = named[1]
            columns.append(Column(at, header, named[0]))
        else:
            columns.append(Column(at, header, "ignored", why=_why_not(header)))
    found = Columns(_one_of_each(_long_result(columns), ranks), calendar)
    return _only(found)


def _period_texts(headers: Iterable[Cell]) -> list[str]:
    texts = [as_text(cell) for cell in headers if not isinstance(cell, Day)]
    bare = [re.sub(f"{_ACTUAL.pattern}|{_TARGET.pattern}", " ", text, flags=re.IGNORECASE) for text in texts]
    return [*texts, *bare]


def _why_not(header: str) -> str:
    if not header:
        return "it has no header"
    if _FORECAST.search(header.casefold()):
        return "a forecast is neither a value nor a target"
    return "its header is not one that we know"


def _long_result(columns: list[Column]) -> list[Column]:
    """In a long sheet “Result” is the value, unless there is no other word for the goal."""
    kinds = {column.kind for column in columns if not column.period}
    if "period" not in kinds or "value" in kinds or any(column.period for column in columns):
        return columns
    return [
        Column(column.at, column.header, "value")
        if column.kind == "goal" and _plain(column.header) in {"result", "results"}
        else column
        for column in columns
    ]


def _one_of_each(columns: list[Column], ranks: dict[int, int]) -> list[Column]:
    best: dict[str, Column] = {}
    for column in columns:
        known = best.get(column.kind)
        if column.at in ranks and (known is None or ranks[column.at] < ranks[known.at]):
            best[column.kind] = column
    return [
        column
        if column.at not in ranks or best[column.kind] is column
        else _ignored(column, f"“{best[column.kind].header}” is read as {column.label}")
        for column in columns
    ]


def _only(found: Columns) -> Columns:
    """Leave out the columns that belong to the other form of sheet, and mixed or doubled periods."""
    groups = found.one("department") or found.one("program")
    columns = [
        _ignored(column, "the department and program are read as the group")
        if column.kind == "group" and groups
        else column
        for column in found.all
    ]
    found = Columns(columns, found.calendar)
    return found if found.is_long else Columns(_wide(found), found.calendar)


def _ignored(column: Column, why: str) -> Column:
    return Column(column.at, column.header, "ignored", why=why)


def _wide(found: Columns) -> list[Column]:
    """The columns of a sheet whose periods stand in its headers."""
    spans = {kind: _usual_span(found.series(kind)) for kind in ("value", "target")}
    seen: dict[tuple[str, date], str] = {}
    left = []
    for column in found.all:
        why = ""
        if column.kind in {"period", "kind"}:
            why = "the sheet has no column of values beside it"
        elif column.kind == "value" and not column.period:
            why = "it has no period beside it"
        elif column.period and column.kind in spans:
            why = _misfit(column, column.period, spans[column.kind], seen)
        left.append(_ignored(column, why) if why else column)
    return [_dated_target(column, left) for column in left]


def _dated_target(column: Column, columns: list[Column]) -> Column:
    """A target without a period is the target of the latest one."""
    if column.kind != "target" or column.period:
        return column
    periods = [other.period for other in columns if other.kind == "value" and other.period]
    if not periods:
        return _ignored(column, "it has no period beside it, and neither has the sheet")
    latest = max(periods)
    if any(
        other.kind == "target" and other.period and other.period.starts == latest.starts for other in columns
    ):
        return _ignored(column, "it has no period beside it, and the latest one has its target")
    return Column(column.at, column.header, "target", latest)


def _usual_span(columns: list[Column]) -> str:
    spans = [column.period.span for column in columns if column.period]
    return max(spans, key=spans.count, default="")


def _misfit(column: Column, period: Period, usual: str, seen: dict[tuple[str, date], str]) -> str:
    if period.span != usual:
        return f"it is for a {period.span}, and the other columns are for a {usual}"
    first = seen.setdefault((column.kind, period.starts), column.header)
    return "" if first is column.header else f"it is the same period as “{first}”"


def header_row(rows: Sequence[tuple[int, list[Cell]]]) -> int:
    """The index of the row that names the columns: of the first 20, the one with most known names."""

    def known(at: int) -> tuple[bool, int]:
        columns = [column for column in recognise(rows[at][1]).all if column.kind != "ignored"]
        named = {column.kind for column in columns if not column.period}
        return "name" in named and len(columns) > 1, len(named)

    return max(range(min(20, len(rows))), key=known, default=0)
