"""Near-copies: which mentions say almost the same words, such as a press release that twenty sites printed.

MinHash (Broder 1997, "On the resemblance and containment of documents") estimates the Jaccard similarity of the sets of words
and of neighbouring words of two mentions from the share of equal entries of their signatures. Of each entry one byte is
kept (Li and König 2010, "b-bit minwise hashing"). Entries go in bands, and only mentions that share a whole band are compared
(Leskovec, Rajaraman and Ullman, "Mining of Massive Datasets", 3.4): with 8 bands of 5 entries, two mentions with similarity
s meet with a probability of 1 - (1 - s^5)^8, which is 0.96 for 0.8 and 0.03 for 0.33.
"""

from __future__ import annotations

import itertools
import re
import zlib
from collections.abc import Iterable, Sequence
from datetime import timedelta
from functools import cache
from typing import TYPE_CHECKING, Any

from .text import recent_words, words

if TYPE_CHECKING:
    import numpy as np

BANDS = 8
ROWS = 5
"""Entries of one band."""
SIZE = BANDS * ROWS

ALIKE = 0.7
"""From this (estimated) similarity on, two mentions are near-copies."""
FEWEST = 8
"""Shorter mentions, in different words, are not compared: many people say "great phone" without copying each other."""
WINDOW = timedelta(days=14)
"""Near-copies further apart in time than this are two events."""
_MOST = 2000
# Words of a mention that are looked at: whole books would cost seconds.

_PLENTY = 32
# Words among which nearly every mention has enough different ones.
_AT_ONCE = 16_000
# Hashes that are spread at once: they stay in the processor's cache.

_ADDRESS = re.compile(r"https?://\S+", re.IGNORECASE)
# Each network shortens links in its own way, so they are not compared.


def signature(title: str, text: str) -> bytes:
    """The MinHash signature of a mention, :data:`SIZE` bytes; empty where it is too short to be compared."""
    return signatures([(title, text)])[0]


def signatures(said: Iterable[tuple[str, str]]) -> list[bytes]:
    """The same of many, each a title and a text: half the time of one after the other."""
    found: list[bytes] = []
    waiting: dict[int, list[int]] = {}  # hashes by place
    many = 0
    for title, text in said:
        if hashes := _hashes(_words(title, text)):
            waiting[len(found)] = hashes
            many += len(hashes)
        found.append(b"")
        if many > _AT_ONCE:
            _sign(waiting, found)
            many = 0
    _sign(waiting, found)
    return found


def _hashes(said: Sequence[str]) -> list[int]:
    """Of each word and of each two neighbours, 32 bits; none where they are too few to be compared."""
    if len(set(said[:_PLENTY])) < FEWEST and len(set(said)) < FEWEST:
        return []
    # No word has a space in it, and neither has the encoding of one: all are encoded at once and parted again.
    encoded = " ".join(said).encode("utf-8", "surrogatepass")
    single = list(map(zlib.crc32, encoded.split(b" ")))
    # The hash of two neighbours with a space between goes on where that of the first ended. What is said twice is least once.
    after_space = encoded.replace(b" ", b"\0 ").split(b"\0")[1:]
    single.extend(map(zlib.crc32, after_space, single[: len(after_space)]))
    return single


def _sign(waiting: dict[int, list[int]], found: list[bytes]) -> None:
    """Put the signatures of these into their places; afterwards nothing is waiting."""
    if not waiting:
        return
    import numpy as np  # a tenth of a second to import, and searching does not need it

    starts = [0, *itertools.accumulate(map(len, waiting.values()))]
    hashes = np.fromiter(itertools.chain.from_iterable(waiting.values()), np.uint64, starts.pop())
    least = np.empty((SIZE, len(starts)), np.uint64)
    spread = np.empty_like(hashes)
    for row, (factor, offset) in enumerate(zip(*_permutations(), strict=True)):
        # Multiply-shift hashing modulo 2**64: the high half is what is evenly spread.
        np.multiply(hashes, factor, out=spread)
        np.add(spread, offset, out=spread)
        np.minimum.reduceat(spread, starts, out=least[row])
    # The least of the high halves is the high half of the least.
    signed = ((least >> np.uint64(32)) & np.uint64(0xFF)).astype(np.uint8).T.tobytes()
    for number, place in enumerate(waiting):
        found[place] = signed[number * SIZE : (number + 1) * SIZE]
    waiting.clear()


def _words(title: str, text: str) -> Sequence[str]:
    if len(title) + len(text) < _MOST * 20 and "://" not in text and "://" not in title:
        found = (*recent_words(title), *recent_words(text))
    else:
        found = words(_ADDRESS.sub(" ", f"{title}\n{text}"[: _MOST * 20]))
    return found[:_MOST]


def buckets(found: bytes) -> tuple[int, ...]:
    """One number a band, below 2**63: mentions that share one are worth comparing. Of no signature, none."""
    if not found:
        return ()
    # Five bytes and the band's number: exact, so nothing meets by chance of a hash.
    return tuple([start | int.from_bytes(found[at : at + ROWS]) for at, start in _STARTS])


_STARTS = tuple((band * ROWS, band << 8 * ROWS) for band in range(BANDS))


def similarity(one: bytes, other: bytes) -> float:
    """The estimated Jaccard similarity of two mentions, 0 to 1; its standard error is about 0.07.

    Bytes are equal by chance once in 256, which is taken off (Li and König 2010, equation 5 for small sets).
    """
    if not one or not other:
        return 0.0
    share = sum(a == b for a, b in zip(one, other, strict=True)) / SIZE
    return max(0.0, (share - 1 / 256) / (1 - 1 / 256))


@cache
def _permutations() -> tuple[np.ndarray[Any, np.dtype[np.uint64]], np.ndarray[Any, np.dtype[np.uint64]]]:
    """The same on every machine and for ever: signatures of years ago are compared with those of today."""
    import numpy as np

    # Steele, Lea and Flood 2014, SplitMix64: a fixed stream that does not depend on any library's generator.
    state, stream = 0x68756262, []
    for _ in range(2 * SIZE):
        state = (state + 0x9E3779B97F4A7C15) % 2**64
        mixed = ((state ^ (state >> 30)) * 0xBF58476D1CE4E5B9) % 2**64
        mixed = ((mixed ^ (mixed >> 27)) * 0x94D049BB133111EB) % 2**64
        stream.append(mixed ^ (mixed >> 31))
    return np.array([n | 1 for n in stream[:SIZE]], np.uint64), np.array(stream[SIZE:], np.uint64)
