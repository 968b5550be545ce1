"""The words without which a query cannot match: a cheap first test before the whole of it is asked."""

from __future__ import annotations

from itertools import pairwise
from typing import TypeAlias

from .docwords import SIGNS
from .query import And, Fuzzy, Inflected, Node, Or, Phrase, Prefix, Term, Wildcard
from .stemming import ALGORITHMS, stem_key
from .text import words

Anchors: TypeAlias = frozenset[tuple[str, ...]]
"""Runs of bare words, stem keys and shapes; every mention that matches has at least one of them in its title or text.

A stem key (:func:`hubbub.core.stemming.stem_key`) is a run by itself, and no word is like it, since it has a colon. So is the
shape of a word (:func:`hubbub.core.query.wildcard_pattern`), since it has wildcards.
"""

_WORD_FIELDS = ("text", "title")


def anchors(node: Node, *, shapes: bool = False) -> Anchors | None:
    """The anchors of a query; ``None`` where a mention can match without any particular word.

    With ``shapes``, a word of a certain shape is particular, too.
    """
    match node:
        case Term(field, text) if field in _WORD_FIELDS:
            return frozenset({tuple(words(text[1:])) if text.startswith(SIGNS) else (text,)})
        case Inflected(field, text) if field in _WORD_FIELDS:
            return frozenset({(text,), *((stem_key(language, text),) for language in ALGORITHMS)})
        case Phrase(field, phrase, slop) if field in _WORD_FIELDS:
            return frozenset({phrase if slop == 0 else phrase[:1]})
        case Prefix(field, text) if shapes and field in _WORD_FIELDS and not text.startswith(SIGNS):
            return frozenset({(f"{text}*",)})
        case Wildcard(field, text) if shapes and field in _WORD_FIELDS and not text.startswith(SIGNS):
            return frozenset({(text,)})
        case Fuzzy(field, text, distance) if shapes and field in _WORD_FIELDS and len(text) > distance:
            # Of more parts than may differ, one stands whole (the pigeonhole principle).
            ends = [len(text) * part // (distance + 1) for part in range(distance + 2)]
            return frozenset((f"*{text[start:end]}*",) for start, end in pairwise(ends))
        case And(items):
            known = [found for item in items if (found := anchors(item, shapes=shapes)) is not None]
            return min(known, key=len, default=None)
        case Or(items):
            parts = [anchors(item, shapes=shapes) for item in items]
            return frozenset().union(*(part for part in parts if part)) if all(part is not None for part in parts) else None
        case _:
            return None
