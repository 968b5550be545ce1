"""A workspace at work, made for the screens: some hundred mentions of our own in six languages, hostile ones among them."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, Literal

from sample_story import plain
from textual import events
from textual.app import App
from textual.pilot import Pilot

import hubbub.tui
from hubbub.archive import open_archive
from hubbub.core.contracts import Response
from hubbub.core.deciding import Intent, content_digest, reliable_time
from hubbub.core.desk import Desk, Progress
from hubbub.core.errors import HubbubError, SourceUnreachable
from hubbub.core.indexing import Indexer
from hubbub.core.media import MediaStore
from hubbub.core.storydesk import StoryDesk
from hubbub.core.values import (
    Author,
    Engagement,
    Health,
    Label,
    Mention,
    MentionKind,
    RunReport,
    Source,
    SourceReport,
    SourceState,
    Topic,
)
from hubbub.plugins.exporters.html import HtmlExporter
from hubbub.plugins.exporters.json import JsonExporter
from hubbub.plugins.exporters.markdown import MarkdownExporter
from hubbub.testing.engines import MemoryEngine
from hubbub.tui.app import HubbubApp
from hubbub.tui.outside import Outside, is_web

NOW = datetime(2026, 6, 14, 12, 0, tzinfo=UTC)

SAYINGS = (
    ("en", "The battery of the Acme Phone lasts two days now, well done"),
    ("en", "Acme's teardown is the best I have read this year"),
    ("es", "Mi Acme Phone se apaga solo y el soporte no contesta desde el lunes"),
    ("es", "Acme presenta su nuevo móvil en Madrid"),
    ("ro", "Cum resetez Acme Hub fără aplicație? Bateria e bună"),
    ("el", "Το Acme Phone ζεσταίνεται πολύ, η μπαταρία τελειώνει"),
    ("fr", "La batterie de l'Acme Phone fond à vue d'œil"),
    ("de", "Der Akku vom Acme Phone hält erstaunlich lange"),
)
VOICES = ("marta", "dotblue", "ionut_p", "kostas", "amélie", "jürgen", "bahia", "acme_fan")

HOSTILE = (
    Mention(platform="rss", key="ansi", text="\x1b[31mred\x1b[0m \x1b]0;owned\x07 acme says\r\nfine", published=NOW),
    Mention(platform="rss", key="bidi", text="acme \u202egnp.exe\u202c and \u2066more\u2069", published=NOW),
    Mention(
        platform="rss",
        key="markup",
        title="[bold red]acme[/bold red] [link=file:///etc/passwd]x[/link]",
        text="[@click=app.quit]acme[/] [/unbalanced] $accent",
        author=Author(platform="rss", key="x", handle="[b]h[/b]"),
        published=NOW,
    ),
    Mention(platform="rss", key="script", text="<script>alert('acme')</script> \x00 \x9b2J", published=NOW),
    Mention(platform="rss", key="long", text="acme" + "w" * 1_000_000, published=NOW),
    Mention(platform="rss", key="nodate", text="acme without a date", url="javascript:alert(1)"),
    Mention(platform="rss", key="empty", published=NOW),
    Mention(platform="rss", key="wide", text="アクメ acme 電池は二日間もちます 🎉👩‍👩‍👧 " * 20, published=NOW),
    Mention(platform="rss", key="future", text="acme in 2070", published=datetime(2070, 1, 1, tzinfo=UTC)),
)

TOPICS = (Topic(name="acme", query="acme"), Topic(name="battery", query="battery OR bateria OR batterie", kind="campaign"))
SOURCES = (
    Source(id="tech-press", plugin="rss", options={"url": "https://press.example/feed.xml"}),
    Source(id="forum", plugin="rss", options={"url": "https://forum.example/feed.xml"}),
    Source(id="quiet", plugin="rss", options={"url": "https://quiet.example/feed.xml"}, enabled=False),
)


def mention(number: int) -> Mention:
    """One of many: another voice, language and time each."""
    lang, text = SAYINGS[number % len(SAYINGS)]
    voice = VOICES[number % len(VOICES)]
    at = NOW - timedelta(hours=number * 2, minutes=number % 50)
    return Mention(
        platform="mastodon",
        key=f"post-{number:04}",
        kind=MentionKind.POST,
        url=f"https://social.example/@{voice}/{number}",
        text=f"{text} #{number}",
        author=Author(platform="mastodon", key=voice, handle=voice, name=voice.title(), followers=number * 7, at=at),
        published=at,
        lang=lang,
        engagement=Engagement(at=at, likes=number % 40, shares=number % 7),
    )


PNG = plain(10, 20, 30, 8, 8)
"""A small picture."""


class Network:
    """An HTTP client that reaches the pictures it was given, and nobody else."""

    def __init__(self) -> None:
        self.pictures: dict[str, bytes] = {}

    def get(self, url: str, **_: object) -> Response:
        if url not in self.pictures:
            raise SourceUnreachable("There is no network in tests.", url=url)
        return Response(url=url, status=200, headers={"content-type": "image/png"}, content=self.pictures[url])


class World:
    """A desk with its archive, to be closed at the end."""

    def __init__(self, folder: Path, *, count: int = 300, hostile: bool = True) -> None:
        self.folder = folder
        self.person = ""
        """Who is at the desk; to be said before the stories are first asked for."""
        self.archive = open_archive(folder / "archive.db", now=lambda: NOW)
        self.engine = MemoryEngine()
        self.network = Network()
        self.collected: list[Sequence[str] | None] = []
        self.to_come: list[Mention] = []
        """What the next collect finds."""
        self.collected_at = NOW
        """When it finds that."""
        indexer = Indexer(self.archive, lambda: self.engine, lambda: None)
        self.desk = Desk(
            name="Acme watch",
            archive=self.archive,
            indexer=indexer,
            stories=lambda: self.stories_of(self.person),
            topics=TOPICS,
            sources=SOURCES if count else SOURCES[:1],
            collect=self._collect,
            now=lambda: NOW,
        )
        self._ticks = 0
        mentions = [mention(number) for number in range(count)]
        if mentions:
            self.save("tech-press", mentions[::2])
            self.save("forum", mentions[1::2])
            self.archive.save_source_state(SourceState(id="tech-press", health=Health.OK, message="all is well", last_run=NOW))
            broken = SourceState(id="forum", health=Health.UNREACHABLE, message="No answer from forum.example.", failures=3)
            self.archive.save_source_state(broken)
        if hostile and mentions:
            self.save("tech-press", HOSTILE)
        indexer.catch_up()

    def stories_of(self, person: str) -> StoryDesk:
        """The stories as somebody works on them."""
        exporters = {"html": HtmlExporter, "markdown": MarkdownExporter, "json": JsonExporter}
        return StoryDesk(
            archive=self.archive,
            media=MediaStore(self.folder / "media", self.network),
            exporter=lambda name: exporters[name](),
            exporters=tuple(exporters),
            published=self.folder / "published",
            now=self.tick,
            finder=self.desk.finder,
            http=self.network,
            refresh=self.desk.refresh,
            person=person,
        )

    def tick(self) -> datetime:
        """A clock that goes on a second at every look."""
        self._ticks += 1
        return NOW + timedelta(seconds=self._ticks)

    def save(self, source: str, mentions: Sequence[Mention], kind: Literal["new", "changed"] = "new") -> None:
        """Put mentions into the archive as a collect would."""
        intents = [
            Intent(
                kind=kind,
                ref=mention.ref,
                mention=mention,
                when=reliable_time(mention.published, NOW),
                digest=content_digest(mention),
                labels=labels(mention),
            )
            for mention in mentions
        ]
        self.archive.save(source, intents, None, self.collected_at)

    def _collect(self, sources: Sequence[str] | None, progress: Progress | None) -> RunReport:
        self.collected.append(sources)
        if progress:
            progress(1, 1, "tech-press")
        self.save("tech-press", self.to_come)
        self.desk.indexer.catch_up()
        report = SourceReport(id="tech-press", health=Health.OK, message="all is well", new=len(self.to_come))
        self.to_come = []
        return RunReport(started=NOW, seconds=0.1, sources=(report,))

    def close(self) -> None:
        """Let go of the archive."""
        self.archive.close()


def labels(mention: Mention) -> tuple[Label, ...]:
    """What the processors would say."""
    topics = [Label(name="topic", value="acme", by="topics")]
    if "bat" in mention.text.lower():
        topics.append(Label(name="topic", value="battery", by="topics"))
    return (*topics, Label(name="lang", value=mention.lang or "unknown", by="language", score=0.9))


class FakeOutside(Outside):
    """Keeps what was opened; its editor adds a line."""

    def __init__(self) -> None:
        super().__init__({})
        self.opened: list[str] = []

    def browse(self, url: str) -> None:
        if not is_web(url):
            raise HubbubError("not a web address")
        self.opened.append(url)

    def edit(self, text: str) -> str:
        return f"{text}\nfrom the editor"


class PatientApp(HubbubApp):
    """Its toasts stay until they are read, also on a machine that is busy with other tests."""

    CSS_PATH = Path(hubbub.tui.__file__).with_name("hubbub.tcss")
    NOTIFICATION_TIMEOUT = 60


def build_app(world: World, **options: Any) -> HubbubApp:
    """The application over a world."""
    options.setdefault("outside", FakeOutside())
    return PatientApp(world.desk, **options)


def screen_text(app: App[Any]) -> str:
    """What the screen shows, as plain text."""
    strips = app.screen._compositor.render_strips()
    return "\n".join("".join(segment.text for segment in strip).rstrip() for strip in strips)


async def until(pilot: Pilot[Any], condition: Callable[[], object], seconds: float = 40.0) -> None:
    """Wait until something is true; fail with the screen where it does not become so."""
    end = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > end:
            raise AssertionError(f"this never came:\n{screen_text(pilot.app)}")
        await pilot.pause(0.02)


async def shows(pilot: Pilot[Any], *words: str) -> str:
    """Wait until the screen shows all these words; gives its text."""
    await until(pilot, lambda: all(word in screen_text(pilot.app) for word in words))
    return screen_text(pilot.app)


async def write(pilot: Pilot[Any], text: str) -> None:
    """Put a text where the focus is, as a terminal pastes it."""
    await pilot.pause()
    pilot.app.post_message(events.Paste(text))
    await pilot.pause()
