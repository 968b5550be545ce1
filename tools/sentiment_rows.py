"""Texts as the features that the sentiment model is fitted on."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from hubbub.plugins.processors._sentiment_lexicon import Lexicons
from hubbub.plugins.processors._sentiment_model import features_of, listed
from hubbub.plugins.processors._sentiment_table import Fingerprints
from hubbub.plugins.processors._sentiment_text import Reading

if TYPE_CHECKING:
    from scipy import sparse


@dataclass(frozen=True, slots=True)
class Rows:
    """Texts as features: of each n-gram its text, fingerprint and what it counts; of each text its numbers and its value."""

    lang: str
    row: NDArray[np.int64]
    prints: Fingerprints
    counts: NDArray[np.float32]
    numbers: NDArray[np.float32]
    values: NDArray[np.int64]

    def __len__(self) -> int:
        return len(self.values)

    def part(self, chosen: NDArray[np.int64]) -> Rows:
        """Some of the texts, in this order."""
        place = np.full(len(self), -1)
        place[chosen] = np.arange(len(chosen))
        row = place[self.row]
        there = row >= 0
        return Rows(self.lang, row[there], self.prints[there], self.counts[there], self.numbers[chosen], self.values[chosen])

    def over(self, vocabulary: Fingerprints) -> sparse.csr_matrix:
        """A column for each fingerprint of a sorted vocabulary."""
        at = np.searchsorted(vocabulary, self.prints)
        at[at == len(vocabulary)] = 0
        known = vocabulary[at] == self.prints
        shape = (len(self), len(vocabulary))
        from scipy import sparse  # only to fit; to read a text takes numpy alone

        return sparse.csr_matrix((self.counts[known], (self.row[known], at[known])), shape=shape)


def rows_of(texts: Sequence[str], values: NDArray[np.int64], lang: str, lexicons: Lexicons) -> Rows:
    """Read texts exactly as the model does."""
    found = []
    for begin in range(0, len(texts), 1000):
        reading = Reading([text[:2000] for text in texts[begin : begin + 1000]])
        langs = [lang] * reading.rows_count
        said = lexicons.polarities(reading, langs)
        features = features_of(reading, said.negated)
        row, prints = listed(reading, features)
        key, counts = np.unique((row << 32) | prints.astype(np.int64), return_counts=True)
        row = key >> 32
        numbers = lexicons.measure(reading, langs, said)
        found.append((row + begin, (key & 0xFFFFFFFF).astype(np.uint32), counts * features.share[row], numbers))
    row, prints, counts, numbers = (np.concatenate(column) for column in zip(*found, strict=True))
    return Rows(lang, row, prints, counts.astype(np.float32), numbers, values)
