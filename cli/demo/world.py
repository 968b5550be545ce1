"""Everything that is said in the demo's world: the same for the same seed and the same time."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from random import Random

from .calendar import clock, moment
from .hostile import hostile_posts
from .phrasebook import LANGUAGES, Speaker, data_file, phrasebook
from .posts import Kind, Post, Writer
from .sites import SITES, Site, site

World = dict[str, tuple[Post, ...]]
"""Posts by site, the newest first."""

_PICTURES = {Kind.CAMPAIGN: ("hills", 0.5), Kind.PRAISE: ("night", 0.15), Kind.BATTERY: ("low", 0.12), Kind.FIX: ("full", 0.2)}
"""Which picture goes with which kind, and how often."""

_COUNTS_ANSWERS = frozenset({"courier", "gadget", "steki", "carnet", "plaza"})
_EDITED = frozenset({"gadget", "steki", "board", "carnet"})
"""Sites where people amend what they wrote."""


def make_world(seed: str, now: datetime) -> World:
    """All posts, edits and late ones included."""
    rng = Random(seed)
    speakers = {lang: Speaker(phrasebook(lang), Random(f"{seed}/{lang}")) for lang in LANGUAGES}
    world = {place.id: [*_scripted(place, now), *_generated(place, now, speakers, rng)] for place in SITES}
    world["wire"] += _echoes(world["courier"], rng)
    world["oddities"] += hostile_posts(now, site("oddities").home)
    newest = datetime.max.replace(tzinfo=now.tzinfo)
    return {name: tuple(sorted(posts, key=lambda p: (p.at or newest, p.id), reverse=True)) for name, posts in world.items()}


def _scripted(place: Site, now: datetime) -> list[Post]:
    """The posts that carry the plot."""
    found = [entry for entry in data_file("arc.json") if entry["feed"] == place.id]
    posts: list[Post] = []
    for entry in found:
        if "day" in entry:
            hours, minutes = entry["time"].split(":")
            at = clock(now, entry["day"], int(hours) * 60 + int(minutes))
        else:
            # A late post is dated into the minute after the tour, in which somebody will collect it by hand.
            at = now + timedelta(seconds=entry["seconds"])
        optional = {key: entry[key] for key in ("picture", "alt", "comments", "revised", "late") if key in entry}
        posts.append(
            Post(
                id=entry["id"],
                lang=entry["lang"],
                kind=Kind(entry["kind"]),
                title=entry["title"],
                text=entry["text"],
                writer=Writer(*entry["writer"]),
                at=at,
                link=f"{place.home}/{entry['id']}",
                **optional,
            )
        )
    return posts


def _generated(place: Site, now: datetime, speakers: dict[str, Speaker], rng: Random) -> list[Post]:
    """The everyday talk of a site, by its quotas."""
    return [
        _post(place, speakers[lang], kind, f"{place.id}-{lang}-{kind}-{number}", now, rng)
        for lang, quota in place.quotas.items()
        for kind, count in quota.items()
        for number in range(1, count + 1)
    ]


def _post(place: Site, speaker: Speaker, kind: Kind, name: str, now: datetime, rng: Random) -> Post:
    title, text = speaker.say(kind, chatty=kind is not Kind.NEWS)
    picture, often = _PICTURES.get(kind, ("", 0.0))
    shown = picture if rng.random() < often else ""
    peak = 30 if kind is Kind.BATTERY else 8
    afterthought = speaker.afterthought(kind) if place.id in _EDITED and name.endswith("-1") else ""
    return Post(
        id=name,
        lang=speaker.book.lang,
        kind=kind,
        title=title if place.titled else "",
        text=text,
        writer=speaker.writer(),
        at=moment(kind, now, rng),
        link=f"{place.home}/{name}",
        picture=shown,
        alt=speaker.book.pictures[shown] if shown else "",
        comments=rng.randint(0, peak) if place.id in _COUNTS_ANSWERS else None,
        revised=f"{text}\n\n{afterthought}" if afterthought else "",
    )


def _echoes(articles: list[Post], rng: Random) -> list[Post]:
    """What an agency makes of a newspaper: some articles slightly reworded, some linked as they are."""
    home = site("wire").home
    chosen = rng.sample([post for post in articles if not post.late and post.kind is not Kind.NOISE], 14)
    echoes: list[Post] = []
    for number, post in enumerate(chosen):
        assert post.at is not None
        later = post.at + timedelta(minutes=rng.randint(7, 90))
        if number < 4:
            # The very article, reached through a link that tells where the reader came from.
            echo = replace(
                post, id=f"wire-link-{number + 1}", link=f"{post.link}?utm_source=gridline&utm_medium=feed", at=later
            )
        else:
            name = f"wire-{number + 1}"
            text = f"NORTHBRIDGE (Gridline) – {post.text} (Gridline)"
            echo = replace(
                post, id=name, link=f"{home}/{name}", text=text, at=later, writer=Writer("gridline", "Gridline Wire")
            )
        echoes.append(replace(echo, revised="", comments=None, picture="", alt=""))
    return echoes
