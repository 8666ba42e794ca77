"""Curating goals, measures and values in the admin."""

import re
from datetime import date
from decimal import Decimal
from functools import partial

import pytest
from django.contrib.auth.models import Permission, User
from django.test import Client
from django.urls import reverse

from measures.models import Baseline, GoalLink, Measure, Membership, Team, Value
from tests.sent_back import admin_address, saved, sent_back

TWICE = {"period": "01/02/2026", "value": "1"}

address, save = partial(admin_address, "measures"), partial(saved, "measures")


@pytest.fixture
def as_superuser(db) -> Client:
    client = Client()
    client.force_login(User.objects.create_superuser("root"))
    return client


@pytest.fixture
def monthly(measure) -> list[Value]:
    rows = [
        Value(measure=measure, period=date(2018 + month // 12, month % 12 + 1, 1), value=Decimal(month))
        for month in range(70)
    ]
    return Value.objects.bulk_create(rows)


def test_a_facilitator_with_one_team_adds_a_goal_without_choosing_it(as_facilitator, team):
    save(as_facilitator, "goal", original="Repair the quay")
    assert team.goals.get().original == "Repair the quay"


def test_a_goal_that_is_there_already_is_said_in_words(as_facilitator, team, goal):
    other = team.goals.create(original="Another")
    answer = save(as_facilitator, "goal", other.pk, original=goal.original)
    assert "This team has this goal already." in answer.content.decode()
    other.refresh_from_db()
    assert other.original == "Another"


def test_a_goal_is_linked_to_another_goal_of_its_team(as_facilitator, team, goal):
    other = team.goals.create(original="Another")
    typed = {"links_out-TOTAL_FORMS": "1", "links_out-0-kind": "cause", "links_out-0-target": str(other.pk)}
    save(as_facilitator, "goal", goal.pk, **typed)
    assert GoalLink.objects.get(source=goal).target == other


def test_a_goal_is_not_linked_to_itself(as_facilitator, goal):
    typed = {"links_out-TOTAL_FORMS": "1", "links_out-0-kind": "cause", "links_out-0-target": str(goal.pk)}
    answer = save(as_facilitator, "goal", goal.pk, **typed)
    assert "A goal can’t be linked to itself" in answer.content.decode()
    assert not GoalLink.objects.exists()


def test_a_goal_is_not_linked_to_another_teams(in_two_teams, other_team, goal):
    theirs = other_team.goals.create(original="Theirs")
    typed = {"links_out-TOTAL_FORMS": "1", "links_out-0-kind": "cause", "links_out-0-target": str(theirs.pk)}
    answer = save(in_two_teams, "goal", goal.pk, **typed)
    assert "This is another team’s goal" in answer.content.decode()
    assert not GoalLink.objects.exists()


def test_a_measure_takes_no_goal_of_another_team(in_two_teams, other_team, measure, goal):
    theirs = other_team.goals.create(original="Theirs")
    answer = save(in_two_teams, "measure", measure.pk, goal=str(theirs.pk))
    assert "This is another team’s goal" in answer.content.decode()
    measure.refresh_from_db()
    assert measure.goal == goal


def test_a_measure_that_is_there_already_is_said_in_words(as_facilitator, team, goal, measure):
    other = Measure.objects.create(team=team, goal=goal, name="Another")
    answer = save(as_facilitator, "measure", other.pk, name=measure.name)
    assert "This goal has a measure of this name and group already." in answer.content.decode()


def test_a_measure_stays_with_its_team(in_two_teams, team, other_team, measure):
    save(in_two_teams, "measure", measure.pk, team=str(other_team.pk), name="Renamed")
    measure.refresh_from_db()
    assert (measure.name, measure.team) == ("Renamed", team)


def test_numbers_are_shown_as_people_write_them(as_facilitator, measure):
    for month, number in enumerate(["85.7", "1200", "0.000001"], start=1):
        measure.values.create(period=date(2026, month, 1), value=Decimal(number))
    page = as_facilitator.get(address("measure", "change", measure.pk))
    form = sent_back(page, "measure_form")
    assert [form[f"values-{row}-value"] for row in range(3)] == ["0.000001", "1200", "85.7"]


def test_a_value_is_added_above_the_others(as_facilitator, measure):
    measure.values.create(period=date(2026, 1, 1), value=Decimal("85.7"))
    typed = {"values-1-period": "01/02/2026", "values-1-value": "86.25", "values-1-remark": "Dry month"}
    save(as_facilitator, "measure", measure.pk, **typed)
    assert list(measure.values.values_list("value", flat=True)) == [Decimal("85.7"), Decimal("86.25")]


@pytest.mark.parametrize(
    ("typed", "words"),
    [
        (
            {"values-1-period": "01/01/2026", "values-1-value": "1"},
            "There is a value for this period already.",
        ),
        (
            {
                "values-TOTAL_FORMS": "3",
                **{f"values-{row}-{name}": typed for row in (1, 2) for name, typed in TWICE.items()},
            },
            "Please correct the duplicate",
        ),
        ({"values-1-period": "31/02/2026", "values-1-value": "1"}, "Enter a valid date or a period"),
        ({"values-1-period": "some day", "values-1-value": "1"}, "Feb 2026, Q1 2026"),
        ({"values-1-period": "01/02/2026", "values-1-value": "many"}, "“many” is not a number."),
        ({"values-1-period": "01/02/2026", "values-1-value": "n/a"}, "leave the whole row empty"),
        ({"values-1-period": "01/02/2026", "values-1-value": "1.2,3"}, "“1.2,3” does not fit: ‘.’ parts"),
        ({"values-1-period": "01/02/2026", "values-1-value": "1234567890.123456"}, "up to 15 are kept"),
        ({"values-1-period": "01/03/2026", "values-1-value": ""}, "This field is required."),
        ({"values-1-value": "3", "values-1-period": ""}, "This field is required."),
    ],
)
def test_a_value_that_can_not_be_is_said_in_words(as_facilitator, measure, typed, words):
    measure.values.create(period=date(2026, 1, 1), value=Decimal("85.7"))
    answer = save(as_facilitator, "measure", measure.pk, **typed)
    assert words in answer.content.decode()
    assert measure.values.count() == 1


def test_of_many_values_the_newest_are_shown_and_the_rest_are_kept(as_facilitator, measure, monthly):
    page = as_facilitator.get(address("measure", "change", measure.pk))
    assert "the newest 60 of 70" in page.content.decode()
    form = sent_back(page, "measure_form", **{"values-0-value": "1000"})
    assert form["values-INITIAL_FORMS"] == "60"
    as_facilitator.post(address("measure", "change", measure.pk), form)
    numbers = list(measure.values.values_list("value", flat=True))
    assert (len(numbers), numbers[0], numbers[-1]) == (70, 0, 1000)


def test_a_new_value_for_an_older_period_that_is_there_is_refused(as_facilitator, measure, monthly):
    typed = {"values-60-period": "01/01/2018", "values-60-value": "5"}
    answer = save(as_facilitator, "measure", measure.pk, **typed)
    assert "There is a value for this period already." in answer.content.decode()


def test_a_baseline_ends_after_it_starts(as_facilitator, measure):
    typed = {
        "baselines-TOTAL_FORMS": "1",
        "baselines-0-starts": "01/02/2026",
        "baselines-0-ends": "01/01/2026",
        "baselines-0-reason": "New pump",
    }
    answer = save(as_facilitator, "measure", measure.pk, **typed)
    assert "A baseline ends after it starts" in answer.content.decode()
    assert not Baseline.objects.exists()


def test_the_list_tells_the_number_of_values_and_finds_words(as_facilitator, team, goal, measure):
    measure.values.create(period=date(2026, 3, 1), value=1)
    Measure.objects.create(team=team, goal=goal, name="Boats inspected")
    page = as_facilitator.get(address("measure", "changelist"), {"q": "bathing"}).content.decode()
    assert "1, to Mar 2026" in page
    assert "Boats inspected" not in page


def test_the_list_names_the_newest_period_as_it_was_written(as_facilitator, measure):
    measure.values.create(period=date(2016, 1, 1), written="FY16", value=1)
    measure.values.create(period=date(2017, 1, 1), written="FY17", value=1)
    page = as_facilitator.get(address("measure", "changelist")).content.decode()
    assert "2, to FY17" in page
    assert "Jan 2017" not in page


def test_the_list_leads_to_the_import_of_ones_own_teams(as_facilitator, team, other_team):
    page = as_facilitator.get(address("measure", "changelist")).content.decode()
    assert f'<a href="{reverse("admin:measures_import")}">Import from a spreadsheet</a>' in page
    importing = as_facilitator.get(reverse("admin:measures_import"))
    assert importing.status_code == 200
    assert team.name in importing.content.decode()
    assert other_team.name not in importing.content.decode()


def test_the_import_asks_for_a_log_in(db):
    answer = Client().get(reverse("admin:measures_import"))
    assert answer.headers["Location"].startswith(reverse("admin:login"))


def test_a_measure_that_hangs_is_not_deleted_and_why_is_said(as_facilitator, measure, poster):
    answer = as_facilitator.post(address("measure", "delete", measure.pk), {"post": "yes"}, follow=True)
    page = answer.content.decode()
    assert "can’t be deleted while it has 1 poster." in page
    assert "Set its status to Retired" in page
    assert Measure.objects.filter(pk=measure.pk).exists()


def test_a_facilitator_sets_the_long_run_and_nothing_else_of_a_team(as_facilitator, team):
    save(as_facilitator, "team", team.pk, long_run="7", name="Renamed")
    team.refresh_from_db()
    assert (team.long_run, team.name) == (7, "River Patrol")


def test_a_facilitator_makes_no_team_and_no_member(as_facilitator, team, stranger):
    assert as_facilitator.get(address("team", "add")).status_code == 403
    assert as_facilitator.post(address("team", "delete", team.pk), {"post": "yes"}).status_code == 403
    typed = {
        "memberships-TOTAL_FORMS": "1",
        "memberships-INITIAL_FORMS": "0",
        "memberships-0-person": stranger.username,
        "memberships-0-role": "facilitator",
    }
    save(as_facilitator, "team", team.pk, **typed)
    assert not team.memberships.filter(user=stranger).exists()


def test_the_superuser_makes_teams_and_members(as_superuser, stranger):
    typed = {
        "memberships-TOTAL_FORMS": "1",
        "memberships-0-person": stranger.username,
        "memberships-0-role": "facilitator",
    }
    save(as_superuser, "team", name="Lock Keepers", **typed)
    assert Team.objects.get(name="Lock Keepers").memberships.get().user == stranger


# A team's people


@pytest.fixture
def owner(team, colleague) -> User:
    Membership.objects.filter(team=team, user=colleague).update(role="owner")
    return colleague


@pytest.fixture
def as_owner(owner) -> Client:
    client = Client()
    client.force_login(owner)
    return client


def add_person(client, team, name: str, role: str = "host", **more):
    """Fill in the row below those that are there."""
    row = team.memberships.count()
    typed = {"TOTAL_FORMS": str(row + 1), f"{row}-person": name, f"{row}-role": role}
    typed |= {f"{row}-{field}": value for field, value in more.items()}
    return save(client, "team", team.pk, **{f"memberships-{name}": value for name, value in typed.items()})


def row_of(client, team, user) -> str:
    """The prefix of this person's row on the team's page."""
    form = sent_back(client.get(address("team", "change", team.pk)), "team_form")
    return next(name for name, value in form.items() if value == user.username).removesuffix("-person")


def test_an_owner_adds_a_person_by_user_name_who_then_can_log_in(as_owner, team):
    guest = User.objects.create_user("guest")
    add_person(as_owner, team, "guest")
    assert team.memberships.get(user=guest).role == "host"
    guest.refresh_from_db()
    assert (guest.is_staff, guest.is_superuser) == (True, False)


def test_an_owner_makes_a_log_in_whose_password_is_shown_once_and_works(as_owner, team):
    told = add_person(as_owner, team, "newcomer", make="on").content.decode()
    password = re.search(r"Its password is (\S+) – ", told).group(1)
    newcomer = User.objects.get(username="newcomer")
    assert newcomer.check_password(password)
    assert (newcomer.is_staff, newcomer.is_superuser) == (True, False)
    assert not newcomer.user_permissions.exists()
    assert team.memberships.get(user=newcomer).role == "host"
    again = as_owner.get(address("team", "change", team.pk)).content.decode()
    assert password not in again


@pytest.mark.parametrize(
    ("name", "more", "words"),
    [
        ("nobody-here", {}, "Nobody here has the user name “nobody-here”."),
        ("Facilitator", {}, "Nobody here has the user name “Facilitator”."),
        ("facilitator", {}, "This person is in the team already."),
        ("gone", {}, "This log-in is switched off. Ask whoever runs this site"),
        ("facilitator", {"make": "on"}, "Somebody has the user name “facilitator” already"),
        ("Facilitator", {"make": "on"}, "Somebody has the user name “Facilitator” already"),
        ("two words", {"make": "on"}, "Enter a valid username."),
        ("x" * 151, {"make": "on"}, "at most 150 characters"),
        ("", {"make": "on"}, "This field is required."),
    ],
)
def test_a_name_that_can_not_be_added_is_said_in_words_and_kept(
    as_owner, team, facilitator, name, more, words
):
    User.objects.create_user("gone", is_active=False)
    before = (User.objects.count(), Membership.objects.count())
    page = add_person(as_owner, team, name, **more).content.decode()
    assert words in page
    assert f'value="{name}"' in page or not name
    assert (User.objects.count(), Membership.objects.count()) == before


def test_one_name_in_two_rows_is_said_in_words(as_owner, team):
    typed = {"memberships-TOTAL_FORMS": "3"}
    for row in (1, 2):
        typed |= {f"memberships-{row}-person": "twin", f"memberships-{row}-make": "on"}
        typed |= {f"memberships-{row}-role": "host"}
    page = save(as_owner, "team", team.pk, **typed).content.decode()
    assert "“twin” stands in two rows: take one of them out." in page
    assert not User.objects.filter(username="twin").exists()


def test_an_owner_sets_roles_and_removes_people(as_owner, team, facilitator):
    row = row_of(as_owner, team, facilitator)
    save(as_owner, "team", team.pk, **{f"{row}-role": "host"})
    assert team.memberships.get(user=facilitator).role == "host"
    save(as_owner, "team", team.pk, **{f"{row}-DELETE": "on"})
    assert not team.memberships.filter(user=facilitator).exists()


def test_a_row_is_never_turned_into_another_person(as_owner, team, facilitator, stranger):
    row = row_of(as_owner, team, facilitator)
    save(as_owner, "team", team.pk, **{f"{row}-person": stranger.username, f"{row}-role": "host"})
    assert team.memberships.get(role="host").user == facilitator


@pytest.mark.parametrize("forged", [{"role": "facilitator"}, {"role": "host"}, {"DELETE": "on"}])
def test_the_last_owner_stays(as_owner, owner, team, facilitator, forged):
    row = row_of(as_owner, team, owner)
    typed = {f"{row}-{name}": value for name, value in forged.items()}
    assert "A team keeps at least one owner" in save(as_owner, "team", team.pk, **typed).content.decode()
    assert team.memberships.get(user=owner).role == "owner"


def test_an_owner_leaves_when_another_takes_over(as_owner, owner, team, facilitator):
    mine, other = row_of(as_owner, team, owner), row_of(as_owner, team, facilitator)
    save(as_owner, "team", team.pk, **{f"{mine}-DELETE": "on", f"{other}-role": "owner"})
    assert list(team.memberships.values_list("user__username", "role")) == [("facilitator", "owner")]


def test_an_owner_chooses_the_people_of_no_other_team(as_owner, owner, other_team, stranger):
    Membership.objects.create(team=other_team, user=owner, role="facilitator")
    page = as_owner.get(address("team", "change", other_team.pk)).content.decode()
    assert "memberships-0-person" not in page
    typed = {"memberships-TOTAL_FORMS": "1", "memberships-INITIAL_FORMS": "0"}
    typed |= {"memberships-0-person": owner.username, "memberships-0-role": "owner"}
    save(as_owner, "team", other_team.pk, **typed)
    assert not other_team.memberships.filter(role="owner").exists()


# Hosts run the room and curate nothing


@pytest.fixture
def as_host(team) -> Client:
    user = User.objects.create_user("host", is_staff=True)
    Membership.objects.create(team=team, user=user, role="host")
    client = Client()
    client.force_login(user)
    return client


@pytest.mark.parametrize("model", ["team", "goal", "measure", "value", "target"])
def test_hosts_find_no_goal_and_no_measure(as_host, measure, model):
    assert as_host.get(address(model, "changelist")).status_code == 403
    assert as_host.get(address(model, "add")).status_code == 403


def test_a_host_is_offered_galleries_only(as_host, gallery):
    page = as_host.get(reverse("admin:index")).content.decode()
    assert reverse("admin:gallery_gallery_changelist") in page
    assert "Start here" not in page
    assert "/admin/measures/" not in page


def test_a_host_brings_in_no_spreadsheet(as_host):
    assert as_host.get(reverse("admin:measures_import")).status_code == 404


def test_a_host_here_who_curates_elsewhere_curates_there_only(as_host, team, measure, other_team):
    Membership.objects.create(team=other_team, user=User.objects.get(username="host"), role="facilitator")
    assert as_host.get(address("measure", "changelist")).status_code == 200
    assert measure.name not in as_host.get(address("measure", "changelist")).content.decode()
    assert as_host.get(address("measure", "change", measure.pk)).status_code == 302
    adding = as_host.get(address("goal", "add")).content.decode()
    assert other_team.name in adding
    assert team.name not in adding


def test_people_of_no_team_find_nothing_to_curate(db):
    client = Client()
    client.force_login(User.objects.create_user("nobody", is_staff=True))
    assert "measure" not in client.get(reverse("admin:index")).content.decode().replace("Measure Gallery", "")
    assert client.get(address("measure", "changelist")).status_code == 403


def test_people_of_no_team_are_told_whom_to_ask(db):
    client = Client()
    client.force_login(User.objects.create_user("nobody", is_staff=True))
    page = client.get(reverse("admin:index")).content.decode()
    assert "You belong to no team yet. Ask whoever runs this site to add you to one under Teams." in page
    assert "have permission" not in page
    assert "Start here" not in page


def test_the_start_page_leads_through_the_usual_order(as_facilitator):
    page = as_facilitator.get(reverse("admin:index")).content.decode()
    assert "You belong to no team" not in page
    start = page[page.index("Start here") :]
    steps = [
        reverse("admin:measures_import"),
        address("goal", "changelist"),
        reverse("admin:gallery_gallery_add"),
        reverse("admin:gallery_gallery_changelist"),
    ]
    places = [start.index(f'href="{step}"') for step in steps]
    assert places == sorted(places)


def test_the_start_page_has_people_last(as_superuser, team):
    page = as_superuser.get(reverse("admin:index")).content.decode()
    places = [page.index(f"app-{name} module") for name in ("gallery", "measures", "feedback", "auth")]
    assert places == sorted(places)
    assert ">People</a>" in page


def test_django_permissions_open_no_door(stranger, measure):
    stranger.user_permissions.set(Permission.objects.all())
    client = Client()
    client.force_login(stranger)
    answer = client.get(address("measure", "change", measure.pk), follow=True)
    assert measure.name not in answer.content.decode()


# What an address asks for that is nothing


@pytest.fixture
def odd(as_facilitator, measure) -> Client:
    as_facilitator.raise_request_exception = False
    return as_facilitator


NO_KEYS = ["abc", "9" * 26, "-1", "²", "٣", "", "1,2", "99999999999999999"]


@pytest.mark.parametrize("key", NO_KEYS)
@pytest.mark.parametrize(
    ("page", "names"),
    [
        ("measures_goal", ["team"]),
        ("measures_measure", ["team", "goal"]),
        ("measures_value", ["measure", "period", "value"]),
        ("gallery_wall", ["gallery", "order"]),
        ("gallery_poster", ["goal", "measure", "wall", "kind"]),
        ("gallery_gallery", ["team", "opens", "time_zone"]),
    ],
)
def test_an_address_that_fills_in_nonsense_opens_the_empty_form(odd, page, names, key):
    answer = odd.get(reverse(f"admin:{page}_add"), dict.fromkeys(names, key))
    assert (answer.status_code, b"<form" in answer.content) == (200, True)


def test_control_an_address_that_fills_in_a_key_has_it_chosen(odd, measure):
    page = odd.get(address("value", "add"), {"measure": measure.pk}).content.decode()
    assert f'<option value="{measure.pk}" selected>' in page


def test_a_search_of_a_thousand_words_finds_nothing(odd):
    words = " ".join(f"word{number}" for number in range(1000))
    assert odd.get(address("goal", "changelist"), {"q": words}).status_code == 200
    choice = {"app_label": "gallery", "model_name": "poster", "field_name": "goal", "term": words}
    assert odd.get(reverse("admin:autocomplete"), choice).json()["results"] == []


def test_control_a_search_of_a_few_words_finds_them_all(odd, goal):
    goal.team.goals.create(original="Improve the quay")
    page = odd.get(address("goal", "changelist"), {"q": "Improve water quality"}).content.decode()
    assert ("safe to swim" in page, "the quay" in page) == (True, False)
