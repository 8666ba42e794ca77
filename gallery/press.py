"""The press: WeasyPrint with our own type and ink, and with nothing else in reach.

It knows neither the settings nor the database: it works in a process that has none (press_room.py).
It and its neighbour fitting.py import WeasyPrint, which takes half a second: nothing else may.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cached_property
from pathlib import Path
from typing import Any

from weasyprint import CSS, HTML
from weasyprint.text.fonts import FontConfiguration
from weasyprint.urls import FatalURLFetchingError, URLFetcher, URLFetcherResponse

SCHEME = "gallery:"
MM = 25.4 / 96  # a CSS pixel in mm
STYLES = ["faces.css", "sheet.css", "poster.css"]


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

    def __init__(self, document: Any) -> None:
        self.document = document
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

    @cached_property
    def room(self) -> float:
        """How much higher the chart could be: what is free beneath the column that it stands in."""
        poster, area = self._posters[0], float(self.pages[0]._page_box.height)
        left = area - float(poster.height)
        chart = next((box for box in poster.children if _is(box, "poster-chart")), None)
        beside = [box for box in poster.children if _is(box, "poster-details")]
        if chart is not None and chart.is_floated() and beside:
            left += max(0.0, _bottom(beside[0]) - _bottom(chart))
        return left * MM

    def fill(self, *, air: float = 0.0) -> None:
        """Move the prompts down to the foot. What that leaves free goes to a blank frame, where there
        is one; else the part `air` of it (0 to 1) goes between the poster's parts.
        """
        if not self.fits:
            return
        poster, area = self._posters[0], float(self.pages[0]._page_box.height)
        parts = list(poster.children)
        left = area - float(poster.height)
        prompts = [part for part in parts if _is(part, "poster-prompts")]
        frames = [part for part in parts if _is(part, "poster-frame")]
        for part in prompts:
            part.translate(0, left)
        for frame in frames:
            below = sum(float(part.margin_height()) for part in prompts)
            bottom = float(poster.position_y) + area - below
            frame.height += bottom - frame.position_y - frame.margin_height()
        for place, part in enumerate(parts):
            if not frames and part not in prompts:
                part.translate(0, left * air * place / len(parts))

    @cached_property
    def _posters(self) -> list[Any]:
        """The poster's box on each of its pages."""
        boxes = [box for page in self.pages for box in page._page_box.descendants()]
        return [box for box in boxes if box.element_tag == "article"]


def _bottom(box: Any) -> float:
    return float(box.position_y + box.margin_height())


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
        try:
            self._styles = [self._css(_static("css/print", name).read_text()) for name in styles]
        except FatalURLFetchingError as missing:  # a BaseException, which would pass every handler above
            raise FontMissing(str(missing)) from missing
        self._styles.append(self._css(page))

    def parse(self, words: str) -> HTML:
        return HTML(string=words, base_url=None, url_fetcher=self._fetcher)

    def lay_out(self, sheet: HTML, variables: Mapping[str, str]) -> Layout:
        """The sheet's pages, with these custom properties set on its root."""
        root = "".join(f"--{name}:{value};" for name, value in variables.items())
        styles = [*self._styles, self._css(f":root{{{root}}}")]
        return Layout(sheet.render(font_config=self._type, stylesheets=styles, pdf_variant="pdf/ua-1"))

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
