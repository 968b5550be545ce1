"""A set of 32-bit fingerprints that is asked for many at once."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np
from numpy.typing import NDArray

from ._sentiment_text import Ints, Reading, fingerprints

Fingerprints = NDArray[np.uint32]


class Table:
    """Finds the places of fingerprints in a sorted array of them.

    The first bits of a fingerprint say where those that share them begin, so that a question costs one step or two and not
    the twenty of a binary search.
    """

    def __init__(self, sorted_fingerprints: Fingerprints) -> None:
        self._known = np.append(sorted_fingerprints, np.zeros(1, np.uint32))
        bits = max(4, len(sorted_fingerprints).bit_length() + 1)
        self._shift = np.uint32(32 - bits)
        firsts = np.arange((1 << bits) + 1, dtype=np.uint64) << np.uint64(32 - bits)
        begins = np.searchsorted(sorted_fingerprints.astype(np.uint64), firsts).astype(np.int32)
        self._begins = begins[:-1]
        self._counts = np.diff(begins)

    def __len__(self) -> int:
        return len(self._known) - 1

    def find(self, asked: Fingerprints) -> tuple[Ints, Ints]:
        """Which of those asked for are known (their places, ascending), and their places in the array."""
        if not len(self):
            return np.zeros(0, np.int64), np.zeros(0, np.int64)
        # Where nothing begins with its bits, what stands there begins with others and is not the same.
        bucket = (asked >> self._shift).astype(np.int64)
        at = self._begins[bucket]
        found = self._known[at] == asked
        left, step = np.flatnonzero(~found), 1
        while len(left := left[self._counts[bucket[left]] > step]):
            same = self._known[at[left] + step] == asked[left]
            at[left[same]] += step
            found[left[same]] = True
            left, step = left[~same], step + 1
        places = np.flatnonzero(found)
        return places, at[places]


def word_fingerprints(words: Iterable[str], salt: int) -> Fingerprints:
    """The fingerprints of single words or signs, in their order; those that are read as several are left out."""
    reading = Reading(list(words))
    tokens = reading.tokens
    counts = np.bincount(tokens.row, minlength=reading.rows_count)
    alone = counts[tokens.row] == 1
    return fingerprints(reading.hashes(tokens.start[alone], tokens.end[alone], salt))
