"""The demo's workspace: its folder, its settings, and the mark by which it is known again."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from shutil import rmtree

from ...config.locations import Locations
from ...core.errors import ConfigError
from .pier import CARE, FOLLOWED, NEWEST, TAG, TIMELINE
from .sites import GONE, SITES

MARK = ".hubbub-demo.json"
"""The file that says that ``hubbub demo`` made this folder."""

_OURS = ("hubbub.toml", "archive.db", "archive.db-wal", "archive.db-shm")
_OUR_FOLDERS = ("index", "media", "published", "logs", "plugins", "backups")


@dataclass(frozen=True, kw_only=True, slots=True)
class Mark:
    """From what a demo was made, so that the same world can be served again."""

    seed: str
    now: datetime
    """The time that its posts are dated from."""
    port: int
    """Where its feeds were served; the addresses of feeds and pictures depend on it."""


def read_mark(folder: Path) -> Mark | None:
    """The mark of a folder that ``hubbub demo`` made; ``None`` where it is free to use.

    Raises ``ConfigError`` where the folder holds something else.
    """
    path = folder / MARK
    if not path.exists():
        if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
            raise ConfigError(
                f"{folder} is not a demo and is left alone. Name another place: hubbub demo --folder DIR", file=str(folder)
            )
        return None
    try:
        data = json.loads(path.read_text("utf-8"))
        return Mark(seed=str(data["seed"]), now=datetime.fromisoformat(data["now"]), port=int(data["port"]))
    except (ValueError, KeyError, TypeError) as error:
        raise ConfigError(f"The demo's mark cannot be read ({error}). Remove the folder by hand.", file=str(path)) from error


def make_workspace(folder: Path, mark: Mark) -> None:
    """Write the mark and the settings."""
    Locations.made(folder)
    data = {"made_by": "hubbub demo", "seed": mark.seed, "now": mark.now.isoformat(), "port": mark.port}
    (folder / MARK).write_text(json.dumps(data, indent=2) + "\n", "utf-8")
    Locations(folder).settings.write_text(settings(f"http://127.0.0.1:{mark.port}"), "utf-8")


def clear(folder: Path) -> None:
    """Remove what the demo made; files that somebody else put into the folder stay."""
    for name in _OUR_FOLDERS:
        if (folder / name).is_dir():
            rmtree(folder / name)
    for name in (*_OURS, MARK):
        (folder / name).unlink(missing_ok=True)


def settings(base: str) -> str:
    """The demo's ``hubbub.toml``."""
    parts = [_HEAD, _TOPICS.format(care=CARE, newest=NEWEST), _RULES, _SOURCES]
    for site in SITES:
        lines = ["[[sources]]", f'id = "{site.id}"', 'plugin = "rss"', f'url = "{base}{site.path}"', f'every = "{site.every}"']
        if site.keep != "matches":
            lines.append(f'keep = "{site.keep}"                # also what matches no topic')
        parts.append("\n".join([f"# {site.title}", *lines]) + "\n")
    parts.append(_PIER.format(base=base, id=TIMELINE, tag=TAG))
    parts += [_FOLLOWED.format(base=base, id=source, handle=handle) for source, handle in FOLLOWED.items()]
    parts.append(_CLOSED.format(base=base, gone=GONE))
    return "\n".join(parts)


_HEAD = """\
# The demo of hubbub: a made-up brand (Acme), its rival (Globex) and a campaign (#AcmeOutdoors).
# Change what you like, then run: hubbub doctor
format = 1

[workspace]
name = "Acme watch (demo)"
languages = ["en", "es", "ro", "el", "fr", "de"]   # what a text can be in; short posts are judged better among few

[http]
contact = "desk@acme.example"         # goes into the user agent
allow_private = true                  # the demo's feeds are on 127.0.0.1, which is refused otherwise
"""

_TOPICS = """\
# --- what we listen for
[[topics]]
name = "acme"
kind = "brand"
query = '"acme" NOT "acme bakery"'    # the bakery on Mill Lane is somebody else
accounts = ["mastodon:{care}"]   # what we write ourselves is told apart

[[topics]]
name = "battery"
kind = "product"
query = 'acme AND (batter* OR bateri* OR μπαταρι* OR akku*)'   # accents and capitals do not matter

[[topics]]
name = "hub"
kind = "product"
query = '"acme hub"'

[[topics]]
name = "{newest}"
kind = "product"
query = '"acme volt" OR #AcmeVolt'

[[topics]]
name = "globex"
kind = "competitor"
query = '"globex"'

[[topics]]
name = "outdoors"
kind = "campaign"
query = '#AcmeOutdoors'
"""

_RULES = """\
# --- what is done with every mention of a sort
[[rules]]
name = "Trouble with the Volt"
if = 'label:"purpose=crisis" topic:volt'
then = { priority = "+15", tag = ["crisis"], route = "on-call" }

[[rules]]
name = "Purchase interest"
if = 'label:"purpose=lead" NOT is:ours'
then = { route = "sales" }
"""

_SOURCES = "# --- where we listen: each place is served by the demo itself, on this machine only\n"

_PIER = """\
# The Pier, a social server: what is said with a hashtag ...
[[sources]]
id = "{id}"
plugin = "mastodon"
servers = ["{base}"]
tags = ["{tag}"]
back = "60d"
every = "5m"
"""

_FOLLOWED = """\
# ... and all that an account posts and boosts
[[sources]]
id = "{id}"
plugin = "mastodon"
servers = ["{base}"]
account = "@{handle}"
back = "60d"
"""

_CLOSED = """\
# This forum was taken down (410): so looks a source in trouble.
[[sources]]
id = "{gone}"
plugin = "rss"
url = "{base}/{gone}/feed.xml"
every = "6h"
"""
