"""Where a goal joins several results: "prevent and reduce …", "is clean and safe". For measures.wording."""

from __future__ import annotations

import re
from collections.abc import Iterator

from measures import lead_verbs
from measures.goal_verbs import ACTIONS, DIRECTIONS, FINITE, GERUNDS, OBJECT_STARTS, VERBS
from measures.goal_verbs import words as all_of

Span = tuple[int, int]

# Two words that are one thing.
SET_PHRASES = re.compile(
    r"\b(?:safe and (?:sound|well)|(?:home|high) and dry|alive and well"
    r"|arts and culture|black and white|fair and square|fit and well"
    r"|health (?:and|&) safety|heating,? ventilation,? and air.?condition(?:ing|ed)?|men and women"
    r"|open and honest|research (?:and|&) development|terms (?:and|&) conditions"
    r"|trial (?:and|&) error|up and running|women and men|women and girls)\b",
    re.I,
)
ASIDE = re.compile(r"\([^)]*\)|\b(?:including|such as|for example|e\.g\.|like)\s[^.;]*", re.I)
TOKEN = re.compile(r"[\w’'/-]+|[,;&]")
JOINS = {"and", "&", "or", "and/or"}
# From here on, the verbs are somebody else's, or say how.
STOPS = all_of("by that through to so which who whose where when while thereby as for if whether")
RELATIVE = all_of("that what when where whether which who if because")
CONDITIONS = {"if", "unless", "when", "where", "while"}
LONG_ENOUGH = 3  # words that can be a goal of their own
QUOTABLE = 80  # characters

ITEM = r"[\w’'-]+(?: [\w’'-]+){0,2}"
A_LIST = re.compile(rf"\s+((?:[\w’'-]+ ){{0,2}}?{ITEM}(?:, {ITEM})+,? (?:and|&|and/or) [\w’'-]+)")
BETWEEN = re.compile(
    r"\b(?:about|across|among|at|between|by|for|from|in|into|of|on|over|that|through|to|with)\b", re.I
)
QUALITY = (
    r"(?!(?:an?|at|by|for|from|in|it|no|not|of|on|our|the|their|they|this|to|we|with|you)\b)[a-z][a-z-]{2,}"
)
QUALITIES = re.compile(
    rf"\b(?:is|are|be|becomes?|feels?|stays?|remains?)\s+(?:\w+ly )?"
    rf"({QUALITY}(?:, ?{QUALITY})*,? (?:and|&) (?:\w+ly )?{QUALITY})\b"
)
SENTENCE = re.compile(r"[.!?]\s+(?=[A-Z])")


def find(text: str) -> Span | None:
    """Where the text seems to join several results; None where it holds one, or may well do."""
    plain = _blank(_blank(text, SET_PHRASES), ASIDE)
    for look in (_two_parts, _joined_verbs, _a_list, _two_facts, _qualities):
        span = look(plain)
        if span:
            return span
    return None


def _blank(text: str, pattern: re.Pattern[str]) -> str:
    return pattern.sub(lambda found: "_" * len(found[0]), text)


def _two_parts(text: str) -> Span | None:
    """Two parts with a semicolon between them, or a second sentence that starts with an action."""
    for at in (found.start() for found in re.finditer(";", text)):
        if min(len(text[:at].split()), len(text[at + 1 :].split())) >= LONG_ENOUGH:
            return _around(text, at)
    for end in SENTENCE.finditer(text):
        long_enough = len(text[: end.start()].split()) >= LONG_ENOUGH  # else it was "1. Reduce …"
        if long_enough and lead_verbs.find(text[end.end() :], gerunds=False):
            return _around(text, end.start())
    return None


def _around(text: str, at: int) -> Span:
    """From the word before this place to the word after it, with its "to"."""
    before = text[:at].rstrip().rfind(" ") + 1
    after = re.match(r"\W*(?:to\W+)?\w+", text[at:], re.I)
    return before, at + (after.end() if after else 1)


def _joined_verbs(text: str) -> Span | None:
    """ "Attract and retain", "plan, build and maintain", "To support … and to pay"."""
    lead = lead_verbs.find(text)
    if lead is None:
        return None
    start = last = end = lead.match.start()
    for joined in _next_verbs(text, lead):
        last, end = text[: joined.start()].rstrip().rfind(" ") + 1, joined.end()
    return _short(start, last, end) if end > start else None


def _next_verbs(text: str, lead: lead_verbs.Lead) -> Iterator[re.Match[str]]:
    verbs = GERUNDS if lead.gerund else ACTIONS | DIRECTIONS
    beside, joined = True, False  # beside: only joins stand between here and the last verb
    for token in TOKEN.finditer(text, lead.match.end()):
        word = token[0].lower()
        if word in JOINS or word == ",":
            joined = True
        elif joined and (word in verbs or _either(text, token, lead, beside=beside)):
            yield token
            beside, joined = True, False
        elif not (joined and (word == "to" or word.endswith("ly"))):
            if word in STOPS:
                return
            beside = joined = False


def _either(text: str, token: re.Match[str], lead: lead_verbs.Lead, *, beside: bool) -> bool:
    """Whether a word that may be a noun is one more verb: right beside the last, or done to something."""
    word = token[0].lower()
    if lead.gerund or word not in VERBS:
        return False
    following = lead_verbs.NEXT.match(text, token.end())
    return beside or bool(following and not following[1] and following[2].lower() in OBJECT_STARTS)


def _qualities(text: str) -> Span | None:
    """ "is clean and safe", "are safe, clean and attractive"."""
    found = QUALITIES.search(text)
    if found is None:
        return None
    before = [word[0].lower() for word in TOKEN.finditer(text, 0, found.start())]
    aside = before[-1:] and before[-1] in RELATIVE  # "boats that are rented and returned …"
    return None if aside or CONDITIONS.intersection(before) else found.span(1)


def _a_list(text: str) -> Span | None:
    """Three or more things that the first verb is done to: "provide outreach, support and referrals"."""
    lead = lead_verbs.find(text)
    found = A_LIST.match(text, lead.match.end()) if lead else None
    if found is None or BETWEEN.search(found[1]):
        return None
    return found.span(1)


def _two_facts(text: str) -> Span | None:
    """ "Streets are clean and parks are open": a finite verb on either side of the joint."""
    words = list(TOKEN.finditer(text))
    for at, word in enumerate(words):
        if word[0].lower() in {"and", "but", "while"} and at + 1 < len(words):
            before, after = words[:at], words[at + 1 : at + 6]
            if _states(before) and _states(after):
                return _short(
                    before[_finite(before)].start(), before[-1].start(), after[_finite(after)].end()
                )
    return None


def _short(start: int, later: int, end: int) -> Span:
    """From the start, or from the later one where that would be too much to quote."""
    return (start if end - start <= QUOTABLE else later), end


def _finite(words: list[re.Match[str]]) -> int:
    """The place of the first finite verb, or -1."""
    return next((at for at, word in enumerate(words) if word[0].lower() in FINITE), -1)


def _states(words: list[re.Match[str]]) -> bool:
    """Whether these words have a finite verb of their own, with no relative or condition before it."""
    at = _finite(words)
    return at >= 0 and not any(word[0].lower() in RELATIVE or word[0] == "," for word in words[:at])
