"""Workspaces for the screens."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from tui_world import World


@pytest.fixture
def world(tmp_path: Path) -> Iterator[World]:
    """Some hundred mentions, hostile ones among them."""
    world = World(tmp_path)
    yield world
    world.close()


@pytest.fixture
def empty_world(tmp_path: Path) -> Iterator[World]:
    """One source, nothing collected."""
    world = World(tmp_path, count=0)
    yield world
    world.close()


@pytest.fixture
def small_world(tmp_path: Path) -> Iterator[World]:
    """Twenty mentions, none of them hostile."""
    world = World(tmp_path, count=20, hostile=False)
    yield world
    world.close()
