"""A file in a folder is a plugin: described without being run, run only as it was trusted."""

import sys
from pathlib import Path

import pytest

from hubbub.core.errors import BrokenPlugin
from hubbub.core.fileplugins import FilePlugin, digest_of, files_in, plugins_in
from hubbub.core.registry import HOOKS, Registry

FORUM = """
from dataclasses import dataclass
from hubbub import Component, hookimpl

@dataclass
class Forum:
    place: "str"

NAME = "forum"

@hookimpl
def register_sources():
    return [Component(name=NAME, build=lambda options, context: Forum("here")), Component(name="second", build=print)]

@hookimpl
def register_notifiers():
    return [Component(name="bell", build=lambda options, context: "bell")]
"""
NAMED_BY_FILE = "import hubbub\n@hubbub.hookimpl\ndef register_exporters():\n    return make()\n"


def found(folder: Path, *, trusted: bool = True) -> list[FilePlugin]:
    digests = {name: digest_of(content) for name, content in files_in(folder).items()} if trusted else {}
    return plugins_in(folder, digests, HOOKS, "do this")


def test_roles_and_names_are_told_without_running_anything(tmp_path: Path) -> None:
    (tmp_path / "acme_forum.py").write_text(FORUM + "raise SystemExit\n")
    (tmp_path / "to_paper.py").write_text(NAMED_BY_FILE)
    (tmp_path / "_helper.py").write_text("x = 1")
    assert [plugin.name for plugin in found(tmp_path)] == [
        "source.forum",
        "source.second",
        "notifier.bell",
        "exporter.to-paper",
    ]
    (info, *_) = Registry([], files=found(tmp_path)).listing()
    assert (info.role, info.name, info.origin, info.problem) == ("exporter", "to-paper", "plugins/to_paper.py", "")
    assert len(info.version) == 8


def test_a_trusted_file_is_run_as_it_was_read(tmp_path: Path) -> None:
    (tmp_path / "acme_forum.py").write_text(FORUM)
    registry = Registry([], files=found(tmp_path))
    (tmp_path / "acme_forum.py").write_text("raise SystemExit('somebody changed it between looking and running')")
    assert registry.component("source", "forum").build(None, None).place == "here"
    assert registry.component("notifier", "bell").build(None, None) == "bell"


@pytest.mark.parametrize("change", ["", "\n# one more line\n"])
def test_what_is_not_trusted_or_has_changed_is_never_run(tmp_path: Path, change: str) -> None:
    path = tmp_path / "acme_forum.py"
    path.write_text(FORUM + "raise SystemExit\n")
    digests = {path.name: digest_of(path.read_bytes())} if change else {}
    path.write_text(path.read_text() + change)
    plugins = plugins_in(tmp_path, digests, HOOKS, "do this")
    before = set(sys.modules)
    with pytest.raises(BrokenPlugin, match="do this"):
        Registry([], files=plugins).component("source", "forum")
    assert ("has changed" if change else "nobody has said") in plugins[0].problem
    assert {name for name in set(sys.modules) - before if "acme_forum" in name} == set()


def test_a_file_that_is_not_trusted_stands_in_nobodys_way(tmp_path: Path) -> None:
    (tmp_path / "mine.py").write_text(FORUM.replace('"forum"', '"rss"'))
    registry = Registry(files=found(tmp_path, trusted=False))
    assert registry.component("source", "rss").summary
    assert [info.problem for info in registry.listing() if info.name == "rss" and info.origin == "hubbub"] == [""]


@pytest.mark.parametrize(
    ("content", "says"),
    [
        ("def broken(:", "cannot be read as Python"),
        ("x = 1", "registers nothing"),
        ("def register_sources(): return []", "registers nothing"),
        ("\x00", "cannot be read as Python"),
        ("(" * 50_000, "cannot be read as Python"),
        ("#" * 1_100_000, "larger than"),
    ],
)
def test_what_is_no_plugin_says_why(tmp_path: Path, content: str, says: str) -> None:
    (tmp_path / "odd.py").write_text(content)
    (plugin,) = found(tmp_path)
    assert plugin.name == "?.odd"
    assert says in plugin.problem
    (info,) = Registry([], files=[plugin]).listing()
    assert says in info.problem


def test_a_trusted_file_that_raises_harms_only_itself(tmp_path: Path) -> None:
    (tmp_path / "bad.py").write_text(FORUM + "raise SystemExit('I end it all')\n")
    (tmp_path / "good.py").write_text(
        FORUM.replace('"forum"', '"good"').replace('"second"', '"third"').replace('"bell"', '"gong"')
    )
    registry = Registry([], files=found(tmp_path))
    with pytest.raises(BrokenPlugin, match="I end it all"):
        registry.component("source", "forum")
    assert registry.component("source", "good").build(None, None).place == "here"
