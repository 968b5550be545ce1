"""What every source must do, as a suite to inherit from; :class:`HttpSourceContract` adds every failure that sites have.

::

    class TestMySource(HttpSourceContract):
        plugin = "mysource"
        body, content_type, count = GOOD, "application/json", 3

        def options(self, url: str) -> dict[str, Any]:
            return {"server": url}
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import suppress
from datetime import UTC
from pathlib import Path
from typing import Any

import pytest

from ..core.contracts import Checks, Fetcher, LooksUp
from ..core.errors import SourceError, SourceUnreachable
from ..core.values import JSON, Topic
from .failures import FAILURES, STRANGE_ADDRESSES, STRANGE_CURSORS
from .server import Answer, ScriptedServer
from .sources import Collected, build, client, collect, context

__all__ = ["FAILURES", "STRANGE_CURSORS", "HttpSourceContract", "SourceContract"]


class SourceContract:
    """What holds for every source. Inherit, and say how to make one that gives something."""

    count: int = 0
    """How many mentions it gives."""
    topics: tuple[Topic, ...] = ()
    """What it is asked for."""

    def make(self, folder: Path) -> Fetcher:
        """A fetcher whose place has :attr:`count` mentions, each time anew and with the same content."""
        raise NotImplementedError

    def test_gives_mentions_with_identity_and_utc_times(self, tmp_path: Path) -> None:
        collected = collect(self.make(tmp_path), topics=self.topics)
        refs = [mention.ref for mention in collected.mentions]
        assert len(refs) == self.count
        assert len(set(refs)) == len(refs)
        for mention in collected.mentions:
            assert mention.platform
            assert mention.key
            assert mention.title or mention.text or mention.media
            for moment in (mention.published, mention.edited):
                assert moment is None or moment.tzinfo is UTC

    def test_same_content_gives_the_same_refs_and_words(self, tmp_path: Path) -> None:
        first, second = collect(self.make(tmp_path), topics=self.topics), collect(self.make(tmp_path), topics=self.topics)
        assert [(m.ref, m.title, m.text) for m in first.mentions] == [(m.ref, m.title, m.text) for m in second.mentions]

    def test_raw_and_cursor_are_plain_json(self, tmp_path: Path) -> None:
        collected = collect(self.make(tmp_path), topics=self.topics)
        assert collected.mentions
        for mention in collected.mentions:
            assert json.loads(json.dumps(mention.raw)) == mention.raw
        assert json.loads(json.dumps(collected.cursor)) == collected.cursor

    def test_nothing_new_is_said_to_be_unchanged(self, tmp_path: Path) -> None:
        fetcher = self.make(tmp_path)
        cursor: JSON = json.loads(json.dumps(collect(fetcher).cursor))
        again = collect(fetcher, cursor)
        assert again.unchanged
        assert again.mentions == []
        assert collect(fetcher, again.cursor).unchanged

    @pytest.mark.parametrize("cursor", STRANGE_CURSORS, ids=str)
    def test_a_strange_cursor_means_from_the_start(self, tmp_path: Path, cursor: JSON) -> None:
        assert len(collect(self.make(tmp_path), cursor, self.topics).mentions) == self.count

    def test_looks_up_only_addresses_and_finds_what_it_collects(self, tmp_path: Path) -> None:
        fetcher = self.make(tmp_path)
        if not isinstance(fetcher, LooksUp):
            pytest.skip("this source looks up no addresses")
        assert [fetcher.look_up(address) for address in STRANGE_ADDRESSES] == [None] * len(STRANGE_ADDRESSES)
        for mention in collect(fetcher, topics=self.topics).mentions[:3]:
            with suppress(SourceError):  # what is played here need not have this page
                found = fetcher.look_up(mention.url)
                assert found is None or found.ref == mention.ref

    def test_check_says_that_all_is_well(self, tmp_path: Path) -> None:
        fetcher = self.make(tmp_path)
        if not isinstance(fetcher, Checks):
            pytest.skip("this source has nothing to check")
        assert fetcher.check().endswith(".")


class HttpSourceContract(SourceContract):
    """What holds for every source that asks a web server."""

    plugin: str
    body: bytes
    """A good answer."""
    content_type: str
    path = "/source"

    def options(self, url: str) -> dict[str, Any]:
        """The plugin's options for a server at this address."""
        return {"url": url}

    @pytest.fixture(autouse=True)
    def _server(self) -> Iterator[None]:
        with ScriptedServer() as server:
            self.server = server
            server.play(self.path, self.good())
            yield

    def good(self, **changes: Any) -> Answer:
        """The good answer."""
        return Answer(headers={"Content-Type": self.content_type}, body=self.body, **changes)

    def make(self, folder: Path) -> Fetcher:
        """A fetcher with a client of its own, so that one test's rate limits are not the next one's."""
        return build(self.plugin, self.options(self.server.url(self.path)), context(folder, client()))

    def run(self, folder: Path, cursor: JSON = None) -> Collected:
        """One run of a new fetcher."""
        return collect(self.make(folder), cursor)

    def test_building_asks_nothing(self, tmp_path: Path) -> None:
        self.make(tmp_path)
        assert self.server.requests == []

    def test_says_who_it_is(self, tmp_path: Path) -> None:
        self.run(tmp_path)
        assert self.server.requests[0].headers["user-agent"] == "hubbub/0 (+desk@acme.example)"

    def test_an_etag_spares_the_body(self, tmp_path: Path) -> None:
        self.server.play(self.path, self.good(etag=True))
        first = self.run(tmp_path)
        assert self.run(tmp_path, first.cursor).unchanged
        assert "if-none-match" in self.server.requests[-1].headers

    @pytest.mark.parametrize("name", FAILURES)
    def test_failure(self, tmp_path: Path, name: str) -> None:
        """Every failure becomes the right error, in words for the user, and the next good answer is read."""
        good = self.run(tmp_path)
        answer, kind = FAILURES[name]
        self.server.play(self.path, answer)
        with pytest.raises(kind) as caught:
            self.run(tmp_path, good.cursor)
        assert type(caught.value) is kind
        assert len(str(caught.value)) > 20
        assert "Traceback" not in str(caught.value)
        self.server.play(self.path, self.good())
        assert self.run(tmp_path, good.cursor).unchanged

    def test_one_error_of_the_server_is_tried_again(self, tmp_path: Path) -> None:
        self.server.play(self.path, Answer(status=502), self.good())
        assert len(self.run(tmp_path).mentions) == self.count

    def test_a_connection_refused_is_unreachable(self, tmp_path: Path) -> None:
        with ScriptedServer() as gone:
            url = gone.url(self.path)
        with pytest.raises(SourceUnreachable):
            collect(build(self.plugin, self.options(url), context(tmp_path, client())))
