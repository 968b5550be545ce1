"""The inbox: views at the left, mentions with their search bar and the reading pane, what was found in numbers at the right."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import Horizontal, Vertical
from textual.timer import Timer

from ...core.desk import Saved
from ..keymap import bindings
from ..session import Session, Status
from ..views import EVERYTHING, View, views
from ..widgets.facet_list import FacetList
from ..widgets.mention_list import MentionList
from ..widgets.mention_pane import MentionPane
from ..widgets.reading import Reading
from ..widgets.row_list import RowList
from ..widgets.sidebar import Sidebar
from .base import DeskScreen

EXAMPLE = 'search: acme NOT "acme dynamite" lang:es'
PAUSE = 0.5
"""Seconds after the first rows until saved searches are counted: nothing at the start waits for that."""

STILL = 0.06
"""Seconds until the reading pane shows the current mention: it is laid out anew for each, and rows are shown first."""


class InboxScreen(DeskScreen):
    """Reading and triage."""

    NAME = "inbox"
    BINDINGS: ClassVar[list[BindingType]] = bindings("inbox")
    AUTO_FOCUS = "#mentions"

    def __init__(self, session: Session) -> None:
        super().__init__(session)
        self._topics: Mapping[str, int] | None = None
        self._saved: Sequence[Saved] | None = None
        self._to_read: Timer | None = None

    def compose_content(self) -> ComposeResult:
        with Horizontal():
            yield Sidebar(self.session, id="views")
            with Vertical(id="desk"):
                yield MentionPane(self.session, placeholder=EXAMPLE, id="inbox-pane")
                yield Reading(empty_text="No mention is chosen.", id="reading")
            yield FacetList(self.session, id="facets")

    @property
    def pane(self) -> MentionPane:
        """The mentions."""
        return self.query_one(MentionPane)

    # --- views -------------------------------------------------------------------------------------------------

    def on_mount(self) -> None:
        """Show the views, and count what is in them when there is time."""
        self._show_views()
        self.watch(self.app, "status", self._follow)
        self.watch(self.app, "searches", self._count_saved, init=False)

    def _show_views(self, key: str | None = None) -> None:
        status: Status = getattr(self.app, "status", None) or Status()
        found = views(self.session.desk.topics, status.states, self._topics, self._saved or (), status.ours)
        self.query_one(Sidebar).show(found, key=key)

    def _follow(self, old: Status, new: Status) -> None:
        if new.states is None:
            return
        self.ask(lambda: self.session.desk.archive.counts("topic"), self._count_topics, group="topics")
        if self._saved is not None and (old.total != new.total or (old.collecting and not new.collecting)):
            self._count_saved()

    def _count_topics(self, topics: Mapping[str, int]) -> None:
        self._topics = topics
        self._show_views()

    def _count_saved(self) -> None:
        self.ask(self.session.desk.saved_searches, self._show_saved, group="saved", lane="saved")

    def _show_saved(self, saved: Sequence[Saved]) -> None:
        self._saved = saved
        self._show_views()

    @on(MentionPane.Answered)
    def _answered(self, event: MentionPane.Answered) -> None:
        self.query_one(FacetList).follow(event.pane.asked)
        if self._saved is None:
            self._saved = ()
            self.set_timer(PAUSE, self._count_saved)

    def search(self, query: str) -> None:
        """Show what a query finds, as if it had been typed."""
        self._show_views(key=EVERYTHING.key)
        self.pane.view = EVERYTHING
        self.pane.bar.write(query)

    @on(RowList.Moved, "#mentions")
    def _moved(self) -> None:
        if self._to_read is not None:
            self._to_read.stop()
        self._to_read = self.set_timer(STILL, self._read)

    def _read(self) -> None:
        self.query_one(Reading).show(self.query_one(MentionList).current)

    @on(RowList.Moved, "#views")
    def _look(self, event: RowList.Moved) -> None:
        view = self.query_one(Sidebar).current
        if view is not None:
            self.pane.view = view
        self.refresh_bindings()

    @on(RowList.Chosen, "#views")
    def _enter_view(self, event: RowList.Chosen) -> None:
        view: View | None = self.query_one(Sidebar).current
        if view is not None and view.is_saved:
            self.ask(lambda: self.session.desk.look(view.name), lambda _: self._count_saved(), lane="searches")
        self.query_one("#mentions").focus()
        if self.has_class("-narrow"):
            self.remove_class("-views")

    @on(Sidebar.UndoWanted)
    def _undo(self, event: Sidebar.UndoWanted) -> None:
        self.pane.action_redo() if event.redo else self.pane.action_undo()

    # --- numbers -----------------------------------------------------------------------------------------------

    @on(FacetList.Narrowed)
    def _narrow(self, event: FacetList.Narrowed) -> None:
        self.pane.narrow(event.clause)

    @on(FacetList.Widened)
    def _widen(self) -> None:
        self.pane.widen()

    def action_facets(self) -> None:
        """Go to the numbers; from there, hide them. Where there is no room beside the rows, they come over them."""
        facets = self.query_one(FacetList)
        if not self.has_class("-broad"):
            self.pane.open_facets()
        elif facets.has_focus:
            self.add_class("-no-facets")
            self.query_one("#mentions").focus()
        else:
            self.remove_class("-no-facets")
            facets.focus()

    # --- panes -------------------------------------------------------------------------------------------------

    def action_views(self) -> None:
        """Show or hide the views: on a narrow screen they are hidden, on a wide one they are there, unless asked otherwise."""
        sidebar = self.query_one(Sidebar)
        if self.has_class("-narrow"):
            self.toggle_class("-views")
        else:
            self.toggle_class("-no-views")
        if sidebar.display:
            sidebar.focus()
        else:
            self.query_one("#mentions").focus()

    def action_other_pane(self) -> None:
        """Go to the next pane."""
        self.focus_next()

    def action_previous_pane(self) -> None:
        """Go to the one before."""
        self.focus_previous()

    def action_leave(self) -> None:
        """From the inbox, the way back leads out."""
        self.app.exit()

    def action_back(self) -> None:
        """Back to the list, where one is not there already."""
        self.query_one("#mentions").focus()
