"""What the rooms and the plugins promise each other.

Behaviour lives in these Protocols, not in base classes. Optional abilities of a fetcher are further small Protocols, found
with ``isinstance``.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import Executor
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from logging import Logger
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal, Protocol, runtime_checkable

from .documents import SearchDoc
from .errors import SourceUnreachable
from .query import Query
from .values import (
    FACET_FIELDS,
    JSON,
    Alert,
    Author,
    AuthorRank,
    Batch,
    FacetField,
    Facets,
    Failure,
    Hits,
    Label,
    Labels,
    Learnt,
    Mention,
    Order,
    PublishedStory,
    Quota,
    Reason,
    Receipt,
    Topic,
    Window,
)

if TYPE_CHECKING:
    from socket import socket
    from threading import Event

    from pydantic import BaseModel  # a tenth of a second to import, and only plugins with options need it

    from .archives import ArchiveReader


Role = Literal["source", "processor", "ranker", "exporter", "notifier", "search"]
"""What a plugin can be; the first half of its entry point's name."""


# --- HTTP ----------------------------------------------------------------------------------------------------


@dataclass(frozen=True, kw_only=True, slots=True)
class Response:
    """An answer that was accepted: status 2xx, or 304."""

    url: str
    """Where it came from in the end, after redirects; without credentials."""
    status: int
    headers: Mapping[str, str]
    """Names in lower case."""
    content: bytes
    """The body, decompressed; empty when :attr:`unchanged`."""
    unchanged: bool = False
    """Whether it is what the validators describe: a 304, or a 200 with the very same body."""
    validators: Mapping[str, str] = field(default_factory=dict)
    """What to hand in next time: ``etag``, ``modified``, ``body`` (a hash). Plain JSON."""
    moved: str = ""
    """The address to ask from now on, where the site says that it has moved for good (301, 308); else empty."""
    seconds: float = 0.0
    """How long the site took for this answer, our own waiting not counted."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Rate:
    """So many requests in so long a time."""

    requests: int
    """At least 1."""
    seconds: float

    @classmethod
    def per_second(cls, requests: float) -> Rate:
        """So many a second; where it is less than one, one in so many seconds."""
        whole = max(1, int(requests))
        return cls(requests=whole, seconds=whole / requests)


@dataclass(frozen=True, kw_only=True, slots=True)
class Allowance:
    """What an API allows, counted over all sources that name it."""

    name: str
    """What is counted together: the API's host; with it the user, where every user has an allowance. Never a secret."""
    rates: tuple[Rate, ...]
    """All of them hold."""


class HttpClient(Protocol):
    """The one polite client (:mod:`hubbub.core.http`). Thread-safe. Every failure is a ``SourceError``.

    It keeps to a pace for each host, to the allowances that requests name, and to what hosts ask for in their headers.
    """

    def get(
        self,
        url: str,
        *,
        params: Mapping[str, str | int] | None = None,
        headers: Mapping[str, str] | None = None,
        validators: Mapping[str, str] | None = None,
        max_bytes: int | None = None,
        allowance: Allowance | None = None,
    ) -> Response:
        """Ask for a page; ``validators`` from the last answer make it conditional."""
        ...

    def post(
        self,
        url: str,
        *,
        params: Mapping[str, str | int] | None = None,
        headers: Mapping[str, str] | None = None,
        json: JSON = None,
        form: Mapping[str, str] | None = None,
        max_bytes: int | None = None,
        allowance: Allowance | None = None,
    ) -> Response:
        """Send JSON or a form: to log in, or to ask where an API wants its questions so. Never sent twice by itself."""
        ...

    def leave_alone(self, url: str, until: datetime) -> None:
        """Ask this host nothing until then: for APIs that say so in the body of an answer (Stack Exchange's ``backoff``)."""
        ...


# --- what a plugin is given and what it hands over -----------------------------------------------------------


def no_connection(host: str, port: int) -> socket:
    """Stands where a program gives its plugins no connections."""
    raise SourceUnreachable(f"No connection to {host}:{port} is made in this program.")


def _ignore(quota: Quota) -> None:
    """Nobody wants to know."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Context:
    """Everything a plugin may use of the outside world; nothing is reached for."""

    http: HttpClient
    """For all requests."""
    now: Callable[[], datetime]
    """The clock: aware, UTC."""
    log: Logger
    """Named after the plugin."""
    data_dir: Path
    """The plugin's own folder in the workspace; it exists."""
    workspace: Path
    """The workspace's folder, for paths that the user gives relative to it."""
    languages: tuple[str, ...] = ()
    """The languages that the user listens in (ISO 639-1)."""
    topics: tuple[Topic, ...] = ()
    """The workspace's topics."""
    executor: Executor | None = None
    """A process pool for heavy pure functions; ``None``: call them yourself."""
    connect: Callable[[str, int], socket] = no_connection
    """A TCP connection to host and port for protocols beside HTTP, as guarded as :attr:`http`; raises a ``SourceError``."""
    user_agent: str = "hubbub"
    """Who we say that we are, where a protocol beside HTTP asks."""
    tell_quota: Callable[[Quota], None] = _ignore
    """Tells what an API still allows, where it says so in the body of an answer; headers are read without it."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Suggestion:
    """A source that a plugin proposes for a topic."""

    options: Mapping[str, object]
    """The options of the source."""
    title: str
    """What it would listen to, in a few words; its id is made of them."""
    every: timedelta = timedelta(minutes=15)


@dataclass(frozen=True, kw_only=True, slots=True)
class Clues:
    """What is at hand to find sources that need an address: names of a topic, or web sites of those who are listened for."""

    names: tuple[str, ...] = ()
    """Names that they may have taken on a platform, as ``acmephone``: small ASCII letters, digits and ``_``, without a sign."""
    sites: tuple[str, ...] = ()
    """Addresses of their web sites, without a path."""
    links: tuple[str, ...] = ()
    """Addresses that the first pages of these sites name; also ``news:`` and ``nntp:`` ones."""
    forums: tuple[str, ...] = ()
    """Addresses at which a forum of theirs may stand: those of the links that look like it, and the usual ones."""
    sources: tuple[tuple[Mapping[str, object], Any], ...] = ()
    """The options of the plugin's own sources that are configured: as they are written, and validated."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Component:
    """What a plugin's hook hands over: a name and how to build the thing. Building touches no network."""

    name: str
    """What users write in ``hubbub.toml``; unique within the role."""
    build: Callable[[Any, Context], Any]
    """Makes it from its validated options (an instance of :attr:`options`, or ``None``) and a context."""
    options: type[BaseModel] | None = None
    """Its options: a pydantic model with ``extra="forbid"``; ``None`` where it has none."""
    summary: str = ""
    """One line for listings."""
    example: Mapping[str, object] = field(default_factory=dict)
    """Options that it can be built with to be tried without network; only needed where no text, address or number will do."""
    follow: Callable[[str], Mapping[str, object] | None] | None = None
    """Of a source: the options with which it listens to one account of its platform (the handle of ``Topic.accounts``)."""
    suggest: Callable[[Topic, Context], Iterable[Suggestion]] | None = None
    """Of a source that needs no key: what it would listen to for a topic. Asks no network."""
    discover: Callable[[Clues, Context], Iterable[Suggestion | Failure]] | None = None
    """Of a source that needs an address, and no key: where there might be something to listen to.

    Every one is proposed only where it answers, so that it need not be asked before. It may ask the network where the options
    cannot be told otherwise, a few requests; a failure is told to those who want to know why something is not proposed.
    """
    recognise: Callable[[str, str], Mapping[str, object] | None] | None = None
    """Of a source: the options with which it reads what an address shows (or ``@user@host``); ``None``: it is none of its own.

    The second argument is the software that the site says it runs, as ``discourse``; empty while nobody has asked. No network.
    """
    discard: Callable[[Any, Context], None] | None = None
    """Of a search engine that keeps its index elsewhere than in ``context.data_dir``: removes it, damaged or not."""


class Fetcher(Protocol):
    """Reads one source."""

    def fetch(self, topics: Sequence[Topic], cursor: JSON) -> Iterator[Batch]:
        """Yield pages from ``cursor`` (``None`` at first) on; each carries the cursor that stands after it.

        Raises a ``SourceError`` when the source cannot be read at all. The caller may stop after any batch.
        """
        ...


@runtime_checkable
class Refreshes(Protocol):
    """A fetcher that can ask again how mentions are doing."""

    def refresh(self, mentions: Sequence[Mention]) -> Iterator[tuple[str, Mention | None]]:
        """Yield ref and mention as it is now, or ref and ``None`` where the platform says that it has been deleted.

        What is not yielded is asked again another time. Raises a ``SourceError`` when nothing more can be asked.
        """
        ...


@runtime_checkable
class Streams(Protocol):
    """A fetcher that can also be told what is new as it happens, for as long as it is connected."""

    def stream(self, topics: Sequence[Topic], cursor: JSON, stop: Event) -> Iterator[Batch]:
        """Connect, and yield what comes from ``cursor`` on; returns when ``stop`` is set or the connection ends.

        An empty batch with the cursor is yielded at least every few seconds. Raises a ``SourceError``. Connecting again is the
        caller's.
        """
        ...


@runtime_checkable
class Converses(Protocol):
    """A fetcher that can read the whole conversation around a mention."""

    def conversation(self, mention: Mention) -> Sequence[Mention]:
        """The conversation as the platform has it now, the mention included: the first post first, answers after what they
        answer. Raises a ``SourceError``."""
        ...


@runtime_checkable
class LooksUp(Protocol):
    """A fetcher that can read the one post that an address shows, for what somebody adds to a story by hand."""

    def look_up(self, url: str) -> Mention | None:
        """The post as its platform has it now, the same mention as through :meth:`Fetcher.fetch`.

        ``None``, and nothing is asked, where this is no address of a post that this fetcher can read: one of another platform
        or server, or a page of another kind. Raises a ``SourceError`` where it cannot be read; ``SourceGone`` where it was
        deleted.
        """
        ...


@runtime_checkable
class Checks(Protocol):
    """A fetcher that can test its own address and credentials."""

    def check(self) -> str:
        """Say in one sentence that all is well; raise a ``SourceError`` where it is not."""
        ...


class Processor(Protocol):
    """Says something of mentions."""

    version: str
    """Kept with every label."""

    def process(self, mentions: Sequence[Mention]) -> Sequence[Labels]:
        """One tuple of labels for each mention, in order. A mention's ``lang`` is the best that is known so far."""
        ...


@runtime_checkable
class ReadsLabels(Protocol):
    """A processor that goes by what the processors before it said: of which topics a mention is, say, and where they stand."""

    def process_labelled(self, mentions: Sequence[Mention], said: Sequence[Labels]) -> Sequence[Labels]:
        """As :meth:`Processor.process`, which is not called then; ``said`` has all labels so far of each mention.

        Of mentions that are archived, a person's labels are among them.
        """
        ...


@runtime_checkable
class Learns(Protocol):
    """A processor that a workspace's own corrections teach. What it learns lies in ``context.data_dir``, and its ``version``
    differs with what it has learnt, so that what it said before can be told from what it would say now."""

    learns: str
    """The name of the labels that it learns from, as ``sentiment``: those about one topic, ``sentiment:acme``, included."""

    def learn(self, corrected: Sequence[tuple[Mention, Label]], *, keep: bool = True) -> Learnt:
        """Learn from what a person said of these mentions, in place of what was learnt before.

        It is measured on corrections that were held out, and kept only where that shows a gain; with ``keep=False`` never. The
        caller hands in all corrections that there are, not only new ones. The same corrections teach the same, in any order.
        What was kept is used from the next call of :meth:`Processor.process` on, by other processes once they build it anew.
        """
        ...

    def forget(self) -> bool:
        """Go back to what it was before it learnt anything; whether there was something to forget."""
        ...


class Ranker(Protocol):
    """Says who matters."""

    def rank(self, archive: ArchiveReader, topic: Topic, window: Window) -> Sequence[AuthorRank]:
        """Authors, the most influential first."""
        ...


@runtime_checkable
class Explains(Protocol):
    """A ranker that can say in words why an author stands where they do."""

    def explain(
        self, archive: ArchiveReader, topic: Topic, window: Window, author: Author
    ) -> tuple[AuthorRank, tuple[Reason, ...]] | None:
        """Their rank and its reasons, the weightiest first; ``None`` where they do not rank."""
        ...


class Exporter(Protocol):
    """Writes a story."""

    def export(self, story: PublishedStory, to: Path) -> Receipt:
        """Write into the folder ``to`` (it exists and is ours); the caller moves the whole folder into place.

        The story is as readers may see it (:func:`hubbub.core.quoting.for_readers`): without working notes, without what
        platforms sent, and without words and pictures that were taken out.
        """
        ...


@runtime_checkable
class RestsOn(Protocol):
    """An exporter whose files depend on files of the user's, as those of a theme."""

    def rests_on(self) -> Iterable[Path]:
        """The files, in a stable order: where one of them is another, is new or is gone, what is published is out of date.

        Its options need not be told, they always count. What cannot be found is left out.
        """
        ...


@runtime_checkable
class Reimports(Protocol):
    """An exporter whose files lose nothing."""

    def read(self, path: Path) -> PublishedStory:
        """The story in a file or folder that it wrote; raises ``ImportFailed``."""
        ...


class Notifier(Protocol):
    """Tells a person."""

    def notify(self, alert: Alert) -> None:
        """Deliver it, or raise."""
        ...


class SearchEngine(Protocol):
    """Finds mentions by words. Every call is idempotent; readers and one writer may run at once.

    An engine stores tokens of :mod:`hubbub.core.text` and answers exactly the mentions for which ``query.matches(doc)``
    is true. Raises ``IndexDamaged`` where its files cannot be used and ``IndexBusy`` where another writer holds them.
    """

    def stamp(self) -> str:
        """The id that the last complete build was given; empty for a new index."""
        ...

    def set_stamp(self, stamp: str) -> None:
        """Write the id of a complete build, durably."""
        ...

    def put(self, docs: Sequence[SearchDoc]) -> None:
        """Add or replace; visible and durable on return."""
        ...

    def drop(self, refs: Sequence[str]) -> None:
        """Remove; unknown refs do not matter."""
        ...

    def search(self, query: Query, *, order: Order = "newest", limit: int = 50, after: str | None = None) -> Hits:
        """A page of hits; ``after`` is the ``next`` of the page before. Ties are broken by ref, so pages never overlap.

        A cursor names a place in the order, not a count: mentions that are put meanwhile shift no page. Scores of ``relevance``
        move with every mention, so there a page begins below the last score that was shown. The orders ``engaged`` and
        ``influential`` are those of :func:`hubbub.core.documents.rank`.
        """
        ...

    def facets(self, query: Query, *, fields: Sequence[FacetField] = FACET_FIELDS, limit: int = 10) -> Facets:
        """All hits counted by day and by the values of these fields, at most ``limit`` values of each."""
        ...

    def similar(self, word: str, *, limit: int = 5) -> list[str]:
        """Words of titles and texts in the index that are like this folded word: for "did you mean".

        They begin with the same character and differ by at most two (Levenshtein); the nearest first, then the most
        frequent, then by word. The word itself is left out.
        """
        ...

    def count(self) -> int:
        """How many documents it holds."""
        ...

    def clear(self) -> None:
        """Empty it, the stamp too."""
        ...

    def close(self) -> None:
        """Let go of files and locks."""
        ...


@runtime_checkable
class Loads(Protocol):
    """A search engine that is filled faster in one go than by many puts."""

    def load(self, batches: Iterable[Sequence[SearchDoc]]) -> None:
        """Put all of these into the engine, which was cleared just now. No two of them have one ref.

        They are visible and durable on return; an error on the way leaves none of them.
        """
        ...


@runtime_checkable
class Packs(Loads, Protocol):
    """A search engine for which other processes can do what takes long about a document."""

    @property
    def pack(self) -> Callable[[Iterable[SearchDoc]], Sequence[Any]]:
        """A function of a module's top level: makes of each document what :meth:`load_packed` takes. Both can be pickled."""
        ...

    def load_packed(self, batches: Iterable[Sequence[Any]]) -> None:
        """As :meth:`load`, of documents that were packed."""
        ...


@runtime_checkable
class Elsewhere(Protocol):
    """A search engine whose index does not lie in its folder."""

    def place(self) -> str:
        """Where it lies, for people."""
        ...

    def bytes(self) -> int:
        """How much room it takes there."""
        ...


@runtime_checkable
class BesideArchive(Protocol):
    """Options of a search engine that can keep its index in the archive's own database."""

    def beside(self, archive: str, identity: str) -> BesideArchive:
        """The same for this archive: its address with its password, and what tells it from all others, without any."""
        ...
