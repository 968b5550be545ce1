"""Publishing a long story as a page: how long it takes, and how much larger the page is than its pictures.

``python ours_publish.py BLOCKS PICTURES [KIND]``

Half of the blocks quote mentions, half are words of our own; the pictures belong to the first mentions. They are made here,
with the detail and the size of photographs: ``phone`` (1200 × 900) or ``camera`` (3000 × 2250).
"""

from __future__ import annotations

import hashlib
import io
import json
import random
import sys
import tempfile
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path

from PIL import Image, ImageFilter

from hubbub.cli.garbage import look_seldom
from hubbub.core.publishing import publish
from hubbub.core.values import Author, Block, BlockKind, FrozenCopy, Media, Mention, PublishedStory, Story
from hubbub.plugins.exporters.html import HtmlExporter

AT = datetime(2026, 6, 20, 18, 0, tzinfo=UTC)
SIZES = {"phone": (1200, 900), "camera": (3000, 2250)}


def main(blocks: int, pictures: int, kind: str) -> dict[str, float]:
    """Seconds of publishing at first and again, and bytes of the pictures and of what was published."""
    with tempfile.TemporaryDirectory() as place:
        folder = Path(place)
        media = draw(folder, pictures, SIZES[kind])
        story = Story(id="s", slug="long", title="A long story", created=AT, blocks=told(blocks, list(media)))
        published = PublishedStory(story=story, media=media, at=AT)
        exporter = HtmlExporter()
        times: list[float] = []
        for revision in (1, 2):
            started = time.perf_counter()
            publish(published, folder / "published", {"html": exporter}, revision=revision)
            times.append(time.perf_counter() - started)
        written = sum(path.stat().st_size for path in (folder / "published").rglob("*") if path.is_file())
        held = sum(Path(path).stat().st_size for path in media.values())
    return {"first": times[0], "again": times[1], "pictures": held, "written": written}


def draw(folder: Path, count: int, size: tuple[int, int]) -> dict[str, str]:
    """Photographs that nobody took, by their digests."""
    chance = random.Random(6)
    found: dict[str, str] = {}
    grain = Image.effect_noise(size, 40).filter(ImageFilter.GaussianBlur(1.2))
    for _ in range(count):
        tint = Image.new("RGB", size, tuple(chance.randrange(40, 215) for _ in range(3)))
        lit = Image.linear_gradient("L").rotate(chance.randrange(4) * 90).resize(size)
        picture = Image.composite(tint, Image.merge("RGB", (grain, lit, grain)), lit)
        out = io.BytesIO()
        picture.save(out, "JPEG", quality=chance.randrange(84, 93))
        digest = hashlib.sha256(out.getvalue()).hexdigest()
        place = folder / "media" / digest[:2] / f"{digest}.jpg"
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_bytes(out.getvalue())
        found[digest] = str(place)
    return found


def told(count: int, digests: list[str]) -> tuple[Block, ...]:
    """So many blocks, every other one a quotation; the first of these have a picture."""
    return tuple(
        quote(number // 2, digests) if number % 2 else Block(id=f"t{number}", kind=BlockKind.TEXT, text=f"Then *{number}*.")
        for number in range(count)
    )


def quote(number: int, digests: list[str]) -> Block:
    """A quoted mention of an invented person."""
    url = f"https://files.example/{number}.jpg"
    mention = Mention(
        platform="forum",
        key=str(number),
        url=f"https://forum.example/{number}",
        text="The screen goes dark in the middle of a call, and comes back when it wants to. " * 4,
        author=Author(platform="forum", key=f"p{number % 50}", name=f"Person {number % 50}"),
        published=AT - timedelta(hours=number),
        media=(Media(kind="image", url=url, alt="A phone", digest=digests[number]),) if number < len(digests) else (),
    )
    copy = FrozenCopy(mention=mention, version=1, when=mention.published or AT, frozen=AT, digest="0" * 64)
    return Block(id=f"m{number}", kind=BlockKind.MENTION, copy=copy)


if __name__ == "__main__":
    look_seldom()  # as every command of hubbub does
    print(json.dumps(main(int(sys.argv[1]), int(sys.argv[2]), sys.argv[3] if len(sys.argv) > 3 else "phone")))
