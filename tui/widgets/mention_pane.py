"""Mentions with their search bar: the inbox, and the candidates of the story builder.

How they are found is in :mod:`hubbub.tui.finding`, what is done with them in :mod:`hubbub.tui.triage`.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import Vertical
from textual.message import Message
from textual.reactive import reactive

from ...core.values import Order, Revision, TriageState
from ..formatting import ORDERS
from ..keymap import bindings
from ..muting import Muting
from ..narrowing import narrowed, widened
from ..saving import save_search
from ..screens.facets import FacetsScreen
from ..screens.reading import ReadingScreen
from ..session import Session, Status
from ..views import EVERYTHING, View, within
from .mention_list import MentionList
from .query_bar import QueryBar, QueryInput
from .row_list import RowList

ABOUT_A_MENTION = {
    *("add", "choose_story", "done", "ignore", "keep", "tag", "note", "correct"),
    *("open", "copy", "pictures", "conversation", "alike", "mute", "why", "author"),
}
"""Actions that there is nothing to do for in an empty list."""


class MentionPane(Muting, Vertical):
    """A search bar over a list of mentions."""

    BINDINGS: ClassVar[list[BindingType]] = bindings("mentions")
    view: reactive[View] = reactive(EVERYTHING, init=False)
    """What limits all searches of this pane."""

    class Answered(Message):
        """The rows of a new answer are shown."""

        def __init__(self, pane: MentionPane) -> None:
            super().__init__()
            self.pane = pane

    def __init__(self, session: Session, *, placeholder: str, id: str) -> None:
        super().__init__(session, id=id)
        self._placeholder = placeholder
        self._clauses: list[str] = []

    def compose(self) -> ComposeResult:
        yield QueryBar(self._placeholder)
        yield MentionList(self.session.desk.now, id="mentions")

    def on_mount(self) -> None:
        """Begin with everything, and follow the current story."""
        self.watch(self.app, "revision", self._follow_story)
        self.watch(self.app, "status", self._follow_status)
        self.reload()

    def watch_view(self, view: View) -> None:
        """Another view was chosen."""
        self.look_at(view)

    @on(QueryBar.Asked)
    def _asked_for(self, event: QueryBar.Asked) -> None:
        event.stop()
        self.look_for(event.text)

    def answered(self) -> None:
        """Tell those who count what was found."""
        self.post_message(self.Answered(self))

    @on(RowList.NearEnd)
    def _near_end(self, event: RowList.NearEnd) -> None:
        event.stop()
        self.more_below()

    @on(RowList.NearTop)
    def _near_top(self, event: RowList.NearTop) -> None:
        event.stop()
        self.more_above()

    # --- narrowing ---------------------------------------------------------------------------------------------

    def narrow(self, clause: str) -> None:
        """Ask for this, too."""
        self._clauses.append(clause)
        self.bar.write(narrowed(self._good, clause))

    def widen(self) -> None:
        """Take the last narrowing back."""
        text = widened(self.bar.text.strip(), self._clauses)
        if text is None:
            self.tell("There is no narrowing at the end of the query that could be taken back.")
            return
        self._clauses.pop()
        self.bar.write(text)

    def open_facets(self) -> None:
        """Show what was found in numbers, over the screen."""

        def answered(clause: str | None) -> None:
            if clause:
                self.narrow(clause)
            elif clause is not None:
                self.widen()

        self.app.push_screen(FacetsScreen(self.session, self.asked), answered)

    # --- following ---------------------------------------------------------------------------------------------

    def _follow_story(self, revision: Revision | None) -> None:
        quoted = frozenset(block.ref for block in revision.story.blocks if block.ref) if revision else frozenset()
        if quoted != self.list.quoted:
            self.list.quoted = quoted
            self.list.redraw()

    def _follow_status(self, old: Status, new: Status) -> None:
        """Show what has come where the user is at the top; a list that is being read is left alone, and says what waits."""
        come = new.total - old.total if old.total is not None and new.total is not None else 0
        if come > 0 and self._loaded:
            if self.list.cursor == 0 and not self.list.marks:
                self.reload(top=True)
            else:
                self._waiting += come
                self.say()

    @on(RowList.Moved)
    def _moved(self, event: RowList.Moved) -> None:
        if self._waiting and self.list.cursor == 0:
            self.reload(top=True)

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """What is about a mention needs one; a proposal is taken where there is one."""
        if action == "suggestion":
            return bool(self.proposal)
        return action not in ABOUT_A_MENTION or self.list.current is not None

    # --- actions ---------------------------------------------------------------------------------------------

    @on(QueryInput.Left)
    def _to_list(self, event: QueryInput.Left) -> None:
        event.stop()
        self.list.focus()

    @on(RowList.MarksChanged)
    def _marks_changed(self, event: RowList.MarksChanged) -> None:
        event.stop()
        self.say()

    @on(RowList.Chosen)
    def _read(self, event: RowList.Chosen) -> None:
        event.stop()
        row = self.list.current
        if row is None:
            return
        self.app.push_screen(ReadingScreen(self.session, row))
        if row.record.state is TriageState.NEW:
            self.set_state([row.record.ref], TriageState.SEEN, quiet=True)

    def action_search(self) -> None:
        """Write a query; the index and the grammar are made ready meanwhile, so that the first letter waits for neither."""
        self.bar.edit()
        desk = self.session.desk
        self.ask(lambda: (desk.indexer.engine, desk.understand("(a)")), lambda _: None)

    def action_suggestion(self) -> None:
        """Search for what may have been meant."""
        self.bar.write(self.proposal)

    def action_save_search(self) -> None:
        """Give the query a name."""
        save_search(
            self, within(self._view.query, self._good), self._order, standing=self._view.name if self._view.is_saved else ""
        )

    def action_conversation(self) -> None:
        """Show the posts around the mention."""
        row = self.list.current
        if row is not None:
            from ..screens.conversation import ConversationScreen  # not needed for the first look at the list

            self.app.push_screen(ConversationScreen(self.session, row.record.ref))

    def action_why(self) -> None:
        """Say why the mention stands where it does."""
        row = self.list.current
        if row is not None:
            from ..screens.why import WhyScreen  # not needed for the first look at the list

            self.app.push_screen(WhyScreen(self.session, row.record))

    def action_alike(self) -> None:
        """Show near-duplicates, or fold them again."""
        row = self.list.current
        if row is not None:
            self.toggle_alike(row)

    def action_sort(self) -> None:
        """The next order."""
        orders: list[Order] = [*ORDERS]
        self.order_by(orders[(orders.index(self._order) + 1) % len(orders)])

    def action_next_new(self) -> None:
        """Go to the next mention that nobody has handled."""
        self._seek(range(self.list.cursor + 1, len(self.list.rows)))

    def action_previous_new(self) -> None:
        """Go to the one before."""
        self._seek(range(self.list.cursor - 1, -1, -1))

    def _seek(self, indexes: Sequence[int]) -> None:
        for index in indexes:
            if self.list.rows[index].record.state is TriageState.NEW:
                self.list.go_to(index)
                return
        self.tell("No other new mention among the rows that are loaded.")
