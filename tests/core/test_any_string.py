"""Any string is read, split and imported, or refused: the fuzzers' properties, asked of generated strings."""

import json

from fuzz_properties import check_import, check_query, check_tokens
from hypothesis import example, given, settings
from hypothesis import strategies as st

PIECES = st.sampled_from([
    "acme", "Ștefan", "τηλέφωνο", "日本", "語", "👍🏽", "phones", "#acme", "@a@b.example", " ", " ", " ", "AND", "OR", "NOT",
    "(", ")", '"', "“", "*", "?", "~1", "~", "=", "==", ":", "title:", "url:", "domain:", "has:", "kind:", "tag:", "likes:",
    "seen:", ">=", "<", "[", "]", "{", " to ", "5", "2026-01", "today", "https://x.example/é%C3%A9?a", ",", "-", "+", "^2",
    "&&", "\\", "/", "'", "\0", "\ud800", "\u202e", "\u0301", "ـ", "½",
])  # fmt: skip
QUERIES = st.lists(PIECES, max_size=12).map("".join) | st.text(max_size=30)
TEXTS = st.lists(PIECES | st.characters(), max_size=20).map("".join)


@settings(max_examples=100, deadline=None)
@given(QUERIES)
@example("*" * 10_000)
@example("(" * 1_000 + "a" + ")" * 1_000)
@example("NOT " * 2_000 + "a")
@example("acme\0phone")
@example('"' * 999)
@example("👍" * 3_000)
@example("a" * 10_000)
def test_any_string_is_a_query_or_a_clear_error(text: str) -> None:
    check_query(text)


@settings(max_examples=100, deadline=None)
@given(TEXTS)
def test_words_of_any_string_are_where_they_are_said_to_be(text: str) -> None:
    check_tokens(text)


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=5) | st.just("2026-01-01T00:00:00Z"),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(["platform", "key", "at", "name", "ref"]), inner)
    ),
    max_leaves=8,
)


@settings(max_examples=100, deadline=None)
@given(JSON.map(json.dumps) | st.text(max_size=20))
@example("[" * 100_000)
@example('{"platform": "x", "key": "a", "handle": "@ @ a", "url": "http://[", "at": "2026-01-01T00:00:00Z"}')
@example('{"name": " \\u0007 ", "query": "", "created": "2026-01-01T00:00:00Z", "looked": "0001-01-01T00:00:00+23:00"}')
def test_any_line_of_an_import_is_an_entry_or_refused(text: str) -> None:
    check_import(text)
