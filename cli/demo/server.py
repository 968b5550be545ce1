"""The demo's web server: every feed and picture of its world, and its social server, on loopback only."""

from __future__ import annotations

import hashlib
import sys
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Lock, Thread
from types import TracebackType

from .formats import Edition, content_type, write
from .pictures import PICTURES, face, picture
from .pier import API, FACES, Pier
from .sites import GONE, SITES
from .world import World


class DemoServer:
    """Serves a world until it is closed; a context manager. What it serves changes only by :meth:`publish`."""

    def __init__(self, world: World, pier: Pier, port: int = 0) -> None:
        """Listen on 127.0.0.1 (``port`` 0: any that is free); raises ``OSError`` where the port is taken."""
        self._world = world
        self._pier = pier
        self._late = False
        self._lock = Lock()
        self._pages: dict[str, tuple[bytes, str, str]] = {}
        self._http = _Server(("127.0.0.1", port), _handler(self))
        self.publish()
        self._thread = Thread(target=self._http.serve_forever, name="demo-server", daemon=True)
        self._thread.start()

    @property
    def port(self) -> int:
        """Where it listens."""
        return self._http.server_address[1]

    @property
    def base(self) -> str:
        """Its address."""
        return f"http://127.0.0.1:{self.port}"

    def publish(self, *, revised: bool = False, late: bool = False) -> None:
        """Serve another state of the world: with the edits, and with the late posts."""
        pages: dict[str, tuple[bytes, str, str]] = {}
        for site in SITES:
            posts = [post for post in self._world[site.id] if late or not post.late]
            body = write(Edition(site=site, base=self.base, posts=posts, revised=revised))
            tag = f'"{hashlib.sha256(body).hexdigest()[:16]}"' if site.validators else ""
            pages[site.path] = (body, content_type(site), tag)
        with self._lock:
            self._pages = pages
            self._late = late

    def answer(self, target: str, known_tag: str) -> tuple[HTTPStatus, bytes, dict[str, str]]:
        """Status, body and headers for a request: its path with the query, and the ETag that it knows."""
        path = target.partition("?")[0]
        with self._lock:
            page, late = self._pages.get(path), self._late
        if path.startswith(API):
            return self._pier.answer(self.base, target, late=late)
        if page is not None:
            body, kind, tag = page
            headers = {"Content-Type": kind} | ({"ETag": tag} if tag else {})
            if tag and known_tag == tag:
                return HTTPStatus.NOT_MODIFIED, b"", headers
            return HTTPStatus.OK, body, headers
        name = path.rpartition("/")[2]
        if path.startswith("/pictures/") and name.removesuffix(".png") in PICTURES:
            return HTTPStatus.OK, picture(name.removesuffix(".png")), {"Content-Type": "image/png"}
        if path.startswith(FACES) and self._pier.knows(name.removesuffix(".png")):
            return HTTPStatus.OK, face(name.removesuffix(".png")), {"Content-Type": "image/png"}
        gone = path.startswith(f"/{GONE}/")
        status = HTTPStatus.GONE if gone else HTTPStatus.NOT_FOUND
        return status, status.description.encode(), {"Content-Type": "text/plain; charset=utf-8"}

    def close(self) -> None:
        """Stop listening."""
        self._http.shutdown()
        self._http.server_close()
        self._thread.join()

    def __enter__(self) -> DemoServer:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self.close()


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    request_queue_size = 64

    def handle_error(self, request: object, client_address: object) -> None:
        """Say nothing of clients that hang up; anything else is a fault of ours and is shown."""
        if not isinstance(sys.exception(), ConnectionError):
            super().handle_error(request, client_address)  # pyright: ignore[reportArgumentType]


def _handler(demo: DemoServer) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"
        server_version = "hubbub-demo"
        disable_nagle_algorithm = True

        def do_GET(self) -> None:
            status, body, headers = demo.answer(self.path, self.headers.get("If-None-Match", ""))
            self.send_response(status)
            for name, value in headers.items():
                self.send_header(name, value)
            if status != HTTPStatus.NOT_MODIFIED:
                self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, format: str, *args: object) -> None:
            """Say nothing: the terminal belongs to the tour."""

    return Handler
