"""Writes a story for TimelineJS 3: ``timeline.json``, and ``timeline.html`` that shows it, with a plain list where it cannot.

Each quotation is a slide; what introduces it stands on the same slide. The player is not part of hubbub. ``player`` names where
it is: an address on the web, or a folder, from which what the page needs is copied into ``player/`` beside it, so that it works
without a network. Without it the page is the plain list alone.

The data are asked by :mod:`.timelinejs_rules` before they are written. What a timeline cannot tell is said as warnings: it is
always sorted by time, its pictures are those that we hold, and more than a hundred slides are too many.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from pydantic import Field

from ...core.contracts import Component
from ...core.errors import ExportError
from ...core.hookspecs import hookimpl
from ...core.media import copy_pictures
from ...core.optiontypes import PluginOptions
from ...core.quoting import without_stills
from ...core.slugs import slugify, unique
from ...core.values import Block, BlockKind, Media, PublishedStory, Receipt, StoryOrder
from .fragments import Fragments, Passage, passages
from .said import one_line, shortened
from .timelinejs_page import Player, write_page
from .timelinejs_rules import MANY, TOO_MANY, mistakes

DATA = "timeline.json"
_SHOWN = (".jpg", ".png", ".gif", ".webp")
"""Endings of pictures that the player knows for pictures."""
_LONGEST = 100
"""Characters of a headline."""


class TimelineOptions(PluginOptions):
    """What users write in ``[publish.timelinejs]``."""

    player: str = Field(
        default="", max_length=1000, description="Where TimelineJS is: a folder with js/ and css/, or its address on the web"
    )


class TimelineExporter:
    """Writes ``timeline.json`` and ``timeline.html``."""

    def __init__(self, options: TimelineOptions | None = None, workspace: Path = Path()) -> None:
        self._player = Player.at((options or TimelineOptions()).player, workspace)

    def export(self, story: PublishedStory, to: Path) -> Receipt:
        """Write the data and the page; pictures, and a player that lies in a folder, are copied beside them."""
        fragments = Fragments(story)
        timeline = Timeline(story, fragments)
        data = timeline.data()
        if wrong := mistakes(data):
            raise ExportError(f"The timeline would not be shown: {wrong[0]}. This is a mistake of hubbub; please report it.")
        text = json.dumps(data, ensure_ascii=False, indent=1)
        (to / DATA).write_text(f"{text}\n", encoding="utf-8", errors="replace", newline="\n")
        page = write_page(story, data, self._player, fragments, to)
        files = (DATA, *page, *copy_pictures(without_stills(story), to))
        return Receipt(path=str(to / page[0]), files=files, warnings=tuple(timeline.warnings))


class Timeline:
    """A story as the data of a timeline."""

    def __init__(self, published: PublishedStory, fragments: Fragments | None = None) -> None:
        self._story = published.story
        self._published = published
        self._fragments = fragments or Fragments(published)
        self._ids: set[str] = {"title"}
        self.warnings: list[str] = []
        """What it cannot tell, in words."""

    def data(self) -> dict[str, Any]:
        """The JSON of the timeline."""
        told = list(passages(self._story.blocks))
        closing = told.pop().before if told and told[-1].block is None else ()
        events = [self._slide(passage) for passage in told]
        _part_in_time(events)
        if not events:
            self.warnings.append("The story quotes nothing, so the timeline has one slide: the day on which it was begun.")
            events = [self._only(closing)]
        elif closing:
            events[-1]["text"]["text"] += f"\n{self._fragments.words(closing)}"
        self._warn(len(told))
        return {"title": self._title(), "events": [{name: slide[name] for name in slide if name != "when"} for slide in events]}

    def _title(self) -> dict[str, Any]:
        story = self._story
        words = self._fragments.telling.words
        byline = f"{words['by']} {one_line(story.byline)}" if story.byline.strip() else ""
        rights = f"{words['rights']}: {one_line(story.rights)}" if story.rights.strip() else ""
        rows = [one_line(story.subtitle), one_line(story.description), byline, rights]
        slide: dict[str, Any] = {
            "unique_id": "title",
            "text": _text(shortened(one_line(story.title), 200), "\n".join(f"<p>{_html(row)}</p>" for row in rows if row)),
            "autolink": False,
        }
        return self._with_media(slide, Media(kind="image", url="", alt=story.cover_alt, digest=story.cover))

    def _slide(self, passage: Passage) -> dict[str, Any]:
        block = passage.block
        assert block is not None
        assert block.copy is not None
        said = self._fragments.said(block)
        who = f"{said.who} (@{said.handle})" if said.handle else said.who
        inside = [media for media in said.pictures if self._shown(media)]
        # Where the quotation has no picture of its own, one that introduces it takes the place.
        lead = None if inside else next((other for other in passage.before if self._image(other)), None)
        introduction = self._fragments.words([other for other in passage.before if other is not lead])
        more = [self._fragments.picture(media) for media in said.pictures if media not in inside[:1]]
        text = [introduction, self._fragments.quotation(block, pictures=False), *more]
        slide: dict[str, Any] = {
            "unique_id": self._id(block),
            "when": block.copy.when,
            "display_date": said.when,
            "text": _text(shortened(said.title, _LONGEST) or who, "\n".join(filter(None, text))),
            "autolink": False,
        }
        if lead:
            return self._with_media(slide, self._image(lead), caption=_html(one_line(f"{lead.text} {lead.rights}")))
        return self._with_media(slide, inside[0] if inside else None, credit=_html(f"{who} · {said.platform}"), link=said.url)

    def _only(self, blocks: tuple[Block, ...]) -> dict[str, Any]:
        telling = self._fragments.telling
        created = self._story.created
        return {
            "unique_id": "story",
            "start_date": _date(created),
            "display_date": telling.at(created),
            "text": _text(shortened(one_line(self._story.title), 200), str(self._fragments.words(blocks))),
            "autolink": False,
        }

    def _with_media(self, slide: dict[str, Any], media: Media | None, **told: str) -> dict[str, Any]:
        if media and self._shown(media):
            told = {"url": self._fragments.source(media), "alt": one_line(media.alt), **told}
            slide["media"] = {name: value for name, value in told.items() if value}
        return slide

    def _image(self, block: Block) -> Media | None:
        """The picture of an image block, if the player can show it."""
        media = Media(kind="image", url=block.url, alt=block.alt, digest=block.media)
        return media if block.kind is BlockKind.IMAGE and self._shown(media) else None

    def _shown(self, media: Media) -> bool:
        return self._fragments.source(media).endswith(_SHOWN)

    def _id(self, block: Block) -> str:
        own = unique(slugify(block.id, "slide"), self._ids)
        self._ids.add(own)
        return own

    def _warn(self, slides: int) -> None:
        story = self._story
        if story.order is not StoryOrder.OLDEST and slides > 1:
            kept = "the order that you made by hand" if story.order is StoryOrder.MANUAL else "the newest first"
            self.warnings.append(f"A timeline is always sorted by time, the oldest first; {kept} is not kept.")
        if slides > TOO_MANY:
            self.warnings.append(
                f"The timeline has {slides} slides; more than {TOO_MANY} are slow and tiring. Split the story, or quote fewer."
            )
        elif slides > MANY:
            self.warnings.append(f"The timeline has {slides} slides; readers follow up to {MANY} well.")
        lost = sum(
            media.kind == "image" and not self._fragments.source(media)
            for block in story.blocks
            for media in (block.copy.mention.media if block.copy else ())
        )
        lost += sum(block.kind is BlockKind.IMAGE and not block.media for block in story.blocks)
        if lost:
            pictures = "1 picture" if lost == 1 else f"{lost} pictures"
            self.warnings.append(f"{pictures} without a copy of ours became a link in the timeline.")


def _part_in_time(events: list[dict[str, Any]]) -> None:
    """Sort by time, and give those of the same millisecond one each, in their order, which the player would not keep."""
    events.sort(key=lambda slide: slide["when"])
    last: datetime | None = None
    for slide in events:
        when = slide["when"].astimezone(UTC)
        when = when.replace(microsecond=when.microsecond // 1000 * 1000)
        if last is not None and when <= last and last.year < 9999:
            when = last + timedelta(milliseconds=1)
        last = when
        slide["start_date"] = _date(when)


def _date(when: datetime) -> dict[str, int]:
    """Whole numbers in UTC: the player knows no zones, so the zone is told by ``display_date``."""
    when = when.astimezone(UTC)
    names = ("year", "month", "day", "hour", "minute", "second")
    return {**{name: getattr(when, name) for name in names}, "millisecond": when.microsecond // 1000}


def _text(headline: str, text: str) -> dict[str, str]:
    return {"headline": _html(headline), "text": text}


def _html(text: str) -> str:
    from markupsafe import escape

    return str(escape(text))


def _build(options: TimelineOptions, context: Any) -> TimelineExporter:
    return TimelineExporter(options, context.workspace)


@hookimpl
def register_exporters() -> Iterable[Component]:
    """The exporter ``timelinejs``."""
    return [
        Component(
            name="timelinejs", options=TimelineOptions, build=_build, summary="Data for TimelineJS, and a page that shows it"
        )
    ]
