"""The story builder: the story at the left, candidates at the right; where it is narrow, one of them at a time."""

from __future__ import annotations

from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import Horizontal

from ..keymap import bindings
from ..messages import CandidatesWanted
from ..widgets.mention_list import MentionList
from ..widgets.mention_pane import MentionPane
from ..widgets.row_list import RowList
from ..widgets.story_pane import StoryPane
from .base import DeskScreen


class BuilderScreen(DeskScreen):
    """Making a story."""

    NAME = "builder"
    BINDINGS: ClassVar[list[BindingType]] = bindings("builder")
    AUTO_FOCUS = "#blocks"

    def compose_content(self) -> ComposeResult:
        with Horizontal():
            yield StoryPane(self.session, id="story-pane")
            yield MentionPane(self.session, placeholder="search for candidates", id="candidates")

    def action_other_pane(self) -> None:
        """Go to the other side; a narrow screen shows that one."""
        self._show_side(candidates=not self._at_candidates())

    @on(CandidatesWanted)
    def _look_for_candidates(self) -> None:
        self._show_side(candidates=True)
        self.query_one(MentionPane).bar.edit()

    def _at_candidates(self) -> bool:
        focused = self.focused
        return focused is not None and self.query_one(MentionPane) in focused.ancestors_with_self

    def _show_side(self, *, candidates: bool) -> None:
        self.set_class(candidates, "-candidates")
        target: RowList = self.query_one(MentionList) if candidates else self.query_one("#blocks", RowList)
        target.focus()

    def action_facets(self) -> None:
        """Show the candidates in numbers."""
        self.query_one(MentionPane).open_facets()

    def action_back(self) -> None:
        """From the candidates to the story, from there to the inbox."""
        if self._at_candidates():
            self._show_side(candidates=False)
        else:
            self.action_inbox()
