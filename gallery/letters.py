"""Letters of every script on paper: which way a line runs, how many marks one carries, which face it has."""

from __future__ import annotations

import re
import unicodedata
from xml.etree.ElementTree import Element, SubElement  # nosec B405 - the press has parsed what is read here

# What Inter and Source Serif set: Latin, Greek, Cyrillic and their punctuation. All else needs other faces.
FOREIGN = re.compile("[^\\u0000-\\u052f\\u1e00-\\u22ff\\u2c60-\\u2c7f\\ua720-\\ua7ff\\ufb00-\\ufb06]")
# Letters that don't bear Latin's tight lines, its spaced capitals and its slant: from Armenian to Han.
SCRIPT = re.compile(
    "[\\u0530-\\u1cff\\u2d30-\\u2dff\\u2e80-\\ua71f\\ua800-\\ufaff\\ufb13-\\ufdff\\ufe30-\\ufe6f\\ufe70-\\ufefc"
    "\\uff01-\\uffef\\U00010300-\\U0001cfff\\U0001e000-\\U0001efff\\U00020000-\\U0003ffff]"
)
# Scripts that may break a line between any two letters, or where only a dictionary knows the words.
UNSPACED = re.compile(
    "([\\u0e00-\\u0eff\\u1000-\\u109f\\u1780-\\u17ff\\u2e80-\\u9fff\\uac00-\\ud7a3\\uf900-\\ufaff\\uff01-\\uff60"
    "\\U00020000-\\U0003ffff])"
)
MARK = re.compile(
    "[\\u0300-\\u036f\\u0483-\\u0489\\u0591-\\u05c7\\u0610-\\u061a\\u064b-\\u065f\\u1ab0-\\u1aff\\u1dc0-\\u1dff\\u20d0-\\u20ff\\ufe20-\\ufe2f]"
)
# Above a letter, and as many elsewhere: the most that a language writes, and what a line has room for.
MOST_MARKS = 2
# Drawn around or across their letter, so beyond the margin; few fonts place them at all. (Not those of emoji,
# and not those of ≠ and its like, which are letters of their own.)
ENCLOSING = re.compile(
    "[\\u0334-\\u0338\\u0488\\u0489\\u1abe\\u20d2-\\u20d3\\u20d8-\\u20da\\u20dd-\\u20e0\\u20e2\\u20e4-\\u20e6\\u20ea\\u20eb]"
)
ABOVE = 230  # the canonical combining class of marks above a letter
RIGHT_TO_LEFT = frozenset(
    ["ar", "arc", "ckb", "dv", "fa", "he", "iw", "ks", "nqo", "ps", "sd", "syr", "ug", "ur", "yi"]
)
# Whose shapes Han letters have: a language's, or what stands beside them.
HAN = [("zh-hant", "tc"), ("zh-tw", "tc"), ("zh-hk", "tc"), ("zh", "sc"), ("ja", "jp"), ("ko", "kr")]
CYRILLIC = re.compile("[\u0400-\u052f]")
KANA, HANGUL = re.compile("[\\u3041-\\u30fe]"), re.compile("[\\u1100-\\u11ff\\uac00-\\ud7a3]")
BLOCKS = frozenset(["h1", "h2", "h3", "p", "li", "dt", "dd", "figcaption"])
A_TAIL = 15  # letters, as broad as they may be: what even the largest prompt has on one line
LAST_WORD = 9  # letters: a title's last word that is no longer than this doesn't stand alone on a line


def calm(words: str) -> str:
    """The words in Unicode's composed form, with no more marks on a letter than a line has room for.

    Hundreds of marks on one letter are a way to draw over one's neighbours; they would leave the sheet.
    """
    if not MARK.search(words):
        return words
    kept: list[str] = []
    carried: list[bool] = []  # of the letter in hand: for each mark, whether it stands above
    for letter in unicodedata.normalize("NFC", words):
        if ENCLOSING.match(letter):
            continue
        if unicodedata.category(letter) not in {"Mn", "Me"}:
            carried = [_above(mark) for mark in unicodedata.normalize("NFD", letter)[1:]]
        elif carried.count(_above(letter)) < MOST_MARKS:
            carried.append(_above(letter))
        else:
            continue
        kept.append(letter)
    return "".join(kept)


def _above(mark: str) -> bool:
    return unicodedata.combining(mark) == ABOVE


def stacked(words: str) -> bool:
    """Whether marks stand above or below one another that no letter of Unicode has, as Vietnamese ones do."""
    carried: list[bool] = []
    for letter in words if MARK.search(words) else "":
        if unicodedata.category(letter) not in {"Mn", "Me"}:
            carried = [_above(mark) for mark in unicodedata.normalize("NFD", letter)[1:]]
        elif _above(letter) in carried:
            return True
        else:
            carried.append(_above(letter))
    return False


def direction(words: str) -> str:
    """ "rtl" or "ltr", by the first letter that has a direction (UAX 9, P2); blank where none has."""
    for letter in words:
        found = unicodedata.bidirectional(letter)
        if found == "L":
            return "ltr"
        if found in {"R", "AL"}:
            return "rtl"
    return ""


def runs_from_the_right(language: str) -> bool:
    return language.lower().replace("_", "-").partition("-")[0] in RIGHT_TO_LEFT


def width(words: str) -> float:
    """The words' width in letters of Latin: a Han letter is nearly as wide as two, a mark has none."""
    return sum(_width(letter) for letter in words)


def _width(letter: str) -> float:
    if letter.isascii():
        return 1.0
    if unicodedata.category(letter) in {"Mn", "Me", "Cf"}:
        return 0.0
    if unicodedata.east_asian_width(letter) in {"W", "F"}:
        return 1.8
    return 1.2 if CYRILLIC.match(letter) else 1.0


def longest_word(words: str) -> float:
    """The width of the longest part that no line breaks, in letters of Latin; at least 1."""
    parts = re.split(r"[\s-]+", UNSPACED.sub(r" \1 ", words))
    return max(1.0, *(width(part) for part in parts))


def han(words: str, language: str) -> str:
    """Whose Han letters these are: "sc" or "tc" (Chinese, simplified or traditional), "jp", "kr"."""
    said = language.lower().replace("_", "-")
    shapes = next((shapes for start, shapes in HAN if said.startswith(start)), "")
    return shapes or ("jp" if KANA.search(words) else "kr" if HANGUL.search(words) else "sc")


def set_right(html: Element) -> None:
    """Give each block of words its direction and, where Latin's setting doesn't suit it, the class `script`.

    The class `marked` is for words with marks that stand above one another.
    """
    language = html.get("lang", "")
    base = "rtl" if runs_from_the_right(language) else "ltr"
    html.set("dir", base)
    html.set("class", f"han-{han(''.join(html.itertext()), language)}")
    for block in html.iter():
        if block.tag not in BLOCKS and "poster-prompts" not in block.get("class", ""):
            continue
        words = "".join(block.itertext())
        found = ["script"] * bool(SCRIPT.search(words)) + ["marked"] * stacked(words)
        if found:
            block.set("class", " ".join([block.get("class", ""), *found]).strip())
        own = direction(words)
        if own and own != base:
            block.set("dir", own)


def ending(title: str) -> str:
    """The last two words, where the last is too short to stand alone on a line; else blank."""
    *others, before, last = ["", "", *title.split()]
    return f"{before} {last}" if any(others) and len(last) <= LAST_WORD else ""


def tail(question: str) -> str:
    """The last few words of a question, which go on to a second line together, so that no single one stands
    there; blank where they would be one, and where other scripts have letters of any width."""
    words = question.split() if not SCRIPT.search(question) else []
    most = next((at for at in range(1, len(words)) if width(" ".join(words[at:])) <= A_TAIL), len(words))
    return " ".join(words[most:]) if len(words) - most > 1 else ""


def hold_together(line: Element, held: str, name: str) -> None:
    """Put its last words into an element of the class `name`, whose style says whether they may break."""
    words = " ".join((line.text or "").split())
    if held and len(line) == 0:
        line.text = words.removesuffix(held)
        together = SubElement(line, "span", {"class": name})
        together.text = held
