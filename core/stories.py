"""Edits of a story: pure functions from one story to the next.

**Order.** A chronological story (oldest or newest first) is sorted by the time of its mentions. What stands between two
mentions *introduces* the later one and is glued to it: sorting, reversing and adding carry it along. What stands after the
last mention is the story's closing and stays at its end. What stands before the first mention opens the story: a mention that
is added and comes before all others goes behind it. A pinned block is taken out of this: sorting leaves it at its index, and
blocks around it are glued as if it were not there. Pinning a mention pins what introduces it, too.

**By hand.** Moving moves exactly the blocks that are named, so that a text can be given to another mention; name the ids of
:func:`introduction` as well to take the text along. A move that breaks the order of time makes the story one that is kept by
hand (``StoryOrder.MANUAL``); a text may move about in a chronological story.

**Quoting.** A mention block pins the wording that it quotes: whole, or the part that its extent names
(:mod:`hubbub.core.extents`). Our own text alternatives for its pictures stand beside the copy, whose digest stays true.

Every function gives back the very same story where there is nothing to do, and raises ``StoryError`` for nonsense: an unknown
id, a new block with the id of an old one, a field that the kind of block does not have.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import fields, replace
from typing import Any

from .errors import StoryError, nearest
from .extents import carried, place_of
from .folding import fold
from .slugs import SLUG
from .storydiff import diff
from .storylint import lint, word_count
from .storyorder import (
    in_order,
    index_of,
    indexes_of,
    introduction,
    kept_by_hand_if_broken,
    pin,
    placed_in_time,
    reverse,
    set_order,
    sort_range,
    sorted_if_broken,
    with_blocks,
)
from .values import Block, BlockKind, Extent, FrozenCopy, Story, StoryOrder, StoryState

__all__ = [
    "add_block",
    "add_mentions",
    "check",
    "diff",
    "edit_block",
    "find",
    "in_order",
    "introduction",
    "lint",
    "matching",
    "move",
    "move_to",
    "pin",
    "pull_out",
    "quote_part",
    "remove",
    "reverse",
    "set_details",
    "set_order",
    "set_slug",
    "sort_range",
    "word_count",
]

PLACES = ("top", "bottom")
"""The places of :func:`move_to` that are no block ids; no block may be called so."""

EDITABLE: dict[BlockKind, frozenset[str]] = {
    BlockKind.MENTION: frozenset({"copy", "extent", "alts", "rights", "note", "pinned"}),
    BlockKind.TEXT: frozenset({"text", "note", "pinned"}),
    BlockKind.HEADING: frozenset({"text", "note", "pinned"}),
    BlockKind.IMAGE: frozenset({"text", "url", "media", "alt", "rights", "note", "pinned"}),
    BlockKind.LINK: frozenset({"text", "url", "note", "pinned"}),
    BlockKind.DIVIDER: frozenset({"note", "pinned"}),
}
"""The fields that each kind of block has."""

LINES = ("title", "subtitle", "byline", "description", "cover_alt", "rights", "query")
DETAILS = frozenset({*LINES, "lang", "state", "cover", "formats"})
DIGEST = re.compile(r"[0-9a-f]{64}")


# --- adding, editing, removing -------------------------------------------------------------------------------


def add_mentions(story: Story, copies: Sequence[FrozenCopy], *, ids: Sequence[str], after: str | None = None) -> Story:
    """Quote mentions, one id for each; a mention that the story quotes already is left out.

    In a chronological story each goes to its place in time (behind the story's opening) and ``after`` does not matter;
    otherwise they come in the order given, behind the block ``after`` or at the end.
    """
    if len(ids) != len(copies):
        raise StoryError(f"{len(copies)} mentions need as many block ids, not {len(ids)}.")
    quoted = {block.ref for block in story.blocks if block.copy}
    taken = {block.id for block in story.blocks}
    at = index_of(story, after) + 1 if after is not None else len(story.blocks)
    new: list[Block] = []
    for block_id, copy in zip(ids, copies, strict=True):
        if copy.mention.ref not in quoted:
            quoted.add(copy.mention.ref)
            _check_new_id(taken, block_id)
            taken.add(block_id)
            new.append(Block(id=block_id, kind=BlockKind.MENTION, copy=copy))
    if story.order is StoryOrder.MANUAL:
        return with_blocks(story, [*story.blocks[:at], *new, *story.blocks[at:]])
    return with_blocks(story, placed_in_time(story.blocks, new, newest=story.order is StoryOrder.NEWEST))


def add_block(story: Story, block: Block, *, after: str | None = None, before: str | None = None) -> Story:
    """Put one block behind or in front of another, or at the end; a mention to its place in time, unless that is kept by hand.

    A mention that the story quotes already is left out.
    """
    if after is not None and before is not None:
        raise StoryError("A block goes after one or before one, not both.")
    _check_new_id({old.id for old in story.blocks}, block.id)
    block = _tidy(block)
    if block.ref and any(old.ref == block.ref for old in story.blocks):
        return story
    if block.copy is not None and story.order is not StoryOrder.MANUAL and not block.pinned:
        return with_blocks(story, placed_in_time(story.blocks, [block], newest=story.order is StoryOrder.NEWEST))
    at = len(story.blocks)
    if after is not None:
        at = index_of(story, after) + 1
    if before is not None:
        at = index_of(story, before)
    return with_blocks(story, [*story.blocks[:at], block, *story.blocks[at:]])


def edit_block(story: Story, block_id: str, **changes: Any) -> Story:
    """Change fields of one block.

    ``copy`` must quote the same mention (its newer wording, say): the part that is quoted is looked for in it and, where its
    words are not there any more, the whole is quoted. ``extent`` must name words of the quoted text, ``alts`` pictures of it.
    """
    index = index_of(story, block_id)
    old = story.blocks[index]
    for name in changes:
        if name not in EDITABLE[old.kind]:
            raise StoryError(f"A {old.kind} block has no {name!r} that can be changed.{nearest(name, EDITABLE[old.kind])}")
    if isinstance(copy := changes.get("copy"), FrozenCopy):
        addresses = {media.url for media in copy.mention.media}
        changes.setdefault("extent", carried(old.extent, copy.mention.text) if old.extent else None)
        changes.setdefault("alts", {url: alt for url, alt in old.alts.items() if url in addresses})
    new = _tidy(replace(old, **changes))
    if new.ref != old.ref:
        raise StoryError(f"Block {block_id!r} quotes {old.ref}; it cannot quote {new.ref or 'nothing'} instead.")
    return sorted_if_broken(with_blocks(story, [*story.blocks[:index], new, *story.blocks[index + 1 :]]))


def quote_part(story: Story, block_id: str, extent: Extent | None) -> Story:
    """Quote a part of a mention's text, or with ``None`` the whole again."""
    block = find(story, block_id)
    if block.kind is not BlockKind.MENTION:
        raise StoryError(f"Only a part of a mention can be quoted; this block is a {block.kind}.")
    return edit_block(story, block_id, extent=extent)


def pull_out(story: Story, block_id: str, url: str, *, new_id: str) -> Story:
    """Show a picture of a quoted mention as a block of its own, before that mention; ``url`` is the picture's address."""
    block = find(story, block_id)
    mention = block.copy.mention if block.copy else None
    media = next((media for media in mention.media if media.kind == "image" and media.url == url), None) if mention else None
    if media is None or mention is None:
        raise StoryError(f"Block {block_id!r} quotes no picture {url!r}.")
    author = mention.author
    image = Block(
        id=new_id,
        kind=BlockKind.IMAGE,
        text=(author.name or author.handle or author.key) if author else mention.platform,
        url=media.url,
        media=media.digest,
        alt=block.alts.get(url) or media.alt,
        rights=block.rights,
    )
    return add_block(story, image, before=block_id)


def remove(story: Story, block_ids: Iterable[str]) -> Story:
    """Take blocks out; what introduced a removed mention stays, and introduces the next."""
    gone = indexes_of(story, block_ids)
    return with_blocks(story, [block for index, block in enumerate(story.blocks) if index not in gone])


# --- moving by hand ------------------------------------------------------------------------------------------


def move(story: Story, block_ids: Iterable[str], by: int) -> Story:
    """Move blocks up (negative) or down, all by the same distance: as far as the first of them to meet an end can go."""
    marked = sorted(indexes_of(story, block_ids))
    if not marked:
        return story
    by = max(-marked[0], min(by, len(story.blocks) - 1 - marked[-1]))
    targets = {index + by: story.blocks[index] for index in marked}
    taken = set(marked)
    others = iter([block for index, block in enumerate(story.blocks) if index not in taken])
    blocks = [targets[i] if i in targets else next(others) for i in range(len(story.blocks))]
    return kept_by_hand_if_broken(with_blocks(story, blocks))


def move_to(story: Story, block_ids: Iterable[str], place: str) -> Story:
    """Gather blocks, in their present order, at the ``top``, the ``bottom``, or behind the block of that id."""
    marked = indexes_of(story, block_ids)
    taken = [block for index, block in enumerate(story.blocks) if index in marked]
    others = [block for index, block in enumerate(story.blocks) if index not in marked]
    if place == "top":
        at = 0
    elif place == "bottom":
        at = len(others)
    elif index_of(story, place) in marked:
        raise StoryError(f"Block {place!r} cannot be moved behind itself.")
    else:
        at = [block.id for block in others].index(place) + 1
    return kept_by_hand_if_broken(with_blocks(story, [*others[:at], *taken, *others[at:]]))


# --- what is said of the story -------------------------------------------------------------------------------


def set_details(story: Story, **changes: Any) -> Story:
    """Change what is said of the story as a whole: title, subtitle, byline, description, language, state, cover (the digest of
    a picture in the workspace's ``media/``), cover_alt, rights, query, formats. The slug stays, so that addresses do.

    The query is kept as it is written: :meth:`hubbub.core.storyinbox.StoryInbox.attach` checks it.
    """
    for name in changes:
        if name not in DETAILS:
            raise StoryError(f"A story's {name!r} cannot be set.{nearest(name, DETAILS)}")
    for name in LINES:
        if name in changes:
            changes[name] = one_line(str(changes[name]))
    if changes.get("title") == "":
        raise StoryError("A story needs a title.")
    if "lang" in changes and not re.fullmatch(r"[a-z]{2,3}(-[A-Za-z0-9]{2,8})*", changes["lang"]):
        raise StoryError(f"{changes['lang']!r} is no language; write a code such as en, es, ro, el or pt-BR.")
    if "state" in changes:
        changes["state"] = StoryState(changes["state"])
    if changes.get("cover") and not DIGEST.fullmatch(changes["cover"]):
        raise StoryError("The cover is named by the SHA-256 of a picture in the workspace's media/; save the picture first.")
    if "formats" in changes:
        changes["formats"] = tuple(dict.fromkeys(changes["formats"]))
        if not changes["formats"] or not all(changes["formats"]):
            raise StoryError("A story needs at least one format to be published in, as html.")
    if "cover" in changes and changes["cover"] != story.cover:
        changes.setdefault("cover_alt", "")  # what was said of the old picture is not true of the new one
    changed = replace(story, **changes)
    return story if changed == story else changed


def set_slug(story: Story, slug: str) -> Story:
    """Give the story another name in addresses and commands; links to what was published under the old one break by that."""
    if not SLUG.fullmatch(slug):
        raise StoryError(f"{slug!r} cannot be a story's slug; use small letters, digits and single hyphens, a letter first.")
    return story if slug == story.slug else replace(story, slug=slug)


def check(story: Story) -> Story:
    """The story itself, or ``StoryError`` where its blocks are not as the edits here would leave them."""
    ids: set[str] = set()
    for number, block in enumerate(story.blocks, 1):
        if not block.id or block.id in PLACES or block.id in ids:
            raise StoryError(f"Block {number} cannot have the id {block.id!r}; each needs one of its own.")
        if (block.kind is BlockKind.MENTION) != (block.copy is not None):
            raise StoryError(f"Block {number} is a {block.kind}; only a mention block, and each of them, has a copy.")
        ids.add(block.id)
    return story


def find(story: Story, block_id: str) -> Block:
    """The block of that id; raises ``StoryError``."""
    return story.blocks[index_of(story, block_id)]


def matching(story: Story, words: str) -> tuple[str, ...]:
    """Ids of the blocks in which all these words (or beginnings or parts of words) stand, whatever their case and accents."""
    wanted = fold(words).split()
    return tuple(block.id for block in story.blocks if wanted and all(word in _searched(block) for word in wanted))


def one_line(text: str) -> str:
    """The text with every run of white space made one space."""
    return " ".join(text.split())


# --- inner workings ------------------------------------------------------------------------------------------


def _check_new_id(taken: set[str], block_id: str) -> None:
    if not block_id or block_id in PLACES:
        raise StoryError(f"A block cannot be called {block_id!r}.")
    if block_id in taken:
        raise StoryError(f"The story has a block {block_id!r} already.")


def _tidy(block: Block) -> Block:
    """The block as it is kept, or ``StoryError`` where it has a field that its kind does not."""
    if (block.kind is BlockKind.MENTION) != (block.copy is not None):
        raise StoryError("A mention block quotes a mention, and no other block does.")
    plain = Block(id=block.id, kind=block.kind)
    for name in (field.name for field in fields(Block)):
        if name not in EDITABLE[block.kind] and getattr(block, name) != getattr(plain, name):
            raise StoryError(f"A {block.kind} block has no {name!r}.")
    if block.copy is not None:
        _check_quote(block, block.copy)
        alts = {url: alt for url, given in block.alts.items() if (alt := one_line(given))}
        block = replace(block, alts=alts) if alts != block.alts else block
    tidy = {"rights": one_line(block.rights), "note": block.note.strip()}
    if block.kind is BlockKind.HEADING:
        tidy["text"] = one_line(block.text)
    return replace(block, **tidy)


def _check_quote(block: Block, copy: FrozenCopy) -> None:
    if block.extent and not copy.redacted and place_of(block.extent, copy.mention.text) is None:
        raise StoryError("The chosen words are not in the quoted text; copy them from it, letter by letter.")
    pictures = {media.url for media in copy.mention.media}
    for url in block.alts:
        if url not in pictures:
            raise StoryError(f"{copy.mention.ref} has no picture {url!r} to describe.")


def _searched(block: Block) -> str:
    parts = [block.text, block.url, block.alt, block.note, block.rights, *block.alts.values()]
    if block.copy:
        mention = block.copy.mention
        parts += [mention.title, mention.text, mention.url, *(media.alt for media in mention.media)]
        parts += [mention.author.name, mention.author.handle] if mention.author else []
    return fold("\n".join(parts))
