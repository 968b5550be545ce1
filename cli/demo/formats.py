"""Writing a site's posts as a feed, in the formats that are met in the wild."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from email.utils import format_datetime
from html import escape

from .posts import Post
from .sites import Format, Site


@dataclass(frozen=True, kw_only=True, slots=True)
class Edition:
    """One state of a feed."""

    site: Site
    base: str
    """Address of the server, for pictures."""
    posts: Sequence[Post]
    """The newest first."""
    revised: bool
    """Whether the round of edits has happened."""

    def text(self, post: Post) -> str:
        """What the post says in this edition."""
        return post.revised if self.revised and post.revised else post.text

    def picture(self, post: Post) -> str:
        """Address of the post's picture; empty where it has none."""
        return f"{self.base}/pictures/{post.picture}.png" if post.picture else ""

    def html(self, post: Post) -> str:
        """The post as the HTML that feeds carry."""
        shown = "".join(f"<p>{escape(part, quote=False)}</p>" for part in self.text(post).split("\n\n"))
        return shown + (f'<p><img src="{self.picture(post)}" alt="{escape(post.alt)}"></p>' if post.picture else "")


def write(edition: Edition) -> bytes:
    """The feed as its server sends it."""
    text = _WRITERS[edition.site.format](edition)
    return text.encode(edition.site.encoding, "strict" if edition.site.format == "json" else "xmlcharrefreplace")


def content_type(site: Site) -> str:
    """The media type that the feed's server tells."""
    if site.format == "json":
        return "application/feed+json"
    kind = {"atom": "application/atom+xml", "rss1": "application/rdf+xml"}.get(site.format, "application/rss+xml")
    return f"{kind}; charset={site.encoding}"


def _x(text: str) -> str:
    """Text as XML. Characters that XML 1.0 cannot hold are kept: a hostile feed would not care either."""
    return escape(text, quote=True)


def _id(edition: Edition, post: Post) -> str:
    return f"tag:{edition.site.home.removeprefix('https://')},2026:{post.id}"


def _name(post: Post) -> str:
    return post.writer.name if post.writer else ""


def _handle(post: Post) -> str:
    return post.writer.handle if post.writer else ""


def _day(post: Post) -> str:
    """As mail and RSS write a time."""
    return format_datetime(post.at) if post.at else ""


def _iso(post: Post) -> str:
    return post.at.isoformat() if post.at else ""


def _channel(edition: Edition) -> str:
    site = edition.site
    lang = f"<language>{site.lang}</language>" if site.lang else ""
    return f"<title>{_x(site.title)}</title><link>{site.home}/</link><description>{_x(site.title)}</description>{lang}"


def _rss_item(edition: Edition, post: Post, *, extra: str = "") -> str:
    parts = [f'<guid isPermaLink="false">{_id(edition, post)}</guid>']
    if post.title:
        parts.append(f"<title>{_x(post.title)}</title>")
    if post.link:
        parts.append(f"<link>{_x(post.link)}</link>")
    if post.at:
        parts.append(f"<pubDate>{_day(post)}</pubDate>")
    if post.writer:
        parts.append(f"<dc:creator>{_x(_name(post))}</dc:creator>")
    parts.append(f"<description>{_x(edition.html(post))}</description>")
    if post.comments is not None:
        parts.append(f"<slash:comments>{post.comments}</slash:comments>")
    return f"<item>{''.join(parts)}{extra}</item>"


def _rss(edition: Edition, items: Sequence[str], channel: str = "") -> str:
    spaces = (
        'xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:slash="http://purl.org/rss/1.0/modules/slash/" '
        'xmlns:itunes="http://www.itunes.com/dtds/podcast-1.0.dtd" '
        'xmlns:content="http://purl.org/rss/1.0/modules/content/"'
    )
    body = "\n".join(items)
    return (
        f'<?xml version="1.0" encoding="{edition.site.encoding}"?>\n<rss version="2.0" {spaces}><channel>'
        f"{_channel(edition)}{channel}\n{body}\n</channel></rss>\n"
    )


def _rss2(edition: Edition) -> str:
    return _rss(edition, [_rss_item(edition, post) for post in edition.posts])


def _podcast(edition: Edition) -> str:
    items = [
        _rss_item(
            edition,
            post,
            extra=f'<enclosure url="{edition.site.home}/audio/{post.id}.mp3" length="31415926" type="audio/mpeg"/>'
            f'<itunes:image href="{edition.base}/pictures/night.png"/>'
            f"<itunes:duration>32:43</itunes:duration><itunes:summary>{_x(post.text)}</itunes:summary>",
        )
        for post in edition.posts
    ]
    return _rss(edition, items, "<itunes:author>Pocket Circuit</itunes:author><itunes:explicit>no</itunes:explicit>")


def _comments(edition: Edition) -> str:
    """As WordPress writes the feed of a site's comments: the headline names the article and the speaker."""
    items: list[str] = []
    for number, post in enumerate(edition.posts):
        about = post.title or "Field notes"
        link = f"{edition.site.home}/{post.id}/#comment-{1000 + len(edition.posts) - number}"
        items.append(
            f"<item><title>Comment on {_x(about)} by {_x(_name(post))}</title><link>{link}</link>"
            f"<dc:creator>{_x(_name(post))}</dc:creator><pubDate>{_day(post)}</pubDate>"
            f'<guid isPermaLink="false">{_id(edition, post)}</guid>'
            f"<description>{_x(edition.text(post))}</description>"
            f"<content:encoded><![CDATA[{edition.html(post)}]]></content:encoded></item>"
        )
    return _rss(edition, items)


def _broken(edition: Edition) -> str:
    """As a home-made script writes it: ampersands as they come, posts that are not closed, and an end that never comes."""
    whole = _rss(edition, [_rss_item(edition, post) for post in edition.posts])
    spoiled = whole.replace("<description>", "<description>Tests & tea: ", 1).replace(
        "</description></item>", "</description>", 3
    )
    return spoiled.removesuffix("</channel></rss>\n")


def _rss091(edition: Edition) -> str:
    body = "\n".join(
        f"<item><title>{_x(post.title)}</title><link>{_x(post.link)}</link><pubDate>{_day(post)}</pubDate>"
        f"<description>{_x(edition.text(post))}</description></item>"
        for post in edition.posts
    )
    return f'<?xml version="1.0"?>\n<rss version="0.91"><channel>{_channel(edition)}\n{body}\n</channel></rss>\n'


def _rss1(edition: Edition) -> str:
    site = edition.site
    listing = "".join(f'<rdf:li rdf:resource="{_x(post.link)}"/>' for post in edition.posts)
    body = "\n".join(
        f'<item rdf:about="{_x(post.link)}"><title>{_x(post.title)}</title><link>{_x(post.link)}</link>'
        f"<description>{_x(edition.text(post))}</description><dc:creator>{_x(_name(post))}</dc:creator>"
        f"<dc:date>{_iso(post)}</dc:date><content:encoded><![CDATA[{edition.html(post)}]]></content:encoded></item>"
        for post in edition.posts
    )
    return (
        f'<?xml version="1.0" encoding="{site.encoding}"?>\n<rdf:RDF xmlns="http://purl.org/rss/1.0/" '
        'xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns:dc="http://purl.org/dc/elements/1.1/" '
        'xmlns:content="http://purl.org/rss/1.0/modules/content/">'
        f'<channel rdf:about="{site.home}/"><title>{_x(site.title)}</title><link>{site.home}/</link>'
        f"<description>{_x(site.title)}</description><dc:language>{site.lang}</dc:language>"
        f"<items><rdf:Seq>{listing}</rdf:Seq></items></channel>\n{body}\n</rdf:RDF>\n"
    )


def _atom(edition: Edition) -> str:
    site = edition.site
    newest = max((_iso(post) for post in edition.posts), default="")
    body = "\n".join(
        f"<entry><id>{_id(edition, post)}</id><title>{_x(post.title)}</title>"
        f'<link rel="alternate" href="{_x(post.link)}"/><published>{_iso(post)}</published>'
        f"<updated>{_iso(post)}</updated><author><name>{_x(_name(post))}</name>"
        f"<uri>{site.home}/by/{_handle(post)}</uri></author>"
        f'<content type="html" xml:lang="{post.lang}">{_x(edition.html(post))}</content></entry>'
        for post in edition.posts
    )
    return (
        f'<?xml version="1.0" encoding="{site.encoding}"?>\n<feed xmlns="http://www.w3.org/2005/Atom" xml:lang="{site.lang}">'
        f"<id>{site.home}/</id><title>{_x(site.title)}</title><updated>{newest}</updated>\n{body}\n</feed>\n"
    )


def _json(edition: Edition) -> str:
    site = edition.site
    items: list[dict[str, object]] = []
    for post in edition.posts:
        item: dict[str, object] = {
            "id": _id(edition, post),
            "url": post.link,
            "content_html": edition.html(post),
            "date_published": _iso(post),
            "authors": [{"name": _name(post), "url": f"{site.home}/@{_handle(post)}"}],
            "language": post.lang,
        }
        items.append(item)
    feed = {
        "version": "https://jsonfeed.org/version/1.1",
        "title": site.title,
        "home_page_url": f"{site.home}/",
        "items": items,
    }
    return json.dumps(feed, ensure_ascii=False, indent=1)


_WRITERS: dict[Format, Callable[[Edition], str]] = {
    "rss2": _rss2,
    "rss091": _rss091,
    "rss1": _rss1,
    "atom": _atom,
    "json": _json,
    "podcast": _podcast,
    "comments": _comments,
    "broken": _broken,
}
