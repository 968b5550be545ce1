"""``topics``: which of the workspace's topics a mention belongs to.

Two steps: the words without which a topic cannot match are looked for, single ones, their stems and shapes among those of the
mention, several in a row by spaCy's PhraseMatcher over the tokens of our own tokeniser (the cost of both hardly grows with the
number of topics); then the whole query of each topic that is left is asked, exactly as a search would ask it. Each topic found
is a label ``topic`` with the words that matched as its spans.

What one of a topic's own accounts wrote belongs to the topic whatever it says, and has the label ``voice`` with the value
``ours``: searches ask for it with ``is:ours``.

It has no options; the topics are those of ``hubbub.toml``.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import datetime
from typing import TYPE_CHECKING

from ...core.accounts import OURS, VOICE, Accounts
from ...core.anchors import anchors
from ...core.contracts import Component, Context
from ...core.documents import live_document
from ...core.docwords import DocWords
from ...core.highlighting import spans_in
from ...core.hookspecs import hookimpl
from ...core.parsing import parse
from ...core.query import wildcard_pattern
from ...core.stemming import StemFinder
from ...core.values import Label, Labels, Mention, Topic

if TYPE_CHECKING:
    from spacy.matcher import PhraseMatcher
    from spacy.vocab import Vocab

NAME = "topics"
VERSION = "2"

_GAP = "\N{REPLACEMENT CHARACTER}"
"""No word of ``core.text`` is this, so no anchor is."""
_WILD = re.compile("[*?]")
_BEGINNING = 4
"""Characters by which shapes of words are told apart before they are compared."""


class TopicsProcessor:
    """Matches mentions against topic queries."""

    version = VERSION

    def __init__(self, topics: Sequence[Topic], now: Callable[[], datetime]) -> None:
        self._now = now
        self._accounts = Accounts(topics)
        self._queries = {topic.name: parse(topic.query, now=now()) for topic in topics}
        self._places = {name: place for place, name in enumerate(self._queries)}
        self._anchors = {name: anchors(query.root, shapes=True) for name, query in self._queries.items()}
        self._always = frozenset(name for name, found in self._anchors.items() if found is None)
        runs = [(name, run) for name, found in self._anchors.items() for run in found or ()]
        self._topics_of: dict[str, set[str]] = {}
        self._shapes = _Shapes()
        for name, run in runs:
            if len(run) == 1 and _WILD.search(run[0]):
                self._shapes.add(run[0], name)
            elif len(run) == 1:
                self._topics_of.setdefault(run[0], set()).add(name)
        self._single = frozenset(self._topics_of)
        self._stems = StemFinder(self._topics_of)
        self._in_rows = frozenset(word for _, run in runs if len(run) > 1 for word in run)
        self._matcher: tuple[Vocab, PhraseMatcher] | None = None

    def process(self, mentions: Sequence[Mention]) -> Sequence[Labels]:
        """One ``topic`` label for each topic that a mention belongs to; with the label ``voice`` where we wrote it."""
        seen = self._now()
        docs = [DocWords(live_document(mention, seen=seen)) for mention in mentions]
        return [
            self._labels(mention, doc, names) for mention, doc, names in zip(mentions, docs, self._anchored(docs), strict=True)
        ]

    def _labels(self, mention: Mention, doc: DocWords, names: set[str]) -> Labels:
        own = self._accounts.topics_of(mention.author)
        asked = sorted(self._always.union(names, own), key=self._places.__getitem__)
        found = tuple(
            Label(name="topic", value=name, by=NAME, version=VERSION, spans=spans_in(self._queries[name], mention))
            for name in asked
            if name in own or self._queries[name].matches(doc)
        )
        return (*found, Label(name=VOICE, value=OURS, by=NAME, version=VERSION)) if own else found

    def _anchored(self, docs: Sequence[DocWords]) -> list[set[str]]:
        """For each document the topics whose anchors stand in it."""
        names = [self._shapes.topics_of(doc.bag("text")) for doc in docs]
        if self._single:
            for found, doc in zip(names, docs, strict=True):
                found.update(name for word in self._standing(doc) for name in self._topics_of[word])
        rows = [[words for words in doc.sequences("text") if not self._in_rows.isdisjoint(words)] for doc in docs]
        if not any(rows):
            return names
        vocab, matcher = self._matcher or self._load()
        # spaCy keeps every word that it has ever seen; the zone forgets those of this batch.
        with vocab.memory_zone():
            return [
                single.union(*(self._found(words, vocab, matcher) for words in row))
                for single, row in zip(names, rows, strict=True)
            ]

    def _standing(self, doc: DocWords) -> frozenset[str]:
        """The single words and stems that topics need and that stand in a document."""
        bag = doc.bag("text")
        return self._stems.found(doc.doc.lang, bag).union(self._single & bag)

    def _found(self, words: Sequence[str], vocab: Vocab, matcher: PhraseMatcher) -> Iterator[str]:
        from spacy.tokens import Doc

        # Words that no topic asks for are one gap, however many: spaCy is dear for each word.
        known: list[str] = []
        for word in words:
            if word in self._in_rows:
                known.append(word)
            elif not known or known[-1] != _GAP:
                known.append(_GAP)
        yield from (vocab.strings[key] for key, _, _ in matcher(Doc(vocab, words=known)))

    def _load(self) -> tuple[Vocab, PhraseMatcher]:
        from spacy.matcher import PhraseMatcher  # a second to import: only where something is to be matched
        from spacy.tokens import Doc
        from spacy.vocab import Vocab

        vocab = Vocab()
        matcher = PhraseMatcher(vocab)
        for name, found in self._anchors.items():
            if rows := [Doc(vocab, words=list(run)) for run in sorted(found or ()) if len(run) > 1]:
                matcher.add(name, rows)
        self._matcher = vocab, matcher
        return self._matcher


class _Shapes:
    """Topics that ask for words of a certain shape, kept by how those words begin: most are never compared."""

    def __init__(self) -> None:
        self._by_beginning: dict[str, list[tuple[re.Pattern[str], str]]] = {}

    def add(self, shape: str, topic: str) -> None:
        """Keep the shape of a topic (:func:`hubbub.core.query.wildcard_pattern`)."""
        beginning = _WILD.split(shape, maxsplit=1)[0][:_BEGINNING]
        self._by_beginning.setdefault(beginning, []).append((wildcard_pattern(shape), topic))

    def topics_of(self, words: Iterable[str]) -> set[str]:
        """The topics that ask for one of these words."""
        if not self._by_beginning:
            return set()
        return {
            topic
            for word in words
            for beginning in {word[:length] for length in range(_BEGINNING + 1)}
            for shape, topic in self._by_beginning.get(beginning, ())
            if shape.fullmatch(word)
        }


def _build(options: None, context: Context) -> TopicsProcessor:
    return TopicsProcessor(context.topics, context.now)


@hookimpl
def register_processors() -> Iterable[Component]:
    """The component ``topics``."""
    return [Component(name=NAME, build=_build, summary="tells which of your topics a mention belongs to")]
