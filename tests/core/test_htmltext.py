"""Strangers' HTML as text."""

from __future__ import annotations

import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hubbub.core.htmltext import Embedded, plain_line, read_html


@pytest.mark.parametrize(
    ("source", "text"),
    [
        ("<p>Uno &amp; dos</p><p>tres<br>cuatro <b>cinco</b></p>", "Uno & dos\n\ntres\ncuatro cinco"),
        ("<ul><li>α<li>β</ul>", "- α\n- β"),
        ("<h2>Titlu</h2>text", "Titlu\n\ntext"),
        ("<table><tr><td>1<td>2<tr><td>3</table>", "1 2\n3"),
        ("a < b and c > d", "a < b and c > d"),
        ("&lt;script&gt;alert(1)&lt;/script&gt;", "<script>alert(1)</script>"),
        ("<script>alert(1)</script>hi <!-- no --> <style>p{}</style>there", "hi there"),
        ('<p title="a > b">x</p>y', "x\n\ny"),
        ("<pre>eins\n zwei\n</pre>drei", "eins\nzwei\n\ndrei"),
        ("one&nbsp;two\u00a0three", "one two three"),
        ("line\n  breaks\tin   source", "line breaks in source"),
        ('so <img alt="🙂" src="smile.png"> happy', "so 🙂 happy"),
        ("cut <b>off <i", "cut off <i"),
        ("", ""),
    ],
)
def test_text(source: str, text: str) -> None:
    assert read_html(source).text == text


def test_pictures_sounds_and_films() -> None:
    source = """<p>See <img src='/cat.jpg?a=1&amp;b=2' alt="A &quot;cat&quot;"> <img src="p.gif" width="1" height=1>
    <img src="data:image/gif;base64,AA" data-src="late.jpg"><video src=film.mp4></video><audio src="a.ogg"></audio></p>"""
    found = read_html(source)
    assert found.text == 'See [A "cat"]'
    assert found.embedded == (
        Embedded("image", "/cat.jpg?a=1&b=2", 'A "cat"'),
        Embedded("image", "late.jpg"),
        Embedded("video", "film.mp4"),
        Embedded("audio", "a.ogg"),
    )


def test_titles_are_one_line() -> None:
    assert plain_line("  <b>AT&amp;T</b>\n<br>news ") == "AT&T news"


@settings(max_examples=150, deadline=None)
@given(
    st.lists(
        st.sampled_from(
            ["<p>", "</p>", "<b", ">", '"', "'", "<!--", "-->", "<script>", "&lt;", "x", " ", "<pre>", "<img src=a alt="]
        )
    )
)
def test_anything_is_read_and_no_element_survives(pieces: list[str]) -> None:
    text = read_html("".join(pieces)).text
    if "<img src=a alt=" not in pieces:  # what stands in a text alternative was written as text
        assert "<script>" not in text
        assert "</p>" not in text


@pytest.mark.parametrize("piece", ["<p><b>", "<a ", '<a "', "<", "<!--", "<div>", "&lt", '<img src="', "<pre>", "<table><p>"])
def test_no_text_takes_long(piece: str) -> None:
    started = time.process_time()
    read_html(piece * 100_000)
    assert time.process_time() - started < 4
