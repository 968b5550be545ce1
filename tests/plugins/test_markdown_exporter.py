"""The Markdown exporter: every field of a story, pages for site generators, nothing that such a program would run."""

import json
import tomllib
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from golden import agree
from hypothesis import given
from hypothesis import strategies as st
from markdown_it import MarkdownIt

from hubbub.core.markdown import render_markdown
from hubbub.core.markdowntext import own_words, without_templates
from hubbub.core.values import Block, BlockKind, StoryState
from hubbub.plugins.exporters._frontmatter import front_matter
from hubbub.plugins.exporters.markdown import MarkdownExporter, MarkdownOptions
from hubbub.testing.stories import ADDRESSES, AT, HOSTILE, SECRET, every_block, every_field, handed, published, said

PARSER = MarkdownIt("commonmark", {"html": True}).enable(["table", "strikethrough"])
TEMPLATES = ("{{", "{%", "{#", "{:", "{<")
"""What begins a template or an attribute list: Liquid, Nunjucks, Go templates of Hugo, kramdown."""


def page(folder: Path, **options: Any) -> str:
    """The example with every field as the page of a site generator."""
    out = folder / "out"
    out.mkdir()
    receipt = MarkdownExporter(MarkdownOptions(**options)).export(handed(every_field(folder)), out)
    assert "index.md" in receipt.files
    return (out / "index.md").read_text(encoding="utf-8")


def test_the_markdown_of_every_field(tmp_path: Path):
    """Look at: the part with its ellipses, what is gone, changed, taken out, the rights, the cover."""
    agree("every-field.md", render_markdown(handed(every_field(tmp_path))))


def test_the_page_of_a_site(tmp_path: Path):
    """Look at: front matter, and no title a second time."""
    agree("every-field-site.md", page(tmp_path, front_matter="yaml", layout="story"))


def test_front_matter_in_toml_says_the_same(tmp_path: Path):
    head, body = page(tmp_path, front_matter="toml").removeprefix("+++\n").split("+++\n", 1)
    fields = tomllib.loads(head)
    assert fields["title"] == every_field(tmp_path).story.title
    assert (fields["date"], fields["draft"], fields["language"], fields["author"]) == (AT, True, "en", "Ana Pop")
    assert (tmp_path / "out" / fields["image"]).is_file()
    assert fields["image_alt"] == "A dark phone"
    assert fields["render_with_liquid"] is False
    assert "layout" not in fields
    assert not body.lstrip().startswith("# ")


def test_a_story_is_a_draft_on_the_site_until_it_is_published(tmp_path: Path):
    story = every_field(tmp_path)
    for state, draft in ((StoryState.PUBLISHED, "false"), (StoryState.PRIVATE, "true")):
        told = replace(story, story=replace(story.story, state=state))
        MarkdownExporter(MarkdownOptions(front_matter="yaml")).export(told, tmp_path)
        assert f"\ndraft: {draft}\n" in (tmp_path / "index.md").read_text(encoding="utf-8")


@given(st.text(max_size=30))
def test_front_matter_holds_any_text_on_its_line(words: str):
    toml = front_matter({"title": f"x{words}", "draft": True, "none": ""}, "toml")
    assert toml.splitlines()[0] == toml.splitlines()[3] == "+++"
    read = tomllib.loads(toml.replace("+++\n", ""))
    assert read.keys() == {"title", "draft"}
    yaml = front_matter({"title": f"x{words}", "draft": True}, "yaml").split("\n")
    assert (yaml[0], yaml[2], yaml[3]) == ("---", "draft: true", "---")
    # A text in double quotes means the same in JSON and in YAML.
    assert json.loads(yaml[1].removeprefix("title: ")) == read["title"]


SIGNS = "ab{}%#:<>-*`\n []()!&\\"


@given(st.one_of(st.sampled_from(HOSTILE), st.text(alphabet=st.sampled_from(SIGNS), max_size=40)))
def test_no_words_are_a_template_of_a_site_generator(tmp_path_factory: pytest.TempPathFactory, words: str):
    folder = tmp_path_factory.getbasetemp()
    blocks = (said(1, words, title=words, media=()), Block(id="t", kind=BlockKind.TEXT, text=words))
    story = published(folder, *blocks, byline=words)
    assert not any(sign in render_markdown(story, site=True) for sign in TEMPLATES)


def test_taming_templates_changes_nothing_that_is_shown():
    plain = "Of {{ it }}, {% x %} and `{{ code }}`, [here](https://acme.example/{{a}})."
    assert own_words(plain) == plain
    shown = PARSER.render(without_templates(plain)).replace("\u2060", "")
    assert shown == PARSER.render(plain)


@pytest.mark.parametrize("site", [False, True])
@pytest.mark.parametrize("words", [*HOSTILE[:-1], *ADDRESSES])
def test_no_words_are_html_or_lead_off_the_web(tmp_path: Path, words: str, site: bool):
    story = every_field(tmp_path)
    details = replace(story.story, cover_alt=words, rights=words, title=words or "-", subtitle=words, byline=words)
    blocks = [replace(block, rights=words, alt=words if block.kind is BlockKind.IMAGE else "") for block in details.blocks]
    hostile = (replace(block, id=f"x-{block.id}") for block in every_block(words))
    story = replace(story, story=replace(details, blocks=(*blocks, *hostile)))
    tokens = [part for token in PARSER.parse(render_markdown(story, site=site)) for part in (token, *(token.children or ()))]
    assert not {"html_block", "html_inline", "fence", "code_block"} & {token.type for token in tokens if token.level > 1}
    assert not {"html_block", "html_inline"} & {token.type for token in tokens}
    led = [str(token.attrs.get("href") or token.attrs.get("src") or "https:") for token in tokens]
    assert all(target.lower().startswith(("https:", "http:", "media/")) for target in led)


def test_notes_stay_here(tmp_path: Path):
    assert SECRET not in render_markdown(handed(every_field(tmp_path)))
    assert SECRET not in page(tmp_path, front_matter="yaml")
