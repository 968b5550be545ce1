"""Headings that group a story by day or by source. Pure; made again, they are brought up to date and never doubled.

They are known by their ids, ``day-2026-06-08`` and ``source-mastodon``, with a number behind where a day or a source comes
again. A heading of which a person changed the words keeps them.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, replace
from datetime import tzinfo
from itertools import count
from urllib.parse import urlsplit

from .localtime import local
from .phrases import languages, phrases
from .storyorder import arranged, kept_by_hand_if_broken, with_blocks
from .values import Block, BlockKind, Mention, Story

DAY, SOURCE = "day-", "source-"
"""How the ids of these headings begin."""

NAMES = {
    "bluesky": "Bluesky",
    "devto": "DEV",
    "discourse": "Discourse",
    "github": "GitHub",
    "hackernews": "Hacker News",
    "nodebb": "NodeBB",
    "stackexchange": "Stack Exchange",
    "youtube": "YouTube",
}
"""Platforms that write their names in their own way; others are written as they are called here, with a capital."""


SITES = frozenset({"rss", "web", "webpage", "googlenews"})
"""Platforms that are many sites."""


@dataclass(frozen=True, slots=True)
class _Group:
    key: str
    title: Callable[[], str]
    """What the heading says; asked for once a group, since dates take long to write."""
    others: Callable[[], Collection[str]] = tuple
    """What it would say in other languages."""


def add_day_headings(story: Story, zone: tzinfo) -> Story:
    """A heading with the date, in the story's language, before the first mention of each day as it stands in the story."""

    def group(block: Block) -> _Group:
        assert block.copy is not None
        at = local(block.copy.when, zone)

        def title(lang: str = story.lang) -> str:
            return phrases(lang).day(at, weekday=True)

        return _Group(at.date().isoformat(), title, lambda: [title(lang) for lang in languages()])

    return _with_headings(remove_group_headings(story, (SOURCE,)), DAY, group)


def group_by_source(story: Story) -> Story:
    """What comes from one platform (or site) together, the platform that the story begins with first, each under its heading.

    Within a group the mentions keep their order. A story that is not in the order of time then is kept by hand.
    """
    plain = remove_group_headings(story, (DAY, SOURCE))
    rank: dict[str, int] = {}
    for block in plain.blocks:
        if block.copy and not block.pinned:
            rank.setdefault(source_name(block.copy.mention), len(rank))

    def gathered(units: list[tuple[Block, ...]]) -> list[tuple[Block, ...]]:
        return sorted(units, key=lambda unit: rank[source_name(unit[-1].copy.mention)] if unit[-1].copy else 0)

    def group(block: Block) -> _Group:
        assert block.copy is not None
        name = source_name(block.copy.mention)
        return _Group("-".join(name.casefold().split()), lambda: name)

    # Headings that a person worded are found again by their ids.
    worded = {block.id: block for block in story.blocks if block.id.startswith(SOURCE)}
    sorted_ = kept_by_hand_if_broken(with_blocks(plain, arranged(plain.blocks, gathered)))
    return _same(story, _with_headings(sorted_, SOURCE, group, worded))


def remove_group_headings(story: Story, kinds: Collection[str] = (DAY, SOURCE)) -> Story:
    """The story without such headings."""
    return with_blocks(story, [block for block in story.blocks if not _is_ours(block, kinds)])


def source_name(mention: Mention) -> str:
    """Where a mention comes from, for people: the platform's name, or the site of an article."""
    if mention.platform in SITES and (host := urlsplit(mention.url).hostname):
        return host.removeprefix("www.")
    return NAMES.get(mention.platform, mention.platform[:1].upper() + mention.platform[1:])


# --- inner workings ------------------------------------------------------------------------------------------


def _is_ours(block: Block, kinds: Collection[str]) -> bool:
    return block.kind is BlockKind.HEADING and block.id.startswith(tuple(kinds))


def _with_headings(
    story: Story, prefix: str, group: Callable[[Block], _Group], worded: dict[str, Block] | None = None
) -> Story:
    old = {block.id: block for block in story.blocks if _is_ours(block, (prefix,))} | (worded or {})
    taken = {block.id for block in story.blocks} - old.keys()
    blocks: list[Block] = []
    waiting: list[Block] = []  # what stands between the last mention and the next
    current = ""
    begun = False
    for block in story.blocks:
        if block.kind is not BlockKind.MENTION:
            waiting.append(block)
            continue
        found = group(block)
        heading: Block | None = None
        if found.key != current:
            block_id = _free(f"{prefix}{found.key}", taken)
            taken.add(block_id)
            heading = _heading(old.get(block_id), block_id, found)
            waiting = _put(waiting, heading, old, opening=not begun)
        blocks += [each for each in waiting if each is heading or each.id not in old]
        blocks.append(block)
        waiting, current, begun = [], found.key, True
    blocks += [each for each in waiting if each.id not in old]
    return with_blocks(story, blocks)


def _put(waiting: Sequence[Block], heading: Block, old: dict[str, Block], *, opening: bool) -> list[Block]:
    """What introduces a mention, with the heading: where one of its kind stood, else at the front.

    Before the first mention it stands behind what opens the story.
    """
    places = [index for index, block in enumerate(waiting) if block.id in old]
    at = places[0] if places else len(waiting) if opening else 0
    others = [block for block in waiting[:at] if block.id not in old]
    return [*others, heading, *(block for block in waiting[at:] if block.id not in old)]


def _heading(old: Block | None, block_id: str, group: _Group) -> Block:
    title = group.title()
    if old is None:
        return Block(id=block_id, kind=BlockKind.HEADING, text=title)
    return replace(old, text=title) if old.text != title and old.text in group.others() else old


def _free(wanted: str, taken: Collection[str]) -> str:
    return next(name for number in count(1) if (name := wanted if number == 1 else f"{wanted}-{number}") not in taken)


def _same(old: Story, new: Story) -> Story:
    return old if new == old else new
