"""``hubbub story add STORY https://…``: what is archived there, else the post by its plugin, else the page as an article."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from cli_world import Desk, make_desk, site

from hubbub.cli.exits import Exit

TEXT = "The new phone of Acme lasts two days, as our reader measured with three devices over a week. " * 5
ARTICLE = (
    f'<html lang="en"><head><title>Acme lasts</title><meta name="author" content="Ana Pop"></head>'
    f"<body><article><h1>Acme lasts</h1><p>{TEXT}</p><p>{TEXT}</p></article></body></html>"
)
STATUS = {
    "id": "1142",
    "uri": "https://social.example/users/marta/statuses/1142",
    "url": "https://social.example/@marta/1142",
    "created_at": "2026-02-28T09:00:00Z",
    "visibility": "public",
    "content": "<p>Un teléfono muy bueno</p>",
    "favourites_count": 7,
    "account": {"acct": "marta", "display_name": "Marta Ruiz", "followers_count": 120},
}
PAGES = {
    "/article": ("text/html", ARTICLE),
    "/empty": ("text/html", "<html><body><script>1</script></body></html>"),
    "/robots.txt": ("text/plain", "User-agent: *\nDisallow: /secret\n"),
    "/secret/page": ("text/html", ARTICLE),
    "/@marta/1142": ("text/html", "<html><body>an application</body></html>"),
    "/api/v1/statuses/1142": ("application/json", json.dumps(STATUS)),
}
BATTERY = "the-battery-week"


@pytest.fixture(scope="module")
def address() -> Iterator[str]:
    pages = dict(PAGES)
    with site(pages) as found:
        links = [{"rel": "http://nodeinfo.diaspora.software/ns/schema/2.0", "href": f"{found}/nodeinfo"}]
        pages["/.well-known/nodeinfo"] = ("application/json", json.dumps({"links": links}))
        pages["/nodeinfo"] = ("application/json", json.dumps({"software": {"name": "mastodon", "version": "4.4.0"}}))
        yield found


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    desk = make_desk(tmp_path / "desk")
    desk.call("story", "new", "The battery week")
    return desk


def quoted(desk: Desk) -> list[dict[str, object]]:
    return [block["copy"]["mention"] for block in desk.json("story", "show", BATTERY)["blocks"]]


def test_a_page_that_nobody_listens_to_is_added_as_an_article(desk: Desk, address: str):
    desk.call("story", "add", BATTERY, f"{address}/article")
    (mention,) = quoted(desk)
    assert (mention["kind"], mention["title"]) == ("article", "Acme lasts")
    assert "two days" in str(mention["text"])
    told = desk.call("story", "provenance", BATTERY, "1").stdout
    assert "by-hand" in told
    assert f"{address}/article" in told
    assert desk.json("search", "Acme lasts")["total"] == 1


def test_what_is_archived_is_not_asked_for(desk: Desk, address: str):
    desk.call("story", "add", BATTERY, f"{address}/article")
    desk.call("story", "new", "Another")
    desk.call("story", "add", "another", f"{address}/article?utm_source=mail#top", "--offline")
    assert desk.json("story", "show", "another")["blocks"][0]["copy"]["mention"]["title"] == "Acme lasts"
    said = desk.call("story", "add", "another", f"{address}/other", "--offline", code=Exit.FAILED).stderr
    assert "--offline" in said


def test_a_post_of_a_server_is_read_by_the_plugin_of_its_software(desk: Desk, address: str):
    desk.call("story", "add", BATTERY, f"{address}/@marta/1142")
    (mention,) = quoted(desk)
    assert (mention["platform"], mention["key"]) == ("mastodon", STATUS["uri"])
    assert mention["author"]["followers"] == 120  # type: ignore[index]
    assert mention["engagement"]["likes"] == 7  # type: ignore[index]


def test_a_configured_source_is_asked_first(desk: Desk, address: str, tmp_path: Path):
    item = {"id": 8, "author": "ionut", "text": "acme", "parent_id": 7, "story_id": 7, "created_at_i": 1_700_000_000}
    with site({"/items/8": ("application/json", json.dumps(item))}) as api:
        more = f'\n[[sources]]\nid = "hn"\nplugin = "hackernews"\nserver = "{api}"\n'
        own = make_desk(tmp_path / "own", more)
        own.call("story", "new", "The battery week")
        own.call("story", "add", BATTERY, "https://news.ycombinator.com/item?id=8")
    assert quoted(own)[0]["thread"] == "hackernews:7"


@pytest.mark.parametrize(
    ("path", "words"),
    [("/missing", "404"), ("/empty", "no text"), ("/secret/page", "robots.txt")],
)
def test_what_cannot_be_read_is_told_and_nothing_is_added(desk: Desk, address: str, path: str, words: str):
    said = desk.call("story", "add", BATTERY, f"{address}{path}", code=Exit.SOURCES).stderr
    assert words in said
    assert quoted(desk) == []
