"""What is recorded of real exchanges holds nobody's secrets, and plays again what was answered."""

import base64
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import httpx
import pytest

from hubbub.core.errors import HubbubError, SourceNeedsKey
from hubbub.testing import forum
from hubbub.testing.api import FakeApi
from hubbub.testing.fakes import FakeClock
from hubbub.testing.recording import NotRecorded, Recorder, Redaction, Replay, SecretLeft, left_in
from hubbub.testing.server import Answer
from hubbub.testing.sources import client

SECRET = "s3cret/Of+The Desk"
SITE = "https://forum.example"
POSTS = {
    "posts": [
        {
            "id": 1,
            "author": {
                "display_name": "Ana Ștefănescu",
                "handle": "ana_s",
                "email": "ana@mail-of-ana.ro",
                "last_ip": "81.2.69.142",
            },
            "text": "Scrie-mi la ana@mail-of-ana.ro. Ana Ștefănescu a zis: la 81.2.69.142 nu merge. 10:30, v1.2.3.",
            "session_token": "abcdef",
            "next": "https://forum.example/api?access_token=abcdef&page=2",
            "note": "Authorization: Bearer abcdefghijklmnop",
            "jwt": "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxMjM0In0.c2lnbmF0dXJl",
            "fe": "fe80:0:0:0:0:0:0:1 and 2a01:4f8::17",
            "likes": 3,
        }
    ]
}


def recorder(answer: Callable[[httpx.Request], httpx.Response], **more: Any) -> Recorder:
    return Recorder(client(answer), now=FakeClock(), **more)


def written(recorder: Recorder, folder: Path) -> str:
    return "\n".join(path.read_text("utf-8") for path in recorder.write(folder))


def test_secrets_and_personal_data_are_taken_out(tmp_path: Path) -> None:
    headers = {"Set-Cookie": "sid=1", "X-RateLimit-Remaining": "7"}
    http = recorder(lambda request: httpx.Response(200, json=POSTS, headers=headers), secrets=[SECRET])
    sent = {"Authorization": f"Bearer {SECRET}"}
    http.get(f"{SITE}/api", params={"page": 1, "api_key": SECRET, "q": "acme"}, headers=sent)
    text = written(http, tmp_path)
    for gone in ("s3cret", "mail-of-ana", "81.2.69.142", "abcdef", "eyJ", "Set-Cookie", "sid=1", "2a01:", "fe80:0"):
        assert gone not in text, gone
    for kept in ("Ana Ștefănescu", "ana_s", "x-ratelimit-remaining", "v1.2.3", "10:30", "q=acme"):
        assert kept in text, kept
    exchange = json.loads(text)
    assert exchange["json"]["posts"][0]["author"]["email"] in exchange["json"]["posts"][0]["text"], "the same stays the same"


def test_names_of_people_are_replaced_where_it_is_wished(tmp_path: Path) -> None:
    http = recorder(lambda request: httpx.Response(200, json=POSTS), names=True)
    http.get(f"{SITE}/users/ana_s/posts")
    text = written(http, tmp_path)
    assert "Ana" not in text
    assert "ana_s" not in text
    post = json.loads(text)["json"]["posts"][0]
    assert post["author"]["display_name"] in post["text"]
    assert post["author"]["handle"] in json.loads(text)["url"]


@pytest.mark.parametrize("offset", range(3))
def test_nothing_is_written_while_a_secret_is_still_there(tmp_path: Path, offset: int) -> None:
    hidden = base64.b64encode(b"x" * offset + SECRET.encode() + b"!").decode()
    http = recorder(lambda request: httpx.Response(200, json={"fine": 1, "blob": hidden}), secrets=[SECRET])
    http.get(f"{SITE}/first")
    with pytest.raises(SecretLeft, match="Nothing was written"):
        http.write(tmp_path / "fixtures")
    assert not (tmp_path / "fixtures").exists()


def test_a_secret_in_bytes_is_found_too(tmp_path: Path) -> None:
    http = recorder(lambda request: httpx.Response(200, content=b"\xff\xfe" + SECRET.encode()), secrets=[SECRET])
    http.get(f"{SITE}/picture")
    with pytest.raises(SecretLeft):
        http.write(tmp_path)
    assert not left_in("nothing of it", [SECRET])


def test_what_was_recorded_is_not_mixed_with_something_older(tmp_path: Path) -> None:
    (tmp_path / "001-get-api.json").write_text("{}")
    with pytest.raises(HubbubError, match="already"):
        recorder(lambda request: httpx.Response(200)).write(tmp_path)
    with pytest.raises(HubbubError, match="no recorded exchange"):
        Replay(tmp_path)
    with pytest.raises(HubbubError, match="nothing recorded"):
        Replay(tmp_path / "nowhere")


def test_loopback_stays_and_one_thing_has_one_replacement() -> None:
    redaction = Redaction()
    assert redaction.text("http://127.0.0.1:80 and 10.0.0.9, 10.0.0.9") == "http://127.0.0.1:80 and 192.0.2.1, 192.0.2.1"


def replayed(folder: Path) -> tuple[FakeApi, Replay]:
    """What a forum answered to two pages, a question that it refused and one that was posted, recorded and played again."""

    def site(request: httpx.Request) -> httpx.Response:
        if request.url.path == "/closed":
            return httpx.Response(401, json={"error": "This method requires a login"})
        if request.method == "POST":
            return httpx.Response(200, json={"said": "hello"})
        return httpx.Response(200, json=forum.answer(request.url.path, request.url.params))

    http = recorder(site, secrets=[SECRET])
    http.get(f"{SITE}/api/posts", params={"token": SECRET, "order": "new"})
    http.get(f"{SITE}/api/posts?before=4")
    http.post(f"{SITE}/login", form={"user": "desk", "password": SECRET})
    with pytest.raises(SourceNeedsKey):
        http.get(f"{SITE}/closed")
    http.write(folder)
    replay = Replay(folder)
    return FakeApi(replay), replay


def test_the_same_questions_get_the_same_answers(tmp_path: Path) -> None:
    api, replay = replayed(tmp_path)
    http = api.client()
    first = http.get(f"{SITE}/api/posts", params={"order": "new", "token": "another one"})
    assert json.loads(first.content) == forum.answer("/api/posts", {})
    assert json.loads(http.get(f"{SITE}/api/posts", params={"before": 4}).content)["posts"][0]["id"] == 3
    assert json.loads(http.post(f"{SITE}/login", form={"user": "x"}).content) == {"said": "hello"}
    with pytest.raises(SourceNeedsKey, match="requires a login"):
        http.get(f"{SITE}/closed")
    assert replay.at == FakeClock()()


def test_an_unknown_question_is_an_error_with_the_nearest_known_one(tmp_path: Path) -> None:
    api, _ = replayed(tmp_path)
    with pytest.raises(NotRecorded, match=r"before=9 was not recorded. The nearest that was: GET .*before=4") as caught:
        api.client().get(f"{SITE}/api/posts", params={"before": 9})
    assert SECRET not in str(caught.value)


def test_answers_to_one_question_come_in_their_order(tmp_path: Path) -> None:
    answers = iter([{"n": 1}, {"n": 2}])
    http = recorder(lambda request: httpx.Response(200, json=next(answers)))
    for _ in range(2):
        http.get(f"{SITE}/news")
    http.write(tmp_path)
    replay, request = Replay(tmp_path), httpx.Request("GET", f"{SITE}/news")
    said = [replay(request) for _ in range(3)]
    assert [json.loads(answer.body)["n"] for answer in said if isinstance(answer, Answer)] == [1, 2, 2]
