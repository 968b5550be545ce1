"""Where a mention answers a query, and cuts around it."""

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hubbub.core.documents import document
from hubbub.core.highlighting import highlights, snippet
from hubbub.core.parsing import parse
from hubbub.core.query import Fuzzy, Inflected, Phrase, Prefix, Query, Term, Wildcard, WordNode, Written
from hubbub.core.text import signed, tokens, written
from hubbub.core.values import Mention, Record

NOW = datetime(2026, 5, 1, tzinfo=UTC)


def record(text: str, title: str = "", lang: str = "") -> Record:
    mention = Mention(platform="test", key="1", title=title, text=text, lang=lang)
    return Record(mention=mention, version=1, when=NOW, first_seen=NOW, last_seen=NOW)


def marked(query: str, text: str, title: str = "", lang: str = "") -> list[str]:
    found = record(text, title, lang)
    return [getattr(found.mention, span.field)[span.start : span.end] for span in highlights(parse(query), found)]


@pytest.mark.parametrize(
    ("query", "text", "expected"),
    [
        ("acme", "The ACME phone of acmé", ["ACME", "acmé"]),
        ("τηλεφωνο", "Το Τηλέφωνο!", ["Τηλέφωνο"]),
        ('"acme phone"', "acme, phone. Acme the phone", ["acme, phone"]),
        ('"acme phone"~1', "Acme the phone", ["Acme", "phone"]),
        ("phon*", "phones phonetic", ["phones", "phonetic"]),
        ("acme~1", "acne acmes", ["acne", "acmes"]),
        ("#acme", "acme #Acme", ["#Acme"]),
        ("coca-cola", "#coca_cola", ["coca_cola"]),
        ("日", "日本と日", ["日", "日"]),
        ("日本語", "私は日本語が好き", ["日本語"]),
        ("acme NOT phone", "acme phone", ["acme"]),
        ("NOT NOTHING", "nothing", []),
        ("author:acme", "acme", []),
        ("lang:en", "en", []),
        ("acme OR telefon", "👍🏽 Telefon cu acme", ["Telefon", "acme"]),
    ],
)
def test_what_answers_is_marked(query: str, text: str, expected: list[str]) -> None:
    assert marked(query, text) == expected


@pytest.mark.parametrize(
    ("lang", "query", "text", "expected"),
    [
        ("en", "phone", "👍🏽 Phones! A phone, phoned.", ["Phones", "phone", "phoned"]),
        ("en", "=phone", "Phones! A phone.", ["phone"]),
        ("en", '"phone"', "Phones! A phone.", ["phone"]),
        ("", "phone", "Phones! A phone.", ["phone"]),
        ("es", "teléfono", "TELEFONOS y teléfonos", ["TELEFONOS", "teléfonos"]),
        ("es", "==año", "año, ano, AÑO", ["año", "AÑO"]),
        ("es", "año", "año, ano", ["año", "ano"]),
        ("ro", "știre", "Ştirile și știri, stirea", ["Ştirile", "știri", "stirea"]),
        ("ro", "==știre", "ştire știre stire", ["ştire", "știre"]),
        ("el", "πελάτης", "Ο ΠΕΛΑΤΗΣ, του πελάτη", ["ΠΕΛΑΤΗΣ", "πελάτη"]),
        ("el", "λόγος", "λογοσ και ΛΌΓΟΣ", ["λογοσ", "ΛΌΓΟΣ"]),
        ("el", "==λόγος", "λογος και ΛΌΓΟΣ", ["ΛΌΓΟΣ"]),
        ("de", "strasse", "Straßen, STRASSE", ["Straßen", "STRASSE"]),
        ("de", "==Straße", "Straße STRASSE", ["Straße", "STRASSE"]),
        ("ar", "هاتف", "الهَاتِف هــاتف", ["الهَاتِف", "هــاتف"]),
        ("ja", "日本語", "彼は日本語を話す", ["日本語"]),
        ("zh", "==日本", "在日本工作", ["日本"]),
        ("ko", "전화", "새전화기", ["전화"]),
        ("", "*phone", "smartphone Phones phone", ["smartphone", "phone"]),
        ("", "st?f*n", "Ștefan, Ştefănescu Stefan", ["Ștefan", "Stefan"]),
        ("", "#ac*me", "#AcmeHome ac-me", ["#AcmeHome"]),
        ("", "==café", "https://x.example/caf%C3%A9 café CAFE\u0301 cafe", ["café", "CAFE\u0301"]),
    ],
)
def test_forms_accents_and_shapes_are_marked(lang: str, query: str, text: str, expected: list[str]) -> None:
    assert marked(query, text, lang=lang) == expected


def test_title_comes_first_and_fields_keep_to_themselves() -> None:
    assert marked("acme", "acme text", "Acme title") == ["Acme", "acme"]
    assert marked("title:acme", "acme text", "Acme title") == ["Acme"]
    assert marked('"one two"', "two", "one") == []


def test_overlapping_marks_are_one() -> None:
    assert marked('"acme big phone" OR "big phone shop" OR big', "acme big phone shop") == ["acme big phone shop"]


PIECES = st.sampled_from([
    "acme", "Acmé", "phones", "日本語", "語", "#acme", "@acme@social.example", "x", "Ștefan", "ştefan", "τηλέφωνα", "ΤΗΛΕΦΩΝΟ",
    "Λόγος", "teléfonos", "Straße", "الهاتف", "هاتف", "ـ", "👍🏽", "https://x.example/caf%C3%A9", "n\u0303", "हिन्दी", "ｶﾞ", "½",
    "'s",
])  # fmt: skip
TEXTS = st.lists(st.tuples(PIECES, st.sampled_from([" ", " ", ", ", ""])), max_size=8).map(
    lambda parts: "".join(map("".join, parts))
)


def one_word(text: str) -> st.SearchStrategy[WordNode]:
    """Nodes that ask for one word, most of them for one that stands in a text or is like one."""
    bare = sorted({token.text for token in tokens(text)} | {"phone", "telefono", "日"})
    field, word, cut = st.sampled_from(["text", "title"]), st.sampled_from(bare), st.integers(0, 2)
    signs = st.sampled_from([*signed(text), "#acme"])
    return (
        st.builds(Term, field, word | signs)
        | st.builds(Inflected, field, word)
        | st.builds(Written, field, st.sampled_from([*written(text), "ștefan"]))
        | st.builds(lambda field, word, cut: Prefix(field, word[: cut + 1]), field, word | signs, cut)
        | st.builds(lambda field, word, cut: Wildcard(field, f"*{word[cut:]}*"), field, word, cut)
        | st.builds(lambda field, word, cut: Wildcard(field, f"{word[:cut]}?{word[cut + 1 :]}"), field, word | signs, cut)
        | st.builds(Fuzzy, field, word, st.sampled_from([1, 2]))
        | st.builds(lambda field, word: Phrase(field, (word,)), field, word)
    )


@given(data=st.data(), text=TEXTS, title=TEXTS, lang=st.sampled_from(["", "en", "es", "el", "ro", "ar"]))
def test_what_one_word_matches_is_marked_and_nothing_else(data: st.DataObject, text: str, title: str, lang: str) -> None:
    found = record(text, title, lang)
    query = Query("", data.draw(one_word(f"{title} {text}")))
    spans = highlights(query, found)
    assert bool(spans) == query.matches(document(found))
    for part in ("title", "text"):
        places = [place for span in spans if span.field == part for place in (span.start, span.end)]
        assert places == sorted(places)
        assert all(span.start < span.end <= len(getattr(found.mention, part)) for span in spans if span.field == part)


@given(text=TEXTS, title=TEXTS, query=st.sampled_from(['"acme phones"', '"acme x"~2', "acme phone", "x OR phones NOT 日本"]))
def test_what_several_words_match_is_marked(text: str, title: str, query: str) -> None:
    found, asked = record(text, title, "en"), parse(query)
    if asked.matches(document(found)):
        assert highlights(asked, found)


def test_a_snippet_is_cut_between_words_around_the_first_mark() -> None:
    text = "one two three four five six seven eight nine ten eleven"
    shown, places = snippet(text, [(28, 33), (49, 55)], 30)
    assert shown == "…six seven eight nine ten…"
    assert [shown[start:end] for start, end in places] == ["seven"]
    assert snippet(text, [], 13) == ("one two…", ())
    assert snippet("short\ntext", [(0, 5)], 80) == ("short text", ((0, 5),))


@given(
    text=st.text(st.sampled_from("ab \n日👍"), max_size=80),
    place=st.tuples(st.integers(0, 80), st.integers(1, 20)),
    width=st.integers(8, 60),
)
def test_a_snippet_keeps_to_its_width_and_shows_the_mark(text: str, place: tuple[int, int], width: int) -> None:
    start, end = min(place[0], len(text)), min(place[0] + place[1], len(text))
    spans = [(start, end)] if start < end else []
    shown, places = snippet(text, spans, width)
    assert len(shown) <= width
    assert "\n" not in shown
    if spans:
        assert places
        assert text[start : start + 1].replace("\n", " ") == shown[places[0][0]]
