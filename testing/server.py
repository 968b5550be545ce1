"""A small real HTTP server on loopback that plays scripted answers and every failure that sites have.

::

    with ScriptedServer() as server:
        server.play("/feed", Answer(body=FEED), Answer(status=429, headers={"Retry-After": "60"}))
        client.get(server.url("/feed"))
        assert server.requests[0].headers["user-agent"].startswith("hubbub/")
"""

from __future__ import annotations

import gzip
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, field, replace
from hashlib import sha256
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from socket import SHUT_RDWR


@dataclass(frozen=True, kw_only=True, slots=True)
class Answer:
    """One answer of the server."""

    status: int = 200
    headers: Mapping[str, str] = field(default_factory=dict)
    body: bytes = b""
    silent: bool = False
    """Whether the connection is closed without an answer."""
    delay: float = 0.0
    """Seconds before the answer begins."""
    cut_at: int | None = None
    """Bytes of the body after which the connection is closed, though more were announced."""
    drip: float = 0.0
    """Seconds before each single byte of the body."""
    endless: bytes = b""
    """Sent again and again after the body, without end."""
    etag: bool = False
    """Whether the answer carries an ``ETag`` and is 304 to who knows it."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Request:
    """A request that the server got."""

    path: str
    """With its query."""
    headers: Mapping[str, str]
    """Names in lower case."""
    method: str = "GET"
    body: bytes = b""


class ScriptedServer:
    """Answers each path with what it was told to, in order; the last answer of a path is repeated. Others get 404."""

    def __init__(self) -> None:
        self.requests: list[Request] = []
        self._answers: dict[str, list[Answer]] = {}
        self._lock = threading.Lock()
        self._over = threading.Event()
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), self._handler())
        self._server.daemon_threads = True
        self._thread = threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)

    def __enter__(self) -> ScriptedServer:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._over.set()
        self._server.shutdown()
        self._server.server_close()
        self._thread.join(5)

    @property
    def port(self) -> int:
        """The port that the system chose."""
        return self._server.server_address[1]

    def url(self, path: str = "/") -> str:
        """The address of a path."""
        return f"http://127.0.0.1:{self.port}{path}"

    def play(self, path: str, *answers: Answer) -> str:
        """Answer a path (without its query) so from now on; gives its address."""
        with self._lock:
            self._answers[path] = list(answers)
        return self.url(path)

    def asked(self, path: str) -> list[Request]:
        """The requests that a path got, in order."""
        with self._lock:
            return [request for request in self.requests if request.path.partition("?")[0] == path]

    def _take(self, request: Request) -> Answer:
        with self._lock:
            self.requests.append(request)
            answers = self._answers.get(request.path.partition("?")[0], [Answer(status=404, body=b"nothing here")])
            return answers.pop(0) if len(answers) > 1 else answers[0]

    def _handler(self) -> type[BaseHTTPRequestHandler]:
        server = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_GET(self) -> None:
                headers = {name.lower(): value for name, value in self.headers.items()}
                body = self.rfile.read(int(headers.get("content-length") or 0))
                answer = server._take(Request(path=self.path, headers=headers, method=self.command, body=body))
                with suppress(ConnectionError, TimeoutError):
                    _play(self, answer, server._over.wait)

            do_POST = do_GET

            def log_message(self, format: str, *args: object) -> None:
                """Tests look at ``requests`` instead."""

        return Handler


def _play(handler: BaseHTTPRequestHandler, answer: Answer, wait: Callable[[float], bool]) -> None:
    """Send one answer; ``wait`` sleeps, and is true when the server is to end."""
    if answer.delay and wait(answer.delay):
        return
    if answer.silent:
        handler.close_connection = True
        with suppress(OSError):
            handler.connection.shutdown(SHUT_RDWR)
        return
    if answer.etag:
        tag = f'"{sha256(answer.body).hexdigest()[:16]}"'
        answer = replace(answer, headers={**answer.headers, "ETag": tag})
        if handler.headers.get("If-None-Match") == tag:
            answer = replace(answer, status=304, body=b"")
    handler.send_response(answer.status)
    for name, value in answer.headers.items():
        handler.send_header(name, value)
    if answer.endless:
        handler.send_header("Connection", "close")
    else:
        handler.send_header("Content-Length", str(len(answer.body)))
    handler.end_headers()
    for piece in _pieces(answer):
        if answer.drip and wait(answer.drip):
            return
        handler.wfile.write(piece)
    if answer.endless or answer.cut_at is not None:
        handler.close_connection = True


def _pieces(answer: Answer) -> Iterator[bytes]:
    body = answer.body[: answer.cut_at]
    if answer.drip:
        yield from (body[i : i + 1] for i in range(len(body)))
    elif body:
        yield body
    while answer.endless:
        yield answer.endless


def gzip_bomb(megabytes: int = 200) -> bytes:
    """A few hundred kilobytes that unpack to this many megabytes of spaces."""
    return gzip.compress(b" " * (megabytes * 1_000_000), compresslevel=9)
