"""The scales on which a room rates: two to six words, the strongest first."""

from collections.abc import Sequence

MUST = ("Must", "Should", "Could", "Won’t this time")
WHEN = ("Now", "Medium term", "Long term")

FEWEST_WORDS, MOST_WORDS = 2, 6
MOST_LETTERS_OF_A_WORD = 30


def problem_of(words: Sequence[str]) -> str:
    """What is wrong with it and what to do; '' for one that can be used."""
    if not FEWEST_WORDS <= len(words) <= MOST_WORDS:
        return f"A scale has {FEWEST_WORDS} to {MOST_WORDS} words, a line each; this has {len(words)}."
    if len({word.casefold() for word in words}) < len(words):
        return "Two of the words are the same. Give each line another one."
    longest = max(words, key=len)
    if len(longest) > MOST_LETTERS_OF_A_WORD:
        return (
            f"A word of the scale has {MOST_LETTERS_OF_A_WORD} letters at most, so that it fits a phone; "
            f"“{longest[:60]}” has {len(longest):,}."
        )
    return ""
