"""Streams as sources: what comes is saved once, and nothing is lost where something breaks."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator, Sequence
from datetime import timedelta

import pytest

from hubbub.core.contracts import Fetcher, Refreshes
from hubbub.core.errors import SourceUnreachable
from hubbub.core.streaming import QUEUE, Tap, Taps
from hubbub.core.values import JSON, Batch, Mention, Topic
from hubbub.testing.fakes import FakeClock, FakeFetcher

Step = Batch | Exception | Callable[[], None]


class FakeStream:
    """A stream whose connections are written by the test; the last one stays open and silent."""

    def __init__(self, *connections: Sequence[Step]) -> None:
        self.cursors: list[JSON] = []
        self._connections = list(connections)
        self.quiet = threading.Event()
        """Set when all that was written has been given."""

    def fetch(self, topics: Sequence[Topic], cursor: JSON) -> Iterator[Batch]:
        raise AssertionError("a stream is not fetched while watching")

    def stream(self, topics: Sequence[Topic], cursor: JSON, stop: threading.Event) -> Iterator[Batch]:
        self.cursors.append(cursor)
        if not self._connections:
            self.quiet.set()
            stop.wait(10)
            return
        for step in self._connections.pop(0):
            if isinstance(step, Exception):
                raise step
            if isinstance(step, Batch):
                yield step
            else:
                step()


def said(number: int) -> Batch:
    return Batch(mentions=(Mention(platform="forum", key=str(number)),), cursor={"at": number})


def tap(stream: FakeStream, clock: FakeClock | None = None) -> Tap:
    return Tap(stream, now=clock or FakeClock(), first_pause=0.001)


class Reader:
    """Reads a tap as the pipeline does: from the cursor of what was saved last."""

    def __init__(self, tap: Tap) -> None:
        self.tap, self.cursor = tap, None
        self.saved: list[Batch] = []

    def run(self) -> None:
        for batch in self.tap.fetch((), self.cursor):
            self.cursor = batch.cursor
            self.saved += [] if batch.unchanged else [batch]

    def until(self, event: threading.Event) -> None:
        """Run until something has happened and something was saved, and once more."""
        while not (event.is_set() and self.saved):
            self.run()
        self.run()

    def to_the_end(self, stream: FakeStream) -> list[JSON]:
        """All that a stream gives; the cursors of what was saved."""
        self.run()
        assert stream.quiet.wait(5)
        self.run()
        return [batch.cursor for batch in self.saved]


def test_what_comes_is_handed_over_with_its_cursor() -> None:
    stream = FakeStream([said(1), Batch(cursor={"at": 2}), said(3)])
    reader = Reader(tap(stream))
    assert reader.to_the_end(stream) == [{"at": 1}, {"at": 3}]
    assert stream.cursors == [None, {"at": 3}]
    (after,) = reader.tap.fetch((), reader.cursor)
    assert (after.unchanged, after.mentions, after.cursor) == (True, (), {"at": 3})
    assert after.note
    reader.tap.close()


def test_a_batch_that_was_not_saved_comes_again() -> None:
    stream = FakeStream([said(1), said(2)])
    reader = Reader(tap(stream))
    assert len(reader.to_the_end(stream)) == 2
    stream.quiet.clear()
    reader.cursor = {"at": 1}
    reader.run()
    assert stream.quiet.wait(5)
    assert stream.cursors[-1] == {"at": 1}
    reader.tap.close()


def test_trouble_is_told_until_it_is_over() -> None:
    broken, mended = threading.Event(), threading.Event()

    def wait_for_mending() -> None:
        broken.set()
        assert mended.wait(5)

    stream = FakeStream([said(1), SourceUnreachable("The stream broke.")], [wait_for_mending, said(2)])
    reader = Reader(tap(stream))
    with pytest.raises(SourceUnreachable, match="The stream broke"):
        reader.until(broken)
    mended.set()
    assert stream.quiet.wait(5)
    assert reader.tap.ready
    reader.run()
    assert [batch.cursor for batch in reader.saved] == [{"at": 1}, {"at": 2}]
    assert stream.cursors == [None, {"at": 1}, {"at": 2}]
    reader.tap.close()


def test_after_a_sleep_it_connects_again_from_the_cursor() -> None:
    clock = FakeClock()
    never = Batch(cursor={"at": 99})
    stream = FakeStream([said(1), lambda: clock.advance(timedelta(hours=8)), said(2), never])
    reader = Reader(tap(stream, clock))
    assert reader.to_the_end(stream) == [{"at": 1}, {"at": 2}]
    assert stream.cursors == [None, {"at": 2}]
    reader.tap.close()


def test_a_full_queue_stops_the_stream() -> None:
    given: list[int] = []

    def steps() -> Iterator[Step]:
        for number in range(1000):
            yield lambda number=number: given.append(number)
            yield said(number)

    stream = FakeStream(list(steps()))
    reader = Reader(tap(stream))
    reader.run()
    assert len(given) <= len(reader.saved) + QUEUE + 2
    while not stream.quiet.is_set():
        reader.run()
    reader.run()
    assert [batch.cursor for batch in reader.saved] == [{"at": number} for number in range(1000)]
    reader.tap.close()


def test_only_streams_are_tapped() -> None:
    with Taps(FakeClock()) as taps:
        plain: Fetcher = FakeFetcher()
        assert taps.of("press", lambda: plain) is plain
        stream = FakeStream([said(1)])
        tapped = taps.of("forum", lambda: stream)
        assert isinstance(tapped, Tap)
        assert not isinstance(tapped, Refreshes)
        assert taps.of("forum", FakeFetcher) is tapped
        assert taps.ready() == frozenset()
        reader = Reader(tapped)
        while not reader.saved:
            reader.run()
        assert stream.quiet.wait(5)
        assert taps.wait(5)
