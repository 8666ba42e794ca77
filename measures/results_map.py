"""A team's results map: read from the database, drawn, and told in words."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property

from django.db.models import F

from measures.map_picture import Bubble, Picture, picture
from measures.map_plan import BACKWARDS, FORWARDS, LAYERS, Plan, Result, Tie, counted
from measures.models import Goal, GoalLink, Measure

# A picture's width by its height, for what is left of a sheet beside or beneath the title.
PORTRAIT = 1.1
LANDSCAPE = 1.5

SHAPES = {"cause": "an arrow", "companion": "a double line", "conflict": "a zigzag"}


@dataclass(frozen=True)
class Spot:
    """Where a result hangs: what one calls its sheet there, and its address."""

    number: str
    address: str


@dataclass(frozen=True)
class Said:
    """One link of a result in words: 'leads to', and the other result."""

    how: str
    result: Result
    spot: Spot | None


@dataclass(frozen=True)
class Entry:
    """One result of the outline with its links and its measures."""

    result: Result
    spot: Spot | None
    links: list[Said]


@dataclass(frozen=True)
class Layer:
    name: str
    entries: list[Entry]


@dataclass(frozen=True)
class Shown:
    """A picture, its bubbles with the spots where their results hang."""

    picture: Picture
    bubbles: list[tuple[Bubble, Spot | None]]


@dataclass(frozen=True)
class ResultsMap:
    """One team's map. `spots`: where its results hang, by their keys, for those that hang; `bare`: its
    measures are left out."""

    plan: Plan
    spots: Mapping[int, Spot] = field(default_factory=dict)
    bare: bool = False

    @cached_property
    def portrait(self) -> Shown:
        return self._shown(PORTRAIT)

    @cached_property
    def landscape(self) -> Shown:
        return self._shown(LANDSCAPE)

    def without_measures(self) -> ResultsMap:
        """The results alone, for paper on which their measures could not be read; its key says so."""
        if not any(result.measures for result in self.plan.results):
            return self
        results = tuple(replace(result, measures=()) for result in self.plan.results)
        return ResultsMap(replace(self.plan, results=results), self.spots, bare=True)

    def _shown(self, shape: float) -> Shown:
        drawn = picture(self.plan, shape)
        return Shown(drawn, [(bubble, self.spots.get(bubble.key)) for bubble in drawn.bubbles])

    @property
    def text(self) -> str:
        """The picture in one sentence."""
        layers = ", ".join(
            f"{LAYERS[layer].lower()}: {len(found)}" for layer, found in self.plan.layers.items()
        )
        links = counted(len(self.plan.ties), "link") if self.plan.ties else "no links"
        results = counted(len(self.plan.results), "result")
        return f"{results} from the centre out ({layers}), with {links}" if layers else "no results yet"

    @cached_property
    def key(self) -> list[str]:
        """How to read its lines and numbers, as far as it has them."""
        kinds = {tie.kind for tie in self.plan.ties}
        said = [f"{shape}: {FORWARDS[kind]}" for kind, shape in SHAPES.items() if kind in kinds]
        said += ["a number: the poster on which the result hangs"] if self.spots else []
        return [*said, "the measures: on their posters, and behind the code below"] if self.bare else said

    @cached_property
    def outline(self) -> list[Layer]:
        """The same results, links and measures as nested lists, from the centre out."""
        by_key = {result.key: result for result in self.plan.results}
        links: dict[int, list[Said]] = {key: [] for key in by_key}
        for kind in FORWARDS:
            for tie in self.plan.ties:
                if tie.kind == kind:
                    links[tie.source].append(self._said(FORWARDS[kind], by_key[tie.target]))
                    links[tie.target].append(self._said(BACKWARDS[kind], by_key[tie.source]))
        return [
            Layer(LAYERS[layer], [Entry(each, self.spots.get(each.key), links[each.key]) for each in results])
            for layer, results in self.plan.layers.items()
        ]

    def _said(self, how: str, result: Result) -> Said:
        return Said(how, result, self.spots.get(result.key))


def plans(teams: Collection[int]) -> dict[int, Plan]:
    """What each team's map is made of, by the teams' keys; three queries, however many there are."""
    measures: dict[int, list[str]] = {}
    hanging = Measure.objects.filter(goal__team__in=teams).exclude(status=Measure.Status.RETIRED)
    for goal_id, name in hanging.order_by("order", "pk").values_list("goal_id", "name"):
        measures.setdefault(goal_id, []).append(name)
    results: dict[int, list[Result]] = {team: [] for team in teams}
    for goal in Goal.objects.filter(team__in=teams).order_by("order", "pk"):
        found = Result(goal.pk, goal.title, goal.layer, tuple(measures.get(goal.pk, [])))
        results[goal.team_id].append(found)
    ties: dict[int, list[Tie]] = {team: [] for team in teams}
    links = GoalLink.objects.filter(source__team__in=teams, target__team=F("source__team")).order_by("pk")
    for team, source, target, kind in links.values_list("source__team", "source", "target", "kind"):
        ties[team].append(Tie(source, target, kind))
    return {team: Plan(tuple(results[team]), tuple(ties[team])) for team in teams}
