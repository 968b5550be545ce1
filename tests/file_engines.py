"""The contract of search engines that keep files: what they do when those are damaged, foreign or in use."""

import subprocess
import sys
from pathlib import Path

import pytest

from hubbub.core.contracts import SearchEngine
from hubbub.core.errors import IndexBusy, IndexDamaged
from hubbub.core.parsing import parse
from hubbub.testing.engine_contract import SearchEngineContract, doc, found


class FileEngineContract(SearchEngineContract):
    """What engines that keep files must do besides."""

    def open(self, folder: Path, patience: float = 2.0) -> SearchEngine:
        raise NotImplementedError

    def fill(self, folder: Path) -> None:
        engine = self.open(folder)
        engine.put([doc(number, "acme phone") for number in range(30)])
        engine.set_stamp("build")
        engine.close()

    def test_no_cut_file_gives_a_wrong_answer(self, tmp_path: Path) -> None:
        self.fill(tmp_path / "whole")
        names = sorted(path.name for path in (tmp_path / "whole").iterdir() if path.stat().st_size)
        assert names
        told = 0
        for number, name in enumerate(names):
            folder = tmp_path / str(number)
            self.fill(folder)
            victims = [path for path in folder.iterdir() if path.suffix == Path(name).suffix and path.stat().st_size]
            for victim in victims:
                victim.write_bytes(victim.read_bytes()[: victim.stat().st_size // 2])
            told += self.says_damaged_or_answers_right(folder)
        assert told, "no damage at all was noticed"

    def test_a_file_that_is_gone_is_damage(self, tmp_path: Path) -> None:
        self.fill(tmp_path)
        for path in tmp_path.iterdir():
            if "hubbub" not in path.name and "lock" not in path.name.lower() and path.is_file():
                path.unlink()
        assert self.says_damaged_or_answers_right(tmp_path, empty=True)

    def says_damaged_or_answers_right(self, folder: Path, *, empty: bool = False) -> bool:
        try:
            engine = self.open(folder)
            total, stamp = engine.search(parse("acme")).total, engine.stamp()
        except IndexDamaged:
            return True
        # An index that lost everything must not claim to be a complete build.
        assert total == 30 or (empty and not stamp), f"{total} of 30 hits, no damage reported"
        return empty

    def test_garbage_in_the_stamp_file_is_damage(self, tmp_path: Path) -> None:
        self.fill(tmp_path)
        (tmp_path / "hubbub-index.json").write_text("{")
        with pytest.raises(IndexDamaged):
            self.open(tmp_path)

    def test_an_index_made_by_other_rules_is_told_apart(self, tmp_path: Path) -> None:
        self.fill(tmp_path)
        path = tmp_path / "hubbub-index.json"
        path.write_text(path.read_text().replace("words-", "words-9"))
        with pytest.raises(IndexDamaged, match="other rules"):
            self.open(tmp_path)

    def test_a_writer_waits_a_little_and_then_says_busy(self, tmp_path: Path) -> None:
        self.fill(tmp_path)
        engine = self.open(tmp_path, patience=0.2)
        with self.another_program_writes(tmp_path):
            assert len(found(engine, "acme")) == 30, "reading does not wait for the writer"
            with pytest.raises(IndexBusy):
                engine.put([doc(99, "acme")])
        engine.put([doc(99, "acme")])
        assert len(found(engine, "acme")) == 31
        engine.close()

    holder = ""
    """A program that takes the writer's lock of the folder in its first argument, says so and waits for its input to end."""

    def another_program_writes(self, folder: Path) -> "Holder":
        return Holder(self.holder, folder)


class Holder:
    """Another process that holds the lock of an index."""

    def __init__(self, program: str, folder: Path) -> None:
        command = [sys.executable, "-c", program, str(folder)]
        self._process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)

    def __enter__(self) -> None:
        assert self._process.stdout is not None
        assert self._process.stdout.readline().strip() == "held"

    def __exit__(self, *_: object) -> None:
        self._process.communicate("", timeout=30)
