"""Which result stands where in its layer: near to what it is linked to, so that few lines cross."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import combinations
from math import atan2

from measures.map_frames import Place

MOST_SWEEPS = 6
Neighbours = Mapping[int, Sequence[int]]


def seated(
    layers: Sequence[Sequence[int]], rooms: Sequence[Sequence[Place]], linked: Neighbours
) -> dict[int, Place]:
    """A cell for each key. Layers and rooms come innermost first; `linked` names each key's neighbours."""
    seats: dict[int, Place] = {}
    for keys, cells in zip(layers, rooms, strict=True):
        seats |= _first(keys, cells, linked, seats)
    for _ in range(MOST_SWEEPS):
        swapped = [_swapped(keys, linked, seats) for keys in layers]
        if not any(swapped):
            break
    return seats


def _first(
    keys: Sequence[int], cells: Sequence[Place], linked: Neighbours, seats: Mapping[int, Place]
) -> dict[int, Place]:
    """Those with most links inwards choose first; the rest take what is left, from the top on."""
    free = sorted(cells, key=_turn)
    inwards = {key: [seats[other] for other in linked[key] if other in seats] for key in keys}
    found = {}
    for key in sorted(keys, key=lambda key: -len(inwards[key])):
        wish = inwards[key]
        if wish:
            x, y = (sum(place.x for place in wish) / len(wish), sum(place.y for place in wish) / len(wish))
            cell = min(free, key=lambda cell: (abs(cell.x - x) + abs(cell.y - y), cell.y, cell.x))
        else:
            cell = free[0]
        free.remove(cell)
        found[key] = cell
    return found


def _turn(place: Place) -> tuple[float, float, float]:
    return (round(place.y), place.x, atan2(place.y, place.x))


def _swapped(keys: Sequence[int], linked: Neighbours, seats: dict[int, Place]) -> bool:
    """Whether any two changed places because the lines become shorter by it."""
    any_did = False
    for one, other in combinations(keys, 2):
        if not linked[one] and not linked[other]:
            continue
        before = _length(one, linked, seats) + _length(other, linked, seats)
        seats[one], seats[other] = seats[other], seats[one]
        if _length(one, linked, seats) + _length(other, linked, seats) < before - 1e-6:
            any_did = True
        else:
            seats[one], seats[other] = seats[other], seats[one]
    return any_did


def _length(key: int, linked: Neighbours, seats: Mapping[int, Place]) -> float:
    here = seats[key]
    return sum(abs(here.x - seats[other].x) + abs(here.y - seats[other].y) for other in linked[key])
