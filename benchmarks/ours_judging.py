"""All processors over posts, one after the other on one core. ``python ours_judging.py COUNT``

In seconds of the processor, what they load at first left out.
"""

from __future__ import annotations

import json
import sys
import tempfile
import time
from pathlib import Path

from said import sayings

from hubbub.cli.compose import build_processors, late_http
from hubbub.cli.garbage import look_seldom
from hubbub.config.loading import load_workspace
from hubbub.core.processing import process_all
from hubbub.core.values import Mention

SETTINGS = """\
[workspace]
name = "Bench"
languages = ["en", "es", "ro", "el", "de", "fr"]
[[topics]]
name = "acme"
query = "acme"
[[topics]]
name = "nova"
query = '"novaphone 7" OR lumio'
"""
BATCH = 500


def main(count: int) -> dict[str, object]:
    """Seconds in all, and by processor."""
    mentions = [Mention(platform="x", key=str(number), text=text) for number, (_, text) in enumerate(sayings(count + BATCH))]
    with tempfile.TemporaryDirectory() as place:
        folder = Path(place)
        (folder / "hubbub.toml").write_text(SETTINGS, encoding="utf-8")
        workspace = load_workspace(folder)
        processors = build_processors(workspace, http=late_http(workspace))
        process_all(processors, mentions[:BATCH])
        pieces = [mentions[start : start + BATCH] for start in range(BATCH, len(mentions), BATCH)]
        began = time.process_time()
        for piece in pieces:
            said = process_all(processors, piece)
            assert not said.failures, said.failures
        return {"seconds": time.process_time() - began, "processors": list(processors)}


if __name__ == "__main__":
    look_seldom()  # as every command of hubbub does
    print(json.dumps(main(int(sys.argv[1]))))
