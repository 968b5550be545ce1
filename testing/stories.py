"""Stories to try exporters with: one block of each kind, and everything that strangers may have written."""

from __future__ import annotations

import hashlib
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

from ..core.deciding import content_digest
from ..core.extents import extent_of
from ..core.quoting import for_readers
from ..core.values import (
    Author,
    Block,
    BlockKind,
    CheckState,
    Engagement,
    FrozenCopy,
    LinkCheck,
    Media,
    Mention,
    MentionKind,
    PublishedStory,
    Redaction,
    Story,
    StoryOrder,
)

AT = datetime(2026, 6, 20, 18, 0, tzinfo=UTC)
GIF = b"GIF89a\x01\x00\x01\x00\x80\x00\x00\xff\xff\xff\x00\x00\x00,\x00\x00\x00\x00\x01\x00\x01\x00\x00\x02\x02D\x01\x00;"
"""A picture of one point."""
HOSTILE = (
    "<script>alert(1)</script>",
    "]]> --> ``` </style></title> {{ 7*7 }} {% raw %}",
    "![x](javascript:alert(1)) [y](https://a.example/)<img src=x onerror=alert(1)>",
    "# heading\n> quote\n- list\n1. one\n---\n    code\n| a | b |\n",
    "\x1b[31mred\x1b[0m \u202egnirts\u202c \x00 \ud800 \u2028",
    "καλημέρα ș Ș ñ 日本語 שלום 👩‍👩‍👧",
    "",
    "word" * 20_000,
)
"""Things that somebody may have said."""
ADDRESSES = (
    "javascript:alert(1)",
    "file:///etc/passwd",
    "data:text/html,<script>alert(1)</script>",
    'https://a.example/"><script>alert(1)</script>',
    "https://a.example/' onmouseover='alert(1)",
    "https://a.example/a b\nc)[d](javascript:alert(1))",
    "http://[broken",
    "HTTPS://A.EXAMPLE/{{7*7}}{% raw %}?a=1&b=<2>",
)
"""Addresses that somebody may have given."""
SECRET = "nobodymayreadthis"
"""A word of :func:`every_field` that belongs to working notes, to what a platform sent and to what was taken out: it must
appear in no file."""
SHOWN = "everybodymayreadthis"
"""A word of the title, and of a quotation, of :func:`every_field`."""


def published(folder: Path, *blocks: Block, **details: str) -> PublishedStory:
    """A story with these blocks, published; the one picture that we hold lies in ``folder``."""
    digest = hashlib.sha256(GIF).hexdigest()
    path = folder / f"{digest}.gif"
    path.write_bytes(GIF)
    fields = {"id": "s1", "slug": "a-story", "title": "A story", **details}
    story = Story(**fields, blocks=blocks, created=AT - timedelta(days=2))  # pyright: ignore[reportArgumentType]
    return PublishedStory(story=story, media={digest: str(path)}, at=AT, generator="hubbub test")


def said(number: int, text: str, **more: object) -> Block:
    """A block that quotes an invented person, with a picture that we hold and one that we do not."""
    held = Media(kind="image", url="https://files.example/a.gif", alt=text[:50], digest=hashlib.sha256(GIF).hexdigest())
    lost = Media(kind="image", url="https://files.example/lost.png", digest="0" * 64)
    fields: dict[str, object] = {
        "platform": "forum",
        "key": str(number),
        "url": f"https://forum.example/{number}",
        "text": text,
        "author": Author(platform="forum", key="ana", handle="ana", name=text[:40]),
        "published": AT - timedelta(days=1, hours=number),
        "media": (held, lost),
        "engagement": Engagement(at=AT, likes=3),
        **more,
    }
    mention = Mention(**fields)  # pyright: ignore[reportArgumentType]
    copy = FrozenCopy(mention=mention, version=1, when=mention.published or AT, frozen=AT, digest=content_digest(mention))
    return Block(id=f"m{number}", kind=BlockKind.MENTION, copy=copy)


def every_block(text: str) -> tuple[Block, ...]:
    """One block of each kind with the same words in it."""
    digest = hashlib.sha256(GIF).hexdigest()
    return (
        Block(id="h", kind=BlockKind.HEADING, text=text),
        Block(id="t", kind=BlockKind.TEXT, text=text),
        said(1, text, title=text),
        said(2, text, author=None, url="", media=(), engagement=None, published=None, kind=MentionKind.ARTICLE),
        Block(id="i", kind=BlockKind.IMAGE, text=text, alt=text, media=digest, url="https://files.example/a.gif"),
        Block(id="j", kind=BlockKind.IMAGE, alt=text),
        Block(id="l", kind=BlockKind.LINK, text=text, url="javascript:alert(1)"),
        Block(id="k", kind=BlockKind.LINK, url="https://acme.example/?a=1&b=<2>"),
        Block(id="d", kind=BlockKind.DIVIDER),
    )


def every_field(folder: Path) -> PublishedStory:
    """A story in which every field says something, :data:`SECRET` things among it."""
    digest = hashlib.sha256(GIF).hexdigest()
    whole = said(
        1, f"It went dark, {SHOWN}. Then it rang again. Nobody knows why.", title="Dark", raw={"secret": SECRET}, lang="el"
    )
    part = said(2, "First this. Then the part that counts. Then that.", edited=AT, lang="ar")
    rob = Author(platform="forum", key="rob", name="Rob")
    taken = said(3, f"{SECRET} said this", title=SECRET, raw={"secret": SECRET}, author=rob)
    gone = said(4, "This was here.", kind=MentionKind.REVIEW)
    changed = said(5, "This was otherwise.", kind=MentionKind.COMMENT)
    assert whole.copy
    assert taken.copy
    assert part.copy
    redacted = Redaction(at=AT, reason="at the author's wish", digest=taken.copy.digest)
    provenance = replace(part.copy, version=3, seen=AT - timedelta(days=1), sources=("forum", "feeds"), query="topic:acme dark")
    blocks = (
        Block(id="h", kind=BlockKind.HEADING, text="The first day", note=SECRET),
        replace(whole, rights="CC BY 4.0", note=SECRET, pinned=True, alts={"https://files.example/lost.png": "A lost picture"}),
        replace(part, copy=provenance, extent=extent_of(part.copy.mention.text, "the part that counts")),
        # A careful archive leaves none of this; a file from elsewhere may.
        replace(
            taken,
            copy=replace(taken.copy, redacted=redacted),
            extent=extent_of(taken.copy.mention.text, SECRET),
            alts={"https://files.example/a.gif": SECRET},
        ),
        gone,
        changed,
        Block(
            id="i", kind=BlockKind.IMAGE, text="At night", alt="Night", media=digest, rights="All rights reserved", note=SECRET
        ),
    )
    story = published(
        folder,
        *blocks,
        title=f"Every field, {SHOWN}",
        subtitle="All of them",
        byline="Ana Pop",
        description="What a story can say.",
    )
    checks = {
        gone.ref: LinkCheck(ref=gone.ref, at=AT, state=CheckState.GONE, detail="404"),
        changed.ref: LinkCheck(ref=changed.ref, at=AT, state=CheckState.CHANGED),
        whole.ref: LinkCheck(ref=whole.ref, at=AT, state=CheckState.LIVE),
        part.ref: LinkCheck(ref=part.ref, at=AT, state=CheckState.UNREACHABLE, detail="time-out"),
    }
    details = replace(
        story.story,
        order=StoryOrder.MANUAL,
        cover=digest,
        cover_alt="A dark phone",
        rights="CC BY-SA 4.0",
        query="topic:acme",
        formats=("html", "json"),
    )
    base = "https://stories.example/"
    return replace(story, story=details, checks=checks, revision=12, base_url=base, timezone="Europe/Bucharest")


def handed(whole: PublishedStory) -> PublishedStory:
    """As the desk hands a story to an exporter: without what is not for readers."""
    return replace(whole, story=for_readers(whole.story))
