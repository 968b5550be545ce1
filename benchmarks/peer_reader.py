"""The peer for collecting: lemon24/reader, in its own environment. ``python peer_reader.py BASE FEEDS FOLDER QUERY``"""

from __future__ import annotations

import json
import sys
import time
import urllib.request
from pathlib import Path

import reader as reader_package
from reader import Reader, make_reader

WORKERS = 10


def update(reader: Reader) -> None:
    """Read all feeds; any failure ends the run, as its time would mean nothing."""
    for result in reader.update_feeds_iter(workers=WORKERS, scheduled=False):
        if isinstance(result.value, Exception):
            raise result.value


def main(base: str, feeds: int, folder: str, query: str) -> dict[str, object]:
    """The seconds of each kind of work."""
    reader = make_reader(str(Path(folder) / "reader.sqlite"))
    for number in range(feeds):
        reader.add_feed(f"{base}/{number}.xml")
    reader.enable_search()
    clock = time.perf_counter
    started = clock()
    update(reader)
    updated = clock()
    reader.update_search()
    searchable = clock()
    urllib.request.urlopen(f"{base}/__mode/plain").read()
    before = clock()
    update(reader)
    unchanged = clock() - before
    before = clock()
    hits = len(list(reader.search_entries(query)))
    paging = clock() - before
    return {
        "version": reader_package.__version__,
        "collect": searchable - started,
        "update": updated - started,
        "update_search": searchable - updated,
        "unchanged": unchanged,
        "paging": paging,
        "hits": hits,
        "mentions": reader.get_entry_counts().total,
    }


if __name__ == "__main__":
    print(json.dumps(main(sys.argv[1], int(sys.argv[2]), sys.argv[3], sys.argv[4])))
