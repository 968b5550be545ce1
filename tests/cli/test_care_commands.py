"""``hubbub plugins``, ``index``, ``archive`` and ``doctor``: looking after a workspace."""

from pathlib import Path

import pytest
from cli_world import Desk, make_desk

from hubbub.config.loading import load_workspace


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    return make_desk(tmp_path / "desk")


def test_plugins_are_listed_with_what_is_used(desk: Desk) -> None:
    found = desk.json("plugins")
    used = {(plugin["role"], plugin["name"]): plugin["used"] for plugin in found["plugins"]}
    assert used["processor", "topics"]
    assert used["exporter", "html"]
    assert not used["source", "rss"]
    assert all(plugin["origin"] == "hubbub" and plugin["problem"] == "" for plugin in found["plugins"])
    assert desk.call("plugins").stdout.startswith("role\tname\tused\tfrom\tproblem\n")
    assert desk.json("plugins", "list") == found


def test_the_index_is_told_built_and_switched(desk: Desk) -> None:
    desk.save("acme one", "acme două")
    before = desk.json("index", "status")
    assert (before["configured"], before["in_step"], before["mentions"]) == ("auto", False, 2)
    assert "2 mentions" in desk.call("index", "rebuild").stdout
    after = desk.json("index", "status")
    assert (after["in_step"], after["documents"], after["pending"]) == (True, 2, 0)
    assert after["bytes"] > 0
    other = "whoosh" if after["engine"] == "tantivy" else "tantivy"
    desk.call("index", "use", other)
    assert load_workspace(desk.folder).search.name == other
    assert desk.json("index", "status")["engine"] == other
    assert not Path(after["place"]).exists()
    assert desk.json("search", "doua")["total"] == 1
    assert "# Our desk." in desk.settings


def test_an_engine_that_is_not_installed_is_refused(desk: Desk) -> None:
    before = desk.settings
    assert "Did you mean 'whoosh'?" in desk.call("index", "use", "wosh", code=3).stderr
    assert desk.settings == before


def test_a_plugin_that_is_not_there_is_told_with_file_line_key_and_the_nearest(tmp_path: Path) -> None:
    engine, use, plugin = 'engine = "wosh"', 'use = ["influenc"]', 'plugin = "rsss"'
    desk = make_desk(
        tmp_path / "desk",
        f'[search]\n{engine}\n\n[rankers]\n{use}\n\n[[sources]]\nid = "one"\n{plugin}\n',
    )
    line = {text: number for number, text in enumerate(desk.settings.splitlines(), 1)}
    file = desk.folder / "hubbub.toml"
    searched = f"{file}:{line[engine]}: search.engine: No search plugin is called 'wosh'. Did you mean 'whoosh'?"
    assert searched in desk.call("search", "acme", code=3).stderr
    ranked = f"{file}:{line[use]}: rankers.use: No ranker plugin is called 'influenc'. Did you mean 'influence'?"
    assert ranked in desk.call("authors", code=3).stderr
    read = f"{file}:{line[plugin]}: sources.plugin: No source plugin is called 'rsss'. Did you mean 'rss'?"
    told = [check["message"] for check in desk.json("doctor", code=1)["checks"]]
    assert {searched, ranked, read} <= set(told)


def test_a_backup_brings_everything_back(desk: Desk, tmp_path: Path) -> None:
    desk.save("acme one")
    path = tmp_path / "copy.db"
    assert "1 mention backed up" in desk.call("archive", "backup", str(path)).stdout
    assert "overwrites nothing" in desk.call("archive", "backup", str(path), code=5).stderr
    desk.save("acme two")
    other = make_desk(tmp_path / "other")
    other.call("archive", "restore", str(path))
    assert other.json("search", "acme")["total"] == 1
    assert "not empty" in desk.call("archive", "restore", str(path), code=5).stderr
    assert desk.json("search", "acme")["total"] == 2


def test_replacing_keeps_what_was_there(desk: Desk, tmp_path: Path) -> None:
    desk.save("acme one")
    desk.call("archive", "backup", str(tmp_path / "copy.db"))
    desk.save("acme two")
    desk.call("archive", "restore", "--replace", str(tmp_path / "copy.db"))
    assert desk.json("search", "acme")["total"] == 1
    (kept,) = (desk.folder / "backups").glob("replaced-*.db")
    desk.call("archive", "restore", "--replace", str(kept))
    assert desk.json("search", "acme")["total"] == 2
    assert not list(desk.folder.glob(".archive*"))


def test_a_file_that_is_no_backup_replaces_nothing(desk: Desk, tmp_path: Path) -> None:
    desk.save("acme one")
    (tmp_path / "junk.db").write_bytes(b"junk" * 1000)
    desk.call("archive", "restore", "--replace", str(tmp_path / "junk.db"), code=5)
    desk.call("archive", "restore", "--replace", str(tmp_path / "missing.db"), code=5)
    assert "--replace" not in desk.call("archive", "restore", str(tmp_path / "missing.db"), code=5).stderr
    assert desk.json("search", "acme")["total"] == 1


def test_a_backup_without_a_name_goes_into_the_workspace(desk: Desk) -> None:
    desk.save("acme one")
    desk.call("archive", "backup")
    assert len(list((desk.folder / "backups").glob("archive-*.db"))) == 1


def test_a_damaged_archive_can_be_replaced(desk: Desk, tmp_path: Path) -> None:
    desk.save("acme one")
    desk.call("archive", "backup", str(tmp_path / "copy.db"))
    for path in desk.folder.glob("archive.db*"):
        path.unlink()
    (desk.folder / "archive.db").write_bytes(b"SQLite format 3\0" + b"\xff" * 4096)
    assert "Restore" in desk.call("archive", "check", code=5).stderr
    desk.call("archive", "restore", "--replace", str(tmp_path / "copy.db"))
    assert desk.json("archive", "check") == {"total": 0, "problems": [], "mentions": 1, "pictures": []}


def test_the_doctor_finds_nothing_to_do_where_all_is_well(desk: Desk) -> None:
    desk.save("acme one")
    desk.call("index", "rebuild")
    found = desk.json("doctor")
    assert found["failed"] == 0
    levels = {check["name"]: check["level"] for check in found["checks"]}
    assert levels["settings"] == levels["archive"] == levels["contact"] == levels["processor topics"] == "ok"
    assert levels["sources"] == "warn"
    assert all(check["advice"] for check in found["checks"] if check["level"] != "ok")


def test_the_doctor_says_what_is_wrong_and_what_to_do(desk: Desk) -> None:
    make_desk(
        desk.folder,
        '[[sources]]\nid = "a"\nplugin = "rss"\nurl = "https://a.example"\npassword = { env = "HUBBUB_TEST_NOWHERE" }\n'
        '[[sources]]\nid = "b"\nplugin = "rsss"\n[search]\nengine = "lucene"\n',
    )
    (desk.folder / "archive.db").write_bytes(b"junk" * 1000)
    result = desk.call("doctor", code=1)
    failed = {line.partition(": ")[0] for line in result.stdout.splitlines() if line.startswith("FAIL")}
    assert failed == {"FAIL  search lucene", "FAIL  source a", "FAIL  source b", "FAIL  archive"}
    assert "HUBBUB_TEST_NOWHERE" in result.stdout
    assert "Did you mean 'rss'?" in result.stdout
    assert result.stdout.count("→") >= 4


def test_the_doctor_speaks_where_the_settings_cannot_be_read(desk: Desk) -> None:
    make_desk(desk.folder, "[oops\n")
    found = desk.json("doctor", code=1)
    (workspace,) = [check for check in found["checks"] if check["name"] == "workspace"]
    assert workspace["level"] == "fail"
    assert "hubbub.toml:14" in workspace["message"]
