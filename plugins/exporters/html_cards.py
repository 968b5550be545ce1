"""A quoted mention as the card that a page shows: everything worked out, nothing left to a template to decide."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime

from markupsafe import Markup

from ...core.cleaning import clean_url
from ...core.markdown import counts
from ...core.phrases import Phrases, language_tag
from ...core.quoting import ELLIPSIS, words_beside_pictures
from ...core.quoting import pictures as pictures_of
from ...core.storygroups import source_name
from ...core.text import clean
from ...core.values import Block, CheckState, FrozenCopy, LinkCheck, Media, PublishedStory
from .html_pictures import Pictures
from .html_text import quoted

TONES = 6
"""How many colours the initials have."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Moment:
    """A time, for people and for machines."""

    iso: str
    """In UTC, as HTML and schema.org want it."""
    day: str
    weekday: str
    """The day with its name."""
    time: str
    """Hours, minutes and zone."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Picture:
    """A picture, or a link to a medium that is not part of the page."""

    source: str
    """Empty for a link."""
    alt: str
    url: str
    label: str
    """What the link says."""
    still: bool = False
    """Whether the picture only stands for a film or a sound, which the link leads to."""
    width: int = 0
    """Points of the picture; 0 where they are not known."""
    height: int = 0


@dataclass(frozen=True, kw_only=True, slots=True)
class Quote:
    """A quoted mention."""

    author: str
    handle: str
    profile: str
    """The author's public page."""
    initial: str
    tone: int
    """Which of the :data:`TONES` colours the author's initial has."""
    avatar: Picture | None
    """The picture that the author shows, in the place of the initial; ``None`` where we hold no copy."""
    platform: str
    """The platform, or the site of an article, as people call it."""
    kind: str
    """What sort of thing it is, for machines: ``post``, ``article``."""
    label: str
    """The same in the language of the page."""
    title: str
    shown: Markup
    folded: Markup
    """The rest of a long text."""
    excerpt: bool
    """Whether only a part of the text is quoted."""
    lang: str
    url: str
    seen_only: bool
    """Whether the time is the one when it was seen, for want of a better one."""
    edited: Moment | None
    frozen: Moment
    pictures: tuple[Picture, ...]
    counts: str
    """What the platform counted."""
    counted: Moment | None
    """When it did."""
    check: str
    """What the last look at its address found: ``live``, ``gone``, ``changed``, ``unreachable``; empty for never looked."""
    checked: Moment | None
    redacted: Moment | None
    """When its words were taken out."""
    reason: str
    """Why they were."""
    rights: str


class Cards:
    """Makes cards for one page."""

    def __init__(
        self, published: PublishedStory, pictures: Pictures, words: Phrases, moment: Callable[[datetime], Moment]
    ) -> None:
        self._checks = published.checks
        self._pictures = pictures
        self._words = words
        self._moment = moment
        self.warnings: list[str] = []

    def card(self, block: Block) -> Quote:
        """The card of a block that quotes a mention."""
        copy = block.copy
        assert copy is not None
        mention, author, engagement = copy.mention, copy.mention.author, copy.mention.engagement
        name = one_line((author.name or author.handle or author.key) if author else "")
        handle = one_line(author.handle) if author else ""
        shown, folded = quoted(words_beside_pictures(block))
        told = counts(engagement, self._words) if engagement else []
        check: LinkCheck | None = self._checks.get(mention.ref)
        return Quote(
            author=name,
            handle=handle if handle.casefold() != name.casefold() else "",
            profile=clean_url(author.url) if author else "",
            initial=next((letter.upper()[0] for letter in name if letter.isalnum()), "?"),
            tone=sum(name.encode(errors="replace")) % TONES,
            avatar=self._avatar(copy),
            platform=one_line(source_name(mention)),
            kind=mention.kind.value,
            label=self._words[mention.kind.value],
            title=one_line(mention.title),
            shown=shown,
            folded=folded,
            excerpt=block.extent is not None and not copy.redacted and ELLIPSIS in (shown + folded),
            lang=language_tag(mention.lang),
            url=clean_url(mention.url),
            seen_only=mention.published != copy.when,
            edited=self._moment(mention.edited) if mention.edited else None,
            frozen=self._moment(copy.frozen),
            pictures=tuple(self.picture(media, copy.stills) for media in pictures_of(block)),
            counts=" · ".join(told),
            counted=self._moment(engagement.at) if engagement and told else None,
            check=check.state.value if check else "",
            checked=self._moment(check.at) if check and check.state is not CheckState.UNREACHABLE else None,
            redacted=self._moment(copy.redacted.at) if copy.redacted else None,
            reason=one_line(copy.redacted.reason) if copy.redacted else "",
            rights=one_line(block.rights),
        )

    def picture(self, media: Media, stills: Mapping[str, str] | None = None) -> Picture:
        """A medium as our copy of it, or of its poster (``stills``: digests by address), or as a link."""
        still = media.kind != "image"
        shown = self._pictures.shown((stills or {}).get(media.poster, "") if still else media.digest)
        label = self._words["no picture"] if media.kind == "image" else self._words[media.kind]
        url, alt = clean_url(media.url), one_line(media.alt)
        if shown:
            return Picture(
                source=shown.source, alt=alt, url=url, label=label, still=still, width=shown.width, height=shown.height
            )
        if media.kind == "image":
            self.warnings.append(f"There is no copy of the picture {media.url}; the page has a link in its place.")
        return Picture(source="", alt=alt, url=url, label=label)

    def _avatar(self, copy: FrozenCopy) -> Picture | None:
        author = copy.mention.author
        shown = self._pictures.shown(copy.stills.get(author.avatar, "")) if author else None
        return shown and Picture(source=shown.source, alt="", url="", label="", width=shown.width, height=shown.height)


def one_line(text: str) -> str:
    """A stranger's words on one line, without what only a machine would see."""
    return " ".join(clean(text, newlines=False).split())
