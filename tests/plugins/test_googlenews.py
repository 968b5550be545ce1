"""Google News by its search feed: synthetic items in the form of the feed."""

from __future__ import annotations

import json
from base64 import urlsafe_b64encode
from datetime import timedelta
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs
from xml.sax.saxutils import escape

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st

from hubbub.core.contracts import Fetcher
from hubbub.core.errors import SourceBroken, SourceError, SourceLimited, SourceRefused
from hubbub.core.values import Batch, Topic
from hubbub.plugins.sources._googlenews_links import address_in
from hubbub.plugins.sources.googlenews import resolved
from hubbub.testing.api import FakeApi
from hubbub.testing.fakes import FakeClock
from hubbub.testing.server import Answer
from hubbub.testing.source_contract import FAILURES, SourceContract
from hubbub.testing.sources import build, collect, context

ACME = (Topic(name="acme", query='"acme phone"'),)
OLD = b"\x08\x13\x22" + bytes([len(b"https://press.example/acme")]) + b"https://press.example/acme" + b"\xd2\x01\x00"
NEW = b"\x08\x13\x22\x0aAU_yqLabcd"


def redirect(content: bytes) -> str:
    return f"https://news.google.com/rss/articles/{urlsafe_b64encode(content).decode().rstrip('=')}?oc=5"


def item(title: str, source: str = "The Press", link: str = "", date: str = "Sat, 13 Jun 2026 09:00:00 GMT") -> str:
    url = escape(link or redirect(NEW + title.encode()))
    return (
        f"<item><title>{escape(title)} - {escape(source)}</title><link>{url}</link><guid isPermaLink='false'>x</guid>"
        f"<pubDate>{date}</pubDate><description>&lt;a href='x'&gt;{escape(title)}&lt;/a&gt;</description>"
        f"<source url='https://press.example'>{escape(source)}</source></item>"
    )


def feed(*items: str) -> Answer:
    text = f"<?xml version='1.0' encoding='UTF-8'?><rss version='2.0'><channel><title>x</title>{''.join(items)}</channel></rss>"
    return Answer(headers={"Content-Type": "application/xml"}, body=text.encode())


ITEMS = [item("Acme phone & battery", link=redirect(OLD)), item("El teléfono Acme"), item("Το τηλέφωνο Acme", "Εφημερίδα")]


def search(request: httpx.Request) -> Any:
    return feed(*ITEMS) if request.url.path == "/rss/search" else None


def make(api: FakeApi, folder: Path, now: FakeClock | None = None, **options: Any) -> Fetcher:
    return build("googlenews", {"editions": ["US:en"], **options}, context(folder, api.client(now=now), now=now, topics=ACME))


class TestGoogleNews(SourceContract):
    plugin, count, topics = "googlenews", 3, ACME

    def make(self, folder: Path) -> Fetcher:
        return make(FakeApi(search), folder)

    def test_nothing_new_is_said_to_be_unchanged(self, tmp_path: Path) -> None:
        """A search has no one answer that is unchanged: what it gives the second time must be known."""
        first = collect(self.make(tmp_path), topics=ACME)
        again = collect(self.make(tmp_path), first.cursor, ACME)
        assert {m.ref for m in again.mentions} == {m.ref for m in first.mentions}


@pytest.mark.parametrize("name", [name for name in FAILURES if name != "a page"])
def test_failures(tmp_path: Path, name: str) -> None:
    answer, kind = FAILURES[name]
    api = FakeApi(search)
    api.failing = answer
    with pytest.raises(SourceError) as caught:
        collect(make(api, tmp_path), topics=ACME)
    assert type(caught.value) is kind


def test_articles(tmp_path: Path) -> None:
    first, second, third = collect(make(FakeApi(search), tmp_path), topics=ACME).mentions
    assert (first.title, first.url) == ("Acme phone & battery", "https://press.example/acme")
    assert first.author is not None
    assert (first.author.name, first.author.key) == ("The Press", "press.example")
    assert first.published is not None
    assert first.published.isoformat() == "2026-06-13T09:00:00+00:00"
    assert second.url.startswith("https://news.google.com/rss/articles/")
    assert (third.title, third.lang) == ("Το τηλέφωνο Acme", "en")


def test_one_article_is_one_mention_whatever_found_it(tmp_path: Path) -> None:
    api = FakeApi(lambda request: feed(item("Acme phone", link=redirect(NEW + request.url.params.get("ceid", "").encode()))))
    found = collect(make(api, tmp_path, editions=["US:en", "GB:en"]), topics=ACME)
    assert len(found.mentions) == 1
    assert [len(batch.mentions) for batch in found.batches] == [1, 1]


def test_what_is_asked(tmp_path: Path) -> None:
    api, clock = FakeApi(search), FakeClock()
    first = collect(make(api, tmp_path, clock, editions=["MX:es-419"]), topics=ACME)
    assert dict(api.requests[-1].url.params) == {"q": '"acme phone" when:30d', "hl": "es-419", "gl": "MX", "ceid": "MX:es-419"}
    clock.advance(timedelta(hours=30))
    collect(make(api, tmp_path, clock, editions=["MX:es-419"]), first.cursor, ACME)
    assert api.requests[-1].url.params["q"] == '"acme phone" when:3d'
    api.requests.clear()
    collect(make(api, tmp_path, clock, editions=[], query="acme hub"), topics=ACME)
    assert [(r.url.params["q"], r.url.params["hl"]) for r in api.requests] == [
        ("acme hub when:30d", "en-US"),
        ("acme hub when:30d", "es"),
        ("acme hub when:30d", "ro"),
        ("acme hub when:30d", "el"),
    ]


def test_with_many_searches_each_gets_its_turn(tmp_path: Path) -> None:
    api, clock = FakeApi(search), FakeClock()
    topics = tuple(Topic(name=f"t{number}", query=f"acme{number}") for number in range(14))
    cursor: Any = None
    for _ in range(2):
        found: list[Batch] = []
        with pytest.raises(SourceLimited):
            found.extend(make(api, tmp_path, clock).fetch(topics, cursor))
        cursor = found[-1].cursor
        clock.advance(timedelta(hours=1))
    assert len({request.url.params["q"].partition(" ")[0] for request in api.requests}) == 14


@pytest.mark.parametrize(
    ("answer", "kind"),
    [
        (Answer(headers={"Content-Type": "text/html"}, body=b"<!doctype html><html>Before you continue</html>"), SourceRefused),
        (Answer(status=302, headers={"Location": "https://consent.google.com/m?continue=x"}), SourceRefused),
        (Answer(body=b"<!DOCTYPE x [<!ENTITY a 'b'>]><rss/>"), SourceBroken),
        (Answer(body=b"<feed/>"), SourceBroken),
    ],
    ids=["consent", "sent to consent", "entities", "another form"],
)
def test_what_is_no_feed(tmp_path: Path, answer: Answer, kind: type[SourceError]) -> None:
    consent = Answer(body=b"<html>consent</html>")
    api = FakeApi(lambda request: consent if request.url.host == "consent.google.com" else answer)
    with pytest.raises(kind) as caught:
        collect(make(api, tmp_path), topics=ACME)
    assert len(str(caught.value)) > 40


def test_a_damaged_item_costs_only_itself(tmp_path: Path) -> None:
    broken = "<item><title>no link</title></item>"
    found = collect(make(FakeApi(lambda request: feed(*ITEMS, broken)), tmp_path), topics=ACME)
    assert len(found.mentions) == 3
    assert "'link'" in found.failures[0].message
    assert collect(make(FakeApi(lambda request: feed()), tmp_path), topics=ACME).mentions == []


def test_addresses_in_redirects() -> None:
    assert resolved(redirect(OLD)) == "https://press.example/acme"
    assert resolved(redirect(NEW)) == ""
    assert resolved("https://press.example/x") == "https://press.example/x"
    assert resolved("javascript:alert(1)") == ""
    assert resolved(redirect(b"\x22\x13javascript:alert(1)")) == ""


@given(st.binary(max_size=60))
def test_no_redirect_makes_the_reading_fail(content: bytes) -> None:
    found = resolved(redirect(content))
    assert found == "" or found.startswith("http")


def told(address: str) -> bytes:
    rows = [["wrb.fr", "Fbv4je", json.dumps(["garturlres", address, 1]), None, None, None, "generic"], ["di", 17]]
    return b")]}'\n\n" + json.dumps(rows).encode()


class Redirects:
    """Google with two articles that match, behind redirects of the newer kind."""

    def __init__(self, page: bytes = b'<div data-n-a-sg="AZ5r3" data-n-a-ts="1781427600"></div>') -> None:
        self.page = page
        self.questions: list[Any] = []

    def __call__(self, request: httpx.Request) -> Any:
        if request.url.path == "/rss/search":
            return feed(item("The Acme phone is here"), item("Acme phone, again"), item("Of something else"))
        if request.method == "GET":
            return Answer(headers={"Content-Type": "text/html"}, body=self.page)
        (((_, question, _, _),),) = json.loads(parse_qs(request.content.decode())["f.req"][0])
        self.questions.append(json.loads(question))
        return Answer(body=told(f"https://press.example/{len(self.questions)}"))


def test_google_is_asked_once_where_the_redirects_of_what_matches_lead(tmp_path: Path) -> None:
    google = Redirects()
    api = FakeApi(google)
    first = collect(make(api, tmp_path), topics=ACME)
    urls = [mention.url for mention in first.mentions]
    assert urls[:2] == ["https://press.example/1", "https://press.example/2"]
    assert urls[2].startswith("https://news.google.com/")
    assert [question[0] for question in google.questions] == ["garturlreq", "garturlreq"]
    assert google.questions[0][3:] == [1781427600, "AZ5r3"]
    again = collect(make(api, tmp_path), json.loads(json.dumps(first.cursor)), ACME)
    assert [mention.url for mention in again.mentions] == urls
    assert len(google.questions) == 2


@pytest.mark.parametrize("options", [{"resolve": False}, {}], ids=["not wanted", "no signature"])
def test_where_google_does_not_tell_the_redirects_stay(tmp_path: Path, options: dict[str, Any]) -> None:
    api = FakeApi(Redirects(page=b"<html>I am no robot</html>"))
    found = collect(make(api, tmp_path, **options), topics=ACME)
    assert all(mention.url.startswith("https://news.google.com/") for mention in found.mentions)
    # Asked once at most: it would be no different for the next one.
    assert len([request for request in api.requests if request.url.path != "/rss/search"]) == (0 if options else 1)
    assert found.failures == []


@pytest.mark.parametrize(
    "content",
    [b"", b"[", b"[[]]", b'[["wrb.fr", "Fbv4je", 7]]', told("javascript:alert(1)"), told("https://google.com/x"), b"[" * 9_999],
)
def test_an_answer_without_an_address_of_others_is_none(content: bytes) -> None:
    assert address_in(content) == ""
