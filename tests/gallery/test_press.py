"""What the press may reach: its own fonts, and nothing else on earth or on disk, whatever a poster says."""

import ast
import base64
import json
import re
import socketserver
import threading
import zlib
from pathlib import Path

import pypdfium2
import pytest
from django.conf import settings
from django.db import models
from weasyprint import HTML
from weasyprint.urls import FatalURLFetchingError, URLFetcher

from gallery import capped, events, press, press_crew, printing
from gallery.models import Gallery, Poster, Wall
from gallery.paper import paper
from measures.models import Candidate, Goal, Measure, Team

CANARY = "canaryinthefile"
PICTURE = (
    b'<svg xmlns="http://www.w3.org/2000/svg" width="90" height="9"><text y="8" font-size="8">'
    + CANARY.encode()
    + b"</text></svg>"
)
# Where they reach: {web} is a server of this machine, {file} a file of its disk.
VECTORS = {
    "an attached file": "<link rel=attachment href=file://{file}>",
    "an attached link": "<a rel=attachment href=file://{file}>x</a>",
    "a picture of the web": "<img src={web}/a>",
    "a picture of the disk": "<img src=file://{file}>",
    "a style element": "<style>@import '{web}/b';@font-face{{font-family:f;src:url({web}/c)}}</style>",
    "a style attribute": '<p style="background:url({web}/d)">x</p>',
    "a picture in a drawing": '<svg width="9" height="9"><image href="{web}/e" width="9" height="9"/></svg>',
    "a drawing in an address": "<img src=\"data:image/svg+xml,%3Csvg xmlns='http://www.w3.org/2000/svg' "
    "width='9' height='9'%3E%3Cimage href='{web}/f' width='9' height='9'/%3E%3C/svg%3E\">",
    "a style sheet": "<link rel=stylesheet href={web}/g>",
    "an object": "<object data={web}/h></object>",
    "an embedded thing": "<embed src=file://{file}>",
    "another base": "<base href={web}/i/><img src=k>",
    "a part of a drawing": '<svg width="9" height="9"><use href="{web}/j#x"/></svg>',
}
EIGHT = list(VECTORS)[:8]  # in every field of every poster: each way to reach out, once
# `use` of another document is nothing that WeasyPrint follows: no control can reach it.
UNREACHED = {"a part of a drawing"}


@pytest.fixture
def web():
    """A server on this machine that counts who connects, and answers with a picture."""
    connected: list[bytes] = []

    class Counts(socketserver.StreamRequestHandler):
        def handle(self):
            connected.append(self.rfile.readline())
            self.wfile.write(b"HTTP/1.0 200 OK\r\nContent-Type: image/svg+xml\r\n\r\n" + PICTURE)

    with socketserver.TCPServer(("127.0.0.1", 0), Counts) as server:
        thread = threading.Thread(target=server.serve_forever, args=[0.01], daemon=True)
        thread.start()
        yield f"http://127.0.0.1:{server.server_address[1]}", connected
        server.shutdown()
        thread.join()


@pytest.fixture
def vectors(web, tmp_path) -> dict[str, str]:
    file = tmp_path / "own.svg"
    file.write_bytes(PICTURE)
    return {name: vector.format(web=web[0], file=file) for name, vector in VECTORS.items()}


def reached(pdf: bytes, connected: list[bytes]) -> list[str]:
    """What a PDF shows that it reached, or what came to the server while it was made."""
    document = pypdfium2.PdfDocument(pdf)
    words = "".join(page.get_textpage().get_text_range() for page in document)
    found = {
        "a connection": bool(connected),
        "an attachment": document.count_attachments() > 0 or b"/EmbeddedFile" in pdf,
        "a file's words": CANARY in "".join(words.split()) or CANARY.encode() in unpacked(pdf),
    }
    return [what for what, was in found.items() if was]


def unpacked(pdf: bytes) -> bytes:
    """The PDF's streams, as far as they can be unpacked."""
    found = []
    for stream in re.findall(rb"stream\r?\n(.*?)endstream", pdf, re.DOTALL):
        try:
            found.append(zlib.decompressobj().decompress(stream))
        except zlib.error:
            found.append(stream)
    return b"\n".join(found)


def sheet(vector: str) -> str:
    return f"<!doctype html><html lang=en><title>t</title><body><p>Hello</p>{vector}</body></html>"


# As markup: what the fetcher refuses


@pytest.mark.parametrize("name", VECTORS)
def test_no_markup_reaches_a_server_or_a_file(vectors, web, name):
    run = press.Press(page="@page { size: A4 }")
    pdf = run.bind([run.lay_out(run.parse(sheet(vectors[name])), {})], title="t")
    assert reached(pdf, web[1]) == []


@pytest.mark.parametrize("name", sorted(set(VECTORS) - UNREACHED))
def test_control_an_open_fetcher_reaches_them(vectors, web, name):
    pdf = HTML(string=sheet(vectors[name]), url_fetcher=URLFetcher()).write_pdf()
    assert reached(pdf, web[1])


def test_the_press_room_reaches_nothing_from_its_own_process(vectors, web, tmp_path, settings):
    settings.DATA_DIR = tmp_path
    one = {"heading": "t", "number": 1, "head": 1.0, "quiet": 1.0}
    article = "<article class=poster><h1>t</h1>{}</article>"
    sheets = [{"words": sheet(article.replace("{}", vector)), **one} for vector in vectors.values()]
    order = json.dumps({"page": vars(paper("A4", "portrait")), "sheets": sheets}).encode()
    told: list[dict[str, str]] = []
    caps = capped.Caps(memory=press_crew.MEMORY, seconds=60)
    capped.run(press_crew.JOB, order, caps, gate="tests", tell=lambda line: told.append(json.loads(line)))
    pdfs = [base64.b64decode(line["pdf"]) for line in told if "pdf" in line]
    assert [reached(pdf, web[1]) for pdf in pdfs] == [[]] * len(vectors)


# As words: every field that a poster prints


def filled(row: models.Model, words: str) -> None:
    """Every field of free text has these words, as many of them as it holds."""
    for field in row._meta.get_fields():
        free = isinstance(field, models.CharField | models.TextField) and not field.choices
        if free and field.name not in {"code", "time_zone", "layout"}:
            setattr(row, field.name, words[: field.max_length])
    row.save()


@pytest.fixture
def every_field(team, gallery, goal, measure):
    """Hangs a poster of every kind, with the same words in every field of everything on them."""

    def fill(words: str) -> list[Poster]:
        goal.candidates.create(wording="x", strength=1, feasibility=1)
        for month in (1, 2, 3):
            measure.values.create(period=f"2025-{month:02d}-01", value=month)
        measure.baselines.create(starts="2025-01-01", reason="x")
        wall = gallery.walls.create(name="x")
        for kind in Poster.Kind.values:
            kinds = {"goal": {"goal": goal}, "measure": {"measure": measure}, "blank": {"goal": goal}}
            events.hang(wall=wall, kind=kind, **kinds.get(kind, {"title": "x"}))
        for model in [Team, Goal, Measure, Candidate, Gallery, Wall, Poster]:
            for row in model.objects.all():
                filled(row, words)
        return list(Poster.objects.filter(gallery=gallery).with_face().in_order())

    return fill


@pytest.mark.parametrize("name", EIGHT)
def test_no_words_of_any_field_reach_a_server_or_a_file(every_field, vectors, web, name):
    posters = every_field(vectors[name])
    sheets = printing.render(posters, size="A4")
    assert reached(sheets.pdf, web[1]) == []
    words = "".join(page.get_textpage().get_text_range() for page in pypdfium2.PdfDocument(sheets.pdf))
    assert words.count(vectors[name][:8]) > 20  # they are there, as words


def test_control_without_escaping_the_words_would_be_markup(every_field, vectors, monkeypatch):
    """And an open fetcher would follow them: it is both that hold."""
    real = printing.render_to_string
    monkeypatch.setattr(printing, "render_to_string", lambda *of: unescaped(real(*of)))
    [one] = printing.orders(every_field(vectors["an attached file"])[-1:], paper("A4", "portrait"))
    assert reached(HTML(string=one.order.sheet.words, url_fetcher=URLFetcher()).write_pdf(), []) == [
        "an attachment",
        "a file's words",
    ]


def unescaped(words: str) -> str:
    return words.replace("&lt;", "<").replace("&gt;", ">").replace("&quot;", '"')


# One by one


@pytest.mark.parametrize(
    "address",
    [
        "file:///etc/hostname",
        "http://127.0.0.1/",
        "data:text/plain,x",
        "gallery:../settings.py",
        "gallery:css/print/sheet.css",
        "GALLERY:fonts/Inter_400Regular.ttf",
    ],
)
def test_an_address_that_is_not_ours_is_refused(address):
    with pytest.raises(ValueError, match="not ours"):
        press.OwnFontsOnly().fetch(address)


@pytest.mark.parametrize("name", ["../css/print/sheet.css", "Inter_400Regular.ttf/../../x", "None.ttf"])
def test_a_font_that_is_not_there_stops_the_press(name):
    with pytest.raises(FatalURLFetchingError):
        press.OwnFontsOnly().fetch(f"gallery:fonts/{name}")


def test_our_own_font_is_served():
    font = press.OwnFontsOnly().fetch("gallery:fonts/Inter_400Regular.ttf")
    assert font.read()[:4] == b"\x00\x01\x00\x00"


# Who imports it


PRESS = {"press.py", "fitting.py", "press_room.py", "handout_room.py", "report_room.py"}


def imports(path: Path) -> set[str]:
    """What the module imports at once, as dotted names."""
    found = set()
    for node in ast.parse(path.read_text()).body:
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            found |= {f"{node.module}.{alias.name}" for alias in node.names}
    return found


def test_weasyprint_is_imported_only_to_print():
    """It takes half a second, which no visitor's page should wait for."""
    heavy = re.compile(r"weasyprint|gallery\.(press|fitting|press_room|handout_room|report_room)\b")
    found = {
        path.name
        for path in Path(settings.BASE_DIR, "gallery").rglob("*.py")
        if any(heavy.match(name) for name in imports(path))
    }
    assert found == PRESS


@pytest.mark.parametrize(
    "name", sorted(PRESS | {"paper.py", "letters.py", "copyfitting.py", "capped_entry.py"})
)
def test_the_press_room_knows_neither_django_nor_the_rest_of_us(name):
    own = {"gallery.copyfitting", "gallery.fitting", "gallery.letters", "gallery.paper", "gallery.press"}
    found = imports(Path(settings.BASE_DIR, "gallery", name))
    ours = {one for one in found if re.match(r"django|gallery|measures|feedback", one)}
    assert {one.rpartition(".")[0] for one in ours} <= own
