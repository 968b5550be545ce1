"""The engine ``postgres`` under the contract of all engines, once its index is settled.

What it answers while its index is being built is held against the definition in ``test_query_agreement.py``.
"""

from collections.abc import Iterator
from hashlib import sha256
from pathlib import Path

import pytest
from postgres_world import assert_in_step

from hubbub.core.contracts import SearchEngine
from hubbub.testing.engine_contract import SearchEngineContract

pytestmark = pytest.mark.server


class TestPostgres(SearchEngineContract):
    @pytest.fixture(autouse=True)
    def _server(self, shared_schema: str) -> None:
        self._address = shared_schema

    def open(self, folder: Path) -> SearchEngine:
        from hubbub.plugins.search.postgres_index import PostgresEngine

        engine = PostgresEngine(self._address, f"t{sha256(str(folder).encode()).hexdigest()[:12]}")
        if not engine.stamp():
            engine.set_stamp("a build of nothing")
            engine.set_stamp("")
        return engine

    @pytest.fixture
    def engine(self, tmp_path: Path) -> Iterator[SearchEngine]:
        engine = self.open(tmp_path)
        yield engine
        assert_in_step(engine)
        engine.close()
