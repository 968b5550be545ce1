"""What a reader of a story would stumble over, told before it is published, each with what to do."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from urllib.parse import urlsplit

from .storydiff import describe
from .values import Block, BlockKind, CheckState, FrozenCopy, LinkCheck, Story, StoryState

MANY = 100
"""Blocks beyond which a page is long to read and to load, and slides beyond which TimelineJS is."""

_CJK = r"\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff"
_WORD = re.compile(rf"[{_CJK}]|[^\W_{_CJK}]+(?:['’\-][^\W_{_CJK}]+)*")
"""One Chinese or Japanese character, or one run of letters and digits with apostrophes and hyphens inside."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Remark:
    """One thing to look at before publishing."""

    kind: str
    """What sort of thing, in a word or two that never change: ``no-date``, ``dead-link``."""
    said: str
    """What is so, in a sentence without its full stop."""
    todo: str = ""
    """What to do about it, likewise."""
    number: int = 0
    """The block's place in the story, from 1; 0 where it concerns the whole."""
    block: str = ""
    """The block's id; empty where it concerns the whole."""

    def __str__(self) -> str:
        """In words: ``Block 3: this image has no text alternative; say what it shows.``"""
        place = f"Block {self.number}: " if self.number else ""
        return f"{place}{self.said}{f'; {self.todo}' if self.todo else ''}."


@dataclass(frozen=True, kw_only=True, slots=True)
class Known:
    """What the archive knows of a story's mentions; nothing is remarked of what is not known."""

    checks: Mapping[str, LinkCheck] = field(default_factory=dict)
    """What was found when they were looked up, by ref."""
    versions: Mapping[str, int] = field(default_factory=dict)
    """The number of their newest wording, by ref."""
    media: frozenset[str] | None = None
    """Digests of the pictures of which our copies are there; ``None``: those that have a digest."""


def is_placeholder(text: str) -> bool:
    """Whether a text only says what is to be written there: it stands in square brackets as a whole."""
    text = text.strip()
    return text.startswith("[") and text.find("]") == len(text) - 1


def word_count(story: Story) -> int:
    """Words that a reader meets: title, headings, texts and quotes. Chinese and Japanese are counted by the character."""
    parts = [story.title, story.subtitle]
    for block in story.blocks:
        parts.append(block.text)
        if block.copy:
            parts += [block.copy.mention.title, block.extent.exact if block.extent else block.copy.mention.text]
    return sum(map(_words, parts))


# A long story is counted at every step, and nearly all of it is as it was.
@lru_cache(maxsize=8_192)
def _words(text: str) -> int:
    return len(_WORD.findall(text))


def lint(story: Story, known: Known | None = None) -> list[str]:
    """:func:`remarks` in words, one sentence each; empty when all is well."""
    return [str(remark) for remark in remarks(story, known)]


def remarks(story: Story, known: Known | None = None) -> list[Remark]:
    """What ought to be looked at before publishing: first the whole, then block by block; empty when all is well."""
    known = known or Known()
    found = [*_whole(story, known), *_twice(story)]
    for number, block in enumerate(story.blocks, 1):
        following = story.blocks[number] if number < len(story.blocks) else None
        said = [*_block(block, following, known), *(_mention(block, block.copy, known) if block.copy else ())]
        found += [Remark(kind=kind, said=words, todo=todo, number=number, block=block.id) for kind, words, todo in said]
    return found


Said = tuple[str, str, str]
"""Kind, what is so, what to do."""


def _whole(story: Story, known: Known) -> Iterator[Remark]:
    if story.state is StoryState.PRIVATE:
        yield Remark(kind="private", said="The story is private and is not published", todo="make it a draft to publish it")
    if not story.blocks:
        yield Remark(kind="empty", said="The story is empty", todo="quote a mention or write a text")
    elif not any(block.copy for block in story.blocks):
        yield Remark(kind="no-mention", said="The story quotes no mention yet", todo="add one from a search")
    if not story.description:
        yield Remark(
            kind="no-description",
            said="The story has no description; previews in other places will show only its title",
            todo="write one or two sentences",
        )
    if not story.byline:
        yield Remark(kind="no-byline", said="The story has no byline; readers will not know who tells it", todo="name yourself")
    if not story.cover:
        yield Remark(
            kind="no-cover", said="The story has no cover; previews in other places will show no picture", todo="choose one"
        )
    elif not story.cover_alt:
        yield Remark(kind="no-alt", said="The cover has no text alternative", todo="say what it shows")
    if story.cover and known.media is not None and story.cover not in known.media:
        yield Remark(kind="no-media", said="The copy of the cover is not there any more", todo="choose the cover again")
    if len(story.blocks) > MANY:
        yield Remark(
            kind="long", said=f"The story has {len(story.blocks)} blocks", todo=f"more than {MANY} are better told in parts"
        )
    slides = sum(block.copy is not None for block in story.blocks)
    if "timelinejs" in story.formats and slides > MANY:
        yield Remark(
            kind="many-slides",
            said=f"TimelineJS would show {slides} slides and get slow",
            todo=f"quote at most {MANY}, or publish without timelinejs",
        )


def _twice(story: Story) -> Iterator[Remark]:
    """The same mention, or the same address, quoted more than once."""
    places: defaultdict[tuple[str, str], list[int]] = defaultdict(list)
    for number, block in enumerate(story.blocks, 1):
        if block.copy:
            places["mention", block.ref].append(number)
            if block.copy.mention.url:
                places["address", block.copy.mention.url].append(number)
    for (what, name), numbers in places.items():
        if len(numbers) > 1:
            block = story.blocks[numbers[1] - 1]
            yield Remark(
                kind="duplicate",
                said=f"the {what} {name} is quoted {len(numbers)} times (blocks {_listed(numbers)})",
                todo="remove all but one",
                number=numbers[1],
                block=block.id,
            )


def _block(block: Block, following: Block | None, known: Known) -> Iterator[Said]:
    if block.kind in (BlockKind.TEXT, BlockKind.HEADING) and not block.text.strip():
        yield f"empty-{block.kind}", f"this {block.kind} is empty", "write it or remove it"
    elif block.kind in (BlockKind.TEXT, BlockKind.HEADING) and is_placeholder(block.text):
        yield "placeholder", f"this {block.kind} is still a template's placeholder", "write it or remove it"
    if block.kind is BlockKind.HEADING and following is None:
        yield "lone-heading", "the story ends with a heading that nothing follows", "remove it or go on"
    if block.kind is BlockKind.HEADING and following is not None and following.kind is BlockKind.HEADING:
        yield "lone-heading", "nothing stands between this heading and the next", "remove one or put something between"
    if block.kind is BlockKind.IMAGE:
        if not block.alt.strip():
            yield "no-alt", "this image has no text alternative", "say what it shows for people who cannot see it"
        if not block.media:
            yield "no-media", "there is no copy of this image", "save the media"
        elif known.media is not None and block.media not in known.media:
            yield "no-media", "the copy of this image is not there any more", "save the media again, or remove the block"
        if block.url and not block.rights:
            yield "no-rights", "this image comes from elsewhere and no licence or permission is noted", "note it under rights"
    if block.kind is BlockKind.LINK and urlsplit(block.url).scheme not in ("http", "https"):
        yield "bad-link", "this link leads nowhere (only http and https addresses are published)", "correct or remove it"


def _mention(block: Block, copy: FrozenCopy, known: Known) -> Iterator[Said]:
    mention, what = copy.mention, describe(block)
    if copy.redacted:
        told = f"{what} was redacted on {copy.redacted.at:%Y-%m-%d} ({copy.redacted.reason}); readers see a note in its place"
        yield "redacted", told, "remove the block if the note says nothing to them"
        return
    if mention.published is None:
        yield "no-date", f"{what} has no date; it is placed at the time when it was seen", "check its place"
    elif mention.published != copy.when:
        claimed = f"{mention.published:%Y-%m-%d}"
        yield "no-date", f"{what} claims a date that cannot be ({claimed}); it is placed when it was seen", "check its place"
    if not mention.url:
        yield "no-address", f"{what} has no address to look it up at", ""
    if mention.author is None:
        yield "no-author", f"{what} names no author", ""
    if (newest := known.versions.get(block.ref, copy.version)) > copy.version:
        yield "changed", f"{what} was edited: version {newest} is newer than the quoted {copy.version}", "compare, and renew it"
    check = known.checks.get(block.ref)
    if check is not None and check.state is CheckState.GONE:
        told = f"{what} was gone from its address on {check.at:%Y-%m-%d}; readers get our copy"
        yield "dead-link", told, "redact it where its author wants that"
    elif check is not None and check.state is CheckState.UNREACHABLE:
        yield "unreachable", f"{what} could not be reached on {check.at:%Y-%m-%d}: {check.detail}", "check it again later"
    images = [media for media in mention.media if media.kind == "image"]
    if missing := sum(not media.digest or (known.media is not None and media.digest not in known.media) for media in images):
        yield "no-media", f"{what} has {_pictures(missing)} without a copy of ours", "save the media"
    if blind := sum(not (media.alt.strip() or block.alts.get(media.url)) for media in images):
        yield "no-alt", f"{what} has {_pictures(blind)} without text alternative", "describe what can be seen"


def _pictures(count: int) -> str:
    return f"{count} picture{'s' if count > 1 else ''}"


def _listed(numbers: Sequence[int]) -> str:
    return ", ".join(map(str, numbers[:5])) + (" …" if len(numbers) > 5 else "")
