"""The frozen copies in a story: making them, and keeping their pictures."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import datetime

from .cleaning import clean_mention, clean_url
from .deciding import content_digest
from .extents import carried
from .stories import DIGEST, one_line
from .text import clean
from .values import Block, BlockKind, FrozenCopy, Media, Record, Story


def freeze(record: Record, at: datetime, *, query: str = "", avatar: str = "") -> FrozenCopy:
    """A copy of a mention's newest wording, in the language that it was judged to be in where the platform told none.

    ``query`` is what it was found by, ``avatar`` the author's of today: that of the wording may be gone.
    It goes without ``raw``: what the platform sent beside the words is not ours to publish.
    """
    lang = record.mention.lang or ("" if record.lang == "unknown" else record.lang)
    author = record.mention.author
    author = replace(author, avatar=avatar) if author and avatar else author
    mention = replace(record.mention, raw=None, lang=lang, author=author)
    return FrozenCopy(
        mention=mention,
        version=record.version,
        when=record.when,
        frozen=at,
        digest=record.redacted.digest if record.redacted else content_digest(mention),
        seen=record.first_seen,
        sources=record.sources,
        query=query,
        redacted=record.redacted,
    )


def images(story: Story) -> Iterator[Media]:
    """Every picture of a story: its cover, those of quoted mentions with avatars and posters, and those of image blocks."""
    if story.cover:
        yield Media(kind="image", url="", alt=story.cover_alt, digest=story.cover)
    for block in story.blocks:
        if block.copy:
            yield from (media for media in block.copy.mention.media if media.kind == "image")
            for url in still_addresses(block.copy):
                yield Media(kind="image", url=url, digest=block.copy.stills.get(url, ""))
        elif block.kind is BlockKind.IMAGE:
            yield Media(kind="image", url=block.url, alt=block.alt, digest=block.media)


def still_addresses(copy: FrozenCopy) -> tuple[str, ...]:
    """The addresses of the author's avatar and of posters, each once; none where the words were taken out."""
    if copy.redacted:
        return ()
    author, media = copy.mention.author, copy.mention.media
    found = (author.avatar if author else "", *(each.poster for each in media if each.kind != "image"))
    return tuple(dict.fromkeys(url for url in found if url))


def avatars(story: Story) -> frozenset[str]:
    """The addresses of pictures that are authors' avatars and nothing else; small copies of them are enough."""
    copies = [block.copy for block in story.blocks if block.copy]
    found = {copy.mention.author.avatar for copy in copies if copy.mention.author and not copy.redacted}
    shown = {address for copy in copies for media in copy.mention.media for address in (media.url, media.poster)}
    return frozenset(found - shown - {block.url for block in story.blocks} - {""})


def with_media(story: Story, held: Mapping[str, Media]) -> Story:
    """The story with our copies noted wherever it uses a picture of one of these addresses."""

    def kept(media: Media) -> Media:
        ours = held.get(media.url) if media.kind == "image" else None
        return replace(media, digest=ours.digest, mime=ours.mime, size=ours.size) if ours else media

    blocks: list[Block] = []
    for block in story.blocks:
        if block.copy:
            mention = block.copy.mention
            mention = replace(mention, media=tuple(kept(media) for media in mention.media))
            fresh = {url: held[url].digest for url in still_addresses(block.copy) if url in held}
            blocks.append(replace(block, copy=replace(block.copy, mention=mention, stills={**block.copy.stills, **fresh})))
        elif block.kind is BlockKind.IMAGE and block.url in held:
            blocks.append(replace(block, media=held[block.url].digest))
        else:
            blocks.append(block)
    return story if tuple(blocks) == story.blocks else replace(story, blocks=tuple(blocks))


def cleaned(story: Story) -> Story:
    """A story from a stranger's file, made as safe to keep and show as one of our own; one of our own is not changed."""
    return replace(
        story,
        id=_line(story.id),
        title=_line(story.title) or "Untitled",
        subtitle=_line(story.subtitle),
        byline=_line(story.byline),
        description=_line(story.description),
        cover=story.cover if DIGEST.fullmatch(story.cover) else "",
        cover_alt=_line(story.cover_alt),
        rights=_line(story.rights),
        query=_line(story.query),
        formats=tuple(name for name in map(_line, story.formats) if name) or ("html",),
        blocks=tuple(replace(_clean_block(block), id=name) for block, name in zip(story.blocks, _ids(story), strict=True)),
    )


def _line(text: str) -> str:
    return one_line(clean(text, newlines=False))


def _ids(story: Story) -> list[str]:
    """The blocks' ids; other ones for all of them where one could steer a terminal."""
    ids = [block.id for block in story.blocks]
    return ids if all(_line(name) == name for name in ids) else [f"b{number}" for number in range(1, len(ids) + 1)]


def _digest(text: str) -> str:
    return text if DIGEST.fullmatch(text) else ""


def _clean_block(block: Block) -> Block:
    copy, extent = block.copy, block.extent
    if copy:
        mention = clean_mention(copy.mention)
        if mention != copy.mention:
            copy = replace(copy, mention=mention, digest=copy.digest if copy.redacted else content_digest(mention))
            extent = carried(extent, mention.text) if extent else None
        redacted = copy.redacted and replace(
            copy.redacted, reason=_line(copy.redacted.reason), digest=_digest(copy.redacted.digest)
        )
        held = ((clean_url(url), digest) for url, digest in copy.stills.items() if DIGEST.fullmatch(digest))
        stills = {url: digest for url, digest in held if url}
        copy = replace(
            copy,
            digest=_digest(copy.digest),
            query=_line(copy.query),
            sources=tuple(map(_line, copy.sources)),
            stills=stills,
            redacted=redacted,
        )
    return replace(
        block,
        text=clean(block.text),
        alt=clean(block.alt, newlines=False),
        url=clean_url(block.url),
        rights=_line(block.rights),
        note=clean(block.note),
        alts={address: _line(alt) for url, alt in block.alts.items() if (address := clean_url(url))},
        copy=copy,
        extent=extent,
    )
