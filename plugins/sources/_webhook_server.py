"""The small HTTP server of the webhook: takes posts from who knows the secret, keeps them, and only then says so."""

from __future__ import annotations

import hmac
import json
import socketserver
import threading
import time
from collections import deque
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qsl

from ...core.values import JSON
from ._webhook_queue import QueueFull

CONNECTIONS = 16
"""At the same time; more are hung up on."""
SECONDS = 20.0
"""For the whole of a post."""
MAX_ITEMS = 1_000
"""Items of one post."""
SIGNATURE = "X-Hubbub-Signature"


class BadPost(Exception):
    """A post that is not taken: a status, and why."""

    def __init__(self, status: int, why: str) -> None:
        self.status = status
        super().__init__(why)


@dataclass(frozen=True, kw_only=True, slots=True)
class Rules:
    """What is taken."""

    path: str
    secret: bytes
    max_bytes: int
    per_minute: int


def is_signed(secret: bytes, body: bytes, signature: str, authorization: str) -> bool:
    """Whether a post comes from who knows the secret; takes the same time whatever is wrong."""
    expected = "sha256=" + hmac.new(secret, body, "sha256").hexdigest()
    by_signature = hmac.compare_digest(expected.encode(), signature.strip().lower().encode("utf-8", "replace"))
    scheme, _, token = authorization.strip().partition(" ")
    by_token = hmac.compare_digest(secret, token.strip().encode("iso-8859-1", "replace")) and scheme.lower() == "bearer"
    return by_signature or by_token


def items_of(content_type: str, body: bytes) -> list[dict[str, Any]]:
    """The items of a post: a JSON object, a list of such (also as ``items``, ``hits`` or ``mentions``), or a form."""
    kind = content_type.partition(";")[0].strip().lower()
    if kind == "application/x-www-form-urlencoded":
        try:
            pairs = parse_qsl(body.decode(), keep_blank_values=True, max_num_fields=200)
        except ValueError as error:
            raise BadPost(400, "the form cannot be read") from error
        found: Any = [dict(reversed(pairs))] if pairs else []
    elif kind in ("application/json", "text/json") or kind.endswith("+json"):
        try:
            found = json.loads(body)
        except (ValueError, RecursionError) as error:
            raise BadPost(400, "the body is no JSON") from error
    else:
        raise BadPost(415, "send application/json or application/x-www-form-urlencoded")
    if isinstance(found, dict):
        inner = next((found[name] for name in ("items", "hits", "mentions") if isinstance(found.get(name), list)), None)
        found = inner if inner is not None else [found]
    if not isinstance(found, list) or not all(isinstance(each, dict) for each in found):
        raise BadPost(400, "send a JSON object, or a list of objects")
    if not found or len(found) > MAX_ITEMS:
        raise BadPost(400 if not found else 413, f"send 1 to {MAX_ITEMS} items at a time")
    return found


class Receiver(ThreadingHTTPServer):
    """Listens in threads of its own between ``with`` and its end."""

    daemon_threads = True
    request_queue_size = 16

    def __init__(self, address: tuple[str, int], rules: Rules, keep: Callable[[Sequence[JSON]], None]) -> None:
        """Raises ``OSError`` where the address cannot be listened at."""
        self.rules, self.keep = rules, keep
        self._free = threading.BoundedSemaphore(CONNECTIONS)
        self._recent: deque[float] = deque()
        self._lock = threading.Lock()
        super().__init__(address, _Handler)
        self._thread = threading.Thread(target=self.serve_forever, kwargs={"poll_interval": 0.1}, daemon=True)

    def __enter__(self) -> Receiver:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.shutdown()
        self.server_close()
        self._thread.join(5)

    def server_bind(self) -> None:
        """Without asking for the machine's name, which takes seconds on some networks."""
        socketserver.TCPServer.server_bind(self)
        self.server_name, self.server_port = str(self.server_address[0]), int(self.server_address[1])

    def process_request(self, request: Any, client_address: Any) -> None:
        if self._free.acquire(blocking=False):
            super().process_request(request, client_address)
        else:
            self.shutdown_request(request)

    def process_request_thread(self, request: Any, client_address: Any) -> None:
        try:
            super().process_request_thread(request, client_address)
        finally:
            self._free.release()

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Who hangs up in the middle is no news; nothing was answered for."""

    def too_many(self) -> bool:
        """Whether more came in this minute than may; counts this one."""
        now = time.monotonic()
        with self._lock:
            while self._recent and self._recent[0] < now - 60:
                self._recent.popleft()
            if len(self._recent) >= self.rules.per_minute:
                return True
            self._recent.append(now)
            return False


class _Handler(BaseHTTPRequestHandler):
    server: Receiver  # pyright: ignore[reportIncompatibleVariableOverride]
    timeout = 10
    server_version, sys_version = "hubbub", ""
    protocol_version = "HTTP/1.1"

    def do_POST(self) -> None:
        self.close_connection = True
        try:
            count = self._take()
        except BadPost as bad:
            self._answer(bad.status, {"error": str(bad)})
        except QueueFull:
            self._answer(507, {"error": "too much waits to be read; is hubbub collecting?"})
        except (TimeoutError, OSError):
            with suppress(OSError):
                self._answer(500, {"error": "it could not be kept"})
        else:
            self._answer(202, {"accepted": count})

    def do_GET(self) -> None:
        self.close_connection = True
        self._answer(405, {"error": "send a POST"}, Allow="POST")

    do_PUT = do_DELETE = do_PATCH = do_HEAD = do_OPTIONS = do_GET

    def _take(self) -> int:
        rules = self.server.rules
        if self.path.partition("?")[0] != rules.path:
            raise BadPost(404, "nothing listens at this path")
        if self.server.too_many():
            raise BadPost(429, "too many posts in this minute")
        length = self.headers.get("Content-Length", "")
        if not (length.isascii() and length.isdecimal()) or self.headers.get("Transfer-Encoding"):
            raise BadPost(411, "say how long the body is (Content-Length)")
        if len(length) > 12 or int(length) > rules.max_bytes:
            raise BadPost(413, f"a post may have {rules.max_bytes} bytes")
        body = self._body(int(length))
        if not is_signed(rules.secret, body, self.headers.get(SIGNATURE, ""), self.headers.get("Authorization", "")):
            raise BadPost(401, f"sign the body ({SIGNATURE}: sha256=...), or send Authorization: Bearer and the secret")
        items = items_of(self.headers.get("Content-Type", ""), body)
        self.server.keep(items)
        return len(items)

    def _body(self, length: int) -> bytes:
        until = time.monotonic() + SECONDS
        pieces: list[bytes] = []
        while length > 0:
            piece = self.rfile.read1(min(length, 65_536))  # pyright: ignore[reportAttributeAccessIssue]
            if not piece or time.monotonic() > until:
                raise BadPost(400, "the body ended too early, or came too slowly")
            pieces.append(piece)
            length -= len(piece)
        return b"".join(pieces)

    def _answer(self, status: int, said: dict[str, Any], **headers: str) -> None:
        body = json.dumps(said).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        if status == 429:
            self.send_header("Retry-After", "60")
        if status == 401:
            self.send_header("WWW-Authenticate", "Bearer")
        for name, value in headers.items():
            self.send_header(name, value)
        self.send_header("Connection", "close")
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(body)

    def log_message(self, format: str, *args: object) -> None:
        """Nothing: paths and headers of strangers do not belong into logs."""
