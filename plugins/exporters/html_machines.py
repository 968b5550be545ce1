"""What a page tells machines: schema.org, Open Graph, oEmbed, and where every quotation comes from."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from datetime import datetime
from typing import Any

from markupsafe import Markup

from ...core.cleaning import clean_url
from ...core.phrases import language_tag
from ...core.quoting import pictures
from ...core.serial import to_json
from ...core.storygroups import source_name
from ...core.values import Block, FrozenCopy, LinkCheck, MentionKind, PublishedStory
from .html_cards import one_line

_SCHEMA = {
    MentionKind.POST: "SocialMediaPosting",
    MentionKind.SHARE: "SocialMediaPosting",
    MentionKind.COMMENT: "Comment",
    MentionKind.ARTICLE: "Article",
    MentionKind.VIDEO: "VideoObject",
    MentionKind.REVIEW: "Review",
}
"""What schema.org calls each kind of mention."""

PROVENANCE = 1
"""Version of the layout of :func:`provenance`."""

Stamp = Callable[[datetime], str]
"""Writes a time as HTML and schema.org want it."""


def schema_org(published: PublishedStory, stamp: Stamp, *, url: str, image: str, count: int) -> dict[str, object]:
    """The page as an ``Article`` that cites the quoted mentions (schema.org)."""
    story = published.story
    copies = [block.copy for block in story.blocks if block.copy]
    return _filled(
        {
            "@context": "https://schema.org",
            "@type": "Article",
            "headline": one_line(story.title),
            "alternativeHeadline": one_line(story.subtitle),
            "description": one_line(story.description),
            "inLanguage": language_tag(story.lang),
            "url": url,
            "mainEntityOfPage": url,
            "image": image,
            "dateCreated": stamp(story.created),
            "datePublished": stamp(published.at),
            "wordCount": count,
            "author": {"@type": "Person", "name": one_line(story.byline)} if story.byline.strip() else "",
            "copyrightNotice": one_line(story.rights),
            "citation": [_citation(copy, stamp) for copy in copies],
        }
    )


def social(published: PublishedStory, stamp: Stamp, *, url: str, image: str) -> list[tuple[str, str, str]]:
    """Attribute, name and content of each ``meta`` element of Open Graph (ogp.me) and of Twitter's cards."""
    story = published.story
    described = one_line(story.description) or one_line(story.subtitle)
    told = [
        ("property", "og:type", "article"),
        ("property", "og:title", one_line(story.title)),
        ("property", "og:description", described),
        ("property", "og:url", url),
        ("property", "og:image", image),
        ("property", "og:image:alt", one_line(story.cover_alt) if image else ""),
        ("property", "og:locale", language_tag(story.lang).replace("-", "_")),
        ("property", "article:published_time", stamp(published.at)),
        ("name", "twitter:card", "summary_large_image" if image else "summary"),
        ("name", "twitter:title", one_line(story.title)),
        ("name", "twitter:description", described),
        ("name", "twitter:image", image),
        ("name", "twitter:image:alt", one_line(story.cover_alt) if image else ""),
    ]
    return [entry for entry in told if entry[2]]


def oembed(published: PublishedStory, *, url: str) -> dict[str, object]:
    """What a site asks for that shows the page within its own (oembed.com, version 1.0); a link while it has no address."""
    story = published.story
    answer: dict[str, object] = {
        "version": "1.0",
        "type": "rich" if url else "link",
        "title": one_line(story.title),
        "author_name": one_line(story.byline),
        "provider_name": published.generator.partition(" ")[0],
        "provider_url": published.base_url,
        "cache_age": 3600,
        "lang": language_tag(story.lang),
    }
    if url:
        answer |= {"url": url, "html": str(_frame(story.title, url)), "width": 640, "height": 720}
    return _filled(answer)


def embed_snippet(published: PublishedStory, *, url: str) -> str:
    """HTML to paste into another page: the story in a frame, and a link for whom no frame is shown. It has no script."""
    story = published.story
    described = one_line(story.description) or one_line(story.subtitle)
    told = Markup("<blockquote cite='{0}'><p><a href='{0}'>{1}</a></p>{2}</blockquote>\n").format(
        url, one_line(story.title), Markup("<p>{}</p>").format(described) if described else ""
    )
    return str(told + _frame(story.title, url)) + "\n"


def provenance(published: PublishedStory, anchors: Mapping[str, str]) -> dict[str, object]:
    """Where each quotation comes from (``docs/stories.md``), by the anchors of its blocks; without what platforms sent."""
    return {
        "format": "hubbub provenance",
        "version": PROVENANCE,
        "story": published.story.id,
        "slug": published.story.slug,
        "revision": published.revision,
        "published": to_json(published.at),
        "generator": one_line(published.generator),
        "quotes": list(_quotes(published, anchors)),
    }


def _quotes(published: PublishedStory, anchors: Mapping[str, str]) -> Iterable[dict[str, Any]]:
    for block in published.story.blocks:
        if block.copy:
            yield _quote(block, block.copy, anchors[block.id], published.checks.get(block.ref))


def _quote(block: Block, copy: FrozenCopy, anchor: str, check: LinkCheck | None) -> dict[str, Any]:
    return {
        "anchor": anchor,
        "ref": copy.mention.ref,
        "url": clean_url(copy.mention.url),
        "platform": copy.mention.platform,
        "published": to_json(copy.mention.published),
        "seen": to_json(copy.seen),
        "frozen": to_json(copy.frozen),
        "version": copy.version,
        "digest": copy.digest,
        "sources": list(copy.sources),
        "query": copy.query,
        "extent": to_json(block.extent) if block.extent and not copy.redacted else None,
        "media": [{"url": clean_url(media.url), "digest": media.digest} for media in pictures(block)],
        "redacted": to_json(copy.redacted),
        "check": {name: value for name, value in to_json(check).items() if name != "ref"} if check else None,
    }


def _frame(title: str, url: str) -> Markup:
    frame = "<iframe src='{}' title='{}' width='640' height='720' loading='lazy' referrerpolicy='no-referrer'></iframe>"
    return Markup(frame).format(url, one_line(title))


def _citation(copy: FrozenCopy, stamp: Stamp) -> dict[str, object]:
    mention, author = copy.mention, copy.mention.author
    name = one_line((author.name or author.handle) if author else "")
    return _filled(
        {
            "@type": _SCHEMA[mention.kind],
            "headline": one_line(mention.title),
            "url": clean_url(mention.url),
            "datePublished": stamp(copy.when) if mention.published == copy.when else "",
            "inLanguage": language_tag(mention.lang),
            "author": {"@type": "Person", "name": name} if name else "",
            "publisher": {"@type": "Organization", "name": one_line(source_name(mention))},
        }
    )


def _filled(data: dict[str, object]) -> dict[str, object]:
    """What has a value; counts of nothing say nothing either."""
    return {name: value for name, value in data.items() if value}
