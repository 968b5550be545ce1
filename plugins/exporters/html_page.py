"""What the template of a published page is given: everything worked out, nothing left to decide."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from urllib.parse import urlsplit

from markupsafe import Markup

from ...core.cleaning import clean_url
from ...core.markdown import counts
from ...core.phrases import Phrases, direction, phrases, zone
from ...core.text import clean
from ...core.values import Block, BlockKind, FrozenCopy, Media, MentionKind, PublishedStory
from .html_pictures import Pictures
from .html_text import own_html, quoted

RAIL_WIDTH = 1000
"""Units across the drawing that shows when the mentions were made."""

_SCHEMA = {
    MentionKind.POST: "SocialMediaPosting",
    MentionKind.SHARE: "SocialMediaPosting",
    MentionKind.COMMENT: "Comment",
    MentionKind.ARTICLE: "Article",
    MentionKind.VIDEO: "VideoObject",
    MentionKind.REVIEW: "Review",
}
"""What schema.org calls each kind of mention."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Moment:
    """A time, for people and for machines."""

    iso: str
    day: str
    weekday: str
    """The day with its name."""
    time: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Picture:
    """A picture, or a link to a medium that is not part of the page."""

    source: str
    """Empty for a link."""
    alt: str
    url: str
    label: str
    """What the link says."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Quote:
    """A quoted mention."""

    author: str
    handle: str
    profile: str
    """The author's public page."""
    initial: str
    platform: str
    kind: str
    title: str
    shown: Markup
    folded: Markup
    """The rest of a long text."""
    lang: str
    url: str
    seen_only: bool
    """Whether the time is the one when it was seen, for want of a better one."""
    edited: Moment | None
    frozen: Moment
    pictures: tuple[Picture, ...]
    counts: str
    counted: Moment | None


@dataclass(frozen=True, kw_only=True, slots=True)
class Entry:
    """One block on the page."""

    kind: str
    anchor: str
    when: Moment | None = None
    new_day: bool = False
    """Whether a mention was made on another day than the one before it on the page."""
    quote: Quote | None = None
    text: str = ""
    html: str = ""
    """Markup that is ready."""
    picture: Picture | None = None
    url: str = ""
    host: str = ""


class Page:
    """A published story as its page shows it."""

    def __init__(self, published: PublishedStory, pictures: Pictures) -> None:
        story = published.story
        self._pictures = pictures
        self._zone = zone(published.timezone)
        self.words: Phrases = phrases(story.lang)
        self.lang = story.lang
        foreign = self.words.lang != story.lang.partition("-")[0].lower()
        self.label_lang = Markup(' lang="{}"').format(self.words.lang) if foreign else Markup()
        """For an element that holds labels: the attribute with their language, where that is not the story's."""
        self.label = self.label_lang + (Markup(' dir="{}"').format(direction(self.words.lang)) if foreign else Markup())
        """For a label within a line: the same, with its direction."""
        self.direction = direction(story.lang)
        self.title = one_line(story.title)
        self.subtitle = one_line(story.subtitle)
        self.byline = one_line(story.byline)
        self.description = one_line(story.description)
        self.published = self._moment(published.at)
        self.generator = one_line(published.generator)
        self.warnings: list[str] = []
        copies = [block.copy for block in story.blocks if block.copy]
        self.times = sorted(copy.when for copy in copies)
        self.first, self.last = (self._moment(self.times[0]), self._moment(self.times[-1])) if copies else (None, None)
        self.quotes = len(copies)
        self.rail = rail(self.times)
        self.entries = list(self._entries(story.blocks))
        self.data = self._data(published, copies)

    def _entries(self, blocks: tuple[Block, ...]) -> Iterator[Entry]:
        day: date | None = None
        for number, block in enumerate(blocks, 1):
            anchor = f"b{number}"
            if block.copy:
                local = block.copy.when.astimezone(self._zone).date()
                when = self._moment(block.copy.when)
                yield Entry(kind="mention", anchor=anchor, when=when, new_day=local != day, quote=self._quote(block.copy))
                day = local
            elif block.kind is BlockKind.TEXT:
                yield Entry(kind="text", anchor=anchor, html=own_html(block.text))
            elif block.kind is BlockKind.IMAGE:
                media = Media(kind="image", url=block.url, alt=block.alt, digest=block.media)
                yield Entry(kind="image", anchor=anchor, picture=self._picture(media), text=one_line(block.text))
            elif block.kind is BlockKind.LINK:
                url = clean_url(block.url)
                host = urlsplit(url).hostname or ""
                yield Entry(kind="link", anchor=anchor, url=url, host=host, text=one_line(block.text) or url)
            elif block.kind is BlockKind.DIVIDER or block.text.strip():
                yield Entry(kind=block.kind.value, anchor=anchor, text=one_line(block.text))

    def _quote(self, copy: FrozenCopy) -> Quote:
        mention, author, engagement = copy.mention, copy.mention.author, copy.mention.engagement
        name = one_line((author.name or author.handle or author.key) if author else "")
        handle = one_line(author.handle) if author else ""
        shown, folded = quoted(mention.text)
        told = counts(engagement, self.words) if engagement else []
        return Quote(
            author=name,
            handle=handle if handle.casefold() != name.casefold() else "",
            profile=clean_url(author.url) if author else "",
            initial=next((letter.upper() for letter in name if letter.isalnum()), "?"),
            platform=one_line(mention.platform),
            kind=self.words[mention.kind.value],
            title=one_line(mention.title),
            shown=shown,
            folded=folded,
            lang=mention.lang,
            url=clean_url(mention.url),
            seen_only=mention.published != copy.when,
            edited=self._moment(mention.edited) if mention.edited else None,
            frozen=self._moment(copy.frozen),
            pictures=tuple(self._picture(media) for media in mention.media),
            counts=" · ".join(told),
            counted=self._moment(engagement.at) if engagement and told else None,
        )

    def _picture(self, media: Media) -> Picture:
        source = self._pictures.source(media.digest) if media.kind == "image" else ""
        label = self.words["no picture"] if media.kind == "image" else self.words[media.kind]
        if media.kind == "image" and not source:
            self.warnings.append(f"There is no copy of the picture {media.url}; the page has a link in its place.")
        return Picture(source=source, alt=one_line(media.alt), url=clean_url(media.url), label=label)

    def _moment(self, at: datetime) -> Moment:
        local = at.astimezone(self._zone)
        return Moment(
            iso=at.strftime("%Y-%m-%dT%H:%M:%SZ") if at.year > 999 else at.isoformat(),
            day=self.words.day(local),
            weekday=self.words.day(local, weekday=True),
            time=self.words.time(local),
        )

    def _data(self, published: PublishedStory, copies: list[FrozenCopy]) -> dict[str, object]:
        """The page in the words of schema.org."""
        data: dict[str, object] = {
            "@context": "https://schema.org",
            "@type": "Article",
            "headline": self.title,
            "alternativeHeadline": self.subtitle,
            "description": self.description,
            "inLanguage": self.lang,
            "dateCreated": self._moment(published.story.created).iso,
            "datePublished": self.published.iso,
            "author": {"@type": "Person", "name": self.byline} if self.byline else "",
            "citation": [_citation(copy, self._moment(copy.when).iso) for copy in copies],
        }
        return {name: value for name, value in data.items() if value}


def rail(times: list[datetime]) -> list[int]:
    """Where each of the sorted times falls between the first and the last, from 0 to :data:`RAIL_WIDTH`; each place once."""
    if len(times) < 2 or times[0] == times[-1]:
        return []
    span = (times[-1] - times[0]).total_seconds()
    return sorted({round((time - times[0]).total_seconds() / span * RAIL_WIDTH) for time in times})


def one_line(text: str) -> str:
    """A stranger's words on one line, without what only a machine would see."""
    return " ".join(clean(text, newlines=False).split())


def _citation(copy: FrozenCopy, when: str) -> dict[str, object]:
    mention, author = copy.mention, copy.mention.author
    name = one_line((author.name or author.handle) if author else "")
    data: dict[str, object] = {
        "@type": _SCHEMA[mention.kind],
        "headline": one_line(mention.title),
        "url": clean_url(mention.url),
        "datePublished": when if mention.published == copy.when else "",
        "inLanguage": mention.lang,
        "author": {"@type": "Person", "name": name} if name else "",
        "publisher": {"@type": "Organization", "name": one_line(mention.platform)},
    }
    return {name: value for name, value in data.items() if value}
