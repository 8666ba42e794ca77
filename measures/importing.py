"""Goals, measures, values and targets from a spreadsheet: first the plan, then the writing.

`plan` reads a file and compares it with what the team has; it writes nothing. `apply` writes a
plan in one transaction, comparing once more under the team's lock, so that doing it twice, or
two people doing it at once, changes nothing the second time.

A measure is the same one when team, group, goal and name are; a goal when team and wording are.
A blank cell never overwrites what is stored.
"""

from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import BinaryIO, NamedTuple

from django.db import DatabaseError, connection, transaction
from django.db.models import DecimalField, Max, QuerySet

from measures import choices
from measures.columns import LABELS
from measures.entries import Entry, Key, Point, Remark, grouped
from measures.models import Goal, Measure, Target, Team, Value
from measures.rows import Reading, read_entries
from measures.spreadsheet import Refusal, read_sheet, shown

__all__ = ["Change", "Counts", "Outcome", "Plan", "Refusal", "Row", "apply", "plan"]


class Change(NamedTuple):
    """What a stored thing would be, in words a person can compare."""

    what: str
    before: str
    after: str


@dataclass
class Row:
    """One row of the file (of a long sheet: one measure) against what is stored.

    `verdict` is new, changed, unchanged, goal (only a goal is made of it), repeated or left out.
    `values` and `targets` are the numbers that would be written; `held` how many are stored already.
    """

    entry: Entry
    verdict: str = "unchanged"
    measure: Measure | None = None
    changes: list[Change] = field(default_factory=list)
    fresh: dict[str, str] = field(default_factory=dict)
    values: dict[date, Point] = field(default_factory=dict)
    targets: dict[date, Point] = field(default_factory=dict)
    held: int = 0

    @property
    def line(self) -> int:
        return self.entry.line

    @property
    def numbers(self) -> list[str]:
        """The numbers that the file has for it, in words, the first eight and how many more."""
        unit = self.fresh.get("unit") or (self.measure.unit if self.measure else "") or self.entry.unit
        shown = [
            f"{word}{point.written or starts.isoformat()}: {grouped(point.value)}{_beside(unit)}"
            for word, points in (("", self.entry.points), ("target ", self.entry.targets))
            for starts, point in sorted(points.items())
        ]
        return shown if len(shown) <= 9 else [*shown[:8], f"and {len(shown) - 8} more"]

    @property
    def problems(self) -> list[Remark]:
        return [remark for remark in self.entry.remarks if remark.problem]

    @property
    def notices(self) -> list[Remark]:
        return [remark for remark in self.entry.remarks if not remark.problem]


def _beside(unit: str) -> str:
    return unit if unit == "%" else f" {unit}".rstrip()


@dataclass
class Counts:
    """How much an import makes, changes and leaves as it is."""

    new: int = 0
    changed: int = 0
    unchanged: int = 0
    left_out: int = 0
    repeated: int = 0
    goals: int = 0
    values: int = 0
    values_changed: int = 0
    targets: int = 0
    targets_changed: int = 0
    numbers_held: int = 0

    @property
    def changes(self) -> int:
        """Everything that is written: 0 the second time."""
        numbers = self.values + self.values_changed + self.targets + self.targets_changed
        return self.goals + self.new + self.changed + numbers


@dataclass
class Plan:
    """What importing a file would do, and how the file was read. Nothing is written yet."""

    team: Team
    reading: Reading
    rows: list[Row]
    counts: Counts
    new_goals: list[str]

    @property
    def remarks(self) -> list[Remark]:
        """All problems and notices, in the order of the file's rows."""
        found = [remark for entry in self.reading.entries for remark in entry.remarks]
        return sorted([*self.reading.remarks, *found], key=lambda remark: remark.line)

    @property
    def problems(self) -> list[Remark]:
        return [remark for remark in self.remarks if remark.problem]

    @property
    def notices(self) -> list[Remark]:
        return [remark for remark in self.remarks if not remark.problem]

    @property
    def rows_read(self) -> int:
        return self.reading.rows_read

    @property
    def rows_lost(self) -> int:
        """Rows of which nothing is made; every one has its problem in words."""
        return len({remark.line for row in self.rows if row.verdict == "left out" for remark in row.problems})


class Outcome(NamedTuple):
    """What was written, for which team, and whether the team was made for it."""

    team: Team
    team_is_new: bool
    counts: Counts


def plan(file: BinaryIO, filename: str, *, team: Team, department: str = "") -> Plan:
    """Read a file and compare it with the team's goals and measures. Writes nothing.

    `team` may be one that isn't saved yet. With `department`, only its rows are read. Raises
    Refusal, in words, where the file can't be imported at all.
    """
    try:
        reading = read_entries(read_sheet(file), department=department)
    except Refusal as refusal:
        name = shown(filename.replace("\\", "/").rsplit("/", 1)[-1])
        raise Refusal(f"“{name}”: {refusal}" if name else str(refusal)) from None
    return _compare(team, reading)


def apply(plan: Plan) -> Outcome:
    """Write a plan in one transaction: all of it or, on any failure, nothing.

    Raises Refusal where the database turns it down.
    """
    try:
        with transaction.atomic():
            team, made = _locked(plan.team)
            # What was said when the plan was made is said once.
            found = _compare(team, plan.reading, silently=True)
            _write(found)
    except DatabaseError as error:
        raise Refusal(
            "The import could not be written, and nothing of it was. Try again; if it happens "
            "again, show this to whoever runs the site."
        ) from error
    return Outcome(team, made, found.counts)


def _locked(team: Team) -> tuple[Team, bool]:
    """The team's row, locked; made where it is new."""
    if team.pk is None:
        team, made = Team.objects.get_or_create(name=team.name)
    else:
        made = False
    return Team.objects.select_for_update().get(pk=team.pk), made


# --- comparing --------------------------------------------------------------------------------


def _flat(text: str) -> str:
    return " ".join(text.split())


class _Stored:
    """The team's goals and measures, by what makes them the same; numbers by measure. Four queries."""

    def __init__(self, team: Team, entries: list[Entry]) -> None:
        self.goals: dict[str, Goal] = {}
        self.measures: dict[Key, Measure] = {}
        self.named: dict[str, list[Key]] = {}
        self.values: dict[int, dict[date, Decimal]] = {}
        self.targets: dict[int, dict[date, Decimal]] = {}
        if team.pk is None:
            return
        goals = {goal.pk: goal for goal in Goal.objects.filter(team=team)}
        self.goals = {_flat(goal.original): goal for goal in reversed(goals.values())}
        for measure in Measure.objects.filter(team=team).order_by("-pk"):
            goal = goals.get(measure.goal_id) if measure.goal_id else None
            key = (_flat(measure.group), _flat(goal.original) if goal else "", _flat(measure.name))
            self.measures[key] = measure
        for key in self.measures:
            self.named.setdefault(key[2], []).append(key)
        self.values = _numbers(Value, team, [entry.points for entry in entries])
        self.targets = _numbers(Target, team, [entry.targets for entry in entries])


def _numbers(
    model: type[Value] | type[Target], team: Team, series: list[dict[date, Point]]
) -> dict[int, dict[date, Decimal]]:
    """A team's stored numbers by measure and period, of the stretch of time that the file tells of."""
    found: dict[int, dict[date, Decimal]] = {}
    days = {starts for points in series for starts in points}
    if not days:
        return found
    rows = model._default_manager.filter(measure__team=team, period__range=(min(days), max(days)))
    for measure, period, value in rows.order_by().values_list("measure_id", "period", "value"):
        found.setdefault(measure, {})[period] = value
    return found


def _compare(team: Team, reading: Reading, *, silently: bool = False) -> Plan:
    """Every entry against what is stored. `silently` adds no remarks: a plan has said them."""
    stored = _Stored(team, reading.entries)
    taken: dict[Key, Entry] = {}
    for entry in reading.entries:
        if entry.stands and entry.name:
            _find(entry, stored, taken)
    rows = [_row(entry, stored, silently) for entry in reading.entries]
    goals = dict.fromkeys(row.entry.goal for row in rows if row.entry.stands and row.entry.goal)
    new_goals = [goal for goal in goals if goal not in stored.goals]
    return Plan(team, reading, rows, _count(rows, new_goals), new_goals)


def _find(entry: Entry, stored: _Stored, taken: dict[Key, Entry]) -> None:
    """Settle which measure a loose entry means, and fold two that mean the same one."""
    if entry.loose and entry.key not in stored.measures:
        alike = [key for key in stored.named.get(entry.name, []) if _may_mean(entry.key, key)]
        if len(alike) > 1:
            entry.leave_out(
                f"{len(alike)} measures of this team are called “{shown(entry.name)}”. "
                "Add the goal and the department, so that the right one is found."
            )
            return
        if alike:
            entry.key = alike[0]
    first = taken.setdefault(entry.key, entry)
    if first is not entry:
        first.absorb(entry)


def _may_mean(loose: Key, key: Key) -> bool:
    return all(said in ("", known) for said, known in zip(loose, key, strict=True))


def _row(entry: Entry, stored: _Stored, silently: bool) -> Row:
    if not entry.stands:
        return Row(entry, verdict="repeated" if entry.repeats else "left out")
    if not entry.name:
        return Row(entry, verdict="unchanged" if entry.goal in stored.goals else "goal")
    measure = stored.measures.get(entry.key)
    if measure is None:
        if not silently:
            _say_namesakes(entry, stored)
        return Row(
            entry, verdict="new", fresh=_first_fields(entry), values=entry.points, targets=entry.targets
        )
    return _against(entry, measure, stored)


def _say_namesakes(entry: Entry, stored: _Stored) -> None:
    """Tell of a stored measure of this name and goal in another group: it may be meant."""
    for group, goal, _ in stored.named.get(entry.name, []):
        if goal == entry.goal:
            where = f"under “{shown(group)}”" if group else "without a department"
            entry.notice(f"The team has a measure of this name and goal {where}; another one is made.")


def _first_fields(entry: Entry) -> dict[str, str]:
    """The fields of a new measure: what the file says, and what its numbers tell."""
    told = {"unit": entry.unit, "frequency": entry.frequency}
    if entry.points:
        told["status"] = Measure.Status.IN_USE.value
    return {name: text for name, text in (told | entry.fields).items() if text}


def _against(entry: Entry, measure: Measure, stored: _Stored) -> Row:
    row = Row(entry, measure=measure)
    told = {"unit": entry.unit, "frequency": entry.frequency}
    blanks = {name: text for name, text in told.items() if text and not getattr(measure, name)}
    for name, text in (blanks | entry.fields).items():
        before = getattr(measure, name)
        if before.replace("\r\n", "\n").strip() != text:
            row.fresh[name] = text
            row.changes.append(Change(LABELS[name], _worded(name, before), _worded(name, text)))
    values = stored.values.get(measure.pk, {})
    targets = stored.targets.get(measure.pk, {})
    row.values = _differing(entry.points, values)
    row.targets = _differing(entry.targets, targets)
    row.held = len(entry.points) + len(entry.targets) - len(row.values) - len(row.targets)
    row.changes += _number_changes("value", row.values, values)
    row.changes += _number_changes("target", row.targets, targets)
    row.verdict = "changed" if row.fresh or row.values or row.targets else "unchanged"
    return row


def _worded(name: str, text: str) -> str:
    return choices.LABELS.get(name, {}).get(text, text)


def _differing(points: dict[date, Point], stored: dict[date, Decimal]) -> dict[date, Point]:
    return {starts: point for starts, point in points.items() if stored.get(starts) != point.value}


def _number_changes(kind: str, points: dict[date, Point], stored: dict[date, Decimal]) -> list[Change]:
    return [
        Change(
            f"{kind} for {point.written or starts.isoformat()}",
            grouped(stored[starts]),
            grouped(point.value),
        )
        for starts, point in points.items()
        if starts in stored
    ]


def _count(rows: list[Row], new_goals: list[str]) -> Counts:
    counts = Counts(goals=len(new_goals))
    for row in rows:
        if row.verdict == "left out":
            counts.left_out += 1
        elif row.verdict == "repeated":
            counts.repeated += 1
        elif row.entry.name:
            setattr(counts, row.verdict, getattr(counts, row.verdict) + 1)
        changed_values = sum(change.what.startswith("value for ") for change in row.changes)
        changed_targets = sum(change.what.startswith("target for ") for change in row.changes)
        counts.values_changed += changed_values
        counts.targets_changed += changed_targets
        counts.values += len(row.values) - changed_values
        counts.targets += len(row.targets) - changed_targets
        counts.numbers_held += row.held
    return counts


# --- writing ----------------------------------------------------------------------------------


def _write(plan: Plan) -> None:
    goals = _write_goals(plan)
    new = [row for row in plan.rows if row.verdict == "new"]
    order = _next_order(Measure.objects.filter(team=plan.team)) if new else 0
    for at, row in enumerate(new):
        group, goal, name = row.entry.key
        row.measure = Measure(
            team=plan.team, group=group, goal=goals.get(goal), name=name, order=order + at, **row.fresh
        )
    Measure.objects.bulk_create([row.measure for row in new if row.measure])
    _update([row for row in plan.rows if row.verdict == "changed" and row.fresh])
    _write_numbers(Value, [(row.measure, row.values) for row in plan.rows])
    _write_numbers(Target, [(row.measure, row.targets) for row in plan.rows])


def _next_order(rows: QuerySet[Goal] | QuerySet[Measure]) -> int:
    last: int | None = rows.aggregate(last=Max("order"))["last"]
    return 0 if last is None else last + 1


def _write_goals(plan: Plan) -> dict[str, Goal]:
    order = _next_order(Goal.objects.filter(team=plan.team)) if plan.new_goals else 0
    made = Goal.objects.bulk_create(
        Goal(team=plan.team, original=original, order=order + at)
        for at, original in enumerate(plan.new_goals)
    )
    stored = {_flat(goal.original): goal for goal in Goal.objects.filter(team=plan.team).order_by("-pk")}
    return stored | {goal.original: goal for goal in made}


def _update(rows: list[Row]) -> None:
    """Save the changed fields, and only those."""
    by_fields: dict[tuple[str, ...], list[Measure]] = {}
    for row in rows:
        if row.measure:
            for name, text in row.fresh.items():
                setattr(row.measure, name, text)
            by_fields.setdefault(tuple(sorted(row.fresh)), []).append(row.measure)
    for names, measures in by_fields.items():
        Measure.objects.bulk_update(measures, names, batch_size=200)


def _write_numbers(
    model: type[Value] | type[Target], series: list[tuple[Measure | None, dict[date, Point]]]
) -> None:
    """Add the numbers, and overwrite those whose period has one; remarks beside them stay.

    In SQL of its own: the ORM takes ten times as long for 100,000 numbers, and a visitor's note
    waits meanwhile where the database has one writer.
    """
    ops, blank = connection.ops, [""] if model is Value else []
    number = next(field for field in model._meta.fields if isinstance(field, DecimalField))
    days = {
        starts: ops.adapt_datefield_value(starts)
        for starts in {starts for _, points in series for starts in points}
    }
    rows = [
        [
            measure.pk,
            days[starts],
            ops.adapt_decimalfield_value(point.value, number.max_digits, number.decimal_places),
            point.written,
            *blank,
        ]
        for measure, points in series
        if measure
        for starts, point in points.items()
    ]
    if rows:
        with connection.cursor() as cursor:
            cursor.executemany(_statement(model), rows)


def _statement(model: type[Value] | type[Target]) -> str:
    """The insert of measure, period, value, label and, for values, a remark."""
    names = ["measure_id", "period", "value", "written", *(["remark"] if model is Value else [])]
    quote = connection.ops.quote_name
    columns = ", ".join(map(quote, names))
    places = ", ".join(["%s"] * len(names))
    return (
        f"INSERT INTO {quote(model._meta.db_table)} ({columns}) VALUES ({places}) "  # noqa: S608  # nosec B608
        "ON CONFLICT (measure_id, period) DO UPDATE SET value = excluded.value, written = excluded.written"
    )
