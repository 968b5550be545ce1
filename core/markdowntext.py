"""Text made safe inside Markdown: other people's words as nothing but words, our own as Markdown without HTML."""

from __future__ import annotations

import re
from functools import cache
from typing import TYPE_CHECKING
from urllib.parse import quote as percent

from .cleaning import clean_url
from .text import clean

if TYPE_CHECKING:
    from markdown_it import MarkdownIt

_INLINE = re.compile(r"([\\`*_\[\]<>&~|$!{]|(?<=\{)[%#:])")
"""What can begin or end markup anywhere in a line, of CommonMark, its usual extensions and the templates of static sites."""
_START = re.compile(r"^(#{1,6}(?=\s|$)|[-+=:]|\d{1,9}(?=[.)]))")
"""What can begin a block at the start of a line."""
WEB_ADDRESS = re.compile(r"https?://[^\s<>\"'`\\{}|^]+[^\s<>\"'`\\{}|^.,;:!?)\]]")
"""An address in running text, without the punctuation that closes a sentence or a bracket."""
_CODE = re.compile(r"(^(?:```|~~~).*?^(?:```|~~~)[^\n]*$|`[^`\n]+`)", re.MULTILINE | re.DOTALL)
_TEMPLATE = re.compile(r"\{(?=[{%#:<])")
_END = "hubbubend"
"""A word that stands for what follows a text of our own."""


def escape(text: str) -> str:
    """One line of anybody's words, so that Markdown shows exactly them; addresses in it become links."""
    parts: list[str] = []
    at = 0
    for found in WEB_ADDRESS.finditer(text):
        if clean_url(found[0]):
            parts += [_escaped(text[at : found.start()]), f"<{found[0]}>"]
            at = found.end()
    parts.append(_escaped(text[at:]))
    return _START.sub(_escape_start, "".join(parts))


def line(text: str) -> str:
    """Anybody's words as one line, for headings and names; addresses stay plain text there."""
    return _START.sub(_escape_start, _escaped(" ".join(clean(text, newlines=False).split())))


def paragraphs(text: str) -> str:
    """Anybody's words with their line breaks; runs of empty lines become one."""
    lines = [" ".join(row.split()) for row in clean(text).splitlines()]
    blocks = re.split(r"\n{2,}", "\n".join(lines).strip("\n"))
    return "\n\n".join("  \n".join(escape(row) for row in block.split("\n")) for block in blocks)


def quote(text: str) -> str:
    """A block quotation of Markdown that is ready."""
    return "\n".join(f"> {row}" if row else ">" for row in text.split("\n"))


def link_target(url: str) -> str:
    """An address as the target of a link, in angle brackets, whatever is in it."""
    return f"<{percent(clean_url(url), safe=_URL_SAFE)}>"


def without_templates(text: str) -> str:
    """Markdown in which no program that builds sites finds a template of its own (Liquid, Nunjucks, Go, kramdown).

    Outside of code a brace that would begin one becomes an entity; within code, where entities mean nothing, an invisible
    word joiner parts it from what follows.
    """
    parts = _CODE.split(text)
    return "".join(_TEMPLATE.sub("{\u2060" if index % 2 else "&#123;", part) for index, part in enumerate(parts))


def own_words(text: str) -> str:
    """Words of our own: Markdown that holds no HTML, leads only to web addresses, and is closed where it ends."""
    text = clean(text).strip()
    for candidate in (text, _without_html(text)):
        if _harmless(candidate):
            return candidate
    return paragraphs(text)


_URL_SAFE = "%:/?#[]@!$&'()*+,;=~-._"


def _escaped(text: str) -> str:
    return _INLINE.sub(r"\\\1", text)


def _escape_start(found: re.Match[str]) -> str:
    return f"{found[0]}\\" if found[0].isdigit() else f"\\{found[0]}"


def _without_html(text: str) -> str:
    """The text with every ``<`` outside of code written as an entity."""
    return "".join(part if index % 2 else part.replace("<", "&lt;") for index, part in enumerate(_CODE.split(text)))


def _harmless(text: str) -> bool:
    tokens = _parser().parse(f"{text}\n\n{_END}\n")
    last = tokens[-2:-1]
    if not (last and last[0].type == "inline" and last[0].content == _END and last[0].level == 1):
        return False
    for token in tokens:
        for part in (token, *(token.children or ())):
            target = part.attrs.get("href") or part.attrs.get("src")
            if part.type in ("html_block", "html_inline") or (target is not None and not clean_url(str(target))):
                return False
    return True


@cache
def _parser() -> MarkdownIt:
    """CommonMark with everything allowed, so that what another program would make of a text is seen."""
    from markdown_it import MarkdownIt

    parser = MarkdownIt("commonmark", {"html": True})
    parser.validateLink = lambda url: True
    return parser
