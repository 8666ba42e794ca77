"""Bound posters are one tagged PDF: every mark on every page leads to its place in the structure."""

import io

import pikepdf
import pypdfium2
import pytest
from pikepdf import Array, Dictionary, Name

from gallery.binding import bind
from gallery.fitting import fit
from gallery.paper import Sheet, paper
from gallery.press import Press

# A sheet's number stands in its margin, which WeasyPrint keeps out of the structure on purpose.
NUMBERED = 3

WORDS = """<!doctype html><html lang="{language}"><head><meta charset="utf-8"><title>Sheet</title></head>
<body class="sheet sheet-portrait" data-bookmark="{number}. Łódź"><article class="poster">
<h1>Łódź {number}</h1><p>See <a href="https://gallery.test/{number}">the wall</a>.</p>{more}
<svg viewBox="0 0 9 9"><title>A chart of {number}</title><path d="M0 0h9" stroke="#000000"/></svg>
</article></body></html>"""


def sheet(press: Press, number: int, language: str, more: str = "") -> bytes:
    words = WORDS.format(number=number, language=language, more=more)
    page = paper("A4", "portrait")
    laid = fit(press, Sheet(words, f"Łódź {number}", number, 1.0, 5.0), page)
    return press.bind([laid], title=f"{number}. Łódź")


@pytest.fixture(scope="module")
def sheets() -> list[bytes]:
    """The second one is on several pages, the third in another language."""
    press = Press(page=paper("A4", "portrait").css)
    long = "<p>salt water</p>" * 60
    return [sheet(press, 7, "de"), sheet(press, 8, "de", long), sheet(press, 9, "fr")]


def opened(pdf: bytes) -> pikepdf.Pdf:
    return pikepdf.Pdf.open(io.BytesIO(pdf))


def marks(page: pikepdf.Page) -> list[int]:
    """The marked contents of a page."""
    found = [each.operands[1] for each in pikepdf.parse_content_stream(page) if str(each.operator) == "BDC"]
    return [int(about.MCID) for about in found if isinstance(about, Dictionary) and "/MCID" in about]


def reached(element: pikepdf.Object, root: pikepdf.Object) -> bool:
    """Whether the element hangs in the tree: each parent has it among its children, up to the root."""
    while element.objgen != root.objgen:
        parent = element.get("/P")
        if parent is None or element.objgen not in {kid.objgen for kid in children(parent)}:
            return False
        element = parent
    return True


def children(element: pikepdf.Object) -> list[pikepdf.Object]:
    kids = element.get("/K", Array())
    return [kid for kid in (kids if isinstance(kids, Array) else [kids]) if isinstance(kid, Dictionary)]


def lost(pdf: pikepdf.Pdf) -> list[str]:
    """What on the pages leads to no element of its own page, or to one that hangs nowhere."""
    root = pdf.Root.get("/StructTreeRoot", Dictionary())
    flat = list(root.get("/ParentTree", Dictionary()).get("/Nums", Array()))
    places = {int(key): value for key, value in zip(flat[::2], flat[1::2], strict=True)}
    found = []
    for number, page in enumerate(pdf.pages, start=1):
        owners = places.get(int(page.obj.StructParents), Array())
        for mark in marks(page):
            owner = owners[mark] if isinstance(owners, Array) and mark < len(owners) else None
            if owner is None or owner.Pg.objgen != page.obj.objgen or not reached(owner, root):
                found.append(f"page {number}, mark {mark}")
        for link in page.obj.get("/Annots", Array()):
            owner = places.get(int(link.StructParent), Dictionary())
            held = [kid.Obj.objgen for kid in children(owner) if kid.get("/Type") == Name.OBJR]
            if link.objgen not in held or not reached(owner, root):
                found.append(f"page {number}, a link")
    return found


def test_every_mark_and_link_leads_to_its_own_element(sheets):
    book = opened(bind(sheets, title="Our walls"))
    assert len(book.pages) > 3
    assert sum(len(marks(page)) for page in book.pages) > 60
    assert len(lost(book)) == NUMBERED
    [whole] = book.Root.StructTreeRoot.K
    assert (whole.S, [part.S for part in whole.K]) == (Name.Document, [Name.Part] * 3)
    assert [str(part.Lang) for part in whole.K] == ["de", "de", "fr"]


@pytest.mark.parametrize("with_tree", [False, True])
def test_control_pages_that_are_only_put_together_are_lost(sheets, with_tree):
    book = pikepdf.Pdf.new()
    for part in map(opened, sheets):
        book.pages.extend(part.pages)
        if with_tree:  # the last one's
            book.Root.StructTreeRoot = book.copy_foreign(part.Root.StructTreeRoot)
    assert len(lost(book)) > 60


def test_control_a_sheet_by_itself_has_lost_nothing(sheets):
    assert [len(lost(opened(part))) for part in sheets] == [0, NUMBERED, 0]


def test_it_says_what_it_is(sheets):
    bound = bind(sheets, title="Our walls & <more>")
    book, document = opened(bound), pypdfium2.PdfDocument(bound)
    assert document.get_metadata_dict()["Title"] == "Our walls & <more>"
    assert [(mark.get_title(), mark.get_dest().get_index()) for mark in document.get_toc()] == [
        ("7. Łódź", 0),
        ("8. Łódź", 1),
        ("9. Łódź", len(book.pages) - 1),
    ]
    assert str(book.Root.Lang) == "de"
    assert book.Root.MarkInfo.Marked
    assert book.Root.ViewerPreferences.DisplayDocTitle
    with book.open_metadata() as said:
        assert (said["dc:title"], said["pdfuaid:part"]) == ("Our walls & <more>", "1")
    assert book.check_pdf_syntax() == []


def test_the_same_sheets_make_the_same_bytes_and_one_stays_as_it_is(sheets):
    again = Press(page=paper("A4", "portrait").css)
    assert sheet(again, 9, "fr") == sheets[2]  # whatever was laid out before it
    assert bind(sheets, title="T") == bind(sheets, title="T")
    assert bind(sheets[:1], title="T") == sheets[0]
