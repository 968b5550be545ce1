"""What the pane of a story gives to the actions that are mixed into it."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from ..core.values import Block, Revision, Story
from .background import Background

if TYPE_CHECKING:
    from ..core.storydesk import StoryDesk


class StoryWork(Background):
    """Mixed into the pane that shows a story, by way of the actions."""

    revision: Revision | None = None
    """The story that is shown, as it stands."""

    @property
    def desk(self) -> StoryDesk:
        """The stories of the workspace."""
        return self.session.desk.stories

    @property
    def story_id(self) -> str:
        """What the story is called by: its slug can change while steps are waiting to be saved."""
        return self.revision.story.id if self.revision else ""

    def chosen_ids(self) -> list[str]:
        """What an action is about."""
        raise NotImplementedError

    def chosen_blocks(self) -> list[Block]:
        """The same as blocks, in the order of the story."""
        ids = set(self.chosen_ids())
        return [block for block in self.revision.story.blocks if block.id in ids] if self.revision else []

    def current_block(self) -> Block | None:
        """The block under the cursor."""
        raise NotImplementedError

    def edit(self, note: str, change: Callable[[Story], Story], *, seen: Revision | None = None) -> None:
        """Save a step; what others changed since ``seen`` is merged with it."""
        raise NotImplementedError

    def step(self, work: Callable[[], Revision | None], nothing: str = "", then: Callable[[], object] | None = None) -> None:
        """Do something that gives the story's next standing revision; ``nothing`` is said where there is none, ``then`` is
        done when it is saved."""
        raise NotImplementedError

    def show_rows(self, key: str | None = None) -> None:
        """Show the blocks anew, with the cursor on one of them."""
        raise NotImplementedError

    def show_head(self) -> None:
        """Say anew what is said above the blocks."""
        raise NotImplementedError

    def action_choose_story(self) -> None:
        """Work on another story."""
        raise NotImplementedError
