"""Answers our query tree from one segment of a Whoosh index, as sets of its document numbers."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from ...core.proximity import runs, within
from ...core.query import (
    And,
    Every,
    Fuzzy,
    Inflected,
    Node,
    Not,
    Or,
    Phrase,
    Prefix,
    Range,
    Term,
    Wildcard,
    Written,
    wildcard_pattern,
)
from ...core.stemming import ALGORITHMS, stem_key
from .fields import LARGEST, accented, is_key, key, plainless, whole
from .whoosh_schema import MISSING, stems_of


class Leaf:
    """One segment, read through Whoosh's reader of it."""

    def __init__(self, reader: Any, columns: dict[str, list[Any]]) -> None:
        """``columns``: those that were read before, by name. They never change, whatever is deleted."""
        self._reader = reader
        self._columns = columns

    def find(self, node: Node) -> set[int]:
        """The documents that answer a query, without deleted ones."""
        match node:
            case Every():
                return set(self._reader.all_doc_ids())
            case And(items):
                return self._all_of(items)
            case Or(items):
                return set().union(*(self.find(item) for item in items))
            case Not(item):
                return self.find(Every()) - self.find(item)
            case Range():
                return self._in_range(node)
            case Phrase(field, words, slop):
                return self._phrase(field, words, slop)
            case Inflected(field, text):
                return self.having(field, text) | self.forms(field, text)
            case Written(field, text):
                plain = self.having(field, text) - self.having("keys", plainless(field, text))
                return plain | self.having("keys", accented(field, text))
            case Term() | Prefix() | Wildcard() | Fuzzy():
                index = "keys" if is_key(node) else node.field
                return set().union(*(self._documents(index, term) for term in self._terms(node)))

    def having(self, index: str, term: str) -> set[int]:
        """The documents with a term, without deleted ones."""
        return self._documents(index, _encoded(term))

    def forms(self, field: str, word: str) -> set[int]:
        """The documents with an inflected form of a word in their own language; the word itself is one where it has a stem."""
        keys = {stem_key(language, word) for language in ALGORITHMS}
        return set().union(*(self.having(stems_of(field), stem) for stem in keys))

    def column(self, name: str) -> list[Any]:
        """A column by document; numbers are :data:`MISSING` where a mention has none."""
        if name not in self._columns:
            self._columns[name] = list(self._reader.column_reader(name))
        return self._columns[name]

    def documents(self) -> int:
        """How many documents it has, deleted ones too."""
        return self._reader.doc_count_all()

    def ref(self, number: int) -> str:
        """The ref of a document."""
        return self._reader.stored_fields(number)["ref"]

    def numbers_of(self, refs: Sequence[str]) -> Iterator[int]:
        """The documents with these refs."""
        for ref in refs:
            yield from self.having("ref", ref)

    def frequency(self, field: str, word: str) -> int:
        """In how many documents a word is, deleted ones too."""
        return self._reader.doc_frequency(field, _encoded(word))

    def occurrences(self, field: str, word: str) -> Iterator[tuple[int, float]]:
        """The documents with a word, and how often it is in each."""
        postings = self._postings(field, _encoded(word))
        while postings is not None and postings.is_active():
            yield postings.id(), postings.weight()
            postings.next()

    def length(self, field: str, number: int) -> int:
        """How many words a document has, as Whoosh rounds it."""
        return self._reader.doc_field_length(number, field)

    def words(self, field: str) -> int:
        """How many words all documents have."""
        return self._reader.field_length(field)

    def beginning(self, index: str, start: str) -> Iterator[str]:
        """The terms that begin so, in order, those of deleted documents too."""
        return (term.decode() for term in self._reader.expand_prefix(index, _encoded(start)))

    def _all_of(self, items: Sequence[Node]) -> set[int]:
        asked = [item for item in items if not isinstance(item, Not)]
        found = self.find(asked[0]) if asked else self.find(Every())
        for item in [*asked[1:], *(item for item in items if isinstance(item, Not))]:
            if not found:
                break
            found = found - self.find(item.item) if isinstance(item, Not) else found & self.find(item)
        return found

    def _in_range(self, node: Range) -> set[int]:
        low = -LARGEST if node.low is None else whole(node.low) + node.low_open
        high = LARGEST if node.high is None else whole(node.high) - node.high_open
        numbers = self.column("when" if node.field == "published" else node.field)
        return {
            number for number in self._reader.all_doc_ids() if MISSING != numbers[number] and low <= numbers[number] <= high
        }

    def _terms(self, node: Term | Prefix | Wildcard | Fuzzy) -> Iterator[bytes]:
        """The terms of the index that a node asks for."""
        start = key(node.field, "") if is_key(node) else ""
        index = "keys" if is_key(node) else node.field
        match node:
            case Term(_, text):
                yield _encoded(f"{start}{text}")
            case Prefix(_, text):
                yield from self._reader.expand_prefix(index, _encoded(f"{start}{text}"))
            case Wildcard(_, text):
                shape, fixed = wildcard_pattern(text), text.replace("?", "*").partition("*")[0]
                for term in self.beginning(index, f"{start}{fixed}"):
                    if shape.fullmatch(term, len(start)):
                        yield term.encode()
            case Fuzzy(_, text, distance):
                for term in self.beginning(index, start):
                    if within(text, term.removeprefix(start), distance):
                        yield term.encode()

    def _phrase(self, field: str, words: tuple[str, ...], slop: int) -> set[int]:
        different = dict.fromkeys(words)
        holding = [self.having(field, word) for word in different]
        candidates = set.intersection(*holding) if holding else set()
        if len(words) == 1 or not candidates:
            return candidates
        at: dict[int, dict[str, list[int]]] = {number: {} for number in candidates}
        for word in different:
            postings = self._postings(field, _encoded(word))
            while postings is not None and postings.is_active():
                if postings.id() in at:
                    at[postings.id()][word] = postings.value_as("positions")
                postings.next()
        return {number for number in candidates if next(runs(words, slop, at[number]), None)}

    def _documents(self, index: str, term: bytes) -> set[int]:
        postings = self._postings(index, term)
        return set() if postings is None else set(postings.all_ids())

    def _postings(self, index: str, term: bytes) -> Any:
        """Whoosh's iterator over the documents with a term; ``None`` where there are none."""
        return self._reader.postings(index, term) if (index, term) in self._reader else None


def _encoded(term: str) -> bytes:
    """A term as it is kept. Lone surrogates are in no term, and asking for them finds nothing."""
    return term.encode("utf-8", "surrogatepass")
