"""Did you mean …? Proposals for a query that finds nothing, from the words of the archive itself."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence

from .docwords import SIGNS
from .query import KEYWORD_FIELDS, STEMMED_FIELDS, Inflected, Phrase, Query, Term, positive_nodes
from .queryscan import ALIASES
from .text import tokens

_SHORTEST = 3
"""Shorter words are like too many others."""
_MOST = 8
"""Words that are looked up: each costs a search, and who asks for more is not helped by one proposal."""
_AFTER_FIELD = re.compile(r'(\w+):"?[^\s"()]{0,100}$')


def did_you_mean(query: Query, total: Callable[[Query], int], similar: Callable[[str], Sequence[str]]) -> str:
    """The query with the words that nobody has written replaced by the most like ones that somebody has.

    ``total`` counts what a query finds; ``similar`` gives words of the archive that are like a folded one, the best first.
    Empty where there is nothing to propose. The caller reads the proposal again, and sees whether it finds anything.
    """
    better = {word: found[0] for word in _unknown(query, total) if (found := similar(word))}
    text, changed = query.text, False
    for token in reversed(tokens(query.text)):
        if token.text in better and not _is_value(query.text[: token.start]):
            text = text[: token.start] + better[token.text] + text[token.end :]
            changed = True
    return text if changed else ""


def _unknown(query: Query, total: Callable[[Query], int]) -> list[str]:
    """The words that are asked for and found nowhere."""
    asked: dict[str, Term | Inflected] = {}
    for node in positive_nodes(query.root):
        if isinstance(node, Term | Inflected) and node.field in STEMMED_FIELDS:
            asked[node.text] = node
        elif isinstance(node, Phrase) and node.field in STEMMED_FIELDS:
            asked |= {word: Term(node.field, word) for word in node.words}
    words = [word for word in asked if len(word) >= _SHORTEST and not word.startswith(SIGNS)]
    return [word for word in words[:_MOST] if not total(Query(word, asked[word]))]


def _is_value(before: str) -> bool:
    """Whether a word that stands after this belongs to the value of a keyword field, which is none of the archive's words."""
    field = _AFTER_FIELD.search(before[-200:])
    return field is not None and ALIASES.get(field[1].lower(), field[1].lower()) in KEYWORD_FIELDS
