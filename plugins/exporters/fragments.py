"""Pieces of a story as HTML for programs that show it their own way: feed readers and timelines.

Everything is escaped or sanitised here, whatever the other program does with it. Pictures have relative addresses, or absolute
ones below a base.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import PurePath

from markupsafe import Markup, escape

from ...core.cleaning import clean_url
from ...core.media import file_name
from ...core.values import Block, BlockKind, Media, PublishedStory
from .html_text import own_html, quoted
from .said import Said, Telling, one_line


@dataclass(frozen=True, kw_only=True, slots=True)
class Passage:
    """A quotation with what introduces it: the blocks between it and the one before."""

    before: tuple[Block, ...]
    block: Block | None
    """The quotation; ``None`` for what stands after the last."""


def passages(blocks: Sequence[Block]) -> Iterator[Passage]:
    """The story as quotations with their introductions; at last what closes it, if anything does."""
    before: list[Block] = []
    for block in blocks:
        if block.copy:
            yield Passage(before=tuple(before), block=block)
            before = []
        else:
            before.append(block)
    if before:
        yield Passage(before=tuple(before), block=None)


class Fragments:
    """Tells the pieces of one published story."""

    def __init__(self, published: PublishedStory, *, base: str = "") -> None:
        self._published = published
        self._base = base
        self._told: dict[str, Said] = {}
        self._words: dict[str, Markup] = {}
        self.telling = Telling(published)

    def said(self, block: Block) -> Said:
        """What is told of a quotation; worked out once."""
        if block.id not in self._told:
            self._told[block.id] = self.telling.said(block)
        return self._told[block.id]

    def words(self, blocks: Sequence[Block]) -> Markup:
        """What is of our own: words, headings, pictures, links; dividers are left out."""
        for block in blocks:
            if block.id not in self._words:
                self._words[block.id] = self._own(block)
        return _joined([self._words[block.id] for block in blocks])

    def quotation(self, block: Block, *, pictures: bool = True, credit: bool = True) -> Markup:
        """A quoted mention: its words as paragraphs, its pictures, and who said it where and when."""
        said = self.said(block)
        parts: list[Markup] = []
        if said.text:
            spoken = Markup(' lang="{}"').format(said.lang) if said.lang else Markup()
            words = Markup("").join(quoted(said.text))
            parts.append(Markup('<blockquote{} dir="{}">{}</blockquote>').format(spoken, said.direction, words))
        if pictures:
            parts += [self.picture(media) for media in said.pictures]
        if credit:
            parts.append(self._credit(said))
        parts += [Markup("<p><small>{}</small></p>").format(note) for note in said.notes]
        return _joined(parts)

    def picture(self, media: Media) -> Markup:
        """Our copy, or a link where there is none."""
        source = self.source(media)
        words = self.telling.words
        if source:
            return Markup('<p><img src="{}" alt="{}"></p>').format(source, one_line(media.alt))
        label = words["no picture"] if media.kind == "image" else words[media.kind]
        text = f"{label}: {one_line(media.alt)}" if media.alt.strip() else label
        url = clean_url(media.url)
        return Markup("<p>{}</p>").format(_link(url, text) if url else text)

    def source(self, media: Media) -> str:
        """The address of our copy of a picture; empty where there is none."""
        path = self._published.media.get(media.digest) if media.digest and media.kind == "image" else None
        return f"{self._base}{file_name(media.digest, PurePath(path))}" if path else ""

    def _own(self, block: Block) -> Markup:
        match block.kind:
            case BlockKind.TEXT:
                return own_html(block.text)
            case BlockKind.HEADING:
                return Markup("<h3>{}</h3>").format(one_line(block.text)) if block.text.strip() else Markup()
            case BlockKind.IMAGE:
                media = Media(kind="image", url=block.url, alt=block.alt, digest=block.media)
                rights = f"{self.telling.words['rights']}: {one_line(block.rights)}" if block.rights.strip() else ""
                lines = [Markup("<p>{}</p>").format(row) for row in (one_line(block.text), rights) if row]
                return _joined([self.picture(media), *lines])
            case BlockKind.LINK if url := clean_url(block.url):
                return Markup("<p>{}</p>").format(_link(url, one_line(block.text) or url))
            case BlockKind.DIVIDER:
                return Markup()
        return Markup("<p>{}</p>").format(one_line(block.text)) if block.text.strip() else Markup()

    def _credit(self, said: Said) -> Markup:
        who = f"{said.who} (@{said.handle})" if said.handle else said.who
        when = _link(said.url, said.when) if said.url else escape(said.when)
        return Markup("<p>— {} · {} · {}</p>").format(who, said.platform, when)


def _link(url: str, text: str) -> Markup:
    return Markup('<a href="{}" rel="noopener nofollow">{}</a>').format(url, text)


def _joined(parts: Sequence[Markup]) -> Markup:
    return Markup("\n").join(part for part in parts if part)
