"""What a goal starts with: "To ensure that …", "Improving …", "Adoption of …". For measures.wording."""

from __future__ import annotations

import re
from dataclasses import dataclass

from measures.goal_verbs import (
    ACTIONS,
    AFTER_A_NOUN,
    DIRECTIONS,
    FINITE,
    GERUNDS,
    LOWERING,
    NO_INFINITIVE,
    NOMINALS,
    OBJECT_STARTS,
    VERBS,
)

MARK = re.compile(r"\s*(?:[-–—•*▪]\s*|\(?\w{1,2}[.)]\s+|(?:goal|objective|aim)\s*\d*\s*[:.–—-]\s*)?", re.I)
LABEL = re.compile(r"(?:[\w’']+ ){0,2}[\w’']+(?::\s+|\s+[-–—]\s*|-\s+|-(?=To\b|[A-Z][a-z]+ [a-z]))")
TO = re.compile(
    r"(?:(?:we|our \w+) (?:will|shall|must|want to|aims? to|needs? to)|our (?:goal|aim|objective) is to"
    r"|(?:continue|aim|seek|strive|work|help)s? to|in order to|to)\s+",
    re.I,
)
ADVERBS = re.compile(r"(?:(?:\w+ly|further|better)\s+)*", re.I)
WORD = re.compile(r"[^\W\d_]+(?:-[^\W\d_]+)?")
NEXT = re.compile(r"\s*(,?)\s*([\w’'&/]+)")
LONGEST_VERB = 20


@dataclass(frozen=True)
class Lead:
    """The verb that a text starts with, in its base form, and where it stands."""

    verb: str
    match: re.Match[str]
    infinitive: bool = False
    gerund: bool = False

    @property
    def is_direction(self) -> bool:
        return self.verb in DIRECTIONS | LOWERING


def find(text: str, *, gerunds: bool = True) -> Lead | None:
    """The text's first verb where it is what somebody does; None where it may well be a thing."""
    start = MARK.match(text).end()  # type: ignore[union-attr]  # matches nothing, too
    label = LABEL.match(text, start)
    return (label and _at(text, label.end(), gerunds=gerunds)) or _at(text, start, gerunds=gerunds)


def _at(text: str, start: int, *, gerunds: bool) -> Lead | None:
    opener = TO.match(text, start)
    begin = ADVERBS.match(text, opener.end() if opener else start).end()  # type: ignore[union-attr]
    match = WORD.match(text, begin)
    if match is None:
        return None
    word = match[0].lower()
    if opener:
        return Lead(word, match, infinitive=True) if _is_infinitive(match[0]) else None
    if word in VERBS:
        return Lead(word, match) if does(word, text, match.end()) else None
    return _made_of_a_verb(word, text, match) if gerunds else None


def _is_infinitive(word: str) -> bool:
    known = word.lower() in VERBS
    return known or (
        word.islower() and word.isascii() and word not in NO_INFINITIVE and len(word) <= LONGEST_VERB
    )


def _made_of_a_verb(word: str, text: str, match: re.Match[str]) -> Lead | None:
    following = NEXT.match(text, match.end())
    if word in NOMINALS and following and following[2].lower() in {"of", "through"}:
        return Lead(NOMINALS[word], match) if not says_something(text) else None
    verb = GERUNDS.get(word)
    if verb is None or says_something(text) or not does(verb, text, match.end()):
        return None
    return Lead(verb, match, gerund=True)


def does(verb: str, text: str, end: int) -> bool:
    """Whether this word, which ends there, is done to something: "plan the …", not "plan B"."""
    following = NEXT.match(text, end)
    then = following[2].lower() if following else ""
    if verb in ACTIONS:
        return then not in FINITE
    if verb in DIRECTIONS:
        return then not in AFTER_A_NOUN | FINITE
    if following and (following[1] or then in {"and", "&", "or"}):
        return _verb_follows(text, following)
    return then in OBJECT_STARTS


def _verb_follows(text: str, following: re.Match[str]) -> bool:
    """Whether the list goes on with a verb: "Plan, build and …"."""
    if not following[1]:
        following = NEXT.match(text, following.end()) or following
    then = following[2].lower()
    return then in VERBS or then in GERUNDS


def says_something(text: str) -> bool:
    """Whether the text has a finite verb: it is a sentence about its subject, not a task."""
    return any(word.lower() in FINITE for word in WORD.findall(text))
