"""Who speaks to whom: what a mention's wording says of it, and the same of a whole archive as columns of numbers.

Edges lead from the one who acts to the one who is answered, shared, quoted or named. Authors and days are numbers here: a
ranker reads a million edges at once, and an object for each would cost more than ranking them.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal, NamedTuple, TypeAlias

from .accounts import bare_handle
from .values import Mention, MentionKind

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Numbers: TypeAlias = NDArray[np.integer]

InteractionKind: TypeAlias = Literal["reply", "share", "quote", "mention"]
KINDS: tuple[InteractionKind, ...] = ("reply", "share", "quote", "mention")
"""In the order of :attr:`Edges.kinds`."""

MOST_NAMED = 50
"""Handles that one mention can name; beyond that it is a list of addresses, not talk."""
LONGEST_HANDLE = 255
"""Code points of a handle: the longest name of a server."""

_HANDLE = re.compile(r"(?<![\w@/.&=?-])@(\w[\w.-]*(?:@\w[\w.-]*)?)")


class Interaction(NamedTuple):
    """One thing that a mention does to somebody."""

    kind: InteractionKind
    target: str
    """The ref of what is answered, shared or quoted; of a ``mention`` the handle, folded and without its sign."""


def interactions_of(mention: Mention) -> Iterator[Interaction]:
    """What a wording does to others, each once.

    A comment that names no parent answers the thread's first post. What is passed on without being a share has words of its
    own: a quote. Handles in addresses (``https://social.example/@ana``) and of mail are none.
    """
    answered = mention.parent or (mention.thread if mention.kind is MentionKind.COMMENT else "")
    if answered and answered != mention.ref:
        yield Interaction("reply", answered)
    if mention.shared and mention.shared != mention.ref:
        yield Interaction("share" if mention.kind is MentionKind.SHARE else "quote", mention.shared)
    named = dict.fromkeys(handle for text in (mention.title, mention.text) if "@" in text for handle in _named_in(text))
    for handle in list(named)[:MOST_NAMED]:
        yield Interaction("mention", handle)


def _named_in(text: str) -> Iterator[str]:
    for match in _HANDLE.finditer(text):
        handle = bare_handle(match[1].rstrip(".-"))
        if len(handle) <= LONGEST_HANDLE:
            yield handle


@dataclass(frozen=True, kw_only=True, slots=True, eq=False)
class Edges:
    """Interactions between authors that the archive knows: columns of one length, a place for each, in no particular order.

    Nobody speaks to themselves here. Near-copies count only where they are shares: what is said a hundred times is said once.
    """

    days: Numbers
    """On which day (UTC), counted from 1970-01-01."""
    actors: Numbers
    """Number of the author who answers, shares, quotes or names."""
    targets: Numbers
    """Number of the author to whom that is done."""
    kinds: Numbers
    """What: a place in :data:`KINDS`."""


@dataclass(frozen=True, kw_only=True, slots=True, eq=False)
class Voices:
    """What authors said on a topic, summed by author and day: columns of one length, in no particular order."""

    days: Numbers
    """On which day (UTC), counted from 1970-01-01."""
    authors: Numbers
    said: Numbers
    """Mentions of theirs that are on the topic."""
    fresh: Numbers
    """Of these, those that are no near-copies of earlier ones."""
    counted: Numbers
    """Of all, how many have counts of likes, shares or replies; the next three are their sums."""
    likes: Numbers
    """Likes; where a platform has only a score, that, where it is above 0."""
    shares: Numbers
    replies: Numbers
    last: Numbers
    """When they last spoke that day, in microseconds since 1970."""
    ours: Numbers
    """1 where an account of ours wrote one of them, else 0."""


@dataclass(frozen=True, kw_only=True, slots=True, eq=False)
class Audiences:
    """What platforms say of authors, as columns in the order of their numbers."""

    authors: Numbers
    keys: tuple[str, ...]
    """The platforms' own ids of them."""
    platforms: tuple[str, ...]
    platform: Numbers
    """A place in :attr:`platforms`."""
    followers: NDArray[np.float64]
    """NaN where the platform does not tell."""
    bots: NDArray[np.bool_]
    """Whether the platform says that it is a bot."""
