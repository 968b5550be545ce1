"""What the contract suites of processors, rankers and notifiers share: the promises of their role, each run as a test."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any, ClassVar

import pytest

from ..core.contracts import Role
from ..core.registry import Registry
from .api import FakeApi
from .promises import GENERAL, NotJudged, Promise, Subject


class RoleContract:
    """Inherit from the suite of your role, and say what your plugin is called."""

    role: ClassVar[Role]
    promises: ClassVar[tuple[Promise, ...]]
    plugin: str
    """Its name."""
    options: ClassVar[Mapping[str, Any]] = {}
    """The options that it is tried with; secrets may be left out."""

    @pytest.fixture(autouse=True)
    def _subject(self, tmp_path: Path) -> None:
        component = Registry().component(self.role, self.plugin)
        self.subject = Subject(component, self.role, self.options, tmp_path / "tried", self.answer)

    @property
    def api(self) -> FakeApi:
        """What it asked, where it asks something over HTTP."""
        return self.subject.api

    def answer(self, request: Any) -> Any:
        """What a service answers that it asks: JSON, an ``Answer``, or ``None`` for 404."""
        return {}

    def make(self, folder: Path) -> Any:
        """The plugin, built with its options."""
        return self.subject.make(folder)

    def pytest_generate_tests(self, metafunc: pytest.Metafunc) -> None:
        """One test for each promise."""
        if "promise" in metafunc.fixturenames:
            promises = (*GENERAL, *self.promises)
            metafunc.parametrize("promise", promises, ids=[promise.words for promise in promises])

    def test_promise(self, promise: Promise) -> None:
        """What the name in brackets says."""
        try:
            promise.ask(self.subject)
        except NotJudged as why:
            pytest.skip(str(why))
