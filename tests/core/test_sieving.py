"""The test before parsing never lets fall what a topic matches."""

from __future__ import annotations

import json
from datetime import UTC, datetime

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from hubbub.core.cleaning import clean_mention
from hubbub.core.documents import live_document
from hubbub.core.parsing import parse
from hubbub.core.sieving import Sieve
from hubbub.core.values import Mention, Topic

NOW = datetime(2026, 6, 14, tzinfo=UTC)
QUERIES = ["acme", "=acme", '"acme phone"', "bateria", "μπαταρία", "#acme", "@acme", "日本", "Ștefan", "phones 4u", "x OR żółw"]
TOPICS = [Topic(name=str(number), query=query) for number, query in enumerate(QUERIES)]
PARSED = [parse(query) for query in QUERIES]
SIEVE = Sieve(TOPICS)
SHAPES = ["acm*", "*tería", "ph?ne", "μπατ*ες", "phones~1", "battery~2", "日*", "*4?9"]
SHAPED = [(parse(query), Sieve([Topic(name=query, query=query)])) for query in SHAPES]

WORDS = st.sampled_from(
    ["acme" * 70, "acme", "ACME", "phone", "Phones", "bateria", "batería", "BATERIILE", "μπαταρίες", "ΜΠΑΤΑΡΊΑ", "日本語",
     "stefan", "ŞTEFAN", "4u", "phnes", "batery", "x489", "été", "żółw", "ac\u00adme", "a\u0301cme", "other", "\u212acme",
     "https://acme.example/a%63me?q=1", "xhttp://s.example"]
)  # fmt: skip
BETWEEN = st.sampled_from(
    [" ", "\n", "\t", "/", "\\", '"', "<", "&", "'", "’", "—", "\b", "\x00", "\x7f", "\x1b[1m", "\x9b31;1m", "\u202e", "\u2028",
     "", "_", "#", "@", "🎉", "\u200b", "://", "http", "n", "\\n", ".", "%61", "\x85"]
)  # fmt: skip
TEXTS = st.lists(st.one_of(WORDS, BETWEEN, st.text(max_size=3)), max_size=8).map("".join)


def matches(text: str, lang: str) -> bool:
    mention = clean_mention(Mention(platform="bluesky", key="1", text=text, lang=lang))
    document = live_document(mention, seen=NOW)
    return any(query.matches(document) for query in PARSED)


@given(text=TEXTS, lang=st.sampled_from(["", "en", "es", "ro", "el", "de", "fr"]), ascii_only=st.booleans())
@example(text="a\\nacme", lang="", ascii_only=False)
@example(text="\nacme", lang="", ascii_only=True)
@example(text="ac\x9b31;1mme", lang="", ascii_only=False)
@example(text="acmehttp://x.example", lang="", ascii_only=False)
def test_nothing_that_matches_falls(text: str, lang: str, ascii_only: bool) -> None:
    event = {"did": "did:plc:2x7", "commit": {"record": {"text": text, "langs": [lang]}}}
    message = json.dumps(event, ensure_ascii=ascii_only).encode("utf-8", "surrogatepass")
    if matches(text, lang):
        assert SIEVE.passes(message)
        assert SIEVE.takes(Mention(platform="bluesky", key="1", text=text, lang=lang))


@pytest.mark.parametrize(
    "text", ["Nothing to see here", "Ένα μήλο την ημέρα", "Hoy no pasa nada.\nDe verdad “nada”", "phonetics of acmeology"]
)
def test_most_of_the_rest_falls(text: str) -> None:
    assert not SIEVE.passes(json.dumps({"text": text}, ensure_ascii=False).encode())


@given(text=TEXTS, lang=st.sampled_from(["", "en", "es"]), ascii_only=st.booleans())
@example(text="acme" * 63 + "phone", lang="", ascii_only=False)
def test_nothing_that_has_a_shape_falls(text: str, lang: str, ascii_only: bool) -> None:
    said = Mention(platform="bluesky", key="1", text=text, lang=lang)
    document = live_document(clean_mention(said), seen=NOW)
    message = json.dumps({"text": text}, ensure_ascii=ascii_only).encode("utf-8", "surrogatepass")
    for query, sieve in SHAPED:
        if query.matches(document):
            assert sieve.passes(message), query.text
            assert sieve.takes(said), query.text


def test_what_has_no_such_shape_falls() -> None:
    sieve = Sieve([Topic(name=query, query=query) for query in ("acm*", "*phone", "gl?bex")])
    assert not sieve.lets_all_through
    assert not sieve.passes('{"did": "did:plc:a2c4", "rkey": "3kacmeaa", "text": "Ένα macme, phones, Globe"}'.encode())
    for said in ("ACMÉ", "smartphone", "globex!"):
        assert sieve.passes(json.dumps({"text": said}, ensure_ascii=False).encode())


def test_a_topic_without_a_particular_word_lets_all_through() -> None:
    assert Sieve([Topic(name="a", query="acme OR lang:es")]).passes(b'{"text": "nothing"}')
    assert Sieve([Topic(name="a", query="#acm*")]).passes(b'{"text": "nothing"}')
    assert Sieve([Topic(name="a", query='"acme phone"')]).passes(b'{"text": "a phone"}')
    assert not Sieve([Topic(name="a", query='"acme phone"')]).takes(Mention(platform="b", key="1", text="a phone"))
