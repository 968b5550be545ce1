"""What the sentiment model sees of a text: folded code points, words and the hashes of stretches of them, a batch at a time.

All of it is arrays over the whole batch, so that a text costs microseconds; no text sees anything of its neighbours. Each code
point that is left knows where it stood, so that whatever is found has a place in the mention.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

Ints: TypeAlias = NDArray[np.signedinteger]
Hashes: TypeAlias = NDArray[np.uint64]

LINK = ord("\N{NORTH EAST ARROW}")
"""What a link is read as."""

_ADDRESS = re.compile(r"(?:https?://|www\.)\S+|(?<![\w@])@\w+(?:@[\w.-]+\w)?")
_SPACE, WORD, SIGN = 0, 1, 2
_DROPPED = 0
_SIZE = 0x20000
_MARKS = (
    *range(0x300, 0x370),  # accents of Latin, Greek and Cyrillic
    *range(0x483, 0x488),
    *range(0x591, 0x5C8),  # Hebrew points
    *range(0x610, 0x61B),
    0x640,
    *range(0x64B, 0x660),  # Arabic vowels and hamza, which are left out as often as not
    0x670,
    *range(0x6D6, 0x6EE),
    *range(0xFE00, 0xFE10),  # how an emoji is drawn
    *range(0x1F3FB, 0x1F400),  # skin tones
)
_BASE = 0x9E3779B97F4A7C15
_INVERSE = pow(_BASE, -1, 1 << 64)
_MIX = np.uint64(0xBF58476D1CE4E5B9), np.uint64(0x94D049BB133111EB)
_APOSTROPHES = (ord("'"), 0x2019)


def _tables() -> tuple[NDArray[np.uint32], NDArray[np.uint8]]:
    """For each code point what it is folded to (0: dropped), and whether that is space, part of a word, or a sign."""
    fold = np.arange(_SIZE, dtype=np.uint32)
    for code in range(_SIZE):
        char = chr(code)
        if char.isascii():
            fold[code] = ord(char.lower())
            continue
        category = unicodedata.category(char)
        if category[0] in "LNS":
            plain = unicodedata.normalize("NFKD", char)
            if len(plain) == 1 or (category[0] == "L" and unicodedata.combining(plain[1])):
                fold[code] = ord(plain[0].lower()[0])
        elif category == "Cf":
            fold[code] = _DROPPED
    fold[list(_MARKS)] = _DROPPED
    for final, usual in zip("ςىة", "σيه", strict=True):
        fold[ord(final)] = ord(usual)
    for code in range(_SIZE):
        if unicodedata.category(chr(code)) in ("Cc", "Zs", "Zl", "Zp", "Cs"):
            fold[code] = ord(" ")
    kind = np.full(_SIZE, SIGN, np.uint8)
    for code in range(_SIZE):
        if unicodedata.category(chr(code))[0] in "LNM" or code == ord("_"):
            kind[code] = WORD
    kind[ord(" ")] = _SPACE
    return fold, kind


_FOLD, _KIND = _tables()


def mix(hashes: Hashes) -> Hashes:
    """Spread the bits of hashes evenly (the finaliser of SplitMix64)."""
    hashes = (hashes ^ (hashes >> np.uint64(30))) * _MIX[0]
    hashes = (hashes ^ (hashes >> np.uint64(27))) * _MIX[1]
    return hashes ^ (hashes >> np.uint64(31))


def fingerprints(hashes: Hashes) -> NDArray[np.uint32]:
    """The 32 bits of a hash that tables are searched by."""
    return (hashes >> np.uint64(32)).astype(np.uint32)


class _Powers:
    """Powers of the base and of its inverse modulo 2^64, as many as the longest batch has asked for."""

    def __init__(self) -> None:
        self.up = self.down = np.ones(1, np.uint64)

    def of(self, count: int) -> tuple[Hashes, Hashes]:
        if len(self.up) < count:
            size = 1 << count.bit_length()
            self.up, self.down = (self._series(base, size) for base in (_BASE, _INVERSE))
        return self.up[:count], self.down[:count]

    @staticmethod
    def _series(base: int, size: int) -> Hashes:
        steps = np.full(size, base, np.uint64)
        steps[0] = 1
        return np.cumprod(steps, dtype=np.uint64)


_POWERS = _Powers()


@dataclass(frozen=True, slots=True)
class Tokens:
    """The words and signs of a batch, in order."""

    start: Ints
    """First code point, in :attr:`Reading.codes`."""
    end: Ints
    row: Ints
    """Which text it is of."""
    is_word: NDArray[np.bool_]
    """Letters and digits; else a single sign, as an emoji or a comma."""


def _addresses(text: str) -> Iterator[tuple[int, int]]:
    """Where links and handles stand, in order. What they begin with is looked for by itself: most texts have none."""
    starts: list[int] = []
    for sign in ("http", "www.", "@"):
        at = text.find(sign)
        while at >= 0:
            starts.append(at)
            at = text.find(sign, at + 1)
    end = 0
    for start in sorted(starts):
        if start >= end and (match := _ADDRESS.match(text, start)):
            end = match.end()
            yield start, end


class Reading:
    """A batch of texts as the model sees them."""

    def __init__(self, texts: Sequence[str]) -> None:
        joined = "".join(f" {text} " for text in texts)
        raw = np.frombuffer(joined.encode("utf-32-le", "surrogatepass"), dtype="<u4")
        lengths = np.array([len(text) + 2 for text in texts], np.int64)
        self.rows_count = len(texts)
        self.offsets: Ints = np.cumsum(lengths) - lengths + 1
        """Where each text begins in the batch's raw code points."""
        codes = _FOLD.take(raw, mode="clip")
        for start, end in _addresses(joined):
            codes[start] = ord("@") if joined[start] == "@" else LINK
            codes[start + 1 : end] = _DROPPED
        self._folded = codes
        kept = np.flatnonzero(codes)
        row = np.repeat(np.arange(len(texts)), lengths)[kept]
        codes = codes[kept]
        more = self._worth_keeping(codes, row)
        self.codes: NDArray[np.uint32] = codes[more]
        self.rows: Ints = row[more]
        self.places: Ints = kept[more]
        """Where each code point stood in the batch's raw code points."""
        up, down = _POWERS.of(len(self.codes) + 1)
        terms = (self.codes.astype(np.uint64) + np.uint64(1)) * up[:-1]
        self._sums = np.concatenate((np.zeros(1, np.uint64), np.cumsum(terms, dtype=np.uint64)))
        self._down = down
        self.cased: NDArray[np.bool_] = (raw[self.places] != self.codes) & (self.codes != LINK)
        """Which code points were folded: of letters, mostly capitals and accents."""

    @staticmethod
    def _worth_keeping(codes: NDArray[np.uint32], row: Ints) -> NDArray[np.bool_]:
        """All but spaces after spaces, what is repeated more than three times, and the apostrophe of ``don't``."""
        keep = np.ones(len(codes), np.bool_)
        same = (codes[1:] == codes[:-1]) & (row[1:] == row[:-1])
        keep[1:] &= ~(same & (codes[1:] == ord(" ")))
        keep[3:] &= ~(same[2:] & same[1:-1] & same[:-2])
        straight, curly = (codes[1:-1] == sign for sign in _APOSTROPHES)
        keep[1:-1] &= ~((straight | curly) & (codes[:-2] == ord("n")) & (codes[2:] == ord("t")))
        return keep

    def folded(self, row: int) -> str:
        """A text folded, with as many code points as it has: those that are dropped are null characters."""
        start = int(self.offsets[row])
        end = int(self.offsets[row + 1]) - 2 if row + 1 < self.rows_count else len(self._folded) - 1
        return self._folded[start:end].astype("<u4").tobytes().decode("utf-32-le")

    def hashes(self, start: Ints | slice, end: Ints | slice, salt: int | Hashes) -> Hashes:
        """A hash of each stretch of folded code points, which depends on nothing else than these and the salt (of each)."""
        return mix((self._sums[end] - self._sums[start]) * self._down[start] + np.asarray(salt, np.uint64))

    @cached_property
    def kinds(self) -> NDArray[np.uint8]:
        """Of each code point whether it is space, part of a word, or a sign."""
        return _KIND[self.codes]

    @cached_property
    def tokens(self) -> Tokens:
        """All words and signs."""
        kinds, rows = self.kinds, self.rows
        new = np.ones(len(kinds), np.bool_)
        new[1:] = (kinds[1:] != kinds[:-1]) | (kinds[1:] == SIGN) | (rows[1:] != rows[:-1])
        starts = np.flatnonzero(new)
        ends = np.append(starts[1:], len(kinds))
        there = kinds[starts] != _SPACE
        starts, ends = starts[there], ends[there]
        return Tokens(starts, ends, rows[starts], kinds[starts] == WORD)
