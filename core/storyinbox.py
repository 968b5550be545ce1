"""The inbox of a story: a query that goes on proposing mentions. What was rejected is never proposed again."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from .errors import NotFound
from .query import Query
from .seeking import Finder
from .stories import one_line, set_details
from .values import Record, Revision, Story

if TYPE_CHECKING:
    from .storydesk import StoryDesk

COUNTED = 200
"""Hits of a query that are looked through one by one to count its proposals."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Proposals:
    """What a story's query finds that the story could quote."""

    total: int = 0
    """How many there are in all; of a query that finds more than ``COUNTED``, near-copies are counted, too."""
    records: tuple[Record, ...] = ()
    """Some of them, the newest first."""


class StoryInbox:
    """What is proposed for the stories of a desk. Thread-safe as far as its archive is.

    A proposal answers the story's query, and is neither quoted nor rejected nor muted. Near-copies of each other are one
    proposal: the first of them that answers. Near-copies of what is quoted or rejected are none.
    """

    def __init__(self, desk: StoryDesk, finder: Finder | None) -> None:
        self._desk = desk
        self._finder = finder

    def attach(self, name: str, query: str) -> Revision:
        """Let a query propose mentions for a story; an empty one takes it away. Raises ``QueryError`` with the place."""
        query = one_line(query)
        if query and self._finder:
            self._finder.understand(query)
        note = f"attached the query {query}" if query else "took the query away"
        return self._desk.edit(name, lambda story: set_details(story, query=query), note)

    def proposals(self, name: str, limit: int = 50) -> Proposals:
        """What is proposed now; nothing without a query. Raises ``QueryError`` where it cannot be asked any more."""
        return self._proposals(self._desk.open(name).story, limit)

    def count(self, name: str) -> int:
        """How many proposals there are."""
        return self._proposals(self._desk.open(name).story, 0).total

    def accept(self, name: str, refs: Sequence[str]) -> Revision:
        """Quote proposals; the story notes by which query they were found."""
        story = self._desk.open(name).story
        revision = self._desk.add(name, refs, query=story.query)
        self._desk.archive.unreject(story.id, refs)
        return revision

    def reject(self, name: str, refs: Sequence[str]) -> None:
        """Never propose these again, whatever is undone in the story; raises ``NotFound``."""
        archive = self._desk.archive
        there = {record.ref for record in archive.records(refs)}
        for ref in refs:
            if ref not in there:
                raise NotFound("mention", ref)
        archive.reject(self._editable(name), refs, self._desk.now())

    def unreject(self, name: str, refs: Sequence[str]) -> None:
        """Let these be proposed again."""
        self._desk.archive.unreject(self._editable(name), refs)

    def rejected(self, name: str) -> tuple[Record, ...]:
        """What was rejected and is still archived."""
        refs = self._desk.archive.rejected(self._desk.open(name).story.id)
        return tuple(self._desk.archive.records(sorted(refs)))

    def _editable(self, name: str) -> str:
        """The id of a story, where the person at the desk may choose for it now."""
        story = self._desk.open(name).story
        self._desk.people.check_edit(story.id, story.slug)
        return story.id

    # --- finding them ----------------------------------------------------------------------------------------

    def _proposals(self, story: Story, limit: int) -> Proposals:
        finder, archive = self._finder, self._desk.archive
        if not story.query or finder is None:
            return Proposals()
        query, _ = finder.without_muted(finder.understand(story.query))
        decided = {block.ref for block in story.blocks if block.ref} | archive.rejected(story.id)
        groups = {_group(record) for record in archive.records(sorted(decided))}
        fresh: list[Record] = []
        after, total = None, 0
        while True:
            page = finder.find(query, limit=COUNTED, after=after)
            total = page.total if after is None else total
            for record in archive.records([hit.ref for hit in page.hits if hit.ref not in decided]):
                if _group(record) not in groups:
                    groups.add(_group(record))
                    fresh.append(record)
            after = page.next
            if after is None or len(fresh) >= limit:
                break
        counted = len(fresh) if after is None else total - self._answering(query, sorted(decided))
        return Proposals(total=counted, records=tuple(self._first(query, record) for record in fresh[:limit]))

    def _answering(self, query: Query, refs: Sequence[str]) -> int:
        """How many of these mentions a query finds."""
        return sum(query.matches(doc) for doc in self._desk.archive.documents(refs))

    def _first(self, query: Query, record: Record) -> Record:
        """The first of a group of near-copies, where it answers as well."""
        if not record.copy_of:
            return record
        archive = self._desk.archive
        if not any(query.matches(doc) for doc in archive.documents([record.copy_of])):
            return record
        return archive.get(record.copy_of) or record


def _group(record: Record) -> str:
    return record.copy_of or record.ref
