"""The values every room speaks in: frozen, keyword-made, free to cross threads.

Every datetime is aware and UTC. A field that a platform did not tell is ``None`` (or empty), never a guess.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import Literal, TypeAlias

from .making import portable

JSON: TypeAlias = bool | int | float | str | Sequence["JSON"] | Mapping[str, "JSON"] | None
"""Anything ``json.dumps`` takes; the type of cursors and of raw platform data."""

Order: TypeAlias = Literal["newest", "oldest", "relevance", "engaged", "influential", "priority"]
"""The orders in which a search can be read: by time, by how well a mention answers (BM25, exact words before inflected ones),
by likes, shares and replies together, by the author's audience, by what needs a person first."""

FacetField: TypeAlias = Literal["source", "platform", "topic", "lang", "sentiment", "author"]
FACET_FIELDS: tuple[FacetField, ...] = ("source", "platform", "topic", "lang", "sentiment", "author")
"""What the hits of a query are counted by, beside the day."""

TopicKind: TypeAlias = Literal["brand", "product", "person", "competitor", "campaign"]
Keep: TypeAlias = Literal["matches", "all"]


class MentionKind(StrEnum):
    """What sort of thing was said."""

    POST = "post"
    COMMENT = "comment"
    ARTICLE = "article"
    VIDEO = "video"
    REVIEW = "review"
    SHARE = "share"


class TriageState(StrEnum):
    """Where a mention stands in the desk's own work."""

    NEW = "new"
    SEEN = "seen"
    KEPT = "kept"
    DONE = "done"
    IGNORED = "ignored"


class Health(StrEnum):
    """How a source is, in one word; :attr:`SourceState.message` says it in a sentence."""

    UNTRIED = "untried"
    OK = "ok"
    EMPTY = "empty"
    SLOW = "slow"
    SILENT = "silent"
    LIMITED = "limited"
    NEEDS_KEY = "needs key"
    REFUSED = "refused"
    GONE = "gone"
    BROKEN = "broken"
    UNREACHABLE = "unreachable"
    DISABLED = "disabled"


@dataclass(frozen=True, kw_only=True, slots=True)
class Topic:
    """What we listen for."""

    name: str
    """Unique within the workspace; what ``topic:`` searches for."""
    query: str
    """Text of the query language that a mention must match."""
    kind: TopicKind = "brand"
    """Why we listen: our brand, a product, a person, a competitor, a campaign."""
    accounts: tuple[str, ...] = ()
    """Our own accounts (``platform:handle``): what they write is outbound talk."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Source:
    """One configured place to listen; the plugin that reads it is a fetcher."""

    id: str
    """Unique within the workspace."""
    plugin: str
    """Name of the source plugin."""
    options: Mapping[str, object] = field(default_factory=dict)
    """The plugin's own options, as the user wrote them (secrets still references)."""
    every: timedelta = timedelta(minutes=15)
    """How often it wants to be asked."""
    keep: Keep = "matches"
    """Whether mentions that match no topic are dropped or kept."""
    enabled: bool = True
    """Whether it is listened to at all."""
    account: str = ""
    """The account of ours (``platform:handle``) that it follows; empty where it was configured."""


@portable
@dataclass(frozen=True, kw_only=True, slots=True)
class Author:
    """Who said it, as one platform knows them."""

    platform: str
    """The platform that the key is unique in."""
    key: str
    """The platform's own stable id; the handle where it has none."""
    handle: str = ""
    """What people type to address them, without a leading ``@``."""
    name: str = ""
    """The name they show."""
    url: str = ""
    """Their public page."""
    avatar: str = ""
    """Address (http or https) of the picture that they show; another one makes no other wording of what they said."""
    followers: int | None = None
    """Audience at :attr:`at`; ``None`` where the platform does not tell."""
    metrics: Mapping[str, int] = field(default_factory=dict)
    """Other counts at :attr:`at`: karma, posts, trust level."""
    bot: bool | None = None
    """Whether the platform says that it is a bot."""
    at: datetime | None = None
    """When the counts were read."""


MediaKind: TypeAlias = Literal["image", "audio", "video", "file"]


@portable
@dataclass(frozen=True, kw_only=True, slots=True)
class Media:
    """A picture, sound or film that belongs to a mention."""

    kind: MediaKind
    """What it is."""
    url: str
    """Where the platform keeps it."""
    poster: str = ""
    """Address (http or https) of a still that stands for a film or a sound."""
    alt: str = ""
    """Its text alternative, as the author gave it."""
    mime: str = ""
    """Its media type, where told."""
    size: int | None = None
    """Bytes, where told."""
    digest: str = ""
    """SHA-256 (hex) of our own copy in the workspace's ``media/``; empty while there is none."""


@portable
@dataclass(frozen=True, kw_only=True, slots=True)
class Engagement:
    """What others did with a mention, at one time; kept as a series."""

    at: datetime
    """When the counts were read."""
    likes: int | None = None
    shares: int | None = None
    replies: int | None = None
    views: int | None = None
    score: int | None = None
    """The platform's own sum (up minus down votes, points)."""


@portable
@dataclass(frozen=True, kw_only=True, slots=True)
class Mention:
    """One thing somebody said, as a source plugin maps it from :attr:`raw`."""

    platform: str
    """Short name of the platform (``rss``, ``mastodon``, ``hackernews``)."""
    key: str
    """The platform's global id of this post: the same through whichever source it is met."""
    kind: MentionKind = MentionKind.POST
    """What sort of thing it is."""
    url: str = ""
    """Its permanent public address (http or https), empty where it has none."""
    title: str = ""
    """Its headline as plain text, where the platform has one."""
    text: str = ""
    """What was said, as plain text."""
    author: Author | None = None
    """Who said it."""
    published: datetime | None = None
    """When the platform says that it was published."""
    edited: datetime | None = None
    """When the platform says that it was last edited."""
    lang: str = ""
    """Language that the platform states (ISO 639-1), empty where it does not."""
    thread: str = ""
    """Ref of the conversation's first post."""
    parent: str = ""
    """Ref of the post that this answers."""
    shared: str = ""
    """Ref of the post that this shares or quotes."""
    media: tuple[Media, ...] = ()
    """Pictures, sound and films, in the platform's order."""
    engagement: Engagement | None = None
    """Reactions so far, where the platform counts them."""
    raw: JSON = None
    """What the platform sent, so that mapping can be run again after a fix."""

    @property
    def ref(self) -> str:
        """The identity of this mention everywhere in hubbub: ``<platform>:<key>``."""
        return f"{self.platform}:{self.key}"


@portable
@dataclass(frozen=True, kw_only=True, slots=True)
class Span:
    """A stretch of a mention, in code points."""

    field: Literal["title", "text"]
    """Which part of the mention."""
    start: int
    """First code point."""
    end: int
    """One past the last code point."""
    weight: float | None = None
    """How much it speaks for the judgement (below 0: against it), where the processor can tell."""


@portable
@dataclass(frozen=True, kw_only=True, slots=True)
class Label:
    """What a processor, or a person, says of a mention."""

    name: str
    """What is judged: ``topic``, ``lang``, ``sentiment``, …; about one topic alone: ``sentiment:acme`` (:func:`about`)."""
    value: str
    """The judgement; ``unknown`` where it cannot be made."""
    by: str
    """The plugin that said it, or ``you`` for a person, whose word wins."""
    version: str = ""
    """The plugin's version."""
    score: float | None = None
    """How sure it is (0 to 1), where it can tell."""
    spans: tuple[Span, ...] = ()
    """The evidence."""


Labels: TypeAlias = tuple[Label, ...]
"""All that one processor says of one mention."""


def about(name: str, topic: str) -> str:
    """The name of a label that judges one topic of a mention only, as ``sentiment:acme``."""
    return f"{name}:{topic}"


BY_YOU = "you"
"""The ``by`` of a label that a person gave."""

BY_RULE = "rule:"
"""How the ``by`` of a label begins that a rule gave; its name follows."""

BY_MUTES = "mutes"
"""The ``by`` of a label that a mute gave."""

MUTED = "muted"
"""The name of the labels that say what mutes a mention: ``author:mastodon:kostas``; a person's ``no`` shows it all the same."""

MuteKind: TypeAlias = Literal["author", "site", "thread", "word", "copies"]
MUTE_KINDS: tuple[MuteKind, ...] = ("author", "site", "thread", "word", "copies")
"""What can be muted (:mod:`hubbub.core.muting`)."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Mute:
    """Something that the desk does not want to see."""

    id: int
    """What it is unmuted by."""
    kind: MuteKind
    """What sort of thing is muted."""
    value: str
    """Which: an author (``platform:handle`` or ``platform:key``), a domain, the ref of a thread's first post, a word or phrase,
    the ref of the first of some near-copies."""
    created: datetime
    """Since when."""
    note: str = ""
    """The desk's own words about it."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Learnt:
    """What a processor learnt from a person's corrections, and what that is worth on corrections that it had not seen."""

    examples: Mapping[str, int]
    """How many corrections of each value it learnt from; what cannot teach (a mention without text, say) is left out."""
    left_out: int = 0
    """How many corrections could not teach."""
    accuracy: tuple[float, float] | None = None
    """Share of held-out corrections that were told right, before and after (0 to 1); ``None`` where too few were held out."""
    macro_f1: tuple[float, float] | None = None
    """F1 averaged over the values, before and after (0 to 1), so that a rare value counts as much as a frequent one."""
    kept: bool
    """Whether it is used from now on."""
    why: str
    """Why it is kept or not, in a sentence for people."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Version:
    """One wording of a mention; an edit makes a new one and the old one stays."""

    number: int
    """1 for the wording first met."""
    seen: datetime
    """When we first saw this wording."""
    mention: Mention
    """The mention with this wording."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Record:
    """A mention in the archive, with everything that we know of it."""

    mention: Mention
    """The newest wording."""
    version: int
    """Number of that wording."""
    when: datetime
    """The time that it is sorted and searched by: see :func:`hubbub.core.deciding.reliable_time`."""
    first_seen: datetime
    """When we met it first."""
    last_seen: datetime
    """When a source last showed it to us."""
    sources: tuple[str, ...] = ()
    """Ids of the sources through which it came, sorted."""
    labels: Labels = ()
    """What processors and people say of it."""
    state: TriageState = TriageState.NEW
    """Where it stands in the desk's work."""
    tags: tuple[str, ...] = ()
    """The desk's own tags, sorted."""
    notes: str = ""
    """The desk's own notes."""
    deleted: bool = False
    """Whether the platform has deleted it; our copy stays."""
    copy_of: str = ""
    """Ref of the first mention of its group, which this one nearly repeats (:mod:`hubbub.core.duplicates`); else empty."""
    copies: int = 0
    """How many others nearly repeat this one; told of the first of a group only."""
    priority: int | None = None
    """How much it needs a person (0 to 100, :mod:`hubbub.core.priority`); ``None`` where nobody worked it out."""
    redacted: Redaction | None = None
    """Set where its words were taken out; the mention has no title, text, media and raw then (:mod:`hubbub.core.redacting`)."""

    @property
    def ref(self) -> str:
        """The identity of the mention."""
        return self.mention.ref

    def label(self, name: str) -> Label | None:
        """The label of that name which counts: a person's, else that of the last rule which gave one, else a processor's."""
        found = [label for label in self.labels if label.name == name]
        if len(found) > 1:
            own = [label for label in found if label.by == BY_YOU]
            return (own or [label for label in found[::-1] if label.by.startswith(BY_RULE)] or found)[0]
        return found[0] if found else None

    @property
    def topics(self) -> tuple[str, ...]:
        """Names of the topics that it belongs to, sorted."""
        return tuple(sorted({label.value for label in self.labels if label.name == "topic"}))

    @property
    def lang(self) -> str:
        """Its language: as judged, else as stated by the platform, else ``unknown``."""
        label = self.label("lang")
        return label.value if label else self.mention.lang or "unknown"

    @property
    def sentiment(self) -> str:
        """Its feeling as judged, ``unknown`` where nobody judged it."""
        label = self.label("sentiment")
        return label.value if label else "unknown"

    @property
    def muted(self) -> bool:
        """Whether lists leave it out: something mutes it, and no person said ``no`` to that."""
        label = self.label(MUTED)
        return label is not None and label.value != "no"


@dataclass(frozen=True, kw_only=True, slots=True)
class Hit:
    """One result of a search engine."""

    ref: str
    """Which mention."""
    score: float = 0.0
    """How well it answers, in the order ``relevance``; 0 in other orders."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Hits:
    """One page of what a query found."""

    total: int
    """How many mentions match in all."""
    hits: tuple[Hit, ...]
    """This page, in the order asked for."""
    next: str | None = None
    """Cursor for the page after this one; ``None`` on the last."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Facets:
    """All hits of a query, counted."""

    total: int
    """How many mentions match in all."""
    days: tuple[tuple[date, int], ...]
    """Hits by day (UTC) of publishing, the oldest first; days without any are left out."""
    fields: Mapping[FacetField, tuple[tuple[str, int], ...]]
    """By field: the most frequent values as they were written, then by value; only so many of each as were asked for.

    A mention with several values of a field counts with each.
    """


@dataclass(frozen=True, kw_only=True, slots=True)
class SavedSearch:
    """A query with a name."""

    name: str
    """Unique within the workspace, without regard to case."""
    query: str
    """As it was written: ``3 days ago`` is counted anew each time."""
    order: Order = "newest"
    created: datetime
    looked: datetime
    """When its results were last looked at: what was collected after that is new."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Failure:
    """What went wrong where, in words for the user."""

    source: str
    """Id of the source; empty where none is concerned."""
    message: str
    """What went wrong and what to do about it."""
    item: str = ""
    """Which item of the page, where only one is concerned."""
    kind: Health = Health.BROKEN
    """What it means for the source's health."""
    raw: JSON = None
    """The item as the platform sent it, where it could not be read: kept, so that nothing is lost by a renamed field."""

    @property
    def words(self) -> str:
        """The message with its item, which most messages name already."""
        return self.message if not self.item or self.message.startswith(self.item) else f"{self.item}: {self.message}"


@dataclass(frozen=True, kw_only=True, slots=True)
class Batch:
    """A page of mentions with the cursor that stands after it."""

    mentions: tuple[Mention, ...] = ()
    """In the order that the platform gave."""
    cursor: JSON = None
    """Where to go on; it is saved in the transaction that saves the mentions."""
    failures: tuple[Failure, ...] = ()
    """Items of this page that could not be read; they never cost the others."""
    unchanged: bool = False
    """Whether the source said that nothing is new (a 304, or the very same body)."""
    deleted: tuple[str, ...] = ()
    """Refs of posts that the platform says are deleted, known to the archive or not; our copies stay."""
    note: str = ""
    """How the source is, in a few words, where it knows more than its numbers tell: ``connected since 09:12``."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Quota:
    """What an API still allows us, as it (or a plugin's own counting) said last."""

    left: int
    """Requests, posts or units that are left."""
    limit: int | None = None
    """Of how many, where told."""
    resets: datetime | None = None
    """When there are all of them again."""
    unit: str = "requests"
    """What is counted, in the plural."""


@dataclass(frozen=True, kw_only=True, slots=True)
class SourceState:
    """How a source has been doing."""

    id: str
    """Which source."""
    cursor: JSON = None
    """Where the next fetch goes on."""
    health: Health = Health.UNTRIED
    """How it is."""
    message: str = "not tried yet"
    """How it is, in plain words, and what to do."""
    last_run: datetime | None = None
    """When it was last asked."""
    last_success: datetime | None = None
    """When it last answered as it should."""
    next_run: datetime | None = None
    """When it is asked next."""
    failures: int = 0
    """Failed runs since the last success."""
    found: int = 0
    """Mentions saved through it, ever."""
    quota: Quota | None = None
    """What its API still allows, where it tells."""
    last_new: datetime | None = None
    """When it last gave a mention that we did not have."""
    arrivals: int = 0
    """Runs that gave something new."""
    gap: float | None = None
    """Its rhythm: seconds that usually pass between two such runs; ``None`` before the second."""


@dataclass(frozen=True, kw_only=True, slots=True)
class SourceReport:
    """What one run did with one source."""

    id: str
    """Which source."""
    health: Health
    """How it is after the run."""
    message: str
    """The same in plain words."""
    fetched: int = 0
    """Items that the source gave."""
    new: int = 0
    """Mentions not met before."""
    changed: int = 0
    """Mentions whose wording changed."""
    same: int = 0
    """Mentions that we had."""
    dropped: int = 0
    """Items that match no topic."""
    unchanged: bool = False
    """Whether nothing was parsed because nothing had changed."""
    failures: tuple[Failure, ...] = ()
    """What went wrong."""


@dataclass(frozen=True, kw_only=True, slots=True)
class RefreshReport:
    """What came of asking platforms again how mentions are doing."""

    asked: int = 0
    """Mentions that sources were asked for."""
    answered: int = 0
    """Of these, those that something was said of."""
    changed: int = 0
    """Mentions whose wording has changed."""
    deleted: int = 0
    """Mentions that their platforms have deleted; our copies stay."""
    failures: tuple[Failure, ...] = ()
    """What went wrong."""


@dataclass(frozen=True, kw_only=True, slots=True)
class RunReport:
    """What one collecting run did."""

    started: datetime
    """When it began."""
    seconds: float
    """How long it took."""
    sources: tuple[SourceReport, ...] = ()
    """One for each source that was asked."""
    indexed: int = 0
    """Mentions brought up to date in the search index."""
    failures: tuple[Failure, ...] = ()
    """What went wrong outside any one source."""
    refreshed: RefreshReport = RefreshReport()
    """What came of asking again for what was collected earlier."""

    @property
    def new(self) -> int:
        """Mentions not met before, over all sources."""
        return sum(source.new for source in self.sources)

    @property
    def changed(self) -> int:
        """Mentions whose wording changed, over all sources."""
        return sum(source.changed for source in self.sources)


@dataclass(frozen=True, kw_only=True, slots=True)
class Window:
    """A stretch of time."""

    start: datetime
    """From here on (included)."""
    end: datetime
    """Up to here (excluded)."""


@dataclass(frozen=True, kw_only=True, slots=True)
class AuthorRank:
    """Where a ranker sees an author."""

    author: Author
    """Who."""
    score: float
    """0 to 100 within platform, topic and window."""
    parts: Mapping[str, float] = field(default_factory=dict)
    """What the score is made of, each 0 to 100; what is unknown of an author is left out."""
    figures: Mapping[str, float] = field(default_factory=dict)
    """What was counted, by name, in units of its own: what the parts come from."""
    marks: tuple[str, ...] = ()
    """Why they are not compared with others: ``bot``, ``ours``. Their score says where they would stand."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Reason:
    """One part of why an author stands where they do."""

    part: str
    """Which part of :attr:`AuthorRank.parts`."""
    words: str
    """A sentence with the numbers in it."""
    value: float | None
    """0 to 100; ``None`` where it is unknown."""
    weight: float | None
    """Its share of the score, 0 to 1; an unknown part has none. ``None`` where the ranker does not tell."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Card:
    """What the desk knows of an author, beside what platforms tell."""

    relation: str = ""
    """What they are to us: customer, journalist, employee, competitor, or any other word."""
    notes: str = ""
    tags: tuple[str, ...] = ()
    """Sorted, each once."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Alert:
    """Something a person wants to be told."""

    title: str
    """One line."""
    text: str
    """What happened."""
    refs: tuple[str, ...] = ()
    """The mentions concerned."""


# --- stories -------------------------------------------------------------------------------------------------


class BlockKind(StrEnum):
    """What a block of a story is."""

    MENTION = "mention"
    TEXT = "text"
    HEADING = "heading"
    IMAGE = "image"
    LINK = "link"
    DIVIDER = "divider"


class StoryOrder(StrEnum):
    """How a story keeps its blocks."""

    OLDEST = "oldest"
    NEWEST = "newest"
    MANUAL = "manual"


class StoryState(StrEnum):
    """Who may see a story."""

    DRAFT = "draft"
    PUBLISHED = "published"
    PRIVATE = "private"


@dataclass(frozen=True, kw_only=True, slots=True)
class Extent:
    """The part of a text that is quoted, found again by what stands around it (W3C Web Annotation, TextQuoteSelector)."""

    exact: str
    """What is quoted, word for word."""
    prefix: str = ""
    """What stands directly before it, as far as it is needed to tell it from the same words elsewhere."""
    suffix: str = ""
    """What stands directly behind it."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Redaction:
    """That somebody's words were taken out of the archive, of every story and of what is published from then on."""

    at: datetime
    """When."""
    reason: str
    """Why, in a few words that readers see."""
    digest: str
    """SHA-256 (hex) of what stood there: see :func:`hubbub.core.deciding.content_digest`."""


@dataclass(frozen=True, kw_only=True, slots=True)
class FrozenCopy:
    """Our own copy of a quoted mention, which outlives the platform."""

    mention: Mention
    """The wording that is quoted; its media carry digests where we hold a copy."""
    version: int
    """Number of that wording."""
    when: datetime
    """The time that it is placed at."""
    frozen: datetime
    """When the copy was made."""
    digest: str
    """SHA-256 (hex) of the quoted wording: see :func:`hubbub.core.deciding.content_digest`."""
    seen: datetime | None = None
    """When the mention was first seen."""
    sources: tuple[str, ...] = ()
    """Ids of the sources that it came through."""
    query: str = ""
    """The query that it was found by when it was quoted."""
    stills: Mapping[str, str] = field(default_factory=dict)
    """SHA-256 (hex) of our own copies of the author's avatar (a small square) and of posters, by address: beside the mention
    and not in it, since they are no part of what was said."""
    redacted: Redaction | None = None
    """Set where the words were taken out; the mention has no title, text, media and raw then."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Block:
    """One piece of a story. Which fields count depends on :attr:`kind`."""

    id: str
    """Unique within the story; stays when the block moves."""
    kind: BlockKind
    """What it is."""
    text: str = ""
    """Words of our own: Markdown in a text block, plain in a heading, caption of an image or a link."""
    copy: FrozenCopy | None = None
    """The quoted mention."""
    url: str = ""
    """Where a link leads, or an image came from."""
    media: str = ""
    """Digest of an image in the workspace's ``media/``."""
    alt: str = ""
    """Text alternative of an image."""
    extent: Extent | None = None
    """The part of the mention's text that is quoted; the whole where it is not set."""
    rights: str = ""
    """Licence or permission for a quote or an image, as readers see it."""
    note: str = ""
    """A working note of our own; it is never published."""
    alts: Mapping[str, str] = field(default_factory=dict)
    """Text alternatives that we wrote for pictures of the quoted mention, by the picture's address: beside the copy and not in
    it, so that the copy's digest stays that of what was said. See :func:`hubbub.core.quoting.pictures`."""
    pinned: bool = False
    """Whether sorting leaves it where it is."""

    @property
    def ref(self) -> str:
        """The quoted mention's ref; empty for other kinds."""
        return self.copy.mention.ref if self.copy else ""


@dataclass(frozen=True, kw_only=True, slots=True)
class Story:
    """An ordered telling of what was said, with our own words between."""

    id: str
    """Never changes."""
    slug: str
    """Its name in addresses and commands; stays when the title changes."""
    title: str
    """What it is called."""
    subtitle: str = ""
    byline: str = ""
    """Who tells it."""
    description: str = ""
    """One or two sentences for previews."""
    lang: str = "en"
    """Language of our own words (ISO 639-1)."""
    order: StoryOrder = StoryOrder.OLDEST
    """Whether it is kept chronological or by hand."""
    state: StoryState = StoryState.DRAFT
    """Who may see it."""
    cover: str = ""
    """Digest of the cover image in the workspace's ``media/``."""
    cover_alt: str = ""
    """Text alternative of the cover image."""
    rights: str = ""
    """Licence of our own words, as readers see it."""
    query: str = ""
    """The query that proposes mentions for it; empty for none."""
    formats: tuple[str, ...] = ("html",)
    """The exporters that publishing asks for."""
    blocks: tuple[Block, ...] = ()
    """In the order of telling."""
    created: datetime
    """When it was begun."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Revision:
    """One saved step of a story."""

    number: int
    """1 for the first; unique within the story."""
    parent: int | None
    """The revision that it was made from."""
    at: datetime
    """When it was saved."""
    note: str
    """What the step did, in a few words."""
    by: str = ""
    """Who made it; empty where nobody was named."""
    story: Story
    """The story as it stood then."""


@dataclass(frozen=True, kw_only=True, slots=True)
class StorySummary:
    """A story in a list."""

    id: str
    slug: str
    title: str
    state: StoryState
    blocks: int
    """How many blocks it has."""
    mentions: int
    """How many of them quote a mention."""
    created: datetime
    updated: datetime
    """When its newest step was saved."""
    revision: int
    """Number of the revision that stands now."""


class CheckState(StrEnum):
    """What the address of a quoted mention answered."""

    LIVE = "live"
    GONE = "gone"
    CHANGED = "changed"
    """It answers, but its platform tells other words than those that are quoted."""
    UNREACHABLE = "unreachable"
    """It could not be told: no network, a time-out, a refusal."""


@dataclass(frozen=True, kw_only=True, slots=True)
class LinkCheck:
    """What came of looking whether a quoted mention is still there."""

    ref: str
    """The mention."""
    at: datetime
    """When it was looked."""
    state: CheckState
    """What was found."""
    detail: str = ""
    """What the site said, in a few words."""


@dataclass(frozen=True, kw_only=True, slots=True)
class PublishedStory:
    """A story with everything an exporter needs to write it, no archive at hand."""

    story: Story
    """What to write; every mention block carries its frozen copy."""
    media: Mapping[str, str]
    """Path of our own copy, by digest, for each picture that the story uses and we hold."""
    at: datetime
    """When it is published."""
    timezone: str = "UTC"
    """IANA name of the zone in which times are shown."""
    generator: str = "hubbub"
    """Name and version of the program."""
    revision: int = 0
    """Number of the revision that is published; 0 where it is not known."""
    base_url: str = ""
    """Where the folder of published stories will be found on the web, with a slash at its end; empty for nowhere yet."""
    checks: Mapping[str, LinkCheck] = field(default_factory=dict)
    """What was found when the quoted mentions were last looked up, by ref."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Receipt:
    """What an exporter wrote."""

    path: str
    """The file to open, or the folder."""
    files: tuple[str, ...]
    """Every file written, relative to the target folder."""
    warnings: tuple[str, ...] = ()
    """What could not be carried over, in words."""
