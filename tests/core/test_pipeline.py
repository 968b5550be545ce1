"""The way of a mention: what is kept, what is dropped, where the cursor stands, and what a failure costs."""

import json
import logging
import threading
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from hubbub.archive import open_archive
from hubbub.core.archives import Archive
from hubbub.core.contracts import Fetcher, Processor
from hubbub.core.errors import ArchiveFull, SourceLimited, SourceUnreachable
from hubbub.core.indexing import Indexer
from hubbub.core.observing import Exchange, Traffic
from hubbub.core.pipeline import Pipeline, Process
from hubbub.core.processing import Processed, process_all
from hubbub.core.query import Every, Query
from hubbub.core.retention import FOR_EVER, Retention
from hubbub.core.unread import Unread
from hubbub.core.values import JSON, Batch, Engagement, Failure, Health, Label, Mention, Quota, RunReport, Source, Topic
from hubbub.testing.engines import MemoryEngine
from hubbub.testing.fakes import FakeClock, FakeFetcher, FakeProcessor

ACME = Topic(name="acme", query="acme")
EVERYTHING = Query("", Every())


def mention(key: str, text: str = "Acme Phone: bateria ține două zile", **changes: object) -> Mention:
    return Mention(**({"platform": "forum", "key": key, "text": text} | changes))


def topics_named_in_text() -> FakeProcessor:
    def say(m: Mention) -> tuple[Label, ...]:
        return (Label(name="topic", value="acme", by="topics"),) if "acme" in m.text.lower() else ()

    return FakeProcessor(say)


class Desk:
    """A pipeline over a real archive, with sources that play what they are told."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.clock = FakeClock()
        self.archive: Archive = open_archive(folder / "archive.db")
        self.engine = MemoryEngine()
        self.indexer = Indexer(self.archive, lambda: self.engine, lambda: None)
        self.fetchers: dict[str, FakeFetcher] = {}
        self.topics = [ACME]
        self.retention = FOR_EVER
        self.processors: dict[str, Processor] = {"topics": topics_named_in_text()}

    def source(self, id: str = "forum", **changes: object) -> Source:
        self.fetchers.setdefault(id, FakeFetcher())
        return Source(**({"id": id, "plugin": "fake"} | changes))

    def collect(self, *sources: Source, build: Callable[[Source, Traffic], Fetcher] | None = None) -> RunReport:
        return self.pipeline(build=build).collect(sources)

    def pipeline(
        self,
        *,
        build: Callable[[Source, Traffic], Fetcher] | None = None,
        elsewhere: Process | None = None,
        threads: int = 8,
        patience: float = 60,
    ) -> Pipeline:
        return Pipeline(
            archive=self.archive,
            indexer=self.indexer,
            build=build or (lambda source, traffic: self.fetchers[source.id]),
            topics=self.topics,
            processors=self.processors,
            now=self.clock,
            log=logging.getLogger("test"),
            threads=threads,
            patience=patience,
            elsewhere=elsewhere,
            retention=self.retention,
            unread=Unread(self.folder / "unread"),
        )

    def texts(self) -> list[str]:
        refs = [hit.ref for hit in self.archive.find(EVERYTHING, limit=500).hits]
        return sorted(record.mention.text for record in self.archive.records(refs))


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    desk = Desk(tmp_path)
    yield desk
    desk.archive.close()


def test_what_matches_no_topic_is_dropped(desk: Desk) -> None:
    source = desk.source()
    desk.fetchers["forum"].enqueue(Batch(mentions=(mention("1"), mention("2", "φαγητό και καιρός")), cursor=1))
    report = desk.collect(source)
    assert desk.texts() == ["Acme Phone: bateria ține două zile"]
    assert (report.sources[0].new, report.sources[0].dropped, report.sources[0].fetched) == (1, 1, 2)


def test_what_is_kept_no_longer_is_not_taken_in_but_what_we_have_is_followed(desk: Desk) -> None:
    old, young = (mention(name, published=desk.clock() - timedelta(days=days)) for name, days in (("old", 5), ("young", 4)))
    source = desk.source(keep="all")
    desk.fetchers["forum"].enqueue(Batch(mentions=(old,)))
    desk.collect(source)
    desk.retention = Retention(sources={"forum": timedelta(days=4)})
    other = replace(old, key="other")
    edited = replace(old, text="Acme, edited")
    desk.fetchers["forum"].enqueue(Batch(mentions=(edited, young, other)))
    report = desk.collect(source).sources[0]
    assert (report.new, report.changed, report.dropped) == (1, 1, 1)
    assert [desk.archive.get(ref) is not None for ref in (old.ref, young.ref, other.ref)] == [True, True, False]


def test_a_source_can_keep_all(desk: Desk) -> None:
    source = desk.source(keep="all")
    desk.fetchers["forum"].enqueue(Batch(mentions=(mention("1"), mention("2", "otra cosa")), cursor=1))
    desk.collect(source)
    assert len(desk.texts()) == 2


def test_what_is_saved_is_searchable(desk: Desk) -> None:
    source = desk.source()
    desk.fetchers["forum"].enqueue(Batch(mentions=(mention("1"),), cursor=1))
    report = desk.collect(source)
    assert (report.indexed, desk.engine.count(), desk.archive.pending()) == (1, 1, 0)


def test_the_cursor_goes_on_where_the_last_batch_ended(desk: Desk) -> None:
    source = desk.source()
    desk.fetchers["forum"].enqueue(
        Batch(mentions=(mention("1"),), cursor={"page": 1}), Batch(mentions=(mention("2"),), cursor={"page": 2})
    )
    desk.collect(source)
    desk.collect(source)
    assert desk.fetchers["forum"].cursors == [None, {"page": 2}]


def test_a_failure_keeps_what_came_before_it_and_the_cursor_there(desk: Desk) -> None:
    source = desk.source()
    desk.fetchers["forum"].enqueue(Batch(mentions=(mention("1"),), cursor={"page": 1}), SourceUnreachable("no answer"))
    report = desk.collect(source)
    desk.collect(source)
    assert report.sources[0].health is Health.UNREACHABLE
    assert report.sources[0].new == 1
    assert desk.fetchers["forum"].cursors == [None, {"page": 1}]


def test_one_source_that_fails_costs_the_others_nothing(desk: Desk) -> None:
    good, bad, worse = desk.source("good"), desk.source("bad"), desk.source("worse")
    desk.fetchers["good"].enqueue(Batch(mentions=(mention("1"),), cursor=1))
    desk.fetchers["bad"].enqueue(RuntimeError("a bug"))

    def build(source: Source, traffic: Traffic) -> FakeFetcher:
        if source.id == "worse":
            raise ValueError("cannot even be built")
        return desk.fetchers[source.id]

    report = desk.collect(good, bad, worse, build=build)
    assert {s.id: s.health for s in report.sources} == {"good": Health.OK, "bad": Health.BROKEN, "worse": Health.BROKEN}
    assert len(desk.texts()) == 1
    assert "a bug" in next(s.message for s in report.sources if s.id == "bad")


def test_an_edit_is_a_version_and_not_a_double(desk: Desk) -> None:
    source = desk.source()
    desk.fetchers["forum"].enqueue(Batch(mentions=(mention("1"),), cursor=1))
    desk.fetchers["forum"].enqueue(Batch(mentions=(mention("1", "Acme Phone: bateria ține o zi"),), cursor=2))
    desk.collect(source)
    report = desk.collect(source)
    assert (report.new, report.changed) == (0, 1)
    assert desk.texts() == ["Acme Phone: bateria ține o zi"]
    assert [version.number for version in desk.archive.versions("forum:1")] == [1, 2]


def test_an_edit_that_leaves_the_topic_stays_in_the_archive(desk: Desk) -> None:
    source = desk.source()
    desk.fetchers["forum"].enqueue(Batch(mentions=(mention("1"),), cursor=1))
    desk.fetchers["forum"].enqueue(Batch(mentions=(mention("1", "șters de autor"),), cursor=2))
    desk.collect(source)
    desk.collect(source)
    assert desk.texts() == ["șters de autor"]


def test_the_same_post_through_two_sources_is_one_record(desk: Desk) -> None:
    one, two = desk.source("one"), desk.source("two")
    for id in ("one", "two"):
        desk.fetchers[id].enqueue(Batch(mentions=(mention("1"),), cursor=1))
    desk.collect(one, two)
    record = desk.archive.get("forum:1")
    assert record is not None
    assert record.sources == ("one", "two")
    assert desk.archive.count() == 1


def test_the_same_post_twice_in_one_page_is_one_record(desk: Desk) -> None:
    source = desk.source()
    desk.fetchers["forum"].enqueue(Batch(mentions=(mention("1"), mention("1")), cursor=1))
    assert desk.collect(source).sources[0].new == 1


def test_counts_that_rise_are_kept_as_a_series(desk: Desk) -> None:
    source = desk.source()
    for likes in (1, 1, 5):
        counted = replace(mention("1"), engagement=Engagement(at=desk.clock(), likes=likes))
        desk.fetchers["forum"].enqueue(Batch(mentions=(counted,), cursor=likes))
        desk.collect(source)
        desk.clock.advance(timedelta(hours=1))
    assert [engagement.likes for engagement in desk.archive.engagement("forum:1")] == [1, 5]


def test_a_new_topic_looks_back(desk: Desk) -> None:
    source = desk.source()
    page = Batch(mentions=(mention("1", "Globex: nuevo móvil"),), cursor={"etag": "a"})
    desk.fetchers["forum"].enqueue(page).enqueue(page)
    desk.collect(source)
    desk.topics.append(Topic(name="globex", query="globex"))
    desk.processors["topics"] = FakeProcessor.saying("topic", "globex")
    desk.collect(source)
    assert desk.fetchers["forum"].cursors == [None, None]
    assert desk.texts() == ["Globex: nuevo móvil"]


def test_an_unchanged_source_says_so(desk: Desk) -> None:
    source = desk.source()
    desk.fetchers["forum"].enqueue(Batch(mentions=(mention("1"),), cursor=1)).enqueue(Batch(unchanged=True, cursor=1))
    desk.collect(source)
    report = desk.collect(source).sources[0]
    assert (report.unchanged, report.fetched, report.health) == (True, 0, Health.OK)


def test_a_limit_is_shown_and_waited_for(desk: Desk) -> None:
    source = desk.source()
    until = desk.clock() + timedelta(hours=1)
    desk.fetchers["forum"].enqueue(SourceLimited("too many requests", until=until))
    desk.collect(source)
    state = desk.archive.source_states()["forum"]
    assert (state.health, state.next_run) == (Health.LIMITED, until)


def test_a_bad_item_is_told_and_costs_only_itself(desk: Desk) -> None:
    source = desk.source()
    bad = Failure(source="", item="item 2", message="no id")
    desk.fetchers["forum"].enqueue(Batch(mentions=(mention("1"),), failures=(bad,), cursor=1))
    report = desk.collect(source).sources[0]
    assert report.failures == (replace(bad, source="forum"),)
    assert report.new == 1


def test_a_processor_that_fails_is_skipped_and_told(desk: Desk) -> None:
    def fail(m: Mention) -> tuple[Label, ...]:
        raise ZeroDivisionError("oops")

    desk.processors["mood"] = FakeProcessor(fail)
    source = desk.source()
    desk.fetchers["forum"].enqueue(Batch(mentions=(mention("1"),), cursor=1))
    report = desk.collect(source).sources[0]
    assert report.new == 1
    assert "'mood' failed: oops" in report.failures[0].message
    state = desk.archive.source_states()[source.id]
    assert "could not be read" not in state.message
    assert "'mood' failed: oops" in state.message


def test_without_topics_nothing_is_decided_and_the_cursor_stays(desk: Desk) -> None:
    def fail(m: Mention) -> tuple[Label, ...]:
        raise ZeroDivisionError("oops")

    desk.processors["topics"] = FakeProcessor(fail)
    source = desk.source()
    desk.fetchers["forum"].enqueue(Batch(mentions=(mention("1"),), cursor=1), Batch(mentions=(mention("2"),), cursor=2))
    report = desk.collect(source).sources[0]
    desk.collect(source)
    assert (report.health, report.new) == (Health.BROKEN, 0)
    assert desk.fetchers["forum"].cursors == [None, None]


def test_later_processors_see_the_language_that_was_told(desk: Desk) -> None:
    seen: list[str] = []

    def note(m: Mention) -> tuple[Label, ...]:
        seen.append(m.lang)
        return ()

    desk.processors = {
        "language": FakeProcessor.saying("lang", "ro"),
        "topics": topics_named_in_text(),
        "mood": FakeProcessor(note),
    }
    source = desk.source()
    desk.fetchers["forum"].enqueue(Batch(mentions=(mention("1"),), cursor=1))
    desk.collect(source)
    record = desk.archive.get("forum:1")
    assert seen == ["ro"]
    assert record is not None
    assert (record.lang, record.topics) == ("ro", ("acme",))


def test_an_archive_that_is_full_ends_the_run(desk: Desk) -> None:
    class Full:
        def __init__(self, archive: Archive) -> None:
            self._archive = archive

        def __getattr__(self, name: str) -> object:
            return getattr(self._archive, name)

        def save(self, *args: object, **kwargs: object) -> None:
            raise ArchiveFull("no room left")

    source = desk.source()
    desk.fetchers["forum"].enqueue(Batch(mentions=(mention("1"),), cursor=1))
    real, desk.archive = desk.archive, Full(desk.archive)  # pyright: ignore[reportAttributeAccessIssue]
    with pytest.raises(ArchiveFull):
        desk.collect(source)
    desk.archive = real
    assert desk.texts() == []


def test_a_run_that_is_stopped_keeps_what_it_saved(desk: Desk) -> None:
    source = desk.source()
    pipelines: list[Pipeline] = []
    pages = [Batch(mentions=(mention(str(n), f"Acme {n}"),), cursor=n) for n in range(200)]
    desk.fetchers["forum"].enqueue(*pages[:50], lambda: pipelines[0].stop(), *pages[50:])
    pipelines.append(
        Pipeline(
            archive=desk.archive,
            indexer=desk.indexer,
            build=lambda source, traffic: desk.fetchers[source.id],
            topics=desk.topics,
            processors=desk.processors,
            now=desk.clock,
            log=logging.getLogger("test"),
        )
    )
    pipelines[0].collect([source])
    saved = desk.archive.count()
    cursor = desk.archive.source_states()["forum"].cursor
    assert saved <= 51
    assert isinstance(cursor, Mapping)
    assert cursor["at"] == saved - 1


def test_progress_counts_the_sources(desk: Desk) -> None:
    sources = [desk.source(id) for id in ("a", "b", "c")]
    told: list[tuple[int, int]] = []
    pipeline = Pipeline(
        archive=desk.archive,
        indexer=desk.indexer,
        build=lambda source, traffic: desk.fetchers[source.id],
        topics=desk.topics,
        processors=desk.processors,
        now=desk.clock,
        log=logging.getLogger("test"),
    )
    pipeline.collect(sources, lambda done, of, last: told.append((done, of)))
    assert told == [(1, 3), (2, 3), (3, 3)]


# --- processors in other processes -----------------------------------------------------------------------------


class Elsewhere:
    """Processes in another thread, one batch after the other, and takes its time."""

    def __init__(self, desk: Desk) -> None:
        self.desk = desk
        self.asked: list[list[str]] = []
        self.thread = ThreadPoolExecutor(1)

    def __call__(self, mentions: Sequence[Mention], droppable: frozenset[int]) -> Future[Processed]:
        self.asked.append([mention.key for mention in mentions])
        return self.thread.submit(self.process, mentions, droppable)

    def process(self, mentions: Sequence[Mention], droppable: frozenset[int]) -> Processed:
        time.sleep(0.05)
        return process_all(self.desk.processors, mentions, droppable=droppable)


def pages(*texts: str) -> list[Batch]:
    return [Batch(mentions=(mention(text, text),), cursor=number) for number, text in enumerate(texts, start=1)]


def test_batches_are_saved_in_their_order_although_processors_answer_later(desk: Desk) -> None:
    elsewhere = Elsewhere(desk)
    source = desk.source()
    desk.fetchers["forum"].enqueue(*pages("Acme 1", "Acme 2", "Acme 3"))
    report = desk.pipeline(elsewhere=elsewhere, threads=1).collect([source]).sources[0]
    desk.collect(source)
    assert (report.new, report.health) == (3, Health.OK)
    assert desk.texts() == ["Acme 1", "Acme 2", "Acme 3"]
    assert desk.fetchers["forum"].cursors == [None, 3]


def test_a_post_that_is_met_again_while_processors_work_is_not_processed_again(desk: Desk) -> None:
    elsewhere = Elsewhere(desk)
    sources = [desk.source("one"), desk.source("two")]
    post = mention("1", url="https://acme.example/post", title="Acme")
    desk.fetchers["one"].enqueue(Batch(mentions=(post,), cursor=1))
    twin = replace(post, key="2", url="https://acme.example/post?utm_source=feed")
    desk.fetchers["two"].enqueue(Batch(mentions=(post, twin), cursor=1))
    report = desk.pipeline(elsewhere=elsewhere, threads=1).collect(sources)
    assert len(elsewhere.asked) == 1
    assert (report.new, desk.archive.count()) == (1, 1)


def test_a_batch_whose_processing_fails_costs_only_its_source_and_not_its_cursor(desk: Desk) -> None:
    elsewhere = Elsewhere(desk)

    def say(m: Mention) -> tuple[Label, ...]:
        if "bad" in m.text:
            raise MemoryError("the process ended")
        return (Label(name="topic", value="acme", by="topics"),)

    desk.processors["topics"] = FakeProcessor(say)
    sources = [desk.source("one"), desk.source("two")]
    desk.fetchers["one"].enqueue(*pages("Acme 1", "Acme bad", "Acme 3"))
    desk.fetchers["two"].enqueue(*pages("Acme 4"))
    report = desk.pipeline(elsewhere=elsewhere, threads=1).collect(sources)
    assert [(s.id, s.health, s.new) for s in report.sources] == [("one", Health.BROKEN, 1), ("two", Health.OK, 1)]
    assert desk.texts() == ["Acme 1", "Acme 4"]
    desk.collect(sources[0])
    assert desk.fetchers["one"].cursors == [None, 1]


def test_a_run_that_is_stopped_does_not_wait_for_processors(desk: Desk) -> None:
    source = desk.source()
    pipeline = desk.pipeline(elsewhere=lambda mentions: Future(), threads=1)
    desk.fetchers["forum"].enqueue(*pages("Acme 1", "Acme 2"), pipeline.stop)
    pipeline.collect([source])
    assert desk.archive.count() == 0
    desk.collect(source)
    assert desk.fetchers["forum"].cursors == [None, None]


def test_a_run_is_unchanged_only_if_all_of_it_is(desk: Desk) -> None:
    source = desk.source()
    desk.fetchers["forum"].enqueue(Batch(mentions=(mention("1"),), cursor=1), Batch(cursor=2, unchanged=True))
    assert not desk.collect(source).sources[0].unchanged
    desk.fetchers["forum"].enqueue(Batch(cursor=2, unchanged=True), Batch(cursor=3, unchanged=True))
    assert desk.collect(source).sources[0].unchanged


def test_items_that_could_not_be_read_are_kept_and_the_message_says_where(desk: Desk) -> None:
    source = desk.source()
    bad = Failure(source="", message="created is text where a time is expected", item="item 7", raw={"created": "χθες"})
    desk.fetchers["forum"].enqueue(Batch(mentions=(mention("1"),), cursor=1, failures=(bad,)))
    report = desk.collect(source).sources[0]
    assert "item 7: created is text" in report.message
    assert "unread/forum.jsonl" in report.message
    assert json.loads((desk.folder / "unread" / "forum.jsonl").read_text())["raw"] == {"created": "χθες"}


def test_what_was_observed_of_a_source_is_told(desk: Desk) -> None:
    def build(source: Source, traffic: Traffic) -> FakeFetcher:
        traffic.exchanges.append(Exchange(method="GET", url="https://forum.example/", seconds=6.0, status=200))
        traffic.quota = Quota(left=4, limit=10)
        return desk.fetchers[source.id]

    source = desk.source()
    desk.fetchers["forum"].enqueue(Batch(mentions=(mention("1"),), cursor=1))
    report = desk.collect(source, build=build).sources[0]
    assert (report.health, "6 seconds" in report.message) == (Health.SLOW, True)
    assert desk.archive.source_states()["forum"].quota == Quota(left=4, limit=10)


class Hanging:
    """Gives one batch, then hangs until the test lets it go, and gives another."""

    def __init__(self) -> None:
        self.release = threading.Event()

    def fetch(self, topics: Sequence[Topic], cursor: JSON) -> Iterator[Batch]:
        yield Batch(mentions=(mention("before", "Acme before"),), cursor=1)
        self.release.wait(20)
        yield Batch(mentions=(mention("after", "Acme after"),), cursor=2)


@pytest.mark.parametrize("where", ["build", "fetch"])
def test_a_plugin_that_hangs_is_left_behind_and_the_others_are_read(desk: Desk, where: str) -> None:
    """Though it holds the only thread. What comes of it later is not taken."""
    hanging = Hanging()
    sources = [desk.source("hanging", plugin="slow"), *(desk.source(f"s{n}") for n in range(3))]
    for n in range(3):
        desk.fetchers[f"s{n}"].enqueue(Batch(mentions=(mention(f"{n}", f"Acme {n}"),), cursor=1))

    def build(source: Source, traffic: Traffic) -> Fetcher:
        if source.id != "hanging":
            return desk.fetchers[source.id]
        if where == "build":
            hanging.release.wait(20)
        return hanging

    report = desk.pipeline(build=build, threads=1, patience=0.3).collect(sources)
    hanging.release.set()
    health = {each.id: each.health for each in report.sources}
    assert health == {"hanging": Health.BROKEN, "s0": Health.OK, "s1": Health.OK, "s2": Health.OK}
    assert "plugin hangs" in next(each.message for each in report.sources if each.id == "hanging")
    assert desk.texts() == [*(f"Acme {n}" for n in range(3)), *(["Acme before"] if where == "fetch" else [])]


def test_a_source_that_asks_on_and_on_is_waited_for(desk: Desk) -> None:
    """Each question is a sign of life, however long the answer takes to become a batch."""

    def build(source: Source, traffic: Traffic) -> Fetcher:
        class Slow:
            def fetch(self, topics: Sequence[Topic], cursor: JSON) -> Iterator[Batch]:
                for _ in range(8):
                    traffic.last_sign = time.monotonic()
                    time.sleep(0.1)
                yield Batch(mentions=(mention("1", "Acme at last"),), cursor=1)

        return Slow()

    assert desk.pipeline(build=build, patience=0.3).collect([desk.source()]).new == 1
