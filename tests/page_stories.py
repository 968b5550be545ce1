"""Stories that try a published page: every state of a card, hostile names, right-to-left scripts, one mention and many."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from pathlib import Path

from sample_story import NOW, START, battery_week, dusk, empty_story, freeze, mention, plain, quote

from hubbub.core.media import MediaStore
from hubbub.core.values import (
    Author,
    Block,
    BlockKind,
    CheckState,
    Engagement,
    Extent,
    LinkCheck,
    Media,
    MentionKind,
    PublishedStory,
    Redaction,
)

BASE = "https://stories.example/"

MARKDOWN = """### A heading that skips a level

Words with `code`, **weight** and [a link](https://acme.example/). [](https://acme.example/nameless)

#

| Phone | Hours | |
|---|---|---|
| One | 11 | a |
| Two, with a name that does not end: Donaudampfschifffahrtsgesellschaft | 9 | b |

```
a line of code that is far too long for a narrow screen, since nobody breaks it anywhere at all
```

> somebody said
"""
HOSTILE_NAME = "<img src=x onerror=alert(1)>\"'><b>"


def states(folder: Path) -> PublishedStory:
    """Every state and kind of a card, every kind of block, a cover, our own headings out of order."""
    store = MediaStore(folder, None)  # type: ignore[arg-type]
    sky, red = store.adopt(dusk(480, 250)), store.adopt(plain(150, 60, 60))

    def image(digest: str, alt: str = "A test bench") -> Media:
        return Media(kind="image", url=f"https://files.example/{digest[:6]}.png", alt=alt, digest=digest, mime="image/png")

    counted = Engagement(at=NOW, likes=1, shares=2, replies=1240, views=1_200_300)
    gone = mention("gone", "Nobody can read this at its own address any more.", hours=2, engagement=counted)
    changed = mention("changed", "The wording that was quoted.", hours=3, edited=START + timedelta(hours=4))
    live = mention("live", "Still there.", hours=4, platform="lemmy", handle="ünïcode", name="Ünïcode")
    away = replace(
        freeze(replace(mention("away", "", hours=5, handle="kim"), media=())),
        redacted=Redaction(at=NOW - timedelta(days=1), reason="Kim asked for it <b>today</b>", digest="0" * 64),
    )
    part = mention("part", "First this. Then the sentence that matters. And then a good deal more.", hours=6, platform="forum")
    profile = Author(platform="forum", key="n", handle="n" * 90, name=HOSTILE_NAME, url="https://forum.example/@n")
    extent = Extent(exact="Then the sentence that matters.", prefix="First this. ", suffix=" And then")
    face = Author(platform="bluesky", key="eleni", handle="eleni", name="Eleni", avatar="https://files.example/eleni.png")
    film = Media(kind="video", url="https://files.example/film.mp4", poster="https://files.example/still.png", alt="The test")
    sound = Media(kind="audio", url="https://files.example/sound.mp3")
    shown = mention("film", "See for yourself.", hours=10, platform="bluesky", author=face, media=(film, sound))
    small = store.adopt(plain(90, 120, 160, 96, 96))
    stills = {face.avatar: small, film.poster: sky}
    kinds = [
        quote(
            f"kind-{kind}",
            mention(
                kind.value, f"Words of a {kind.value}.", hours=20 + number, kind=kind, platform="rss", title=f"A {kind.value}"
            ),
        )
        for number, kind in enumerate(MentionKind)
    ]
    blocks = (
        Block(id="t0", kind=BlockKind.TEXT, text=MARKDOWN),
        Block(id="h1", kind=BlockKind.HEADING, text="What happened to them"),
        quote("gone", gone, rights="CC BY 4.0"),
        quote("changed", changed),
        quote("live", live),
        Block(id="away", kind=BlockKind.MENTION, copy=away),
        quote("part", part, extent=extent),
        Block(id="t1", kind=BlockKind.TEXT, text=MARKDOWN),
        Block(id="h2", kind=BlockKind.HEADING, text="W" * 120),
        quote("long", mention("long", "word" * 200, hours=7, handle="h" * 120, author=profile)),
        quote("many", mention("many", "Many pictures", hours=8, media=tuple([image(sky), image(red)] * 4))),
        quote("bare", mention("bare", "", hours=9, author=None, url="", lang="no such language", published=START)),
        Block(id="film", kind=BlockKind.MENTION, copy=replace(freeze(shown), stills=stills)),
        *kinds,
        Block(id="i", kind=BlockKind.IMAGE, media=sky, alt="Dusk", text="The evening after.", rights="Photo: Ana Pop"),
        Block(id="l", kind=BlockKind.LINK, url="https://acme.example/" + "x" * 120),
        Block(id="d", kind=BlockKind.DIVIDER),
    )
    story = empty_story(
        title="Every state of a card",
        subtitle="Gone, changed, still there, taken out, a part of a longer text",
        byline="Ana Pop",
        rights="CC BY-SA 4.0",
        description="What a page shows of each.",
        cover=sky,
        cover_alt="Dusk over the hills",
        blocks=blocks,
    )
    checks = {
        said.ref: LinkCheck(ref=said.ref, at=NOW - timedelta(hours=3), state=state, detail="HTTP 404")
        for said, state in ((gone, CheckState.GONE), (changed, CheckState.CHANGED), (live, CheckState.LIVE))
    }
    media = {digest: str(store.path(digest)) for digest in (sky, red, small)}
    return PublishedStory(
        story=story,
        media=media,
        at=NOW,
        generator="hubbub test",
        checks=checks,
        base_url=BASE,
        revision=7,
        timezone="Europe/Bucharest",
    )


def arabic(folder: Path) -> PublishedStory:
    """A story told in Arabic; the quotations in it run in both directions."""
    return _told(folder, "ar", "أسبوع البطارية", "كيف غيّر خمسة هواتف وتفكيك صادق واحد رأي شركة", "التقارير الأولى")


def hebrew(folder: Path) -> PublishedStory:
    """A story told in Hebrew."""
    return _told(folder, "he", "שבוע הסוללה", "איך חמישה טלפונים ופירוק אחד ישר הזיזו חברה", "הדיווחים הראשונים")


def greek(folder: Path) -> PublishedStory:
    """A story told in Greek."""
    title = "Η εβδομάδα της μπαταρίας"
    return _told(folder, "el", title, "Πώς πέντε τηλέφωνα μετακίνησαν μια εταιρεία", "Οι πρώτες αναφορές")


def many(count: int, folder: Path) -> PublishedStory:
    """A story of so many mentions over three months."""
    blocks = tuple(
        quote(
            f"m{number}",
            mention(
                str(number),
                f"Mention {number}: the phone stopped in the middle of a call.",
                hours=number * number % 2161,
                handle=f"person{number % 37}",
                platform=("mastodon", "bluesky", "rss", "forum")[number % 4],
            ),
        )
        for number in range(count)
    )
    ordered = tuple(sorted(blocks, key=lambda block: block.copy.when if block.copy else NOW))
    return PublishedStory(
        story=empty_story(title=f"{count} mentions", blocks=ordered), media={}, at=NOW, generator="hubbub test"
    )


def _told(folder: Path, lang: str, title: str, subtitle: str, heading: str) -> PublishedStory:
    told = battery_week(folder)
    blocks = tuple(replace(block, text=heading) if block.kind is BlockKind.HEADING else block for block in told.story.blocks)
    story = replace(told.story, lang=lang, title=title, subtitle=subtitle, description="", blocks=blocks)
    return replace(told, story=story)
