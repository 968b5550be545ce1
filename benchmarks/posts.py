"""The work for searching: short posts of made-up words over two years; the same for the same number."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import cache
from itertools import accumulate
from random import Random

SEED = 7
VOCABULARY = 60_000
COMMON, RARE = 3, 5000
"""Ranks of a common and of a rare word."""
_CONSONANTS, _VOWELS = "bcdfghjklmnprstvz", "aeiou"
_FIRST_DAY = datetime(2024, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Post:
    """One post."""

    id: str
    text: str
    author: str
    platform: str
    published: datetime


def word(rank: int) -> str:
    """The word of a rank; low ranks are said most often."""
    rng = Random(rank)
    syllables = [rng.choice(_CONSONANTS) + rng.choice(_VOWELS) for _ in range(rng.randint(1, 4))]
    return "".join(syllables) + ("s" if rank % 3 == 0 else "")


@cache
def _vocabulary() -> tuple[list[str], list[float]]:
    return [word(rank) for rank in range(VOCABULARY)], list(accumulate(1 / (rank + 2.7) for rank in range(VOCABULARY)))


def posts(count: int) -> Iterator[Post]:
    """So many posts, in no order of time."""
    rng = Random(SEED)
    vocabulary, weights = _vocabulary()
    for number in range(count):
        length = max(4, int(rng.lognormvariate(3.1, 0.6)))
        yield Post(
            id=str(number),
            text=" ".join(rng.choices(vocabulary, cum_weights=weights, k=length)),
            author=f"u{int(rng.paretovariate(1.1))}",
            platform=rng.choice(["rss", "mastodon", "hn", "reddit"]),
            published=_FIRST_DAY + timedelta(seconds=rng.random() * 6e7),
        )
