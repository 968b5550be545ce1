"""Plugins: listed without being imported, loaded by name, failing by name."""

import sys
from importlib.metadata import EntryPoint
from pathlib import Path

import pytest

from hubbub.core.errors import BrokenPlugin, DuplicatePlugin, UnknownPlugin
from hubbub.core.registry import Registry
from hubbub.core.values import RunReport
from hubbub.testing.fakes import FakeClock

GOOD = """
from hubbub.core.contracts import Component
from hubbub.core.hookspecs import hookimpl
TOLD = []
@hookimpl
def register_sources():
    return [Component(name="forum", build=lambda options, context: "built")]
@hookimpl
def run_finished(report):
    TOLD.append(report)
"""


@pytest.fixture
def plugins(tmp_path: Path):
    """Writes a plugin module and gives its entry point."""
    made = []

    def write(name: str, code: str, role_name: str = "source.forum") -> EntryPoint:
        folder = tmp_path / "plugins"
        folder.mkdir(exist_ok=True)
        if str(folder) not in sys.path:
            sys.path.insert(0, str(folder))
        (folder / f"{name}.py").write_text(code, "utf-8")
        made.append(name)
        return EntryPoint(name=role_name, value=name, group="hubbub")

    yield write
    sys.path[:] = [path for path in sys.path if path != str(tmp_path / "plugins")]
    for name in made:
        sys.modules.pop(name, None)


def test_listing_imports_nothing(plugins) -> None:
    registry = Registry([plugins("forum_listed", "raise RuntimeError('imported')")])
    (info,) = registry.listing()
    assert (info.role, info.name, info.module, info.problem) == ("source", "forum", "forum_listed", "")
    assert "forum_listed" not in sys.modules


def test_a_plugin_is_loaded_by_its_name(plugins) -> None:
    component = Registry([plugins("forum_good", GOOD)]).component("source", "forum")
    assert component.build(None, None) == "built"


def test_an_unknown_name_comes_with_the_installed_ones(plugins) -> None:
    with pytest.raises(UnknownPlugin, match="Did you mean 'forum'"):
        Registry([plugins("forum_unknown", GOOD)]).component("source", "forun")


def test_two_plugins_of_one_name_are_refused(plugins) -> None:
    registry = Registry([plugins("forum_one", GOOD), plugins("forum_two", GOOD)])
    with pytest.raises(DuplicatePlugin, match="uninstall one"):
        registry.component("source", "forum")
    assert all("2 installed plugins" in info.problem for info in registry.listing())


@pytest.mark.parametrize(
    ("code", "says"),
    [
        ("import no_such_module_at_all", "no_such_module_at_all"),
        ("raise SystemError('on import')", "on import"),
        ("x = 1", "registers nothing"),
        (GOOD.replace('name="forum"', 'name="other"'), "registers other"),
        (GOOD + "\n@hookimpl\ndef register_sauces():\n    return []\n", "register_sauces"),
    ],
)
def test_a_broken_plugin_says_what_is_wrong(plugins, code: str, says: str) -> None:
    with pytest.raises(BrokenPlugin, match=says):
        Registry([plugins(f"forum_broken_{abs(hash(code))}", code)]).component("source", "forum")


def test_an_entry_point_without_a_role_is_told(plugins) -> None:
    (info,) = Registry([plugins("forum_noname", GOOD, "forum")]).listing()
    assert "<role>.<name>" in info.problem


def test_a_listener_that_raises_does_not_silence_the_others(plugins) -> None:
    bad = GOOD.replace("TOLD.append(report)", "raise ValueError('no')").replace('"forum"', '"bad"')
    registry = Registry([plugins("listener_bad", bad, "source.bad"), plugins("listener_good", GOOD)])
    registry.component("source", "forum")
    registry.component("source", "bad")
    report = RunReport(started=FakeClock()(), seconds=0.0)
    assert registry.finished(report) == ["listener_bad: run_finished failed: no"]
    assert sys.modules["listener_good"].TOLD == [report]
