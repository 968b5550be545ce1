"""hubbub answering many kinds of query, archive rows included. ``python ours_queries.py FOLDER``"""

from __future__ import annotations

import json
import statistics
import sys
import time
from collections.abc import Callable
from pathlib import Path

from queries import COMMON, HUNDRED_THOUSAND, QUERIES

from hubbub.cli.compose import open_desk
from hubbub.cli.garbage import look_seldom
from hubbub.config.loading import load_workspace

REPEATS = 5


def median(ask: Callable[[], object]) -> float:
    """The median seconds of a question; the first time, which opens files, does not count."""
    ask()
    times: list[float] = []
    for _ in range(REPEATS):
        before = time.perf_counter()
        ask()
        times.append(time.perf_counter() - before)
    return statistics.median(times)


def main(folder: Path) -> dict[str, object]:
    """Seconds of each query's newest 50 with its total, of the facets, and of what a day at the desk asks."""
    with open_desk(load_workspace(folder)) as desk:
        queries = {
            text: {"seconds": median(lambda text=text: desk.search(text)), "total": desk.search(text).total} for text in QUERIES
        }
        facets = {
            text: {"seconds": median(lambda text=text: desk.facets(text)), "total": desk.facets(text).total}
            for text in (HUNDRED_THOUSAND, COMMON)
        }
        after = desk.search("", limit=500).next
        daily = {
            "inbox": median(lambda: desk.search("")),
            "inbox, a page further": median(lambda: desk.search("", after=after)),
            "a topic's new ones": median(lambda: desk.search("topic:acme status:new")),
            "a common word": median(lambda: desk.search(COMMON)),
            "the most engaged": median(lambda: desk.search(COMMON, order="engaged")),
        }
        return {"queries": queries, "facets": facets, "daily": daily}


if __name__ == "__main__":
    look_seldom()  # as every command of hubbub does
    print(json.dumps(main(Path(sys.argv[1]))))
