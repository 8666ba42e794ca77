"""Where the bubbles of a results map stand: each layer is a frame around the one before it.

A frame has a row of bubbles along its top and its bottom and a column along its left and right;
crowded ones have two or three. Cells are disjoint by construction, so no two bubbles overlap.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from math import ceil

from measures.map_cards import Card

EDGE = 13.0  # the least; where there are lines, one passes between the bubbles and the band's edge
LABEL = 23.0  # the strip along a band's top in which its name stands
LOPSIDED = 0.03  # a frame that grows on one side only counts as this much larger
MOST_ROWS = 3
MOST_COLUMNS = 2
MOST_KEPT = 40


@dataclass(frozen=True)
class Place:
    """A rectangle by its middle."""

    x: float
    y: float
    width: float
    height: float

    @property
    def left(self) -> float:
        return self.x - self.width / 2

    @property
    def top(self) -> float:
        return self.y - self.height / 2

    @property
    def right(self) -> float:
        return self.x + self.width / 2

    @property
    def bottom(self) -> float:
        return self.y + self.height / 2

    def touches(self, other: Place, gap: float = 0.0) -> bool:
        across = self.left < other.right + gap and other.left < self.right + gap
        return across and self.top < other.bottom + gap and other.top < self.bottom + gap


@dataclass(frozen=True)
class Frame:
    """One layer around `inner`: how many bubbles stand in each of its rows and columns, inside first."""

    wide: float  # a bubble's cell
    high: float
    gap: float
    inner: Frame | None
    top: tuple[int, ...] = ()
    bottom: tuple[int, ...] = ()
    left: tuple[int, ...] = ()
    right: tuple[int, ...] = ()

    @cached_property
    def edge(self) -> float:
        return max(EDGE, self.gap * 0.62)

    @cached_property
    def over(self) -> float:
        return LABEL + self._rows(self.top)

    @cached_property
    def under(self) -> float:
        return self.edge + self._rows(self.bottom)

    @cached_property
    def before(self) -> float:
        return self.edge + len(self.left) * (self.wide + self.gap)

    @cached_property
    def after(self) -> float:
        return self.edge + len(self.right) * (self.wide + self.gap)

    @cached_property
    def width(self) -> float:
        row = max((*self.top, *self.bottom, 0))
        inner = self.inner.width if self.inner else 0.0
        return max(self.before + inner + self.after, row * (self.wide + self.gap) - self.gap + 2 * self.edge)

    @cached_property
    def height(self) -> float:
        column = max((*self.left, *self.right, 0))
        inner = self.inner.height if self.inner else 0.0
        return self.over + max(inner, column * (self.high + self.gap) - self.gap) + self.under

    @cached_property
    def uneven(self) -> float:
        """How lopsided the frames are, from 0."""
        mine = (sum(self.top) != sum(self.bottom)) + (sum(self.left) != sum(self.right))
        return mine * LOPSIDED + (self.inner.uneven if self.inner else 0.0)

    def _rows(self, rows: tuple[int, ...]) -> float:
        inside = self.gap if self.inner else 0.0
        return len(rows) * (self.high + self.gap) - self.gap + inside if rows else 0.0

    def larger_than(self, shape: float) -> float:
        """How large a picture of a shape (its width by its height) must be to hold the frame."""
        return max(self.width / shape, self.height) * (1 + self.uneven)


@dataclass
class Room:
    """What a frame came to be: its rectangle, and its bubbles' cells."""

    place: Place
    cells: list[Place] = field(default_factory=list)


def frames(layers: Sequence[Sequence[Card]], *, shape: float, gap: float) -> Frame:
    """The outermost of the frames that need the smallest picture of this shape."""
    found: list[Frame] = []
    for cards in layers:
        wide, high = max(card.width for card in cards), max(card.height for card in cards)
        inners: list[Frame | None] = [*found] or [None]
        grown = [each for inner in inners for each in _around(inner, len(cards), wide, high, gap)]
        found = _best(grown)
    return min(found, key=lambda frame: frame.larger_than(shape))


def _around(inner: Frame | None, count: int, wide: float, high: float, gap: float) -> Iterator[Frame]:
    if inner is None:
        for across in range(1, count + 1):
            yield Frame(wide, high, gap, None, top=_split(count, ceil(count / across)))
        return
    for beside in {1, *range(0, count + 1, 2)} if count > 1 else (0, 1):
        left, rest = ceil(beside / 2), count - beside
        for columns in range(1, MOST_COLUMNS + 1):
            for rows in range(1, MOST_ROWS + 1):
                yield Frame(
                    wide,
                    high,
                    gap,
                    inner,
                    top=_split(rest // 2, rows),
                    bottom=_split(rest - rest // 2, rows),
                    left=_split(left, columns),
                    right=_split(beside - left, columns),
                )


def _split(count: int, parts: int) -> tuple[int, ...]:
    """A number in parts as equal as can be, the larger first; none of them 0."""
    parts = min(parts, count)
    return tuple(count // parts + (place < count % parts) for place in range(parts)) if parts else ()


def _best(found: list[Frame]) -> list[Frame]:
    """Those of which no other is both narrower and lower."""
    kept: list[Frame] = []
    lowest = float("inf")
    for frame in sorted(found, key=lambda each: (each.width, each.height * (1 + each.uneven), each.uneven)):
        if frame.height * (1 + frame.uneven) < lowest:
            lowest = frame.height * (1 + frame.uneven)
            kept.append(frame)
    return kept if len(kept) <= MOST_KEPT else kept[:: ceil(len(kept) / MOST_KEPT)]


def furnished(frame: Frame, place: Place) -> list[Room]:
    """The frames' rooms, innermost first, with what is left of the place shared out among them."""
    room = Room(place, [])
    inner = _inner_place(frame, place) if frame.inner else None
    room.cells += _rows(frame, place, frame.top, above=True)
    room.cells += _columns(frame, place, frame.right, left=False)
    room.cells += _rows(frame, place, frame.bottom, above=False)
    room.cells += _columns(frame, place, frame.left, left=True)
    return [*(furnished(frame.inner, inner) if frame.inner and inner else []), room]


def _depth(frame: Frame) -> int:
    return 1 + _depth(frame.inner) if frame.inner else 0


def _inner_place(frame: Frame, place: Place) -> Place:
    assert frame.inner is not None  # noqa: S101  # nosec B101 - asked of frames that have one
    part = _depth(frame) / (_depth(frame) + 1)
    across = place.width - frame.before - frame.after
    down = place.height - frame.over - frame.under
    width = frame.inner.width + (across - frame.inner.width) * part
    height = frame.inner.height + (down - frame.inner.height) * part
    x = place.left + frame.before + across / 2
    return Place(x, place.top + frame.over + down / 2, width, height)


def _rows(frame: Frame, place: Place, rows: tuple[int, ...], *, above: bool) -> Iterator[Place]:
    for at, count in enumerate(rows):
        step = (len(rows) - 1 - at) * (frame.high + frame.gap) + frame.high / 2
        if frame.inner is None:
            space = (place.height - LABEL - frame.edge - frame.high) / max(len(rows) - 1, 1)
            y = place.top + LABEL + frame.high / 2 + (at if len(rows) > 1 else 0.5) * space
        else:
            y = place.top + LABEL + step if above else place.bottom - frame.edge - step
        pitch = (place.width - 2 * frame.edge + frame.gap) / count
        start = place.left + frame.edge - frame.gap / 2
        for each in range(count):
            yield Place(start + (each + 0.5) * pitch, y, frame.wide, frame.high)


def _columns(frame: Frame, place: Place, columns: tuple[int, ...], *, left: bool) -> Iterator[Place]:
    top, bottom = place.top + frame.over, place.bottom - frame.under
    for at, count in enumerate(columns):
        step = frame.edge + (len(columns) - 1 - at) * (frame.wide + frame.gap) + frame.wide / 2
        x = place.left + step if left else place.right - step
        pitch = (bottom - top + frame.gap) / count
        for each in range(count):
            yield Place(x, top - frame.gap / 2 + (each + 0.5) * pitch, frame.wide, frame.high)
