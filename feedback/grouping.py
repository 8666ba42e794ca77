"""Which notes may belong together, told from how alike they are.

A group's likeness is the mean over all its pairs, so that no chain of notes, each a little like the
next, ends in one heap.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from feedback.likeness import Likeness, Rows

GONE = -2.0  # less than any likeness


def central(likeness: Likeness, places: Sequence[int]) -> list[int]:
    """The notes of a group, the one that says best what they all say first."""
    near = likeness.towards(places, places)
    order = sorted(range(len(places)), key=lambda at: -near[at])
    return [places[at] for at in order]


def groups(likeness: Likeness, places: Sequence[int]) -> list[list[int]]:
    """Two notes or more that may make a theme, the central one first; the largest group first."""
    found = [
        (alike, central(likeness, [places[at] for at in members]))
        for members, alike in _joined(likeness.pairs(places), likeness.least)
        if len(members) > 1
    ]
    return [group for alike, group in sorted(found, key=lambda each: (-len(each[1]), -each[0]))]


def belonging(
    likeness: Likeness, places: Sequence[int], themes: Mapping[int, Sequence[int]]
) -> dict[int, list[int]]:
    """For each theme the notes outside that may belong there, the likeliest first; each in one theme only."""
    best: dict[int, tuple[float, int]] = {}
    for theme, members in themes.items():
        if members:
            for place, fit in zip(places, likeness.fits(places, members), strict=True):
                if fit >= likeness.least and fit > best.get(place, (GONE, 0))[0]:
                    best[place] = (fit, theme)
    found: dict[int, list[int]] = {}
    for place in sorted(best, key=lambda each: -best[each][0]):
        found.setdefault(best[place][1], []).append(place)
    return found


def _joined(rows: Rows, least: float) -> list[tuple[list[int], float]]:
    """The groups in which the mean likeness of all pairs is `least` or more, with that mean of each.

    Average linkage by chains of nearest neighbours: it grows with the square of the notes. The order of
    joining differs from the usual one, the groups don't.
    """
    rows = [[*row] for row in rows]
    for at, row in enumerate(rows):
        row[at] = GONE
    members = {at: [at] for at in range(len(rows))}
    alike: dict[int, float] = dict.fromkeys(members, 1.0)
    open_ = set(members)
    chain: list[int] = []
    while open_:
        if not chain:
            chain = [next(iter(open_))]
        top = chain[-1]
        row = rows[top]
        nearest = max(row)
        if nearest < least:  # nothing comes near it any more
            open_ -= set(chain[-1:])
            for other in rows:
                other[top] = GONE
            chain.pop()
            continue
        before = chain[-2] if len(chain) > 1 else None
        other = before if before is not None and row[before] == nearest else row.index(nearest)
        if other != before:
            chain.append(other)
            continue
        chain = chain[:-2]
        _join(rows, members, top, other)
        alike[top] = nearest
        open_.discard(other)
    return [(found, alike[at]) for at, found in members.items()]


def _join(rows: Rows, members: dict[int, list[int]], one: int, other: int) -> None:
    """Let `one` stand for both; its likeness to each third is the mean over all their notes."""
    here, there = len(members[one]), len(members[other])
    for at, row in enumerate(rows):
        mean = GONE
        if at not in {one, other} and rows[one][at] > GONE:
            mean = (rows[one][at] * here + rows[other][at] * there) / (here + there)
        rows[one][at] = row[one] = mean
        rows[other][at] = row[other] = GONE
    members[one] += members.pop(other)
