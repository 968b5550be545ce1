"""What a reader of a story would stumble over, told before it is published."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from urllib.parse import urlsplit

from .storydiff import describe
from .values import Block, BlockKind, Story

MANY = 100
"""Blocks beyond which a page is long to read and to load."""

_CJK = r"\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff"
_WORD = re.compile(rf"[{_CJK}]|[^\W_{_CJK}]+(?:['’\-][^\W_{_CJK}]+)*")
"""One Chinese or Japanese character, or one run of letters and digits with apostrophes and hyphens inside."""


def word_count(story: Story) -> int:
    """Words that a reader meets: title, headings, texts and quotes. Chinese and Japanese are counted by the character."""
    parts = [story.title, story.subtitle]
    for block in story.blocks:
        parts.append(block.text)
        if block.copy:
            parts += [block.copy.mention.title, block.copy.mention.text]
    return sum(len(_WORD.findall(part)) for part in parts)


def lint(story: Story) -> list[str]:
    """What ought to be looked at before publishing, one sentence each, blocks by number; empty when all is well."""
    return [*_whole(story), *(f"Block {n}: {said}" for n, block in enumerate(story.blocks, 1) for said in _block(block))]


def _whole(story: Story) -> Iterator[str]:
    if not any(block.kind is BlockKind.MENTION for block in story.blocks):
        yield "The story quotes no mention yet."
    if not story.description:
        yield "The story has no description; previews in other places will show only its title."
    if not story.byline:
        yield "The story has no byline; readers will not know who tells it."
    if len(story.blocks) > MANY:
        yield f"The story has {len(story.blocks)} blocks; more than {MANY} are better told in parts."
    refs = Counter(block.ref for block in story.blocks if block.ref)
    urls = Counter(block.copy.mention.url for block in story.blocks if block.copy and block.copy.mention.url)
    for what, counted in (("mention", refs), ("address", urls)):
        for name, count in counted.items():
            if count > 1:
                yield f"The {what} {name} is quoted {count} times."
    if story.blocks and story.blocks[-1].kind is BlockKind.HEADING:
        yield "The story ends with a heading that nothing follows."
    for number, (block, following) in enumerate(zip(story.blocks, story.blocks[1:], strict=False), 1):
        if block.kind is BlockKind.HEADING and following.kind is BlockKind.HEADING:
            yield f"Block {number}: nothing stands between this heading and the next."


def _block(block: Block) -> Iterator[str]:
    if block.kind in (BlockKind.TEXT, BlockKind.HEADING) and not block.text.strip():
        yield f"this {block.kind} is empty."
    if block.kind is BlockKind.IMAGE:
        if not block.alt.strip():
            yield "this image has no text alternative; people who cannot see it learn nothing."
        if not block.media:
            yield "there is no copy of this image; save the media."
    if block.kind is BlockKind.LINK and urlsplit(block.url).scheme not in ("http", "https"):
        yield "this link leads nowhere (only http and https addresses are published)."
    if block.copy:
        yield from _mention(block)


def _mention(block: Block) -> Iterator[str]:
    assert block.copy is not None
    mention = block.copy.mention
    if mention.published is None:
        yield f"{describe(block)} has no date; it is placed at the time when it was seen."
    elif mention.published != block.copy.when:
        yield f"{describe(block)} claims a date that cannot be ({mention.published:%Y-%m-%d}); it is placed when it was seen."
    if not mention.url:
        yield f"{describe(block)} has no address to look it up at."
    if mention.author is None:
        yield f"{describe(block)} names no author."
    images = [media for media in mention.media if media.kind == "image"]
    if missing := sum(1 for media in images if not media.digest):
        yield f"{describe(block)} has {missing} picture{'s' if missing > 1 else ''} without a copy of ours; save the media."
    if blind := sum(1 for media in images if not media.alt.strip()):
        yield f"{describe(block)} has {blind} picture{'s' if blind > 1 else ''} without text alternative."
