"""The page that shows a timeline: the player where the user said that it is, and under it everything as a plain list."""

from __future__ import annotations

import base64
import hashlib
import json
import shutil
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from markupsafe import Markup

from ...core.errors import ExportError
from ...core.phrases import direction
from ...core.values import Media, PublishedStory
from .fragments import Fragments, passages
from .said import one_line

if TYPE_CHECKING:
    from jinja2 import Template

PAGE = "timeline.html"
FOLDER = "player"
"""Where a player from a folder is copied to."""
NEEDED = ("js/timeline.js", "css/timeline.css")
BESIDE = ("js/timeline.js.LICENSE.txt", "css/icons/tl-icons.woff2", "css/icons/tl-icons.woff", "css/icons/tl-icons.ttf")
"""Files that are copied where they are there."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Player:
    """Where TimelineJS is: at an address, in a folder, or nowhere."""

    address: str = ""
    """With a slash at its end."""
    folder: Path | None = None

    @classmethod
    def at(cls, place: str, workspace: Path) -> Player:
        """The player at a place that a user wrote: an http(s) address, or a folder, relative to the workspace."""
        place = place.strip()
        if place.lower().startswith(("https://", "http://")):
            return cls(address=f"{place.rstrip('/')}/")
        return cls(folder=workspace / Path(place).expanduser()) if place else cls()

    def bring(self, to: Path, lang: str) -> tuple[str, tuple[str, ...]]:
        """Make it ready beside the page: its address as the page sees it, and the files that were copied.

        The address is empty where there is none. Raises ``ExportError`` where the folder holds no player.
        """
        if self.folder is None:
            return self.address, ()
        folders = (self.folder, self.folder / "dist", self.folder / "node_modules/@knight-lab/timelinejs/dist")
        found = next((folder for folder in folders if all((folder / name).is_file() for name in NEEDED)), None)
        if found is None:
            raise ExportError(
                f"There is no TimelineJS in {self.folder}: it must hold {' and '.join(NEEDED)}. "
                "It is the npm package @knight-lab/timelinejs; name the folder in [publish.timelinejs] player."
            )
        names = [name for name in (*NEEDED, *BESIDE, f"js/locale/{lang}.json") if (found / name).is_file()]
        copied = {name: found / name for name in names}
        licence = next((path for path in (found / "LICENSE", found.parent / "LICENSE") if path.is_file()), None)
        if licence:
            copied["LICENSE"] = licence
        for name, path in copied.items():
            place = to / FOLDER / name
            place.parent.mkdir(parents=True, exist_ok=True)
            try:
                shutil.copyfile(path, place)
            except OSError as error:
                raise ExportError(f"{path} cannot be copied: {error.strerror or error}.") from error
        return f"{FOLDER}/", tuple(f"{FOLDER}/{name}" for name in copied)


def write_page(
    published: PublishedStory, data: Mapping[str, Any], player: Player, fragments: Fragments, to: Path
) -> tuple[str, ...]:
    """Write the page, and the player beside it; the files written, the page first."""
    story = published.story
    lang = fragments.telling.words.lang
    address, copied = player.bring(to, lang)
    style, script = _text("timeline.css"), _text("timeline.js")
    # No word of the data can end the element that holds them.
    inline = json.dumps(data, ensure_ascii=False).replace("<", "\\u003c")
    html = _template().render(
        story=story,
        line=one_line,
        direction=direction(story.lang),
        words=fragments.telling.words,
        published=fragments.telling.at(published.at),
        generator=published.generator,
        cover=fragments.picture(_cover(published)) if story.cover in published.media else "",
        passages=[
            (fragments.words(passage.before), fragments.quotation(passage.block) if passage.block else "")
            for passage in passages(story.blocks)
        ],
        player=address,
        lang=lang,
        data=Markup(inline),
        style=Markup(style),
        script=Markup(script),
        policy=_policy(address, style, script),
    )
    (to / PAGE).write_text(html, encoding="utf-8", errors="replace", newline="\n")
    return (PAGE, *copied)


def _cover(published: PublishedStory) -> Media:
    return Media(kind="image", url="", alt=published.story.cover_alt, digest=published.story.cover)


def _policy(player: str, style: str, script: str) -> str:
    """What the page may load: pictures beside it, and the player with its styles and symbols."""
    pictures = "img-src 'self' data:"
    if not player:
        return f"default-src 'none'; {pictures}; style-src '{_digest(style)}'"
    parts = urlsplit(player)
    origin = f"{parts.scheme}://{parts.netloc}" if parts.netloc else "'self'"
    # The player sets widths and positions as inline styles.
    return (
        f"default-src 'none'; {pictures} {origin}; script-src {origin} '{_digest(script)}'; "
        f"style-src {origin} 'unsafe-inline'; font-src {origin}; connect-src {origin}"
    )


def _digest(text: str) -> str:
    return f"sha256-{base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()}"


def _text(name: str) -> str:
    return files(__name__.rpartition(".")[0]).joinpath(name).read_text(encoding="utf-8")


@cache
def _template() -> Template:
    from jinja2 import Environment, StrictUndefined

    environment = Environment(autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True)
    return environment.from_string(_text("timeline.html.j2"))
