"""The results map as a picture: bands, bubbles and lines with all their coordinates, for one template.

It is pure: the same plan and shape give the same picture. Lengths are units of its view box.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import lru_cache

from measures.axes import width
from measures.map_cards import (
    CHIP_GAP,
    CHIP_LEADING,
    CHIP_PADDING,
    CHIP_TYPE,
    HIGHEST,
    LEADING,
    Card,
    cards,
    chip_height,
)
from measures.map_frames import Frame, Place, Room, frames, furnished
from measures.map_lanes import side_by_side, units
from measures.map_lines import WORDS_TYPE, Line, line, worded
from measures.map_order import seated
from measures.map_plan import FORWARDS, LAYERS, Plan, Tie
from measures.map_routes import Gutters, Point

MOST_NAMED = 24  # with more results than these their measures are counted, not named
MOST_ROUTED = 240  # beyond that no line could be followed anyway: they are drawn straight
MOST_ROUTED_PAST = 120  # results: each way takes the longer to find, the more of them there are
MOST_WORDED = 40
PIXELS = 1.2
MOST_ARROWS_WORDED = 8
GAP, WIDE_GAP, NO_LINKS_GAP = 30.0, 32.0, 16.0
NARROWEST = 360.0  # so that a map of one bubble does not fill a sheet with it
LABEL_TYPE = 8.6
# A band, a bubble and its edge: the day's colours, which the stylesheet turns down in the evening.
TINTS = {
    "purpose": ("#f8e8e4", "#f2d3cb", "#b88072"),
    "strategic": ("#f0f4e4", "#dbe6c6", "#8b9c66"),
    "process": ("#e9f1f6", "#cfe1ec", "#7c9cb1"),
    "team": ("#faf0e1", "#f6dcb8", "#bd945c"),
}
INNER_ROUND, ROUNDER = 24.0, 8.0


@dataclass(frozen=True)
class Words:
    """A line of words about its middle, standing on `y`."""

    text: str
    x: str
    y: str
    size: str


@dataclass(frozen=True)
class Box:
    """A rectangle for the template."""

    x: str
    y: str
    width: str
    height: str
    round: str
    words: list[Words]

    @classmethod
    def of(cls, place: Place, round: float, words: Sequence[Words] = ()) -> Box:
        return cls(
            units(place.left),
            units(place.top),
            units(place.width),
            units(place.height),
            units(round),
            list(words),
        )


@dataclass(frozen=True)
class Bubble:
    """`key` and `title` are the result's; `short` where its wording goes on beyond the bubble."""

    key: int
    layer: str
    title: str
    place: Place
    box: Box
    chips: list[Box]
    short: bool

    @property
    def fill(self) -> str:
        return TINTS[self.layer][1]

    @property
    def badge(self) -> tuple[str, str, str]:
        """Where the number of its sheet stands: the middle of a disc, and the line of its figures."""
        x, y = self.place.left + 7, self.place.top + 3
        return units(x), units(y), units(y + 3.1)

    @property
    def edge(self) -> str:
        return TINTS[self.layer][2]


@dataclass(frozen=True)
class Band:
    layer: str
    box: Box
    label: Box

    @property
    def fill(self) -> str:
        return TINTS[self.layer][0]

    @property
    def edge(self) -> str:
        return TINTS[self.layer][2]


@dataclass(frozen=True)
class Drawn:
    """A line with the box for its words, where there is room for them."""

    kind: str
    path: str
    tip: str
    words: Box | None


@dataclass(frozen=True)
class Picture:
    width: float
    height: float
    bands: list[Band] = field(default_factory=list)
    lines: list[Drawn] = field(default_factory=list)
    bubbles: list[Bubble] = field(default_factory=list)
    smallest: float = 0.0  # type of a wording, in units

    @property
    def view(self) -> str:
        return f"0 0 {units(self.width)} {units(self.height)}"

    @property
    def pixels(self) -> int:
        """Its width on a screen in CSS pixels: wordings are then as large as a caption."""
        return round(self.width * PIXELS)

    @property
    def short(self) -> list[str]:
        """The wordings of which only the beginning stands in a bubble."""
        return [bubble.title for bubble in self.bubbles if bubble.short]


@lru_cache(maxsize=64)
def picture(plan: Plan, shape: float) -> Picture:
    """The map in a view box of a shape: its width by its height."""
    layers = plan.layers
    if not layers:
        return Picture(NARROWEST, NARROWEST / shape)
    gap = NO_LINKS_GAP if not plan.ties else WIDE_GAP if len(plan.ties) > len(plan.results) else GAP
    named = len(plan.results) <= MOST_NAMED
    sized, outer = _smallest(plan, shape, gap, named=named)
    wide = max(outer.width, outer.height * shape, NARROWEST)
    rooms = furnished(outer, Place(wide / 2, wide / shape / 2, wide, wide / shape))
    places = _seated(sized, rooms, plan)
    bands = [_band(layer, room, at) for at, (layer, room) in enumerate(zip(layers, rooms, strict=True))]
    labels = [
        _label_place(layer, room, at) for at, (layer, room) in enumerate(zip(layers, rooms, strict=True))
    ]
    bubbles = [_bubble(card, places[card.result.key]) for part in sized for card in part]
    return Picture(
        width=wide,
        height=wide / shape,
        bands=bands[::-1],
        lines=_lines(plan.ties, places, labels, gap, (wide, wide / shape)),
        bubbles=bubbles,
        smallest=min(card.size for part in sized for card in part),
    )


def _smallest(plan: Plan, shape: float, gap: float, *, named: bool) -> tuple[list[list[Card]], Frame]:
    """The bubbles and frames that need the smallest picture, so that its type is the largest."""
    found = []
    for highest in HIGHEST:
        sized = [cards(results, named=named, highest=highest) for results in plan.layers.values()]
        found.append((sized, frames(sized, shape=shape, gap=gap)))
    return min(found, key=lambda each: each[1].larger_than(shape))


def _seated(sized: Sequence[Sequence[Card]], rooms: Sequence[Room], plan: Plan) -> dict[int, Place]:
    """Each result's bubble, in the middle of its cell."""
    linked: dict[int, list[int]] = {result.key: [] for result in plan.results}
    for tie in plan.ties:
        linked[tie.source].append(tie.target)
        linked[tie.target].append(tie.source)
    keys = [[card.result.key for card in part] for part in sized]
    seats = seated(keys, [room.cells for room in rooms], linked)
    return {
        card.result.key: Place(seats[card.result.key].x, seats[card.result.key].y, card.width, card.height)
        for part in sized
        for card in part
    }


def _band(layer: str, room: Room, at: int) -> Band:
    label = _label_place(layer, room, at)
    words = Words(
        LAYERS[layer].upper(), units(label.x), units(label.y + LABEL_TYPE * 0.36), units(LABEL_TYPE)
    )
    return Band(layer, Box.of(room.place, INNER_ROUND + at * ROUNDER), Box.of(label, 4, [words]))


def _label_place(layer: str, room: Room, at: int) -> Place:
    """The band's name, in the strip along its top, where its corner has become straight."""
    wide = width(LAYERS[layer].upper(), LABEL_TYPE) * 1.25 + 8  # capitals, and the air between them
    x = room.place.left + (INNER_ROUND + at * ROUNDER) * 0.62 + wide / 2
    return Place(x, room.place.top + 13, wide, LABEL_TYPE + 5)


def _bubble(card: Card, place: Place) -> Bubble:
    chips_high = sum(chip_height(chip) + CHIP_GAP for chip in card.chips) + (2 if card.chips else 0)
    top = place.y - (card.words_height + chips_high) / 2
    first = top + card.size * (LEADING / 2 + 0.36)
    words = [
        _words(text, place.x, first + at * card.size * LEADING, card.size)
        for at, text in enumerate(card.lines)
    ]
    chips, y = [], top + card.words_height + 2 + CHIP_GAP
    for chip in card.chips:
        chips.append(_chip(chip, place.x, y, card.width))
        y += chip_height(chip) + CHIP_GAP
    round_ = min(place.height / 2, 20.0)
    result = card.result
    return Bubble(
        result.key, result.layer, result.words, place, Box.of(place, round_, words), chips, card.short
    )


def _chip(lines: Sequence[str], x: float, top: float, room: float) -> Box:
    wide = min(max(width(text, CHIP_TYPE) for text in lines) + 2.2 * CHIP_PADDING, room - 1.6 * CHIP_TYPE)
    place = Place(x, top + chip_height(lines) / 2, wide, chip_height(lines))
    first = top + CHIP_PADDING / 2 + CHIP_LEADING / 2 + CHIP_TYPE * 0.36
    return Box.of(
        place, 3.2, [_words(t, x, first + at * CHIP_LEADING, CHIP_TYPE) for at, t in enumerate(lines)]
    )


def _words(text: str, x: float, y: float, size: float) -> Words:
    return Words(text, units(x), units(y), f"{size:.2f}")


def _lines(
    ties: Sequence[Tie], places: dict[int, Place], labels: Sequence[Place], gap: float, size: Point
) -> list[Drawn]:
    """The lines, near ones first, so that they take the straight ways."""
    ordered = sorted(ties, key=lambda tie: (_apart(places, tie), tie.source, tie.target, tie.kind))
    if len(ordered) > MOST_ROUTED or len(places) > MOST_ROUTED_PAST:
        ways = [_straight(places[tie.source], places[tie.target]) for tie in ordered]
    else:
        gutters = Gutters(list(places.values()), labels, gap, size)
        ways = side_by_side([gutters.way(places[t.source], places[t.target]) for t in ordered], gap - 12)
    found = [line(tie.kind, way) for tie, way in zip(ordered, ways, strict=True)]
    if len(found) <= MOST_WORDED:
        found = _worded(found, ways, [*places.values(), *labels], size)
    return [_drawn(each) for each in found]


def _worded(
    found: Sequence[Line], ways: Sequence[Sequence[Point]], taken: list[Place], size: Point
) -> list[Line]:
    """The lines with their kinds in words; arrows say theirs where there are few."""
    silent = {"cause"} if len(found) > MOST_ARROWS_WORDED else set()
    return [
        each if each.kind in silent else worded(each, way, FORWARDS[each.kind], taken, size)
        for each, way in zip(found, ways, strict=True)
    ]


def _apart(places: dict[int, Place], tie: Tie) -> float:
    one, other = places[tie.source], places[tie.target]
    return round(abs(one.x - other.x) + abs(one.y - other.y), 3)


def _straight(source: Place, target: Place) -> list[Point]:
    """From edge to edge, as the crow flies."""
    return [_edge(source, target), _edge(target, source)]


def _edge(place: Place, to: Place) -> Point:
    across, down = to.x - place.x, to.y - place.y
    part = min(
        (place.width / 2 / abs(across)) if across else 1.0, (place.height / 2 / abs(down)) if down else 1.0
    )
    return (place.x + across * part, place.y + down * part)


def _drawn(found: Line) -> Drawn:
    box = None
    if found.at:
        words = _words(found.words, found.at.x, found.at.y + WORDS_TYPE * 0.36, WORDS_TYPE)
        box = Box.of(found.at, 4, [words])
    return Drawn(found.kind, found.path, found.tip, box)
