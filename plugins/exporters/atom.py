"""Writes a story as a feed: ``story.atom``, an entry for each quotation, with the pictures in ``media/``.

RFC 4287. What introduces a quotation stands at the top of its entry. Ids depend on the story and the block alone (``urn:uuid``,
RFC 9562, version 5), so they stay when the story is renamed, moved or published elsewhere. Content is HTML, escaped as text.
With ``publish.base_url`` links and pictures are absolute and lead to the published page; without it they are relative to the
file, and an entry leads to the original.
"""

from __future__ import annotations

import uuid
from collections.abc import Iterable
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

from ...core.contracts import Component
from ...core.hookspecs import hookimpl
from ...core.media import copy_pictures
from ...core.phrases import language_tag
from ...core.quoting import without_stills
from ...core.serial import time_to_json
from ...core.values import Block, Media, PublishedStory, Receipt
from .fragments import Fragments, Passage, passages
from .ownwords import address
from .said import one_line, shortened
from .xhtml import xml_text

if TYPE_CHECKING:
    from xml.etree.ElementTree import Element

FILE = "story.atom"
NAMESPACE = "http://www.w3.org/2005/Atom"
_IDS = uuid.uuid5(uuid.NAMESPACE_URL, "urn:hubbub:story")
_TITLE = 80
"""Characters of a title that is taken from the words of a quotation."""


class AtomExporter:
    """Writes ``story.atom``."""

    def export(self, story: PublishedStory, to: Path) -> Receipt:
        """Write the feed; pictures are copied beside it."""
        from xml.etree.ElementTree import ElementTree, indent

        feed = _Feed(story).element()
        indent(feed)
        ElementTree(feed).write(to / FILE, encoding="utf-8", xml_declaration=True)
        with (to / FILE).open("ab") as file:
            file.write(b"\n")
        return Receipt(path=str(to / FILE), files=(FILE, *copy_pictures(without_stills(story), to)))


class _Feed:
    def __init__(self, published: PublishedStory) -> None:
        self._published = published
        self._story = published.story
        self._page = address(published)
        self._fragments = Fragments(published, base=self._page)
        self._anchors = {block.id: f"b{number}" for number, block in enumerate(self._story.blocks, 1)}
        """As the page calls the places of its blocks (:mod:`.html_page`)."""

    def element(self) -> Element:
        """The whole feed (RFC 4287, section 4.1.1)."""
        from xml.etree.ElementTree import Element

        story, words = self._story, self._fragments.telling.words
        feed = Element("feed", {"xmlns": NAMESPACE})
        if lang := language_tag(story.lang):
            feed.set("xml:lang", lang)
        _add(feed, "id", _id(story.id))
        _add(feed, "title", one_line(story.title) or story.slug)
        subtitle = one_line(story.subtitle) or one_line(story.description)
        if subtitle:
            _add(feed, "subtitle", subtitle)
        _add(feed, "updated", _time(self._published.at))
        _person(feed, one_line(story.byline) or words["no author"])
        if self._page:
            _add(feed, "link", rel="self", type="application/atom+xml", href=f"{self._page}{FILE}")
            _add(feed, "link", rel="alternate", type="text/html", href=self._page)
        if story.rights.strip():
            _add(feed, "rights", one_line(story.rights))
        if cover := self._fragments.source(Media(kind="image", url="", digest=story.cover)):
            _add(feed, "logo", cover)
        _add(feed, "generator", self._published.generator)
        told = list(passages(story.blocks))
        closing = told.pop().before if told and told[-1].block is None else ()
        for number, passage in enumerate(told, 1):
            feed.append(self._entry(passage, closing if number == len(told) else ()))
        if not told and closing:
            feed.append(self._words(closing))
        return feed

    def _entry(self, passage: Passage, closing: tuple[Block, ...]) -> Element:
        """One quotation (section 4.1.2); words that close the story stand below the last."""
        from xml.etree.ElementTree import Element

        block = passage.block
        assert block is not None
        assert block.copy is not None
        copy, said = block.copy, self._fragments.said(block)
        entry = Element("entry")
        _add(entry, "id", _id(self._story.id, block.id))
        _add(entry, "title", said.title or shortened(one_line(said.text), _TITLE) or said.who)
        _add(entry, "published", _time(copy.when))
        _add(entry, "updated", _time(copy.redacted.at if copy.redacted else copy.frozen))
        _person(entry, said.who, said.profile)
        link = f"{self._page}#{self._anchors[block.id]}" if self._page else said.url
        if link:
            _add(entry, "link", rel="alternate", type="text/html", href=link)
        if link != said.url and said.url:
            _add(entry, "link", rel="via", href=said.url)
        _add(entry, "category", term=one_line(copy.mention.platform) or "unknown")
        if block.rights.strip():
            _add(entry, "rights", one_line(block.rights))
        parts = [self._fragments.words(passage.before), self._fragments.quotation(block), self._fragments.words(closing)]
        _add(entry, "content", "\n".join(filter(None, parts)), type="html")
        return entry

    def _words(self, blocks: tuple[Block, ...]) -> Element:
        """A story that quotes nothing: its own words."""
        from xml.etree.ElementTree import Element

        entry = Element("entry")
        _add(entry, "id", _id(self._story.id, "words"))
        _add(entry, "title", one_line(self._story.title) or self._story.slug)
        _add(entry, "updated", _time(self._published.at))
        if self._page:
            _add(entry, "link", rel="alternate", type="text/html", href=self._page)
        _add(entry, "content", str(self._fragments.words(blocks)), type="html")
        return entry


def _add(parent: Element, name: str, text: str = "", **attributes: str) -> Element:
    from xml.etree.ElementTree import SubElement

    element = SubElement(parent, name, {key: xml_text(value) for key, value in attributes.items()})
    element.text = xml_text(text)
    return element


def _person(parent: Element, name: str, uri: str = "") -> None:
    person = _add(parent, "author")
    _add(person, "name", name)
    if uri:
        _add(person, "uri", uri)


def _id(*parts: str) -> str:
    return uuid.uuid5(_IDS, "\0".join(part.encode("utf-8", "replace").decode() for part in parts)).urn


def _time(at: datetime) -> str:
    """RFC 3339, whole seconds."""
    return time_to_json(at.replace(microsecond=0))


@hookimpl
def register_exporters() -> Iterable[Component]:
    """The exporter ``atom``."""
    return [Component(name="atom", build=lambda options, context: AtomExporter(), summary="The story as a feed")]
