"""Processors in processes: whatever one of them does there harms only itself, and what they say is the same as it is here."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from stranger import installed

from hubbub.cli.compose import build_processors, has_strangers, late_http
from hubbub.cli.pools import LatePool, pool_for
from hubbub.cli.processing import Processing
from hubbub.config.workspace import PluginSettings, ProcessorLimits, Workspace
from hubbub.core.processing import PATIENCE, Processed, process_all
from hubbub.core.values import Author, Labels, Mention, Topic

QUICK = ProcessorLimits(timeout=timedelta(seconds=20), memory=400_000_000)
PATIENT = ProcessorLimits(timeout=timedelta(minutes=3), memory=1_500_000_000)
"""Of whatever nobody is to be stopped in, on a machine that does much else."""
TEXTS = (
    "The battery of my Acme phone lasts two days",
    "Bateria telefonului ține două zile",
    "Το Acme κινητό μου χάλασε",
    "",
)


@pytest.fixture(scope="module", autouse=True)
def stranger(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    with installed(tmp_path_factory.mktemp("stranger")):
        yield


@pytest.fixture
def workspace(tmp_path: Path) -> Workspace:
    return Workspace(
        folder=tmp_path,
        name="desk",
        languages=("en", "ro", "el"),
        topics=(Topic(name="acme", query="acme"),),
        processors=tuple(PluginSettings(name=name) for name in ("topics", "stranger")),
        limits=QUICK,
        disabled=("notifier.of-the-tests-of-processing",),  # a registry of its own, which sees what is installed here
    )


@contextmanager
def processing(workspace: Workspace, workers: int = 1) -> Iterator[Processing]:
    pool = LatePool(workers, memory=workspace.limits.memory)
    try:
        yield Processing(workspace, pool)
    finally:
        pool.shutdown(cancel_futures=True)


def mentions(*texts: str) -> list[Mention]:
    return [Mention(platform="x", key=str(n), text=text) for n, text in enumerate(texts)]


def names(labels: Labels) -> set[str]:
    return {label.name for label in labels}


def test_what_is_said_does_not_depend_on_the_number_of_processes(workspace: Workspace) -> None:
    workspace = replace(workspace, processors=(PluginSettings(name="language"), *workspace.processors), limits=PATIENT)
    batches = [mentions(*TEXTS[n:], f"acme {n}") for n in range(4)]
    here = [process_all(build_processors(workspace, http=late_http(workspace)), batch) for batch in batches]
    for workers in (1, 3):
        with processing(workspace, workers) as there:
            said = [future.result() for future in [there(batch) for batch in batches]]
            assert [each.failures for each in said] == [()] * len(batches)
            assert said == here
    assert {label.value for label in here[0].labels[2]} == {"el", "acme", "calm"}


def test_what_cannot_travel_is_processed_here(workspace: Workspace) -> None:
    author = Author(platform="x", key="a", metrics={"likes": lambda: 1})  # pyright: ignore[reportArgumentType]
    with processing(replace(workspace, processors=workspace.processors[:1])) as there:
        said = there([replace(mentions("acme battery, two days")[0], author=author)])
        assert said.done()
        assert names(said.result().labels[0]) == {"topic"}


def test_a_label_is_its_processors_whatever_it_claims(workspace: Workspace) -> None:
    with processing(workspace) as there:
        (label,) = [label for label in there(mentions("x")).result().labels[0] if label.name == "mood"]
    assert (label.by, label.version) == ("stranger", "7")


@pytest.mark.parametrize(
    ("text", "limits", "told"),
    [
        ("end", QUICK, "ended suddenly, twice"),
        ("hang", replace(QUICK, timeout=timedelta(seconds=3)), "not done after 3 seconds"),
        ("eat", QUICK, "memory in [processors]"),
        ("raise", QUICK, "δεν μπορώ"),
    ],
)
def test_only_the_guilty_one_is_skipped_and_only_for_this_batch(
    workspace: Workspace, text: str, limits: ProcessorLimits, told: str
) -> None:
    with processing(replace(workspace, limits=limits)) as there:
        first, bad, last = there(mentions("acme")), there(mentions("acme", text)), there(mentions("acme", "more"))
        assert [names(labels) for labels in bad.result().labels] == [{"topic"}, set()]
        (failure,) = bad.result().failures
        assert failure.name == "stranger"
        assert told in failure.message
        for good in (first.result(), last.result()):
            assert good.failures == ()
            assert names(good.labels[0]) == {"topic", "mood"}


def test_a_process_that_was_killed_by_chance_costs_nothing(workspace: Workspace) -> None:
    with processing(workspace) as there:
        said = there(mentions("end once")).result()
    assert said.failures == ()
    assert names(said.labels[0]) == {"mood"}


def test_who_fails_again_and_again_is_left_out_of_the_rest_of_the_run(workspace: Workspace) -> None:
    with processing(workspace) as there:
        said: list[Processed] = [there(mentions("raise")).result() for _ in range(PATIENCE + 2)]
        assert [len(each.failures) for each in said] == [1] * PATIENCE + [0, 0]
        assert "hubbub process --only stranger" in said[PATIENCE - 1].failures[0].message
        assert "left out" not in said[0].failures[0].message
        assert names(there(mentions("fine")).result().labels[0]) == set()
        there.begin()
        assert names(there(mentions("fine")).result().labels[0]) == {"mood"}


def test_one_that_hangs_while_it_is_built_holds_nobody_up(workspace: Workspace) -> None:
    data = workspace.paths.made(workspace.paths.plugin_data("processor", "stranger"))
    (data / "hang").touch()
    with processing(replace(workspace, limits=replace(QUICK, timeout=timedelta(seconds=3)))) as there:
        said = there(mentions("acme")).result()
    assert names(said.labels[0]) == {"topic"}
    assert [failure.name for failure in said.failures] == ["stranger"]


def test_where_nothing_can_be_decided_the_error_is_raised(workspace: Workspace) -> None:
    broken = replace(workspace, topics=(Topic(name="acme", query="lang:"),))
    with processing(broken) as there, pytest.raises(RuntimeError, match="could not be built"):
        there(mentions("acme")).result()


def test_strangers_get_a_process_however_little_there_is_to_do(workspace: Workspace) -> None:
    ours = replace(workspace, processors=workspace.processors[:1])
    assert (has_strangers(workspace), has_strangers(ours)) == (True, False)
    assert pool_for(1) is None
    assert pool_for(1, strangers=True) is not None
