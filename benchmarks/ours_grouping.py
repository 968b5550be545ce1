"""What near-copies cost: signing mentions, and grouping them as they are saved. ``python ours_grouping.py COUNT``

The same mentions are saved into two new archives, with signatures and without, in turns; the difference is what grouping costs.
"""

from __future__ import annotations

import json
import sys
import tempfile
import time
from dataclasses import replace
from pathlib import Path

from make_archive import SEEN, batches

from hubbub.archive import open_archive
from hubbub.cli.garbage import look_seldom
from hubbub.core.deciding import Intent
from hubbub.core.duplicates import signatures

BATCH = 50
"""Mentions of one feed."""


def save(intents: list[Intent], *, signed: bool) -> float:
    """Seconds for saving these into a new archive, a batch at a time."""
    given = intents if signed else [replace(intent, signature=None) for intent in intents]
    with tempfile.TemporaryDirectory() as folder:
        archive = open_archive(Path(folder) / "archive.db")
        started = time.perf_counter()
        for first in range(0, len(given), BATCH):
            archive.save("bench", given[first : first + BATCH], None, SEEN)
        seconds = time.perf_counter() - started
        archive.close()
    return seconds


def main(count: int) -> dict[str, float]:
    """Seconds of signing, and of saving with and without groups."""
    intents = [intent for batch in batches(count) for intent in batch]
    started = time.perf_counter()
    for first in range(0, len(intents), BATCH):
        signatures((intent.mention.title, intent.mention.text) for intent in intents[first : first + BATCH])
    signing = time.perf_counter() - started
    return {"signing": signing, "grouped": save(intents, signed=True), "ungrouped": save(intents, signed=False)}


if __name__ == "__main__":
    look_seldom()  # as every command of hubbub does
    print(json.dumps(main(int(sys.argv[1]))))
