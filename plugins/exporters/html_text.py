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
    *("a", "p", "br", "em", "strong", "del", "code", "pre", "blockquote", "ul", "ol", "li", "h3", "h4", "h5", "h6", "hr"),
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


def own_html(text: str) -> Markup:
    """Words of our own from Markdown: no HTML, no pictures from elsewhere, links to the web only, headings below the page's."""
    import nh3

    rendered = _parser().render(clean(text))
    rendered = re.sub(r"(</?h)([1-6])>", lambda found: f"{found[1]}{min(int(found[2]) + 2, 6)}>", rendered)
    return Markup(
        nh3.clean(
            rendered,
            tags=_TAGS,
            attributes={"a": {"href", "title"}, "ol": {"start"}},
            url_schemes={"http", "https"},
            link_rel="noopener nofollow",
        )
    )


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
