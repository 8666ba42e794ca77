"""Letters of every script on paper: which way lines run, how many marks they carry, which are lacking."""

import unicodedata

import pypdfium2
import pytest

from gallery import letters, press
from gallery.press import Press

PRIVATE = "\U0010fffc"


def parsed(body: str, language: str = "en"):
    press = Press(page="@page { size: A4 }")
    return press.parse(f"<!doctype html><html lang='{language}'><body>{body}</body></html>").etree_element


@pytest.mark.parametrize(
    ("words", "way"),
    [
        ("The ferry", "ltr"),
        ("العبّارة 3", "rtl"),
        ("3 – המעבורת", "rtl"),
        ("12 % A ثم", "ltr"),
        ("12 %", ""),
        ("", ""),
    ],
)
def test_a_line_runs_as_its_first_letter_does(words, way):
    assert letters.direction(words) == way


@pytest.mark.parametrize(
    ("language", "sheet", "english", "arabic"),
    [
        ("en", "ltr", None, "rtl"),
        ("ar", "rtl", "ltr", None),
        ("he-IL", "rtl", "ltr", None),
        ("x", "ltr", None, "rtl"),
    ],
)
def test_a_sheet_runs_as_its_language_does_and_a_line_as_its_own(language, sheet, english, arabic):
    html = parsed("<p>Is it?</p><p>هل هذا مهمّ؟</p><p>12 %</p>", language)
    found = [each.get("dir") for each in html.iter("p")]
    assert (html.get("dir"), found) == (sheet, [english, arabic, None])


def test_other_scripts_are_not_set_as_latin_is():
    html = parsed("<h1>นาฬิกา</h1><p>Łódź, Ελλάδα, Київ</p><p>渡船</p>")
    assert [each.get("class") for each in [*html.iter("h1"), *html.iter("p")]] == ["script", None, "script"]


@pytest.mark.parametrize(
    ("words", "language", "shapes"),
    [
        ("渡船", "zh", "sc"),
        ("渡船", "zh-Hant", "tc"),
        ("渡船の", "en", "jp"),
        ("배 渡", "en", "kr"),
        ("渡", "ja", "jp"),
    ],
)
def test_han_letters_have_the_shapes_of_their_language(words, language, shapes):
    assert letters.han(words, language) == shapes


def marks(words: str) -> int:
    return sum(unicodedata.category(letter) in {"Mn", "Me"} for letter in unicodedata.normalize("NFD", words))


@pytest.mark.parametrize("words", ["Tiếng Việt: ễ ộ", "שָׁלוֹם", "مُحَمَّدٌ", "นํ้าที่นี่", "ẹ́ ọ̀", "हिन्दी में", "≠"])
def test_what_a_language_writes_keeps_its_marks(words):
    assert letters.calm(words) == unicodedata.normalize("NFC", words)


def test_five_hundred_marks_on_a_letter_do_not_leave_the_sheet():
    assert marks(letters.calm("Z" + "\u0301" * 500 + "\u0323" * 500 + "\u20dd" * 9)) == 2 * letters.MOST_MARKS
    assert marks(letters.calm("é" + "\u0301" * 500)) == letters.MOST_MARKS


def test_a_short_last_word_is_held_to_the_one_before():
    html = parsed("<h1>Timetabled crossings that ran</h1><h1>Journeys made</h1>")
    assert ["".join(each.itertext()) for each in html.iter("h1")] == [
        "Timetabled crossings that ran",
        "Journeys made",
    ]
    assert [each.text for each in html.iter("span")] == ["that ran"]


@pytest.mark.parametrize(
    ("question", "held"),
    [
        ("Which would you rather we kept: the minute, or the person on the steps?", "on the steps?"),
        ("What would you see if this were happening?", "were happening?"),
        ("هل هذه نتيجة مهمة؟", ""),
        ("Is it?", ""),
        ("Why?", ""),
        (f"Who reads {'x' * 300} now?", ""),
        ("", ""),
    ],
)
def test_no_single_word_of_a_question_goes_on_to_a_second_line(question, held):
    html = parsed(f"<p class=poster-prompt>{question}</p><p>{question}</p>")
    assert ["".join(each.itertext()) for each in html.iter("p")] == [question, question]
    assert [each.text for each in html.iter("span")] == [held] * bool(held)


def test_letters_that_no_font_has_are_named_once_in_their_order():
    press = Press(page="@page { size: A4 }")
    sheet = press.parse(f"<p>Łódź 3 {PRIVATE} – Київ {PRIVATE}\U0010fffd ≤ 😀 مهم שלום ไทย हिन्दी</p>")
    assert press.lay_out(sheet, {}).missing == f"{PRIVATE}\U0010fffd"


def test_nothing_is_missing_of_what_is_not_seen():
    press = Press(page="@page { size: A4 }")
    assert press.missing(press.parse("<p>a\u200d\u200b\u00ad\ufeff\u2028\u2066b\u2069 ❤\ufe0f</p>")) == ""


DRAWING = '<svg viewBox="0 0 90 20" width="90mm"><text x="9" y="9" font-family="GalleryInter">{}</text></svg>'


def places_in_a_drawing(words: str) -> list[float]:
    """How far from the left each letter stands that is drawn of them."""
    press = Press(page="@page { size: A4 }")
    sheet = press.lay_out(press.parse(f"<html lang=en><title>t</title>{DRAWING.format(words)}"), {})
    text = pypdfium2.PdfDocument(press.bind([sheet], title="t"))[0].get_textpage()
    return [text.get_charbox(place)[0] for place in range(text.count_chars())]


def test_a_drawings_words_run_as_their_letters_do():
    places = places_in_a_drawing("יולי")
    assert places == sorted(places, reverse=True)


def test_control_latin_runs_from_the_left_and_letter_by_letter_so_does_hebrew(monkeypatch):
    places = places_in_a_drawing("July")
    assert places == sorted(places)
    monkeypatch.setitem(press.drawings.TAGS, "text", press._by_letters)
    places = places_in_a_drawing("יולי")
    assert places == sorted(places)
