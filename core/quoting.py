"""What readers see of a quoted mention, decided in one place for every format: which part, and never what was taken out."""

from __future__ import annotations

from dataclasses import replace

from .values import Block, CheckState, Extent, LinkCheck, Story

ELLIPSIS = "…"


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
    start = find_extent(text, extent)
    # What cannot be found any more was part of something, at any rate.
    before = start is None or text[:start].strip()
    after = start is None or text[start + len(extent.exact) :].strip()
    return f"{f'{ELLIPSIS} ' if before else ''}{extent.exact.strip()}{f' {ELLIPSIS}' if after else ''}"


def find_extent(text: str, extent: Extent) -> int | None:
    """Where the part begins in a text, in code points: where most of what stood around it stands; ``None`` where it is not."""
    found: int | None = None
    best = -1
    at = text.find(extent.exact)
    while at >= 0 and extent.exact:
        end = at + len(extent.exact)
        fits = text.endswith(extent.prefix, 0, at) + text.startswith(extent.suffix, end)
        if fits > best:
            found, best = at, fits
        if best == 2:
            break
        at = text.find(extent.exact, at + 1)
    return found


def gone(check: LinkCheck | None) -> bool:
    """Whether a quoted mention was not there any more when it was last looked for."""
    return check is not None and check.state is CheckState.GONE


def for_readers(story: Story) -> Story:
    """The story without what is never published: working notes, what platforms sent (``raw``), and words that were taken out."""
    return replace(story, blocks=tuple(_for_readers(block) for block in story.blocks))


def _for_readers(block: Block) -> Block:
    copy = block.copy
    if copy is None:
        return replace(block, note="") if block.note else block
    if copy.redacted:
        mention = replace(copy.mention, title="", text="", media=(), raw=None)
        return replace(block, note="", extent=None, copy=replace(copy, mention=mention))
    if copy.mention.raw is not None:
        copy = replace(copy, mention=replace(copy.mention, raw=None))
    return replace(block, note="", copy=copy) if block.note or copy is not block.copy else block
