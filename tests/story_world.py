"""A story desk over a real archive, with a web and platforms that answer as a test wants."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path

from sample_story import NOW, mention

from hubbub.archive import open_archive
from hubbub.core.contracts import Response
from hubbub.core.deciding import decide
from hubbub.core.duplicates import signature
from hubbub.core.errors import SourceError
from hubbub.core.indexing import Indexer
from hubbub.core.media import MediaStore
from hubbub.core.seeking import Finder
from hubbub.core.storydesk import StoryDesk
from hubbub.core.values import Mention, RefreshReport, Revision
from hubbub.plugins.exporters.json import JsonExporter
from hubbub.testing.engines import MemoryEngine


class Web:
    """Answers by address: a page, an error, or nothing."""

    def __init__(self) -> None:
        self.answers: dict[str, Response | SourceError] = {}
        self.asked: list[str] = []

    def get(self, url: str, **_: object) -> Response:
        self.asked.append(url)
        answer = self.answers.get(url) or Response(url=url, status=200, headers={}, content=b"a page")
        if isinstance(answer, SourceError):
            raise answer
        return answer


class World:
    """A workspace with a story desk; its clock goes on by a minute whenever something is saved here."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.at = NOW
        self.web = Web()
        self.platform: Callable[[Sequence[str]], None] = lambda refs: None
        """What platforms tell the archive when they are asked for these."""
        self.archive = open_archive(folder / "archive.db", now=self.now)
        engine = MemoryEngine()
        self.indexer = Indexer(self.archive, lambda: engine, lambda: None)
        self._number = 0
        self.desk = self.desk_of("")

    def desk_of(self, person: str) -> StoryDesk:
        """The desk as somebody sees it."""
        return StoryDesk(
            archive=self.archive,
            media=MediaStore(self.folder / "media", self.web),  # type: ignore[arg-type]
            exporter=lambda name: JsonExporter(),
            exporters=["json"],
            published=self.folder / "published",
            now=self.now,
            new_id=self._id,
            finder=Finder(self.archive, self.indexer, now=self.now),
            http=self.web,  # type: ignore[arg-type]
            templates=self.folder / "templates",
            refresh=self._refresh,
            person=person,
        )

    def now(self) -> datetime:
        return self.at

    def save(self, *mentions: Mention, source: str = "press") -> None:
        """Have a source tell of these."""
        self.at += timedelta(minutes=1)
        known = self.archive.known(mentions)
        intents = [decide(known.get(one.ref), one, seen=self.at) for one in mentions]
        intents = [replace(intent, signature=signature(intent.mention.title, intent.mention.text)) for intent in intents]
        self.archive.save(source, intents, None, self.at)
        self.indexer.catch_up()

    def story(self, *mentions: Mention, title: str = "A") -> Revision:
        """A new story that quotes these."""
        self.save(*mentions)
        self.desk.new(title)
        return self.desk.add("a", [one.ref for one in mentions])

    def _refresh(self, refs: Sequence[str]) -> RefreshReport:
        self.at += timedelta(minutes=1)
        self.platform(refs)
        return RefreshReport(asked=len(refs))

    def _id(self) -> str:
        self._number += 1
        return f"id{self._number}"


post = mention
"""A mention of an invented person."""
