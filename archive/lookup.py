"""From the leaves of a query to the keywords that they ask for."""

from __future__ import annotations

import re
from dataclasses import dataclass

from sqlalchemy import ColumnElement, Connection, FromClause, bindparam, exists, false, func, select

from ..core.proximity import within
from ..core.query import And, Fuzzy, Node, Not, Or, Prefix, Term, Wildcard, wildcard_pattern
from .tables import keyword_mentions, keywords

SINGLE = frozenset({"platform", "kind", "lang", "sentiment", "status"})
"""Fields of which every mention has exactly one value."""


@dataclass(frozen=True, slots=True)
class Asked:
    """The keywords that a part of a query asks for; a mention must have one of them."""

    ids: tuple[int, ...]
    field: str
    """Their field; empty where they are of several."""
    mentions: int
    """In how many mentions they are, all told."""

    @property
    def exact(self) -> bool:
        """Whether no mention is counted twice."""
        return len(self.ids) < 2 or self.field in SINGLE

    def among(self, column: ColumnElement[int]) -> ColumnElement[bool]:
        """Whether a keyword is one of these."""
        if not self.ids:
            return false()
        if len(self.ids) == 1:
            return column == self.ids[0]
        # Written into the statement: a prefix may have more keywords than a statement may have parameters.
        return column.in_(bindparam(None, list(self.ids), expanding=True, literal_execute=True))

    def had_by(self, rows: FromClause) -> ColumnElement[bool]:
        """Whether a mention has one of these; ``rows`` have its ``when`` and ``mention_id``."""
        having = keyword_mentions.alias()
        same = (having.c.when == rows.c.when) & (having.c.mention_id == rows.c.mention_id)
        return exists().where(self.among(having.c.keyword_id), same) if self.ids else false()


def look_up(connection: Connection, node: Node) -> dict[Node, Asked]:
    """The keywords behind every term, prefix, wildcard and fuzzy word, and behind every list of such."""
    if isinstance(node, Not):
        return look_up(connection, node.item)
    if isinstance(node, And | Or):
        found = {leaf: asked for item in node.items for leaf, asked in look_up(connection, item).items()}
        if isinstance(node, Or) and node.items and all(item in found for item in node.items):
            found[node] = _together([found[item] for item in dict.fromkeys(node.items)])
        return found
    return {node: _leaf(connection, node)} if isinstance(node, Term | Prefix | Wildcard | Fuzzy) else {}


def _leaf(connection: Connection, node: Term | Prefix | Wildcard | Fuzzy) -> Asked:
    here = keywords.c.field == node.field
    if isinstance(node, Term):
        here &= keywords.c.folded == node.text
    elif beginning := _beginning(node):
        here &= func.substr(keywords.c.folded, 1, len(beginning)) == beginning
    rows = connection.execute(select(keywords.c.id, keywords.c.mentions, keywords.c.folded).where(here)).all()
    if isinstance(node, Fuzzy):
        rows = [row for row in rows if within(node.text, row.folded, node.distance)]
    elif isinstance(node, Wildcard):
        shape = wildcard_pattern(node.text)
        rows = [row for row in rows if shape.fullmatch(row.folded)]
    return Asked(tuple(row.id for row in rows), node.field, sum(row.mentions for row in rows))


def _beginning(node: Prefix | Wildcard | Fuzzy) -> str:
    """What all values that a node asks for begin with."""
    if isinstance(node, Prefix):
        return node.text
    return re.split(r"[*?]", node.text, maxsplit=1)[0] if isinstance(node, Wildcard) else ""


def _together(parts: list[Asked]) -> Asked:
    """What asks for any of several; a keyword that two of them ask for makes the number an upper bound."""
    ids = tuple(sorted({number for part in parts for number in part.ids}))
    if len(ids) == 1:
        return max(parts, key=lambda part: part.mentions)  # all ask for that one, or for nothing
    fields = {part.field for part in parts}
    overlapping = len(ids) < sum(len(part.ids) for part in parts)
    return Asked(ids, fields.pop() if len(fields) == 1 and not overlapping else "", sum(part.mentions for part in parts))
