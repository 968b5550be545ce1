"""Our query tree in Tantivy's terms, exactly: what :meth:`Query.matches` says, no more and no less."""

from __future__ import annotations

import re
from collections.abc import Sequence
from contextlib import suppress
from itertools import accumulate
from math import log

from tantivy import FieldType, Occur, Query

from ...core.proximity import gaps, within
from ...core.query import (
    KEYWORD_FIELDS,
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
from ...core.stemming import stem_key
from .fields import LARGEST, accented, is_key, key, plainless, whole
from .tantivy_schema import one_word, stems_of
from .tantivy_view import View

_INFLECTED = 0.5
"""What an inflected form counts for, beside the word itself."""

_HIGHEST = 2.2
"""More than BM25 gives for a term that is counted once a document, in units of its rarity: k1 + 1."""


_MOST_WILDCARDS = 12
"""In a pattern that Tantivy is asked for; it refuses longer ones only after half a second of work."""


class Translator:
    """Translates for one view of the index."""

    def __init__(self, view: View, *, scoring: bool = False) -> None:
        """``scoring``: the order of relevance is asked for. Only words of text fields, tags and handles count for it."""
        self._view = view
        self._schema = view.schema
        self._scoring = scoring
        self._known_forms: dict[Inflected, dict[str, int]] = {}

    def query(self, node: Node) -> Query:
        """The query that finds the same documents."""
        match node:
            case Every():
                return self._unscored(Query.all_query())
            case And(items):
                return self._all_of(items)
            case Or(items):
                return _any_of([self.query(item) for item in items])
            case Not():
                return self._all_of((node,))
            case Range():
                return self._unscored(self._range(node))
            case Phrase():
                return self._phrase(node)
            case Inflected():
                return self._inflected(node)
            case Written():
                return self._written(node)
            case Term(field) | Prefix(field) | Wildcard(field) | Fuzzy(field):
                if field in KEYWORD_FIELDS:
                    return self._unscored(self._key(node))
                return self._key(node) if is_key(node) else self._word(node)

    def known_total(self, node: Node) -> int | None:
        """How many documents a node finds, where that stands in the index's dictionary."""
        match node:
            case Every():
                return self._view.searcher.num_docs
            case Term(field, text) if is_key(node):
                return self._view.frequency("keys", one_word(key(field, text)))
            case Term(field, text):
                return self._view.frequency(field, text)
            case Inflected():
                # No document's words went through more than one language's stemmer.
                return sum(self._forms(node).values()) if self._view.whole else None
            case And(items):
                # What excludes nothing changes nothing.
                left = [item for item in items if not (isinstance(item, Not) and self.known_total(item.item) == 0)]
                return self.known_total(left[0]) if len(left) == 1 else None
            case _:
                return None

    def _forms(self, node: Inflected) -> dict[str, int]:
        """One stem for each language that there are documents in, with the number of documents that have it or had it."""
        known = self._known_forms.get(node)
        if known is None:
            stems = dict.fromkeys(stem_key(language, node.text) for language in self._view.languages)
            count, field = self._view.searcher.doc_freq, stems_of(node.field)
            known = self._known_forms[node] = {stem: often for stem in stems if (often := count(field, stem))}
        return known

    def _unscored(self, query: Query) -> Query:
        return Query.const_score_query(query, 0.0) if self._scoring else query

    def _all_of(self, items: Sequence[Node]) -> Query:
        """All of these. Excluding alone finds nothing in Tantivy, so everything is asked for where all are excluded."""
        clauses = [
            (Occur.MustNot, self.query(item.item)) if isinstance(item, Not) else (Occur.Must, self.query(item))
            for item in items
        ]
        if all(isinstance(item, Not) for item in items):
            clauses.append((Occur.Must, self.query(Every())))
        return Query.boolean_query(clauses)

    def _word(self, node: Term | Prefix | Wildcard | Fuzzy) -> Query:
        match node:
            case Term(field, text):
                return Query.term_query(self._schema, field, text, "freq" if self._scoring else "basic")
            case Prefix(field, text):
                return self._prefix(field, text)
            case Wildcard(field, text):
                return self._pattern(field, text)
            case Fuzzy(field, text, distance):
                return Query.fuzzy_term_query(self._schema, field, text, distance, False)

    def _inflected(self, node: Inflected) -> Query:
        field = stems_of(node.field)
        often = self._forms(node)
        forms = _any_of([self._term(field, stem) for stem in often])
        if not self._scoring:
            return forms
        # The word itself is worth more than whatever its other forms can score, so that it comes first.
        rarity = max(map(self._rarity, often.values()), default=0.0)
        more = Query.const_score_query(self._term(node.field, node.text), _INFLECTED * _HIGHEST * rarity)
        itself = Query.term_query(self._schema, node.field, node.text, "freq")
        return Query.boolean_query(
            [(Occur.Must, Query.boost_query(forms, _INFLECTED)), (Occur.Should, itself), (Occur.Should, more)]
        )

    def _rarity(self, having: int) -> float:
        """How much a term tells: the inverse document frequency of BM25."""
        documents = max(having, self._view.searcher.num_docs)
        return log(1 + (documents - having + 0.5) / (having + 0.5))

    def _written(self, node: Written) -> Query:
        """Where nothing is said of a folded word's accents, it stands in the field just so."""
        plain = [
            (Occur.Must, self._word(Term(node.field, node.text))),
            (Occur.MustNot, self._term("keys", one_word(plainless(node.field, node.text)))),
        ]
        with_accents = self._term("keys", one_word(accented(node.field, node.text)))
        return _any_of([Query.boolean_query(plain), Query.const_score_query(with_accents, 1.0)])

    def _key(self, node: Term | Prefix | Wildcard | Fuzzy) -> Query:
        start = one_word(key(node.field, ""))
        text = one_word(node.text)
        match node:
            case Term():
                return self._term("keys", start + text)
            case Prefix():
                return self._prefix("keys", start + text)
            case Wildcard():
                return self._pattern("keys", text, start)
            case Fuzzy(_, _, distance):
                # The field's name in front must not count for the distance, so the few keys there are are gone through.
                known = (found for found, _ in self._view.searcher.terms_with_prefix("keys", start))
                near = [found for found in known if within(text, found.removeprefix(start), distance)]
                return Query.term_set_query(self._schema, "keys", near)

    def _term(self, field: str, text: str) -> Query:
        return Query.term_query(self._schema, field, text, "basic")

    def _prefix(self, field: str, text: str) -> Query:
        # Within no distance at all of a beginning: Tantivy's way to ask for a prefix.
        return Query.fuzzy_term_query(self._schema, field, text, 0, False, True)

    def _pattern(self, field: str, text: str, start: str = "") -> Query:
        """Terms of this shape after a beginning that is no pattern."""
        if sum(map(text.count, "*?")) <= _MOST_WILDCARDS:
            shape = {"*": ".*", "?": "."}
            pattern = "".join(shape.get(char) or re.escape(char) for char in re.sub(r"\*+", "*", text))
            with suppress(ValueError):  # more states than Tantivy allows
                return Query.regex_query(self._schema, field, re.escape(start) + pattern)
        literal = re.split(r"[*?]", text, maxsplit=1)[0]
        matches = wildcard_pattern(text).fullmatch
        known = (term for term, _ in self._view.searcher.terms_with_prefix(field, start + literal))
        return Query.term_set_query(self._schema, field, [term for term in known if matches(term, len(start))])

    def _phrase(self, node: Phrase) -> Query:
        """Tantivy's own slop forgives exchanged words too, so each way to leave gaps is asked for by itself."""
        if not node.words:
            return Query.empty_query()
        if len(node.words) == 1:
            return self._word(Term(node.field, node.words[0]))
        phrases = []
        for gap in gaps(len(node.words), node.slop):
            places = accumulate(gap, lambda place, more: place + 1 + more, initial=0)
            phrases.append(Query.phrase_query(self._schema, node.field, list(zip(places, node.words, strict=True)), 0))
        return _any_of(phrases)

    def _range(self, node: Range) -> Query:
        """A range of whole numbers with both ends in it."""
        low = -LARGEST if node.low is None else whole(node.low) + node.low_open
        high = LARGEST if node.high is None else whole(node.high) - node.high_open
        if low > high:
            return Query.empty_query()
        field = "when" if node.field == "published" else node.field
        return Query.range_query(self._schema, field, FieldType.Integer, low, high)


def _any_of(queries: Sequence[Query]) -> Query:
    if not queries:
        return Query.empty_query()
    return queries[0] if len(queries) == 1 else Query.boolean_query([(Occur.Should, query) for query in queries])
