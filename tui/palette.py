"""The command palette: the actions that are possible now, and all stories by title."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import partial
from typing import TYPE_CHECKING, Any, cast

from textual.command import DiscoveryHit, Hit, Hits, Provider

from ..core.errors import HubbubError
from .actions import in_scope
from .formatting import safe
from .messages import StoryStands
from .widgets.key_bar import actions_now

if TYPE_CHECKING:
    from .app import HubbubApp


HIDDEN = {"app.command_palette", "query.to_list", "query.clear", *(action.id for action in in_scope("list"))}
"""Actions that are only of use as a key."""
COMMON = {"screen", "app"}
"""Scopes that come after those of the pane."""


class HubbubCommands(Provider):
    """Finds actions of the table, and stories."""

    @property
    def hub(self) -> HubbubApp:
        """The application, as ours."""
        return cast("HubbubApp", self.app)

    async def startup(self) -> None:
        """Read the list of stories once, beside the screen."""
        self._stories: list[tuple[str, str]] = []
        found = await self.hub.run_worker(self._read_stories, thread=True).wait()
        self._stories = found

    def _read_stories(self) -> list[tuple[str, str]]:
        try:
            return [(story.slug, safe(story.title)) for story in self.hub.session.desk.stories.list()]
        except HubbubError:
            # The palette is for finding things; trouble with the archive is told where stories are shown.
            return []

    def _commands(self) -> Iterator[tuple[str, str, Callable[[], Any]]]:
        """Name, help, and what to do."""
        found = [pair for pair in actions_now(self.screen) if pair[0].id not in HIDDEN]
        for action, node in sorted(found, key=lambda pair: (pair[0].scope in COMMON, pair[0].footer or 99)):
            key = self.hub.session.keys.label(action.id)
            yield f"{action.label.capitalize()}  ({key})", action.help, partial(self.app.run_action, action.name, node)
        for slug, title in self._stories:
            yield f"Story: {title}", "Work on this story.", partial(self._open_story, slug)
        yield "Theme", "Change the colours.", self.app.action_change_theme
        yield "Screenshot", "Save a picture of the screen (SVG).", self.app.deliver_screenshot

    def _open_story(self, slug: str) -> None:
        app = self.hub

        def opened(revision: Any) -> None:
            app.post_message(StoryStands(revision))
            app.switch_mode("builder")

        app.ask(lambda: app.session.desk.stories.open(slug), opened, lane="story")

    async def discover(self) -> Hits:
        """Everything, before anything is typed."""
        for name, text, command in self._commands():
            yield DiscoveryHit(name, command, help=text)

    async def search(self, query: str) -> Hits:
        """What answers to the letters typed, in name or help."""
        matcher = self.matcher(query)
        for name, text, command in self._commands():
            score = max(matcher.match(name), matcher.match(text) * 0.8)
            if score > 0:
                yield Hit(score, matcher.highlight(name), command, help=text)
