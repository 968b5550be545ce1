"""Words near each other and words nearly the same: the two measures, defined once."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator, Mapping, Sequence
from itertools import combinations_with_replacement
from math import comb


def places(words: Sequence[str]) -> dict[str, list[int]]:
    """Where each word stands, in ascending order."""
    found: dict[str, list[int]] = {}
    for place, word in enumerate(words):
        found.setdefault(word, []).append(place)
    return found


def runs(phrase: Sequence[str], slop: int, at: Mapping[str, Sequence[int]]) -> Iterator[list[int]]:
    """The places that answer a phrase: its words in their order, with at most ``slop`` other words between them *in all*.

    ``at`` is what :func:`places` gives. One run for each place of the first word, each as short as can be.
    """
    lists = [at.get(word) for word in phrase]
    if not lists or not all(lists):
        return
    first, *others = [found for found in lists if found]
    for start in first:
        run = [start]
        for found in others:
            index = bisect_right(found, run[-1])
            if index == len(found):
                return  # a later start would find no more of this word either
            run.append(found[index])
        if run[-1] - start - len(others) <= slop:
            yield run


def has_phrase(words: Sequence[str], phrase: Sequence[str], slop: int) -> bool:
    """Whether a phrase stands in a text."""
    if not phrase:
        return False
    if slop:
        wanted = set(phrase)
        at: dict[str, list[int]] = {}
        for place, word in enumerate(words):
            if word in wanted:
                at.setdefault(word, []).append(place)
        return next(runs(phrase, slop, at), None) is not None
    size, first, rest = len(phrase), phrase[0], list(phrase[1:])
    return any(word == first and list(words[i + 1 : i + size]) == rest for i, word in enumerate(words))


def within(word: str, other: str, distance: int) -> bool:
    """Whether two words differ by at most so many inserted, left out or exchanged characters (Levenshtein's distance)."""
    if word == other:
        return True
    if abs(len(word) - len(other)) > distance:
        return False
    # Only the diagonal band that can stay within the distance is worked out.
    previous = list(range(len(other) + 1))
    for i, a in enumerate(word, 1):
        low, high = max(1, i - distance), min(len(other), i + distance)
        row = [distance + 1] * (len(other) + 1)
        if i <= distance:
            row[0] = i
        for j in range(low, high + 1):
            row[j] = min(previous[j - 1] + (a != other[j - 1]), previous[j] + 1, row[j - 1] + 1)
        if min(row[low - 1 : high + 1]) > distance:
            return False
        previous = row
    return previous[-1] <= distance


MAX_WAYS = 2000
"""Ways to leave gaps in a phrase that an engine can be asked to try."""


def ways(words: int, slop: int) -> int:
    """In how many ways so many words can have at most ``slop`` others between them in all."""
    return comb(words - 1 + slop, slop)


def gaps(words: int, slop: int) -> Iterator[tuple[int, ...]]:
    """All these ways, each as the number of other words in each gap. Phrases may have thousands of words: no recursion."""
    for others in range(slop + 1):
        for where in combinations_with_replacement(range(words - 1), others):
            gap = [0] * max(words - 1, 0)
            for place in where:
                gap[place] += 1
            yield tuple(gap)
