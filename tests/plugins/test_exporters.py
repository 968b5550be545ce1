"""The exporters html and markdown: exact files, strangers' words as nothing but words, labels in the story's language."""

import json
import os
import re
from collections.abc import Iterator
from dataclasses import replace
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from markdown_it import MarkdownIt
from sample_story import NOW, START, battery_week, empty_story, freeze, mention, quote

from hubbub.core.errors import ExportError
from hubbub.core.markdown import render_markdown
from hubbub.core.markdowntext import own_words
from hubbub.core.phrases import phrases
from hubbub.core.values import (
    Block,
    BlockKind,
    PublishedStory,
)
from hubbub.plugins.exporters.html import HtmlExporter
from hubbub.plugins.exporters.html_text import own_html, quoted
from hubbub.plugins.exporters.json import JsonExporter
from hubbub.testing.exporter_contract import HOSTILE, every_block, published

GOLDEN = Path(__file__).parent / "golden"


def agree(name: str, text: str) -> None:
    """The text is that of a golden file; HUBBUB_GOLDEN=write in the environment writes the file anew."""
    if os.environ.get("HUBBUB_GOLDEN") == "write":
        GOLDEN.mkdir(exist_ok=True)
        (GOLDEN / name).write_text(text, encoding="utf-8")
    assert text == (GOLDEN / name).read_text(encoding="utf-8")


def story_of(*blocks: Block, **details: Any) -> PublishedStory:
    return PublishedStory(story=empty_story(blocks=blocks, **details), media={}, at=NOW, generator="hubbub test")


def page_of(story: PublishedStory, folder: Path) -> str:
    folder.mkdir(exist_ok=True)
    HtmlExporter().export(story, folder)
    return (folder / "index.html").read_text(encoding="utf-8")


# --- exact files ---------------------------------------------------------------------------------------------


def test_the_markdown_of_a_whole_story(tmp_path: Path):
    """Look at: quotes with author, platform, time and link; hostile words shown as they were written."""
    agree("story.md", render_markdown(battery_week(tmp_path)))


def test_the_page_of_a_whole_story(tmp_path: Path):
    """Look at: one article, quotes in figures, times with their machine form, nothing from elsewhere."""
    html = page_of(battery_week(tmp_path / "media"), tmp_path / "out")
    html = re.sub(r"<(style|script)>.*?</\1>", r"<\1>…</\1>", html, flags=re.DOTALL)
    html = re.sub(r"base64,[\w+/=]+", "base64,…", re.sub(r"sha256-[\w+/=]+", "sha256-…", html))
    agree("story.html", html)


def test_the_json_of_a_whole_story(tmp_path: Path):
    """Look at: every field by its name, times in UTC, pictures by their digest."""
    JsonExporter().export(battery_week(tmp_path), tmp_path)
    agree("story.json", (tmp_path / "story.json").read_text(encoding="utf-8"))


# --- Markdown ------------------------------------------------------------------------------------------------

PARSER = MarkdownIt("commonmark", {"html": True}).enable(["table", "strikethrough"])
ALLOWED_INLINE = {"text", "softbreak", "hardbreak", "link_open", "link_close", "strong_open", "strong_close", "image"}


def quote_tokens(markdown: str) -> Iterator[Any]:
    """Every token within block quotes."""
    depth = 0
    for token in PARSER.parse(markdown):
        depth += {"blockquote_open": 1, "blockquote_close": -1}.get(token.type, 0)
        if depth:
            yield token
            yield from token.children or ()


SIGNS = "ab #*_`~<>[]()!|\\-+=1.:&$'\"/é日"
"""Letters, and whatever means something to some Markdown."""


@given(st.one_of(st.sampled_from(HOSTILE), st.text(alphabet=st.sampled_from(SIGNS + "\n\t"), max_size=60)))
def test_what_others_say_is_no_markup_in_markdown(words: str):
    markdown = render_markdown(story_of(quote("m", mention("1", words, title=words, name=words))))
    kinds = {token.type for token in quote_tokens(markdown)}
    assert kinds <= ALLOWED_INLINE | {"blockquote_open", "blockquote_close", "paragraph_open", "paragraph_close", "inline"}
    links = [str(token.attrs["href"]) for token in quote_tokens(markdown) if token.type == "link_open"]
    assert all(link.startswith(("http://", "https://")) for link in links)
    blocks = [token.type for token in PARSER.parse(markdown) if token.level == 0 and token.nesting >= 0]
    assert blocks == ["heading_open", "paragraph_open", "blockquote_open", "hr", "paragraph_open"]


@given(st.text(alphabet=st.sampled_from(SIGNS), min_size=1, max_size=40))
def test_words_read_in_markdown_as_they_were_written(words: str):
    markdown = render_markdown(story_of(quote("m", mention("1", words, author=None, url=""))))
    paragraphs = [token for token in quote_tokens(markdown) if token.type == "inline"]
    shown = "".join(part.content for part in paragraphs[0].children) if " ".join(words.split()) else ""
    assert shown == " ".join(words.split())


@pytest.mark.parametrize(
    ("words", "kept"),
    [
        ("It *began* [here](https://acme.example/).", True),
        ("- one\n- two\n\n> quoted\n\n`<b>` is code", True),
        ("<b>bold</b> & more", False),
        ("[x](javascript:alert(1))", False),
        ("![x](file:///etc/passwd)", False),
        ("```\nnever closed", False),
        ("<!-- never closed", False),
        ("text\n\n<script>alert(1)</script>", False),
        ("`<b>` ``<i>` <u>", False),
    ],
)
def test_words_of_our_own_stay_markdown_unless_they_would_do_harm(words: str, kept: bool):
    written = own_words(words)
    assert (written == words) == kept
    types = {part.type for token in PARSER.parse(written) for part in (token, *(token.children or ()))}
    assert not types & {"html_block", "html_inline"}


def test_the_labels_of_a_story_are_in_its_language(tmp_path: Path):
    said = replace(freeze(mention("1", "x", published=None)), when=START)
    story = story_of(Block(id="m", kind=BlockKind.MENTION, copy=said), byline="Ana")
    expected = {
        "en": ("By Ana", "seen 8 June 2026, 09:12 UTC", "Monday, 8 June 2026"),
        "es": ("Por Ana", "visto 8 de junio de 2026, 09:12 UTC", "lunes, 8 de junio de 2026"),
        "ro": ("De Ana", "văzut 8 iunie 2026, 09:12 UTC", "luni, 8 iunie 2026"),
        "el": ("Από Ana", "το είδαμε 8 Ιουνίου 2026, 09:12 UTC", "Δευτέρα 8 Ιουνίου 2026"),
        "fr": ("Par Ana", "vu 8 juin 2026, 09:12 UTC", "lundi 8 juin 2026"),
        "de-AT": ("Von Ana", "gesehen 8. Juni 2026, 09:12 UTC", "Montag, 8. Juni 2026"),
        "cy": ("By Ana", "seen 8 June 2026, 09:12 UTC", "Monday, 8 June 2026"),
    }
    for lang, (byline, seen, day) in expected.items():
        told = replace(story, story=replace(story.story, lang=lang))
        markdown, html = render_markdown(told), page_of(told, tmp_path / lang)
        assert byline in markdown
        assert seen in markdown
        assert day in html
        assert ('<span lang="en" dir="ltr"' in html) == (lang == "cy")


def test_every_language_has_every_word():
    english = phrases("en")
    for lang in ("es", "ro", "el", "fr", "de", "ar", "he"):
        other = phrases(lang)
        assert (other.lang, list(other.words), list(other.counts)) == (lang, list(english.words), list(english.counts))
        assert all(word.strip() for word in other.words.values())
        for key, forms in english.counts.items():
            assert all("{n}" in form for form in forms.values())
            assert "1.234" in other.count(key, 1234).replace(",", ".").replace("\u202f", ".")
        for key, word in english.words.items():
            assert set(re.findall(r"{\w+}", word)) == set(re.findall(r"{\w+}", other[key])), (lang, key)


def test_times_are_shown_in_the_zone_that_is_asked_for(tmp_path: Path):
    story = replace(story_of(quote("m", mention("1", "x"))), timezone="Europe/Bucharest")
    assert "8 June 2026, 12:12 EEST" in render_markdown(story)
    assert '<time datetime="2026-06-08T09:12:00Z">12:12 EEST</time>' in page_of(story, tmp_path)
    with pytest.raises(ExportError, match="no time zone 'Mars/Base'"):
        render_markdown(replace(story, timezone="Mars/Base"))


# --- HTML ----------------------------------------------------------------------------------------------------


class Elements(HTMLParser):
    """The elements of a page with their attributes, and its text."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.found: list[tuple[str, dict[str, str | None]]] = []
        self.text = ""
        self.scripts: list[str] = []
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found.append((tag, dict(attrs)))
        if tag == "script":
            self.scripts.append("")

    def handle_data(self, data: str) -> None:
        self.text += data
        if self.cdata_elem == "script":
            self.scripts[-1] += data

    def all(self, tag: str) -> list[dict[str, str | None]]:
        return [attrs for name, attrs in self.found if name == tag]


@pytest.mark.parametrize("words", HOSTILE, ids=range(len(HOSTILE)))
def test_what_others_say_is_no_markup_on_a_page(tmp_path: Path, words: str):
    details = {"title": words or "-", "subtitle": words, "byline": words, "description": words}
    calm = Elements(page_of(published(tmp_path, *every_block("calm"), **dict.fromkeys(details, "calm")), tmp_path / "calm"))
    page = Elements(page_of(published(tmp_path, *every_block(words), **details), tmp_path / "out"))
    known = {tag for tag, _ in calm.found} | {"p", "br", "details", "summary", "em", "strong", "del", "code", "pre", "ul", "ol"}
    known |= {"nav", "li", "h2", "h3", "h4", "h5", "h6", "hr", "table", "thead", "tbody", "tr", "th", "td"}
    assert {tag for tag, _ in page.found} <= known
    assert [attrs.get("type") for attrs in page.all("script")] == ["application/ld+json", "application/json", None]
    assert page.scripts[-1] == calm.scripts[-1]
    assert not [name for _, attrs in page.found for name in attrs if name.startswith("on") or name == "style"]
    for attrs in page.all("a"):
        assert re.match(r"https?://|#", attrs["href"] or "")
        assert "noopener" in (attrs.get("rel") or "") or (attrs["href"] or "").startswith("#")
    assert all((attrs["src"] or "").startswith(("data:image/", "media/")) for attrs in page.all("img"))


def test_the_data_for_machines_cannot_end_its_script(tmp_path: Path):
    html = page_of(story_of(quote("m", mention("1", "x", title="</script><script>alert(1)</script>"))), tmp_path)
    data = json.loads(html.split('<script type="application/ld+json">')[1].split("</script>")[0])
    assert data["citation"][0]["headline"] == "</script><script>alert(1)</script>"
    assert html.count("<script") == 3


@pytest.mark.parametrize(
    ("markdown", "html"),
    [
        ("# Big\n\n*so*", "<h3>Big</h3>\n<p><em>so</em></p>\n"),
        ("<b>x</b>", "<p>&lt;b&gt;x&lt;/b&gt;</p>\n"),
        (
            "![pixel](https://spy.example/p.png)",
            '<p>!<a href="https://spy.example/p.png" rel="noopener nofollow">pixel</a></p>\n',
        ),
        ("[x](javascript:alert(1))", "<p>[x](javascript:alert(1))</p>\n"),
        ("[x](file:///etc/passwd)", "<p>[x](file:///etc/passwd)</p>\n"),
    ],
)
def test_words_of_our_own_become_plain_html(markdown: str, html: str):
    assert own_html(markdown) == html


def test_long_quotations_are_folded_and_lose_nothing():
    words = "\n\n".join(f"Paragraph {number} " + "goes on " * 40 for number in range(9))
    shown, folded = quoted(words)
    assert "Paragraph 0" in shown
    assert "Paragraph 8" in folded
    assert len(re.findall("goes on", shown + folded)) == 9 * 40
    one_word, rest = quoted("x" * 5000)
    assert (one_word + rest).count("x") == 5000
    assert rest
    assert quoted("short")[1] == ""
