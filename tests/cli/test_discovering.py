"""Sources that need an address: worked out from names and a web site, and proposed only where they answer."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest
from cli_world import make_desk
from news_server import FakeNews

from hubbub.cli.compose import registry
from hubbub.cli.proposals import Proposals, preview, print_proposals, propose
from hubbub.config.loading import load_workspace
from hubbub.core.errors import HubbubError
from hubbub.testing.api import FakeApi
from hubbub.testing.server import Answer

NOW = datetime.now(UTC)
SITE = "https://acme.example"
CHANNEL = "UC" + "acme0123456789abcdefgh"
OTHER = "UC" + "glob0123456789abcdefgh"
HOME = """<!doctype html><html><head><link rel="alternate" type="application/rss+xml" href="/blog.xml"></head><body>
<a href="https://talk.acme.example/latest">Talk</a> <a href="/forum/recent">Forum</a> <a href="https://t.me/acme_news">Telegram</a>
<a rel="me" href="https://mastodon.social/@acme">Mastodon</a> <a href="https://www.youtube.com/@AcmeTV">Videos</a>
<a rel="me" href="https://social.example/@acme">Here</a> <a href="https://t.me/acme_gone">old</a></body></html>"""
BLOG = f"""<rss version="2.0"><channel><title>Blog</title>
<item><title>New acme</title><link>{SITE}/1</link></item></channel></rss>"""
DISCOURSE = {
    "id": 7,
    "topic_id": 1,
    "post_number": 1,
    "post_type": 1,
    "username": "eva",
    "cooked": "<p>acme dura</p>",
    "created_at": NOW.isoformat(),
}
NODEBB = {
    "pid": 9,
    "tid": 3,
    "content": "<p>otra cosa</p>",
    "timestamp": int(NOW.timestamp() * 1000),
    "user": {"username": "lu", "userslug": "lu"},
}


def page(text: str) -> Answer:
    return Answer(headers={"Content-Type": "text/html; charset=utf-8"}, body=text.encode())


def telegram(name: str, text: str) -> Answer:
    return page(
        f"""<section class="tgme_channel_history"><div class="tgme_widget_message_wrap"><div class="tgme_widget_message"
        data-post="{name}/1"><div class="tgme_widget_message_text js-message_text">{text}</div>
        <a class="tgme_widget_message_date" href="https://t.me/{name}/1"><time datetime="{NOW.isoformat()}"></time></a>
        </div></div></section>"""
    )


def feed(channel: str) -> Answer:
    return Answer(
        headers={"Content-Type": "text/xml"},
        body=f"""<feed xmlns:yt="http://www.youtube.com/xml/schemas/2015" xmlns="http://www.w3.org/2005/Atom"><title>TV</title>
        <entry><id>yt:video:abcdefghijk</id><yt:videoId>abcdefghijk</yt:videoId><yt:channelId>{channel}</yt:channelId>
        <title>a film</title><published>{NOW.isoformat()}</published></entry></feed>""".encode(),
    )


def channel_page(channel: str) -> Answer:
    return page(f'<link rel="canonical" href="https://www.youtube.com/channel/{channel}"><title>x</title>')


STATUS = {
    "id": "1",
    "uri": "https://social.example/users/acme/1",
    "content": "<p>acme</p>",
    "created_at": NOW.isoformat(),
    "account": {"acct": "acme"},
}
ANSWERS: dict[str, Any] = {
    f"{SITE}/": page(HOME),
    f"{SITE}/blog.xml": Answer(headers={"Content-Type": "application/rss+xml"}, body=BLOG.encode()),
    f"{SITE}/forum/api/recent/posts": [NODEBB],
    "https://talk.acme.example/posts.json": {"latest_posts": [DISCOURSE]},
    "https://social.example/.well-known/nodeinfo": {"links": [{"href": "https://social.example/nodeinfo/2.0"}]},
    "https://social.example/nodeinfo/2.0": {"software": {"name": "mastodon"}},
    "https://social.example/api/v1/accounts/lookup": {"id": "5"},
    "https://social.example/api/v1/accounts/5/statuses": [STATUS],
    "https://t.me/s/acme": telegram("acme", "hand-made anvils"),
    "https://t.me/s/acme_news": telegram("acme_news", "the new acme"),
    "https://www.youtube.com/@acme": channel_page(OTHER),
    "https://www.youtube.com/@AcmeTV": channel_page(CHANNEL),
}


def answering(request: httpx.Request) -> Any:
    address = str(request.url).partition("?")[0]
    if address == "https://www.youtube.com/feeds/videos.xml":
        return feed(request.url.params["channel_id"])
    return ANSWERS.get(address)


def found(folder: Path, api: FakeApi, more: str = "", sites: tuple[str, ...] = (SITE,)) -> Proposals:
    make_desk(folder, more)
    workspace, http = load_workspace(folder), api.client()
    plugins = registry(workspace)
    proposals = propose(workspace, plugins, http, sites)
    return preview(workspace, plugins, proposals, http)


def guesses(proposals: Proposals) -> dict[str, tuple[str, dict[str, Any]]]:
    return {one.source.id: (one.source.plugin, dict(one.source.options)) for one in proposals.items if one.guess}


def test_a_site_leads_to_its_forums_channels_and_feeds_and_what_does_not_answer_is_not_proposed(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    api = FakeApi(answering)
    proposals = found(tmp_path, api)
    assert guesses(proposals) == {
        "telegram-acme": ("telegram", {"channels": ["acme"]}),
        "youtube-acme": ("youtube", {"channels": [OTHER]}),
        "discourse-talk-acme-example": ("discourse", {"server": "https://talk.acme.example"}),
        "nodebb-acme-example-forum": ("nodebb", {"server": f"{SITE}/forum"}),
        "youtube-acmetv": ("youtube", {"channels": [CHANNEL]}),
        "telegram-t-me-acme-news": ("telegram", {"channels": ["acme_news"]}),
        "mastodon-social-example-acme": (
            "mastodon",
            {"account": "@acme@social.example", "servers": ["social.example"]},
        ),
        "feed-acme-example-blog-xml": ("rss", {"url": f"{SITE}/blog.xml"}),
    }
    safe = {one.source.id for one in proposals.items if one.guess and one.safe}
    # A channel that only bears the name, and says nothing of it, is for the user to judge.
    assert safe == {
        "discourse-talk-acme-example",
        "telegram-t-me-acme-news",
        "mastodon-social-example-acme",
        "feed-acme-example-blog-xml",
    }
    missed = {(one.plugin, one.title) for one in proposals.missed}
    assert {("discourse", "discourse community.acme.example"), ("nodebb", "nodebb talk.acme.example")} <= missed
    assert {("webpage", "pages of acme.example"), ("telegram", "telegram t.me/acme_gone")} <= missed
    assert all(one.message for one in proposals.missed)
    assert len([request for request in api.requests if request.url.host.endswith("acme.example")]) < 60
    print_proposals(proposals, as_json=False)
    assert "acme_gone" not in capsys.readouterr().out
    print_proposals(proposals, as_json=False, verbose=True)
    assert "Not proposed: telegram t.me/acme_gone" in capsys.readouterr().out


def test_the_pages_of_a_site_are_proposed_by_its_sitemap(tmp_path: Path) -> None:
    pytest.importorskip("trafilatura")
    words = "The acme phone is here, with a battery that lasts two days and more. " * 8
    article = page(f"<html><head><title>New acme</title></head><body><article><p>{words}</p></article></body></html>")
    sitemap = f"<urlset><url><loc>{SITE}/news</loc><lastmod>{NOW - timedelta(days=1):%Y-%m-%d}</lastmod></url></urlset>"
    site = {
        f"{SITE}/robots.txt": Answer(headers={"Content-Type": "text/plain"}, body=f"Sitemap: {SITE}/map.xml".encode()),
        f"{SITE}/map.xml": Answer(headers={"Content-Type": "application/xml"}, body=sitemap.encode()),
        f"{SITE}/news": article,
    }
    proposals = found(tmp_path, FakeApi(lambda r: site.get(str(r.url)) or answering(r)))
    one = proposals.named(["pages-of-acme-example"])[0]
    assert (one.source.plugin, one.source.options, one.safe) == ("webpage", {"site": SITE}, True)


def test_accounts_and_the_hosts_of_configured_sources_are_clues_too(tmp_path: Path) -> None:
    api = FakeApi(answering)
    more = """accounts = ["telegram:@acme_news", "youtube:@AcmeTV"]
[[sources]]
id = "blog"
plugin = "rss"
url = "https://acme.example/blog.xml"
[[sources]]
id = "press"
plugin = "rss"
url = "https://press.example/feed.xml"
"""
    proposals = found(tmp_path, api, more, sites=())
    by_id = {one.source.id: one for one in proposals.items}
    assert by_id["discourse-talk-acme-example"].answers
    # It is followed already, as an account of ours; the feed is read already and the site was not named.
    assert by_id["own-telegram-acme-news"].configured
    assert not any(id.startswith("feed-") for id in by_id)
    assert not any(request.url.host == "press.example" for request in api.requests)


def test_a_site_that_cannot_be_read_is_told_and_one_that_is_none_refused(tmp_path: Path) -> None:
    proposals = found(tmp_path, FakeApi(lambda request: None), sites=("gone.example",))
    assert guesses(proposals) == {}
    assert "https://gone.example" in {one.title for one in proposals.missed}
    with pytest.raises(HubbubError, match="no web address"):
        found(tmp_path, FakeApi(answering), sites=("ftp://acme.example",))


def test_newsgroups_are_looked_for_on_servers_that_are_read(tmp_path: Path) -> None:
    with FakeNews({"comp.acme": {1: b"Subject: acme\r\nMessage-ID: <1@x>\r\n\r\nacme"}}) as news:
        listed = b"215 list\r\ncomp.acme 1 1 y\r\ncomp.acme.binaries 1 1 y\r\n.\r\n"
        news.answering = lambda command: listed if command == "LIST ACTIVE *acme*" else None
        more = f"""[[sources]]
id = "news"
plugin = "nntp"
server = "127.0.0.1"
port = {news.port}
tls = "none"
groups = ["comp.misc"]
"""
        proposals = found(tmp_path, FakeApi(lambda request: None), more, sites=())
    (one,) = [one for one in proposals.items if one.source.plugin == "nntp"]
    assert (one.source.options["groups"], one.source.options["port"]) == (["comp.acme"], news.port)
    assert one.run
    assert len(one.run.mentions) == 1
    assert ("nntp", "nntp 127.0.0.1 comp.acme.binaries") in {(m.plugin, m.title) for m in proposals.missed}
