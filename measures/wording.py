"""Hints while writing goals and measures: what to look at again, why, and what to try instead.

Pure functions on strings. They know English words only and are shy: where it is open whether a
hint would be right, there is none. Nothing here judges or blocks; a person may keep any wording.

A hint's `id` names what was found, not where: "weasel:robust" stays the same when the sentence
around the word changes, so that what a person chose to keep stays kept.
"""

from __future__ import annotations

import re
from collections.abc import Container, Iterable, Sequence
from dataclasses import dataclass

from measures import joined_results, lead_verbs
from measures.goal_verbs import words as all_of
from measures.weasel_words import AFTER_A_NAME, PLAIN, SORTS, WEASELS

SHORT = 4  # letters; "with" and "from" stay small in titles, too
NEARLY_ALL = 0.8
IN_A_NAME = {"time", "well"}  # in measures' names, the others are mostly what a course or a report is called
# Little words that no English sentence has, and most sentences of another language have.
FOREIGN = all_of("""
    auf avec dans das degli della delle der des een eine för für het ist les las los mit och oder sur und
    une voor wir zijn zur är og på uma é
""")
BRACKET = re.compile(r"\s*\(")
QUOTED = re.compile(r"“[^”]*”|\"[^\"]*\"|«[^»]*»|(?<!\w)‘[^’]*’(?!\w)|(?<!\w)'[^']*'(?!\w)")


def whole_words(forms: Iterable[str]) -> re.Pattern[str]:
    """Any of these as a word of its own: in no longer word, in no compound, in no possessive."""
    longest_first = sorted(forms, key=len, reverse=True)
    any_form = "|".join(re.escape(form).replace(r"\ ", r"\s+") for form in longest_first)
    return re.compile(rf"(?<![\w’'@-])(?:{any_form})(?![\w@]|-\w|[’']\w)", re.IGNORECASE)


WEASEL = whole_words(WEASELS)
PLAIN_USE = whole_words(PLAIN)

BODIES = all_of("""
    authority board branch bureau bureaux commission committee council department departments dept
    directorate division divisions everyone group management ministry office offices secretariat section
    staff taskforce team teams unit
""")
FUNCTIONS = """Accounting|Communications|Customer Service|Customer Services|Engineering|Facilities|Finance|HR|
Human Resources|ICT|IT|Information Technology|Legal|Logistics|Maintenance|Marketing|Operations|Payroll|
Procurement|Purchasing|Quality|Sales""".replace("\n", "")
ROLES = all_of("""
    administrator adviser advisor analyst assistant captain ceo cfo chair chairman chairperson chairwoman
    chief cio clerk commissioner controller coo coordinator cto dean deputy director engineer executive
    foreman governor head inspector lead leader manager mayor member nurse officer organiser organizer
    owner partner planner president principal secretary specialist superintendent supervisor treasurer vp
    warden
""")
BODY = whole_words(BODIES)
ROLE = whole_words(ROLES)
FUNCTION = re.compile(rf"(?:{FUNCTIONS})(?:\s*(?:,|/|&|and)\s*(?:{FUNCTIONS}))*", re.IGNORECASE)
TITLE = re.compile(r"(?:dr|mr|mrs|ms|prof)\b", re.IGNORECASE)
AFTER_THE_PERSON = re.compile(r"[,;/(]|\s[-–—]\s")


@dataclass(frozen=True)
class Hint:
    """Something to look at again. `words` are the person's own, as they stand in the field."""

    id: str
    field: str
    words: str
    reason: str
    try_instead: str


def goal_hints(*, original: str, result: str = "") -> list[Hint]:
    """Hints on the wording that hangs: the result where there is one, else the goal as first written.

    What a goal was first called is history once it has been reworded, and nobody need mend it.
    """
    field, text = ("result", result) if result.strip() else ("original", original)
    if is_foreign(text):
        return []
    weasels = weasel_words(text, field=field)
    found = [hint for hint in (action(text, field=field), several(text, field=field)) if hint]
    named = {hint.words.lower() for hint in weasels}
    return [hint for hint in found if hint.words.lower() not in named] + weasels


def measure_hints(*, name: str, owner: str = "") -> list[Hint]:
    """Hints on a measure's name and on its owner."""
    if is_foreign(f"{name} {owner}"):
        return []
    weasels = weasel_words(name, field="name", sorts=IN_A_NAME)
    found = [action_for_measure(name), *weasels, department(owner)]
    return [hint for hint in found if hint]


def split(hints: Sequence[Hint], kept: Iterable[str]) -> tuple[list[Hint], list[Hint]]:
    """(those still to look at, those that somebody chose to keep)."""
    ids = set(kept)
    return [hint for hint in hints if hint.id not in ids], [hint for hint in hints if hint.id in ids]


def weasel_words(text: str, *, field: str, sorts: Container[str] = SORTS) -> list[Hint]:
    """One hint for each family of weasel words in the text, in its order.

    Rule: a word that each reader pictures differently can't be measured (Stacey Barr, 'weasel
    words'). Not in quotes, not in names, not where the word is the plain name of a thing, nor
    where brackets right after it say what is meant: "inclusive (step-free)".
    """
    searched = blanked(blanked(text, QUOTED), PLAIN_USE)
    found: dict[str, Hint] = {}
    for match in WEASEL.finditer(searched):
        family = WEASELS[" ".join(match[0].lower().split())]
        explained = BRACKET.match(searched, match.end())
        if (
            family.sort in sorts
            and family.name not in found
            and not (explained or in_a_name(searched, match))
        ):
            words = text[match.start() : match.end()]
            reason, instead = weasel_reason(words, family.sort, field)
            found[family.name] = Hint(f"weasel:{family.name}", field, words, reason, instead)
    return list(found.values())


def weasel_reason(words: str, sort: str, field: str) -> tuple[str, str]:
    """(why, what to try) for a word of this sort."""
    if field == "name":
        return (
            f"“{words}” can be counted in many ways, and the name doesn’t say which.",
            "Name what is counted or timed: “Repairs finished within 2 days”.",
        )
    if sort == "time":
        return (
            f"“{words}” is a different time for whoever waits and whoever works.",
            "Say what those who wait would call good: “answered within 3 days”.",
        )
    if sort == "doing" and not words.endswith("ed"):
        return (
            f"“{words}” says that we do something, not what becomes different.",
            "Ask “so that what?”, and write who or what is different then.",
        )
    if sort == "ideal":
        return (
            f"“{words}” stands for a whole bundle of things; each reader picks another.",
            "Name the one part of it that matters here, as one would see it.",
        )
    return (
        f"“{words}” sounds right to everybody, and each reader pictures something else.",
        "Ask what one would see, hear or feel if it were so, and write that.",
    )


def action(text: str, *, field: str) -> Hint | None:
    """A hint where the goal starts with what we do, or with a direction, instead of what is then so.

    Rule: a result is written as though it is already a fact (Stacey Barr, 'results, not actions').
    """
    lead = lead_verbs.find(blanked(text, QUOTED))
    if lead is None or starts_a_name(text, lead.match):
        return None
    words = lead.match[0]
    if lead.is_direction:
        return Hint(
            f"direction:{lead.verb}",
            field,
            words,
            f"“{words}” says which way to go, not where to arrive: a single step would do.",
            "Write what is so when it is good enough, as a fact. Which way is better is said on the measure.",
        )
    return Hint(
        f"action:{lead.verb}",
        field,
        words,
        f"“{words}” is what we do. The result is what is then different, and for whom.",
        "Ask “so that what?” until the answer is about the people it is for, "
        "and write that as though it is already a fact.",
    )


def action_for_measure(name: str) -> Hint | None:
    """A hint where a measure's name is a task.

    Rule: milestones and tasks are no measures; a measure is a number, again and again (Stacey Barr).
    Only verbs that are no nouns: "Response time" and "Processing hours" are fine names.
    """
    lead = lead_verbs.find(blanked(name, QUOTED), gerunds=False)
    if lead is None or lead.is_direction or starts_a_name(name, lead.match):
        return None
    return Hint(
        f"action:{lead.verb}",
        "name",
        lead.match[0],
        f"“{lead.match[0]}” is a task: it is done once, and then there is nothing more to measure.",
        "Name what is counted, again and again: a number, a share or a time.",
    )


def several(text: str, *, field: str) -> Hint | None:
    """A hint, as a question, where a goal seems to hold more than one result.

    Rule: a goal has a single focus, since a measure gives evidence of one result (Stacey Barr,
    'multi-focused goals'). Only joined verbs, sentences and qualities: pairs of nouns, such as
    "health and safety", are often one thing.
    """
    words = joined_results.find(blanked(text, QUOTED))
    if words is None:
        return None
    start, end = words
    found = text[start:end]
    return Hint(
        "focus:several",
        field,
        found,
        f"“{found}”: is this one result, or are there several? A measure can follow one at a time.",
        "Ask whether one could happen without the other. If so, write a goal for each, and link them.",
    )


def department(owner: str) -> Hint | None:
    """A hint where a measure's owner is a body of people.

    Rule: the owner is a person, not a department (PuMP's measure definition): what everybody
    looks after, nobody looks at. A role ("Head of IT") is one person, and fine.
    """
    first = AFTER_THE_PERSON.split(owner.strip(), maxsplit=1)[0].strip()
    if "@" in owner or ROLE.search(first) or TITLE.match(first):
        return None
    if not (BODY.search(first) or FUNCTION.fullmatch(first) or FUNCTION.fullmatch(owner.strip())):
        return None
    return Hint(
        "owner:department",
        "owner",
        first,
        f"“{first}” is a group of people: where all look after a measure, often nobody looks at it.",
        "Name one person, or the post of one person: “Head of repairs”.",
    )


def is_foreign(text: str) -> bool:
    """Whether a little word tells that the text is not English. Never says which language it is."""
    as_begun = text[:1].lower() + text[1:]  # later capitals are names: Des Moines, Los Angeles
    return not FOREIGN.isdisjoint(re.findall(r"[^\W\d_]+", as_begun))


def in_a_name(text: str, found: re.Match[str]) -> bool:
    """Whether the words are part of a name: "Robust Ltd", "our agenda, Access and Excellence".

    Inside a sentence a capital tells; In A Text Like This, only what follows can.
    """
    if not found[0][0].isupper():
        return False
    starts = re.search(r"(?:^|[.!?:;•*–—-])\W*$", text[: found.start()])
    return starts_a_name(text, found) or not (starts or is_title(text))


def starts_a_name(text: str, found: re.Match[str]) -> bool:
    """Whether a company, a street or the like follows: "Foster Street", "Engage Inc"."""
    after = re.match(r"\s+(\w+)", text[found.end() :])
    return bool(after and after[1][0].isupper() and after[1].lower() in AFTER_A_NAME)


def is_title(text: str) -> bool:
    """Whether (nearly) all the longer words start with a capital."""
    longer = [word for word in re.findall(r"[^\W\d_]+", text) if len(word) > SHORT]
    capital = [word for word in longer if word[0].isupper()]
    return len(capital) >= NEARLY_ALL * len(longer)


def blanked(text: str, pattern: re.Pattern[str]) -> str:
    """The text with every match made into a word of the same length that means nothing."""
    return pattern.sub(lambda found: "_" * len(found[0]), text)
