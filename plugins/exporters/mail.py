"""Writes a story as a mail: ``story.eml``, to open in a mail program, look at and send; nothing is sent from here.

Plain text and HTML say the same. The HTML has no script and asks nobody for anything: pictures are part of the mail, up to
:data:`MOST_PICTURES` and :data:`ALL_PICTURES` bytes together, and links elsewhere. What strangers wrote is escaped; in headers
it stands on one line, so that none of it becomes another header.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime
from functools import cache
from importlib.resources import files
from pathlib import Path, PurePath
from typing import TYPE_CHECKING

from markupsafe import Markup
from pydantic import BaseModel, ConfigDict, Field

from ...core.cleaning import clean_url
from ...core.contracts import Component
from ...core.errors import ExportError
from ...core.hookspecs import hookimpl
from ...core.media import MIME
from ...core.phrases import direction
from ...core.values import Block, BlockKind, Media, PublishedStory, Receipt
from .html_text import own_html, quoted
from .ownwords import address, plain
from .said import Said, Telling, language_tag, one_line, shortened

if TYPE_CHECKING:
    from jinja2 import Template

FILE = "story.eml"
MOST_PICTURES = 20
ALL_PICTURES = 5_000_000
"""Bytes of all pictures of a mail; many servers refuse mails above 10 MB, and a mail is a third longer than what is in it."""
MOST_SUBJECT = 200


class MailOptions(BaseModel):
    """``[publish.mail]``"""

    model_config = ConfigDict(extra="forbid", frozen=True)

    sender: str = Field(default="", description="Who the mail is from, as Ana Pop <ana@acme.example>")
    to: str = Field(default="", description="Who gets it; empty to fill in later")


class MailExporter:
    """Writes ``story.eml``."""

    def __init__(self, options: MailOptions | None = None) -> None:
        self._options = options or MailOptions()

    def export(self, story: PublishedStory, to: Path) -> Receipt:
        """Write the mail; pictures that have no room in it become links."""
        mail = _Mail(story)
        html = mail.html()
        message = EmailMessage(policy=SMTP)
        message["Subject"] = shortened(one_line(story.story.title), MOST_SUBJECT) or "-"
        for name, value in (("From", self._options.sender), ("To", self._options.to)):
            if value.strip():
                message[name] = one_line(value)
        message["Date"] = format_datetime(story.at)
        message["X-Unsent"] = "1"  # what Outlook and its relatives open as a draft
        message.set_content(mail.text(), cte="quoted-printable")
        message.add_alternative(html, subtype="html", cte="quoted-printable")
        page = message.get_payload()[1]  # pyright: ignore[reportIndexIssue, reportArgumentType]
        for cid, path in mail.inside.items():
            kind = MIME[PurePath(path).suffix[1:]].partition("/")[2]
            page.add_related(_read(path), "image", kind, cid=f"<{cid}>", disposition="inline")  # pyright: ignore
        _name_boundaries(message, (story.story.id, html))
        (to / FILE).write_bytes(message.as_bytes())
        return Receipt(path=str(to / FILE), files=(FILE,), warnings=tuple(dict.fromkeys(mail.warnings)))


class _Mail:
    def __init__(self, published: PublishedStory) -> None:
        self.published = published
        self.story = published.story
        self.telling = Telling(published)
        self.words = self.telling.words
        self.lang = language_tag(self.story.lang)
        self.direction = direction(self.story.lang)
        self.page = address(published)
        self.when = self.telling.at(published.at)
        self.inside: dict[str, str] = {}
        """By content id: the path of our copy."""
        self.warnings: list[str] = []
        self._room = ALL_PICTURES

    def html(self) -> str:
        """The HTML alternative; also decides which pictures are part of the mail."""
        parts = [self._part(block) for block in self.story.blocks]
        return _template().render(mail=self, story=self.story, words=self.words, line=one_line, parts=parts)

    def text(self) -> str:
        """The plain alternative."""
        story, words = self.story, self.words
        byline = f"{words['by']} {one_line(story.byline)}" if story.byline.strip() else ""
        head = [one_line(story.title), one_line(story.subtitle), byline, f"{words['published']} {self.when}", self.page]
        parts = ["\n".join(filter(None, head)), one_line(story.description)]
        parts += [self._plain(block) for block in story.blocks]
        parts.append(f"-- \n{words['made']} {one_line(self.published.generator)}")
        return "\n\n".join(filter(None, parts)) + "\n"

    def picture(self, media: Media) -> dict[str, str]:
        """Content id (empty for a link), text alternative, address and label of a picture."""
        label = self.words["no picture"] if media.kind == "image" else self.words[media.kind]
        told = {"cid": "", "alt": one_line(media.alt), "url": clean_url(media.url), "label": label}
        path = self.published.media.get(media.digest, "") if media.digest and media.kind == "image" else ""
        cid = f"{media.digest[:32]}@hubbub.invalid"
        if path and cid not in self.inside:
            size = len(_read(path))
            if len(self.inside) >= MOST_PICTURES or size > self._room:
                self.warnings.append(f"The picture {media.url} has no room in the mail, which has a link in its place.")
                return told
            self._room -= size
            self.inside[cid] = path
        elif not path and media.kind == "image":
            self.warnings.append(f"There is no copy of the picture {media.url}; the mail has a link in its place.")
        return {**told, "cid": cid if path else ""}

    def _part(self, block: Block) -> dict[str, object]:
        part: dict[str, object] = {"kind": block.kind.value, "text": one_line(block.text), "url": clean_url(block.url)}
        if block.copy:
            said = self.telling.said(block)
            shown, folded = quoted(said.text)
            return {**part, "said": said, "html": Markup(shown + folded), "pictures": [*map(self.picture, said.pictures)]}
        if block.kind is BlockKind.TEXT:
            return {**part, "html": own_html(block.text)}
        if block.kind is BlockKind.IMAGE:
            media = Media(kind="image", url=block.url, alt=block.alt, digest=block.media)
            return {**part, "pictures": [self.picture(media)], "rights": one_line(block.rights)}
        return part

    def _plain(self, block: Block) -> str:
        text, url = one_line(block.text), clean_url(block.url)
        if block.copy:
            return _plain_quotation(self.telling.said(block))
        match block.kind:
            case BlockKind.TEXT:
                return plain(block.text)
            case BlockKind.HEADING if text:
                return f"{text}\n{'=' * min(len(text), 70)}"
            case BlockKind.DIVIDER:
                return "* * *"
            case BlockKind.IMAGE:
                return "\n".join(filter(None, [f"[{one_line(block.alt) or text}]", text, url, one_line(block.rights)]))
        return "\n".join(filter(None, [text, url]))


def _plain_quotation(said: Said) -> str:
    rows = [said.title, *said.text.splitlines(), *(f"[{one_line(m.alt)}] {clean_url(m.url)}" for m in said.pictures)]
    handle = f" (@{said.handle})" if said.handle else ""
    source = [f"-- {said.who}{handle}, {said.platform}, {said.when}", *said.notes, said.url]
    return "\n".join([*(f"> {row}".rstrip() for row in rows if row), *(f"  {row}" for row in source if row)])


def _name_boundaries(message: EmailMessage, parts: Sequence[str]) -> None:
    """Boundaries that are the same each time; no line of quoted-printable looks like one, since ``=_`` never stands in it."""
    digest = hashlib.sha256("\0".join(parts).encode("utf-8", "replace")).hexdigest()[:32]
    for number, part in enumerate(part for part in message.walk() if part.is_multipart()):
        part.set_boundary(f"=_hubbub_{number}_{digest}")


def _read(path: str) -> bytes:
    try:
        return Path(path).read_bytes()
    except OSError as error:
        raise ExportError(f"The copy of a picture in {path} cannot be taken along: {error.strerror or error}.") from error


@cache
def _template() -> Template:
    from jinja2 import Environment, StrictUndefined

    environment = Environment(autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True)
    return environment.from_string(files(__package__ or "").joinpath("mail.html.j2").read_text(encoding="utf-8"))


@hookimpl
def register_exporters() -> Iterable[Component]:
    """The exporter ``mail``."""
    return [
        Component(
            name="mail",
            options=MailOptions,
            build=lambda options, context: MailExporter(options),
            summary="A mail with its pictures inside, to open and send",
        )
    ]
