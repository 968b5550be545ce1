"""What an archive promises of the desk's attention: what it mutes, what rules do to mentions, and what needs a person first."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from .values import BY_MUTES, BY_RULE, Engagement, Label, Labels, Mute, MuteKind, TriageState


@dataclass(frozen=True, kw_only=True, slots=True)
class Verdict:
    """What mutes and rules make of one mention."""

    labels: Labels = ()
    """All that they say, in place of what they said before."""
    state: TriageState | None = None
    """Where it goes; only out of ``new``. ``None``: it stays."""
    tags: tuple[str, ...] = ()
    """Tags that are added."""


def is_given(label: Label) -> bool:
    """Whether a mute or a rule gave a label."""
    return label.by == BY_MUTES or label.by.startswith(BY_RULE)


@dataclass(frozen=True, kw_only=True, slots=True)
class OurPost:
    """A post of one of our accounts, as far as it may answer others."""

    when: datetime
    parent: str
    """Ref of what it answers; empty for none."""
    thread: str
    """Ref of the first post of its conversation; empty where its platform names none."""


class AttentionReader(Protocol):
    """Reading what the desk attends to."""

    def mutes(self) -> list[Mute]:
        """All mutes, the first first."""
        ...

    def hidden(self, mutes: Sequence[Mute]) -> dict[int, int]:
        """By the id of each of these: how many mentions it mutes now."""
        ...

    def muted(self) -> int:
        """How many mentions are muted, by whatever."""
        ...

    def written_by(self, author: str) -> list[str]:
        """Refs of all that an author (``platform:handle`` or ``platform:key``) wrote, the newest first."""
        ...

    def to_prioritise(self, since: datetime, limit: int) -> list[str]:
        """Refs of the newest mentions from ``since`` on whose priority may have changed: what is new or seen, and what is
        neither but still has one."""
        ...

    def counts_of(self, refs: Sequence[str]) -> dict[str, tuple[Engagement, ...]]:
        """By ref all counts of these, the first first; those without any are left out."""
        ...

    def our_posts(self, since: datetime) -> list[OurPost]:
        """What our accounts wrote from then on."""
        ...

    def usual_audiences(self) -> dict[str, tuple[int, ...]]:
        """By platform the numbers of followers of its authors, the smallest first: at most a hundred, spread over all."""
        ...


class AttentionKeeper(Protocol):
    """Writing it. Each call is one transaction that also writes the change log."""

    def add_mute(self, kind: MuteKind, value: str, *, note: str, at: datetime) -> Mute:
        """Add a mute; where there is one of this value already, that one."""
        ...

    def remove_mute(self, number: int) -> Mute:
        """Take a mute away and give it back; raises ``NotFound``. What it muted keeps its labels until it is relabelled."""
        ...

    def amend(self, verdicts: Mapping[str, Verdict]) -> None:
        """Do by ref what mutes and rules say. What a person said, and a state that is not ``new``, stay."""
        ...

    def set_priorities(self, priorities: Mapping[str, int]) -> None:
        """Note by ref how much mentions need a person."""
        ...
