"""What must hold for any string: asked by Hypothesis in the suite, and by the fuzzers of ``tests/fuzz`` for longer."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

from hubbub.core.anchors import anchors
from hubbub.core.documents import SearchDoc
from hubbub.core.docwords import DocWords
from hubbub.core.entries import AuthorEntry, MentionEntry, Quote
from hubbub.core.entrychecks import checked_author, checked_mention, checked_search, checked_source
from hubbub.core.errors import QueryError
from hubbub.core.exporting import line
from hubbub.core.highlighting import spans_in
from hubbub.core.importing import parsed_line
from hubbub.core.parsing import parse
from hubbub.core.query import And, Or, Phrase, Query, Wildcard, WordNode, nodes
from hubbub.core.querywords import MAX_WILDCARDS
from hubbub.core.serial import from_json
from hubbub.core.stemming import stem
from hubbub.core.text import (
    WORD_CAP,
    fold,
    query_words,
    signed_tokens,
    stretches_of,
    tokens,
    words,
    written,
    written_tokens,
)
from hubbub.core.values import Mention, SavedSearch, SourceState

NOW = datetime(2026, 6, 17, 12, 30, tzinfo=UTC)
LANGUAGES = ("en", "el", "ro", "ar", "tr", "")


def read(text: str) -> Query | QueryError:
    """The query, or why it is none."""
    try:
        return parse(text, now=NOW)
    except QueryError as error:
        return error


def check_query(text: str) -> None:
    """Any string is a query or a clear error; a query can be asked; what matches is marked and has its anchors."""
    query = read(text)
    if isinstance(query, QueryError):
        _check_error(query, text)
        return
    again = read(text)
    assert isinstance(again, Query)
    assert again.root == query.root, "a text has one meaning"
    for node in nodes(query.root):
        assert not isinstance(node, And | Or) or len(node.items) > 1
        assert not isinstance(node, WordNode) or isinstance(node, Phrase) or node.text
        assert not isinstance(node, Phrase) or len(node.words) > 1
        if isinstance(node, Wildcard):
            assert 0 < sum(map(node.text.count, "*?")) <= MAX_WILDCARDS
            assert any(map(str.isalnum, node.text))
    found = anchors(query.root)
    for lang in LANGUAGES:
        doc = DocWords(SearchDoc(ref="x:1", when=NOW, seen=NOW, title=text, text=text, author=text, url=text, lang=lang))
        if not query.matches(doc):
            continue
        bag = doc.bag("text") | doc.stems("text")
        assert found is None or any(bag.issuperset(run) for run in found), "no match without an anchor"
        if isinstance(query.root, WordNode) and query.root.field in ("text", "title"):
            assert spans_in(query, Mention(platform="x", key="1", title=text, text=text, lang=lang)), "what matches is marked"


def _check_error(error: QueryError, text: str) -> None:
    """An error has words and a place, and its proposals lead somewhere."""
    seen = [text]
    for _ in range(20):
        assert error.message
        assert 0 <= error.position <= len(error.text)
        assert str(error).endswith(f"Try: {error.proposal}" if error.proposal else "^")
        if not error.proposal:
            return
        assert error.proposal not in seen, "no proposal leads back"
        seen.append(error.proposal)
        following = read(error.proposal)
        if isinstance(following, Query):
            return
        error = following


def check_tokens(text: str) -> None:
    """Words are where they are said to be, however they are asked for."""
    found = tokens(text)
    assert [token.text for token in found] == words(text)
    assert [token.text for token in found][: len(query_words(text))] == query_words(text)
    before = 0
    for token in found:
        assert before <= token.start < token.end <= len(text)
        before = token.start
        assert 0 < len(token.text) <= WORD_CAP
        assert not any(map(str.isspace, token.text))
        if "://" not in text:
            assert token.text in words(text[token.start : token.end]), "a word's stretch is the word"
        for lang in LANGUAGES:
            assert stem(lang, token.text)
    for token in found[:20]:
        places = {(other.start, other.end) for other in found if other.text == token.text}
        assert set(stretches_of(text, frozenset({token.text}))) == places
    assert written(text) == [token.text for token in written_tokens(text)]
    for token in [*written_tokens(text), *signed_tokens(text)]:
        assert 0 <= token.start < token.end <= len(text)
        assert 0 < len(token.text) <= WORD_CAP
    assert fold(fold(text)) == fold(text)


CHECKS: dict[type, Callable[[Any], Any]] = {
    AuthorEntry: checked_author,
    MentionEntry: checked_mention,
    SavedSearch: checked_search,
    SourceState: checked_source,
    Quote: lambda quote: quote,
}
"""The lines of an export, and what makes each safe to keep."""


def check_import(text: str) -> None:
    """A line of an import is an entry, which is written and read again as it is, or is refused with a sentence."""
    data = text.encode("utf-8", "surrogatepass") + b"\n"
    for kind, check in CHECKS.items():
        try:
            entry = check(from_json(kind, parsed_line(data)))
        except (ValueError, RecursionError):
            continue
        again = check(from_json(kind, parsed_line(line(entry))))
        assert again == entry
        assert line(again) == line(entry)
