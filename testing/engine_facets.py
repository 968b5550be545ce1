"""How every engine must count its hits, and which words it must propose."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest

from ..core.contracts import SearchEngine
from ..core.query import Every, Inflected, Term
from ..core.values import FACET_FIELDS, FacetField
from .engine_samples import START, asked, doc, ref


class CountingContract:
    """A part of :class:`hubbub.testing.engine_contract.SearchEngineContract`."""

    def test_facets_count_all_hits_by_value(self, engine: SearchEngine) -> None:
        engine.put(
            [
                doc(1, "acme", sources=("press", "Blog"), platform="rss", topics=("Acme Watch",), lang="en", account="@ana"),
                doc(2, "acme phones", sources=("press",), platform="rss", lang="en", sentiment="positive", account="Ana Pop"),
                doc(3, "acme", sources=("Blog",), platform="mastodon", topics=("Acme Watch", "other"), lang="el"),
                doc(4, "another", sources=("press",), platform="rss", topics=("never",), account="@never"),
            ]
        )
        counted = engine.facets(asked("acme"))
        assert counted.total == 3
        assert counted.days == ((date(2026, 3, 1), 3),)
        assert dict(counted.fields) == {
            "source": (("Blog", 2), ("press", 2)),
            "platform": (("rss", 2), ("mastodon", 1)),
            "topic": (("Acme Watch", 2), ("other", 1)),
            "lang": (("en", 2), ("el", 1)),
            "sentiment": (("unknown", 2), ("positive", 1)),
            "author": (("@ana", 1), ("Ana Pop", 1)),
        }
        assert engine.facets(asked(Inflected("text", "phone"))).total == 1

    def test_values_are_counted_as_they_were_written(self, engine: SearchEngine) -> None:
        written = ("Press", "press", "prêss", "日本語", "a, b", "a b", '"', "\\", "x|y", "é👍")
        engine.put([doc(n, "acme", account=value, topics=(value, "all")) for n, value in enumerate(written)])
        counted = engine.facets(asked("acme"), limit=20)
        assert counted.fields["author"] == tuple((value, 1) for value in sorted(written))
        assert counted.fields["topic"] == (("all", 10), *((value, 1) for value in sorted(written)))

    @pytest.mark.parametrize("field", FACET_FIELDS)
    def test_the_most_frequent_are_given_and_of_equal_ones_the_first(self, engine: SearchEngine, field: FacetField) -> None:
        name = {"author": "account", "source": "sources", "topic": "topics"}.get(field, field)
        value = lambda text: (text,) if name.endswith("s") else text  # noqa: E731
        often = [("z", 3), *((f"v{n:02d}", 1) for n in range(30)), ("b", 2), ("a", 2)]
        values = [text for text, count in often for _ in range(count)]
        engine.put([doc(n, "acme", **{name: value(text)}) for n, text in enumerate(values)])
        for limit in (1, 3, 5):
            counted = engine.facets(asked("acme"), fields=(field,), limit=limit)
            assert dict(counted.fields) == {field: (("z", 3), ("a", 2), ("b", 2), ("v00", 1), ("v01", 1))[:limit]}
        assert len(engine.facets(asked("acme"), limit=100).fields[field]) == 33

    def test_days_are_those_of_utc_however_far(self, engine: SearchEngine) -> None:
        times = [
            datetime(1, 1, 1, tzinfo=UTC),
            datetime(1969, 12, 31, 23, 59, 59, 999999, tzinfo=UTC),
            datetime(1970, 1, 1, tzinfo=UTC),
            datetime(2024, 2, 29, 12, tzinfo=UTC),
            datetime(2026, 3, 1, 23, 59, 59, 999999, tzinfo=UTC),
            datetime(2026, 3, 2, tzinfo=UTC),
            datetime(2026, 3, 2, 12, tzinfo=UTC),
            datetime(9999, 12, 31, 23, 59, 59, 999999, tzinfo=UTC),
        ]
        engine.put([doc(n, "acme", when=when) for n, when in enumerate(times)])
        assert engine.facets(asked("acme")).days == (
            (date(1, 1, 1), 1),
            (date(1969, 12, 31), 1),
            (date(1970, 1, 1), 1),
            (date(2024, 2, 29), 1),
            (date(2026, 3, 1), 1),
            (date(2026, 3, 2), 2),
            (date(9999, 12, 31), 1),
        )

    def test_nothing_found_is_nothing_to_count(self, engine: SearchEngine) -> None:
        engine.put([doc(1, "acme")])
        for counted in (engine.facets(asked("nowhere")), engine.facets(asked("nowhere"), fields=("lang",))):
            assert (counted.total, counted.days) == (0, ())
            assert not any(counted.fields.values())
        assert engine.facets(asked("acme"), fields=()).fields == {}
        engine.clear()
        assert (engine.facets(asked(Every())).total, engine.similar("acme")) == (0, [])

    def test_facets_follow_what_is_put_and_dropped(self, engine: SearchEngine) -> None:
        engine.put([doc(n, "acme", sources=("press",), account="@ana") for n in range(6)])
        engine.put([doc(n, "acme", sources=("blog", "press"), when=START + timedelta(days=2)) for n in range(3)])
        engine.drop([ref(2), ref(5)])
        counted = engine.facets(asked(Every()))
        assert counted.total == 4
        assert counted.days == ((date(2026, 3, 1), 2), (date(2026, 3, 3), 2))
        assert counted.fields["source"] == (("press", 4), ("blog", 2))
        assert counted.fields["author"] == (("@ana", 2),)

    def test_many_hits_and_many_values(self, engine: SearchEngine) -> None:
        day = timedelta(days=1)
        engine.put(
            [doc(n, "acme", account=f"@{n:04d}", sources=(f"s{n % 7}",), when=START + n % 400 * day) for n in range(1500)]
        )
        counted = engine.facets(asked(Term("text", "acme")), limit=3)
        assert counted.total == sum(count for _, count in counted.days) == 1500
        assert len(counted.days) == 400
        assert counted.days[0] == (date(2026, 3, 1), 4)
        assert counted.fields["author"] == (("@0000", 1), ("@0001", 1), ("@0002", 1))
        assert counted.fields["source"] == (("s0", 215), ("s1", 215), ("s2", 214))

    # --- words to propose -----------------------------------------------------------------------------------

    def test_similar_words_the_nearest_and_most_frequent_first(self, engine: SearchEngine) -> None:
        engine.put(
            [
                doc(1, "phone phones phony", title="Phones"),
                doc(2, "phones phony prone phönes", author="@phonex"),
                doc(3, "phones photo pone", tags=("phonetag",)),
                doc(4, "telephone xphone phonetics"),
            ]
        )
        # One letter away: phones in three mentions, phony in two, pone and prone in one; two away: photo.
        assert engine.similar("phone") == ["phones", "phony", "pone", "prone", "photo"]
        assert engine.similar("phone", limit=2) == ["phones", "phony"]
        assert engine.similar("phonee")[:2] == ["phones", "phone"]
        assert engine.similar("zzz") == engine.similar("") == []

    def test_similar_words_of_other_scripts(self, engine: SearchEngine) -> None:
        engine.put([doc(1, "τηλέφωνο Ștefan"), doc(2, "日本語")])
        assert engine.similar("τηλεφονο") == ["τηλεφωνο"]
        assert engine.similar("stefam") == ["stefan"]

    def test_words_that_are_gone_are_not_proposed(self, engine: SearchEngine) -> None:
        engine.put([doc(1, "phones"), doc(2, "phony phones"), doc(3, "phono"), doc(4, "phono")])
        engine.drop([ref(2)])
        engine.put([doc(3, "else")])
        assert engine.similar("phone") == ["phones", "phono"]
        engine.put([doc(1, "else")])
        assert engine.similar("phone") == ["phono"]
