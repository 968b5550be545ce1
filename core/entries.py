"""What a whole archive consists of, entry by entry: the values that an export writes, one a line, and an import reads.

The fields of these values are the fields of the lines (``docs/export.md`` lists them; a test compares). Nothing here follows
from something else: row numbers, keywords, counts of copies and the search index are worked out anew by whoever loads it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from datetime import datetime
from operator import attrgetter
from typing import TypeAlias

from .making import maker
from .sharing import Comment, Lock, Role
from .values import (
    JSON,
    Author,
    Engagement,
    FrozenCopy,
    Labels,
    LinkCheck,
    Media,
    Mention,
    MentionKind,
    Mute,
    Revision,
    SavedSearch,
    SourceState,
    TriageState,
)


@dataclass(frozen=True, kw_only=True, slots=True)
class AuthorCounts:
    """An author's audience at one time."""

    at: datetime
    """When the counts were read."""
    followers: int | None = None
    """``null`` where the platform does not tell."""
    metrics: Mapping[str, int] = field(default_factory=dict)
    """Other counts by their names."""


@dataclass(frozen=True, kw_only=True, slots=True)
class AuthorName:
    """Which author."""

    platform: str
    key: str


@dataclass(frozen=True, kw_only=True, slots=True)
class AuthorEntry:
    """An author as they were last seen, with their counts over time."""

    platform: str
    key: str
    """Platform and key together tell an author from all others."""
    handle: str = ""
    name: str = ""
    url: str = ""
    avatar: str = ""
    """Address of the picture that they show."""
    bot: bool | None = None
    """Whether the platform says that it is a bot."""
    followers: int | None = None
    metrics: Mapping[str, int] = field(default_factory=dict)
    at: datetime
    """When they were last seen with other data than before."""
    series: tuple[AuthorCounts, ...] = ()
    """The oldest first; equal counts are not repeated."""
    relation: str = ""
    notes: str = ""
    tags: tuple[str, ...] = ()
    """The desk's own words about them: what they are to us, notes, tags."""
    person: AuthorName | None = None
    """Where several accounts are of one person: which of them was met first."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Wording:
    """One wording of a mention."""

    number: int
    """1 for the wording first met."""
    seen: datetime
    """When we first saw it."""
    kind: MentionKind
    url: str = ""
    title: str = ""
    text: str = ""
    author: Author | None = None
    """As they were then."""
    published: datetime | None = None
    edited: datetime | None = None
    lang: str = ""
    """As the platform states it."""
    thread: str = ""
    parent: str = ""
    shared: str = ""
    """Refs of the conversation's first post, of the post answered, of the post shared."""
    media: tuple[Media, ...] = ()
    raw: JSON = None
    """What the platform sent."""


@dataclass(frozen=True, kw_only=True, slots=True)
class MentionEntry:
    """A mention with everything that is kept of it."""

    ref: str
    """``<platform>:<key>``."""
    platform: str
    when: datetime
    """The time that it is sorted and searched by."""
    first_seen: datetime
    last_seen: datetime
    author: AuthorName | None = None
    """Which author entry is theirs who said it."""
    sources: tuple[str, ...] = ()
    """Ids of the sources through which it came, sorted."""
    labels: Labels = ()
    state: TriageState = TriageState.NEW
    tags: tuple[str, ...] = ()
    notes: str = ""
    deleted: bool = False
    """Whether the platform has deleted it."""
    copy_of: str = ""
    """Ref of the first mention of its group of near-copies; empty for that one itself and for a mention without any."""
    signature: str | None = None
    """MinHash of its words in hexadecimal; empty where there are too few, ``null`` where it was not looked at."""
    engagement: Engagement | None = None
    """The counts that are shown: those that a source told last."""
    engagements: tuple[Engagement, ...] = ()
    """All counts, the oldest first."""
    versions: tuple[Wording, ...]
    """All wordings, the first first."""

    def mention(self, wording: Wording) -> Mention:
        """The mention with one of its wordings, without counts."""
        told = dict(zip(_SAID, _said(wording), strict=True))
        return _mention(*(_MENTION | told | {"platform": self.platform, "key": self.ref[len(self.platform) + 1 :]}).values())


_SAID = tuple(f.name for f in fields(Wording) if f.name not in ("number", "seen"))
_said = attrgetter(*_SAID)
_MENTION = {f.name: f.default for f in fields(Mention)}  # all of it in its order
_mention, _wording = maker(Mention), maker(Wording)


def wording(number: int, seen: datetime, mention: Mention) -> Wording:
    """A mention as one wording of its entry."""
    return _wording(number, seen, *_said(mention))


@dataclass(frozen=True, kw_only=True, slots=True)
class RedactionEntry:
    """A mention whose words were taken out. It may be gone itself; if it is there, its entry has no words."""

    ref: str
    at: datetime
    reason: str
    """Why, in words that readers of stories see."""
    digest: str
    """SHA-256 (hex) of what stood there (:func:`hubbub.core.deciding.content_digest`)."""
    twin: str
    """A digest of platform, address and title, which keeps the same page from coming back by another ref; else empty."""


@dataclass(frozen=True, kw_only=True, slots=True)
class RejectionEntry:
    """A mention that is never to be proposed for a story again; it may be gone itself."""

    story: str
    """Id of the story."""
    ref: str
    at: datetime


@dataclass(frozen=True, kw_only=True, slots=True)
class SharingEntry:
    """Who may do what with a story; one of which nothing is said has none."""

    story: str
    """Id of the story."""
    people: Mapping[str, Role] = field(default_factory=dict)
    """Their roles by their names."""
    closed: bool = False
    """Whether only they may edit and comment."""
    lock: Lock | None = None
    """Who is at it alone."""


@dataclass(frozen=True, kw_only=True, slots=True)
class StoryStep:
    """One saved step of a story. The steps of a story stand together, the first first."""

    revision: Revision
    standing: bool
    """Whether the story stands at this step; true of one of its steps."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Quote:
    """A frozen copy that steps of a story quote; only in files, where no step repeats it."""

    story: str
    """Id of the story."""
    quote: str
    """SHA-256 (hex) of the copy as it is written: what blocks name it by."""
    copy: FrozenCopy


@dataclass(frozen=True, kw_only=True, slots=True)
class StepLine:
    """A step as it stands in a file: its blocks name their copies by :attr:`Quote.quote`."""

    number: int
    parent: int | None
    at: datetime
    note: str
    by: str = ""
    standing: bool
    story: JSON
    """Every field of a story; ``copy`` of a block is the name of a quote, or ``null``."""


Entry: TypeAlias = (
    AuthorEntry
    | RedactionEntry
    | MentionEntry
    | SavedSearch
    | Mute
    | SourceState
    | StoryStep
    | RejectionEntry
    | SharingEntry
    | Comment
    | LinkCheck
)
"""What an archive gives when it is dumped, and takes when it is loaded: all of one kind after another, in this order."""

FILES: Mapping[type, str] = {
    AuthorEntry: "authors.jsonl",
    RedactionEntry: "redactions.jsonl",
    MentionEntry: "mentions.jsonl",
    SavedSearch: "searches.jsonl",
    Mute: "mutes.jsonl",
    SourceState: "sources.jsonl",
    StoryStep: "stories.jsonl",
    RejectionEntry: "rejections.jsonl",
    SharingEntry: "sharings.jsonl",
    Comment: "comments.jsonl",
    LinkCheck: "checks.jsonl",
}
"""Where each kind stands in an export. The n-th entry of a kind is the n-th line."""
SINCE: Mapping[str, int] = {
    "mutes.jsonl": 3,
    "redactions.jsonl": 4,
    "rejections.jsonl": 4,
    "checks.jsonl": 4,
    "sharings.jsonl": 5,
    "comments.jsonl": 5,
}
"""The version of the format with which a file came in, of those that not all versions have."""
