"""From a messy spreadsheet to goals, measures, values and targets: planned, written, repeated."""

import csv
import io
from datetime import date
from decimal import Decimal

import pytest
from django.core.management import CommandError, call_command
from django.db import DatabaseError, transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from measures import importing
from measures.importing import Refusal
from measures.models import Goal, Measure, Target, Team, Value
from tests.measures.sheets import as_file, csv_file, workbook, xlsx_file
from tests.measures.test_spreadsheet import with_stored_result

pytestmark = pytest.mark.django_db

WIDE = """\
Department,Program,Goal,Measure,FY16 Actual,FY17 Actual,FY18 Target,FY18 Projected
Rivers,Patrol,Keep the water clean,% of samples fit,85.7%,,90%,88%
Rivers,Patrol,Keep the water clean,Tonnes of litter,"14,973",n/a,"12,000",
Rivers,Banks,Keep the water clean,Tonnes of litter,$1.2m,TBD,,
Parks,,Make people  welcome,Visitors,"(1,234)",abc,"1,5",
"""


def plan(text: str | io.BytesIO, team: Team, **more) -> importing.Plan:
    return importing.plan(csv_file(text) if isinstance(text, str) else text, "kpis.csv", team=team, **more)


def bring(text: str | io.BytesIO, team: Team, **more) -> importing.Counts:
    return importing.apply(plan(text, team, **more)).counts


def words(found: importing.Plan) -> list[str]:
    return [f"{remark.line}: {remark.words}" for remark in found.problems]


def notices(found: importing.Plan) -> str:
    return "\n".join(f"{remark.line}: {remark.words}" for remark in found.notices)


def numbers(model, **of) -> list[tuple[str, str]]:
    rows = model.objects.filter(**of).order_by("measure__order", "period")
    return [(row.written or row.period.isoformat(), f"{row.value.normalize():f}") for row in rows]


# --- a wide sheet -----------------------------------------------------------------------------


def test_planning_writes_nothing(team):
    assert plan(WIDE, team).counts.new == 4
    assert not Goal.objects.exists()
    assert not Measure.objects.exists()


def test_a_wide_sheet_becomes_goals_measures_values_and_targets(team):
    counts = bring(WIDE, team)
    assert (counts.new, counts.goals, counts.values, counts.targets) == (4, 2, 4, 2)
    assert [(m.group, m.goal.original, m.name, m.unit) for m in Measure.objects.order_by("order")] == [
        ("Rivers › Patrol", "Keep the water clean", "% of samples fit", "%"),
        ("Rivers › Patrol", "Keep the water clean", "Tonnes of litter", ""),
        ("Rivers › Banks", "Keep the water clean", "Tonnes of litter", "$"),
        ("Parks", "Make people welcome", "Visitors", ""),
    ]
    assert numbers(Value) == [("FY16", "85.7"), ("FY16", "14973"), ("FY16", "1200000"), ("FY16", "-1234")]
    assert numbers(Target) == [("FY18", "90"), ("FY18", "12000")]
    assert Value.objects.first().period == date(2016, 1, 1)


def test_a_targets_column_never_becomes_values(team):
    bring("Goal,Measure,Target 2024,2024 goal,Budget FY25,FY26 Plan\nG,M,1,2,3,4\n", team)
    assert not Value.objects.exists()
    assert numbers(Target) == [("2024", "1"), ("FY25", "3"), ("FY26", "4")]


def test_a_forecast_is_neither_and_that_is_said(team):
    found = plan(WIDE, team)
    [column] = [column for column in found.reading.columns.all if column.kind == "ignored"]
    assert (column.header, "forecast" in column.why) == ("FY18 Projected", True)


def test_a_target_without_a_period_is_the_latest_ones(team):
    bring("Goal,Measure,2023,2024,Target\nG,M,1,2,3\n", team)
    assert numbers(Target) == [("2024", "3")]
    assert len(numbers(Value)) == 2


def test_every_cell_that_is_no_number_is_told_with_its_column_and_row(team):
    found = plan(WIDE, team)
    assert words(found) == [
        "5: FY17 Actual: “abc” is not a number.",
        "5: FY18 Target: “1,5” does not fit: in this file ‘.’ parts decimals "
        "and ‘,’ can only part thousands.",
    ]
    assert "3: FY17 Actual: “n/a”, so no value." in notices(found)
    assert "4: FY17 Actual: “TBD”, so no value." in notices(found)
    assert "2: FY17" not in notices(found), "a blank is simply no value"


def test_importing_twice_changes_nothing(team):
    assert bring(WIDE, team).changes > 0
    before = list(Value.objects.order_by("pk").values())
    again = bring(WIDE, team)
    assert (again.changes, again.unchanged) == (0, 4)
    assert list(Value.objects.order_by("pk").values()) == before


def test_applying_one_plan_twice_changes_nothing(team):
    found = plan(WIDE, team)
    assert importing.apply(found).counts.changes > 0
    assert importing.apply(found).counts.changes == 0


def test_control_a_changed_number_is_a_change(team):
    bring(WIDE, team)
    changed = WIDE.replace("85.7%", "85.8%").replace("12,000", "11,000")
    found = plan(changed, team)
    assert [list(change) for row in found.rows for change in row.changes] == [
        ["value for FY16", "85.7", "85.8"],
        ["target for FY18", "12,000", "11,000"],
    ]
    counts = importing.apply(found).counts
    assert (counts.new, counts.changed, counts.values_changed, counts.targets_changed) == (0, 2, 1, 1)
    assert ("FY16", "85.8") in numbers(Value)


def test_a_changed_value_keeps_its_remark(team):
    bring(WIDE, team)
    Value.objects.update(remark="The gauge was new")
    bring(WIDE.replace("85.7%", "85.8%"), team)
    assert Value.objects.get(value=Decimal("85.8")).remark == "The gauge was new"


def test_rows_in_the_order_of_the_file_follow_what_is_there(team):
    Goal.objects.create(team=team, original="First", order=7)
    bring(WIDE, team)
    assert list(Goal.objects.order_by("order").values_list("order", flat=True)) == [7, 8, 9]
    assert list(Measure.objects.values_list("order", flat=True).order_by("order")) == [0, 1, 2, 3]


def test_measures_with_values_are_in_use_unless_the_file_says_otherwise(team):
    bring("Goal,Measure,Status,2024\nG,With,,1\nG,Without,,\nG,Told,Pilot,2\nG,Odd,green,3\n", team)
    assert dict(Measure.objects.values_list("name", "status")) == {
        "With": "in_use",
        "Without": "design",
        "Told": "pilot",
        "Odd": "in_use",
    }


def test_the_frequency_is_told_by_the_columns_unless_a_column_says_it(team):
    bring("Goal,Measure,How often,Mar 2024,Apr 2024\nG,A,,1,2\nG,B,quarterly,1,2\n", team)
    assert dict(Measure.objects.values_list("name", "frequency")) == {"A": "month", "B": "quarter"}


SYNONYMS = (
    "Objective;KPI;Intent;KPI Owner;UoM;Dept;Programme;Formula;Source of data;Reporting frequency;"
    "Desired direction;Measure status;Q1 2025\n"
    "Clean water;Fit samples;Is it clean?;Ann;%;Rivers;Patrol;fit / all;Lab;monthly;up;live;85,7\n"
)


def test_columns_are_known_by_their_headers_in_plain_words(team):
    bring(SYNONYMS, team)
    measure = Measure.objects.get()
    assert (measure.group, measure.goal.original, measure.name) == (
        "Rivers › Patrol",
        "Clean water",
        "Fit samples",
    )
    assert (measure.intent, measure.owner, measure.unit, measure.calculation) == (
        "Is it clean?",
        "Ann",
        "%",
        "fit / all",
    )
    assert (measure.data_source, measure.frequency, measure.better, measure.status) == (
        "Lab",
        "month",
        "higher",
        "in_use",
    )
    assert numbers(Value) == [("Q1 2025", "85.7")]


@pytest.mark.parametrize(
    "header",
    ["Goal", "Goals", "Strategic Goal", "Outcome", "Result", "GOAL (as adopted)", "Goal / Objective"],
)
def test_a_goal_has_many_names(team, header):
    bring(f"{header},Measure,2024\nG,M,1\n", team)
    assert Goal.objects.get().original == "G"


def test_titles_above_the_headers_are_told_and_not_read(team):
    found = plan("Annual report,,\n,,\nGoal,Measure,2024\nG,M,1\n", team)
    assert (found.reading.header_line, found.counts.new) == (3, 1)
    assert "“Annual report” stands above the headers" in notices(found)


def test_columns_of_another_span_or_the_same_period_are_told_and_not_read(team):
    found = plan("Goal,Measure,Jan 2024,Feb 2024,2024-02,2024,Note,\nG,M,1,2,3,4,5,6\n", team)
    assert {column.header: column.why for column in found.reading.columns.all if column.why} == {
        "2024-02": "it is the same period as “Feb 2024”",
        "2024": "it is for a year, and the other columns are for a month",
        "Note": "its header is not one that we know",
    }
    assert "Column H has no header" in notices(found)
    assert found.counts.values == 2


def test_the_reading_is_shown_encoding_sign_and_dates(team):
    found = plan(io.BytesIO("Goal;Measure;01/03/2024;13/03/2024\nÉté;M;1,5;2\n".encode("cp1252")), team)
    reading = found.reading
    assert (reading.sheet.encoding, reading.sheet.delimiter, reading.sign.sign) == (
        "Windows-1252",
        "semicolon",
        ",",
    )
    assert "“1,5” in row 2" in reading.sign.why
    assert "the day comes before the month" in reading.calendar.why


def test_mixed_percent_and_plain_numbers_are_told(team):
    found = plan("Goal,Measure,2023,2024\nG,M,85.7%,12\n", team)
    assert "written with % and some without" in notices(found)
    assert found.counts.values == 2


def test_numbers_in_two_units_are_not_mixed(team):
    found = plan("Goal,Measure,2022,2023,2024\nG,M,3 days,1 day,4 hours\n", team)
    assert words(found) == [
        "2: 2024: 4 is in “hours”, and the measure’s other numbers are in “days”; it is left out."
    ]
    assert found.counts.values == 2


# --- what is told of a row --------------------------------------------------------------------


def test_a_row_without_a_goal_or_a_measure_says_what_comes_of_it(team):
    found = plan("Goal,Measure,2024\n,M,1\nG,,\nH,,5\n, ,7\n", team)
    assert [row.verdict for row in found.rows] == ["new", "goal", "left out", "left out"]
    assert "2: The goal is blank" in notices(found)
    assert "3: There is no measure in this row, so only the goal is made." in notices(found)
    assert words(found)[0].startswith("4: There are numbers in this row and no measure")
    importing.apply(found)
    assert list(Goal.objects.values_list("original", flat=True)) == ["G"]
    assert Measure.objects.get().goal is None
    assert found.rows_lost == 2


@pytest.mark.parametrize("longest", ["Goal", "Measure"])
def test_a_name_that_is_too_long_is_told_and_never_cut(team, longest):
    goal, name = ("g" * 501, "M") if longest == "Goal" else ("G", "m" * 301)
    found = plan(f"Goal,Measure,2024\n{goal},{name},1\nG,Short,1\n", team)
    assert found.rows[0].verdict == "left out"
    assert f"{longest}: {501 if longest == 'Goal' else 301} letters" in words(found)[0]
    importing.apply(found)
    assert [measure.name for measure in Measure.objects.all()] == ["Short"]


def test_control_a_name_as_long_as_it_may_be_is_kept_whole(team):
    bring(f"Goal,Measure,2024\n{'g' * 500},{'m' * 300},1\n", team)
    assert (len(Goal.objects.get().original), len(Measure.objects.get().name)) == (500, 300)


def test_a_repeated_measure_is_told_and_made_once(team):
    found = plan("Goal,Measure,2024\nG,M,1\n G , M ,1\n", team)
    assert [row.verdict for row in found.rows] == ["new", "repeated"]
    assert "3: The same measure as in row 2, repeated." in notices(found)
    assert importing.apply(found).counts.values == 1


def test_a_repeated_measure_with_other_numbers_is_a_problem_and_the_first_is_kept(team):
    found = plan("Goal,Measure,2023,2024\nG,M,1,\nG,M,2,5\n", team)
    assert words(found) == [
        "3: The same measure as in row 2, told otherwise: 2023 is 1 there and 2 here. Row 2 is kept."
    ]
    importing.apply(found)
    assert numbers(Value)[0] == ("2023", "1")
    assert importing.apply(plan("Goal,Measure,2023\nG,M,1\n", team)).counts.changes == 0


def test_formulas_in_a_csv_are_told_and_never_taken(team):
    found = plan("Goal,Measure,Owner,2024\n=A1,M,,1\nG,=B2,,1\nG,N,=C1,=A1+B1\n", team)
    assert [row.verdict for row in found.rows] == ["left out", "left out", "new"]
    assert [line.split(" is a formula")[0] for line in words(found)] == [
        "2: Goal: “=A1”",
        "3: Measure: “=B2”",
        "4: Owner: “=C1”",
        "4: 2024: “=A1+B1”",
    ]


def test_formulas_in_a_workbook_give_their_stored_result_and_say_so(team):
    book = workbook([["Goal", "Measure", "2024"], ["G", "M", "=1+1"]])
    without = plan(as_file(book), team)
    assert "2024: a formula without a stored result" in words(without)[0]
    found = plan(with_stored_result(as_file(book), "2"), team)
    assert (words(found), found.counts.values) == ([], 1)
    assert "2024: formulas; their stored results are taken." in notices(found)


@pytest.mark.parametrize("bad", ["\x00", "\x07", "\x9f", "\ufffe"])
def test_characters_that_cannot_be_kept_are_told(team, bad):
    found = plan(f"Goal,Measure,Owner,2024\nG,M{bad}x,,1\nG,N,A{bad}n,2{bad}\n", team)
    assert [row.verdict for row in found.rows] == ["left out", "new"]
    assert "Measure: “M\ufffdx” holds a character that can’t be shown" in words(found)[0]
    assert importing.apply(found).counts.new == 1


def test_a_lone_surrogate_is_told(team):
    raw = "Goal,Measure,2024\nÉtés,M,1\nG,".encode() + b"\xed\xa0\x80,1\n"
    found = plan(io.BytesIO(raw), team)
    assert [row.verdict for row in found.rows] == ["new", "left out"]


def test_choices_that_are_not_known_are_told_and_left(team):
    found = plan("Goal,Measure,Direction,How often\nG,M,sideways,whenever\n", team)
    assert "Direction: “sideways” is not one of Higher is better" in words(found)[0]
    assert found.counts.new == 1


def test_a_date_that_is_none_in_a_long_sheet_is_told(team):
    found = plan("Measure,Period,Value\nM,2024-02-30,1\nM,,2\nM,2024-03,3\n", team)
    assert words(found) == [
        "2: Period: “2024-02-30” is not a period; write one like 2024-03, Q1 2025 or FY16.",
        "3: Period: the period is blank; write one like 2024-03, Q1 2025 or FY16.",
    ]
    assert found.counts.values == 1


# --- against what is stored -------------------------------------------------------------------


def test_a_blank_never_overwrites_what_a_facilitator_typed(team):
    bring("Goal,Measure,Owner,Unit,2024\nG,M,Ann,,85%\n", team)
    Measure.objects.update(owner="Bo", unit="share", status="pilot", frequency="month", intent="Is it?")
    again = bring("Goal,Measure,Owner,Description,2024\nG,M,,,85%\n", team)
    assert again.changes == 0
    measure = Measure.objects.get()
    assert (measure.owner, measure.unit, measure.status, measure.frequency, measure.intent) == (
        "Bo", "share", "pilot", "month", "Is it?",
    )  # fmt: skip


def test_a_cell_that_differs_is_a_change_that_the_plan_shows(team):
    bring("Goal,Measure,Owner,Direction\nG,M,Ann,up\n", team)
    found = plan("Goal,Measure,Owner,Direction\nG,M,Bo,down\n", team)
    assert [list(change) for change in found.rows[0].changes] == [
        ["the owner", "Ann", "Bo"],
        ["which direction is better", "Higher is better", "Lower is better"],
    ]
    importing.apply(found)
    assert Measure.objects.get().owner == "Bo"


def test_only_the_changed_fields_are_written(team):
    bring("Goal,Measure,Owner\nG,M,Ann\n", team)
    found = plan("Goal,Measure,Owner\nG,M,Bo\n", team)
    Measure.objects.update(intent="Typed between plan and confirm")
    importing.apply(found)
    measure = Measure.objects.get()
    assert (measure.owner, measure.intent) == ("Bo", "Typed between plan and confirm")


def test_spaces_do_not_make_another_goal_or_measure(team):
    goal = Goal.objects.create(team=team, original="Keep  the water clean")
    Measure.objects.create(team=team, goal=goal, name=" Litter ", group="Rivers")
    counts = bring("Department,Goal,Measure,2024\nRivers,Keep the water clean,Litter,1\n", team)
    assert (counts.goals, counts.new, counts.values) == (0, 0, 1)


def test_names_alone_repeat_in_other_groups_and_teams(team, other_team):
    bring(WIDE, team)
    assert bring(WIDE, other_team).new == 4
    assert Measure.objects.filter(name="Tonnes of litter").count() == 4


def test_a_namesake_in_another_group_is_told(team):
    bring("Department,Goal,Measure,2024\nRivers,G,M,1\n", team)
    found = plan("Goal,Measure,2024\nG,M,1\n", team)
    assert found.counts.new == 1
    assert "The team has a measure of this name and goal under “Rivers”" in notices(found)


def test_nothing_is_half_written_when_the_database_fails(team, monkeypatch):
    found = plan(WIDE, team)

    def fail(*args, **kwargs):
        raise DatabaseError("disk full")

    monkeypatch.setattr(importing, "_statement", fail)
    with pytest.raises(Refusal, match="nothing of it was"):
        importing.apply(found)
    assert (Goal.objects.count(), Measure.objects.count(), Value.objects.count()) == (0, 0, 0)


@pytest.mark.parametrize("rows", [1, 3])
def test_the_number_of_queries_does_not_grow_with_the_rows(team, rows, django_assert_num_queries):
    text = "Goal,Measure,2023,Target 2024\n" + "".join(f"G{n},M{n},{n},{n}\n" for n in range(rows))
    with django_assert_num_queries(4):
        found = plan(text, team)
    with django_assert_num_queries(14):
        importing.apply(found)


# --- a long sheet -----------------------------------------------------------------------------

LONG = """\
Measure,Period,Value,Type
Litter,2024-01,1.5,actual
Litter,2024-02,2.5,actual
Litter,2024-02,3,Target
Litter,2024-03,9,forecast
Visitors,Mar 2024,"1,200",
"""


def test_a_long_sheet_becomes_values_and_targets(team):
    found = plan(LONG, team)
    assert [(row.verdict, row.line) for row in found.rows] == [("new", 2), ("new", 6)]
    assert "5: Type: “forecast” is neither a value nor a target" in words(found)[0]
    importing.apply(found)
    assert numbers(Value) == [("2024-01", "1.5"), ("2024-02", "2.5"), ("Mar 2024", "1200")]
    assert numbers(Target) == [("2024-02", "3")]
    assert set(Measure.objects.values_list("frequency", "status", "goal")) == {("month", "in_use", None)}
    assert bring(LONG, team).changes == 0


def test_a_long_sheet_finds_the_teams_measure_by_its_name(team, measure):
    counts = bring(f"KPI,Date,Result\n{measure.name},01/03/2024,85.7%\n{measure.name},01/04/2024,86%\n", team)
    assert (counts.new, counts.values) == (0, 2)
    assert [row.period for row in measure.values.order_by("period")] == [date(2024, 3, 1), date(2024, 4, 1)]


def test_a_name_that_several_measures_have_is_told(team):
    bring(WIDE, team)
    found = plan("Measure,Period,Value\nTonnes of litter,FY20,1\n", team)
    assert "2 measures of this team are called “Tonnes of litter”" in words(found)[0]
    assert importing.apply(found).counts.changes == 0


def test_the_department_tells_namesakes_apart_in_a_long_sheet(team):
    bring(WIDE, team)
    text = "Department,Program,Measure,Period,Value\nRivers,Banks,Tonnes of litter,FY20,1\n"
    assert bring(text, team).values == 1
    assert Value.objects.get(period=date(2020, 1, 1)).measure.group == "Rivers › Banks"


def test_a_period_told_twice_in_a_long_sheet_keeps_the_first(team):
    found = plan("Measure,Period,Value\nM,2024-01,1\nM,Jan 2024,1\nM,2024-01,2\n", team)
    assert "3: Jan 2024 is repeated" in notices(found)
    assert words(found) == ["4: Value: 2024-01 is 2 here and 1 in row 2; row 2 is kept."]
    assert importing.apply(found).counts.values == 1


def test_rows_with_and_without_the_goal_meet_in_one_measure(team, measure):
    text = (
        f"Goal,Measure,Period,Value\n,{measure.name},2024-01,1\n"
        f"{measure.goal.original},{measure.name},2024-02,2\n{measure.goal.original},{measure.name},2024-01,5\n"
    )
    found = plan(text, team)
    assert "2024-01 is 1 there and 5 here" in words(found)[0]
    importing.apply(found)
    assert [f"{row.value:.0f}" for row in measure.values.order_by("period")] == ["1", "2"]
    assert bring(text, team).changes == 0


def test_a_long_sheet_may_have_values_and_targets_side_by_side(team):
    bring("Measure,Month,Actual,Target\nM,2024-01,1,2\n", team)
    assert (numbers(Value), numbers(Target)) == ([("2024-01", "1")], [("2024-01", "2")])


# --- a workbook -------------------------------------------------------------------------------


def test_a_workbook_gives_exact_numbers_percents_and_dated_columns(team):
    rows = [
        ["Goal", "Measure", date(2024, 1, 1), date(2024, 2, 1), date(2024, 3, 1)],
        ["G", "Share", 0.857, 1, "85.9%"],
        ["G", "Third", 1 / 3, None, "n/a"],
    ]
    formats = {"C1": "mmm-yy", "D1": "mmm-yy", "E1": "mmm-yy", "C2": "0.0%", "D2": "0%"}
    found = importing.plan(xlsx_file(rows, formats), "kpis.xlsx", team=team)
    assert "3: Jan 2024: more than the six decimals that are kept; rounded to those." in notices(found)
    importing.apply(found)
    share = Measure.objects.get(name="Share")
    assert (share.unit, share.frequency) == ("%", "month")
    assert numbers(Value, measure=share) == [("Jan 2024", "85.7"), ("Feb 2024", "100"), ("Mar 2024", "85.9")]


# --- refusals and the department --------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("Measure,2024\nM,1\n", ["no goal column", "“Measure”, “2024”", "kpis.csv"]),
        ("Goal,2024\nG,1\n", ["no measure column", "“Goal”, “2024”"]),
        ("org_code,period,attendances\nR1H,2016-04,5\n", ["no measure column", "“org_code”"]),
        ("a,b\n1,2\n", ["no goal column and no measure column", "“a”, “b”"]),
        ("Goal,Measure,2024\n", ["no rows beneath"]),
    ],
)
def test_a_file_that_cannot_be_imported_is_refused_with_its_headers(team, text, said):
    with pytest.raises(Refusal) as refusal:
        plan(text, team)
    for part in said:
        assert part in str(refusal.value)


def test_one_department_can_be_chosen(team):
    found = plan(WIDE, team, department=" rivers ")
    assert (found.rows_read, found.reading.rows_in_file, found.counts.new) == (3, 4, 3)
    assert importing.apply(found).counts.new == 3
    assert set(Measure.objects.values_list("group", flat=True)) == {"Rivers › Patrol", "Rivers › Banks"}


def test_an_unknown_department_is_refused_with_those_that_there_are(team):
    with pytest.raises(Refusal, match=r"“River”.*“Rivers”, “Parks”"):
        plan(WIDE, team, department="River")
    with pytest.raises(Refusal, match="no department column"):
        plan("Goal,Measure\nG,M\n", team, department="Rivers")


def test_of_many_departments_the_nearest_are_named_first(team):
    many = [f"Bureau {letter * 3}" for letter in "abcdefghijklmnopqrstuvwxyzäöüßéèçñøåæþ"]
    names = [*many, "Austin Water Utility", "Parks and Recreation", "PARKS AND RECREATION"]
    text = "Department,Goal,Measure\n" + "".join(f"{name},G,M{at}\n" for at, name in enumerate(names))
    for typed, meant in [("water", "Austin Water Utility"), ("parks & recreation", "PARKS AND RECREATION")]:
        with pytest.raises(Refusal) as refusal:
            plan(text, team, department=typed)
        assert f"The nearest in the file: “{meant}”, and 39 others." in str(refusal.value)
    with pytest.raises(Refusal, match="“Bureau eee”, and 35 others"):
        plan(text, team, department="zzzzzzzzzzzz")


# --- the command ------------------------------------------------------------------------------


def run(capsys, path, *arguments: str) -> str:
    call_command("import_measures", str(path), *arguments)
    return capsys.readouterr().out


@pytest.fixture
def kpis(tmp_path):
    path = tmp_path / "kpis.csv"
    path.write_text(WIDE, encoding="utf-8")
    return path


def test_the_command_makes_the_team_and_says_what_it_did(db, capsys, kpis):
    said = run(capsys, kpis, "--team", "River  Watch")
    assert "The team “River Watch” is new." in said
    assert "4 rows read, 0 lost" in said
    assert "4 measures new, 0 changed, 0 unchanged" in said
    assert "2 goals new" in said
    assert "row 5: FY17 Actual: “abc” is not a number." in said
    assert "‘.’ parts decimals: “85.7%” in row 2" in said
    again = run(capsys, kpis, "--team", "River Watch")
    assert "0 measures new, 0 changed, 4 unchanged" in again
    assert "\n0 changes" in again
    assert "is new" not in again


def test_a_dry_run_writes_nothing_not_even_the_team(db, capsys, kpis):
    assert "nothing is written" in run(capsys, kpis, "--team", "River Watch", "--dry-run")
    assert not Team.objects.exists()


def test_the_command_reads_one_department(db, capsys, kpis):
    said = run(capsys, kpis, "--team", "Parks", "--department", "Parks")
    assert "1 of 4 rows read, 0 lost" in said


@pytest.mark.parametrize(
    "arguments", [["--team", " "], ["--team", "x" * 201], ["--team", "T", "--department", "No"]]
)
def test_a_refused_command_fails_in_words_and_makes_no_team(db, kpis, arguments):
    with pytest.raises(CommandError, match=r"\w+ \w+"):
        call_command("import_measures", str(kpis), *arguments)
    assert not Team.objects.exists()


def test_a_file_that_is_not_there_is_said(db, tmp_path):
    with pytest.raises(CommandError, match="can’t be opened"):
        call_command("import_measures", str(tmp_path / "none.csv"), "--team", "T")


# --- anything at all --------------------------------------------------------------------------

scraps = st.sampled_from(
    [
        "",
        " ",
        "Goal",
        "Measure",
        "G",
        "M",
        "85.7%",
        "1,5",
        "1.5",
        "14,973",
        "n/a",
        "=A1",
        "12 days",
        "x\x00y",
        "FY16",
    ]
) | st.text(max_size=12)
HEADERS = """\
Goal|Measure|Department|Owner|Unit|FY16 Actual|FY17|FY16 Target|2024-03|Period|Value|Type|Target|01/03/2024|\
Status|Direction|"""
headers = st.sampled_from(HEADERS.split("|"))


@settings(deadline=None, max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(headers, min_size=1, max_size=7), st.lists(st.lists(scraps, max_size=8), max_size=6))
def test_any_sheet_is_refused_in_words_or_imported_once(team, header, rows):
    out = io.StringIO()
    csv.writer(out).writerows([["Measure", "Goal", *header], *rows])
    file = io.BytesIO(out.getvalue().encode("utf-8", errors="surrogatepass"))
    try:
        with transaction.atomic():
            found = importing.plan(file, "any.csv", team=team)
            planned = found.counts.changes
            assert importing.apply(found).counts.changes == planned
            file.seek(0)
            assert importing.plan(file, "any.csv", team=team).counts.changes == 0
            transaction.set_rollback(True)
    except Refusal as refusal:
        assert len(str(refusal)) > 20


@settings(deadline=None, max_examples=100, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.binary(max_size=300))
def test_any_bytes_are_refused_in_words_or_read(team, raw):
    for start in (b"", b"PK\x03\x04", b"Goal,Measure,2024\n"):
        try:
            importing.plan(io.BytesIO(start + raw), "any", team=team)
        except Refusal as refusal:
            assert len(str(refusal)) > 20
