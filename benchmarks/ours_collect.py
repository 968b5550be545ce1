"""hubbub collecting the same feeds. ``python ours_collect.py BASE FEEDS FOLDER QUERY``"""

from __future__ import annotations

import json
import sys
import time
import urllib.request
from pathlib import Path

from hubbub import __version__
from hubbub.cli.compose import open_desk
from hubbub.cli.garbage import look_seldom
from hubbub.config.loading import load_workspace

BRANDS = ("acme", "globex", "initech", "umbrella", "hooli")
PAGE = 500


def settings(base: str, feeds: int) -> str:
    """A workspace that keeps everything, as the peer does, and tells topics and languages beside."""
    topics = "".join(f'[[topics]]\nname = "{brand}"\nquery = "{brand}"\n' for brand in BRANDS)
    sources = "".join(
        f'[[sources]]\nid = "f{number}"\nplugin = "rss"\nurl = "{base}/{number}.xml"\nkeep = "all"\n' for number in range(feeds)
    )
    workspace = '[workspace]\nname = "Bench"\nlanguages = ["en", "es", "ro", "el"]\n[http]\nallow_private = true\n'
    return workspace + topics + sources


def main(base: str, feeds: int, folder: str, query: str) -> dict[str, object]:
    """The seconds of each kind of work."""
    place = Path(folder)
    (place / "hubbub.toml").write_text(settings(base, feeds), "utf-8")
    clock = time.perf_counter
    with open_desk(load_workspace(place)) as desk:
        started = clock()
        first = desk.collect()
        collect = clock() - started
        urllib.request.urlopen(f"{base}/__mode/plain").read()
        started = clock()
        second = desk.collect()
        unchanged = clock() - started
        started = clock()
        hits, after = 0, None
        while True:
            page = desk.search(query, limit=PAGE, after=after)
            hits, after = hits + len(page.rows), page.next
            if after is None:
                break
        paging = clock() - started
        if not all(source.unchanged for source in second.sources):
            raise SystemExit("a feed was parsed again: " + next(s.message for s in second.sources if not s.unchanged))
    return {
        "version": __version__,
        "collect": collect,
        "unchanged": unchanged,
        "paging": paging,
        "hits": hits,
        "mentions": first.new,
    }


if __name__ == "__main__":
    look_seldom()  # as every command of hubbub does
    print(json.dumps(main(sys.argv[1], int(sys.argv[2]), sys.argv[3], sys.argv[4])))
