"""The forty queries whose slowest are measured: words, phrases, beginnings, shapes, misspellings, fields, ranges."""

from __future__ import annotations

from posts import word

COMMON, MIDDLE, RARE = (word(rank) for rank in (3, 300, 5000))
_A, _B, _C = (word(rank) for rank in (1, 8, 40))

QUERIES: tuple[str, ...] = (
    # words
    COMMON,
    MIDDLE,
    RARE,
    f"={COMMON}",
    f"=={COMMON}",
    f"{COMMON} {MIDDLE}",
    f"{_A} {_B} {_C}",
    f"{COMMON} OR {MIDDLE} OR {RARE}",
    f"{COMMON} NOT {_A}",
    f"({_A} OR {_B}) ({_C} OR {MIDDLE}) NOT {RARE}",
    f"NOT {COMMON}",
    "nobodysaidthis",
    # phrases and near words
    f'"{_A} {_B}"',
    f'"{COMMON} {_A} {_B}"',
    f'"{_A} {_B}"~5',
    f'"{COMMON} {MIDDLE}"~10',
    f'"{_A} {_B} {_C}"~4',
    # beginnings, shapes, misspellings
    f"{COMMON[:2]}*",
    f"{MIDDLE[:3]}*",
    f"*{MIDDLE[-4:]}",
    f"{COMMON[0]}*{COMMON[-1]}",
    f"{MIDDLE[:2]}?{MIDDLE[3:]}",
    f"{MIDDLE}~1",
    f"{MIDDLE}~2",
    f"{COMMON[:-1]}x~1",
    # fields
    "topic:acme",
    f"topic:acme {COMMON}",
    "lang:es,ro",
    f"lang:el sentiment:negative {COMMON}",
    "platform:mastodon source:source-3",
    f"author:u1 {COMMON}",
    "has:image topic:globex",
    "domain:site1.example",
    f"url:site7.example {_A}",
    # ranges
    "published:2025-06",
    f"published:[2025-01-01 to 2025-03-01] {COMMON}",
    "followers:>10000",
    f"likes:>=10 {COMMON}",
    "engagement:>100 lang:en",
    f"likes:[5 to 50] followers:<500 NOT {_A}",
)
"""Forty of them, over the archives of ``make_archive``."""

HUNDRED_THOUSAND = word(16)
"""A word that about a tenth of the posts say: what facets are measured with."""
