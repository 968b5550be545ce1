"""Pictures that nothing refers to any more, and those that are not what they should be."""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Iterator
from datetime import datetime, timedelta
from pathlib import Path

from .archives import ArchiveReader
from .documents import EDITED
from .media import THUMBS
from .query import Or, Query, Term
from .values import Mention, Story, StorySummary

_SHOWING = Query("", Or((Term("has", "media"), Term("is", EDITED))))
# An edit may have taken a picture out that an earlier wording has; all others have none.
_PAGE = 500
YOUNG = timedelta(hours=1)
"""A newer file may belong to a step of a story that is about to be saved."""


def orphans(archive: ArchiveReader, folder: Path, now: datetime) -> list[Path]:
    """The files of a media folder that neither a mention nor any step of a story refers to, and the stills of such."""
    before = (now - YOUNG).timestamp()
    everything = {path.stem: path for path in folder.glob("??/*.*")}
    files = {digest: path for digest, path in everything.items() if path.stat().st_mtime < before}
    for digest in _told_in_stories(archive):
        files.pop(digest, None)
    for digest in _told_in_mentions(archive) if files else ():
        files.pop(digest, None)
    kept = everything.keys() - files.keys()
    stills = [path for path in (folder / THUMBS).glob("*.*") if path.stem.partition("-")[0] not in kept]
    return sorted([*files.values(), *stills])


def unused(archive: ArchiveReader, digests: Collection[str]) -> frozenset[str]:
    """Those of these pictures that neither a mention nor any step of a story refers to."""
    left = set(digests)
    for told in (_told_in_stories, _told_in_mentions):
        if left:
            left.difference_update(told(archive))
    return frozenset(left)


def check_media(archive: ArchiveReader, folder: Path) -> list[str]:
    """What is wrong with our copies, in sentences: files that are not what their name says, pictures of stories that are gone.

    Every file is read. Of each story only what stands now is looked at.
    """
    problems: list[str] = []
    held: set[str] = set()
    for path in sorted(folder.glob("??/*.*")):
        if not path.name.startswith("."):
            held.add(path.stem)
            if not _is_whole(path):
                problems.append(
                    f"The picture {path} is damaged: its content is not what its name says. Delete it and fetch it again."
                )
    for summary in archive.stories():
        gone = sorted(set(_of_story(archive.story(summary.id).story)) - held - {""})
        problems += [_missing(summary, digest) for digest in gone]
    return problems


def _missing(summary: StorySummary, digest: str) -> str:
    return (
        f"The story {summary.slug} uses a picture of which the copy is gone ({digest[:12]}…); "
        f"to fetch it again: hubbub story media {summary.slug}"
    )


def _is_whole(path: Path) -> bool:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest() == path.stem


def _told_in_stories(archive: ArchiveReader) -> Iterator[str]:
    for summary in archive.stories():
        for revision in archive.revisions(summary.id):
            yield from _of_story(revision.story)


def _of_story(story: Story) -> Iterator[str]:
    yield story.cover
    for block in story.blocks:
        yield block.media
        if block.copy:
            yield from _of_mention(block.copy.mention)
            yield from block.copy.stills.values()


def _told_in_mentions(archive: ArchiveReader) -> Iterator[str]:
    after: str | None = None
    while True:
        page = archive.find(_SHOWING, limit=_PAGE, after=after)
        for record in archive.records([hit.ref for hit in page.hits]):
            yield from _of_mention(record.mention)
            if record.version > 1:
                for version in archive.versions(record.ref):
                    yield from _of_mention(version.mention)
        after = page.next
        if after is None:
            return


def _of_mention(mention: Mention) -> Iterator[str]:
    return (media.digest for media in mention.media)
