"""What was collected is asked for again: counts, edits and deletions, in time, bounded, and at no cost for feeds."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future
from dataclasses import dataclass, field, replace
from datetime import timedelta
from pathlib import Path

import pytest

from hubbub.archive import open_archive
from hubbub.core.archives import Archive, Due
from hubbub.core.asking import Asked, ask_again
from hubbub.core.contracts import Fetcher
from hubbub.core.errors import SourceLimited, SourceUnreachable
from hubbub.core.indexing import Indexer
from hubbub.core.pipeline import Pipeline
from hubbub.core.processing import Processed
from hubbub.core.values import Batch, Engagement, Health, Label, Mention, RefreshReport, RunReport, Source, Topic
from hubbub.testing.engines import MemoryEngine
from hubbub.testing.fakes import FakeClock, FakeFetcher, FakeProcessor

HOUR = timedelta(hours=1)
Answer = Mention | None | Exception


class Forum(FakeFetcher):
    """A source that can tell how its posts are doing."""

    def __init__(self) -> None:
        super().__init__()
        self.asked: list[list[str]] = []
        self.answers: dict[str, Answer | Callable[[], Answer]] = {}

    def refresh(self, mentions: Sequence[Mention]) -> Iterator[tuple[str, Mention | None]]:
        """What it was told to say of each; nothing of the others."""
        self.asked.append([mention.ref for mention in mentions])
        for said in mentions:
            if said.ref in self.answers:
                answer = self.answers[said.ref]
                answer = answer() if callable(answer) else answer
                if isinstance(answer, Exception):
                    raise answer
                yield said.ref, answer


@dataclass
class World:
    """A pipeline over a real archive, with a forum that can be asked again and a feed that cannot."""

    archive: Archive
    clock: FakeClock = field(default_factory=FakeClock)
    forum: Forum = field(default_factory=Forum)
    feed: FakeFetcher = field(default_factory=FakeFetcher)
    engine: MemoryEngine = field(default_factory=MemoryEngine)

    def __post_init__(self) -> None:
        fetchers: dict[str, Fetcher] = {"forum": self.forum, "feed": self.feed}
        self.sources = [Source(id=name, plugin="fake", keep="all") for name in fetchers]
        self.pipeline = Pipeline(
            archive=self.archive,
            indexer=Indexer(self.archive, lambda: self.engine, lambda: None),
            build=lambda source, traffic: fetchers[source.id],
            topics=[Topic(name="acme", query="acme")],
            processors={"mood": FakeProcessor(lambda m: (Label(name="sentiment", value=m.text[:4], by="mood"),))},
            now=self.clock,
            log=logging.getLogger("test"),
        )

    def post(self, key: str, text: str = "Acme: două zile", likes: int = 0, age: timedelta = timedelta(0)) -> Mention:
        counts = Engagement(at=self.clock(), likes=likes)
        return Mention(platform="forum", key=key, text=text, published=self.clock() - age, engagement=counts)

    def collect(self, *posts: Mention, through: str = "forum") -> RunReport:
        if posts:
            (self.forum if through == "forum" else self.feed).enqueue(Batch(mentions=posts, cursor=1))
        return self.pipeline.collect(self.sources)

    def due(self) -> list[str]:
        return [each.ref for each in self.archive.due_for_refresh(self.clock() + timedelta(days=99), 1000)]


@pytest.fixture
def world(tmp_path: Path) -> Iterator[World]:
    archive = open_archive(tmp_path / "archive.db")
    yield World(archive)
    archive.close()


def test_what_a_source_can_tell_of_is_asked_at_four_ages(world: World) -> None:
    world.collect(world.post("1"))
    hours = 0.0
    for at in (0.5, 1, 2, 23, 24, 25, 7 * 24, 29 * 24, 30 * 24, 99 * 24):
        world.clock.advance((at - hours) * HOUR)
        hours = at
        world.forum.answers["forum:1"] = replace(world.post("1", likes=int(at)), published=world.clock() - at * HOUR)
        world.collect()
    assert len(world.forum.asked) == 4
    assert [counts.likes for counts in world.archive.engagement("forum:1")] == [0, 1, 24, 168, 720]
    assert world.due() == []


def test_feeds_are_never_asked_and_need_nothing_for_it(world: World) -> None:
    world.collect(world.post("1"), through="feed")
    assert world.due() == []


def test_what_is_met_late_begins_at_its_age(world: World) -> None:
    world.collect(world.post("old", age=timedelta(days=31)), world.post("young", age=2 * HOUR))
    assert world.due() == ["forum:young"]
    world.clock.advance(21 * HOUR)
    world.collect()
    assert world.forum.asked == []


def test_edits_are_versions_and_deletions_are_noted(world: World) -> None:
    world.collect(world.post("1"), world.post("2"), world.post("3"))
    world.clock.advance(HOUR)
    world.forum.answers = {
        "forum:1": replace(world.post("1", "Ενημέρωση: χάλασε", likes=3), published=world.clock() - HOUR),
        "forum:2": None,
        "forum:3": replace(world.post("3", likes=9), published=world.clock() - HOUR),
    }
    report = world.collect()
    assert report.refreshed == RefreshReport(asked=3, answered=3, changed=1, deleted=1)
    first, second, third = world.archive.records(["forum:1", "forum:2", "forum:3"])
    assert (first.version, first.sentiment, first.sources) == (2, "Ενημ", ("forum",))
    assert (second.deleted, second.version) == (True, 1)
    assert third.mention.engagement
    assert third.mention.engagement.likes == 9
    assert world.due() == ["forum:1", "forum:3"]
    assert world.archive.pending() == 0
    assert report.indexed >= 3


def test_a_limit_ends_the_asking_and_the_rest_waits_until_it_is_over(world: World) -> None:
    world.collect(world.post("1"), world.post("2"))
    world.clock.advance(HOUR)
    until = world.clock() + 3 * HOUR
    world.forum.answers = {"forum:1": world.post("1", likes=2), "forum:2": SourceLimited("wait", until=until)}
    report = world.collect()
    assert (report.refreshed.answered, [failure.kind for failure in report.refreshed.failures]) == (1, [Health.LIMITED])
    assert report.sources[0].health is Health.EMPTY
    world.clock.advance(2 * HOUR)
    world.collect()
    assert len(world.forum.asked) == 1
    world.clock.advance(HOUR)
    world.forum.answers["forum:2"] = None
    world.collect()
    assert world.forum.asked[1:] == [["forum:2"]]


@pytest.mark.parametrize("error", [SourceUnreachable("no answer"), KeyError("likes")])
def test_what_a_source_fails_at_is_put_off(world: World, error: Exception) -> None:
    world.collect(world.post("1"))
    world.clock.advance(HOUR)
    world.forum.answers["forum:1"] = error
    report = world.collect()
    assert len(report.refreshed.failures) == 1
    world.collect()
    assert len(world.forum.asked) == 1
    world.clock.advance(HOUR)
    world.collect()
    assert len(world.forum.asked) == 2


def test_a_source_that_fails_is_not_asked(world: World) -> None:
    world.collect(world.post("1"))
    world.clock.advance(HOUR)
    world.forum.enqueue(SourceUnreachable("no answer"))
    world.collect()
    assert world.forum.asked == []


def test_what_a_source_passes_over_waits_for_its_next_age(world: World) -> None:
    world.collect(world.post("1"))
    world.clock.advance(HOUR)
    world.collect()
    world.collect()
    assert len(world.forum.asked) == 1
    assert world.due() == ["forum:1"]


def test_an_answer_of_another_mention_is_not_believed(world: World) -> None:
    world.collect(world.post("1"), world.post("2"))
    world.clock.advance(HOUR)
    world.forum.answers["forum:1"] = world.post("2", "Stolen")
    world.collect()
    assert {record.version for record in world.archive.records(["forum:1", "forum:2"])} == {1}


def ask(world: World, process: Callable[[Sequence[Mention]], Future[Processed]], seconds: float) -> RefreshReport:
    """Ask the forum for all that there is."""
    return ask_again(
        world.archive,
        [Asked(source=world.sources[0], fetcher=world.forum, records=next(iter(world.archive.walk())))],
        process=process,
        judged=lambda intents, at: intents,
        now=world.clock,
        log=logging.getLogger("test"),
        stop=threading.Event(),
        threads=1,
        seconds=seconds,
    )


def test_when_the_time_is_over_the_rest_is_asked_in_the_next_run(world: World) -> None:
    world.collect(*[world.post(str(n)) for n in range(4)])
    world.clock.advance(HOUR)
    world.forum.answers = {f"forum:{n}": None for n in range(4)}
    report = ask(world, lambda mentions: pytest.fail("nothing has changed"), seconds=-1)
    assert report.deleted == 1
    waiting = [Due(ref=f"forum:{n}", sources=("forum",)) for n in range(1, 4)]
    assert world.archive.due_for_refresh(world.clock(), 9) == waiting


def test_a_processor_that_fails_costs_only_this(world: World) -> None:
    world.collect(world.post("1"))
    world.forum.answers["forum:1"] = replace(world.post("1", "Acme, editado"), published=world.clock())

    def fails(mentions: Sequence[Mention]) -> Future[Processed]:
        raise RuntimeError("no memory")

    report = ask(world, fails, seconds=60)
    assert "no memory" in report.failures[0].message
    assert [record.version for record in world.archive.records(["forum:1"])] == [1]


def test_at_once_what_somebody_wants_to_know(world: World) -> None:
    world.collect(world.post("1"), world.post("2"))
    world.collect(world.post("3"), through="feed")
    world.forum.answers = {"forum:1": replace(world.post("1", likes=5), published=world.clock()), "forum:2": None}
    report = world.pipeline.refresh(world.sources, ["forum:1", "forum:3", "forum:gone"])
    assert report == RefreshReport(asked=1, answered=1)
    assert world.forum.asked == [["forum:1"]]
    record = world.archive.get("forum:1")
    assert record
    assert record.mention.engagement
    assert record.mention.engagement.likes == 5
