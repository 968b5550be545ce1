"""How much a document tells about a query, worked out by the server from the rows of words: BM25.

The formula is that of Robertson and Zaragoza, *The Probabilistic Relevance Framework: BM25 and Beyond* (2009), with the usual
``k1`` and ``b``. A word asked for in all its forms counts with the documents that have any of them. Where the very word stands,
the most that a word can score comes on top, so that it comes before its forms; those count as one, however many there are.
"""

from __future__ import annotations

from collections.abc import Callable
from math import log

from psycopg.sql import SQL, Composable, Identifier, Literal

from ...core.query import TEXT_FIELDS, Inflected, Node, Phrase, Term, positive_nodes
from .fields import is_key
from .postgres_queries import Translator, Tree
from .postgres_tables import ROWS, State
from .postgres_terms import row, storable

_K1, _B = 1.2, 0.75

MOST_WORDS = 32
"""Words of a query that are weighed; further ones only decide what is found."""

SCALE = 1_000_000
"""Scores are whole millionths, so that equal ones are equal wherever they are worked out."""


def scored(root: Node) -> list[Term | Inflected]:
    """The words of a query that tell how relevant a document is."""
    found: dict[Term | Inflected, None] = {}
    for node in positive_nodes(root):
        if isinstance(node, Phrase):
            found |= {Term(node.field, word): None for word in node.words}
        elif isinstance(node, Inflected) or (isinstance(node, Term) and node.field in TEXT_FIELDS and not is_key(node)):
            found[node] = None
    return list(found)[:MOST_WORDS]


def score(root: Node, state: State, translator: Translator, having: Callable[[Tree], int]) -> Composable:
    """The score of a document, in millionths, as an expression. ``having``: how many documents answer a tree."""
    average = state.words / state.docs if state.words and state.docs else 1.0
    words = [(node, translator.tree(node)) for node in scored(root)]
    sums = [_one(node, _rarity(state.docs, having(tree)), average, translator.where(tree)) for node, tree in words]
    # Documents are all alike where no word tells them apart.
    return SQL("round({} * {})::bigint").format(SQL(" + ").join(sums) if sums else SQL("1.0"), Literal(SCALE))


def _one(node: Term | Inflected, rarity: float, average: float, any_form: Composable) -> Composable:
    """What one word adds."""
    word = Literal(row([storable(node.text)]))
    size = Literal(len(row([storable(node.text)]).encode()))
    columns = map(Identifier, ROWS[node.field])
    often = SQL(" + ").join(SQL("octet_length({0}) - octet_length(replace({0}, {1}, ''))").format(c, word) for c in columns)
    # How long a title, a name or an address is says nothing of what it is about.
    norm = SQL("({} + {} * length)").format(Literal(_K1 * (1 - _B)), Literal(_K1 * _B / average))
    norm = norm if node.field == "text" else SQL("{}").format(Literal(_K1))
    weigh = SQL("{rarity} * {often} * {most} / ({often} + {norm})")
    parts = {"rarity": Literal(rarity), "most": Literal(_K1 + 1), "norm": norm}
    there = weigh.format(often=SQL("often"), **parts)
    if isinstance(node, Term):
        return SQL("(SELECT {} FROM (SELECT ({}) / {}::float8) AS counted (often))").format(there, often, size)
    return SQL(
        "(SELECT CASE WHEN often > 0 THEN {bonus} + {there} WHEN {any_form} THEN {forms} ELSE 0 END "
        "FROM (SELECT ({often}) / {size}::float8) AS counted (often))"
    ).format(
        bonus=Literal(rarity * (_K1 + 1)),
        there=there,
        any_form=any_form,
        forms=weigh.format(often=SQL("1"), **parts),
        often=often,
        size=size,
    )


def _rarity(documents: int, having: int) -> float:
    """How much a word tells: the inverse document frequency of BM25."""
    return log(1 + (documents - having + 0.5) / (having + 0.5))
