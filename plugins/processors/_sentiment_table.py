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
        self._known = sorted_fingerprints
        bits = max(4, len(sorted_fingerprints).bit_length() + 1)
        self._shift = np.uint32(32 - bits)
        firsts = np.arange((1 << bits) + 1, dtype=np.uint64) << np.uint64(32 - bits)
        self._begins = np.searchsorted(sorted_fingerprints.astype(np.uint64), firsts).astype(np.int32)
        self._most = int(np.diff(self._begins).max(initial=0))

    def __len__(self) -> int:
        return len(self._known)

    def find(self, asked: Fingerprints) -> tuple[Ints, Ints]:
        """Which of those asked for are known (their places, ascending), and their places in the array."""
        bucket = (asked >> self._shift).astype(np.int64)
        at, end = self._begins[bucket], self._begins[bucket + 1]
        open_ = np.flatnonzero(at < end)
        found: list[tuple[Ints, Ints]] = []
        for _ in range(self._most):
            here = at[open_]
            same = self._known[here] == asked[open_]
            found.append((open_[same], here[same]))
            open_, here = open_[~same], here[~same] + 1
            left = here < end[open_]
            open_ = open_[left]
            at[open_] = here[left]
            if not len(open_):
                break
        if not found:
            return np.zeros(0, np.int64), np.zeros(0, np.int64)
        places = np.concatenate([pair[0] for pair in found])
        order = np.argsort(places, kind="stable")
        return places[order], np.concatenate([pair[1] for pair in found])[order]


def word_fingerprints(words: Iterable[str], salt: int) -> Fingerprints:
    """The fingerprints of single words or signs, in their order; those that are read as several are left out."""
    reading = Reading(list(words))
    tokens = reading.tokens
    counts = np.bincount(tokens.row, minlength=reading.rows_count)
    alone = counts[tokens.row] == 1
    return fingerprints(reading.hashes(tokens.start[alone], tokens.end[alone], salt))
