"""The one list of the application: drawn line by line, so that 500 rows appear at once.

Each row has a key and one or more lines, and may be preceded by lines that cannot be chosen (a day, a heading). The list knows
a cursor and a set of marked keys; what rows look like is for its subclasses. Two cells at the left show the cursor (``▸``) and
the mark (``◆``), so neither is told by colour alone.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from textwrap import wrap
from typing import ClassVar, Generic, TypeVar

from rich.segment import Segment
from rich.style import Style
from textual.geometry import Region, Size
from textual.reactive import Reactive, reactive
from textual.scroll_view import ScrollView
from textual.strip import Strip

from ..formatting import fit
from ..keymap import bindings
from ..marking import Part
from . import row_messages
from .row_jump import RowJump
from .row_layout import RowLayout
from .row_mouse import GUTTER

R = TypeVar("R")
Line = Sequence[Part]
NEAR = 20
"""Rows from an end at which more are asked for."""


@lru_cache(maxsize=16)
def _wrapped(text: str, width: int) -> tuple[str, ...]:
    """The lines of a text, each at most so many characters; asked for each line of a list that is drawn empty."""
    return tuple(part for line in text.split("\n") for part in wrap(line, width) or [""])


@dataclass(slots=True)
class Drawn:
    """How a row was drawn."""

    row: object
    lasts: bool
    lines: list[Line]
    """Those before it included."""
    strips: dict[tuple[int, str, str], Strip] = field(default_factory=dict)
    """Lines as they are shown, by number, gutter and ground."""


class RowList(RowJump, ScrollView, Generic[R], can_focus=True, inherit_bindings=False):
    """A list of rows with a cursor and marks."""

    ALLOW_SELECT = False
    BINDINGS = bindings("list")
    COMPONENT_CLASSES: ClassVar[set[str]] = {
        "row--cursor",
        "row--marked",
        "row--dim",
        "row--strong",
        "row--accent",
        "row--match",
        "row--rule",
        "row--good",
        "row--bad",
        "row--drop",
    }
    draws_marks = True
    """Whether the mark is drawn at the left; a list may have its own way to show it."""
    without: ClassVar[frozenset[str]] = frozenset()
    """Actions that this list does not have, such as ``mark`` where one row is chosen; their keys go on to the screen."""
    virtual_size: Reactive[Size] = reactive(Size(0, 0), init=False)
    """As in every scrolling widget, but rows that come and go never lay out the screen anew: the list keeps its place."""
    empty_text: reactive[str] = reactive("")
    """What to say, and to do next, when there are no rows."""

    Moved = row_messages.Moved
    Chosen = row_messages.Chosen
    MarksChanged = row_messages.MarksChanged
    NearEnd = row_messages.NearEnd
    NearTop = row_messages.NearTop
    Dropped = row_messages.Dropped

    def __init__(self, *, id: str | None = None, classes: str | None = None) -> None:
        super().__init__(id=id, classes=classes)
        self.rows: Sequence[R] = ()
        self.cursor = 0
        self.marks: dict[str, None] = {}
        self._anchor: int | None = None
        self._marks_before: dict[str, None] = {}
        self.layout_of_rows = RowLayout()
        self._drawn: dict[int, Drawn] = {}
        self._styles: dict[tuple[str, str], Style] = {}
        self._palette: object = None
        self._restyled = True
        self._width = 0

    # --- what subclasses say ---------------------------------------------------------------------------------

    def key_of(self, row: R) -> str:
        """What tells a row from all others."""
        raise NotImplementedError

    def lines_of(self, row: R, width: int) -> list[Line]:
        """How a row looks in that many cells."""
        raise NotImplementedError

    def above(self, index: int, width: int) -> list[Line]:
        """Lines before a row that belong to no row."""
        return []

    def lasts(self, row: R) -> bool:
        """Whether the row looks the same, wherever it stands, until all rows are drawn anew."""
        return False

    # --- rows ------------------------------------------------------------------------------------------------

    def show(self, rows: Sequence[R], *, key: str | None = None) -> None:
        """Show these rows. The cursor stays on its row, at its height on the screen, or goes to ``key``."""
        old = self.current_key
        height = self.layout_of_rows.start(self.cursor) - self.scroll_offset.y if self.layout_of_rows else 0
        self.rows = rows
        self._anchor = None
        wanted = key if key is not None else old
        keys = [self.key_of(row) for row in rows]
        found = keys.index(wanted) if wanted in keys else None
        self.cursor = found if found is not None else max(0, min(self.cursor, len(rows) - 1))
        lasting = {id(drawn.row): drawn for drawn in self._drawn.values() if drawn.lasts}
        self._drawn = {n: lasting[id(row)] for n, row in enumerate(rows) if id(row) in lasting and self.lasts(row)}
        self._lay_out()
        if found is not None and key is None:
            self.scroll_to(y=max(0, self.layout_of_rows.start(self.cursor) - height), animate=False, force=True)
        self.reveal()
        self.post_message(self.Moved(self))

    def redraw(self) -> None:
        """Draw all rows anew; what they look like depends on something that has changed."""
        self._drawn.clear()
        self._lay_out()

    def repaint(self) -> None:
        """Draw all rows anew, each as many lines as it had."""
        self._drawn.clear()
        self.refresh()

    @property
    def current(self) -> R | None:
        """The row under the cursor."""
        return self.rows[self.cursor] if self.cursor < len(self.rows) else None

    @property
    def current_key(self) -> str | None:
        """The key of the row under the cursor."""
        return None if self.current is None else self.key_of(self.current)

    @property
    def chosen_keys(self) -> list[str]:
        """What an action is about: the marked rows, in the order of the list as far as they are in it, else the current row."""
        if self.marks:
            here = [key for key in map(self.key_of, self.rows) if key in self.marks]
            return [*(key for key in self.marks if key not in set(here)), *here]
        return [self.current_key] if self.current_key is not None else []

    def mark_to(self, index: int) -> None:
        """Mark all rows from the cursor to that one."""
        low, high = sorted((self.cursor, index))
        self._anchor = None
        self._set_marks(self.marks | {self.key_of(row): None for row in self.rows[low : high + 1]})
        self.go_to(index)

    def unmark(self) -> None:
        """Take all marks away."""
        self._anchor = None
        self._set_marks({})

    def go_to(self, index: int) -> None:
        """Move the cursor."""
        if not self.rows:
            return
        self._refresh_row(self.cursor)
        self.cursor = max(0, min(index, len(self.rows) - 1))
        if self._anchor is not None:
            low, high = sorted((self._anchor, self.cursor))
            self._set_marks(self._marks_before | {self.key_of(row): None for row in self.rows[low : high + 1]})
        self.reveal()
        self._refresh_row(self.cursor)
        self.post_message(self.Moved(self))

    def unmark_only(self, keys: Iterable[str]) -> None:
        """Take the marks of these rows away."""
        gone = set(keys)
        self._set_marks({key: None for key in self.marks if key not in gone})

    # --- actions ---------------------------------------------------------------------------------------------

    def action_down(self) -> None:
        self.go_to(self.cursor + 1)

    def action_up(self) -> None:
        self.go_to(self.cursor - 1)

    def action_page_down(self) -> None:
        self._page(1)

    def action_page_up(self) -> None:
        self._page(-1)

    def action_first(self) -> None:
        self.go_to(0)

    def action_last(self) -> None:
        self.go_to(len(self.rows) - 1)

    def action_choose(self) -> None:
        if self.current is not None:
            self.post_message(self.Chosen(self))

    def action_mark(self) -> None:
        if self.current_key is None:
            return
        self._anchor = None
        marks = dict(self.marks)
        if self.current_key in marks:
            del marks[self.current_key]
        else:
            marks[self.current_key] = None
        self._set_marks(marks)
        self.go_to(self.cursor + 1)

    def action_range(self) -> None:
        if self._anchor is not None:
            self._anchor = None
            return
        self._anchor, self._marks_before = self.cursor, dict(self.marks)
        self.go_to(self.cursor)

    def action_unmark(self) -> None:
        self.drop(None)
        self.unmark()

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """``escape`` takes marks away only where there are some; otherwise it goes on to the screen."""
        if action in self.without:
            return False
        if action == "unmark":
            return bool(self.marks or self._anchor is not None or self.gap is not None)
        return True

    # --- drawing ---------------------------------------------------------------------------------------------

    def render_lines(self, crop: Region) -> list[Strip]:
        """These lines of the list. Textual would make each anew whenever it comes to stand elsewhere, or the focus goes: here
        they are kept with all that is worked out from them. Only lists with a frame are left to it."""
        if self.styles.gutter:
            return super().render_lines(crop)
        width, background = self.content_size.width, self.background_colors[1]
        strips = [self.render_line(y).adjust_cell_length(width) for y in crop.line_range]
        for line_filter in self.get_line_filters():
            strips = [strip.apply_filter(line_filter, background) for strip in strips]
        return strips if crop.column_span == (0, width) else [strip.crop(*crop.column_span) for strip in strips]

    def _follow_styles(self) -> None:
        """Forget what was drawn in other colours."""
        self._restyled = False
        parts = [self.get_component_styles(name) for name in sorted(self.COMPONENT_CLASSES)]
        told = [(part.background, part.color if part.has_rule("color") else None, part.text_style) for part in parts]
        palette = (self.background_colors, self.colors, told)
        if palette != self._palette:
            self._palette = palette
            self._styles.clear()
            for drawn in self._drawn.values():
                drawn.strips.clear()

    def watch_has_focus(self, _has_focus: bool) -> None:
        """The ground of the cursor tells the focus; in the style sheet only a frame does, and to look there takes long."""
        if self.styles.gutter:
            super().watch_has_focus(_has_focus)

    def render_line(self, y: int) -> Strip:
        """One line of the list."""
        if self._restyled:
            self._follow_styles()
        if not self.rows:
            width = self.scrollable_content_region.width
            words = _wrapped(self.empty_text, max(width - 3, 10))
            text = f"  {words[y - 1]}" if 0 < y <= len(words) else ""
            return Strip([Segment(fit(text, width), self._style("dim"))])
        place = self.layout_of_rows.place(y + self.scroll_offset.y)
        if place is None:
            return Strip.blank(self._width, self._style(""))
        return self._strip(*place)

    def on_resize(self) -> None:
        """Lay the rows out for the new width."""
        if self._width != self.scrollable_content_region.width:
            self.redraw()
        else:
            self._stretch()
        self.reveal()

    def notify_style_update(self) -> None:
        """Draw in the new colours, if there are any: this comes before the parts of the list have theirs."""
        super().notify_style_update()
        self._restyled = True

    def watch_scroll_y(self, old_value: float, new_value: float) -> None:
        """Ask for more rows when an end comes near by scrolling."""
        super().watch_scroll_y(old_value, new_value)
        self._tell_ends()

    def _draw(self, index: int) -> Drawn:
        if index not in self._drawn:
            row, inner = self.rows[index], max(1, self._width - GUTTER)
            lines = [*self.above(index, inner), *self.lines_of(row, inner)]
            self._drawn[index] = Drawn(row, self.lasts(row), lines)
        return self._drawn[index]

    def _lay_out(self) -> None:
        width = self.scrollable_content_region.width
        if width != self._width:
            self._width = width
            self._drawn.clear()
        inner = max(1, width - GUTTER)
        self.layout_of_rows = RowLayout((len(self.above(i, inner)), self.height_of(i)) for i in range(len(self.rows)))
        self._stretch()
        self.refresh()

    def _stretch(self) -> None:
        """Tell the scrolling how long the list is: at least as long as the room, which draws no bar."""
        room = self.container_size.height
        self.virtual_size = Size(self._width, max(self.layout_of_rows.height, room))
        self.vertical_scrollbar.window_size = room
        self.vertical_scrollbar.window_virtual_size = self.virtual_size.height

    def height_of(self, index: int) -> int:
        """How many lines a row has; subclasses whose rows are all alike say so without drawing."""
        return len(self._draw(index).lines) - len(self.above(index, max(1, self._width - GUTTER)))

    def _strip(self, index: int, part: int) -> Strip:
        drawn, own = self._draw(index), part - (self.layout_of_rows.start(index) - self.layout_of_rows.top(index))
        gutter, ground = ("  ", "") if own < 0 else self._beside(index, first=own == 0)
        key = (part, gutter, ground)
        if key not in drawn.strips:
            segments = [Segment(gutter, self._style("accent", ground))]
            segments += [Segment(text, self._style(name, ground)) for text, name in drawn.lines[part]]
            drawn.strips[key] = Strip(segments).adjust_cell_length(self._width, self._style("", ground))
        return drawn.strips[key]

    def _beside(self, index: int, *, first: bool) -> tuple[str, str]:
        """What stands in the gutter of a row's line, and the name of the row's ground."""
        here, marked = index == self.cursor, bool(self.marks) and self.key_of(self.rows[index]) in self.marks
        ground = "cursor" if here and self.has_focus else "marked" if marked else ""
        if not first:
            return "  ", ground
        dropping = self.gap is not None and index == min(self.gap, len(self.rows) - 1)
        letter = self.letter_of(index) if self.jumps else ""
        gutter = letter or ("⇣" if dropping else "▸" if here else " ")
        return gutter + ("◆" if marked and self.draws_marks else " "), ground

    def _style(self, name: str, ground: str = "") -> Style:
        """The style of a part on the ground of its row; both may be translucent in the style sheet."""
        key = (name, ground)
        if key not in self._styles:
            back = self.background_colors[1]
            if ground:
                back += self.get_component_styles(f"row--{ground}").background
            part = self.get_component_styles(f"row--{name}") if name else None
            own = part is not None and part.has_rule("color")
            front = back + (part.color if own and part is not None else self.colors[3])
            text_style = part.text_style if part is not None else Style.null()
            self._styles[key] = Style.from_color(front.rich_color, back.rich_color) + text_style
        return self._styles[key]

    # --- inner workings --------------------------------------------------------------------------------------

    def _set_marks(self, marks: dict[str, None]) -> None:
        if marks != self.marks:
            self.marks = marks
            self.refresh()
            self.post_message(self.MarksChanged(self))

    def _page(self, direction: int) -> None:
        if self.layout_of_rows:
            page = max(1, self.scrollable_content_region.height - 1)
            self.go_to(self.layout_of_rows.nearest(self.layout_of_rows.start(self.cursor) + direction * page))

    def _refresh_row(self, index: int) -> None:
        if index < len(self.rows) and self.layout_of_rows:
            start, end = self.layout_of_rows.start(index), self.layout_of_rows.end(index)
            self.refresh_lines(start, end - start)

    def reveal(self) -> None:
        """Scroll as far as is needed to see the cursor's row."""
        if self.layout_of_rows:
            top, end = self.layout_of_rows.top(self.cursor), self.layout_of_rows.end(self.cursor)
            self.scroll_to_region(Region(0, top, 1, max(1, end - top)), animate=False, force=True, immediate=True)
        self._tell_ends()

    def _tell_ends(self) -> None:
        if not self.layout_of_rows:
            return
        seen = self.scroll_offset.y
        if max(self.cursor, self.layout_of_rows.nearest(seen + self.size.height)) >= len(self.rows) - NEAR:
            self.post_message(self.NearEnd(self))
        if min(self.cursor, self.layout_of_rows.nearest(seen)) < NEAR:
            self.post_message(self.NearTop(self))

    def dropped(self, pressed: int, gap: int) -> None:
        """Tell that the row, or all marked ones if it is marked, were dragged."""
        key = self.key_of(self.rows[pressed])
        self.post_message(self.Dropped(self, self.chosen_keys if key in self.marks else [key], gap))
