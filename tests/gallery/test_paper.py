"""Paper: whatever a poster says, in whatever script, it stands inside the margins of its sheets (T12)."""

import io
import logging
import math
import unicodedata
from collections.abc import Iterator
from contextlib import contextmanager

import pikepdf
import pypdfium2
import pytest
import zxingcpp
from hypothesis import Phase, given, settings
from hypothesis import strategies as st
from PIL import ImageChops, ImageStat

from gallery import addresses, printing, qr
from gallery.faces import Face
from gallery.fitting import fit
from gallery.models import Gallery, Poster, Wall
from gallery.paper import ORIENTATIONS, SIZES, Paper, Sheet, paper
from gallery.press import Layout, Press
from measures.models import Candidate, Goal, Measure, Team

MM = 72 / 25.4
OVERHANG = 3  # mm
CODE = "ABCDEFGH"

# Letters of scripts that are written in more than one way: beside, above, joined, from the right.
ALPHABETS = {
    "Latin": "abcdefghijklmnopqrstuvwxyzßåéøłŁÄŻ0123456789.,;:!?()%&<>'\"–",
    "Vietnamese": "ăâđêôơưàảãạằẳẵặầẩẫậềểễệồổỗộờởỡợứừửữựỳỷỹỵ",
    "Greek": "αβγδεζηθικλμνξοπρστυφχψωάέήίόύώΑΒΓΔΩ",
    "Cyrillic": "абвгдежзийклмнопрстуфхцчшщъыьэюяЖЩЮїєґћџ",
    "Arabic": "ابتثجحخدذرزسشصضطظعغفقكلمنهويءآأؤإئةىپچگ٠١٢٣٪؟،",
    "Hebrew": "אבגדהוזחטיכלמנסעפצקרשתםןףץך",
    "Thai": "กขคฆงจฉชซฌญฎฏฐฑฒณดตถทธนบปผฝพฟภมยรลวศษสหฬอฮะาิีึืุูเแโใไ่้๊๋์",
    "Devanagari": "अआइईउऊएऐओऔकखगघचछजझटठडढणतथदधनपफबभमयरलवशषसहािीुूेैोौंः्।०१२",
    "Han": "渡輪船时刻表准点结果重要吗我们的乘客離開碼頭衡量標準",
    "Kana": "ひらがなカタカナヴィーをんゃっ。、「」",
    "Hangul": "배는시간표대로떠난다우리는매일아침점검합니다",
    "emoji": "😀🎉🚢👍❤☀✅⚓🌊🇩🇪👩🚀\u200d\ufe0f",
    "marks": "aeoZ\u0300\u0301\u0308\u0323\u0331\u0304\u0338\u20dd",
}
EAST = {"Han", "Kana", "Hangul"}  # set in a Debian package's fonts: too large to carry along


def run_of(letters: str) -> st.SearchStrategy[str]:
    word = st.text(letters, min_size=1, max_size=12)
    long = st.sampled_from(letters).map(lambda letter: (letter + letters) * math.ceil(300 / len(letters)))
    stacked = st.text("\u0300\u0301\u0323\u0338\u20dd", min_size=1, max_size=4).map(lambda of: "e" + of * 200)
    words = st.lists(word | word | word | long.map(lambda of: of[:300]) | stacked, min_size=1, max_size=14)
    return words.map(" ".join)


SCRIPTS = st.sampled_from(sorted(set(ALPHABETS) - EAST))
ANY_SCRIPT = st.sampled_from(sorted(ALPHABETS))
BRIEF = ANY_SCRIPT.flatmap(lambda name: run_of(ALPHABETS[name])).map(lambda of: of[:200].strip() or "x")
TEXT = st.lists(BRIEF, min_size=1, max_size=6).map("\n\n".join)
LANGUAGES = st.sampled_from(["en", "ar", "he", "ja", "zh-hant", "th", "pt-br", "x"])


def gallery(language: str = "en", title: str = "A gallery") -> Gallery:
    return Gallery(team=Team(name="Ferry"), title=title, code=CODE, language=language)


def poster(kind: str, *, language: str = "en", wall: str = "North", **fields: object) -> Poster:
    return Poster(gallery=gallery(language, wall), wall=Wall(name=wall), number=7, kind=kind, **fields)


def faces_of(title: str, text: str, prompts: str, language: str) -> list[Face]:
    """A text, a goal and a measure poster with these words in all that they have."""
    about = {"prompts": prompts, "asked_before": text, "language": language, "wall": prompts[:120]}
    goal = Goal(original=prompts, result=title, why=text)
    candidates = [Candidate(wording=title, reason=text, strength=3, feasibility=2)]
    measure = Measure(name=title, goal=goal)
    return [
        Face(poster("text", title=title, text=text, **about)),
        Face(poster("goal", goal=goal, **about), goal=goal, tests=[title], candidates=candidates),
        Face(
            poster("measure", measure=measure, **about),
            goal=goal,
            measure=measure,
            facts=[prompts[:40]],
            definition=[("What it tells us", text), ("Who looks at it", prompts)],
            design=[("What could go wrong", text)],
        ),
    ]


def sheet_of(face: Face, page: Paper) -> Sheet:
    code = qr.code(addresses.of_poster(face.poster))
    return Sheet(
        words=printing._words(face, page, code),
        heading=face.poster.heading,
        number=face.poster.number,
        head=printing._head(face, page),
        quiet=(code.width(page.symbol) - page.symbol) / 2,
    )


def opened(press: Press, layouts: list[Layout]) -> list[pypdfium2.PdfPage]:
    return list(pypdfium2.PdfDocument(press.bind(layouts, title="t")))


def outside(page: pypdfium2.PdfPage, edge: float) -> str:
    """The letters whose ink stands in the sheet's margin of `edge` mm, or beyond the sheet.

    The ink of a slanted or joined letter hangs over its own width by a little; a second mark on a letter,
    for which few fonts have a place, by more, but no further than to half of the margin.
    """
    width, height = page.get_size()
    text = page.get_textpage()
    found = []
    for place in range(text.count_chars()):
        left, bottom, right, top = text.get_charbox(place)
        letter = text.get_text_range(place, 1)
        mark = letter != "" and unicodedata.category(letter[0]) == "Mn"
        margin = (edge / 2 if mark else edge - OVERHANG) * MM
        inside = left >= margin and bottom >= margin and right <= width - margin and top <= height - margin
        if right > left and not inside:
            found.append(letter)
    return "".join(found)


@contextmanager
def drawn_boxes() -> Iterator[list[str]]:
    """What WeasyPrint says of letters that it draws as empty boxes."""
    said: list[str] = []
    handler = logging.Handler()
    handler.emit = lambda record: said.append(record.getMessage())  # type: ignore[method-assign]
    logger = logging.getLogger("weasyprint")
    logger.addHandler(handler)
    try:
        yield said
    finally:
        logger.removeHandler(handler)


def has_glyphs_for(letters: str) -> bool:
    press = Press(page="@page { size: A4 }")
    return not press.missing(press.parse(f"<p>{letters}</p>"))


# T12


class TestAnyWords:
    PAGES = (paper("A4", "portrait"), paper("A3", "landscape"))

    @settings(max_examples=12, deadline=None, derandomize=True, phases=[Phase.generate])
    @given(title=BRIEF, text=TEXT, prompts=BRIEF, language=LANGUAGES, which=st.integers(0, 5))
    def test_stand_inside_the_margins_with_no_glyph_missing(self, title, text, prompts, language, which):
        page = self.PAGES[which % 2]
        press = Press(page=page.css)
        face = faces_of(title, text, prompts, language)[which // 2]
        layout = fit(press, sheet_of(face, page), page)
        with drawn_boxes() as boxes:
            pages = opened(press, [layout])
        assert [outside(each, page.edge) for each in pages] == [""] * len(layout.pages)
        assert bool(layout.missing) == any("notdef" in box for box in boxes)
        told = ["Sheet" in each.get_textpage().get_text_range() for each in pages]
        assert told == [len(pages) > 1] * len(pages) or "Sheet" in title + text + prompts

    @pytest.mark.parametrize("script", sorted(ALPHABETS))
    def test_every_script_has_its_glyphs(self, script):
        if script in EAST and not has_glyphs_for(ALPHABETS[script]):
            pytest.skip(f"no font on this machine has {script}; bin/install takes fonts-noto-cjk")
        assert has_glyphs_for(ALPHABETS[script])

    def test_control_a_word_that_does_not_break_is_caught(self):
        assert self.letters_outside("* { overflow-wrap: normal !important }")

    def test_control_a_negative_margin_is_caught(self):
        assert self.letters_outside(".poster-words { margin-left: -9mm; margin-inline: -9mm 0 }")

    def test_control_without_either_nothing_is_outside(self):
        assert self.letters_outside("") == ""

    def letters_outside(self, style: str) -> str:
        page = self.PAGES[0]
        press = Press(page=page.css + style)
        face = Face(poster("text", title="A long word", text="Donaudampfschifffahrts" * 14))
        return "".join(
            outside(each, page.edge) for each in opened(press, [fit(press, sheet_of(face, page), page)])
        )


# Sizes


def sample(kind: str = "text") -> Face:
    text = "On these walls hang our goals, and the measures that could tell whether we reach them."
    return Face(poster(kind, title="The ferry leaves on time", text=text, prompts="Is this a result?"))


def laid(face: Face, page: Paper) -> tuple[Press, Layout]:
    press = Press(page=page.css)
    return press, fit(press, sheet_of(face, page), page)


@pytest.mark.parametrize("orientation", ORIENTATIONS)
@pytest.mark.parametrize("size", SIZES)
def test_each_size_is_one_tagged_sheet_whose_code_is_read_at_36_dpi(size, orientation):
    on = paper(size, orientation)
    press, layout = laid(sample(), on)
    pdf = press.bind([layout], title="The ferry")
    page = pypdfium2.PdfDocument(pdf)[0]
    assert page.get_size() == pytest.approx((on.width * MM, on.height * MM), abs=0.1)
    assert outside(page, on.edge) == ""
    [found] = zxingcpp.read_barcodes(page.render(scale=0.5).to_pil())
    assert found.text == addresses.of_poster(sample().poster)
    assert on.symbol >= max(35, 0.12 * min(on.width, on.height))
    with pikepdf.open(io.BytesIO(pdf)) as document:
        root = document.Root
        assert (bool(root.MarkInfo.Marked), str(root.Lang)) == (True, "en")
        assert root.StructTreeRoot.K
        assert root.ViewerPreferences.DisplayDocTitle
        assert document.docinfo["/Title"] == "The ferry"


def sizes_of(layout: Layout) -> dict[str, float]:
    """The type of the title, the text and a question, in points."""
    boxes = [box for page in layout.pages for box in page._page_box.descendants() if box.element is not None]
    named = {"title": "poster-title", "text": "poster-words", "prompt": "poster-prompt"}
    return {
        what: next(
            box.style["font_size"] * 0.75 for box in boxes if name in (box.element.get("class") or "").split()
        )
        for what, name in named.items()
    }


@pytest.mark.parametrize("orientation", ORIENTATIONS)
def test_on_a1_a_title_is_read_from_four_metres_and_words_from_one(orientation):
    """However full the sheet is: what does not fit goes on to a second one."""
    full = Face(
        poster("text", title="The ferry leaves on time " * 3, text="salt water " * 900, prompts="Why?")
    )
    _, layout = laid(full, paper("A1", orientation))
    found = sizes_of(layout)
    assert len(layout.pages) > 1
    assert found["title"] >= 96
    assert min(found["text"], found["prompt"]) >= 24


def test_a_poster_is_the_same_picture_on_every_size():
    on_a3 = sizes_of(laid(sample(), paper("A3", "portrait"))[1])
    for size in ("A2", "A1", "A0"):
        page = paper(size, "portrait")
        for what, points in sizes_of(laid(sample(), page)[1]).items():
            assert points == pytest.approx(on_a3[what] * page.width / 297, rel=0.12)


def test_crop_marks_stand_around_the_sheet_and_change_nothing_on_it():
    marked, bare = (paper("A4", "portrait", crop=crop) for crop in (True, False))
    pages = []
    for page in (bare, marked):
        press, layout = laid(sample(), page)
        pages += opened(press, [layout])
    assert pages[0].get_size() == pytest.approx((210 * MM, 297 * MM), abs=0.1)
    assert pages[1].get_size() == pytest.approx((222 * MM, 309 * MM), abs=0.1)
    left, bottom, right, top = pages[1].get_trimbox()
    assert (right - left, top - bottom) == pytest.approx((210 * MM, 297 * MM), abs=0.1)
    plain, cropped = (page.render(scale=2, grayscale=True).to_pil() for page in pages)
    added = round(6 * MM * 2)
    inside = cropped.crop((added, added, added + plain.width, added + plain.height))
    assert ImageStat.Stat(ImageChops.difference(plain, inside)).mean[0] < 6  # they differ by a part of a dot
    corner = cropped.crop((0, 0, added, added))
    assert min(corner.tobytes()) < 128


# More than one sheet

LONG = " ".join(f"word{number}" for number in range(1100))


@pytest.mark.parametrize("orientation", ORIENTATIONS)
def test_what_flows_on_is_numbered_and_nothing_of_it_is_lost(orientation):
    page = paper("A3", orientation)
    goal = Goal(original="x", result="The ferry leaves on time", why=LONG)
    measure = Measure(name="Crossings", goal=goal)
    for face in (
        Face(poster("goal", goal=goal, prompts="Is it?"), goal=goal, tests=["Is it a result?"]),
        Face(poster("text", title="The ferry leaves on time", text=LONG, prompts="Is it?")),
        Face(poster("measure", measure=measure, prompts="Is it?"), measure=measure, definition=[("a", LONG)]),
    ):
        press, layout = laid(face, page)
        pages = opened(press, [layout])
        words = [" ".join(each.get_textpage().get_text_range().split()) for each in pages]
        assert len(pages) > 1
        for number in range(1100):
            assert f"word{number} " in " ".join(words) + " "
        for place, each in enumerate(words, 1):
            assert f"Sheet {place} of {len(pages)} " in f"{each} "
            assert face.poster.heading[:9] in each
        codes = [zxingcpp.read_barcodes(each.render(scale=1).to_pil()) for each in pages]
        assert [len(found) for found in codes] == [1] * len(pages)
        assert [outside(each, page.edge) for each in pages] == [""] * len(pages)


def test_control_a_single_sheet_is_not_numbered():
    press, layout = laid(sample(), paper("A3", "portrait"))
    assert "Sheet" not in opened(press, [layout])[0].get_textpage().get_text_range()
