"""hubbub building the whole index of an archive again. ``python ours_rebuild.py FOLDER ENGINE``"""

from __future__ import annotations

import json
import sys
import time
from pathlib import Path

from hubbub.cli.compose import build_indexer, late_http, open_archive_of
from hubbub.cli.garbage import look_seldom
from hubbub.config.loading import load_workspace


def main(folder: Path, engine: str) -> dict[str, float]:
    """How many mentions were indexed in how many seconds."""
    workspace = load_workspace(folder)
    archive = open_archive_of(workspace)
    indexer = build_indexer(workspace, archive, http=late_http(workspace), engine=engine)
    started = time.perf_counter()
    done = indexer.rebuild()
    seconds = time.perf_counter() - started
    indexer.close()
    archive.close()
    return {"mentions": done, "seconds": seconds}


if __name__ == "__main__":
    look_seldom()  # as every command of hubbub does
    print(json.dumps(main(Path(sys.argv[1]), sys.argv[2])))
