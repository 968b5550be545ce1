"""Choosing the story to work on, or beginning one: the dialogs that several screens share."""

from __future__ import annotations

from collections.abc import Callable

from ..core.errors import HubbubError
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


def begin_story(owner: Background, then: Callable[[Revision], object], *, choose: bool = False) -> None:
    """Ask for a title and begin a story; with ``choose`` ask also for a template to begin with."""
    stories = owner.session.desk.stories

    def titled(title: str | None) -> None:
        if title and choose:
            owner.ask(lambda: _templates(owner), lambda choices: ask(title, choices))
        elif title:
            owner.ask(lambda: stories.new(title), then, lane="story")

    def ask(title: str, choices: list[Choice]) -> None:
        def chosen(name: str | None) -> None:
            if name is not None:
                owner.ask(lambda: stories.new(title, template=name or None), then, lane="story")

        owner.app.push_screen(Choose("Begin with what?", [Choice("", "an empty story"), *choices], standing=""), chosen)

    owner.app.push_screen(Prompt("What is the new story called?", example="The battery week"), titled)


def _templates(owner: Background) -> list[Choice]:
    """The templates that can be read, with what they are for. Blocks."""
    from ..core.storytemplates import read_template, template_names  # not needed for the first look at the list

    found: list[Choice] = []
    folder = owner.session.desk.stories.templates
    for name, path in template_names(folder).items():
        try:
            found.append(Choice(name, name, read_template(name, folder).summary))
        except HubbubError as error:
            owner.app.call_from_thread(owner.warn, f"The template {path or name} cannot be read: {error}")
    return found
