"""All benchmarks with one command: ``make bench``, or ``python benchmarks/run.py [--quick] [ROW…]``.

Each figure is a ratio: hubbub and a named peer do the same work, in turns, in one run on one machine. The peers are installed
into an environment of their own. A whole run writes ``results.json`` and ``results.md`` beside this file, and
the table into the README, where that has the comments ``benchmarks`` and ``/benchmarks``.
"""

from __future__ import annotations

import argparse
import json
import math
import os
import platform
import shutil
import subprocess
import sys
import tempfile
import venv
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

from feeds import write_feeds
from make_archive import SHAPE
from measuring import Ran, Spread, run, run_json
from posts import COMMON, word
from table import Row, markdown, put_between_marks

HERE = Path(__file__).parent
WORK = HERE / ".work"
"""Peers' environment, generated feeds and archives; may be removed at any time."""
PEERS = ("reader", "sgmllib3k", "tantivy", "networkx", "scipy", "vaderSentiment")
"""``reader`` needs sgmllib3k beside it: without, it fails at import with the newest feedparser."""
ALL_HITS = "ba*"
"""A query that most of the feeds' entries answer."""


def main() -> None:
    """Run the rows that were asked for, print the table and keep it."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("rows", nargs="*", metavar="ROW", help=f"which to run: {', '.join(ROWS)} (default: all)")
    parser.add_argument("--quick", action="store_true", help="small sizes, one repetition: to see that everything works")
    options = parser.parse_args()
    if unknown := set(options.rows) - set(ROWS):
        parser.error(f"no such row: {', '.join(sorted(unknown))}; there is: {', '.join(ROWS)}")
    size = QUICK if options.quick else FULL
    rows: list[Row] = []
    for name in options.rows or ROWS:
        print(f"… {name}", file=sys.stderr, flush=True)
        rows += ROWS[name](size)
    about = {
        "when": datetime.now(UTC).isoformat(timespec="seconds"),
        "python": platform.python_version(),
        "machine": f"{platform.system()} {platform.machine()}, {os.cpu_count()} cores",
        "quick": options.quick,
    }
    text = markdown(rows, about)
    print(text)
    if not options.quick and not options.rows:
        (HERE / "results.md").write_text(text, "utf-8")
        data = {"about": about, "rows": [row.to_dict() for row in rows]}
        (HERE / "results.json").write_text(json.dumps(data, indent=2, ensure_ascii=False) + "\n", "utf-8")
        readme = HERE.parent / "README.md"
        readme.write_text(put_between_marks(readme.read_text("utf-8"), text), "utf-8")


class Size:
    """How much work, and how often."""

    def __init__(self, *, feeds: int, entries: int, sources: int, archives: tuple[int, ...], repeats: int, starts: int) -> None:
        self.feeds, self.entries, self.sources = feeds, entries, sources
        self.archives, self.repeats, self.starts = archives, repeats, starts


FULL = Size(feeds=200, entries=50, sources=500, archives=(100_000, 1_000_000), repeats=3, starts=11)
QUICK = Size(feeds=20, entries=20, sources=50, archives=(5_000,), repeats=1, starts=3)
LATENCY = 0.2
"""Seconds that a slow site takes for an answer."""


# --- the rows ------------------------------------------------------------------------------------------------


def collecting(size: Size) -> list[Row]:
    """Collecting, unchanged feeds and paging, against reader."""
    feeds = WORK / f"feeds-{size.feeds}x{size.entries}"
    if not feeds.exists():
        write_feeds(feeds, size.feeds, size.entries)
    ours: list[dict[str, float]] = []
    theirs: list[dict[str, float]] = []
    for _ in range(size.repeats):
        for script, python, found in (("peer_reader.py", peer_python(), theirs), ("ours_collect.py", sys.executable, ours)):
            with serving(feeds) as base, tempfile.TemporaryDirectory() as folder:
                ran = run_json(python, HERE / script, base, str(size.feeds), folder, ALL_HITS)
                found.append(ran.output | {"peak_mb": ran.peak_mb})
    hits = {run["hits"] for run in ours + theirs}
    if len(hits) != 1:
        sys.exit(f"hubbub and reader do not find the same: {sorted(hits)}")
    peer = f"reader {theirs[0]['version']}"
    amount = f"{size.feeds} feeds × {size.entries} entries"

    def row(key: str, name: str, peer_does: str, wanted: float | None, unit: str = "s") -> Row:
        return Row(
            name=name,
            peer=f"{peer}, {peer_does}" if peer_does else peer,
            unit=unit,
            ours=Spread(values=tuple(run[key] for run in ours)),
            theirs=Spread(values=tuple(run[key] for run in theirs)),
            wanted=wanted,
        )

    return [
        row(
            "collect",
            f"first collect of {amount}: parsed, matched, language told, saved, searchable",
            "update + update_search",
            1 / 3,
        ),
        row("unchanged", f"{size.feeds} unchanged feeds that answer 200 with the same body", "update", 1 / 10),
        row("paging", f"paging through all {hits.pop():,} hits of one query", "search_entries", 1 / 20),
        row("peak_mb", "peak memory of these three", "", None, "MB"),
    ]


def searching(size: Size) -> list[Row]:
    """The newest 50 of a common word, archive rows included, against raw tantivy without rows."""
    return [row for count in size.archives for row in _searching(count, size.repeats)]


def _searching(count: int, repeats: int) -> list[Row]:
    folder, index, common = archive(count), WORK / f"tantivy-{count}", word(COMMON)
    # The first pair is for the memory, and warms the files; the others are for the time.
    pairs = [
        (
            run_json(sys.executable, HERE / "ours_search.py", str(folder), f"={common}", common, watch=watch),
            run_json(peer_python(), HERE / "peer_tantivy.py", str(count), str(index), common, watch=watch),
        )
        for watch in (True, *[False] * repeats)
    ]
    # A word without its forms: what raw tantivy is asked for.
    asked = {True: f"={common}", False: common}
    totals = {ran.output["words"][asked[ran is pair[0]]]["total"] for pair in pairs for ran in pair}
    if len(totals) != 1:
        sys.exit(f"hubbub and tantivy do not find the same: {sorted(totals)}")
    peer = f"raw tantivy {pairs[0][1].output['version']}"

    def milliseconds(ran: Ran, word: str) -> float:
        return ran.output["words"][word]["seconds"] * 1000

    def row(word: str, what: str) -> Row:
        return Row(
            name=f"newest 50 of a common word{what} among {count:,} mentions, archive rows included",
            peer=f"{peer}, ids only",
            unit="ms",
            ours=Spread(values=tuple(milliseconds(ours, word) for ours, _ in pairs[1:])),
            theirs=Spread(values=tuple(milliseconds(theirs, common) for _, theirs in pairs[1:])),
            wanted=2.0,
        )

    return [
        row(f"={common}", f" ({totals.pop():,} hits)"),
        row(common, " with its inflected forms"),
        Row(
            name=f"peak memory of searching {count:,} mentions",
            peer=peer,
            unit="MB",
            ours=Spread(values=(pairs[0][0].peak_mb,)),
            theirs=Spread(values=(pairs[0][1].peak_mb,)),
        ),
    ]


def querying(size: Size) -> list[Row]:
    """Forty queries of every kind, facets, and what ten times the archive costs."""
    small, large = size.archives[0], size.archives[-1]
    found = {count: run_json(sys.executable, HERE / "ours_queries.py", str(archive(count))) for count in (small, large)}
    times = sorted((asked["seconds"] * 1000, text) for text, asked in found[large].output["queries"].items())
    p95 = times[math.ceil(0.95 * len(times)) - 1][0]
    print("  the slowest: " + "; ".join(f"{text} {ms:.0f} ms" for ms, text in times[-4:]), file=sys.stderr, flush=True)
    rows = [
        Row(
            name=f"{len(times)} queries of every kind among {large:,} mentions, 95th percentile",
            unit="ms",
            ours=Spread(values=(p95,)),
            limit=100,
        )
    ]
    for asked in found[large].output["facets"].values():
        name = f"facets and histogram over {asked['total']:,} hits among {large:,} mentions"
        limit = 150 if asked["total"] < 150_000 else None
        rows.append(Row(name=name, unit="ms", ours=Spread(values=(asked["seconds"] * 1000,)), limit=limit))
    if large > small:
        for name, seconds in found[large].output["daily"].items():
            rows.append(
                Row(
                    name=f"{name}: {large:,} mentions against {small:,}",
                    peer=f"hubbub, {small:,}",
                    unit="ms",
                    ours=Spread(values=(seconds * 1000,)),
                    theirs=Spread(values=(found[small].output["daily"][name] * 1000,)),
                    wanted=1.5,
                )
            )
    rows.append(
        Row(name=f"peak memory of all these on {large:,} mentions", unit="MB", ours=Spread(values=(found[large].peak_mb,)))
    )
    return rows


def indexing(size: Size) -> list[Row]:
    """Building an index again, and what near-copies cost of collecting."""
    rows: list[Row] = []
    for engine, count, least in (("tantivy", size.archives[0], 15_000), ("whoosh", size.archives[0] // 10, None)):
        ran = run_json(sys.executable, HERE / "ours_rebuild.py", str(archive(count)), engine).output
        speed = Spread(values=(ran["mentions"] / ran["seconds"],))
        rows.append(
            Row(name=f"rebuild of the index of {count:,} mentions, {engine}", unit="mentions/s", ours=speed, least=least)
        )
    return rows


def grouping(size: Size) -> list[Row]:
    """What near-copies cost, as a share of collecting the same number of mentions."""
    feeds = WORK / f"feeds-{size.feeds}x{size.entries}"
    if not feeds.exists():
        write_feeds(feeds, size.feeds, size.entries)
    costs: list[float] = []
    wholes: list[float] = []
    for _ in range(size.repeats):
        ran = run_json(sys.executable, HERE / "ours_grouping.py", str(size.feeds * size.entries)).output
        costs.append(ran["signing"] + ran["grouped"] - ran["ungrouped"])
        with serving(feeds) as base, tempfile.TemporaryDirectory() as folder:
            wholes.append(
                run_json(sys.executable, HERE / "ours_collect.py", base, str(size.feeds), folder, ALL_HITS).output["collect"]
            )
    return [
        Row(
            name=f"near-copies found among {size.feeds * size.entries:,} mentions: signing and grouping",
            peer="hubbub, the whole collect of as many",
            unit="s",
            ours=Spread(values=tuple(costs)),
            theirs=Spread(values=tuple(wholes)),
            wanted=0.1,
        )
    ]


def listening(size: Size) -> list[Row]:
    """A replay of Jetstream, filtered on one core."""
    events, queries = size.archives[0], 100
    runs = [run_json(sys.executable, HERE / "ours_stream.py", str(events), str(queries)).output for _ in range(size.repeats)]

    def row(key: str, what: str) -> Row:
        name = f"{what} of {events:,} posts of a replayed Jetstream, topics of {queries} queries, one core"
        return Row(name=name, unit="posts/s", ours=Spread(values=tuple(events / ran[key] for ran in runs)), least=20_000)

    return [
        row("sieving", "test before parsing"),
        row("whole", "frames, test, mapping and matching"),
        row("shaped", "the same, a fifth of the queries beginnings of words,"),
    ]


def judging(size: Size) -> list[Row]:
    """All processors over short posts in six languages, on one core, against VADER, which judges feelings of English alone."""
    count = min(size.archives[0], 20_000)
    pairs = [
        (
            run_json(sys.executable, HERE / "ours_judging.py", str(count)).output,
            run_json(peer_python(), HERE / "peer_vader.py", str(count)).output,
        )
        for _ in range(size.repeats)
    ]
    return [
        Row(
            name=f"{', '.join(pairs[0][0]['processors'])} of {count:,} short posts, one core",
            peer=f"VADER {pairs[0][1]['version']}, feelings of English alone",
            unit="posts/s",
            ours=Spread(values=tuple(count / ours["seconds"] for ours, _ in pairs)),
            theirs=Spread(values=tuple(count / theirs["seconds"] for _, theirs in pairs)),
            least=1_500,
        )
    ]


def moving(size: Size) -> list[Row]:
    """Export and import of everything."""
    hubbub = str(Path(sys.executable).with_name("hubbub"))
    count = size.archives[0]
    with tempfile.TemporaryDirectory() as place:
        out, again = Path(place) / "export", Path(place) / "again"
        again.mkdir()
        shutil.copy(archive(count) / "hubbub.toml", again)
        runs = {
            "export": run([hubbub, "-w", str(archive(count)), "export", str(out)], watch=True),
            "import": run([hubbub, "-w", str(again), "import", str(out)], watch=True),
        }
    return [
        row
        for name, ran in runs.items()
        for row in (
            Row(name=f"full {name} of {count:,} mentions", unit="s", ours=Spread(values=(ran.seconds,)), limit=60),
            Row(name=f"peak memory of the {name}", unit="MB", ours=Spread(values=(ran.peak_mb,)), limit=200),
        )
    ]


def starting(size: Size) -> list[Row]:
    """Cold commands, against an empty Python program."""
    hubbub = str(Path(sys.executable).with_name("hubbub"))
    largest = size.archives[-1]
    commands = (
        ("`hubbub --version`", [hubbub, "--version"], 0.15),
        (f"`hubbub search WORD` on {largest:,} mentions", [hubbub, "-w", str(archive(largest)), "search", word(COMMON)], 0.4),
    )
    nothing = [sys.executable, "-c", "pass"]
    rows: list[Row] = []
    for name, command, limit in commands:
        run(command)
        pairs = [(run(command).seconds, run(nothing).seconds) for _ in range(size.starts)]
        rows.append(
            Row(
                name=f"{name}, a fresh process",
                peer="`python -c pass`",
                unit="s",
                ours=Spread(values=tuple(mine for mine, _ in pairs)),
                theirs=Spread(values=tuple(theirs for _, theirs in pairs)),
                limit=limit,
            )
        )
        rows.append(Row(name=f"peak memory of {name}", unit="MB", ours=Spread(values=(run(command, watch=True).peak_mb,))))
    return rows


def painting(size: Size) -> list[Row]:
    """The terminal application's first mention on the screen."""
    largest = size.archives[-1]
    folder = archive(largest)
    runs = [run_json(sys.executable, HERE / "first_paint.py", str(folder), watch=False).output for _ in range(size.repeats + 2)]
    pass_ = [run([sys.executable, "-c", "pass"]).seconds for _ in runs]
    return [
        Row(
            name=f"TUI on {largest:,} mentions: from start to the newest mention on the screen",
            peer="`python -c pass`",
            unit="s",
            ours=Spread(values=tuple(run["paint"] for run in runs)),
            theirs=Spread(values=tuple(pass_)),
            limit=1.0,
        ),
        Row(name="TUI: a key to its answer", unit="ms", ours=Spread(values=tuple(run["key"] * 1000 for run in runs)), limit=50),
        Row(
            name="TUI: a letter typed until its results stand",
            unit="ms",
            ours=Spread(values=tuple(run["typed"] * 1000 for run in runs)),
            limit=50,
        ),
        Row(name="TUI: peak memory", unit="MB", ours=Spread(values=tuple(run["peak_mb"] for run in runs)), limit=300),
    ]


def builder(size: Size) -> list[Row]:
    """Every action of the story builder on a story of 500 blocks, and what a story ten times as long costs."""
    small, large = size.archives[0], size.archives[-1]
    found = {
        (count, blocks): run_json(
            sys.executable, HERE / "ours_builder.py", str(archive(count)), str(blocks), watch=False
        ).output
        for count, blocks in {(large, 500), (large, 50), (small, 500)}
    }
    times = found[large, 500]
    rows = [
        Row(
            name=f"story builder, {name}: a story of 500 blocks among {large:,} mentions",
            peer="hubbub, 50 blocks",
            unit="ms",
            ours=Spread(values=(seconds * 1000,)),
            theirs=Spread(values=(found[large, 50][name] * 1000,)),
            limit=None if name == "open the builder" else 50,
        )
        for name, seconds in times.items()
    ]
    if large > small:
        steps = [name for name in times if name != "open the builder"]
        ours, theirs = (sum(found[count, 500][name] for name in steps) / len(steps) * 1000 for count in (large, small))
        rows.append(
            Row(
                name=f"story builder, mean of all actions: {large:,} mentions against {small:,}",
                peer=f"hubbub, {small:,}",
                unit="ms",
                ours=Spread(values=(ours,)),
                theirs=Spread(values=(theirs,)),
                wanted=1.5,
            )
        )
    return rows


def publishing(size: Size) -> list[Row]:
    """A long story as a page: how long that takes, and how much larger the page is than its pictures."""
    blocks, pictures = (500, 200) if size.repeats > 1 else (50, 20)
    runs = [
        run_json(sys.executable, HERE / "ours_publish.py", str(blocks), str(pictures), watch=False).output
        for _ in range(size.repeats)
    ]
    what = f"{blocks} blocks with {pictures} pictures"
    return [
        Row(name=f"publishing {what} as a page", unit="s", ours=Spread(values=tuple(run["first"] for run in runs)), limit=10),
        Row(name="the same again", unit="s", ours=Spread(values=tuple(run["again"] for run in runs))),
        Row(
            name=f"size of the page of {what}",
            peer="the pictures themselves",
            unit="MB",
            ours=Spread(values=tuple(run["written"] / 1e6 for run in runs)),
            theirs=Spread(values=tuple(run["pictures"] / 1e6 for run in runs)),
            wanted=1.3,
        ),
    ]


def rounds(size: Size) -> list[Row]:
    """Many sources on slow sites of which none has anything new: one round, and how hard it presses the sites."""
    sources, hosts = size.sources, size.sources // 10
    with slow_sites(LATENCY) as port, tempfile.TemporaryDirectory() as folder:
        command = (HERE / "ours_round.py", str(port), str(hosts), str(sources), folder)
        run_json(sys.executable, *command, watch=False)
        runs = [run_json(sys.executable, *command) for _ in range(size.repeats)]
    if any(ran.output["unchanged"] != sources for ran in runs):
        sys.exit("not all of the sources had nothing new")
    what = f"{sources} sources on {hosts} hosts with {LATENCY * 1000:.0f} ms latency, nothing new"
    return [
        Row(
            name=f"{what}: one round",
            unit="s",
            ours=Spread(values=tuple(ran.output["seconds"] for ran in runs)),
            limit=15,
        ),
        Row(name="peak memory of that round", unit="MB", ours=Spread(values=tuple(ran.peak_mb for ran in runs)), limit=150),
        Row(
            name="most requests that one host got in any second of it",
            unit="requests",
            ours=Spread(values=tuple(float(ran.output["most"]) for ran in runs)),
            limit=runs[0].output["allowed"],
        ),
    ]


def ranking(size: Size) -> list[Row]:
    """Influence over many interactions, whole days kept and one of them with news, against networkx's PageRank alone."""
    edges = size.archives[-1]
    folder = WORK / f"influence-{edges}"
    command = (HERE / "ours_influence.py", str(folder), str(edges))
    if not (folder / "edges.npy").exists():
        run_json(sys.executable, *command)
    filled = run_json(sys.executable, *command, "fill", watch=False)
    pairs = [
        (
            run_json(sys.executable, *command, "warm", watch=False),
            run_json(peer_python(), HERE / "peer_networkx.py", str(folder / "edges.npy"), watch=False),
        )
        for _ in range(size.repeats)
    ]
    peer = f"networkx {pairs[0][1].output['version']}, PageRank alone"

    def row(key: str, name: str, unit: str, limit: float) -> Row:
        return Row(
            name=name,
            peer=peer,
            unit=unit,
            ours=Spread(values=tuple(ours.output[key] for ours, _ in pairs)),
            theirs=Spread(values=tuple(theirs.output[key] for _, theirs in pairs)),
            limit=limit,
        )

    return [
        row("seconds", f"influence of all authors over {edges:,} interactions, a day with news read", "s", 2),
        row("peak_mb", "peak memory of that", "MB", 300),
        Row(name="the same with nothing kept", unit="s", ours=Spread(values=(filled.output["seconds"],))),
    ]


ROWS: dict[str, Callable[[Size], list[Row]]] = {
    "collecting": collecting,
    "rounds": rounds,
    "searching": searching,
    "querying": querying,
    "indexing": indexing,
    "grouping": grouping,
    "ranking": ranking,
    "listening": listening,
    "judging": judging,
    "moving": moving,
    "starting": starting,
    "painting": painting,
    "builder": builder,
    "publish": publishing,
}


# --- what they stand on --------------------------------------------------------------------------------------


def peer_python() -> Path:
    """The Python of the peers' own environment, made at its first use."""
    folder = WORK / "peers"
    python = folder / "bin" / "python"
    ready, wanted = folder / "ready", " ".join(PEERS)
    if not ready.exists() or ready.read_text("utf-8") != wanted:
        print("… installing the peers", file=sys.stderr, flush=True)
        shutil.rmtree(folder, ignore_errors=True)
        venv.create(folder, with_pip=True)
        run([str(python), "-m", "pip", "install", "--quiet", "--disable-pip-version-check", *PEERS])
        ready.write_text(wanted, "utf-8")
    return python


def archive(count: int) -> Path:
    """A workspace of so many mentions, made at its first use."""
    folder = WORK / f"archive-{count}"
    if not (folder / f"made-{SHAPE}.json").exists():
        print(f"… making an archive of {count:,} mentions", file=sys.stderr, flush=True)
        times = run_json(sys.executable, HERE / "make_archive.py", str(count), str(folder)).output
        print(f"  saved in {times['save']:.0f} s, indexed in {times['index']:.0f} s", file=sys.stderr, flush=True)
    return folder


@contextmanager
def serving(feeds: Path) -> Iterator[str]:
    """The feeds' address, while a process of its own serves them."""
    with _server("feedserver.py", str(feeds)) as port:
        yield f"http://127.0.0.1:{port}"


@contextmanager
def slow_sites(latency: float) -> Iterator[int]:
    """The port on which all sites answer after so many seconds."""
    with _server("slowserver.py", str(latency)) as port:
        yield port


@contextmanager
def _server(script: str, *args: str) -> Iterator[int]:
    """The port of a server that says it on its first line, while it runs."""
    with subprocess.Popen([sys.executable, str(HERE / script), *args], stdout=subprocess.PIPE, text=True) as server:
        try:
            assert server.stdout is not None
            yield int(server.stdout.readline())
        finally:
            server.terminate()


if __name__ == "__main__":
    main()
