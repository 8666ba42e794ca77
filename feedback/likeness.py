"""How alike notes are: in what they mean, whatever the language, or only in how they are worded.

Both ways answer the same questions, so that feedback/suggestions.py need not know which it asks.
Likeness goes from 0 (nothing in common) to 1 (the same).
"""

from __future__ import annotations

import unicodedata
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from functools import lru_cache
from math import log, sqrt
from typing import Any, Protocol

Rows = list[list[float]]

# From here on notes are suggested together. Chosen on half of the themes of benchmarks/themes_notes.py:
# there nine of ten pairs that meaning put together belonged together, eight of ten that wording did;
# `make bench` reports on the others.
LEAST_BY_MEANING = 0.30
LEAST_BY_WORDING = 0.15
LONG = 6  # letters: as a word gets shorter it says less, in whatever language
STEEP = 3  # how much more a rare word counts than a common one
FEW = 20  # notes: of fewer, each shared word would be a common one
SHARED_LETTERS = 4  # a shorter word is not shown as a reason


class Likeness(Protocol):
    """Notes by their place in a list, from 0."""

    least: float

    def pairs(self, places: Sequence[int]) -> Rows:
        """Each of these notes with each."""

    def towards(self, places: Sequence[int], group: Sequence[int]) -> list[float]:
        """Each of these notes with a group: its mean likeness to the notes there."""

    def fits(self, places: Sequence[int], group: Sequence[int]) -> list[float]:
        """How well each of these notes would do in a group."""


class Meaning:
    """By where a model of language has placed the notes: `kept` as feedback/meanings.py keeps it."""

    least = LEAST_BY_MEANING

    def __init__(self, kept: Sequence[bytes]) -> None:
        import numpy as np  # comes with the extra `themes`

        rows = np.frombuffer(b"".join(kept), dtype="<f2").reshape(len(kept), -1).astype("f4")
        lengths = np.linalg.norm(rows, axis=1, keepdims=True)
        self.vectors: Any = rows / np.maximum(lengths, 1e-6)  # a sign of which the model knows nothing

    def pairs(self, places: Sequence[int]) -> Rows:
        chosen = self.vectors[list(places)]
        found: Rows = (chosen @ chosen.T).tolist()
        return found

    def towards(self, places: Sequence[int], group: Sequence[int]) -> list[float]:
        found: list[float] = (self.vectors[list(places)] @ self.vectors[list(group)].mean(axis=0)).tolist()
        return found

    fits = towards


class Wording:
    """By the words that notes share, the rarer among all of these the more: finds no meaning.

    There is no list of words that say nothing, because a gallery has several languages: those that are
    in many notes weigh next to nothing, and so do short ones. Words are compared piece by piece, so that
    an ending or a slip of the pen doesn’t matter. A note's two or three rarest words make it up.
    """

    least = LEAST_BY_WORDING

    def __init__(self, texts: Sequence[str]) -> None:
        self.texts = texts
        self.rows: dict[int, list[float]] = {}  # of notes that were asked for: how alike each with all
        self.near: dict[int, int] = {}  # and with how many
        words = [list(dict.fromkeys(_words(text))) for text in texts]
        seen = Counter(
            piece for each in words for piece in {piece for word in each for piece in _pieces(word)}
        )
        scale = log(max(len(texts), FEW) + 1)
        rarity = {piece: 1 - log(count) / scale for piece, count in seen.items()}
        self.weights = {word: _weight(word, rarity) for each in words for word in each}
        self.vectors = [_of_length_1(self._added(each, rarity)) for each in words]

    def _added(self, words: Iterable[str], rarity: Mapping[str, float]) -> Mapping[str, float]:
        """The pieces of a note's words, each word as much as it weighs however many pieces it has."""
        added: dict[str, float] = defaultdict(float)
        for word in words:
            for piece, share in _of_length_1({piece: rarity[piece] for piece in _pieces(word)}).items():
                added[piece] += share * self.weights[word]
        return added

    def shared(self, places: Sequence[int], others: Sequence[int] = ()) -> list[str]:
        """Words of these notes that another of them, or of the others, has too, what tells most first."""
        said = {place: _as_written(self.texts[place]) for place in {*places, *others}}
        counted = Counter(word for words in said.values() for word in words)
        theirs = {word for place in places for word in said[place] if counted[word] > 1}
        telling = {word: sum(self.weights.get(bare, 0.0) for bare in _words(word)) for word in theirs}
        return sorted(theirs, key=lambda word: (-telling[word] * counted[word], -len(word), word))

    def pairs(self, places: Sequence[int]) -> Rows:
        if all(place in self.rows for place in places):
            return [[self.rows[place][other] for other in places] for place in places]
        return self._each_with(places, places)

    def towards(self, places: Sequence[int], group: Sequence[int]) -> list[float]:
        middle: dict[str, float] = defaultdict(float)
        for place in group:
            for piece, weight in self.vectors[place].items():
                middle[piece] += weight / len(group)
        return [
            sum(weight * middle.get(piece, 0.0) for piece, weight in self.vectors[place].items())
            for place in places
        ]

    def fits(self, places: Sequence[int], group: Sequence[int]) -> list[float]:
        """As well as with the one note there that is worded most alike: the others tell nothing.

        Not at all where what they share is said more often elsewhere: unless a third of the notes that
        are worded alike are there, or a third of those that are there are worded alike.
        """
        missing = [place for place in places if place not in self.rows]
        rows = self._each_with(missing, range(len(self.texts)))
        self.rows |= zip(missing, rows, strict=True)
        self.near |= {place: self._near(row) for place, row in zip(missing, rows, strict=True)}
        return [self._fit(place, [self.rows[place][other] for other in group]) for place in places]

    def _fit(self, place: int, there: Sequence[float]) -> float:
        fits = 3 * self._near(there) >= min(self.near[place] - 1, len(there))  # it is near to itself
        return max(there) if fits else 0.0

    def _near(self, row: Sequence[float]) -> int:
        return sum(1 for alike in row if alike >= self.least)

    def _each_with(self, places: Sequence[int], others: Sequence[int]) -> Rows:
        """Piece by piece, not pair by pair: most notes share none but the commonest."""
        having: dict[str, list[tuple[int, float]]] = defaultdict(list)
        for column, other in enumerate(others):
            for piece, weight in self.vectors[other].items():
                having[piece].append((column, weight))
        rows = [[0.0] * len(others) for _ in places]
        for row, place in zip(rows, places, strict=True):
            for piece, weight in self.vectors[place].items():
                for column, its in having[piece]:
                    row[column] += weight * its
        return rows


def _words(text: str) -> list[str]:
    """The words, without case and accents."""
    bare = "".join(
        sign for sign in unicodedata.normalize("NFKD", text.casefold()) if not unicodedata.combining(sign)
    )
    return "".join(sign if _in_a_word(sign) else " " for sign in bare).split()


def _as_written(text: str) -> set[str]:
    """The longer words, with accents."""
    bare = "".join(sign if _in_a_word(sign) or sign in "’'-" else " " for sign in text.casefold())
    return {word for each in bare.split() if len(word := each.strip("’'-")) >= SHARED_LETTERS}


def _in_a_word(sign: str) -> bool:
    return unicodedata.category(sign)[0] in "LMN"


def _letters(word: str) -> int:
    """How many letters a piece has: few where one sign is a syllable or a word."""
    if unicodedata.east_asian_width(word[0]) in "WF":
        return 2
    return 3 if unicodedata.category(word[0]) == "Lo" else 4


@lru_cache(maxsize=20_000)
def _pieces(word: str) -> tuple[str, ...]:
    """Every few letters in a row, with the ends, each once."""
    edged, letters = f" {word} ", _letters(word)
    found = [edged[at : at + letters] for at in range(max(1, len(edged) - letters + 1))]
    return tuple(dict.fromkeys(found))


def _weight(word: str, rarity: Mapping[str, float]) -> float:
    pieces = _pieces(word)
    rare: float = (sum(rarity[piece] for piece in pieces) / len(pieces)) ** STEEP
    return rare * min(1.0, len(word) / (LONG - 4 + _letters(word)))


def _of_length_1(vector: Mapping[str, float]) -> dict[str, float]:
    length = sqrt(sum(weight * weight for weight in vector.values())) or 1.0
    return {piece: weight / length for piece, weight in vector.items()}
