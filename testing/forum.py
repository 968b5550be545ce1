"""A small made-up forum with an API in JSON, for the tutorial and for what ``hubbub plugins new`` writes.

::

    python -m hubbub.testing.forum          # says its address, and answers until ctrl-C

``GET /api/posts`` gives the newest posts, and ``next``, what the page after it is asked for with: ``/api/posts?before=3``.
"""

from __future__ import annotations

import json
import sys
import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qsl, urlsplit

PER_PAGE = 2
WRITTEN: Sequence[tuple[str, str, str, int]] = (
    ("ana", "The acme phone is here", "<p>Two days with the <b>acme phone</b>: the battery lasts.</p>", 12),
    ("nikos", "", "<p>Η μπαταρία του acme phone κρατάει δύο μέρες.</p>", 3),
    ("lucia", "Batería", "<p>El acme phone se apaga al 20&nbsp;%. ¿A alguien más le pasa?</p>", 7),
    ("ion", "", "<p>Și mie! Acme zice că vine o actualizare.</p>", 0),
    ("mara", "Weekend", "<p>Nothing about phones, only mountains.</p>", 1),
)
"""Who wrote which title and text, and how many liked it; the newest first, an hour between two."""
NEWEST = datetime(2026, 6, 14, 8, 0, tzinfo=UTC)
"""When the newest was written, for tests: their clock stands a little later."""


def posts(newest: datetime = NEWEST) -> list[dict[str, Any]]:
    """All posts as the API has them."""
    return [
        {
            "id": len(WRITTEN) - number,
            "author": author,
            "title": title,
            "body": body,
            "likes": likes,
            "created_at": (newest - timedelta(hours=number)).isoformat(),
            "reply_to": 3 if author == "ion" else None,
        }
        for number, (author, title, body, likes) in enumerate(WRITTEN)
    ]


def answer(path: str, params: Mapping[str, str], newest: datetime = NEWEST) -> Any:
    """What the API answers; ``None`` for an address that it does not have."""
    if path != "/api/posts":
        return None
    before = int(params["before"]) if params.get("before", "").isdecimal() else sys.maxsize
    older = [post for post in posts(newest) if post["id"] < before]
    page = older[:PER_PAGE]
    return {"posts": page, "next": str(page[-1]["id"]) if len(older) > PER_PAGE else None}


class _Handler(BaseHTTPRequestHandler):
    now: Callable[[], datetime]

    def do_GET(self) -> None:
        parts = urlsplit(self.path)
        said = answer(parts.path, dict(parse_qsl(parts.query)), self.now())
        body = json.dumps({"error": "there is nothing here"} if said is None else said).encode()
        self.send_response(404 if said is None else 200)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: object) -> None:
        """Say nothing."""


@contextmanager
def forum(port: int = 0) -> Iterator[str]:
    """The address of the forum, which answers on this machine for as long as the block lasts; its posts are of today."""
    began = datetime.now(UTC).replace(microsecond=0)
    handler = type("Handler", (_Handler,), {"now": lambda _: began})
    server = ThreadingHTTPServer(("127.0.0.1", port), handler)
    server.daemon_threads = True
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_address[1]}"
    finally:
        server.shutdown()
        server.server_close()
        thread.join(5)


def main() -> None:
    """Answer until ctrl-C."""
    with forum(int(sys.argv[1]) if len(sys.argv) > 1 else 8900) as address:
        print(f"A forum answers at {address} (try {address}/api/posts); ctrl-C ends it.", flush=True)
        try:
            threading.Event().wait()
        except KeyboardInterrupt:
            print("Closed.")


if __name__ == "__main__":
    main()
