"""Source ``imap``: newsletters, mailing lists and alert mails in a mailbox.

::

    [[sources]]
    id = "newsletters"
    plugin = "imap"
    server = "imap.example.org"
    username = "desk@example.org"
    password = { env = "MAIL_PASSWORD" }   # Gmail, Yahoo, iCloud and others: an app password
    folders = ["INBOX", "Alerts"]          # optional: INBOX otherwise
    tls = "tls"                            # optional: or "starttls", or "none" (everybody on the way can read along)
    port = 993                             # optional: 993 with "tls", 143 otherwise
    back = "30d"                           # optional: how far the first reading goes back

Give this source a folder, or better a mailbox, of its own: **every mail in it becomes a mention**, private ones too. Nothing
is changed in the mailbox, and mails stay unread. ``token`` in place of ``password`` logs in with an OAuth 2 access token.

A newsletter is a mention of the platform ``mail``, known by its Message-ID; its list is its author. Of an alert mail (Google
Alerts, Talkwalker) each hit is a mention of the platform ``web``, known by the page's address: met again by another source it
is one. A mail is read up to 2 MB. Protocol: RFC 3501 and 9051 (IMAP), 2919 (List-Id); XOAUTH2 as Google documents it.
"""

from __future__ import annotations

import imaplib
import re
import ssl
import time
from base64 import b64encode
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import replace
from socket import socket
from typing import Annotated, Any

from pydantic import Field, SecretStr, StringConstraints, model_validator

from ...core.contracts import Component, Context
from ...core.errors import SourceBroken, SourceGone, SourceNeedsKey, SourceRefused, SourceUnreachable
from ...core.hookspecs import hookimpl
from ...core.htmltext import read_html
from ...core.optiontypes import Ago, PluginOptions
from ...core.paging import each
from ...core.values import JSON, Author, Batch, Failure, Mention, MentionKind, Topic
from ._alert_mails import AlertHit, hits_in, service_of
from ._feed_identity import entry_key
from ._keeping import digest
from ._lines import Tls, secured
from ._mail import Mail, author_of, person, read_mail, refs

PLATFORM = "mail"
HITS = "web"
"""The platform of what alerts point to: pages anywhere."""
MAX_MAIL = 2_000_000
"""Bytes read of a mail: attachments come after the words."""
MAX_ANSWER = 20_000_000
"""Bytes of everything that a server says to one command."""
SECONDS = 60.0
"""For the whole answer to a command."""
BATCH = 20

_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
_LIST = re.compile(r"^(.*?)<([^<>]+)>\s*$")
_NO_ASCII = re.compile(r"[^\x20-\x7e]+")

Folder = Annotated[str, StringConstraints(min_length=1, max_length=400, pattern=r"^[^\r\n\x00]+$")]


class ImapOptions(PluginOptions):
    """What users write of a mailbox."""

    server: str = Field(pattern=r"^[A-Za-z0-9._:-]+$", description="Name of the server")
    port: int | None = Field(default=None, ge=1, le=65_535, description="993 with TLS, 143 otherwise")
    tls: Tls = Field(default="tls", description='"tls", "starttls", or "none"')
    username: str = Field(min_length=1, pattern=r"^[^\r\n\x00\x01]+$", description="Mostly the mail address")
    password: SecretStr = Field(default=SecretStr(""), description="An app password where the provider has such")
    token: SecretStr = Field(default=SecretStr(""), description="An OAuth 2 access token in place of a password")
    folders: tuple[Folder, ...] = Field(default=("INBOX",), min_length=1, max_length=50, description="Folders that are read")
    back: Ago = Field(default="30d", validate_default=True, description="How far the first reading goes back")
    max_mails: int = Field(default=500, ge=1, le=10_000, description="Mails read of each folder in one run")

    @model_validator(mode="after")
    def _can_log_in(self) -> ImapOptions:
        secrets = (self.password.get_secret_value(), self.token.get_secret_value())
        if not any(secrets):
            raise ValueError('there is neither password nor token; write password = { env = "MAIL_PASSWORD" }')
        if any(sign in secret for secret in secrets for sign in "\r\n\0\1"):
            raise ValueError("the password or token has a line break in it")
        return self


class BoundedImap(imaplib.IMAP4):
    """``imaplib`` over a connection that is given, with bounds on how much and how long a server may answer."""

    def __init__(self, given: socket, host: str) -> None:
        self._given = given
        self._kept = bytearray()
        self._until, self._room = time.monotonic() + SECONDS, MAX_ANSWER
        super().__init__(host)

    def _create_socket(self, timeout: float | None = None) -> socket:
        return self._given

    def send(self, data: Any) -> None:
        """Begin a command: its answer has so much time and room."""
        self._until, self._room = time.monotonic() + SECONDS, MAX_ANSWER
        super().send(data)

    def read(self, size: int) -> bytes:
        while len(self._kept) < size:
            self._receive()
        return self._taken(size)

    def readline(self) -> bytes:
        while (end := self._kept.find(b"\n")) < 0:
            self._receive()
        return self._taken(end + 1)

    def encrypt(self, trust: ssl.SSLContext | None) -> None:
        """STARTTLS. What came before the encryption may be anybody's and is forgotten, capabilities too."""
        status, _ = self.xatom("STARTTLS")
        if status != "OK":
            raise self.error("STARTTLS was refused")
        self._kept.clear()
        self.sock = secured(self.sock, self.host, trust)
        _, told = self.capability()
        self.capabilities = tuple(told[-1].decode("ascii").upper().split())

    def _receive(self) -> None:
        if time.monotonic() > self._until:
            raise TimeoutError("it takes too long to answer")
        came = self.sock.recv(65_536)
        self._room -= len(came)
        if not came or self._room < 0:
            raise self.abort("it closed the connection" if not came else "its answer does not end")
        self._kept += came

    def _taken(self, size: int) -> bytes:
        found = bytes(self._kept[:size])
        del self._kept[:size]
        return found


class ImapFetcher:
    """Reads folders of a mailbox."""

    def __init__(self, options: ImapOptions, context: Context, trust: ssl.SSLContext | None = None) -> None:
        """``trust`` are the certificates that are trusted instead of the usual ones."""
        self._options, self._context, self._trust = options, context, trust

    def fetch(self, topics: Sequence[Topic], cursor: JSON) -> Iterator[Batch]:
        """See ``Fetcher``. The cursor keeps for each folder its UIDVALIDITY and the UID of the last mail read."""
        with self._connected() as imap:
            yield from each(cursor, self._options.folders, lambda folder, at: self._read(imap, folder, at))

    def check(self) -> str:
        """See ``Checks``."""
        with self._connected() as imap:
            counts = [f"{folder} has {self._open(imap, folder)[1]:,} mails" for folder in self._options.folders]
        return f"{self._options.server} lets us in; {', '.join(counts)}."

    def _read(self, imap: BoundedImap, folder: str, cursor: JSON) -> Iterator[Batch]:
        validity, _ = self._open(imap, folder)
        last = _place(cursor, validity)
        since = self._context.now() - self._options.back
        wanted = f"SINCE {since.day}-{_MONTHS[since.month - 1]}-{since.year}" if last is None else f"UID {last + 1}:*"
        with self._translated():
            found = _numbers(_asked(imap, "SEARCH", wanted))
        numbers = [number for number in sorted(found) if last is None or number > last][: self._options.max_mails]
        if not numbers:
            yield Batch(cursor={"validity": validity, "uid": last}, unchanged=True)
        for start in range(0, len(numbers), BATCH):
            some = numbers[start : start + BATCH]
            mentions, failures = self._mails(imap, folder, some)
            yield Batch(mentions=mentions, failures=failures, cursor={"validity": validity, "uid": some[-1]})

    def _mails(self, imap: BoundedImap, folder: str, numbers: Sequence[int]) -> tuple[tuple[Mention, ...], tuple[Failure, ...]]:
        mentions: list[Mention] = []
        failures: list[Failure] = []
        for number in numbers:
            with self._translated():
                # PEEK: the mail stays unread.
                answer = _asked(imap, "FETCH", str(number), f"(BODY.PEEK[]<0.{MAX_MAIL}>)")
            content = next((part[1] for part in answer if isinstance(part, tuple) and b"BODY[" in part[0].upper()), b"")
            if not content:
                continue  # it was deleted meanwhile
            raw: dict[str, JSON] = {}
            try:
                raw = {"folder": folder, **read_mail(content).raw}
                mentions += map_mail(raw)
            except Exception as error:  # one mail of a stranger's: whatever it trips over, the others are kept
                name = f"mail {number} in {folder}"
                words = str(error) if isinstance(error, NoHits) else f"{type(error).__name__}: {error}"
                failures.append(Failure(source="", item=name, message=f"{name} was left out: {words}", raw=raw))
        return tuple(mentions), tuple(failures)

    # --- connecting ------------------------------------------------------------------------------------------

    @contextmanager
    def _connected(self) -> Iterator[BoundedImap]:
        options = self._options
        port = options.port or (993 if options.tls == "tls" else 143)
        plain = self._context.connect(options.server, port)
        sock = secured(plain, options.server, self._trust) if options.tls == "tls" else plain
        try:
            with self._translated():
                imap = BoundedImap(sock, options.server)
        except BaseException:
            sock.close()
            raise
        try:
            if options.tls == "starttls":
                self._encrypt(imap)
            self._log_in(imap)
            yield imap
        finally:
            with suppress(Exception):
                imap.logout()
            with suppress(OSError):
                imap.sock.close()

    def _encrypt(self, imap: BoundedImap) -> None:
        host = self._options.server
        if "STARTTLS" not in imap.capabilities:
            raise SourceRefused(f'{host} offers no encryption by STARTTLS; nothing was sent to it. Try tls = "tls".')
        with self._translated():
            imap.encrypt(self._trust)

    def _log_in(self, imap: BoundedImap) -> None:
        options, token = self._options, self._options.token.get_secret_value()
        if "LOGINDISABLED" in imap.capabilities and not token:
            raise SourceNeedsKey(
                f'{options.server} takes passwords only where they are encrypted. Set tls = "tls" or "starttls".'
            )
        try:
            with self._translated():
                if token:
                    first = f"user={options.username}\x01auth=Bearer {token}\x01\x01".encode()
                    answers = iter([first])
                    imap.authenticate("XOAUTH2", lambda _: next(answers, b""))
                else:
                    imap.login(options.username, options.password.get_secret_value())
        except SourceBroken as error:
            raise SourceNeedsKey(_why_not(options, f"{error.__cause__}".lower())) from None

    def _open(self, imap: BoundedImap, folder: str) -> tuple[int, int]:
        """Open a folder for reading only: its UIDVALIDITY, and how many mails are in it."""
        with self._translated():
            status, data = imap.select(_folder_name(folder), readonly=True)
            _, told = imap.response("UIDVALIDITY")
        if status != "OK":
            raise SourceGone(
                f"There is no folder {folder!r} in this mailbox of {self._options.server}, or it may not be read. "
                "Check its name; folders inside of others are written as the server does, mostly with / or . between."
            )
        return next(iter(_numbers(told)), 0), next(iter(_numbers(data)), 0)

    @contextmanager
    def _translated(self) -> Iterator[None]:
        host = self._options.server
        try:
            yield
        except imaplib.IMAP4.abort as error:
            raise SourceUnreachable(f"The connection to {host} was lost ({_short(error)}).") from error
        except (TimeoutError, OSError) as error:
            raise SourceUnreachable(f"{host} does not answer ({_short(error)}).") from error
        except (imaplib.IMAP4.error, ValueError, KeyError, IndexError, TypeError, AttributeError) as error:
            raise SourceBroken(
                f"{host} does not answer as a mail server does. Check the server's name, its port, and tls."
            ) from error


class NoHits(Exception):
    """An alert mail in which no hit was found."""


def map_mail(raw: Mapping[str, JSON]) -> list[Mention]:
    """The mentions in a mail: its hits where it is an alert, else itself. A pure function of its raw form."""
    headers, text, html = (raw.get(name) for name in ("headers", "text", "html"))
    mail = Mail(
        headers={str(name): str(value) for name, value in headers.items()} if isinstance(headers, Mapping) else {},
        text=str(text or ""),
        html=str(html or ""),
    )
    if service := service_of(person(mail.headers.get("from", ""))[1]):
        hits = hits_in(mail.html, mail.text)
        if not hits:
            raise NoHits(f"it comes from the alerts of {service} and no hit was found in it ({mail.subject!r})")
        return [map_hit(hit, mail, service) for hit in hits]
    words = read_html(mail.html).text or mail.text
    if not (words or mail.subject):
        return []
    thread, parent = refs(PLATFORM, mail.answers)
    return [
        Mention(
            platform=PLATFORM,
            key=mail.id or digest(mail.headers.get("from", ""), mail.headers.get("date", ""), mail.subject, words),
            kind=MentionKind.COMMENT if parent else MentionKind.ARTICLE,
            url=mail.headers.get("archived-at", "").strip().strip("<>"),
            title=mail.subject,
            text=words,
            author=_list_of(mail) or author_of(mail, PLATFORM),
            published=mail.published,
            lang=mail.lang,
            thread=thread,
            parent=parent,
            raw=dict(raw),
        )
    ]


def map_hit(hit: AlertHit, mail: Mail, service: str) -> Mention:
    """The page that an alert points to. A pure function."""
    return Mention(
        platform=HITS,
        key=entry_key(hit.url, hit.url, "", ""),
        kind=MentionKind.ARTICLE,
        url=hit.url,
        title=hit.title,
        text=hit.text,
        author=Author(platform=HITS, key=hit.publisher, name=hit.publisher) if hit.publisher else None,
        published=mail.published,
        raw={
            "alert": service,
            "subject": mail.subject,
            "url": hit.url,
            "title": hit.title,
            "text": hit.text,
            "publisher": hit.publisher,
        },
    )


def _list_of(mail: Mail) -> Author | None:
    """The list that a mail came through (RFC 2919): its author, since whoever writes it changes."""
    found = _LIST.match(mail.headers.get("list-id", "").strip())
    if not found:
        return None
    name = found[1].strip().strip('"') or person(mail.headers.get("from", ""))[0] or found[2]
    return replace(Author(platform=PLATFORM, key=found[2].strip().lower()), name=" ".join(name.split()))


def _why_not(options: ImapOptions, said: str) -> str:
    """Why a login failed, in plain words; what the server said is not quoted, since it may repeat what it was sent."""
    host = options.server
    if options.token.get_secret_value():
        return f"{host} does not accept the token of {options.username}. Access tokens end after an hour or so: renew it."
    if any(words in said for words in ("application-specific", "app password", "app-specific", "weblogin", "web login")):
        return (
            f"{host} wants an app password instead of the password of {options.username}. Make one in the settings of the "
            "account (security, app passwords) and give it to this source."
        )
    if "imap" in said and any(word in said for word in ("disabled", "not enabled", "turned off", "not allowed")):
        return f"IMAP is turned off for {options.username}. Turn it on in the settings of the mailbox at {host}."
    return (
        f"{host} does not accept this user name and password. Check both; Gmail, Yahoo, iCloud and others take an app password "
        "only, and have IMAP turned off until you turn it on in their settings."
    )


def _asked(imap: BoundedImap, command: str, *words: str) -> list[Any]:
    status, data = imap.uid(command, *words)
    if status != "OK":
        raise imaplib.IMAP4.error(f"{command}: {status}")
    return list(data or ())


def _numbers(data: Sequence[Any] | None) -> list[int]:
    found = [word for part in data or () if isinstance(part, bytes) for word in part.split()]
    return [int(word) for word in found if word.isdigit() and len(word) < 13]


def _folder_name(name: str) -> str:
    """A folder's name as IMAP wants it: quoted, and in the modified UTF-7 of RFC 3501, 5.1.3."""

    def encoded(found: re.Match[str]) -> str:
        return "&" + b64encode(found[0].encode("utf-16-be")).decode().rstrip("=").replace("/", ",") + "-"

    text = _NO_ASCII.sub(encoded, name.replace("&", "&-"))
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'


def _place(cursor: JSON, validity: int) -> int | None:
    """The last UID; ``None`` at first, and where the server has given its mails new numbers."""
    if not isinstance(cursor, Mapping) or cursor.get("validity") != validity:
        return None
    uid = cursor.get("uid")
    return uid if isinstance(uid, int) and not isinstance(uid, bool) and uid >= 0 else None


def _short(error: Exception) -> str:
    return " ".join(str(error).split())[:100] or type(error).__name__


@hookimpl
def register_sources() -> Iterable[Component]:
    """The component that builds an :class:`ImapFetcher`."""
    return [
        Component(
            name="imap",
            build=ImapFetcher,
            options=ImapOptions,
            summary="A mailbox: newsletters, lists, alert mails of Google and Talkwalker",
        )
    ]
