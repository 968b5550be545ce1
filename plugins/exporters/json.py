"""Writes a story as one JSON file that loses nothing, and reads it back: ``story.json`` with its pictures in ``media/``.

The file is an object of ``format`` (always ``hubbub story``), ``version`` (of this layout), ``media`` (file of each picture by
its SHA-256) and every other field of :class:`hubbub.core.values.PublishedStory` by its name. Times are ISO 8601 in UTC. The
layout is told in ``docs/story-format.md`` and, for machines, in ``story.schema.json`` beside this module (JSON Schema).

Working notes, what platforms sent (``raw``) and words that were taken out are left out: a file that is published holds what may
be read, and no more. Files of all older versions are read; one of a newer version is refused rather than half understood.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterable, Mapping
from dataclasses import replace
from pathlib import Path, PurePath
from typing import Any, NoReturn

from ...core.contracts import Component
from ...core.errors import ImportFailed, StoryError
from ...core.hookspecs import hookimpl
from ...core.media import MIME, copy_pictures, file_name
from ...core.serial import DecodeError, from_json, to_json
from ...core.stories import check
from ...core.values import PublishedStory, Receipt

FILE = "story.json"
FORMAT = "hubbub story"
VERSION = 2
"""2 added quoting a part, rights, alternatives for pictures, cover, query, formats, provenance, redactions, checks."""
MAX_BYTES = 200_000_000
"""The largest file that is read."""

_PICTURE = re.compile(rf"media/([0-9a-f]{{64}})\.({'|'.join(MIME)})")
_SURROGATE = re.compile("[\ud800-\udfff]")


class JsonExporter:
    """Writes ``story.json`` and reads it."""

    def export(self, story: PublishedStory, to: Path) -> Receipt:
        """Write the story; pictures are copied beside it."""
        data = {
            "format": FORMAT,
            "version": VERSION,
            **to_json(story),
            "media": {digest: file_name(digest, PurePath(path)) for digest, path in sorted(story.media.items())},
        }
        text = json.dumps(data, ensure_ascii=False, indent=1, allow_nan=False)
        # Half of a pair of UTF-16 has no place in UTF-8, but JSON can spell it.
        text = _SURROGATE.sub(lambda found: f"\\u{ord(found[0]):04x}", text)
        (to / FILE).write_text(f"{text}\n", encoding="utf-8", newline="\n")
        return Receipt(path=str(to / FILE), files=(FILE, *copy_pictures(story.media, to)))

    def read(self, path: Path) -> PublishedStory:
        """The story in a ``story.json`` or in the folder that holds one; raises ``ImportFailed``.

        A picture whose file is gone is left out of ``media``; one whose file is another than it was is refused.
        """
        file = path / FILE if path.is_dir() else path
        data = _load(file)
        fields = {name: value for name, value in data.items() if name not in ("format", "version", "media")}
        try:
            published = from_json(PublishedStory, {**fields, "media": {}})
            pictures = from_json(Mapping[str, str], data.get("media", {}))
            check(published.story)
        except (DecodeError, StoryError) as error:
            raise ImportFailed(f"This is not a story as hubbub writes it: {error}", file=str(file)) from error
        return replace(published, media=_pictures(pictures, file))


def _load(file: Path) -> Mapping[str, Any]:
    """The outer object of a file that is a story of a version that we know."""
    try:
        if file.stat().st_size > MAX_BYTES:
            raise ImportFailed(f"The file is larger than {MAX_BYTES:,} bytes; that is no story.", file=str(file))
        text = file.read_text(encoding="utf-8-sig")
    except OSError as error:
        raise ImportFailed(f"The file cannot be read: {error.strerror or error}.", file=str(file)) from error
    except UnicodeDecodeError as error:
        raise ImportFailed(f"The file is not UTF-8 (byte {error.start}).", file=str(file)) from error
    try:
        data = json.loads(text, parse_constant=_no_number)
    except json.JSONDecodeError as error:
        cut = error.pos >= len(text.rstrip()) or error.msg.startswith("Unterminated")
        what = "The file is cut short" if cut else "This is not JSON"
        raise ImportFailed(f"{what}: {error.msg} (column {error.colno}).", file=str(file), line=error.lineno) from error
    except (ValueError, RecursionError) as error:
        raise ImportFailed(f"This is not JSON that can be read: {error}.", file=str(file)) from error
    if not isinstance(data, dict) or data.get("format") != FORMAT:
        raise ImportFailed(f'This is not a story that hubbub wrote (it has no "format": "{FORMAT}").', file=str(file))
    version = data.get("version")
    if type(version) is not int or version < 1:
        raise ImportFailed(f"{version!r} is no version of this format; the newest is {VERSION}.", file=str(file))
    if version > VERSION:
        raise ImportFailed(
            f"A newer hubbub wrote this story (format {version}; this one reads up to {VERSION}). Update hubbub.",
            file=str(file),
        )
    return data


def _pictures(named: Mapping[str, str], file: Path) -> dict[str, str]:
    """Those of the named pictures that lie beside the file; a name that leads elsewhere is refused."""
    found: dict[str, str] = {}
    for digest, name in named.items():
        match = _PICTURE.fullmatch(name)
        if match is None or match[1] != digest:
            raise ImportFailed(f"media[{digest!r}]: {name!r} is not the name of a picture.", file=str(file))
        picture = file.parent / name
        if picture.is_file():
            if _digest(picture) != digest:
                raise ImportFailed("The picture is not the one that the story names: its SHA-256 differs.", file=str(picture))
            found[digest] = str(picture)
    return found


def _digest(file: Path) -> str:
    try:
        with file.open("rb") as stream:
            return hashlib.file_digest(stream, "sha256").hexdigest()
    except OSError as error:
        raise ImportFailed(f"The picture cannot be read: {error.strerror or error}.", file=str(file)) from error


def _no_number(name: str) -> NoReturn:
    raise ValueError(f"{name} is no number of JSON")


@hookimpl
def register_exporters() -> Iterable[Component]:
    """The exporter ``json``."""
    return [Component(name="json", build=lambda options, context: JsonExporter(), summary="One JSON file that loses nothing")]
