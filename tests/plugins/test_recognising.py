"""Addresses of platforms, as people copy them out of a browser, and the options with which their plugins read them."""

from __future__ import annotations

from typing import Any

import pytest

from hubbub.cli.feeds import recognised, recognisers
from hubbub.core.registry import Registry
from hubbub.core.webplaces import web_place

REGISTRY = Registry()
KNOWN = recognisers(REGISTRY)
CHANNEL = "UCabcdefghijklmnopqrstuv"


@pytest.mark.parametrize(
    ("address", "software", "plugin", "options"),
    [
        ("https://news.ycombinator.com/", "", "hackernews", {}),
        ("https://news.ycombinator.com/user?id=marta", "", "hackernews", {"author": "marta"}),
        ("https://hn.algolia.com/?q=acme", "", "hackernews", {"query": "acme"}),
        ("https://lobste.rs/t/python,web", "", "lobsters", {"tags": ["python", "web"]}),
        ("https://lobste.rs/domains/acme.example", "", "lobsters", {"domains": ["acme.example"]}),
        ("https://lobste.rs/~marta", "", "lobsters", {"user": "marta"}),
        ("@acme@social.example", "", "mastodon", {"account": "@acme@social.example"}),
        ("https://mastodon.social/tags/acme", "", "mastodon", {"servers": ["mastodon.social"], "tags": ["acme"]}),
        (
            "https://social.example/@acme",
            "gotosocial",
            "mastodon",
            {"account": "@acme@social.example", "servers": ["social.example"]},
        ),
        ("https://social.example/c/phones", "lemmy", "lemmy", {"server": "https://social.example", "community": "phones"}),
        ("https://talk.example/t/acme/7", "discourse", "discourse", {"server": "https://talk.example"}),
        ("https://bsky.app/profile/acme.example", "", "bluesky", {"account": "acme.example"}),
        ("https://bsky.app/hashtag/acme", "", "bluesky", {"query": "#acme"}),
        ("https://old.reddit.com/r/phones+romania/", "", "reddit", {"subreddits": ["phones", "romania"]}),
        ("https://www.reddit.com/user/marta", "", "reddit", {"user": "marta"}),
        ("https://github.com/acme/phone/issues?q=is%3Aopen", "", "github", {"repositories": ["acme/phone"]}),
        ("https://github.com/orgs/acme/people", "", "github", {"organisations": ["acme"]}),
        (
            "https://stackoverflow.com/questions/tagged/acme+android",
            "",
            "stackexchange",
            {"sites": ["stackoverflow"], "tags": ["acme", "android"]},
        ),
        ("https://es.stackoverflow.com/users/12/marta", "", "stackexchange", {"sites": ["es.stackoverflow"], "user": 12}),
        ("https://cooking.stackexchange.com", "", "stackexchange", {"sites": ["cooking"]}),
        (
            "https://news.google.com/search?q=acme&hl=ro&gl=RO&ceid=RO:ro",
            "",
            "googlenews",
            {"query": "acme", "editions": ["RO:ro"]},
        ),
        ("https://dev.to/t/python", "", "devto", {"tags": ["python"]}),
        ("https://dev.to/acme_dev", "", "devto", {"user": "acme_dev"}),
        ("https://t.me/s/acme_news", "", "telegram", {"channels": ["acme_news"]}),
        (f"https://www.youtube.com/channel/{CHANNEL}/videos", "", "youtube", {"channels": [CHANNEL]}),
        ("https://press.example/sitemap_news.xml", "", "webpage", {"sitemaps": ["https://press.example/sitemap_news.xml"]}),
        ("news://news.example/comp.acme", "", "nntp", {"server": "news.example", "groups": ["comp.acme"]}),
        (
            "nntp://news.example:1119/comp.acme",
            "",
            "nntp",
            {"server": "news.example", "groups": ["comp.acme"], "tls": "none", "port": 1119},
        ),
    ],
)
def test_a_platform_s_address_is_read_by_its_plugin(address: str, software: str, plugin: str, options: dict[str, Any]) -> None:
    found = recognised(KNOWN, address, [], software)
    assert found
    assert (found.plugin, found.options) == (plugin, options)
    component = REGISTRY.component("source", plugin)
    assert component.options
    # What is recognised is also what the plugin takes.
    assert component.options.model_validate(dict(found.options))


@pytest.mark.parametrize(
    "address",
    [
        "https://press.example/",
        "https://press.example/feed.xml",
        "https://blog.example/tags/acme",
        "https://blog.example/@acme",
        "https://github.com/topics/acme",
        "https://dev.to/acme_dev/a-phone-1a2b",
        "https://dev.to/search?q=acme",
        "https://github.com/acme/phone/releases.atom",
        "https://www.reddit.com/r/phones/new.rss",
        "https://lobste.rs/t/python.rss",
        "https://reddit.com.evil.example/r/phones",
        "https://www.youtube.com/watch?v=abcdefghijk",
        "https://[",
        "",
    ],
)
def test_any_other_address_is_left_to_be_looked_at(address: str) -> None:
    assert recognised(KNOWN, address, []) is None


def test_an_address_taken_apart() -> None:
    place = web_place("HTTPS://www.Press.example:8443/%C8%99tiri//acme.RSS?q=a%20b#top")
    assert place
    assert (place.host, place.origin) == ("press.example:8443", "https://www.press.example:8443")
    assert (place.path, place.query, place.is_feed, place.part(7)) == (("știri", "acme.RSS"), {"q": "a b"}, True, "")
