"""Writes a story as a message for Slack: ``slack.json`` (Block Kit) to post, ``slack.txt`` (mrkdwn) to paste.

A digest: every quotation is cut to a few lines and leads to where it was said. Nothing that a stranger wrote can call people
(``<!channel>``, ``@here``), make a link that says something else, or switch formatting on. Nothing is sent from here.

Limits: at most 50 blocks in a message, 3,000 characters in a section's text, 150 in a header, after Slack's reference of Block
Kit; ``&``, ``<`` and ``>`` are escaped after its page on formatting text.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import TypeAlias

from markdown_it.token import Token

from ...core.cleaning import clean_url
from ...core.contracts import Component
from ...core.hookspecs import hookimpl
from ...core.values import Block, BlockKind, PublishedStory, Receipt
from .ownwords import address, tokens
from .said import Said, Telling, one_line, shortened

JSON_FILE, TEXT_FILE = "slack.json", "slack.txt"
MOST_BLOCKS = 50
MOST_SECTION = 3000
MOST_HEADER = 150
QUOTED = 400
"""Characters of a quotation."""
OWN = 1200
"""Characters of a text of our own."""

Kit: TypeAlias = dict[str, object]

_CALLS = re.compile(r"@(?=(channel|here|everyone)\b)", re.IGNORECASE)
_FORMATS = re.compile(r"(?<!\w)[*_~`]+(?=\S)|(?<=\S)[*_~`]+(?!\w)")
_JOINER = "\u2060"
"""Word joiner: shows nothing, and keeps a sign from being read together with what follows."""


class SlackExporter:
    """Writes ``slack.json`` and ``slack.txt``."""

    def export(self, story: PublishedStory, to: Path) -> Receipt:
        """Write both; what has no room in one message is counted at its end."""
        parts = list(_Digest(story).parts())
        room = MOST_BLOCKS - 1
        shown, left = (parts, 0) if len(parts) <= MOST_BLOCKS else (parts[:room], len(parts) - room)
        if left:
            shown = [*shown, _more(left, story)]
        fallback = escape(shortened(one_line(story.story.title), MOST_HEADER))
        message = {"text": fallback, "blocks": [block for _, block in shown], "unfurl_links": False, "unfurl_media": False}
        (to / JSON_FILE).write_text(json.dumps(message, ensure_ascii=False, indent=1) + "\n", encoding="utf-8", newline="\n")
        text = "\n\n".join(text for text, _ in parts) + "\n"
        (to / TEXT_FILE).write_text(text, encoding="utf-8", newline="\n")
        warnings = (f"A message of Slack has {MOST_BLOCKS} blocks; slack.json leaves out {left}.",) if left else ()
        return Receipt(path=str(to / JSON_FILE), files=(JSON_FILE, TEXT_FILE), warnings=warnings)


def escape(text: str) -> str:
    """Anybody's words as nothing but words in mrkdwn."""
    plain = text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    plain = _CALLS.sub(f"@{_JOINER}", plain)
    return _FORMATS.sub(lambda found: "".join(sign + _JOINER for sign in found[0]), plain)


def link(url: str, text: str) -> str:
    """A link in mrkdwn; the words alone where the address is none of the web."""
    url = clean_url(url)
    if not url:
        return escape(text)
    target = url.replace("&", "&amp;").replace("<", "%3C").replace(">", "%3E").replace("|", "%7C")
    return f"<{target}|{escape(text).replace('|', '¦') or target}>"


class _Digest:
    def __init__(self, published: PublishedStory) -> None:
        self.published = published
        self.story = published.story
        self.telling = Telling(published)

    def parts(self) -> Iterator[tuple[str, Kit]]:
        """Each part as mrkdwn and as a block."""
        story, words = self.story, self.telling.words
        title = one_line(story.title) or "-"
        header = {"type": "plain_text", "text": shortened(title, MOST_HEADER), "emoji": False}
        yield f"*{escape(title)}*", {"type": "header", "text": header}
        byline = f"{words['by']} {one_line(story.byline)}" if story.byline.strip() else ""
        about = [one_line(story.subtitle), byline, f"{words['published']} {self.telling.at(self.published.at)}"]
        facts = " · ".join(escape(part) for part in about if part)
        if page := address(self.published):
            facts = f"{facts} · {link(page, page)}"
        yield facts, {"type": "context", "elements": [_mrkdwn(facts)]}
        if story.description.strip():
            yield _section(escape(shortened(one_line(story.description), OWN)))
        for block in story.blocks:
            yield from self._block(block)

    def _block(self, block: Block) -> Iterator[tuple[str, Kit]]:
        text = one_line(block.text)
        if block.copy:
            yield _section(_quotation(self.telling.said(block)))
        elif block.kind is BlockKind.DIVIDER:
            yield "———", {"type": "divider"}
        elif block.kind is BlockKind.HEADING and text:
            yield _section(f"*{escape(shortened(text, OWN))}*")
        elif block.kind is BlockKind.TEXT and block.text.strip():
            yield _section(own_mrkdwn(shortened(block.text.strip(), OWN)))
        elif block.kind is BlockKind.LINK and (text or clean_url(block.url)):
            yield _section(link(block.url, shortened(text or clean_url(block.url), OWN)))
        elif block.kind is BlockKind.IMAGE and (told := " · ".join(filter(None, [text, one_line(block.alt)]))):
            yield _section(f"_{link(block.url, shortened(told, OWN))}_")


def own_mrkdwn(text: str) -> str:
    """Our own Markdown in Slack's: emphasis, links, code and lists; anything else as its words."""
    lines: list[str] = []
    mark = ""
    for token in tokens(text):
        if token.type == "list_item_open":
            mark = f"{token.info}. " if token.info else "• "
        elif token.type == "inline":
            lines.append(mark + _inline(token.children or []))
            mark = ""
        elif token.type in ("fence", "code_block"):
            lines.append(escape(token.content.rstrip("\n")))
    return "\n".join(lines)


def _inline(children: list[Token]) -> str:
    signs = {"strong_open": "*", "strong_close": "*", "em_open": "_", "em_close": "_", "s_open": "~", "s_close": "~"}
    parts: list[str] = []
    href, label = "", None
    for token in children:
        if token.type == "link_open":
            href, label = str(token.attrGet("href") or ""), []
        elif token.type == "link_close" and label is not None:
            parts.append(link(href, "".join(label)))
            label = None
        elif label is not None:
            label.append(token.content)
        elif token.type in ("softbreak", "hardbreak"):
            parts.append("\n")
        elif token.type == "code_inline":
            parts.append(f"`{escape(token.content.replace('`', ''))}`")
        else:
            parts.append(signs.get(token.type) or escape(token.content))
    return "".join(parts)


def _quotation(said: Said) -> str:
    text = "\n".join(filter(None, [said.title, said.text]))
    quoted = [f">{escape(' '.join(row.split()))}" for row in shortened(text, QUOTED).splitlines() if row.strip()]
    who = shortened(said.who, 80) + (f" (@{shortened(said.handle, 80)})" if said.handle else "")
    where = f"— *{escape(who)}* · {escape(said.platform)} · {link(said.url, said.when)}"
    notes = [f"_{escape(shortened(note, 200))}_" for note in said.notes]
    return "\n".join([*quoted, where, *notes])


def _more(left: int, story: PublishedStory) -> tuple[str, Kit]:
    page = address(story)
    words = f"+ {left}"
    return _section(link(page, words) if page else escape(words))


def _section(text: str) -> tuple[str, Kit]:
    whole = text if len(text) <= MOST_SECTION else _cut(text)
    return whole, {"type": "section", "text": _mrkdwn(whole)}


def _cut(text: str) -> str:
    """As much of ready mrkdwn as there is room for, cut between lines, so that no link or entity is cut in two."""
    kept: list[str] = []
    room = MOST_SECTION - 2
    for row in text.split("\n"):
        if len(row) + 1 > room:
            break
        kept.append(row)
        room -= len(row) + 1
    return "\n".join([*kept, "…"])


def _mrkdwn(text: str) -> Kit:
    return {"type": "mrkdwn", "text": text, "verbatim": True}


@hookimpl
def register_exporters() -> Iterable[Component]:
    """The exporter ``slack``."""
    return [Component(name="slack", build=lambda options, context: SlackExporter(), summary="A digest to post in Slack")]
