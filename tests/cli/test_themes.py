"""``hubbub themes``"""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from cli_world import Desk, make_desk

from hubbub.archive import open_archive
from hubbub.cli.exits import Exit
from hubbub.core.deciding import decide
from hubbub.core.values import Author, Label, Mention

NOW = datetime.now(UTC)


def save(desk: Desk, text: str, *, days: float, count: int, lang: str = "en", topic: str = "acme") -> None:
    """Put what several people said so many days ago into the archive."""
    archive = open_archive(desk.folder / "archive.db")
    at = NOW - timedelta(days=days)
    labels = (Label(name="topic", value=topic, by="topics"), Label(name="lang", value=lang, by="language"))
    try:
        said = [
            Mention(
                platform="rss",
                key=f"{text}-{days}-{number}",
                text=text,
                author=Author(platform="rss", key=str(number % 4)),
                published=at,
            )
            for number in range(count)
        ]
        archive.save("press", [replace(decide(None, mention, seen=NOW, labels=labels)) for mention in said], None, NOW)
    finally:
        archive.close()


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    desk = make_desk(tmp_path)
    save(desk, "acme phone review", days=20, count=30)
    save(desk, "acme phone review", days=2, count=5)
    save(desk, "the acme Battery Recall is on", days=1, count=6)
    save(desk, "ανάκληση μπαταρίας", days=1, count=6, lang="el", topic="rivals")
    save(desk, "καλημέρα σε όλους", days=20, count=20, lang="el", topic="rivals")
    return desk


def test_what_rose_is_listed_with_its_numbers(desk: Desk) -> None:
    printed = desk.call("themes").stdout
    assert [line.split("\t")[:3] for line in printed.splitlines()[:3]] == [
        ["theme", "mentions", "expected"],
        ["ανάκληση μπαταρίας", "6", "0.0"],
        ["acme Battery Recall", "6", "0.0"],
    ]
    assert "Compared: 17 mentions of the last 1w, 50 of the 4w before." in printed


def test_the_page_shows_what_is_printed(desk: Desk) -> None:
    page = (Path(__file__).parents[2] / "docs" / "themes.md").read_text(encoding="utf-8")
    assert desk.call("themes").stdout in page


def test_json_has_words_counts_and_examples(desk: Desk) -> None:
    found = desk.json("themes", "--lang", "en")
    (theme,) = found["themes"]
    assert (theme["theme"], theme["words"], theme["languages"]) == (
        "acme Battery Recall",
        ["acme", "battery", "recall"],
        {"en": 6},
    )
    assert (theme["mentions"], theme["usual"], theme["expected"]) == (6, 0, 0.0)
    assert all(ref.startswith("rss:the acme Battery") for ref in theme["examples"])
    assert (found["window"]["mentions"], found["against"]["mentions"]) == (11, 30)


def test_a_topic_and_a_query_narrow_both_sides(desk: Desk) -> None:
    assert [theme["theme"] for theme in desk.json("themes", "--topic", "rivals")["themes"]] == ["ανάκληση μπαταρίας"]
    assert desk.json("themes", "phone", "--window", "3d")["window"]["mentions"] == 5


def test_without_anything_to_compare_with_it_says_so(desk: Desk) -> None:
    assert "Nothing to compare with" in desk.call("themes", "--against", "1d").stdout
    assert "Nothing was said in this time" in desk.call("themes", "zzzzz").stdout


def test_a_wrong_duration_is_a_mistake_of_the_command_line(desk: Desk) -> None:
    assert "is not a duration" in desk.call("themes", "--window", "soon", code=Exit.USAGE).stderr
    assert "1h" in desk.call("themes", "--window", "5m", code=Exit.USAGE).stderr
