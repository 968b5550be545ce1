"""``topics``: which of the workspace's topics a mention belongs to.

Two steps: the words without which a topic cannot match are looked for, single ones and their stems among those of the mention,
several in a row by spaCy's PhraseMatcher over the tokens of our own tokeniser (the cost of both hardly grows with the number
of topics); then the whole query of each topic that is left is asked, exactly as a search would ask it. Each topic found is a
label ``topic`` with the words that matched as its spans.

What one of a topic's own accounts wrote belongs to the topic whatever it says, and has the label ``voice`` with the value
``ours``: searches ask for it with ``is:ours``.

It has no options; the topics are those of ``hubbub.toml``.
"""

from __future__ import annotations

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
from ...core.values import Label, Labels, Mention, Topic

if TYPE_CHECKING:
    from spacy.matcher import PhraseMatcher
    from spacy.vocab import Vocab

NAME = "topics"
VERSION = "2"

_GAP = "\N{REPLACEMENT CHARACTER}"
"""No word of ``core.text`` is this, so no anchor is."""


class TopicsProcessor:
    """Matches mentions against topic queries."""

    version = VERSION

    def __init__(self, topics: Sequence[Topic], now: Callable[[], datetime]) -> None:
        self._now = now
        self._accounts = Accounts(topics)
        self._queries = {topic.name: parse(topic.query, now=now()) for topic in topics}
        self._anchors = {name: anchors(query.root) for name, query in self._queries.items()}
        self._always = frozenset(name for name, found in self._anchors.items() if found is None)
        runs = [(name, run) for name, found in self._anchors.items() for run in found or ()]
        self._topics_of: dict[str, set[str]] = {}
        for name, run in runs:
            if len(run) == 1:
                self._topics_of.setdefault(run[0], set()).add(name)
        self._single = frozenset(self._topics_of)
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
        found = tuple(
            Label(name="topic", value=name, by=NAME, version=VERSION, spans=spans_in(query, mention))
            for name, query in self._queries.items()
            if name in own or ((name in names or name in self._always) and query.matches(doc))
        )
        return (*found, Label(name=VOICE, value=OURS, by=NAME, version=VERSION)) if own else found

    def _anchored(self, docs: Sequence[DocWords]) -> list[set[str]]:
        """For each document the topics whose anchors stand in it."""
        names = [
            {name for word in self._single & (doc.bag("text") | doc.stems("text")) for name in self._topics_of[word]}
            if self._single
            else set[str]()
            for doc in docs
        ]
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


def _build(options: None, context: Context) -> TopicsProcessor:
    return TopicsProcessor(context.topics, context.now)


@hookimpl
def register_processors() -> Iterable[Component]:
    """The component ``topics``."""
    return [Component(name=NAME, build=_build, summary="tells which of your topics a mention belongs to")]
