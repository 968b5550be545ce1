"""News servers for tests: a small one in the test's own process that plays failures, and a real INN as a child process."""

from __future__ import annotations

import os
import shutil
import socket
import socketserver
import ssl
import subprocess
import tempfile
import threading
import time
from collections.abc import Callable, Mapping
from contextlib import suppress
from pathlib import Path

from certificates import encrypt

NEWS = Path("/usr/lib/news/bin")


class FakeNews:
    """Speaks NNTP over loopback. ``answering`` may answer a command in the server's place; ``None`` leaves it to the server."""

    def __init__(self, groups: Mapping[str, Mapping[int, bytes]]) -> None:
        self.groups = {name: dict(articles) for name, articles in groups.items()}
        self.asked: list[str] = []
        self.greeting = b"200 news.example ready\r\n"
        self.answering: Callable[[str], bytes | None] = lambda command: None
        self.tls: ssl.SSLContext | None = None
        self.starttls = False
        """Whether the encryption begins on demand."""
        news = self

        class Handler(socketserver.StreamRequestHandler):
            def handle(self) -> None:
                with suppress(OSError):
                    news._talk(self)

        self._server = socketserver.ThreadingTCPServer(("127.0.0.1", 0), Handler)
        self._server.daemon_threads = True
        self._server.handle_error = lambda *_: None  # pyright: ignore[reportAttributeAccessIssue] - clients hang up
        self.port: int = self._server.server_address[1]
        self._thread = threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)

    def __enter__(self) -> FakeNews:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._server.shutdown()
        self._server.server_close()
        self._thread.join(5)

    def _talk(self, handler: socketserver.StreamRequestHandler) -> None:
        if self.tls is not None and not self.starttls:
            encrypt(handler, self.tls)
        handler.wfile.write(self.greeting)
        group: dict[int, bytes] = {}
        while line := handler.rfile.readline():
            command = line.decode().strip()
            self.asked.append(command)
            word, _, rest = command.partition(" ")
            given = self.answering(command)
            if given is not None:
                handler.wfile.write(given)
                if not given.endswith(b"\r\n"):
                    return  # it was cut off
                continue
            if word == "STARTTLS" and self.tls is not None:
                # What stands behind the answer is of an attacker's.
                handler.wfile.write(b"382 go on\r\n281 injected\r\n")
                encrypt(handler, self.tls)
                continue
            if word == "QUIT":
                return
            if word == "GROUP":
                found = self.groups.get(rest)
                group = found if found is not None else group
                low, high = (min(group), max(group)) if group else (1, 0)
                said = b"411 none\r\n" if found is None else f"211 {len(group)} {low} {high} {rest}\r\n".encode()
            elif word == "OVER":
                first, last = (int(number) for number in rest.split("-"))
                rows = [_overview(number, group[number]) for number in sorted(group) if first <= number <= last]
                said = b"224 follows\r\n" + b"".join(rows) + b".\r\n" if rows else b"423 none\r\n"
            elif word in ("STAT", "ARTICLE") and int(rest) in group:
                article = group[int(rest)]
                name = _header(article, b"Message-ID")
                said = b"223 %s %s\r\n" % (rest.encode(), name)
                if word == "ARTICLE":
                    lines = [b"." + one if one.startswith(b".") else one for one in article.split(b"\r\n")]
                    said = b"220 %s %s\r\n" % (rest.encode(), name) + b"\r\n".join(lines) + b"\r\n.\r\n"
            elif word in ("STAT", "ARTICLE"):
                said = b"423 none\r\n"
            else:
                said = b"200 ready\r\n" if word == "MODE" else b"500 what?\r\n"
            handler.wfile.write(said)


def _header(article: bytes, name: bytes) -> bytes:
    found = [line[len(name) + 2 :] for line in article.split(b"\r\n\r\n")[0].split(b"\r\n") if line.startswith(name + b": ")]
    return found[0] if found else b""


def _overview(number: int, article: bytes) -> bytes:
    cells = [_header(article, name) for name in (b"Subject", b"From", b"Date", b"Message-ID", b"References")]
    return b"\t".join([str(number).encode(), *cells, str(len(article)).encode(), b"3"]) + b"\r\n"


def missing() -> str:
    """Why there can be no INN on this machine; empty where there can."""
    if not (NEWS / "innd").is_file():
        return "INN is not installed (Debian: inn2)"
    return "" if os.geteuid() == 0 else "INN is started as root only, to become its own user"


class Inn:
    """A real INN with a spool of its own; both are gone after the ``with`` block."""

    def __init__(self, *groups: str) -> None:
        self.port = _free_port()
        # Not pytest's folder, which nobody but root may enter: INN runs as its own user.
        self._folder = Path(tempfile.mkdtemp(prefix="hubbub-inn-"))
        self._groups = groups
        self._server: subprocess.Popen[bytes] | None = None

    def __enter__(self) -> Inn:
        try:
            self._write()
            self._start()
        except BaseException:
            self.__exit__()
            raise
        return self

    def __exit__(self, *_: object) -> None:
        if self._server is not None:
            self._server.kill()  # nothing of its spool is to be kept
            self._server.wait(10)
        shutil.rmtree(self._folder, ignore_errors=True)

    def post(self, *articles: bytes) -> None:
        """Post articles; raises where INN refuses one."""
        with socket.create_connection(("127.0.0.1", self.port), timeout=10) as sock, sock.makefile("rb") as answers:

            def ask(line: bytes) -> bytes:
                sock.sendall(line + b"\r\n")
                return answers.readline()

            answers.readline()
            ask(b"MODE READER")
            for article in articles:
                assert ask(b"POST").startswith(b"340")
                said = ask(article + b"\r\n.")
                assert said.startswith(b"240"), said
            ask(b"QUIT")

    def _write(self) -> None:
        folder = self._folder
        for name in ("etc", "db", "run", "log", "tmp", "http", "spool/articles", "spool/overview", "spool/incoming/bad"):
            (folder / name).mkdir(parents=True)
        for name in ("outgoing", "archive", "innfeed"):
            (folder / "spool" / name).mkdir()
        places = {"db": "db", "etc": "etc", "run": "run", "log": "log", "spool": "spool", "tmp": "tmp", "http": "http"}
        settings = [f"path{name}: {folder / place}" for name, place in places.items()]
        settings += [
            "mta: /bin/true",
            "domain: example.test",
            "pathhost: news.example.test",
            "pathnews: /usr/lib/news",
            "ovmethod: tradindexed",
            "hismethod: hisv6",
            "bindaddress: 127.0.0.1",
            f"port: {self.port}",
            "artcutoff: 0",
            "pgpverify: false",
        ]
        (folder / "inn.conf").write_text("\n".join(settings) + "\n")
        written = {
            "storage.conf": "method tradspool {\n newsgroups: *\n class: 0\n}\n",
            "incoming.conf": 'streaming: true\nmax-connections: 8\npeer ME {\n hostname: "127.0.0.1"\n}\n',
            "newsfeeds": "ME:!*/!local::\nnowhere:!*:Tf:\n",
            "readers.conf": 'auth "desk" {\n hosts: "127.0.0.1"\n default: "<desk>"\n}\n'
            'access "desk" {\n users: "<desk>"\n newsgroups: "*"\n access: RPA\n}\n',
        }
        for name in ("control.ctl", "expire.ctl", "moderators", "nocem.ctl", "passwd.nntp"):
            written[name] = ""
        for name, text in written.items():
            (folder / "etc" / name).write_text(text)
        rows = ["control n", "control.cancel n", "junk n", *(f"{group} y" for group in self._groups)]
        active = "".join(f"{name} {0:010} {1:010} {flag}\n" for name, flag in map(str.split, rows))
        for name, text in {"active": active, "newsgroups": "", "active.times": "", "history": ""}.items():
            (folder / "db" / name).write_text(text)
        subprocess.run(["chown", "-R", "news:news", folder], check=True)
        subprocess.run([NEWS / "makedbz", "-i", "-o", "-s", "1000"], env=self._environment(), check=True, capture_output=True)

    def _environment(self) -> dict[str, str]:
        return {**os.environ, "INNCONF": str(self._folder / "inn.conf")}

    def _start(self) -> None:
        self._server = subprocess.Popen(
            [NEWS / "innd", "-f"], env=self._environment(), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
        )
        until = time.monotonic() + 20
        while True:
            try:
                socket.create_connection(("127.0.0.1", self.port), timeout=5).close()
                return
            except OSError:
                if time.monotonic() > until or self._server.poll() is not None:
                    raise
                time.sleep(0.05)


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]
