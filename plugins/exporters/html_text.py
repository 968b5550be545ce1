"""Words as HTML: other people's as plain paragraphs, our own from Markdown, both harmless."""

from __future__ import annotations

import re
from functools import cache
from typing import TYPE_CHECKING

from markupsafe import Markup, escape

from ...core.cleaning import clean_url
from ...core.markdowntext import WEB_ADDRESS
from ...core.text import clean

if TYPE_CHECKING:
    from markdown_it import MarkdownIt

FOLD_FROM = 1800
"""Characters from which on a quotation is folded."""
SHOWN = 700
"""Characters of a folded quotation that are shown at once, at least; it is cut between paragraphs where it has any."""

_TAGS = {
    *("a", "p", "br", "em", "strong", "del", "code", "pre", "blockquote", "ul", "ol", "li", "h2", "h3", "h4", "h5", "h6", "hr"),
    *("table", "thead", "tbody", "tr", "th", "td"),
}


def quoted(text: str) -> tuple[Markup, Markup]:
    """Anybody's words as paragraphs with their line breaks and links; of a long text, the part that is folded is the second."""
    paragraphs = re.split(r"\n\s*\n", clean(text).strip())
    if len(text) < FOLD_FROM:
        return _paragraphs(paragraphs), Markup()
    shown: list[str] = []
    while paragraphs and sum(map(len, shown)) < SHOWN:
        shown.append(paragraphs.pop(0))
    if len(shown[-1]) > FOLD_FROM:
        cut = shown[-1].rfind(" ", 0, SHOWN)
        cut = cut if cut > 0 else SHOWN
        shown[-1:], paragraphs[:0] = [shown[-1][:cut]], [shown[-1][cut:].lstrip()]
    return _paragraphs(shown), _paragraphs(paragraphs)


def own_html(text: str, under: int = 2) -> Markup:
    """Words of our own from Markdown: no HTML, no pictures from elsewhere, links to the web only.

    Headings follow one of level ``under`` and leave out no level, as a screen reader's user expects.
    """
    import nh3

    cleaned = nh3.clean(
        _ordered(_parser().render(clean(text)), under),
        tags=_TAGS,
        attributes={"a": {"href", "title"}, "ol": {"start"}},
        url_schemes={"http", "https"},
        link_rel="noopener nofollow",
    )
    # A link without words cannot be named, and an empty cell is no heading of a column.
    cleaned = re.sub(r'(<a [^>]*?href="([^"]*)"[^>]*>)\s*</a>', r"\1\2</a>", cleaned)
    return Markup(re.sub(r"<th>\s*</th>", "<td></td>", cleaned))


def _ordered(html: str, under: int) -> str:
    """The headings of rendered Markdown, each one level below the one before it at most; those without words go."""
    last = under

    def level(found: re.Match[str]) -> str:
        nonlocal last
        if not found[2].strip():
            return ""
        last = min(int(found[1]) + under, last + 1, 6)
        return f"<h{last}>{found[2]}</h{last}>"

    return re.sub(r"<h([1-6])>(.*?)</h\1>", level, html, flags=re.DOTALL)


def _paragraphs(paragraphs: list[str]) -> Markup:
    return Markup("\n").join(Markup("<p>{}</p>").format(_lines(paragraph)) for paragraph in paragraphs if paragraph.strip())


def _lines(paragraph: str) -> Markup:
    return Markup("<br>\n").join(_linked(row.strip()) for row in paragraph.splitlines())


def _linked(row: str) -> Markup:
    parts: list[Markup] = []
    at = 0
    for found in WEB_ADDRESS.finditer(row):
        if url := clean_url(found[0]):
            link = Markup('<a href="{}" rel="noopener nofollow ugc">{}</a>').format(url, url)
            parts += [escape(row[at : found.start()]), link]
            at = found.end()
    return Markup().join([*parts, escape(row[at:])])


@cache
def _parser() -> MarkdownIt:
    from markdown_it import MarkdownIt

    return MarkdownIt("commonmark", {"html": False}).enable(["table", "strikethrough"]).disable("image")
