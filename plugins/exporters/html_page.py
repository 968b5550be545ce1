"""What the template of a published page is given: everything worked out, nothing left to decide."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date, datetime
from urllib.parse import quote, urlsplit

from markupsafe import Markup

from ...core.cleaning import clean_url
from ...core.localtime import local
from ...core.phrases import Phrases, direction, language_tag, phrases, zone
from ...core.quoting import pictures as pictures_of
from ...core.quoting import quoted_words
from ...core.storygroups import source_name
from ...core.text import words as words_of
from ...core.values import Block, BlockKind, Media, PublishedStory
from .html_cards import Cards, Moment, Picture, Quote, one_line
from .html_machines import provenance, schema_org, social
from .html_pictures import Pictures
from .html_text import own_html

RAIL_WIDTH = 1000
"""Units across the drawing that shows when the mentions were made."""
RAIL_HEIGHT = 100
RAIL_STEP = 8
"""Units that one of its bars covers."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Bar:
    """How many mentions fall into a piece of the story's time."""

    x: int
    """Where it begins, from 0 to :data:`RAIL_WIDTH`."""
    height: int
    """Up to :data:`RAIL_HEIGHT`, which the busiest piece has."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Place:
    """A place in the page to go to."""

    anchor: str
    text: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Platform:
    """A platform or site that the story quotes, and how often."""

    name: str
    count: int


@dataclass(frozen=True, kw_only=True, slots=True)
class Entry:
    """One block on the page."""

    kind: str
    """``mention``, ``text``, ``heading``, ``image``, ``link`` or ``divider``."""
    anchor: str
    when: Moment | None = None
    at: int = 0
    """Of a mention: its place on the rail, from 0 to :data:`RAIL_WIDTH`."""
    new_day: bool = False
    """Whether a mention was made on another day than the one before it on the page, and no heading says which."""
    quote: Quote | None = None
    text: str = ""
    html: Markup | None = None
    """Our own words, ready."""
    picture: Picture | None = None
    rights: str = ""
    url: str = ""
    host: str = ""


class Page:
    """A published story as its page shows it."""

    def __init__(self, published: PublishedStory, pictures: Pictures) -> None:
        # What is never published is gone before anything looks at it.
        story = published.story
        self._published = published = replace(published, story=story)
        self._pictures = pictures
        self._zone = zone(published.timezone)
        self.words: Phrases = phrases(story.lang)
        self.lang = language_tag(story.lang) or self.words.lang
        foreign = self.words.lang != self.lang.partition("-")[0].lower()
        self.label_lang = Markup(' lang="{}"').format(self.words.lang) if foreign else Markup()
        """For an element that holds labels: the attribute with their language, where that is not the story's."""
        self.label = self.label_lang + (Markup(' dir="{}"').format(direction(self.words.lang)) if foreign else Markup())
        """For a label within a line: the same, with its direction."""
        self.direction = direction(self.lang)
        self.title = one_line(story.title)
        self.subtitle = one_line(story.subtitle)
        self.byline = one_line(story.byline)
        self.description = one_line(story.description)
        self.rights = one_line(story.rights)
        self.published = self._moment(published.at)
        self.generator = one_line(published.generator)
        self.url = f"{published.base_url}{quote(story.slug)}/" if published.base_url else ""
        """Where the page will be found; empty for not known."""

        cards = Cards(published, pictures, self.words, self._moment)
        self.warnings = cards.warnings
        """What could not be carried over."""
        pictures.prepare(_digests(story.cover, story.blocks))
        copies = [block.copy for block in story.blocks if block.copy]
        self._times = sorted(copy.when for copy in copies)
        self.first, self.last = (self._moment(self._times[0]), self._moment(self._times[-1])) if copies else (None, None)
        self.quotes = len(copies)
        """How many mentions it quotes."""
        self.count = sum(len(words_of(block.text)) + len(words_of(quoted_words(block))) for block in story.blocks)
        """How many words it has, those of others included."""
        self.rail = rail(self._times)
        self.platforms = tuple(
            Platform(name=name, count=count)
            for name, count in Counter(one_line(source_name(copy.mention)) for copy in copies).most_common()
        )
        cover = Media(kind="image", url="", alt=story.cover_alt, digest=story.cover)
        self.cover = cards.picture(cover) if pictures.shown(story.cover) else None
        self.entries = tuple(self._entries(story.blocks, cards))
        self.contents = self._contents()
        """Its headings, or else its days; empty where there is one at most."""
        self._image = self.url + name if self.url and (name := pictures.put(story.cover)) else ""

    @property
    def social(self) -> list[tuple[str, str, str]]:
        """Attribute, name and content of each ``meta`` element for those who show a preview."""
        return social(self._published, self._stamp, url=self.url, image=self._image)

    @property
    def schema(self) -> dict[str, object]:
        """The page in the words of schema.org."""
        return schema_org(self._published, self._stamp, url=self.url, image=self._image, count=self.count)

    @property
    def provenance(self) -> dict[str, object]:
        """Where each quotation comes from."""
        return provenance(self._published, {block.id: f"b{n}" for n, block in enumerate(self._published.story.blocks, 1)})

    def _entries(self, blocks: tuple[Block, ...], cards: Cards) -> Iterator[Entry]:
        day: date | None = None
        heading = ""
        level = 1
        for number, block in enumerate(blocks, 1):
            anchor = f"b{number}"
            if block.copy:
                at = block.copy.when
                today, when = local(at, self._zone).date(), self._moment(at)
                yield Entry(
                    kind="mention",
                    anchor=anchor,
                    when=when,
                    at=_place(at, self._times),
                    # A heading that is this day says it already; it has a capital, whatever the language gives days.
                    new_day=today != day and when.weekday.casefold() != heading.casefold(),
                    quote=cards.card(block),
                )
                day = today
            elif block.kind is BlockKind.TEXT:
                yield Entry(kind="text", anchor=anchor, html=own_html(block.text, level))
            elif block.kind is BlockKind.IMAGE:
                media = Media(kind="image", url=block.url, alt=block.alt, digest=block.media)
                picture, rights = cards.picture(media), one_line(block.rights)
                yield Entry(kind="image", anchor=anchor, picture=picture, text=one_line(block.text), rights=rights)
            elif block.kind is BlockKind.LINK:
                url = clean_url(block.url)
                host = urlsplit(url).hostname or ""
                yield Entry(kind="link", anchor=anchor, url=url, host=host, text=one_line(block.text) or url)
            elif block.kind is BlockKind.DIVIDER or block.text.strip():
                if block.kind is BlockKind.HEADING:
                    level, heading = 2, one_line(block.text)
                yield Entry(kind=block.kind.value, anchor=anchor, text=one_line(block.text))

    def _contents(self) -> tuple[Place, ...]:
        places = [Place(anchor=entry.anchor, text=entry.text) for entry in self.entries if entry.kind == "heading"]
        if not places:
            days = [(entry.anchor, entry.when.weekday) for entry in self.entries if entry.when and entry.new_day]
            places = [Place(anchor=f"{anchor}-day", text=day) for anchor, day in days]
        return tuple(places) if len(places) > 1 else ()

    def _moment(self, at: datetime) -> Moment:
        there = local(at, self._zone)
        return Moment(
            iso=self._stamp(at),
            day=self.words.day(there),
            weekday=self.words.day(there, weekday=True),
            time=self.words.time(there),
        )

    @staticmethod
    def _stamp(at: datetime) -> str:
        return at.strftime("%Y-%m-%dT%H:%M:%SZ") if at.year > 999 else at.isoformat()


def rail(times: list[datetime]) -> tuple[Bar, ...]:
    """How many of the sorted times fall into each piece between the first and the last; pieces without any are left out."""
    if len(times) < 2 or times[0] == times[-1]:
        return ()
    pieces = Counter(min(_place(time, times), RAIL_WIDTH - RAIL_STEP) // RAIL_STEP for time in times)
    most = max(pieces.values())
    # One mention stays visible beside a hundred.
    return tuple(
        Bar(x=piece * RAIL_STEP, height=round(RAIL_HEIGHT * (0.3 + 0.7 * count / most)))
        for piece, count in sorted(pieces.items())
    )


def _place(time: datetime, times: list[datetime]) -> int:
    """Where a time falls between the first and the last, from 0 to :data:`RAIL_WIDTH`."""
    span = (times[-1] - times[0]).total_seconds()
    return round((time - times[0]).total_seconds() / span * RAIL_WIDTH) if span else 0


def _digests(cover: str, blocks: tuple[Block, ...]) -> Iterator[str]:
    """All pictures that the page shows, in its order."""
    yield cover
    for block in blocks:
        if block.kind is BlockKind.IMAGE:
            yield block.media
        yield from (media.digest for media in pictures_of(block) if media.kind == "image")
        yield from block.copy.stills.values() if block.copy else ()
