"""What all screens share: the desk, the way out to browser and editor, the keys, and what can be taken back."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from ..core.desk import Desk
from ..core.values import Facets, Source, SourceState, TriageState
from .drafts import Drafts
from .keymap import Keys
from .outside import Outside
from .terminalimages import Draws
from .undoing import Steps
from .views import Ours


class Lanes:
    """Queues for work that must not overlap, by name."""

    def __init__(self) -> None:
        self._locks: dict[str, asyncio.Lock] = {}

    def __getitem__(self, name: str) -> asyncio.Lock:
        """The lock of a lane; it is handed on in the order of asking."""
        return self._locks.setdefault(name, asyncio.Lock())


@dataclass(kw_only=True)
class Session:
    """One run of the application."""

    desk: Desk
    keys: Keys
    outside: Outside
    steps: Steps = field(default_factory=Steps)
    """What was done to mentions, to be taken back."""
    lanes: Lanes = field(default_factory=Lanes)
    drafts: Drafts = field(default_factory=Drafts)
    """Words that are being written."""
    folders: dict[str, Path | None] = field(default_factory=dict)
    """Where stories were written last, by id; ``None`` for the workspace's own folder."""
    facets: dict[str, Facets] = field(default_factory=dict)
    """What queries were counted to be; forgotten when the archive changes."""
    draws: Draws | None = None
    """How this terminal draws pictures; ``None`` where it does not, or was not asked yet."""
    asked_for_drawing: bool = False
    heard: dict[tuple[str, str], float] = field(default_factory=dict)
    """Influence of 0 to 100 by platform and key of an author, once it was asked for."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Status:
    """How the desk is: what the top line shows."""

    states: Mapping[str, int] | None = None
    """Mentions by triage state; ``None`` until they are counted."""
    ours: Ours | None = None
    """What of these we wrote ourselves; ``None`` where no account is ours, or it is not counted."""
    sources: Sequence[tuple[Source, SourceState]] = ()
    collecting: str = ""
    """What a running collect is doing; empty when none runs."""

    @property
    def total(self) -> int | None:
        """Mentions in the archive; ``None`` until they are counted."""
        return None if self.states is None else sum(self.states.values())

    @property
    def new(self) -> int:
        """Those of others that nobody has handled."""
        new = (self.states or {}).get(TriageState.NEW.value, 0)
        return max(0, new - self.ours.new) if self.ours else new
