"""A workspace out and in again, by the commands that people type: tar files, other databases, settings, and kills."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from contextlib import closing
from pathlib import Path

import pytest
from cli_world import Desk, fresh_process, make_desk
from export_samples import content, fill, keep_picture

from hubbub.archive import open_archive

RETENTION = '\n[archive]\nurl = "sqlite:///kept/elsewhere.db"\nkeep = "4000d"\n'


@pytest.fixture(scope="module")
def full(tmp_path_factory: pytest.TempPathFactory) -> Desk:
    """A workspace with something of everything, its archive at an address of its own."""
    desk = make_desk(tmp_path_factory.mktemp("full") / "desk", RETENTION)
    (desk.folder / "kept").mkdir()
    keep_picture(desk.folder / "media")
    with closing(open_archive(desk.folder / "kept" / "elsewhere.db")) as archive:
        fill(archive)
    return desk


@pytest.fixture(scope="module")
def exported(full: Desk) -> Path:
    """Its export."""
    to = full.folder.parent / "export"
    told = full.json("export", str(to))
    assert told["counts"] | {"quotes.jsonl": 4} == told["counts"]
    assert (told["path"], told["warnings"]) == (str(to), [])
    return to


def test_a_new_workspace_from_an_export_gives_the_same_bytes(full: Desk, exported: Path, tmp_path: Path) -> None:
    full.call("import", str(exported), "--into", str(tmp_path / "new"))
    new = Desk(tmp_path / "new")
    new.call("export", str(tmp_path / "again"))
    assert content(tmp_path / "again") == content(exported)
    assert "elsewhere" not in new.settings
    assert 'keep = "4000d"' in new.settings
    assert new.call("search", "acme", "status:kept").stdout
    assert new.json("archive", "check")["problems"] == []
    assert len(list((new.folder / "media").glob("*/*.png"))) == 1
    assert sorted(path.name for path in tmp_path.iterdir()) == ["again", "new"]


def test_one_file_in_and_out(full: Desk, tmp_path: Path) -> None:
    full.call("export", str(tmp_path / "a.tar.gz"))
    full.call("import", str(tmp_path / "a.tar.gz"), "--into", str(tmp_path / "new"))
    Desk(tmp_path / "new").call("export", str(tmp_path / "b.tar.gz"))
    assert (tmp_path / "a.tar.gz").read_bytes() == (tmp_path / "b.tar.gz").read_bytes()
    assert sorted(path.name for path in tmp_path.iterdir()) == ["a.tar.gz", "b.tar.gz", "new"]


@pytest.mark.server
def test_into_postgresql_and_on_with_the_work(full: Desk, exported: Path, schema: str, tmp_path: Path) -> None:
    desk = make_desk(tmp_path / "server", f'\n[archive]\nurl = "{schema}"\n')
    before = desk.settings
    real = [
        fresh_process("-w", str(desk.folder), *args, cwd=tmp_path)
        for args in (
            ("import", str(exported)),
            ("export", str(tmp_path / "again")),
            ("search", "tag:ă is:muted"),
            ("search", "Edited"),
            ("story", "export", "story-s1", "--offline"),
        )
    ]
    assert [(done.returncode, done.stderr) for done in real if done.returncode] == []
    assert "rss:4" in real[2].stdout
    assert "rss:3" in real[3].stdout
    assert content(tmp_path / "again") == content(exported)
    assert schema in desk.settings
    assert (desk.folder / "hubbub.toml.before-import").read_text(encoding="utf-8") == before


def test_own_settings_can_be_kept(exported: Path, tmp_path: Path) -> None:
    desk = make_desk(tmp_path / "own", '\n[publish]\ntimezone = "Europe/Bucharest"\n')
    before = desk.settings
    assert "hubbub.toml" not in desk.call("import", str(exported), "--keep-settings").stderr
    assert desk.settings == before
    assert not (desk.folder / "hubbub.toml.before-import").exists()


def test_what_is_refused_changes_nothing(full: Desk, exported: Path, tmp_path: Path) -> None:
    desk = make_desk(tmp_path / "desk")
    spoiled = tmp_path / "spoiled"
    desk.call("archive", "check")
    before = sorted(path.name for path in desk.folder.rglob("*") if path.is_file() and "archive" not in path.name)
    settings = desk.settings
    for name in ("stories.jsonl", "hubbub.toml"):
        full.call("import", str(exported), "--into", str(tmp_path / f"copy-{name}"))
        Desk(tmp_path / f"copy-{name}").call("export", str(spoiled))
        (spoiled / name).write_bytes((spoiled / name).read_bytes()[:-1])
        assert f"{name}: It is cut short" in desk.call("import", str(spoiled), code=1).stderr
        assert "cut short" in full.call("import", str(spoiled), "--into", str(tmp_path / "none"), code=1).stderr
        spoiled.rename(tmp_path / f"was-{name}")
    assert not (tmp_path / "none").exists()
    assert desk.settings == settings
    assert before == sorted(path.name for path in desk.folder.rglob("*") if path.is_file() and "archive" not in path.name)
    assert "not empty" in full.call("import", str(exported), code=5).stderr
    assert "exists already" in full.call("export", str(exported), code=1).stderr
    assert "something here already" in full.call("import", str(exported), "--into", str(desk.folder), code=1).stderr
    full.call("import", str(exported), "--into", "x", "--keep-settings", code=2)
    desk.call("import", str(exported))


def test_a_damaged_picture_is_left_out_with_a_word(exported: Path, tmp_path: Path) -> None:
    desk = make_desk(tmp_path / "desk")
    keep_picture(desk.folder / "media").write_bytes(b"\x89PNG\r\n\x1a\n")
    assert "is not what its name says" in desk.call("export", str(tmp_path / "out")).stderr
    assert not list((tmp_path / "out").glob("media/*/*"))
    desk.call("import", str(tmp_path / "out"), "--into", str(tmp_path / "new"))


@pytest.mark.skipif(not hasattr(signal, "SIGKILL"), reason="this system cannot kill")
def test_a_killed_import_leaves_an_empty_workspace_that_can_be_filled(exported: Path, tmp_path: Path) -> None:
    desk = make_desk(tmp_path / "desk")
    command = [sys.executable, "-m", "hubbub", "-w", str(desk.folder), "import", str(exported)]
    code = (
        "import os, signal, sys; from pathlib import Path; from hubbub.archive import open_archive\n"
        "from hubbub.core.importing import open_export\n"
        "def deadly(entries):\n    yield from entries\n    os.kill(os.getpid(), signal.SIGKILL)\n"
        "with open_export(Path(sys.argv[1]), Path('.'), lambda done: None) as export:\n"
        "    open_archive(Path(sys.argv[2])).load(deadly(export.entries()))\n"
    )
    env = {**os.environ, "PYTHONUTF8": "1"}
    every = len(content(exported)["mentions.jsonl"].splitlines())
    # Killed when all is written and nothing is saved yet, and then a few times wherever it is.
    killed = subprocess.run(
        [sys.executable, "-c", code, str(exported), str(desk.folder / "archive.db")], cwd=tmp_path, env=env, check=False
    )
    assert killed.returncode == -signal.SIGKILL
    assert desk.json("archive", "check") == {"total": 0, "problems": [], "pictures": [], "mentions": 0}
    for seconds in (0.3, 0.7):
        process = subprocess.Popen(command, cwd=tmp_path, env=env, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        time.sleep(seconds)
        process.kill()
        process.wait()
        assert desk.json("archive", "check")["mentions"] in (0, every)
    if not desk.json("archive", "check")["mentions"]:
        desk.call("import", str(exported))
    desk.call("export", str(tmp_path / "again"))
    assert content(tmp_path / "again")["mentions.jsonl"] == content(exported)["mentions.jsonl"]
