"""The page that lists all stories of a published folder, with a feed and a site map where its address is known.

Everything comes from what stands in the folder (:class:`~hubbub.core.publishing.Publication`), so the list never names a page
that is not there.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import quote

from .controls import clean
from .localtime import local
from .media import write_whole
from .phrases import direction, phrases, zone
from .publishing import Publication, publication

if TYPE_CHECKING:
    from jinja2 import Environment

STAMP = ".hubbub-shelf.json"
"""The file that tells which of these files we wrote, so that no page of somebody else is overwritten."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Shelved:
    """A story on the list."""

    slug: str
    href: str
    """Where it is read, relative to the list."""
    title: str
    subtitle: str
    byline: str
    description: str
    lang: str
    direction: str
    at: datetime
    when: str
    """That it was published, and when, in its own language."""
    others: Mapping[str, str]
    """Its other formats: name, and file relative to the list."""


def publications(folder: Path) -> dict[str, Publication]:
    """What is published in each folder of a folder, by its name."""
    if not folder.is_dir():
        return {}
    found = ((path.name, publication(path)) for path in sorted(folder.iterdir()) if path.is_dir() and path.name[0] != ".")
    return {name: one for name, one in found if one}


def write_shelf(
    folder: Path,
    *,
    title: str,
    base_url: str = "",
    timezone: str = "UTC",
    generator: str = "hubbub",
    hidden: Collection[str] = (),
) -> list[str]:
    """Write ``index.html``, and with a ``base_url`` ``feed.xml`` and ``sitemap.xml``; ``hidden`` are ids that are not listed.

    A file of that name that somebody else wrote or edited is left alone; one sentence comes back for each.
    """
    stories = [_shelved(name, one, timezone) for name, one in publications(folder).items() if one.story not in hidden]
    stories.sort(key=lambda story: (story.at, story.slug), reverse=True)
    if not stories and not (folder / STAMP).exists():
        return []
    given = {
        "title": _line(title) or "Stories",
        "stories": stories,
        "base_url": base_url,
        "generator": _line(generator),
        "lang": _most([story.lang for story in stories]),
    }
    names = ("index.html", "feed.xml", "sitemap.xml") if base_url else ("index.html",)
    pages = {name: _environment().get_template(f"shelf_{name}.j2").render(given).encode("utf-8", "replace") for name in names}
    return _put(folder, pages)


def _shelved(slug: str, one: Publication, timezone: str) -> Shelved:
    words = phrases(one.lang)
    opens = {name: file for name, file in one.opens.items() if file in one.files} or dict.fromkeys(
        one.formats[:1], "index.html"
    )
    main = "html" if "html" in opens else next(iter(opens), "")
    file = opens.get(main, "")
    return Shelved(
        slug=slug,
        href=quote(f"{slug}/" if file == "index.html" else f"{slug}/{file}"),
        title=_line(one.title) or slug,
        subtitle=_line(one.subtitle),
        byline=f"{words['by']} {_line(one.byline)}" if one.byline.strip() else "",
        description=_line(one.description),
        lang=one.lang,
        direction=direction(one.lang),
        at=one.at,
        when=f"{words['published']} {words.day(local(one.at, zone(timezone)))}",
        others={name: quote(f"{slug}/{path}") for name, path in opens.items() if name != main},
    )


def _put(folder: Path, pages: Mapping[str, bytes]) -> list[str]:
    before = _ours(folder)
    ours: dict[str, str] = {}
    left: list[str] = []
    for name in sorted({*pages, *before}):
        path = folder / name
        found = hashlib.sha256(path.read_bytes()).hexdigest() if path.is_file() else ""
        if found and found != before.get(name) and (name not in pages or path.read_bytes() != pages[name]):
            left.append(f"{path} is not as hubbub wrote it and was left alone; remove it to have it written again.")
        elif name in pages:
            if not found or path.read_bytes() != pages[name]:
                write_whole(path, pages[name])
            ours[name] = hashlib.sha256(pages[name]).hexdigest()
        elif found:
            path.unlink()  # the address is not known any more
    write_whole(folder / STAMP, (json.dumps({"files": ours}, indent=1) + "\n").encode())
    return left


def _ours(folder: Path) -> dict[str, str]:
    """Name and SHA-256 of what we wrote last time."""
    try:
        found = json.loads((folder / STAMP).read_text(encoding="utf-8"))["files"]
        return {name: digest for name, digest in found.items() if "/" not in name}
    except (OSError, ValueError, KeyError, AttributeError, TypeError):
        return {}


def _most(langs: Sequence[str]) -> str:
    return max(sorted(set(langs)), key=langs.count, default="en")


def _line(text: str) -> str:
    return " ".join(clean(text, newlines=False).replace("\ufffe", "").replace("\uffff", "").split())


@cache
def _environment() -> Environment:
    from jinja2 import Environment, FunctionLoader, StrictUndefined

    def load(name: str) -> str:
        return files(__package__ or "").joinpath(name).read_text(encoding="utf-8")

    return Environment(
        loader=FunctionLoader(load), autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True
    )
