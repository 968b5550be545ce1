"""What changed from one story to another, in sentences for people."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import replace

from .values import Block, BlockKind, Story

SHOWN = 60
"""Characters of a text that a sentence quotes."""

DETAILS = {
    "title": "title",
    "subtitle": "subtitle",
    "byline": "byline",
    "description": "description",
    "slug": "slug",
    "lang": "language",
    "order": "order",
    "state": "state",
    "rights": "rights",
    "query": "query",
    "formats": "formats",
}


def diff(old: Story, new: Story) -> list[str]:
    """One sentence a change: details first, then blocks removed, added, edited and moved; empty where nothing differs."""
    sentences = [
        f"changed the {words} from {_quoted(getattr(old, name))} to {_quoted(getattr(new, name))}"
        for name, words in DETAILS.items()
        if getattr(old, name) != getattr(new, name)
    ]
    if old.cover != new.cover:
        sentences.append("changed the cover" if new.cover else "took the cover away")
    elif old.cover_alt != new.cover_alt:
        sentences.append(f"described the cover: {_quoted(new.cover_alt)}")
    before = {block.id: (number, block) for number, block in enumerate(old.blocks, 1)}
    after = {block.id: (number, block) for number, block in enumerate(new.blocks, 1)}
    sentences += [f"removed {describe(block)} (was {number})" for key, (number, block) in before.items() if key not in after]
    sentences += [f"added {describe(block)} as {number}" for key, (number, block) in after.items() if key not in before]
    for key, (_, block) in after.items():
        if key in before:
            sentences += _edits(before[key][1], block)
    kept = [key for key in before if key in after]
    places = [after[key][0] for key in kept]
    still = set(longest_rise(places))
    for key, place in zip(kept, places, strict=True):
        if place not in still:
            sentences.append(f"moved {describe(after[key][1])} from {before[key][0]} to {place}")
    return sentences


def describe(block: Block) -> str:
    """A block in a few words: ``the text “It began…”``."""
    if block.copy:
        mention = block.copy.mention
        author = mention.author
        said = shorten(mention.text or mention.title or mention.url)
        if author is None and said:
            return f"the {mention.kind} “{said}”"
        who = (author.handle or author.name or author.key) if author else mention.platform
        return f"{who}’s {mention.kind} “{said}”" if said else f"a {mention.kind} of {who}"
    if block.kind is BlockKind.DIVIDER:
        return "a divider"
    said = shorten(block.text or block.alt or block.url)
    return f"the {block.kind} “{said}”" if said else f"an empty {block.kind}"


def shorten(text: str, length: int = SHOWN) -> str:
    """The text on one line, cut at ``length`` with an ellipsis."""
    text = " ".join(text.split())
    return text if len(text) <= length else text[: length - 1].rstrip() + "…"


def longest_rise(numbers: Sequence[int]) -> list[int]:
    """The longest rising subsequence of distinct numbers: what can stay when as little as possible is moved.

    Patience sorting, O(n log n) (Fredman 1975, "On computing the length of longest increasing subsequences").
    """
    tops: list[int] = []
    piles: list[int] = []
    back: dict[int, int | None] = {}
    for number in numbers:
        pile = bisect_left(tops, number)
        tops[pile : pile + 1] = [number]
        piles[pile : pile + 1] = [number]
        back[number] = piles[pile - 1] if pile else None
    rise: list[int] = []
    number = piles[-1] if piles else None
    while number is not None:
        rise.append(number)
        number = back[number]
    return rise[::-1]


def _edits(old: Block, new: Block) -> list[str]:
    sentences: list[str] = []
    if old.pinned != new.pinned:
        sentences.append(f"{'pinned' if new.pinned else 'unpinned'} {describe(new)}")
    if old.copy and new.copy and old.copy != new.copy:
        if old.copy.version != new.copy.version:
            sentences.append(f"quoted version {new.copy.version} instead of {old.copy.version} of {describe(new)}")
        else:
            sentences.append(f"renewed the copy of {describe(new)}")
    if old.extent != new.extent:
        part = f"the part “{shorten(new.extent.exact)}”" if new.extent else "the whole"
        sentences.append(f"quoted {part} of {describe(new)}")
    if old.alts != new.alts or old.alt != new.alt:
        sentences.append(f"described {'pictures of ' if new.copy else ''}{describe(new)}")
    if old.rights != new.rights:
        sentences.append(f"noted the rights of {describe(new)}: {_quoted(new.rights)}")
    if old.note != new.note:
        sentences.append(f"noted beside {describe(new)}: {_quoted(new.note)}")
    told = {name: getattr(new, name) for name in ("pinned", "copy", "extent", "alts", "alt", "rights", "note")}
    if replace(old, **told) != new:
        sentences.append(f"edited {describe(old)}" + (f" to “{shorten(new.text)}”" if old.text != new.text else ""))
    return sentences


def _quoted(value: object) -> str:
    value = ", ".join(value) if isinstance(value, tuple) else value
    return f"“{shorten(str(value))}”" if str(value) else "nothing"
