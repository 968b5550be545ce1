"""The demo's world: the same for the same seed, believable in its sizes, and readable as feeds."""

from __future__ import annotations

import io
import json
import socket
import struct
import zlib
from collections import Counter
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.error import HTTPError
from urllib.request import Request, urlopen

import feedparser
import pytest

from hubbub.cli.demo.formats import Edition, write
from hubbub.cli.demo.phrasebook import LANGUAGES, phrasebook
from hubbub.cli.demo.pictures import PICTURES, picture
from hubbub.cli.demo.pier import CARE, FOLLOWED, SPAMMER, TAG, Pier
from hubbub.cli.demo.posts import Kind
from hubbub.cli.demo.server import DemoServer
from hubbub.cli.demo.sites import SITES, Site
from hubbub.cli.demo.world import make_world

NOW = datetime(2026, 3, 14, 15, 9, tzinfo=UTC)
WORLD = make_world("acme", NOW)
PIER = Pier(NOW)
TOOTS = {toot.id: toot for toot in PIER.toots}
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
    with DemoServer(WORLD, PIER) as server:
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
    with DemoServer(WORLD, PIER) as server:
        with socket.create_connection(("127.0.0.1", server.port)) as client:
            client.sendall(b"GET /plaza/feed.json HTTP/1.1\r\nHost: x\r\n\r\n")
            client.recv(10)
            # Closing with data unread and no linger resets the connection.
            client.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        assert _status(f"{server.base}/courier/feed.xml")[0] == 200
    assert capfd.readouterr().err == ""


# --- the Pier ------------------------------------------------------------------------------------------------


def test_the_pier_has_people_who_answer_each_other_in_six_languages() -> None:
    told = [toot for toot in PIER.toots if not toot.late]
    assert 80 <= len(told) <= 95
    assert len(TOOTS) == len(PIER.toots)
    languages = Counter(toot.lang for toot in told if not toot.shares)
    assert set(languages) == set(LANGUAGES)
    assert min(languages.values()) >= 6
    assert sum(bool(toot.answers) for toot in told) >= 35
    assert sum(bool(toot.shares) for toot in told) == 8
    assert len({toot.by.handle for toot in told}) == 18
    assert sum(toot.by.bot for toot in told) == sum(toot.by.handle.startswith("acme_headlines@") for toot in told) == 4
    assert sum(toot.by.handle == SPAMMER for toot in told) == 5
    assert sum(toot.by.handle == CARE for toot in told) >= 10
    assert all(f"#{TAG}" in toot.text.lower().split() for toot in told if not toot.shares), "the hashtag brings everything"


def test_nobody_answers_before_something_was_said() -> None:
    for toot in PIER.toots:
        if above := toot.answers or toot.shares:
            assert TOOTS[above].at < toot.at, toot.id
    assert [toot.number for toot in PIER.toots] == sorted(toot.number for toot in PIER.toots)
    assert all(toot.at < NOW for toot in PIER.toots if not toot.late)


@pytest.mark.parametrize("hour", [0, 7, 23])
def test_the_order_of_the_pier_holds_at_every_hour(hour: int) -> None:
    toots = {toot.id: toot for toot in Pier(NOW.replace(hour=hour)).toots}
    assert all(toots[toot.answers].at < toot.at for toot in toots.values() if toot.answers)


def ask(target: str, *, late: bool = False) -> tuple[int, Any, str]:
    status, body, headers = PIER.answer("http://127.0.0.1:1", target, late=late)
    return status, json.loads(body), headers.get("Link", "")


def test_a_hashtag_is_paged_backwards_and_forwards() -> None:
    _, first, link = ask("/api/v1/timelines/tag/acme?limit=40")
    older, newer = (part.split(">")[0].partition("127.0.0.1:1")[2] for part in link.split("<")[1:])
    _, second, _ = ask(older)
    assert [one["id"] for one in (*first, *second)] == sorted({one["id"] for one in (*first, *second)}, reverse=True)
    assert len(first) == 40
    assert len(first) + len(second) == sum(not toot.shares and not toot.late for toot in PIER.toots)
    assert ask(newer) == (200, [], "")
    assert [one["uri"] for one in ask(newer, late=True)[1]] == [TOOTS["late-thanks"].uri, TOOTS["late-recall"].uri]


def test_who_is_named_stands_there_with_their_server() -> None:
    shown = ask(f"/api/v1/statuses/{TOOTS['smoke-2'].number}")[1]
    assert ">@petra_l@pier.example</a>" in shown["content"]
    assert shown["in_reply_to_id"] == TOOTS["smoke"].number
    assert ask(f"/api/v1/statuses/{TOOTS['smoke'].number}")[1]["replies_count"] == 4


def test_accounts_are_found_and_tell_what_they_pass_on() -> None:
    for handle in FOLLOWED.values():
        status, account, _ = ask(f"/api/v1/accounts/lookup?acct={handle}")
        assert (status, account["acct"]) == (200, handle)
        said = ask(f"/api/v1/accounts/{account['id']}/statuses?limit=40")[1]
        assert any(one["reblog"] for one in said)
        assert not any(one["in_reply_to_id"] for one in said)
    assert ask("/api/v1/accounts/lookup?acct=nobody@pier.example")[0] == 404


def test_a_conversation_is_told_from_its_middle() -> None:
    around = ask(f"/api/v1/statuses/{TOOTS['ring-a'].number}/context")[1]
    assert [one["uri"] for one in around["ancestors"]] == [TOOTS["ring"].uri, TOOTS["ring-q"].uri]
    assert [one["uri"] for one in around["descendants"]] == [TOOTS["ring-t"].uri]
    wanted = "&".join(f"id[]={TOOTS[name].number}" for name in ("ring", "smoke"))
    assert [one["uri"] for one in ask(f"/api/v1/statuses?{wanted}")[1]] == [TOOTS["ring"].uri, TOOTS["smoke"].uri]
    assert ask("/api/v1/elsewhere")[0] == 404
