"""What is archived is judged anew, and only what is judged otherwise is written."""

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from hubbub.archive import open_archive
from hubbub.core.archives import Archive
from hubbub.core.deciding import decide
from hubbub.core.relabelling import relabel_all
from hubbub.core.values import Author, Label, Mention, Topic
from hubbub.plugins.processors.topics import TopicsProcessor

NOW = datetime(2026, 6, 14, tzinfo=UTC)


@pytest.fixture
def archive(tmp_path: Path) -> Iterator[Archive]:
    archive = open_archive(tmp_path / "archive.db", now=lambda: NOW)
    texts = {"1": "acme one", "2": "Καλημέρα", "3": "algo más", "4": "știri"}
    said = (Label(name="topic", value="acme", by="topics"), Label(name="lang", value="es", by="language"))
    author = Author(platform="x", key="a", handle="acme")
    mentions = [Mention(platform="x", key=k, text=t, author=author if k == "2" else None) for k, t in texts.items()]
    archive.save("s", [decide(None, m, seen=NOW, labels=said if m.key in "13" else said[1:]) for m in mentions], None, NOW)
    archive.set_label("x:3", "topic", Label(name="topic", value="mine", by="you"))
    archive.forget_changes([change.id for change in archive.changes()])
    yield archive
    archive.close()


def test_topics_and_accounts_are_applied_to_what_is_archived(archive: Archive) -> None:
    topics = [Topic(name="acme", query="acme", accounts=("x:Acme",)), Topic(name="news", query="știre lang:es")]
    seen: list[int] = []
    assert relabel_all(archive, TopicsProcessor(topics, lambda: NOW), "topics", seen.append) == 2
    found = {record.ref: {(label.name, label.value) for label in record.labels} for record in archive.records(
        ["x:1", "x:2", "x:3", "x:4"]
    )}  # fmt: skip
    lang = ("lang", "es")
    assert found == {
        "x:1": {("topic", "acme"), lang},
        "x:2": {("topic", "acme"), ("voice", "ours"), lang},
        "x:3": {("topic", "mine"), lang},
        "x:4": {lang},
    }
    assert seen == [4]
    assert {change.ref for change in archive.changes()} == {"x:2", "x:3"}
    assert relabel_all(archive, TopicsProcessor(topics, lambda: NOW), "topics") == 0
