"""Serves a folder of feeds on loopback: ``python feedserver.py FOLDER`` prints its port and serves until it is ended.

A request for ``/__mode/etag`` lets it answer 304 from then on, ``/__mode/plain`` lets it send whole bodies again.
"""

from __future__ import annotations

import hashlib
import sys
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

FEEDS = {path.name: path.read_bytes() for path in Path(sys.argv[1]).glob("*.xml")}
TAGS = {name: f'"{hashlib.sha256(body).hexdigest()[:32]}"' for name, body in FEEDS.items()}
MODE = {"tags": True}


class Handler(BaseHTTPRequestHandler):
    """Answers with feeds."""

    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True

    def do_GET(self) -> None:
        """Send a feed, or change the mode."""
        if self.path.startswith("/__mode/"):
            MODE["tags"] = self.path.endswith("/etag")
            self._send(200, b"ok")
            return
        name = self.path.rpartition("/")[2]
        if name not in FEEDS:
            self._send(404, b"no such feed")
        elif MODE["tags"] and self.headers.get("If-None-Match") == TAGS[name]:
            self._send(304, b"", TAGS[name])
        else:
            self._send(200, FEEDS[name], TAGS[name])

    def _send(self, status: int, body: bytes, tag: str = "") -> None:
        self.send_response(status)
        if tag:
            self.send_header("ETag", tag)
            self.send_header("Content-Type", "application/xml")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        if body:
            self.wfile.write(body)

    def log_message(self, format: str, *args: object) -> None:
        """Say nothing."""


class Server(ThreadingHTTPServer):
    """Many clients at once."""

    request_queue_size = 128


if __name__ == "__main__":
    server = Server(("127.0.0.1", 0), Handler)
    print(server.server_address[1], flush=True)
    server.serve_forever()
