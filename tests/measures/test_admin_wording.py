"""Hints on the pages where goals and measures are written: shown, kept, shown again, never in the way."""

import re

import pytest
from django.contrib.admin.models import LogEntry
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from tests.sent_back import sent_back


@pytest.fixture
def vague(team):
    return team.goals.create(original="Implement robust ferries")


def page_of(thing) -> str:
    return reverse(f"admin:measures_{thing._meta.model_name}_change", args=[thing.pk])


def press(client, thing, query: str = "", **typed):
    """Open the page, type over it, press the button; the answer, redirects followed."""
    page = page_of(thing) + query
    form = sent_back(client.get(page), f"{thing._meta.model_name}_form", **typed)
    return client.post(page, form, follow=True)


def buttons(response, name: str) -> list[str]:
    return re.findall(rf'name="{name}"\s+value="([^"]*)"', response.content.decode())


def test_a_goals_page_shows_what_to_look_at(as_facilitator, vague):
    answer = as_facilitator.get(page_of(vague))
    text = answer.content.decode()
    assert buttons(answer, "_keep") == ["action:implement", "weasel:robust"]
    assert "Two things to look at" in text
    assert "“robust” sounds right to everybody" in text


def test_a_goal_without_hints_has_no_box(as_facilitator, team):
    clear = team.goals.create(original="Every ferry leaves on time.")
    assert "wording-hints" not in as_facilitator.get(page_of(clear)).content.decode()
    assert "wording-hints" not in as_facilitator.get(reverse("admin:measures_goal_add")).content.decode()


def test_keeping_saves_what_was_typed_too(as_facilitator, vague):
    answer = press(as_facilitator, vague, why="Because of the tide", _keep="weasel:robust")
    vague.refresh_from_db()
    assert (vague.why, vague.kept_hints) == ("Because of the tide", ["weasel:robust"])
    assert buttons(answer, "_keep") == ["action:implement"]
    assert buttons(answer, "_show_again") == ["weasel:robust"]
    assert "Saved. Kept: “robust”." in answer.content.decode()


def test_what_was_kept_stays_kept_when_the_sentence_changes(as_facilitator, vague):
    press(as_facilitator, vague, _keep="weasel:robust")
    answer = press(as_facilitator, vague, original="Every ferry has a robust hull", _continue="1")
    assert buttons(answer, "_keep") == []
    assert buttons(answer, "_show_again") == ["weasel:robust"]


def test_what_was_kept_is_shown_again(as_facilitator, vague):
    press(as_facilitator, vague, _keep="weasel:robust")
    press(as_facilitator, vague, _keep="action:implement")
    answer = press(as_facilitator, vague, _show_again="weasel:robust")
    vague.refresh_from_db()
    assert vague.kept_hints == ["action:implement"]
    assert buttons(answer, "_keep") == ["weasel:robust"]


def test_a_hint_whose_words_went_in_the_same_breath_is_not_kept(as_facilitator, vague):
    answer = press(as_facilitator, vague, original="Every ferry floats", _keep="weasel:robust")
    vague.refresh_from_db()
    assert (vague.original, vague.kept_hints) == ("Every ferry floats", [])
    assert "no longer stands" in answer.content.decode()


@pytest.mark.parametrize("name", ["weasel:", "<b>", "x" * 5000])
def test_nothing_unknown_is_kept(as_facilitator, vague, name):
    answer = press(as_facilitator, vague, _keep=name)
    vague.refresh_from_db()
    assert (answer.status_code, vague.kept_hints) == (200, [])


def test_a_faulty_page_keeps_nothing_and_loses_nothing(as_facilitator, vague, goal):
    answer = press(as_facilitator, vague, original=goal.original, why="Typed", _keep="weasel:robust")
    vague.refresh_from_db()
    assert vague.kept_hints == []
    assert "Nothing was kept or saved yet" in answer.content.decode()
    assert sent_back(answer, "goal_form")["why"] == "Typed"


def test_the_enter_key_saves_and_keeps_nothing(as_facilitator, vague):
    text = as_facilitator.get(page_of(vague)).content.decode()
    form = text[text.index('id="goal_form"') :]
    assert re.search(r'type="submit"\s+name="(\w+)"', form)[1] == "_save"


def test_a_button_leads_back_with_the_lists_filters(as_facilitator, vague):
    answer = press(as_facilitator, vague, "?_changelist_filters=layer__exact%3Dteam", _keep="weasel:robust")
    [(address, _)] = answer.redirect_chain
    assert address == f"{page_of(vague)}?_changelist_filters=layer__exact%3Dteam#wording-hints"


def test_a_small_window_has_no_box(as_facilitator, vague):
    assert "wording-hints" not in as_facilitator.get(page_of(vague) + "?_popup=1").content.decode()


def test_keeping_is_a_post_with_a_token_by_one_of_the_team(facilitator, as_facilitator, as_stranger, vague):
    form = sent_back(as_facilitator.get(page_of(vague)), "goal_form", _keep="weasel:robust")
    careful = Client(enforce_csrf_checks=True)
    careful.force_login(facilitator)
    careful.get(page_of(vague), {"_keep": "weasel:robust"})
    assert careful.post(page_of(vague), form).status_code == 403
    as_stranger.post(page_of(vague), form)
    vague.refresh_from_db()
    assert vague.kept_hints == []
    as_facilitator.post(page_of(vague), form)  # the same form, from one who may
    vague.refresh_from_db()
    assert vague.kept_hints == ["weasel:robust"]


def test_two_who_keep_at_once_both_keep(as_facilitator, vague):
    form = sent_back(as_facilitator.get(page_of(vague)), "goal_form", _keep="weasel:robust")
    type(vague).objects.filter(pk=vague.pk).update(kept_hints=["action:implement"])
    as_facilitator.post(page_of(vague), form)
    vague.refresh_from_db()
    assert vague.kept_hints == ["action:implement", "weasel:robust"]


def test_keeping_stands_in_the_history(as_facilitator, vague):
    press(as_facilitator, vague, _keep="weasel:robust")
    said = LogEntry.objects.filter(object_id=vague.pk).values_list("change_message", flat=True)
    assert "Kept: “robust”." in said


def test_a_measures_page_shows_and_keeps_hints_on_its_owner(as_facilitator, measure):
    answer = press(as_facilitator, measure, owner="Harbour Office", _continue="1")
    assert "One thing to look at" in answer.content.decode()
    answer = press(as_facilitator, measure, _keep="owner:department")
    measure.refresh_from_db()
    assert measure.kept_hints == ["owner:department"]
    assert "Kept in owner: “Harbour Office”" in answer.content.decode()


def test_typed_words_are_escaped(as_facilitator, team):
    sharp = team.goals.create(
        original="Sail; <b>Retain</b> <script>alert(1)</script>; and reduce noise robustly"
    )
    text = as_facilitator.get(page_of(sharp)).content.decode()
    assert "wording-hints" in text
    assert "<script>alert" not in text


@pytest.mark.parametrize("count", [1, 3])
def test_the_list_counts_open_hints_without_a_query_more(as_facilitator, team, count, monkeypatch):
    for number in range(count):
        team.goals.create(original=f"Implement robust ferry {number}", kept_hints=["weasel:robust"])
    with CaptureQueriesContext(
        connection,
    ) as with_hints:
        answer = as_facilitator.get(reverse("admin:measures_goal_changelist"))
    assert re.findall(r'<td class="field-hint_count">(.*?)</td>', answer.content.decode()) == ["1"] * count
    monkeypatch.setattr("measures.admin.GoalAdmin.list_display", ["title", "measure_count"])
    with CaptureQueriesContext(connection) as without:
        as_facilitator.get(reverse("admin:measures_goal_changelist"))
    assert len(with_hints) == len(without)
