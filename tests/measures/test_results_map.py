"""The results map as a reader meets it: nothing overlaps, every link is drawn and told, in any shape."""

from itertools import combinations, pairwise
from xml.etree import ElementTree

import pytest
from django.template.loader import render_to_string
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from measures import map_frames, map_routes
from measures.map_picture import MOST_NAMED, MOST_ROUTED, picture
from measures.map_plan import LAYERS, Plan, Result, Tie
from measures.models import Goal, GoalLink, Measure
from measures.results_map import LANDSCAPE, PORTRAIT, ResultsMap, Spot, plans

SHAPES = [PORTRAIT, LANDSCAPE]
KINDS = ["cause", "companion", "conflict"]
WORDS = [
    "Bills are right the first time.",
    "The river is safe to swim in all summer, from the weir down to the old mill.",
    "Nobody waits.",
    "Whoever finds a fault says so the same day, and is thanked for it.",
]


def team_of(count, *, layers=tuple(LAYERS), links="up", measures=2):
    """Results in layers that widen outwards; linked upwards, in a ring, all with all, or not at all."""
    share = {"purpose": 1, "strategic": 4, "process": 7, "team": 10}
    wanted = [layer for layer in layers for _ in range(share[layer])]
    in_layers = sorted((wanted[at % len(wanted)] for at in range(count)), key=list(LAYERS).index)
    names = tuple(f"Measure {number} of it" for number in range(measures))
    results = tuple(Result(at, WORDS[at % 4], layer, names) for at, layer in enumerate(in_layers))
    ties = {
        "none": [],
        "up": [(at, (at - 1) // 3) for at in range(1, count)],
        "ring": [(at, (at + 1) % count) for at in range(count) if count > 1],
        "all": list(combinations(range(count), 2)),
    }[links]
    return Plan(results, tuple(Tie(*ends, KINDS[at % 3]) for at, ends in enumerate(ties)))


def overlapping(drawn):
    pairs = combinations(drawn.bubbles, 2)
    return [(one.title, other.title) for one, other in pairs if one.place.touches(other.place)]


def outside(drawn):
    return [
        bubble.title
        for bubble in drawn.bubbles
        if bubble.place.left < 0
        or bubble.place.top < 0
        or bubble.place.right > drawn.width + 0.01
        or bubble.place.bottom > drawn.height + 0.01
    ]


def check(plan, shape):
    drawn = picture(plan, shape)
    assert overlapping(drawn) == []
    assert outside(drawn) == []
    assert sorted(bubble.key for bubble in drawn.bubbles) == sorted(result.key for result in plan.results)
    assert len(drawn.lines) == len(plan.ties)
    assert drawn.width / drawn.height == pytest.approx(shape)
    return drawn


def svg(shown_map, shape="portrait", **context):
    context |= {"map": shown_map, "shown": getattr(shown_map, shape)}
    return render_to_string("measures/_results_map.html", context)


def texts(markup):
    return "".join(ElementTree.fromstring(markup).itertext())  # noqa: S314 - our own


class TestLayout:
    @pytest.mark.parametrize("shape", SHAPES)
    @pytest.mark.parametrize("links", ["none", "up", "ring"])
    @pytest.mark.parametrize("count", [0, 1, 2, 3, 5, 20, 60])
    def test_no_two_bubbles_overlap_and_all_are_inside(self, count, links, shape):
        check(team_of(count, links=links), shape)

    @pytest.mark.parametrize("layer", LAYERS)
    @pytest.mark.parametrize("count", [1, 7, 60])
    def test_all_in_one_layer(self, layer, count):
        assert len(check(team_of(count, layers=(layer,)), PORTRAIT).bands) == 1

    @pytest.mark.parametrize("count", [5, 20, 60])
    def test_every_pair_linked(self, count):
        check(team_of(count, links="all"), PORTRAIT)

    def test_a_band_holds_its_own_bubbles_and_the_bands_before_it(self):
        drawn = check(team_of(20), PORTRAIT)
        boxes = {band.layer: rectangle(band.box) for band in drawn.bands}
        for bubble in drawn.bubbles:
            assert within(rectangle(bubble.box), boxes[bubble.layer])
        for inner, outer in pairwise(LAYERS):
            assert within(boxes[inner], boxes[outer])

    def test_no_bubble_stands_on_the_band_of_another_layer_further_in(self):
        drawn = check(team_of(20), PORTRAIT)
        for band in drawn.bands:
            left, top, right, bottom = rectangle(band.box)
            order = list(LAYERS).index(band.layer)
            for bubble in drawn.bubbles:
                if list(LAYERS).index(bubble.layer) > order:
                    place = bubble.place
                    apart = place.right <= left or place.left >= right
                    assert apart or place.bottom <= top or place.top >= bottom

    def test_control_cells_that_are_laid_out_too_small_overlap(self, monkeypatch):
        honest = map_frames.furnished
        monkeypatch.setattr(
            "measures.map_picture.furnished",
            lambda frame, place: honest(frame, map_frames.Place(place.x, place.y, 200, 200)),
        )
        picture.cache_clear()
        assert overlapping(picture(team_of(20), 1.111))
        picture.cache_clear()

    def test_it_is_the_same_each_time(self):
        first = picture(team_of(20), PORTRAIT)
        picture.cache_clear()
        assert picture(team_of(20), PORTRAIT) == first

    def test_the_order_of_links_moves_no_bubble(self):
        plan = team_of(20)
        turned = Plan(plan.results, plan.ties[::-1])
        assert sorted(map(str, picture(turned, PORTRAIT).bubbles)) == sorted(
            map(str, picture(plan, PORTRAIT).bubbles)
        )

    @settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
    @given(data=st.data(), count=st.integers(0, 25), shape=st.sampled_from(SHAPES))
    def test_whatever_is_written(self, data, count, shape):
        words = st.text(min_size=1, max_size=500)
        results = tuple(
            Result(
                at,
                data.draw(words),
                data.draw(st.sampled_from(list(LAYERS))),
                tuple(data.draw(st.lists(words, max_size=3))),
            )
            for at in range(count)
        )
        ends = st.tuples(st.integers(0, max(count - 1, 0)), st.integers(0, max(count - 1, 0)))
        pairs = (
            data.draw(st.lists(ends.filter(lambda pair: pair[0] != pair[1]), max_size=30))
            if count > 1
            else []
        )
        check(Plan(results, tuple(Tie(*pair, data.draw(st.sampled_from(KINDS))) for pair in pairs)), shape)


def rectangle(box):
    x, y, wide, high = (float(each) for each in (box.x, box.y, box.width, box.height))
    return x, y, x + wide, y + high


def within(one, other):
    return other[0] <= one[0] and other[1] <= one[1] and one[2] <= other[2] and one[3] <= other[3]


class TestWords:
    def test_a_wording_stands_whole_in_its_bubble(self):
        plan = team_of(5)
        told = texts(svg(ResultsMap(plan))).replace("\n", " ")
        for result in plan.results:
            bubble = next(each for each in picture(plan, PORTRAIT).bubbles if each.key == result.key)
            assert " ".join(words.text for words in bubble.box.words) == result.words
            assert not bubble.short
            assert bubble.box.words[0].text in told

    @pytest.mark.parametrize("wording", ["endless" * 72, "What would you see? " * 25, "永" * 500, "é̀" * 250])
    def test_a_long_wording_is_short_in_the_bubble_and_whole_in_the_outline(self, wording):
        plan = Plan((Result(1, wording, "team"), Result(2, "Nobody waits.", "purpose")))
        drawn = check(plan, PORTRAIT)
        assert drawn.short == [wording]
        assert wording.strip() in render_to_string(
            "measures/_results_outline.html", {"map": ResultsMap(plan)}
        )

    def test_measures_are_named_where_there_is_room_and_counted_where_not(self):
        few, many = team_of(8), team_of(MOST_NAMED + 1)
        assert "Measure 1 of it" in texts(svg(ResultsMap(few)))
        assert "2 measures" not in texts(svg(ResultsMap(few)))
        assert "2 measures" in texts(svg(ResultsMap(many)))
        assert "Measure 1 of it" in render_to_string(
            "measures/_results_outline.html", {"map": ResultsMap(many)}
        )

    def test_more_measures_than_fit_are_counted(self):
        plan = Plan((Result(1, "Nobody waits.", "team", tuple(f"Number {at}" for at in range(7))),))
        assert "and 4 more" in texts(svg(ResultsMap(plan)))

    def test_every_layer_has_its_name_and_not_its_colour_alone(self):
        told = texts(svg(ResultsMap(team_of(20))))
        for name in LAYERS.values():
            assert name.upper() in told

    def test_markup_in_words_stays_words(self):
        plan = Plan((Result(1, "<script>alert(1)</script>", "team", ("<b>x</b>",)),))
        shown = ResultsMap(plan, {1: Spot("<i>", "/g/")})
        both = svg(shown) + render_to_string("measures/_results_outline.html", {"map": shown})
        assert "<script>" not in both
        assert "<b>x" not in both
        assert "<i>" not in both


class TestLinks:
    def test_each_kind_has_its_own_shape_and_its_words(self):
        results = tuple(Result(at, "Nobody waits.", "team") for at in range(6))
        ties = tuple(Tie(2 * at, 2 * at + 1, kind) for at, kind in enumerate(KINDS))
        drawn = {each.kind: each for each in picture(Plan(results, ties), PORTRAIT).lines}
        assert drawn["cause"].tip.endswith("Z")
        assert drawn["companion"].tip == ""
        assert drawn["conflict"].path.count("L") > drawn["cause"].path.count("L") + 3
        assert [words.split(": ")[1] for words in ResultsMap(Plan(results, ties)).key] == [
            "leads to",
            "goes with",
            "works against",
        ]

    def test_few_links_say_what_they_are_where_there_is_room(self):
        ties = (Tie(1, 0, "cause"), Tie(2, 0, "companion"), Tie(3, 2, "conflict"))
        told = texts(svg(ResultsMap(Plan(team_of(5).results, ties))))
        for words in ("leads to", "goes with", "works against"):
            assert words in told

    @pytest.mark.parametrize("count", [5, 20, 60])
    def test_lines_run_between_bubbles_and_not_through_them(self, count):
        assert through(team_of(count)) == []

    def test_control_straight_lines_run_through_bubbles(self, monkeypatch):
        monkeypatch.setattr(
            map_routes.Gutters, "way", lambda _, one, other: [(one.x, one.y), (other.x, other.y)]
        )
        picture.cache_clear()
        assert through(team_of(20, links="ring"), shape=1.2)
        picture.cache_clear()

    def test_too_many_links_to_follow_are_drawn_straight(self):
        plan = team_of(30, links="all")
        assert len(plan.ties) > MOST_ROUTED
        assert len(check(plan, PORTRAIT).lines) == len(plan.ties)

    def test_two_hundred_results_are_laid_out_too(self):
        check(team_of(200), PORTRAIT)

    def test_linked_results_stand_near(self):
        """Of twelve teams in pairs, partners are nearer to one another than teams are on the whole."""
        results = tuple(Result(at, "Nobody waits.", "team") for at in range(12))
        plan = Plan(results, tuple(Tie(at, 11 - at, "companion") for at in range(6)))
        places = {bubble.key: bubble.place for bubble in picture(plan, PORTRAIT).bubbles}

        def apart(one, other):
            return abs(places[one].x - places[other].x) + abs(places[one].y - places[other].y)

        partners = [apart(at, 11 - at) for at in range(6)]
        anyone = [apart(*pair) for pair in combinations(range(12), 2)]
        assert sum(partners) / 6 < 0.6 * sum(anyone) / len(anyone)


def through(plan, shape=PORTRAIT):
    """The bubbles that a line's corners or middles lie on."""
    drawn = picture(plan, shape)
    found = []
    for line in drawn.lines:
        points = along(line.path)
        for bubble in drawn.bubbles:
            place = bubble.place
            inside = [
                (x, y)
                for x, y in points
                if place.left + 1 < x < place.right - 1 and place.top + 1 < y < place.bottom - 1
            ]
            if inside:
                found.append((line.path, bubble.key))
    return found


def along(path):
    """Points on the straight parts of a path, every few units."""
    corners = [
        tuple(float(number) for number in step.split()[-2:])
        for step in path.replace("M", "|").replace("L", "|").replace("Q", "|").split("|")
        if step.strip()
    ]
    found = []
    for (x, y), (to_x, to_y) in pairwise(corners):
        steps = max(1, int((abs(to_x - x) + abs(to_y - y)) / 4))
        found += [(x + (to_x - x) * at / steps, y + (to_y - y) * at / steps) for at in range(steps + 1)]
    return found


class TestForEveryReader:
    def test_bubbles_of_results_that_hang_lead_to_their_posters(self):
        shown = ResultsMap(team_of(5), {3: Spot("12", "/g/ABC/12/")})
        page = svg(shown)
        assert page.count('href="/g/ABC/12/"') == 1
        assert 'role="group"' in page
        assert ">12</text>" in page

    def test_on_paper_it_is_one_picture_with_a_text_and_without_links(self):
        shown = ResultsMap(team_of(5), {3: Spot("12", "/g/ABC/12/")})
        page = svg(shown, printed=True)
        assert "href" not in page
        assert 'role="img"' in page
        assert "<title>Results map: 5 results from the centre out" in page

    def test_the_outline_tells_each_link_from_both_ends(self):
        plan = Plan(
            (Result(1, "Nobody waits.", "purpose", ("Minutes waited",)), Result(2, "Boats are fit.", "team")),
            (Tie(2, 1, "cause"), Tie(1, 2, "conflict")),
        )
        [first, second] = [layer.entries[0] for layer in ResultsMap(plan).outline]
        assert [(said.how, said.result.key) for said in first.links] == [
            ("follows from", 2),
            ("works against", 2),
        ]
        assert [(said.how, said.result.key) for said in second.links] == [
            ("leads to", 1),
            ("works against", 1),
        ]
        told = render_to_string("measures/_results_outline.html", {"map": ResultsMap(plan)})
        assert "measured by" in told
        assert "Minutes waited" in told

    def test_the_outline_goes_from_the_centre_out(self):
        assert [layer.name for layer in ResultsMap(team_of(20)).outline] == list(LAYERS.values())

    def test_the_key_names_only_what_is_there(self):
        assert ResultsMap(team_of(5, links="none")).key == []
        assert ResultsMap(team_of(2)).key == ["an arrow: leads to"]


@pytest.mark.django_db
class TestRead:
    @pytest.mark.parametrize("count", [1, 3])
    def test_it_takes_three_queries_however_many_there_are(
        self, team, other_team, count, django_assert_num_queries
    ):
        for each in (team, other_team):
            goals = [Goal.objects.create(team=each, original=f"Goal {at}") for at in range(count + 1)]
            for goal in goals[1:]:
                GoalLink.objects.create(source=goal, target=goals[0])
                Measure.objects.create(team=each, goal=goal, name="Days")
        with django_assert_num_queries(3):
            found = plans({team.pk, other_team.pk})
        assert [len(plan.results) for plan in found.values()] == [count + 1] * 2
        assert [len(plan.ties) for plan in found.values()] == [count] * 2

    def test_titles_measures_and_links_in_the_teams_order(self, team, goal, measure):
        Measure.objects.create(team=team, goal=goal, name="Retired", status="retired")
        late = Goal.objects.create(team=team, original="Tell people", layer="team", order=2)
        GoalLink.objects.create(source=late, target=goal, kind="companion")
        assert plans({team.pk})[team.pk] == Plan(
            (
                Result(goal.pk, goal.result, "strategic", (measure.name,)),
                Result(late.pk, "Tell people", "team"),
            ),
            (Tie(late.pk, goal.pk, "companion"),),
        )

    def test_a_link_to_another_teams_goal_is_not_read(self, team, other_team, goal):
        theirs = Goal.objects.create(team=other_team, original="Canary")
        GoalLink.objects.create(source=goal, target=theirs)
        assert plans({team.pk})[team.pk].ties == ()

    def test_a_team_without_goals_has_an_empty_map(self, team):
        assert ResultsMap(plans({team.pk})[team.pk]).outline == []
