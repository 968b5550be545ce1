"""``hubbub watch`` as a process: what changes and what fails while it runs."""

import json
import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest
from cli_world import SETTINGS, Desk, make_desk, site

from hubbub.cli.exits import Exit
from hubbub.testing.websockets import Play, StreamServer

PRESS = '\n[[sources]]\nid = "press"\nplugin = "rss"\nurl = "{site}/press-news.xml"\n'
TALK = '\n[[sources]]\nid = "talk"\nplugin = "rss"\nurl = "{site}/talk.xml"\n'


@contextmanager
def watching(desk: Desk) -> Iterator[tuple["subprocess.Popen[str]", Callable[[str], str]]]:
    """A watch in a process of its own, and a way to wait until it says something."""
    log = desk.folder / "said.txt"
    command = [sys.executable, "-m", "hubbub", "--workspace", str(desk.folder), "watch"]
    env = os.environ | {"PYTHONUNBUFFERED": "1", "PYTHONUTF8": "1"}
    with log.open("w") as out, subprocess.Popen(command, stdout=out, stderr=subprocess.STDOUT, text=True, env=env) as process:

        def wait(pattern: str) -> str:
            until = time.monotonic() + 60
            while not re.search(pattern, said := log.read_text(encoding="utf-8")):
                assert process.poll() is None, f"ended with {process.returncode}: {said}"
                assert time.monotonic() < until, f"never said {pattern!r}: {said}"
                time.sleep(0.05)
            return said

        try:
            yield process, wait
        finally:
            process.kill()


@pytest.mark.skipif(os.name == "nt", reason="needs signals of Unix")
def test_a_watch_outlives_settings_that_cannot_work_and_ends_cleanly(tmp_path: Path) -> None:
    with site() as address, watching(make_desk(tmp_path, PRESS.format(site=address))) as (process, wait):
        desk = Desk(tmp_path)
        wait("2 new, 0 changed from 1 source")
        both = PRESS.format(site=address) + TALK.format(site=address)
        make_desk(tmp_path, both + '\n[processors]\norder = ["topics", "nope"]\n')
        said = wait("Trying again in a minute, or when the settings change")
        assert "No processor plugin is called 'nope'" in said
        make_desk(tmp_path, both)
        said = wait("1 new, 0 changed from 1 source")
        assert "Traceback" not in said
        process.send_signal(signal.SIGTERM)
        assert process.wait(30) == Exit.OK
        assert desk.json("search", "source:talk")["total"] == 1


def test_what_fails_from_the_first_is_an_error(tmp_path: Path) -> None:
    desk = make_desk(tmp_path, PRESS.format(site="http://127.0.0.1:9") + '\n[processors]\norder = ["topics", "nope"]\n')
    assert "nope" in desk.call("watch", "--once", code=Exit.CONFIG).stderr
    (tmp_path / "hubbub.toml").write_text(SETTINGS + PRESS.format(site="http://127.0.0.1:9"), encoding="utf-8")
    assert "press: unreachable" in desk.call("watch", "--once", code=Exit.SOURCES).stderr


@pytest.mark.skipif(os.name == "nt", reason="needs signals of Unix")
def test_a_stream_is_saved_as_it_comes_and_connected_again_from_its_cursor(tmp_path: Path) -> None:
    def event(number: int) -> str:
        record = {"text": "My acme phone is fine", "createdAt": "2026-06-14T09:00:00Z"}
        commit = {"operation": "create", "collection": "app.bsky.feed.post", "rkey": str(number), "record": record}
        began = time.time_ns() // 1000
        return json.dumps({"did": "did:plc:marta", "time_us": began + number, "kind": "commit", "commit": commit})

    first = [event(1), event(2)]
    with StreamServer(Play(messages=first, cut=True), Play(messages=[*first, event(3)], stay=True)) as server:
        source = f'\n[[sources]]\nid = "stream"\nplugin = "jetstream"\nservers = ["{server.url}"]\nhydrate = false\n'
        with watching(make_desk(tmp_path, source)) as (process, wait):
            desk = Desk(tmp_path)
            wait("2 new, 0 changed from 1 source")
            wait("1 new, 0 changed from 1 source")
            process.send_signal(signal.SIGTERM)
            assert process.wait(60) == Exit.OK
        assert desk.json("search", "source:stream")["total"] == 3
        (state,) = desk.json("sources", "list")["sources"]
        assert "connected since" in state["message"]
        begin, again = (int(parse_qs(urlsplit(request.path).query)["cursor"][0]) for request in server.requests[:2])
        assert again > begin


def test_once_reads_a_stream_up_to_now(tmp_path: Path) -> None:
    commit = {"operation": "create", "collection": "app.bsky.feed.post", "rkey": "1", "record": {"text": "acme phone"}}
    ahead = time.time_ns() // 1000 + 3_600_000_000
    event = {"did": "did:plc:marta", "time_us": ahead, "kind": "commit", "commit": commit}
    with StreamServer(Play(messages=[json.dumps(event)], stay=True)) as server:
        source = f'\n[[sources]]\nid = "stream"\nplugin = "jetstream"\nservers = ["{server.url}"]\nhydrate = false\n'
        assert "1 new" in make_desk(tmp_path, source).call("watch", "--once").stdout
