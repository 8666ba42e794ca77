"""How alike notes are: in what they mean, whatever the language, or only in how they are worded.

Both ways answer the same questions, so that feedback/suggestions.py need not know which it asks.
Likeness goes from 0 (nothing in common) to 1 (the same).
"""

from __future__ import annotations

import unicodedata
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from math import log, sqrt
from typing import Any, Protocol

Rows = list[list[float]]

# From here on notes are suggested together. Chosen on half of the themes of benchmarks/themes_notes.py,
# where nine of ten pairs that were put together belonged together; `make bench` reports on the others.
LEAST_BY_MEANING = 0.30
LEAST_BY_WORDING = 0.35
PIECE = 3  # letters


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
    """By the pieces of words that notes share, the rarer the more: finds near-duplicates, no meaning."""

    least = LEAST_BY_WORDING

    def __init__(self, texts: Sequence[str]) -> None:
        counted = [Counter(_pieces(text)) for text in texts]
        seen = Counter(piece for each in counted for piece in each)
        rarity = {piece: 1 + log(len(texts) / count) for piece, count in seen.items()}
        self.vectors = [
            _of_length_1({piece: n * rarity[piece] for piece, n in each.items()}) for each in counted
        ]

    def pairs(self, places: Sequence[int]) -> Rows:
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
        """As well as with the one note there that is worded most alike: the others tell nothing."""
        return [max(row) for row in self._each_with(places, group)]

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


def _pieces(text: str) -> Iterable[str]:
    """Every three letters in a row of each word with its ends, without case and accents."""
    bare = "".join(
        sign for sign in unicodedata.normalize("NFKD", text.casefold()) if not unicodedata.combining(sign)
    )
    for word in "".join(sign if sign.isalnum() else " " for sign in bare).split():
        edged = f" {word} "
        yield from (edged[at : at + PIECE] for at in range(max(1, len(edged) - PIECE + 1)))


def _of_length_1(vector: Mapping[str, float]) -> dict[str, float]:
    length = sqrt(sum(weight * weight for weight in vector.values())) or 1.0
    return {piece: weight / length for piece, weight in vector.items()}
