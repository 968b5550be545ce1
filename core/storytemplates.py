"""Story templates: headings, placeholders and details to begin a story with. Ours, and files of the workspace's ``templates/``.

A file is JSON or TOML::

    summary = "Our monthly letter"
    order = "manual"

    [[blocks]]
    kind = "heading"
    text = "What people asked"

    [[blocks]]
    kind = "text"
    text = "[The three questions that came most often.]"

A text that stands in square brackets as a whole is a placeholder: checking a story reminds of it.
"""

from __future__ import annotations

import json
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import Any

from .errors import ImportFailed, NotFound, StoryError
from .media import write_whole
from .serial import DecodeError, from_json, to_json
from .slugs import SLUG
from .stories import add_block
from .storycopies import cleaned
from .values import Block, BlockKind, Story, StoryOrder

KINDS = frozenset({BlockKind.TEXT, BlockKind.HEADING, BlockKind.IMAGE, BlockKind.LINK, BlockKind.DIVIDER})
"""What a template can have: everything but mentions."""


@dataclass(frozen=True, kw_only=True, slots=True)
class TemplateBlock:
    """A block of a template."""

    kind: BlockKind
    text: str = ""
    url: str = ""
    media: str = ""
    alt: str = ""
    rights: str = ""
    note: str = ""
    pinned: bool = False


@dataclass(frozen=True, kw_only=True, slots=True)
class Template:
    """What a story begins with."""

    summary: str = ""
    """What it is for, in one line."""
    order: StoryOrder = StoryOrder.OLDEST
    lang: str = ""
    """Language of its words; empty for that of the story."""
    subtitle: str = ""
    byline: str = ""
    description: str = ""
    rights: str = ""
    query: str = ""
    formats: tuple[str, ...] = ("html",)
    blocks: tuple[TemplateBlock, ...] = ()


SUMMARIES = {
    "crisis": "A crisis as it unfolded: from the first report to what is known now",
    "launch": "A launch as others saw it: before, on the day, and after",
    "weekly": "A weekly round-up: what mattered, what people asked, what to watch",
}
"""Our own templates, and what each is for; their words, in several languages, are in ``storytemplates.json``."""


def built_in(name: str, lang: str = "en") -> Template:
    """One of our own templates with its words in a language, in English where we have none in that."""
    words = _words()[name]
    known = lang.partition("-")[0].lower()
    told = words.get(known) or words["en"]
    blocks = [TemplateBlock(kind=BlockKind.TEXT, text=f"[{told['opening']}]")]
    for heading, placeholder in told["sections"]:
        blocks.append(TemplateBlock(kind=BlockKind.HEADING, text=heading))
        blocks.append(TemplateBlock(kind=BlockKind.TEXT, text=f"[{placeholder}]"))
    return Template(summary=SUMMARIES[name], order=StoryOrder.MANUAL, blocks=tuple(blocks))


@cache
def _words() -> Mapping[str, Mapping[str, Any]]:
    return json.loads(files(__package__ or "").joinpath("storytemplates.json").read_text(encoding="utf-8"))


def template_names(folder: Path) -> dict[str, Path | None]:
    """All templates by name, with their files (``None``: ours); one of the workspace stands in for ours of the same name."""
    own = {path.stem: path for ending in ("json", "toml") for path in sorted(folder.glob(f"*.{ending}"))}
    return {name: own.get(name) for name in sorted({*SUMMARIES, *own})}


def read_template(name: str, folder: Path, lang: str = "en") -> Template:
    """A template by name, one of ours in this language; raises ``NotFound``, and ``ImportFailed`` for a file that cannot be
    read."""
    names = template_names(folder)
    if name not in names:
        raise NotFound("template", name, names)
    path = names[name]
    return built_in(name, lang) if path is None else _read(path)


def begin(story: Story, template: Template, ids: Sequence[str]) -> Story:
    """The story with all that the template has; one id for each of its blocks."""
    details = {"subtitle", "byline", "description", "rights", "query", "formats", "order"}
    begun = replace(story, **{name: getattr(template, name) for name in details})
    for block_id, block in zip(ids, template.blocks, strict=True):
        fields = {name: getattr(block, name) for name in ("text", "url", "media", "alt", "rights", "note", "pinned")}
        begun = add_block(begun, Block(id=block_id, kind=block.kind, **fields))
    return cleaned(begun)


def template_of(story: Story, summary: str = "") -> Template:
    """A template with everything of a story but its title, its mentions and its cover."""
    return Template(
        summary=summary or f"From {story.title}",
        order=story.order,
        lang=story.lang,
        subtitle=story.subtitle,
        byline=story.byline,
        description=story.description,
        rights=story.rights,
        query=story.query,
        formats=story.formats,
        blocks=tuple(
            TemplateBlock(
                kind=block.kind,
                text=block.text,
                url=block.url,
                media=block.media,
                alt=block.alt,
                rights=block.rights,
                note=block.note,
                pinned=block.pinned,
            )
            for block in story.blocks
            if block.kind in KINDS and not block.id.startswith(("day-", "source-"))
        ),
    )


def write_template(template: Template, name: str, folder: Path) -> Path:
    """Keep a template in the workspace; one of that name is replaced. Raises ``StoryError`` for a name that cannot be one."""
    if not SLUG.fullmatch(name):
        raise StoryError(f"{name!r} cannot be a template's name; use small letters, digits and single hyphens, a letter first.")
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / f"{name}.json"
    plain = Template()
    data = {key: value for key, value in to_json(template).items() if value != to_json(getattr(plain, key))}
    data["blocks"] = [{key: value for key, value in block.items() if value} for block in to_json(template)["blocks"]]
    write_whole(path, (json.dumps(data, ensure_ascii=False, indent=2) + "\n").encode())
    (folder / f"{name}.toml").unlink(missing_ok=True)
    return path


def _read(path: Path) -> Template:
    try:
        text = path.read_text(encoding="utf-8")
        template = from_json(Template, tomllib.loads(text) if path.suffix == ".toml" else json.loads(text))
    except (OSError, UnicodeDecodeError) as error:
        raise ImportFailed(f"The template cannot be read: {error}.", file=str(path)) from error
    except DecodeError as error:
        raise ImportFailed(
            f"{error}. It may be of a newer hubbub: see docs/stories.md for what a template may say.", file=str(path)
        ) from error
    except ValueError as error:
        raise ImportFailed(f"The template cannot be understood: {error}.", file=str(path)) from error
    for number, block in enumerate(template.blocks, 1):
        if block.kind not in KINDS:
            raise ImportFailed(f"Block {number} is a {block.kind}, which a template cannot have.", file=str(path))
    return template
