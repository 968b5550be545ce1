"""A story as Markdown (CommonMark): what the exporter writes and the preview shows.

The words of others are plain text to us: everything in them that Markdown or HTML could take for markup is escaped. Our own
words are Markdown and stay so, unless they hold HTML, a link that is not http(s), or something left open that would swallow
what follows: then the harmful part, or in doubt the whole text, is escaped.

Working notes are never part of it. Words that were taken out are a note that says why.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, tzinfo
from pathlib import PurePath

from .cleaning import clean_url
from .localtime import local
from .markdowntext import escape, line, link_target, own_words, paragraphs, quote, without_templates
from .media import file_name
from .phrases import Phrases, phrases, zone
from .quoting import pictures, words_beside_pictures
from .storygroups import source_name
from .values import Block, BlockKind, CheckState, Engagement, FrozenCopy, LinkCheck, Media, PublishedStory

COUNTS = ("likes", "shares", "replies", "views", "score")
"""The counts of an engagement, in the order in which they are shown."""


def render_markdown(published: PublishedStory, *, site: bool = False) -> str:
    """The whole story; pictures are where the exporter puts them, in ``media/`` beside the file.

    With ``site`` it is the body of a page of a site generator, which shows title, byline, description and cover by itself; no
    words of the story are taken for a template there.
    """
    return "\n\n".join(_Page(published, site=site).parts()) + "\n"


def counts(engagement: Engagement, words: Phrases) -> list[str]:
    """``["12 likes", "3 shares"]``: what the platform counted."""
    told = [(name, getattr(engagement, name)) for name in COUNTS]
    return [words.count(name, count) for name, count in told if count is not None]


def found_gone(check: LinkCheck | None, words: Phrases) -> str:
    """``no longer there`` or ``changed since``, where the last look at a quoted mention found that; else nothing."""
    told = {CheckState.GONE: "gone", CheckState.CHANGED: "changed"}
    return words[told[check.state]] if check and check.state in told else ""


class _Page:
    def __init__(self, published: PublishedStory, *, site: bool) -> None:
        self.published = published
        self.site = site
        self.story = published.story
        self.words = phrases(published.story.lang)
        self.zone: tzinfo = zone(published.timezone)

    def parts(self) -> Iterator[str]:
        story = self.story
        if not self.site:
            yield from self.head()
        for block in story.blocks:
            if part := self.block(block):
                yield part
        yield "* * *"
        if story.rights.strip():
            yield self.rights(story.rights)
        yield f"*{escape(self.words['made'])}* {line(self.published.generator)}"

    def head(self) -> Iterator[str]:
        story = self.story
        yield f"# {line(story.title)}"
        if story.subtitle.strip():
            yield f"*{line(story.subtitle)}*"
        byline = [f"{self.words['by']} {line(story.byline)}"] if story.byline.strip() else []
        yield " · ".join([*byline, f"{self.words['published']} {self.at(self.published.at)}"])
        if story.cover in self.published.media:
            yield self.media(Media(kind="image", url="", alt=story.cover_alt, digest=story.cover))
        if story.description.strip():
            yield line(story.description)

    def block(self, block: Block) -> str:
        if block.copy:
            return quote("\n\n".join(self.mention(block, block.copy)))
        match block.kind:
            case BlockKind.HEADING:
                return f"## {line(block.text)}" if block.text.strip() else ""
            case BlockKind.TEXT:
                return without_templates(own_words(block.text)) if self.site else own_words(block.text)
            case BlockKind.DIVIDER:
                return "* * *"
            case BlockKind.IMAGE:
                media = Media(kind="image", url=block.url, alt=block.alt, digest=block.media)
                return "\n\n".join(filter(None, [self.media(media), line(block.text), self.rights(block.rights)]))
            case BlockKind.LINK if url := clean_url(block.url):
                return f"[{line(block.text) or escape(url)}]({link_target(url)})"
        return line(block.text)

    def mention(self, block: Block, copy: FrozenCopy) -> Iterator[str]:
        mention = copy.mention
        if mention.title.strip():
            yield f"**{line(mention.title)}**"
        if words := paragraphs(words_beside_pictures(block)):
            yield words
        if copy.redacted:
            reason = line(copy.redacted.reason)
            told = escape(self.words["taken out"].replace("{date}", self.at(copy.redacted.at)))
            yield f"*{told}*" + (f" {self.words['reason']}: {reason}" if reason else "")
        for media in pictures(block):
            yield self.media(media)
        yield f"— {self.source(copy)}"
        if mention.engagement and not copy.redacted and (told := counts(mention.engagement, self.words)):
            yield f"{', '.join(told)} ({self.words['counts']}, {self.at(mention.engagement.at)})"
        if block.rights.strip():
            yield self.rights(block.rights)

    def source(self, copy: FrozenCopy) -> str:
        mention, author = copy.mention, copy.mention.author
        name = line((author.name or author.handle or author.key) if author else "") or self.words["no author"]
        handle = f" (@{line(author.handle)})" if author and author.handle.casefold() not in ("", name.casefold()) else ""
        when = self.at(copy.when)
        if mention.published != copy.when:
            when = f"{self.words['seen']} {when}"
        url = clean_url(mention.url)
        parts = [f"**{name}**{handle}", line(source_name(mention)), f"[{when}]({link_target(url)})" if url else when]
        if mention.edited:
            parts.append(f"{self.words['edited']} {self.at(mention.edited)}")
        if copy.version > 1:
            parts.append(f"{self.words['wording']} {copy.version}")
        check = self.published.checks.get(mention.ref)
        if check and (found := found_gone(check, self.words)):
            parts.append(f"{found} ({self.at(check.at)})")
        return " · ".join(parts)

    def rights(self, rights: str) -> str:
        return f"{self.words['rights']}: {line(rights)}" if rights.strip() else ""

    def media(self, media: Media) -> str:
        path = self.published.media.get(media.digest) if media.digest else None
        if media.kind == "image" and path:
            return f"![{line(media.alt)}]({file_name(media.digest, PurePath(path))})"
        label = self.words["no picture"] if media.kind == "image" else self.words[media.kind]
        text = f"{label}: {line(media.alt)}" if media.alt.strip() else label
        url = clean_url(media.url)
        return f"[{text}]({link_target(url)})" if url else text

    def at(self, moment: datetime) -> str:
        there = local(moment, self.zone)
        return f"{self.words.day(there)}, {self.words.time(there)}"
