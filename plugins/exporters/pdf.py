"""Writes a story as a tagged PDF: ``story.pdf``, for paper and for the file.

A page of its own (``pdf.html.j2`` with ``pdf.css``) with what the published page has, set by WeasyPrint (``pip install
'hubbub[pdf]'``). Nothing is fetched: the pictures lie in the folder that it is set from; every other address is refused. The
file is PDF/UA-1: tagged for screen readers, with the story's title, language and bookmarks.
"""

from __future__ import annotations

import hashlib
import logging
import re
import tempfile
import unicodedata
from collections.abc import Iterable
from functools import cache, partial
from importlib.resources import files
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import unquote, urlsplit

from markupsafe import Markup, escape

from ...core.contracts import Component
from ...core.errors import ExportError
from ...core.hookspecs import hookimpl
from ...core.quoting import quoted_words
from ...core.values import PublishedStory, Receipt, Story
from .html_cards import Quote
from .html_page import Page
from .pdf_pictures import PaperPictures

if TYPE_CHECKING:
    from jinja2 import Environment

FILE = "story.pdf"
MOST_BLOCKS = 2_000
"""Blocks of a story that are set: about half a minute of computing, and a gigabyte of memory."""
MOST_CHARACTERS = 1_000_000
"""Characters of all its words, a book of some five hundred pages."""

BASE = "file:///story/"
"""What stands for the folder that the page lies in: the PDF's names for its pictures are made of their addresses, and the same
story has to give the same file."""
BREAK = 20
LONGEST = 400
SHORT = 1500
"""Characters up to which a quotation is kept on one page."""
_TAGS = re.compile(r"(<(?:style|script|title)\b.*?</(?:style|script|title)>|<[^>]*>)", re.DOTALL | re.IGNORECASE)
_LONG = re.compile(r"(?:&#?\w+;|[^\s&]){60,}")
_PIECE = re.compile(rf"(?:&#?\w+;|[^&]){{1,{BREAK}}}")
_ISOLATE, _END = "\u2068", "\u2069"


class PdfExporter:
    """Writes ``story.pdf``."""

    def export(self, story: PublishedStory, to: Path) -> Receipt:
        """Write the file; raises ``ExportError`` for a story that is too long, or where WeasyPrint is not installed."""
        refuse_endless(story.story)
        with tempfile.TemporaryDirectory(prefix="hubbub-pdf-") as name:
            folder = Path(name)
            page = Page(story, PaperPictures(story.media, folder))
            isolate = partial(isolated, always=page.direction == "rtl")
            html = _environment().get_template("pdf.html.j2").render(page=page, w=page.words, isolate=isolate)
            (folder / "story.html").write_bytes(breakable(html).encode("utf-8", "replace"))
            data = paginate(folder / "story.html", identity=story.story.id)
        (to / FILE).write_bytes(data)
        return Receipt(path=str(to / FILE), files=(FILE,), warnings=tuple(dict.fromkeys(page.warnings)))


def refuse_endless(story: Story) -> None:
    """Raise ``ExportError`` for a story that would take minutes and gigabytes, before it does."""
    characters = sum(len(block.text) + len(quoted_words(block)) for block in story.blocks)
    if len(story.blocks) <= MOST_BLOCKS and characters <= MOST_CHARACTERS:
        return
    raise ExportError(
        f"A PDF holds up to {MOST_BLOCKS:,} blocks and {MOST_CHARACTERS:,} characters; this story has {len(story.blocks):,} "
        f"and {characters:,}. Publish it as html or epub, or split it."
    )


def weasyprint() -> Any:
    """The library, loaded; raises ``ImportError`` where it is not installed, ``OSError`` where the system lacks what it needs.

    It has Pillow take pictures that are cut short, in the whole program; whether we keep such a picture is not its business.
    """
    from PIL import ImageFile

    before = ImageFile.LOAD_TRUNCATED_IMAGES
    try:
        import weasyprint
        import weasyprint.urls
    finally:
        ImageFile.LOAD_TRUNCATED_IMAGES = before
    return weasyprint


def paginate(page: Path, *, identity: str) -> bytes:
    """A page of ours as PDF; it may use files of its own folder and nothing else."""
    try:
        library = weasyprint()
    except ImportError as error:
        raise ExportError("PDF needs WeasyPrint: pip install 'hubbub[pdf]'.") from error
    except OSError as error:
        # WeasyPrint loads Pango and its relatives from the system when it is imported.
        message = "WeasyPrint is installed, but the system's text libraries that it needs are not: install Pango"
        raise ExportError(f"{message} (on Debian libpango-1.0-0 and libpangoft2-1.0-0; with Homebrew pango).") from error

    class OwnFiles(library.urls.URLFetcher):  # pyright: ignore[reportUntypedBaseClass]
        """Refuses every address but ``data:`` and files of the page's folder."""

        def fetch(self, url: str, headers: Any = None) -> Any:
            address = url.replace(BASE, f"{page.parent.as_uri()}/", 1) if url.startswith(BASE) else url
            if not allowed(address, page.parent):
                raise ValueError(f"{url} is not part of the page")
            return super().fetch(address, headers)

    logging.getLogger("weasyprint").setLevel(logging.ERROR)  # it warns of each rule of CSS that has no meaning on paper
    fetcher = OwnFiles(allowed_protocols=("data", "file"), allow_redirects=False)
    data = library.HTML(string=page.read_text(encoding="utf-8"), base_url=BASE, url_fetcher=fetcher).write_pdf(
        stylesheets=[library.CSS(string=_own("pdf.css"), url_fetcher=fetcher)],
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


def isolated(text: object, *, always: bool = False) -> Markup:
    """Words that neither lend their direction to those around them nor take it from them, without an element for it.

    On a page from left to right only words that run the other way need it; ``always`` is for a page from right to left.
    """
    words = escape(text)
    return Markup(f"{_ISOLATE}{words}{_END}") if always or any(map(_turns, words)) else words


def towards(text: object) -> Markup:
    """The attribute with the direction of the first letter that has one (WeasyPrint knows no ``dir="auto"``)."""
    first = next((unicodedata.bidirectional(sign) for sign in str(text) if unicodedata.bidirectional(sign) in _STRONG), "")
    return Markup(f' dir="{"ltr" if first == "L" else "rtl"}"') if first else Markup()


_STRONG = frozenset({"L", "R", "AL"})


def _turns(sign: str) -> bool:
    return sign > "\u0590" and unicodedata.bidirectional(sign) in ("R", "AL")


def _short(quote: Quote) -> bool:
    """Whether a quotation is kept on one page: it has few words and one picture at most."""
    return len(quote.shown) + len(quote.folded) < SHORT and sum(bool(picture.source) for picture in quote.pictures) < 2


def _own(name: str) -> str:
    return files(__package__ or "").joinpath(name).read_text(encoding="utf-8")


@cache
def _environment() -> Environment:
    from jinja2 import Environment, FunctionLoader, StrictUndefined

    made = Environment(
        loader=FunctionLoader(_own), autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True
    )
    made.globals |= {"towards": towards, "short": _short}
    return made


@hookimpl
def register_exporters() -> Iterable[Component]:
    """The exporter ``pdf``."""
    return [
        Component(name="pdf", build=lambda options, context: PdfExporter(), summary="A tagged PDF, to print and to file away")
    ]
