"""How large a poster's type may be: the largest of a few sizes that keeps it on one sheet.

Where even the smallest does not, the poster flows on to a second sheet, and its foot says so: nothing is cut.
What one must still be able to read from where, and why these are the smallest, says paper.py.
"""

from __future__ import annotations

from weasyprint import HTML

from gallery.letters import ending, longest_word, width
from gallery.paper import Paper, Sheet
from gallery.press import Layout, Press

# From what one reads across a room down to what one reads at arm's length, for A3 in points:
# the title, the running text, and the part of the sheet's width that the chart takes, in %.
LARGEST = (104.0, 24.0, 100.0)
SMALLEST = (48.0, 12.0, 56.0)
LAST_STEP = 19
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
MAP_WIDER = 34.0  # a results map keeps its width longer than a chart does: its words are its type
NEARLY = 0.93  # of a sheet: full enough not to try the next larger type; what is left, the chart may have
FULL = 0.94  # of several sheets: as full as they may be foreseen to get, as breaks leave some room
BETWEEN = 0.05  # of a landscape sheet's width: the air beside the heading


def fit(press: Press, sheet: Sheet, page: Paper) -> Layout:
    """The poster at the largest type that keeps it on one sheet; at the smallest, it may flow on.

    One layout tells how high the others would be, so that most posters take two.
    """
    words = press.parse(sheet.words)
    tried: dict[int, Layout] = {}
    step = LAST_STEP // 2
    while step not in tried:
        tried[step] = press.lay_out(words, _sizes(STEPS[step], sheet, page))
        step = _next_step(tried, step, page)
    best = tried[step]
    if best.fits:
        best = _with_wider_chart(press, words, best, step, sheet, page)
    else:
        best = _on_several(press, words, sheet, page)
    best.fill(air=0.0 if page.landscape else 0.5)
    return best


def _with_wider_chart(
    press: Press, words: HTML, layout: Layout, step: int, sheet: Sheet, page: Paper
) -> Layout:
    """The same type with the chart as wide as the room that is left allows."""
    title, body, chart = STEPS[step]
    room = layout.room
    if not layout.chart or room < page.gap / 2 or chart >= LARGEST[2]:
        return layout
    wide = min(LARGEST[2], chart * (1 + room / layout.chart))
    wider = press.lay_out(words, _sizes((title, body, wide), sheet, page))
    return wider if wider.fits else layout


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


def _next_step(tried: dict[int, Layout], last: int, page: Paper) -> int:
    """The step to try next, or the one to keep: one that has been tried already."""
    fitting = min((step for step, layout in tried.items() if layout.fits), default=LAST_STEP)
    too_large = max((step for step, layout in tried.items() if not layout.fits), default=-1)
    if fitting in tried and tried[fitting].used > NEARLY * page.tall:
        return fitting
    between = range(too_large + 1, fitting)
    return next((step for step in between if _foreseen(tried[last], last, step) <= page.tall), fitting)


def _foreseen(layout: Layout, at: int, step: int) -> float:
    """How high the poster would be in mm at another step: words grow with the square of their type."""
    chart = layout.chart * STEPS[step][2] / STEPS[at][2]
    words = layout.used - layout.chart
    return chart + words * (STEPS[step][1] / STEPS[at][1]) ** 2


def _sizes(step: tuple[float, ...], sheet: Sheet, page: Paper) -> dict[str, str]:
    """The step's type as custom properties; the foot is of one size on every sheet of a wall."""
    title, body, chart = step
    points = {"title": _title(title, sheet.heading, page, sheet.head), "body": body, "foot": FOOT, "pt": 1.0}
    points["lower"] = points["title"] * LOWER
    points["number"] = FOOT * 3.6 * (0.56 * len(str(sheet.number)) + 0.25)
    points["prompt"] = title * 0.28 + body * 0.6
    points["result"] = max(points["title"] * 0.42, body * 1.42)
    points["label"] = max(points["title"] * 0.17, body * 0.8)
    sizes = {name: f"{size * page.type:.2f}pt" for name, size in points.items()}
    lengths = {"gap": page.gap, "symbol": page.symbol, "sunk": page.edge - page.below, "quiet": sheet.quiet}
    parts = {
        "map": min(chart + MAP_WIDER, 100),
        "chart": chart * sheet.head,
        "beside": (sheet.head + BETWEEN) * 100,
        "head": sheet.head * 100,
    }
    held = width(ending(sheet.heading)) * LETTER * points["title"] <= _across(page, sheet.head)
    return (
        sizes
        | {"together": "nowrap" if held else "normal"}
        | {name: f"{length:.2f}mm" for name, length in lengths.items()}
        | {name: f"{part:.1f}%" for name, part in parts.items()}
    )


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
