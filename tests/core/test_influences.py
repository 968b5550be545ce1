"""Priorities go by what rankers say of authors, and do without where those fail."""

from __future__ import annotations

import logging
from collections.abc import Mapping, Sequence
from datetime import timedelta
from pathlib import Path

import pytest

from hubbub.archive import open_archive
from hubbub.core.archives import ArchiveReader
from hubbub.core.influences import Influences
from hubbub.core.values import Author, AuthorRank, Topic, Window
from hubbub.testing.fakes import FakeClock


class Ranks:
    """A ranker that says what it is told, and counts how often it is asked."""

    def __init__(self, scores: Mapping[str, float], *marks: str) -> None:
        self.scores, self.marks, self.asked = scores, marks, 0

    def rank(self, archive: ArchiveReader, topic: Topic, window: Window) -> Sequence[AuthorRank]:
        self.asked += 1
        if not self.scores:
            raise RuntimeError("no numpy here")
        authors = {key: Author(platform="mastodon", key=key) for key in self.scores}
        return [AuthorRank(author=authors[key], score=score, marks=self.marks) for key, score in self.scores.items()]


def influences(folder: Path, clock: FakeClock, **rankers: Ranks) -> Influences:
    archive = open_archive(folder / "archive.db")
    return Influences(archive, lambda: rankers, now=clock, log=logging.getLogger("test"))


def test_scores_of_several_rankers_are_joined_and_asked_for_once_an_hour(tmp_path: Path) -> None:
    clock, first, other = FakeClock(), Ranks({"ana": 80.0, "ion": 20.0}), Ranks({"ana": 60.0})
    ask = influences(tmp_path, clock, first=first, other=other)
    assert ask() == ask() == {("mastodon", "ana"): 70.0, ("mastodon", "ion"): 20.0}
    assert (first.asked, other.asked) == (1, 1)
    clock.advance(timedelta(hours=1))
    ask()
    assert first.asked == 2


def test_who_is_not_compared_has_no_score(tmp_path: Path) -> None:
    assert influences(tmp_path, FakeClock(), only=Ranks({"bot": 99.0}, "bot"))() == {}


def test_without_rankers_and_with_broken_ones_the_audience_tells(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    assert influences(tmp_path, FakeClock())() == {}
    assert influences(tmp_path, FakeClock(), broken=Ranks({}))() == {}
    assert "no numpy here" in caplog.text
