"""How large a poster's type may be: the largest of a few sizes that keeps it on one sheet.

Where even the smallest does not, the poster flows on to a second sheet, and its foot says so: nothing is cut.
What one must still be able to read from where, and why these are the smallest, says paper.py.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Sequence

from weasyprint import HTML

from gallery.copyfitting import Extent, extent
from gallery.letters import ending, longest_word, width
from gallery.paper import Paper, Sheet
from gallery.press import Layout, Press

# From what one reads across a room down to what one reads at arm's length, for A3 in points:
# the title, the running text, and the part of the sheet's width that the chart takes, in %.
LARGEST = (104.0, 24.0, 100.0)
SMALLEST = (48.0, 12.0, 56.0)
LAST_STEP = 19
LEAST_CHART = 42.0  # %, rather than on a second sheet
BESIDE_WORDS = 71.0  # %: the widest chart that has its words beside it
ASIDE = 0.035  # of the figure's width: the air between them
STEPS: list[tuple[float, ...]] = [
    tuple(
        large * (small / large) ** (step / LAST_STEP) for large, small in zip(LARGEST, SMALLEST, strict=True)
    )
    for step in range(LAST_STEP + 1)
]
# A long title starts out smaller, so that it leaves the sheet to what is beneath it.
TITLES = [(42, 1.0), (90, 0.84), (160, 0.66)]
LONGEST_TITLE = 0.5
FOOT = 13.0
A_TITLE = 90  # letters: up to here it is no smaller than LEAST_TITLE; what is longer, no one reads in passing
LEAST_TITLE = 48.0
LETTER = 0.56  # a letter's width in the title's face, of its size, on the broad side of the mean
LOWER = 0.62  # of a title's type: a results map's title, which leaves the sheet to the map
MAP_WIDER = 0.34  # a results map keeps its width longer than a chart does: its words are its type
AIM = 0.985  # of a sheet: as full as it is reckoned to get, as the reckoning is a guess
ENOUGH = 0.89  # of a sheet: full enough not to try the next larger type
HOPELESS = 1.3  # of a sheet: what is reckoned to be higher even at the smallest type is not tried on one
ASTRAY = 1.04  # the most that the reckoning is put right by, after a layout that took several sheets
WORTH = 1.05  # of a chart's width: how much wider it must get to be worth another layout
MM_A_POINT = 25.4 / 72
FULL = 0.94  # of several sheets: as full as they may be foreseen to get, as breaks leave some room
BETWEEN = 0.05  # of a landscape sheet's width: the air beside the heading


def fit(press: Press, sheet: Sheet, page: Paper) -> Layout:
    """The poster at the largest type that keeps it on one sheet; at the smallest, it may flow on.

    It is reckoned beforehand (copyfitting.py), so that most posters are laid out once.
    """
    words = press.parse(sheet.words)
    best = _on_one(press, words, sheet, page) or _on_several(press, words, sheet, page)
    best.fill(air=0.0 if page.landscape else 0.5)
    return best


class _Reckoning:
    """How high the poster would be in mm, by its words and by what its layouts have shown so far."""

    def __init__(self, words: HTML, sheet: Sheet, page: Paper) -> None:
        self.poster = next(words.etree_element.iter("article"))
        self.sheet, self.page = sheet, page
        self.astray = 1.0  # how much higher its words stood than reckoned

    def at(self, step: Sequence[float]) -> Extent:
        points = _points(step, self.sheet, self.page)
        return extent(
            self.poster,
            points,
            _parts(step, self.sheet),
            _across(self.page, 1.0),
            landscape=self.page.landscape,
        )

    def high(self, step: Sequence[float]) -> float:
        found = self.at(step)
        return (found.words * self.astray + found.chart) * self._mm

    def largest(self, steps: Sequence[int], most: float) -> int | None:
        """The first of the steps, the largest type, at which it is no higher than `most`."""
        place = bisect_left(steps, True, key=lambda step: self.high(STEPS[step]) <= most)
        return steps[place] if place < len(steps) else None

    def widened(self, step: int, most: float) -> tuple[float, ...]:
        """The step's type with the chart as wide as `most` allows; at the smallest type, also less wide."""
        title, body, wide = STEPS[step]
        wide = min(wide, _widest(self.sheet))
        found = self.at(STEPS[step])
        room = most / self._mm - found.words * self.astray - found.chart + found.beside
        if found.chart and (room > 0 or step == LAST_STEP):
            wide = min(_widest(self.sheet), max(wide * (1 + room / found.chart), LEAST_CHART))
        return title, body, wide

    def learn(self, step: Sequence[float], layout: Layout) -> None:
        found = self.at(step)
        shown = (layout.used / self._mm - found.chart) / found.words
        if not layout.fits:  # what breaks leave free makes several sheets seem fuller than they are
            least = (self.page.tall / self._mm - found.chart) / found.words
            shown = max(min(shown, self.astray * ASTRAY), least, self.astray)
        self.astray = shown

    @property
    def _mm(self) -> float:
        return MM_A_POINT * self.page.type


def _on_one(press: Press, words: HTML, sheet: Sheet, page: Paper) -> Layout | None:
    """The poster on one sheet, at a type that leaves little of it free; None where it has too many words."""
    reckoning = _Reckoning(words, sheet, page)
    if reckoning.high(STEPS[LAST_STEP]) > HOPELESS * page.tall:
        return None
    most = AIM * page.tall
    best: Layout | None = None
    tried: dict[int, float] = {}  # steps, and the width of the chart
    larger, fitting = -1, LAST_STEP + 1  # up to the first, all are too large; the other one fits
    while larger + 1 < fitting:
        step = reckoning.largest(range(larger + 1, fitting), most)
        if step is None:
            if best:
                break
            step = LAST_STEP
        type_ = reckoning.widened(step, most)
        layout = press.lay_out(words, _sizes(type_, sheet, page))
        reckoning.learn(type_, layout)
        if layout.fits:
            best, fitting = layout, step
            if layout.used >= ENOUGH * page.tall:
                return best
        elif step in tried or type_ == STEPS[step]:
            larger = step
        tried[step] = type_[2]
    if best:
        type_ = reckoning.widened(fitting, most)
        if type_[2] > WORTH * tried[fitting]:
            wider = press.lay_out(words, _sizes(type_, sheet, page))
            return wider if wider.fits else best
    return best


def _on_several(press: Press, words: HTML, sheet: Sheet, page: Paper) -> Layout:
    """On the sheets that it takes at the smallest type, at the largest that takes no more of them."""
    number = _number(page, from_the_right=words.etree_element.get("dir") == "rtl")
    least = press.lay_out(words, _unfloated(STEPS[LAST_STEP], sheet, page), number)
    if least.fits:  # where nothing floats, it needs no second one
        return press.lay_out(words, _unfloated(STEPS[LAST_STEP], sheet, page) | {"sheets": "none"})
    room = FULL * page.tall * len(least.pages)
    foreseen = (_foreseen(least, LAST_STEP, step) for step in range(LAST_STEP))
    larger = next((step for step, high in enumerate(foreseen) if high <= room), None)
    if larger is None:
        return least
    layout = press.lay_out(words, _unfloated(STEPS[larger], sheet, page), number)
    return layout if len(layout.pages) <= len(least.pages) else least


def _number(page: Paper, *, from_the_right: bool) -> str:
    """Which of its sheets a sheet is, beneath where it hangs: the page says it, as the foot can't count."""
    side = "right" if from_the_right else "left"
    return (
        f"@page {{ @bottom-{side} {{ content: 'Sheet ' counter(page) ' of ' counter(pages); "
        f"font: 600 {FOOT * page.type:.2f}pt/1 GalleryInter; color: #2b2a28; text-align: {side}; "
        f"vertical-align: bottom; padding-bottom: {page.edge}mm }} }}"
    )


def _unfloated(step: tuple[float, ...], sheet: Sheet, page: Paper) -> dict[str, str]:
    """The step's type for several sheets: numbered, and with no words in a float, whose end would be lost."""
    sizes = _sizes(step, sheet, page)
    beside = sizes["beside"] if page.landscape else "0"
    return sizes | {
        "sheets": "block",
        "float": "none",
        "float-end": "none",
        "half": "100%",
        "between": "0",
        "head": "auto",
        "at": beside,
    }


def _foreseen(layout: Layout, at: int, step: int) -> float:
    """How high the poster would be in mm at another step: words grow with the square of their type."""
    chart = layout.chart * STEPS[step][2] / STEPS[at][2]
    words = layout.used - layout.chart
    return chart + words * (STEPS[step][1] / STEPS[at][1]) ** 2


def _sizes(step: Sequence[float], sheet: Sheet, page: Paper) -> dict[str, str]:
    """The step's type as custom properties; the foot is of one size on every sheet of a wall."""
    points = _points(step, sheet, page)
    parts = _parts(step, sheet)
    sizes = {name: f"{size * page.type:.2f}pt" for name, size in points.items()}
    lengths = {"gap": page.gap, "symbol": page.symbol, "sunk": page.edge - page.below, "quiet": sheet.quiet}
    held = width(ending(sheet.heading)) * LETTER * points["title"] <= _across(page, sheet.head)
    return (
        sizes
        | {"together": "nowrap" if held else "normal"}
        | {name: f"{length:.2f}mm" for name, length in lengths.items()}
        | {name: f"{part * 100:.1f}%" for name, part in parts.items()}
    )


def _points(step: Sequence[float], sheet: Sheet, page: Paper) -> dict[str, float]:
    """The size of each type by its name, in points of A3."""
    title, body, _chart = step
    points = {"title": _title(title, sheet.heading, page, sheet.head), "body": body, "foot": FOOT, "pt": 1.0}
    points["lower"] = points["title"] * LOWER
    points["number"] = FOOT * 3.6 * (0.56 * len(str(sheet.number)) + 0.25)
    points["prompt"] = title * 0.28 + body * 0.6
    points["result"] = max(points["title"] * 0.42, body * 1.42)
    points["label"] = max(points["title"] * 0.17, body * 0.8)
    return points


def _parts(step: Sequence[float], sheet: Sheet) -> dict[str, float]:
    """Of the width of the sheet's words, the part of each column; of its figure, the part of a chart."""
    chart = min(step[2], _widest(sheet)) / 100
    parts = {"chart": chart, "map": min(chart + MAP_WIDER, 1), "head": sheet.head, "figure": sheet.head}
    parts |= {"aside": chart + ASIDE}  # in the figure: where the words beside the chart begin
    return parts | {"beside": sheet.head + BETWEEN}


def _widest(sheet: Sheet) -> float:
    return BESIDE_WORDS if sheet.detailed else LARGEST[2]


def _title(points: float, heading: str, page: Paper, column: float) -> float:
    """The title's type for A3: less for a long heading, and so that no word of it is broken."""
    long = width(heading)
    part = next((part for most, part in TITLES if long <= most), LONGEST_TITLE)
    least = LEAST_TITLE if long <= A_TITLE else 0.0
    whole = max(_across(page, column) / (LETTER * longest_word(heading)), SMALLEST[0] * LONGEST_TITLE)
    return min(max(points * part * (0.78 if page.landscape else 1.0), least), whole)


def _across(page: Paper, column: float) -> float:
    """The heading's width in A3's points."""
    return column * (page.width - 2 * page.edge) * 72 / 25.4 / page.type
