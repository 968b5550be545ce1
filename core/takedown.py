"""Taking somebody's words out as a person asks for it: what it touches, and doing all of it, pictures included."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from .archives import Archive, ArchiveReader
from .errors import NotFound, StoryError
from .media import THUMBS
from .mediacare import unused
from .values import Record, Redaction, StorySummary


@dataclass(frozen=True, kw_only=True, slots=True)
class Touched:
    """What a redaction touches."""

    ref: str
    record: Record | None
    """The mention; ``None`` where only stories know it any more."""
    wordings: int
    """How many of it the archive has."""
    stories: tuple[StorySummary, ...]
    """Those that quote it in any of their steps, the one changed last first."""
    quotes: int
    """How many copies of it they have."""
    pictures: frozenset[str]
    """Digests of our own copies of its pictures, avatars and posters included."""
    alike: tuple[str, ...]
    """Refs of others that say nearly the same; they are not touched."""
    before: Redaction | None
    """Set where its words were taken out already."""


@dataclass(frozen=True, kw_only=True, slots=True)
class TakenDown:
    """What was done."""

    redaction: Redaction
    pictures: tuple[Path, ...]
    """Files of pictures that were deleted."""


def touched(archive: ArchiveReader, ref: str) -> Touched:
    """What redacting a mention would touch; raises ``NotFound`` where neither archive nor stories know it."""
    record, quotes = archive.get(ref), archive.quotes(ref)
    before = archive.redactions([ref]).get(ref)
    if record is None and not quotes and before is None:
        raise NotFound("mention", ref)
    versions = archive.versions(ref)
    copies = [copy for held in quotes.values() for copy in held]
    mentions = [version.mention for version in versions] + [copy.mention for copy in copies]
    shown = {media.digest for mention in mentions for media in mention.media if media.digest}
    return Touched(
        ref=ref,
        record=record,
        wordings=len(versions),
        stories=tuple(summary for summary in archive.stories() if summary.id in quotes),
        quotes=sum(map(len, quotes.values())),
        pictures=frozenset(shown.union(*(copy.stills.values() for copy in copies))),
        alike=tuple(other.ref for other in archive.group(ref) if other.ref != ref) if record else (),
        before=before,
    )


def take_down(archive: Archive, media: Path, ref: str, *, reason: str, at: datetime) -> TakenDown:
    """Redact a mention, and delete our copies of its pictures from the folder ``media`` where nothing else refers to them.

    The index has to catch up afterwards. Raises ``NotFound``, and ``StoryError`` where no reason is given.
    """
    reason = " ".join(reason.split())
    if not reason:
        raise StoryError("A redaction needs a reason, which readers will see.")
    pictures = touched(archive, ref).pictures
    redaction = archive.redact(ref, reason=reason, at=at)
    return TakenDown(redaction=redaction, pictures=_delete(media, unused(archive, pictures)))


def _delete(media: Path, digests: Iterable[str]) -> tuple[Path, ...]:
    gone: list[Path] = []
    for digest in sorted(digests):
        gone += sorted(media.glob(f"{digest[:2]}/{digest}.*"))
        for still in (media / THUMBS).glob(f"{digest}-*"):
            still.unlink(missing_ok=True)
    for path in gone:
        path.unlink(missing_ok=True)
    return tuple(gone)
