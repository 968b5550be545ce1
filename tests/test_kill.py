"""A collect that is killed at any instant loses nothing and doubles nothing.

Fifty real processes are killed (SIGKILL) at random moments after their first request, while five feeds keep growing and
changing. Then one collect runs to its end, and archive and index must hold exactly what the feeds hold.
"""

import os
import random
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from itertools import pairwise
from pathlib import Path

import pytest

from hubbub.cli.compose import open_desk
from hubbub.config.loading import load_workspace

pytestmark = [pytest.mark.slow, pytest.mark.timeout(900)]

KILLS, FEEDS, GROWTH = 50, 5, 4


class GrowingFeeds:
    """Five feeds; each round adds entries to all of them and edits one old entry of each."""

    def __init__(self) -> None:
        self.entries: list[dict[str, str]] = [{} for _ in range(FEEDS)]
        self.edits: dict[str, int] = {}
        self.asked = threading.Event()
        feeds = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                feeds.asked.set()
                body = feeds.document(int(self.path.strip("/")))
                self.send_response(200)
                self.send_header("Content-Type", "application/atom+xml; charset=utf-8")
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, format: str, *args: object) -> None:
                """Silent."""

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    def grow(self, rng: random.Random) -> None:
        for number, feed in enumerate(self.entries):
            if feed:
                edited = rng.choice(sorted(feed))
                self.edits[edited] = self.edits.get(edited, 0) + 1
                feed[edited] = f"Acme Phone, ediția {self.edits[edited]} despre {edited}"
            for _ in range(GROWTH):
                key = f"urn:feed-{number}:{len(feed)}"
                feed[key] = f"Acme Phone: μπαταρία {key}"

    def document(self, number: int) -> bytes:
        entries = "".join(
            f"<entry><id>{key}</id><title>{key}</title><updated>2026-01-01T00:00:00Z</updated>"
            f"<content type='text'>{text}</content></entry>"
            for key, text in self.entries[number].items()
        )
        return f"<?xml version='1.0'?><feed xmlns='http://www.w3.org/2005/Atom'><title>f</title>{entries}</feed>".encode()


@pytest.fixture
def feeds() -> Iterator[GrowingFeeds]:
    feeds = GrowingFeeds()
    yield feeds
    feeds.server.shutdown()
    feeds.server.server_close()


@pytest.fixture
def workspace(tmp_path: Path, feeds: GrowingFeeds) -> Path:
    address = f"http://127.0.0.1:{feeds.server.server_port}"
    sources = "".join(f'[[sources]]\nid = "feed-{n}"\nplugin = "rss"\nurl = "{address}/{n}"\n' for n in range(FEEDS))
    (tmp_path / "hubbub.toml").write_text(
        '[workspace]\nname = "Kill"\n[http]\nallow_private = true\n'
        f'[[topics]]\nname = "acme"\nkind = "brand"\nquery = "acme"\n{sources}',
        "utf-8",
    )
    return tmp_path


def collect(workspace: Path) -> subprocess.Popen[bytes]:
    command = [sys.executable, "-m", "hubbub", "--workspace", str(workspace), "collect"]
    return subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, start_new_session=True)


def test_fifty_kills_lose_and_double_nothing(workspace: Path, feeds: GrowingFeeds) -> None:
    rng = random.Random(2026)
    killed = 0
    for _ in range(KILLS):
        feeds.grow(rng)
        feeds.asked.clear()
        process = collect(workspace)
        assert feeds.asked.wait(150), "the process never asked a feed"
        time.sleep(rng.uniform(0.0, 1.2))
        if process.poll() is None:
            os.killpg(process.pid, signal.SIGKILL)
            killed += 1
        process.wait(30)
    assert killed >= KILLS // 3, "most collects ended before they could be killed; the test shows little"

    assert collect(workspace).wait(120) == 0
    expected = {key: text for feed in feeds.entries for key, text in feed.items()}
    with open_desk(load_workspace(workspace)) as desk:
        found = {record.mention.title: record for records in desk.archive.walk() for record in records}
        assert desk.archive.count() == len(expected), "as many records as entries: none lost, none doubled"
        assert {title: record.mention.text for title, record in found.items()} == expected
        for title, record in found.items():
            wordings = [version.mention.text for version in desk.archive.versions(record.ref)]
            assert all(one != two for one, two in pairwise(wordings)), "a version only for a change"
            assert len(wordings) <= 1 + feeds.edits.get(title, 0)
        assert desk.archive.check() == []
        desk.indexer.catch_up()
        assert desk.indexer.engine.count() == len(expected)
        assert desk.search("μπαταρια OR editia", limit=1).total == len(expected)
