"""The candidates of a story: what a search finds, what the story's query proposes, and what was rejected."""

from __future__ import annotations

from collections.abc import Sequence
from enum import Enum
from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import BindingType
from textual.content import Content
from textual.message import Message
from textual.timer import Timer
from textual.widgets import Static

from ...core.desk import Results, Row
from ...core.errors import QueryError
from ...core.values import Order, Record, Revision
from ..background import Trouble
from ..byaddress import add_by_address
from ..formatting import fit, plural, safe
from ..keymap import bindings
from ..messages import StoryStands
from ..screens.prompt import Prompt
from ..session import Session, Status
from ..triage import STORY
from ..undoing import Step
from .candidate_list import CandidateList, Heard
from .mention_pane import MentionPane
from .query_bar import QueryBar

BRIEF = 90
"""Cells below which little is said beside the query."""
SHOWN = 200
"""Proposals that are listed; more come when these are decided on."""
LATER = 0.8
"""Seconds after the screen until authors are ranked."""
PAUSE = 0.4
"""Seconds without a step until proposals are counted again."""
NO_STORY = "No story is being worked on."
NO_QUERY = "This story has no query that proposes mentions.\n\nPress {query} to attach one."
NO_PROPOSALS = "Nothing new is proposed.\n\nWhat was rejected is not proposed again; {mode} lists it."
NO_REJECTED = "Nothing was rejected for this story."


class Shown(Enum):
    """Where the candidates come from."""

    SEARCH = "your search"
    PROPOSED = "proposals"
    REJECTED = "rejected"


class CandidatePane(MentionPane):
    """Mentions to choose from for a story."""

    BINDINGS: ClassVar[list[BindingType]] = bindings("candidates")

    class Counted(Message):
        """How many mentions the story's query proposes; ``None`` where it has none, or it cannot be asked."""

        def __init__(self, proposed: int | None) -> None:
            super().__init__()
            self.proposed = proposed

    def __init__(self, session: Session, *, id: str) -> None:
        super().__init__(session, placeholder="search for candidates", id=id)
        self.shown = Shown.SEARCH
        self._revision: Revision | None = None
        self._proposed: int | None = None
        self._counting: Timer | None = None
        self._day_clause = ""

    def compose(self) -> ComposeResult:
        yield Static("", id="candidates-head", markup=False)
        yield QueryBar(self._placeholder)
        yield CandidateList(self.session.desk.now, id="mentions")

    def on_mount(self) -> None:
        """Rank the authors when all else is shown: it may take seconds in a large archive."""
        self.set_timer(LATER, self._ask_who_is_heard)

    def _ask_who_is_heard(self) -> None:
        self.ask(self._rank, self._ranked, group="influence", lane="influence", failed=lambda _: None)

    @property
    def is_brief(self) -> bool:
        """Half a screen has no room for a query and all that can be said of it."""
        return self.size.width < BRIEF

    @property
    def order_told(self) -> Order:
        """Proposals and what was rejected are listed newest first."""
        return self._order if self.shown is Shown.SEARCH else "newest"

    # --- who is heard ------------------------------------------------------------------------------------------

    def _rank(self) -> Heard:
        if not self.session.heard:
            rows = self.session.desk.authors(limit=5_000, marked=True).rows
            self.session.heard.update({(row.rank.author.platform, row.rank.author.key): row.rank.score for row in rows})
        return self.session.heard

    def _ranked(self, heard: Heard) -> None:
        listed = self.query_one(CandidateList)
        listed.heard = heard
        listed.redraw()

    # --- following the story -----------------------------------------------------------------------------------

    def _follow_story(self, revision: Revision | None) -> None:
        old, self._revision = self._revision, revision
        before = self.list.quoted
        super()._follow_story(revision)
        now = self.list.quoted
        other = (old and old.story.id) != (revision and revision.story.id)
        asks_else = (old and old.story.query) != (revision and revision.story.query)
        if other and self.shown is not Shown.SEARCH:
            self._show(Shown.SEARCH)
        elif self.shown is not Shown.SEARCH and (asks_else or now != before):
            self.reload()
        if other or asks_else or now != before:
            self.count_soon()
        self._head()

    def _follow_status(self, old: Status, new: Status) -> None:
        super()._follow_status(old, new)
        if old.states != new.states or (old.collecting and not new.collecting):
            self.count_soon()

    def count_soon(self) -> None:
        """Count what is proposed, once for a row of steps."""
        if self._counting is not None:
            self._counting.stop()
        self._counting = self.set_timer(PAUSE, self._count)

    def _count(self) -> None:
        revision, inbox = self._revision, self.session.desk.stories.inbox
        if revision is None or not revision.story.query:
            self.forget("proposed")
            self._counted(None)
            return
        slug = revision.story.slug
        self.ask(
            lambda: inbox.count(slug), self._counted, group="proposed", lane="proposed", failed=lambda _: self._counted(None)
        )

    def _counted(self, proposed: int | None) -> None:
        self._proposed = proposed
        self._head()
        self.post_message(self.Counted(proposed))

    def on_resize(self) -> None:
        """Fit the line above."""
        self._head()

    def _head(self) -> None:
        query = safe(self._revision.story.query) if self._revision else ""
        keys = self.session.keys
        if self.shown is Shown.SEARCH:
            words = f"candidates: {self.shown.value}"
        else:
            words = f"{self.shown.value}: {query}" if query else self.shown.value
        new = f"+{self._proposed:,} new" if self._proposed else ""
        key = keys.label("builder.proposals" if query else "builder.attach")
        hint = f"{key} {'other lists' if query else 'a query that proposes'}"
        tail = "  ".join(word for word in (new, hint) if word)
        room = max(8, self.size.width - 2 - len(tail) - 2)
        parts = [(fit(words, room), "bold"), ("  ", ""), (new, "bold $accent"), (tail[len(new) :], "$foreground 60%")]
        # Its room is always the same; nothing need be laid out anew.
        self.query_one("#candidates-head", Static).update(Content.assemble(*parts), layout=False)

    # --- which list --------------------------------------------------------------------------------------------

    def turn(self) -> None:
        """Show the next list: what is searched for, what is proposed, what was rejected."""
        lists = [*Shown]
        self._show(lists[(lists.index(self.shown) + 1) % len(lists)])

    def _show(self, shown: Shown) -> None:
        self.shown = shown
        self.list.unmark()
        self._head()
        self.reload(top=True)

    def look_for(self, text: str) -> None:
        """Whoever writes a query wants to see what it finds."""
        if text != self._text and self.shown is not Shown.SEARCH:
            self.shown = Shown.SEARCH
            self._head()
        super().look_for(text)

    def look_at_days(self, query: str, clause: str) -> None:
        """Search within some days, for what the strip of days counts unless something is searched for already."""
        if self.shown is not Shown.SEARCH:
            self._show(Shown.SEARCH)
        if self._clauses and self._clauses[-1] == self._day_clause:
            self.widen()
        if not self.bar.text.strip():
            self.bar.write(query)
            self._good = query
        self._good = self.bar.text
        self._day_clause = clause
        self.narrow(clause)

    def reload(self, *, top: bool = False) -> None:
        """Read the list that is shown."""
        if self.shown is Shown.SEARCH:
            super().reload(top=top)
            return
        shown, revision, stories = self.shown, self._revision, self.session.desk.stories
        if revision is None:
            return
        story = revision.story

        def work() -> Results:
            if shown is Shown.PROPOSED:
                found = stories.inbox.proposals(story.slug, limit=SHOWN)
                records, total = found.records, found.total
            else:
                records = stories.inbox.rejected(story.slug)
                total = len(records)
            return self._results(story.query, records, total)

        def read(results: Results) -> None:
            self.asked, self._asked_order, self.proposal = story.query, "newest", ""
            self._found(results, 0, top=top)

        self._waiting = 0
        self.ask(work, read, group="search", lane=f"search {self.id}", failed=self._refused)

    def _results(self, text: str, records: Sequence[Record], total: int) -> Results:
        try:
            query = self.session.desk.understand(text)
        except QueryError:  # rejected mentions are listed although the query cannot be asked any more
            query = self.session.desk.understand("")
        newest = sorted(records, key=lambda record: record.when, reverse=True)
        rows = tuple(Row(record=record, query=query) for record in newest)
        return Results(query=query, total=total, rows=rows, next=None)

    def _refused(self, error: Trouble) -> None:
        if self.shown is Shown.PROPOSED and isinstance(error, QueryError):
            self._found(self._results("", (), 0), 0, top=True)
            key = self.session.keys.label("builder.attach")
            self.list.empty_text = f"The story's query cannot be asked:\n\n{error}\n\nPress {key} to change it."
            return
        super()._refused(error)

    def _why_empty(self, elsewhere: int) -> str:
        keys = self.session.keys
        if self.shown is Shown.SEARCH:
            return super()._why_empty(elsewhere)
        if self._revision is None:
            return NO_STORY
        if self.shown is Shown.REJECTED:
            return NO_REJECTED
        if not self._revision.story.query:
            return NO_QUERY.format(query=keys.label("builder.attach"))
        return NO_PROPOSALS.format(mode=keys.label("builder.proposals"))

    # --- deciding ------------------------------------------------------------------------------------------------

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Only what is listed can be decided on."""
        if action in ("accept", "reject"):
            return self.list.current is not None
        return super().check_action(action, parameters)

    def acted(self) -> None:
        """What was decided on leaves its list: the next row comes under the cursor by itself."""
        if self.shown is Shown.SEARCH:
            super().acted()
        else:
            self.list.unmark()

    def quote(self, slug: str, refs: Sequence[str]) -> Revision:
        """Quote mentions; what is proposed, or was rejected, is accepted by that."""
        if self.shown is Shown.SEARCH:
            return super().quote(slug, refs)
        return self.session.desk.stories.inbox.accept(slug, refs)

    def action_accept(self) -> None:
        """Quote it."""
        self.action_add()

    def action_reject(self) -> None:
        """Never propose it for this story again; what was rejected may be proposed again."""
        revision, refs = self._revision, self.chosen_refs()
        if revision is None or not refs:
            self.tell(NO_STORY)
            return
        inbox, slug = self.session.desk.stories.inbox, revision.story.slug
        back = self.shown is Shown.REJECTED
        reject, unreject = (lambda: inbox.reject(slug, refs)), (lambda: inbox.unreject(slug, refs))
        do, undo = (unreject, reject) if back else (reject, unreject)
        what = f"{plural(len(refs), 'mention')}: {'may be proposed again' if back else 'never proposed for this story again'}"

        def done(_: object) -> None:
            self.session.steps.did(Step(what, undo, do, tuple(refs), moves=True))
            self.tell(f"{what} · {self.session.keys.label('mentions.undo')} takes it back")
            self.read_again()

        self.acted()
        self.ask(do, done, lane=STORY)

    def read_again(self) -> None:
        """Read the list and count what is proposed."""
        super().read_again()
        self.count_soon()

    def action_add_address(self) -> None:
        """Add the mention that stands at an address."""
        add_by_address(self, self._add_to_current)

    def _add_to_current(self, refs: Sequence[str]) -> None:
        if self._revision is not None:
            self._add(self._revision, refs)

    def order_by(self, order: Order) -> None:
        """Proposals and what was rejected are listed newest first."""
        if self.shown is Shown.SEARCH:
            super().order_by(order)
        else:
            self.tell("Proposals are listed newest first.")

    # --- the story's query ---------------------------------------------------------------------------------------

    def ask_query(self, written: str = "") -> None:
        """Attach a query to the story, alter it, or take it away; ``written`` is one that was refused, to go on with."""
        revision = self._revision
        if revision is None:
            self.tell(NO_STORY)
            return
        standing = revision.story.query
        question = f"Which query proposes mentions for this story?{' Empty takes it away' if standing else ''}"
        value = written or standing or self.bar.text.strip()
        prompt = Prompt(question, value=value, example="battery lang:es,ro", allow_empty=bool(standing))
        self.app.push_screen(prompt, lambda answer: self._let_propose(revision, answer))

    def _let_propose(self, revision: Revision, answer: str | None) -> None:
        if answer is None or answer == revision.story.query:
            return
        inbox, slug = self.session.desk.stories.inbox, revision.story.slug

        def attached(new: Revision) -> None:
            self.post_message(StoryStands(new))
            self.shown = Shown.PROPOSED if answer else Shown.SEARCH
            self._revision = new
            self._head()
            self.reload(top=True)
            self.count_soon()
            self.tell("The story's query proposes mentions from now on." if answer else "The story has no query any more.")

        def refused(error: Trouble) -> None:
            self.show_trouble(error)
            if isinstance(error, QueryError):
                self.ask_query(answer)

        self.ask(lambda: inbox.attach(slug, answer), attached, lane=STORY, failed=refused)
