"""``hubbub refresh``, and what sources tell of themselves in lists."""

from __future__ import annotations

import json
import time
from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from cli_world import Desk, make_desk

from hubbub.archive import open_archive
from hubbub.core.values import Health, Quota, SourceState
from hubbub.testing.server import Answer, ScriptedServer

FORUM = '\n[[sources]]\nid = "news"\nplugin = "hackernews"\nquery = "acme"\nserver = "{url}"\n'


def hit(number: int) -> dict[str, object]:
    second = int(time.time()) - 60
    return {"objectID": str(number), "created_at_i": second, "title": "Acme: δύο μέρες", "author": "marta", "points": 4}


@pytest.fixture
def server() -> Iterator[ScriptedServer]:
    with ScriptedServer() as running:
        yield running


@pytest.fixture
def desk(tmp_path: Path, server: ScriptedServer) -> Desk:
    found = {"hits": [hit(1), hit(2)], "nbHits": 2}
    server.play("/search_by_date", Answer(body=json.dumps(found).encode(), headers={"X-RateLimit-Remaining": "57"}))
    desk = make_desk(tmp_path / "desk", FORUM.format(url=server.url("/").rstrip("/")))
    desk.call("collect")
    return desk


def test_how_mentions_are_doing_by_now(desk: Desk, server: ScriptedServer) -> None:
    again = {"hits": [hit(1) | {"title": "Acme: una semana", "points": 9}], "nbHits": 1}
    server.play("/search_by_date", Answer(body=json.dumps(again).encode()))
    report = desk.json("refresh", "title:acme")
    assert {name: report[name] for name in ("found", "asked", "answered", "changed", "deleted", "failures")} == {
        "found": 2,
        "asked": 2,
        "answered": 2,
        "changed": 1,
        "deleted": 1,
        "failures": [],
    }
    with closing(open_archive(desk.folder / "archive.db")) as archive:
        edited, gone = archive.records(["hackernews:1", "hackernews:2"])
    assert (edited.version, edited.mention.title, gone.deleted) == (2, "Acme: una semana", True)
    assert desk.json("search", "semana")["total"] == 1


def test_what_cannot_be_told_is_said(desk: Desk, server: ScriptedServer) -> None:
    desk.save("Acme in the press")
    assert "None of them came through a source that can tell" in desk.call("refresh", "press").stdout
    assert "Nothing was found" in desk.call("refresh", "status:done").stdout
    server.play("/search_by_date", Answer(status=429, headers={"Retry-After": "600"}))
    result = desk.call("refresh", "platform:hackernews", code=6)
    assert "news: 127.0.0.1 asked us to wait" in result.stderr


def test_what_an_api_allows_and_the_next_run_stand_in_the_list(desk: Desk) -> None:
    (source,) = desk.json("sources")["sources"]
    assert source["quota"] == {"left": 57, "limit": None, "resets": None, "unit": "requests"}
    assert source["next_run"] > source["last_run"]
    assert "57 requests" in desk.call("sources").stdout


def test_a_limit_is_told_with_its_end(desk: Desk) -> None:
    until = datetime.now(UTC) + timedelta(hours=2)
    with closing(open_archive(desk.folder / "archive.db")) as archive:
        archive.save_source_state(
            SourceState(id="news", health=Health.LIMITED, message="wait", next_run=until, quota=Quota(left=0, limit=60))
        )
    listed = desk.call("sources").stdout
    assert f"limited until {until.astimezone():%H:%M}" in listed
    assert "0 of 60 requests" in listed
