"""A story for tests: invented people who speak several languages, some of them hostile, and pictures drawn here."""

from __future__ import annotations

import struct
import zlib
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from functools import cache
from pathlib import Path

from hubbub.core.deciding import content_digest
from hubbub.core.media import MediaStore
from hubbub.core.values import (
    Author,
    Block,
    BlockKind,
    Engagement,
    FrozenCopy,
    Media,
    Mention,
    MentionKind,
    PublishedStory,
    Story,
)

START = datetime(2026, 6, 8, 9, 12, tzinfo=UTC)
NOW = datetime(2026, 6, 20, 18, 0, tzinfo=UTC)


def png(width: int, height: int, colour: Callable[[int, int], Sequence[int]]) -> bytes:
    """A picture in true colour, drawn point by point (PNG specification, second edition)."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    rows = b"".join(b"\0" + bytes(part for x in range(width) for part in colour(x, y)) for y in range(height))
    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", stored(rows)) + chunk(b"IEND", b"")


def stored(data: bytes) -> bytes:
    """A zlib stream without compression (RFC 1950 and 1951), so that its bytes are the same with every zlib."""
    pieces = [data[at : at + 65_535] for at in range(0, len(data), 65_535)]
    blocks = [
        struct.pack("<BHH", number == len(pieces) - 1, len(piece), len(piece) ^ 0xFFFF) + piece
        for number, piece in enumerate(pieces)
    ]
    return b"\x78\x01" + b"".join(blocks) + struct.pack(">I", zlib.adler32(data))


@cache
def dusk(width: int = 320, height: int = 200) -> bytes:
    """An evening sky over hills."""

    def colour(x: int, y: int) -> tuple[int, int, int]:
        hill = height * 0.72 + 26 * ((x / width - 0.35) ** 2) * 8 - 18 * ((x * 7 // width) % 2)
        if y > hill:
            return 42, 40, 58
        light = y / height
        return int(70 + 170 * light), int(80 + 90 * light), int(140 - 10 * light)

    return png(width, height, colour)


@cache
def plain(red: int, green: int, blue: int, width: int = 160, height: int = 120) -> bytes:
    """A picture of one colour with a lighter square in the middle."""

    def colour(x: int, y: int) -> tuple[int, int, int]:
        inside = abs(x - width / 2) < width / 5 and abs(y - height / 2) < height / 5
        return (red + 60, green + 60, blue + 60) if inside else (red, green, blue)

    return png(width, height, colour)


class NoHttp:
    """A client for tests in which nothing may be fetched."""

    def get(self, url: str, **_: object) -> object:
        """Refuse."""
        raise AssertionError(f"{url} was asked for")


def mention(key: str, text: str, *, hours: float = 0.0, handle: str = "marta", name: str = "", **more: object) -> Mention:
    """A mention of an invented person."""
    platform = str(more.pop("platform", "mastodon"))
    fields: dict[str, object] = {
        "platform": platform,
        "key": key,
        "url": f"https://{platform}.example/@{handle}/{key}",
        "text": text,
        "author": Author(platform=platform, key=handle, handle=handle, name=name or handle.title()),
        "published": START + timedelta(hours=hours),
        "lang": "en",
    }
    return Mention(**{**fields, **more})  # type: ignore[arg-type]


def freeze(said: Mention, *, when: datetime | None = None, version: int = 1) -> FrozenCopy:
    """A copy of a mention."""
    placed = when or said.published or START
    return FrozenCopy(mention=said, version=version, when=placed, frozen=NOW - timedelta(hours=2), digest=content_digest(said))


def quote(block_id: str, said: Mention, **more: object) -> Block:
    """A block that quotes a mention."""
    return Block(id=block_id, kind=BlockKind.MENTION, copy=freeze(said), **more)  # type: ignore[arg-type]


def empty_story(**more: object) -> Story:
    """A story without blocks."""
    fields: dict[str, object] = {"id": "s1", "slug": "battery-week", "title": "The battery week", "created": START}
    return Story(**{**fields, **more})  # type: ignore[arg-type]


LONG = (
    "The first thing that we did was to open one. There is nothing unusual to see: a cell, a board, a strip of glue. "
    "Under load, though, the board reports a temperature that the cell does not have. "
) * 5


def battery_week(folder: Path) -> PublishedStory:
    """A story with every kind of block and most kinds of trouble; its pictures lie in ``folder``."""
    store = MediaStore(folder, NoHttp())  # type: ignore[arg-type]
    sky, blue, red = store.adopt(dusk()), store.adopt(plain(60, 90, 150)), store.adopt(plain(150, 60, 60))

    def image(digest: str, alt: str) -> Media:
        return Media(kind="image", url=f"https://files.example/{digest[:6]}.png", alt=alt, digest=digest, mime="image/png")

    blocks = (
        Block(id="b1", kind=BlockKind.HEADING, text="Monday: the first reports"),
        Block(
            id="b2",
            kind=BlockKind.TEXT,
            text="It began with **three posts within an hour**, in three languages. Nobody had seen the "
            "[service note](https://acme.example/notes) yet.",
        ),
        quote(
            "b3",
            mention(
                "101",
                "Mi Acme Phone se apaga solo, y soporte no contesta.\nLlevo dos días así #acme https://acme.example/ayuda",
                name="Marta Ruiz",
                lang="es",
                engagement=Engagement(at=NOW, likes=1240, shares=88, replies=41),
                media=(image(blue, "Un teléfono azul sobre una mesa"), image(red, "El mismo teléfono, en rojo")),
            ),
        ),
        quote(
            "b4",
            mention("7", "Cum resetez un Acme Phone care nu pornește?", hours=1.4, handle="ionut", name="Ionuț P.", lang="ro"),
        ),
        quote(
            "b5",
            mention(
                "kx9",
                "Η μπαταρία μου φούσκωσε. <script>alert('x')</script> & **όχι** [πάτα εδώ](javascript:alert(1))",
                hours=1.9,
                handle="kostas",
                platform="forum",
                kind=MentionKind.COMMENT,
                lang="el",
                edited=START + timedelta(hours=30),
            ),
        ),
        Block(id="b6", kind=BlockKind.HEADING, text="Tuesday: somebody opens one"),
        Block(id="b7", kind=BlockKind.TEXT, text="A repair magazine did what Acme had not:\n\n- it bought five\n- opened all"),
        quote(
            "b8",
            mention(
                "teardown",
                f"{LONG}\n\n{LONG}\n\nWhat we ask is simple: say it.",
                hours=26,
                handle="dotblue",
                name="Dot Blue",
                platform="rss",
                kind=MentionKind.ARTICLE,
                title="Inside the Acme Phone: a sensor that lies",
                media=(image(sky, "Evening over the test bench"),),
            ),
        ),
        Block(
            id="b9", kind=BlockKind.IMAGE, media=sky, url="https://files.example/sky.png", alt="Dusk", text="The evening after."
        ),
        Block(id="b10", kind=BlockKind.DIVIDER),
        quote(
            "b11",
            mention(
                "pod",
                "هاتفي يعمل الآن، شكراً لكم",
                hours=75,
                handle="layla",
                name="ليلى",
                lang="ar",
                media=(
                    Media(kind="image", url="https://files.example/lost.jpg", alt="A picture that nobody kept"),
                    Media(kind="audio", url="https://files.example/talk.mp3"),
                ),
            ),
        ),
        quote("b12", replace(mention("x", "Who said this, and when?", hours=80), author=None, url="", lang="")),
        Block(id="b13", kind=BlockKind.LINK, url="https://acme.example/statement", text="Acme’s statement"),
        Block(id="b14", kind=BlockKind.TEXT, text="We asked Acme for a word. It has `not` answered."),
    )
    story = empty_story(
        subtitle="How five phones and one honest teardown moved a company",
        byline="Ana Pop",
        description="In June three posts within an hour said the same thing. A week later Acme changed its mind.",
        blocks=blocks,
    )
    media = {digest: str(store.path(digest)) for digest in (sky, blue, red)}
    return PublishedStory(story=story, media=media, at=NOW, generator="hubbub test")
