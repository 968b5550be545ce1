"""A new plugin from the templates in ``cli/kit``: a complete package in a folder of its own."""

from __future__ import annotations

import re
from importlib.resources import files
from pathlib import Path

from ..core.contracts import Role
from ..core.errors import HubbubError
from . import kit

_ABOUT: dict[Role, tuple[str, str]] = {
    "source": ("Listens to a forum", "Then: `hubbub sources add --plugin {name} --option server=https://forum.example`"),
    "processor": (
        "Tells which mentions ask something",
        "Then put `{name}` into `order` of `[processors]` in `hubbub.toml`.",
    ),
    "ranker": ("Ranks authors by how much they wrote", "It ranks wherever hubbub asks for influential authors."),
    "exporter": ("Writes stories as plain text", "Then publish with it: `hubbub story export a-story --format {name}`"),
    "notifier": ("Sends alerts to a webhook", "It is told of alerts by that name."),
    "search": ("Keeps the search index in one file", "Then use it: `hubbub index use {name}`"),
}
"""By role: what the example does, and how it is used."""


def write_plugin(role: Role, name: str, folder: Path) -> list[Path]:
    """Write the package into this folder, which must be empty or not be there; gives the files in the order to read them."""
    if not re.fullmatch(r"[a-z][a-z0-9]*(-[a-z0-9]+)*", name) or len(name) > 40:
        raise HubbubError(f"{name!r} cannot be a plugin's name; use small letters, digits and hyphens, as in acme-forum.")
    ours = Path(__file__).resolve().parents[1]
    if folder.resolve().is_relative_to(ours):
        raise HubbubError(f"{folder} lies inside hubbub itself; write your plugin somewhere else, with --folder.")
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        raise HubbubError(f"There is something in {folder} already; nothing is overwritten. Name another place with --folder.")
    module = f"hubbub_{name.replace('-', '_')}"
    templates = {
        f"{module}.py": f"{role}.py.j2",
        f"tests/test_{name.replace('-', '_')}.py": f"{role}_test.py.j2",
        "pyproject.toml": "pyproject.toml.j2",
        "README.md": "README.md.j2",
        ".gitignore": "gitignore.j2",
    }
    description, usage = _ABOUT[role]
    words = {
        "role": role,
        "name": name,
        "module": module,
        "package": f"hubbub-{name}",
        "cls": "".join(part.capitalize() for part in name.split("-")),
        "description": description,
        "usage": usage.format(name=name),
    }
    return [_write(folder / path, template, words) for path, template in templates.items()]


def _write(path: Path, template: str, words: dict[str, str]) -> Path:
    from jinja2 import Environment, StrictUndefined

    # Python and TOML, not HTML: nothing is escaped, and the words are letters, digits and hyphens, or our own.
    environment = Environment(undefined=StrictUndefined, keep_trailing_newline=True, autoescape=False)
    text = (files(kit) / template).read_text(encoding="utf-8")
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(environment.from_string(text).render(words), encoding="utf-8", newline="\n")
    return path
