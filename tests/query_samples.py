"""Documents, queries as trees and queries as texts, made by Hypothesis: in several languages, with every kind of part."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import TypeVar

from hypothesis import strategies as st

from hubbub.core.documents import SearchDoc, domains
from hubbub.core.folding import fold
from hubbub.core.query import (
    KEYWORD_FIELDS,
    NUMBER_FIELDS,
    STEMMED_FIELDS,
    TEXT_FIELDS,
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
)
from hubbub.core.text import query_words, signed, written
from hubbub.core.values import FACET_FIELDS

START = datetime(2026, 1, 1, tzinfo=UTC)

WORDS = [
    "acme", "Acmé", "phone", "phones", "PHONING", "teléfono", "telefonos", "canción", "canciones", "año", "ano",
    "Ștefan", "Stefan", "mașini", "masina", "νέα", "ΝΈΑ", "τηλέφωνο", "τηλεφώνων", "Häuser", "Haus", "straße",
    "日本", "日本語", "語", "हिन्दी", "कम", "👍",
]  # fmt: skip
SIGNED = [
    "#Acme",
    "#acme_phone",
    "@acme",
    "@acme@social.example",
    "#日本",
    "https://acme.example/phone?acme#phone",
    "coca-cola",
]
ADDRESSES = ["", "https://blog.acme.example/phones/Ștefan?id=1", "https://acme.example", "https://日本.example/語"]
TAGS = ["Press", "press room", "später", "SPATER", "a", "ab"]
KEYWORDS = {
    "source": ["press", "blog"], "platform": ["rss", "mastodon"], "kind": ["post", "article"], "topic": ["Acme watch", "other"],
    "lang": ["en", "es-MX", "ro", "el", "de", "pl", "unknown"], "sentiment": ["positive", "unknown"],
    "label": ["angry", "tone=angry", "voice=ours"], "tag": TAGS, "status": ["new", "kept"], "has": ["media", "image", "link"],
    "domain": ["acme.example", "blog.acme.example"], "is": ["deleted", "edited"],
}  # fmt: skip

_T = TypeVar("_T")


def some(values: list[_T] | tuple[_T, ...], most: int) -> st.SearchStrategy[list[_T]]:
    """A few of these, each at most once."""
    return st.lists(st.sampled_from(values), max_size=most, unique=True)


# --- documents ---------------------------------------------------------------------------------------------------

texts = st.lists(st.sampled_from(WORDS + SIGNED), max_size=7).map(" ".join)
times = st.integers(0, 30).map(lambda days: START + timedelta(days=days, microseconds=days))
counts = st.none() | st.integers(-1, 5) | st.just(10**9)

documents = st.builds(
    lambda url, **fields: SearchDoc(url=url, domains=domains(url), **fields),
    ref=st.integers(0, 40).map("test:{}".format),
    url=st.sampled_from(ADDRESSES), when=times, seen=times, title=texts, text=texts, author=texts,
    account=st.sampled_from(["", "@acme", "Ștefan P.", "stefan"]),
    **{name: some(KEYWORDS[field], 2).map(tuple) for field, name in
       (("source", "sources"), ("topic", "topics"), ("label", "labels"), ("tag", "tags"), ("has", "has"), ("is", "aspects"))},
    **{field: st.sampled_from(KEYWORDS[field]) for field in ("platform", "kind", "lang", "sentiment", "status")},
    **dict.fromkeys(NUMBER_FIELDS, counts),
)  # fmt: skip

# --- queries as trees --------------------------------------------------------------------------------------------

_BARE = sorted({word for text in WORDS + SIGNED + ADDRESSES for word in query_words(text)})
_SIGNS = sorted({sign for text in SIGNED for sign in signed(text)})
bare = st.sampled_from(_BARE)
signs = st.sampled_from(_SIGNS)
as_written = st.sampled_from(sorted({word for text in WORDS for word in (*written(text), *query_words(text))}))
text_fields = st.sampled_from(TEXT_FIELDS)
stemmed_fields = st.sampled_from(STEMMED_FIELDS)


def _beginning(word: str) -> st.SearchStrategy[str]:
    return st.integers(1, len(word)).map(lambda end: word[:end])


def _pattern(word: str) -> st.SearchStrategy[str]:
    """A word with some of its characters, but never the sign it begins with, replaced."""
    kept = int(word[0] in "#@")
    places = st.lists(st.sampled_from(["", "*", "?", "*?"]), min_size=len(word) - kept, max_size=len(word) - kept)
    return places.map(lambda marks: word[:kept] + "".join(m or c for m, c in zip(marks, word[kept:], strict=True)) + "*" * kept)


def _of_keyword(make: Callable[[str, str], st.SearchStrategy[Node]]) -> st.SearchStrategy[Node]:
    return st.sampled_from(KEYWORD_FIELDS).flatmap(
        lambda field: st.sampled_from(KEYWORDS[field]).map(fold).flatmap(lambda value: make(field, value))
    )


keyword_parts = (
    _of_keyword(lambda field, value: st.just(Term(field, value)))
    | _of_keyword(lambda field, value: _beginning(value).map(lambda start: Prefix(field, start)))
    | _of_keyword(lambda field, value: _pattern(value).map(lambda shape: Wildcard(field, shape)))
)


def _range(field: str) -> st.SearchStrategy[Node]:
    end = st.none() | (times if field in ("published", "seen") else st.integers(-2, 6))
    return st.builds(Range, st.just(field), end, end, st.booleans(), st.booleans())


ranges = st.sampled_from(("published", "seen", *NUMBER_FIELDS)).flatmap(_range)
word_parts = (
    st.builds(Term, text_fields, bare | signs)
    | st.builds(Inflected, stemmed_fields, bare)
    | st.builds(Written, stemmed_fields, as_written)
    | st.builds(Phrase, text_fields, st.lists(bare, min_size=1, max_size=4).map(tuple), st.integers(0, 4))
    | st.builds(Prefix, text_fields, bare.flatmap(_beginning) | signs)
    | st.builds(Wildcard, text_fields, (bare | signs).flatmap(_pattern))
    | st.builds(Fuzzy, text_fields, bare | signs, st.sampled_from([1, 2]))
)


def trees(leaves: st.SearchStrategy[Node]) -> st.SearchStrategy[Node]:
    """These parts alone, and joined by and, or, not."""

    def grow(inner: st.SearchStrategy[Node]) -> st.SearchStrategy[Node]:
        several = st.lists(inner, max_size=3).map(tuple)
        return several.map(And) | several.map(Or) | inner.map(Not)

    return st.recursive(leaves, grow, max_leaves=6)


without_words = trees(st.just(Every()) | keyword_parts | ranges)
with_words = trees(word_parts | word_parts | keyword_parts | ranges)
facet_fields = st.lists(st.sampled_from(FACET_FIELDS), unique=True)

# --- queries as texts, each with what it means -------------------------------------------------------------------

_LATIN = [word for word in _BARE if word.isascii() and word.isalpha()]
_PLAIN_VALUES = {field: [v for v in values if " " not in v and "=" not in v] for field, values in KEYWORDS.items()}


def _in_field(field: str, text: str) -> str:
    return text if field == "text" else f"{field}:{text}"


def _said(field: st.SearchStrategy[str], word: st.SearchStrategy[str], text: str, make: Callable[[str, str], Node]):
    """Pairs of the text of one part and what it means."""
    return st.builds(lambda f, w: (_in_field(f, text.format(w)), make(f, w)), field, word)


latin = st.sampled_from(_LATIN)
people_fields = st.sampled_from(["text", "title", "author"])
"""Text fields but the address, in which such signs mean something else."""
said_parts = (
    _said(stemmed_fields, latin, "{}", Inflected)
    | _said(stemmed_fields, st.sampled_from(["teléfono", "ΝΈΑ", "Häuser"]), "{}", lambda f, w: Inflected(f, fold(w)))
    | _said(st.sampled_from(["author", "url"]), latin, "{}", Term)
    | _said(text_fields, latin, "={}", Term)
    | _said(text_fields, latin, "{}*", Prefix)
    | _said(stemmed_fields, st.sampled_from(["año", "Ștefan", "ano", "ΝΈΑ"]), "=={}", lambda f, w: Written(f, w.lower()))
    | _said(text_fields, latin, "*{}", lambda f, w: Wildcard(f, f"*{w}"))
    | _said(people_fields, latin.filter(lambda word: len(word) > 2), "{}~1", lambda f, w: Fuzzy(f, w, 1))
    | _said(people_fields, st.sampled_from(["#acme", "@acme", "@acme@social.example"]), "{}", Term)
    | st.builds(
        lambda f, words, slop: (_in_field(f, f'"{" ".join(words)}"~{slop}'), Phrase(f, tuple(words), slop)),
        text_fields, st.lists(latin, min_size=2, max_size=3), st.integers(0, 3),
    )
    | st.sampled_from(KEYWORD_FIELDS).flatmap(
        lambda f: st.sampled_from(_PLAIN_VALUES[f]).map(lambda value: (f"{f}:{value}", Term(f, fold(value))))
    )
    | st.builds(lambda f, n: (f"{f}:>{n}", Range(f, n, None, low_open=True)), st.sampled_from(NUMBER_FIELDS), st.integers(0, 5))
    | st.builds(lambda f, n: (f"{f}:[{n} to 9]", Range(f, n, 9)), st.sampled_from(NUMBER_FIELDS), st.integers(0, 5))
    | st.builds(
        lambda f, d: (f"{f}:[2026-01-{d:02d} to]", Range(f, START + timedelta(days=d - 1), None)),
        st.sampled_from(["published", "seen"]), st.integers(1, 25),
    )
    | st.sampled_from([("is:ours", Term("label", "voice=ours")), ("is:others", Not(Term("label", "voice=ours")))])
    | st.just(("*", Every()))
)  # fmt: skip


def _joined(inner: st.SearchStrategy[tuple[str, Node]]) -> st.SearchStrategy[tuple[str, Node]]:
    several = st.lists(inner, min_size=2, max_size=3)
    return (
        several.map(lambda parts: (f"({' '.join(text for text, _ in parts)})", And(tuple(node for _, node in parts))))
        | several.map(lambda parts: (f"({' OR '.join(text for text, _ in parts)})", Or(tuple(node for _, node in parts))))
        | inner.map(lambda part: (f"(NOT {part[0]})", Not(part[1])))
    )


said = st.recursive(said_parts, _joined, max_leaves=5)
"""Pairs of a query's text and of a tree that means the same."""
