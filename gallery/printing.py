"""Posters as printed sheets: the same face as on the phone, in a frame of its own.

Here they are turned into plain words and numbers, while there is a database. The press's crew lays
them out in processes of their own (press_crew.py), whose time and memory are capped.
"""

from __future__ import annotations

import logging
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace

from django.template.loader import render_to_string

from gallery import addresses, binding, capped, on_paper, press_crew, qr
from gallery.codes import in_print
from gallery.copyfitting import MAP_BESIDE
from gallery.faces import Face, faces
from gallery.handout_words import cut
from gallery.models import Poster
from gallery.paper import SIZES, Paper, Sheet, paper
from gallery.press_crew import Order, Watcher
from gallery.print_shelf import Finished
from measures.map_cards import CHIP_TYPE
from measures.results_map import ResultsMap, Shown

# Of a landscape sheet's width: the heading beside its evidence; over its chart, beside the details; by a map.
HEAD, HEAD_OVER_CHART, HEAD_BY_MAP = 0.41, 0.59, 0.26
MM_A_POINT = 25.4 / 72

LARGEST = list(SIZES)[-1]
SMALLEST_MAP = 297  # mm: the shorter side of the smallest paper that a results map is made for
IN_FOOT = 64  # letters of a name: two lines of the foot
SMALLEST_CHIP = 2.2  # mm: the type of the measures on a results map, or they are left out
SMALLEST_TYPE = 6.0  # points: what one can still read from a sheet in the hand

NUMBERS = re.compile(r"([0-9]{1,9})(?:-([0-9]{1,9}))?")
ADVICE = "Nothing was made. Leave it out for now, and tell whoever runs this site; its log says why."
ADVICE_ON_ALL = "Nothing was made. Tell whoever runs this site; its log says why."
LARGER_MAP = "Print it larger: it needs A3 at least, and with many results A1."
FEWER_RESULTS = "Shorten the words of its results, or map fewer of them."
BUSY = "Two prints are being made; try again in a minute. Your choices are kept."

logger = logging.getLogger(__name__)


class NotPrinted(Exception):  # noqa: N818 - an answer to a person, not a fault
    """Nothing was printed; the message says which poster and why, in the person's words."""


class Busy(NotPrinted):
    """The press is taken by others; the same order may go through in a minute."""


@dataclass
class Sheets:
    """`pages` counts each printed poster's sheets, in the order given; `failed` are those that were left out,
    each with its reason. Of the others, `made` were laid out now, and the rest were there already; `said` has
    each number's digest.
    """

    pdf: bytes
    pages: list[int] = field(default_factory=list)
    warnings: list[str] = field(default_factory=list)
    made: int = 0
    said: dict[int, str] = field(default_factory=dict)
    failed: list[tuple[Poster, str]] = field(default_factory=list)


@dataclass(frozen=True)
class Ordered:
    """A poster to print. `said` is what its sheet says, in short; `warning` is known beforehand. Where it
    has moving ranges beneath its chart, they could be left out.
    """

    poster: Poster
    order: Order
    said: str
    warning: str = ""
    has_ranges: bool = False


def render(
    posters: Sequence[Poster],
    *,
    size: str = "A3",
    orientation: str = "portrait",
    crop: bool = False,
    progress: Callable[[Poster], None] = lambda _: None,
    leave_out: bool = False,
) -> Sheets:
    """The posters as one PDF; they come from `Poster.objects.with_face()`.

    The number of queries doesn't grow with the posters. `progress` hears of each poster that
    is laid out. Raises NotPrinted where a poster fails or the press is busy, and ValueError, in
    words, where there is no poster or the size or orientation is unknown. With `leave_out`, the
    posters that fail are left out, as long as one is printed.
    """
    page = paper(size, orientation, crop=crop)
    wanted = orders(posters, page)
    run = _Run(wanted, progress, leave_out)
    try:
        press_crew.make([each.order for each in wanted], page, run, patience=press_crew.PATIENCE)
    except capped.Busy as busy:
        raise Busy(BUSY) from busy
    if run.reasons and (not leave_out or not run.sheets):
        place, reason = min(run.reasons.items())
        raise NotPrinted(_told(wanted[place].poster, reason, run))
    return _bound(wanted, run, size)


def _bound(wanted: Sequence[Ordered], run: _Run, size: str) -> Sheets:
    done = [(wanted[place], sheet) for place, sheet in sorted(run.sheets.items())]
    title = wanted[0].poster.gallery.title
    return Sheets(
        pdf=binding.bind([sheet.pdf for _, sheet in done], title=title),
        pages=[sheet.pages for _, sheet in done],
        warnings=[words for each, sheet in done for words in warnings(each, sheet, size)],
        made=run.made,
        said={each.poster.number: each.said for each, _ in done},
        failed=[(wanted[place].poster, reason) for place, reason in sorted(run.reasons.items())],
    )


class _Run(Watcher):
    """What we hear of the posters while we wait for them."""

    def __init__(
        self, wanted: Sequence[Ordered], progress: Callable[[Poster], None], leave_out: bool
    ) -> None:
        self.posters, self.progress, self.leave_out = [each.poster for each in wanted], progress, leave_out
        self.sheets: dict[int, Finished] = {}
        self.reasons: dict[int, str] = {}
        self.made = 0
        self.in_hand: set[int] = set()

    def begun(self, place: int) -> None:
        self.in_hand.add(place)
        self.progress(self.posters[place])

    def done(self, place: int, sheet: Finished, *, made: bool) -> None:
        self.sheets[place] = sheet
        self.made += made

    def failed(self, place: int, reason: str) -> None:
        self.reasons[place] = reason

    def wanted(self) -> bool:
        return self.leave_out or not self.reasons


def _told(poster: Poster, reason: str, run: _Run) -> str:
    """Why nothing was printed; where none was even begun, it isn't the posters."""
    if not run.in_hand:
        return f"The posters {reason.partition(';')[0]}. {ADVICE_ON_ALL}"
    return f"Poster {poster.number} {reason.partition(';')[0]}. {ADVICE}"


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


# What is on the sheets


def orders(posters: Sequence[Poster], page: Paper) -> list[Ordered]:
    """All that the press is told. Raises NotPrinted, and ValueError in words where there is no poster."""
    if not posters:
        raise ValueError("No posters were chosen. Choose at least one to print.")
    try:
        return [_ordered(face, page) for face in faces(posters)]
    except Exception as problem:
        logger.exception("posters could not be put into words")
        raise NotPrinted(f"The posters could not be printed. {ADVICE_ON_ALL}") from problem


def _ordered(face: Face, page: Paper) -> Ordered:
    told, face = on_paper.said(face), _legible(face, page)
    code = qr.code(addresses.of_poster(face.poster))
    sheet = Sheet(
        words=_words(face, page, code),
        heading=face.poster.heading,
        number=face.poster.number,
        head=_head(face, page),
        quiet=(code.width(page.symbol) - page.symbol) / 2,
        detailed=face.has_details,
    )
    return Ordered(face.poster, Order.of(sheet, page), told, _small_map(face, page), _has_ranges(face))


def _legible(face: Face, page: Paper) -> Face:
    """The face without the measures on its map, where nobody could read them on this paper."""
    if face.map is None or CHIP_TYPE * _mm_a_unit(face.map, page) >= SMALLEST_CHIP:
        return face
    return replace(face, map=face.map.without_measures())


def _mm_a_unit(results: ResultsMap, page: Paper) -> float:
    """How large a unit of the map's picture is on this paper, at most."""
    across = (page.width - 2 * page.edge) * (MAP_BESIDE if page.landscape else 1.0)
    return across / _turned(results, page).picture.width


def _turned(results: ResultsMap, page: Paper) -> Shown:
    return results.landscape if page.landscape else results.portrait


def _head(face: Face, page: Paper) -> float:
    """The part of the sheet's width that the heading has."""
    if face.map and page.landscape:
        return HEAD_BY_MAP
    alone = face.measure and not face.chart and not face.has_details
    if alone or not page.landscape:
        return 1.0
    return HEAD_OVER_CHART if face.chart and face.has_details else HEAD


def _words(face: Face, page: Paper, code: qr.Code) -> str:
    poster = face.poster
    context = {
        "face": face,
        "poster": poster,
        "gallery": poster.gallery,
        "foot": {
            "sheet": cut(poster.heading, IN_FOOT),
            "wall": cut(poster.wall.name, IN_FOOT),
            "gallery": cut(poster.gallery.title, IN_FOOT),
        },
        "orientation": "landscape" if page.landscape else "portrait",
        "qr": code,
        "qr_width": f"{code.width(page.symbol):.2f}",
        "address": addresses.short(code.address),
        "code": in_print(poster.gallery.code),
    }
    return render_to_string("print/poster.html", context)


# What one should know of them


def warnings(ordered: Ordered, sheet: Finished, size: str) -> list[str]:
    """What to look at before these sheets are hung."""
    told = told_of(ordered.poster.number, sheet, size, has_ranges=ordered.has_ranges)
    return [words for words in [*told, ordered.warning] if words]


def told_of(number: int, sheet: Finished, size: str, *, has_ranges: bool = False) -> list[str]:
    found = []
    if sheet.pages > 1:
        found.append(
            f"Poster {number} has more words than one {size} sheet holds, so it is on {sheet.pages} sheets. "
            f"{_shorter(size, has_ranges=has_ranges)}"
        )
    if sheet.missing:
        found.append(
            f"Poster {number} has letters that no font here has, printed as empty boxes: {sheet.missing}. "
            "Write them otherwise, or tell whoever runs this site."
        )
    return found


def _shorter(size: str, *, has_ranges: bool) -> str:
    """What brings a poster of several sheets back to one."""
    if has_ranges:
        return "Leave out its moving ranges (on the measure’s page), or shorten its text."
    return "Shorten its text." if size == LARGEST else "Shorten its text, or print it larger."


def _has_ranges(face: Face) -> bool:
    return bool(face.chart and face.chart.ranges)


def _small_map(face: Face, page: Paper) -> str:
    """A warning for a results map whose words would be too small to read on this paper."""
    if face.map is None:
        return ""
    shown = _turned(face.map, page)
    type_ = shown.picture.smallest * _mm_a_unit(face.map, page) / MM_A_POINT
    if not shown.bubbles or (min(page.width, page.height) >= SMALLEST_MAP and type_ >= SMALLEST_TYPE):
        return ""
    can_be_larger = max(page.width, page.height) < SIZES[LARGEST].height
    return (
        f"Poster {face.poster.number} is a results map, and its smallest words are about {type_:.0f} points "
        f"high on this paper. {LARGER_MAP if can_be_larger else FEWER_RESULTS}"
    )
