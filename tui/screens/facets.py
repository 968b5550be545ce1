"""The counts of a query over the whole screen, where there is no room for them beside the rows."""

from __future__ import annotations

from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import Vertical

from ..session import Session
from ..widgets.facet_list import FacetList
from .dialog import Dialog, hint, title


class FacetsScreen(Dialog[str]):
    """The answer is the clause that narrows the search; empty to take the last one back."""

    BINDINGS: ClassVar[list[BindingType]] = []

    def __init__(self, session: Session, text: str) -> None:
        super().__init__()
        self._session, self._asked = session, text

    def compose(self) -> ComposeResult:
        leave_out, widen, earlier, later = (
            self._session.keys.label(f"facets.{name}") for name in ("leave_out", "widen", "earlier", "later")
        )
        with Vertical(classes="dialog -tall"):
            yield title(f"What is in: {self._asked or 'everything'}")
            yield FacetList(self._session, id="facets-alone")
            yield hint(f"enter narrow   {leave_out} leave out   {widen} take back   {earlier} {later} days   esc back")

    def on_mount(self) -> None:
        """Count at once."""
        facets = self.query_one(FacetList)
        facets.follow(self._asked)
        facets.focus()

    @on(FacetList.Narrowed)
    def narrow(self, event: FacetList.Narrowed) -> None:
        """Answer with the clause."""
        self.dismiss(event.clause)

    @on(FacetList.Widened)
    def widen(self) -> None:
        """Answer that the last one is to be taken back."""
        self.dismiss("")
