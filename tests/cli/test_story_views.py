"""``hubbub story views`` and ``hubbub story reach`` as they are called."""

import json
import shutil
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from cli_world import SETTINGS, Desk
from sample_story import NOW, mention

from hubbub.archive import open_archive
from hubbub.cli.exits import Exit
from hubbub.core.deciding import decide
from hubbub.core.values import Engagement

BASE = '\n[publish]\nbase_url = "https://stories.example/acme/"\n'
LINE = '198.51.100.4 - - [22/Nov/2026:14:05:25 +0100] "GET {} HTTP/1.1" 200 41 "https://news.example/" "Mozilla/5.0"\n'


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A workspace with two published stories; the first was called otherwise before, and what it quotes rose since."""
    folder = tmp_path_factory.mktemp("made")
    (folder / "hubbub.toml").write_text(SETTINGS + BASE, encoding="utf-8")
    desk = Desk(folder)
    liked = replace(mention("1", "acme battery dead"), engagement=Engagement(at=NOW, likes=3))
    save(folder, liked)
    desk.call("story", "new", "The battery week")
    desk.call("story", "add", "the-battery-week", liked.ref, "--offline")
    save(folder, replace(liked, engagement=Engagement(at=NOW + timedelta(hours=1), likes=1040)))
    desk.call("story", "publish", "the-battery-week", "--offline")
    desk.call("story", "set", "the-battery-week", "--slug", "battery")
    desk.call("story", "new", "Launch")
    desk.call("story", "publish", "battery", "launch", "--offline", "--format", "html,csv")
    (folder / "access.log").write_text(
        "".join(map(LINE.format, ["/acme/battery/", "/acme/the-battery-week/", "/acme/launch/story.csv"]))
    )
    return folder


def save(folder: Path, one: object) -> None:
    archive = open_archive(folder / "archive.db")
    archive.save("test", [decide(archive.known([one]).get(one.ref), one, seen=NOW)], None, NOW)  # type: ignore[attr-defined, list-item, arg-type]
    archive.close()


@pytest.fixture
def desk(made: Path, tmp_path: Path) -> Desk:
    """That workspace."""
    return Desk(shutil.copytree(made, tmp_path, dirs_exist_ok=True))


def test_views_of_all_stories_and_of_one(desk: Desk):
    log = str(desk.folder / "access.log")
    whole = desk.call("story", "views", log).stdout
    assert "battery\t2\t1\t2026-11-22 to 2026-11-22\tnews.example (2)" in whole
    one = desk.call("story", "views", log, "--story", "launch").stdout
    assert "launch: 1 view, 1 visit" in one
    assert "as: csv 1" in one
    told = json.loads(desk.call("story", "views", log, log, "--json").stdout)
    assert {story["slug"]: (story["views"], story["visits"]) for story in told["stories"]} == {
        "battery": (4, 1),
        "launch": (2, 1),
    }
    assert "198.51" not in json.dumps(told)


def test_logs_come_from_standard_input_and_from_elsewhere_on_the_site(desk: Desk):
    moved = (desk.folder / "access.log").read_text().replace("/acme/", "/desk/")
    told = json.loads(desk.call("story", "views", "-", "--address", "/desk/", "--json", text=moved).stdout)
    assert told["left_out"]["elsewhere"] == 0
    assert sum(story["views"] for story in told["stories"]) == 3


def test_what_is_wrong_is_told(desk: Desk):
    log = str(desk.folder / "access.log")
    assert "no-such.log" in desk.call("story", "views", log, "no-such.log", code=Exit.FAILED).stderr
    assert "access log" in desk.call("story", "views", str(desk.folder / "hubbub.toml"), code=Exit.FAILED).stderr
    settings = desk.folder / "hubbub.toml"
    settings.write_text(settings.read_text().replace("base_url", "# base_url"))
    assert "--address" in desk.call("story", "views", log, code=Exit.CONFIG).stderr


def test_reach_then_and_now(desk: Desk):
    said = desk.call("story", "reach", "battery").stdout
    assert "1,040 (+1,037)" in said
    assert "In all: 1,040 likes (3 when quoted)." in said
    told = json.loads(desk.call("story", "reach", "battery", "--json").stdout)
    assert told["counts"] == {"likes": {"then": 3, "now": 1040, "by": 1037}}
    assert told["mentions"][0]["counts"] == told["counts"]
    assert "quotes nothing" in desk.call("story", "reach", "launch").stdout
