"""In which orders every engine must give its hits, and how pages hold while mentions arrive."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import get_args

import pytest

from ..core.contracts import SearchEngine
from ..core.documents import RANK_ORDERS, RankOrder, SearchDoc, rank
from ..core.query import And, Every, Inflected, Term
from ..core.values import Order
from .engine_samples import START, asked, doc, found, found_numbers, numbers, ref, refs

ORDERS: tuple[Order, ...] = get_args(Order)


class OrderingContract:
    """A part of :class:`hubbub.testing.engine_contract.SearchEngineContract`."""

    @pytest.mark.parametrize("order", ["newest", "oldest"])
    def test_pages_follow_the_order_of_time_without_gap_or_overlap(self, engine: SearchEngine, order: Order) -> None:
        engine.put([doc(number, "acme") for number in range(50)])
        expected = [ref(number) for number in range(50)]
        assert found(engine, "acme", order) == (expected if order == "oldest" else expected[::-1])

    @pytest.mark.parametrize("order", ["newest", "oldest", *RANK_ORDERS])
    def test_equal_places_are_in_the_order_of_refs(self, engine: SearchEngine, order: Order) -> None:
        engine.put([doc(number, "acme", when=START, engagement=3, followers=4, priority=5) for number in range(40, 0, -1)])
        assert found_numbers(engine, "acme", order) == list(range(1, 41))

    def test_pages_by_relevance_have_no_gap_and_no_overlap(self, engine: SearchEngine) -> None:
        engine.put([doc(number, "acme " * (1 + number % 3) + "word " * (number % 5)) for number in range(40)])
        assert sorted(found_numbers(engine, "acme", "relevance")) == list(range(40))
        # All are equally relevant where no word is asked for.
        assert sorted(found_numbers(engine, Every(), "relevance")) == list(range(40))

    @pytest.mark.parametrize(("order", "field"), [("engaged", "engagement"), ("influential", "followers")])
    def test_the_greatest_come_first_and_of_equal_ones_the_newest(self, engine: SearchEngine, order: Order, field: str) -> None:
        told = [5, None, 0, 7, 5, -3, 10**12, 2**29 - 1, 2**62, None]
        docs = [doc(n, "acme", **({} if told[n] is None else {field: told[n]})) for n in range(len(told))]
        engine.put([*docs, doc(10, "other", **{field: 99})])
        # Beyond the most that is told apart, the newest comes first; what nobody told ranks as none.
        assert found_numbers(engine, "acme", order) == [8, 7, 6, 3, 4, 0, 9, 5, 2, 1]

    def test_the_most_urgent_come_first_and_of_equal_ones_the_newest(self, engine: SearchEngine) -> None:
        told = [5, None, 0, 7, 5, 100]
        docs = [doc(n, "acme", **({} if told[n] is None else {"priority": told[n]})) for n in range(len(told))]
        later = doc(6, "acme", when=docs[4].when + timedelta(microseconds=1), priority=5)
        engine.put([*docs, later, doc(7, "other", priority=99)])
        # Of what nobody worked out it is not known that it is urgent; microseconds count.
        assert found_numbers(engine, "acme", "priority") == [5, 3, 6, 4, 0, 2, 1]

    @pytest.mark.parametrize("order", ["engaged", "influential"])
    def test_ranks_within_a_second_and_of_far_times(self, engine: SearchEngine, order: RankOrder) -> None:
        docs = [
            doc(1, "acme", when=START + timedelta(microseconds=900_000)),
            doc(2, "acme", when=START),
            doc(3, "acme", when=datetime(1900, 1, 1, tzinfo=UTC), engagement=1, followers=1),
            doc(4, "acme", when=datetime(9999, 12, 31, tzinfo=UTC)),
            doc(5, "acme", when=datetime(1960, 1, 1, tzinfo=UTC)),
            doc(6, "acme", when=datetime(1950, 1, 1, tzinfo=UTC)),
        ]
        engine.put(docs)
        assert found_numbers(engine, "acme", order) == [3, 4, 1, 2, 5, 6]
        assert found_numbers(engine, "acme", order) == _by_rank(docs, order)

    @pytest.mark.parametrize("order", ["newest", "oldest", *RANK_ORDERS])
    def test_new_mentions_do_not_shift_the_next_page(self, engine: SearchEngine, order: Order) -> None:
        def some(number: int, **more: object) -> SearchDoc:  # the later, the more of everything
            much = number // 3 or None
            return doc(number, "acme", engagement=much, followers=much, priority=much, **more)

        engine.put([some(number) for number in range(10, 20)])
        first = engine.search(asked("acme"), order=order, limit=4)
        assert numbers(first) == ([10, 11, 12, 13] if order == "oldest" else [19, 18, 17, 16])
        # Mentions come in on both sides of the page; of those shown, one is edited and the last one goes.
        engine.put([some(number) for number in (*range(10), *range(20, 30))])
        engine.put([some(numbers(first)[0], title="edited")])
        engine.drop([refs(first)[-1]])
        second = engine.search(asked("acme"), order=order, limit=4, after=first.next)
        assert numbers(second) == ([14, 15, 16, 17] if order == "oldest" else [15, 14, 13, 12])
        assert second.total == 29

    @pytest.mark.parametrize("more", ["acme again and again ok", "other words of their own"])
    def test_pages_by_relevance_repeat_nothing_while_mentions_arrive(self, engine: SearchEngine, more: str) -> None:
        # All texts are five words long, so that a mention more moves all scores alike: what was shown last still tells the
        # place, if its score is read anew.
        engine.put([doc(n, "acme " * (1 + n % 5) + "word " * (4 - n % 5)) for n in range(15)])
        shown, after = [], None
        for step in range(20):
            page = engine.search(asked("acme"), order="relevance", limit=4, after=after)
            shown += refs(page)
            after = page.next
            if after is None:
                break
            engine.put([doc(100 + 3 * step + n, more) for n in range(3)])
        assert len(shown) == len(set(shown))
        assert {ref(n) for n in range(15)} <= set(shown)

    def test_scores_fall_from_page_to_page(self, engine: SearchEngine) -> None:
        engine.put([doc(n, "acme " * (1 + n % 3) + "phones " * (n % 4) + "word " * (n % 5), lang="en") for n in range(30)])
        query = asked(And((Inflected("text", "phone"), Term("text", "acme"))))
        scores, after = [], None
        while True:
            page = engine.search(query, order="relevance", limit=5, after=after)
            scores += [hit.score for hit in page.hits]
            after = page.next
            if after is None:
                break
        assert len(scores) == page.total > 20
        assert scores == sorted(scores, reverse=True)
        assert scores[0] > scores[-1] > 0

    def test_only_relevance_has_scores(self, engine: SearchEngine) -> None:
        engine.put([doc(n, "acme") for n in range(3)])
        for order in ORDERS:
            scores = [hit.score for hit in engine.search(asked("acme"), order=order).hits]
            assert all(score > 0 for score in scores) if order == "relevance" else scores == [0, 0, 0]

    @pytest.mark.parametrize("order", ORDERS)
    def test_a_page_needs_room_and_a_readable_cursor(self, engine: SearchEngine, order: Order) -> None:
        engine.put([doc(1, "acme")])
        with pytest.raises(ValueError):
            engine.search(asked("acme"), order=order, limit=0)
        for cursor in ("nonsense", "", "\0"):
            with pytest.raises(ValueError):
                engine.search(asked("acme"), order=order, after=cursor)

    @pytest.mark.parametrize("order", ORDERS)
    def test_the_last_page_is_the_last(self, engine: SearchEngine, order: Order) -> None:
        engine.put([doc(n, "acme", engagement=n) for n in range(4)])
        whole = engine.search(asked("acme"), order=order, limit=4)
        assert (whole.total, len(whole.hits), whole.next) == (4, 4, None)
        half = engine.search(asked("acme"), order=order, limit=2)
        assert half.next is not None
        engine.drop(sorted({ref(n) for n in range(4)} - set(refs(half))))
        rest = engine.search(asked("acme"), order=order, limit=2, after=half.next)
        assert (rest.total, rest.hits, rest.next) == (2, (), None)


def _by_rank(docs: list[SearchDoc], order: RankOrder) -> list[int]:
    """The numbers of documents by the definition; these are handed in by ref."""
    return [int(doc.ref.removeprefix("test:")) for doc in sorted(docs, key=lambda doc: -rank(doc, order))]
