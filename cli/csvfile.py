"""A query's result as CSV, for spreadsheets."""

from __future__ import annotations

import csv
import sys
from collections.abc import Iterable
from typing import Any

from ..core.controls import clean
from ..core.serial import to_json
from ..core.values import Record

COLUMNS = (
    "ref", "when", "platform", "kind", "author", "handle", "title", "text", "url", "lang", "sentiment", "topics", "sources",
    "status", "tags", "notes", "followers", "likes", "shares", "replies", "views", "score",
)  # fmt: skip

_FORMULA = ("=", "+", "-", "@", "\t", "\r")
"""How a cell begins that a spreadsheet would run as a formula (OWASP, "CSV injection")."""


def write_csv(records: Iterable[Record]) -> int:
    """Write a head and one row a mention to standard output; gives how many.

    Strangers' words that a spreadsheet would take for a formula get an apostrophe in front. What must lose nothing is
    ``--json``, or ``hubbub export``.
    """
    writer = csv.writer(sys.stdout, lineterminator="\r\n")
    writer.writerow(COLUMNS)
    count = 0
    for record in records:
        writer.writerow([_cell(value) for value in _row(record)])
        count += 1
    return count


def _row(record: Record) -> list[Any]:
    mention, author, counts = record.mention, record.mention.author, record.mention.engagement
    return [
        record.ref,
        to_json(record.when),
        mention.platform,
        mention.kind.value,
        author.name if author else "",
        author.handle if author else "",
        mention.title,
        mention.text,
        mention.url,
        record.lang,
        record.sentiment,
        "; ".join(record.topics),
        "; ".join(record.sources),
        record.state.value,
        "; ".join(record.tags),
        record.notes,
        author.followers if author else None,
        *(getattr(counts, name) if counts else None for name in ("likes", "shares", "replies", "views", "score")),
    ]


def _cell(value: Any) -> Any:
    if not isinstance(value, str):
        return value
    text = clean(value, newlines=True)
    return f"'{text}" if text.startswith(_FORMULA) else text
