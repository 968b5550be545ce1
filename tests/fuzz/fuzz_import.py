"""Fuzzes the lines that an import reads: see ``harness``."""

import json

from harness import fuzz

AT = "2026-06-17T12:30:00Z"
PICTURE = {"kind": "image", "url": "https://x.example/a.png"}
WORDING = {"number": 1, "seen": AT, "kind": "post", "text": "acme", "media": [PICTURE], "raw": {"a": [1.5, None, "\ud800"]}}
MENTION = {"ref": "rss:1", "platform": "rss", "when": AT, "first_seen": AT, "last_seen": AT, "versions": [WORDING]}
AUTHOR = {"platform": "rss", "key": "a", "handle": "@a", "at": AT, "series": [{"at": AT, "followers": 3, "metrics": {"x": 1}}]}
SEARCH = {"name": "Hot", "query": "acme", "order": "newest", "created": AT, "looked": AT}
SOURCE = {"id": "press", "cursor": {"page": 3}, "health": "ok", "message": "fine", "last_run": AT, "failures": 0}

fuzz(
    "check_import",
    [json.dumps(one) for one in (MENTION, AUTHOR, SEARCH, SOURCE)],
    pieces=[
        '"labels": [',
        '"tags": [',
        '"copy_of": "',
        '"signature": "',
        "\\u0000",
        "\\u001b[2J",
        "\\ud800",
        "1e999",
        "NaN",
        "@",
    ],
)
