"""Writing a story with exporters into a folder of its own, all or nothing."""

from __future__ import annotations

import hashlib
import json
import shutil
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace
from datetime import datetime
from pathlib import Path, PurePath

from .contracts import Exporter, RestsOn
from .errors import BrokenPlugin, ExportError, HubbubError
from .folders import recover, replace_folder, working_folder
from .quoting import for_readers
from .serial import DecodeError, from_json, to_json
from .values import JSON, PublishedStory, Receipt, Story, StoryOrder, StoryState

STAMP = ".hubbub.json"
"""The file that says what was published in a folder; only a folder that has it is ever replaced."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Publication:
    """What was written into a story's folder, and when."""

    story: str
    """Id of the story."""
    revision: int
    """The revision that was written."""
    digest: str
    """:func:`story_digest` of what was written."""
    at: datetime
    formats: tuple[str, ...]
    files: tuple[str, ...]
    """Every file that we wrote, relative to the folder."""
    made: str = ""
    """:func:`making_digest` of what else the files depend on."""
    opens: Mapping[str, str] = field(default_factory=dict)
    """By format: the file to open, relative to the folder."""
    title: str = ""
    subtitle: str = ""
    byline: str = ""
    description: str = ""
    lang: str = "en"


def publish(
    story: PublishedStory,
    folder: Path,
    exporters: Mapping[str, Exporter],
    *,
    revision: int,
    options: Mapping[str, JSON] | None = None,
) -> list[Receipt]:
    """Write the story in each format into ``folder``, replacing what we wrote there before; files of others stay.

    ``options`` are those of the exporters, as far as they have any.
    Raises ``ExportError`` (or what the exporter raises) and leaves the folder as it was.
    """
    try:
        recover(folder)
        before = publication(folder)
        if before is None and folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
            raise ExportError(f"{folder} holds files that hubbub did not write; choose another folder.")
        if before is not None and before.story != story.story.id:
            raise ExportError(f"{folder} holds another story; choose another folder.")
        with working_folder(folder) as work:
            whole = work / "whole"
            whole.mkdir()
            receipts = [_run(name, exporter, story, work, whole) for name, exporter in exporters.items()]
            files = sorted({file for receipt in receipts for file in receipt.files})
            stamp = Publication(
                story=story.story.id,
                revision=revision,
                digest=story_digest(story.story),
                at=story.at,
                formats=tuple(exporters),
                files=tuple(files),
                made=making_digest(story, exporters, options or {}),
                opens=dict(zip(exporters, (receipt.path for receipt in receipts), strict=True)),
                title=story.story.title,
                subtitle=story.story.subtitle,
                byline=story.story.byline,
                description=story.story.description,
                lang=story.story.lang,
            )
            (whole / STAMP).write_text(json.dumps(to_json(stamp), indent=1) + "\n", encoding="utf-8")
            if before is not None:
                _keep_foreign(folder, before.files, whole)
            replace_folder(whole, folder)
    except OSError as error:
        raise ExportError(f"{folder} cannot be written: {error.strerror or error}.") from error
    return [replace(receipt, path=str(folder / receipt.path)) for receipt in receipts]


def story_digest(story: Story) -> str:
    """SHA-256 (hex) of all that a reader of the story can see: not its state, how it is kept in order, and working notes."""
    seen = for_readers(story)
    blocks = tuple(replace(block, pinned=False) for block in seen.blocks)
    seen = replace(seen, state=StoryState.DRAFT, order=StoryOrder.OLDEST, query="", formats=(), blocks=blocks)
    return _digest(seen)


def making_digest(story: PublishedStory, exporters: Mapping[str, Exporter], options: Mapping[str, JSON]) -> str:
    """SHA-256 (hex) of what files depend on beside the story: zone, address, program, held pictures, lost originals, the
    exporters' options and the files that they rest on."""
    checks = {ref: check.state for ref, check in story.checks.items()}
    makers = {name: [options.get(name), _files_of(exporter)] for name, exporter in exporters.items()}
    return _digest([story.timezone, story.base_url, story.generator, sorted(story.media), checks, makers])


def _files_of(exporter: Exporter) -> list[list[str]]:
    """Name and SHA-256 of each file that an exporter rests on."""
    found: list[list[str]] = []
    for path in exporter.rests_on() if isinstance(exporter, RestsOn) else ():
        with suppress(OSError):
            found.append([path.name, hashlib.sha256(path.read_bytes()).hexdigest()])
    return found


def publication(folder: Path) -> Publication | None:
    """What was published in a folder; ``None`` where it holds nothing of ours, or nothing that can be read as such."""
    try:
        return from_json(Publication, json.loads((folder / STAMP).read_text(encoding="utf-8")))
    except (OSError, RecursionError, DecodeError, ValueError):
        return None


def withdraw(folder: Path) -> tuple[str, ...]:
    """Take away what we wrote into a folder, and the folder where nothing else is in it; the files that are gone now."""
    found = publication(folder)
    if found is None:
        return ()
    gone = tuple(name for name in (*found.files, STAMP) if _remove(folder, name))
    for path in sorted((path for path in folder.rglob("*") if path.is_dir() and not path.is_symlink()), reverse=True):
        _remove_empty(path)
    _remove_empty(folder)
    return gone


def _remove(folder: Path, name: str) -> bool:
    path = folder / name
    if not path.resolve().is_relative_to(folder.resolve()) or not path.is_file():
        return False
    path.unlink()
    return True


def _remove_empty(path: Path) -> None:
    if not any(path.iterdir()):
        path.rmdir()


def _digest(value: object) -> str:
    return hashlib.sha256(json.dumps(to_json(value), sort_keys=True).encode()).hexdigest()


def _run(name: str, exporter: Exporter, story: PublishedStory, work: Path, whole: Path) -> Receipt:
    """Let one exporter write into a folder of its own, then join that to the whole."""
    own = work / f"as-{name}"
    own.mkdir()
    try:
        receipt = exporter.export(story, own)
    except (HubbubError, OSError):
        raise
    except Exception as error:
        why = str(error) or type(error).__name__
        raise BrokenPlugin(f"The exporter {name!r} failed: {why}", role="exporter", name=name) from error
    for path in sorted(own.rglob("*")):
        place = whole / path.relative_to(own)
        if path.is_dir():
            place.mkdir(exist_ok=True)
        elif not place.exists():
            path.rename(place)
        elif place.read_bytes() != path.read_bytes():
            raise ExportError(f"Two formats write {path.relative_to(own)}; publish {name!r} into another folder.")
    shown = PurePath(receipt.path)
    return replace(receipt, path=str(shown.relative_to(own)) if shown.is_relative_to(own) else str(shown))


def _keep_foreign(folder: Path, ours: Sequence[str], whole: Path) -> None:
    """Copy what somebody else put into the folder, unless a new file has its place; a link stays a link.

    What a link leads to may be meant for nobody else, and a copy of it would be published.
    """
    known = {*ours, STAMP}
    for path in sorted(folder.rglob("*")):
        relative = path.relative_to(folder)
        if (path.is_symlink() or path.is_file()) and relative.as_posix() not in known and not (whole / relative).exists():
            (whole / relative).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(path, whole / relative, follow_symlinks=False)
