"""Every test of the archive runs on both databases: SQLite always, PostgreSQL where one is reachable."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from hubbub.archive import open_archive
from hubbub.archive.sqlarchive import SqlArchive


@pytest.fixture(params=["sqlite", pytest.param("postgres", marks=pytest.mark.server)])
def url(request: pytest.FixtureRequest, tmp_path: Path) -> str | Path:
    """The address of an empty place for an archive."""
    return tmp_path / "archive.db" if request.param == "sqlite" else request.getfixturevalue("schema")


@pytest.fixture
def archive(url: str | Path) -> Iterator[SqlArchive]:
    """An empty archive; afterwards it must be whole."""
    opened = open_archive(url)
    yield opened
    assert opened.check() == []
    opened.close()
