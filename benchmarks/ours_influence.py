"""Ranking authors by a million interactions. ``python ours_influence.py FOLDER EDGES [fill | warm]``

``FOLDER`` gets an archive of so many mentions, each of which answers one by somebody else, written row by row beside the usual
way: what is measured is reading. ``fill`` ranks with nothing kept, ``warm`` with all days kept but one that has news. Without
either the archive is made, and the edges are written for the peer.
"""

from __future__ import annotations

import json
import resource
import sys
import time
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path

import numpy as np

from hubbub.archive import open_archive
from hubbub.cli.garbage import look_seldom
from hubbub.core.values import Topic, Window
from hubbub.plugins.rankers.influence import InfluenceOptions, InfluenceRanker

END = datetime(2026, 6, 14, tzinfo=UTC)
DAYS = 30
TOPIC = Topic(name="Acme", query="acme")
WINDOW = Window(start=END - timedelta(days=DAYS), end=END)
PIECE = 20_000


def graph(edges: int) -> tuple[np.ndarray, np.ndarray]:
    """Actors and targets: a tenth as many authors as edges; few are answered by many, as it is."""
    chance = np.random.default_rng(1)
    authors = max(edges // 10, 10)
    actors = chance.integers(0, authors, edges)
    targets = (authors * chance.random(edges) ** 3).astype(np.int64)
    return actors, np.where(targets == actors, (targets + 1) % authors, targets)


def make(folder: Path, edges: int) -> None:
    """An archive in which mention n, by its actor, answers the last mention of its target."""
    import sqlite3

    actors, targets = graph(edges)
    folder.mkdir(parents=True, exist_ok=True)
    np.save(folder / "edges.npy", np.column_stack([actors, targets]))
    path = folder / "archive.db"
    open_archive(path).close()
    authors = int(max(actors.max(), targets.max())) + 1
    start, step = int(WINDOW.start.timestamp() * 1e6), int(DAYS * 86_400e6) // (edges + authors)
    with closing(sqlite3.connect(path)) as db:
        db.execute("PRAGMA synchronous = OFF")
        people = ((n + 1, "forum", f"p{n}", f"p{n}", n * 7 % 9973) for n in range(authors))
        db.executemany(
            "INSERT INTO authors (id, platform, key, handle, followers, metrics, at) VALUES (?, ?, ?, ?, ?, '{}', 0)", people
        )
        # First a mention of everybody, then the answers.
        who = np.concatenate([np.arange(authors), actors])
        said = ((n + 1, f"forum:{n}", int(author) + 1, start + n * step) for n, author in enumerate(who))
        db.executemany(
            'INSERT INTO mentions (id, ref, platform, kind, author_id, "when", first_seen, last_seen, version, digest, state,'
            " labels) VALUES (?, ?, 'forum', 'comment', ?, ?, 0, 0, 1, '', 'new',"
            ' \'[{"name":"topic","value":"Acme","by":"topics"}]\')',
            said,
        )
        answers = ((authors + n + 1, "reply", f"forum:{target}") for n, target in enumerate(targets))
        db.executemany("INSERT INTO interactions VALUES (?, ?, ?)", answers)
        db.execute("INSERT INTO keywords VALUES (1, 'topic', 'Acme', 'acme', ?)", (len(who),))
        db.execute('INSERT INTO keyword_mentions SELECT 1, "when", id FROM mentions ORDER BY "when"')
        first = start // 86_400_000_000
        db.executemany("INSERT INTO day_stamps VALUES (?, ?)", [(first + n, n + 1) for n in range(DAYS)])
        db.execute("ANALYZE")
        db.commit()


def rank(folder: Path, *, news: bool) -> dict[str, float]:
    """Seconds of ranking everybody and reading the first fifty, and the most memory that the process held."""
    if news:
        import sqlite3

        with closing(sqlite3.connect(folder / "archive.db")) as db:
            db.execute("UPDATE day_stamps SET stamp = stamp + 1000 WHERE day = (SELECT max(day) FROM day_stamps)")
            db.commit()
    with closing(open_archive(folder / "archive.db")) as archive:
        archive.author("forum", "p0")  # the whole archive is opened, as it is on the desk
        started = time.perf_counter()
        ranks = InfluenceRanker(InfluenceOptions(), (), folder / "kept").rank(archive, TOPIC, WINDOW)
        best = list(ranks[:50])
        seconds = time.perf_counter() - started
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    return {"seconds": seconds, "peak_mb": peak, "authors": len(ranks), "best": best[0].score}


def main(place: str, edges: str, what: str = "") -> None:
    """Make, or rank."""
    folder = Path(place)
    if not what:
        make(folder, int(edges))
        print("{}")
        return
    if what == "fill":
        for path in folder.glob("kept/*"):
            path.unlink()
    print(json.dumps(rank(folder, news=what == "warm")))


if __name__ == "__main__":
    look_seldom()  # as every command of hubbub does
    main(*sys.argv[1:])
