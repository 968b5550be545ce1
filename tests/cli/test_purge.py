"""``hubbub purge`` and what retention does, each command a process or a call on a real workspace."""

from __future__ import annotations

import json
import os
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from cli_world import Desk, fresh_process, make_desk
from hypothesis import given
from hypothesis import strategies as st

from hubbub.archive import open_archive
from hubbub.cli.commands.purge import _together
from hubbub.core.deciding import decide
from hubbub.core.parsing import parse
from hubbub.core.values import Author, Media, Mention

SECRET = "Zweckgeheimnis"
NOW = datetime.now(UTC)


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    return make_desk(tmp_path / "desk")


def save(desk: Desk, key: str, *, days: float = 1, source: str = "press", who: str = "Ana", digest: str = "") -> None:
    archive = open_archive(desk.folder / "archive.db")
    author = Author(platform="rss", key=who, handle=who.lower(), name=who)
    media = (Media(kind="image", url="https://a.example/p.png", digest=digest),) if digest else ()
    text = f"{SECRET}{key} șters Πάροδος {key}"
    said = Mention(platform="rss", key=key, text=text, author=author, published=NOW - timedelta(days=days), media=media)
    archive.save(source, [decide(None, said, seen=NOW)], None, NOW)
    archive.close()


def left(desk: Desk) -> set[str]:
    return {hit["ref"] for hit in desk.json("search")["hits"]}


def on_disk(folder: Path) -> bytes:
    return b"".join(path.read_bytes() for path in folder.rglob("*") if path.is_file() and path.name != "hubbub.toml")


@pytest.mark.parametrize("engine", ["whoosh", "tantivy"])
def test_nothing_of_it_is_left_in_any_file(desk: Desk, engine: str) -> None:
    if engine == "tantivy":
        pytest.importorskip("tantivy")
    desk.call("index", "use", engine)
    for number in range(40):
        save(desk, str(number), who="Wegmuss" if number else "Bleibt")
    assert desk.json("search", f"{SECRET}7")["total"] == 1
    assert desk.json("search", f"{SECRET}0")["total"] == 1
    purged = fresh_process("-w", str(desk.folder), "purge", "--author", "Wegmuss", "--yes", "--json", cwd=desk.folder.parent)
    assert purged.returncode == 0, purged.stderr
    answer = json.loads(purged.stdout)
    assert (answer["total"], answer["removed"]) == (39, 39)
    found = on_disk(desk.folder)
    for word in (f"{SECRET}7", f"{SECRET}39".lower(), "Wegmuss", "wegmuss"):
        assert word.encode() not in found, word
    assert b"Bleibt" in found
    assert desk.json("search", f"{SECRET}7")["total"] == 0
    assert left(desk) == {"rss:0"}
    assert "whole: 1 mention" in desk.call("archive", "check").stdout


def test_it_shows_and_asks_first(desk: Desk) -> None:
    for number in range(7):
        save(desk, str(number))
    shown = desk.call("purge", SECRET + "*", text="n\n").stdout
    assert "7 mentions found" in shown
    assert "and 2 more" in shown
    assert "Nothing was removed" in shown
    assert "Nothing was removed" in desk.call("purge", "--source", "press", "--dry-run").stdout
    assert desk.json("purge", "--source", "press", "--dry-run")["total"] == 7
    assert len(left(desk)) == 7
    assert "7 mentions removed" in desk.call("purge", "--source", "press", text="y\n").stdout
    assert left(desk) == set()
    assert "Nothing was removed" in desk.call("purge", "--source", "press", "--yes").stdout


def test_by_source_author_and_age(desk: Desk) -> None:
    save(desk, "old", days=800)
    save(desk, "year", days=400)
    save(desk, "feed", source="feed")
    save(desk, "ben", who="Ben Ștefan")
    desk.call("purge", "--older-than", "2y", "--yes")
    assert left(desk) == {"rss:year", "rss:feed", "rss:ben"}
    desk.call("purge", "--author", "ben stefan", "--source", "feed", "--yes")
    assert left(desk) == {"rss:year", "rss:feed", "rss:ben"}
    desk.call("purge", "--author", "ben stefan", "--yes")
    desk.call("purge", "--author", "@ana", "--source", "feed", "--yes")
    assert left(desk) == {"rss:year"}


@pytest.mark.parametrize(
    ("args", "said"),
    [
        ((), "Say what is to go"),
        (("--older-than", "2 years"), '"2y"'),
        (("--author", '"'), "no name"),
        (("--author", "@"), "no name"),
        (("--source", "x", "--json"), "--dry-run"),
        (("(acme",), "acme"),
    ],
)
def test_what_it_does_not_understand_removes_nothing(desk: Desk, args: tuple[str, ...], said: str) -> None:
    save(desk, "1")
    code = 4 if args[:1] == ("(acme",) else 2
    assert said in desk.call("purge", *args, code=code).stderr
    assert left(desk) == {"rss:1"}


def test_what_is_kept_no_longer_goes_after_collecting_and_does_not_come_back(tmp_path: Path) -> None:
    source = '[[sources]]\nid = "log"\nplugin = "file"\npath = "log.jsonl"\nkeep = "all"\nretain = "30d"\n'
    desk = make_desk(tmp_path / "desk", source)
    posts = [{"id": str(n), "text": f"post {n}", "published": (NOW - timedelta(days=n)).isoformat()} for n in (1, 29, 31)]
    (desk.folder / "log.jsonl").write_text("\n".join(map(json.dumps, posts)), encoding="utf-8")
    for key in ("feed", "noted", "gone"):
        save(desk, key, days=31, source="feed" if key == "feed" else "log")
    archive = open_archive(desk.folder / "archive.db")
    archive.set_notes("rss:noted", "ask them")
    archive.close()
    desk.call("collect")
    expected = {"file:1", "file:29", "rss:feed", "rss:noted"}
    assert left(desk) == expected
    assert desk.json("search", SECRET + "*")["total"] == 2
    with (desk.folder / "log.jsonl").open("a", encoding="utf-8") as file:
        file.write("\n" + json.dumps(posts[2] | {"id": "again"}) + "\n")
    desk.call("collect")
    assert left(desk) == expected


def test_pictures_go_when_nothing_refers_to_them(desk: Desk) -> None:
    media = desk.folder / "media" / "ab"
    media.mkdir(parents=True)
    digests = {name: "ab" + name * 62 for name in "123"}
    for name, digest in digests.items():
        (media / f"{digest}.png").write_bytes(b"\x89PNG\r\n\x1a\n")
        if name != "3":
            os.utime(media / f"{digest}.png", (time.time() - 7200,) * 2)
    save(desk, "going", digest=digests["1"], source="feed")
    save(desk, "staying", digest=digests["2"])
    assert desk.json("purge", "--source", "feed", "--yes")["pictures"] == 1
    assert sorted(path.stem for path in media.iterdir()) == [digests["2"], digests["3"]]


@given(st.text(max_size=12), st.sampled_from(["", "acme", "acme OR phone"]))
def test_a_name_never_widens_a_purge(name: str, query: str) -> None:
    """Whatever is typed as a name, it is refused, or every mention that is found has it."""
    from click import ClickException

    from hubbub.core.errors import QueryError

    try:
        text = _together(query, name, None, None, NOW)
        root = parse(text, now=NOW).root
    except (ClickException, QueryError):
        return
    other = Mention(platform="rss", key="1", text="acme phone", published=NOW)
    from hubbub.core.documents import live_document

    assert not parse(text, now=NOW).matches(live_document(other, source="\x01 another", seen=NOW)), root
