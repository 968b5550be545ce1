"""Items that could not be read are kept as they came, bounded and private."""

import json
from datetime import UTC, datetime
from pathlib import Path

from hubbub.core.unread import LONGEST, MOST, Unread
from hubbub.core.values import Failure

NOW = datetime(2026, 6, 14, 9, 12, tzinfo=UTC)


def bad(number: int, **changes: object) -> Failure:
    return Failure(
        **{"source": "forum", "message": "no id", "item": f"item {number}", "raw": {"n": number, "τ": "ș"}} | changes
    )


def items(path: Path) -> list[object]:
    return [json.loads(line)["raw"] for line in path.read_text().splitlines()]


def test_an_item_is_kept_as_it_came(tmp_path: Path) -> None:
    path = Unread(tmp_path / "unread").keep("forum", [bad(1), bad(2, raw=None)], NOW)
    assert path == tmp_path / "unread" / "forum.jsonl"
    (line,) = path.read_text().splitlines()
    assert json.loads(line) == {
        "at": "2026-06-14T09:12:00Z",
        "item": "item 1",
        "message": "no id",
        "raw": {"n": 1, "τ": "ș"},
    }
    assert (path.stat().st_mode & 0o077, path.parent.stat().st_mode & 0o077) == (0, 0)


def test_nothing_is_written_where_nothing_is_to_be_kept(tmp_path: Path) -> None:
    unread = Unread(tmp_path / "unread")
    assert unread.keep("forum", [bad(1, raw=None), bad(2, raw="x" * LONGEST), bad(3, raw=object())], NOW) is None
    assert not (tmp_path / "unread").exists()


def test_the_newest_are_kept_each_once(tmp_path: Path) -> None:
    unread = Unread(tmp_path)
    unread.keep("forum", [bad(n) for n in range(MOST)], NOW)
    (tmp_path / "forum.jsonl").open("a").write('{"cut": ')
    path = unread.keep("forum", [bad(0), bad(MOST)], NOW)
    assert path
    found = [item["n"] for item in items(path)]  # type: ignore[index]
    assert found == [*range(2, MOST), 0, MOST]


def test_a_place_that_cannot_be_written_costs_nothing(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    assert Unread(tmp_path / "file").keep("forum", [bad(1)], NOW) is None
