"""The work for collecting: feeds of made-up words, half RSS 2.0 and half Atom; the same for the same numbers."""

from __future__ import annotations

import html
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from pathlib import Path
from random import Random

SEED = 7
BRANDS = ("Acme", "Globex", "Initech", "Umbrella", "Hooli")
_CONSONANTS, _VOWELS = "bcdfghklmnprstvz", "aeiou"
_FIRST_DAY = datetime(2024, 1, 1, tzinfo=UTC)


class Wording:
    """Words of made-up syllables, the first ones far more often than the last (Zipf's law)."""

    def __init__(self, rng: Random, size: int = 8000) -> None:
        self.rng = rng
        self.vocabulary = [self._word() for _ in range(size)]
        self._weights = [1 / rank**0.9 for rank in range(1, size + 1)]

    def _word(self) -> str:
        rng = self.rng
        syllables = [rng.choice(_CONSONANTS) + rng.choice(_VOWELS) for _ in range(rng.randint(1, 4))]
        return "".join(syllables) + rng.choice(["", "n", "s", "r"])

    def words(self, count: int) -> list[str]:
        """So many words."""
        return self.rng.choices(self.vocabulary, self._weights, k=count)

    def paragraph(self, brand: str | None) -> str:
        """A paragraph of HTML, some with the brand in bold and some with a link."""
        rng = self.rng
        count = rng.randint(25, 60)
        words = self.words(count)
        if brand and rng.random() < 0.5:
            words[rng.randrange(count)] = f"<b>{brand}</b>"
        if rng.random() < 0.6:
            link = f'<a href="https://ex.org/{rng.randrange(9999)}">{rng.choice(self.vocabulary)}</a>'
            words[rng.randrange(count)] = link
        return "<p>" + " ".join(words) + ".</p>"


def write_feeds(folder: Path, feeds: int, entries: int) -> None:
    """Write ``0.xml`` and so on."""
    folder.mkdir(parents=True, exist_ok=True)
    wording = Wording(Random(SEED))
    for number in range(feeds):
        (folder / f"{number}.xml").write_text(_feed(wording, number, entries), "utf-8")


def _feed(wording: Wording, number: int, entries: int) -> str:
    atom = number % 2 == 0
    body = "".join(_entries(wording, number, entries, atom=atom))
    if atom:
        return (
            f"<?xml version='1.0' encoding='utf-8'?><feed xmlns='http://www.w3.org/2005/Atom'><id>urn:{number}</id>"
            f"<title>Feed {number}</title><updated>{_FIRST_DAY.isoformat()}</updated>{body}</feed>"
        )
    return (
        f"<?xml version='1.0' encoding='utf-8'?><rss version='2.0'><channel><title>Feed {number}</title>"
        f"<link>https://ex.org/{number}</link><description>d</description>{body}</channel></rss>"
    )


def _entries(wording: Wording, feed: int, entries: int, *, atom: bool) -> Iterator[str]:
    rng = wording.rng
    for number in range(entries):
        brand = rng.choice(BRANDS) if rng.random() < 0.2 else None
        title = " ".join(wording.words(8)).title() + (f" {brand}" if brand and rng.random() < 0.4 else "")
        text = "".join(wording.paragraph(brand) for _ in range(4))
        if rng.random() < 0.3:
            text += f'<img src="https://ex.org/i.jpg" alt="{rng.choice(wording.vocabulary)}">'
        when = _FIRST_DAY + timedelta(minutes=feed * 7 + number * 311)
        link, name, author = f"https://ex.org/{feed}/{number}", f"urn:{feed}:{number}", f"a{rng.randrange(50)}"
        if atom:
            yield (
                f"<entry><id>{name}</id><title>{title}</title><link href='{link}'/><updated>{when.isoformat()}</updated>"
                f"<published>{when.isoformat()}</published><author><name>{author}</name></author>"
                f"<content type='html'>{html.escape(text)}</content></entry>"
            )
        else:
            yield (
                f"<item><guid isPermaLink='false'>{name}</guid><title>{title}</title><link>{link}</link>"
                f"<pubDate>{format_datetime(when)}</pubDate><author>{author}@ex.org</author>"
                f"<description>{html.escape(text)}</description></item>"
            )
