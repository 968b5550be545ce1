"""Writes a story as one JSON file that loses nothing, and reads it back: ``story.json`` with its pictures in ``media/``.

The file is an object of ``format`` (always ``hubbub story``), ``version`` (of this layout), ``at``, ``timezone``,
``generator``, ``media`` (file of each picture by its SHA-256) and ``story``: every field of
:class:`hubbub.core.values.Story` by its name. Times are ISO 8601 in UTC. A file of a newer version is refused rather than half
understood.
"""

from __future__ import annotations

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
VERSION = 1
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

        A picture whose file is gone is left out of ``media``.
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
        if (file.parent / name).is_file():
            found[digest] = str(file.parent / name)
    return found


def _no_number(name: str) -> NoReturn:
    raise ValueError(f"{name} is no number of JSON")


@hookimpl
def register_exporters() -> Iterable[Component]:
    """The exporter ``json``."""
    return [Component(name="json", build=lambda options, context: JsonExporter(), summary="One JSON file that loses nothing")]
