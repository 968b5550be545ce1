"""hubbub searching the same posts, archive rows included. ``python ours_search.py FOLDER WORD…``"""

from __future__ import annotations

import json
import statistics
import sys
import time
from pathlib import Path

from hubbub.cli.compose import open_desk
from hubbub.cli.garbage import look_seldom
from hubbub.config.loading import load_workspace

REPEATS = 31


def main(folder: Path, words: list[str]) -> dict[str, object]:
    """The median seconds of the searches for the newest 50, by word."""
    found: dict[str, object] = {}
    with open_desk(load_workspace(folder)) as desk:
        for word in words:
            times: list[float] = []
            total = 0
            for _ in range(REPEATS):
                before = time.perf_counter()
                results = desk.search(word, limit=50)
                times.append(time.perf_counter() - before)
                total = results.total
            found[word] = {"seconds": statistics.median(times), "total": total}
    return {"words": found}


if __name__ == "__main__":
    look_seldom()  # as every command of hubbub does
    print(json.dumps(main(Path(sys.argv[1]), sys.argv[2:])))
