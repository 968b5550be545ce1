"""Mentions in several languages, and short ways to save them."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

from hubbub.core.archives import Archive
from hubbub.core.deciding import decide
from hubbub.core.values import JSON, Author, Engagement, Label, Labels, Media, Mention, MentionKind

NOW = datetime(2026, 6, 14, 9, 12, tzinfo=UTC)
"""When the tests take place."""

TEXTS = (
    "The new Acme phone lasts two days on one charge.",
    "El nuevo teléfono de Acme dura dos días; ¡qué alegría!",
    "Telefonul Acme ține două zile, scrie presa din Iași.",
    "Το νέο τηλέφωνο της Acme αντέχει δύο μέρες.",
    "Das neue Acme-Telefon hält zwei Tage, sagt die Prüferin.",
    "新しいアクメの電話は二日もつ 📱",
)


def mention(
    key: str = "1",
    *,
    text: str = "",
    title: str = "A phone",
    platform: str = "rss",
    url: str | None = None,
    published: datetime | None = NOW - timedelta(hours=1),
    author: Author | None = None,
    likes: int | None = None,
    counted: datetime = NOW,
    kind: MentionKind = MentionKind.POST,
    lang: str = "",
    thread: str = "",
    parent: str = "",
    media: tuple[Media, ...] = (),
    raw: JSON = None,
) -> Mention:
    """A mention with sensible words."""
    return Mention(
        platform=platform,
        key=key,
        kind=kind,
        url=f"https://press.example/{key}" if url is None else url,
        title=title,
        text=text or TEXTS[sum(map(ord, key)) % len(TEXTS)],
        author=author,
        published=published,
        lang=lang,
        thread=thread,
        parent=parent,
        media=media,
        engagement=None if likes is None else Engagement(at=counted, likes=likes),
        raw=raw,
    )


def person(key: str = "ana", *, followers: int | None = None, at: datetime | None = None, **metrics: int) -> Author:
    """An author."""
    return Author(
        platform="rss", key=key, handle=key, name=f"{key.title()} Ștefănescu", followers=followers, at=at, metrics=metrics
    )


def topic(name: str) -> Label:
    """The label that puts a mention into a topic."""
    return Label(name="topic", value=name, by="topics", version="1")


def save(
    archive: Archive,
    *mentions: Mention,
    source: str = "press",
    labels: Labels | Sequence[Labels] = (),
    cursor: JSON = None,
    at: datetime = NOW,
) -> None:
    """Decide and save, as the pipeline does. ``labels`` are for all mentions alike, or one tuple for each."""
    known = archive.known(mentions)
    each = labels if labels and isinstance(labels[0], tuple) else [labels] * len(mentions)
    intents = [decide(known.get(one.ref), one, seen=at, labels=tuple(said)) for one, said in zip(mentions, each, strict=True)]
    archive.save(source, intents, cursor, at)
