"""Every source plugin under the contract suite that third parties can run too."""

from __future__ import annotations

import json
import re
from pathlib import Path

import feed_samples
import pytest

from hubbub.core.contracts import Fetcher
from hubbub.core.registry import Registry
from hubbub.testing.source_contract import HttpSourceContract, SourceContract
from hubbub.testing.sources import build, context


class TestRss(HttpSourceContract):
    plugin, body, content_type, count = "rss", feed_samples.RSS, "application/rss+xml", 3


class SamplesOnly(SourceContract):
    """Other formats of the same plugin: the failures of HTTP do not depend on the format."""

    body: bytes

    def make(self, folder: Path) -> Fetcher:
        import httpx

        from hubbub.testing.sources import client

        return build(
            "rss",
            {"url": "https://press.example/feed"},
            context(folder, client(lambda _: httpx.Response(200, content=self.body))),
        )


class TestAtom(SamplesOnly):
    body, count = feed_samples.ATOM, 3


class TestRdf(SamplesOnly):
    body, count = feed_samples.RDF, 2


class TestJsonFeed(SamplesOnly):
    body, count = feed_samples.JSON_FEED, 2


class TestPodcast(SamplesOnly):
    body, count = feed_samples.PODCAST, 2


ROWS = [
    {"id": "1", "text": "La batería dura dos días", "author": "@lucia", "published": "2026-06-01T10:00:00Z", "likes": 3},
    {"id": "2", "text": "Bateria ține două zile", "author": "Ion Popescu", "published": "2026-06-02", "lang": "ro"},
    {"url": "https://forum.example/3", "text": "Η μπαταρία κρατάει δύο μέρες"},
]


class FileSource(SourceContract):
    plugin = "file"
    name: str
    content: str
    count = 3

    def make(self, folder: Path) -> Fetcher:
        (folder / self.name).write_text(self.content, "utf-8")
        return build("file", {"path": self.name}, context(folder))


class TestJsonLines(FileSource):
    name, content = "posts.jsonl", "".join(json.dumps(row) + "\n" for row in ROWS)


class TestJson(FileSource):
    name, content = "posts.json", json.dumps({"total": 3, "hits": ROWS})


class TestTable(FileSource):
    name = "posts.csv"
    content = (
        'id;text;author;published\n1;"La batería; dura";lucia;2026-06-01\n2;"dos\nlíneas";;\n3;Μπαταρία;Νίκος;2026-06-03\n'
    )


def test_every_installed_source_of_ours_is_under_the_contract() -> None:
    tests = Path(__file__).parent.parent
    suites = "\n".join(path.read_text("utf-8") for path in [Path(__file__), *sorted((tests / "plugins").glob("test_*.py"))])
    covered = set(re.findall(r'(?m)^    plugin(?:, [a-z_, ]+)? = "([a-z]+)"', suites))
    ours = {info.name for info in Registry().listing() if info.role == "source" and info.module.startswith("hubbub.plugins.")}
    assert ours <= covered, "each source plugin needs a class that inherits from a contract suite"


@pytest.mark.parametrize("name", Registry().names("source"))
def test_options_refuse_what_they_do_not_know(name: str) -> None:
    options = Registry().component("source", name).options
    assert options is not None
    with pytest.raises(ValueError, match="Extra inputs"):
        options.model_validate({"url": "https://a.example/", "path": "x.csv", "urll": "y"})
