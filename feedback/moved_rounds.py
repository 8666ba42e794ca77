"""The rounds of a moved gallery: each on a scale that could be chosen here, and nothing rated beyond it."""

from collections.abc import Mapping
from typing import Any

from feedback import scales
from feedback.moving import Refusal


def check(rows: Mapping[str, list[Any]]) -> None:
    """Raises Refusal."""
    for place, rated in enumerate(rows["rounds"]):
        if not all(word.strip() for word in rated.scale) or scales.problem_of(rated.scale):
            raise Refusal(f"rounds {place}: scale can’t be one.")
    words = [("round_items", item.word, item.round) for item in rows["round_items"]]
    words += [("votes", vote.value, vote.item.round) for vote in rows["votes"]]
    for name, word, rated in words:
        if word is not None and word >= len(rated.scale):
            raise Refusal(f"{name}: one has a word beyond its round’s scale.")
