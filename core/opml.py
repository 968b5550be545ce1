"""Lists of feeds as OPML 2.0 (opml.org), the format that feed readers exchange. Pure: bytes in, values out, and back."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NoReturn
from xml.etree.ElementTree import Element, ParseError, SubElement, TreeBuilder, indent, tostring
from xml.parsers import expat

from .errors import ImportFailed

MAX_BYTES = 20_000_000
MAX_DEPTH = 100
"""Nested folders; a list with more was not made by a person."""


@dataclass(frozen=True, kw_only=True, slots=True)
class OpmlFeed:
    """One feed of a list."""

    url: str
    """Address of the feed (``xmlUrl``)."""
    title: str = ""
    site: str = ""
    """Address of the page that the feed belongs to (``htmlUrl``)."""
    folders: tuple[str, ...] = ()
    """The folders that it lies in, the outermost first."""


def read_opml(content: bytes, file: str = "") -> list[OpmlFeed]:
    """The feeds of a list in its order, each address once. Raises ``ImportFailed`` with the line where it cannot be read."""
    root = _parse(content, file)
    if root.tag.lower() != "opml":
        raise ImportFailed(f"This is no OPML: it begins with <{root.tag}>, not with <opml>.", file=file, line=1)
    found: dict[str, OpmlFeed] = {}
    waiting: list[tuple[Element, tuple[str, ...]]] = [(child, ()) for child in reversed(root)]
    while waiting:
        element, folders = waiting.pop()
        attributes = {name.lower(): " ".join(value.split()) for name, value in element.attrib.items()}
        title = attributes.get("title") or attributes.get("text", "")
        url = attributes.get("xmlurl", "")
        inner = folders
        if element.tag.lower() == "outline" and url:
            feed = OpmlFeed(url=url, title=title, site=attributes.get("htmlurl", ""), folders=folders)
            found.setdefault(url, feed)
        elif element.tag.lower() == "outline" and title:
            inner = (*folders, title)
        waiting.extend((child, inner) for child in reversed(element))
    return list(found.values())


def write_opml(feeds: Sequence[OpmlFeed], title: str = "") -> bytes:
    """A list of feeds as OPML 2.0; reading it back gives the same feeds, folder by folder."""
    root = Element("opml", version="2.0")
    head = SubElement(root, "head")
    SubElement(head, "title").text = _printable(title)
    places: dict[tuple[str, ...], Element] = {(): SubElement(root, "body")}
    for feed in feeds:
        attributes = {
            "type": "rss",
            "text": feed.title or feed.url,
            "title": feed.title,
            "xmlUrl": feed.url,
            "htmlUrl": feed.site,
        }
        kept = {name: _printable(value) for name, value in attributes.items() if value}
        SubElement(_folder(places, feed.folders), "outline", kept)
    indent(root)
    return b'<?xml version="1.0" encoding="utf-8"?>\n' + tostring(root, encoding="utf-8") + b"\n"


def _folder(places: dict[tuple[str, ...], Element], folders: tuple[str, ...]) -> Element:
    if folders not in places:
        name = _printable(folders[-1])
        places[folders] = SubElement(_folder(places, folders[:-1]), "outline", text=name, title=name)
    return places[folders]


def _printable(text: str) -> str:
    """Without characters that XML cannot hold."""
    return "".join(
        char
        for char in text
        if char in "\t\n" or (char >= " " and char not in "\ufffe\uffff" and not "\ud800" <= char <= "\udfff")
    )


def _parse(content: bytes, file: str) -> Element:
    """An element tree, without entities: a file of a few bytes could unfold to gigabytes, or name a file of this machine."""
    if len(content) > MAX_BYTES:
        raise ImportFailed(f"The file is larger than {MAX_BYTES // 1_000_000} MB; a list of feeds is not.", file=file)
    builder = TreeBuilder()
    parser = expat.ParserCreate()
    depth = 0

    def start(tag: str, attributes: dict[str, str]) -> None:
        nonlocal depth
        depth += 1
        if depth > MAX_DEPTH:
            raise ImportFailed("Its folders are nested too deeply.", file=file, line=parser.CurrentLineNumber)
        builder.start(tag, attributes)

    def end(tag: str) -> None:
        nonlocal depth
        depth -= 1
        builder.end(tag)

    def refuse(*_: object) -> NoReturn:
        raise ImportFailed(
            "It declares entities, which a list of feeds does not need and which can do harm; remove its DOCTYPE.",
            file=file,
            line=parser.CurrentLineNumber,
        )

    parser.StartElementHandler = start
    parser.EndElementHandler = end
    parser.EntityDeclHandler = refuse
    parser.UnparsedEntityDeclHandler = refuse
    parser.ExternalEntityRefHandler = refuse
    try:
        parser.Parse(content, True)
        return builder.close()
    except (expat.ExpatError, ParseError, AssertionError) as error:
        line = getattr(error, "lineno", None)
        raise ImportFailed(f"This is no XML that can be read ({error}).", file=file, line=line) from error
    except (LookupError, ValueError) as error:
        raise ImportFailed(f"It is written in an encoding that is not known ({error}).", file=file, line=1) from error
