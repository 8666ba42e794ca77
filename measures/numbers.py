"""Numbers as people write them: 85.7%, 14,973, $1.2m, 1 234,5, (1,234), 12 days.

Which of ‘.’ and ‘,’ parts decimals can't be told from “14,973” alone, so it is decided once
for a whole file, from the cells that leave no choice. Numbers are exact decimals throughout.
"""

import re
from collections import Counter
from collections.abc import Iterable
from decimal import ROUND_HALF_EVEN, Context, Decimal
from typing import NamedTuple

MOST_DIGITS = 15  # significant: what SQLite's numbers hold
MOST_DECIMALS = 6
LONGEST = 80  # letters in a cell that could still be a number with its unit

_SPACES = (
    "\u00a0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a\u202f\u205f\u3000\t\r\n"
)
_MINUSES = "\u2010\u2011\u2012\u2013\u2212\ufe63\uff0d"
_INVISIBLE = "\ufeff\u200b\u200e\u200f\u2060\u2066\u2067\u2068\u2069"
_SAME = str.maketrans(
    dict.fromkeys(_SPACES, " ")
    | dict.fromkeys(_MINUSES, "-")
    | dict.fromkeys("\u2018\u2019\u02bc", "'")
    | dict.fromkeys(_INVISIBLE, "")
)

_NO_VALUE = re.compile(
    r"#?n/a|na|n\.a\.?|n/k|n/?r|nk|tb[dca]|t\.b\.d\.|-{1,3}|—|\.{2,3}|…|\?|\*|x|none|null|nil|nan|pending|unknown|"
    r"not (?:yet )?(?:available|applicable|reported|known)|no data|to be (?:determined|confirmed)"
)

_CURRENCY = (
    r"(?:US|A|C|NZ|HK|S)?\$|[£€¥₹₩₽₺₪฿]|"
    r"(?:USD|EUR|GBP|CHF|AUD|CAD|NZD|JPY|INR|SEK|NOK|DKK|ZAR|PLN|CZK|kr)(?![a-z])"
)
_SHAPE = re.compile(
    rf"(?P<sign>[-+]?) *(?P<before>{_CURRENCY})? *(?P<inner>[-+]?) *"
    r"(?P<digits>[0-9][0-9.,' ]*|[.,][0-9]+)(?P<after>.*)",
    re.IGNORECASE | re.DOTALL,
)
_TIMES = re.compile(
    r"(?P<word>thousands?|millions?|billions?|mln|mio|mn|bn|k|m|b)(?![a-z])\.? *(?P<rest>.*)",
    re.IGNORECASE | re.DOTALL,
)
_POWERS = {"t": 3, "k": 3, "m": 6, "b": 9}
_PERCENT = frozenset({"%", "percent", "per cent", "pct"})
_AFTER = re.compile(rf"(?:{_CURRENCY})(?: .*)?", re.IGNORECASE)
_UNIT = re.compile(r"(?:[^\W\d_]|[°‰µ/%])[^\d<>=~*?!()\[\]{}\"“”;:,]*")
_NO_UNIT = re.compile(
    r"(?:of|or|to|and|est\.?|estimated|approx\.?|about|more|less|plus|than|x|up|down|for|since|until|"
    r"provisional|projected|forecast|revised|by|vs|st|nd|rd|th|[ap]\.?m\.?|[abcefikopqruxz]|"
    r"(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]*)(?: .*)?",
    re.IGNORECASE | re.DOTALL,
)
_SHORTENED = re.compile(r"[-+]?[0-9]+(?:[.,][0-9]+)?e[-+]?[0-9]+", re.IGNORECASE)


class Number(NamedTuple):
    """An exact value, and the unit written beside it ('' where there was none)."""

    value: Decimal
    unit: str = ""


class NotANumber(ValueError):  # noqa: N818 - an answer to a person, not a fault
    """Why a cell can't be taken as a number, in words that follow the cell's content."""


class DecimalSign(NamedTuple):
    """Which sign parts decimals in a file, and why, in words; `sure` is whether any cell told."""

    sign: str
    why: str
    sure: bool


def tidy(text: str) -> str:
    """The text with every kind of space, minus and apostrophe made the plain one, trimmed."""
    if text.isascii() and text.isprintable():
        return text.strip()
    return text.translate(_SAME).strip()


def says_no_value(text: str) -> bool:
    """Whether a cell that isn't blank says that there is no number: n/a, TBD, a dash, two dots."""
    if "0" <= text[:1] <= "9" or len(text) > LONGEST:
        return False
    return bool(_NO_VALUE.fullmatch(" ".join(tidy(text).casefold().split())))


def evidence(text: str) -> str:
    """The sign that can only part decimals in this text ('.' or ','); '' where it could be either."""
    if ("." not in text and "," not in text) or len(text) > LONGEST:
        return ""
    digits = tidy(text)
    if digits.strip("0123456789.,"):
        found = _SHAPE.fullmatch(_out_of_brackets(digits)[0])
        digits = found["digits"].strip() if found else ""
    fits = [sign for sign, pattern in _PATTERNS.items() if pattern.fullmatch(digits)]
    return fits[0] if len(fits) == 1 else ""


def decide_sign(cells: Iterable[tuple[int, str]]) -> DecimalSign:
    """Decide for all the cells of a file, given as (row, text): most evidence wins, else ‘.’."""
    told: Counter[str] = Counter()
    first: dict[str, tuple[int, str]] = {}
    for row, text in cells:
        if sign := evidence(text):
            told[sign] += 1
            first.setdefault(sign, (row, tidy(text)[:LONGEST]))
    if not told:
        return DecimalSign(".", "no number in the file shows which, so the usual one is taken", sure=False)
    sign = "," if told[","] > told["."] else "."
    row, example = first[sign]
    why = f"“{example}” in row {row} can’t be read otherwise"
    other = "," if sign == "." else "."
    if told[other]:
        row, example = first[other]
        why += f"; {told[other]} of {told.total()} numbers speak against it, such as “{example}” in row {row}"
    return DecimalSign(sign, why, sure=not told[other])


def read_number(text: str, sign: str = ".") -> Number:
    """The number that this text writes, where `sign` parts decimals.

    Raises NotANumber, also for what `says_no_value` and for blanks: ask those first.
    """
    words = tidy(text)
    bare = _PATTERNS[sign].fullmatch(words) if len(words) <= MOST_DIGITS else None
    if bare and len(bare["rest"] or "") <= MOST_DECIMALS:  # most cells; what follows takes its time
        return Number(_exact(bare, 0, negative=False))
    if len(words) > LONGEST:
        raise NotANumber("is not a number")
    if words.startswith("="):
        raise NotANumber(
            "is a formula, and its result is not in the file; save the sheet with values instead"
        )
    if words.startswith("#"):
        raise NotANumber("is a spreadsheet’s error, not a number")
    if _SHORTENED.fullmatch(words):
        raise NotANumber("is a shortened number, and digits may be missing; write it out")
    words, negative = _out_of_brackets(words)
    found = _SHAPE.fullmatch(words)
    if found is None or (found["sign"] and (found["inner"] or negative)):
        raise NotANumber("is not a number")
    power, unit = _power_and_unit(found["before"] or "", found["after"].strip())
    minus = negative or "-" in (found["sign"], found["inner"])
    digits = _PATTERNS[sign].fullmatch(found["digits"].strip())
    if digits is None:
        raise NotANumber(_misfit(found["digits"], sign))
    return Number(within_limits(_exact(digits, power, negative=minus)), unit)


def _out_of_brackets(words: str) -> tuple[str, bool]:
    """Accounting's negative: (1,234), $(1,234) and (5)% without their brackets."""
    found = re.fullmatch(r"([^0-9()]{0,4})\(([^()]*)\)(%?)", words)
    return (found[1] + found[2] + found[3], True) if found else (words, False)


def _power_and_unit(before: str, after: str) -> tuple[int, str]:
    """The power of ten and the unit that stand around the digits."""
    power = 0
    times = _TIMES.fullmatch(after)
    if times:
        word, after = times["word"], times["rest"]
        if word in {"m", "b"} and not before and not _AFTER.fullmatch(after):
            raise NotANumber(f"is unclear: “{word}” could be millions or a unit; write the number out")
        power = _POWERS[word[0].lower()]
    if after.casefold() in _PERCENT:
        after = "%"
    elif after and not _is_unit(after):
        raise NotANumber("is not a number")
    return power, f"{before} {after}".strip()


def _is_unit(words: str) -> bool:
    if _AFTER.fullmatch(words):
        return True
    short = len(words) <= 40 and len(words.split()) <= 4
    return short and bool(_UNIT.fullmatch(words)) and not _NO_UNIT.fullmatch(words)


def _pattern(sign: str) -> re.Pattern[str]:
    group = re.escape("," if sign == "." else ".")
    thousands = rf"[1-9][0-9]{{0,2}}(?:(?P<by>[{group}' ])[0-9]{{3}})(?:(?P=by)[0-9]{{3}})*"
    lakhs = rf"[1-9][0-9]?(?:{group}[0-9]{{2}})+{group}[0-9]{{3}}"
    return re.compile(rf"(?P<whole>{thousands}|{lakhs}|[0-9]+)?(?:{re.escape(sign)}(?P<rest>[0-9]+))?")


_PATTERNS = {sign: _pattern(sign) for sign in ".,"}


def _misfit(digits: str, sign: str) -> str:
    other = "," if sign == "." else "."
    if other not in digits:
        return "is not a number"
    return f"does not fit: in this file ‘{sign}’ parts decimals and ‘{other}’ can only part thousands"


def _exact(digits: re.Match[str], power: int, *, negative: bool) -> Decimal:
    whole, rest = digits["whole"] or "0", f".{digits['rest']}" if digits["rest"] else ""
    if not whole.isdigit():
        whole = "".join(filter(str.isdigit, whole))
    return Decimal(f"{'-' if negative else ''}{whole}{rest}e{power}")


def within_limits(value: Decimal) -> Decimal:
    """The value itself, without trailing zeros; NotANumber where it is too long to be kept exactly."""
    negative, digits, power = value.as_tuple()
    exponent = int(power)
    text = "".join(map(str, digits)).lstrip("0")
    kept = text.rstrip("0")
    exponent += len(text) - len(kept)
    if not kept:
        return Decimal(0)
    if len(kept) > MOST_DIGITS:
        raise NotANumber(f"has {len(kept)} digits; up to {MOST_DIGITS} are kept exactly. Round it")
    if -exponent > MOST_DECIMALS:
        raise NotANumber(f"has {-exponent} decimals; up to {MOST_DECIMALS} are kept exactly. Round it")
    if len(kept) + exponent > MOST_DIGITS:
        raise NotANumber("is too large to keep; choose a larger unit, such as millions")
    digits = tuple(map(int, kept + "0" * max(exponent, 0)))
    return Decimal((negative, digits, min(exponent, 0)))


def from_binary(number: float) -> Decimal:
    """A spreadsheet's own number as it shows it: at most 15 significant digits."""
    return Context(prec=MOST_DIGITS).create_decimal(repr(number))


def rounded(value: Decimal) -> Decimal:
    """The value at the most decimals that are kept."""
    step = Decimal(1).scaleb(-MOST_DECIMALS)
    return value.quantize(step, rounding=ROUND_HALF_EVEN, context=Context(prec=60))


def plain(value: Decimal) -> str:
    """The value in digits, without an exponent or trailing zeros."""
    text = f"{value:f}"
    text = text.rstrip("0").rstrip(".") if "." in text else text
    return "0" if text in {"-0", ""} else text
