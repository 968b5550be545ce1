"""Workspaces for the tests of settings."""

from pathlib import Path

WHOLE = """\
# Our desk.
format = 1

[workspace]
name = "Acme watch"      # shown in the title
languages = ["en", "es", "ro", "el"]

[http]
contact = "desk@acme.example"

[[topics]]
name = "acme"
kind = "brand"
query = '"acme phone" OR acme NOT "acme dynamite"'
accounts = ["mastodon:@acme@social.example"]

# The press.
[[sources]]
id = "tech-press"
plugin = "rss"
url = "https://press.example/feed.xml"
every = "1h30m"

[[sources]]
id = "știri"
plugin = "rss"
url = "https://stiri.example/flux"
keep = "all"
enabled = false

[processors]
order = ["topics", "language"]

[processors.language]
sure = 0.7

# About searching.
[search]
engine = "whoosh"

[archive]
url = "postgresql://desk@db.example/hubbub"
password = { env = "HUBBUB_DB_PASSWORD" }

[tui]
theme = "nord"
keys = { "mention.keep" = "k,ctrl+k" }

[publish]
timezone = "Europe/Bucharest"
"""

SMALL = """\
[workspace]
name = "Acme"
"""


def workspace(folder: Path, text: str = SMALL) -> Path:
    """A folder with these settings."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "hubbub.toml").write_text(text, encoding="utf-8")
    return folder
