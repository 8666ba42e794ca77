"""Posters as printed sheets: the same face as on the phone, in a frame of its own.

Here they are turned into plain words and numbers, while there is a database. The press room lays
them out in a process of its own (press_room.py), whose time and memory are capped.
"""

from __future__ import annotations

import json
import logging
import re
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass, field

from django.template.loader import render_to_string

from gallery import addresses, capped, qr
from gallery.codes import in_print
from gallery.faces import Face, faces
from gallery.models import Poster
from gallery.paper import Paper, Sheet, paper

JOB = "gallery.press_room"
MEMORY = 1024 * 1024**2  # bytes
START, EACH, LONGEST = 30.0, 3.0, 300.0  # seconds: for a run, for each of its posters, for any run
AT_ONCE = 2
PATIENCE = 20.0  # seconds that one waits for the press

# Of a landscape sheet's width: the heading beside its evidence; over its chart, beside the details; by a map.
HEAD, HEAD_OVER_CHART, HEAD_BY_MAP = 0.41, 0.55, 0.26
MAP_BESIDE = 0.69  # and the map, as in poster.css
MM_A_POINT = 25.4 / 72

SMALLEST_MAP = 297  # mm: the shorter side of the smallest paper that a results map is made for
SMALLEST_TYPE = 6.0  # points: what one can still read from a sheet in the hand

NUMBERS = re.compile(r"([0-9]{1,9})(?:-([0-9]{1,9}))?")
ADVICE = "Nothing was made. Leave it out for now, and tell whoever runs this site; its log says why."
ADVICE_ON_ALL = "Nothing was made. Tell whoever runs this site; its log says why."
FEWER = "Nothing was made. Print fewer at once, or one by one to find the poster that it is."

logger = logging.getLogger(__name__)


class NotPrinted(Exception):  # noqa: N818 - an answer to a person, not a fault
    """Nothing was printed; the message says which poster and why, in the person's words."""


class Busy(NotPrinted):
    """The press is taken by others; the same order may go through in a minute."""


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
    is laid out. Raises NotPrinted where a poster fails or the press is busy, and ValueError, in
    words, where there is no poster or the size or orientation is unknown.
    """
    if not posters:
        raise ValueError("No posters were chosen. Choose at least one to print.")
    page = paper(size, orientation)
    pages, pdf = _printed(_Run(posters, progress), _order(posters, page))
    return Sheets(pdf, pages, [*_warnings(posters, pages, size), *_small_maps(posters, page, size)])


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


def _caps(posters: int) -> capped.Caps:
    seconds = min(START + EACH * posters, LONGEST)
    return capped.Caps(memory=MEMORY, seconds=seconds, at_once=AT_ONCE, patience=PATIENCE)


@dataclass
class _Run:
    """What we hear of a run: the posters whose turn has come."""

    posters: Sequence[Poster]
    progress: Callable[[Poster], None]
    begun: int = 0

    def hear(self, place: str) -> None:
        if int(place) > 0:
            self.progress(self.posters[int(place) - 1])
        self.begun = int(place) + 1

    @property
    def poster(self) -> Poster | None:
        """The one in hand, where the run stopped; None before the first and after the last."""
        return self.posters[self.begun - 1] if 0 < self.begun <= len(self.posters) else None


def _printed(run: _Run, order: bytes) -> tuple[list[int], bytes]:
    """Each poster's number of pages, and the PDF. Raises NotPrinted."""
    try:
        answer = capped.run(JOB, order, _caps(len(run.posters)), gate="press", tell=run.hear)
    except capped.Busy as busy:
        raise Busy("Two prints are being made; try again in a minute. Your choices are kept.") from busy
    except capped.NotDone as problem:
        told = _told(run.poster, problem)
        logger.error("%s %s", told, problem)
        raise NotPrinted(told) from problem
    pages, _, pdf = answer.partition(b"\n")
    return json.loads(pages), pdf


def _told(poster: Poster | None, problem: capped.NotDone) -> str:
    start = f"Poster {poster.number} could not" if poster else "The posters could not"
    if isinstance(problem, capped.TooLong):
        return f"{start} be printed in time. {FEWER}"
    if isinstance(problem, capped.TooBig):
        return f"{start} be printed in the memory that a print may have. {FEWER}"
    return f"{start} be printed. {ADVICE if poster else ADVICE_ON_ALL}"


def _order(posters: Sequence[Poster], page: Paper) -> bytes:
    """All that the press room is told. Raises NotPrinted."""
    title = posters[0].gallery.title if len(posters) > 1 else str(posters[0])
    try:
        sheets = [asdict(_sheet(face, page)) for face in faces(posters)]
    except Exception as problem:
        logger.exception("posters could not be put into words")
        raise NotPrinted(f"The posters could not be printed. {ADVICE_ON_ALL}") from problem
    return json.dumps({"title": title, "page": asdict(page), "sheets": sheets}).encode()


def _sheet(face: Face, page: Paper) -> Sheet:
    code = qr.code(addresses.of_poster(face.poster))
    return Sheet(
        words=_words(face, page, code),
        heading=face.poster.heading,
        number=face.poster.number,
        head=_head(face, page),
        quiet=(code.width(page.symbol) - page.symbol) / 2,
    )


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


def _small_maps(posters: Sequence[Poster], page: Paper, size: str) -> list[str]:
    """A warning for each results map whose words would be too small to read on this paper."""
    found = []
    for face in faces([poster for poster in posters if poster.kind == Poster.Kind.MAP]):
        assert face.map is not None  # noqa: S101  # nosec B101 - what faces() gives to this kind
        shown = face.map.landscape if page.landscape else face.map.portrait
        across = (page.width - 2 * page.edge) * (MAP_BESIDE if page.landscape else 1.0)
        type_ = shown.picture.smallest * across / shown.picture.width / MM_A_POINT
        if shown.bubbles and (min(page.width, page.height) < SMALLEST_MAP or type_ < SMALLEST_TYPE):
            found.append(
                f"Poster {face.poster.number} is a results map, and its smallest words are about {type_:.0f} "
                f"points high on {size}. Print it larger: it needs A3 at least, and with many results A1."
            )
    return found
