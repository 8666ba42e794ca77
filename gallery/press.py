"""The press: WeasyPrint with our own type and ink, and with nothing else in reach.

It knows neither the settings nor the database: it works in a process that has none (press_room.py).
It and its neighbour fitting.py import WeasyPrint, which takes half a second: nothing else may.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from functools import cached_property
from pathlib import Path
from typing import Any

from weasyprint import CSS, HTML
from weasyprint import svg as drawings
from weasyprint.text.ffi import ffi, gobject, pango, unicode_to_char_p
from weasyprint.text.fonts import FontConfiguration
from weasyprint.urls import FatalURLFetchingError, URLFetcher, URLFetcherResponse

from gallery.letters import FOREIGN, calm, ending, hold_together, set_right, tail

SCHEME = "gallery:"
MM = 25.4 / 96  # a CSS pixel in mm
NO_GLYPH = {"Cc", "Cf", "Cs", "Zl", "Zp", "Zs"}  # Unicode's categories of what is not seen
STYLES = ["faces.css", "sheet.css", "poster.css"]
SCRIPTS = "scripts.css"  # the faces of other scripts: read once a sheet has a letter of theirs
# As --sans in sheet.css: what a drawing's letters are set in, as `var()` doesn't reach it.
SANS = (
    "GalleryInter, GallerySansArabic, GallerySansHebrew, GallerySansThai, GallerySansDevanagari, "
    "GalleryEmoji, sans-serif"
)


class _Whole(str):
    """Words that are one letter to whoever takes them letter by letter."""

    def __iter__(self) -> Iterator[str]:
        return iter([str(self)])


def _in_one(svg: Any, node: Any, size: float) -> None:
    """A line of a drawing, set in one: WeasyPrint sets each letter by itself, so that Arabic ran from the
    left in letters that didn't join. Spaced letters are still set one by one."""
    if node.text and not node.get("letter-spacing"):
        node._etree_node.text = _Whole(node.text)
    _by_letters(svg, node, size)


# `text` is also how WeasyPrint tells words from shapes.
_by_letters = drawings.text
drawings.text = _in_one
drawings.TAGS |= {tag: _in_one for tag, draw in drawings.TAGS.items() if draw is _by_letters}


class FontMissing(Exception):  # noqa: N818 - a state of the installation
    """A vendored font is not where it should be: the sheets would look like another machine's."""


class OwnFontsOnly(URLFetcher):  # type: ignore[misc]  # WeasyPrint has no types
    """Serves the vendored fonts by exact name, and refuses every other address on earth and on disk."""

    def __init__(self) -> None:
        super().__init__(allowed_protocols=[], allow_redirects=False)
        folder = _static("fonts")
        self.fonts = {f"{SCHEME}fonts/{font.name}": font for font in folder.glob("*.ttf")}

    def fetch(self, url: str, headers: Any = None) -> URLFetcherResponse:  # noqa: ARG002 - its signature
        """The font's bytes. Raises ValueError (WeasyPrint goes on without) for what is not ours."""
        font = self.fonts.get(url)
        if font is not None:
            return URLFetcherResponse(url, font.read_bytes(), {"Content-Type": "font/ttf"})
        if url.startswith(f"{SCHEME}fonts/"):
            raise FatalURLFetchingError(url)
        raise ValueError(f"Not printed, because it is not ours: {url[:100]}")


class Layout:
    """A poster laid out. Heights are in mm.

    It reads WeasyPrint's boxes, which are its own affair: the tests hold what is used of them.
    """

    def __init__(self, document: Any, *, missing: str = "") -> None:
        """`missing`: the letters, each once, in their order, that no font of this machine has a shape for."""
        self.document = document
        self.missing = missing
        self.pages: list[Any] = list(document.pages)

    @property
    def fits(self) -> bool:
        return len(self.pages) == 1

    @cached_property
    def used(self) -> float:
        """The height of the poster's content on all its pages, without the air beneath it."""
        return sum(float(poster.height) for poster in self._posters) * MM

    @cached_property
    def chart(self) -> float:
        charts = [box for poster in self._posters for box in poster.children if _is(box, "poster-chart")]
        return sum(float(box.margin_height()) for box in charts) * MM

    def fill(self, *, air: float = 0.0) -> None:
        """Move what the poster asks down to the foot of the last sheet. On a single sheet, what that
        leaves free goes to a blank frame, where there is one; else the part `air` of it (0 to 1) goes
        between its parts.
        """
        poster, area = self._posters[-1], float(self.pages[-1]._page_box.height)
        parts = list(poster.children)
        left = area - float(poster.height)
        asks = [part for part in parts if _is(part, "poster-before") or _is(part, "poster-prompts")]
        frames = [part for part in parts if _is(part, "poster-frame")]
        for part in asks:
            part.translate(0, left)
        if not self.fits:
            return
        for frame in frames:
            below = sum(float(part.margin_height()) for part in asks)
            bottom = float(poster.position_y) + area - below
            frame.height += bottom - frame.position_y - frame.margin_height()
        for place, part in enumerate(parts):
            if not frames and part not in asks:
                part.translate(0, left * air * place / len(parts))

    @cached_property
    def _posters(self) -> list[Any]:
        """The poster's box on each of its pages."""
        boxes = [box for page in self.pages for box in page._page_box.descendants()]
        return [box for box in boxes if box.element_tag == "article"]


def _is(box: Any, name: str) -> bool:
    return box.element is not None and name in (box.element.get("class") or "").split()


class Press:
    """One print run: type and stylesheets are read once, then each sheet is laid out by itself."""

    def __init__(self, *, page: str, styles: Sequence[str] = STYLES) -> None:
        """`page` is the CSS of the sheet: its size and margins; `styles` are files of static/css/print/.

        Raises FontMissing.
        """
        self._fetcher = OwnFontsOnly()
        self._type = FontConfiguration()
        self._has_scripts = False
        self._printable: dict[str, bool] = {}
        try:
            self._styles = [self._css(_static("css/print", name).read_text()) for name in styles]
        except FatalURLFetchingError as missing:  # a BaseException, which would pass every handler above
            raise FontMissing(str(missing)) from missing
        self._styles.append(self._css(page))

    def parse(self, words: str) -> HTML:
        """The sheet with its words set right for their script (letters.py)."""
        words = calm(words)
        sheet = HTML(string=words, base_url=None, url_fetcher=self._fetcher)
        root = sheet.etree_element
        if FOREIGN.search(words):
            self._take_scripts()
            for drawing in root.iter():
                if drawing.get("font-family", "").startswith("GalleryInter"):
                    drawing.set("font-family", SANS)
        set_right(root)
        for line in [*root.iter("h1"), *root.iter("p")]:
            if line.tag == "h1":
                hold_together(line, ending(line.text or ""), "together")
            elif line.get("class") == "poster-prompt":
                hold_together(line, tail(line.text or ""), "tail")
        return sheet

    def missing(self, sheet: HTML) -> str:
        """The sheet's letters, each once, in their order, that no font of this machine has a shape for."""
        found = dict.fromkeys(FOREIGN.findall("".join(sheet.etree_element.itertext())))
        asked = [letter for letter in found if letter not in self._printable]
        self._printable.update(dict.fromkeys(asked, True) | dict.fromkeys(self._unknown(asked), False))
        return "".join(letter for letter in found if not self._printable[letter])

    def _take_scripts(self) -> None:
        if not self._has_scripts:
            self._css(_static("css/print", SCRIPTS).read_text())
            self._has_scripts = True

    def _unknown(self, asked: Sequence[str]) -> Iterator[str]:
        """Those letters for which Pango finds no glyph in any font, ours or the machine's."""
        shown = [letter for letter in asked if unicodedata.category(letter) not in NO_GLYPH]
        if not shown:
            return
        context = ffi.gc(pango.pango_font_map_create_context(self._type.font_map), gobject.g_object_unref)
        layout = ffi.gc(pango.pango_layout_new(context), gobject.g_object_unref)
        font = ffi.gc(pango.pango_font_description_new(), pango.pango_font_description_free)
        families, _kept = unicode_to_char_p(SANS)
        pango.pango_font_description_set_family(font, families)
        pango.pango_layout_set_font_description(layout, font)
        words, _kept_too = unicode_to_char_p(" ".join(shown))
        pango.pango_layout_set_text(layout, words, -1)
        run = pango.pango_layout_get_line_readonly(layout, 0).runs
        while run != ffi.NULL:
            glyphs = run.data.glyphs
            for place in range(glyphs.num_glyphs):
                glyph = glyphs.glyphs[place].glyph
                if glyph != pango.PANGO_GLYPH_EMPTY and glyph & pango.PANGO_GLYPH_UNKNOWN_FLAG:
                    yield chr(glyph - pango.PANGO_GLYPH_UNKNOWN_FLAG)
            run = run.next

    def lay_out(self, sheet: HTML, variables: Mapping[str, str], style: str = "") -> Layout:
        """The sheet's pages, with these custom properties set on its root, and this CSS besides."""
        root = "".join(f"--{name}:{value};" for name, value in variables.items())
        styles = [*self._styles, self._css(f":root{{{root}}}{style}")]
        document = sheet.render(font_config=self._type, stylesheets=styles, pdf_variant="pdf/ua-1")
        return Layout(document, missing=self.missing(sheet))

    def bind(self, layouts: Sequence[Layout], *, title: str) -> bytes:
        """All pages as one tagged PDF (PDF/UA-1) in the first sheet's language."""
        pages = [page for layout in layouts for page in layout.pages]
        book = layouts[0].document.copy(pages)
        book.metadata.title = title
        return bytes(book.write_pdf(pdf_variant="pdf/ua-1", pdf_identifier=b"measure-gallery"))

    def _css(self, words: str) -> CSS:
        return CSS(string=words, font_config=self._type, url_fetcher=self._fetcher)


def _static(*parts: str) -> Path:
    return Path(__file__).resolve().parent.parent.joinpath("static", *parts)
