"""Writes a story as Markdown: ``story.md`` with its pictures in ``media/``.

Quotations are block quotes with author, platform, time and address. What others wrote is escaped, so that it shows as it was
written whatever is in it. A picture of which there is no copy becomes a link.
"""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from ...core.contracts import Component
from ...core.hookspecs import hookimpl
from ...core.markdown import render_markdown
from ...core.media import copy_pictures
from ...core.values import PublishedStory, Receipt

FILE = "story.md"


class MarkdownExporter:
    """Writes ``story.md``."""

    def export(self, story: PublishedStory, to: Path) -> Receipt:
        """Write the story; pictures are copied beside it."""
        (to / FILE).write_text(render_markdown(story), encoding="utf-8", errors="replace", newline="\n")
        return Receipt(path=str(to / FILE), files=(FILE, *copy_pictures(story.media, to)))


@hookimpl
def register_exporters() -> Iterable[Component]:
    """The exporter ``markdown``."""
    return [Component(name="markdown", build=lambda options, context: MarkdownExporter(), summary="Markdown, for anywhere")]
