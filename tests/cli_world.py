"""A command line to call in tests, a workspace to call it on, and a small site to listen to."""

import json
import os
import shlex
import subprocess
import sys
import threading
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from inspect import signature
from pathlib import Path
from typing import Any

import click
from click.testing import CliRunner, Result

from hubbub.archive import open_archive
from hubbub.cli.program import hubbub
from hubbub.core.deciding import Intent, decide
from hubbub.core.duplicates import signature as minhash
from hubbub.core.values import Author, Label, Mention

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)

SETTINGS = """\
# Our desk.
[workspace]
name = "Acme watch"
languages = ["en", "ro", "el"]

[http]
contact = "desk@acme.example"
allow_private = true

# What we listen for.
[[topics]]
name = "acme"
query = 'acme OR #acmephone'
"""


def runner() -> CliRunner:
    """Calls commands in this process, with standard error apart (older releases of click must be told so)."""
    apart: dict[str, Any] = {"mix_stderr": False} if "mix_stderr" in signature(CliRunner).parameters else {}
    return CliRunner(**apart)


@dataclass(frozen=True)
class Desk:
    """A workspace and a way to call commands on it."""

    folder: Path

    def call(self, *args: str, code: int = 0, text: str = "") -> Result:
        """Run a command; its exit code must be the one that is expected."""
        result = runner().invoke(hubbub, ["--workspace", str(self.folder), *args], input=text)
        assert result.exit_code == code, f"{result.stdout}\n{result.stderr}\n{result.exception!r}"
        return result

    def json(self, *args: str, code: int = 0) -> Any:
        """What a command prints as JSON."""
        return json.loads(self.call(*args, "--json", code=code).stdout)

    @property
    def settings(self) -> str:
        """The text of ``hubbub.toml``."""
        return (self.folder / "hubbub.toml").read_text(encoding="utf-8")

    def save(self, *texts: str, topic: str = "acme", source: str = "press", seen: datetime = NOW) -> None:
        """Put mentions with these texts into the archive."""
        archive = open_archive(self.folder / "archive.db")
        try:
            labels = (Label(name="topic", value=topic, by="topics"),)
            author = Author(platform="rss", key="ana", name="Ana Ștefănescu")
            mentions = [Mention(platform="rss", key=text, text=text, author=author, published=NOW) for text in texts]
            archive.save(source, [_intent(mention, seen, labels) for mention in mentions], None, seen)
        finally:
            archive.close()


def _intent(mention: Mention, seen: datetime, labels: tuple[Label, ...]) -> Intent:
    decided = decide(None, mention, seen=seen, labels=labels)
    return replace(decided, signature=minhash(mention.title, mention.text))


def make_desk(folder: Path, more: str = "") -> Desk:
    """A workspace in this folder."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "hubbub.toml").write_text(SETTINGS + more, encoding="utf-8")
    return Desk(folder)


def parsed(line: str) -> click.Context:
    """A command line as it stands in a text, understood by click but not run; raises ``click.UsageError``."""
    program, *args = shlex.split(line, comments=True)
    assert program == "hubbub"
    command: click.Command = hubbub
    context = click.Context(hubbub, info_name="hubbub", **hubbub.context_settings)
    while isinstance(command, click.Group) and args and not args[0].startswith("-"):
        name = args.pop(0)
        found = command.get_command(context, name)
        if found is None:
            raise click.UsageError(f"there is no command {name!r} in: {line}")
        command = found
    return command.make_context(command.name, args, parent=context)


def fresh_process(*args: str, cwd: Path, env: dict[str, str] | None = None, code: str = "") -> subprocess.CompletedProcess[str]:
    """Run hubbub (or some Python) in a process of its own, away from any workspace of the user."""
    command: Sequence[str] = [sys.executable, *(("-c", code) if code else ("-m", "hubbub")), *args]
    clean = {name: value for name, value in os.environ.items() if not name.startswith("HUBBUB_")}
    clean |= {"XDG_DATA_HOME": str(cwd / "data"), "PYTHONUTF8": "1", **(env or {})}
    return subprocess.run(command, cwd=cwd, env=clean, capture_output=True, encoding="utf-8", timeout=60, check=False)


def feed(title: str, *texts: str) -> str:
    """A small RSS feed."""
    items = "".join(f"<item><title>{text}</title><guid>{text}</guid></item>" for text in texts)
    return f'<?xml version="1.0"?><rss version="2.0"><channel><title>{title}</title>{items}</channel></rss>'


PAGES = {
    "/press-news.xml": ("application/rss+xml", feed("Știri din presă", "acme one", "acme two", "something else")),
    "/talk.xml": ("application/rss+xml", feed("Comments", "acme three")),
    "/": (
        "text/html",
        '<html><head><link rel="alternate" type="application/rss+xml" href="/press-news.xml">'
        '<link rel="alternate" type="application/rss+xml" href="/talk.xml"></head></html>',
    ),
    "/plain": ("text/html", "<html><body>no feed here</body></html>"),
}


class _Handler(BaseHTTPRequestHandler):
    pages: Mapping[str, tuple[str, str]] = PAGES

    def do_GET(self) -> None:
        kind, body = self.pages.get(self.path, ("text/plain", ""))
        content = body.encode()
        self.send_response(200 if body else 404)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)

    def log_message(self, format: str, *args: object) -> None:
        """Say nothing."""


@contextmanager
def site(pages: Mapping[str, tuple[str, str]] = PAGES) -> Iterator[str]:
    """The address of a small site on this machine; of its own it has a page, two feeds, and a page without feed."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), type("Handler", (_Handler,), {"pages": pages}))
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_address[1]}"
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
