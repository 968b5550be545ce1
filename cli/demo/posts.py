"""What the demo's world is made of: writers and posts, before a feed puts them into its format."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class Kind(StrEnum):
    """Why somebody in the demo writes."""

    NEWS = "news"
    QUESTION = "question"
    COMPLAINT = "complaint"
    BATTERY = "battery"
    FIX = "fix"
    PRAISE = "praise"
    LEAD = "lead"
    RIVAL = "rival"
    CAMPAIGN = "campaign"
    NOISE = "noise"


@dataclass(frozen=True, slots=True)
class Writer:
    """An invented person."""

    handle: str
    name: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Post:
    """One invented post."""

    id: str
    """Unique in the demo's world; the feed makes its global id from it."""
    lang: str
    kind: Kind
    title: str = ""
    """Headline; empty where the platform has none."""
    text: str
    """Paragraphs, separated by an empty line."""
    writer: Writer | None = None
    at: datetime | None = None
    """When it was published; ``None`` for a post that does not tell."""
    link: str = ""
    """Its permanent address; empty for a post that has none."""
    picture: str = ""
    """Name of a picture that the demo's server draws."""
    alt: str = ""
    """The picture's text alternative."""
    comments: int | None = None
    """How many answers it has, where the platform counts them."""
    revised: str = ""
    """Its text after the round of edits; empty for a post that nobody edits."""
    late: bool = False
    """Whether it is published only after the tour, so that collecting by hand finds something."""
