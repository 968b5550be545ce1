"""Reading mails and news articles (RFC 5322, MIME) as they are, not as they should be: pure functions of bytes."""

from __future__ import annotations

import re
from base64 import b64decode
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from email import message_from_bytes
from email.message import Message
from email.utils import getaddresses
from itertools import islice
from quopri import decodestring
from typing import Any

from ...core.fields import moment_of
from ...core.htmltext import tidy
from ...core.values import Author
from ._keeping import digest

KEPT = (
    "from", "sender", "reply-to", "subject", "date", "message-id", "references", "in-reply-to", "newsgroups", "list-id",
    "content-language", "control", "archived-at",
)  # fmt: skip
"""The headers that say something of what was said; the others name servers and receivers, and are not kept."""

MAX_PARTS = 50
"""Parts of a mail that are looked at."""
MAX_REFERENCES = 100

_ENCODED = re.compile(r"=\?([^?\s]{1,40})\?([bBqQ])\?([^?]*)\?=")
_BETWEEN = re.compile(r"(=\?[^?\s]+\?[bBqQ]\?[^?]*\?=)\s+(?==\?[^?\s]+\?[bBqQ]\?[^?]*\?=)")
_ID = re.compile(r"<([^<>\s]{1,900})>")
_BINARY = re.compile(r"(?m)^(?:=ybegin .*\bname=|begin [0-7]{3,4} \S)")


@dataclass(frozen=True, kw_only=True, slots=True)
class Mail:
    """What a mail or an article says."""

    headers: Mapping[str, str]
    """Those of :data:`KEPT`, decoded, names in lower case; the first one where there are several."""
    text: str = ""
    """Its plain text; empty where it has only HTML."""
    html: str = ""

    @property
    def raw(self) -> dict[str, Any]:
        """It as JSON. Attachments are not kept."""
        return {"headers": dict(self.headers), "text": self.text, "html": self.html}

    @property
    def id(self) -> str:
        """Its Message-ID without angle brackets; empty where it has none."""
        return next(iter(ids_in(self.headers.get("message-id", ""))), "")

    @property
    def answers(self) -> list[str]:
        """Message-IDs of what came before it in its thread: the first post first, what it answers last."""
        before = ids_in(self.headers.get("references", "")) or ids_in(self.headers.get("in-reply-to", ""))[:1]
        return before[:1] + before[1:][-MAX_REFERENCES:]

    @property
    def subject(self) -> str:
        """In one line."""
        return " ".join(self.headers.get("subject", "").split())

    @property
    def published(self) -> datetime | None:
        """What its header says; ``None`` where that is no date."""
        return moment_of(re.sub(r"\([^)]*\)", "", self.headers.get("date", "")))

    @property
    def lang(self) -> str:
        """ISO 639-1, where it states one language."""
        name = self.headers.get("content-language", "").strip().lower().partition("-")[0]
        return name if len(name) == 2 and name.isascii() and name.isalpha() else ""

    @property
    def binary(self) -> bool:
        """Whether it is a file in disguise (yEnc, uuencode)."""
        return "yenc" in self.subject.lower() or _BINARY.search(self.text) is not None


def read_mail(content: bytes) -> Mail:
    """Read a mail. Never raises, whatever the bytes are."""
    message = message_from_bytes(content)
    headers: dict[str, str] = {}
    for name, value in message.raw_items():
        if name.lower() in KEPT:
            headers.setdefault(name.lower(), header_text(value))
    texts: dict[str, list[str]] = {"plain": [], "html": []}
    for part in islice(message.walk(), MAX_PARTS):
        kind = part.get_content_subtype()
        if part.get_content_maintype() == "text" and kind in texts and not _is_attached(part):
            texts[kind].append(_part_text(part))
    return Mail(headers=headers, text=tidy("\n\n".join(texts["plain"])), html="\n".join(texts["html"]))


def header_text(value: Any) -> str:
    """A header as people read it: encoded words (RFC 2047) decoded, raw bytes in what they most probably are."""
    text = decoded(str(value).encode("utf-8", "surrogateescape"))
    text = " ".join(text.replace("\r", "").split("\n"))
    return _ENCODED.sub(_word, _BETWEEN.sub(r"\1", text))


def decoded(content: bytes, charset: str = "") -> str:
    """Bytes as text: in the charset that is stated, else UTF-8, else what Western programs mean when they say nothing."""
    for name in (charset, "utf-8", "cp1252"):
        if name and name not in ("us-ascii", "unknown-8bit"):
            with suppress(LookupError, ValueError):  # a charset that does not exist, or that it is not in
                return content.decode(name)
    return content.decode("iso-8859-1")


def ids_in(value: str) -> list[str]:
    """The Message-IDs of a header, without angle brackets."""
    return list(dict.fromkeys(_ID.findall(value)))


def author_of(mail: Mail, platform: str) -> Author | None:
    """Who wrote it. Their address is not shown, since published stories must not spread it: the key is a hash of it."""
    name, address = person(mail.headers.get("from", ""))
    if not (name or address):
        return None
    return Author(platform=platform, key=digest(address.lower() or name), name=name or address.partition("@")[0])


def person(value: str) -> tuple[str, str]:
    """The shown name and the address of a header like ``From``; either may be empty."""
    found = [pair for pair in getaddresses([value[:2_000]]) if any(pair)]
    name, address = found[0] if found else ("", "")
    return " ".join(name.split()), address.strip() if "@" in address else ""


def refs(platform: str, answers: Sequence[str]) -> tuple[str, str]:
    """Refs of a conversation's first post, and of the post that is answered; empty where nothing is."""
    return (f"{platform}:{answers[0]}", f"{platform}:{answers[-1]}") if answers else ("", "")


def _word(found: re.Match[str]) -> str:
    charset, kind, text = found[1].partition("*")[0], found[2].lower(), found[3]
    try:
        if kind == "b":
            return decoded(b64decode(text + "=" * (-len(text) % 4)), charset)
        return decoded(decodestring(text.encode(), header=True), charset)
    except ValueError:
        return found[0]


def _is_attached(part: Message) -> bool:
    return str(part.get("content-disposition") or "").strip().lower().startswith("attachment")


def _part_text(part: Message) -> str:
    try:
        content = part.get_payload(decode=True)
        charset = part.get_content_charset() or ""
    except (LookupError, ValueError, TypeError):
        return ""
    return decoded(content, charset).replace("\r\n", "\n") if isinstance(content, bytes) else ""
