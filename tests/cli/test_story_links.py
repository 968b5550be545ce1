"""``hubbub story links``: a real source and a real site are asked whether what a story quotes is still there."""

import json
import time
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest
from cli_world import Desk, make_desk

from hubbub.archive import open_archive
from hubbub.core.deciding import decide
from hubbub.core.values import Author, Mention
from hubbub.testing.server import Answer, ScriptedServer

FORUM = '\n[[sources]]\nid = "news"\nplugin = "hackernews"\nquery = "acme"\nserver = "{url}"\n'


def hit(number: int, title: str = "Acme: two days") -> dict[str, object]:
    return {"objectID": str(number), "created_at_i": int(time.time()) - 60, "title": title, "author": "marta", "points": 4}


@pytest.fixture
def server() -> Iterator[ScriptedServer]:
    with ScriptedServer() as running:
        yield running


@pytest.fixture
def desk(tmp_path: Path, server: ScriptedServer) -> Desk:
    """A story that quotes two stories of a forum with an API, and two pages of a site without one."""
    found = {"hits": [hit(1), hit(2)], "nbHits": 2}
    server.play("/search_by_date", Answer(body=json.dumps(found).encode()))
    desk = make_desk(tmp_path / "desk", FORUM.format(url=server.url("/").rstrip("/")))
    desk.call("collect")
    now = datetime.now(UTC)
    one = Mention(platform="rss", key="there", text="acme is there", url=server.url("/there"), published=now)
    author = Author(platform="rss", key="ana", name="Ana")
    pages = [replace(one, author=author), replace(one, key="gone", text="acme is gone", url=server.url("/gone"), author=author)]
    with closing(open_archive(desk.folder / "archive.db")) as archive:
        archive.save("press", [decide(None, page, seen=now) for page in pages], None, now)
    desk.call("story", "new", "Acme")
    desk.call("story", "add", "acme", "hackernews:1", "hackernews:2", "rss:there", "rss:gone", "--offline")
    return desk


def test_the_api_is_asked_first_and_of_others_the_page(desk: Desk, server: ScriptedServer) -> None:
    again = {"hits": [hit(1, "Acme: one week")], "nbHits": 1}
    server.play("/search_by_date", Answer(body=json.dumps(again).encode()))
    server.play("/there", Answer(body=b"<p>acme is there</p>"))
    server.play("/gone", Answer(status=410))
    links = desk.json("story", "links", "acme")["links"]
    assert {link["ref"]: link["check"]["state"] for link in links} == {
        "hackernews:1": "changed",
        "hackernews:2": "gone",
        "rss:there": "live",
        "rss:gone": "gone",
    }
    with closing(open_archive(desk.folder / "archive.db")) as archive:
        deleted = {record.ref: record.deleted for record in archive.records(["hackernews:2", "rss:gone"])}
    assert deleted == {"hackernews:2": True, "rss:gone": False}
    told = desk.call("story", "check", "acme").stdout
    assert "was gone from its address" in told
    assert "Acme: [-two days-]{+one week+}" in desk.call("story", "compare", "acme").stdout
    number = next(link["number"] for link in links if link["ref"] == "hackernews:1")
    desk.call("story", "renew", "acme", str(number))
    titles = [block["copy"]["mention"]["title"] for block in desk.json("story", "show", "acme")["blocks"]]
    assert sorted(titles) == ["", "", "Acme: one week", "Acme: two days"]
    states = {one["ref"]: one["source"]["state"] for one in desk.json("story", "verify", "acme")["verdicts"]}
    assert states == {"hackernews:1": "live", "hackernews:2": "gone", "rss:there": "live", "rss:gone": "gone"}
