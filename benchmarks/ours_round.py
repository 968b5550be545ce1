"""hubbub asking many slow sites once. ``python ours_round.py PORT HOSTS SOURCES FOLDER``

The first time everything is new. Asked again by another process, nothing is: that is the round which is measured.

The sites are names of the reserved domain ``example`` that lead to this machine, so they are spared as sites of strangers are:
all that is measured goes through the client, its pace and its waiting, as it does for anybody.
"""

from __future__ import annotations

import json
import sys
import time
import urllib.request
from contextlib import ExitStack
from pathlib import Path

from hubbub import __version__
from hubbub.cli.compose import Collector, build_indexer, open_archive_of
from hubbub.cli.garbage import look_seldom
from hubbub.config.loading import load_workspace
from hubbub.core.http import PACE, PoliteClient


def settings(port: int, hosts: int, sources: int) -> str:
    """A workspace whose sources stand host by host, as somebody would add them."""
    each = sources // hosts
    blocks = "".join(
        f'[[sources]]\nid = "s{host}-{number}"\nplugin = "rss"\nurl = "http://site{host}.example:{port}/{number}"\n'
        for host in range(hosts)
        for number in range(each)
    )
    return f'[workspace]\nname = "Bench"\nlanguages = ["en"]\n[[topics]]\nname = "acme"\nquery = "acme"\n{blocks}'


def main(port: int, hosts: int, sources: int, folder: str) -> dict[str, object]:
    """Seconds of the round, and the largest number of requests that any host got in any one second."""
    place = Path(folder)
    (place / "hubbub.toml").write_text(settings(port, hosts, sources), "utf-8")
    workspace = load_workspace(place)
    with ExitStack() as closing:
        archive = open_archive_of(workspace)
        closing.callback(archive.close)
        http = PoliteClient(
            contact="bench@acme.example", version=__version__, allow_private=True, resolver=lambda host, port: ["127.0.0.1"]
        )
        closing.callback(http.close)
        indexer = build_indexer(workspace, archive, http=http)
        closing.callback(indexer.close)
        collect = Collector(workspace, archive, indexer, http)
        closing.callback(collect.close)
        arrived(port)
        started = time.perf_counter()
        report = collect(None, None)
        seconds = time.perf_counter() - started
        times = arrived(port)
    asked = sum(map(len, times.values()))
    if asked != sources or len(times) != hosts or any(source.failures for source in report.sources):
        failures = [failure.message for source in report.sources for failure in source.failures]
        raise SystemExit(f"{asked} requests to {len(times)} hosts; {failures[:3]}")
    return {
        "seconds": seconds,
        "new": report.new,
        "unchanged": sum(source.unchanged for source in report.sources),
        "most": max(most_within(sorted(moments), PACE.seconds) for moments in times.values()),
        "allowed": PACE.requests,
    }


def arrived(port: int) -> dict[str, list[float]]:
    """When each host was asked since the last time."""
    with urllib.request.urlopen(f"http://127.0.0.1:{port}/__arrivals") as answer:
        return json.load(answer)


def most_within(moments: list[float], seconds: float) -> int:
    """The largest number of these moments in any stretch of so many seconds."""
    return max(sum(moment <= other < moment + seconds for other in moments) for moment in moments)


if __name__ == "__main__":
    look_seldom()  # as every command of hubbub does
    print(json.dumps(main(int(sys.argv[1]), int(sys.argv[2]), int(sys.argv[3]), sys.argv[4])))
