"""Reading what :mod:`.exporting` writes: nothing is believed before it was checked, and every error names its file and line.

:func:`open_export` makes sure that all files are there as the manifest says; :meth:`Export.entries` then reads them one line at
a time. What entries say of each other is checked by the archive that they are loaded into.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from itertools import count
from pathlib import Path
from typing import Any, NoReturn, TypeVar

from .entries import (
    FILES,
    SINCE,
    AuthorEntry,
    Entry,
    MentionEntry,
    Quote,
    RedactionEntry,
    RejectionEntry,
    SharingEntry,
    StepLine,
    StoryStep,
)
from .entrychecks import (
    checked_author,
    checked_comment,
    checked_link,
    checked_mention,
    checked_mute,
    checked_redaction,
    checked_rejection,
    checked_search,
    checked_sharing,
    checked_source,
    checked_step,
)
from .errors import ImportFailed
from .exporting import FORMAT, MANIFEST, MAX_LINE, PICTURE, QUOTES, SETTINGS, VERSION, FileSum, Manifest, Progress
from .media import MAX_BYTES
from .pictures import sniff
from .serial import DecodeError, from_json
from .sharing import Comment
from .tarballs import unpacked
from .values import FrozenCopy, LinkCheck, Mute, SavedSearch, SourceState, Story

T = TypeVar("T")

_MOST_MANIFEST = 256 * 2**20
_ALWAYS = (*FILES.values(), QUOTES, SETTINGS)
_CHUNK = 2**20
_NOTHING = "Nothing was imported."


@contextmanager
def open_export(path: Path, scratch: Path, progress: Progress) -> Iterator[Export]:
    """The export in a folder or tar file, its files checked against its manifest; a tar file is unpacked into ``scratch``.

    ``progress`` is told how many bytes are checked. Raises ``ImportFailed``.
    """
    if path.is_dir():
        folder = path
    elif path.is_file():
        folder = unpacked(path, scratch, MANIFEST)
    else:
        raise ImportFailed("There is no such folder or file.", file=str(path))
    export = Export(folder, _manifest(folder / MANIFEST))
    export.check_files(progress)
    yield export


@dataclass(frozen=True, slots=True)
class Export:
    """The files of an export."""

    folder: Path
    manifest: Manifest

    @property
    def settings(self) -> str:
        """The text of the settings; raises ``ImportFailed``."""
        try:
            return (self.folder / SETTINGS).read_bytes().decode("utf-8")
        except UnicodeDecodeError as error:
            raise ImportFailed(f"The file is not UTF-8 (byte {error.start}). {_NOTHING}", file=SETTINGS) from error

    @property
    def pictures(self) -> list[Path]:
        """The pictures, relative to the folder of the export and, in the same way, to a workspace."""
        return [Path(name) for name in self.manifest.files if name not in _ALWAYS]

    def entries(self) -> Iterator[Entry]:
        """Everything, in the order in which an archive takes it; raises ``ImportFailed``."""
        yield from self._read(AuthorEntry, checked_author)
        yield from self._read(RedactionEntry, checked_redaction)
        yield from self._read(MentionEntry, checked_mention)
        yield from self._read(SavedSearch, checked_search)
        yield from self._read(Mute, checked_mute)
        yield from self._read(SourceState, checked_source)
        yield from self._steps()
        yield from self._read(RejectionEntry, checked_rejection)
        yield from self._read(SharingEntry, checked_sharing)
        yield from self._read(Comment, checked_comment)
        yield from self._read(LinkCheck, checked_link)

    def check_files(self, progress: Progress) -> None:
        """See that every file is there with the content that the manifest names; raises ``ImportFailed``."""
        done, root = 0, self.folder.resolve()
        for name, told in self.manifest.files.items():
            path = self.folder / name
            if path.is_symlink() or not path.resolve().is_relative_to(root):
                raise ImportFailed(f"This is a link, and an export has none. {_NOTHING}", file=name)
            if not path.is_file():
                raise ImportFailed(f"The manifest names this file, and it is missing: copy it again. {_NOTHING}", file=name)
            size = path.stat().st_size
            if size != told.size:
                what = "It is cut short" if size < told.size else "It is longer than it was"
                raise ImportFailed(f"{what}: {size:,} bytes of {told.size:,}. Copy it again. {_NOTHING}", file=name)
            digest = hashlib.sha256()
            with path.open("rb") as file:
                first = file.read(16)
                file.seek(0)
                while chunk := file.read(_CHUNK):
                    digest.update(chunk)
                    done += len(chunk)
                    progress(done)
            if digest.hexdigest() != told.sha256:
                raise ImportFailed(f"Its content is not what was exported (SHA-256 differs). {_NOTHING}", file=name)
            if name not in _ALWAYS and (told.sha256 != path.stem or f".{sniff(first)}" != path.suffix or size > MAX_BYTES):
                raise ImportFailed(f"It is not the picture that its name says. {_NOTHING}", file=name)

    # --- lines -----------------------------------------------------------------------------------------------

    def _read(self, kind: type[T], check: Any) -> Iterator[T]:
        for number, data in self._lines(FILES[kind]):
            with _placed(FILES[kind], number):
                entry = check(from_json(kind, data))
            yield entry

    def _steps(self) -> Iterator[StoryStep]:
        quotes = self._quotes()
        coming = next(quotes, None)
        held: dict[str, FrozenCopy] = {}
        story = None
        for number, data in self._lines(FILES[StoryStep]):
            with _placed(FILES[StoryStep], number):
                step = from_json(StepLine, data)
                body, names = _without_names(step.story)
                told = from_json(Story, body)
            if told.id != story:
                story, held = told.id, {}
                while coming and coming[1].story == story:
                    held[coming[1].quote] = coming[1].copy
                    coming = next(quotes, None)
            with _placed(FILES[StoryStep], number):
                entry = checked_step(step, told, _quoted(names, held))
            yield entry
        if coming:
            raise ImportFailed(f"No step of a story follows for this quote. {_NOTHING}", file=QUOTES, line=coming[0])

    def _quotes(self) -> Iterator[tuple[int, Quote]]:
        for number, data in self._lines(QUOTES):
            with _placed(QUOTES, number):
                quote = from_json(Quote, data)
            yield number, quote

    def _lines(self, name: str) -> Iterator[tuple[int, Any]]:
        """The lines of a file as JSON, numbered from 1."""
        if name not in self.manifest.files:  # older than this file
            return
        number = 0
        with (self.folder / name).open("rb") as file:
            for number in count(1):
                data = file.readline(MAX_LINE + 1)
                if not data:
                    break
                with _placed(name, number):
                    yielded = parsed_line(data)
                yield number, yielded
        if number - 1 != self.manifest.counts[name]:
            told = self.manifest.counts[name]
            raise ImportFailed(f"It has {number - 1:,} lines, and the manifest says {told:,}. {_NOTHING}", file=name)


def parsed_line(data: bytes) -> Any:
    """A line of a file as JSON; raises ``ValueError`` with a sentence."""
    if len(data) > MAX_LINE:
        raise ValueError(f"The line is longer than {MAX_LINE:,} bytes, which no export writes.")
    if not data.endswith(b"\n"):
        raise ValueError("The last line has no end: the file is cut short.")
    try:
        return parsed(data.decode("utf-8"))
    except UnicodeDecodeError as error:
        raise ValueError(f"The line is not UTF-8 (byte {error.start}).") from error


def parsed(text: str) -> Any:
    """JSON; raises ``ValueError`` with a sentence."""
    try:
        return json.loads(text, parse_constant=_no_number)
    except json.JSONDecodeError as error:
        raise ValueError(f"This is not JSON: {error.msg} (column {error.colno}).") from error
    except RecursionError as error:
        raise ValueError("This is nested too deep.") from error
    except ValueError as error:
        raise ValueError(f"This is not JSON that can be read: {error}.") from error


def _no_number(name: str) -> NoReturn:
    raise ValueError(f"{name} is no number of JSON")


@contextmanager
def _placed(name: str, line: int) -> Iterator[None]:
    """Say of a ``ValueError`` where it happened."""
    try:
        yield
    except (ValueError, RecursionError) as error:
        words = "This is nested too deep" if isinstance(error, RecursionError) else str(error).rstrip(".")
        raise ImportFailed(f"{words}. {_NOTHING}", file=name, line=line) from error


def _without_names(story: Any) -> tuple[Any, list[str | None]]:
    """A story without quotes, and the names of those, block by block."""
    blocks = story.get("blocks") if isinstance(story, Mapping) else None
    if not isinstance(blocks, list) or not all(isinstance(block, Mapping) for block in blocks):
        raise DecodeError("must be a story with a list of blocks", path="story")
    names = [block.get("copy") for block in blocks]
    if not all(name is None or isinstance(name, str) for name in names):
        raise DecodeError("copy must be the name of a quote, or null", path="story.blocks")
    return {**story, "blocks": [{**block, "copy": None} for block in blocks]}, names


def _quoted(names: list[str | None], held: Mapping[str, FrozenCopy]) -> list[FrozenCopy | None]:
    missing = [name for name in names if name is not None and name not in held]
    if missing:
        raise ValueError(f"The quote {missing[0][:64]} is not in {QUOTES} among those of this story")
    return [None if name is None else held[name] for name in names]


# --- the manifest --------------------------------------------------------------------------------------------


def _manifest(path: Path) -> Manifest:
    """The manifest, with no name in it that leads anywhere else."""
    refuse = partial(ImportFailed, file=path.name)
    try:
        if path.is_symlink() or path.stat().st_size > _MOST_MANIFEST:
            raise refuse(f"This is no manifest of an export. {_NOTHING}")
        data = parsed(path.read_bytes().decode("utf-8"))
    except FileNotFoundError:
        raise ImportFailed(
            f"There is no {MANIFEST} in it, so it is no export, or not a whole one.", file=str(path.parent)
        ) from None
    except UnicodeDecodeError as error:
        raise refuse(f"The file is not UTF-8 (byte {error.start}). {_NOTHING}") from error
    except ValueError as error:
        raise refuse(f"{error} {_NOTHING}") from error
    if not isinstance(data, dict) or data.get("format") != FORMAT:
        raise refuse(f'This is no export of an archive (it has no "format": "{FORMAT}"). {_NOTHING}')
    version = data.get("version")
    if type(version) is int and version > VERSION:
        raise refuse(f"A newer hubbub wrote this (format {version}; this one reads {VERSION}). Upgrade hubbub. {_NOTHING}")
    try:
        manifest = from_json(Manifest, data)
    except DecodeError as error:
        raise refuse(f"{error}. {_NOTHING}") from error
    if manifest.version < 1:
        raise refuse(f"{manifest.version} is no version of this format; the newest is {VERSION}. {_NOTHING}")
    for name in manifest.files:
        if name not in _ALWAYS and not PICTURE.fullmatch(name):
            raise refuse(f"{name[:200]!r} is not the name of a file of an export. {_NOTHING}")
    for name in _ALWAYS:
        if name not in manifest.files and manifest.version < SINCE.get(name, 1):
            continue
        if name not in manifest.files or (name != SETTINGS and manifest.counts.get(name, -1) < 0):
            raise refuse(f"It does not say what is in {name}. {_NOTHING}")
    return manifest


def sums(manifest: Manifest) -> tuple[int, int]:
    """How many files an export has, and how many bytes."""
    return len(manifest.files), sum(file.size for file in manifest.files.values())


__all__ = ["Export", "FileSum", "open_export", "parsed", "parsed_line", "sums"]
