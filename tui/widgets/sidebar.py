"""The views at the left of the inbox: everything, by state, by topic, and the saved searches, with counts."""

from __future__ import annotations

from typing import ClassVar

from textual.binding import BindingType
from textual.message import Message

from ..background import Background
from ..formatting import fit, safe, short
from ..keymap import bindings
from ..saving import delete_search, rename_search
from ..views import View
from .row_list import Line, RowList


class Sidebar(Background, RowList[View]):
    """The list of views."""

    BINDINGS: ClassVar[list[BindingType]] = bindings("views")

    class UndoWanted(Message):
        """The last step is to be taken back, or done again."""

        def __init__(self, *, redo: bool = False) -> None:
            super().__init__()
            self.redo = redo

    def key_of(self, row: View) -> str:
        """What tells a view from the others."""
        return row.key

    def above(self, index: int, width: int) -> list[Line]:
        """The heading of each kind."""
        title = self.rows[index].title
        if not title:
            return []
        heading: Line = [(fit(title, width), "dim")]
        return [[("", "")], heading] if index else [heading]

    def lines_of(self, row: View, width: int) -> list[Line]:
        """Name and count; of a saved search what is new in it, too."""
        count = "" if row.count is None else f"{row.count:,}"
        new = f"+{short(row.new)} " if row.new else ""
        room = width - len(count) - len(new) - 4
        name = fit(safe(row.name), room) + " "
        return [[(row.mark + " ", "bad" if row.problem else "accent"), (name, ""), (new, "accent"), (count, "dim")]]

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Only saved searches can be renamed and deleted."""
        if action in ("rename", "delete"):
            return self.current is not None and self.current.is_saved
        return super().check_action(action, parameters)

    def action_rename(self) -> None:
        """Give the saved search another name."""
        if self.current is not None and self.current.saved is not None:
            rename_search(self, self.current.saved)

    def action_delete(self) -> None:
        """Forget the saved search."""
        if self.current is not None and self.current.saved is not None:
            delete_search(self, self.current.saved)

    def action_undo(self) -> None:
        """Take the last step back."""
        self.post_message(self.UndoWanted())

    def action_redo(self) -> None:
        """Do it again."""
        self.post_message(self.UndoWanted(redo=True))
