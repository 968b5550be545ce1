"""The stream of Bluesky, played by a real server: synthetic events in the documented shape."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from itertools import islice
from pathlib import Path
from socket import socketpair
from typing import Any
from urllib.parse import parse_qs, urlsplit

import httpx
import pytest
from websockets.client import ClientProtocol
from websockets.protocol import State
from websockets.uri import parse_uri

from hubbub.core.contracts import Checks, Fetcher, Streams
from hubbub.core.errors import SourceBroken, SourceError, SourceLimited, SourceRefused, SourceUnreachable
from hubbub.core.values import JSON, Batch, Topic
from hubbub.core.websocket import WebSocket, open_websocket
from hubbub.testing.api import FakeApi
from hubbub.testing.source_contract import SourceContract
from hubbub.testing.sources import build, collect, context
from hubbub.testing.websockets import Play, StreamServer

NOW = int(datetime(2026, 6, 14, 9, 12, tzinfo=UTC).timestamp() * 1_000_000)
ACME = (Topic(name="acme", query='acme OR "teléfono nuevo"'),)


def event(number: int, text: str = "Mi acme", *, operation: str = "create", **changes: Any) -> str:
    commit: dict[str, Any] = {"rev": "3l", "operation": operation, "collection": "app.bsky.feed.post", "rkey": str(number)}
    if operation != "delete":
        commit["record"] = {"$type": "app.bsky.feed.post", "text": text, "langs": ["es"], "createdAt": "2026-06-14T09:00:00Z"}
    whole = {"did": "did:plc:marta", "time_us": NOW + number, "kind": "commit", "commit": commit, **changes}
    return json.dumps(whole, ensure_ascii=False, separators=(",", ":"))


EVENTS = [
    event(1, "Nada que ver"),
    event(2, "Mi ACME dura"),
    json.dumps({"did": "did:plc:marta", "time_us": NOW + 3, "kind": "identity", "identity": {}}),
    event(4, "Un teléfono nuevo"),
    event(5, "Un teléfono muy nuevo"),
    event(2, operation="delete"),
    event(77, operation="delete"),
]


def listen(folder: Path, server: StreamServer, cursor: JSON = None, **options: Any) -> list[Batch]:
    given = {"servers": [server.url], "hydrate": False, **options}
    return list(collect(build("jetstream", given, context(folder)), cursor, ACME).batches)


def refs(batches: Sequence[Batch]) -> list[str]:
    return [mention.ref.rpartition("/")[2] for batch in batches for mention in batch.mentions]


class TestJetstream(SourceContract):
    plugin = "jetstream"
    count, topics = 3, ACME

    @pytest.fixture(autouse=True)
    def _server(self) -> Iterator[None]:
        with StreamServer(Play(messages=[event(1), event(2), event(3)])) as self.server:
            yield

    def make(self, folder: Path) -> Fetcher:
        options = {"servers": [self.server.url], "hydrate": False, "accounts": ["did:plc:marta"]}
        return build("jetstream", options, context(folder))

    def test_nothing_new_is_said_to_be_unchanged(self, tmp_path: Path) -> None:
        """Events come at least once: those of the last seconds come again, and are the same."""
        first = collect(self.make(tmp_path), topics=self.topics)
        again = collect(self.make(tmp_path), first.cursor, self.topics)
        assert [mention.ref for mention in again.mentions] == [mention.ref for mention in first.mentions]
        assert again.cursor == first.cursor


def test_what_could_match_is_taken_and_what_was_deleted_is_told(tmp_path: Path) -> None:
    with StreamServer(Play(messages=EVENTS)) as server:
        batches = listen(tmp_path, server)
    assert refs(batches) == ["4"]
    assert [ref[-2:] for batch in batches for ref in batch.deleted] == ["/2", "77"]
    assert batches[-1].cursor == {"time_us": NOW + 77}
    assert server.requests[0].headers["user-agent"] == "hubbub/0 (+desk@acme.example)"
    asked = parse_qs(urlsplit(server.requests[0].path).query)
    assert asked == {"wantedCollections": ["app.bsky.feed.post"], "cursor": [str(NOW - 600_000_000)]}


def test_it_goes_on_a_little_before_the_cursor(tmp_path: Path) -> None:
    with StreamServer(Play(messages=[event(9)])) as server:
        assert refs(listen(tmp_path, server, {"time_us": NOW})) == ["9"]
    assert parse_qs(urlsplit(server.requests[0].path).query)["cursor"] == [str(NOW - 5_000_000)]


def test_an_absence_that_is_too_long_is_told(tmp_path: Path) -> None:
    with StreamServer(Play(messages=[event(9)])) as server:
        batches = listen(tmp_path, server, {"time_us": NOW - 40 * 3_600_000_000})
    assert "keep about 36 hours" in batches[0].failures[0].message
    assert refs(batches) == ["9"]


def test_chosen_accounts_are_read_whole(tmp_path: Path) -> None:
    with StreamServer(Play(messages=[event(1, "Buenos días")])) as server:
        assert refs(listen(tmp_path, server, accounts=["did:plc:marta"])) == ["1"]
    assert parse_qs(urlsplit(server.requests[0].path).query)["wantedDids"] == ["did:plc:marta"]


def test_a_bad_message_costs_only_itself(tmp_path: Path) -> None:
    bad = ['{"acme": ', "[1]", '{"kind": "commit", "commit": {"collection": "app.bsky.feed.post"}, "did": "acme"}']
    odd = event(
        3, commit={"operation": "create", "collection": "app.bsky.feed.post", "rkey": "3", "record": {"text": ["acme"]}}
    )
    with StreamServer(Play(messages=[*bad, odd, event(4)])) as server:
        batches = listen(tmp_path, server)
    assert refs(batches) == ["4"]
    assert sum(len(batch.failures) for batch in batches) == 3


def test_hits_are_hydrated_and_kept_where_that_fails(tmp_path: Path) -> None:
    view = {
        "uri": "at://did:plc:marta/app.bsky.feed.post/1",
        "author": {"did": "did:plc:marta", "handle": "marta.example"},
        "record": {"text": "Mi acme"},
        "likeCount": 8,
    }

    def answer(request: httpx.Request) -> Any:
        if request.url.path.endswith("getProfiles"):
            return {"profiles": [{"did": "did:plc:marta", "followersCount": 9}]}
        return {"posts": [view]}

    api = FakeApi(answer)
    with StreamServer(Play(messages=[event(1), event(2)])) as server:
        fetcher = build("jetstream", {"servers": [server.url]}, context(tmp_path, api.client()))
        first, second = collect(fetcher, topics=ACME).mentions
    assert first.author is not None
    assert first.engagement is not None
    assert (first.author.handle, first.author.followers, first.engagement.likes) == ("marta.example", 9, 8)
    assert (second.text, second.engagement) == ("Mi acme", None)


@pytest.mark.parametrize(
    ("play", "kind", "words"),
    [
        (Play(status=429, headers={"Retry-After": "60"}), SourceLimited, "asked us to wait until 2026-06-14 09:13"),
        (Play(status=403, body=b'{"message": "not here"}'), SourceRefused, "not here"),
        (Play(status=400, body=b'{"error": "CursorTooOld"}'), SourceBroken, "CursorTooOld"),
        (Play(status=302, headers={"Location": "http://x.example"}), SourceBroken, "another address"),
        (Play(close=(1008, "too slow")), SourceRefused, "too slow"),
        (Play(garbage=b"\xff\xff\xff\xff"), SourceBroken, "no WebSocket"),
        (Play(messages=[b"x" * 5_000_000]), SourceBroken, "larger than any post"),
    ],
)
def test_failures_are_told_in_plain_words(tmp_path: Path, play: Play, kind: type[SourceError], words: str) -> None:
    with StreamServer(play) as server, pytest.raises(SourceError, match=words) as caught:
        listen(tmp_path, server)
    assert type(caught.value) is kind


def test_a_cut_in_the_middle_loses_nothing_that_came(tmp_path: Path) -> None:
    with StreamServer(Play(messages=[event(1)], cut=True), Play(messages=[event(1), event(2)])) as server:
        fetcher = build("jetstream", {"servers": [server.url], "hydrate": False}, context(tmp_path))
        assert isinstance(fetcher, Streams)
        first = list(fetcher.stream(ACME, None, threading.Event()))
        again = list(fetcher.stream(ACME, first[-1].cursor, threading.Event()))
    assert (refs(first), refs(again)) == (["1"], ["1", "2"])


def test_nobody_there(tmp_path: Path) -> None:
    with StreamServer() as gone:
        pass
    with pytest.raises(SourceUnreachable):
        listen(tmp_path, gone)


def test_the_next_server_is_asked_after_a_failure(tmp_path: Path) -> None:
    with StreamServer(Play(status=503)) as bad, StreamServer(Play(messages=[event(1)])) as good:
        fetcher = build("jetstream", {"servers": [bad.url, good.url], "hydrate": False}, context(tmp_path))
        with pytest.raises(SourceUnreachable):
            collect(fetcher, topics=ACME)
        assert len(collect(fetcher, topics=ACME).mentions) == 1


def test_stopping_ends_it_at_once(tmp_path: Path) -> None:
    with StreamServer(Play(messages=[event(1)], stay=True)) as server:
        stop = threading.Event()
        fetcher = build("jetstream", {"servers": [server.url], "hydrate": False}, context(tmp_path))
        assert isinstance(fetcher, Streams)
        batches = fetcher.stream(ACME, None, stop)
        assert refs(list(islice(batches, 1))) == ["1"]
        stop.set()
        assert refs(list(batches)) == []


def test_a_server_that_says_nothing_any_more_is_left() -> None:
    ours, theirs = socketpair()
    protocol = ClientProtocol(parse_uri("ws://stream.example"), state=State.OPEN)
    with theirs, WebSocket(ours, protocol, "ws://stream.example", quiet=0.05) as socket:
        with pytest.raises(SourceUnreachable, match=r"stream\.example has fallen silent"):
            list(socket.messages(threading.Event(), idle=0.02))
        assert theirs.recv(100)[0] == 0x89  # a ping


def test_pings_keep_a_quiet_connection(tmp_path: Path) -> None:
    with StreamServer(Play(stay=True)) as server, open_websocket(context(tmp_path), server.url, quiet=0.05) as socket:
        assert list(islice(socket.messages(threading.Event(), idle=0.02), 12)) == [None] * 12


def test_check_and_options(tmp_path: Path) -> None:
    with StreamServer(Play(messages=[event(1)])) as server:
        fetcher = build("jetstream", {"servers": [server.url]}, context(tmp_path))
        assert isinstance(fetcher, Checks)
        assert fetcher.check() == "127.0.0.1 answers and sends posts."
    for wrong in ({"servers": ["https://x.example"]}, {"accounts": ["marta.example"]}):
        with pytest.raises(ValueError, match=r"write|permanent id"):
            build("jetstream", wrong, context(tmp_path))
    with pytest.raises(SourceBroken, match="There is no topic"):
        collect(build("jetstream", {}, replace(context(tmp_path))))
