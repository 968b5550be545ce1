"""Slow work beside the screen: it runs in a thread, and what it found comes back as a message.

Every call of the desk that reads the archive or the index goes through here, so a key is never waited for. Work of one *group*
replaces older work of that group: answers that come late are dropped by their number. Work of one *lane* runs one after the
other, in the order in which it was asked for. Work of both waits its turn, and is left out where newer work of its group has
been asked for meanwhile; so at most one search runs, and the next is the newest.
"""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Callable
from inspect import isawaitable
from typing import TYPE_CHECKING, Any, TypeVar

from textual.message import Message

from ..core.errors import HubbubError
from .formatting import safe
from .session import Session

T = TypeVar("T")
Trouble = HubbubError | OSError
"""What work may raise; anything else is a fault of ours and ends the program with a traceback."""


class Finished(Message, bubble=False, namespace="background"):
    """Work has ended, well or badly."""

    def __init__(self, group: str, number: int, deliver: Callable[[], object]) -> None:
        super().__init__()
        self.group, self.number, self.deliver = group, number, deliver


if TYPE_CHECKING:
    from textual.dom import DOMNode as Node
else:
    # Style sheets know a widget by the first of its bases that is a node; a mixin that were one would hide the others.
    Node = object


class Background(Node):
    """Mixed into whatever asks for slow work: widgets, screens, the application."""

    def __init__(self, session: Session, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.session = session
        self._numbers: Counter[str] = Counter()

    def ask(
        self,
        work: Callable[[], T],
        then: Callable[[T], object],
        *,
        group: str = "",
        lane: str = "",
        failed: Callable[[Trouble], object] | None = None,
    ) -> None:
        """Run ``work`` in a thread, then ``then`` with its result on the screen's side; trouble goes to ``failed``.

        What either gives back is awaited where it can be.
        """
        self._numbers[group] += 1
        self.run_worker(self._answer(work, then, group, self._numbers[group], lane, failed or self.show_trouble))

    def forget(self, group: str) -> None:
        """Drop whatever work of that group is still to come."""
        self._numbers[group] += 1

    def show_trouble(self, error: Exception) -> None:
        """Tell what went wrong; a fault of ours is called one."""
        ours = not isinstance(error, HubbubError | OSError)
        words = f"hubbub has a fault: {type(error).__name__}: {error}" if ours else str(error)
        self.app.notify(safe(words), severity="error", timeout=10, markup=False)

    def tell(self, message: str) -> None:
        """Tell what was done."""
        self.app.notify(safe(message), markup=False)

    def warn(self, message: str) -> None:
        """Tell what could not be done."""
        self.app.notify(safe(message), severity="warning", timeout=8, markup=False)

    async def _answer(
        self,
        work: Callable[[], T],
        then: Callable[[T], object],
        group: str,
        number: int,
        lane: str,
        failed: Callable[[Trouble], object],
    ) -> None:
        def deliver() -> object:
            return then(result) if error is None else failed(error)

        error: Trouble | None = None
        result: Any = None
        try:
            if lane:
                async with self.session.lanes[lane]:
                    if group and number != self._numbers[group]:
                        return
                    result = await asyncio.to_thread(work)
            else:
                result = await asyncio.to_thread(work)
        except (HubbubError, OSError) as trouble:
            error = trouble
        self.post_message(Finished(group, number, deliver))

    async def on_background_finished(self, message: Finished) -> None:
        """Deliver the answer, unless newer work of its group was asked for meanwhile."""
        message.stop()
        if not message.group or message.number == self._numbers[message.group]:
            delivered = message.deliver()
            if isawaitable(delivered):
                await delivered
