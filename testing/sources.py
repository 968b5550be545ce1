"""What a test of a source plugin needs: a context with a fixed clock, and a client whose answers the test writes.

::

    http = client(lambda request: httpx.Response(200, content=FEED))
    fetcher = build("rss", {"url": "https://press.example/feed"}, context(tmp_path, http))
    mentions = collect(fetcher).mentions
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import Executor
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from random import Random
from typing import TYPE_CHECKING, Any

from ..core.contracts import Context, Fetcher, HttpClient, Rate
from ..core.http import PACE, Bounds, PoliteClient
from ..core.network import connector
from ..core.registry import Registry
from ..core.values import JSON, Batch, Failure, Mention, Topic
from .fakes import FakeClock

if TYPE_CHECKING:
    import httpx

QUICK = Bounds(connect_seconds=2.0, read_seconds=0.8, total_seconds=2.0, max_bytes=2_000_000)
"""Bounds that let a failure show within a test's time."""


class Sleeps:
    """A sleep that only notes how long it would have been."""

    def __init__(self) -> None:
        self.seconds: list[float] = []

    def __call__(self, seconds: float) -> None:
        self.seconds.append(seconds)


def client(
    answer: Callable[[httpx.Request], httpx.Response] | None = None,
    *,
    now: Callable[[], datetime] | None = None,
    sleep: Callable[[float], None] | None = None,
    bounds: Bounds = QUICK,
    pace: Rate | None = PACE,
) -> PoliteClient:
    """The polite client with a test's answers; without them it asks the network, loopback included. It never really sleeps."""
    import httpx

    return PoliteClient(
        contact="desk@acme.example",
        version="0",
        allow_private=True,
        bounds=bounds,
        now=now or FakeClock(),
        sleep=sleep or Sleeps(),
        rng=Random(7),
        transport=httpx.MockTransport(answer) if answer else None,
        pace=pace,
    )


def context(
    folder: Path,
    http: HttpClient | None = None,
    *,
    now: Callable[[], datetime] | None = None,
    topics: tuple[Topic, ...] = (),
    executor: Executor | None = None,
) -> Context:
    """A context whose workspace is ``folder``."""
    data = folder / "data"
    data.mkdir(parents=True, exist_ok=True)
    return Context(
        http=http or client(),
        now=now or FakeClock(),
        log=logging.getLogger("hubbub.test"),
        data_dir=data,
        workspace=folder,
        languages=("en", "es", "ro", "el"),
        topics=topics,
        executor=executor,
        connect=connector(allow_private=True),
        user_agent="hubbub/0 (+desk@acme.example)",
    )


def build(plugin: str, options: Mapping[str, Any], context: Context) -> Fetcher:
    """A fetcher of an installed source plugin, as the program builds it: options validated first."""
    component = Registry().component("source", plugin)
    return component.build(component.options.model_validate(dict(options)) if component.options else None, context)


@dataclass(frozen=True, slots=True)
class Collected:
    """All that one run of a fetcher gave."""

    batches: tuple[Batch, ...]

    @property
    def mentions(self) -> list[Mention]:
        """Of all batches, in order; one that stood on two pages is there once, as it was met last."""
        return list({mention.ref: mention for batch in self.batches for mention in batch.mentions}.values())

    @property
    def failures(self) -> list[Failure]:
        """Of all batches, in order."""
        return [failure for batch in self.batches for failure in batch.failures]

    @property
    def cursor(self) -> JSON:
        """What the next run begins with."""
        return self.batches[-1].cursor if self.batches else None

    @property
    def unchanged(self) -> bool:
        """Whether the source said that nothing is new."""
        return bool(self.batches) and self.batches[-1].unchanged


def collect(fetcher: Fetcher, cursor: JSON = None, topics: Sequence[Topic] = ()) -> Collected:
    """Run a fetcher to its end."""
    return Collected(tuple(fetcher.fetch(topics, cursor)))
