"""Writes a story as one page that needs nobody: ``index.html`` with its style and pictures inside.

The page makes no request, and reads without its script, which only jumps along the timeline and filters by platform; its
content security policy allows that script and no other. It reads on a narrow phone, on paper, in the dark, and from right to
left; labels and dates are in the story's language where hubbub has it (English, Spanish, Romanian, Greek, French, German,
Arabic, Hebrew).

``[publish.html]``: ``pictures`` says where they are. ``auto`` (the default) makes those up to 600 kB, and 6 MB in all, part of
the file, and puts larger ones into ``media/`` beside it; ``inside`` makes one file of everything; ``beside`` puts all of them
into ``media/``. ``theme`` is ``default``, ``newsprint``, or a folder of your own (``docs/page-themes.md``).

Beside the page lies ``oembed.json``, and, where ``base_url`` under ``[publish]`` says where it will be found, ``embed.html``
with the lines that show it in another page.

What others wrote is plain text here, escaped by the template engine; the words of our own are Markdown, rendered without HTML
and sanitised. Links are http(s) only.
"""

from __future__ import annotations

import base64
import hashlib
import json
import re
from collections.abc import Iterable
from pathlib import Path

from markupsafe import Markup
from pydantic import Field

from ...core.contracts import Component, Context
from ...core.errors import ExportError
from ...core.hookspecs import hookimpl
from ...core.optiontypes import PluginOptions
from ...core.values import PublishedStory, Receipt
from .html_machines import embed_snippet, oembed
from .html_page import Page
from .html_pictures import Pictures, Where
from .html_themes import DEFAULT, Theme, find_theme

FILE = "index.html"


class HtmlOptions(PluginOptions):
    """``[publish.html]``"""

    pictures: Where = Field(default="auto", description="Where pictures are: auto (by size), inside the page, or beside it")
    theme: str = Field(default=DEFAULT, description="The page's look: default, newsprint, or a folder of your own")


class HtmlExporter:
    """Writes ``index.html``. A plugin brings a theme of its own by making one of these with its folder."""

    def __init__(
        self,
        *,
        theme: str | Path = DEFAULT,
        pictures: Where = "auto",
        workspace: Path = Path(),
    ) -> None:
        """``workspace`` is where a theme's relative folder begins."""
        self._theme = theme
        self._where: Where = pictures
        self._workspace = workspace

    def export(self, story: PublishedStory, to: Path) -> Receipt:
        """Write the page and what lies beside it; raises ``ExportError``."""
        theme = find_theme(self._theme, self._workspace)
        pictures = Pictures(story.media, self._where)
        page = Page(story, pictures)
        style, script = _part(theme, "style.css"), _part(theme, "script.js")
        html = theme.render(
            page=page,
            w=page.words,
            style=Markup(style),
            script=Markup(script),
            policy=Markup(_policy(style=style, script=script)),
        )
        embedded = {"oembed.json": json.dumps(oembed(story, url=page.url), ensure_ascii=False, indent=1) + "\n"}
        if page.url:
            embedded["embed.html"] = embed_snippet(story, url=page.url)
        for name, text in {FILE: html, **embedded}.items():
            (to / name).write_text(text, encoding="utf-8", errors="replace", newline="\n")
        return Receipt(path=str(to / FILE), files=(FILE, *sorted(embedded), *pictures.write(to)), warnings=tuple(page.warnings))

    def rests_on(self) -> Iterable[Path]:
        """See ``RestsOn``: the files of the theme."""
        return find_theme(self._theme, self._workspace).files()


def _part(theme: Theme, name: str) -> str:
    """A style or a script, which must not end the element that it stands in."""
    text = theme.text(name)
    if re.search(r"</\s*(style|script)|<!--", text, re.IGNORECASE):
        raise ExportError(f"{name} of the theme in {theme.folder} holds </style, </script or <!--, which would end it early.")
    return text.replace("\r\n", "\n").strip() + "\n"


def _policy(*, style: str, script: str) -> str:
    """The content security policy: this style, this script, pictures of ours; nothing from anywhere else."""
    return (
        f"default-src 'none'; style-src {_hash(style)}; script-src {_hash(script)}; img-src data: 'self'; font-src data:; "
        "base-uri 'none'; form-action 'none'"
    )


def _hash(text: str) -> str:
    return f"'sha256-{base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()}'"


@hookimpl
def register_exporters() -> Iterable[Component]:
    """The exporter ``html``."""
    return [Component(name="html", build=_build, options=HtmlOptions, summary="A page that needs nobody's server", example={})]


def _build(options: HtmlOptions, context: Context) -> HtmlExporter:
    return HtmlExporter(theme=options.theme, pictures=options.pictures, workspace=context.workspace)
