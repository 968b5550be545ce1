"""The application: it holds the session, switches screens, counts and collects. Everything else is in panes and screens."""

from __future__ import annotations

import os
import threading
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import replace
from functools import partial
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, ClassVar

from textual import on
from textual.app import App
from textual.binding import BindingType
from textual.message import Message
from textual.reactive import reactive
from textual.timer import Timer

from ..core.desk import Desk
from ..core.errors import ConfigError, HubbubError, nearest
from ..core.values import Revision, RunReport, Source, SourceState
from .background import Background
from .drafts import Drafts
from .formatting import run_summary
from .keymap import Keys, bindings
from .messages import CollectWanted, DeskChanged, ListStands, SearchesChanged, SearchWanted, StoryGone, StoryStands
from .outside import Outside
from .screens.base import DeskScreen
from .session import Session, Status
from .themes import DEFAULT, THEMES
from .views import OURS, Ours

if TYPE_CHECKING:
    from textual.command import Provider

EVERY = 30.0
"""Seconds after which is counted anew, for other programs may be collecting."""
READY = 0.5
"""Seconds after the story is there until the story builder is loaded."""
Counts = tuple[Mapping[str, int], Ours | None, Sequence[tuple[Source, SourceState]], list[str]]
"""Mentions by state, how the sources are, and what the search index has to say."""
SCREENS = {
    "inbox": "InboxScreen",
    "builder": "BuilderScreen",
    "stories": "StoriesScreen",
    "sources": "SourcesScreen",
    "overview": "OverviewScreen",
    "authors": "AuthorsScreen",
}
"""The class of each screen that has a number, by its module; a module is loaded when its screen is first shown, or
before where that is likely."""


def _commands() -> type[Provider]:
    """What the palette finds; loaded when it is opened."""
    from .palette import HubbubCommands

    return HubbubCommands


class HubbubApp(Background, App[None], inherit_bindings=False):
    """The desk in a terminal."""

    TITLE = "hubbub"
    CSS_PATH = "hubbub.tcss"
    BINDINGS: ClassVar[list[BindingType]] = bindings("app")
    COMMANDS: ClassVar[set[type[Provider] | Callable[[], type[Provider]]]] = {_commands}
    DEFAULT_MODE = "inbox"
    ENABLE_COMMAND_PALETTE = True
    NOTIFICATION_TIMEOUT = 4

    # Those who show them draw themselves anew; the whole screen need not be.
    status: reactive[Status] = reactive(Status(), repaint=False)
    """How the desk is."""
    revision: reactive[Revision | None] = reactive(None, repaint=False, always_update=True)
    """The story that is worked on, as it stands; told again where only what is published of it has changed."""
    searches: reactive[int] = reactive(0, repaint=False)
    """How often saved searches have changed."""

    class Progressed(Message):
        """A collecting run has gone one source further."""

        def __init__(self, done: int, of: int, last: str) -> None:
            super().__init__()
            self.done, self.of, self.last = done, of, last

    class Collected(Message):
        """A collecting run has ended."""

        def __init__(self, result: RunReport | Exception) -> None:
            super().__init__()
            self.result = result

    def __init__(
        self,
        desk: Desk,
        *,
        theme: str | None = None,
        keys: Mapping[str, str] | None = None,
        outside: Outside | None = None,
        drafts: Path | None = None,
    ) -> None:
        """``drafts`` is the folder of words that are being written.

        Raises ``ConfigError`` for an unknown theme, an unknown action or a key taken twice."""
        outside = outside or Outside(os.environ)
        super().__init__(Session(desk=desk, keys=Keys(keys), outside=outside, drafts=Drafts(drafts)))
        for own in THEMES:
            self.register_theme(own)
        if theme and theme not in self.available_themes:
            raise ConfigError(f"There is no theme {theme!r}.{nearest(theme, self.available_themes)}", key="tui.theme")
        self.theme = theme or DEFAULT
        self.set_keymap(self.session.keys.keymap())
        for name in SCREENS:
            self.add_mode(name, partial(self._make_screen, name))
        self._collecting = False
        self._begun = False
        self._recount: Timer | None = None

    def _make_screen(self, module: str) -> DeskScreen:
        screen: DeskScreen = getattr(import_module(f".screens.{module}", __package__), SCREENS[module])(self.session)
        # Its widgets get their styles as they are mounted; Textual would read the whole style sheet for them, and twice.
        screen._css_update_count = self._css_update_count  # pyright: ignore[reportPrivateUsage]
        return screen

    def on_mount(self) -> None:
        """Count every now and then; for the first time when the first rows are shown."""
        self.set_interval(EVERY, self.count)

    @on(ListStands)
    def begin(self) -> None:
        """Count, and take up the story that was changed last: nothing waits for either, least of all the first rows."""
        if not self._begun:
            self._begun = True
            self.count()
            self.ask(self._last_story, self._take_up)
            self.ask(self.session.desk.indexer.try_to_catch_up_if_pending, lambda _: None)

    # --- counting --------------------------------------------------------------------------------------------

    def count(self) -> None:
        """Count anew, beside the screen."""
        self.ask(self._read_counts, self._counted, group="count")

    def _read_counts(self) -> Counts:
        desk = self.session.desk
        said, desk.indexer.messages[:] = list(desk.indexer.messages), []
        return desk.archive.counts("state"), self._read_ours(), desk.source_states(), said

    def _read_ours(self) -> Ours | None:
        desk = self.session.desk
        if not any(topic.accounts for topic in desk.topics):
            return None
        try:
            facets = desk.facets(OURS.query, fields=("topic",), limit=max(1, len(desk.archive.counts("topic"))))
            new = desk.search(f"status:new {OURS.query}", limit=1).total
        except HubbubError:  # what is wrong with the index is told by the list; all else is still counted
            return None
        return Ours(total=facets.total, new=new, topics=dict(facets.fields["topic"]))

    def _counted(self, found: Counts) -> None:
        states, ours, sources, said = found
        if states != self.status.states:
            self.session.facets.clear()
        self.status = replace(self.status, states=states, ours=ours, sources=sources)
        for message in said:
            self.tell(message)

    @on(DeskChanged)
    def count_soon(self) -> None:
        """Count once for a row of changes."""
        self.session.facets.clear()
        if self._recount is not None:
            self._recount.stop()
        self._recount = self.set_timer(0.3, self.count)

    @on(SearchesChanged)
    def follow_searches(self) -> None:
        """Tell those who show them."""
        self.searches += 1

    # --- the story that is worked on -------------------------------------------------------------------------

    def _last_story(self) -> Revision | None:
        stories = self.session.desk.stories.list()
        return self.session.desk.stories.open(stories[0].slug) if stories else None

    def _take_up(self, revision: Revision | None) -> None:
        if self.revision is None:
            self.revision = revision
        if self.revision is not None:
            self.set_timer(READY, self._load_builder)

    def _load_builder(self) -> None:
        """Whoever has a story is likely to go there, and loading its modules is half of what that takes."""
        self.ask(lambda: import_module(".screens.builder", __package__), lambda _: None)

    @on(StoryStands)
    def take_story(self, event: StoryStands) -> None:
        """Work on this story from now on."""
        self.revision = event.revision

    @on(StoryGone)
    def drop_story(self, event: StoryGone) -> None:
        """Work on it no more."""
        if self.revision and self.revision.story.slug == event.slug:
            self.revision = None

    # --- searching -------------------------------------------------------------------------------------------

    @on(SearchWanted)
    async def search(self, event: SearchWanted) -> None:
        """Show in the inbox what a query finds."""
        await self.switch_mode("inbox")
        while len(self.screen_stack) > 1:
            await self.pop_screen()
        if isinstance(self.screen, DeskScreen):
            self.screen.search(event.query)

    # --- collecting ------------------------------------------------------------------------------------------

    @on(CollectWanted)
    def collect(self, event: CollectWanted) -> None:
        """Collect beside the screen. A daemon thread: leaving hubbub does not wait for slow sites, and a batch is saved whole
        or not at all."""
        if self._collecting:
            self.notify("A collect is running already.", markup=False)
        elif not self.session.desk.sources:
            advice = "There is no source yet. Leave, and add one: hubbub sources add ADDRESS"
            self.notify(advice, severity="warning", markup=False)
        else:
            self._collecting = True
            self.status = replace(self.status, collecting=", ".join(event.sources) if event.sources else "…")
            threading.Thread(target=self._run_collect, args=(event.sources,), name="collect", daemon=True).start()

    def _run_collect(self, sources: Sequence[str] | None) -> None:
        def progress(done: int, of: int, last: str) -> None:
            self._post(self.Progressed(done, of, last))

        try:
            result: RunReport | Exception = self.session.desk.collect(sources, progress)
        except Exception as error:
            # Whatever it is, it belongs to this run: it is shown, and the screen stays.
            result = error
        self._post(self.Collected(result))

    def _post(self, message: Message) -> None:
        # The thread may outlive the application; then its loop is closed and nobody is left to tell.
        with suppress(RuntimeError):
            self.post_message(message)

    @on(Progressed)
    def show_progress(self, event: Progressed) -> None:
        """Say how far it is."""
        if self._collecting:
            self.status = replace(self.status, collecting=f"{event.done}/{event.of} {event.last}")

    @on(Collected)
    def show_collected(self, event: Collected) -> None:
        """Say what it brought, and show it."""
        self._collecting = False
        self.status = replace(self.status, collecting="")
        if isinstance(event.result, RunReport):
            trouble = any(source.failures for source in event.result.sources) or event.result.failures
            severity = "warning" if trouble else "information"
            self.notify(run_summary(event.result), severity=severity, timeout=8, markup=False)
        else:
            self.show_trouble(event.result)
        self.count()

    # --- help and palette ------------------------------------------------------------------------------------

    def action_help(self) -> None:
        """Show all keys, those that work here first."""
        from .screens.help import HelpScreen, scopes_now

        if not isinstance(self.screen, HelpScreen):
            self.push_screen(HelpScreen(self.session.keys, scopes_now(self.screen)))


def run(
    desk: Desk,
    *,
    theme: str | None = None,
    keys: Mapping[str, str] | None = None,
    env: Mapping[str, str] | None = None,
    drafts: Path | None = None,
) -> None:
    """Open the desk in this terminal; comes back when the user leaves. ``env`` names the user's editor."""
    outside = Outside(os.environ if env is None else env)
    HubbubApp(desk, theme=theme, keys=keys, outside=outside, drafts=drafts).run()
