"""Posters as printed sheets: the same face as on the phone, in a frame of its own.

Every poster is laid out by itself at the largest of a few type sizes that keeps it on one
sheet. Where even the smallest does not, it flows on to a second sheet and a warning says so:
nothing is ever cut.
"""

from __future__ import annotations

import logging
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from django.template.loader import render_to_string

from gallery import addresses, qr
from gallery.codes import in_print
from gallery.faces import Face, faces
from gallery.models import Poster

if TYPE_CHECKING:
    from weasyprint import HTML

    from gallery.press import Layout, Press


@dataclass(frozen=True)
class Paper:
    """A sheet of paper, lengths in mm. `symbol` is the QR code's dark part, `type` a part of A3's type."""

    width: int
    height: int
    edge: int
    gap: int
    symbol: int
    type: float

    @property
    def tall(self) -> int:
        """The height that is left to the poster above its foot."""
        return self.height - self.edge - self.below

    @property
    def below(self) -> int:
        return self.edge + self.symbol + 2 * self.gap

    @property
    def landscape(self) -> bool:
        return self.width > self.height

    def turned(self) -> Paper:
        return replace(self, width=self.height, height=self.width)


# A symbol under 35 mm is a gamble for a phone two steps away. A4 is read from nearer than A3.
SIZES = {
    "A3": Paper(297, 420, edge=20, gap=8, symbol=46, type=1.0),
    "A4": Paper(210, 297, edge=14, gap=6, symbol=36, type=0.72),
}
ORIENTATIONS = ["portrait", "landscape"]

# From what one reads across a room down to what one reads at arm's length, for A3 in points:
# the title, the running text, and the part of the sheet's width that the chart takes, in %.
LARGEST = (104.0, 24.0, 100.0)
SMALLEST = (54.0, 10.0, 60.0)
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
LETTER = 0.56  # a letter's width in the title's face, of its size, on the broad side of the mean
# Of a landscape sheet's width: the heading beside its evidence; or over its chart, beside the details.
HEAD, HEAD_OVER_CHART, BETWEEN = 0.41, 0.55, 0.05


NUMBERS = re.compile(r"([0-9]{1,9})(?:-([0-9]{1,9}))?")
ADVICE = "Nothing was made. Leave it out for now, and tell whoever runs this site; its log says why."

logger = logging.getLogger(__name__)


class NotPrinted(Exception):  # noqa: N818 - an answer to a person, not a fault
    """Nothing was printed; the message says which poster and why, in the person's words."""


@dataclass
class Sheets:
    """`pages` counts each poster's sheets, in the order given; `warnings` names those with more than one."""

    pdf: bytes
    pages: list[int] = field(default_factory=list)
    warnings: list[str] = field(default_factory=list)


def render(
    posters: Sequence[Poster],
    *,
    size: str = "A3",
    orientation: str = "portrait",
    progress: Callable[[Poster], None] = lambda _: None,
) -> Sheets:
    """The posters as one PDF; they come from `Poster.objects.with_face()`.

    The number of queries doesn't grow with the posters. `progress` hears of each poster that
    is laid out. Raises NotPrinted where a poster fails, and ValueError, in words, where there is
    no poster or the size or orientation is unknown.
    """
    if not posters:
        raise ValueError("No posters were chosen. Choose at least one to print.")
    page = paper(size, orientation)
    try:
        return _printed(posters, size, page, progress)
    except NotPrinted:
        raise
    except Exception as problem:
        logger.exception("printing failed")
        raise NotPrinted(f"The posters could not be printed. {ADVICE}") from problem


def pick(posters: Sequence[Poster], numbers: str) -> list[Poster]:
    """Those posters that "1,3,7-9" names; all of them where it is blank. Raises ValueError in words."""
    if not numbers.strip():
        return list(posters)
    hanging = {poster.number for poster in posters}
    wanted: set[int] = set()
    for part in numbers.split(","):
        found = NUMBERS.fullmatch(part.strip())
        if not found:
            raise ValueError(f"“{part.strip()}” is no poster number; write them like 1,3,7-9.")
        first, last = int(found[1]), int(found[2] or found[1])
        here = {number for number in hanging if first <= number <= last}
        if not here:
            raise ValueError(f"No poster {part.strip()} hangs in this gallery.")
        wanted |= here
    return [poster for poster in posters if poster.number in wanted]


def paper(size: str, orientation: str) -> Paper:
    """The paper as it lies in the printer. Raises ValueError in words."""
    if size not in SIZES:
        raise ValueError(f"“{size}” is no paper size that we print; choose {' or '.join(SIZES)}.")
    if orientation not in ORIENTATIONS:
        raise ValueError(f"“{orientation}” is no orientation; choose {' or '.join(ORIENTATIONS)}.")
    return SIZES[size].turned() if orientation == "landscape" else SIZES[size]


def _printed(posters: Sequence[Poster], size: str, page: Paper, progress: Callable[[Poster], None]) -> Sheets:
    from gallery.press import Press

    press = Press(page=_page(page))
    laid = []
    for face in faces(posters):
        try:
            laid.append(_fit(press, face, page))
        except Exception as problem:
            logger.exception("poster %s could not be printed", face.poster.number)
            raise NotPrinted(f"Poster {face.poster.number} could not be printed. {ADVICE}") from problem
        progress(face.poster)
    pages = [len(layout.pages) for layout in laid]
    title = posters[0].gallery.title if len(posters) > 1 else str(posters[0])
    return Sheets(press.bind(laid, title=title), pages, _warnings(posters, pages, size))


def _fit(press: Press, face: Face, page: Paper) -> Layout:
    """The poster at the largest type that keeps it on one sheet; at the smallest, it may flow on.

    One layout tells how high the others would be, so that most posters take two.
    """
    code = qr.code(addresses.of_poster(face.poster))
    words = press.parse(_words(face, page, code))
    tried: dict[int, Layout] = {}
    step = LAST_STEP // 2
    while step not in tried:
        tried[step] = press.lay_out(words, _sizes(STEPS[step], face, page, code))
        step = _next_step(tried, step, page)
    best = _with_wider_chart(press, words, tried[step], step, face, page, code)
    best.fill(air=0.0 if page.landscape else 0.5)
    return best


def _with_wider_chart(
    press: Press, words: HTML, layout: Layout, step: int, face: Face, page: Paper, code: qr.Code
) -> Layout:
    """The same type with the chart as wide as the room that is left allows."""
    title, body, chart = STEPS[step]
    room = layout.room
    if not layout.fits or not layout.chart or room < page.gap / 2 or chart >= LARGEST[2]:
        return layout
    wide = min(LARGEST[2], chart * (1 + room / layout.chart))
    wider = press.lay_out(words, _sizes((title, body, wide), face, page, code))
    return wider if wider.fits else layout


def _next_step(tried: dict[int, Layout], last: int, page: Paper) -> int:
    """The step to try next, or the one to keep: one that has been tried already."""
    fitting = min((step for step, layout in tried.items() if layout.fits), default=LAST_STEP)
    too_large = max((step for step, layout in tried.items() if not layout.fits), default=-1)
    between = range(too_large + 1, fitting)
    return next((step for step in between if _foreseen(tried[last], last, step) <= page.tall), fitting)


def _foreseen(layout: Layout, at: int, step: int) -> float:
    """How high the poster would be in mm at another step: words grow with the square of their type."""
    chart = layout.chart * STEPS[step][2] / STEPS[at][2]
    words = layout.used - layout.chart
    return chart + words * (STEPS[step][1] / STEPS[at][1]) ** 2


def _page(page: Paper) -> str:
    edge = f"{page.edge}mm"
    return f"@page {{ size: {page.width}mm {page.height}mm; margin: {edge} {edge} {page.below}mm {edge} }}"


def _sizes(step: tuple[float, ...], face: Face, page: Paper, code: qr.Code) -> dict[str, str]:
    """The step's type as custom properties; the foot is of one size on every sheet of a wall."""
    title, body, chart = step
    head = _head(face, page)
    points = {"title": _title(title, face.poster.heading, page, head), "body": body, "foot": 13.0}
    points["number"] = 13.0 * 3.6 * (0.56 * len(str(face.poster.number)) + 0.25)
    points["prompt"] = title * 0.28 + body * 0.6
    points["result"] = max(points["title"] * 0.42, body * 1.42)
    points["label"] = max(points["title"] * 0.17, body * 0.74)
    sizes = {name: f"{size * page.type:.2f}pt" for name, size in points.items()}
    lengths: dict[str, float] = {"gap": page.gap, "symbol": page.symbol, "sunk": page.edge - page.below}
    lengths["quiet"] = (code.width(page.symbol) - page.symbol) / 2
    parts = {"chart": chart * head, "beside": (head + BETWEEN) * 100, "head": head * 100}
    return (
        sizes
        | {name: f"{length:.2f}mm" for name, length in lengths.items()}
        | {name: f"{part:.1f}%" for name, part in parts.items()}
    )


def _head(face: Face, page: Paper) -> float:
    """The part of the sheet's width that the heading has."""
    alone = face.measure and not face.chart and not face.has_details
    if alone or not page.landscape:
        return 1.0
    return HEAD_OVER_CHART if face.chart and face.has_details else HEAD


def _title(points: float, heading: str, page: Paper, column: float) -> float:
    """The title's type for A3: less for a long heading, and so that no word of it is broken."""
    part = next((part for most, part in TITLES if len(heading) <= most), LONGEST_TITLE)
    longest = max(len(word) for word in re.split(r"[\s-]+", heading))
    width = column * (page.width - 2 * page.edge) * 72 / 25.4 / page.type
    whole = max(width / (LETTER * longest), SMALLEST[0] * LONGEST_TITLE)
    return min(points * part * (0.78 if page.landscape else 1.0), whole)


def _words(face: Face, page: Paper, code: qr.Code) -> str:
    poster = face.poster
    context = {
        "face": face,
        "poster": poster,
        "gallery": poster.gallery,
        "orientation": "landscape" if page.landscape else "portrait",
        "qr": code,
        "qr_width": f"{code.width(page.symbol):.2f}",
        "address": addresses.short(code.address),
        "code": in_print(poster.gallery.code),
    }
    return render_to_string("print/poster.html", context)


def _warnings(posters: Sequence[Poster], pages: Sequence[int], size: str) -> list[str]:
    return [
        f"Poster {poster.number} has more words than one {size} sheet holds, so it is on {count} sheets. "
        "Shorten its text, or print it larger."
        for poster, count in zip(posters, pages, strict=True)
        if count > 1
    ]
