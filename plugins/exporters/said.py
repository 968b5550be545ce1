"""A quoted mention in words, as the formats without a page of their own tell it: book, mail, chat, web archive."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from datetime import datetime, tzinfo

from ...core.cleaning import clean_url
from ...core.localtime import local
from ...core.markdown import counts
from ...core.phrases import Phrases, direction, phrases, zone
from ...core.quoting import gone, quoted_words, words_beside_pictures
from ...core.storygroups import source_name
from ...core.text import clean
from ...core.values import Block, Media, PublishedStory


@dataclass(frozen=True, kw_only=True, slots=True)
class Said:
    """What readers are told of a quotation. All text is free of control characters and nothing else: escape it."""

    who: str
    """The author's name, or the words for an unknown one."""
    handle: str
    """Empty where it says no more than the name."""
    profile: str
    """The author's public page; empty for none."""
    platform: str
    when: str
    """The time that it is placed at, in the story's language."""
    iso: str
    """The same for machines."""
    title: str
    text: str
    """The words that are quoted."""
    lang: str
    """Their language; empty where it is not known."""
    direction: str
    """``rtl`` or ``ltr``; ``auto`` where the language is not known."""
    url: str
    """Where it was said; empty for nowhere on the web."""
    notes: tuple[str, ...]
    """Edited when, counted what, no longer there, taken out and why, under which licence: a few words each."""
    frozen: str
    """When our copy was made."""
    pictures: tuple[Media, ...]


class Telling:
    """Tells the quotations of one published story."""

    def __init__(self, published: PublishedStory) -> None:
        self._published = published
        self.words: Phrases = phrases(published.story.lang)
        self._zone: tzinfo = zone(published.timezone)

    def at(self, moment: datetime) -> str:
        """A time with its zone, in the story's language."""
        there = local(moment, self._zone)
        return f"{self.words.day(there)}, {self.words.time(there)}"

    def said(self, block: Block) -> Said:
        """What is told of a block that quotes a mention; ``ValueError`` for other kinds."""
        copy = block.copy
        if copy is None:
            raise ValueError(f"block {block.id!r} quotes nothing")
        mention, author = copy.mention, copy.mention.author
        who = one_line((author.name or author.handle or author.key) if author else "") or self.words["no author"]
        handle = one_line(author.handle) if author else ""
        when = self.at(copy.when)
        lang = language_tag(mention.lang)
        return Said(
            who=who,
            handle=handle if handle.casefold() != who.casefold() else "",
            profile=web_address(author.url) if author else "",
            platform=one_line(source_name(mention)),
            when=when if mention.published == copy.when else f"{self.words['seen']} {when}",
            iso=copy.when.strftime("%Y-%m-%dT%H:%M:%SZ") if copy.when.year > 999 else copy.when.isoformat(),
            title="" if copy.redacted or block.extent else one_line(mention.title),
            text=clean(words_beside_pictures(block) or quoted_words(block)).strip(),
            lang=lang,
            direction=direction(lang) if lang else "auto",
            url=web_address(mention.url),
            notes=tuple(self._notes(block)),
            frozen=self.at(copy.frozen),
            pictures=() if copy.redacted else tuple(replace(m, alt=block.alts.get(m.url) or m.alt) for m in mention.media),
        )

    def _notes(self, block: Block) -> list[str]:
        copy, words = block.copy, self.words
        assert copy is not None
        mention, redacted = copy.mention, copy.redacted
        if redacted:
            return [f"{words['removed']} ({self.at(redacted.at)}): {one_line(redacted.reason)}".rstrip(": ")]
        notes: list[str] = []
        if mention.edited:
            notes.append(f"{words['edited']} {self.at(mention.edited)}")
        if mention.engagement and (told := counts(mention.engagement, words)):
            notes.append(f"{', '.join(told)} ({words['counts']})")
        if gone(self._published.checks.get(mention.ref)):
            notes.append(words["gone"])
        if block.rights.strip():
            notes.append(f"{words['rights']}: {one_line(block.rights)}")
        return notes


def web_address(url: str) -> str:
    """An address of the web with nothing in it that a URL may not hold; empty for all others."""
    return re.sub(r'[\s"<>\\^`{|}]', lambda found: f"%{ord(found[0]):02X}", clean_url(url))


_TAG = re.compile(r"[A-Za-z]{2,3}(-[A-Za-z0-9]{1,8})*")


def language_tag(lang: str) -> str:
    """A language as markup takes it; empty for what is no tag (``unknown``, or anything that a platform made up)."""
    return lang if _TAG.fullmatch(lang) else ""


def one_line(text: str) -> str:
    """A stranger's words on one line, without what only a machine would see."""
    return " ".join(clean(text, newlines=False).split())


def shortened(text: str, most: int) -> str:
    """A text of at most so many characters, cut between words where that loses little, with an ellipsis."""
    if len(text) <= most:
        return text
    cut = text[: most - 1]
    space = cut.rfind(" ")
    return (cut[:space] if space > most * 2 // 3 else cut).rstrip() + "…"
