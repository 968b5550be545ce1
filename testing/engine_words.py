"""What every engine must find: inflected forms, accents on demand, wildcards, addresses, contents and numbers."""

from __future__ import annotations

from datetime import timedelta

import pytest

from ..core.contracts import SearchEngine
from ..core.query import And, Inflected, Node, Not, Or, Phrase, Prefix, Range, Term, Wildcard, Written
from .engine_samples import START, doc, found_numbers

_FORMS = {
    "en": ("Phones are ringing", {"phone": True, "ring": True, "rings": True, "phon": False}),
    "en-GB": ("Phones are ringing", {"phone": True}),
    "es": ("Canciones y teléfonos", {"telefono": True, "cancion": True, "cantar": False}),
    "ro": ("Mașinile și telefoanele", {"masina": True, "telefoane": True, "telefonul": False}),
    "el": ("Τα τηλέφωνα στους δρόμους", {"τηλεφωνο": True, "τηλεφωνων": True, "δρομος": True}),
    "de": ("Häuser und Straßen", {"haus": True, "strasse": True, "hausern": True}),
    "pl": ("telefony", {"telefony": True, "telefon": False}),
    "unknown": ("phones", {"phones": True, "phone": False}),
    "": ("phones", {"phones": True, "phone": False}),
    "ja": ("電話 phones", {"電話": True, "phones": True, "phone": False}),
}
"""By language: a text, and whether a folded word finds it. Without a stemmer (pl) or a language, only the word itself does."""


class FindingContract:
    """A part of :class:`hubbub.testing.engine_contract.SearchEngineContract`."""

    @pytest.mark.parametrize("field", ["text", "title"])
    def test_a_word_finds_its_forms_in_the_language_of_the_mention(self, engine: SearchEngine, field: str) -> None:
        languages = list(_FORMS)
        engine.put([doc(n, **{field: _FORMS[lang][0]}, lang=lang) for n, lang in enumerate(languages)])
        for number, lang in enumerate(languages):
            for word, there in _FORMS[lang][1].items():
                assert (number in found_numbers(engine, Inflected(field, word))) == there, (lang, word)
        # A title is part of what ``text`` means; a text is no part of a title.
        other = "title" if field == "text" else "text"
        assert bool(found_numbers(engine, Inflected(other, "phone"))) == (field == "title")

    def test_each_mention_is_inflected_in_its_own_language_only(self, engine: SearchEngine) -> None:
        engine.put([doc(1, "cats", lang="en"), doc(2, "cats", lang="tr"), doc(3, "cats"), doc(4, "cat", lang="xx")])
        assert found_numbers(engine, Inflected("text", "cat")) == [4, 1]
        assert found_numbers(engine, Term("text", "cat")) == [4]
        engine.put([doc(1, "cats", lang="tr")])
        assert found_numbers(engine, Inflected("text", "cat")) == [4], "the language was corrected"

    def test_inflected_words_stand_beside_everything_else(self, engine: SearchEngine) -> None:
        engine.put([doc(1, "ringing phones", lang="en"), doc(2, "old phone", lang="en"), doc(3, "phoney", lang="en")])
        phone = Inflected("text", "phone")
        for node, expected in (
            (And((phone, Inflected("text", "rings"))), [1]),
            (And((phone, Not(Term("text", "old")))), [1]),
            (Or((phone, Term("text", "phoney"))), [3, 2, 1]),
            (Not(phone), [3]),
            (Inflected("text", "radio"), []),
        ):
            assert found_numbers(engine, node) == expected, node

    def test_the_word_itself_comes_before_its_forms(self, engine: SearchEngine) -> None:
        engine.put(
            [
                doc(1, "phones " * 3, lang="en"),
                doc(2, "one phone among so many other words " + "of a long and slow tale " * 6, lang="en"),
                doc(3, "phones", title="phones", lang="en"),
                doc(4, "a phone", lang="en"),
                doc(5, "something else", lang="en"),
            ]
        )
        best = found_numbers(engine, Inflected("text", "phone"), "relevance")
        assert best[:2] == [4, 2]
        assert sorted(best[2:]) == [1, 3]

    def test_more_and_denser_words_are_more_relevant(self, engine: SearchEngine) -> None:
        engine.put([doc(n, "acme " * n + "word " * (20 - n)) for n in (1, 8, 3)])
        assert found_numbers(engine, Term("text", "acme"), "relevance") == [8, 3, 1]

    def test_accents_count_on_demand(self, engine: SearchEngine) -> None:
        engine.put(
            [
                doc(1, "el AÑO", title="teléfono"),
                doc(2, "el ano, un telefono"),
                doc(3, "El Año y el ano"),
                doc(4, "ŞTEFAN", title="año"),
                doc(5, "Ștefan e aici"),
                doc(6, "το ΝΈΟ νεο", author="año"),
            ]
        )
        for node, expected in (
            (Written("text", "año"), [4, 3, 1]),
            (Written("text", "ano"), [3, 2]),
            (Written("title", "año"), [4]),
            (Written("title", "telefono"), []),
            (Written("text", "telefono"), [2]),
            (Written("text", "teléfono"), [1]),
            (Written("text", "ștefan"), [5, 4]),
            (Written("text", "stefan"), []),
            (Written("text", "νέο"), [6]),
            (Written("text", "νεο"), [6]),
            (Not(Written("text", "ano")), [6, 5, 4, 1]),
            (Term("text", "ano"), [4, 3, 2, 1]),
        ):
            assert found_numbers(engine, node) == expected, node

    def test_wildcards_stand_for_characters_within_a_word(self, engine: SearchEngine) -> None:
        engine.put(
            [
                doc(1, "smartphone", title="Acme", author="@acme_desk", tags=("Press room",), sources=("news.example",)),
                doc(2, "telephones, a+b", author="Ana Pop", tags=("a*b", "press"), sources=("blog",)),
                doc(3, "phone #AcmePhone", lang="en"),
                doc(4, "日本語 и Ștefan", url="https://www.acme.example/smart-home"),
            ]
        )
        for node, expected in (
            (Wildcard("text", "*phone"), [3, 1]),
            (Wildcard("text", "*phone*"), [3, 2, 1]),
            (Wildcard("text", "sm*ne"), [1]),
            (Wildcard("text", "p?one"), [3]),
            (Wildcard("text", "????e"), [3]),
            (Wildcard("text", "tele*n?s"), [2]),
            (Wildcard("text", "**ph**one**"), [3, 2, 1]),
            (Wildcard("text", "#*phone"), [3]),
            (Wildcard("text", "?t?fan"), [4]),
            (Wildcard("text", "日?"), [4]),
            (Wildcard("text", ".*"), []),
            (Wildcard("title", "a*e"), [1]),
            (Wildcard("author", "@*desk"), [1]),
            (Wildcard("author", "?na"), [2]),
            (Wildcard("url", "*mart"), [4]),
            (Wildcard("tag", "press*m"), [1]),
            (Wildcard("tag", "*"), [2, 1]),
            (Wildcard("tag", "a?b"), [2]),
            (Wildcard("source", "*.example"), [1]),
            (Wildcard("lang", "?n"), [3]),
            (Wildcard("text", "*nothing*"), []),
        ):
            assert found_numbers(engine, node) == expected, node

    def test_addresses_and_contents(self, engine: SearchEngine) -> None:
        blog = "https://blog.acme.example/2026/New-Phone?id=1"
        engine.put(
            [
                doc(1, "acme", url=blog, domains=("blog.acme.example", "acme.example"), has=("media", "image", "link")),
                doc(2, "see https://acme.example", url="https://other.example/acme", domains=("other.example",), has=("link",)),
                doc(3, "phone", aspects=("deleted", "edited")),
            ]
        )
        for node, expected in (
            (Term("is", "deleted"), [3]),
            (Not(Term("is", "edited")), [2, 1]),
            (Term("url", "acme"), [2, 1]),
            (Term("url", "phone"), [1]),
            (Phrase("url", ("new", "phone"), 0), [1]),
            (Prefix("url", "oth"), [2]),
            (Term("domain", "acme.example"), [1]),
            (Prefix("domain", "blog"), [1]),
            (Not(Term("domain", "other.example")), [3, 1]),
            (Term("has", "media"), [1]),
            (Term("has", "link"), [2, 1]),
            (Term("has", "video"), []),
        ):
            assert found_numbers(engine, node) == expected, node

    def test_every_number_has_ranges(self, engine: SearchEngine) -> None:
        fields = ("followers", "likes", "shares", "replies", "views", "engagement")
        engine.put(
            [
                *(doc(n, "acme", **{field: 10}) for n, field in enumerate(fields)),
                doc(6, "acme", **dict.fromkeys(fields, 0)),
                doc(7, "acme"),
            ]
        )
        for number, field in enumerate(fields):
            assert found_numbers(engine, Range(field, 10, None)) == [number]
            assert found_numbers(engine, Range(field, 0, 10, low_open=True)) == [number]
            assert found_numbers(engine, Range(field, None, 10, high_open=True)) == [6]
            assert found_numbers(engine, Range(field, None, None)) == [6, number]
            assert found_numbers(engine, Not(Range(field, 0, None))) == sorted({*range(6), 7} - {number}, reverse=True)

    def test_seen_is_not_published(self, engine: SearchEngine) -> None:
        hour = timedelta(hours=1)
        engine.put([doc(n, "acme", seen=START + n * hour + timedelta(microseconds=n)) for n in range(4)])
        assert found_numbers(engine, Range("seen", START + hour, START + 3 * hour)) == [2, 1]
        assert found_numbers(engine, Range("seen", START + hour + timedelta(microseconds=1), None, low_open=True)) == [3, 2]
        assert found_numbers(engine, Range("published", START + hour, None)) == []

    def test_patterns_and_words_from_hell_are_answered(self, engine: SearchEngine) -> None:
        engine.put([doc(1, "a" * 255 + " x", lang="en"), doc(2, "acme")])
        nodes: dict[Node, list[int]] = {
            Wildcard("text", "*a" * 60 + "*b"): [],
            Wildcard("text", "?" * 255): [1],
            Wildcard("text", "[a-z]+"): [],
            Wildcard("tag", "\\*"): [],
            Inflected("text", "a" * 255): [1],
            Written("text", "a" * 255): [1],
            Written("text", ""): [],
            Inflected("text", "x"): [1],
        }
        for node, expected in nodes.items():
            assert found_numbers(engine, node) == expected, node
