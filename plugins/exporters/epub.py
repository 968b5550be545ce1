"""Writes a story as a book: ``story.epub``, EPUB 3 for reading devices and screen readers.

A chapter for each heading of the story, a table of contents, the pictures of which we hold copies, nothing from elsewhere. What
others wrote is escaped text; our own words are Markdown, rendered without HTML. Pages of Arabic, Hebrew and their like run from
right to left. The container (a ZIP with a list of its parts) is written here: it is a small format, and a library for it would
be more to keep than these lines. Checked with EPUBCheck.

Format: EPUB 3.3 (W3C Recommendation, 25 May 2023); the metadata of accessibility after EPUB Accessibility 1.1.
"""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from functools import cache
from importlib.resources import files
from pathlib import Path, PurePath
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from markupsafe import Markup

from ...core.contracts import Component
from ...core.errors import ExportError
from ...core.hookspecs import hookimpl
from ...core.media import MIME, file_name
from ...core.phrases import direction
from ...core.values import Block, BlockKind, Media, PublishedStory, Receipt
from .html_text import own_html, quoted
from .said import Said, Telling, language_tag, one_line, web_address
from .xhtml import xhtml, xml_text
from .zipping import write_zip

if TYPE_CHECKING:
    from jinja2 import Environment

FILE = "story.epub"
CORE_TYPES = frozenset({"png", "jpg", "gif", "webp"})
"""Endings of the pictures that every reading system shows (EPUB 3.3, section 3.2); others would need a fallback."""

CONTAINER = """<?xml version="1.0" encoding="UTF-8"?>
<container version="1.0" xmlns="urn:oasis:names:tc:opendocument:xmlns:container">
  <rootfiles><rootfile full-path="EPUB/package.opf" media-type="application/oebps-package+xml"/></rootfiles>
</container>
"""


@dataclass(frozen=True, kw_only=True, slots=True)
class Shown:
    """A picture of the book, or a link in its place."""

    file: str
    """Within ``EPUB/``; empty where there is none."""
    alt: str
    url: str
    label: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Part:
    """One block of the story, ready for the template."""

    kind: str
    anchor: str
    text: str = ""
    html: Markup = field(default_factory=Markup)
    said: Said | None = None
    pictures: tuple[Shown, ...] = ()
    url: str = ""
    rights: str = ""


@dataclass(kw_only=True, slots=True)
class Chapter:
    """One file of the book."""

    file: str
    title: str
    headed: bool
    """Whether a heading of the story begins it."""
    parts: list[Part] = field(default_factory=list)


class EpubExporter:
    """Writes ``story.epub``."""

    def export(self, story: PublishedStory, to: Path) -> Receipt:
        """Write the book; a picture of which there is no copy becomes a link."""
        book = _Book(story)
        write_zip(to / FILE, book.entries(), stored=("mimetype",))
        return Receipt(path=str(to / FILE), files=(FILE,), warnings=tuple(dict.fromkeys(book.warnings)))


class _Book:
    def __init__(self, published: PublishedStory) -> None:
        self.story = published.story
        self.published = published
        self.telling = Telling(published)
        self.words = self.telling.words
        self.warnings: list[str] = []
        self.media: dict[str, str] = {}
        """By file within ``EPUB/``: the path of our copy."""
        self.lang = language_tag(self.story.lang) or "und"
        self.direction = direction(self.story.lang)
        self.title = xml_text(one_line(self.story.title)) or "-"
        self.cover = self._shown(Media(kind="image", url="", alt=self.story.cover_alt, digest=self.story.cover))
        self.chapters = self._chapters()

    def entries(self) -> Iterator[tuple[str, bytes | Path]]:
        """The files of the container in their order; ``mimetype`` must be the first."""
        yield "mimetype", b"application/epub+zip"
        yield "META-INF/container.xml", CONTAINER.encode()
        yield "EPUB/package.opf", self._render("epub_package.opf.j2", **self._package())
        yield "EPUB/nav.xhtml", self._render("epub_nav.xhtml.j2")
        yield "EPUB/title.xhtml", self._render("epub_title.xhtml.j2", cover=self.cover, published=self._published())
        for chapter in self.chapters:
            yield f"EPUB/{chapter.file}", self._render("epub_chapter.xhtml.j2", chapter=chapter)
        yield "EPUB/style.css", files(__package__ or "").joinpath("epub.css").read_bytes()
        for name, path in sorted(self.media.items()):
            yield f"EPUB/{name}", Path(path)

    def _render(self, template: str, **more: object) -> bytes:
        text = _environment().get_template(template).render(book=self, story=self.story, words=self.words, line=_line, **more)
        return text.encode("utf-8", "replace")

    def _published(self) -> str:
        return f"{self.words['published']} {self.telling.at(self.published.at)}"

    def _package(self) -> dict[str, object]:
        pictures = [self.cover, *(shown for chapter in self.chapters for part in chapter.parts for shown in part.pictures)]
        seen = [shown for shown in pictures if shown.file]
        return {
            "identifier": uuid.uuid5(uuid.NAMESPACE_URL, f"hubbub:story:{self.story.id}").urn,
            "modified": f"{self.published.at:%Y-%m-%dT%H:%M:%SZ}",
            "visual": bool(seen),
            "described": all(shown.alt for shown in seen),
            "cover": self.cover.file,
            "media": [(name, MIME[PurePath(name).suffix[1:]]) for name in sorted(self.media)],
        }

    def _chapters(self) -> list[Chapter]:
        chapters: list[Chapter] = []
        for number, block in enumerate(self.story.blocks, 1):
            heading = xml_text(one_line(block.text)) if block.kind is BlockKind.HEADING else ""
            if heading or not chapters:
                file = f"chapter-{len(chapters) + 1:04}.xhtml"
                chapters.append(Chapter(file=file, title=heading or self.title, headed=bool(heading)))
            if not heading and (part := self._part(block, f"b{number}")):
                chapters[-1].parts.append(part)
        return chapters or [Chapter(file="chapter-0001.xhtml", title=self.title, headed=False)]

    def _part(self, block: Block, anchor: str) -> Part | None:
        rights, text = _line(block.rights), _line(block.text)
        if block.copy:
            said = self.telling.said(block)
            shown, folded = quoted(xml_text(said.text))
            pictures = tuple(self._shown(media) for media in said.pictures)
            return Part(kind="quote", anchor=anchor, said=said, html=xhtml(shown) + xhtml(folded), pictures=pictures)
        match block.kind:
            case BlockKind.TEXT:
                return Part(kind="text", anchor=anchor, html=xhtml(own_html(xml_text(block.text))))
            case BlockKind.IMAGE:
                media = Media(kind="image", url=block.url, alt=block.alt, digest=block.media)
                return Part(kind="image", anchor=anchor, pictures=(self._shown(media),), text=text, rights=rights)
            case BlockKind.LINK:
                url = web_address(block.url)
                return Part(kind="link", anchor=anchor, url=url, text=text or urlsplit(url).hostname or "")
            case BlockKind.DIVIDER:
                return Part(kind="divider", anchor=anchor)
        return None

    def _shown(self, media: Media) -> Shown:
        path = self.published.media.get(media.digest, "") if media.digest and media.kind == "image" else ""
        label = self.words["no picture"] if media.kind == "image" else self.words[media.kind]
        file = ""
        if path and PurePath(path).suffix[1:] in CORE_TYPES:
            file = file_name(media.digest, PurePath(path))
            self.media[file] = path
            if not Path(path).is_file():
                raise ExportError(f"The copy of a picture in {path} cannot be taken along: there is no such file.")
        elif path:
            self.warnings.append(f"Not every reading device shows the picture {media.url}; the book has a link in its place.")
        elif media.kind == "image" and media.url:
            self.warnings.append(f"There is no copy of the picture {media.url}; the book has a link in its place.")
        return Shown(file=file, alt=_line(media.alt), url=web_address(media.url), label=label)


def _line(text: str) -> str:
    return xml_text(one_line(text))


@cache
def _environment() -> Environment:
    from jinja2 import Environment, FunctionLoader, StrictUndefined

    def load(name: str) -> str:
        return files(__package__ or "").joinpath(name).read_text(encoding="utf-8")

    return Environment(
        loader=FunctionLoader(load), autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True
    )


@hookimpl
def register_exporters() -> Iterable[Component]:
    """The exporter ``epub``."""
    return [
        Component(name="epub", build=lambda options, context: EpubExporter(), summary="A book (EPUB 3) for reading devices")
    ]
