"""What panes tell the application. They bubble up; values come down again as reactive attributes."""

from __future__ import annotations

from collections.abc import Sequence

from textual.message import Message

from ..core.values import Revision


class StoryStands(Message):
    """A story stands at this revision now, and is the one to work on."""

    def __init__(self, revision: Revision) -> None:
        super().__init__()
        self.revision = revision


class DeskChanged(Message):
    """Mentions, states or stories have changed: what is counted must be counted again."""


class ListStands(Message):
    """The first rows of a list stand on the screen: there is time for everything else."""


class CollectWanted(Message):
    """Sources are to be asked now; all of them when none is named."""

    def __init__(self, sources: Sequence[str] | None = None) -> None:
        super().__init__()
        self.sources = sources


class SearchWanted(Message):
    """The inbox is to show what this query finds."""

    def __init__(self, query: str) -> None:
        super().__init__()
        self.query = query


class SearchesChanged(Message):
    """A saved search was made, renamed or deleted, or its results were looked at."""


class StoryGone(Message):
    """A story was deleted."""

    def __init__(self, slug: str) -> None:
        super().__init__()
        self.slug = slug


class CandidatesWanted(Message):
    """The user wants to look for mentions to add to the story."""
