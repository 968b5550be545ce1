"""Reading a source without keeping anything: what came, what matched, and what a collect would save.

Reading (:func:`read_dry`) may be done by any thread; judging what came (:func:`judge`) asks processors, which belong to one.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from .cleaning import clean_mention
from .contracts import Checks, Fetcher, Processor
from .deciding import Known, decide
from .errors import HubbubError, SecretMissing, SourceError
from .observing import Exchange, Traffic
from .processing import process_all
from .retention import FOR_EVER, Retention
from .values import Failure, Health, Mention, Quota, Source, Topic


@dataclass(frozen=True, kw_only=True, slots=True)
class DryRun:
    """What a source gave when it was read for a try, from its beginning."""

    health: Health
    message: str
    """How it is, in words for the user."""
    mentions: tuple[Mention, ...] = ()
    failures: tuple[Failure, ...] = ()
    """Items that could not be read, each with its field."""
    pages: int = 0
    stopped: bool = False
    """Whether it was read to the bound; there may be more."""
    exchanges: tuple[Exchange, ...] = ()
    quota: Quota | None = None

    @property
    def newest(self) -> tuple[Mention, ...]:
        """The mentions, the newest first; those without a date last, in their order."""
        return tuple(sorted(self.mentions, key=lambda m: m.published.timestamp() if m.published else 0.0, reverse=True))


@dataclass(frozen=True, kw_only=True, slots=True)
class Verdict:
    """What a collect would make of mentions."""

    topics: Mapping[str, int] = field(default_factory=dict)
    """How many belong to each topic; one mention may belong to several."""
    matching: int = 0
    """How many belong to any topic."""
    new: int = 0
    changed: int = 0
    known: int = 0
    """Archived already, in these very words."""
    dropped: int = 0
    """Not archived, and not to be: they match no topic, or are older than what is kept."""


def read_dry(
    build: Callable[[], Fetcher], traffic: Traffic, topics: Sequence[Topic], *, pages: int, check: bool = False
) -> DryRun:
    """Read a source from its beginning, at most so many pages; whatever a plugin raises is in the outcome.

    With ``check`` a fetcher that can test its own credentials does so at the end: what is too weak is not always refused.
    """
    mentions: dict[str, Mention] = {}
    failures: list[Failure] = []
    read, said = 0, ""
    error: Exception | None = None
    try:
        fetcher = build()
        for batch in fetcher.fetch(topics, None):
            read += 1
            mentions |= {mention.ref: mention for mention in map(clean_mention, batch.mentions)}
            failures.extend(batch.failures)
            if read >= pages:
                break
        if check and isinstance(fetcher, Checks):
            said = fetcher.check()
    except Exception as raised:  # a plugin of somebody else may raise anything; it harms only its own source
        error = raised
    health, message = _in_words(error, len(mentions), failures)
    return DryRun(
        health=health,
        message=f"{message}. {said}" if said else message,
        mentions=tuple(mentions.values()),
        failures=tuple(failures),
        pages=read,
        stopped=error is None and read >= pages,
        exchanges=tuple(traffic.exchanges),
        quota=traffic.quota,
    )


def ask_briefly(build: Callable[[], Fetcher], topics: Sequence[Topic]) -> DryRun:
    """What a source says of itself where it can test itself, which asks for less than a page; else its first page."""
    try:
        fetcher = build()
        if isinstance(fetcher, Checks):
            return DryRun(health=Health.OK, message=fetcher.check())
    except Exception as error:
        return failed(error)
    return read_dry(lambda: fetcher, Traffic(), topics, pages=1)


def failed(error: Exception) -> DryRun:
    """The outcome of a source that could not even be built, or did not end in time."""
    health, message = _in_words(error, 0, ())
    return DryRun(health=health, message=message)


def judge(
    mentions: Sequence[Mention],
    *,
    source: Source,
    processors: Mapping[str, Processor],
    known: Callable[[Sequence[Mention]], Mapping[str, Known]] | None,
    seen: datetime,
    retention: Retention = FOR_EVER,
) -> Verdict:
    """What a collect would make of these mentions; raises what the processor of topics raises.

    ``known`` asks the archive; ``None`` where there is none to ask.
    """
    labels = process_all(processors, mentions).labels
    archived = known(mentions) if mentions and known else {}
    topics: Counter[str] = Counter()
    made: Counter[str] = Counter()
    matching = 0
    for mention, said in zip(mentions, labels, strict=True):
        names = {label.value for label in said if label.name == "topic"}
        topics.update(names)
        matching += bool(names)
        intent = decide(archived.get(mention.ref), mention, seen=seen)
        left_out = (source.keep == "matches" and not names) or retention.has_expired(intent.when, [source.id], seen)
        made["dropped" if intent.kind == "new" and left_out else intent.kind] += 1
    return Verdict(
        topics=dict(topics.most_common()),
        matching=matching,
        new=made["new"],
        changed=made["changed"],
        known=made["same"],
        dropped=made["dropped"],
    )


def _in_words(error: Exception | None, count: int, failures: Sequence[Failure]) -> tuple[Health, str]:
    if isinstance(error, SourceError | SecretMissing):
        return error.health, str(error)
    if isinstance(error, HubbubError):
        return Health.BROKEN, str(error)
    if error is not None:
        return Health.BROKEN, f"its plugin failed: {type(error).__name__}: {error}"
    gave = f"it gave {count:,} {'mention' if count == 1 else 'mentions'}"
    if failures:
        items = f"{len(failures)} {'item' if len(failures) == 1 else 'items'} could not be read"
        return Health.OK if count else Health.BROKEN, f"{items}; {gave}"
    return (Health.OK, gave) if count else (Health.EMPTY, "it answers, but there is nothing in it")
