"""Mail servers for tests: a small one in the test's own process that plays failures, and a real Dovecot as a child process."""

from __future__ import annotations

import grp
import imaplib
import os
import pwd
import re
import shutil
import socket
import socketserver
import ssl
import subprocess
import tempfile
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from pathlib import Path

from certificates import encrypt

PASSWORD = "s3cret-Of-The-Desk"


class FakeMail:
    """The little of IMAP that reading takes. ``answering`` may answer a command (without its tag) in the server's place."""

    def __init__(self, folders: Mapping[str, Mapping[int, bytes]]) -> None:
        self.folders = {name: dict(mails) for name, mails in folders.items()}
        self.validity = 7
        self.greeting = b"* OK [CAPABILITY IMAP4rev1] ready\r\n"
        self.capabilities = "IMAP4rev1"
        self.asked: list[str] = []
        self.answering: Callable[[str], bytes | None] = lambda command: None
        self.tls: ssl.SSLContext | None = None
        self.starttls = False
        """Whether the encryption begins on demand."""
        mail = self

        class Handler(socketserver.StreamRequestHandler):
            def handle(self) -> None:
                with suppress(OSError, ValueError):
                    mail._talk(self)

        self._server = socketserver.ThreadingTCPServer(("127.0.0.1", 0), Handler)
        self._server.daemon_threads = True
        self._server.handle_error = lambda *_: None  # pyright: ignore[reportAttributeAccessIssue] - clients hang up
        self.port: int = self._server.server_address[1]
        self._thread = threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)

    def __enter__(self) -> FakeMail:
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
        box: dict[int, bytes] = {}
        while line := handler.rfile.readline():
            tag, _, command = line.decode().strip().partition(" ")
            self.asked.append(command)
            given = self.answering(command)
            if given is not None:
                handler.wfile.write(given.replace(b"TAG", tag.encode()))
                if not given.endswith(b"\r\n"):
                    return  # it was cut off
                continue
            if command == "STARTTLS" and self.tls is not None:
                # What stands behind the answer is of an attacker's.
                handler.wfile.write(tag.encode() + b" OK go on\r\n* CAPABILITY INJECTED\r\n")
                encrypt(handler, self.tls)
                continue
            said, done = b"", b"OK done"
            if command.startswith("CAPABILITY"):
                said = f"* CAPABILITY {self.capabilities}\r\n".encode()
            elif command.startswith("EXAMINE"):
                name = command.partition(" ")[2].strip('"')
                if name in self.folders:
                    box = self.folders[name]
                    said = f"* {len(box)} EXISTS\r\n* OK [UIDVALIDITY {self.validity}] valid\r\n".encode()
                else:
                    done = b"NO [NONEXISTENT] none"
            elif found := re.match(r"UID SEARCH (?:SINCE \S+|UID (\d+):\*)$", command):
                first = int(found[1] or 0)
                numbers = [number for number in box if number >= first] or sorted(box)[-1:]
                said = f"* SEARCH {' '.join(map(str, numbers))}\r\n".encode()
            elif found := re.match(r"UID FETCH (\d+) \(BODY\.PEEK\[\]<0\.\d+>\)$", command):
                content = box.get(int(found[1]))
                if content is not None:
                    head = f"* 1 FETCH (UID {found[1]} BODY[]<0> {{{len(content)}}}\r\n".encode()
                    said = head + content + b")\r\n"
            elif command == "LOGOUT":
                handler.wfile.write(b"* BYE\r\n" + tag.encode() + b" OK\r\n")
                return
            elif command.startswith("AUTHENTICATE"):
                handler.wfile.write(b"+ \r\n")
                self.asked.append(handler.rfile.readline().decode().strip())
            elif not command.startswith("LOGIN"):
                done = b"BAD what?"
            handler.wfile.write(said + tag.encode() + b" " + done + b"\r\n")


def missing() -> str:
    """Why there can be no Dovecot on this machine; empty where there can."""
    if shutil.which("dovecot") is None:
        return "Dovecot is not installed (Debian: dovecot-imapd)"
    return "" if os.geteuid() == 0 else "Dovecot is started as root only, to become its own users"


CONFIG = """
protocols = imap
listen = 127.0.0.1
base_dir = {folder}/run
log_path = {folder}/log
ssl = no
disable_plaintext_auth = no
mail_location = maildir:{folder}/mail/%u
service imap-login {{
  inet_listener imap {{
    port = {port}
  }}
  inet_listener imaps {{
    port = 0
  }}
}}
passdb {{
  driver = static
  args = password={password}
}}
userdb {{
  driver = static
  args = uid={user} gid={group} home={folder}/home
}}
"""


class Dovecot:
    """A real Dovecot with mailboxes of its own; both are gone after the ``with`` block."""

    def __init__(self) -> None:
        self.port = _free_port()
        # Not pytest's folder, which nobody but root may enter.
        self._folder = Path(tempfile.mkdtemp(prefix="hubbub-dovecot-"))
        self._server: subprocess.Popen[bytes] | None = None

    def __enter__(self) -> Dovecot:
        try:
            self._start()
        except BaseException:
            self.__exit__()
            raise
        return self

    def __exit__(self, *_: object) -> None:
        if self._server is not None:
            self._server.terminate()  # it ends those that it started
            self._server.wait(10)
        shutil.rmtree(self._folder, ignore_errors=True)

    def add(self, user: str, folder: str, mails: Sequence[bytes]) -> None:
        """Put mails into a folder of a user, unread."""
        imap = imaplib.IMAP4("127.0.0.1", self.port, timeout=10)
        imap.login(user, PASSWORD)
        imap.create(folder)
        for content in mails:
            status, said = imap.append(folder, "", "", content)
            assert status == "OK", said
        imap.logout()

    def unread(self, user: str, folder: str) -> int:
        """How many mails of a folder nobody has read."""
        imap = imaplib.IMAP4("127.0.0.1", self.port, timeout=10)
        imap.login(user, PASSWORD)
        imap.select(folder, readonly=True)
        _, found = imap.search(None, "UNSEEN")
        imap.logout()
        return len(found[0].split())

    def _start(self) -> None:
        self._folder.chmod(0o755)
        user = pwd.getpwnam("nobody")
        for name in ("mail", "home"):
            (self._folder / name).mkdir()
            os.chown(self._folder / name, user.pw_uid, user.pw_gid)
        words = {"user": user.pw_name, "group": grp.getgrgid(user.pw_gid).gr_name, "password": PASSWORD, "port": self.port}
        config = self._folder / "dovecot.conf"
        config.write_text(CONFIG.format(folder=self._folder, **words))
        self._server = subprocess.Popen(["dovecot", "-F", "-c", config], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
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
