"""What a results map is made of: results in layers, their measures, and the links between them."""

from __future__ import annotations

from dataclasses import dataclass

from measures.models import Goal, GoalLink

# From the centre out, with what stands on the band.
LAYERS = {
    Goal.Layer.PURPOSE.value: "Purpose",
    Goal.Layer.STRATEGIC.value: "Strategic goals",
    Goal.Layer.PROCESS.value: "Business processes",
    Goal.Layer.TEAM.value: "Teams",
}
FORWARDS = {
    GoalLink.Kind.CAUSE.value: "leads to",
    GoalLink.Kind.COMPANION.value: "goes with",
    GoalLink.Kind.CONFLICT.value: "works against",
}
BACKWARDS = FORWARDS | {GoalLink.Kind.CAUSE.value: "follows from"}


@dataclass(frozen=True)
class Result:
    """A goal as the map needs it: `key` tells it from the others, `measures` are names."""

    key: int
    words: str
    layer: str
    measures: tuple[str, ...] = ()


@dataclass(frozen=True)
class Tie:
    """A link between two results, by their keys."""

    source: int
    target: int
    kind: str


@dataclass(frozen=True)
class Plan:
    """Results in the team's order, and the links between them."""

    results: tuple[Result, ...] = ()
    ties: tuple[Tie, ...] = ()

    @property
    def layers(self) -> dict[str, list[Result]]:
        """The results of each layer that has any, from the centre out."""
        found = {layer: [each for each in self.results if each.layer == layer] for layer in LAYERS}
        return {layer: results for layer, results in found.items() if results}


def counted(count: int, what: str) -> str:
    return f"{count} {what}" if count == 1 else f"{count} {what}s"
