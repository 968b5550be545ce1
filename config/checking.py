"""Whether a topic's query can be read, and can be asked of a mention that was only just fetched."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime

from ..core.query import And, Every, Node, Not, Or

JUDGED_LATER = {
    "topic": "which topics a mention belongs to is what the query decides",
    "sentiment": "feeling is judged after a topic was found",
    "label": "labels are given after a topic was found",
    "tag": "tags are given by people, later",
    "status": "triage happens later",
}
"""Fields that say nothing yet when topics are matched, and why."""


def readable(text: str) -> None:
    """Read a rule's query, which may ask for anything; raises ``QueryError``."""
    from ..core.parsing import parse

    parse(text, now=datetime.now(UTC))


def query_problem(text: str) -> str:
    """What is wrong with a topic's query, empty where nothing is; raises ``QueryError`` where it cannot be read at all."""
    from ..core.parsing import parse

    query = parse(text, now=datetime.now(UTC))
    if isinstance(query.root, Every):
        return 'it would match everything; write what to listen for, as "acme" (to keep all of a source: keep = "all" there)'
    for field in _fields(query.root):
        if field in JUDGED_LATER:
            return f"{field}: cannot be used in a topic's query: {JUDGED_LATER[field]}"
    return ""


def _fields(node: Node) -> Iterator[str]:
    match node:
        case And(items) | Or(items):
            for item in items:
                yield from _fields(item)
        case Not(item):
            yield from _fields(item)
        case Every():
            return
        case _:
            yield node.field
