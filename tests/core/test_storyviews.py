"""Views of published stories, counted from access logs of every shape, without keeping who read."""

import gzip
import io
import json
import random
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hubbub.core.accesslogs import LONGEST, Request, read_line, read_lines
from hubbub.core.errors import ImportFailed
from hubbub.core.storyviews import EXACT, MOST_HOSTS, Pages, ViewCounter, is_program, page_path, pages_of

FIREFOX = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0"
STORIES = {
    "battery-week": (["battery-week", "acme-week"], {"html": "index.html", "pdf": "story.pdf"}),
    "launch": (["launch"], {"html": "index.html"}),
}
PAGES = pages_of(STORIES, "https://stories.example/acme/")
AT = datetime(2026, 11, 22, 13, 5, 25, tzinfo=UTC)


def combined(
    path: str = "/acme/battery-week/", *, ip: str = "192.0.2.7", status: int = 200, referrer: str = "-", agent: str = FIREFOX
) -> bytes:
    request = f'"GET {path} HTTP/1.1" {status} 4123 "{referrer}" "{agent}"'
    return f"{ip} - ana [22/Nov/2026:14:05:25 +0100] {request}\n".encode()


def counter(pages: Pages = PAGES, zone: str = "UTC") -> ViewCounter:
    return ViewCounter(pages, zone=ZoneInfo(zone), key=b"k" * 16)


def caddy(**changes: object) -> bytes:
    request = {
        "remote_ip": "192.0.2.7",
        "client_ip": "192.0.2.7",
        "proto": "HTTP/2.0",
        "method": "GET",
        "host": "stories.example:443",
        "uri": "/acme/battery-week/?utm=1",
        "headers": {"User-Agent": [FIREFOX], "Referer": ["https://news.example/a"]},
    }
    line = {"level": "info", "ts": AT.timestamp(), "logger": "http.log.access.log0", "msg": "handled request"}
    return json.dumps({**line, "request": {**request, **changes}, "bytes_read": 0, "status": 200, "size": 10900}).encode()


NGINX = {
    "time_iso8601": "2026-11-22T14:05:25+01:00",
    "remote_addr": "192.0.2.7",
    "host": "stories.example",
    "request_method": "GET",
    "uri": "/acme/battery-week/index.html",
    "request_uri": "/acme/battery-week/?utm=1",
    "status": "200",
    "http_referrer": "https://news.example/a",
    "http_user_agent": FIREFOX,
}


@pytest.mark.parametrize(
    "line",
    [
        caddy(),
        json.dumps(NGINX).encode(),
        json.dumps({"@timestamp": NGINX["time_iso8601"], "@nginx_fields": {**NGINX, "time_iso8601": None}}).encode(),
        b'stories.example:443 192.0.2.7 - - [22/Nov/2026:14:05:25 +0100] "GET /acme/battery-week/?utm=1 HTTP/1.1" 200 1 '
        b'"https://news.example/a" "' + FIREFOX.encode() + b'"',
    ],
    ids=["caddy", "nginx", "nested", "virtual host"],
)
def test_every_shape_tells_the_same(line: bytes):
    assert read_line(line) == Request(
        at=AT,
        method="GET",
        target="/acme/battery-week/?utm=1",
        status=200,
        address="192.0.2.7",
        host="stories.example",
        referrer="https://news.example/a",
        agent=FIREFOX,
    )


def test_the_common_format_tells_no_browser_and_counts_all_the_same():
    count = counter()
    count.add([b'192.0.2.7 - - [22/Nov/2026:14:05:25 +0100] "GET /acme/launch/ HTTP/1.1" 200 4123\n'])
    assert [one.views for one in count.stories] == [1, 0]


def test_escaped_quotes_in_a_browsers_name_end_nothing():
    found = read_line(combined(agent='Mozilla \\"odd\\" 1'))
    assert found is not None
    assert found.agent == 'Mozilla "odd" 1'


def test_views_visits_days_formats_and_where_readers_came_from():
    count = counter(zone="Pacific/Auckland")
    count.add(
        [
            combined(referrer="https://news.example/a"),
            combined("/acme/battery-week"),
            combined("/acme/battery%2Dweek/index.html?x=1#y", ip="192.0.2.8", referrer="https://www.stories.example/acme/"),
            combined("/acme/acme-week/", ip="192.0.2.8", status=304),
            combined("//acme/./battery-week/story.pdf", referrer="android-app://org.mail.app/"),
        ]
    )
    first, second = count.stories
    assert (first.slug, first.views, first.visits) == ("battery-week", 5, 2)
    assert [(day.day.isoformat(), day.views, day.visits) for day in first.days] == [("2026-11-23", 5, 2)]
    assert first.formats == {"html": 4, "pdf": 1}
    assert first.referrers == {"news.example": 1, "org.mail.app": 1}
    assert (second.slug, second.views, second.days) == ("launch", 0, ())


def test_what_is_no_view_is_counted_apart():
    count = counter()
    count.add(
        [
            combined("/acme/battery-week/media/a.png"),
            combined("/acme/other/"),
            combined("/"),
            combined(status=404),
            combined(status=301),
            combined("/acme/battery-week/story.pdf", status=206),
            combined().replace(b"GET", b"HEAD"),
            combined(agent="Mozilla/5.0 (compatible; Examplebot/2.1; +https://bot.example)"),
            combined(agent="-"),
            caddy(host="other.example"),
            b"nonsense\n",
            b"\xff\xfe\x00\n",
            b'{"a": ' * 5000 + b"\n",
            None,
            b"\n",
        ]
    )
    left = count.left_out
    assert (left.files, left.elsewhere, left.errors, left.bots, left.unreadable) == (1, 3, 4, 2, 4)
    assert sum(one.views for one in count.stories) == 0
    assert count.lines == 14


@pytest.mark.parametrize(
    ("agent", "program"),
    [
        (FIREFOX, False),
        ("Mozilla/5.0 (Linux; Android 13; CUBOT NOTE 50) AppleWebKit/537.36 Chrome/140.0 Mobile Safari/537.36", False),
        ("Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) AppleWebKit/605.1.15 Version/18.0 Mobile Safari/604.1", False),
        ("facebookexternalhit/1.1", True),
        ("Mastodon/4.4.0 (http.rb/5.2; +https://social.example/)", True),
        ("python-requests/2.32", True),
        ("hubbub/1.0", True),
        ("", True),
    ],
)
def test_programs_are_told_from_browsers(agent: str, program: bool):
    assert is_program(agent) is program


def test_many_visits_are_estimated_in_bounded_memory():
    count = counter()
    visits = 40 * EXACT
    count.add(combined(ip=f"2001:db8::{number:x}") for number in range(visits) for _ in range(2))
    first = count.stories[0]
    assert first.views == 2 * visits
    assert abs(first.visits - visits) < 0.12 * visits  # four standard errors


def test_hosts_without_number_are_counted_together():
    count = counter()
    count.add(combined(referrer=f"https://spam{number}.example/") for number in range(MOST_HOSTS + 7))
    first = count.stories[0]
    assert (len(first.referrers), first.other_referrers) == (MOST_HOSTS, 7)


def test_nothing_of_a_readers_address_is_kept():
    count = counter()
    count.add([combined(ip="198.51.100.23")])
    told = repr((count.stories, count.left_out, count._stories))
    assert "198.51" not in told
    assert count.stories[0].visits == 1


def test_logs_may_be_packed_cut_short_and_hostile():
    lines = [combined(), b"x" * (3 * LONGEST) + b"\n", combined("/acme/launch/"), combined()[:-1]]
    plain = b"".join(lines)
    expected = [lines[0], None, *lines[2:]]
    assert list(read_lines(io.BufferedReader(io.BytesIO(plain)))) == expected  # type: ignore[arg-type]
    packed = gzip.compress(plain)
    assert list(read_lines(io.BufferedReader(io.BytesIO(packed)))) == expected  # type: ignore[arg-type]
    noise = random.Random(1).randbytes(100_000)
    cut = gzip.compress(combined() + noise)[:-20_000]
    read = read_lines(io.BufferedReader(io.BytesIO(cut)))  # type: ignore[arg-type]
    assert next(read) == combined()
    with pytest.raises(ImportFailed, match="cut short"):
        list(read)


@given(st.one_of(st.binary(max_size=300), st.text(max_size=200).map(lambda text: text.encode("utf-8", "replace"))))
def test_no_line_stops_the_counting(line: bytes):
    count = counter()
    count.add([line, b'1.2.3.4 - - [22/Nov/2026:14:05:25 +0100] "GET ' + line + b' HTTP/1.1" 200 1', b'{"request": ' + line])
    assert count.lines in (2, 3)


@given(st.text(alphabet="/.%2eaE?#", max_size=30))
def test_a_path_never_leads_out_of_the_site(target: str):
    path = page_path(target)
    assert path.startswith("/")
    assert "/../" not in path
