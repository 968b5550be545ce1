"""Writes a story as Markdown: ``story.md`` with its pictures in ``media/``, or a folder for a site generator.

Quotations are block quotes with author, platform, time and address. What others wrote is escaped, so that it shows as it was
written whatever is in it. A picture of which there is no copy becomes a link.

With ``front_matter`` the file is ``index.md``, which together with ``media/`` is a page bundle of Hugo and a folder that Jekyll
and Eleventy make a page of. No words of the story are taken for a template of theirs: braces are escaped, and the keys
``render_with_liquid`` (Jekyll) and ``templateEngineOverride`` (Eleventy) turn templates off for the page.
"""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path, PurePath
from typing import Literal

from pydantic import Field

from ...core.contracts import Component
from ...core.hookspecs import hookimpl
from ...core.markdown import render_markdown
from ...core.media import copy_pictures, file_name
from ...core.optiontypes import PluginOptions
from ...core.quoting import without_stills
from ...core.values import PublishedStory, Receipt, StoryState
from ._frontmatter import Value, front_matter

FILE = "story.md"
PAGE = "index.md"


class MarkdownOptions(PluginOptions):
    """What users write in ``[publish.markdown]``."""

    front_matter: Literal["none", "yaml", "toml"] = Field(
        default="none", description="For a site generator: what it reads before the text of a page"
    )
    layout: str = Field(default="", max_length=100, description="The site's layout for stories; empty for its own")


class MarkdownExporter:
    """Writes ``story.md`` or, with front matter, ``index.md``."""

    def __init__(self, options: MarkdownOptions | None = None) -> None:
        self._options = options or MarkdownOptions()

    def export(self, story: PublishedStory, to: Path) -> Receipt:
        """Write the story; pictures are copied beside it."""
        form = self._options.front_matter
        file = FILE if form == "none" else PAGE
        head = "" if form == "none" else front_matter(_fields(story, self._options.layout), form)
        text = head + render_markdown(story, site=form != "none")
        (to / file).write_text(text, encoding="utf-8", errors="replace", newline="\n")
        return Receipt(path=str(to / file), files=(file, *copy_pictures(without_stills(story), to)))


def _fields(published: PublishedStory, layout: str) -> dict[str, Value]:
    """The keys, as the three generators call them; where they have no common one, ours."""
    story = published.story
    cover = published.media.get(story.cover, "")
    return {
        "title": story.title,
        "subtitle": story.subtitle,
        "description": story.description,
        "author": story.byline,
        "date": published.at,
        "draft": story.state is not StoryState.PUBLISHED,
        "slug": story.slug,
        "language": story.lang,
        "image": file_name(story.cover, PurePath(cover)) if cover else "",
        "image_alt": story.cover_alt if cover else "",
        "rights": story.rights,
        "generator": published.generator,
        "layout": layout,
        "render_with_liquid": False,
        "templateEngineOverride": "md",
    }


@hookimpl
def register_exporters() -> Iterable[Component]:
    """The exporter ``markdown``."""
    return [
        Component(
            name="markdown",
            options=MarkdownOptions,
            build=lambda options, context: MarkdownExporter(options),
            summary="Markdown, for anywhere",
        )
    ]
