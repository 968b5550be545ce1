"""``hubbub topics``"""

from pathlib import Path

import pytest
from cli_world import Desk, make_desk

from hubbub.config.loading import load_workspace


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    return make_desk(tmp_path / "desk")


def test_topics_are_listed_with_their_mentions(desk: Desk) -> None:
    desk.save("acme one", "acme two")
    assert desk.json("topics") == {
        "total": 1,
        "topics": [{"name": "acme", "kind": "brand", "query": "acme OR #acmephone", "accounts": [], "mentions": 2}],
    }
    assert desk.json("topics", "list") == desk.json("topics")
    assert desk.call("topics").stdout.splitlines() == ["topic\tkind\tmentions\tquery", "acme\tbrand\t2\tacme OR #acmephone"]


def test_a_topic_comes_and_goes(desk: Desk) -> None:
    before = desk.settings
    result = desk.call("topics", "add", "Știrea Zilei", "--kind", "campaign")
    assert '"știrea zilei" OR "știreazilei"' in result.stdout
    assert [topic.name for topic in load_workspace(desk.folder).topics] == ["acme", "Știrea Zilei"]
    desk.call("topics", "edit", "Știrea Zilei", "--query", "#stirea", "--rename", "stirea")
    assert load_workspace(desk.folder).topic("stirea").query == "#stirea"
    desk.call("topics", "remove", "stirea")
    assert desk.settings == before
    assert "# What we listen for." in desk.settings


@pytest.mark.parametrize(
    ("args", "code", "said"),
    [
        (["add", "acme"], 3, "two topics"),
        (["add", "x", "--query", "a AND ("], 3, "cannot be read"),
        (["add", "x", "--query", "tag:urgent"], 3, "tags are given by people"),
        (["add", "x", "--kind", "rival"], 2, "competitor"),
        (["remove", "acm"], 7, "Did you mean 'acme'?"),
        (["edit", "acme"], 2, "--query"),
        (["edit", "nobody", "--query", "x"], 7, "acme"),
    ],
)
def test_what_cannot_be_is_refused_and_the_settings_stay(desk: Desk, args: list[str], code: int, said: str) -> None:
    before = desk.settings
    assert said in desk.call("topics", *args, code=code).stderr
    assert desk.settings == before


def test_a_query_is_tried_on_the_archive(desk: Desk) -> None:
    desk.save("acme battery", "acme screen", "Ștefan likes the battery")
    found = desk.json("topics", "test", "battery")
    assert found["total"] == 2
    assert {hit["text"] for hit in found["hits"]} == {"acme battery", "Ștefan likes the battery"}
    assert "2 mentions" in desk.call("topics", "test", "battery").stdout
    assert "could not be used" in desk.call("topics", "test", "status:new", code=3).stderr
    assert "^" in desk.call("topics", "test", "battery AND", code=4).stderr


def test_an_archive_that_cannot_be_asked_does_not_hide_the_topics(desk: Desk) -> None:
    (desk.folder / "archive.db").write_bytes(b"not a database, " * 100)
    result = desk.call("topics")
    assert "acme\tbrand\t–" in result.stdout
    assert "cannot be counted" in result.stderr
