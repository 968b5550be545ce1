"""The peer for searching: raw tantivy, in its own environment. ``python peer_tantivy.py COUNT FOLDER WORD…``

The index is built once and kept; printed are the seconds of each search for the newest 50 and what it takes to build.
"""

from __future__ import annotations

import json
import statistics
import sys
import time
from importlib.metadata import version
from pathlib import Path

import tantivy
from posts import posts

REPEATS = 31


def build(count: int, folder: Path) -> None:
    """Index the posts: what the words need, and nothing else."""
    folder.mkdir(parents=True)
    index = tantivy.Index(_schema(), path=str(folder))
    writer = index.writer(256_000_000, 1)
    for post in posts(count):
        writer.add_document(tantivy.Document(id=post.id, text=post.text, published=post.published))
    writer.commit()
    writer.wait_merging_threads()


def _schema() -> tantivy.Schema:
    builder = tantivy.SchemaBuilder()
    builder.add_text_field("id", stored=True, tokenizer_name="raw")
    builder.add_text_field("text")
    builder.add_date_field("published", fast=True, stored=True, indexed=True)
    return builder.build()


def main(count: int, folder: Path, words: list[str]) -> dict[str, object]:
    """The median seconds of the searches, by word."""
    started = time.perf_counter()
    if not folder.exists():
        build(count, folder)
    built = time.perf_counter() - started
    index = tantivy.Index.open(str(folder))
    searcher = index.searcher()
    found: dict[str, object] = {}
    for word in words:
        times: list[float] = []
        total = 0
        for _ in range(REPEATS):
            before = time.perf_counter()
            result = searcher.search(index.parse_query(word, ["text"]), 50, order_by_field="published")
            rows = [searcher.doc(address)["id"] for _, address in result.hits]
            times.append(time.perf_counter() - before)
            assert len(rows) <= 50
            total = result.count  # pyright: ignore[reportAttributeAccessIssue]
        found[word] = {"seconds": statistics.median(times), "total": total}
    return {"version": version("tantivy"), "build": built, "words": found}


if __name__ == "__main__":
    print(json.dumps(main(int(sys.argv[1]), Path(sys.argv[2]), sys.argv[3:])))
