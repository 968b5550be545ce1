"""The results of a search as a page of HTML that needs nothing else: to hand on, to print, to keep."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from html import escape

from ..core.controls import clean
from ..core.desk import Results, Row
from ..core.values import Span
from .output import plural, show_time
from .records import byline

_STYLE = (
    "body{font:1rem/1.5 system-ui,sans-serif;max-width:42rem;margin:2rem auto;padding:0 1rem;color-scheme:light dark}"
    "article{margin:2rem 0}h2{font-size:1.1rem;margin:0}p{margin:.3rem 0;white-space:pre-line;overflow-wrap:anywhere}"
    "footer{font-size:.85rem}"
)


def results_page(results: Results) -> str:
    """The page; what was asked for is in ``<mark>``."""
    asked = _text(results.query.text) or "all mentions"
    return "\n".join(
        (
            "<!doctype html>",
            '<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width">',
            f"<title>{asked}</title><style>{_STYLE}</style></head><body>",
            f"<h1>{asked}</h1>",
            f"<p>{plural(results.total, 'mention')}, {len(results.rows):,} shown</p>",
            *map(_article, results.rows),
            "</body></html>\n",
        )
    )


def _article(row: Row) -> str:
    record, mention = row.record, row.record.mention
    said = [f"by {byline(record)}", show_time(record.when), mention.platform, *record.topics]
    where = f' · <a href="{escape(mention.url)}" rel="noopener nofollow">source</a>' if _is_web(mention.url) else ""
    title = f"<h2>{_marked(mention.title, row.spans, 'title')}</h2>" if mention.title else ""
    language = f' lang="{escape(record.lang)}"' if record.lang != "unknown" else ""
    text = _marked(mention.text, row.spans, "text")
    return f'<article{language} dir="auto">{title}<p>{text}</p><footer>{_text(" · ".join(said))}{where}</footer></article>'


def _marked(text: str, spans: Iterable[Span], field: str) -> str:
    return "".join(_pieces(text, [(span.start, span.end) for span in spans if span.field == field]))


def _pieces(text: str, places: Sequence[tuple[int, int]]) -> Iterator[str]:
    at = 0
    for start, end in places:
        yield _text(text[at:start])
        yield f"<mark>{_text(text[start:end])}</mark>"
        at = end
    yield _text(text[at:])


def _text(text: str) -> str:
    return escape(clean(text, newlines=True))


def _is_web(url: str) -> bool:
    return url.lower().startswith(("http://", "https://"))
