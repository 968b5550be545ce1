"""Lists of addresses as people keep them."""

from __future__ import annotations

from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hubbub.core.addresslists import Listed, alerts_feed, format_of, read_addresses
from hubbub.core.errors import HubbubError, ImportFailed

BOOKMARKS = """<!DOCTYPE NETSCAPE-Bookmark-file-1>
<TITLE>Bookmarks</TITLE><DL><p>
<DT><A HREF="https://press.example/?a=1&amp;b=2" ADD_DATE="1">Presa &amp; știri</A>
<DT><A HREF="javascript:alert(1)">no</A>
</DL>"""


def listed(text: str) -> list[tuple[str, str, int]]:
    return [(one.address, one.title, one.line) for one in read_addresses(text.encode()).items]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("https://a.example/feed\n\n# mine\nb.example\n", [("https://a.example/feed", "", 1), ("b.example", "", 4)]),
        ("@acme@social.example\n", [("@acme@social.example", "", 1)]),
        ("Ειδήσεις: https://a.example/α (ελληνικά).\n", [("https://a.example/α", "Ειδήσεις: (ελληνικά).", 1)]),
        ("url\nhttps://a.example/\n", [("https://a.example/", "", 2)]),
        ('Title,URL\n"Acme, news",https://a.example/x\n', [("https://a.example/x", "Acme, news", 2)]),
        ("Nume;Site;Feed\nPresa;https://p.example;https://p.example/f\n", [("https://p.example/f", "Presa", 2)]),
        ("link\ttítulo\nhttps://a.example/\tPrensa\n", [("https://a.example/", "Prensa", 2)]),
        ("https://a.example/\nfeed:https://a.example/\n", [("https://a.example/", "", 1)]),
        (BOOKMARKS, [("https://press.example/?a=1&b=2", "Presa & știri", 3)]),
        ("", []),
    ],
)
def test_tables_lines_and_bookmarks(text: str, expected: list[tuple[str, str, int]]) -> None:
    assert listed(text) == expected


def test_lines_without_an_address_are_told_and_cost_no_others() -> None:
    found = read_addresses(b'url,title\nhttps://a.example/,one\nnone here,two\n"never closed,three\nhttps://b.example/,four\n')
    assert [one.address for one in found.items] == ["https://a.example/", "https://b.example/"]
    assert found.unread == ((3, "none here,two"), (4, "never closed,three"))


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16", "cp1252"])
def test_the_encodings_of_spreadsheets(encoding: str) -> None:
    content = "título;url\nEspaña;https://a.example/\n".encode(encoding)
    assert read_addresses(content).items == (Listed(address="https://a.example/", title="España", line=2),)


def test_what_is_no_text_or_too_much_is_refused() -> None:
    with pytest.raises(ImportFailed, match="no text"):
        read_addresses(b"\x89PNG\x00\x01", "list.csv")
    with pytest.raises(ImportFailed, match="at most"):
        read_addresses("\n".join(f"https://a.example/{n}" for n in range(10_001)).encode())


@given(st.binary(max_size=300))
def test_whatever_stands_in_a_file_it_is_read_or_refused_in_words(content: bytes) -> None:
    assert format_of(content)
    with suppress(HubbubError):
        assert len(read_addresses(content).items) <= 300


def test_the_format_is_told_from_the_content() -> None:
    assert format_of(b"\xef\xbb\xbf <?xml version='1.0'?><opml/>") == "opml"
    assert format_of(BOOKMARKS.encode()) == "bookmarks"
    assert format_of(b"https://a.example/") == "list"


@pytest.mark.parametrize(
    ("address", "feed"),
    [
        ("https://www.google.com/alerts/feeds/0123/456", "https://www.google.com/alerts/feeds/0123/456"),
        ("google.ro/alerts/feeds/0123/456/", "https://www.google.com/alerts/feeds/0123/456"),
        ("https://www.google.com/alerts", ""),
        ("https://google.com.evil.example/alerts/feeds/1/2", ""),
        ("https://[", ""),
    ],
)
def test_the_feeds_of_google_alerts(address: str, feed: str) -> None:
    assert alerts_feed(address) == feed
