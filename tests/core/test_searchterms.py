"""What a platform's own search is asked for: never less than the query can match."""

from __future__ import annotations

from datetime import UTC, datetime
from itertools import combinations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hubbub.core.documents import live_document
from hubbub.core.parsing import parse
from hubbub.core.searchterms import packed, search_terms, tags_of
from hubbub.core.values import Mention, Topic


def terms(*queries: str) -> list[str]:
    return [term.plain for term in search_terms(Topic(name=f"t{i}", query=query) for i, query in enumerate(queries))]


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ('"acme phone" OR acme NOT "acme dynamite"', ["acme"]),
        ("acme battery", ["acme battery"]),
        ('(acme OR globex) AND "el móvil"', ['acme "el móvil"', 'globex "el móvil"']),
        ("Ștefan OR Παπαδόπουλος", ["Ștefan", "Παπαδόπουλος"]),
        ("電池 OR アクメ", ["電池", "アクメ"]),
        ("#acme OR @acme", ["#acme", "@acme"]),
        ("acme lang:es", ["acme"]),
        ('"acme phone"~3', ["acme phone"]),
        ("==Télé", ["télé"]),
        ("source:forum", []),
        ("acme*", []),
        ("acme OR lang:es", []),
    ],
)
def test_what_is_searched_for(query: str, expected: list[str]) -> None:
    assert sorted(terms(query)) == sorted(expected)


def test_what_another_topic_finds_anyway_is_left_out() -> None:
    assert terms('"acme phone"', "acme", "globex acme") == ["acme"]


def test_tags() -> None:
    topics = [Topic(name="a", query='"Acme Phone" OR #AcmeHub OR @acme OR μπαταρία'), Topic(name="b", query="red green")]
    assert sorted(tags_of(topics)) == ["acmehub", "acmephone", "μπαταρία"]


def test_a_query_of_many_combinations_is_asked_for_by_its_shortest_part() -> None:
    wide = " OR ".join(f"word{number}" for number in range(50))
    assert terms(f"({wide}) AND (acme OR globex)") == ["acme", "globex"]


WORDS = st.sampled_from(["acme", "phone", "batería", "#acme"])


@given(
    st.recursive(WORDS, lambda q: st.builds("({} {} {})".format, q, st.sampled_from(["AND", "OR", "AND NOT"]), q), max_leaves=6)
)
def test_every_text_that_matches_has_all_parts_of_a_term(query: str) -> None:
    found = search_terms([Topic(name="t", query=query)])
    for size in range(4) if found else ():
        for words in combinations(["acme", "phone", "batería", "#acme"], size):
            mention = Mention(platform="x", key="1", text=" ".join(words))
            if parse(query).matches(live_document(mention, seen=datetime(2026, 6, 14, tzinfo=UTC))):
                has = {*words, *(word.lstrip("#") for word in words)}
                assert any(all(part in has for part in term.parts) for term in found)


def test_words_are_asked_for_together_as_far_as_a_search_may_be_long() -> None:
    words = ["acme", "τηλέφωνο", "o" * 30, "ștefan", "x"]
    together = packed(words, " OR ", 16)
    assert together == [["acme", "τηλέφωνο"], ["o" * 30], ["ștefan", "x"]]
    assert packed(words, "|", 1000, most=2) == [words[:2], words[2:4], words[4:]]
    assert packed([], " OR ", 16) == []
