"""What a query means for a mention, and the measures that it is made of."""

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hubbub.core.anchors import anchors
from hubbub.core.documents import SearchDoc
from hubbub.core.docwords import DocWords
from hubbub.core.parsing import parse
from hubbub.core.proximity import gaps, has_phrase, places, runs, ways, within
from hubbub.core.query import And, Every, Inflected, Not, Or, Phrase, Query, Range, nodes, positive_nodes, wildcard_pattern
from hubbub.core.text import WORD_CAP

WHEN = datetime(2026, 5, 1, 12, tzinfo=UTC)
DOC = SearchDoc(
    seen=datetime(2026, 6, 15, tzinfo=UTC),
    ref="test:1", when=WHEN, title="The new Acme phone", text="Mi teléfono #Acme es de @ana@social.example",
    author="@bob Bob Ross", sources=("press",), platform="rss", kind="post", topics=("Acme Watch",), lang="es",
    labels=("tone=angry", "angry"), tags=("Später",), status="kept", followers=100, likes=None,
    url="https://blog.acme.example/phone?x=1", domains=("blog.acme.example", "acme.example"), has=("media", "image"), shares=6,
    engagement=12,
)  # fmt: skip


@pytest.mark.parametrize(
    "text",
    [
        "acme", "TELEFONO", "title:acme", "text:telefono", "author:bob", "author:@bob", "#acme", "@ana", "@ana@social.example",
        '"new acme phone"', '"new phone"~1', '"acme es"', "telef*", "telefona~1", "source:press", "kind:post", "topic:acme*",
        'topic:"acme watch"', "lang:en,es", "label:tone=angry", "tag:spater", "status:kept", "sentiment:unknown",
        "followers:100", "followers:>=100", "followers:[50 to 200}", "published:2026-05-01", "published:<2026-06",
        "phones", "=phone", '"phone"', "==teléfono", "telefonos", "*fono", "tel?fono", "#ac*e", "@a?a", "topic:*watch",
        "url:acme.example/phone", "url:https://acme.example/phone?x=2", "url:*phone*", "domain:acme.example",
        "domain:blog.acme.example", "has:media", "has:image,video", "shares:>5", "engagement:12", "seen:2026-06-15",
        "*", "NOT nothing", "nothing OR acme", "acme NOT nothing", "NOT likes:>=0", "NOT (nothing acme)",
    ],
)  # fmt: skip
def test_a_mention_answers(text: str) -> None:
    assert parse(text).matches(DOC)


@pytest.mark.parametrize(
    "text",
    [
        "nothing", "title:telefono", "author:acme", "author:@ross", "#phone", "@social", '"phone new"', '"new phone"',
        '"phone mi"', '"phone telefono"~50', "phonee*", "telex~1", "source:blog", "lang:en", "tag:spat", "status:new",
        "followers:>100", "followers:[100 to 100}", "likes:>=0", "likes:<5", "published:>2026-05-01", "NOT acme",
        "acme nothing", "acme NOT telefono", "=phones", '"phones"', "==telefono", "==Telefonó", "*fon", "tel?ono", "#*phone",
        "topic:watch*", "url:example/acme", "domain:example", "domain:other.example", "has:video", "replies:>=0",
        "seen:<2026-06-15", "url:phones",
    ],
)  # fmt: skip
def test_a_mention_does_not_answer(text: str) -> None:
    assert not parse(text).matches(DOC)


def test_empty_groups_are_all_and_nothing() -> None:
    assert Query("", And(())).matches(DOC)
    assert not Query("", Or(())).matches(DOC)


def test_a_document_taken_apart_once_answers_many_queries() -> None:
    words = DocWords(DOC)
    assert all(parse(text).matches(words) for text in ("acme", "#acme", "lang:es", '"acme phone"'))


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("acme", True),
        ("author:bob", True),
        ("#tag", True),
        ("NOT acme", True),
        ("lang:es", False),
        ("*", False),
        ("likes:>1 tag:a*", False),
    ],
)
def test_only_words_need_an_index(text: str, expected: bool) -> None:
    assert parse(text).has_text is expected


def test_positive_leaves_are_those_that_are_not_excluded() -> None:
    query = parse('acme OR "big phone" NOT (bad NOT good) likes:>3')
    assert list(positive_nodes(query.root)) == [
        Inflected("text", "acme"),
        Phrase("text", ("big", "phone")),
        Inflected("text", "good"),
        Range("likes", 3, None, low_open=True),
    ]
    assert sum(isinstance(node, Not) for node in nodes(query.root)) == 2
    assert list(positive_nodes(Every())) == [Every()]


def test_anchors_are_words_without_which_nothing_matches() -> None:
    assert anchors(parse("#acme_phone OR coca-cola").root) == {("acme", "phone"), ("coca", "cola")}
    assert anchors(parse("日本 NOT acme").root) == {("日本",)}
    assert anchors(parse("acme OR lang:es").root) is None


SMALL = st.text("abc", max_size=6)


def has_shape(pattern: str, word: str) -> bool:
    """What a wildcard is by its definition."""
    if not pattern:
        return not word
    if pattern[0] == "*":
        return has_shape(pattern[1:], word) or (bool(word) and has_shape(pattern, word[1:]))
    return bool(word) and pattern[0] in ("?", word[0]) and has_shape(pattern[1:], word[1:])


@given(st.text("ab*?.\\", max_size=7), st.text("ab.\\\n", max_size=7))
def test_a_pattern_matches_words_of_its_shape(pattern: str, word: str) -> None:
    assert (wildcard_pattern(pattern).fullmatch(word) is not None) == has_shape(pattern, word)


def test_no_pattern_is_slow() -> None:
    hostile = "a" * WORD_CAP
    for pattern in ("*a" * 100 + "*b", "*" + "a?" * 9 + "*a*a*b", "*?" * 100 + "b"):
        assert not wildcard_pattern(pattern).fullmatch(hostile)  # one that tries all ways would take years


def distance(a: str, b: str) -> int:
    """Levenshtein's distance by its definition."""
    if not a or not b:
        return len(a) + len(b)
    return min(distance(a[1:], b) + 1, distance(a, b[1:]) + 1, distance(a[1:], b[1:]) + (a[0] != b[0]))


@given(SMALL, SMALL, st.sampled_from([0, 1, 2]))
def test_within_is_levenshteins_distance(a: str, b: str, limit: int) -> None:
    assert within(a, b, limit) == (distance(a, b) <= limit)


@given(
    st.lists(st.sampled_from("abc"), max_size=8), st.lists(st.sampled_from("abc"), min_size=1, max_size=4), st.integers(0, 4)
)
def test_a_phrase_stands_where_some_way_of_gaps_fits(words: list[str], phrase: list[str], slop: int) -> None:
    def fits(start: int, gap: tuple[int, ...]) -> bool:
        at = [start + i + sum(gap[:i]) for i in range(len(phrase))]
        return at[-1] < len(words) and [words[place] for place in at] == phrase

    everything = list(gaps(len(phrase), slop))
    expected = any(fits(start, gap) for start in range(len(words)) for gap in everything)
    assert has_phrase(words, phrase, slop) == expected
    assert (next(runs(phrase, slop, places(words)), None) is not None) == expected
    assert len(set(everything)) == len(everything) == ways(len(phrase), slop)
