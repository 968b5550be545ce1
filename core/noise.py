"""Muting what the desk does not want to see: what would be hidden, what is, and back again."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from .archives import Archive
from .errors import NotFound
from .muting import checked_value, muted_label, muted_query, muted_value, value_for, word_query
from .query import And, Every, Not, Prefix, Query, Term, nodes
from .values import BY_MUTES, MUTED, Hits, Label, Mute, MuteKind, Record

PIECE = 1000
"""Mentions that one transaction mutes."""
_IS_MUTED = Term("is", MUTED)


@dataclass(frozen=True, kw_only=True, slots=True)
class Preview:
    """What a mute would hide."""

    kind: MuteKind
    value: str
    """What would be muted, as it is kept."""
    total: int
    """How many archived mentions it concerns."""
    examples: tuple[Record, ...]
    """Some of them, the newest first."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Hides:
    """A mute and what it hides."""

    mute: Mute
    total: int
    """How many archived mentions it concerns now."""


def without_muted(query: Query) -> tuple[Query, Query] | None:
    """A query without what is muted, and what of it is; ``None`` where it speaks of muted ones itself."""
    if any(_speaks_of_muted(node) for node in nodes(query.root)):
        return None
    root = query.root
    items = () if isinstance(root, Every) else root.items if isinstance(root, And) else (root,)
    shown = And((*items, Not(_IS_MUTED))) if items else Not(_IS_MUTED)
    return Query(query.text, shown), Query(query.text, And((*items, _IS_MUTED)))


def _speaks_of_muted(node: object) -> bool:
    return node == _IS_MUTED or (isinstance(node, Term | Prefix) and node.field == "label" and node.text.startswith(MUTED))


class Noise:
    """The mutes of one archive. Thread-safe."""

    def __init__(self, archive: Archive, find: Callable[[Query, int, str | None], Hits]) -> None:
        """``find`` answers a query with a page of so many mentions, the newest first."""
        self._archive = archive
        self._find = find

    def mutes(self) -> list[Hides]:
        """All mutes, the first first, with how much each hides."""
        mutes = self._archive.mutes()
        hidden = self._archive.hidden(mutes)
        return [Hides(mute=mute, total=hidden[mute.id]) for mute in mutes]

    def preview(self, kind: MuteKind, what: str, examples: int = 5) -> Preview:
        """What muting this would hide; ``what`` is the thing itself, or a mention to take it from.

        Raises ``ValueError`` with what to write, and ``NotFound``.
        """
        value = self._value(kind, what)
        if kind == "word":
            page = self._find(word_query(value), examples, None)
            refs, total = [hit.ref for hit in page.hits], page.total
        else:
            refs = [ref for piece in self._concerned(kind, value) for ref in piece]
            refs, total = refs[:examples], len(refs)
        return Preview(kind=kind, value=value, total=total, examples=tuple(self._archive.records(refs)))

    def mute(self, mute: Mute) -> Iterator[list[str]]:
        """Mute what is archived of it, in pieces; each piece is muted when it is yielded."""
        for refs in self._concerned(mute.kind, mute.value):
            yield self._relabel(refs, lambda labels: (*labels, muted_label(mute)))

    def unmute(self, mute: Mute) -> Iterator[list[str]]:
        """Take back what a mute did, in pieces."""
        value = muted_value(mute)
        for refs in self._pages(muted_query(mute)):
            yield self._relabel(refs, lambda labels: tuple(label for label in labels if label.value != value))

    def add(self, kind: MuteKind, what: str, *, note: str, at: datetime) -> Mute:
        """Note a mute; the same as :meth:`preview` is raised."""
        return self._archive.add_mute(kind, self._value(kind, what), note=note, at=at)

    def restore(self, mute: Mute, at: datetime) -> Mute:
        """Note a mute that was removed once more."""
        return self._archive.add_mute(mute.kind, mute.value, note=mute.note, at=at)

    def remove(self, number: int) -> Mute:
        """Forget a mute; raises ``NotFound``."""
        return self._archive.remove_mute(number)

    # --- what it concerns ------------------------------------------------------------------------------------

    def _value(self, kind: MuteKind, what: str) -> str:
        record = self._archive.get(what.strip()) if kind != "word" else None
        if record is not None:
            value = value_for(kind, record)
            return self._first_of_thread(record) if kind == "thread" and not record.mention.thread else value
        value = checked_value(kind, what)
        # The first post of a thread need not be archived itself.
        if kind == "copies" or (kind == "thread" and not self._archive.thread(value)):
            raise NotFound("mention", value)
        return value

    def _first_of_thread(self, record: Record) -> str:
        """The post that a conversation began with, as far as it is archived."""
        there = {each.ref: each for each in self._archive.thread(record.ref)}
        seen = {record.ref}
        while (parent := there.get(record.mention.parent)) and parent.ref not in seen:
            record = parent
            seen.add(record.ref)
        return record.ref

    def _concerned(self, kind: MuteKind, value: str) -> Iterator[list[str]]:
        match kind:
            case "word":
                yield from self._pages(word_query(value))
            case "site":
                yield from self._pages(Query("", Term("domain", value)))
            case "author":
                yield from _pieces(self._archive.written_by(value))
            case "thread":
                yield from _pieces([record.ref for record in reversed(self._archive.thread(value))])
            case "copies":
                yield from _pieces([record.ref for record in reversed(self._archive.group(value))])

    def _pages(self, query: Query) -> Iterator[list[str]]:
        after: str | None = None
        while True:
            page = self._find(query, PIECE, after)
            if page.hits:
                yield [hit.ref for hit in page.hits]
            after = page.next
            if after is None:
                return

    def _relabel(self, refs: Sequence[str], change: Callable[[tuple[Label, ...]], tuple[Label, ...]]) -> list[str]:
        records = self._archive.records(refs)
        labels = {record.ref: change(tuple(x for x in record.labels if x.by == BY_MUTES)) for record in records}
        self._archive.relabel(labels, BY_MUTES)
        return list(labels)


def _pieces(refs: list[str]) -> Iterator[list[str]]:
    for start in range(0, len(refs), PIECE):
        yield refs[start : start + PIECE]
