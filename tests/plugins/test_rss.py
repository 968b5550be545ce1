"""Feeds as the world writes them: formats, languages, encodings, damage, and what becomes of each entry."""

from __future__ import annotations

import json
import pickle
import time
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import feed_samples
import httpx
import pytest
from feed_samples import item, rss

from hubbub.core.errors import SourceBroken, SourceGone
from hubbub.core.values import Mention, MentionKind
from hubbub.plugins.sources._feed_dates import read_date
from hubbub.plugins.sources._feed_identity import entry_key
from hubbub.plugins.sources._feed_mapping import map_entry
from hubbub.plugins.sources.rss import ParsedFeed, discover, parse_feed
from hubbub.testing.server import Answer, ScriptedServer
from hubbub.testing.sources import build, client, collect, context

AT = datetime(2026, 6, 14, 9, 12, tzinfo=UTC)


def parse(content: bytes, url: str = "https://press.example/feed", content_type: str = "") -> ParsedFeed:
    return parse_feed(content, url, content_type, AT)


def only(content: bytes, **more: str) -> Mention:
    parsed = parse(content, **more)
    assert len(parsed.mentions) == 1, parsed
    return parsed.mentions[0]


# --- formats -------------------------------------------------------------------------------------------------


def test_rss() -> None:
    first, second, third = parse(feed_samples.RSS).mentions
    assert first.title == "El teléfono Acme & su batería"
    assert first.text == "Dura dos días.\n\n¿De verdad? [Una foto]"
    assert first.author is not None
    assert (first.author.name, first.author.key) == ("Lucía Gómez", "Lucía Gómez@press.example")
    assert first.published == datetime(2026, 6, 2, 8, 30, tzinfo=UTC)
    assert (first.lang, first.kind) == ("es", MentionKind.ARTICLE)
    assert [(m.kind, m.url, m.alt) for m in first.media] == [("image", "https://press.example/foto.jpg", "Una foto")]
    assert first.engagement is not None
    assert (first.engagement.replies, first.engagement.at) == (7, AT)
    assert isinstance(first.raw, dict)
    assert first.raw["tags"] == [{"term": "móviles"}]
    assert (second.url, second.text, second.published) == ("https://press.example/2", "Texto simple", None)
    assert second.author is not None
    assert second.author.name == "Ana Popescu"
    assert (third.title, third.text, third.published) == ("Solo título", "", None)


def test_atom() -> None:
    first, second, answer = parse(feed_samples.ATOM, url="https://news.example/feed").mentions
    assert (first.url, first.lang) == ("https://news.example/a/1", "el")
    assert (first.published, first.edited) == (datetime(2026, 6, 1, 5, tzinfo=UTC), datetime(2026, 6, 2, 5, tzinfo=UTC))
    assert first.engagement is not None
    assert first.engagement.replies == 3
    assert first.author is not None
    assert first.author.name == "Σύνταξη"
    assert (second.title, second.text, second.edited) == ("Α < Β", "Ένα & δύο", None)
    assert second.author is not None
    assert second.author.url == "https://news.example/nikos"
    assert (answer.kind, answer.parent, answer.thread) == (MentionKind.COMMENT, first.ref, first.ref)


def test_rdf_in_a_central_european_encoding() -> None:
    first, second = parse(feed_samples.RDF, url="https://stiri.example/rdf").mentions
    assert (first.title, first.text, first.lang) == ("Telefonul nou şi bateria", "Ţine două zile.", "ro")
    assert first.published == datetime(2026, 6, 4, 12, tzinfo=UTC)
    assert second.title == "Preţul a scăzut"


def test_json_feed() -> None:
    first, second = parse(feed_samples.JSON_FEED, url="https://watch.example/feed.json").mentions
    assert (first.title, first.text, first.lang) == ("AT&T and Acme <together>", "One\n\nTwo", "en")
    assert first.published == datetime(2026, 6, 5, 15, tzinfo=UTC)
    assert [(m.kind, m.url, m.mime, m.size) for m in first.media] == [
        ("audio", "https://watch.example/1.mp3", "audio/mpeg", 1234)
    ]
    assert first.author is not None
    assert first.author.name == "The desk"
    assert (second.text, second.url) == ("Plain\n\ntext", "")
    assert second.author is not None
    assert second.author.url == "https://zoe.example/"


def test_podcasts_and_films() -> None:
    episode, film = parse(feed_samples.PODCAST, url="https://talk.example/feed").mentions
    assert episode.kind is MentionKind.ARTICLE
    assert [(m.kind, m.mime, m.size) for m in episode.media] == [("audio", "audio/mpeg", 48_000_000)]
    assert episode.media[0].poster == "https://talk.example/f1.png"
    assert film.kind is MentionKind.VIDEO
    assert [(m.kind, m.url, m.size) for m in film.media] == [("video", "https://talk.example/film.mp4", 99)]


@pytest.mark.parametrize("version", ["0.91", "0.92", "2.0"])
def test_old_rss(version: str) -> None:
    content = f'<rss version="{version}"><channel><title>T</title><item><title>Old</title><link>https://o.example/1</link></item></channel></rss>'
    assert only(content.encode()).title == "Old"


# --- encodings -----------------------------------------------------------------------------------------------

GREEK, ROMANIAN = "Η μπαταρία αντέχει", "Ţară, şapte, înălţime"


@pytest.mark.parametrize(
    ("text", "codec"),
    [
        (GREEK, "iso-8859-7"),
        (GREEK, "windows-1253"),
        (ROMANIAN, "windows-1250"),
        (ROMANIAN, "iso-8859-2"),
        ("Țară, șapte", "iso-8859-16"),
        (GREEK, "utf-16"),
        (GREEK, "utf-8-sig"),
    ],
)
def test_encodings_that_the_feed_declares(text: str, codec: str) -> None:
    declared = codec.removesuffix("-sig")
    content = f'<?xml version="1.0" encoding="{declared}"?><rss version="2.0"><channel>{item(1, text)}</channel></rss>'.encode(
        codec
    )
    assert only(content).title == text
    assert only(content, content_type="text/xml").title == text


def test_an_encoding_that_only_the_server_tells() -> None:
    content = f'<rss version="2.0"><channel>{item(1, GREEK)}</channel></rss>'.encode("iso-8859-7")
    assert only(content, content_type="application/rss+xml; charset=ISO-8859-7").title == GREEK


def test_a_wrong_charset_costs_nothing() -> None:
    content = f'<?xml version="1.0" encoding="us-ascii"?><rss version="2.0"><channel>{item(1, GREEK)}</channel></rss>'.encode()
    assert only(content, content_type="text/xml; charset=us-ascii").title == GREEK


# --- identity ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        (("https://a.example/1", "", "f1"), ("http://a.example/1/?utm_source=x", "", "f2"), True),
        (("urn:x:1", "https://a.example/1", "f1"), ("urn:x:1", "https://a.example/other", "f2"), True),
        (("tag:a.example,2026:1", "", "f1"), ("tag:a.example,2026:2", "", "f1"), False),
        (("12", "https://a.example/1", "f1"), ("99", "https://a.example/1", "f2"), True),
        (("12", "", "https://a.example/f1"), ("12", "", "https://a.example/f2"), False),
        (("https://a.example/?p=1", "", "f"), ("https://a.example/?p=1#comment-7", "", "f"), False),
        (("", "", "https://a.example/f"), ("", "", "http://a.example/f"), True),
    ],
)
def test_one_post_has_one_key_through_every_feed(one: tuple[str, str, str], other: tuple[str, str, str], same: bool) -> None:
    first, second = entry_key(*one, "words"), entry_key(*other, "words")
    assert (first == second) is same
    assert len(first) == 16


def test_mapping_is_a_pure_function_of_raw() -> None:
    for content in (feed_samples.RSS, feed_samples.ATOM, feed_samples.JSON_FEED, feed_samples.PODCAST):
        for mention in parse(content).mentions:
            assert map_entry(json.loads(json.dumps(mention.raw))) == mention


def test_the_outcome_travels_between_processes() -> None:
    parsed = parse(feed_samples.RSS)
    assert pickle.loads(pickle.dumps(parsed)) == parsed


# --- damage --------------------------------------------------------------------------------------------------


def test_a_feed_is_read_as_far_as_it_goes() -> None:
    whole = rss(*(item(n) for n in range(1, 6)))
    cut = parse(whole[: whole.index(b"Post 4")])
    assert [m.title for m in cut.mentions][:3] == ["Post 1", "Post 2", "Post 3"]
    assert cut.damage


@pytest.mark.parametrize(
    "bad",
    [
        "<item><title>a & b</title><link>https://t.example/x</link></item>",
        "<item><title>&nbsp;caf&eacute;</title><link>https://t.example/x</link></item>",
        "<item><title><b>open</title><link>https://t.example/x</link></item>",
        "<item><x:y>1</x:y><title>No such prefix</title></item>",
        "<item><title>\x0bcontrol</title></item>",
    ],
)
def test_one_malformed_item_does_not_cost_the_others(bad: str) -> None:
    titles = [m.title for m in parse(rss(item(1), bad, item(2))).mentions]
    assert "Post 1" in titles
    assert "Post 2" in titles


def test_an_item_that_says_nothing_is_reported_and_left_out() -> None:
    parsed = parse(rss(item(1), "<item></item>", item(2)))
    assert [m.title for m in parsed.mentions] == ["Post 1", "Post 2"]
    assert [(f.item, f.message) for f in parsed.failures] == [
        ("entry 2", "entry 2 was left out: it has neither address, title nor text")
    ]


JUNK: list[Any] = [
    7,
    None,
    "text",
    [],
    {"id": {"a": 1}, "title": ["x"], "tags": 5, "attachments": {"url": 1}, "authors": "Ana"},
]


def test_junk_in_a_json_feed_costs_only_itself() -> None:
    content = json.dumps({"version": "https://jsonfeed.org/version/1", "items": [*JUNK, {"id": 5, "title": "Good"}]}).encode()
    parsed = parse(content)
    assert [m.title for m in parsed.mentions] == ["Good"]
    assert len(parsed.failures) == len(JUNK)


def laughs() -> bytes:
    entities = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' for n in range(1, 12))
    channel = f"<channel>{item(1, '&l11;')}{item(2)}</channel>"
    return f'<!DOCTYPE rss [<!ENTITY l0 "ha">{entities}]><rss version="2.0">{channel}</rss>'.encode()


EXTERNAL = (
    b'<!DOCTYPE rss [<!ENTITY x SYSTEM "file:///etc/passwd">]>'
    b'<rss version="2.0"><channel><item><title>&x;a</title></item></channel></rss>'
)


@pytest.mark.parametrize(
    "content",
    [
        laughs(),
        EXTERNAL,
        rss(*["<item>" * 3000]),
        rss("<item><description>" + "&lt;div&gt;" * 50_000 + "</description></item>"),
        rss("<item><description>" + "&lt;pre&gt;&lt;!--" * 30_000 + "</description></item>"),
        b"{" * 100_000,
        b'{"items": ' + b"[" * 100_000,
        b"/etc/passwd",
        bytes(range(256)) * 100,
        b"<" * 100_000,
    ],
    ids=["billion laughs", "external entity", "nested items", "deep html", "difficult html",
         "braces", "deep json", "a path", "noise", "angles"],
)  # fmt: skip
def test_hostile_feeds_are_harmless_and_quick(content: bytes) -> None:
    started = time.process_time()
    parsed = parse(content)
    assert time.process_time() - started < 8
    assert all(
        len(m.text) < 1_000_000 and len(m.title) < 1_000_000 and "root:" not in f"{m.title}{m.text}" for m in parsed.mentions
    )


def test_scripts_and_their_links_do_not_get_through() -> None:
    html = "&lt;script&gt;alert(1)&lt;/script&gt;&lt;p onclick='x()'&gt;Hi&lt;img src='javascript:alert(1)'&gt;&lt;/p&gt;"
    mention = only(rss(f"<item><link>javascript:alert(1)</link><title>T</title><description>{html}</description></item>"))
    assert (mention.url, mention.text, mention.media) == ("", "Hi", ())


# --- dates ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("Tue, 02 Jun 2026 10:30:00 GMT", "2026-06-02T10:30:00"),
        ("Tue, 2 Jun 26 10:30 EST", "2026-06-02T15:30:00"),
        ("2026-06-02T10:30:00.500-05:00", "2026-06-02T15:30:00.500000"),
        ("2026-06-02", "2026-06-02T00:00:00"),
        ("20260602T103000Z", "2026-06-02T10:30:00"),
        ("lun, 01 iun 2026 10:00:00 +0300", "2026-06-01T07:00:00"),
        ("2 de junio de 2026, 10:30", "2026-06-02T10:30:00"),
        ("Τρί, 02 Ιουν 2026 13:30:00 +0300", "2026-06-02T10:30:00"),
        ("mardi 2 juin 2026", "2026-06-02T00:00:00"),
        ("2. März 2026", "2026-03-02T00:00:00"),
        ("1780396200", "2026-06-02T10:30:00"),
        ("1780396200000", "2026-06-02T10:30:00"),
        ("Thu, 01 Jan 1970 00:00:00 GMT", "1970-01-01T00:00:00"),
        ("2070-01-01T00:00:00Z", "2070-01-01T00:00:00"),
        ("yesterday", ""),
        ("31 feb 2026", ""),
        ("99999-99-99", ""),
    ],
)
def test_dates(written: str, meant: str) -> None:
    mention = only(rss(f"<item><title>T</title><pubDate>{written}</pubDate></item>"))
    assert mention.published == (datetime.fromisoformat(meant).replace(tzinfo=UTC) if meant else None)


def test_dates_of_any_type_never_raise() -> None:
    for value in (None, [], {}, True, 10**30, -1.5, "1" * 13, "0001-01-01T00:00:00+23:59"):
        assert read_date(value) is None or isinstance(read_date(value), datetime)


# --- finding feeds -------------------------------------------------------------------------------------------

PAGE = b"""<!DOCTYPE html><html><head><base href="/blog/">
<link rel="alternate" type="application/rss+xml" title="Comments" href="comments.xml">
<link href='feed.xml' type='application/atom+xml' rel='home alternate'><link rel=stylesheet href=x.css></head></html>"""


def test_a_page_leads_to_its_feed_which_is_remembered(tmp_path: Path) -> None:
    with ScriptedServer() as server:
        page = server.play("/", Answer(body=PAGE, headers={"Content-Type": "text/html"}))
        server.play("/blog/feed.xml", Answer(body=feed_samples.RSS, etag=True))
        fetcher = build("rss", {"url": page}, context(tmp_path))
        first = collect(fetcher)
        assert len(first.mentions) == 3
        assert collect(fetcher, first.cursor).unchanged
        assert [r.path for r in server.requests] == ["/", "/blog/feed.xml", "/blog/feed.xml"]
        # The feed moves: the page is asked again.
        server.play("/blog/feed.xml", Answer(status=404))
        server.play("/", Answer(body=PAGE.replace(b"feed.xml", b"new.xml")))
        server.play("/blog/new.xml", Answer(body=feed_samples.RSS))
        assert len(collect(fetcher, first.cursor).mentions) == 3


def test_a_feed_that_moved_for_good_is_asked_at_its_new_place(tmp_path: Path) -> None:
    with ScriptedServer() as server:
        old = server.play("/old", Answer(status=301, headers={"Location": "/new"}))
        server.play("/new", Answer(body=feed_samples.RSS))
        fetcher = build("rss", {"url": old}, context(tmp_path))
        collect(fetcher, collect(fetcher).cursor)
        assert [r.path for r in server.requests] == ["/old", "/new", "/new"]


def test_a_login_goes_to_its_own_site_only(tmp_path: Path) -> None:
    seen: list[httpx.Request] = []

    def answer(request: httpx.Request) -> httpx.Response:
        seen.append(request)
        page = b"<html><link rel=alternate type=application/rss+xml href='https://other.example/feed'></html>"
        return httpx.Response(200, content=page if request.url.host == "press.example" else feed_samples.RSS)

    options = {"url": "https://press.example/", "username": "desk", "password": "hunter2"}
    fetcher = build("rss", options, context(tmp_path, client(answer)))
    assert len(collect(fetcher).mentions) == 3
    assert [("authorization" in r.headers) for r in seen] == [True, False]
    assert "hunter2" not in repr(fetcher.__dict__)


@pytest.mark.parametrize(
    ("body", "words"),
    [
        (b"<!doctype html><html><body>Hi</body></html>", "web page that names no feed"),
        (b"", "nothing at all"),
        (b'{"a": 1}', "no list called items"),
        (b"<rss version='2.0'><channel><<<", "damaged before its first entry"),
    ],
)
def test_what_is_no_feed_is_explained(tmp_path: Path, body: bytes, words: str) -> None:
    fetcher = build(
        "rss", {"url": "https://a.example/"}, context(tmp_path, client(lambda _: httpx.Response(200, content=body)))
    )
    with pytest.raises(SourceBroken, match=words):
        collect(fetcher)


def test_an_empty_feed_is_no_error(tmp_path: Path) -> None:
    fetcher = build(
        "rss", {"url": "https://a.example/"}, context(tmp_path, client(lambda _: httpx.Response(200, content=rss())))
    )
    collected = collect(fetcher)
    assert (collected.mentions, collected.failures, collected.unchanged) == ([], [], False)


def test_discover_finds_itself_then_links_then_the_usual_places() -> None:
    with ScriptedServer() as server:
        feed = server.play("/blog/feed.xml", Answer(body=feed_samples.RSS))
        page = server.play("/", Answer(body=PAGE))
        bare = server.play("/bare", Answer(body=b"<html></html>"))
        http = client()
        assert [(f.url, f.title, f.entries) for f in discover(http, feed, AT)] == [(feed, "La prensa de Acme", 3)]
        assert [f.url for f in discover(http, page, AT)] == [feed]
        server.play("/rss.xml", Answer(body=feed_samples.RDF))
        assert [f.url for f in discover(http, bare, AT)] == [server.url("/rss.xml")]
        with pytest.raises(SourceGone):
            discover(http, server.url("/none"), AT)


# --- a run ---------------------------------------------------------------------------------------------------


def test_long_feeds_come_in_pieces_and_the_cursor_moves_with_the_last(tmp_path: Path) -> None:
    content = rss(*(item(n) for n in range(1200)))
    fetcher = build(
        "rss", {"url": "https://a.example/"}, context(tmp_path, client(lambda _: httpx.Response(200, content=content)))
    )
    collected = collect(fetcher)
    assert [len(b.mentions) for b in collected.batches] == [500, 500, 200]
    assert [b.cursor is None for b in collected.batches] == [True, True, False]


def test_only_so_many_entries_and_in_another_process(tmp_path: Path) -> None:
    content = rss(*(item(n) for n in range(10)))
    with ThreadPoolExecutor(1) as pool:
        ctx = context(tmp_path, client(lambda _: httpx.Response(200, content=content)), executor=pool)
        collected = collect(build("rss", {"url": "https://a.example/", "max_entries": 4}, ctx))
    assert [m.title for m in collected.mentions] == ["Post 0", "Post 1", "Post 2", "Post 3"]


@pytest.mark.parametrize("url", ["", "press.example/feed", "ftp://press.example/", "file:///etc/passwd"])
def test_an_address_must_be_one_of_the_web(tmp_path: Path, url: str) -> None:
    with pytest.raises(ValueError, match="url"):
        build("rss", {"url": url}, context(tmp_path))
