"""An archive as files: JSON Lines, a manifest, the pictures and the settings. ``docs/export.md`` is the format.

The same archive gives the same bytes, on every machine and from either database: entries come in a stable order, and nothing
says when or by which hubbub the files were written. :mod:`.importing` reads them.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import ExitStack
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, BinaryIO, TypeAlias

from .entries import FILES, Entry, Quote, StoryStep
from .errors import ExportError
from .media import MIME
from .serial import to_json
from .values import FrozenCopy

FORMAT = "hubbub archive"
VERSION = 5
"""Of the format; raised with every change that an older hubbub would not understand. All before it are read."""
MANIFEST = "manifest.json"
SETTINGS = "hubbub.toml"
QUOTES = "quotes.jsonl"
MAX_LINE = 64 * 2**20
"""Bytes of the longest line."""
PICTURE = re.compile(rf"media/([0-9a-f]{{2}})/(\1[0-9a-f]{{62}})\.({'|'.join(MIME)})")
"""The names of pictures."""

Progress: TypeAlias = Callable[[int], None]
"""Told how many entries are done."""

_SURROGATE = re.compile("[\ud800-\udfff]")
_encode = json.JSONEncoder(ensure_ascii=False, separators=(",", ":"), allow_nan=False).encode
_CHUNK = 2**20


@dataclass(frozen=True, kw_only=True, slots=True)
class FileSum:
    """What the manifest says of a file."""

    size: int
    """Bytes."""
    sha256: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Manifest:
    """What belongs to an export."""

    format: str = FORMAT
    version: int = VERSION
    counts: Mapping[str, int]
    """Lines of each file of lines."""
    files: Mapping[str, FileSum]
    """Every other file."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Written:
    """What an export wrote."""

    manifest: Manifest
    warnings: tuple[str, ...]
    """What could not be taken along, in words."""


def line(value: object) -> bytes:
    """A value as one line of JSON in UTF-8, always in the same way."""
    text = _encode(to_json(value))
    if not text.isascii():
        # Half of a pair of UTF-16 has no place in UTF-8, but JSON can spell it.
        text = _SURROGATE.sub(lambda found: f"\\u{ord(found[0]):04x}", text)
    return text.encode("utf-8") + b"\n"


def write_export(folder: Path, entries: Iterable[Entry], *, settings: str, media: Path, progress: Progress) -> Written:
    """Write everything into an empty folder, the manifest last.

    ``settings`` is the text of the settings as they travel, ``media`` the folder of pictures. Raises ``ExportError``.
    """
    with ExitStack() as closing:
        names = (*FILES.values(), QUOTES)
        files = {name: closing.enter_context(_Lines(folder / name)) for name in names}
        quotes = _Quotes(files[QUOTES])
        for number, entry in enumerate(entries, 1):
            value = quotes.without_copies(entry) if isinstance(entry, StoryStep) else entry
            files[FILES[type(entry)]].add(value, entry)
            progress(number)
    sums = {name: file.sum for name, file in files.items()}
    data = settings.encode("utf-8")
    (folder / SETTINGS).write_bytes(data)
    sums[SETTINGS] = FileSum(size=len(data), sha256=hashlib.sha256(data).hexdigest())
    warnings: list[str] = []
    for name, path in pictures_in(media):
        copied = _copy(path, folder / name)
        if copied.sha256 == path.stem:
            sums[name] = copied
        else:
            (folder / name).unlink()
            warnings.append(f"The picture {path} is not what its name says and was left out; its file is damaged.")
    manifest = Manifest(counts={name: file.count for name, file in files.items()}, files=sums)
    text = json.dumps(to_json(manifest), ensure_ascii=False, indent=1)
    (folder / MANIFEST).write_text(f"{text}\n", encoding="utf-8", newline="\n")
    return Written(manifest=manifest, warnings=tuple(warnings))


def pictures_in(media: Path) -> Iterator[tuple[str, Path]]:
    """The pictures of a workspace by the names that they have in an export, in the order of those."""
    for path in sorted(media.glob("??/*")):
        name = f"media/{path.parent.name}/{path.name}"
        if PICTURE.fullmatch(name) and path.is_file() and not path.is_symlink():
            yield name, path


class _Lines:
    """A file of lines that is summed while it is written."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._file: BinaryIO
        self._hash = hashlib.sha256()
        self._size = 0
        self.count = 0

    def __enter__(self) -> _Lines:
        self._file = self._path.open("xb", buffering=_CHUNK)
        return self

    def __exit__(self, *_: object) -> None:
        self._file.close()

    def add(self, value: object, entry: object) -> None:
        """Write a value; ``entry`` is what it stands for."""
        data = line(value)
        if len(data) > MAX_LINE:
            name = getattr(entry, "ref", "") or getattr(entry, "id", "") or type(entry).__name__
            raise ExportError(
                f"{name} takes {len(data):,} bytes, and a line may have {MAX_LINE:,}. Back the archive up instead: "
                "hubbub archive backup"
            )
        self._file.write(data)
        self._hash.update(data)
        self._size += len(data)
        self.count += 1

    @property
    def sum(self) -> FileSum:
        """Size and digest of what was written."""
        return FileSum(size=self._size, sha256=self._hash.hexdigest())


@dataclass(slots=True)
class _Quotes:
    """Takes frozen copies out of steps and writes each once for its story, when it is first quoted."""

    file: _Lines
    story: str = ""
    names: dict[int, str] = field(default_factory=dict)
    """By the identity of a copy that :attr:`kept` holds."""
    kept: list[FrozenCopy] = field(default_factory=list)
    written: set[str] = field(default_factory=set)

    def without_copies(self, step: StoryStep) -> dict[str, Any]:
        """The step as it stands in a file: the fields of :class:`hubbub.core.entries.StepLine`."""
        story = step.revision.story
        if story.id != self.story:
            self.story, self.names, self.kept, self.written = story.id, {}, [], set()
        names = [self._name(block.copy) if block.copy else None for block in story.blocks]
        bare = [to_json(replace(block, copy=None)) for block in story.blocks]
        blocks = [block | {"copy": name} for block, name in zip(bare, names, strict=True)]
        revision = step.revision
        return {
            "number": revision.number,
            "parent": revision.parent,
            "at": revision.at,
            "note": revision.note,
            "by": revision.by,
            "standing": step.standing,
            "story": to_json(replace(story, blocks=())) | {"blocks": blocks},
        }

    def _name(self, copy: FrozenCopy) -> str:
        known = self.names.get(id(copy))
        if known is None:
            known = self.names[id(copy)] = hashlib.sha256(line(copy).rstrip(b"\n")).hexdigest()
            self.kept.append(copy)
            if known not in self.written:
                self.written.add(known)
                self.file.add(Quote(story=self.story, quote=known, copy=copy), copy)
        return known


def _copy(source: Path, target: Path) -> FileSum:
    target.parent.mkdir(parents=True, exist_ok=True)
    digest, size = hashlib.sha256(), 0
    with source.open("rb") as read, target.open("xb") as write:
        while chunk := read.read(_CHUNK):
            digest.update(chunk)
            size += len(chunk)
            write.write(chunk)
    return FileSum(size=size, sha256=digest.hexdigest())
