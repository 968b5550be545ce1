"""Looking mentions up: what is asked, the window on the answer, and the rows that are shown of it."""

from __future__ import annotations

import time
from collections.abc import Sequence

from textual.timer import Timer

from ..core.alike import Folded, fold, group_of
from ..core.desk import Results, Row
from ..core.errors import QueryError
from ..core.values import Order, Record
from .background import Trouble
from .formatting import BY_TIME, ORDERS, safe
from .messages import ListStands, SearchesChanged
from .saving import LANE, keep_order
from .triage import Triage
from .views import EVERYTHING, View, within
from .widgets.mention_list import MentionList
from .widgets.query_bar import PAUSE, QueryBar
from .widgets.row_list import NEAR
from .window import PAGE, PAGES, PageWindow

QUICK = 0.05
"""Seconds: after a search that took less, the next key is answered without any pause."""
LONG = 0.2
"""Seconds until it is said that a search is under way."""
LONGEST_PAUSE = 0.2
"""Seconds without a key that typing has at most to wait for, however slow searches are."""
NOTHING_YET = "Nothing collected yet.\n\nPress R to collect from all sources now."
NO_SOURCES = """Nothing collected yet, and there is no source to listen to.

Leave (ctrl+q), add one on the command line, and open hubbub again:
  hubbub sources add https://press.example/feed.xml"""
NOTHING_FOUND = "No mention answers this query.\n\nPress / to change it, or esc in the search bar to see everything."
NOTHING_HERE = "No mention is in this view."


class Finding(Triage):
    """Mixed into a pane with a search bar and a list of mentions."""

    def __init__(self, *args: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)  # pyright: ignore[reportArgumentType]
        self._window = PageWindow()
        self._text = ""
        self._good = ""
        self.asked = ""
        """The query, with the view around it, that the rows shown answer."""
        self._asked_order: Order = "newest"
        self._view = EVERYTHING
        self._order: Order = "newest"
        self._orders: dict[str, Order] = {}
        self._opened: set[str] = set()
        self._paging = False
        self._loaded = False
        self._waiting = 0
        self._hidden = 0
        self._busy: Timer | None = None
        self.proposal = ""
        """What may have been meant where nothing was found; empty for nothing."""

    @property
    def list(self) -> MentionList:
        """The list of what was found."""
        return self.query_one(MentionList)

    @property
    def bar(self) -> QueryBar:
        """The search bar."""
        return self.query_one(QueryBar)

    @property
    def is_brief(self) -> bool:
        """Whether little is said beside the query, so that there is room to write it."""
        return False

    @property
    def order_told(self) -> Order:
        """The order that is named beside the query."""
        return self._order

    def answered(self) -> None:
        """Rows of a new answer are shown."""

    # --- finding ---------------------------------------------------------------------------------------------

    def look_at(self, view: View) -> None:
        """Search in another view, in the order that was chosen there."""
        self._view = view
        self._order = self._orders.get(view.key, view.order)
        self._opened.clear()
        self.reload(top=True)

    def look_for(self, text: str) -> None:
        """Search for something else."""
        if text != self._text:
            self._text = text
            self.reload(top=True)

    def order_by(self, order: Order) -> None:
        """Read in another order; it is remembered for this view, and kept with a saved search."""
        self._order = self._orders[self._view.key] = order
        self.reload(top=True)
        if self._view.is_saved:
            desk, name = self.session.desk, self._view.name
            self.ask(lambda: keep_order(desk, name, order), lambda _: self.post_message(SearchesChanged()), lane=LANE)

    def reload(self, *, top: bool = False) -> None:
        """Read the list again from its beginning, and (``top``) go there; what is shown stays until the answer is there."""
        text, view, order, desk = self._text, self._view, self._order, self.session.desk

        def work() -> tuple[Results, str, int, float]:
            began = time.perf_counter()
            desk.understand(text)  # a mistake is shown at its place in what the user wrote, without the view around it
            results = desk.search(within(view.query, text), order=order, limit=PAGE)
            proposal, elsewhere = results.did_you_mean, 0
            if view.query and text.strip() and not results.total:
                beyond = desk.search(text, limit=1)
                proposal, elsewhere = beyond.did_you_mean, beyond.total
            return results, proposal, elsewhere, time.perf_counter() - began

        def found(answer: tuple[Results, str, int, float]) -> None:
            results, self.proposal, elsewhere, seconds = answer
            self._good, self.asked, self._asked_order = text, within(view.query, text), order
            self.bar.pause = PAUSE if seconds < QUICK else min(seconds, LONGEST_PAUSE)
            self._found(results, elsewhere, top=top)

        self._waiting = 0
        if self._busy is None:
            self._busy = self.set_timer(LONG, self._say_busy)
        # One search at a time, and the newest next: typing never makes a queue of searches that nobody waits for.
        self.ask(work, found, group="search", lane=f"search {self.id}", failed=self._refused)

    def _found(self, results: Results, elsewhere: int, *, top: bool) -> None:
        self.forget("page")  # a page of the answer before is no page of this one
        self._paging = False
        if not self._loaded:
            self._loaded = True
            self.call_after_refresh(self.post_message, ListStands())
        self._window = PageWindow.starting(results)
        self._hidden = results.hidden
        self.bar.blame("")
        self.list.by_day = self._asked_order in BY_TIME
        self.list.empty_text = "" if results.rows else self._why_empty(elsewhere)
        first = self._window.rows[0].record.ref if top and self._window.rows else None
        self.show_rows(key=first)
        self.say()
        self.refresh_bindings()
        self.answered()

    def _refused(self, error: Trouble) -> None:
        self.post_message(ListStands())
        if self._view.problem and isinstance(error, QueryError):
            self._window, self.proposal, self.asked = PageWindow(), "", self._view.query
            self.list.empty_text = f"The saved search “{safe(self._view.name)}” cannot be asked any more:\n\n{error}"
            self.show_rows()
            self.answered()
        else:
            self.bar.blame(str(error))
        self.say()

    def show_rows(self, *, key: str | None = None) -> None:
        """Show the rows of the window, near-duplicates as one."""
        folded: Folded = fold(self._window.rows, self._opened)
        self.list.alike, self.list.below = folded.alike, folded.below
        self.list.show(folded.rows, key=key)

    def _say_busy(self) -> None:
        if self._busy is not None:  # a timer that has gone off is not stopped any more, and may come after the answer
            self.bar.say("…")

    def say(self) -> None:
        """Say beside the query how much was found, where, and in which order."""
        if self._busy is not None:
            self._busy.stop()
            self._busy = None
        window = self._window
        words = [f"in {safe(self._view.name)}"] if self._view.is_saved else []
        if self._loaded:
            words.append(f"{window.total:,}")
        if len(window.rows) < window.total and not self.is_brief:
            words.append(f"rows {window.skipped + 1:,}–{window.skipped + len(window.rows):,}")
        if self._hidden and not self.is_brief:
            words.append(f"{self._hidden:,} muted")
        if self._waiting:
            words.append(f"{self._waiting:,} more at the top")
        if self.list.marks:
            words.append(f"{len(self.list.marks)} marked")
        self.bar.say(" · ".join([*words, ORDERS[self.order_told]]))

    def _why_empty(self, elsewhere: int) -> str:
        if self.proposal:
            keys = self.session.keys.labels("mentions.suggestion").split("  ")
            press = keys[0] if len(keys) == 1 else f"{keys[0]}, or {keys[-1]} while writing,"
            return f"No mention answers this query.\n\nDid you mean  {safe(self.proposal)}\n\nPress {press} to search for that."
        if elsewhere:
            return f"No mention in this view answers this query; {elsewhere:,} elsewhere {'does' if elsewhere == 1 else 'do'}."
        if self._text.strip():
            return NOTHING_FOUND
        if self._view.query:
            return NOTHING_HERE
        return NOTHING_YET if self.session.desk.sources else NO_SOURCES

    # --- what the actions of triage ask for --------------------------------------------------------------------

    def chosen_refs(self) -> list[str]:
        """What an action is about; of near-duplicates that are folded, the one that is shown."""
        return self.list.chosen_keys

    def current_row(self) -> Row | None:
        """The mention under the cursor."""
        return self.list.current

    def records_shown(self) -> dict[str, Record]:
        """The records in the window, by ref."""
        return {row.record.ref: row.record for row in self._window.rows}

    def acted(self) -> None:
        """An action on what was chosen has begun: the marks have served, or the next row is next."""
        if self.list.marks:
            self.list.unmark()
        else:
            self.list.action_down()

    def read_again(self) -> None:
        """Read the list again."""
        self.reload()

    def show_anew(self, records: Sequence[Record]) -> None:
        """Show records as they are now, in their places."""
        queries = {row.record.ref: row.query for row in self._window.rows}
        rows = {r.ref: Row(record=r, query=queries[r.ref]) for r in records if r.ref in queries}
        self._window = self._window.replaced(rows)
        self.show_rows()

    def found_by(self) -> str:
        """The query that the rows answer, with the view around it."""
        return self.asked

    # --- near-duplicates ---------------------------------------------------------------------------------------

    def toggle_alike(self, row: Row) -> None:
        """Show the near-duplicates of a row below it, or fold them again; what is folded loses its mark."""
        group = group_of(row.record)
        if group in self._opened:
            self._opened.remove(group)
            members = [other.record.ref for other in self._window.rows if group_of(other.record) == group]
            self.list.unmark_only(members[1:])
            self.show_rows(key=members[0])
        elif row.record.ref in self.list.alike:
            self._opened.add(group)
            self.show_rows()
        else:
            self.tell("No other row that is loaded says nearly the same.")

    # --- paging ----------------------------------------------------------------------------------------------

    def more_below(self) -> None:
        """Read the page below, where there is one."""
        if self._window.below is not None and self._may_turn(len(self.list.rows) - 1):
            self._page(self._window.below, below=True)

    def more_above(self) -> None:
        """Read the page above again, where one was let go."""
        if self._window.has_above and self._may_turn(0):
            self._page(self._window.before[-1], below=False)

    def _may_turn(self, edge: int) -> bool:
        # Where a full window folds to a few rows, both ends are near: then only who goes to an end turns the page.
        shown = len(self.list.rows)
        return len(self._window.pages) < PAGES or shown > 2 * NEAR or (shown > 1 and self.list.cursor == edge)

    def _page(self, after: str | None, *, below: bool) -> None:
        if self._paging:
            return
        self._paging = True
        text, order, desk = self.asked, self._asked_order, self.session.desk

        def work() -> Results:
            return desk.search(text, order=order, limit=PAGE, after=after)

        def paged(results: Results) -> None:
            self._paging = False
            self._window = self._window.extended(results) if below else self._window.reopened(results)
            self.show_rows()
            self.say()

        def refused(error: Trouble) -> None:
            self._paging = False
            self.show_trouble(error)

        self.ask(work, paged, group="page", failed=refused)
