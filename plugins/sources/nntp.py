"""Source ``nntp``: newsgroups of a news server, and mailing lists that a server shows as such. Mostly no key is needed.

::

    [[sources]]
    id = "news"
    plugin = "nntp"
    server = "news.example"
    groups = ["comp.misc", "es.comp.moviles"]
    tls = "tls"                            # optional: "starttls", or "none" for servers that know no encryption
    port = 563                             # optional: 563 with "tls", 119 otherwise
    username = "desk"                      # optional: where the server asks for a login
    password = { env = "NEWS_PASSWORD" }
    back = "30d"                           # optional: how far the first reading goes back
    max_articles = 1000                    # optional: articles read of each group in one run

Every article becomes a mention of the platform ``nntp``, known by its Message-ID: one that was posted to several groups, or
met on two servers, is one mention. ``References`` give the thread and what is answered; quoted text is kept. Files (yEnc,
uuencode), control messages and articles beyond 500 kB are left out. Addresses of authors are shown nowhere.

A server that was set up anew counts its articles from the beginning: that is noticed, and the group is read again.
Protocol: RFC 3977 (NNTP), 4642 (STARTTLS), 4643 (AUTHINFO), 6048; encoded headers by RFC 2047.
"""

from __future__ import annotations

import re
import ssl
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import datetime
from typing import Annotated

from pydantic import Field, SecretStr, StringConstraints, model_validator

from ...core.contracts import Clues, Component, Context, Suggestion
from ...core.errors import SourceBroken, SourceError, SourceGone, SourceNeedsKey, SourceRefused, SourceUnreachable
from ...core.fields import moment_of
from ...core.hookspecs import hookimpl
from ...core.htmltext import read_html
from ...core.optiontypes import Ago, PluginOptions
from ...core.paging import each
from ...core.values import JSON, Batch, Failure, Mention, MentionKind, Topic
from ._keeping import digest
from ._lines import Lines, Tls
from ._mail import Mail, author_of, header_text, ids_in, read_mail, refs

PLATFORM = "nntp"
MAX_ARTICLE = 500_000
"""Bytes of an article: a text of two hundred pages. Beyond that it is a file."""
CHUNK = 100
"""Numbers asked for in one go; also the mentions of a batch."""
_WINDOW = 20
"""Articles asked for before the first of them is read (RFC 3977, 3.5 allows it)."""

_GROUP = re.compile(r"^[^\s*?,\[\]!\\]{1,400}$")
Group = Annotated[str, StringConstraints(pattern=_GROUP.pattern)]
MOST_FOUND = 5
"""Groups of one server that are proposed."""


class NntpOptions(PluginOptions):
    """What users write of a news server."""

    server: str = Field(pattern=r"^[A-Za-z0-9._:-]+$", description="Name of the server")
    port: int | None = Field(default=None, ge=1, le=65_535, description="563 with TLS, 119 otherwise")
    tls: Tls = Field(default="tls", description='"tls", "starttls", or "none"')
    groups: tuple[Group, ...] = Field(min_length=1, max_length=200, description="Names of newsgroups")
    username: str = Field(default="", pattern=r"^[^\s]*$", description="Where the server asks for a login")
    password: SecretStr = Field(default=SecretStr(""), description="Where the server asks for a login")
    back: Ago = Field(default="30d", validate_default=True, description="How far the first reading goes back")
    max_articles: int = Field(default=1_000, ge=1, le=100_000, description="Articles read of each group in one run")

    @model_validator(mode="after")
    def _whole(self) -> NntpOptions:
        if any(sign in self.password.get_secret_value() for sign in "\r\n\0"):
            raise ValueError("the password has a line break in it")
        return self


@dataclass(frozen=True, slots=True)
class _Entry:
    """What the overview says of an article."""

    number: int
    subject: str = ""
    published: datetime | None = None
    id: str = ""
    bytes: int = 0


class NntpFetcher:
    """Reads newsgroups of one server."""

    def __init__(self, options: NntpOptions, context: Context, trust: ssl.SSLContext | None = None) -> None:
        """``trust`` are the certificates that are trusted instead of the usual ones."""
        self._options, self._context, self._trust = options, context, trust

    def fetch(self, topics: Sequence[Topic], cursor: JSON) -> Iterator[Batch]:
        """See ``Fetcher``. The cursor keeps for each group the number and the Message-ID of the last article read."""
        with self._connected() as news:
            yield from each(cursor, self._options.groups, lambda group, at: self._read(news, group, at))

    def groups_with(self, words: Sequence[str]) -> list[str]:
        """Groups of the server with any of these words in their names."""
        with self._connected() as news:
            return list(dict.fromkeys(group for word in words for group in news.groups_with(word)))

    def check(self) -> str:
        """See ``Checks``."""
        with self._connected() as news:
            counts = [f"{group} ({news.group(group)[0]:,} articles)" for group in self._options.groups]
        return f"{self._options.server} answers; it has {', '.join(counts)}."

    @contextmanager
    def _connected(self) -> Iterator[NewsClient]:
        options = self._options
        port = options.port or (563 if options.tls == "tls" else 119)
        lines = Lines(self._context.connect(options.server, port), options.server)
        news = NewsClient(lines, options.server)
        try:
            if options.tls == "tls":
                lines.secure(self._trust)
            news.greet()
            # First, since a server that takes news from other servers shows readers' commands, STARTTLS too, only then.
            asked = news.be_reader()
            if options.tls == "starttls":
                news.start_tls(self._trust)
            news.log_in(options.username, options.password)
            if not asked:
                news.be_reader(patient=False)
            yield news
        finally:
            news.close()

    def _read(self, news: NewsClient, group: str, cursor: JSON) -> Iterator[Batch]:
        _, low, high = news.group(group)
        oldest = self._context.now() - self._options.back
        last, known = _place(cursor)
        anew = last is None or high < last or (known and last >= low and news.id_of(last) not in (known, ""))
        if anew and last is not None:
            self._context.log.info("%s counts its articles anew; the group is read again", group)
        start = max(low, high - self._options.max_articles + 1) if anew or last is None else max(low, last + 1)
        if start > high:
            yield Batch(cursor={"at": high if anew else last, "id": "" if anew else known}, unchanged=True)
            return
        for first in range(start, min(high, start + self._options.max_articles - 1) + 1, CHUNK):
            end = min(first + CHUNK - 1, high)
            entries = news.overview(first, end)
            wanted = [entry for entry in entries if _is_wanted(entry, oldest if anew else None)]
            mentions, failures = self._articles(news, group, wanted)
            known = next((entry.id for entry in entries if entry.number == end), "")
            yield Batch(mentions=mentions, failures=failures, cursor={"at": end, "id": known})

    def _articles(
        self, news: NewsClient, group: str, wanted: Sequence[_Entry]
    ) -> tuple[tuple[Mention, ...], tuple[Failure, ...]]:
        mentions: list[Mention] = []
        failures: list[Failure] = []
        for number, content in news.articles([entry.number for entry in wanted]):
            try:
                mail = read_mail(content)
                mention = map_article({"group": group, **mail.raw})
            except Exception as error:  # one article of a stranger's: whatever it trips over, the others are kept
                name = f"article {number} of {group}"
                message = f"{name} was left out: {type(error).__name__}: {error}"
                failures.append(Failure(source="", item=name, message=message, raw=content.decode("iso-8859-1")))
                continue
            if mention is not None:
                mentions.append(mention)
        return tuple(mentions), tuple(failures)


class NewsClient:
    """The little of NNTP that reading takes. Every failure is a ``SourceError``; after one the connection is of no more use."""

    def __init__(self, lines: Lines, host: str) -> None:
        self._lines, self._host = lines, host
        self._lost: SourceError | None = None
        self._over = ("OVER", "XOVER")

    def greet(self) -> None:
        """Read the greeting."""
        status, said = self._status()
        if status not in (200, 201):
            raise self._refused(status, said)

    def start_tls(self, trust: ssl.SSLContext | None) -> None:
        """Encrypt from here on; without that nothing is sent."""
        status, said = self.ask("STARTTLS")
        if status != 382:
            raise SourceRefused(f'{self._host} offers no encryption by STARTTLS ({said}). Try tls = "tls".')
        self._lines.secure(trust)

    def log_in(self, username: str, password: SecretStr) -> None:
        """With name and password, where there are any."""
        if not username:
            return
        status, _ = self.ask(f"AUTHINFO USER {username}")
        if status == 381:
            status, _ = self.ask(f"AUTHINFO PASS {password.get_secret_value()}")
        if status == 483:
            raise SourceNeedsKey(
                f'{self._host} takes passwords over encrypted connections only. Set tls = "tls" or "starttls".'
            )
        if status != 281:
            # What the server says is not quoted: it may repeat what it was sent.
            raise SourceNeedsKey(
                f"{self._host} does not accept this user name and password ({status}). Check both.", status=status
            )

    def be_reader(self, *, patient: bool = True) -> bool:
        """Ask for the reader's commands; false where a login must come first, which is an error where nobody is patient."""
        status, said = self.ask("MODE READER")
        if status in (480, 483) and patient:
            return False
        if status in (400, 480, 483, 502):
            raise self._refused(status, said)
        return True

    def group(self, name: str) -> tuple[int, int, int]:
        """Enter a group: how many articles it has about, the lowest number, the highest."""
        status, said = self.ask(f"GROUP {name}")
        if status == 411:
            raise SourceGone(f"{self._host} has no group {name!r}. Check its name; `groups` takes names in full.")
        if status != 211:
            raise self._refused(status, said)
        try:
            count, low, high = (int(word) for word in said.split()[:3])
        except ValueError:
            raise self._broken(said) from None
        return count, low, high

    def groups_with(self, word: str) -> list[str]:
        """Groups with this word in their names (RFC 3977, 7.6.3); none where the server does not list them."""
        status, said = self.ask(f"LIST ACTIVE *{word}*")
        if status in (480, 483):
            raise self._refused(status, said)
        lines = self._block(MAX_ARTICLE) if status == 215 else []
        names = (line.partition(b" ")[0].decode("utf-8", "replace") for line in lines)
        return [name for name in names if _GROUP.fullmatch(name)]

    def id_of(self, number: int) -> str:
        """The Message-ID of an article of this group; empty where there is no such article any more."""
        status, said = self.ask(f"STAT {number}")
        return next(iter(ids_in(said)), "") if status == 223 else ""

    def overview(self, first: int, last: int) -> list[_Entry]:
        """What the server knows of these articles; only numbers where it has no overviews."""
        for command in self._over:
            status, said = self.ask(f"{command} {first}-{last}")
            if status == 224:
                self._over = (command,)
                found = [
                    entry for line in self._block(MAX_ARTICLE) if (entry := _entry(line)) and first <= entry.number <= last
                ]
                return list({entry.number: entry for entry in found}.values())
            if status in (420, 423):
                return []
            if status in (480, 483, 400):
                raise self._refused(status, said)
        return [_Entry(number) for number in range(first, last + 1)]

    def articles(self, numbers: Sequence[int]) -> Iterator[tuple[int, bytes]]:
        """These articles, each with its number; those that are gone or too long are left out."""
        for start in range(0, len(numbers), _WINDOW):
            some = numbers[start : start + _WINDOW]
            self._send("".join(f"ARTICLE {number}\r\n" for number in some))
            for number in some:
                status, said = self._status()
                if status in (420, 423, 430):
                    continue
                if status != 220:
                    raise self._refused(status, said)
                content = b"\r\n".join(self._block(MAX_ARTICLE))
                if content:
                    yield number, content

    def close(self) -> None:
        """Say good-bye, if anybody is there."""
        with suppress(SourceError):
            if self._lost is None:
                self._lines.send(b"QUIT\r\n")
        self._lines.close()

    def ask(self, command: str) -> tuple[int, str]:
        """Send a command: the status of the answer, and its words."""
        self._send(f"{command}\r\n")
        return self._status()

    def _send(self, text: str) -> None:
        if self._lost is not None:
            raise self._lost
        try:
            self._lines.send(text.encode("utf-8", "surrogateescape"))
        except SourceError as error:
            self._lost = error
            raise

    def _status(self) -> tuple[int, str]:
        line = self._line()
        said = header_text(line[4:200].decode("utf-8", "surrogateescape"))
        if not line[:3].isdigit():
            raise self._broken(header_text(line[:60].decode("utf-8", "surrogateescape")))
        return int(line[:3]), said

    def _block(self, most: int) -> list[bytes]:
        """The lines up to the dot that ends them, with doubled dots undone; nothing where it is more than so many bytes."""
        found: list[bytes] = []
        size = 0
        while (line := self._line()) != b".":
            size += len(line) + 2
            if size > 40 * most:
                raise self._broken("an article without end")
            if size <= most:
                found.append(line[1:] if line.startswith(b".") else line)
        return found if size <= most else []

    def _line(self) -> bytes:
        try:
            return self._lines.line()
        except SourceError as error:
            self._lost = error
            raise

    def _refused(self, status: int, said: str) -> SourceError:
        if status in (480, 483):
            words = f"{self._host} asks for a login ({status}). Give this source a username and a password"
            return SourceNeedsKey(f'{words}, and tls = "tls" or "starttls".', status=status, said=said)
        if status == 400:
            return SourceUnreachable(f"{self._host} is not in service now. It says: “{said}”.", said=said)
        if status in (440, 502):
            return SourceRefused(f"{self._host} does not let us read. It says: “{said}”.", status=status, said=said)
        return self._broken(f"{status} {said}")

    def _broken(self, what: str) -> SourceBroken:
        error = SourceBroken(
            f"{self._host} does not answer as a news server does (“{what}”). Check the server's name, its port, and tls."
        )
        self._lost = error
        return error


def map_article(raw: Mapping[str, JSON]) -> Mention | None:
    """The mention that an article is; ``None`` for files and control messages. A pure function of the raw form."""
    headers, text, html, group = (raw.get(name) for name in ("headers", "text", "html", "group"))
    mail = Mail(
        headers={str(name): str(value) for name, value in headers.items()} if isinstance(headers, Mapping) else {},
        text=str(text or ""),
        html=str(html or ""),
    )
    if mail.binary or "control" in mail.headers:
        return None
    words = mail.text or read_html(mail.html).text
    if not (words or mail.subject):
        return None
    thread, parent = refs(PLATFORM, mail.answers)
    return Mention(
        platform=PLATFORM,
        key=mail.id or digest(str(group), mail.headers.get("from", ""), mail.headers.get("date", ""), mail.subject, words),
        kind=MentionKind.COMMENT if parent else MentionKind.POST,
        title=mail.subject,
        text=words,
        author=author_of(mail, PLATFORM),
        published=mail.published,
        lang=mail.lang,
        thread=thread,
        parent=parent,
        raw=dict(raw),
    )


def _entry(line: bytes) -> _Entry | None:
    """A line of an overview (RFC 3977, 8.3): number, subject, author, date, id, references, bytes, lines."""
    cells = line.split(b"\t")
    if len(cells) < 5 or not cells[0].isdigit() or len(cells[0]) > 18:
        return None
    size = cells[6] if len(cells) > 6 and len(cells[6]) < 13 else b""
    subject, date, name = (header_text(cells[index].decode("utf-8", "surrogateescape")) for index in (1, 3, 4))
    return _Entry(int(cells[0]), subject, moment_of(date), next(iter(ids_in(name)), ""), int(size) if size.isdigit() else 0)


def _is_wanted(entry: _Entry, oldest: datetime | None) -> bool:
    if entry.bytes > MAX_ARTICLE or "yenc" in entry.subject.lower():
        return False
    return oldest is None or entry.published is None or entry.published >= oldest


def _place(cursor: JSON) -> tuple[int | None, str]:
    """Number and Message-ID of the last article read."""
    if not isinstance(cursor, Mapping):
        return None, ""
    at, name = cursor.get("at"), cursor.get("id")
    number = at if isinstance(at, int) and not isinstance(at, bool) and at >= 0 else None
    return number, name if isinstance(name, str) else ""


def discover(clues: Clues, context: Context) -> Iterator[Suggestion | Failure]:
    """On the servers that are read already: groups that a site links to (``news:group``), and those with a name in theirs."""
    linked = [found[1] for link in clues.links if (found := re.fullmatch(r"news:(?!/)([^@/?#]+)", link))]
    servers = {options.server: (written, options) for written, options in clues.sources}
    for server, (written, options) in servers.items():
        title = f"nntp {server}"
        try:
            named = NntpFetcher(options, context).groups_with(clues.names) if clues.names else []
        except SourceError as error:
            yield Failure(source="", item=title, message=str(error))
            named = []
        for group in [*linked, *named][:MOST_FOUND]:
            if _GROUP.fullmatch(group):
                yield Suggestion(options={**written, "groups": [group]}, title=f"{title} {group}")


def recognise(address: str, software: str) -> Mapping[str, object] | None:
    """A newsgroup by its address: ``news://server/group`` (RFC 5538) or ``nntps://…``; ``nntp://…`` is without TLS."""
    found = re.fullmatch(r"(nntps?|news)://([A-Za-z0-9.-]+)(?::(\d+))?/([A-Za-z0-9._+-]+)/?", address)
    if not found:
        return None
    options: dict[str, object] = {"server": found[2], "groups": [found[4]]}
    if found[1] == "nntp":
        options["tls"] = "none"
    return {**options, "port": int(found[3])} if found[3] else options


@hookimpl
def register_sources() -> Iterable[Component]:
    """The component that builds an :class:`NntpFetcher`."""
    return [
        Component(
            name="nntp",
            build=NntpFetcher,
            options=NntpOptions,
            summary="Newsgroups of a news server (Usenet, lists, companies' own); mostly no key",
            discover=discover,
            recognise=recognise,
        )
    ]
