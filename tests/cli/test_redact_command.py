"""``hubbub redact``: what it shows and asks, what is left on the disk, and what brings nothing back."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from cli_world import Desk, fresh_process, make_desk

from hubbub.archive import open_archive
from hubbub.core.deciding import decide
from hubbub.core.duplicates import signature
from hubbub.core.values import Author, Media, Mention

SECRET = "Zweckgeheimnis"
NOW = datetime.now(UTC)
MINE, SHARED = "ab" + "1" * 62, "ab" + "2" * 62
SOURCE = '[[sources]]\nid = "log"\nplugin = "file"\npath = "log.jsonl"\nkeep = "all"\n'
REASON = "la cererea autoarei"


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    """Two mentions that say nearly the same, with a picture each and one of both, in a published story."""
    desk = make_desk(tmp_path / "desk", SOURCE)
    for digest in (MINE, SHARED):
        path = desk.folder / "media" / "ab" / f"{digest}.png"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(b"\x89PNG\r\n\x1a\n")
    stills = desk.folder / "media" / "thumbs"
    stills.mkdir()
    (stills / f"{MINE}-320.webp").write_bytes(b"still")
    archive = open_archive(desk.folder / "archive.db")
    for key, digests in (("a", (MINE, SHARED)), ("b", (SHARED,))):
        media = tuple(Media(kind="image", url=f"https://p.example/{digest}.png", digest=digest) for digest in digests)
        said = Mention(
            platform="rss",
            key=key,
            url=f"https://press.example/{key}",
            title=f"{SECRET}{key} titlu",
            text=f"{SECRET}{key} acme says that every phone of the spring series gets a new battery free of charge from Monday",
            author=Author(platform="rss", key="ana", name="Ana Ștefan"),
            published=NOW - timedelta(days=1),
            media=media,
        )
        intent = decide(None, said, seen=NOW)
        archive.save("log", [replace(intent, signature=signature("", said.text[len(SECRET) + 2 :]))], None, NOW)
    archive.close()
    desk.call("story", "new", "A week")
    desk.call("story", "add", "a-week", "rss:a", "rss:b", "--offline")
    return desk


def files(desk: Desk) -> dict[str, bytes]:
    return {str(path.relative_to(desk.folder)): path.read_bytes() for path in desk.folder.rglob("*") if path.is_file()}


def test_it_shows_what_goes_and_asks_first(desk: Desk) -> None:
    before = desk.json("show", "rss:a")
    shown = desk.call("redact", "rss:a", "--reason", REASON, text="n\n").stdout
    for words in (f"{SECRET}a", "1 wording, 1 quote in stories, 2 pictures", "quoted in a-week", "1 other mention says nearly"):
        assert words in shown
    assert "Nothing was changed" in shown
    assert desk.json("show", "rss:a") == before
    assert before["redacted"] is None
    done = desk.call("redact", "rss:a", "--reason", f"  {REASON}\n", text="y\n").stdout
    assert "The words of rss:a are taken out. 1 picture that nothing else refers to deleted." in done
    assert desk.json("show", "rss:a")["redacted"]["reason"] == REASON


@pytest.mark.parametrize("engine", ["whoosh", "tantivy"])
def test_nothing_of_it_is_left_in_any_file(desk: Desk, engine: str) -> None:
    if engine == "tantivy":
        pytest.importorskip("tantivy")
    desk.call("index", "use", engine)
    assert desk.json("search", f"{SECRET}a")["total"] == 1
    where = desk.folder.parent
    done = fresh_process("-w", str(desk.folder), "redact", "rss:a", "--reason", REASON, "--yes", "--json", cwd=where)
    assert done.returncode == 0, done.stderr
    told = json.loads(done.stdout)
    assert (told["wordings"], told["quotes"], told["stories"], told["pictures"]) == (1, 1, ["a-week"], 1)
    assert (told["publish_again"], told["alike"]) == ([], ["rss:b"])
    for name, data in files(desk).items():
        assert f"{SECRET}a".encode() not in data, name
        assert f"{SECRET}a".lower().encode() not in data, name
        assert MINE not in name
    assert f"media/ab/{SHARED}.png" in files(desk)
    assert desk.json("search", f"{SECRET}a")["total"] == 0
    assert [hit["ref"] for hit in desk.json("search", "is:redacted")["hits"]] == ["rss:a"]
    assert f"(redacted on {datetime.now(UTC):%Y-%m-%d}: {REASON})" in desk.call("show", "rss:a").stdout
    assert REASON in desk.call("search", "is:redacted").stdout


def test_what_is_taken_out_of_a_story_is_left_in_no_file_either(desk: Desk) -> None:
    assert desk.json("search", f"{SECRET}a")["total"] == 1
    number = next(b["number"] for b in desk.json("story", "show", "a-week")["blocks"] if b["copy"]["mention"]["key"] == "a")
    where = desk.folder.parent
    args = ("-w", str(desk.folder), "story", "redact", "a-week", str(number), "--reason", REASON, "--yes")
    done = fresh_process(*args, cwd=where)
    assert done.returncode == 0, done.stderr
    assert [name for name, data in files(desk).items() if f"{SECRET}a".lower().encode() in data.lower()] == []


def written(page: Path) -> str:
    return "".join(path.read_text(encoding="utf-8") for path in sorted(page.glob("*.md")))


def test_undoing_brings_nothing_back_and_pages_are_to_be_published_again(desk: Desk) -> None:
    desk.call("story", "export", "a-week", "--format", "markdown")
    page = desk.folder / "published" / "a-week"
    assert f"{SECRET}a" in written(page)
    done = desk.call("redact", "rss:a", "--reason", REASON, "--yes").stdout
    assert "What is published of a-week still shows them: hubbub story publish --stale" in done
    assert desk.json("story", "list")["stories"][0]["stale"] is True
    desk.call("story", "undo", "a-week")
    desk.call("story", "redo", "a-week")
    assert f"{SECRET}a" not in desk.call("story", "show", "a-week", "--json").stdout
    desk.call("story", "export", "a-week", "--format", "markdown")
    assert f"{SECRET}b" in written(page)
    assert f"{SECRET}a" not in written(page)


def test_collecting_it_again_brings_nothing_back(desk: Desk) -> None:
    log = desk.folder / "log.jsonl"
    post = {"id": "1", "url": "https://x.example/1", "title": "Acme", "text": f"{SECRET} one", "published": NOW.isoformat()}
    log.write_text(json.dumps(post) + "\n", encoding="utf-8")
    desk.call("collect")
    desk.call("redact", "file:1", "--reason", REASON, "--yes")
    for change in ({}, {"text": f"{SECRET} two"}, {"id": "other", "text": f"{SECRET} three"}):
        with log.open("a", encoding="utf-8") as file:
            file.write(json.dumps(post | change) + "\n")
        desk.call("collect")
    log.unlink()
    assert desk.json("search", f"{SECRET}")["total"] == 0
    assert [version["text"] for version in desk.json("show", "file:1")["versions"]] == [""]
    desk.call("purge", "is:redacted", "--yes")
    log.write_text(json.dumps(post | {"id": "third"}) + "\n", encoding="utf-8")
    desk.call("collect")
    log.unlink()
    assert [hit["text"] for hit in desk.json("search", "is:redacted")["hits"]] == [""]
    assert not [name for name, data in files(desk).items() if f"{SECRET} one".encode() in data]


def test_the_list(desk: Desk) -> None:
    assert "Nothing was redacted" in desk.call("redact", "--list").stdout
    desk.call("redact", "rss:a", "--reason", "first", "--yes")
    assert "Now the reason is changed" in desk.call("redact", "rss:a", "--reason", "second", "--yes").stdout
    desk.call("purge", "is:redacted", "--yes")
    (told,) = desk.json("redact", "--list")["redactions"]
    assert (told["ref"], told["reason"], told["archived"], len(told["digest"])) == ("rss:a", "second", False, 64)
    assert "second" in desk.call("redact", "--list").stdout


@pytest.mark.parametrize(
    ("args", "code", "said"),
    [
        ((), 2, "Say whose words"),
        (("rss:a",), 2, "Say why"),
        (("rss:a", "--reason", " \n"), 2, "Say why"),
        (("rss:a", "--reason", "x", "--json"), 2, "--yes"),
        (("rss:a", "--list"), 2, "without a REF"),
        (("rss:never", "--reason", "x", "--yes"), 7, "no mention 'rss:never'"),
    ],
)
def test_what_it_does_not_understand_changes_nothing(desk: Desk, args: tuple[str, ...], code: int, said: str) -> None:
    assert said in desk.call("redact", *args, code=code).stderr
    assert desk.json("redact", "--list")["total"] == 0


def test_backups_are_named(desk: Desk) -> None:
    desk.call("archive", "backup")
    assert "still hold them" in desk.call("redact", "rss:a", "--reason", "x", "--yes").stderr
