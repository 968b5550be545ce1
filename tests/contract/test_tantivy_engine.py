"""The engine ``tantivy`` under the contract, and what is its own."""

import time
from pathlib import Path

import pytest
from file_engines import FileEngineContract

from hubbub.core.contracts import SearchEngine
from hubbub.core.errors import IndexDamaged
from hubbub.core.parsing import parse
from hubbub.plugins.search.tantivy_engine import TantivyEngine
from hubbub.testing.engine_contract import doc


class TestTantivy(FileEngineContract):
    holder = """if True:
        import sys
        from pathlib import Path
        from hubbub.plugins.search.tantivy_engine import TantivyEngine
        with TantivyEngine(Path(sys.argv[1]))._write():
            print("held", flush=True)
            sys.stdin.read()
    """

    def open(self, folder: Path, patience: float = 2.0) -> SearchEngine:
        folder.mkdir(exist_ok=True)
        return TantivyEngine(folder, patience=patience)

    def test_an_index_of_another_program_is_left_alone(self, tmp_path: Path) -> None:
        import tantivy

        builder = tantivy.SchemaBuilder()
        builder.add_text_field("body")
        tantivy.Index(builder.build(), path=str(tmp_path))
        with pytest.raises(IndexDamaged, match="not ours"):
            self.open(tmp_path)

    def test_the_common_word_is_found_fast(self, tmp_path: Path) -> None:
        engine = self.open(tmp_path)
        for start in range(0, 20_000, 5_000):
            engine.put([doc(number, f"acme number {number}") for number in range(start, start + 5_000)])
        query = parse("acme")
        engine.search(query)
        began = time.perf_counter()
        for _ in range(10):
            assert engine.search(query).total == 20_000
        assert (time.perf_counter() - began) / 10 < 0.1
