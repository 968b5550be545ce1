"""Work in other processes: what a killed one costs, and what is done where none can be started."""

import gc
import os
import subprocess
import sys
import time
from collections.abc import Iterator
from multiprocessing.connection import Connection
from multiprocessing.process import BaseProcess
from pathlib import Path

import pytest

from hubbub.cli.pools import LatePool, ProcessEnded

CORES = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


@pytest.fixture(scope="module")
def pool() -> Iterator[LatePool]:
    pool = LatePool(1)
    yield pool
    pool.shutdown(cancel_futures=True)


def test_work_is_done_in_another_process(pool: LatePool) -> None:
    assert pool.submit(os.getpid).result() != os.getpid()


def test_a_process_looks_for_cycles_once_in_a_while_only(pool: LatePool) -> None:
    assert pool.submit(gc.get_threshold).result()[0] >= 10_000


def test_an_error_comes_back_as_itself(pool: LatePool) -> None:
    with pytest.raises(ValueError, match="invalid literal"):
        pool.submit(int, "δέκα").result()


def test_a_process_that_ends_costs_only_the_work_that_ended_it(pool: LatePool) -> None:
    work = [pool.submit(pow, 2, 3), pool.submit(os._exit, 1), *(pool.submit(pow, 2, n) for n in range(4))]
    assert isinstance(work[1].exception(), ProcessEnded)
    assert [future.result() for future in (work[0], *work[2:])] == [8, 1, 2, 4, 8]
    assert pool.submit(pow, 2, 10).result() == 1024


def test_where_no_process_can_be_started_the_work_is_done_here() -> None:
    def start(memory: int) -> tuple[BaseProcess, Connection]:
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


def test_one_that_takes_too_long_is_stopped_and_the_others_are_not(pool: LatePool) -> None:
    slow, quick = pool.within(0.3, time.sleep, 60), pool.submit(pow, 2, 3)
    error = slow.exception()
    assert isinstance(error, ProcessEnded)
    assert error.seconds == 0.3
    assert quick.result() == 8


def test_what_cannot_travel_is_told(pool: LatePool) -> None:
    assert pool.submit(lambda: 1).exception() is not None
    assert "Wide" in str(pool.submit(raise_wide).exception())
    assert pool.submit(pow, 2, 3).result() == 8


class Wide(Exception):
    """It cannot be made again of its words alone."""

    def __init__(self, *, size: int) -> None:
        super().__init__(f"size {size}")


def raise_wide() -> None:
    raise Wide(size=3)


def test_a_process_that_has_grown_is_replaced_after_its_work() -> None:
    pool = LatePool(1, memory=400_000_000)
    assert pool.submit(os.getpid).result() == pool.submit(os.getpid).result()
    before = pool.submit(os.getpid).result()
    assert pool.submit(grow).result() == before
    assert pool.submit(os.getpid).result() != before
    pool.shutdown()


kept: list[bytearray] = []


def grow() -> int:
    kept.append(bytearray(300_000_000))
    return os.getpid()


def test_shutting_down_waits_for_nobody_who_is_not_wanted() -> None:
    pool = LatePool(1)
    assert pool.submit(pow, 2, 3).result() == 8
    running, waiting = pool.submit(time.sleep, 60), pool.submit(pow, 2, 3)
    pool.shutdown(cancel_futures=True)
    assert running.cancelled() or isinstance(running.exception(), ProcessEnded)
    assert waiting.cancelled()
