"""The desk: what a person does with mentions. Commands and screens are thin faces over it."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace
from datetime import datetime
from functools import cache, cached_property
from typing import TYPE_CHECKING

from .archives import Archive
from .authordesk import AuthorDesk
from .byaddress import ByAddress
from .controls import clean
from .conversations import Conversations
from .errors import NotFound, QueryError
from .health import as_it_is
from .highlighting import highlights
from .indexing import Indexer
from .making import maker
from .muting import muted_value
from .noise import Hides, Noise, Preview
from .prioritising import Priorities
from .priority import USUAL, Priority
from .query import And, Every, Query, Range
from .seeking import Finder
from .values import (
    BY_YOU,
    FACET_FIELDS,
    FacetField,
    Facets,
    Hits,
    Label,
    Mute,
    MuteKind,
    Order,
    Record,
    RefreshReport,
    RunReport,
    SavedSearch,
    Source,
    SourceState,
    Span,
    Topic,
    TriageState,
)

if TYPE_CHECKING:
    from .contracts import Ranker
    from .storydesk import StoryDesk


PURGED_AT_ONCE = 1000
"""Mentions that one transaction removes."""


@dataclass(frozen=True, kw_only=True)
class Row:
    """A mention in a list of results."""

    record: Record
    query: Query | None = None
    """What was asked for; ``None`` where nothing is to be marked."""

    @cached_property
    def spans(self) -> tuple[Span, ...]:
        """Where its title and text answer the query. Found when first asked for: it costs more than reading the record."""
        return highlights(self.query, self.record) if self.query else ()


_row = maker(Row)


@dataclass(frozen=True, kw_only=True, slots=True)
class Results:
    """One page of a search."""

    query: Query
    total: int
    rows: tuple[Row, ...]
    next: str | None
    """Cursor for the page after this one."""
    did_you_mean: str = ""
    """Where nothing was found: a query like this one that finds something; empty where there is none."""
    hidden: int = 0
    """How many more would be found if nothing were muted; told of the first page only."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Saved:
    """A saved search as it stands now."""

    search: SavedSearch
    total: int
    new: int
    """Of these, collected since they were last looked at."""
    problem: str = ""
    """Why the query cannot be asked any more; empty where it can."""


Progress = Callable[[int, int, str], None]
"""Told (done, of, what was finished last), from any thread."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Undo:
    """How to take a step of triage, or of muting, back."""

    what: str
    """The step in words: ``3 mentions: done``."""
    states: Mapping[str, TriageState] = field(default_factory=dict)
    """The states before, by ref."""
    muted: Mute | None = None
    """What was muted."""
    unmuted: Mute | None = None
    """What was muted before."""


class Desk(AuthorDesk):
    """A workspace at work. Thread-safe, but for :meth:`collect`, of which one at a time is enough."""

    def __init__(
        self,
        *,
        name: str,
        archive: Archive,
        indexer: Indexer,
        stories: Callable[[], StoryDesk],
        topics: Sequence[Topic],
        sources: Sequence[Source] | Callable[[], Sequence[Source]],
        collect: Callable[[Sequence[str] | None, Progress | None], RunReport],
        now: Callable[[], datetime],
        conversations: Conversations | None = None,
        by_address: ByAddress | None = None,
        refresh: Callable[[Sequence[str]], RefreshReport] = lambda refs: RefreshReport(),
        priorities: Priorities | None = None,
        rankers: Callable[[], Mapping[str, Ranker]] = dict,
        disabled: Sequence[str] = (),
    ) -> None:
        self.name = name
        self.archive = archive
        self.indexer = indexer
        self.finder = Finder(archive, indexer, now=lambda: self.now())
        self._stories = stories
        self.topics = tuple(topics)
        self._sources = sources
        self.now = now
        self._collect = collect
        self._refresh = refresh
        self._disabled = frozenset(disabled)
        self.conversations = conversations or Conversations(archive)
        self.by_address = by_address or ByAddress(archive, self.finder)
        self.rankers = cache(rankers)
        self.priorities = priorities or Priorities(archive, weights=USUAL, now=now)
        self.noise = Noise(archive, lambda query, limit, after: self._find(query, "newest", limit, after))

    @cached_property
    def stories(self) -> StoryDesk:
        """The story side of the workspace. Made when first asked for: a search from the command line does without."""
        return self._stories()

    @cached_property
    def sources(self) -> tuple[Source, ...]:
        """What is listened to. Found when first asked for: plugins say how our own accounts are followed."""
        return tuple(self._sources() if callable(self._sources) else self._sources)

    # --- searching -------------------------------------------------------------------------------------------

    def understand(self, text: str) -> Query:
        """Read a query; raises ``QueryError`` with the place and a proposal."""
        return self.finder.understand(text)

    def search(self, text: str, *, order: Order = "newest", limit: int = 50, after: str | None = None) -> Results:
        """One page of what a query finds; an empty query finds everything.

        What is muted is left out, unless the query speaks of it (``is:muted``).
        """
        query = self.understand(text)
        shown, muted = self._without_muted(query)
        hits = self._find(shown, order, limit, after)
        records = self.archive.records([hit.ref for hit in hits.hits])
        rows = tuple(_row(record, query) for record in records)
        hidden = self._find(muted, "newest", 1, None).total if muted and after is None else 0
        proposal = "" if hits.total or hidden or after else self._did_you_mean(query)
        return Results(query=query, total=hits.total, rows=rows, next=hits.next, did_you_mean=proposal, hidden=hidden)

    def facets(self, text: str, *, fields: Sequence[FacetField] = FACET_FIELDS, limit: int = 10) -> Facets:
        """All that a query finds, counted by day and by field, but for what is muted."""
        return self.indexer.facets(self._without_muted(self.understand(text))[0], fields=fields, limit=limit)

    def _without_muted(self, query: Query) -> tuple[Query, Query | None]:
        return self.finder.without_muted(query)

    def find(self, query: Query, *, limit: int = 50, after: str | None = None) -> Hits:
        """A page of all that a query finds, what is muted included, the newest first: for counting, not for showing."""
        return self._find(query, "newest", limit, after)

    def _find(self, query: Query, order: Order, limit: int, after: str | None) -> Hits:
        return self.finder.find(query, order=order, limit=limit, after=after)

    def _did_you_mean(self, query: Query) -> str:
        if not query.has_text:
            return ""
        from .suggesting import did_you_mean

        def total(asked: Query) -> int:
            return self.indexer.search(asked, limit=1).total

        with suppress(QueryError):  # a word of the archive may mean something else where it is put
            proposal = did_you_mean(query, total, self.indexer.engine.similar)
            if proposal and total(self.understand(proposal)):
                return proposal
        return ""

    # --- saved searches --------------------------------------------------------------------------------------

    def saved_searches(self) -> list[Saved]:
        """All saved searches by name, with what is new in them."""
        return [self._saved(search) for search in self.archive.saved_searches()]

    def save_search(self, name: str, text: str, *, order: Order = "newest") -> SavedSearch:
        """Give a query a name; it begins as looked at. One of that name is replaced. Raises ``QueryError``."""
        self.understand(text)
        name = " ".join(clean(name, newlines=False).split())
        if not name:
            raise ValueError("a saved search needs a name")
        now = self.now()
        search = SavedSearch(name=name, query=text, order=order, created=now, looked=now)
        self.archive.save_search(search)
        return search

    def saved_search(self, name: str) -> SavedSearch:
        """One saved search, whatever the case of its name; raises ``NotFound``."""
        there = {search.name.casefold(): search for search in self.archive.saved_searches()}
        if name.casefold() not in there:
            raise NotFound("saved search", name, [search.name for search in there.values()])
        return there[name.casefold()]

    def look(self, name: str) -> SavedSearch:
        """Note that a saved search's results are being looked at now; gives it as it was before."""
        search = self.saved_search(name)
        self.archive.save_search(replace(search, looked=self.now()))
        return search

    def delete_search(self, name: str) -> None:
        """Forget a saved search; raises ``NotFound``."""
        self.archive.delete_search(self.saved_search(name).name)

    def _saved(self, search: SavedSearch) -> Saved:
        try:
            query = self._without_muted(self.understand(search.query))[0]
        except QueryError as error:
            return Saved(search=search, total=0, new=0, problem=str(error))
        since = Range("seen", search.looked, None, low_open=True)
        fresh = Query(query.text, And((*(query.root.items if isinstance(query.root, And) else (query.root,)), since)))
        return Saved(
            search=search, total=self._find(query, "newest", 1, None).total, new=self._find(fresh, "newest", 1, None).total
        )

    # --- removing --------------------------------------------------------------------------------------------

    def purge(self, text: str, progress: Callable[[int], None] | None = None) -> int:
        """Remove for good all that a query finds, from the archive and from the index; gives how many.

        An empty query is refused with ``ValueError``. Done in pieces, each of them whole: stopped half-way, it has
        removed the newest ones, and can be asked again.
        """
        query = self.understand(text)
        if isinstance(query.root, Every) or query.root == And(()):
            raise ValueError("a purge needs a query that says what is to go")
        gone = 0
        while hits := self._find(query, "newest", PURGED_AT_ONCE, None).hits:
            gone += self.archive.purge([hit.ref for hit in hits])
            self.indexer.catch_up()
            if progress:
                progress(gone)
        return gone

    def sweep(self, progress: Callable[[int], None] | None = None) -> None:
        """Leave nothing on the disk of what was taken out: the index is built anew, and the archive's room given back.

        An index goes on holding the words of what it dropped until it merges its files, a database until its pages are written
        over. Raises ``IndexBusy`` where another program keeps at the index.
        """
        self.indexer.rebuild(progress)
        self.archive.compact()

    def record(self, ref: str) -> Record:
        """One mention; raises ``NotFound``."""
        record = self.archive.get(ref)
        if record is None:
            raise NotFound("mention", ref)
        return record

    # --- triage ----------------------------------------------------------------------------------------------

    def triage(self, refs: Sequence[str], state: TriageState) -> Undo:
        """Move mentions to a triage state; the answer takes it back."""
        before = self.archive.set_state(dict.fromkeys(refs, state))
        self.indexer.try_to_catch_up()
        count = len(before)
        return Undo(what=f"{count} {'mention' if count == 1 else 'mentions'}: {state.value}", states=before)

    def undo(self, step: Undo) -> None:
        """Take a step of triage or of muting back."""
        if step.muted:
            self.unmute(step.muted.id)
        elif step.unmuted:
            self._follow(self.noise.mute(self.noise.restore(step.unmuted, self.now())), None)
        else:
            self.archive.set_state(step.states)
            self.indexer.try_to_catch_up()

    def tag(self, refs: Sequence[str], *, add: Sequence[str] = (), remove: Sequence[str] = ()) -> None:
        """Add and remove tags."""
        records = self.archive.records(refs)
        self.archive.set_tags({r.ref: sorted((set(r.tags) | set(add)) - set(remove)) for r in records})
        self.indexer.try_to_catch_up()

    def note(self, ref: str, notes: str) -> None:
        """Write the notes of a mention."""
        self.archive.set_notes(self.record(ref).ref, notes)

    def correct(self, ref: str, name: str, value: str | None) -> None:
        """Say it better than a processor did; ``None`` takes a correction back."""
        label = None if value is None else Label(name=name, value=value, by=BY_YOU)
        self.archive.set_label(self.record(ref).ref, name, label)
        self.indexer.try_to_catch_up()

    # --- what needs a person, and what nobody wants to see ---------------------------------------------------

    def why_priority(self, ref: str) -> Priority:
        """How much a mention needs a person now, and why; raises ``NotFound``."""
        return self.priorities.explain(self.record(ref))

    def mutes(self) -> list[Hides]:
        """All mutes with how much each hides now."""
        return self.noise.mutes()

    def preview_mute(self, kind: MuteKind, what: str) -> Preview:
        """What muting this would hide; ``what`` is the thing itself or a mention's ref to take it from.

        Raises ``ValueError`` with what to write, and ``NotFound``.
        """
        return self.noise.preview(kind, what)

    def mute(self, kind: MuteKind, what: str, *, note: str = "", progress: Callable[[int], None] | None = None) -> Undo:
        """Hide an author, a site, a thread, a word or some near-copies from now on, and at once in what is archived.

        Raises as :meth:`preview_mute`. Done in pieces, each of them whole: stopped half-way, it can be asked again.
        """
        mute = self.noise.add(kind, what, note=clean(note, newlines=False), at=self.now())
        count = self._follow(self.noise.mute(mute), progress)
        return Undo(what=f"{muted_value(mute)} muted: {count:,} {'mention' if count == 1 else 'mentions'}", muted=mute)

    def unmute(self, number: int, *, progress: Callable[[int], None] | None = None) -> Undo:
        """Show again what a mute hides; raises ``NotFound``."""
        mute = self.noise.remove(number)
        count = self._follow(self.noise.unmute(mute), progress)
        return Undo(what=f"{muted_value(mute)} unmuted: {count:,} {'mention' if count == 1 else 'mentions'}", unmuted=mute)

    def _follow(self, pieces: Iterator[list[str]], progress: Callable[[int], None] | None) -> int:
        """Have priorities and the index follow what was muted or shown again."""
        done = 0
        for refs in pieces:
            self.priorities.work_out(refs)
            done += len(refs)
            if progress:
                progress(done)
        self.indexer.try_to_catch_up()
        return done

    # --- sources ---------------------------------------------------------------------------------------------

    def source_states(self) -> list[tuple[Source, SourceState]]:
        """Every configured source and how it has been doing, in the order of the configuration."""
        states = self.archive.source_states()
        pairs = [(source, states.get(source.id, SourceState(id=source.id))) for source in self.sources]
        return [(source, as_it_is(source, state, self._disabled)) for source, state in pairs]

    def collect(self, sources: Sequence[str] | None = None, progress: Progress | None = None) -> RunReport:
        """Listen once; blocks until done."""
        return self._collect(sources, progress)

    def refresh(self, refs: Sequence[str]) -> RefreshReport:
        """Ask at once how these mentions are doing, where their sources can tell; blocks until done."""
        return self._refresh(refs)
