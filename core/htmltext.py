"""Strangers' HTML as plain text with its paragraphs, and the pictures, sounds and films in it.

Most of what feeds and forums send is simple, and one pass over its tags is enough. Whatever is not (comments, scripts,
quoting that does not add up) is first made regular by nh3, a real HTML parser. No markup survives either way: what looks
like a tag in the outcome was written as text.
"""

from __future__ import annotations

import html
import re
from contextlib import suppress
from dataclasses import dataclass
from itertools import islice
from typing import Literal

MAX_HTML = 600_000
"""Characters read of one text; the archive keeps fewer."""

MAX_DIFFICULT_TAGS = 10_000
"""Tags read of a text that needs the real parser, whose time grows with the square of how deep they are nested."""

_TAG = re.compile(r"<(/?)([a-zA-Z][a-zA-Z0-9:-]*)([^<>]*)>")
_REGULAR_TAG = re.compile(r'<(/?)([a-zA-Z][a-zA-Z0-9:-]*)((?:\s[^\s<>="]+="[^"]*")*)\s*/?>')
_ATTRIBUTE = re.compile(r"""([a-zA-Z-]+)\s*=\s*("[^"]*"|'[^']*'|[^\s"'<>]+)""")
_WIDE_SPACES = re.compile(" {2,}")
_EMPTY_LINES = re.compile(r"\n{3,}")
_PRE = re.compile(r"<pre>([^<]*)")

_PARAGRAPHS = (
    "p blockquote ul ol dl table h1 h2 h3 h4 h5 h6 pre figure section article header footer aside hr form details address"
)
_LINES = "div br tr dt dd figcaption summary caption li option"
_BREAKS = {**dict.fromkeys(_PARAGRAPHS.split(), "\n\n"), **dict.fromkeys(_LINES.split(), "\n"), "td": " ", "th": " "}
_MEDIA: dict[str, Literal["image", "audio", "video"]] = {"img": "image", "audio": "audio", "video": "video"}
_MEDIA_ATTRIBUTES = {"src", "alt", "width", "height", "data-src"}
_DROPPED_WITH_CONTENT = {
    "script",
    "style",
    "template",
    "noscript",
    "head",
    "title",
    "textarea",
    "select",
    "object",
    "svg",
    "math",
}
_DIFFICULT = _DROPPED_WITH_CONTENT | {"pre", "iframe", "embed", "xmp", "plaintext", "noembed", "noframes"}

_PIXEL = {"0", "1"}
"""Width or height of a picture that only counts readers."""


@dataclass(frozen=True, slots=True)
class Embedded:
    """A picture, sound or film in a text."""

    kind: Literal["image", "audio", "video"]
    src: str
    """As written: it may be relative."""
    alt: str = ""


@dataclass(frozen=True, slots=True)
class ReadHtml:
    """What a piece of HTML says."""

    text: str
    """Paragraphs are parted by an empty line; a picture's text alternative stands in brackets where the picture was."""
    embedded: tuple[Embedded, ...] = ()
    """In the order of the text."""


def read_html(source: str) -> ReadHtml:
    """Plain text of a piece of HTML. Never raises, whatever it is given."""
    source = source[:MAX_HTML]
    if "<" not in source:
        return ReadHtml(tidy(html.unescape(" ".join(source.split()))))
    if "<!" not in source and "<?" not in source:
        with suppress(_NotSimple):
            return _read(" ".join(source.split()), _TAG)
    return _read(_keeping_lines_of_pre(_regular(source)), _REGULAR_TAG)


def plain_line(source: str) -> str:
    """HTML as one line, for titles and names."""
    if "<" not in source and "&" not in source:
        return " ".join(source.split())
    return " ".join(read_html(source).text.split())


def tidy(text: str) -> str:
    """Plain text with trimmed lines and at most one empty line in a row."""
    lines = [line.strip() for line in text.replace("\xa0", " ").split("\n")]
    return _EMPTY_LINES.sub("\n\n", "\n".join(lines)).strip()


class _NotSimple(Exception):
    """One pass over the tags would not do."""


def _regular(source: str) -> str:
    import nh3

    opened = list(islice(re.finditer("<", source), MAX_DIFFICULT_TAGS + 1))
    if len(opened) > MAX_DIFFICULT_TAGS:
        source = source[: opened[-1].start()]
    return nh3.clean(
        source,
        tags={*_BREAKS, *_MEDIA},
        clean_content_tags=_DROPPED_WITH_CONTENT,
        attributes=dict.fromkeys(_MEDIA, _MEDIA_ATTRIBUTES),
        link_rel=None,
    )


def _keeping_lines_of_pre(source: str) -> str:
    """Collapse white space as browsers do: everywhere but in preformatted text, whose line ends become breaks."""
    if "<pre" in source:
        source = _PRE.sub(lambda found: "<pre>" + found[1].strip("\n").replace("\n", "<br>"), source)
    return " ".join(source.split())


def _read(source: str, tag: re.Pattern[str]) -> ReadHtml:
    embedded: list[Embedded] = []
    checked = tag is _REGULAR_TAG

    def stand_in(found: re.Match[str]) -> str:
        closing, name, attributes = found.groups()
        name = name.lower()
        if not checked and (name in _DIFFICULT or attributes.count('"') % 2 or attributes.count("'") % 2):
            # Odd quotes: the ">" that ended the tag stands inside of an attribute.
            raise _NotSimple
        if name in _MEDIA:
            return "" if closing else _take(name, attributes, embedded)
        if name == "li":
            return "\n" if closing else "\n- "
        return _BREAKS.get(name, "")

    text = _WIDE_SPACES.sub(" ", tag.sub(stand_in, source))
    return ReadHtml(tidy(html.unescape(text)), tuple(embedded))


def _take(name: str, attributes: str, embedded: list[Embedded]) -> str:
    """Note a picture, sound or film; gives what stands for it in the text, as HTML."""
    pairs = {found[1].lower(): found[2] for found in _ATTRIBUTE.finditer(attributes)}
    values = {key: html.unescape(value[1:-1] if value[0] in "\"'" else value).strip() for key, value in pairs.items()}
    if values.get("width") in _PIXEL or values.get("height") in _PIXEL:
        return ""
    alt = " ".join(values.get("alt", "").split())
    src = values.get("src", "")
    if not src or src.startswith("data:"):
        src = values.get("data-src", "")  # where pages that load pictures late keep the address
    if len(alt) <= 2 and not alt.isascii():
        return html.escape(alt)  # a picture of an emoji is a character of the text
    if src and not src.startswith("data:"):
        embedded.append(Embedded(_MEDIA[name], src, alt))
    return f" [{html.escape(alt)}] " if alt else " "
