"""An archive of many mentions, made through the public ``Archive.save``. ``python make_archive.py COUNT FOLDER``

The folder is a whole workspace, index included; it is made once and kept.
"""

from __future__ import annotations

import json
import shutil
import sys
import time
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from itertools import islice
from pathlib import Path
from random import Random

from posts import Post, posts

from hubbub.cli.compose import open_desk
from hubbub.config.loading import load_workspace
from hubbub.core.deciding import Intent, decide
from hubbub.core.duplicates import signature
from hubbub.core.values import Author, Engagement, Label, Media, Mention

BATCH = 1000
SHAPE = 2
"""Goes up whenever the same number makes another archive."""
SEEN = datetime(2026, 1, 1, tzinfo=UTC)
SETTINGS = """\
[workspace]
name = "Bench"
languages = ["en"]
[[topics]]
name = "acme"
query = "givus"
[[sources]]
id = "bench"
plugin = "rss"
url = "https://press.example/feed.xml"
every = "1d"
enabled = false
"""


LANGUAGES = ("en",) * 9 + ("es",) * 4 + ("ro",) * 2 + ("el",) * 2 + ("de", "fr", "unknown")
"""Languages in the shares in which they come."""
FEELINGS = ("neutral",) * 5 + ("positive",) * 2 + ("negative", "uncertain", "unknown")
TOPICS = ("acme", "globex", "hub")


def intent(post: Post) -> Intent:
    """A post as the pipeline would hand it to the archive, with what a real one brings: language, counts, a picture."""
    rng = Random(int(post.id))
    audience = int(rng.paretovariate(0.9) * 40)
    counts = Engagement(
        at=SEEN,
        likes=int(rng.paretovariate(1.1)) - 1,
        shares=int(rng.paretovariate(1.4)) - 1,
        replies=int(rng.paretovariate(1.4)) - 1,
    )
    picture = Media(kind="image", url=f"https://{post.platform}.example/{post.id}.png", alt="a picture")
    mention = Mention(
        platform=post.platform,
        key=post.id,
        url=f"https://site{int(rng.paretovariate(0.8)) % 500}.example/{post.platform}/{post.id}",
        text=post.text,
        author=Author(platform=post.platform, key=post.author, handle=post.author, followers=audience, at=SEEN),
        published=post.published,
        media=(picture,) if rng.random() < 0.15 else (),
        engagement=counts if post.platform != "rss" else None,
    )
    said = [("lang", rng.choice(LANGUAGES), "language"), ("sentiment", rng.choice(FEELINGS), "sentiment")]
    said += [("topic", topic, "topics") for number, topic in enumerate(TOPICS) if rng.random() < 0.3 / (number + 1)]
    labels = tuple(Label(name=name, value=value, by=by, version="1") for name, value, by in said)
    return replace(decide(None, mention, seen=SEEN, labels=labels), signature=signature("", post.text))


def batches(count: int) -> Iterator[list[Intent]]:
    """The posts as intents, in the sizes that a source hands over."""
    source = posts(count)
    while batch := [intent(post) for post in islice(source, BATCH)]:
        yield batch


def main(count: int, folder: Path) -> dict[str, float]:
    """How long saving and indexing took; zeros where the archive was there already."""
    done = folder / f"made-{SHAPE}.json"
    if done.exists():
        return json.loads(done.read_text())
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    (folder / "hubbub.toml").write_text(SETTINGS, "utf-8")
    with open_desk(load_workspace(folder)) as desk:
        started = time.perf_counter()
        for number, batch in enumerate(batches(count)):
            desk.archive.save(f"source-{number % 20}", batch, None, SEEN)
        saved = time.perf_counter()
        desk.indexer.catch_up()
        indexed = time.perf_counter()
    times = {"save": saved - started, "index": indexed - saved}
    done.write_text(json.dumps(times))
    return times


if __name__ == "__main__":
    print(json.dumps(main(int(sys.argv[1]), Path(sys.argv[2]))))
