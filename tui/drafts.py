"""Words that are being written: kept on disk at every pause, so that a kill loses none, and offered again.

A draft is what the editor held when it was last seen. It is gone when the words are kept in the story, or when the editor is
left empty.
"""

from __future__ import annotations

import hashlib
import json
import os
from contextlib import suppress
from dataclasses import asdict, dataclass
from pathlib import Path

from ..core.values import BlockKind


@dataclass(frozen=True, kw_only=True, slots=True)
class Draft:
    """Words for one place in a story."""

    story: str
    """Id of the story."""
    block: str
    """Id of the block that is edited; empty for one that is to be made."""
    kind: BlockKind
    text: str


class Drafts:
    """The drafts of a workspace, each a small file; in memory only where there is no folder. Thread-safe as far as one place
    is written by one thread at a time."""

    def __init__(self, folder: Path | None = None) -> None:
        self._folder = folder
        self._held: dict[tuple[str, str, str], Draft] = {}

    def keep(self, draft: Draft) -> None:
        """Keep the draft in place of the one that was there; one without words takes it away. Raises ``OSError``."""
        key = (draft.story, draft.block, draft.kind.value)
        if not draft.text.strip():
            self._held.pop(key, None)
            if self._folder:
                self._file(key, self._folder).unlink(missing_ok=True)
            return
        self._held[key] = draft
        if self._folder:
            self._folder.mkdir(parents=True, exist_ok=True)
            file = self._file(key, self._folder)
            work = file.with_suffix(".new")
            work.write_text(json.dumps(asdict(draft)), encoding="utf-8")
            os.replace(work, file)

    def of(self, story: str) -> list[Draft]:
        """All drafts of a story. What cannot be read is passed over: nobody can write on from it."""
        found = {(d.story, d.block, d.kind.value): d for d in self._read()} | self._held
        return [draft for draft in found.values() if draft.story == story]

    def _read(self) -> list[Draft]:
        drafts: list[Draft] = []
        for file in sorted(self._folder.glob("*.json")) if self._folder and self._folder.is_dir() else ():
            with suppress(OSError, ValueError, KeyError, TypeError, AttributeError):
                plain = json.loads(file.read_text(encoding="utf-8"))
                texts = {name: str(plain[name]) for name in ("story", "block", "text")}
                drafts.append(Draft(kind=BlockKind(plain["kind"]), **texts))
        return drafts

    @staticmethod
    def _file(key: tuple[str, str, str], folder: Path) -> Path:
        """Ids of imported stories are a stranger's words and become no file names."""
        return folder / f"{hashlib.sha256(json.dumps(key).encode()).hexdigest()[:24]}.json"
