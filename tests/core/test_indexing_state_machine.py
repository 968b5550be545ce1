"""The index follows the archive, whatever happens: Hypothesis looks for a way to make them disagree.

Two programs index, stopped before every call they make and going on, or killed, in any order, while mentions are saved,
edited, triaged and labelled, saves fail and are rolled back, the index is lost, another engine is chosen and an older backup
comes back. Once someone catches up undisturbed, the engine must answer as the archive's own records do.
"""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from archive_samples import NOW, mention, save, topic
from gates import Gated, Run
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule, run_state_machine_as_test

from hubbub.archive import open_archive, restore
from hubbub.core.contracts import SearchEngine
from hubbub.core.deciding import Intent, content_digest
from hubbub.core.documents import document
from hubbub.core.errors import ArchiveError, IndexBusy
from hubbub.core.indexing import Indexer
from hubbub.core.parsing import parse
from hubbub.core.values import BY_YOU, Label, TriageState
from hubbub.testing.engines import MemoryEngine

KEYS = ("1", "2", "3")
WORDS = ("phone", "battery", "teléfono", "baterie", "τηλέφωνο")
QUERIES = ("", *WORDS, "status:kept", "NOT status:new", "tag:later", "topic:acme", "lang:es", "source:forum", "likes:>1")

keys = st.sampled_from((*KEYS, "new"))
sources = st.sampled_from(("press", "forum"))
programs = st.sampled_from((0, 1))


class Following(RuleBasedStateMachine):
    """One archive, two programs, two engines to choose from."""

    def __init__(self) -> None:
        super().__init__()
        self.folder = Path(tempfile.mkdtemp())
        self.number = 0
        self.archive = open_archive(self.folder / "archive.db")
        self.backup: Path | None = None
        self.runs: list[Run | None] = [None, None]
        self.chosen = 0
        self.memory = [MemoryEngine(), MemoryEngine()]

    # --- what engines there are ------------------------------------------------------------------------------

    def open_engine(self) -> SearchEngine:
        """The engine that is in use, as a program opens it."""
        return self.memory[self.chosen]

    def lose_engine(self) -> None:
        """Its files are gone."""
        self.memory[self.chosen] = MemoryEngine()

    def indexer(self, program: int | None = None) -> Indexer:
        """What a program that starts now has; one of the two is stopped before every call."""

        def gated(target: Any) -> Any:
            return target if program is None else Gated(target, lambda: self.runs[program])

        return Indexer(gated(self.archive), lambda: gated(self.open_engine()), self.lose_engine, patience=0, batch=2)

    # --- what happens to mentions ----------------------------------------------------------------------------

    @initialize()
    def begin(self) -> None:
        save(self.archive, *[mention(key, text=WORDS[0]) for key in KEYS])
        self.indexer().catch_up()

    @rule(key=keys, word=st.sampled_from(WORDS), source=sources, likes=st.none() | st.integers(0, 3))
    def save(self, key: str, word: str, source: str, likes: int | None) -> None:
        self.number += 1
        at = NOW + timedelta(minutes=self.number)
        said = mention(f"{key}{self.number}" if key == "new" else key, text=word, likes=likes, counted=at)
        save(self.archive, said, source=source, labels=(topic("acme"),) if word == "battery" else (), at=at)

    @rule(key=keys, what=st.sampled_from(("keep", "undo", "tag", "correct", "take back", "flag", "purge", "fail")))
    def edit(self, key: str, what: str) -> None:
        ref = f"rss:{key}"
        match what:
            case "keep" | "undo":
                self.archive.set_state({ref: TriageState.KEPT if what == "keep" else TriageState.NEW})
            case "tag":
                self.archive.set_tags({ref: ["later"]})
            case "correct":
                self.archive.set_label(ref, "lang", Label(name="lang", value="es", by=BY_YOU))
            case "take back":
                self.archive.set_label(ref, "lang", None)
            case "flag":
                self.archive.mark_deleted([ref], NOW)
            case "purge":
                self.archive.purge([ref])
            case _:
                self.fail_to_save(key)

    def fail_to_save(self, key: str) -> None:
        """A batch of which one mention cannot be saved: all of it is rolled back."""
        intents = [
            Intent(kind="changed", ref=ref, mention=said, when=NOW, digest=content_digest(said))
            for ref, said in ((f"rss:{key}", mention(key, text="never")), ("elsewhere:bad", mention("bad")))
        ]
        with pytest.raises(ArchiveError):
            self.archive.save("press", intents, None, NOW)

    # --- what happens to programs ----------------------------------------------------------------------------

    @rule(program=programs, rebuild=st.sampled_from((False, False, False, True)))
    def start(self, program: int, rebuild: bool) -> None:
        if not self.at_work(program):
            indexer = self.indexer(program)
            self.runs[program] = Run(indexer.rebuild if rebuild else indexer.catch_up)

    @rule(program=programs, steps=st.integers(1, 12) | st.just(200))
    def go_on(self, program: int, steps: int) -> None:
        run = self.runs[program]
        if run is None:
            return
        for _ in range(steps):
            run.step()
        if run.finished:
            assert run.error is None or isinstance(run.error, IndexBusy), run.error
            self.runs[program] = None

    @rule(program=programs)
    def kill(self, program: int) -> None:
        run = self.runs[program]
        if run is not None:
            run.kill()
            self.runs[program] = None

    @rule(program=programs, steps=st.integers(1, 12))
    def overtake(self, program: int, steps: int) -> None:
        """One has read the records and is slow; meanwhile they change, and another is quick."""
        self.save("1", WORDS[self.number % 2], "press", None)
        self.start(program, False)
        self.go_on(program, steps)
        self.save("1", WORDS[self.number % 2], "press", None)
        self.indexer().try_to_catch_up()
        self.go_on(program, 200)

    def at_work(self, *programs: int) -> bool:
        return any(self.runs[program] is not None for program in programs)

    # --- what happens to files -------------------------------------------------------------------------------

    @precondition(lambda self: not self.at_work(0, 1))
    @rule(what=st.sampled_from(("lose the index", "choose the other engine", "back up or restore")))
    def trouble(self, what: str) -> None:
        if what == "lose the index":
            self.lose_engine()
        elif what == "choose the other engine":
            self.chosen = 1 - self.chosen
        elif self.backup is None:
            self.backup = self.folder / "backup.db"
            self.archive.backup(self.backup)
        else:
            self.archive.close()
            self.number += 1
            place = self.folder / f"archive{self.number}.db"
            restore(self.backup, place)
            self.archive = open_archive(place)

    # --- what must hold --------------------------------------------------------------------------------------

    @rule()
    def catch_up_undisturbed(self) -> None:
        self.end_programs()
        self.indexer().catch_up()
        assert self.archive.pending() == 0
        self.compare(lambda text: self.open_engine().search(parse(text), limit=100))

    @precondition(lambda self: not self.at_work(0, 1))
    @rule()
    def search(self) -> None:
        """A search may miss what the change log still holds, but nothing else."""
        indexer = self.indexer()
        if not self.archive.pending() or not indexer.in_step():
            self.compare(lambda text: indexer.search(parse(text), limit=100))

    @invariant()
    def an_index_in_step_with_an_empty_log_is_right(self) -> None:
        if not self.at_work(0, 1) and not self.archive.pending() and self.indexer().in_step():
            self.compare(lambda text: self.open_engine().search(parse(text), limit=100))

    def compare(self, answer: Callable[[str], Any]) -> None:
        truth = MemoryEngine()
        truth.put([document(record) for piece in self.archive.walk() for record in piece])
        for text in QUERIES:
            wanted = truth.search(parse(text), limit=100)
            got = answer(text)
            assert (got.total, [hit.ref for hit in got.hits]) == (wanted.total, [hit.ref for hit in wanted.hits]), text

    def end_programs(self) -> None:
        for program in (0, 1):
            self.kill(program)

    def teardown(self) -> None:
        self.catch_up_undisturbed()
        self.archive.close()
        shutil.rmtree(self.folder)


class FollowingWithTantivy(Following):
    """The same over files that two programs have open."""

    def open_engine(self) -> SearchEngine:
        from hubbub.plugins.search.tantivy_engine import TantivyEngine

        folder = self.folder / f"index{self.chosen}"
        folder.mkdir(exist_ok=True)
        return TantivyEngine(folder)

    def lose_engine(self) -> None:
        shutil.rmtree(self.folder / f"index{self.chosen}", ignore_errors=True)


def test_the_index_follows_the_archive() -> None:
    run_state_machine_as_test(Following, settings=settings(max_examples=30, stateful_step_count=40, deadline=None))


def test_so_does_one_of_files() -> None:
    pytest.importorskip("tantivy")
    run_state_machine_as_test(FollowingWithTantivy, settings=settings(max_examples=4, stateful_step_count=15, deadline=None))
