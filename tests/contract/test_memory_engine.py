"""The fake that tests use for any engine keeps the contract too."""

from pathlib import Path

import pytest

from hubbub.core.contracts import SearchEngine
from hubbub.testing.engine_contract import SearchEngineContract
from hubbub.testing.engines import MemoryEngine


class TestMemory(SearchEngineContract):
    @pytest.fixture(autouse=True)
    def _opened(self) -> None:
        self._engines: dict[Path, MemoryEngine] = {}

    def open(self, folder: Path) -> SearchEngine:
        return self._engines.setdefault(folder, MemoryEngine())
