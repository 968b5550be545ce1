"""Nothing dangerous passes the border."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hubbub.core.cleaning import MAX_KEY, MAX_RAW, MAX_TEXT, bounded_raw, clean_mention, clean_url
from hubbub.core.values import Author, Media, Mention

HOSTILE = "\x1b[31mroșu\x1b[0m \u202eevil\u202c \x07\x00 [bold]markup[/bold] <script>alert(1)</script>"


def test_terminal_sequences_and_bidi_overrides_are_gone_and_words_stay() -> None:
    mention = clean_mention(Mention(platform="rss", key="1", title=HOSTILE, text=HOSTILE))
    for text in (mention.title, mention.text):
        assert not set(text) & set("\x1b\x07\x00\u202e\u202c")
        assert "roșu" in text
        assert "[bold]markup[/bold]" in text


def test_a_title_has_no_line_breaks_and_a_text_keeps_them() -> None:
    mention = clean_mention(Mention(platform="rss", key="1", title="one\ntwo", text="one\n\ntwo"))
    assert "\n" not in mention.title
    assert mention.text == "one\n\ntwo"


@pytest.mark.parametrize(
    "url",
    ["javascript:alert(1)", "file:///etc/passwd", "data:text/html,x", "//a.example/x", "http://", "https://[x", "x" * 9000, ""],
)
def test_only_links_to_the_web_are_links(url: str) -> None:
    assert clean_url(url) == ""


def test_a_link_to_the_web_stays_as_it_is() -> None:
    assert clean_url("https://press.example/știri?q=ș") == "https://press.example/știri?q=ș"


def test_an_author_loses_the_sign_and_a_bad_address() -> None:
    author = Author(platform="x", key="k\x00", handle="@marta", name="Marta\u202e Ruiz", url="javascript:x")
    cleaned = clean_mention(Mention(platform="x", key="1", author=author)).author
    assert cleaned == Author(platform="x", key="k", handle="marta", name="Marta Ruiz", url="")


def test_media_without_a_usable_address_is_left_out() -> None:
    good = Media(kind="image", url="https://a.example/b.png", alt="un telefon\x1b[2J")
    mention = clean_mention(Mention(platform="x", key="1", media=(good, Media(kind="image", url="data:image/png;base64,xx"))))
    assert [(m.url, m.alt) for m in mention.media] == [("https://a.example/b.png", "un telefon")]


def test_a_text_of_a_million_letters_is_cut() -> None:
    assert len(clean_mention(Mention(platform="x", key="1", text="a" * 1_000_000)).text) == MAX_TEXT


def test_raw_keeps_no_null_characters() -> None:
    assert bounded_raw({"a": ["x\x00y", 1]}) == {"a": ["xy", 1]}


def test_raw_that_is_too_large_or_no_json_says_so() -> None:
    assert "characters" in str(bounded_raw({"a": "x" * (MAX_RAW + 1)}))
    loop: list = []
    loop.append(loop)
    assert "not JSON" in str(bounded_raw(loop))


@given(st.text())
def test_whatever_comes_can_be_stored_and_shown(text: str) -> None:
    mention = clean_mention(Mention(platform="x", key="1", title=text, text=text, raw={"t": text}))
    mention.text.encode("utf-8")
    json.dumps(mention.raw)
    assert not any(ord(c) < 32 and c not in "\n\t" for c in mention.text)


def test_long_keys_are_bounded_and_stay_different() -> None:
    one, two = (clean_mention(Mention(platform="x", key="ș" * 5000 + end)).key for end in "ab")
    assert len(one) == len(two) == MAX_KEY
    assert one != two
    assert clean_mention(Mention(platform="x", key="ș" * MAX_KEY)).key == "ș" * MAX_KEY
