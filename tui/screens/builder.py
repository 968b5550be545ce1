"""The story builder: the story at the left, candidates at the right; where it is narrow, one of them at a time."""

from __future__ import annotations

from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import Horizontal

from ..keymap import bindings
from ..messages import CandidatesWanted, StoryStands
from ..storydrafting import draft_story
from ..widgets.candidate_pane import CandidatePane, Shown
from ..widgets.mention_list import MentionList
from ..widgets.row_list import RowList
from ..widgets.story_pane import StoryPane
from ..widgets.story_strip import StoryStrip
from .base import DeskScreen


class BuilderScreen(DeskScreen):
    """Making a story."""

    NAME = "builder"
    BINDINGS: ClassVar[list[BindingType]] = bindings("builder")
    AUTO_FOCUS = "#blocks"

    def compose_content(self) -> ComposeResult:
        with Horizontal():
            yield StoryPane(self.session, id="story-pane")
            yield CandidatePane(self.session, id="candidates")

    @property
    def candidates(self) -> CandidatePane:
        """The other side."""
        return self.query_one(CandidatePane)

    def action_other_pane(self) -> None:
        """Go to the other side; a narrow screen shows that one."""
        self._show_side(candidates=not self._at_candidates())

    @on(CandidatesWanted)
    def _look_for_candidates(self) -> None:
        self._show_side(candidates=True)
        self.candidates.bar.edit()

    def _at_candidates(self) -> bool:
        focused = self.focused
        return focused is not None and self.candidates in focused.ancestors_with_self

    def on_resize(self) -> None:
        """Where only one side has room, it is the one that the user is on."""
        self.set_class(self._at_candidates(), "-candidates")

    def _show_side(self, *, candidates: bool) -> None:
        if not self.has_class("-broad"):  # where both sides are shown, nothing need be laid out anew
            self.set_class(candidates, "-candidates")
        target: RowList = self.query_one(MentionList) if candidates else self.query_one("#blocks", RowList)
        target.focus()

    # --- the story's query -------------------------------------------------------------------------------------

    def action_attach(self) -> None:
        """Attach a query to the story, alter it, or take it away."""
        self._show_side(candidates=True)
        self.candidates.ask_query()

    def action_proposals(self) -> None:
        """From the story to what is proposed; there, to the next of the lists."""
        if self._at_candidates() or self.candidates.shown is Shown.SEARCH:
            self.candidates.turn()
        self._show_side(candidates=True)

    def action_address(self) -> None:
        """Add the mention at an address."""
        self.candidates.action_add_address()

    @on(CandidatePane.Counted)
    def _counted(self, event: CandidatePane.Counted) -> None:
        self.query_one(StoryStrip).proposed = event.proposed

    def action_draft(self) -> None:
        """Begin another story with what carries a period."""
        query = self.candidates.bar.text.strip()
        draft_story(self, lambda revision: self.post_message(StoryStands(revision)), query=query)

    # --- the strip of days -------------------------------------------------------------------------------------

    def action_strip(self) -> None:
        """Point into the strip of days."""
        self._show_side(candidates=False)
        self.query_one(StoryStrip).focus()

    @on(StoryStrip.DaysChosen)
    def _look_at_days(self, event: StoryStrip.DaysChosen) -> None:
        self._show_side(candidates=True)
        self.candidates.look_at_days(event.query, event.clause)

    @on(StoryStrip.Left)
    def _leave_strip(self) -> None:
        self._show_side(candidates=False)

    def action_facets(self) -> None:
        """Show the candidates in numbers."""
        self.candidates.open_facets()

    def action_back(self) -> None:
        """From the candidates or the strip to the story, from there to the inbox."""
        if self._at_candidates() or self.query_one(StoryStrip).has_focus:
            self._show_side(candidates=False)
        else:
            self.action_inbox()
