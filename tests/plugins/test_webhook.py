"""The webhook: what is taken, from whom, and that nothing that was answered for is lost."""

from __future__ import annotations

import hmac
import json
import socket
from collections.abc import Iterator, Mapping
from contextlib import suppress
from http.client import HTTPConnection, HTTPException
from pathlib import Path
from threading import Event
from typing import Any
from urllib.parse import urlencode, urlsplit

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from hubbub.core.contracts import Fetcher, Streams
from hubbub.core.errors import SourceBroken
from hubbub.core.values import Batch, Mention
from hubbub.plugins.sources._webhook_queue import Queue
from hubbub.plugins.sources._webhook_server import BadPost, is_signed, items_of
from hubbub.plugins.sources.webhook import WebhookOptions
from hubbub.testing.api_contract import SECRET
from hubbub.testing.source_contract import SourceContract
from hubbub.testing.sources import build, collect, context

ROWS = [
    {"id": "1", "text": "The acme phone", "author": "Ana", "published": "2026-06-13T09:00:00+02:00", "likes": 3},
    {"id": "2", "text": "La batería del acme", "url": "https://press.example/2"},
    {"id": "3", "text": "Η μπαταρία της acme", "author": {"handle": "nikos", "platform": "forum"}},
]


def make(folder: Path, **options: Any) -> Fetcher:
    return build("webhook", {"secret": SECRET, "port": 0, **options}, context(folder))


def queue_of(fetcher: Any) -> Queue:
    return fetcher._queue


class TestWebhook(SourceContract):
    plugin, count = "webhook", 3

    def make(self, folder: Path) -> Fetcher:
        fetcher = make(folder)
        if not any((folder / "data").iterdir()):
            queue_of(fetcher).append([{"at": "2026-06-14T09:00:00+00:00", "item": row} for row in ROWS])
        return fetcher


class Listening:
    """A webhook that listens, driven by the test: a batch at a time."""

    def __init__(self, folder: Path, **options: Any) -> None:
        fetcher = make(folder, **options)
        assert isinstance(fetcher, Streams)
        self._stop = Event()
        self._batches: Any = fetcher.stream((), None, self._stop)
        first: Batch = next(self._batches)
        address = urlsplit(first.note.removeprefix("It listens at ").removesuffix("."))
        assert address.hostname == "127.0.0.1"
        self.port, self.path = address.port or 0, address.path

    def __enter__(self) -> Listening:
        return self

    def __exit__(self, *_: object) -> None:
        self._stop.set()
        for _ in self._batches:
            pass

    def mentions(self) -> list[Mention]:
        """Those of the next batch that has any, or says what could not be read."""
        return list(self.batch().mentions)

    def batch(self) -> Batch:
        return next(batch for batch in self._batches if batch.mentions or batch.failures)

    def post(
        self, body: bytes, headers: Mapping[str, str] | None = None, *, kind: str = "application/json", method: str = "POST"
    ) -> tuple[int, Any]:
        connection = HTTPConnection("127.0.0.1", self.port, timeout=10)
        try:
            given = {"Authorization": f"Bearer {SECRET}"} if headers is None else headers
            connection.request(method, self.path, body, {"Content-Type": kind, **given})
            answer = connection.getresponse()
            return answer.status, json.loads(answer.read())
        finally:
            connection.close()


@pytest.fixture
def hook(tmp_path: Path) -> Iterator[Listening]:
    with Listening(tmp_path) as listening:
        yield listening


def test_json_lists_and_forms_are_taken(hook: Listening) -> None:
    assert hook.post(json.dumps(ROWS[0]).encode()) == (202, {"accepted": 1})
    (first,) = hook.mentions()
    assert (first.ref, first.text) == ("webhook:1", "The acme phone")
    assert first.engagement is not None
    assert first.engagement.likes == 3
    assert hook.post(json.dumps({"items": ROWS[1:]}).encode())[1] == {"accepted": 2}
    assert [mention.ref for mention in hook.mentions()] == ["webhook:2", "webhook:3"]
    form = urlencode({"id": "9", "text": "Bateria ține", "user": "ionuț"}).encode()
    assert hook.post(form, kind="application/x-www-form-urlencoded; charset=utf-8")[0] == 202
    (last,) = hook.mentions()
    assert last.text == "Bateria ține"
    assert last.author is not None


def test_a_signature_is_as_good_as_the_secret_itself(hook: Listening) -> None:
    body = json.dumps(ROWS[0]).encode()
    signature = hmac.new(SECRET.encode(), body, "sha256").hexdigest()
    assert hook.post(body, {"X-Hubbub-Signature": f"sha256={signature}"})[0] == 202
    assert hook.post(body + b" ", {"X-Hubbub-Signature": f"sha256={signature}"})[0] == 401


@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"Authorization": "Bearer "},
        {"Authorization": SECRET},
        {"Authorization": "Bearer é"},
        {"X-Hubbub-Signature": "sha256="},
    ],
    ids=["none", "empty", "no scheme", "wrong", "no signature"],
)
def test_without_the_secret_nothing_is_taken(hook: Listening, tmp_path: Path, headers: dict[str, str]) -> None:
    encoded = {name: value.encode("utf-8").decode("latin-1") for name, value in headers.items()}
    status, said = hook.post(json.dumps(ROWS[0]).encode(), encoded)
    assert status == 401
    assert SECRET not in json.dumps(said)
    assert list((tmp_path / "data").iterdir()) == []


@pytest.mark.parametrize(
    ("body", "kind", "status"),
    [
        (b"{", "application/json", 400),
        (b"[" * 100_000, "application/json", 400),
        (b"[1, 2]", "application/json", 400),
        (b"[]", "application/json", 400),
        (b"\xff=1", "application/x-www-form-urlencoded", 400),
        (b"a=1", "multipart/form-data", 415),
        (b"[" + b"{}," * 1_001 + b"{}]", "application/json", 413),
        (b" " * 1_000_001, "application/json", 413),
    ],
    ids=["cut", "deep", "numbers", "nothing", "no text", "another kind", "many", "large"],
)
def test_what_is_not_taken(hook: Listening, body: bytes, kind: str, status: int) -> None:
    try:
        assert hook.post(body, kind=kind)[0] == status
    except (ConnectionError, HTTPException):
        assert status == 413  # it does not wait for the end of what it refuses
    assert hook.post(json.dumps(ROWS[0]).encode())[0] == 202


def test_other_methods_and_paths(tmp_path: Path) -> None:
    with Listening(tmp_path, path="/in") as hook:
        assert hook.post(b"", method="GET")[0] == 405
        hook.path = "/out"
        assert hook.post(b"{}")[0] == 404


def test_only_so_many_in_a_minute(tmp_path: Path) -> None:
    with Listening(tmp_path, per_minute=2) as hook:
        assert [hook.post(json.dumps(ROWS[0]).encode())[0] for _ in range(3)] == [202, 202, 429]


def test_a_body_without_a_length_or_with_less_than_it_says(hook: Listening) -> None:
    with socket.create_connection(("127.0.0.1", hook.port), timeout=10) as sock:
        sock.sendall(b"POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n")
        assert b" 411 " in sock.recv(200)
    with socket.create_connection(("127.0.0.1", hook.port), timeout=10) as sock:
        sock.sendall(b"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 10\r\n\r\n{}")
        sock.shutdown(socket.SHUT_WR)
        assert b" 400 " in sock.recv(200)


def test_what_was_accepted_outlives_the_program(tmp_path: Path) -> None:
    """Accepted, and killed before it was read: the next run reads it, and no run reads it twice."""
    with Listening(tmp_path) as hook:
        hook.post(json.dumps(ROWS).encode())
    found = collect(make(tmp_path))
    assert len(found.mentions) == 3
    assert collect(make(tmp_path), found.cursor).unchanged


def test_a_line_that_was_cut_off_by_a_crash_costs_no_other(tmp_path: Path) -> None:
    fetcher = make(tmp_path)
    queue_of(fetcher).append([{"at": "x", "item": ROWS[0]}])
    (path,) = (tmp_path / "data").iterdir()
    with path.open("ab") as file:
        file.write(b'{"at": "x", "item": {"te')
    assert len(collect(fetcher).mentions) == 1
    queue_of(fetcher).append([{"at": "x", "item": ROWS[1]}])
    found = collect(fetcher)
    assert [mention.key for mention in found.mentions] == ["1", "2"]
    assert found.failures == []


def test_files_that_were_read_are_removed(tmp_path: Path) -> None:
    fetcher = make(tmp_path)
    large = [{"at": "x", "item": {"id": number, "text": "acme " * 200_000}} for number in range(20)]
    for item in large:
        queue_of(fetcher).append([item])
    assert len(list((tmp_path / "data").iterdir())) == 2
    found = collect(fetcher)
    assert len(found.mentions) == 20
    assert collect(fetcher, found.cursor).unchanged
    assert len(list((tmp_path / "data").iterdir())) == 1
    queue_of(fetcher).append([{"at": "x", "item": ROWS[0]}])
    assert len(collect(fetcher, found.cursor).mentions) == 1


def test_fields_of_theirs_and_items_that_say_nothing(tmp_path: Path) -> None:
    with Listening(tmp_path, fields={"text": "Body", "author": "who"}, platform="zapier") as hook:
        hook.post(json.dumps([{"id": 1, "body": "acme", "who": "ana"}, {"id": 2}]).encode())
        batch = hook.batch()
    assert [(mention.ref, mention.text) for mention in batch.mentions] == [("zapier:1", "acme")]
    assert "neither title nor text" in batch.failures[0].message
    assert batch.failures[0].raw == {"id": 2}


def test_a_port_that_is_taken(tmp_path: Path) -> None:
    with Listening(tmp_path / "one") as hook:
        fetcher: Any = make(tmp_path / "two", port=hook.port)
        with pytest.raises(SourceBroken, match="Another program may do so already"):
            next(fetcher.stream((), None, Event()))


def test_options_and_check(tmp_path: Path) -> None:
    with pytest.raises(ValidationError, match="fewer than 16"):
        WebhookOptions(secret="short")  # pyright: ignore[reportArgumentType]
    with pytest.raises(ValidationError, match="Field required"):
        WebhookOptions()  # pyright: ignore[reportCallIssue]
    with pytest.raises(ValidationError, match="Did you mean 'text'"):
        make(tmp_path, fields={"texte": "x"})
    fetcher: Any = make(tmp_path, port=8420)
    assert fetcher.check() == "While hubbub watch runs it listens at http://127.0.0.1:8420/; 0 received items are on disk."
    assert SECRET not in repr(fetcher)


@given(st.binary(max_size=200), st.sampled_from(["application/json", "application/x-www-form-urlencoded", ""]))
def test_no_body_makes_the_reading_fail(body: bytes, kind: str) -> None:
    with suppress(BadPost):
        assert all(isinstance(item, dict) for item in items_of(kind, body))
    assert not is_signed(b"secret", body, body.decode("latin-1"), body.decode("latin-1"))
