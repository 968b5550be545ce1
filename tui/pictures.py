"""Keeping the pictures of quoted mentions, so that a story outlives the platforms that it quotes."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ..core.values import Revision
from .background import Background
from .formatting import plural
from .messages import StoryStands

if TYPE_CHECKING:
    from ..core.storydesk import SavedMedia

LANE = "pictures"
"""Pictures are fetched one story after the other; edits do not wait for them."""


def keep_pictures(owner: Background, slug: str, *, say: bool = False) -> None:
    """Fetch the pictures of which there is no copy yet, beside the screen; ``say`` tells also that there was nothing to do."""
    stories = owner.session.desk.stories

    def kept(saved: SavedMedia) -> None:
        if saved.saved:
            owner.tell(f"{plural(saved.saved, 'picture')} kept.")
            owner.ask(lambda: stories.open(slug), shown, lane="story")
        elif say and not saved.problems:
            owner.tell("There is a copy of every picture.")
        for problem in saved.problems[:1]:
            rest = f" (and {len(saved.problems) - 1} more)" if len(saved.problems) > 1 else ""
            owner.warn(f"A picture could not be kept: {problem}{rest}")

    def shown(revision: Revision) -> None:
        current: Revision | None = getattr(owner.app, "revision", None)
        if current is not None and current.story.id == revision.story.id:
            owner.post_message(StoryStands(revision))

    owner.ask(lambda: stories.save_media(slug), kept, lane=LANE)
