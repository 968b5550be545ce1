"""Reading for a try: bounded, harmless, and honest about what a collect would do."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from hubbub.core.deciding import Known, content_digest
from hubbub.core.dryruns import ask_briefly, failed, judge, read_dry
from hubbub.core.errors import ConfigError, SourceNeedsKey
from hubbub.core.observing import Traffic
from hubbub.core.retention import Retention
from hubbub.core.values import JSON, Batch, Failure, Health, Label, Mention, Source, Topic
from hubbub.testing.fakes import FakeFetcher, FakeProcessor

NOW = datetime(2026, 6, 14, 9, tzinfo=UTC)
SOURCE = Source(id="forum", plugin="forum")


def post(key: str, text: str = "acme", age: int = 0) -> Mention:
    return Mention(platform="forum", key=key, text=text, published=NOW - timedelta(days=age))


def pages(*keys: str) -> FakeFetcher:
    return FakeFetcher().enqueue(*(Batch(mentions=(post(key),), cursor=key) for key in keys))


def about_acme(mention: Mention) -> tuple[Label, ...]:
    return (Label(name="topic", value="acme", by="topics"),) if "acme" in mention.text else ()


class Checked(FakeFetcher):
    """A fetcher whose key lacks a right, though reading goes well."""

    def check(self) -> str:
        raise SourceNeedsKey("The token lacks read:search.")


def test_it_is_read_from_its_beginning_and_no_further_than_the_bound() -> None:
    fetcher = pages("1", "2", "3")
    run = read_dry(lambda: fetcher, Traffic(), [], pages=2)
    assert (run.health, [m.key for m in run.mentions], run.pages, run.stopped) == (Health.OK, ["1", "2"], 2, True)
    assert fetcher.cursors == [None]
    assert not read_dry(lambda: pages("1"), Traffic(), [], pages=2).stopped


def test_a_post_that_stands_on_two_pages_is_one_and_the_newest_come_first() -> None:
    fetcher = FakeFetcher().enqueue(
        Batch(mentions=(post("1", age=2), replace(post("2"), published=None))), Batch(mentions=(post("1", age=2), post("3")))
    )
    assert [m.key for m in read_dry(lambda: fetcher, Traffic(), [], pages=5).newest] == ["3", "1", "2"]


@pytest.mark.parametrize(
    ("raised", "health", "said"),
    [
        (SourceNeedsKey("The token has expired."), Health.NEEDS_KEY, "expired"),
        (ConfigError("no such option"), Health.BROKEN, "no such option"),
        (KeyError("author"), Health.BROKEN, "its plugin failed: KeyError"),
    ],
)
def test_whatever_a_plugin_raises_is_the_outcome(raised: Exception, health: Health, said: str) -> None:
    fetcher = FakeFetcher().enqueue(Batch(mentions=(post("1"),)), raised)
    run = read_dry(lambda: fetcher, Traffic(), [], pages=5)
    assert (run.health, len(run.mentions)) == (health, 1)
    assert said in run.message
    assert failed(raised).health == health


def test_items_that_cannot_be_read_are_told_and_cost_no_others() -> None:
    bad = Failure(source="", message="item 7 was left out: field 'author' is missing", item="item 7")
    some = read_dry(lambda: FakeFetcher().enqueue(Batch(mentions=(post("1"),), failures=(bad,))), Traffic(), [], pages=1)
    none = read_dry(lambda: FakeFetcher().enqueue(Batch(failures=(bad,))), Traffic(), [], pages=1)
    assert (some.health, none.health) == (Health.OK, Health.BROKEN)
    assert "1 item could not be read" in some.message
    assert some.failures == (bad,)


def test_credentials_that_are_too_weak_are_told_though_reading_went_well() -> None:
    fetcher = Checked().enqueue(Batch(mentions=(post("1"),)))
    assert "read:search" in read_dry(lambda: fetcher, Traffic(), [], pages=1, check=True).message
    assert ask_briefly(Checked, []).health == Health.NEEDS_KEY


def test_without_a_check_of_its_own_a_source_is_asked_for_its_first_page() -> None:
    class Endless:
        def fetch(self, topics: Sequence[Topic], cursor: JSON) -> Iterator[Batch]:
            while True:
                yield Batch(mentions=(post("1"),))

    assert ask_briefly(Endless, []).message == "it gave 1 mention"


def test_a_verdict_is_what_a_collect_would_do() -> None:
    mentions = [
        post("new"),
        post("other", "nothing of ours"),
        post("old", age=400),
        post("edited"),
        post("same"),
        post("kept", "x"),
    ]

    def archived(asked: Sequence[Mention]) -> dict[str, Known]:
        digests = {"edited": "another", "same": content_digest(post("same")), "kept": content_digest(post("kept", "x"))}
        return {
            m.ref: Known(ref=m.ref, version=1, digest=digests[m.key], engagement=None, sources=frozenset())
            for m in asked
            if m.key in digests
        }

    verdict = judge(
        mentions,
        source=SOURCE,
        processors={"topics": FakeProcessor(about_acme)},
        known=archived,
        seen=NOW,
        retention=Retention(keep=timedelta(days=365), sources={}),
    )
    assert verdict.topics == {"acme": 4}
    assert (verdict.matching, verdict.new, verdict.changed, verdict.known, verdict.dropped) == (4, 1, 1, 2, 2)
    everything = judge(mentions, source=replace(SOURCE, keep="all"), processors={}, known=None, seen=NOW)
    assert (everything.new, everything.dropped, everything.matching) == (6, 0, 0)
