"""What a team hands out and hangs beside its posters: flyer, door sign, table cards, paper notes.

Here they are put into words, while there is a database; handout_room.py lays them out in a process
of its own, whose time and memory are capped. A sheet's type shrinks within its stated range until
its words fit; what doesn't fit then goes on to a second sheet, and a warning says so.
"""

from __future__ import annotations

import json
import logging
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.template.loader import render_to_string

from gallery import addresses, capped, qr
from gallery.codes import in_print
from gallery.handout_forms import CARDS, DOOR, FLYER, LAST_STEP, NOTES, Form, form_of
from gallery.handout_words import Day, days, paragraphs, short
from gallery.models import Gallery, Poster
from gallery.printing import Busy, NotPrinted

JOB = "gallery.handout_room"
MEMORY = 1536 * 1024**2  # bytes, as for posters
START, EACH, LONGEST = 30.0, 3.0, 300.0  # seconds: for a run, for each sheet of paper notes, for any run
AT_ONCE = 2  # together with the posters, at the same gate
PATIENCE = 20.0  # seconds that one waits for the press

TOO_MANY_KINDS = (
    "This gallery's kinds of note are too many, or too long, to tick on a paper note: "
    "there is a line to write the kind on instead."
)
FEWER = "Nothing was made. Shorten the words, or print fewer at once."
ADVICE = "Nothing was made. Tell whoever runs this site; its log says why."

logger = logging.getLogger(__name__)


@dataclass(frozen=True)
class Handout:
    """A PDF ready to print. `warnings` say in words what a person should know about it."""

    pdf: bytes
    pages: int
    warnings: list[str] = field(default_factory=list)


def flyer(gallery: Gallery, size: str = "A5") -> Handout:
    """The invitation to pin up, to hand on, to leave on a chair.

    Raises ValueError in words where the size is unknown or the gallery has no opening hours yet;
    NotPrinted, and Busy among it, where the press can't print it now.
    """
    form = form_of(FLYER, size)
    words = {"days": _days(gallery, "its flyer"), "paragraphs": paragraphs(gallery.invitation)}
    made, pdf = _printed("The flyer", "flyer", "you are invited", gallery, form, words)
    return Handout(
        pdf, made["pages"], _told("flyer", made, size, "Shorten the invitation" + _larger(FLYER, size))
    )


def door(gallery: Gallery, size: str = "A4") -> Handout:
    """The sign for the door. Raises as flyer() does."""
    form = form_of(DOOR, size)
    words = {"days": _days(gallery, "its door sign")}
    made, pdf = _printed("The door sign", "door", "come in", gallery, form, words)
    return Handout(
        pdf, made["pages"], _told("door sign", made, size, "Shorten the title" + _larger(DOOR, size))
    )


def cards(gallery: Gallery, size: str = "A4") -> Handout:
    """How to stick a note: on A4 four cards to cut apart, on A5 one to fold. Raises as flyer() does."""
    form = form_of(CARDS, size)
    words = {"pieces": range(2 if size == "A5" else 4), "folded": size == "A5"}
    made, pdf = _printed("The table cards", "cards", "stick a note", gallery, form, words)
    return Handout(pdf, made["pages"], _told("cards", made))


def notes(gallery: Gallery, posters: Sequence[Poster], kinds: Sequence[str], *, any_poster: bool) -> Handout:
    """Paper notes, six a sheet to cut apart: a sheet for each of these posters, and one for any poster.

    `kinds` are the words to tick. Raises as flyer() does, and ValueError where no sheet is wanted.
    """
    if not posters and not any_poster:
        raise ValueError("No posters were chosen. Choose at least one, or the sheet for any poster.")
    sheets: list[dict[str, Any]] = [{"number": poster.number, "name": short(poster)} for poster in posters]
    words = {"sheets": [*sheets, {}] if any_poster else sheets, "pieces": range(6), "kinds": kinds}
    made, pdf = _printed("The paper notes", "notes", "paper notes", gallery, form_of(NOTES, "A4"), words)
    many = [TOO_MANY_KINDS] if made["step"] > LAST_STEP else []
    return Handout(pdf, made["pages"], [*many, *_told("paper notes", made)])


def _days(gallery: Gallery, what: str) -> list[Day]:
    found = days(gallery)
    if not found:
        raise ValueError(f"This gallery has no opening hours yet. Give it some, then print {what}.")
    return found


def _told(what: str, made: dict[str, Any], size: str = "", advice: str = "") -> list[str]:
    """What a person should know of the print. Only what is in one piece may have a second sheet."""
    told = []
    if size and made["pages"] > 1:
        told.append(
            f"The {what} has more words than one {size} sheet holds, so it is on {made['pages']} sheets. "
            f"{advice}."
        )
    if made["missing"]:
        told.append(
            f"The {what} has letters that no font here has, printed as empty boxes: {made['missing']}. "
            "Write them otherwise, or tell whoever runs this site."
        )
    return told


def _larger(forms: Mapping[str, Form], size: str) -> str:
    """A further piece of advice, where there is a larger paper."""
    return "" if size == list(forms)[-1] else ", or print it larger"


def _printed(
    what: str, template: str, title: str, gallery: Gallery, form: Form, words: dict[str, Any]
) -> tuple[dict[str, Any], bytes]:
    """What came of it: `pages`, `step` of type, `missing` letters; and the PDF. Raises NotPrinted."""
    seconds = min(START + EACH * len(words.get("sheets", [])), LONGEST)
    caps = capped.Caps(memory=MEMORY, seconds=seconds, at_once=AT_ONCE, patience=PATIENCE)
    code = qr.code(addresses.of_gallery(gallery))
    order = {
        "title": f"{gallery.title}: {title}",
        "sheet": {"words": _words(template, gallery, form, words), "page": form.css},
        "probe": _probe(template, gallery, form, words),
        "steps": form.steps(
            gallery.title, ticks="kinds" in words, quiet=(code.width(form.symbol) - form.symbol) / 2
        ),
    }
    try:
        answer = capped.run(JOB, json.dumps(order).encode(), caps, gate="press")
    except capped.Busy as busy:
        raise Busy("Two prints are being made; try again in a minute.") from busy
    except capped.NotDone as problem:
        logger.error("%s could not be printed. %s", what, problem)
        raise NotPrinted(_why_not(what, problem)) from problem
    made, _, pdf = answer.partition(b"\n")
    return json.loads(made), pdf


def _why_not(what: str, problem: capped.NotDone) -> str:
    if isinstance(problem, capped.TooLong):
        return f"{what} could not be printed in time. {FEWER}"
    if isinstance(problem, capped.TooBig):
        return f"{what} could not be printed in the memory that a print may have. {FEWER}"
    return f"{what} could not be printed. {ADVICE}"


def _probe(template: str, gallery: Gallery, form: Form, words: dict[str, Any]) -> dict[str, str] | None:
    """What is cut into pieces is tried on pages of one piece's size: each sheet's piece on one of them."""
    if not form.piece:
        return None
    tried = words | {"pieces": range(1), "sheets": _fullest(words.get("sheets", [{}])), "probe": True}
    return {"words": _words(template, gallery, form, tried), "page": form.piece_css}


def _fullest(sheets: Sequence[dict[str, Any]]) -> list[dict[str, Any]]:
    """The one with the longest name, which stands for the others: a name has two lines at most."""
    return [max(sheets, key=lambda sheet: len(sheet.get("name", "")))]


def _words(template: str, gallery: Gallery, form: Form, words: dict[str, Any]) -> str:
    code = qr.code(addresses.of_gallery(gallery))
    context = {
        "gallery": gallery,
        "qr": code,
        "qr_width": f"{code.width(form.symbol):.2f}",
        "address": addresses.short(code.address),
        "code": in_print(gallery.code),
        **words,
    }
    return render_to_string(f"print/handouts/{template}.html", context)
