"""The words without which a query cannot match: a cheap first test before the whole of it is asked."""

from __future__ import annotations

from typing import TypeAlias

from .docwords import SIGNS
from .query import And, Inflected, Node, Or, Phrase, Term
from .stemming import ALGORITHMS, stem_key
from .text import words

Anchors: TypeAlias = frozenset[tuple[str, ...]]
"""Runs of bare words, and stem keys; every mention that matches has at least one of them in its title or text.

A stem key (:func:`hubbub.core.stemming.stem_key`) is a run by itself, and no word is like it, since it has a colon.
"""

_WORD_FIELDS = ("text", "title")


def anchors(node: Node) -> Anchors | None:
    """The anchors of a query; ``None`` where a mention can match without any particular word."""
    match node:
        case Term(field, text) if field in _WORD_FIELDS:
            return frozenset({tuple(words(text[1:])) if text.startswith(SIGNS) else (text,)})
        case Inflected(field, text) if field in _WORD_FIELDS:
            return frozenset({(text,), *((stem_key(language, text),) for language in ALGORITHMS)})
        case Phrase(field, phrase, slop) if field in _WORD_FIELDS:
            return frozenset({phrase if slop == 0 else phrase[:1]})
        case And(items):
            known = [found for item in items if (found := anchors(item)) is not None]
            return min(known, key=len, default=None)
        case Or(items):
            parts = [anchors(item) for item in items]
            return frozenset().union(*(part for part in parts if part)) if all(part is not None for part in parts) else None
        case _:
            return None
