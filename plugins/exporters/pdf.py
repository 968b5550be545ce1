"""Writes a story as a tagged PDF: ``story.pdf``, the published page on paper.

The source is the page of the exporter ``html``, with its style for print, set by WeasyPrint (``pip install 'hubbub[pdf]'``).
Nothing is fetched: the page carries its pictures, or they lie in its folder; every other address is refused. The file is
PDF/UA-1: tagged for screen readers, with the story's title, language and bookmarks.
"""

from __future__ import annotations

import hashlib
import logging
import re
import tempfile
from collections.abc import Iterable
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

from ...core.contracts import Component
from ...core.errors import ExportError
from ...core.hookspecs import hookimpl
from ...core.values import PublishedStory, Receipt
from .html import FILE as PAGE
from .html import HtmlExporter

FILE = "story.pdf"

BREAK = 20
LONGEST = 400
_TAGS = re.compile(r"(<(?:style|script|title)\b.*?</(?:style|script|title)>|<[^>]*>)", re.DOTALL | re.IGNORECASE)
_LONG = re.compile(r"(?:&#?\w+;|[^\s&]){60,}")
_PIECE = re.compile(rf"(?:&#?\w+;|[^&]){{1,{BREAK}}}")

PRINT = """
@page { size: A4; margin: 20mm 18mm;
  @bottom-center { content: counter(page) " / " counter(pages); font-size: 9pt; color: #555 } }
details > summary { display: none }
main, header, footer, section, article, figure, figcaption, blockquote, ol, ul, div, p { display: block !important }
nav, form, button, input, [hidden], [aria-hidden=true]:not(svg), .skip, .tools { display: none !important }
.meta > *, .source > * { margin-inline-end: .8em }
* { overflow-wrap: break-word !important; word-break: normal !important }
"""
"""What paper needs beside the page's own style for print: numbers, nothing folded, nothing to press, and one thing below the
other. WeasyPrint is slow with flexible boxes and fails on some of them; with ``overflow-wrap: anywhere`` it tries every
character of a text as a line of its own."""


class PdfExporter:
    """Writes ``story.pdf``."""

    def export(self, story: PublishedStory, to: Path) -> Receipt:
        """Write the file; raises ``ExportError`` where WeasyPrint is not installed."""
        with tempfile.TemporaryDirectory(prefix="hubbub-pdf-") as name:
            folder = Path(name)
            receipt = HtmlExporter().export(story, folder)
            page = folder / PAGE
            page.write_text(breakable(page.read_text(encoding="utf-8")), encoding="utf-8")
            data = paginate(page, identity=story.story.id)
        (to / FILE).write_bytes(data)
        return Receipt(path=str(to / FILE), files=(FILE,), warnings=receipt.warnings)


def paginate(page: Path, *, identity: str) -> bytes:
    """A page of ours as PDF; it may use files of its own folder and nothing else."""
    try:
        from weasyprint import CSS, HTML
        from weasyprint.urls import URLFetcher
    except ImportError as error:
        raise ExportError("PDF needs WeasyPrint: pip install 'hubbub[pdf]'.") from error
    except OSError as error:
        # WeasyPrint loads Pango and its relatives from the system when it is imported.
        message = "WeasyPrint is installed, but the system's text libraries that it needs are not: install Pango"
        raise ExportError(f"{message} (on Debian libpango-1.0-0 and libpangoft2-1.0-0; with Homebrew pango).") from error

    class OwnFiles(URLFetcher):  # pyright: ignore[reportUntypedBaseClass]
        """Refuses every address but ``data:`` and files of the page's folder."""

        def fetch(self, url: str, headers: Any = None) -> Any:
            if not allowed(url, page.parent):
                raise ValueError(f"{url} is not part of the page")
            return super().fetch(url, headers)

    logging.getLogger("weasyprint").setLevel(logging.ERROR)  # it warns of each rule of CSS that has no meaning on paper
    fetcher = OwnFiles(allowed_protocols=("data", "file"), allow_redirects=False)
    data = HTML(filename=page, url_fetcher=fetcher).write_pdf(
        stylesheets=[CSS(string=PRINT, url_fetcher=fetcher)],
        pdf_variant="pdf/ua-1",
        pdf_tags=True,
        pdf_identifier=hashlib.sha256(identity.encode("utf-8", "replace")).digest()[:16],
    )
    return data or b""


def breakable(page: str) -> str:
    """The page with a place to break every :data:`BREAK` characters of a word that fills a line and more.

    Of a word of more than :data:`LONGEST` characters, which nobody reads, the beginning is kept: WeasyPrint takes minutes for
    one of some ten thousand.
    """
    parts = _TAGS.split(page)
    parts[::2] = [_LONG.sub(lambda found: _broken(found[0]), text) for text in parts[::2]]
    return "".join(parts)


def _broken(word: str) -> str:
    pieces = _PIECE.findall(word)
    return "&#8203;".join(pieces[: LONGEST // BREAK]) + ("…" if len(pieces) > LONGEST // BREAK else "")


def allowed(url: str, folder: Path) -> bool:
    """Whether a page that lies in this folder may use what is at this address."""
    parts = urlsplit(url)
    if parts.scheme == "file" and not parts.netloc:
        return Path(unquote(parts.path)).resolve().is_relative_to(folder.resolve())
    return parts.scheme == "data"


@hookimpl
def register_exporters() -> Iterable[Component]:
    """The exporter ``pdf``."""
    return [
        Component(name="pdf", build=lambda options, context: PdfExporter(), summary="A tagged PDF, to print and to file away")
    ]
