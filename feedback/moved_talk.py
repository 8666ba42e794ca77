"""What belongs together in a moved gallery: a reply and its note, a round and what it rates."""

from collections.abc import Iterable, Mapping
from typing import Any

from feedback.models import Note, Round
from feedback.moving import Refusal


def check(rows: Mapping[str, list[Any]], replies: Iterable[tuple[Note, Note]]) -> None:
    """`replies` are pairs of a note and what it answers. Raises Refusal."""
    answered = {note.key: other for note, other in replies}
    for place, note in enumerate(rows["notes"]):
        if note.key in answered:
            _check_reply(f"notes {place}", note, answered[note.key])
    for place, proposal in enumerate(rows["proposals"]):
        if proposal.note.key in answered:
            raise Refusal(f"proposals {place}: a reply proposes no measure.")
    for place, rated in enumerate(rows["rounds"]):
        if rated.rates not in Round.Rates.values:  # nobody can choose it again, so the model doesn't look
            raise Refusal(f"rounds {place}: rates is none of what can be rated.")
    proposed = {proposal.note.key for proposal in rows["proposals"]}
    for place, item in enumerate(rows["round_items"]):
        _check_rated(f"round_items {place}", item, answered, proposed)


def _check_reply(where: str, note: Note, other: Note) -> None:
    if note.poster is not other.poster:
        raise Refusal(f"{where}: a reply hangs on the poster of its note.")
    if note.theme is not None:
        raise Refusal(f"{where}: a reply is in no theme.")


def _check_rated(where: str, item: Any, replies: Mapping[Any, Note], proposed: set[Any]) -> None:
    """What has gone since it was rated is named no more; what is named is of the round's sort."""
    rates = item.round.rates
    if item.theme is not None and rates != Round.Rates.THEMES:
        raise Refusal(f"{where}: its round rates no themes.")
    if item.note is None:
        return
    if rates == Round.Rates.THEMES:
        raise Refusal(f"{where}: its round rates themes.")
    if item.note.key in replies:
        raise Refusal(f"{where}: a reply is not rated.")
    if rates == Round.Rates.PROPOSALS and item.note.key not in proposed:
        raise Refusal(f"{where}: this note proposes no measure.")
