"""The ways that the lines of a results map take: along the gutters between bubbles, never through one.

A way is a list of points, each step of it straight across or straight down.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterator, Mapping, Sequence
from heapq import heappop, heappush
from itertools import pairwise

from measures.map_frames import Place

BEND = 30.0  # units that one goes round for to save a bend
TAKEN = 1.35  # a gutter that another line has taken counts as this much longer
CORNER_ROOM = 13.0  # of a bubble's side, where no line begins
NEAR = 7.0  # gutters nearer than this are one

Point = tuple[float, float]
Node = tuple[int, int]
State = tuple[Node, bool]  # a crossing, and whether one came to it up or down


class Gutters:
    """The grid of gutters around bubbles and labels. `gap`: the least room between bubbles, in units."""

    def __init__(self, places: Sequence[Place], labels: Sequence[Place], gap: float, size: Point) -> None:
        self.half, self.places = gap / 2, places
        self.xs = _merged(
            [edge for p in places for edge in (p.left - self.half, p.right + self.half)], size[0]
        )
        self.ys = _merged(
            [edge for p in places for edge in (p.top - self.half, p.bottom + self.half)], size[1]
        )
        walls = [*places, *labels]
        self.xs, self.ys = _with(self.xs, [p.x for p in walls]), _with(self.ys, [p.y for p in walls])
        self.walled = self._walled(walls)
        self.taken: dict[tuple[Node, Node], int] = {}

    def _walled(self, walls: Sequence[Place]) -> set[Node]:
        """The crossings that lie on a bubble or a label."""
        found: set[Node] = set()
        for p in walls:
            first, last = bisect_left(self.xs, p.left - 2), bisect_left(self.xs, p.right + 2)
            top, bottom = bisect_left(self.ys, p.top - 2), bisect_left(self.ys, p.bottom + 2)
            found |= {(x, y) for x in range(first, last) for y in range(top, bottom)}
        return found

    def ports(self, place: Place) -> dict[Node, tuple[Point, bool]]:
        """The crossings before a bubble's sides: the point on its edge, and whether one goes down."""
        x, y = self._at(self.xs, place.x), self._at(self.ys, place.y)
        above, below = self._before(self.ys, place.top), self._after(self.ys, place.bottom)
        left, right = self._before(self.xs, place.left), self._after(self.xs, place.right)
        return {
            (x, above): ((place.x, place.top), True),
            (x, below): ((place.x, place.bottom), True),
            (left, y): ((place.left, place.y), False),
            (right, y): ((place.right, place.y), False),
        }

    @staticmethod
    def _at(lines: list[float], wanted: float) -> int:
        return min(range(len(lines)), key=lambda at: abs(lines[at] - wanted))

    @staticmethod
    def _before(lines: list[float], edge: float) -> int:
        return max(bisect_left(lines, edge - 2) - 1, 0)

    @staticmethod
    def _after(lines: list[float], edge: float) -> int:
        return min(bisect_left(lines, edge + 2), len(lines) - 1)

    def way(self, source: Place, target: Place) -> list[Point]:
        """From one bubble's edge to another's: straight where nothing stands between, else by the gutters."""
        direct = self._direct(source, target)
        if direct:
            return direct
        starts, ends = self.ports(source), self.ports(target)
        nodes = self._found(starts, ends, target)
        if not nodes:
            return [(source.x, source.y), (target.x, target.y)]
        for step in pairwise(nodes):
            self.taken[step] = self.taken[step[::-1]] = self.taken.get(step, 0) + 1
        points = [starts[nodes[0]][0], *((self.xs[x], self.ys[y]) for x, y in nodes), ends[nodes[-1]][0]]
        return _straightened(points)

    def _direct(self, source: Place, target: Place) -> list[Point]:
        """Straight down or across from one to the other, if they overlap that far and see each other."""
        low = max(source.left, target.left) + CORNER_ROOM
        high = min(source.right, target.right) - CORNER_ROOM
        if low <= high:
            x = target.x if low <= target.x <= high else (low + high) / 2
            ends = (source.bottom, target.top) if source.y < target.y else (source.top, target.bottom)
            between = Place(x, sum(ends) / 2, 8, abs(ends[1] - ends[0]) - 2)
            return [(x, ends[0]), (x, ends[1])] if self._free(between, source, target) else []
        low = max(source.top, target.top) + CORNER_ROOM
        high = min(source.bottom, target.bottom) - CORNER_ROOM
        if low <= high:
            y = target.y if low <= target.y <= high else (low + high) / 2
            ends = (source.right, target.left) if source.x < target.x else (source.left, target.right)
            between = Place(sum(ends) / 2, y, abs(ends[1] - ends[0]) - 2, 8)
            return [(ends[0], y), (ends[1], y)] if self._free(between, source, target) else []
        return []

    def _free(self, between: Place, *ends: Place) -> bool:
        return not any(between.touches(place, 2) for place in self.places if place not in ends)

    def _found(
        self, starts: dict[Node, tuple[Point, bool]], ends: dict[Node, tuple[Point, bool]], target: Place
    ) -> list[Node]:
        """The cheapest way in crossings (A*)."""
        open_: list[tuple[float, float, Node, bool]] = []
        cost: dict[State, float] = {}
        came: dict[State, State] = {}
        for node, (_, down) in starts.items():
            if node not in self.walled:
                cost[node, down] = 0.0
                heappush(open_, (self._ahead(node, target), 0.0, node, down))
        while open_:
            _, spent, node, down = heappop(open_)
            if spent > cost[node, down]:
                continue
            if node in ends and ends[node][1] == down:
                return _traced(came, (node, down))
            for other, goes_down in self._next(node):
                if other in self.walled:
                    continue
                length = abs(self.xs[other[0]] - self.xs[node[0]]) + abs(self.ys[other[1]] - self.ys[node[1]])
                fresh = (
                    spent + length * TAKEN ** self.taken.get((node, other), 0) + BEND * (goes_down != down)
                )
                if fresh < cost.get((other, goes_down), float("inf")) - 1e-9:
                    cost[other, goes_down] = fresh
                    came[other, goes_down] = (node, down)
                    heappush(open_, (fresh + self._ahead(other, target), fresh, other, goes_down))
        return []

    def _next(self, node: Node) -> Iterator[tuple[Node, bool]]:
        x, y = node
        if x:
            yield (x - 1, y), False
        if x + 1 < len(self.xs):
            yield (x + 1, y), False
        if y:
            yield (x, y - 1), True
        if y + 1 < len(self.ys):
            yield (x, y + 1), True

    def _ahead(self, node: Node, target: Place) -> float:
        """The least that is left to go."""
        x, y = self.xs[node[0]], self.ys[node[1]]
        across = max(target.left - self.half - NEAR - x, x - target.right - self.half - NEAR, 0)
        return across + max(target.top - self.half - NEAR - y, y - target.bottom - self.half - NEAR, 0)


def _merged(lines: Sequence[float], size: float) -> list[float]:
    """Lines that lie near one another as one."""
    groups: list[list[float]] = []
    for line in sorted(lines):
        if groups and line - groups[-1][0] < NEAR:
            groups[-1].append(line)
        else:
            groups.append([line])
    return [min(max(sum(group) / len(group), 3.0), size - 3.0) for group in groups]


def _with(lines: list[float], middles: Sequence[float]) -> list[float]:
    """The lines with bubbles' middles between them."""
    return sorted({*lines, *middles})


def _traced(came: Mapping[State, State], state: State) -> list[Node]:
    found = [state[0]]
    while state in came:
        state = came[state]
        found.append(state[0])
    return found[::-1]


def _straightened(points: Sequence[Point]) -> list[Point]:
    """Without the points at which nothing turns."""
    found: list[Point] = []
    for point in points:
        if found and abs(point[0] - found[-1][0]) < 1e-6 and abs(point[1] - found[-1][1]) < 1e-6:
            continue
        if len(found) > 1 and (
            _same(found[-2], found[-1], point, 0) or _same(found[-2], found[-1], point, 1)
        ):
            found.pop()
        found.append(point)
    return found


def _same(one: Point, two: Point, three: Point, axis: int) -> bool:
    return abs(one[axis] - two[axis]) < 1e-6 and abs(two[axis] - three[axis]) < 1e-6
