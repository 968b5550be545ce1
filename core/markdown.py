"""A story as Markdown (CommonMark): what the exporter writes and the preview shows.

The words of others are plain text to us: everything in them that Markdown or HTML could take for markup is escaped. Our own
words are Markdown and stay so, unless they hold HTML, a link that is not http(s), or something left open that would swallow
what follows: then the harmful part, or in doubt the whole text, is escaped.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, tzinfo
from pathlib import PurePath

from .cleaning import clean_url
from .markdowntext import escape, line, link_target, own_words, paragraphs, quote
from .media import file_name
from .phrases import Phrases, phrases, zone
from .values import Block, BlockKind, Engagement, FrozenCopy, Media, PublishedStory

COUNTS = ("likes", "shares", "replies", "views", "score")
"""The counts of an engagement, in the order in which they are shown."""


def render_markdown(published: PublishedStory) -> str:
    """The whole story; pictures are where the exporter puts them, in ``media/`` beside the file."""
    return "\n\n".join(_Page(published).parts()) + "\n"


def counts(engagement: Engagement, words: Phrases) -> list[str]:
    """``["12 likes", "3 shares"]``: what the platform counted."""
    told = [(name, getattr(engagement, name)) for name in COUNTS]
    return [f"{words.number(count)} {words[name]}" for name, count in told if count is not None]


class _Page:
    def __init__(self, published: PublishedStory) -> None:
        self.published = published
        self.words = phrases(published.story.lang)
        self.zone: tzinfo = zone(published.timezone)

    def parts(self) -> Iterator[str]:
        story = self.published.story
        yield f"# {line(story.title)}"
        if story.subtitle.strip():
            yield f"*{line(story.subtitle)}*"
        byline = [f"{self.words['by']} {line(story.byline)}"] if story.byline.strip() else []
        yield " · ".join([*byline, f"{self.words['published']} {self.at(self.published.at)}"])
        if story.description.strip():
            yield line(story.description)
        for block in story.blocks:
            if part := self.block(block):
                yield part
        yield "* * *"
        yield f"*{escape(self.words['made'])}* {line(self.published.generator)}"

    def block(self, block: Block) -> str:
        if block.copy:
            return quote("\n\n".join(self.mention(block.copy)))
        match block.kind:
            case BlockKind.HEADING:
                return f"## {line(block.text)}" if block.text.strip() else ""
            case BlockKind.TEXT:
                return own_words(block.text)
            case BlockKind.DIVIDER:
                return "* * *"
            case BlockKind.IMAGE:
                media = Media(kind="image", url=block.url, alt=block.alt, digest=block.media)
                return "\n\n".join(filter(None, [self.media(media), line(block.text)]))
            case BlockKind.LINK if url := clean_url(block.url):
                return f"[{line(block.text) or escape(url)}]({link_target(url)})"
        return line(block.text)

    def mention(self, copy: FrozenCopy) -> Iterator[str]:
        mention = copy.mention
        if mention.title.strip():
            yield f"**{line(mention.title)}**"
        if mention.text.strip():
            yield paragraphs(mention.text)
        for media in mention.media:
            yield self.media(media)
        yield f"— {self.source(copy)}"
        if mention.engagement and (told := counts(mention.engagement, self.words)):
            yield f"{', '.join(told)} ({self.words['counts']}, {self.at(mention.engagement.at)})"

    def source(self, copy: FrozenCopy) -> str:
        mention, author = copy.mention, copy.mention.author
        name = line((author.name or author.handle or author.key) if author else "") or self.words["no author"]
        handle = f" (@{line(author.handle)})" if author and author.handle.casefold() not in ("", name.casefold()) else ""
        when = self.at(copy.when)
        if mention.published != copy.when:
            when = f"{self.words['seen']} {when}"
        url = clean_url(mention.url)
        parts = [f"**{name}**{handle}", line(mention.platform), f"[{when}]({link_target(url)})" if url else when]
        if mention.edited:
            parts.append(f"{self.words['edited']} {self.at(mention.edited)}")
        return " · ".join(parts)

    def media(self, media: Media) -> str:
        path = self.published.media.get(media.digest) if media.digest else None
        if media.kind == "image" and path:
            return f"![{line(media.alt)}]({file_name(media.digest, PurePath(path))})"
        label = self.words["no picture"] if media.kind == "image" else self.words[media.kind]
        text = f"{label}: {line(media.alt)}" if media.alt.strip() else label
        url = clean_url(media.url)
        return f"[{text}]({link_target(url)})" if url else text

    def at(self, moment: datetime) -> str:
        local = moment.astimezone(self.zone)
        return f"{self.words.day(local)}, {self.words.time(local)}"
