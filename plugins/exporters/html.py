"""Writes a story as one page that needs nobody: ``index.html`` with its style and pictures inside.

The page makes no request and runs no script; its content security policy forbids both. Pictures up to 600 kB, and 6 MB in
all, are part of the file; larger ones lie in ``media/`` beside it. It reads on a narrow phone, on paper, in the dark, and from
right to left; labels and dates are in the story's language where hubbub has it (English, Spanish, Romanian, Greek, French,
German).

What others wrote is plain text here, escaped by the template engine; the words of our own are Markdown, rendered without HTML
and sanitised. Links are http(s) only.
"""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Iterable
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import TYPE_CHECKING

from markupsafe import Markup

from ...core.contracts import Component
from ...core.hookspecs import hookimpl
from ...core.media import copy_pictures
from ...core.values import PublishedStory, Receipt
from .html_page import Page
from .html_pictures import Pictures

if TYPE_CHECKING:
    from jinja2 import Template

FILE = "index.html"


class HtmlExporter:
    """Writes ``index.html``."""

    def export(self, story: PublishedStory, to: Path) -> Receipt:
        """Write the page, and beside it the pictures that are too large to be part of it."""
        pictures = Pictures(story.media)
        page = Page(story, pictures)
        style = _text("story.css")
        digest = base64.b64encode(hashlib.sha256(style.encode()).digest()).decode()
        html = _template().render(page=page, style=Markup(style), style_digest=digest)
        (to / FILE).write_text(html, encoding="utf-8", errors="replace", newline="\n")
        beside = copy_pictures(pictures.beside, to)
        return Receipt(path=str(to / FILE), files=(FILE, *beside), warnings=tuple(page.warnings))


def _text(name: str) -> str:
    return files(__name__.rpartition(".")[0]).joinpath(name).read_text(encoding="utf-8")


@cache
def _template() -> Template:
    from jinja2 import Environment, StrictUndefined

    environment = Environment(autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True)
    return environment.from_string(_text("story.html.j2"))


@hookimpl
def register_exporters() -> Iterable[Component]:
    """The exporter ``html``."""
    return [Component(name="html", build=lambda options, context: HtmlExporter(), summary="A page that needs nobody's server")]
