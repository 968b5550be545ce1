"""Our own words (Markdown) for formats that are no pages, and where the published page of a story is."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from typing import TYPE_CHECKING

from ...core.cleaning import clean_url
from ...core.text import clean
from ...core.values import PublishedStory

if TYPE_CHECKING:
    from markdown_it import MarkdownIt
    from markdown_it.token import Token


def tokens(text: str) -> Sequence[Token]:
    """Markdown of ours, read; HTML in it is text."""
    return _parser().parse(clean(text))


def plain(text: str) -> str:
    """Markdown of ours as plain text: paragraphs apart, list items with a dash, addresses behind the words that lead there."""
    written = ""
    item = ""
    in_list = False
    for token in tokens(text):
        if token.type == "list_item_open":
            item = f"{token.info}. " if token.info else "- "
        elif token.type in ("inline", "fence", "code_block"):
            row = _inline(token.children) if token.children else token.content.rstrip("\n")
            written += ("\n" if item and in_list else "\n\n") + item + row
            in_list, item = bool(item), ""
    return written.strip()


def address(published: PublishedStory) -> str:
    """Where readers will find the story on the web; empty where that is nowhere."""
    return clean_url(f"{published.base_url}{published.story.slug}/") if published.base_url else ""


def _inline(children: Sequence[Token]) -> str:
    parts: list[str] = []
    href = ""
    for token in children:
        if token.type == "link_open":
            href = clean_url(str(token.attrGet("href") or ""))
        elif token.type == "link_close":
            said = "".join(parts)
            parts.append(f" <{href}>" if href and not said.endswith(href) else "")
        else:
            parts.append("\n" if token.type in ("softbreak", "hardbreak") else token.content)
    return "".join(parts)


@cache
def _parser() -> MarkdownIt:
    from markdown_it import MarkdownIt

    return MarkdownIt("commonmark", {"html": False}).enable("strikethrough").disable("image")
