"""Pictures that nothing refers to any more."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path

from .archives import ArchiveReader
from .values import Mention, Story

YOUNG = timedelta(hours=1)
"""A newer file may belong to a step of a story that is about to be saved."""


def orphans(archive: ArchiveReader, folder: Path, now: datetime) -> list[Path]:
    """The files of a media folder that neither a mention nor any step of a story refers to."""
    before = (now - YOUNG).timestamp()
    files = {path.stem: path for path in folder.glob("??/*.*") if path.stat().st_mtime < before}
    for digest in _told_in_stories(archive):
        files.pop(digest, None)
    for digest in _told_in_mentions(archive) if files else ():
        files.pop(digest, None)
    return sorted(files.values())


def _told_in_stories(archive: ArchiveReader) -> Iterator[str]:
    for summary in archive.stories():
        for revision in archive.revisions(summary.id):
            yield from _of_story(revision.story)


def _of_story(story: Story) -> Iterator[str]:
    for block in story.blocks:
        yield block.media
        if block.copy:
            yield from _of_mention(block.copy.mention)


def _told_in_mentions(archive: ArchiveReader) -> Iterator[str]:
    for records in archive.walk():
        for record in records:
            yield from _of_mention(record.mention)
            if record.version > 1:
                for version in archive.versions(record.ref):
                    yield from _of_mention(version.mention)


def _of_mention(mention: Mention) -> Iterator[str]:
    return (media.digest for media in mention.media)
