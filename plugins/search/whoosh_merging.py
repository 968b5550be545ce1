"""When Whoosh writes segments together: seldom enough that no write takes long, often enough that searching stays quick."""

from __future__ import annotations

from collections import defaultdict
from typing import Any

from whoosh.reading import SegmentReader

_FACTOR = 8
"""So many segments of about one size become one, as in a log-structured merge tree: each document is rewritten seldom."""

_LARGEST = 20_000
"""Documents that are written together at most: about a thousand a second are."""


def merge_alike(writer: Any, segments: list[Any]) -> list[Any]:
    """Whoosh's merge policy: adds segments of one size to the one being written and gives those that stay.

    Segments of which every document is deleted go without a trace.
    """
    tiers: defaultdict[int, list[Any]] = defaultdict(list)
    for segment in segments:
        if segment.doc_count():
            tiers[_tier(segment.doc_count())].append(segment)
    crowded = [tier for tier, members in tiers.items() if len(members) >= _FACTOR and _documents(members) <= _LARGEST]
    merged = tiers[min(crowded)] if crowded else []
    for segment in merged:
        reader = SegmentReader(writer.storage, writer.schema, segment)
        writer.add_reader(reader)
        reader.close()
    return [segment for segment in segments if segment.doc_count() and segment not in merged]


def _documents(segments: list[Any]) -> int:
    return sum(segment.doc_count() for segment in segments)


def _tier(documents: int) -> int:
    tier = 0
    while documents >= _FACTOR:
        documents //= _FACTOR
        tier += 1
    return tier
