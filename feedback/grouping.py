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

    Average linkage by chains of nearest neighbours, whose time grows with the square of the notes: two
    that are nearest to one another join, whoever else is near elsewhere.
    """
    rows = [[*row] for row in rows]
    for at, row in enumerate(rows):
        row[at] = GONE
        for other in range(at):  # a pair has one likeness, to the last bit
            row[other] = rows[other][at]
    members = {at: [at] for at in range(len(rows))}
    alike = dict.fromkeys(members, 1.0)
    open_ = set(members)
    chain: list[int] = []
    while open_:
        top = chain[-1] if chain else min(open_)
        chain = chain or [top]
        near = max(rows[top])
        if near < least:  # nothing comes near it any more, so it isn't near to what was before it
            open_.discard(top)
            _leave(rows, top)
            chain = []
        elif len(chain) > 1 and rows[top][chain[-2]] == near:
            _join(rows, members, top, other := chain[-2])
            alike[top] = near
            open_.discard(other)
            chain = chain[:-2]
        else:
            chain.append(rows[top].index(near))
    return [(found, alike[at]) for at, found in members.items()]


def _leave(rows: Rows, one: int) -> None:
    for at, row in enumerate(rows):
        row[one] = rows[one][at] = GONE


def _join(rows: Rows, members: dict[int, list[int]], one: int, other: int) -> None:
    """Let `one` stand for both; its likeness to each third is the mean over all their notes."""
    here, there = len(members[one]), len(members[other])
    for at, row in enumerate(rows):
        if at not in {one, other} and rows[one][at] > GONE:
            rows[one][at] = (rows[one][at] * here + rows[other][at] * there) / (here + there)
            row[one] = rows[one][at]
    _leave(rows, other)
    members[one] += members.pop(other)
