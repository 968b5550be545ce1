"""``hubbub story people``, ``lock``, ``comment`` and ``--since``: two people at one workspace, from two shells."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from cli_world import SETTINGS, runner

from hubbub.cli.compose import PERSON, person_of
from hubbub.cli.exits import Exit
from hubbub.cli.program import hubbub
from hubbub.config.loading import load_workspace
from hubbub.core.errors import ConfigError

SLUG = "battery-week"


class Shell:
    """Somebody's shell."""

    def __init__(self, folder: Path, person: str) -> None:
        self._folder, self._person = folder, person

    def __call__(self, *args: str, code: int = Exit.OK, text: str = "") -> str:
        """Run a command of ``hubbub story``; all that it wrote."""
        whole = ["--workspace", str(self._folder), "story", *args]
        result = runner().invoke(hubbub, whole, input=text, env={PERSON: self._person})
        assert result.exit_code == code, f"{result.stdout}\n{result.stderr}\n{result.exception!r}"
        return result.stdout + result.stderr

    def json(self, *args: str) -> Any:
        return json.loads(self(*args, "--json"))


@pytest.fixture
def shells(tmp_path: Path) -> tuple[Shell, Shell]:
    (tmp_path / "hubbub.toml").write_text(SETTINGS, encoding="utf-8")
    ana, ion = Shell(tmp_path, "ana"), Shell(tmp_path, "Ion\x1b[31m Pop")
    ana("new", "Battery week")
    ana("text", SLUG, "It began.")
    return ana, ion


def test_steps_tell_who_made_them(shells: tuple[Shell, Shell]) -> None:
    ana, ion = shells
    ion("text", SLUG, "It went on.")
    assert [step["by"] for step in ana.json("history", SLUG)["steps"]] == ["ana", "ana", "Ion Pop"]
    assert "\tIon Pop\tadded a text" in ana("history", SLUG)
    assert ana.json("show", SLUG)["by"] == "Ion Pop"
    assert "Undid: added a text (by Ion Pop)" in ana("undo", SLUG)
    assert "Redid: added a text\n" in ion("redo", SLUG)


def test_roles_are_given_and_taken(shells: tuple[Shell, Shell], tmp_path: Path) -> None:
    ana, ion = shells
    assert "Open: everybody may edit it." in ion("people", SLUG)
    ana("people", SLUG, "--closed")
    told = ion("text", SLUG, "More", code=Exit.FAILED)
    assert 'edited by ana; Ion Pop may only read it. Ask ana: hubbub story people battery-week --add "Ion Pop" --role' in told
    ana("people", SLUG, "--add", "ion pop", "--role", "editor")
    assert ion.json("people", SLUG) == {
        "story": SLUG, "you": "Ion Pop", "people": {"ana": "owner", "ion pop": "editor"}, "closed": True, "lock": None,
    }  # fmt: skip
    ion("text", SLUG, "More")
    assert "editor     ion pop (you)" in ion("people", SLUG)
    ana("people", SLUG, "--remove", "Ion Pop")
    assert "may only read" in ion("text", SLUG, "More", code=Exit.FAILED)
    assert "No pictures were fetched" not in ion("export", SLUG, "--format", "json", "--to", str(tmp_path / "elsewhere"))


def test_one_who_only_reads_takes_no_page_away(shells: tuple[Shell, Shell], tmp_path: Path) -> None:
    ana, ion = shells
    ana("publish", SLUG, "--format", "json")
    ana("people", SLUG, "--closed")
    page = tmp_path / "published" / SLUG / "story.json"
    before = page.read_bytes()
    for act in ("unpublish", "publish"):
        assert "may only read it" in ion(act, SLUG, code=Exit.FAILED)
    assert page.read_bytes() == before
    ana("unpublish", SLUG)
    assert not page.exists()


def test_a_lock_is_taken_told_taken_over_and_undone(shells: tuple[Shell, Shell]) -> None:
    ana, ion = shells
    assert "Ion Pop is at it since" in ion("lock", SLUG, "--note", "the lead")
    for told in (ana("text", SLUG, "More", code=Exit.FAILED), ana("show", SLUG)):
        assert "Ion Pop is at it since" in told
        assert "(the lead)" in told
    assert ana.json("lock", SLUG, "--force")["lock"]["by"] == "ana"
    assert "took over the lock of Ion Pop" in ana("history", SLUG)
    assert "Undid: added a text\n" in ana("undo", SLUG)
    assert "can be edited again" in ana("unlock", SLUG)
    assert "nobody has it locked" in ana("unlock", SLUG)


def test_comments_are_written_answered_settled_and_listed(shells: tuple[Shell, Shell]) -> None:
    ana, ion = shells
    ion("comment", SLUG, "1", "Which \x1b[1mMonday\x07?")
    ana("comment", SLUG, "--answer", "1", "-", text="The\nfifteenth")
    ana("comment", SLUG, "Is the title too long?")
    assert "2 comments open: hubbub story comments" in ana("show", SLUG)
    ana("remove", SLUG, "1")
    listed = ion("comments", SLUG)
    assert "   1  on the text “It began.”, which was removed\n      Ion Pop, " in listed
    assert "        Which Monday?\n      ana, " in listed
    assert "(answer 2)\n        The\n        fifteenth\n" in listed
    assert listed.endswith("2 comments open.\n")
    assert ion.json("comment", SLUG, "--resolve", "2")["resolved_by"] == "Ion Pop"
    assert [each["text"] for each in ana.json("comments", SLUG, "--open")["comments"]] == ["Is the title too long?"]
    assert "Ion Pop’s to take away" not in ana("comment", SLUG, "--remove", "1")
    assert "Ana’s".lower() in ion("comment", SLUG, "--remove", "3", code=Exit.FAILED)
    for wrong in (("--resolve", "1", "--reopen", "1"), (), ("1", "words", "--answer", "3"), ("words", "--remove", "3")):
        ana("comment", SLUG, *wrong, code=Exit.USAGE)
    assert "at most 10,000" in ana("comment", SLUG, "-", text="x" * 2**20, code=Exit.FAILED)


def test_comments_go_with_a_story_only_where_somebody_asks(shells: tuple[Shell, Shell], tmp_path: Path) -> None:
    ana, ion = shells
    ion("comment", SLUG, "1", "private-one")
    ana("comment", SLUG, "--answer", "1", "private-two")
    ana("comment", SLUG, "--resolve", "1")
    export = ("export", SLUG, "--format", "json", "--to", str(tmp_path / "out"))
    folder = tmp_path / "out" / SLUG

    def private() -> list[str]:
        return [file.name for file in folder.rglob("*") if file.is_file() and b"private" in file.read_bytes()]

    ana(*export)
    assert private() == []
    ana(*export, "--comments")
    assert private() == ["comments.json"]
    ion("import", str(folder))
    told = [(each["text"], each["by"], each["resolved_by"]) for each in ana.json("comments", f"{SLUG}-2")["comments"]]
    assert told == [("private-one", "Ion Pop", "ana"), ("private-two", "ana", "")]
    assert ana.json("comments", f"{SLUG}-2")["comments"][1]["answers"] == 3
    ana(*export)
    assert private() == []
    for where in ((), ("--to", str(tmp_path / "published"))):
        ana("export", SLUG, "--comments", *where, code=Exit.USAGE)
    good = {"id": 1, "story": "s", "by": "x", "at": "2026-01-01T00:00:00Z", "text": "\x1b[1mx"}
    for bad in ('{"format": "hubbub story comments", "version": 9}', json.dumps([good]), "[" * 10**5):
        (folder / "comments.json").write_text(bad)
        ion("import", str(folder), code=Exit.OK if bad.startswith("[{") else Exit.FAILED)
    whole = {"format": "hubbub story comments", "version": 1}
    for comments in ([good, good], [{**good, "answers": 1}], [{**good, "text": "x" * 10**5}], [{**good, "id": 0}], {}):
        (folder / "comments.json").write_text(json.dumps({**whole, "comments": comments}))
        assert "comments.json" in ion("import", str(folder), code=Exit.FAILED)


def test_a_text_that_two_changed_is_told_and_not_lost(shells: tuple[Shell, Shell]) -> None:
    ana, ion = shells
    ana("text", SLUG, "It went on.")
    ion("text", SLUG, "Ion's", "--edit", "2", "--since", "3")
    ion("remove", SLUG, "2")
    told = ana("text", SLUG, "Ana's", "--edit", "2", "--since", "3", code=Exit.FAILED)
    assert "you changed the text “Ana's”, which was removed meanwhile" in told
    ana("text", SLUG, "Ana's", "--edit", "1", "--since", "3")
    assert [block["text"] for block in ana.json("show", SLUG)["blocks"]] == ["Ana's"]


def test_who_is_at_the_desk(tmp_path: Path) -> None:
    settings = tmp_path / "hubbub.toml"
    settings.write_text(SETTINGS, encoding="utf-8")
    assert person_of(load_workspace(tmp_path), {PERSON: "ana"}) == "ana"
    settings.write_text(SETTINGS.replace("languages", 'person = "Ștefan Ion"\nlanguages'), encoding="utf-8")
    assert person_of(load_workspace(tmp_path), {}) == "Ștefan Ion"
    assert person_of(load_workspace(tmp_path), {PERSON: "ana"}) == "ana"
    for bad in ("x" * 61, " ", "a\\u001b[1m"):
        settings.write_text(SETTINGS.replace("languages", f'person = "{bad}"\nlanguages'), encoding="utf-8")
        with pytest.raises(ConfigError, match=r"workspace\.person: .*one line of at most 60"):
            load_workspace(tmp_path)
