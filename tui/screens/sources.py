"""The sources: how each is, in plain words, and what to do about it."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import VerticalScroll
from textual.content import Content
from textual.widgets import Static

from ...core.health import quota_words
from ...core.values import Source, SourceState
from ..formatting import age, moment, plural, safe
from ..keymap import bindings
from ..messages import CollectWanted, SearchWanted
from ..outside import is_web
from ..session import Status
from ..widgets.row_list import RowList
from ..widgets.source_list import SourceList, SourceRow, how_it_is
from .base import DeskScreen

EMPTY = """There is no source to listen to yet.

Leave (ctrl+q), add one on the command line, and open hubbub again:
  hubbub sources suggest
  hubbub sources add https://press.example"""


class SourcesScreen(DeskScreen):
    """What we listen to."""

    NAME = "sources"
    BINDINGS: ClassVar[list[BindingType]] = bindings("sources")
    AUTO_FOCUS = "#sources"

    def compose_content(self) -> ComposeResult:
        yield SourceList(self.session.desk.now, id="sources")
        with VerticalScroll(id="source-detail", can_focus=False):
            yield Static("", id="source-words", markup=False)

    def on_mount(self) -> None:
        """Follow the application's status."""
        self.query_one(SourceList).empty_text = EMPTY
        self.watch(self.app, "status", self._follow)

    def _follow(self, status: Status) -> None:
        self.query_one(SourceList).show(status.sources)

    @property
    def current(self) -> SourceRow | None:
        """The source under the cursor."""
        return self.query_one(SourceList).current

    @on(RowList.Moved)
    def _detail(self, event: RowList.Moved) -> None:
        row = self.current
        self.query_one("#source-words", Static).update(detail(*row, self.session.desk.now()) if row else "")

    @on(RowList.Chosen)
    def _chosen(self, event: RowList.Chosen) -> None:
        self.action_show_mentions()

    def action_collect_one(self) -> None:
        """Ask this source now."""
        if self.current:
            marked = self.query_one(SourceList).chosen_keys
            self.post_message(CollectWanted(marked))

    def action_show_mentions(self) -> None:
        """Show in the inbox what came through it."""
        if self.current:
            self.post_message(SearchWanted('source:"' + self.current[0].id + '"'))

    def action_open(self) -> None:
        """Open its address in the browser."""
        url = address(self.current[0]) if self.current else ""
        if url:
            self.ask(lambda: self.session.outside.browse(url), lambda _: self.tell(f"Opened {url}"))
        else:
            self.tell("This source has no web address.")

    def action_copy(self) -> None:
        """Copy its address."""
        url = address(self.current[0]) if self.current else ""
        if url:
            self.app.copy_to_clipboard(url)
        self.tell(f"Copied {url}" if url else "This source has no web address.")


def address(source: Source) -> str:
    """The web address among a source's options, of a page or of a server; empty where it has none."""
    found = (source.options.get(name) for name in ("url", "server"))
    return next((url for url in found if isinstance(url, str) and is_web(url)), "")


def detail(source: Source, state: SourceState, now: datetime) -> Content:
    """A source in sentences. Of its options only the address is shown: others may hold references to secrets."""
    keeps = "everything" if source.keep == "all" else "what matches a topic"
    if source.account:
        keeps = f"everything that our account {safe(source.account)} writes"
    facts = [
        ("how it is", how_it_is(state, now) if source.enabled else "switched off in hubbub.toml"),
        ("in words", safe(state.message)),
        ("asked", moment(state.last_run)),
        ("answered", moment(state.last_success)),
        ("next", moment(state.next_run) if state.next_run else "when it is next collected"),
        ("allowed", safe(quota_words(state.quota, now, UTC))),
        ("rhythm", rhythm(state)),
        ("found", plural(state.found, "mention")),
        ("keeps", keeps),
        ("address", safe(address(source)) or "none"),
    ]
    pieces: list[str | tuple[str, str]] = [(safe(source.id), "bold"), (f"  {safe(source.plugin)}\n\n", "$foreground 60%")]
    for name, words in facts:
        if words:
            pieces += [(f"{name:<10}", "$foreground 60%"), f"{words}\n"]
    return Content.assemble(*pieces)


def rhythm(state: SourceState) -> str:
    """How often it has something new; empty as long as that is not known."""
    if state.gap is None or state.last_new is None:
        return ""
    usual = age(state.last_new - timedelta(seconds=state.gap), state.last_new)
    return f"something new every {usual}, the last {moment(state.last_new)}" if usual != "now" else "something new all the time"
