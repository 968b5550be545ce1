"""Themes: the folders of templates, style and script that pages are made with.

A theme is a folder with any of ``page.html.j2``, ``card.html.j2``, ``parts.html.j2``, ``style.css`` and ``script.js``; what it
leaves out is the default theme's. Templates run in Jinja2's sandbox with escaping on: a stranger's words stay words.
"""

from __future__ import annotations

import traceback
from functools import cached_property
from importlib.resources import files
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ...core.errors import ExportError

if TYPE_CHECKING:
    from jinja2 import Environment

DEFAULT = "default"
PAGE = "page.html.j2"
_BUILT_IN = Path(str(files(__name__.rpartition(".")[0]).joinpath("themes")))


def built_in() -> list[str]:
    """Names of the themes that come with hubbub."""
    return sorted(folder.name for folder in _BUILT_IN.iterdir() if folder.joinpath("style.css").is_file())


def find_theme(name: str | Path, workspace: Path) -> Theme:
    """The theme of that name, or in that folder (relative to the workspace); raises ``ExportError``."""
    if str(name) in built_in():
        return Theme(_BUILT_IN / name)
    folder = workspace / Path(name).expanduser()
    if not folder.is_dir():
        raise ExportError(
            f"There is no theme {str(name)!r}: it is neither a folder ({folder}) nor one of {', '.join(built_in())}."
            " Write another one as theme under [publish.html]."
        )
    return Theme(folder)


class Theme:
    """The files of one theme."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def text(self, name: str) -> str:
        """A file's content, the default theme's where this one has none; raises ``ExportError``."""
        found = self._find(name)
        if found is None:
            raise ExportError(f"The theme in {self.folder} has no {name}.")
        return found[0]

    def files(self) -> list[Path]:
        """The theme's own files, by their place in it."""
        return sorted(path for path in self.folder.rglob("*") if path.is_file())

    def render(self, **context: Any) -> str:
        """The page; raises ``ExportError`` with the file and line of a mistake in a template."""
        from jinja2 import TemplateError, TemplateNotFound, TemplateSyntaxError

        try:
            return self._templates.get_template(PAGE).render(**context)
        except TemplateSyntaxError as error:
            raise ExportError(f"{error.filename or error.name}, line {error.lineno}: {error.message}") from error
        except TemplateNotFound as error:
            raise ExportError(f"{self._place(error)}there is no template {error.name!r} in {self.folder}.") from error
        except Exception as error:
            # Whatever a template's own expression may raise is a mistake in it; all else is ours.
            if not (place := self._place(error)) and not isinstance(error, TemplateError):
                raise
            raise ExportError(f"{place}{str(error).rstrip('.')}.") from error

    @cached_property
    def _templates(self) -> Environment:
        from jinja2 import FunctionLoader, StrictUndefined
        from jinja2.sandbox import ImmutableSandboxedEnvironment

        return ImmutableSandboxedEnvironment(
            loader=FunctionLoader(self._load), autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True
        )

    def _load(self, name: str) -> tuple[str, str, None] | None:
        found = self._find(name)
        return None if found is None else (*found, None)

    def _find(self, name: str) -> tuple[str, str] | None:
        """Content and path of a file: ``default/…`` is the default theme's, any other is this theme's first."""
        from jinja2.loaders import split_template_path

        parts = split_template_path(name)
        of_default = parts[:1] == [DEFAULT]
        places = [] if of_default else [self.folder.joinpath(*parts)]
        places.append(_BUILT_IN.joinpath(DEFAULT, *(parts[1:] if of_default else parts)))
        for place in places:
            if place.is_file():
                if not of_default and place == places[0] and not place.resolve().is_relative_to(self.folder.resolve()):
                    raise ExportError(f"{place} leads out of the theme's folder; what is there may be meant for nobody else.")
                try:
                    return place.read_text(encoding="utf-8"), str(place)
                except (OSError, UnicodeDecodeError) as error:
                    raise ExportError(f"{place} cannot be read: {error}.") from error
        return None

    def _place(self, error: BaseException) -> str:
        """``file, line 3: `` of the template in which an error arose; empty where it arose in none."""
        frames = traceback.extract_tb(error.__traceback__)
        found = [frame for frame in frames if frame.filename.endswith((".j2", ".html", ".jinja"))]
        return f"{found[-1].filename}, line {found[-1].lineno}: " if found else ""
