"""Hints on wording: what they see, what they leave alone, and how one keeps one's words."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from measures import wording
from measures.wording import department, goal_hints, measure_hints


def ids(text: str) -> list[str]:
    return [hint.id for hint in goal_hints(original=text)]


def weasels(text: str) -> list[str]:
    return [hint.words for hint in wording.weasel_words(text, field="result")]


def focus(text: str) -> str | None:
    hint = wording.several(text, field="result")
    return hint and hint.words


RESULTS = [
    "Every patient is seen within four hours.",
    "The river is safe to swim in all summer.",
    "Everyone who needs a bed has one tonight.",
    "Nobody waits more than ten minutes for a ferry.",
    "Lead pipes are gone from every house.",
    "Complete streets are open to all.",
    "Support services are open at night.",
    "Parking is easy.",
    "Reporting a pothole takes a minute.",
    "Training is finished before anybody drives.",
    "Staff know the terms and conditions.",
    "We learn by trial and error.",
    "Drivers and riders get home unhurt.",
    "Boats that are rented and returned leave on time.",
    "When water is low and wind is strong, boats stay ashore.",
]


@pytest.mark.parametrize("text", RESULTS)
def test_a_result_is_left_in_peace(text):
    assert ids(text) == []


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("Ferries are run effectively", ["effectively"]),
        ("THE EFFECTIVENESS OF PATROLS", ["EFFECTIVENESS"]),
        ("A robust, cost-effective fleet", ["robust", "cost-effective"]),
        ("Repairs are made in a  timely manner", ["in a  timely manner"]),
        ("We leverage data; they leveraged it first", ["leverage"]),
        ("Optimised routes and optimizing crews", ["Optimised"]),
        ("Foster Neighbourly Ferries on Every River", ["Foster"]),
    ],
)
def test_weasel_words_are_seen_whole_in_every_form_and_once(text, found):
    assert weasels(text) == found


@pytest.mark.parametrize(
    "text",
    [
        "An ineffective, self-sustainable non-robust thing",  # inside other words
        "Nobody says “robust” or \"effective\" or 'holistic' any more",
        "Foster children find a home within a month",
        "The effective date is on every letter",
        "Robust Ltd answers every call",
        "Our supplier Robust Ltd answers every call",
        "The Foster Street bridge carries lorries",
        "Ferries follow the mayor’s agenda, Access and Excellence",
        "Paths are inclusive (step-free and lit)",
        "Innovation’s home is here",
        "Write to effective@example.org",
    ],
)
def test_names_quotes_and_plain_uses_are_no_weasel_words(text):
    assert weasels(text) == []


def test_a_hint_says_why_and_what_to_try():
    [hint] = goal_hints(original="Boats are robust")
    assert (hint.id, hint.field, hint.words) == ("weasel:robust", "original", "robust")
    assert "“robust”" in hint.reason
    assert "see, hear or feel" in hint.try_instead


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("Implement the new timetable", "action:implement"),
        ("1. Implement the new timetable", "action:implement"),
        ("Goal 2: To hear every complaint", "action:hear"),
        ("Engine rooms - provide spare parts", "action:provide"),
        ("We will train all crews", "action:train"),
        ("Quickly repair the quay", "action:repair"),
        ("Adoption of a new timetable", "action:adopt"),
        ("Providing lifebelts", "action:provide"),
        ("IMPLEMENT THE TIMETABLE", "action:implement"),
        ("Plan and build a ferry", "action:plan"),
        ("Increase ticket sales", "direction:increase"),
        ("Continue to improve the quay", "direction:improve"),
        ("Reducing waste", "direction:reduce"),
    ],
)
def test_a_goal_that_starts_with_what_we_do_is_asked_for_its_result(text, found):
    assert found in ids(text)


@pytest.mark.parametrize(
    "text",
    [
        "Increase in sales",
        "Reduction of waste is plain to see",
        "Support for carers",
        "Plan B works",
        "To our customers we are the only choice",
        "To be first",
        "Providing lifebelts is cheap",
        "“Implement the plan”",
        "Grant Street floods no more",
    ],
)
def test_nouns_and_statements_are_no_actions(text):
    assert not [found for found in ids(text) if found.startswith(("action", "direction"))]


def test_a_direction_and_an_action_have_reasons_of_their_own():
    [direction] = goal_hints(original="Increase ticket sales")
    [deed] = goal_hints(original="Implement the timetable")
    assert "which way to go" in direction.reason
    assert "what we do" in deed.reason


def test_a_verb_that_is_a_weasel_word_is_one_hint():
    assert ids("Foster trust on the river") == ["weasel:foster"]


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("Attract and retain good crews", "Attract and retain"),
        ("To plan, build & run the ferry", "plan, build & run"),
        ("Prevent falls and reduce noise", "Prevent falls and reduce"),
        ("To protect crews and to promote sailing", "protect crews and to promote"),
        ("Improving quays and reducing queues", "Improving quays and reducing"),
        ("Quays are lit; every ferry leaves on time", "lit; every"),
        ("Repair the old quay by May. To provide a crane", "May. To provide"),
        ("Piers are clean and bridges are open", "are clean and bridges are"),
        ("The quay is safe and clean", "safe and clean"),
        ("Ensure that our piers are safe, clean and lit", "safe, clean and lit"),
        ("Provide lamps, benches and shelter", "lamps, benches and shelter"),
    ],
)
def test_a_goal_of_several_results_is_a_question(text, found):
    assert focus(text) == found
    assert "?" in wording.several(text, field="result").reason


@pytest.mark.parametrize(
    "text",
    [
        "Improve health and safety",
        "Crews come home safe and sound",
        "Explain the terms & conditions",
        "Improve access to lamps, benches and shelter",
        "Help crews to rest and recover",
        "Provide food (bread, milk and fruit)",
        "Reduce waste such as paper, glass and tin",
        "Encourage visitors who rent and return a boat",
        "The fare is 10 and falling",
        "1. Reduce waste",
        "Ask for a boat; wait",
    ],
)
def test_pairs_of_nouns_and_asides_are_one_focus(text):
    assert focus(text) is None


@pytest.mark.parametrize(
    "owner",
    [
        "Transport Department",
        "Office of the Harbour",
        "the night team",
        "Finance",
        "finance & HR",
        "IT, Operations",
        "Harbour board",
        "Commissioner's Office",
        "Everyone",
    ],
)
def test_a_body_of_people_is_no_owner(owner):
    assert department(owner).id == "owner:department"


@pytest.mark.parametrize(
    "owner",
    [
        "",
        "Ama Boateng",
        "Ama Boateng, Finance",
        "Ama Boateng (Transport Department)",
        "Head of IT",
        "Team leader",
        "Chair of the Board",
        "Director, Office of the Harbour",
        "Dr Board",
        "Unity Offices-Smith",
        "team@example.org",
    ],
)
def test_a_person_or_a_post_is_an_owner(owner):
    assert department(owner) is None


@pytest.mark.parametrize(
    "name", ["Response time", "Processing hours", "Engagement days", "Improve it", "Reports"]
)
def test_a_measures_name_is_seldom_a_task(name):
    assert not [hint for hint in measure_hints(name=name) if hint.id.startswith("action")]


def test_a_measures_name_that_is_a_task_or_vague_has_a_hint():
    assert [hint.id for hint in measure_hints(name="Implement the timetable")] == ["action:implement"]
    [hint] = measure_hints(name="Effectiveness of patrols", owner="Ama Boateng")
    assert (hint.id, hint.field) == ("weasel:effective", "name")
    assert "counted" in hint.reason


def test_the_wording_that_hangs_is_looked_at():
    assert [hint.field for hint in goal_hints(original="Implement it", result="Boats are robust")] == [
        "result"
    ]
    assert [hint.field for hint in goal_hints(original="Implement it", result=" ")] == ["original"]
    assert goal_hints(original="Implement robust boats", result="Every boat floats.") == []


@pytest.mark.parametrize(
    "text",
    [
        "Une gestion effective et transparente",
        "Das Team ist robust",
        "Innovation für alle",
        "Het team is effectief en efficient",
        "La gestión optimum de los muelles",
        "Optimum färja och robust kaj",
    ],
)
def test_other_languages_get_no_hints(text):
    assert ids(text) == []
    assert measure_hints(name=text, owner="") == []


def test_place_names_do_not_make_a_text_foreign():
    assert ids("Ferries reach Des Moines in a timely manner") == ["weasel:timely"]


def test_ids_outlive_rewording():
    before, after = ids("Boats are robust"), ids("Every night, the robustness of quays")
    assert before == after == ["weasel:robust"]


def test_what_is_kept_stands_apart():
    hints = goal_hints(original="Implement robust boats")
    to_look_at, kept = wording.split(hints, ["weasel:robust", "weasel:gone"])
    assert [hint.id for hint in to_look_at] == ["action:implement"]
    assert [hint.id for hint in kept] == ["weasel:robust"]


PIECES = st.sampled_from(
    [
        "to ",
        "and ",
        ", ",
        "; ",
        "is ",
        "are ",
        "robust ",
        "Plan",
        "increase ",
        "“",
        "”",
        "'",
        "- ",
        "1. ",
        "(",
        ") ",
    ]
)


@given(st.lists(PIECES | st.text(max_size=8), max_size=60).map("".join))
def test_any_text_has_hints_of_its_own_words(text):
    hints = goal_hints(original=text) + measure_hints(name=text, owner=text)
    assert all(hint.words in text and hint.words for hint in hints)
    by_field = [(hint.field, hint.id) for hint in hints]
    assert len(by_field) == len(set(by_field))
