"""``hubbub story notify``: tell those who are quoted. Shown first; nothing is sent without a yes."""

from __future__ import annotations

import json
import smtplib
import ssl
from collections.abc import Mapping, Sequence
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import formatdate, make_msgid
from pathlib import Path
from typing import Any
from urllib.parse import quote

import click

from ..config.workspace import NotifySettings, Workspace
from ..core.errors import ConfigError, ExportError
from ..core.media import write_whole
from ..core.serial import DecodeError, from_json, to_json
from ..core.slugs import slugify, unique
from ..core.telling import Notice, Told, notices
from .exits import Exit, note
from .output import json_option, plural, print_json, say
from .session import Session
from .stories import open_stories

TIMEOUT = 30.0
REMEMBERED = "notified.json"


@click.command()
@click.argument("story")
@click.option(
    "--to", type=click.Path(file_okay=False, path_type=Path), help="Write one file for each message into this folder."
)
@click.option("--send", is_flag=True, help="Send the mails by the server of [notify]; asks before each.")
@click.option("--yes", is_flag=True, help="With --send: do not ask.")
@click.option("--told", "by_hand", is_flag=True, help="Note that all of them have been told by hand.")
@click.option("--again", is_flag=True, help="Also those who were told before.")
@json_option
@click.pass_obj
def notify(
    session: Session, story: str, to: Path | None, send: bool, yes: bool, by_hand: bool, again: bool, as_json: bool
) -> Exit:
    """Prepare messages to those whom a story quotes, one for each author on each platform.

    \b
    hubbub story notify the-battery-week
    hubbub story notify the-battery-week --to notices
    hubbub story notify the-battery-week --send

    Without an option they are only shown. Mails go to authors who go by a mail address; the others get a text that you
    post as an answer yourself. Own accounts, bots and words that were taken out are left out, and nobody is told twice.
    """
    workspace = session.workspace
    if not workspace.publish.base_url:
        raise ConfigError(
            "the story's address is not known; say where published stories are found",
            file=str(workspace.paths.settings),
            key="publish.base_url",
        )
    remembered = _remembered(workspace)
    with open_stories(session) as desk:
        found = desk.open(story).story
        now = desk.now()
    before = {told.key for told in remembered if told.story == found.id}
    prepared = notices(
        found,
        url=f"{workspace.publish.base_url}{found.slug}/",
        topics=workspace.topics,
        told=() if again else before,
        template=_template(workspace),
    )
    if as_json:
        print_json({"total": len(prepared), "told": len(before), "notices": prepared})
    else:
        _show(prepared, len(before))
    if to:
        for path in _write(prepared, to, workspace.notify):
            note(f"Wrote {path}")
    done: dict[str, str] = dict.fromkeys((each.key for each in prepared), "by hand") if by_hand else {}
    failed = 0
    if send:
        with _Post(workspace) as post:
            for each in prepared:
                if not each.mail:
                    continue
                if not yes and not click.confirm(f"Send this to {each.who} <{each.mail}>?", err=True):
                    continue
                try:
                    post.send(each)
                except (smtplib.SMTPException, OSError) as error:
                    failed += 1
                    note(f"{each.mail} was not told: {error}")
                    continue
                done[each.key] = "mail"
                # Written after each, so that whatever happens next nobody is told twice.
                remembered.append(Told(story=found.id, key=each.key, at=now, how="mail"))
                _remember(workspace, remembered)
    if by_hand:
        known = {(told.story, told.key) for told in remembered}
        remembered += [Told(story=found.id, key=k, at=now, how=how) for k, how in done.items() if (found.id, k) not in known]
        _remember(workspace, remembered)
    if send or by_hand:
        note(f"{plural(len(done), 'author')} noted as told.")
    return Exit.FAILED if failed else Exit.OK


COMMANDS = (notify,)
"""In the order of the help."""


def _show(prepared: Sequence[Notice], told: int) -> None:
    for each in prepared:
        post = f"to post at {each.answer}" if each.answer else f"to post on {each.platform}"
        where = f"mail to {each.mail}" if each.mail else post
        say(f"{each.who} ({where})")
        for row in each.text.splitlines():
            say(f"    {row}")
    if not prepared:
        say("There is nobody to tell." + f" {plural(told, 'author')} told before." * bool(told))


def _template(workspace: Workspace) -> str:
    if not workspace.notify.template:
        return ""
    path = workspace.folder / Path(workspace.notify.template).expanduser()
    try:
        return path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise ConfigError(
            f"{path} cannot be read: {error}", file=str(workspace.paths.settings), key="notify.template"
        ) from None


def _write(prepared: Sequence[Notice], to: Path, settings: NotifySettings) -> list[Path]:
    """One file for each: a mail as ``.eml``, with the same as a ``mailto:`` address beside it; a post as ``.txt``."""
    to.mkdir(parents=True, exist_ok=True)
    written: list[Path] = []
    names: set[str] = set()
    for each in prepared:
        name = unique(slugify(f"{each.platform} {each.who}", "author"), names)
        names.add(name)
        if each.mail:
            files: Mapping[str, bytes] = {".eml": message(each, settings).as_bytes(), ".url": f"{mailto(each)}\n".encode()}
        else:
            files = {".txt": f"{each.answer}\n\n{each.text}".lstrip().encode("utf-8", "replace")}
        for ending, data in files.items():
            write_whole(to / f"{name}{ending}", data)
            written.append(to / f"{name}{ending}")
    return written


def message(notice: Notice, settings: NotifySettings) -> EmailMessage:
    """The mail; a draft as far as mail programs are concerned."""
    mail = EmailMessage(policy=SMTP)
    mail["To"] = notice.mail
    if settings.sender.strip():
        mail["From"] = " ".join(settings.sender.split())
    mail["Subject"] = notice.subject
    mail["X-Unsent"] = "1"
    mail.set_content(notice.text)
    return mail


def mailto(notice: Notice) -> str:
    """The same as an address that opens a mail program (RFC 6068)."""
    body = quote(notice.text.replace("\n", "\r\n"), safe="")
    return f"mailto:{quote(notice.mail, safe='@')}?subject={quote(notice.subject, safe='')}&body={body}"


class _Post:
    """The mail server of ``[notify]``."""

    def __init__(self, workspace: Workspace) -> None:
        self._workspace = workspace
        self._settings = workspace.notify
        self._server: smtplib.SMTP | None = None

    def __enter__(self) -> _Post:
        settings, file = self._settings, str(self._workspace.paths.settings)
        for key in ("server", "sender"):
            if not getattr(settings, key):
                raise ConfigError("it is needed to send mails", file=file, key=f"notify.{key}")
        host, _, port = settings.server.rpartition(":") if ":" in settings.server else (settings.server, "", "")
        tls = ssl.create_default_context()
        try:
            if settings.security == "tls":
                self._server = smtplib.SMTP_SSL(host, int(port or 465), timeout=TIMEOUT, context=tls)
            else:
                self._server = smtplib.SMTP(host, int(port or 587), timeout=TIMEOUT)
                if settings.security == "starttls":
                    self._server.starttls(context=tls)
            if settings.user:
                self._server.login(settings.user, self._password())
        except (smtplib.SMTPException, OSError) as error:
            self.__exit__()
            raise ExportError(f"The mail server {settings.server} cannot be used: {error}") from error
        return self

    def __exit__(self, *_: object) -> None:
        if self._server is not None:
            self._server.close()

    def send(self, notice: Notice) -> None:
        """Send one mail; raises ``SMTPException`` or ``OSError``."""
        assert self._server is not None
        mail = message(notice, self._settings)
        del mail["X-Unsent"]
        mail["Date"] = formatdate()
        mail["Message-ID"] = make_msgid(domain="hubbub.invalid")
        self._server.send_message(mail)

    def _password(self) -> str:
        from .compose import secrets_of

        if self._settings.password is None:
            return ""
        file = str(self._workspace.paths.settings)
        return secrets_of(self._workspace).resolve(self._settings.password, key="notify.password", file=file).get_secret_value()


def _remembered(workspace: Workspace) -> list[Told]:
    path = workspace.folder / REMEMBERED
    try:
        data: Any = json.loads(path.read_text(encoding="utf-8"))
        return [from_json(Told, each) for each in data["told"]]
    except FileNotFoundError:
        return []
    except (OSError, ValueError, KeyError, TypeError, DecodeError) as error:
        raise ExportError(f"{path}, which says who was told, cannot be read: {error}. Mend or remove it.") from error


def _remember(workspace: Workspace, told: Sequence[Told]) -> None:
    data = json.dumps({"told": to_json(list(told))}, indent=1) + "\n"
    write_whole(workspace.folder / REMEMBERED, data.encode())
