"""What to ask a platform's own search for a topic: the words without which its query cannot match.

A platform's search is a prefilter only: everything it gives is matched again here, with the whole query.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import product

from .parsing import parse
from .query import And, Inflected, Node, Or, Phrase, Query, Term, Written
from .text import tokens
from .values import Topic

MOST = 40
"""Combinations that an AND of ORs may become before its shortest part stands for all of it."""


@dataclass(frozen=True, slots=True, order=True)
class SearchTerm:
    """Words that must all be there; each part is a word, a ``#tag``, an ``@handle`` or a phrase, as the user wrote it."""

    parts: tuple[str, ...]

    @property
    def quoted(self) -> str:
        """With every part in quotation marks, as most searches take for "just so": ``"acme phone" "battery"``."""
        return " ".join(f'"{part}"' for part in self.parts)

    @property
    def plain(self) -> str:
        """With phrases in quotation marks only: ``"acme phone" battery``."""
        return " ".join(f'"{part}"' if " " in part else part for part in self.parts)

    @property
    def tag(self) -> str:
        """The tag without its sign, where this is one tag and nothing else; else empty."""
        return self.parts[0][1:] if len(self.parts) == 1 and self.parts[0].startswith("#") else ""


def search_terms(topics: Iterable[Topic]) -> list[SearchTerm]:
    """What to search for so that every mention of these topics is found; what another term finds anyway is left out.

    A topic that can match without any particular word (``source:forum``, ``acme*``) adds nothing: no search finds it.
    """
    found: set[SearchTerm] = set()
    for topic in topics:
        query = parse(topic.query)
        found |= _terms(query.root, _Writing(query)) or set()
    # The shortest first: what has all parts of another one is found by that, too.
    kept: list[SearchTerm] = []
    for term in sorted(found, key=lambda term: (len(" ".join(term.parts)), term)):
        if not any(_covers(other, term) for other in kept):
            kept.append(term)
    return kept


def tags_of(topics: Iterable[Topic]) -> list[str]:
    """The hashtags (without sign) that stand for these topics: tags of their queries, and single words, which people tag with.

    ``"acme phone"`` is ``acmephone`` as a tag.
    """
    found: dict[str, None] = {}
    for term in search_terms(topics):
        if len(term.parts) == 1 and not term.parts[0].startswith("@"):
            found.setdefault("".join(char for char in term.parts[0].casefold() if char.isalnum()), None)
    return list(found)


def packed(words: Iterable[str], between: str, longest: int, most: int = 0) -> list[list[str]]:
    """What can be asked for together where a search takes OR: as few searches as these words take, in their order.

    ``between`` joins them, ``longest`` is how many characters that may make, ``most`` how many words (0: any number).
    A word that is longer by itself stands alone.
    """
    found: list[list[str]] = []
    for word in words:
        if found and len(found[-1]) != most and len(between.join([*found[-1], word])) <= longest:
            found[-1].append(word)
        else:
            found.append([word])
    return found


def _covers(one: SearchTerm, other: SearchTerm) -> bool:
    return all(any(f" {part} ".casefold() in f" {whole} ".casefold() for whole in other.parts) for part in one.parts)


def _terms(node: Node, writing: _Writing) -> set[SearchTerm] | None:
    """``None`` where a mention can match without any particular word."""
    match node:
        case Term(field, text) | Inflected(field, text) | Written(field, text) if field in ("text", "title"):
            return {SearchTerm((writing.of((text.lstrip("#@"),), text[:1] if text[:1] in "#@" else ""),))}
        case Phrase(field, words, slop) if field in ("text", "title"):
            parts = (writing.of(words),) if slop == 0 else tuple(writing.of((word,)) for word in words)
            return {SearchTerm(parts)}
        case Or(items):
            several = [_terms(item, writing) for item in items]
            return set().union(*(one for one in several if one)) if all(one is not None for one in several) else None
        case And(items):
            known = [one for item in items if (one := _terms(item, writing)) is not None]
            if not known:
                return None
            count = 1
            for one in known:
                count *= max(1, len(one))
            if count > MOST:
                return min(known, key=len)
            return {
                SearchTerm(tuple(dict.fromkeys(part for term in chosen for part in term.parts))) for chosen in product(*known)
            }
        case _:
            return None


class _Writing:
    """How the user wrote the folded words of a query, with its accents and capitals."""

    def __init__(self, query: Query) -> None:
        self._text = query.text
        self._tokens = tokens(query.text)

    def of(self, words: Sequence[str], sign: str = "") -> str:
        """The stretch of the query that has these words one after the other; the words themselves where it has none."""
        count = len(words)
        for index in range(len(self._tokens) - count + 1):
            run = self._tokens[index : index + count]
            if [token.text for token in run] == list(words):
                return sign + " ".join(self._text[run[0].start : run[-1].end].lstrip("#@").split())
        return sign + " ".join(words)
