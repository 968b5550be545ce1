"""Small stand-ins with verbs, for the seams that plugins meet."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, datetime, timedelta

from ..core.values import JSON, Batch, Label, Labels, Mention, Topic


class FakeClock:
    """A clock that stands until it is told to go on."""

    def __init__(self, at: datetime = datetime(2026, 6, 14, 9, 12, tzinfo=UTC)) -> None:
        self.at = at

    def __call__(self) -> datetime:
        """The time it shows."""
        return self.at

    def advance(self, by: timedelta) -> None:
        """Let time pass."""
        self.at += by


class FakeFetcher:
    """A source that answers what it was told to, in order, and keeps what it was asked."""

    def __init__(self) -> None:
        self.cursors: list[JSON] = []
        """The cursor of each call of :meth:`fetch`."""
        self._runs: list[list[Batch | Exception | Callable[[], None]]] = []

    def enqueue(self, *steps: Batch | Exception | Callable[[], None]) -> FakeFetcher:
        """What the next call of :meth:`fetch` gives: batches to yield, an error to raise, a function to call on the way."""
        self._runs.append(list(steps))
        return self

    def fetch(self, topics: Sequence[Topic], cursor: JSON) -> Iterator[Batch]:
        """Play the next run; an empty batch that leaves the cursor where it is when nothing is queued."""
        self.cursors.append(cursor)
        for step in self._runs.pop(0) if self._runs else [Batch(cursor=cursor)]:
            if isinstance(step, Exception):
                raise step
            if isinstance(step, Batch):
                yield step
            else:
                step()


class FakeProcessor:
    """A processor that says the same of every mention, or whatever a function says."""

    version = "test"

    def __init__(self, say: Callable[[Mention], Labels]) -> None:
        self._say = say

    @classmethod
    def saying(cls, name: str, value: str) -> FakeProcessor:
        """One that gives every mention this label."""
        return cls(lambda mention: (Label(name=name, value=value, by="fake"),))

    def process(self, mentions: Sequence[Mention]) -> Sequence[Labels]:
        """What it says of each."""
        return [self._say(mention) for mention in mentions]
