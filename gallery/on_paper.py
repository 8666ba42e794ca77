"""What of a gallery is on paper: each poster's newest printed sheet, what it says, and on which paper.

`Poster.printed` keeps both: the first letters of a digest, and where it is known the paper, as in
`9f86d081…:A1-landscape-crop`.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256

from django.template.loader import render_to_string
from django.utils.html import strip_tags

from gallery import addresses
from gallery.faces import Face, faces
from gallery.models import Poster
from gallery.paper import ORIENTATIONS, SIZES

DIGEST = 40  # letters of it that are kept and compared
DRAWN = re.compile(r"<svg.*?</svg>", re.DOTALL)


@dataclass(frozen=True)
class On:
    """The paper that someone chose to print on."""

    size: str
    orientation: str
    crop: bool = False

    @classmethod
    def read(cls, mark: str) -> On | None:
        """The paper of this mark; None where it is none that we print on."""
        size, _, rest = mark.partition("-")
        orientation, _, crop = rest.partition("-")
        if size not in SIZES or orientation not in ORIENTATIONS:
            return None
        return cls(size, orientation, bool(crop))

    @property
    def mark(self) -> str:
        """`A1-landscape-crop`"""
        return f"{self.size}-{self.orientation}{'-crop' if self.crop else ''}"

    @property
    def asked(self) -> dict[str, str]:
        """As the print page's address asks for it."""
        return {"size": self.size, "orientation": self.orientation} | ({"crop": "1"} if self.crop else {})

    def __str__(self) -> str:
        turned = " landscape" if self.orientation == "landscape" else ""
        return f"{self.size}{turned}{' with crop marks' if self.crop else ''}"


@dataclass(frozen=True)
class Outdated:
    """A poster whose newest sheet says something else by now; `on` is its paper, where that was kept."""

    poster: Poster
    on: On | None


def said(face: Face) -> str:
    """The digest of what a sheet of this poster says, whatever its paper: words and drawings, no markup."""
    poster = face.poster
    where = [poster.wall.name, poster.gallery.title, poster.gallery.language, addresses.of_poster(poster)]
    shown = render_to_string("gallery/_poster.html", {"face": face, "orientation": "portrait"})
    words = " ".join(strip_tags(shown).split())
    told = "\n".join([str(poster.number), *where, words, *DRAWN.findall(shown)])
    return sha256(told.encode()).hexdigest()[:DIGEST]


def collected(posters: Sequence[Poster], at: datetime, on: On, digests: Mapping[int, str]) -> None:
    """These posters' sheets were collected, and may hang from now on. `digests` has what each number said."""
    for poster in posters:
        poster.printed, poster.printed_at = f"{digests[poster.number][:DIGEST]}:{on.mark}", at
    Poster.objects.bulk_update(posters, ["printed", "printed_at"])


def outdated(posters: Sequence[Poster]) -> list[Outdated]:
    """Those whose newest printed sheet doesn't say what the poster says now."""
    hanging = [poster for poster in posters if poster.printed]
    found = [face.poster for face in faces(hanging) if said(face) != face.poster.printed[:DIGEST]]
    return [Outdated(poster, On.read(poster.printed[DIGEST + 1 :])) for poster in found]


def usual(sheets: Sequence[Outdated]) -> On | None:
    """The paper that most of these sheets are on; None where it wasn't kept of any."""
    papers = Counter(sheet.on for sheet in sheets if sheet.on)
    return papers.most_common(1)[0][0] if papers else None
