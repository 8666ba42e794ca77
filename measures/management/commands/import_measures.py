"""manage.py import_measures FILE --team NAME [--department D] [--dry-run]."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from measures import importing
from measures.importing import Counts, Outcome, Plan
from measures.models import Team


class Command(BaseCommand):
    help = "Bring a team’s goals, measures, values and targets in from a spreadsheet (CSV or XLSX)."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", help="the spreadsheet: CSV or XLSX")
        parser.add_argument("--team", required=True, help="whose measures they are; made where it is new")
        parser.add_argument("--department", default="", help="read only the rows of this department")
        parser.add_argument(
            "--dry-run", action="store_true", help="say what would be made, and write nothing"
        )

    def handle(self, *_args: Any, **options: Any) -> None:
        team = team_named(options["team"])
        path = Path(options["file"])
        try:
            with path.open("rb") as file:
                plan = importing.plan(file, path.name, team=team, department=options["department"])
            outcome = None if options["dry_run"] else importing.apply(plan)
        except OSError as error:
            raise CommandError(f"“{path}” can’t be opened: {error.strerror}.") from error
        except importing.Refusal as refusal:
            raise CommandError(str(refusal)) from refusal
        self.stdout.write("\n".join([*reading_lines(plan), *remark_lines(plan), *count_lines(plan, outcome)]))


LONGEST = max(field.max_length or 0 for field in Team._meta.fields if field.name == "name")


def team_named(name: str) -> Team:
    """The team of that name; an unsaved one where there is none yet."""
    name = " ".join(name.split())
    if not name or len(name) > LONGEST:
        raise CommandError(f"Give the team a name of 1 to {LONGEST} letters.")
    return Team.objects.filter(name=name).first() or Team(name=name)


def reading_lines(plan: Plan) -> list[str]:
    """How the file was read: encoding, signs, and what each column is taken for."""
    reading = plan.reading
    sign = f"‘{reading.sign.sign}’ parts decimals: {reading.sign.why}."
    lines = [f"Read as {reading.encoded}; {sign}"]
    if reading.calendar.why:
        lines.append(f"In dates {reading.calendar.why}.")
    for column in reading.columns.all:
        why = f": {column.why}" if column.why else ""
        lines.append(f"  {column.header} → {column.label}{why}")
    return lines


def remark_lines(plan: Plan) -> list[str]:
    lines = []
    for title, remarks in (("Problems", plan.problems), ("Notices", plan.notices)):
        if remarks:
            lines.append(f"{title}:")
            lines += [f"  row {remark.line}: {remark.words}" for remark in remarks]
    lines += [f"  {notice}" for notice in plan.reading.sheet.notices]
    changes = [
        f"  row {row.line}: {change.what}: “{change.before}” → “{change.after}”"
        for row in plan.rows
        for change in row.changes
    ]
    return [*lines, "Changes:", *changes] if changes else lines


def count_lines(plan: Plan, outcome: Outcome | None) -> list[str]:
    counts: Counts = outcome.counts if outcome else plan.counts
    new_team = outcome.team_is_new if outcome else plan.team.pk is None
    of = f" of {plan.reading.rows_in_file}" if plan.reading.rows_in_file != plan.rows_read else ""
    return [
        *([f"The team “{plan.team.name}” is new."] if new_team else []),
        f"{plan.rows_read}{of} rows read, {plan.rows_lost} lost",
        f"{counts.new} measures new, {counts.changed} changed, {counts.unchanged} unchanged",
        f"{counts.goals} goals new",
        f"{counts.values} values new, {counts.values_changed} changed",
        f"{counts.targets} targets new, {counts.targets_changed} changed",
        f"{len(plan.problems)} problems, {len(plan.notices)} notices",
        f"{counts.changes} changes" + ("" if outcome else "; nothing is written (--dry-run)"),
    ]
