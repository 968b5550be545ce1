"""Taking steps back and doing them again."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from textual.message import Message

from .messages import DeskChanged


@dataclass(frozen=True, slots=True)
class Step:
    """Something that was done and can be taken back. Both functions run in a thread; they may raise a ``HubbubError``."""

    what: str
    """In words: ``3 mentions: done``."""
    undo: Callable[[], object]
    redo: Callable[[], object]
    refs: tuple[str, ...] = ()
    """The mentions concerned, to be shown anew."""
    moves: bool = False
    """Whether it changes which mentions are listed."""
    tells: Callable[[], Message] = DeskChanged
    """What is told when it was taken back or done again."""


class Steps:
    """What was done, the last on top. A new step forgets what had been taken back."""

    def __init__(self, limit: int = 200) -> None:
        self._done: list[Step] = []
        self._undone: list[Step] = []
        self._limit = limit

    def did(self, step: Step) -> None:
        """Remember a step."""
        self._done = [*self._done, step][-self._limit :]
        self._undone.clear()

    def undo(self) -> Step | None:
        """The step to take back; ``None`` when there is none."""
        if not self._done:
            return None
        self._undone.append(self._done.pop())
        return self._undone[-1]

    def redo(self) -> Step | None:
        """The step to do again; ``None`` when there is none."""
        if not self._undone:
            return None
        self._done.append(self._undone.pop())
        return self._done[-1]
