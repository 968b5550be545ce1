"""Rules as values: ``if`` a query matches, ``then`` tag, label, set the state or the priority, mute, route."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field

from .values import BY_RULE, MUTED, Label, TriageState

RULE, ROUTE, PRIORITY = "rule", "route", "priority"
"""Names of labels that rules give, beside ``muted``: that they matched, where a mention goes, what becomes of its priority."""
OWN_KEYS: Mapping[str, str] = {MUTED: "mute", ROUTE: "route", PRIORITY: "priority", RULE: "name"}
"""Labels that a rule gives by a key of its own, and the key."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Then:
    """What a rule does."""

    tags: tuple[str, ...] = ()
    """Added."""
    labels: Mapping[str, str] = field(default_factory=dict)
    """By name, the values of labels."""
    state: TriageState | None = None
    """Where a new mention goes."""
    priority: str = ""
    """``+20``, ``-20`` or ``=90``; empty for none."""
    mute: bool = False
    route: str = ""
    """Where it is to go: the value of the label ``route``."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Rule:
    """One rule as it is written."""

    name: str
    """Unique within the workspace, without regard to case."""
    query: str
    """What a mention must match."""
    then: Then

    @property
    def by(self) -> str:
        """What its labels are by."""
        return f"{BY_RULE}{self.name}"

    @property
    def digest(self) -> str:
        """Differs with what it does: a rule that does something else now does so of what it matched before, too."""
        then = self.then
        told = (then.tags, sorted(then.labels.items()), then.state, then.priority, then.mute, then.route)
        return hashlib.sha256(repr(told).encode("utf-8", "backslashreplace")).hexdigest()[:8]

    def labels(self, version: str) -> tuple[Label, ...]:
        """The labels that it gives."""
        then = self.then
        told = {RULE: self.name, **then.labels}
        told |= {PRIORITY: then.priority} if then.priority else {}
        told |= {MUTED: self.by} if then.mute else {}
        told |= {ROUTE: then.route} if then.route else {}
        return tuple(Label(name=name, value=value, by=self.by, version=version) for name, value in told.items())
