"""Lists of places, and addresses that plugins know."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path

import pytest
from cli_world import PAGES, Desk, feed, make_desk, site

from hubbub.cli.feeds import Recognisers, sources_at
from hubbub.config.loading import load_workspace
from hubbub.core.errors import SourceGone
from hubbub.core.values import Source
from hubbub.testing.api import FakeApi
from hubbub.testing.server import Answer

ALERT = "https://www.google.com/alerts/feeds/0123456789/987654321"


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    return make_desk(tmp_path / "desk")


@pytest.fixture(scope="module")
def address() -> Iterator[str]:
    with site({**PAGES, "/prensa.xml": ("application/rss+xml", feed("La prensa", "acme"))}) as found:
        yield found


def sources(desk: Desk) -> list[tuple[str, object]]:
    return [(source.id, source.options["url"]) for source in load_workspace(desk.folder).sources]


def test_a_table_is_looked_at_and_told_at_the_end(desk: Desk, address: str) -> None:
    (desk.folder / "places.csv").write_text(
        f"Title;URL\n;{address}/\nPresa;{address}/prensa.xml\n;{address}/plain\n;{address}/nowhere\n;not an address\n",
        encoding="utf-8",
    )
    result = desk.call("sources", "import", str(desk.folder / "places.csv"), code=6)
    assert sources(desk) == [("stiri-din-presa", f"{address}/press-news.xml"), ("presa", f"{address}/prensa.xml")]
    assert "2 sources added, 0 known already, 3 left out." in result.stdout
    assert f"(line 4): {address}/plain: No feed was found" in result.stderr
    assert "(line 5)" in result.stderr
    assert "(line 6): no address: ;not an address" in result.stderr
    before = desk.settings
    assert "0 sources added, 2 known already" in desk.call("sources", "import", str(desk.folder / "places.csv"), code=6).stdout
    assert desk.settings == before


def test_as_it_is_nobody_is_asked(desk: Desk, tmp_path: Path) -> None:
    path = tmp_path / "addresses.txt"
    path.write_text(f"https://press.example/feed\n{ALERT}\npress.example/feed\nftp://press.example/\n", encoding="utf-8")
    result = desk.call("sources", "import", "--as-is", str(path), code=6)
    assert sources(desk) == [("press-example", "https://press.example/feed"), ("google-alert-654321", ALERT)]
    assert "(line 4): no address: ftp://" in result.stderr


def test_alerts_of_a_feed_reader_are_called_by_their_title(desk: Desk, tmp_path: Path) -> None:
    path = tmp_path / "list"
    outline = f'<outline text="Google Alert - acme phone" xmlUrl="{ALERT.replace("https://www.", "http://")}"/>'
    path.write_text(f"<opml><body>{outline}</body></opml>", encoding="utf-8")
    desk.call("sources", "import", str(path))
    assert sources(desk) == [("google-alert-acme-phone", ALERT)]


def test_a_file_that_lists_nothing_is_refused(desk: Desk, tmp_path: Path) -> None:
    (tmp_path / "empty.txt").write_text("# nothing yet\n", encoding="utf-8")
    assert "no address in it" in desk.call("sources", "import", str(tmp_path / "empty.txt"), code=1).stderr


# --- what plugins know ------------------------------------------------------------------------------------------


def tags(address: str, software: str) -> Mapping[str, object] | None:
    host, _, tag = address.removeprefix("https://").partition("/tags/")
    return {"server": host, "tag": tag} if tag and (software == "mastodon" or host == "known.example") else None


def forum(address: str, software: str) -> Mapping[str, object] | None:
    return {"url": address} if software == "discourse" else None


def bad(address: str, software: str) -> Mapping[str, object] | None:
    raise KeyError(address)


KNOWN: Recognisers = [("bad", bad), ("tags", tags), ("forum", forum)]


def found_at(address: str, pages: Mapping[str, str | dict[str, object]]) -> Source:
    def answer(request: object) -> object:
        page = pages.get(str(getattr(request, "url", "")))
        return Answer(headers={"Content-Type": "text/html"}, body=page.encode()) if isinstance(page, str) else page

    return sources_at(FakeApi(answer).client(), KNOWN, address, ["known-example-tags-acme"])[0]


def test_an_address_that_a_plugin_knows_asks_no_network() -> None:
    found = found_at("known.example/tags/acme", {})
    assert (found.id, found.plugin, found.options) == (
        "known-example-tags-acme-2",
        "tags",
        {"server": "known.example", "tag": "acme"},
    )


def test_the_software_of_a_site_stands_in_its_page_or_is_asked() -> None:
    made = "<html><head><meta name='generator' content='Discourse 3.5.0 - https://discourse.example'></head></html>"
    assert found_at("https://talk.example/", {"https://talk.example/": made}).plugin == "forum"
    pages: dict[str, str | dict[str, object]] = {
        "https://social.example/tags/acme": "<html><head></head></html>",
        "https://social.example/.well-known/nodeinfo": {"links": [{"href": "https://social.example/nodeinfo/2.0"}]},
        "https://social.example/nodeinfo/2.0": {"software": {"name": "mastodon"}},
    }
    assert found_at("https://social.example/tags/acme", pages).options == {"server": "social.example", "tag": "acme"}


@pytest.mark.parametrize(
    "said", [{"links": [{"href": "https://elsewhere.example/2.0"}]}, {"links": "none"}, {"links": [7]}, {}]
)
def test_a_site_that_does_not_tell_its_software_is_looked_at_for_feeds(said: dict[str, object]) -> None:
    pages: dict[str, str | dict[str, object]] = {
        "https://blog.example/tags/acme": "<html><head></head></html>",
        "https://blog.example/.well-known/nodeinfo": said,
        "https://blog.example/feed": feed("Blog", "acme"),
    }
    assert found_at("https://blog.example/tags/acme", pages).options == {"url": "https://blog.example/feed"}


def test_an_account_that_no_plugin_knows_is_told() -> None:
    with pytest.raises(SourceGone, match=r"@acme@social\.example"):
        found_at("acme@social.example", {})
