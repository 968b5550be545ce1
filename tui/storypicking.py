"""Choosing the story to work on, or beginning one: the dialogs that several screens share."""

from __future__ import annotations

from collections.abc import Callable

from ..core.values import Revision, StorySummary
from .background import Background
from .formatting import plural
from .screens.choose import Choice, Choose
from .screens.prompt import Prompt

NEW = "+"
"""The id of the choice that begins a story; no slug is like it."""


def pick_story(owner: Background, then: Callable[[Revision], object], *, standing: str | None = None) -> None:
    """Ask which story, and go on with it; where there is none yet, ask for the title of the first."""

    def listed(stories: list[StorySummary]) -> None:
        if not stories:
            begin_story(owner, then)
            return
        choices = [Choice(s.slug, s.title, f"{plural(s.mentions, 'mention')} · {s.state.value}") for s in stories]
        dialog = Choose("Which story?", [*choices, Choice(NEW, "Begin a new story …")], standing=standing)
        owner.app.push_screen(dialog, chosen)

    def chosen(slug: str | None) -> None:
        if slug == NEW:
            begin_story(owner, then)
        elif slug is not None:
            owner.ask(lambda: owner.session.desk.stories.open(slug), then, lane="story")

    owner.ask(owner.session.desk.stories.list, listed, lane="story")


def begin_story(owner: Background, then: Callable[[Revision], object]) -> None:
    """Ask for a title and begin a story."""

    def titled(title: str | None) -> None:
        if title:
            owner.ask(lambda: owner.session.desk.stories.new(title), then, lane="story")

    owner.app.push_screen(Prompt("What is the new story called?", example="The battery week"), titled)
