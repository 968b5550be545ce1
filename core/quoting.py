"""What readers see of a quoted mention, decided in one place for every format: which part, and never what was taken out."""

from __future__ import annotations

import re
from dataclasses import replace

from .extents import place_of
from .htmltext import tidy
from .values import Block, CheckState, LinkCheck, Media, PublishedStory, Story

ELLIPSIS = "…"
_GAP = re.compile(r"[ \t]{2,}")


def quoted_words(block: Block) -> str:
    """The words of a quoted mention: the whole text, or the chosen part with an ellipsis where something is left out.

    Empty for other kinds of blocks, and where the words were taken out (:class:`~hubbub.core.values.Redaction`).
    """
    copy, extent = block.copy, block.extent
    if copy is None or copy.redacted:
        return ""
    text = copy.mention.text
    if extent is None or not extent.exact.strip():
        return text
    place = place_of(extent, text)
    # What cannot be found any more was part of something, at any rate.
    before = place is None or text[: place[0]].strip()
    after = place is None or text[place[1] :].strip()
    return f"{f'{ELLIPSIS} ' if before else ''}{extent.exact.strip()}{f' {ELLIPSIS}' if after else ''}"


def words_beside_pictures(block: Block) -> str:
    """The same for formats that show the pictures, too: without the brackets in which their text alternatives stand there.

    What a feed tells is text with each picture's alternative where the picture was (:mod:`hubbub.core.htmltext`), so that
    nothing is lost where only words are shown.
    """
    words = quoted_words(block)
    if not words or block.copy is None or block.extent is not None:
        return words
    shown = words
    for media in block.copy.mention.media:
        if media.alt:
            shown = shown.replace(f"[{media.alt}]", "", 1)
    return words if shown == words else tidy(_GAP.sub(" ", shown))


def pictures(block: Block) -> tuple[Media, ...]:
    """The pictures, sounds and films of a quoted mention, with the text alternatives that we wrote where we wrote any.

    Empty for other kinds of blocks, and where the mention's words were taken out.
    """
    copy = block.copy
    if copy is None or copy.redacted:
        return ()
    return tuple(replace(media, alt=alt) if (alt := block.alts.get(media.url)) else media for media in copy.mention.media)


def without_stills(published: PublishedStory) -> dict[str, str]:
    """Our copies of the story's pictures but for avatars and posters, for formats that show none of these."""
    story = published.story
    copies = [block.copy for block in story.blocks if block.copy]
    stills = {digest for copy in copies for digest in copy.stills.values()}
    shown = {media.digest for copy in copies for media in copy.mention.media} | {block.media for block in story.blocks}
    return {digest: path for digest, path in published.media.items() if digest not in stills - shown - {story.cover}}


def gone(check: LinkCheck | None) -> bool:
    """Whether a quoted mention was not there any more when it was last looked for."""
    return check is not None and check.state is CheckState.GONE


def for_readers(story: Story) -> Story:
    """The story without what is never published: working notes, what platforms sent (``raw``), words that were taken out."""
    return replace(story, blocks=tuple(_for_readers(block) for block in story.blocks))


def _for_readers(block: Block) -> Block:
    copy = block.copy
    if copy is None:
        return replace(block, note="") if block.note else block
    if copy.redacted:
        author = copy.mention.author and replace(copy.mention.author, avatar="")
        mention = replace(copy.mention, title="", text="", media=(), raw=None, author=author)
        return replace(block, note="", extent=None, alts={}, copy=replace(copy, mention=mention, stills={}))
    if copy.mention.raw is not None:
        copy = replace(copy, mention=replace(copy.mention, raw=None))
    return replace(block, note="", copy=copy) if block.note or copy is not block.copy else block
