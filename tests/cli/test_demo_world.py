"""The demo's world: the same for the same seed, believable in its sizes, and readable as feeds."""

from __future__ import annotations

import io
import socket
import struct
import zlib
from collections import Counter
from datetime import UTC, datetime, timedelta
from urllib.error import HTTPError
from urllib.request import Request, urlopen

import feedparser
import pytest

from hubbub.cli.demo.formats import Edition, write
from hubbub.cli.demo.phrasebook import LANGUAGES, phrasebook
from hubbub.cli.demo.pictures import PICTURES, picture
from hubbub.cli.demo.posts import Kind
from hubbub.cli.demo.server import DemoServer
from hubbub.cli.demo.sites import SITES, Site
from hubbub.cli.demo.world import make_world

NOW = datetime(2026, 3, 14, 15, 9, tzinfo=UTC)
WORLD = make_world("acme", NOW)
POSTS = [post for posts in WORLD.values() for post in posts]


def edition(site: Site, *, revised: bool = False) -> Edition:
    return Edition(site=site, base="http://127.0.0.1:1", posts=WORLD[site.id], revised=revised)


def test_one_seed_and_time_make_one_world() -> None:
    assert make_world("acme", NOW) == WORLD
    assert make_world("another", NOW) != WORLD


def test_another_time_moves_the_plot_along() -> None:
    later = {post.id: post for posts in make_world("acme", NOW + timedelta(days=3)).values() for post in posts}
    first = next(post for post in POSTS if post.id == "arc-marta")
    assert first.at is not None
    assert later["arc-marta"].at == first.at + timedelta(days=3)


def test_about_four_hundred_posts_in_six_languages_over_sixty_days() -> None:
    told = [post for post in POSTS if not post.late]
    assert 380 <= len(told) <= 420
    assert all(count >= 35 for count in Counter(post.lang for post in told).values())
    assert {post.lang for post in told} == set(LANGUAGES)
    dated = [post.at for post in told if post.at and post.id not in ("odd-epoch", "odd-future")]
    assert NOW - timedelta(days=61) <= min(dated) <= NOW - timedelta(days=55)
    assert NOW - timedelta(days=2) <= max(dated) < NOW


def test_ids_are_unique_and_edits_change_the_text() -> None:
    assert max(Counter(post.id for post in POSTS).values()) == 1
    edited = [post for post in POSTS if post.revised]
    assert len(edited) >= 8
    assert all(post.revised != post.text for post in edited)


def test_complaints_about_the_battery_peak_in_the_battery_week() -> None:
    ages = [(NOW - post.at).days for post in POSTS if post.kind is Kind.BATTERY and post.at]
    week = sum(17 <= age <= 24 for age in ages)
    assert week > 0.8 * len(ages)


def test_the_wire_repeats_the_newspaper_nearly_word_for_word() -> None:
    articles = {post.title: post for post in WORLD["courier"]}
    copies = [post for post in WORLD["wire"] if articles[post.title].text in post.text]
    assert len(copies) == len(WORLD["wire"])
    assert sum("utm_source" in post.link for post in copies) == 4


@pytest.mark.parametrize("lang", LANGUAGES)
def test_every_slot_of_a_phrase_book_can_be_filled(lang: str) -> None:
    book = phrasebook(lang)
    words = {slot: choices[0] for slot, choices in book.slots.items()}
    assert set(book.posts) == set(Kind)
    for pairs in book.posts.values():
        for title, text in pairs:
            assert "{" not in title.format_map(words) + text.format_map(words)
    kinds = {kind.value for kind in Kind}
    assert set(book.openers) | set(book.closers) | set(book.edits) <= kinds
    assert set(book.pictures) <= set(PICTURES)


def test_romanian_is_written_with_commas_below() -> None:
    romanian = "".join(post.text + post.title for post in POSTS if post.lang == "ro")
    assert "ș" in romanian
    assert "ț" in romanian
    assert not set("şţŞŢ") & set(romanian)


@pytest.mark.parametrize("site", SITES, ids=lambda site: site.id)
def test_each_feed_is_read_with_all_its_posts(site: Site) -> None:
    body = write(edition(site))
    if site.format == "json":
        assert body.count(b'"content_html"') == len(WORLD[site.id])
        return
    parsed = feedparser.parse(io.BytesIO(body), sanitize_html=False)
    assert len(parsed.entries) == len(WORLD[site.id])
    assert parsed.feed.title == site.title


def test_formats_and_encodings_are_as_promised() -> None:
    versions = {site.id: feedparser.parse(io.BytesIO(write(edition(site)))).version for site in SITES if site.format != "json"}
    assert versions["courier"] == "rss20"
    assert versions["board"] == "rss091u"
    assert versions["carnet"] == "rss10"
    assert versions["bahia"] == "atom10"
    greek = next(site for site in SITES if site.encoding == "iso-8859-7")
    assert "Τεχνολογίας" in write(edition(greek)).decode("iso-8859-7")
    broken = next(site for site in SITES if site.format == "broken")
    assert feedparser.parse(io.BytesIO(write(edition(broken)))).bozo


def test_pictures_are_whole_png_files() -> None:
    for name in PICTURES:
        data = picture(name)
        assert data.startswith(b"\x89PNG\r\n\x1a\n")
        start = data.index(b"IDAT")
        size = int.from_bytes(data[start - 4 : start])
        assert len(zlib.decompress(data[start + 4 : start + 4 + size])) == 400 * (640 * 3 + 1)


def _status(url: str, **headers: str) -> tuple[int, bytes, str]:
    try:
        with urlopen(Request(url, headers=headers)) as answer:
            return answer.status, answer.read(), answer.headers.get("ETag", "")
    except HTTPError as error:
        return error.code, error.read(), error.headers.get("ETag", "")


def test_the_server_knows_validators_and_changes_only_when_told() -> None:
    with DemoServer(WORLD) as server:
        status, body, tag = _status(f"{server.base}/courier/feed.xml")
        assert (status, bool(tag)) == (200, True)
        assert _status(f"{server.base}/courier/feed.xml", **{"If-None-Match": tag})[0] == 304
        assert _status(f"{server.base}/steki/feed.xml")[:2] == _status(f"{server.base}/steki/feed.xml")[:2]
        assert _status(f"{server.base}/closed/feed.xml")[0] == 410
        assert _status(f"{server.base}/../secret")[0] == 404
        assert _status(f"{server.base}/pictures/low.png")[1] == picture("low")
        server.publish(revised=True, late=True)
        status, revised, _ = _status(f"{server.base}/courier/feed.xml", **{"If-None-Match": tag})
        assert status == 200
        assert b"Correction:" in revised
        assert b"Correction:" not in body
        assert b"late-courier" in revised


def test_a_client_that_hangs_up_is_not_worth_a_word(capfd: pytest.CaptureFixture[str]) -> None:
    with DemoServer(WORLD) as server:
        with socket.create_connection(("127.0.0.1", server.port)) as client:
            client.sendall(b"GET /plaza/feed.json HTTP/1.1\r\nHost: x\r\n\r\n")
            client.recv(10)
            # Closing with data unread and no linger resets the connection.
            client.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        assert _status(f"{server.base}/courier/feed.xml")[0] == 200
    assert capfd.readouterr().err == ""
