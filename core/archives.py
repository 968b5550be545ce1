"""What an archive promises: reading it, writing it, and the change log that keeps the index in step."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Literal, Protocol, runtime_checkable

from .attentionarchive import AttentionKeeper, AttentionReader
from .authorarchive import AuthorKeeper, AuthorReader
from .deciding import Intent, Known
from .documents import SearchDoc
from .query import Query
from .sharing import Comment, Sharing
from .values import (
    JSON,
    Author,
    Engagement,
    FrozenCopy,
    Hits,
    Label,
    Labels,
    LinkCheck,
    Media,
    Mention,
    Order,
    Record,
    Redaction,
    Revision,
    SavedSearch,
    SourceState,
    Story,
    StorySummary,
    TriageState,
    Version,
)

if TYPE_CHECKING:
    from .entries import Entry


@dataclass(frozen=True, kw_only=True, slots=True)
class Change:
    """One entry of the change log: this mention may differ from what the index holds."""

    id: int
    ref: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Due:
    """A mention whose platform is to be asked how it is doing."""

    ref: str
    sources: tuple[str, ...]
    """Ids of the sources through which it came."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Judging:
    """How far a version of a processor has looked at what is archived."""

    version: str
    through: int = 0
    """It has looked at all mentions up to this place: those without a label of it have none to have."""
    under_way: str = ""
    """The name of a way over mentions that it may have judged before; empty while none is under way."""
    reached: str = ""
    """From where that way goes on."""
    offered: int | None = None
    """How many mentions other versions had judged when that was counted last; ``None``: count it."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Piece:
    """Some mentions on a way through the archive."""

    records: tuple[Record, ...]
    through: int
    """The place up to which the way has come: the next piece begins after it."""


class ArchiveReader(AuthorReader, AttentionReader, Protocol):
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

    def judging(self, by: str) -> Judging | None:
        """What was noted of how far a processor has looked; ``None`` where nothing was."""
        ...

    def judged(self, by: str) -> dict[str, int]:
        """How many mentions have labels of this processor, by its version."""
        ...

    def judged_before(self, by: str, after: int) -> int:
        """How many mentions beyond the place ``after`` came before the first of which this processor said anything."""
        ...

    def to_judge(self, by: str, noted: Judging, after: int, limit: int, *, everything: bool = False) -> Piece:
        """The next mentions beyond the place ``after`` whose labels of this processor are of another version than
        ``noted``'s, or that have none and lie beyond its ``through``; with ``everything`` simply the next ones.

        A piece with fewer than ``limit`` is the last.
        """
        ...

    def count_to_judge(self, by: str, noted: Judging) -> int:
        """How many mentions all pieces of :meth:`to_judge` have, but for ``everything``."""
        ...

    def corrected(self, name: str) -> list[Record]:
        """The mentions that have a person's label of this name, or of this name about a topic, in the order of their coming."""
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

    def next_step(self, story_id: str, number: int) -> int | None:
        """Number of the newest step of a story that was made from this one; ``None`` where none was."""
        ...

    def sharing(self, story_id: str) -> Sharing:
        """Who may do what with a story, and who is at it alone; nothing is said of a story that is not there."""
        ...

    def comments(self, story_id: str) -> list[Comment]:
        """What was said about a story and its blocks, the first first."""
        ...

    def rejected(self, story_id: str) -> frozenset[str]:
        """Refs of the mentions that are never to be proposed for a story again; raises ``NotFound``."""
        ...

    def link_checks(self, refs: Sequence[str]) -> dict[str, LinkCheck]:
        """What was found when these mentions were last looked up, by ref; those that never were are left out."""
        ...

    def redactions(self, refs: Sequence[str] | None = None) -> dict[str, Redaction]:
        """Which of these mentions (or of all there ever were) were redacted, and why, by ref."""
        ...

    def quotes(self, ref: str) -> dict[str, tuple[FrozenCopy, ...]]:
        """By id of a story: all copies of a mention that its steps quote. It looks through all stories."""
        ...

    def due_for_refresh(self, now: datetime, limit: int) -> list[Due]:
        """Mentions whose platform is to be asked by now how they are doing, those that have waited longest first.

        At most ``limit`` of those that came through the same sources.
        """
        ...

    def documents(self, refs: Sequence[str]) -> list[SearchDoc]:
        """What search sees of these refs, in their order; those that are not there are left out."""
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

    def pieces(self, size: int) -> Sequence[Callable[[], Iterable[SearchDoc]]]:
        """What search sees of all records that there are now, at most ``size`` in a piece, which can be pickled and is read
        where it is called, in one go."""
        ...


class Archive(ArchiveReader, AuthorKeeper, AttentionKeeper, Protocol):
    """Writing the archive. Each call is one transaction that also writes the change log."""

    def save(self, source: str, intents: Sequence[Intent], cursor: JSON, at: datetime) -> None:
        """Save a batch and the cursor after it, all or nothing."""
        ...

    def save_refreshed(
        self, intents: Sequence[Intent], deleted: Sequence[str], again: Mapping[str, datetime | None], at: datetime
    ) -> None:
        """Save what platforms say of mentions that we have, all or nothing: how they are now, which of them were deleted, and
        when each is asked for again (``None``: never)."""
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

    def relabel(
        self,
        labels: Mapping[str, Labels],
        by: str,
        *,
        wordings: Mapping[str, int] | None = None,
        noted: Judging | None = None,
    ) -> None:
        """Replace all labels of one processor by ref, in the place where they stood; a person's labels stay.

        ``wordings``: the numbers of the wordings that were judged; a mention that has another by now is left as it is.
        ``noted`` is kept with them.
        """
        ...

    def set_judging(self, by: str, noted: Judging) -> None:
        """Note how far a processor has looked."""
        ...

    def mark_deleted(self, refs: Sequence[str], at: datetime) -> None:
        """Note that the platform has deleted these; our copies stay."""
        ...

    def note_media(self, held: Mapping[str, Mapping[str, Media]]) -> None:
        """Note our copies of pictures, by ref and by the address of the picture, in every wording that shows them."""
        ...

    def save_story(self, story: Story, *, note: str, expected: int | None, at: datetime, by: str = "") -> Revision:
        """Save a step on top of revision ``expected`` (``None``: a new story, which becomes that of ``by``); raises
        ``StoryConflict``."""
        ...

    def stand(self, story_id: str, revision: int, *, expected: int) -> Revision:
        """Let another revision of the story be the standing one (undo, redo); raises ``StoryConflict``."""
        ...

    def delete_story(self, story_id: str) -> None:
        """Remove a story with all its revisions."""
        ...

    def share(self, story_id: str, change: Callable[[Sharing], Sharing]) -> Sharing:
        """Let others do more or less with a story: what stands is read, changed and kept in one transaction. What ``change``
        raises leaves it as it was; raises ``NotFound``."""
        ...

    def add_comment(self, story_id: str, *, block: str, answers: int | None, by: str, text: str, at: datetime) -> Comment:
        """Keep a comment under the next number; raises ``NotFound``."""
        ...

    def resolve_comment(self, number: int, *, by: str, at: datetime | None) -> Comment:
        """Note that a comment is settled, or (``None``) open again; raises ``NotFound``."""
        ...

    def remove_comment(self, number: int) -> None:
        """Remove a comment with the answers to it; raises ``NotFound``."""
        ...

    def reject(self, story_id: str, refs: Sequence[str], at: datetime) -> None:
        """Never propose these mentions for a story again; raises ``NotFound``."""
        ...

    def unreject(self, story_id: str, refs: Sequence[str]) -> None:
        """Let these mentions be proposed again; raises ``NotFound``."""
        ...

    def note_checks(self, checks: Sequence[LinkCheck]) -> None:
        """Keep what was found, in place of what was found before."""
        ...

    def redact(self, ref: str, *, reason: str, at: datetime) -> Redaction:
        """Take title, text, media and what the platform sent out of every wording of a mention and out of every step of
        every story that quotes it, for good; who said it, where and when, and the digest of what stood there stay.

        The mention is never given its words back by collecting it again. One transaction, with the change log. Redacting
        once more changes the reason only. Raises ``NotFound`` where neither the archive nor a story knows the mention.
        """
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
