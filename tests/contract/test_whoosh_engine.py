"""The engine ``whoosh`` under the contract, and what is its own."""

from pathlib import Path

from file_engines import FileEngineContract

from hubbub.core.contracts import SearchEngine
from hubbub.plugins.search.whoosh_engine import WhooshEngine
from hubbub.testing.engine_contract import doc, found


class TestWhoosh(FileEngineContract):
    holder = """if True:
        import sys
        from pathlib import Path
        from hubbub.plugins.search.whoosh_engine import WhooshEngine
        writer = WhooshEngine(Path(sys.argv[1]))._index.writer()
        print("held", flush=True)
        sys.stdin.read()
        writer.cancel()
    """

    def open(self, folder: Path, patience: float = 2.0) -> SearchEngine:
        folder.mkdir(exist_ok=True)
        return WhooshEngine(folder, patience=patience)

    def test_many_small_writes_leave_few_segments_and_lose_nothing(self, tmp_path: Path) -> None:
        engine = self.open(tmp_path)
        for number in range(40):
            engine.put([doc(number, "acme"), doc(number // 2, "acme again", likes=number)])
        assert sorted(found(engine, "acme")) == [f"test:{number:04d}" for number in range(40)]
        assert sorted(found(engine, "likes:>=0")) == [f"test:{number:04d}" for number in range(20)]
        assert found(engine, "NOT acme") == []
        assert len(list(tmp_path.glob("*.seg"))) < 20
        engine.close()
