"""What a reader of a story would stumble over: a list from which one goes to the block in question."""

from __future__ import annotations

from collections.abc import Sequence

from textual import on
from textual.app import ComposeResult
from textual.containers import Vertical

from ...core.storylint import Remark
from ..formatting import fit, safe
from ..widgets.block_list import wrapped
from ..widgets.row_list import Line, RowList
from .dialog import Dialog, hint, title


class RemarkList(RowList[Remark]):
    """One remark a row: where, what, and what to do."""

    draws_marks = False

    def key_of(self, row: Remark) -> str:
        """Its place in the list."""
        return str(next(index for index, other in enumerate(self.rows) if other is row))

    def lines_of(self, row: Remark, width: int) -> list[Line]:
        """The sentence over as many lines as it needs, and what to do under it."""
        place = f"{row.number:>3}  " if row.number else "     "
        lines = wrapped(safe(row.said), max(10, width - 5), 3)
        shown: list[Line] = [
            [(place if not n else "     ", "accent"), (fit(line, width - 5), "")] for n, line in enumerate(lines)
        ]
        if row.todo:
            shown += [[("     ", ""), (fit(line, width - 5), "dim")] for line in wrapped(safe(row.todo), max(10, width - 5), 2)]
        return shown


class Remarks(Dialog[str]):
    """Answers with the id of the block to go to; empty for the story as a whole."""

    def __init__(self, remarks: Sequence[Remark]) -> None:
        super().__init__()
        self._remarks = remarks

    def compose(self) -> ComposeResult:
        with Vertical(classes="dialog -large"):
            yield title("Before publishing")
            yield RemarkList(id="remarks")
            yield hint("j/k move   enter go to the block (or the details)   esc close")

    def on_mount(self) -> None:
        """Show them."""
        remarks = self.query_one(RemarkList)
        remarks.empty_text = "Nothing to complain about."
        remarks.show(self._remarks)
        remarks.focus()

    @on(RowList.Chosen)
    def choose(self, event: RowList.Chosen) -> None:
        """Answer with the block."""
        event.stop()
        remark = self.query_one(RemarkList).current
        self.dismiss(remark.block if remark else None)
