"""``hubbub sources``"""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from cli_world import PAGES, Desk, make_desk, site

from hubbub.cli.exits import Exit
from hubbub.config.loading import load_workspace


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    return make_desk(tmp_path / "desk")


@pytest.fixture(scope="module")
def address() -> Iterator[str]:
    with site() as found:
        yield found


PRESS = '[[sources]]  # the press\nid = "press"\nplugin = "rss"\nurl = "{url}"\n'


def with_press(desk: Desk, url: str) -> Desk:
    return make_desk(desk.folder, "\n" + PRESS.format(url=url))


def test_the_feed_of_a_page_is_found_and_added(desk: Desk, address: str) -> None:
    result = desk.call("sources", "add", address, "--every", "2h", "--keep", "all")
    (source,) = load_workspace(desk.folder).sources
    assert (source.id, source.plugin, source.options) == ("stiri-din-presa", "rss", {"url": f"{address}/press-news.xml"})
    assert (source.every, source.keep) == (timedelta(hours=2), "all")
    assert "1 more feed" in result.stdout
    assert f"{address}/talk.xml" in result.stdout


def test_a_feed_that_the_page_does_not_name_is_not_taken_in_silence(desk: Desk) -> None:
    pages = {"/about/page.html": ("text/html", "<html><title>Über uns</title></html>"), "/feed.xml": PAGES["/press-news.xml"]}
    with site(pages) as address:
        said = desk.call("sources", "add", f"{address}/about/page.html").stderr
        assert f"{address}/about/page.html names no feed. {address}/feed.xml (“" in said
        assert f"--plugin webpage --option 'pages=[\"{address}/about/page.html\"]'" in said
        (desk.folder / "list.txt").write_text(f"{address}/about/page.html\n", "utf-8")
        listed = str(desk.folder / "list.txt")
        assert "names no feed" in desk.call("sources", "import", listed).stderr
        desk.call("sources", "add", "--plugin", "webpage", "--option", f'pages=["{address}/about/page.html"]')
    plugins = [source.plugin for source in load_workspace(desk.folder).sources]
    assert plugins == ["rss", "webpage"]


def test_what_is_not_tried_again_is_not_said_to_be(desk: Desk, tmp_path: Path) -> None:
    result = desk.call("sources", "add", "http://127.0.0.1:9/", code=Exit.SOURCES)
    assert "127.0.0.1" in result.stderr
    assert "again" not in result.stderr
    with_press(desk, "http://127.0.0.1:9/")
    desk.call("collect", code=Exit.SOURCES)
    (source,) = desk.json("sources", "list")["sources"]
    assert source["message"].endswith("It is tried again later.")


def test_all_feeds_of_a_page_can_be_added(desk: Desk, address: str) -> None:
    desk.call("sources", "add", address, "--all")
    assert [source.id for source in load_workspace(desk.folder).sources] == ["stiri-din-presa", "comments"]


def test_a_place_that_is_listened_to_is_not_added_twice(desk: Desk, address: str) -> None:
    desk.call("sources", "add", address)
    result = desk.call("sources", "add", address)
    assert "'stiri-din-presa' listens there already" in result.stdout
    assert len(load_workspace(desk.folder).sources) == 1
    desk.call("sources", "add", address, "--id", "again")
    assert load_workspace(desk.folder).source("again").options["url"] == f"{address}/press-news.xml"


def test_a_secret_that_is_not_there_is_a_missing_key_and_nothing_broken(desk: Desk, address: str) -> None:
    settings = PRESS.format(url=f"{address}/talk.xml") + 'password = { env = "HUBBUB_TEST_NOWHERE" }\n'
    make_desk(desk.folder, "\n" + settings)
    (said,) = desk.json("sources", "test", code=6)["sources"]
    assert said["health"] == "needs key"
    assert "HUBBUB_TEST_NOWHERE is not set" in said["message"]
    desk.call("collect", code=6)
    (listed,) = desk.json("sources", "list")["sources"]
    assert listed["health"] == "needs key"


def test_a_name_of_ones_own_and_options_of_the_plugin(desk: Desk) -> None:
    desk.call(
        *("sources", "add", "https://press.example/f", "--plugin", "rss", "--id", "presă"),
        *("--option", 'password={ env = "HUBBUB_TEST_NOWHERE" }', "--option", "username=desk", "--option", "max_entries=5"),
    )
    assert load_workspace(desk.folder).source("presă").options == {
        "url": "https://press.example/f",
        "password": {"env": "HUBBUB_TEST_NOWHERE"},
        "username": "desk",
        "max_entries": 5,
    }
    assert 'password = {env = "HUBBUB_TEST_NOWHERE"}' in desk.settings


def test_a_file_becomes_a_source_of_its_own_kind(desk: Desk) -> None:
    (desk.folder / "survey 1.csv").write_text("text\nacme is fine\n", encoding="utf-8")
    desk.call("sources", "add", str(desk.folder / "survey 1.csv"), "--keep", "all")
    (source,) = load_workspace(desk.folder).sources
    assert (source.id, source.plugin, source.options) == ("survey-1", "file", {"path": "survey 1.csv"})


def test_a_file_that_is_not_there_yet_is_added_with_a_word(desk: Desk) -> None:
    assert "no file" in desk.call("sources", "add", str(desk.folder / "later.csv")).stderr
    assert load_workspace(desk.folder).source("later").options == {"path": "later.csv"}


@pytest.mark.parametrize(
    ("args", "code", "said"),
    [
        (["add"], 2, "Give an address"),
        (["add", "--plugin", "rs"], 3, "Did you mean 'rss'?"),
        (["add", "https://x.example/", "--plugin", "rss", "--option", "max_entrys=3"], 3, "'max_entries'"),
        (["add", "https://x.example/", "--plugin", "rss", "--option", "password=secret"], 3, "must not stand in the file"),
        (["add", "https://x.example/", "--plugin", "rss", "--option", "nonsense"], 2, "KEY=VALUE"),
        (["add", "https://x.example/", "--plugin", "rss", "--every", "5"], 2, '"15m"'),
        (["add", "https://x.example/", "--plugin", "rss", "--id", "press"], 3, "two sources"),
        (["add", "ftp://x.example/"], 6, "no web address"),
        (["add", "https://ana:secret@x.example/"], 6, "holds a password"),
        (["add", "https://ana:secret@x.example/", "--plugin", "rss"], 3, "holds a password"),
        (["add", "x.example/feed", "--plugin", "rss"], 3, "write a web address"),
        (["remove", "pres"], 7, "Did you mean 'press'?"),
        (["enable", "nobody"], 7, "press"),
        (["import", "no-such.opml"], 1, "no-such.opml"),
    ],
)
def test_what_cannot_be_is_refused_and_the_settings_stay(desk: Desk, args: list[str], code: int, said: str) -> None:
    with_press(desk, "https://press.example/press-news.xml")
    before = desk.settings
    result = desk.call("sources", *args, code=code)
    assert said in result.stderr
    assert "secret" not in result.stdout
    assert "ana:secret" not in result.stderr
    assert desk.settings == before


def test_a_page_without_feed_and_a_page_that_is_not_there_are_told(desk: Desk, address: str) -> None:
    assert "No feed was found" in desk.call("sources", "add", f"{address}/plain", code=6).stderr
    assert desk.call("sources", "add", f"{address}/nowhere", code=6).stderr.startswith("Error: ")
    assert "is not a web address" in desk.call("sources", "add", "http://[press.example", code=6).stderr
    assert load_workspace(desk.folder).sources == ()


def test_the_listing_tells_how_sources_are(desk: Desk, address: str) -> None:
    with_press(desk, f"{address}/press-news.xml")
    assert desk.call("sources").stdout.splitlines()[1].startswith("press\trss\t15m\tuntried\t0\t–\t–\t–\tnot tried yet")
    desk.call("collect")
    found = desk.json("sources")
    assert found["total"] == 1
    (source,) = found["sources"]
    assert (source["id"], source["health"], source["found"], source["enabled"]) == ("press", "ok", 2, True)
    assert source["options"] == {"url": f"{address}/press-news.xml"}
    desk.call("sources", "disable", "press")
    assert "\toff\t" in desk.call("sources", "list").stdout
    desk.call("sources", "enable", "press")
    assert desk.json("sources")["sources"][0]["enabled"]


def test_a_removed_source_leaves_its_mentions(desk: Desk, address: str) -> None:
    with_press(desk, f"{address}/press-news.xml")
    desk.call("collect")
    desk.call("sources", "remove", "press")
    assert desk.json("sources") == {"total": 0, "sources": []}
    assert desk.json("search", "source:press")["total"] == 2


def test_sources_are_tried_without_keeping_anything(desk: Desk, address: str) -> None:
    gone = '\n[[sources]]\nid = "gone"\nplugin = "rss"\nurl = "' + address + '/nowhere"\n'
    make_desk(desk.folder, "\n" + PRESS.format(url=f"{address}/press-news.xml") + gone)
    found = desk.json("sources", "test", code=6)
    assert [(source["id"], source["health"]) for source in found["sources"]] == [("press", "ok"), ("gone", "gone")]
    assert "3 entries" in desk.call("sources", "test", code=6).stdout
    assert desk.json("search")["total"] == 0
    desk.call("sources", "test", "nobody", code=7)


def test_a_source_is_read_for_a_try_and_all_that_passed_is_told(desk: Desk, address: str) -> None:
    with_press(desk, f"{address}/press-news.xml")
    said = desk.call("sources", "test", "press").stdout
    assert f"GET\t{address}/press-news.xml\t200" in said
    assert "acme 2" in said
    assert "2 new and 0 changed, know 0 already, and drop 1" in said
    assert "Nothing was kept" in said
    assert desk.json("search")["total"] == 0
    desk.call("collect")
    (tried,) = desk.json("sources", "test", "press")["sources"]
    assert (tried["health"], tried["pages"], tried["topics"]) == ("ok", 1, {"acme": 2})
    assert (tried["new"], tried["changed"], tried["known"], tried["dropped"]) == (0, 0, 2, 1)
    # Not asked whether it has changed: what is there is to be seen, whatever was read before.
    assert [(asked["method"], asked["status"], asked["error"]) for asked in tried["requests"]] == [("GET", 200, "")]
    assert [mention["title"] for mention in tried["newest"]][:2] == ["acme one", "acme two"]


def test_a_source_that_refuses_is_told_with_its_request(desk: Desk, address: str) -> None:
    with_press(desk, f"{address}/nowhere?api_key=s3cret-s3cret")
    result = desk.call("sources", "test", "press", code=6)
    assert "press (rss): gone" in result.stdout
    assert f"GET\t{address}/nowhere?api_key=***\t404" in result.stdout
    assert "s3cret" not in result.stdout + result.stderr


def test_feeds_go_out_and_come_back_as_opml(desk: Desk, tmp_path: Path) -> None:
    with_press(desk, "https://press.example/știri?a=1&b=2")
    path = tmp_path / "feeds.opml"
    assert "1 feed written" in desk.call("sources", "export", str(path)).stdout
    assert "--force" in desk.call("sources", "export", str(path), code=1).stderr
    desk.call("sources", "export", str(path), "--force")
    assert "0 sources added, 1 known already" in desk.call("sources", "import", str(path)).stdout
    other = make_desk(tmp_path / "other")
    other.call("sources", "import", str(path))
    assert [dict(source.options) for source in load_workspace(other.folder).sources] == [
        {"url": "https://press.example/știri?a=1&b=2"}
    ]
    other.call("sources", "import", str(path), "--all")
    assert [source.id for source in load_workspace(other.folder).sources] == ["press", "press-2"]
