"""What is left where somebody's words were taken out. Pure; :meth:`hubbub.core.archives.Archive.redact` keeps it.

Taken out is all that they said or showed, and what was copied from that: title, text, media and what the platform sent; the
part that a block quotes; names and phrases that processors found. Who said it, where and when stays, and so do the digest of
what stood there, what others did with it, and our own words: notes, tags, texts, captions. A quote loses the
author's avatar, too.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace

from .accounts import VOICE
from .values import (
    BY_MUTES,
    BY_RULE,
    BY_YOU,
    Block,
    BlockKind,
    FrozenCopy,
    Labels,
    Media,
    Mention,
    Redaction,
    Story,
)

JUDGED = frozenset({"topic", "lang", "sentiment", "purpose", VOICE})
"""Names of the labels of processors whose values are never the words of a mention. Of others, a name or a phrase may be one."""


def without_words(mention: Mention) -> Mention:
    """The mention as it is kept when its words were taken out."""
    return replace(mention, title="", text="", media=(), raw=None)


def has_words(mention: Mention) -> bool:
    """Whether anything of it would be taken out."""
    return bool(mention.title or mention.text or mention.media) or mention.raw is not None


def left_of_labels(labels: Labels) -> Labels:
    """What people, rules and mutes say, and what processors judged: without the places that speak for it."""
    return tuple(
        replace(label, spans=())
        for label in labels
        if label.by in (BY_YOU, BY_MUTES) or label.by.startswith(BY_RULE) or label.name.partition(":")[0] in JUDGED
    )


def redacted_copy(copy: FrozenCopy, redaction: Redaction) -> FrozenCopy:
    """A quote without the words and the avatar; its digest is still that of the wording that it quoted."""
    mention = without_words(copy.mention)
    if mention.author:
        mention = replace(mention, author=replace(mention.author, avatar=""))
    return replace(copy, mention=mention, stills={}, redacted=replace(redaction, digest=copy.digest))


def redacted_story(story: Story, redactions: Mapping[str, Redaction]) -> Story:
    """The story without the words of these mentions: their quotes, and pictures of theirs that stand in blocks of their own."""
    stale = [copy for copy in (block.copy for block in story.blocks) if copy and copy.mention.ref in redactions]
    if not stale:
        return story
    pictures = pictures_of(media for copy in stale for media in copy.mention.media)
    blocks = tuple(_redacted(block, redactions, pictures) for block in story.blocks)
    hidden = {"cover": "", "cover_alt": ""} if story.cover in pictures else {}
    whole = replace(story, blocks=blocks, **hidden)
    return story if whole == story else whole


def pictures_of(media: Iterable[Media]) -> frozenset[str]:
    """The addresses of media, and the digests of our own copies."""
    return frozenset(name for each in media for name in (each.url, each.digest) if name)


def _redacted(block: Block, redactions: Mapping[str, Redaction], pictures: frozenset[str]) -> Block:
    if block.copy and block.ref in redactions:
        return replace(block, copy=redacted_copy(block.copy, redactions[block.ref]), extent=None, alts={})
    if block.kind is BlockKind.IMAGE and (block.media in pictures or block.url in pictures):
        return replace(block, url="", media="", alt="")
    return block
