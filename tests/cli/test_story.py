"""``hubbub story``: a story is built, taken back, exported and imported from the command line."""

from pathlib import Path
from typing import Any

import pytest
from cli_world import SETTINGS, Desk
from sample_story import NOW, dusk, mention

from hubbub.archive import open_archive
from hubbub.cli.exits import Exit
from hubbub.core.deciding import decide
from hubbub.core.errors import SourceError
from hubbub.core.media import MediaStore
from hubbub.core.values import Media

SLUG = "the-battery-week"


class NoWeb:
    """A web on which nothing is found."""

    def get(self, url: str, **_: object) -> object:
        raise SourceError(f"{url} is out of reach", url=url)


class Stories:
    """The commands ``hubbub story`` of a workspace."""

    def __init__(self, folder: Path) -> None:
        self._desk = Desk(folder)
        self.told = ""
        """What the last command wrote to standard error."""

    def __call__(self, *args: str, code: int = Exit.OK, text: str = "") -> str:
        """Run one command; what it printed."""
        result = self._desk.call("story", *args, code=code, text=text)
        self.told = result.stderr
        return result.stdout

    def json(self, *args: str) -> Any:
        """What a command prints as JSON."""
        return self._desk.json("story", *args)

    def blocks(self) -> list[str]:
        """What stands in each block of the story."""
        blocks = self.json("show", SLUG)["blocks"]
        return [block["copy"]["mention"]["text"] if block["copy"] else block["text"] for block in blocks]


@pytest.fixture
def desk(tmp_path: Path) -> Stories:
    """A workspace with four mentions, one of which has a picture that we hold."""
    (tmp_path / "hubbub.toml").write_text(SETTINGS, encoding="utf-8")
    digest = MediaStore(tmp_path / "media", NoWeb()).adopt(dusk())  # type: ignore[arg-type]
    picture = Media(kind="image", url="https://files.example/dusk.png", alt="Dusk", digest=digest)
    said = [
        mention("1", "acme battery dead", hours=1, media=(picture,)),
        mention("2", "Acme, η μπαταρία φούσκωσε", hours=3, lang="el"),
        mention("3", "acme se apaga", hours=2, lang="es"),
        mention("4", "nimic despre ei", hours=4, lang="ro"),
    ]
    archive = open_archive(tmp_path / "archive.db")
    archive.save("test", [decide(None, one, seen=NOW) for one in said], None, NOW)
    archive.close()
    return Stories(tmp_path)


@pytest.fixture
def week(desk: Stories) -> Stories:
    """The same with a story of a heading and three mentions."""
    desk("new", "The battery week", "--byline", "Ana")
    desk("heading", SLUG, "Monday")
    desk("add", SLUG, "--query", "acme", "--offline")
    return desk


def test_there_is_a_way_to_begin(desk: Stories):
    assert "hubbub story new" in desk("list")
    assert desk.json() == {"total": 0, "stories": []}
    assert "hubbub story add the-battery-week REF" in desk("new", "The battery week")
    story = desk.json("new", "Η εβδομάδα", "--lang", "el", "--order", "newest", "--description", "d")
    assert (story["slug"], story["order"], story["lang"], story["description"]) == ("i-evdomada", "newest", "el", "d")


def test_a_query_fills_a_story_in_the_order_of_time(week: Stories):
    assert week.blocks() == ["Monday", "acme battery dead", "acme se apaga", "Acme, η μπαταρία φούσκωσε"]
    shown = week("show", SLUG)
    assert "4 blocks" in shown
    assert "   2  mention 2026-06-08 10:12 UTC  Marta: acme battery dead" in shown
    week("text", SLUG, "red \x1b[31m and \u202e turned")
    assert "\x1b" not in week("show", SLUG, "--whole")


def test_refs_are_quoted_once_and_unknown_ones_are_refused(week: Stories):
    assert "added marta’s post “nimic despre ei” as 5" in week("add", SLUG, "mastodon:4", "--offline")
    assert "nothing to do" in week("add", SLUG, "mastodon:4", "--offline")
    week("add", SLUG, "mastodon:99", code=Exit.NOT_FOUND)
    assert "no mention 'mastodon:99'" in week.told
    week("add", SLUG, "--query", "zeppelin", code=Exit.NOT_FOUND)
    week("add", SLUG, code=Exit.USAGE)
    week("add", SLUG, "--query", '"open', code=Exit.QUERY)


def test_words_stand_where_they_are_put_and_can_be_changed(week: Stories):
    week("text", SLUG, "Then *more*.", "--after", "2")
    week("text", SLUG, "First.", "--before", "1")
    week("heading", SLUG, "Tuesday", "--before", "6")
    assert week.blocks()[:4] == ["First.", "Monday", "acme battery dead", "Then *more*."]
    assert "edited the text “First.” to “At first.”" in week("text", SLUG, "At first.", "--edit", "1")
    week("text", SLUG, "x", "--edit", "2", code=Exit.FAILED)
    assert "Block 2 is a heading, not a text" in week.told
    week("text", SLUG, "x", "--after", "1", "--before", "1", code=Exit.USAGE)
    week("heading", SLUG, "  ", code=Exit.FAILED)


def test_blocks_move_together_with_and_without_their_text(week: Stories):
    said = week("move", SLUG, "4", "--to", "top")
    assert "order from “oldest” to “manual”" in said
    assert "hubbub story sort the-battery-week oldest" in said
    assert week.blocks()[0].startswith("Acme, η")
    week("sort", SLUG, "oldest")
    week("move", SLUG, "2", "--to", "bottom", "--with-text")
    assert week.blocks()[-2:] == ["Monday", "acme battery dead"]
    week("move", SLUG, "3", "4", "--by", "-1")
    assert week.blocks()[1:3] == ["Monday", "acme battery dead"]
    week("move", SLUG, "1", "--after", "4")
    assert week.blocks()[0] == "Monday"
    week("move", SLUG, "1", code=Exit.USAGE)
    week("move", SLUG, "9", "--by", "1", code=Exit.NOT_FOUND)
    assert "which has 4 blocks: '9'" in week.told


def test_a_story_is_sorted_reversed_and_pinned(week: Stories):
    week("pin", SLUG, "1")
    week("sort", SLUG, "reverse")
    assert week.blocks() == ["Monday", "Acme, η μπαταρία φούσκωσε", "acme se apaga", "acme battery dead"]
    week("pin", SLUG, "1", "--off")
    assert week.json("show", SLUG)["blocks"][0]["pinned"] is False


def test_steps_are_taken_back_and_forth_and_listed(week: Stories):
    week("remove", SLUG, "1", "2")
    assert len(week.blocks()) == 2
    assert "Undid: removed 2 blocks" in week("undo", SLUG)
    assert len(week.blocks()) == 4
    assert "Redid: removed 2 blocks" in week("redo", SLUG)
    assert "nothing to redo" in week("redo", SLUG)
    steps = week.json("history", SLUG)["steps"]
    assert [step["note"] for step in steps][-1] == "removed 2 blocks"
    assert [step["standing"] for step in steps] == [False] * (len(steps) - 1) + [True]
    week("restore", SLUG, "4")
    assert len(week.blocks()) == 4
    assert week.json("show", SLUG, "--revision", "5")["revision"] == 5
    week("restore", SLUG, "77", code=Exit.NOT_FOUND)
    assert "removed 2 blocks" in week("history", SLUG)


def test_details_change_and_the_slug_stays(week: Stories):
    assert "changed the title" in week("set", SLUG, "--title", "Another week", "--state", "private")
    story = week.json("show", SLUG)
    assert (story["title"], story["slug"], story["state"]) == ("Another week", SLUG, "private")
    week("set", SLUG, code=Exit.USAGE)
    week("set", SLUG, "--lang", "Greek!", code=Exit.FAILED)


def test_a_story_is_written_in_all_formats_with_its_pictures(week: Stories, tmp_path: Path):
    out = week("export", SLUG, "--format", "html,markdown,json", "--offline")
    folder = tmp_path / "published" / SLUG
    assert [line.split(" (")[0] for line in out.splitlines()] == [
        str(folder / name) for name in ("index.html", "story.md", "story.json")
    ]
    assert 'src="data:image/png;base64,' in (folder / "index.html").read_text(encoding="utf-8")
    assert len(list((folder / "media").iterdir())) == 1
    (listed,) = week.json("list")["stories"]
    assert (listed["state"], listed["stale"]) == ("published", False)
    assert "up to date" in week("list")
    week("text", SLUG, "News.")
    assert "changed since" in week("list")


def test_an_export_is_taken_in_again(week: Stories, tmp_path: Path):
    week("new", "Second")
    receipts = week.json("export", "--all", "--format", "json", "--to", str(tmp_path / "out"), "--offline")
    assert receipts["total"] == 2
    again = week.json("import", str(tmp_path / "out" / SLUG))
    assert again["slug"] == f"{SLUG}-2"
    kept = week.json("show", SLUG)
    assert again["blocks"] == kept["blocks"]
    (tmp_path / "broken.json").write_text('{"format": "hubbub story", "version": 9}')
    week("import", str(tmp_path / "broken.json"), code=Exit.FAILED)
    assert "Update hubbub" in week.told


def test_one_story_that_cannot_be_written_does_not_stop_the_others(week: Stories, tmp_path: Path):
    week("new", "Second")
    (tmp_path / "out" / "second").mkdir(parents=True)
    (tmp_path / "out" / "second" / "mine.txt").write_text("mine")
    out = week("export", "--all", "--to", str(tmp_path / "out"), "--offline", code=Exit.FAILED)
    assert f"{SLUG}/index.html" in out
    assert "hubbub did not write" in week.told
    week("export", SLUG, "--all", code=Exit.USAGE)
    week("export", SLUG, "--format", "pdf", "--offline", code=Exit.CONFIG)
    assert "html, json, markdown" in week.told


def test_what_is_missing_is_told_before_publishing(week: Stories):
    assert "no description" in week("check", SLUG)
    assert week.json("check", SLUG)["total"] == 1
    assert "> acme battery dead" in week("preview", SLUG)
    assert "Every picture has a copy" in week("media", SLUG)


def test_deleting_asks_first(week: Stories):
    assert "Nothing was deleted" in week("delete", SLUG, text="n\n")
    assert week.json("list")["total"] == 1
    assert "has been deleted" in week("delete", SLUG, "--yes")
    assert week.json("list")["total"] == 0
    week("show", SLUG, code=Exit.NOT_FOUND)
