"""``hubbub story``: a story is built, taken back, exported and imported from the command line."""

import shutil
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


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A workspace with four mentions, one of which has a picture that we hold: made once, and copied for each test."""
    folder = tmp_path_factory.mktemp("made")
    (folder / "hubbub.toml").write_text(SETTINGS, encoding="utf-8")
    digest = MediaStore(folder / "media", NoWeb()).adopt(dusk())  # type: ignore[arg-type]
    picture = Media(kind="image", url="https://files.example/dusk.png", alt="Dusk", digest=digest)
    said = [
        mention("1", "acme battery dead", hours=1, media=(picture,)),
        mention("2", "Acme, η μπαταρία φούσκωσε", hours=3, lang="el"),
        mention("3", "acme se apaga", hours=2, lang="es"),
        mention("4", "nimic despre ei", hours=4, lang="ro"),
    ]
    archive = open_archive(folder / "archive.db")
    archive.save("test", [decide(None, one, seen=NOW) for one in said], None, NOW)
    archive.close()
    return folder


@pytest.fixture(scope="module")
def made_week(made: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The same with a story of a heading and three mentions."""
    folder = shutil.copytree(made, tmp_path_factory.mktemp("week"), dirs_exist_ok=True)
    stories = Stories(folder)
    stories("new", "The battery week", "--byline", "Ana")
    stories("heading", SLUG, "Monday")
    stories("add", SLUG, "--query", "acme", "--offline")
    return folder


@pytest.fixture
def desk(made: Path, tmp_path: Path) -> Stories:
    """A workspace with four mentions."""
    return Stories(shutil.copytree(made, tmp_path, dirs_exist_ok=True))


@pytest.fixture
def week(made_week: Path, tmp_path: Path) -> Stories:
    """A workspace with a story of a heading and three mentions."""
    return Stories(shutil.copytree(made_week, tmp_path, dirs_exist_ok=True))


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
    assert "data:image/" in (folder / "index.html").read_text(encoding="utf-8")
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
    week("export", SLUG, "--format", "papyrus", "--offline", code=Exit.CONFIG)
    assert "No exporter plugin is called 'papyrus'" in week.told


def test_what_is_missing_is_told_before_publishing(week: Stories):
    assert "no description" in week("check", SLUG)
    assert [remark["kind"] for remark in week.json("check", SLUG)["remarks"]] == ["no-description", "no-cover"]
    assert "> acme battery dead" in week("preview", SLUG)
    assert "Every picture has a copy" in week("media", SLUG)


def test_deleting_asks_first(week: Stories):
    assert "Nothing was deleted" in week("delete", SLUG, text="n\n")
    assert week.json("list")["total"] == 1
    assert "has been deleted" in week("delete", SLUG, "--yes")
    assert week.json("list")["total"] == 0
    week("show", SLUG, code=Exit.NOT_FOUND)


# --- quoting ---------------------------------------------------------------------------------------------------------


def test_a_part_is_quoted_and_the_whole_again(week: Stories):
    assert "quoted the part “battery dead”" in week("quote", SLUG, "2", "battery dead")
    assert week.json("show", SLUG)["blocks"][1]["extent"] == {"exact": "battery dead", "prefix": "acme ", "suffix": ""}
    week("quote", SLUG, "2", "--from", "0", "--to", "4")
    assert week.json("show", SLUG)["blocks"][1]["extent"]["exact"] == "acme"
    assert "quoted the whole" in week("quote", SLUG, "2", "--whole")
    assert "noted the rights" in week("quote", SLUG, "2", "--rights", "CC BY 4.0")
    week("quote", SLUG, "2", "no such words", code=Exit.FAILED)
    assert "not in the quoted text" in week.told
    week("quote", SLUG, "1", "Monday", code=Exit.FAILED)
    week("quote", SLUG, "2", code=Exit.USAGE)
    week("quote", SLUG, "2", "acme", "--whole", code=Exit.USAGE)


def test_pictures_are_described_beside_the_copy(week: Stories):
    assert week("alt", SLUG, "2") == "Dusk\n"
    before = week.json("show", SLUG)["blocks"][1]["copy"]
    assert "described pictures of" in week("alt", SLUG, "2", "An evening sky over hills")
    assert week("alt", SLUG, "2") == "An evening sky over hills\n"
    assert week.json("show", SLUG)["blocks"][1]["copy"] == before
    week("alt", SLUG, "2", "x", "--picture", "2", code=Exit.FAILED)
    assert "has 1 picture" in week.told


def test_other_things_stand_between_mentions(week: Stories, tmp_path: Path):
    (tmp_path / "cells.png").write_bytes(dusk())
    week("image", SLUG, str(tmp_path / "cells.png"), "--alt", "Dusk", "--rights", "CC BY 4.0", "--after", "2")
    week("image", SLUG, "2", "--picture", "1")
    week("link", SLUG, "https://acme.example/notes", "The notes", "--before", "1")
    week("divider", SLUG)
    blocks = week.json("show", SLUG)["blocks"]
    assert [block["kind"] for block in blocks] == [
        *("link", "heading", "image", "mention", "image", "mention", "mention", "divider")
    ]
    assert (blocks[2]["text"], blocks[4]["rights"]) == ("Marta", "CC BY 4.0")
    assert [found["number"] for found in week.json("find", SLUG, "BATTERY")["blocks"]] == [4]
    week("link", SLUG, "javascript:alert(1)", code=Exit.FAILED)
    week("image", SLUG, str(tmp_path / "nothing.png"), code=Exit.FAILED)
    assert "The picture cannot be read" in week.told
    (tmp_path / "evil.svg").write_text("<svg><script>alert(1)</script></svg>")
    week("image", SLUG, str(tmp_path / "evil.svg"), code=Exit.FAILED)
    assert len(week.json("show", SLUG)["blocks"]) == len(blocks)


def test_days_get_headings_and_a_range_is_sorted_alone(week: Stories):
    assert "Monday, 8 June 2026" in week("days", SLUG)
    assert "nothing to do" in week("days", SLUG)
    week("days", SLUG, "--off")
    week("sort", SLUG, "newest", "--range", "2", "3")
    assert week.blocks() == ["acme se apaga", "Monday", "acme battery dead", "Acme, η μπαταρία φούσκωσε"]
    week("sort", SLUG, "manual", "--range", "2", "3", code=Exit.USAGE)
    week("days", SLUG, "--by", "source")
    assert week.blocks()[0] == "Mastodon"


# --- the inbox -------------------------------------------------------------------------------------------------------


def test_a_query_proposes_and_what_is_rejected_does_not_return(week: Stories):
    assert "has no query" in week("inbox", SLUG)
    week("inbox", SLUG, "--query", "nimic OR (", code=Exit.QUERY)
    assert "^" in week.told
    assert "mastodon:4" in week("inbox", SLUG, "--query", "nimic OR acme")
    found = week.json("inbox", SLUG)
    assert (found["total"], [one["ref"] for one in found["mentions"]]) == (1, ["mastodon:4"])
    assert "Nothing new answers" in week("inbox", SLUG, "--reject", "mastodon:4")
    week("undo", SLUG)
    week("inbox", SLUG, "--query", "nimic OR acme")
    assert week.json("inbox", SLUG)["total"] == 0
    assert "mastodon:4" in week("inbox", SLUG, "--rejected")
    assert "proposed again" in week("inbox", SLUG, "--undo", "mastodon:4")
    assert "added marta" in week("inbox", SLUG, "--accept", "mastodon:4", "--offline")
    assert week.json("show", SLUG)["blocks"][-1]["copy"]["query"] == "nimic OR acme"
    week("inbox", SLUG, "--reject", "mastodon:99", code=Exit.NOT_FOUND)


# --- care ------------------------------------------------------------------------------------------------------------


def test_an_edited_mention_is_shown_and_quoted_anew(week: Stories, tmp_path: Path):
    assert "still says the same" in week("compare", SLUG)
    archive = open_archive(tmp_path / "archive.db")
    edited = mention("3", "acme se apaga cada día", hours=2, lang="es")
    archive.save("test", [decide(archive.known([edited])[edited.ref], edited, seen=NOW)], None, NOW)
    archive.close()
    assert "acme se apaga{+ cada día+}" in week("compare", SLUG)
    (compared,) = week.json("compare", SLUG)["comparisons"]
    assert (compared["number"], compared["old_version"], compared["new_version"]) == (3, 1, 2)
    assert "was edited" in week("check", SLUG)
    assert "quoted version 2 instead of 1" in week("renew", SLUG, "3")
    assert "still says the same" in week("compare", SLUG)


def test_copies_are_proved_and_their_origin_is_told(week: Stories, tmp_path: Path):
    assert "Every copy is what was quoted." in week("verify", SLUG)
    assert [verdict["ok"] for verdict in week.json("verify", SLUG)["verdicts"]] == [True] * 3
    told = week("provenance", SLUG, "2")
    assert "SHA-256" in told
    assert week.json("provenance", SLUG, "2")["query"] == "acme"
    assert week("provenance", SLUG, "2", "--raw") == "null\n"
    next((tmp_path / "media").glob("??/*.png")).write_bytes(b"damaged")
    assert "1 block cannot be proved" in week("verify", SLUG, code=Exit.FAILED)


def test_addresses_are_asked_and_what_is_gone_is_told(week: Stories):
    assert "not asked" in week("links", SLUG, "--last")
    asked = week.json("links", SLUG, "3")["links"]
    assert [(link["number"], link["check"]["state"]) for link in asked] == [(3, "unreachable")]
    assert "1 unreachable" in week("links", SLUG, "--last")


def test_redacted_words_leave_every_story(week: Stories):
    week("duplicate", SLUG, "--title", "Again")
    week("export", SLUG, "--format", "json", "--offline")
    assert "Nothing was taken out" in week("redact", SLUG, "2", "--reason", "asked for", text="n\n")
    out = week("redact", SLUG, "2", "--reason", "asked for", "--yes")
    assert "mastodon:1 has been redacted: asked for" in out
    assert f"What is published of {SLUG} is stale: hubbub story publish {SLUG}" in out
    week("set", SLUG, "--state", "private")
    assert f"is stale: hubbub story unpublish {SLUG}" in week("redact", SLUG, "2", "--reason", "asked again", "--yes")
    for slug in (SLUG, "again"):
        assert "battery dead" not in week("show", slug, "--whole")
        assert "was redacted" in week("check", slug)


# --- whole stories ---------------------------------------------------------------------------------------------------


def test_a_story_begins_with_a_template_and_becomes_one(desk: Stories):
    assert "crisis" in desk("template", "list")
    desk("new", "The battery week", "--template", "crisis")
    assert "still a template's placeholder" in desk("check", SLUG)
    assert "--template ours" in desk("template", "save", SLUG, "ours", "--summary", "As we do it")
    listed = {one["name"]: one for one in desk.json("template", "list")["templates"]}
    assert listed.keys() == {"crisis", "launch", "ours", "weekly"}
    assert (listed["ours"]["summary"], listed["crisis"]["file"]) == ("As we do it", None)
    desk("new", "Second", "--template", "ours")
    assert len(desk.json("show", "second")["blocks"]) == len(desk.json("show", SLUG)["blocks"])
    desk("new", "Third", "--template", "hours", code=Exit.NOT_FOUND)
    assert "Did you mean 'ours'" in desk.told


def test_a_copy_goes_its_own_way(week: Stories):
    assert "the-battery-week-2" in week("duplicate", SLUG)
    week("remove", "the-battery-week-2", "1")
    assert len(week.blocks()) == 4


def test_cover_formats_and_slug_are_set_and_a_private_story_is_not_published(week: Stories, tmp_path: Path):
    (tmp_path / "cover.png").write_bytes(dusk())
    week(
        "set", SLUG, "--cover", str(tmp_path / "cover.png"), "--cover-alt", "Dusk", "--formats", "html, json", "--query", "acme"
    )
    story = week.json("show", SLUG)
    assert (len(story["cover"]), story["cover_alt"], story["formats"], story["query"]) == (64, "Dusk", ["html", "json"], "acme")
    week("set", SLUG, "--formats", "papyrus", code=Exit.NOT_FOUND)
    week("export", SLUG, "--format", "json", "--offline")
    assert "stays in" in week("set", SLUG, "--slug", "battery")
    assert (tmp_path / "published" / SLUG / "story.json").exists()
    week("set", "battery", "--state", "private")
    week("export", "battery", "--format", "json", "--offline", code=Exit.FAILED)
    assert "is private and is not published" in week.told
    week("export", "battery", "--format", "json", "--offline", "--to", str(tmp_path / "backup"))
    week("set", "battery", "--cover", "-", "--slug", "Not A Slug", code=Exit.FAILED)
