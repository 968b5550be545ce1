"""The conversation around a mention: what is archived of it and, where the user asks for that, what the platform has now."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import Vertical
from textual.content import Content
from textual.screen import Screen
from textual.widgets import Static

from ...core.conversations import Conversation, Post
from ...core.deciding import reliable_time
from ...core.desk import Row
from ...core.values import Record, Revision, RunReport
from ..formatting import plural, safe
from ..keymap import bindings
from ..messages import DeskChanged
from ..session import Session
from ..triage import TRIAGE, Triage
from ..widgets.key_bar import KeyBar
from ..widgets.post_list import LIVE_MARK, PostList
from ..widgets.row_list import RowList
from .reading import ReadingScreen

SHOWN = 500
"""Posts that are in the list at a time."""
GROUP = "conversation"


class ConversationScreen(Triage, Screen[None]):
    """A tree of posts with a cursor. Nothing is asked of a platform, and nothing archived, but on a key."""

    BINDINGS: ClassVar[list[BindingType]] = bindings("conversation")
    AUTO_FOCUS = "#posts"

    def __init__(self, session: Session, ref: str) -> None:
        super().__init__(session)
        self._ref = ref
        self._found = Conversation(ref=ref, posts=())
        self._first = 0

    def compose(self) -> ComposeResult:
        with Vertical(id="conversation"):
            yield Static("", id="conversation-title", markup=False)
            yield PostList(self.session.desk.now, around=self._ref, id="posts")
        yield KeyBar(self.session.keys)

    def on_mount(self) -> None:
        """Read what is archived."""
        self.watch(self.app, "revision", self._follow)
        self._read(ask=False)

    @property
    def posts(self) -> PostList:
        """The list."""
        return self.query_one(PostList)

    # --- what is shown -----------------------------------------------------------------------------------------

    def _follow(self, revision: Revision | None) -> None:
        self.posts.quoted = frozenset(block.ref for block in revision.story.blocks if block.ref) if revision else frozenset()
        self.posts.redraw()

    def _read(self, *, ask: bool) -> None:
        conversations = self.session.desk.conversations
        self.ask(lambda: conversations.of(self._ref, ask=ask), self._show, group=GROUP, failed=self._failed)

    def _failed(self, error: Exception) -> None:
        self.show_trouble(error)
        self._title()

    def _show(self, found: Conversation) -> None:
        if found.problem:
            self.warn(f"The platform did not tell the conversation: {found.problem}")
        begins = not self._found.posts
        self._found = found
        place = next((place for place, post in enumerate(found.posts) if post.ref == (self.posts.current_key or self._ref)), 0)
        self._window(max(0, place - SHOWN // 2), key=self._ref if begins else None)
        self._title()

    def _window(self, first: int, *, key: str | None = None) -> None:
        """Show the posts from one on, as many as there may be at a time."""
        self._first = max(0, min(first, len(self._found.posts) - SHOWN))
        self.posts.show(self._found.posts[self._first : self._first + SHOWN], key=key)

    def _title(self, doing: str = "") -> None:
        posts, fresh = self._found.posts, len(self._found.unarchived)
        words = [plural(len(posts), "post")]
        if len(posts) > SHOWN:
            words.append(f"rows {self._first + 1:,}–{min(len(posts), self._first + SHOWN):,}")
        if fresh:
            words.append(f"{fresh:,} only on the platform ({LIVE_MARK})")
        elif self._found.asked and not self._found.problem:
            words.append("all archived")
        else:
            words.append("as far as archived")
        title = Content.assemble(("Conversation  ", "bold"), (safe(doing or " · ".join(words)), "$foreground 60%"))
        self.query_one("#conversation-title", Static).update(title)

    @on(RowList.NearEnd)
    def _further(self, event: RowList.NearEnd) -> None:
        event.stop()
        if self._first + SHOWN < len(self._found.posts) and self.posts.cursor > SHOWN // 2:
            self._window(self._first + SHOWN // 2)
            self._title()

    @on(RowList.NearTop)
    def _back(self, event: RowList.NearTop) -> None:
        event.stop()
        if self._first and self.posts.cursor < SHOWN // 2:
            self._window(self._first - SHOWN // 2)
            self._title()

    # --- what the actions of triage ask for --------------------------------------------------------------------

    def chosen_refs(self) -> list[str]:
        """What an action is about; only what is archived can be quoted."""
        kept = self.records_shown()
        chosen = self.posts.chosen_keys
        refs = [ref for ref in chosen if ref in kept]
        if len(refs) < len(chosen):
            key = self.session.keys.label("conversation.save")
            self.tell(f"What is not archived ({LIVE_MARK}) is left out; {key} archives it.")
        return refs

    def current_row(self) -> Row | None:
        """The post under the cursor."""
        post = self.posts.current
        return Row(record=post.record or self._unarchived(post)) if post else None

    def records_shown(self) -> dict[str, Record]:
        """What is archived of the conversation, by ref."""
        return {post.ref: post.record for post in self._found.posts if post.record}

    def acted(self) -> None:
        """An action on what was chosen has begun."""
        if self.posts.marks:
            self.posts.unmark()
        else:
            self.posts.action_down()

    def show_anew(self, records: Sequence[Record]) -> None:
        """Show records as they are now."""
        fresh = {record.ref: record for record in records}
        posts = tuple(replace(post, record=fresh.get(post.ref, post.record)) for post in self._found.posts)
        self._found = replace(self._found, posts=posts)
        self._window(self._first)

    def _unarchived(self, post: Post) -> Record:
        """A post that only the platform has, as a record to be read."""
        now = self.session.desk.now()
        when = reliable_time(post.mention.published, now)
        note = "Not archived: this is what the platform shows now."
        return Record(mention=post.mention, version=1, when=when, first_seen=now, last_seen=now, notes=note)

    # --- actions -----------------------------------------------------------------------------------------------

    @on(RowList.Chosen)
    def _open_post(self, event: RowList.Chosen) -> None:
        event.stop()
        row = self.current_row()
        if row is not None:
            self.app.push_screen(ReadingScreen(self.session, row))

    def action_ask(self) -> None:
        """Ask the platform for the whole of it."""
        self._title("Asking the platform …")
        self._read(ask=True)

    def action_save(self) -> None:
        """Archive what only the platform has."""
        found, conversations = self._found, self.session.desk.conversations
        if not found.unarchived:
            self.tell("Everything that is shown is archived.")
            return

        def work() -> tuple[RunReport | None, Conversation]:
            report = conversations.keep(found)
            return report, conversations.again(found)

        self._title("Archiving …")
        self.ask(work, lambda done: self._saved(*done), group=GROUP, lane=TRIAGE, failed=self._failed)

    def _saved(self, report: RunReport | None, found: Conversation) -> None:
        self._show(found)
        self.tell(f"{plural(report.new if report else 0, 'post')} archived.")
        for failure in [failure for source in report.sources for failure in source.failures] if report else []:
            self.warn(failure.message)
        self.post_message(DeskChanged())

    def action_back(self) -> None:
        """Go back to where it was opened."""
        self.dismiss()
