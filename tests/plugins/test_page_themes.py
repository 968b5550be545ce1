"""Themes of published pages: the documented example, folders and plugins, and what a mistake in one is told as."""

import re
import textwrap
from pathlib import Path

import pytest
from page_stories import states
from sample_story import battery_week

from hubbub.core.contracts import Exporter
from hubbub.core.errors import ExportError
from hubbub.core.registry import Registry
from hubbub.plugins.exporters.html import HtmlExporter, HtmlOptions
from hubbub.plugins.exporters.html_themes import DEFAULT, Theme, built_in
from hubbub.testing.exporter_contract import HOSTILE, every_block, published

DOCS = Path(__file__).parents[2] / "docs" / "page-themes.md"


def page_in(theme: Path | str, tmp_path: Path, **more: object) -> str:
    (tmp_path / "out").mkdir(exist_ok=True)
    HtmlExporter(theme=theme, **more).export(battery_week(tmp_path), tmp_path / "out")  # type: ignore[arg-type]
    return (tmp_path / "out" / "index.html").read_text(encoding="utf-8")


def theme_of(folder: Path, **files: str) -> Path:
    """A theme with these files: ``page`` is ``page.html.j2``, ``style`` is ``style.css``."""
    folder.mkdir(exist_ok=True)
    for name, text in files.items():
        ending = {"style": "css", "script": "js"}.get(name, "html.j2")
        (folder / f"{name}.{ending}").write_text(textwrap.dedent(text), encoding="utf-8")
    return folder


@pytest.fixture
def documented(tmp_path: Path) -> Path:
    """The theme of the documentation, as a reader would copy it."""
    folder = tmp_path / "evening"
    folder.mkdir()
    for name, text in re.findall(r"`evening/([\w.]+)`:\n\n```\w*\n(.*?)```", DOCS.read_text(encoding="utf-8"), re.DOTALL):
        (folder / name).write_text(text, encoding="utf-8")
    return folder


def test_the_documented_theme_works(documented: Path, tmp_path: Path):
    assert {path.name for path in documented.iterdir()} == {"page.html.j2", "card.html.j2", "style.css"}
    html = page_in("evening", tmp_path, workspace=tmp_path)
    assert '<p class="kicker">Evening edition · 6 mentions</p>' in html
    assert '<h1 dir="auto">The battery week</h1>' in html
    assert html.count('<article class="said"') == 6
    assert "font-family: Georgia" in html
    # What it leaves out is the default's.
    assert 'id="provenance"' in html
    assert "matchMedia" not in html
    assert "addEventListener" in html


def test_the_documentation_names_all_that_a_template_is_given():
    from hubbub.plugins.exporters import html_cards, html_page

    text = DOCS.read_text(encoding="utf-8")
    values = (html_cards.Moment, html_cards.Picture, html_cards.Quote, html_page.Entry, html_page.Place, html_page.Platform)
    for value in (*values, html_page.Bar):
        missing = [name for name in value.__slots__ if f"`{name}`" not in text]
        assert not missing, (value, missing)


def test_every_built_in_theme_is_documented():
    text = DOCS.read_text(encoding="utf-8")
    assert built_in() == ["default", "newsprint"]
    assert all(f"`{name}`" in text for name in built_in())


def test_a_folder_with_a_style_alone_is_a_theme(tmp_path: Path):
    html = page_in(theme_of(tmp_path / "mine", style="body { color: rebeccapurple }"), tmp_path)
    assert "<style>body { color: rebeccapurple }\n</style>" in html
    assert html.count('<figure class="quote">') == 6


@pytest.mark.parametrize(
    ("template", "told"),
    [
        (
            "{% extends 'default/page.html.j2' %}\n{% block masthead %}\n{{ page.titel }}\n{% endblock %}",
            r"page\.html\.j2, line 3: .*titel",
        ),
        ("one\n{% if page.title %}\n", r"page\.html\.j2, line 2: .*end of template"),
        ("\n{{ nobody }}", r"page\.html\.j2, line 2: 'nobody' is undefined"),
        ("\n\n{{ 1 / 0 }}", r"page\.html\.j2, line 3: division by zero"),
        ("{% include 'gone.html.j2' %}", r"there is no template 'gone\.html\.j2'"),
        ("\n{{ page.__class__.__mro__ }}", r"page\.html\.j2, line 2: .*unsafe"),
        ("{% include '../../../../../../etc/passwd' %}", "there is no template"),
    ],
)
def test_a_mistake_in_a_theme_is_told_with_file_and_line(tmp_path: Path, template: str, told: str):
    with pytest.raises(ExportError, match=told):
        page_in(theme_of(tmp_path / "mine", page=template), tmp_path)


@pytest.mark.parametrize("name", ["style", "script"])
def test_a_style_or_script_that_would_end_early_is_refused(tmp_path: Path, name: str):
    with pytest.raises(ExportError, match=f"{name}\\.\\w+ of the theme in .*mine holds"):
        page_in(theme_of(tmp_path / "mine", **{name: "a { } </STYLE><script>alert(1)</script>"}), tmp_path)


def test_strangers_words_are_escaped_in_every_theme(tmp_path: Path):
    theme = theme_of(
        tmp_path / "mine",
        page="{% for e in page.entries %}{{ e.text }}{{ e.quote.title if e.quote }}{% endfor %}{{ page.title }}",
    )
    (tmp_path / "out").mkdir()
    for words in HOSTILE:
        story = published(tmp_path, *every_block(words), title=words or "-")
        HtmlExporter(theme=theme).export(story, tmp_path / "out")
        assert "<" not in (tmp_path / "out" / "index.html").read_text(encoding="utf-8")


def test_a_theme_that_there_is_not_is_told_with_those_that_there_are(tmp_path: Path):
    with pytest.raises(ExportError, match=r"no theme 'nowhere'.*default, newsprint"):
        page_in("nowhere", tmp_path, workspace=tmp_path)


def test_a_plugin_brings_a_theme_by_composing_the_exporter(tmp_path: Path):
    theme = theme_of(tmp_path / "newsroom", style="/* of the newsroom */")
    exporter: Exporter = HtmlExporter(theme=theme, pictures="inside")
    (tmp_path / "out").mkdir()
    receipt = exporter.export(states(tmp_path), tmp_path / "out")
    assert "/* of the newsroom */" in Path(receipt.path).read_text(encoding="utf-8")


def test_options_of_the_exporter_are_checked():
    component = Registry().component("exporter", "html")
    assert component.options is HtmlOptions
    assert HtmlOptions().model_dump() == {"pictures": "auto", "theme": DEFAULT}
    with pytest.raises(ValueError, match="pictures"):
        HtmlOptions(pictures="elsewhere")  # type: ignore[arg-type]


def test_the_default_theme_can_be_named_beside_a_file_of_the_same_name(tmp_path: Path):
    theme = Theme(theme_of(tmp_path / "mine", card="mine"))
    assert theme.text("card.html.j2") == "mine"
    assert "blockquote" in theme.text("default/card.html.j2")


def test_a_file_of_a_theme_that_leads_out_of_its_folder_is_refused(tmp_path: Path):
    (tmp_path / "private.txt").write_text("hush")
    theme = tmp_path / "theme"
    theme.mkdir()
    (theme / "card.html.j2").symlink_to(tmp_path / "private.txt")
    (theme / "page.html.j2").write_text('{% include "card.html.j2" %}')
    to = tmp_path / "out"
    to.mkdir()
    with pytest.raises(ExportError, match="leads out of the theme's folder"):
        HtmlExporter(theme=theme).export(battery_week(tmp_path / "media"), to)
    assert not list(to.iterdir())
