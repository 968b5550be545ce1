"""The comments on a story as a file of their own beside its ``story.json``: written only where somebody asks for it.

What exporters write may be published, and comments never are; so no exporter knows of this file, and an export that does not
ask for it takes away the one that an earlier export wrote.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path

from .entrychecks import checked_comment
from .errors import ExportError, ImportFailed
from .serial import DecodeError, from_json, to_json
from .sharing import Comment

FILE = "comments.json"
FORMAT = "hubbub story comments"
VERSION = 1
MAX_BYTES = 50_000_000
"""The largest file that is read."""


def write_comments(folder: Path, comments: Sequence[Comment] | None) -> None:
    """Write the file into a folder, or with ``None`` take away what an earlier export wrote. Raises ``ExportError``."""
    path = folder / FILE
    try:
        if comments is not None:
            text = json.dumps(
                {"format": FORMAT, "version": VERSION, "comments": to_json(comments)}, ensure_ascii=False, indent=1
            )
            path.write_text(f"{text}\n", encoding="utf-8", newline="\n")
        elif path.is_file() and f'"{FORMAT}"' in path.read_text(encoding="utf-8", errors="replace")[:100]:
            path.unlink()
    except OSError as error:
        raise ExportError(f"{path} cannot be written: {error.strerror or error}.") from error


def read_comments(path: Path) -> list[Comment]:
    """The comments that lie beside the story in a folder, or beside a ``story.json``; none where there is no such file.

    Raises ``ImportFailed`` for a file that is not as we write it.
    """
    file = (path if path.is_dir() else path.parent) / FILE
    if not file.is_file():
        return []
    try:
        if file.stat().st_size > MAX_BYTES:
            raise ValueError(f"it is larger than {MAX_BYTES:,} bytes")
        data = json.loads(file.read_text(encoding="utf-8"))
        if not isinstance(data, dict) or data.get("format") != FORMAT:
            return []  # somebody else's file of that name
        if data.get("version") != VERSION:
            raise ValueError("another version of hubbub wrote it")
        comments = [checked_comment(each) for each in from_json(tuple[Comment, ...], data.get("comments"))]
    except (OSError, ValueError, RecursionError, DecodeError) as error:
        raise ImportFailed(f"These are no comments as hubbub writes them: {error}", file=str(file)) from error
    known: set[int] = set()
    for comment in comments:
        if comment.id in known or (comment.answers is not None and comment.answers not in known):
            raise ImportFailed(f"Comment {comment.id} stands twice, or answers one that is not above it.", file=str(file))
        known.add(comment.id)
    return comments
