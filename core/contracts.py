"""What the rooms and the plugins promise each other.

Behaviour lives in these Protocols, not in base classes. Optional abilities of a fetcher are further small Protocols, found
with ``isinstance``.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import Executor
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from datetime import datetime
from logging import Logger
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal, Protocol, runtime_checkable

from .deciding import Intent, Known
from .documents import SearchDoc
from .query import Query
from .values import (
    FACET_FIELDS,
    JSON,
    Alert,
    Author,
    AuthorRank,
    Batch,
    Engagement,
    FacetField,
    Facets,
    Hits,
    Label,
    Labels,
    Mention,
    Order,
    PublishedStory,
    Receipt,
    Record,
    Revision,
    SavedSearch,
    SourceState,
    Story,
    StorySummary,
    Topic,
    TriageState,
    Version,
    Window,
)

if TYPE_CHECKING:
    from pydantic import BaseModel  # a tenth of a second to import, and only plugins with options need it

    from .entries import Entry

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


class HttpClient(Protocol):
    """The one polite client (:mod:`hubbub.core.http`). Thread-safe. Every failure is a ``SourceError``."""

    def get(
        self,
        url: str,
        *,
        params: Mapping[str, str | int] | None = None,
        headers: Mapping[str, str] | None = None,
        validators: Mapping[str, str] | None = None,
        max_bytes: int | None = None,
    ) -> Response:
        """Ask for a page; ``validators`` from the last answer make it conditional."""
        ...


# --- what a plugin is given and what it hands over -----------------------------------------------------------


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

    def refresh(self, mentions: Sequence[Mention]) -> Iterator[Mention]:
        """Yield those that the platform still has, as they are now."""
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


class Ranker(Protocol):
    """Says who matters."""

    def rank(self, archive: ArchiveReader, topic: Topic, window: Window) -> Sequence[AuthorRank]:
        """Authors, the most influential first."""
        ...


class Exporter(Protocol):
    """Writes a story."""

    def export(self, story: PublishedStory, to: Path) -> Receipt:
        """Write into the folder ``to`` (it exists and is ours); the caller moves the whole folder into place."""
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
    def pack(self) -> Callable[[Sequence[SearchDoc]], Any]:
        """A function of a module's top level: makes of documents what :meth:`load_packed` takes. Both can be pickled."""
        ...

    def load_packed(self, batches: Iterable[Any]) -> None:
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


# --- the archive ---------------------------------------------------------------------------------------------


@dataclass(frozen=True, kw_only=True, slots=True)
class Change:
    """One entry of the change log: this mention may differ from what the index holds."""

    id: int
    ref: str


class ArchiveReader(Protocol):
    """Reading the archive. Thread-safe; every call is its own transaction."""

    def get(self, ref: str) -> Record | None:
        """One record."""
        ...

    def records(self, refs: Sequence[str]) -> list[Record]:
        """The records of these refs in their order; those that are not there are left out."""
        ...

    def find(self, query: Query, *, order: Order = "newest", limit: int = 50, after: str | None = None) -> Hits:
        """Answer a query without text part (``not query.has_text``) by SQL; otherwise ``ValueError``.

        The same hits, order and meaning of ``after`` as a search engine's; ``relevance`` is read as ``newest``. Raises
        ``ValueError`` for the orders that SQL keeps no list of: ``engaged`` and ``influential``.
        """
        ...

    def walk(self, size: int = 1000) -> Iterator[list[Record]]:
        """All records in pieces, in a stable order, in constant memory."""
        ...

    def versions(self, ref: str) -> list[Version]:
        """All wordings, the first first."""
        ...

    def engagement(self, ref: str) -> list[Engagement]:
        """All counts, the first first."""
        ...

    def author_series(self, platform: str, key: str) -> list[Author]:
        """An author's metrics over time, the first first."""
        ...

    def thread(self, ref: str) -> list[Record]:
        """The archived conversation that a mention belongs to, oldest first, itself included."""
        ...

    def known(self, mentions: Sequence[Mention]) -> dict[str, Known]:
        """By fetched ref: the records that these belong to, by ref or else by canonical address and equal title."""
        ...

    def count(self) -> int:
        """How many mentions there are."""
        ...

    def counts(self, by: Literal["state", "topic", "source", "lang", "platform"]) -> dict[str, int]:
        """How many mentions there are by each value."""
        ...

    def group(self, ref: str) -> list[Record]:
        """The near-copies that a mention belongs to, the first first, itself included; it alone where it is alone."""
        ...

    def saved_searches(self) -> list[SavedSearch]:
        """All saved searches by name."""
        ...

    def source_states(self) -> dict[str, SourceState]:
        """By source id."""
        ...

    def stories(self) -> list[StorySummary]:
        """All stories, the one changed last first."""
        ...

    def story(self, name: str, revision: int | None = None) -> Revision:
        """The standing (or a given) revision of a story, by slug or id; raises ``NotFound``."""
        ...

    def revisions(self, story_id: str) -> list[Revision]:
        """All steps of a story, the first first."""
        ...

    def changes(self, limit: int = 1000) -> list[Change]:
        """The oldest entries of the change log."""
        ...

    def pending(self) -> int:
        """How many entries the change log has."""
        ...

    def index_stamp(self) -> str:
        """The stamp of the index that follows this archive's change log; empty for none."""
        ...

    def dump(self) -> Iterator[Entry]:
        """Everything that is kept, as it is at one moment, in constant memory: all entries of one kind after another.

        Read it to its end, or close it: until then the archive is held open for reading.
        """
        ...


@runtime_checkable
class Shares(Protocol):
    """An archive that other processes can read as well."""

    def pieces(self, size: int) -> Sequence[Callable[[], list[Record]]]:
        """All records that there are now, at most ``size`` in a piece, which can be pickled and is read where it is called."""
        ...


class Archive(ArchiveReader, Protocol):
    """Writing the archive. Each call is one transaction that also writes the change log."""

    def save(self, source: str, intents: Sequence[Intent], cursor: JSON, at: datetime) -> None:
        """Save a batch and the cursor after it, all or nothing."""
        ...

    def save_source_state(self, state: SourceState) -> None:
        """Everything of it but the cursor and ``found``, which move with the mentions only."""
        ...

    def forget_source(self, source: str) -> None:
        """Forget a source's state and cursor; its mentions stay."""
        ...

    def set_state(self, states: Mapping[str, TriageState]) -> dict[str, TriageState]:
        """Set triage states by ref; gives back those before, so that handing them in again undoes it."""
        ...

    def set_tags(self, tags: Mapping[str, Sequence[str]]) -> dict[str, tuple[str, ...]]:
        """Set the whole set of tags by ref; gives back those before."""
        ...

    def set_notes(self, ref: str, notes: str) -> str:
        """Set the notes; gives back those before."""
        ...

    def set_label(self, ref: str, name: str, label: Label | None) -> Label | None:
        """Set (or with ``None`` take back) a person's own label of that name; gives back the one before."""
        ...

    def relabel(self, labels: Mapping[str, Labels], by: str) -> None:
        """Replace all labels of one processor by ref; a person's labels stay."""
        ...

    def mark_deleted(self, refs: Sequence[str], at: datetime) -> None:
        """Note that the platform has deleted these; our copies stay."""
        ...

    def save_story(self, story: Story, *, note: str, expected: int | None, at: datetime) -> Revision:
        """Save a step on top of revision ``expected`` (``None``: a new story); raises ``StoryConflict``."""
        ...

    def stand(self, story_id: str, revision: int, *, expected: int) -> Revision:
        """Let another revision of the story be the standing one (undo, redo); raises ``StoryConflict``."""
        ...

    def delete_story(self, story_id: str) -> None:
        """Remove a story with all its revisions."""
        ...

    def save_search(self, search: SavedSearch) -> None:
        """Save a search, in place of the one of that name."""
        ...

    def delete_search(self, name: str) -> None:
        """Forget a saved search; raises ``NotFound``."""
        ...

    def purge(self, refs: Sequence[str]) -> int:
        """Remove mentions with all their wordings, counts, labels and notes, for good; gives how many were there.

        Authors of whom nothing is left go, too. Stories keep their frozen copies. The change log names
        all these refs, known or not, so that the index drops them.
        """
        ...

    def compact(self) -> int:
        """Give the space of what was removed back to the disk; gives how many bytes."""
        ...

    def touch(self, refs: Sequence[str]) -> None:
        """Write these refs to the change log, so that the index reads them again."""
        ...

    def forget_changes(self, ids: Sequence[int]) -> None:
        """Delete entries of the change log that the index has taken in."""
        ...

    def set_index_stamp(self, stamp: str) -> None:
        """Name the index that follows the change log from now on; empty for none."""
        ...

    def indexing(self, wait: float = 0.0) -> AbstractContextManager[None]:
        """Hold the only right to bring the search index up to date, among all programs and threads.

        Raises ``IndexBusy`` where another has it and keeps it longer than ``wait`` seconds. It ends with the process, however
        that ends. Not reentrant.
        """
        ...

    def load(self, entries: Iterable[Entry]) -> None:
        """Fill this archive, which must be empty (else ``ArchiveError``), with the entries of a dump.

        All or nothing: where the entries raise or contradict each other (``ImportFailed``, with file and line as in
        :data:`hubbub.core.entries.FILES`), it is as it was. The index is built anew at the next search.
        """
        ...

    def backup(self, to: Path) -> None:
        """Write a consistent copy into a file that does not exist yet, while others go on working."""
        ...

    def check(self) -> list[str]:
        """What is wrong with it, in sentences; empty when all is well."""
        ...

    def close(self) -> None:
        """Let go of all connections."""
        ...
