"""A set of 32-bit fingerprints that is asked for many at once."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np
from numpy.typing import NDArray

from ._sentiment_text import Ints, Reading, fingerprints

Fingerprints = NDArray[np.uint32]


class Table:
    """Finds the places of fingerprints in a sorted array of them.

    The first bits of a fingerprint address a slot, and the slot says the other bits and the place of the first one there, so
    that a question is one look at memory and not the twenty of a binary search. Where several share a slot, a bit of it says
    so, and the next ones are looked at.
    """

    def __init__(self, sorted_fingerprints: Fingerprints) -> None:
        self._count = len(sorted_fingerprints)
        self._known = np.append(sorted_fingerprints, np.uint32(0xFFFFFFFF))
        place_bits = self._count.bit_length()
        self._rest = np.uint32(31 - place_bits)
        """Bits of a fingerprint that do not address: in a slot they stand before one bit and the place."""
        self._more = np.uint32(1 << place_bits)
        self._shift = np.uint32(place_bits + 1)
        slots = (sorted_fingerprints >> self._rest).astype(np.int64)
        self._slots = np.full(2 << place_bits, self._count, np.uint32)
        first = np.flatnonzero(np.diff(slots, prepend=-1))
        shared = np.diff(first, append=self._count) > 1
        heads = sorted_fingerprints[first] << self._shift
        self._slots[slots[first]] = heads | (shared * self._more) | first.astype(np.uint32)

    def __len__(self) -> int:
        return self._count

    def places(self, asked: Fingerprints) -> Ints:
        """The place of each in the array; the array's length where it is not known."""
        # What stands in an empty slot has no place either, whatever its other bits.
        slots = self._slots.take((asked >> self._rest).astype(np.intp)) ^ (asked << self._shift)
        other = slots >= self._more + self._more
        places = (slots & (self._more - np.uint32(1))).astype(np.intp)
        left = np.flatnonzero(other & (slots & self._more != 0))
        at = places[left]
        places[other] = self._count
        while len(left):
            at += 1
            known, wanted = self._known[at], asked[left]
            same = known == wanted
            places[left[same]] = at[same]
            on = known < wanted
            left, at = left[on], at[on]
        return places

    def find(self, asked: Fingerprints) -> tuple[Ints, Ints]:
        """Which of those asked for are known (their places, ascending), and their places in the array."""
        places = self.places(asked)
        there = np.flatnonzero(places < self._count)
        return there, places[there]


def word_fingerprints(words: Iterable[str], salt: int) -> Fingerprints:
    """The fingerprints of single words or signs, in their order; those that are read as several are left out."""
    reading = Reading(list(words))
    tokens = reading.tokens
    counts = np.bincount(tokens.row, minlength=reading.rows_count)
    alone = counts[tokens.row] == 1
    return fingerprints(reading.hashes(tokens.start[alone], tokens.end[alone], salt))
