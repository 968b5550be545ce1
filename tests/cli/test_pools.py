"""Work in other processes: what a killed one costs, and what is done where none can be started."""

import os
import pickle
import subprocess
import sys
from collections.abc import Callable, Iterator
from concurrent.futures import Executor, Future
from pathlib import Path
from types import MappingProxyType

import pytest

from hubbub.cli.compose import build_processors, late_http
from hubbub.cli.pools import LatePool, ProcessEnded
from hubbub.cli.processing import PooledProcessing
from hubbub.config.workspace import PluginSettings, Workspace
from hubbub.core.processing import process_all
from hubbub.core.values import Author, Mention, Topic

CORES = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


@pytest.fixture(scope="module")
def pool() -> Iterator[LatePool]:
    pool = LatePool(1)
    yield pool
    pool.shutdown(cancel_futures=True)


def test_work_is_done_in_another_process(pool: LatePool) -> None:
    assert pool.submit(os.getpid).result() != os.getpid()


def test_an_error_comes_back_as_itself(pool: LatePool) -> None:
    with pytest.raises(ValueError, match="invalid literal"):
        pool.submit(int, "δέκα").result()


def test_a_process_that_ends_costs_only_the_work_that_ended_it(pool: LatePool) -> None:
    work = [pool.submit(pow, 2, 3), pool.submit(os._exit, 1), *(pool.submit(pow, 2, n) for n in range(4))]
    assert isinstance(work[1].exception(), ProcessEnded)
    assert [future.result() for future in (work[0], *work[2:])] == [8, 1, 2, 4, 8]
    assert pool.submit(pow, 2, 10).result() == 1024


def test_where_no_process_can_be_started_the_work_is_done_here() -> None:
    def start(workers: int) -> Executor:
        raise OSError("no semaphores here")

    pool = LatePool(1, start=start)
    assert pool.submit(os.getpid).result() == os.getpid()
    assert isinstance(pool.submit(int, "?").exception(), ValueError)


@pytest.mark.skipif(CORES < 2, reason="with one core there is never a pool")
@pytest.mark.parametrize(("guard", "expected"), [("if True:", "None"), ("if __name__ == '__main__':", "LatePool")])
def test_a_script_that_would_run_again_in_each_process_gets_no_pool(tmp_path: Path, guard: str, expected: str) -> None:
    script = tmp_path / "script.py"
    script.write_text(f"from hubbub.cli.pools import pool_for\n{guard}\n    print(type(pool_for(10)).__name__)\n", "utf-8")
    ran = subprocess.run([sys.executable, str(script)], capture_output=True, text=True, check=True)
    assert ran.stdout.strip().replace("NoneType", "None") == expected


class Travelling(Executor):
    """Does the work here, with what survives a journey to another process."""

    def __init__(self) -> None:
        self.journeys = 0

    def submit(self, fn: Callable[..., object], /, *args: object, **kwargs: object) -> Future[object]:
        self.journeys += 1
        there, given = pickle.loads(pickle.dumps((fn, args)))
        back: Future[object] = Future()
        back.set_result(pickle.loads(pickle.dumps(there(*given, **kwargs))))
        return back


@pytest.mark.parametrize(("author", "journeys"), [(None, 1), (Author(platform="x", key="a", metrics=MappingProxyType({})), 0)])
def test_processors_say_elsewhere_what_they_say_here(tmp_path: Path, author: Author | None, journeys: int) -> None:
    workspace = Workspace(
        folder=tmp_path,
        name="desk",
        languages=("en", "ro", "el"),
        topics=(Topic(name="acme", query="acme"),),
        processors=(PluginSettings(name="language"), PluginSettings(name="topics")),
    )
    texts = (
        "The battery of my Acme phone lasts two days",
        "Bateria telefonului ține două zile",
        "Το Acme κινητό μου χάλασε",
        "",
    )
    mentions = [Mention(platform="x", key=str(n), text=text, author=author) for n, text in enumerate(texts)]
    there = Travelling()
    said = PooledProcessing(there, workspace)(mentions).result()
    assert said == process_all(build_processors(workspace, http=late_http(workspace)), mentions)
    assert [{label.value for label in labels} for labels in said.labels] == [
        {"en", "acme"},
        {"ro"},
        {"el", "acme"},
        {"unknown"},
    ]
    assert there.journeys == journeys
